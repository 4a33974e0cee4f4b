"""What one rounded amount says: how the kronor of a recipient bind its head count p to the national total T.

With V kronor to share, a recipient's exact part is V·p/T. Each rounding convention leaves that part in a window
around the whole kronor that were printed; windows, head counts and totals are compared as integers, ends included
or not as the convention says. Searching tables is `solve.py`.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.errors import DataRefused
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, NEAREST, ROUNDINGS

# Conventions that no known table follows; they are tried so that they can be said to be excluded.
TRUNCATED: Final = "truncated"
ROUNDED_UP: Final = "rounded_up"
TRIED: Final = (*ROUNDINGS, TRUNCATED, ROUNDED_UP)

TOTAL: Final = "total"
_INT64_END: Final = 2**63


@dataclass(frozen=True)
class Totals:
    """The national totals that are searched, `first` and `last` included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise DataRefused(f"totals {self.first} to {self.last}", "a range begins at 1 or later and ends after that")

    @classmethod
    def around(cls, total: int, percent: int = 3) -> "Totals":
        """All totals within `percent` per cent of `total`."""
        margin = total * percent // 100
        return cls(max(1, total - margin), total + margin)

    @property
    def count(self) -> int:
        """How many totals are searched."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Window:
    """Where twice the exact part can lie, in whole kronor: from `low` to `high`, an open end left out."""

    low: int
    high: int
    is_low_open: bool = False
    is_high_open: bool = False


def window_of(kronor: int, rounding: str) -> Window:
    """The window of a part printed as `kronor`.

    For `largest_remainder` it holds whatever the other rows are, so it is necessary but not sufficient; for
    `largest_recipient` it holds for everybody but the largest recipient (`window_of_largest`).
    """
    if rounding in (NEAREST, LARGEST_RECIPIENT):
        return Window(2 * kronor - 1, 2 * kronor + 1, is_high_open=True)
    if rounding == LARGEST_REMAINDER:
        return Window(2 * kronor - 2, 2 * kronor + 2, is_low_open=True, is_high_open=True)
    if rounding == TRUNCATED:
        return Window(2 * kronor, 2 * kronor + 2, is_high_open=True)
    if rounding == ROUNDED_UP:
        return Window(2 * kronor - 2, 2 * kronor, is_low_open=True)
    raise DataRefused(f"rounding {rounding!r}", f"is none of {', '.join(TRIED)}")


def window_of_largest(kronor: int, recipients: int) -> Window:
    """The window of the recipient that takes the whole residual: at most half a krona per recipient."""
    most = recipients // 2
    return Window(2 * (kronor - most) - 1, 2 * (kronor + most) + 1, is_high_open=True)


@dataclass(frozen=True)
class Sharing:
    """V kronor that are shared by head count; `most_sek` bounds the amounts and `most_total` the totals compared.

    Products are formed in Int64 where they fit there, and in Int128 otherwise.
    """

    variable_sek: int
    most_sek: int
    most_total: int

    @property
    def _dtype(self) -> pl.DataType:
        # Twice the largest product, so that window ends a little above the amount are covered.
        return integers_up_to(4 * max(self.most_sek, self.variable_sek) * (self.most_total + 1))

    @property
    def _doubled(self) -> pl.Expr:
        return pl.lit(2 * self.variable_sek, self._dtype)

    def fewest(self, window: Window) -> pl.Expr:
        """The smallest head count that fits the window, over the column `total`."""
        low = self._total() * window.low + int(window.is_low_open)
        return ceiling(low, self._doubled).clip(lower_bound=0).cast(pl.Int64)

    def most(self, window: Window) -> pl.Expr:
        """The largest head count that fits the window, over the column `total`; negative if none does."""
        return ((self._total() * window.high - int(window.is_high_open)) // self._doubled).cast(pl.Int64)

    def is_met(self, window: Window) -> pl.Expr:
        """Whether a whole head count fits the window, over the column `total`."""
        return self.most(window) >= self.fewest(window)

    def closest(self, kronor: pl.Expr) -> pl.Expr:
        """The head count whose exact part is nearest to `kronor`, over the column `total`."""
        doubled_kronor = 2 * kronor.cast(self._dtype)
        return ((doubled_kronor * self._total() + self.variable_sek) // self._doubled).cast(pl.Int64)

    def part(self, people: pl.Expr, rounding: str = NEAREST) -> pl.Expr:
        """The exact part of `people` in whole kronor, over the column `total`: down, up, or nearest (a half up)."""
        exact, total = people.cast(self._dtype) * self.variable_sek, self._total()
        if rounding == TRUNCATED:
            part = exact // total
        elif rounding == ROUNDED_UP:
            part = ceiling(exact, total)
        else:
            part = (2 * exact + total) // (2 * total)
        return part.cast(pl.Int64)

    def remainder(self, people: pl.Expr, kronor: pl.Expr) -> pl.Expr:
        """What the exact part of `people` is above `kronor`, in parts of a krona of which `total` make one.

        For parts within one krona of `kronor`.
        """
        exact = people.cast(self._dtype) * self.variable_sek
        return (exact - kronor.cast(self._dtype) * self._total()).cast(pl.Int64)

    def totals(self, window: Window, searched: Totals) -> pl.Series:
        """All totals of the range for which a whole head count fits the window, ascending.

        Goes through the head counts, each of which allows a short run of totals, instead of through all totals.
        """
        doubled, opened = 2 * self.variable_sek, int(window.is_low_open) + int(window.is_high_open)
        if window.high < int(window.is_high_open):
            return pl.Series(TOTAL, [], pl.Int64)
        if window.high == 0 or (window.high - window.low) * searched.first - opened + 1 >= doubled:
            # Nobody gets nothing, or the window is wider than one person under every total.
            return pl.int_range(searched.first, searched.last + 1, eager=True).alias(TOTAL)
        fewest = max(-(-(window.low * searched.first + int(window.is_low_open)) // doubled), 0)
        most = (window.high * searched.last - int(window.is_high_open)) // doubled
        parts = pl.DataFrame({"part": pl.int_range(fewest, most + 1, eager=True)}).select(
            part=pl.col("part").cast(self._dtype) * doubled
        )
        runs = parts.select(first=_first_total(window), last=_last_total(window, searched.last)).select(
            first=pl.col("first").clip(lower_bound=searched.first).cast(pl.Int64),
            last=pl.col("last").clip(upper_bound=searched.last).cast(pl.Int64),
        )
        runs = runs.filter(pl.col("first") <= pl.col("last"))
        return (
            runs.select(pl.int_ranges("first", pl.col("last") + 1).explode().alias(TOTAL)).to_series().unique().sort()
        )

    def _total(self) -> pl.Expr:
        return pl.col(TOTAL).cast(self._dtype)


def integers_up_to(largest: int) -> pl.DataType:
    """The narrowest integers that hold products up to `largest`."""
    return pl.Int64() if largest < _INT64_END else pl.Int128()


def ceiling(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """The quotient upwards; the denominator is positive."""
    # Not the negative of a floor: Int128 has no minus sign in polars.
    return (numerator + denominator - 1) // denominator


def _first_total(window: Window) -> pl.Expr:
    """The smallest total whose window lets `part`, twice a head count's kronor times the total, in."""
    return ceiling(pl.col("part") + int(window.is_high_open), pl.lit(window.high))


def _last_total(window: Window, last: int) -> pl.Expr:
    if window.low <= 0:
        return pl.lit(last)
    return (pl.col("part") - int(window.is_low_open)) // window.low
