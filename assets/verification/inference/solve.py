"""All national totals and head counts that give published amounts, under each rounding convention, counted exactly.

Pot, base amounts and number of recipients are known here; `rules.py` is for rules that are not. A whole table must
add up: its head counts are the total. For a part of a table `largest_remainder` and `largest_recipient` are only
bounded, since the rows that are not on hand decide too: their totals are not excluded, nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from assets.verification.inference.nearly import Nearly, nearest_misses
from assets.verification.inference.search import Search, searches, sieve
from assets.verification.inference.table import KRONOR, PublishedTable
from assets.verification.inference.whole import MISSED, apportioned, takes_the_rest, with_a_cut
from assets.verification.inference.windows import TOTAL, TRIED, Totals, window_of
from schemas.vocabulary import LARGEST_REMAINDER, NEAREST, ROUNDINGS

Verdict = Literal["unique", "ambiguous", "none"]

# Totals listed with their head counts; all of them are counted.
LISTED: Final = 100


@dataclass(frozen=True, eq=False)
class Fit:
    """What fits under one convention: exactly `solutions` totals, the first `LISTED` of them with head counts.

    `head_counts` has `total, recipient_code, population, population_most`: from–to, equal where one head count is
    possible. `is_bounded` marks a convention that a part of a table cannot decide. `nearly` is there if nothing fits.
    """

    rounding: str
    is_bounded: bool
    solutions: int
    head_counts: pl.DataFrame
    nearly: Nearly | None

    @property
    def totals(self) -> list[int]:
        """The listed totals, ascending."""
        return self.head_counts.get_column(TOTAL).unique().sort().to_list()

    @property
    def verdict(self) -> Verdict:
        """Unique if one total fits, with one head count for every recipient."""
        if self.solutions == 0:
            return "none"
        one_each = bool(self.head_counts.select((pl.col("population") == pl.col("population_most")).all()).item())
        return "unique" if self.solutions == 1 and one_each else "ambiguous"


@dataclass(frozen=True, eq=False)
class Solutions:
    """The fits of every convention tried.

    Amounts show kronor per person, never the total alone: with another pot or number of recipients another total
    fits as well, with the same head counts.
    """

    table: PublishedTable
    searched: Totals
    fits: dict[str, Fit]

    @property
    def decided(self) -> list[Fit]:
        """The real conventions among those tried that the table can decide."""
        return [fit for name, fit in self.fits.items() if name in ROUNDINGS and not fit.is_bounded]

    @property
    def bounded(self) -> list[Fit]:
        """The conventions that a part of a table cannot decide."""
        return [fit for fit in self.fits.values() if fit.is_bounded]

    @property
    def verdict(self) -> Verdict:
        """Unique if all conventions that fit agree on one total and head counts; none if nothing fits.

        Ambiguous if several solutions fit, or only conventions that the table cannot decide.
        """
        fitting = [fit for fit in self.decided if fit.solutions]
        if not fitting:
            return "ambiguous" if any(fit.solutions for fit in self.bounded) else "none"
        first = fitting[0]
        if all(fit.verdict == "unique" and fit.head_counts.equals(first.head_counts) for fit in fitting):
            return "unique"
        return "ambiguous"

    def sek_per_person(self, total: int) -> Fraction:
        """Kronor per person under `total`."""
        return Fraction(self.table.variable_sek, total)

    @property
    def by_chance(self) -> float:
        """How many totals of the range would fit amounts that had nothing to do with persons, to the nearest krona."""
        return Search(self.table, self.searched, NEAREST, None).by_chance()


def solve(table: PublishedTable, totals: Totals, conventions: Sequence[str] = TRIED) -> Solutions:
    """Search every total of the range under every convention."""
    return Solutions(table, totals, {name: _fit(searches(table, totals, name)) for name in conventions})


def missed_by(table: PublishedTable, total: int, rounding: str) -> list[str]:
    """The recipients whose amount no whole head count gives under `total`, in the order of their codes."""
    sharing = table.sharing(Totals(total, total))
    windows = {
        code: window_of(kronor, rounding) for code, kronor in table.figures.select("recipient_code", KRONOR).rows()
    }
    met = pl.DataFrame({TOTAL: [total]}).select(sharing.is_met(window).alias(code) for code, window in windows.items())
    return sorted(code for code, is_met in met.row(0, named=True).items() if not is_met)


def _fit(tried: Sequence[Search]) -> Fit:
    found = pl.concat([_head_counts(search) for search in tried])
    # More than one search may let a total through, each with another recipient as the largest.
    head_counts = (
        found.group_by(TOTAL, "recipient_code")
        .agg(pl.col("population").min(), pl.col("population_most").max())
        .sort(TOTAL, "recipient_code")
    )
    totals = head_counts.get_column(TOTAL).unique().sort()
    nearly = nearest_misses(tried[0]) if totals.is_empty() else None
    listed = head_counts.filter(pl.col(TOTAL).is_in(totals.head(LISTED).implode()))
    return Fit(tried[0].rounding, tried[0].is_bounded, len(totals), listed, nearly)


def _head_counts(search: Search) -> pl.DataFrame:
    """`total, recipient_code, population, population_most` of all totals that fit."""
    totals = sieve(search)
    if search.is_decided:
        split = apportioned(search, totals, takes_the_rest(totals, search.largest)).filter(pl.col(MISSED) == 0)
        return split.select(TOTAL, "recipient_code", "population", population_most="population")
    if search.rounding == LARGEST_REMAINDER and search.has_one_count_each:
        totals = with_a_cut(search, totals)
    rows = pl.concat(
        totals.to_frame().select(
            TOTAL,
            pl.lit(code).alias("recipient_code"),
            search.sharing.fewest(window).alias("population"),
            search.sharing.most(window).alias("population_most"),
        )
        for code, window in search.windows.items()
    )
    if not search.table.is_whole:
        return rows
    fewest, most = (pl.col(name).sum().over(TOTAL) for name in ("population", "population_most"))
    return rows.filter(fewest <= pl.col(TOTAL), most >= pl.col(TOTAL))
