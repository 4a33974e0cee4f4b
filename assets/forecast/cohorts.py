"""Children on a day that was not counted: birth cohorts moved along with the nation's, births as they last were.

Of the 19 ages 0–18 all but one are already born and counted when a year begins. Within its county a territory keeps
its part of each national cohort; the counties' children follow their whole population, which knows of families that
have moved. Everything is reckoned in millionths of a person, in integers. All ages are `totals.py`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.forecast.assumptions import Unborn
from assets.forecast.history import MILLIONTHS, OLDEST_CHILD, History, days_of, in_whole_persons, on_day, rounded
from assets.forecast.totals import (
    AS_THE_NATION,
    BETWEEN_COUNTS,
    CARRY_FORWARD,
    OWN_TREND,
    Forecast,
    forecast_totals,
    kept_as_counted,
)
from assets.population.bases import age_bounds
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTRY, COUNTY

COHORTS: Final = "cohorts"
COHORTS_IN_COUNTY: Final = "cohorts-in-county"
AS_OWN_POPULATION: Final = "as-own-population"
_NOVEMBER: Final = 11
_AGES: Final = range(OLDEST_CHILD + 1)

# Millionths of a person by age, at every year's end.
Nation = dict[int, list[int]]


@dataclass(frozen=True)
class Band:
    """Ages 0 to `last`; of those aged 0 at the year's end only the part `born`, as (part, whole)."""

    last: int
    born: tuple[int, int]

    def of_nation(self, people: list[int]) -> int:
        """Whole persons of the band, from the nation's people by age."""
        newborn = people[0] * self.born[0] // self.born[1]
        return rounded(newborn + sum(people[1 : self.last + 1]))

    def of_territories(self, people: pl.DataFrame) -> pl.DataFrame:
        """`region_code, people` of the band, from people by age."""
        newborn = pl.col("people") * self.born[0] // self.born[1]
        counted = people.with_columns(people=pl.when(pl.col("age") == 0).then(newborn).otherwise("people"))
        return _band_sum(counted, self.last)


def forecast_children(history: History, region_type: str, ages: str, day: dt.date, unborn: Unborn) -> Forecast:
    """Head counts of a band from age 0 on `day`, 1 November or a year's end, by every method that applies.

    Starts from the nearest year-end with single ages of every territory. Raises `DataRefused` without one.
    """
    first, last = age_bounds(ages)
    counted = history.ages[region_type]
    if counted.is_empty() or first != 0 or last > OLDEST_CHILD:
        raise DataRefused(f"population {day}, ages {ages}", f"no single ages by {region_type} are on hand to move")
    origin = _nearest(counted, day)
    nation = nation_until(history, origin.year, day.year)
    band = Band(last, (unborn.of - unborn.children, unborn.of) if day.month == _NOVEMBER else (1, 1))
    cohorts = band.of_territories(cohorts_moved(on_day(counted, origin), nation, origin.year, day.year))
    weights = {COHORTS: cohorts}
    if region_type != COUNTRY:
        weights |= _naive(history, region_type, last, day) | _within_counties(cohorts, history, last, day)
    shared = in_whole_persons(band.of_nation(nation[day.year]), weights)
    return Forecast(pl.concat([_unscaled(counted, region_type, last, day), shared]), origin, abs((day - origin).days))


def cohorts_moved(start: pl.DataFrame, nation: Nation, origin: int, target: int) -> pl.DataFrame:
    """`region_code, age, people` at the year-end of `target` from that of `origin`, the same form.

    Each territory keeps its part of every national cohort. Those not yet born at the origin are shared as the
    youngest of the origin are; backwards, the oldest ages that the origin does not tell are left out.
    """
    years = target - origin
    sources = {age: max(age - years, 0) for age in _AGES if age - years <= OLDEST_CHILD}
    shares = pl.DataFrame(
        [(age, source, nation[target][age], nation[origin][source]) for age, source in sources.items()],
        {"to": pl.Int64, "age": pl.Int64, "now": pl.Int64, "then": pl.Int64},
        orient="row",
    )
    people = pl.col("people").cast(pl.Int128) * pl.col("now") // pl.col("then")
    return (
        start.join(shares, on="age", validate="m:m")
        .select("region_code", age="to", people=people.cast(pl.Int64))
        .sort("region_code", "age")
    )


def nation_until(history: History, *years: int) -> Nation:
    """The nation's children by age at every year-end known, and until the last of `years` as the latest would have it.

    Births stay as in the latest year; a cohort grows or shrinks as the one a year older did. Raises `DataRefused`
    without the two latest year-ends, or where one of `years` is missing among those known.
    """
    counted = history.ages[COUNTRY]
    nation: Nation = {
        day.year: on_day(counted, day).sort("age").get_column("people").to_list() for day in days_of(counted)
    }
    latest = max(nation, default=0)
    missing = [year for year in (latest - 1, *years) if year not in nation and year <= latest]
    if missing or not nation:
        raise DataRefused(f"the nation's single ages {min(missing, default='')}", "are needed to move cohorts")
    for year in range(latest + 1, max(years) + 1):
        now, then = nation[year - 1], nation[year - 2]
        nation[year] = [now[0], *(now[age - 1] * now[age] // then[age - 1] for age in _AGES[1:])]
    return nation


def _within_counties(cohorts: pl.DataFrame, history: History, last: int, day: dt.date) -> dict[str, pl.DataFrame]:
    """The cohorts brought to their counties' children, these in step with the counties' whole population."""
    counties = _naive(history, COUNTY, last, day).get(AS_OWN_POPULATION)
    if counties is None:
        return {}
    by_county = cohorts.with_columns(county_code=pl.col("region_code").str.slice(0, 2)).join(
        counties.select(county_code="region_code", wanted="people"), on="county_code", validate="m:1"
    )
    have = pl.col("people").sum().over("county_code")
    people = pl.col("people").cast(pl.Int128) * pl.col("wanted") // have
    return {COHORTS_IN_COUNTY: by_county.select("region_code", people=people.cast(pl.Int64))}


def _naive(history: History, region_type: str, last: int, day: dt.date) -> dict[str, pl.DataFrame]:
    """`region_code, people` if all children grow as the nation's do, or in step with their own whole population."""
    counted = history.ages[region_type]
    if counted.is_empty():
        return {}
    origin = _nearest(counted, day)
    children = _band_sum(on_day(counted, origin), last)
    then = on_day(history.totals[region_type], origin).rename({"population": "then"})
    if then.is_empty():
        return {AS_THE_NATION: children}
    now = _best(forecast_totals(history.totals[region_type], day)).rename({"population": "now"})
    both = children.join(then, on="region_code", validate="1:1").join(now, on="region_code", validate="1:1")
    people = pl.col("people").cast(pl.Int128) * pl.col("now") // pl.col("then")
    return {AS_THE_NATION: children, AS_OWN_POPULATION: both.select("region_code", people=people.cast(pl.Int64))}


def _unscaled(counted: pl.DataFrame, region_type: str, last: int, day: dt.date) -> pl.DataFrame:
    """`method, region_code, population` as last counted; of the nation itself also growing as the year before."""
    counts = (
        counted.filter(pl.col("age") <= last)
        .group_by("reference_date", "known", "region_code")
        .agg(population=pl.col("people").sum() // MILLIONTHS)
    )
    if region_type == COUNTRY:
        return forecast_totals(counts, day).counts.filter(pl.col("method").is_in([CARRY_FORWARD, AS_THE_NATION]))
    return kept_as_counted(on_day(counts, _nearest(counted, day)))


def _best(found: Forecast) -> pl.DataFrame:
    """The line between two counts, else the trend."""
    is_between = BETWEEN_COUNTS in found.counts.get_column("method")
    return found.by(BETWEEN_COUNTS if is_between else OWN_TREND)


def _nearest(counted: pl.DataFrame, day: dt.date) -> dt.date:
    return min(days_of(counted), key=lambda date: abs((date - day).days))


def _band_sum(people: pl.DataFrame, last: int) -> pl.DataFrame:
    return people.filter(pl.col("age") <= last).group_by("region_code").agg(pl.col("people").sum()).sort("region_code")
