"""How well the methods did: what the errors of the back-test say, in shares, in kronor, and how far they reach."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.forecast.backtest import TEST
from assets.forecast.cohorts import COHORTS_IN_COUNTY
from assets.forecast.intervals import half_width, miss, reach
from assets.forecast.totals import AS_THE_NATION, BETWEEN_COUNTS, CARRY_FORWARD, OWN_TREND
from assets.population.bases import ALL_AGES, CHILDREN
from schemas.tables.forecast import FORECAST_BACKTEST
from schemas.vocabulary import COUNTRY, COUNTY, MUNICIPALITY, NEAREST

# The methods that forecasts of amounts use: between two counts, after the last one, and for children.
USED: Final = (BETWEEN_COUNTS, OWN_TREND, COHORTS_IN_COUNTY)
_BILLION: Final = 1_000_000_000


def backtest_of(errors: pl.DataFrame, year: int, interval_percent: int, shared_sek: Mapping[str, int]) -> pl.DataFrame:
    """The table `forecast_backtest`; `shared_sek` is what known rules share by `all` ages and by `0-18`."""
    error = (pl.col("forecast") - pl.col("population")).abs()
    rows = errors.group_by(*TEST, "origin_date", "method").agg(
        territories=pl.len().cast(pl.Int64),
        mean_abs_error=error.mean(),
        # In whole billionths: the mean of floats would depend on their order.
        mean_abs_error_share=(error * _BILLION // pl.col("population")).mean() / _BILLION,
    )
    return (
        rows.join(_in_kronor(errors, shared_sek), on=[*TEST, "method"], how="left", validate="1:1")
        .join(_coverage(errors, interval_percent), on=[*TEST, "method"], how="left", validate="1:1")
        .with_columns(
            year=pl.lit(year, pl.Int32),
            is_used=pl.col("method").is_in(USED),
            better_than_carry=_better_than(CARRY_FORWARD),
            better_than_nation=_better_than(AS_THE_NATION),
        )
        .select(FORECAST_BACKTEST.schema.names())
        .sort(FORECAST_BACKTEST.key)
    )


def overview_of(backtest: pl.DataFrame) -> pl.DataFrame:
    """The table `forecast_backtest` in a row per `test_kind, region_type, ages, method`: means over the tests.

    `tests`, `mean_abs_error`, `mean_abs_error_share`, `error_sek` per territory, `better_than_carry`,
    `better_than_nation` and `interval_coverage`, the latter over all territories of all tests.
    """
    series = ["test_kind", "region_type", "ages"]
    covered = (pl.col("interval_coverage") * pl.col("territories")).sum()
    tried = pl.col("territories").filter(pl.col("interval_coverage").is_not_null()).sum()
    rows = backtest.group_by(*series, "method", "is_used", maintain_order=True).agg(
        tests=pl.len(),
        mean_abs_error=pl.col("mean_abs_error").mean(),
        mean_abs_error_share=pl.col("mean_abs_error_share").mean(),
        error_sek=(pl.col("abs_error_sek") / pl.col("territories")).mean(),
        interval_coverage=pl.when(tried > 0).then(covered / tried),
    )
    return rows.with_columns(
        better_than_carry=_better_than(CARRY_FORWARD, series), better_than_nation=_better_than(AS_THE_NATION, series)
    ).sort(*series, "mean_abs_error_share", "method")


def _better_than(baseline: str, test: Sequence[str] = TEST) -> pl.Expr:
    """The share of the baseline's mean error that is gone; null for a baseline without error."""
    naive = pl.col("mean_abs_error").filter(pl.col("method") == baseline).first().over(test)
    return pl.when(naive > 0).then(1 - pl.col("mean_abs_error") / naive)


def _in_kronor(errors: pl.DataFrame, shared_sek: Mapping[str, int]) -> pl.DataFrame:
    """`abs_error_sek` of each test and method: what the forecast would have given wrongly, both ways."""
    test = [*TEST, "method"]
    is_children = pl.col("ages") != ALL_AGES
    whole = errors.filter(
        "is_whole", pl.col("region_type") != COUNTRY, (pl.col("region_type") == COUNTY) | is_children
    ).with_columns(
        pl.when(is_children).then(shared_sek[CHILDREN]).otherwise(shared_sek[ALL_AGES]).alias(UNITS),
        pl.col("region_code").alias(CODE),
        pl.lit(NEAREST).alias(ROUNDING),
    )
    parts = [
        apportion(whole.with_columns(pl.col(weight).alias(WEIGHT)), test).get_column(PART)
        for weight in ("forecast", "population")
    ]
    return (
        whole.select(*test, abs_error_sek=(parts[0] - parts[1]).abs()).group_by(test).agg(pl.col("abs_error_sek").sum())
    )


# --- intervals ------------------------------------------------------------------------------------------------


def reaches_of(errors: pl.DataFrame, percent: int) -> dict[str, int]:
    """How far the errors of each used method reach (`intervals.reach`), from all its tests together.

    All ages: counties only, which are what rules ask for. Children: counties and municipalities together.
    """
    tried = _tried(errors).filter(pl.col("pool") != MUNICIPALITY)
    return {
        method: reach(tried.filter(pl.col("method") == method).get_column("miss").to_list(), percent)
        for method in tried.get_column("method").unique().sort()
    }


def _tried(errors: pl.DataFrame) -> pl.DataFrame:
    """The errors of the used methods with their `miss`, and the `pool` of tests that are alike."""
    used = errors.filter(pl.col("method").is_in(USED), pl.col("region_type") != COUNTRY)
    columns = used.select("population", "forecast", "days").iter_rows()
    misses = [miss(forecast - counted, forecast, days) for counted, forecast, days in columns]
    pool = pl.when(pl.col("ages") == ALL_AGES).then("region_type").otherwise(pl.lit(CHILDREN))
    return used.with_columns(pl.Series("miss", misses, pl.Int64), pool=pool)


def _coverage(errors: pl.DataFrame, percent: int) -> pl.DataFrame:
    """`interval_coverage` of each test by a used method: intervals from the other years' errors alone."""
    tried = _tried(errors).with_columns(tested_year=pl.col("reference_date").dt.year())
    covered = [tried.clear().with_columns(is_covered=pl.lit(value=False))]
    for method, pool, year in tried.select("method", "pool", "tested_year").unique(maintain_order=True).iter_rows():
        alike = tried.filter(pl.col("method") == method, pl.col("pool") == pool)
        tested = alike.filter(pl.col("tested_year") == year)
        others = alike.filter(pl.col("tested_year") != year).get_column("miss").to_list()
        if others:
            covered.append(tested.with_columns(_is_within(tested, reach(others, percent))))
    return pl.concat(covered).group_by(*TEST, "method").agg(interval_coverage=pl.col("is_covered").mean())


def _is_within(tested: pl.DataFrame, reached: int) -> pl.Series:
    columns = tested.select("population", "forecast", "days").iter_rows()
    within = [abs(forecast - counted) <= half_width(forecast, days, reached) for counted, forecast, days in columns]
    return pl.Series("is_covered", within, pl.Boolean)
