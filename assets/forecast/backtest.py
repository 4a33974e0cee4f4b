"""How well the methods would have done: every forecast that the counts on hand allow, beside what was then counted.

A test of the kind `forecast` sees only what was public on 1 November of its year. `nowcast` sees later counts too, as
a base between two counts is made; `hindcast` goes back from a later count, where nothing earlier is on hand.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.forecast.assumptions import Parameters
from assets.forecast.cohorts import forecast_children
from assets.forecast.history import MILLIONTHS, History, days_of, on_day
from assets.forecast.totals import Forecast, forecast_totals
from assets.population.bases import ALL_AGES, CHILDREN
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTRY, COUNTY, FORECAST_TEST, HINDCAST_TEST, MUNICIPALITY, NOWCAST_TEST

_NOVEMBER: Final = 11
# The band that is tested where five-year groups were counted, not single ages.
_TO_19: Final = "0-19"
# What tells one test from another.
TEST: Final = ("test_kind", "region_type", "ages", "reference_date")
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
    return pl.concat(rows).sort(*TEST, "method", "region_code")


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
