"""The base that a pot asks for: which count, of which day, ages and kind of territory."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from schemas.vocabulary import COUNTY, MUNICIPALITY

ALL_AGES: Final = "all"
CHILDREN: Final = "0-18"
OLDEST: Final = 120


@dataclass(frozen=True, order=True)
class Base:
    """What is asked for. `ages` is `all` or `0-18`; `region_type` is municipality or county."""

    table_id: str
    reference_date: dt.date
    ages: str
    region_type: str

    def __str__(self) -> str:
        return f"{self.table_id} {self.reference_date}, ages {self.ages}, by {self.region_type}"


class AsksForBases(Protocol):
    """Whoever knows what a year's rules ask for; the agreements do, and they come later in the flow."""

    def with_previous(self, years: Iterable[int]) -> list[int]:
        """Grant years, and those before them that their amounts are compared with."""
        ...

    def bases(self, year: int) -> "AskedBases":
        """The bases of a grant year."""
        ...


@dataclass(frozen=True)
class AskedBases:
    """`required` bases carry money; `display` ones only put figures per head beside it and may be missing."""

    required: frozenset[Base]
    display: frozenset[Base]


def age_bounds(ages: str) -> tuple[int, int]:
    """First and last age of a band, both included: `0-18` → (0, 18), `all` → (0, 120)."""
    if ages == ALL_AGES:
        return 0, OLDEST
    first, _, last = ages.partition("-")
    return int(first), int(last)


def territory_of(recipient_type: str) -> str:
    """The kind of territory whose inhabitants a recipient counts; a region has those of its county."""
    return MUNICIPALITY if recipient_type == MUNICIPALITY else COUNTY
