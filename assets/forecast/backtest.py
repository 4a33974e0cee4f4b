"""How well the methods would have done: every forecast that the counts on hand allow, beside what was then counted.

A test of the kind `forecast` sees only what was public on 1 November of its year. `nowcast` sees later counts too, as
a base between two counts is made; `hindcast` goes back from a later count, where nothing earlier is on hand.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.forecast.assumptions import Parameters
from assets.forecast.cohorts import COHORTS_IN_COUNTY, forecast_children
from assets.forecast.history import MILLIONTHS, History, days_of, on_day
from assets.forecast.intervals import half_width, miss, reach
from assets.forecast.totals import AS_THE_NATION, BETWEEN_COUNTS, CARRY_FORWARD, OWN_TREND, Forecast, forecast_totals
from assets.population.bases import ALL_AGES, CHILDREN
from schemas.errors import DataRefused
from schemas.tables.forecast import FORECAST_BACKTEST
from schemas.vocabulary import COUNTRY, COUNTY, FORECAST_TEST, HINDCAST_TEST, MUNICIPALITY, NEAREST, NOWCAST_TEST

# The methods that forecasts of amounts use: between two counts, after the last one, and for children.
USED: Final = (BETWEEN_COUNTS, OWN_TREND, COHORTS_IN_COUNTY)
_NOVEMBER: Final = 11
_BILLION: Final = 1_000_000_000
# The band that is tested where five-year groups were counted, not single ages.
_TO_19: Final = "0-19"
_TEST: Final = ("test_kind", "region_type", "ages", "reference_date")
_ERRORS: Final = {
    "test_kind": pl.String,
    "region_type": pl.String,
    "ages": pl.String,
    "reference_date": pl.Date,
    "origin_date": pl.Date,
    "days": pl.Int64,
    "is_whole": pl.Boolean,
    "method": pl.String,
    "region_code": pl.String,
    "population": pl.Int64,
    "forecast": pl.Int64,
}


def errors_of(history: History, parameters: Parameters) -> pl.DataFrame:
    """One row per test, method and territory: the counted `population` beside the `forecast`.

    Besides: `test_kind, region_type, ages, reference_date, origin_date`, the `days` to the nearest count used, and
    whether the test `is_whole`, with every territory.
    """
    rows = [pl.DataFrame(schema=_ERRORS)]
    for test in _tests(history):
        seen = (
            history.known_on(_first_of_november(test.day)) if test.kind == FORECAST_TEST else history.without(test.day)
        )
        try:
            found = _forecast(test, seen, parameters)
        except DataRefused:
            # Too early: there was nothing to start from.
            continue
        rows.append(_beside(test, found))
    return pl.concat(rows).sort(*_TEST, "method", "region_code")


@dataclass(frozen=True)
class _Test:
    """A count to be forecast: `counted` is `region_code, population`."""

    kind: str
    region_type: str
    ages: str
    day: dt.date
    counted: pl.DataFrame


def _tests(history: History) -> Iterator[_Test]:
    for kind in (COUNTY, MUNICIPALITY):
        yield from _totals_by_year(history.totals[kind], kind)
    yield from _totals_in_november(history.totals[COUNTY])
    for kind in (COUNTRY, COUNTY, MUNICIPALITY):
        yield from _children_by_year(history.ages[kind], kind)
    yield from _children_in_november(history.bands[MUNICIPALITY])


def _totals_by_year(counted: pl.DataFrame, kind: str) -> Iterator[_Test]:
    """All ages, once a year: on 1 November if that was counted, else at the year's end."""
    seen: set[int] = set()
    for day in days_of(counted):
        if day.month >= _NOVEMBER and day.year not in seen:
            seen.add(day.year)
            yield _Test(FORECAST_TEST, kind, ALL_AGES, day, on_day(counted, day))


def _totals_in_november(counted: pl.DataFrame) -> Iterator[_Test]:
    """All ages on 1 November, as if that count alone were missing."""
    for day in days_of(counted)[:-1]:
        if day.month == _NOVEMBER:
            yield _Test(NOWCAST_TEST, COUNTY, ALL_AGES, day, on_day(counted, day))


def _children_by_year(counted: pl.DataFrame, kind: str) -> Iterator[_Test]:
    """Children at every year's end with single ages; to age 19 where five-year groups were counted."""
    for day in days_of(counted):
        of_day = on_day(counted, day)
        ages = _TO_19 if of_day.get_column("is_split").any() else CHILDREN
        band = of_day.filter(pl.col("age") <= int(ages.removeprefix("0-")))
        sums = band.group_by("region_code").agg(population=pl.col("people").sum() // MILLIONTHS)
        yield _Test(FORECAST_TEST, kind, ages, day, sums)


def _children_in_november(bands: pl.DataFrame) -> Iterator[_Test]:
    """Municipalities whose children were counted on 1 November."""
    counted = bands.filter(
        (pl.col("first_age") == 0) & (pl.col("last_age") == int(CHILDREN.removeprefix("0-"))),
        pl.col("reference_date").dt.month() == _NOVEMBER,
    )
    for day in days_of(counted):
        of_day = on_day(counted, day).select("region_code", "population")
        yield _Test(HINDCAST_TEST, MUNICIPALITY, CHILDREN, day, of_day)


def _first_of_november(day: dt.date) -> dt.date:
    return dt.date(day.year, _NOVEMBER, 1)


def _forecast(test: _Test, seen: History, parameters: Parameters) -> Forecast:
    if test.ages == ALL_AGES:
        return forecast_totals(seen.totals[test.region_type], test.day)
    return forecast_children(seen, test.region_type, test.ages, test.day, parameters.unborn)


def _beside(test: _Test, found: Forecast) -> pl.DataFrame:
    territories = found.counts.get_column("region_code").n_unique()
    return (
        found.counts.rename({"population": "forecast"})
        .join(test.counted, on="region_code", validate="m:1")
        .with_columns(
            test_kind=pl.lit(test.kind),
            region_type=pl.lit(test.region_type),
            ages=pl.lit(test.ages),
            reference_date=pl.lit(test.day, pl.Date),
            origin_date=pl.lit(found.origin, pl.Date),
            days=pl.lit(found.days, pl.Int64),
            is_whole=pl.lit(test.counted.height == territories),
        )
        .select(*_ERRORS)
    )


# --- what the errors say --------------------------------------------------------------------------------------


def backtest_of(errors: pl.DataFrame, year: int, interval_percent: int, shared_sek: Mapping[str, int]) -> pl.DataFrame:
    """The table `forecast_backtest`; `shared_sek` is what known rules share by `all` ages and by `0-18`."""
    error = (pl.col("forecast") - pl.col("population")).abs()
    rows = errors.group_by(*_TEST, "origin_date", "method").agg(
        territories=pl.len().cast(pl.Int64),
        mean_abs_error=error.mean(),
        # In whole billionths: the mean of floats would depend on their order.
        mean_abs_error_share=(error * _BILLION // pl.col("population")).mean() / _BILLION,
    )
    return (
        rows.join(_in_kronor(errors, shared_sek), on=[*_TEST, "method"], how="left", validate="1:1")
        .join(_coverage(errors, interval_percent), on=[*_TEST, "method"], how="left", validate="1:1")
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


def _better_than(baseline: str, test: Sequence[str] = _TEST) -> pl.Expr:
    """The share of the baseline's mean error that is gone; null for a baseline without error."""
    naive = pl.col("mean_abs_error").filter(pl.col("method") == baseline).first().over(test)
    return pl.when(naive > 0).then(1 - pl.col("mean_abs_error") / naive)


def _in_kronor(errors: pl.DataFrame, shared_sek: Mapping[str, int]) -> pl.DataFrame:
    """`abs_error_sek` of each test and method: what the forecast would have given wrongly, both ways."""
    test = [*_TEST, "method"]
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
    return pl.concat(covered).group_by(*_TEST, "method").agg(interval_coverage=pl.col("is_covered").mean())


def _is_within(tested: pl.DataFrame, reached: int) -> pl.Series:
    columns = tested.select("population", "forecast", "days").iter_rows()
    within = [abs(forecast - counted) <= half_width(forecast, days, reached) for counted, forecast, days in columns]
    return pl.Series("is_covered", within, pl.Boolean)
