"""What the rows of a table are measured by: the pot, another table that they are instead, or near counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assets.verification.sentinel.frames import (
    Frame,
    expected_frame,
    other_roundings,
    other_vintages,
    other_years,
    standards_in,
)
from assets.verification.sentinel.near import near_standards
from assets.verification.sentinel.standards import Exact, Standard
from assets.verification.sentinel.table import Reference

# A table is another one altogether if four rows in five are that one's, and at least three.
_ROWS_OF_FRAME: Final = (4, 5)
_FEWEST_ROWS: Final = 3


@dataclass(frozen=True)
class Measured:
    """A standard by recipient code, and the other tables that this one may be, the likeliest first (none: the pot)."""

    standards: Mapping[str, Standard]
    frames: tuple[Frame, ...] = ()

    def suspects(self, printed: Mapping[str, int]) -> list[str]:
        """Whose amounts must be wrong, in printed order."""
        return [code for code, amount in printed.items() if code in self.standards and self._is_off(code, amount)]

    def right_sek(self, code: str) -> int | None:
        """The right amount of a recipient, where it is known."""
        return self.standards[code].right_sek if code in self.standards else None

    def accepts(self, code: str, amount: int) -> bool:
        """Whether the amount may be the recipient's right one."""
        return code in self.standards and self.standards[code].accepts(amount)

    def _is_off(self, code: str, amount: int) -> bool:
        return self.standards[code].is_off(amount)


def measure(printed: Mapping[str, int], reference: Reference, step_sek: int) -> Measured:
    """The measures for the amounts in `printed` and for those that are not in it but known all the same.

    Where at least half of the rows are the pot's, it is the pot. Otherwise the table that most rows are, if that is
    nearly all; the pot on counts that are only near may be that too. Failing that, exact and near measures row by row.
    """
    exact = standards_in(expected_frame(reference), reference, step_sek)
    sure = {code: standard for code, standard in exact.items() if reference.members[code].is_exact}
    confirmed = [code for code in printed if code in sure and sure[code].accepts(printed[code])]
    if 2 * len(confirmed) < len(printed):
        frames = _fitting(printed, reference, step_sek)
        if frames:
            its_own = standards_in(frames[0], reference, step_sek)
            return Measured({**sure, **its_own}, tuple(frame for frame in frames if frame.kind is not None))
    unsure = {code: amount for code, amount in printed.items() if code not in sure}
    return Measured({**sure, **near_standards(unsure, reference, step_sek)})


def rounded_otherwise(printed: Mapping[str, int], measured: Measured, reference: Reference) -> Frame | None:
    """The pot under another rounding convention, if that makes every amount right to the krona."""
    if not all(isinstance(measured.standards.get(code), Exact) for code in printed):
        return None
    found = (
        frame for frame in other_roundings(reference) if rows_that_fit(frame, printed, reference, 1) == len(printed)
    )
    return next(found, None)


def rows_that_fit(frame: Frame, printed: Mapping[str, int], reference: Reference, step_sek: int) -> int:
    """How many of the amounts are the frame's."""
    standards = standards_in(frame, reference, step_sek)
    return sum(code in standards and standards[code].accepts(amount) for code, amount in printed.items())


def _fitting(printed: Mapping[str, int], reference: Reference, step_sek: int) -> list[Frame]:
    """The tables that nearly all rows are, all equally well; the pot itself, if it is among them, alone."""
    if len(printed) < _FEWEST_ROWS:
        return []
    frames = [expected_frame(reference), *other_years(reference), *other_vintages(reference).values()]
    fits = [rows_that_fit(frame, printed, reference, step_sek) for frame in frames]
    share, of_rows = _ROWS_OF_FRAME
    if max(fits) * of_rows < len(printed) * share:
        return []
    best = [frame for frame, count in zip(frames, fits, strict=True) if count == max(fits)]
    return best[:1] if best[0].kind is None else best
