"""The totals that come nearest where none fits, and which rows they miss: where the error is likely to be.

Searched only after `solve.py` has found nothing.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.apportion import PART
from assets.verification.inference.search import Search, totals_missing
from assets.verification.inference.table import KRONOR
from assets.verification.inference.whole import MISSED, apportioned, takes_the_rest
from assets.verification.inference.windows import TOTAL

# Totals whose missed rows are listed; all of them are counted.
LISTED: Final = 100
# A total that misses rows is taken for the right one if fewer than this many would come as near by chance.
_CHANCE: Final = 0.01
# How many misses are looked for, one after the other: larger tables that miss more have another rule.
_AT_MOST: Final = (1, 5, 20)
_ROWS: Final = {TOTAL: pl.Int64, "recipient_code": pl.String, "amount_sek": pl.Int64, "nearest_sek": pl.Int64}


@dataclass(frozen=True, eq=False)
class Nearly:
    """The fewest `misses` of any total, and how many `totals` have no more; with 0 totals all miss that many or more.

    `rows` are the missed rows of the first totals: `total, recipient_code, amount_sek, nearest_sek`, the last being
    the amount that the closest head count gives, or in a whole table that misses one row the persons that the others
    leave. A total without rows fits every row, but not all together: the persons do not add up to it, or there is
    no cut. `is_located` says that so few misses are no chance: total and other rows are right, the missed ones wrong.
    """

    misses: int
    totals: int
    rows: pl.DataFrame
    is_located: bool


def nearest_misses(search: Search) -> Nearly:
    """The totals with the fewest misses; of a whole table those that its head counts can add up to."""
    figures = search.table.figures.height
    for at_most in _AT_MOST:
        judged = _judged(search, totals_missing(search, at_most)).filter(pl.col(MISSED) <= at_most)
        if not judged.is_empty():
            fewest = int(judged.select(pl.col(MISSED).min()).item())
            totals = judged.filter(pl.col(MISSED) == fewest).get_column(TOTAL).sort()
            rows = _missed_rows(search, totals.head(LISTED))
            located = not rows.is_empty() and search.by_chance(fewest) < _CHANCE
            return Nearly(fewest, len(totals), rows, located)
    return Nearly(min(figures, _AT_MOST[-1] + 1), 0, pl.DataFrame(schema=_ROWS), is_located=False)


def _judged(search: Search, near: pl.DataFrame) -> pl.DataFrame:
    """`total, missed` with what a whole table asks for besides: that it adds up, and is what the convention gives.

    A convention misses no fewer rows than the windows do. Totals that the persons do not add up to miss one row at
    least; where two or more are missed, they can have what the others leave in any way, and the windows decide.
    """
    if not search.table.is_whole:
        return near
    anew = near.filter(search.is_decided, pl.col(MISSED) <= search.table.figures.height // 2).get_column(TOTAL)
    split = _anew(search, anew).select(TOTAL, MISSED).unique()
    others = near.join(split, on=TOTAL, how="anti").with_columns(pl.col(MISSED).clip(lower_bound=1))
    return pl.concat([split, others])


def _anew(search: Search, totals: pl.Series) -> pl.DataFrame:
    """`apportioned`, with the one recipient free that is missed, or that takes the residual."""
    if search.largest is not None:
        return apportioned(search, totals, takes_the_rest(totals, search.largest))
    missed = _missed_windows(search, totals).filter(pl.len().over(TOTAL) == 1)
    return apportioned(search, totals, missed)


def _missed_windows(search: Search, totals: pl.Series) -> pl.DataFrame:
    """`total, recipient_code` of the figures that no whole head count gives."""
    return pl.concat(
        totals.to_frame().filter(~search.sharing.is_met(window)).with_columns(pl.lit(code).alias("recipient_code"))
        for code, window in search.windows.items()
    )


def _missed_rows(search: Search, totals: pl.Series) -> pl.DataFrame:
    """The rows of `Nearly`, in the order of totals and codes."""
    printed = search.table.figures.select("recipient_code", "amount_sek", "base_sek", KRONOR)
    part = search.sharing.part(search.sharing.closest(pl.col(KRONOR)), search.rounding)
    missed = _missed_windows(search, totals).join(printed, on="recipient_code").with_columns(part.alias(PART))
    if search.is_decided:
        split = (
            _anew(search, totals).filter(pl.col(PART) != pl.col(KRONOR)).join(printed, on=["recipient_code", KRONOR])
        )
        missed = pl.concat([split.select(missed.columns), missed.join(split, on=TOTAL, how="anti")])
    rows = missed.select(TOTAL, "recipient_code", "amount_sek", nearest_sek=pl.col("base_sek") + pl.col(PART))
    return rows.sort(TOTAL, "recipient_code")
