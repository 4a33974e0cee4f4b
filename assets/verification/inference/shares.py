"""Share intervals: what amounts say of a recipient's share of the total, before any head count or total is known.

Amounts of one recipient that go by the same population share one share. Intervals that do not meet therefore mean a
figure of another year, another rule or another pot. Ends are exact fractions; amounts are read as rounded to the
nearest krona, the lower end included and the upper one not.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

import polars as pl

from schemas.errors import DataRefused

_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class ShareInterval:
    """The shares that give one figure: from `low` up to, not including, `high`."""

    figure: str
    amount_sek: int
    base_sek: int
    variable_sek: int

    @property
    def low(self) -> Fraction:
        """The smallest share that gives the amount."""
        return Fraction(2 * (self.amount_sek - self.base_sek) - 1, 2 * self.variable_sek)

    @property
    def high(self) -> Fraction:
        """The share from which on the amount would be a krona more."""
        return Fraction(2 * (self.amount_sek - self.base_sek) + 1, 2 * self.variable_sek)

    def meets(self, other: "ShareInterval") -> bool:
        """Whether one share gives both figures."""
        return self.low < other.high and other.low < self.high

    def sek_for(self, other: "ShareInterval") -> int:
        """The amount, to the nearest krona, that this figure would be with the share of `other`."""
        share = Fraction(other.amount_sek - other.base_sek, other.variable_sek)
        return self.base_sek + math.floor(self.variable_sek * share + _HALF)


@dataclass(frozen=True)
class Disjoint:
    """Two figures that no share gives."""

    first: ShareInterval
    second: ShareInterval

    @property
    def apart_sek(self) -> int:
        """What the second figure is above (or below) the amount that the share of the first would give it."""
        return self.second.amount_sek - self.second.sek_for(self.first)


@dataclass(frozen=True)
class Shares:
    """The intervals of figures that are said to have one share, in the order given."""

    intervals: tuple[ShareInterval, ...]

    @property
    def common(self) -> tuple[Fraction, Fraction] | None:
        """The shares that give all figures, from–to, the end not included; None if there are none."""
        return _common(self.intervals)

    @property
    def disjoint(self) -> tuple[Disjoint, ...]:
        """Every pair that no share gives. There are none exactly when there is a common share."""
        pairs = combinations(self.intervals, 2)
        return tuple(Disjoint(first, second) for first, second in pairs if not first.meets(second))

    @property
    def suspects(self) -> tuple[str, ...]:
        """The figures without which the others have a common share: of two that disagree, both."""
        if self.common is not None:
            return ()
        return tuple(
            suspect.figure
            for suspect in self.intervals
            if _common([interval for interval in self.intervals if interval is not suspect]) is not None
        )


def share_intervals(figures: pl.DataFrame) -> Shares:
    """The intervals of `figure, amount_sek, base_sek, variable_sek`, all kronor Int64.

    `figure` names the row for the reader; `variable_sek` is what its pot shares by head count. Raises `DataRefused`
    for a pot that shares nothing.
    """
    intervals = tuple(_intervals(figures.select("figure", "amount_sek", "base_sek", "variable_sek").rows()))
    if not intervals:
        raise DataRefused("share intervals", "there is no figure")
    return Shares(intervals)


def _intervals(rows: Iterable[tuple[str, int, int, int]]) -> Iterator[ShareInterval]:
    for figure, amount_sek, base_sek, variable_sek in rows:
        if variable_sek <= 0:
            raise DataRefused(f"figure {figure}", f"its pot has {variable_sek} kr to share by head count")
        yield ShareInterval(figure, amount_sek, base_sek, variable_sek)


def _common(intervals: Sequence[ShareInterval]) -> tuple[Fraction, Fraction] | None:
    low, high = max(interval.low for interval in intervals), min(interval.high for interval in intervals)
    return (low, high) if low < high else None
