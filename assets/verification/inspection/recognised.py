"""What recognition finds: amounts with their pot and recipient, amounts without, and whom an amount may be for."""

from dataclasses import dataclass

from assets.documents.found import Figure, Recipient
from schemas.text import Text
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, REGION


@dataclass(frozen=True)
class Pot:
    """A pot, or all pots of a level together, as figures are published for it."""

    programme: str
    year: int
    pot_id: str
    recipient_type: str

    def __str__(self) -> str:
        return f"{self.programme} {self.year} {self.pot_id}"


@dataclass(frozen=True)
class Recognised:
    """An amount whose pot and recipient are known. `how`: exact, near, words or sum."""

    figure: Figure
    pot: Pot
    recipient_code: str
    how: str
    # The year that the document names, where the amount is another year's.
    printed_for_year: int | None = None


@dataclass(frozen=True)
class Unrecognised:
    """An amount that no pot, or more than one, fits; `candidates` are those it could be."""

    figure: Figure
    reason: Text
    candidates: tuple[Pot, ...] = ()


@dataclass(frozen=True)
class Recognition:
    """What became of the amounts of a document."""

    recognised: tuple[Recognised, ...]
    unrecognised: tuple[Unrecognised, ...]


def whom(figure: Figure, county_code: str | None) -> tuple[Recipient, ...]:
    """Whom an amount may be for: as named, or anybody who stands for the document's county."""
    if figure.may_be:
        named = set(figure.may_be)
        counties = {one.recipient_code for one in named if one.recipient_type == COUNTY}
        return tuple(sorted(named | {Recipient(MUNICIPALITIES_IN_COUNTY, code) for code in counties}))
    if county_code is None or figure.role == "recipient":
        return ()
    return tuple(Recipient(kind, county_code) for kind in (COUNTY, REGION, MUNICIPALITIES_IN_COUNTY))
