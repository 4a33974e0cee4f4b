"""What a recipient's amount is measured by: the exact amount, or where only a near count is on hand, what it may be."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

from assets.verification.sentinel.split import Split

_HALF: Final = Fraction(1, 2)


class Standard(Protocol):
    """Measures the printed amount of one recipient."""

    @property
    def base_sek(self) -> int:
        """The recipient's base amount."""
        ...

    @property
    def right_sek(self) -> int | None:
        """The right amount, where it is known."""
        ...

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits that the amount may come from; none for a fixed amount, or where none is known."""
        ...

    def is_off(self, printed: int) -> bool:
        """Whether `printed` must be wrong."""
        ...

    def accepts(self, amount: int) -> bool:
        """Whether `amount` may be the right one."""
        ...

    def is_about(self, amount: int, slack: int) -> bool:
        """Whether `amount` is less than `slack` from one that may be right."""
        ...

    def is_far(self, printed: int) -> bool:
        """Whether `printed` is out of all proportion."""
        ...

    def people_behind(self, printed: int) -> int | None:
        """The whole number of people that `printed` is the amount of; None if there is none, or nothing says."""
        ...

    def unrounded(self, printed: int, /) -> tuple[Fraction, Fraction]:
        """Between what the amount lies before it was rounded to what was printed."""
        ...


def _is_far(printed: int, lowest: int, highest: int) -> bool:
    """Half as much again as anything right, or a third less."""
    return 2 * printed >= 3 * highest or 3 * printed <= 2 * lowest


@dataclass(frozen=True)
class Exact:
    """The amount is known to the krona. `people` and `split` are None for a fixed amount; `step_sek` as printed."""

    base_sek: int
    amount_sek: int
    people: int | None
    split: Split | None
    step_sek: int = 1

    @property
    def right_sek(self) -> int | None:
        """The amount as it should be printed."""
        return (2 * self.amount_sek + self.step_sek) // (2 * self.step_sek) * self.step_sek

    @property
    def splits(self) -> tuple[Split, ...]:
        """The one it comes from."""
        return (self.split,) if self.split is not None else ()

    def is_off(self, printed: int) -> bool:
        """Anything else is wrong."""
        return not self.accepts(printed)

    def accepts(self, amount: int) -> bool:
        """To the krona; or half a step away, and the half krona by which the amount itself is rounded."""
        if self.step_sek == 1:
            return amount == self.amount_sek
        return 2 * abs(amount - self.amount_sek) <= self.step_sek + 1

    def is_about(self, amount: int, slack: int) -> bool:
        """Less than `slack` away."""
        return abs(amount - self.amount_sek) < slack

    def is_far(self, printed: int) -> bool:
        """Out of proportion to the amount."""
        return _is_far(printed, self.amount_sek, self.amount_sek)

    def people_behind(self, printed: int) -> int | None:
        """By the split, where kronor tell people apart."""
        if self.split is None or self.step_sek > 1 or not self.split.is_telling:
            return None
        return self.split.people_behind(printed - self.base_sek)

    def unrounded(self, _printed: int, /) -> tuple[Fraction, Fraction]:
        """Exactly, whatever is printed; without a split the amount is as it is."""
        exact = Fraction(self.amount_sek)
        if self.split is not None and self.people is not None:
            exact = self.base_sek + Fraction(self.split.variable_sek * self.people, self.split.total)
        return exact, exact


@dataclass(frozen=True)
class Near:
    """Only a near count is on hand: the right amount lies between `lowest` and `highest`, at worst `least` and `most`.

    `splits` have the totals that the table itself was solved for; there are none if it was not.
    """

    base_sek: int
    lowest: int
    highest: int
    least: int
    most: int
    splits: tuple[Split, ...]
    step_sek: int = 1

    @property
    def right_sek(self) -> int | None:
        """Not known."""
        return None

    def is_off(self, printed: int) -> bool:
        """Out of bounds, or no whole number of people under any of the totals."""
        return not self.least <= printed <= self.most or not self._is_whole(printed)

    def accepts(self, amount: int) -> bool:
        """Near, and a whole number of people."""
        return self.lowest <= amount <= self.highest and self._is_whole(amount)

    def is_about(self, amount: int, slack: int) -> bool:
        """Near, give or take."""
        return self.lowest - slack < amount < self.highest + slack

    def is_far(self, printed: int) -> bool:
        """Out of bounds, and out of proportion or nobody's."""
        if self.least <= printed <= self.most:
            return False
        return _is_far(printed, self.lowest, self.highest) or self.people_behind(printed) is None

    def people_behind(self, printed: int) -> int | None:
        """By the first of the totals that has one."""
        found = (split.people_behind(printed - self.base_sek) for split in self.splits)
        return next((people for people in found if people is not None), None)

    def unrounded(self, printed: int, /) -> tuple[Fraction, Fraction]:
        """Half a step to each side of what is printed."""
        return printed - self.step_sek * _HALF, printed + self.step_sek * _HALF

    def _is_whole(self, amount: int) -> bool:
        return not self.splits or self.people_behind(amount) is not None
