"""The printed total: the sum of the rows as they are or as they should be, a matter of rounding, or an error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

from assets.verification.sentinel import digits
from assets.verification.sentinel.causes import MILLION, THOUSAND
from assets.verification.sentinel.standards import Standard
from assets.verification.sentinel.table import Reference

TOTAL_BY_ROUNDING: Final = "total_by_rounding"
TOTAL_ERROR: Final = "total_error"
# A total that was taken from elsewhere than the sum of the counts differs from it by some people at most.
_PEOPLE_OUTSIDE: Final = 30
_MOST_ALONE: Final = 6


@dataclass(frozen=True)
class Parts:
    """What a printed total may be the sum of.

    `amounts` are all printed amounts; `unrounded` is between what the sum of the right rows lies before rounding;
    `corrections` is what mending the wrong rows, striking those printed twice and adding the missing ones would each
    change (None where that is open). `pot_sek` is the pot if the table covers it, which the rows miss by the residual;
    `wider_sek` the sums of what the table is an excerpt of. Unless `is_sure`, a row may be wrong without being seen.
    """

    amounts: tuple[int, ...]
    unrounded: tuple[Fraction, Fraction]
    corrections: tuple[int | None, ...] = ()
    pot_sek: int | None = None
    wider_sek: frozenset[int] = frozenset()
    step_sek: int = 1
    is_sure: bool = True

    @property
    def sum_sek(self) -> int:
        """As printed."""
        return sum(self.amounts)

    @property
    def right_sek(self) -> int | None:
        """With all corrections made; None if one of them is open."""
        known = [change for change in self.corrections if change is not None]
        return self.sum_sek + sum(known) if len(known) == len(self.corrections) else None

    def is_sum(self, total: int) -> bool:
        """Whether the total is the sum with some of the corrections made and others not; many go together."""
        changes = [change for change in self.corrections if change]
        alone, together = changes[:_MOST_ALONE], changes[_MOST_ALONE:]
        options = [(0, change) for change in (*alone, sum(together))]
        return any(self.sum_sek + sum(chosen) == total for chosen in product(*options))


@dataclass(frozen=True)
class Verdict:
    """What a total is, if not simply the sum; `right_sek` is None where that is open.

    `printed_sek` is None if it is the sum of the rows itself that is wrong.
    """

    kind: str
    printed_sek: int | None
    right_sek: int | None
    evidence: dict[str, Any]


def unrounded_sum(measures: Sequence[tuple[Standard | None, int]], step_sek: int) -> tuple[Fraction, Fraction]:
    """Between what the sum lies before its parts were rounded; a part without a standard, half a step to each side."""
    lowest = highest = Fraction(0)
    half = Fraction(step_sek, 2)
    for standard, printed in measures:
        low, high = (printed - half, printed + half) if standard is None else standard.unrounded(printed)
        lowest, highest = lowest + low, highest + high
    return lowest, highest


def judge_total(total: int, parts: Parts) -> Verdict | None:
    """None for a total that is right, or that cannot be told as long as rows of the table are open."""
    right = parts.right_sek
    if parts.is_sum(total) or total in parts.wider_sek or right is None:
        return None
    off, half = total - right, Fraction(parts.step_sek, 2)
    evidence = {"sum_of_rows_sek": parts.sum_sek, "difference_sek": off}
    if total == parts.pot_sek and 2 * abs(off) <= parts.step_sek * (len(parts.amounts) + 1):
        return Verdict(TOTAL_BY_ROUNDING, total, right, {**evidence, "reason": "residual_of_pot"})
    lowest, highest = parts.unrounded
    if lowest - half <= total <= highest + half:
        return Verdict(TOTAL_BY_ROUNDING, total, right, {**evidence, "reason": "unrounded_parts"})
    slip = _slip(total, right, parts)
    is_known = parts.is_sure or bool(slip)
    return Verdict(TOTAL_ERROR, total, right if is_known else None, {**evidence, **slip})


def judge_pot(parts: Parts, reference: Reference) -> Verdict | None:
    """The rows of a table that covers the pot must make it up, but for the residual of rounding and a few people.

    None where they do, and for a table that does not cover the pot.
    """
    if parts.pot_sek is None:
        return None
    people = reference.population_total or 1
    allowed = parts.step_sek * len(parts.amounts) // 2 + _PEOPLE_OUTSIDE * reference.variable_pot_sek // people
    off = parts.sum_sek - parts.pot_sek
    if abs(off) <= allowed:
        return None
    evidence = {"sum_of_rows_sek": parts.sum_sek, "difference_sek": off, "pot_sek": parts.pot_sek}
    return Verdict(TOTAL_ERROR, None, None, evidence)


def _slip(total: int, right: int, parts: Parts) -> Mapping[str, Any]:
    """How the wrong total may have come about."""
    if right in set(digits.unswapped(total, only_neighbours=False)):
        return {"slip": "digit_swap"}
    if any(abs(total * factor - right) < factor or total == right * factor for factor in (THOUSAND, MILLION)):
        return {"slip": "wrong_unit"}
    if right - total in parts.amounts:
        return {"slip": "row_left_out"}
    if total - right in parts.amounts:
        return {"slip": "row_counted_twice"}
    return {}
