"""One convention tried on one table over a range of totals: the windows of its figures, and the sieve.

What is done with the totals that the sieve lets through is decided in `solve.py`.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from assets.verification.inference.table import KRONOR, PublishedTable
from assets.verification.inference.windows import TOTAL, Sharing, Totals, Window, window_of, window_of_largest
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, ROUNDINGS


@dataclass(frozen=True, eq=False)
class Search:
    """`largest` is the recipient assumed to take the residual under `largest_recipient`, None under the others."""

    table: PublishedTable
    searched: Totals
    rounding: str
    largest: str | None

    @property
    def has_one_count_each(self) -> bool:
        """Whether V is so large that one krona more or less never lets another head count in."""
        return self.table.variable_sek > 2 * self.searched.last

    @property
    def is_decided(self) -> bool:
        """Whether the convention can be tried on the solved head counts: the whole table is there."""
        return self.table.is_whole and self.rounding in ROUNDINGS and self.has_one_count_each

    @property
    def is_bounded(self) -> bool:
        """Whether what fits is only not excluded."""
        return self.rounding in (LARGEST_REMAINDER, LARGEST_RECIPIENT) and not self.is_decided

    @cached_property
    def sharing(self) -> Sharing:
        """The arithmetic of the pot."""
        return self.table.sharing(self.searched)

    @cached_property
    def windows(self) -> dict[str, Window]:
        """The window of each figure by recipient code, in the order of the table."""
        return {
            code: window_of_largest(kronor, self.table.recipients)
            if code == self.largest
            else window_of(kronor, self.rounding)
            for code, kronor in self.table.figures.select("recipient_code", KRONOR).iter_rows()
        }

    def by_chance(self, misses: int = 0) -> float:
        """How many totals would miss no more than `misses` of amounts that had nothing to do with persons, at most."""
        person = self.searched.last / self.table.variable_sek
        hits = sorted(min(1.0, (window.high - window.low) / 2 * person) for window in self.windows.values())
        return self.searched.count * math.comb(len(hits), misses) * math.prod(hits[misses:])


def searches(table: PublishedTable, searched: Totals, rounding: str) -> list[Search]:
    """The searches of one convention: one, or one for each recipient that may be the largest.

    The largest recipient falls behind another by no more than the residual that it takes.
    """
    takers: list[str | None] = [None]
    if rounding == LARGEST_RECIPIENT:
        near_the_top = table.figures.filter(pl.col(KRONOR) >= table.kronor[0] - table.recipients)
        takers = list(near_the_top.get_column("recipient_code"))
    return [Search(table, searched, rounding, largest) for largest in takers]


def sieve(search: Search) -> pl.Series:
    """The totals that let every window have a whole head count: those of the narrowest, then figure by figure."""
    first, *others = sorted(search.windows.values(), key=lambda window: window.high - window.low)
    left = search.sharing.totals(first, search.searched).to_frame()
    for window in others:
        if left.is_empty():
            break
        left = left.filter(search.sharing.is_met(window))
    return left.get_column(TOTAL)


def totals_missing(search: Search, at_most: int) -> pl.DataFrame:
    """`total, missed` of every total that misses at most `at_most` figures and hits one at least.

    Such a total hits most of any `2 · at_most + 2` figures, so only those of the first figures are followed up.
    """
    windows = list(search.windows.values())
    first, others = windows[: 2 * at_most + 2], windows[2 * at_most + 2 :]
    hits = pl.concat([search.sharing.totals(window, search.searched) for window in first]).to_frame()
    missed = pl.col("missed")
    found = hits.group_by(TOTAL).agg(missed=len(first) - pl.len().cast(pl.Int64)).filter(missed <= at_most)
    for window in others:
        if found.is_empty():
            break
        found = found.with_columns(missed + (~search.sharing.is_met(window)).cast(pl.Int64)).filter(missed <= at_most)
    return found.sort(TOTAL)
