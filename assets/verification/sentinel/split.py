"""The arithmetic of a split, in whole numbers: from people to kronor, and back from kronor to people."""

from dataclasses import dataclass
from typing import Final

from schemas.vocabulary import LARGEST_REMAINDER

# With less than this many kronor per person nearly every amount is that of a whole number of people.
_LEAST_TELLING_SEK: Final = 2


@dataclass(frozen=True)
class Split:
    """`variable_sek` kronor shared by `total` people under a rounding convention."""

    variable_sek: int
    total: int
    rounding: str

    @property
    def is_telling(self) -> bool:
        """Whether a wrong amount is likely to be no whole number of people."""
        return self.variable_sek > _LEAST_TELLING_SEK * self.total

    def part_of(self, people: int) -> int:
        """The part of so many people, to the nearest krona."""
        return (2 * self.variable_sek * people + self.total) // (2 * self.total)

    def people_behind(self, part_sek: int) -> int | None:
        """The number of people whose part this is; None if it is nobody's.

        Under largest remainder a part is rounded up or down, so a neighbour of the nearest krona may be right too.
        """
        if part_sek < 0:
            return None
        people = (2 * part_sek * self.total + self.variable_sek) // (2 * self.variable_sek)
        gap = abs(self.variable_sek * people - part_sek * self.total)
        rounds = gap < self.total if self.rounding == LARGEST_REMAINDER else self.part_of(people) == part_sek
        return people if rounds else None
