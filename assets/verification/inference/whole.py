"""Conventions tried on solved head counts: whole tables are apportioned anew, parts of tables bounded.

A whole table whose head counts are known is either what a convention gives or not. For a part of a table largest
remainder asks for a cut: no row rounded down may have a larger remainder than a row rounded up.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.verification.inference.search import Search
from assets.verification.inference.table import KRONOR, PublishedTable
from assets.verification.inference.windows import TOTAL

MISSED: Final = "missed"


def apportioned(search: Search, totals: pl.Series, free: pl.DataFrame) -> pl.DataFrame:
    """A whole table apportioned anew, by the search's convention, for every total that its head counts add up to.

    Every recipient has the head count closest to its amount, but a `free` one (`total, recipient_code`) has the
    persons that the others leave. Returns `total, recipient_code, kronor, population, part` and `missed`, the number
    of rows of that total whose part is another.
    """
    persons, total = pl.col("population"), pl.col(TOTAL)
    taken = pl.when("is_free").then(0).otherwise(persons).sum().over(TOTAL)
    rows = (
        totals.to_frame()
        .join(search.table.figures.select("recipient_code", KRONOR), how="cross")
        .join(free.with_columns(is_free=pl.lit(value=True)), on=[TOTAL, "recipient_code"], how="left")
        .with_columns(pl.col("is_free").fill_null(value=False), population=search.sharing.closest(pl.col(KRONOR)))
        .with_columns(population=pl.when("is_free").then(total - taken).otherwise(persons))
        .filter(persons.sum().over(TOTAL) == total, (persons >= 0).all().over(TOTAL))
        .with_columns(
            pl.lit(search.table.variable_sek, pl.Int64).alias(UNITS),
            persons.alias(WEIGHT),
            pl.col("recipient_code").alias(CODE),
            pl.lit(search.rounding).alias(ROUNDING),
        )
    )
    missed = (pl.col(PART) != pl.col(KRONOR)).sum().over(TOTAL).cast(pl.Int64)
    return apportion(rows, [TOTAL]).select(TOTAL, "recipient_code", KRONOR, "population", PART, missed.alias(MISSED))


def takes_the_rest(totals: pl.Series, recipient_code: str | None) -> pl.DataFrame:
    """The same free recipient under every total, or none: for `apportioned`."""
    free = totals if recipient_code is not None else totals.clear()
    return free.to_frame().with_columns(pl.lit(recipient_code, pl.String).alias("recipient_code"))


def with_a_cut(search: Search, totals: pl.Series) -> pl.Series:
    """Of totals under which every figure is its whole part or one krona more: those that leave room for a cut."""
    kronor, above = pl.col(KRONOR), pl.col("above")
    return (
        totals.to_frame()
        .join(search.table.figures.select(KRONOR), how="cross")
        .with_columns(above=search.sharing.remainder(search.sharing.closest(kronor), kronor))
        .group_by(TOTAL)
        .agg(
            down=above.filter(above >= 0).max(),
            up=above.filter(above < 0).min() + pl.col(TOTAL).first(),
        )
        .filter((pl.col("down") <= pl.col("up")).fill_null(value=True))
        .get_column(TOTAL)
        .sort()
    )


def cut_of(table: PublishedTable, total: int, people: Mapping[str, int]) -> tuple[Fraction, Fraction] | None:
    """Between which remainders the cut of largest remainder must lie; None if no cut gives the amounts.

    `people` are head counts by recipient code; remainders are parts of a krona, 0 to 1.
    """
    down, up = Fraction(0), Fraction(1)
    for code, kronor in table.figures.select("recipient_code", KRONOR).iter_rows():
        above = Fraction(table.variable_sek * people[code], total) - kronor
        if not -1 < above < 1:
            return None
        if above >= 0:
            down = max(down, above)
        else:
            up = min(up, above + 1)
    return (down, up) if down <= up else None
