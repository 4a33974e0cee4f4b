"""Estimated head counts: known ones kept, the rest proportional to the same cohorts at another date.

The estimate adds up exactly to a known total, in whole persons. Its error is measured where the truth is known.
"""

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from schemas.errors import DataRefused
from schemas.vocabulary import LARGEST_REMAINDER


def estimate(total: int, known: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """`region_code, population, is_known` for every code of `weights`; sums exactly to `total`.

    `known` and `weights` are `region_code, population`. The unknown codes share what the known ones leave of
    `total`, in proportion to their weights, by largest remainder.
    """
    unknown = weights.join(known, on="region_code", how="anti")
    remainder = total - int(known.get_column("population").sum())
    if remainder < 0 or unknown.is_empty():
        raise DataRefused("estimate", f"{remainder} persons are left for {unknown.height} unknown territories")
    estimated = _scaled(remainder, unknown).with_columns(is_known=pl.lit(value=False))
    kept = known.join(weights, on="region_code", how="semi").select(
        "region_code", "population", is_known=pl.lit(value=True)
    )
    return pl.concat([kept, estimated]).sort("region_code")


def backtest(total: int, known: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """`region_code, population, population_estimated, error_count, error_share` for every known code.

    The method is applied as if nothing but the total were known, so no known count helps to estimate itself.
    """
    estimated = _scaled(total, weights).rename({"population": "population_estimated"})
    error = pl.col("population_estimated") - pl.col("population")
    return (
        known.select("region_code", "population")
        .join(estimated, on="region_code", how="inner", validate="1:1")
        .sort("region_code")
        .with_columns(error_count=error, error_share=error / pl.col("population"))
    )


def _scaled(total: int, weights: pl.DataFrame) -> pl.DataFrame:
    rows = weights.select(
        pl.lit(total, pl.Int64).alias(UNITS),
        pl.col("population").alias(WEIGHT),
        pl.col("region_code").alias(CODE),
        pl.lit(LARGEST_REMAINDER).alias(ROUNDING),
        pot=pl.lit(0),
    )
    return apportion(rows, ["pot"]).select(region_code=CODE, population=PART)
