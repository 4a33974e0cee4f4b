"""Exact apportionment in whole units: the three rounding conventions, in integers only.

Belongs to no stage: the population stage apportions persons, the allocation stage kronor. A frame may hold many
pots at once; `pot` names the columns that tell them apart. Nothing here knows what is apportioned.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, NEAREST

# Columns of the input: units to hand out per pot, the weight of each row, its code, and the convention of the pot.
UNITS: Final = "units"
WEIGHT: Final = "weight"
CODE: Final = "code"
ROUNDING: Final = "rounding"
PART: Final = "part"


def apportion(rows: pl.DataFrame, pot: Sequence[str]) -> pl.DataFrame:
    """Add `part`: the whole units of each row, proportional to its weight. Row order is kept.

    Needs Int64 `units` (same for all rows of a pot) and `weight`, both non-negative, a positive sum of weights per
    pot, `code` for ties and `rounding`. Products are formed in Int128, so nothing wraps. Ties of a half are rounded
    up; equal remainders and equal largest weights go to the lowest code.
    """
    units, weight = pl.col(UNITS).cast(pl.Int128), pl.col(WEIGHT).cast(pl.Int128)
    total = pl.col(WEIGHT).sum().over(pot).cast(pl.Int128)
    convention = pl.col(ROUNDING)
    return (
        rows.with_row_index("_row")
        .with_columns(
            _floor=(units * weight // total).cast(pl.Int64),
            # The remainder is smaller than the total, which is an Int64 itself.
            _remainder=(units * weight % total).cast(pl.Int64),
            _nearest=((2 * units * weight + total) // (2 * total)).cast(pl.Int64),
        )
        .with_columns(
            _spare=pl.col(UNITS) - pl.col("_floor").sum().over(pot),
            _residual=pl.col(UNITS) - pl.col("_nearest").sum().over(pot),
            _by_remainder=_place(pot, "_remainder"),
            _by_weight=_place(pot, WEIGHT),
        )
        .with_columns(
            pl.when(convention == LARGEST_REMAINDER)
            .then(pl.col("_floor") + (pl.col("_by_remainder") <= pl.col("_spare")).cast(pl.Int64))
            .when(convention == LARGEST_RECIPIENT)
            .then(pl.col("_nearest") + pl.when(pl.col("_by_weight") == 1).then("_residual").otherwise(0))
            .when(convention == NEAREST)
            .then("_nearest")
            .alias(PART)
        )
        .sort("_row")
        .select(*rows.columns, PART)
    )


def _place(pot: Sequence[str], column: str) -> pl.Expr:
    """1 for the largest value of the pot, 2 for the next; equal values in the order of their codes."""
    order = pl.struct(pl.col(column).neg(), CODE).rank("ordinal").over(pot)
    return order.cast(pl.Int64)
