"""Children and totals carried to another day, by hand in a world of three municipalities in two counties."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from assets.forecast.assumptions import Unborn
from assets.forecast.cohorts import (
    AS_OWN_POPULATION,
    COHORTS,
    COHORTS_IN_COUNTY,
    Nation,
    cohorts_moved,
    forecast_children,
    nation_until,
)
from assets.forecast.history import MILLIONTHS, History, history_of, in_whole_persons, on_day, rounded
from assets.forecast.totals import AS_THE_NATION, BETWEEN_COUNTS, CARRY_FORWARD, OWN_TREND, forecast_totals
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTRY, COUNTY, MUNICIPALITY

AGES = range(20)
NOBODY_UNBORN = Unborn(children=0, of=1)
A_SIXTH_UNBORN = Unborn(children=1, of=6)


def year_end(year: int) -> dt.date:
    return dt.date(year, 12, 31)


def cells(
    code: str,
    day: dt.date,
    counts: Mapping[tuple[int, int], int],
    known: dt.date | None = None,
    series: str = "a-series",
) -> pl.DataFrame:
    """Cells of one territory and day: age bands (first, last) and persons."""
    rows = [(series, code, day, first, last, people, known or day) for (first, last), people in counts.items()]
    names = ("series", "region_code", "reference_date", "first_age", "last_age", "population", "known")
    return pl.DataFrame(rows, names, orient="row")


def single(code: str, year: int, people: list[int]) -> pl.DataFrame:
    return cells(code, year_end(year), {(age, age): count for age, count in enumerate(people)})


def total(code: str, day: dt.date, people: int) -> pl.DataFrame:
    return cells(code, day, {(0, 120): people})


def flat(count: int, **other: int) -> list[int]:
    """The same count at every age 0–19, but for `a6=1_100`."""
    return [other.get(f"a{age}", count) for age in AGES]


# The nation's children: 1 000 of every age, but the cohort aged 5 at the end of 2000 has grown to 1 100 a year later.
NATION = [single("00", 2000, flat(1_000)), single("00", 2001, flat(1_000, a6=1_100))]


def people_at(moved: pl.DataFrame, code: str) -> dict[int, int]:
    """Millionths by age."""
    return dict(moved.filter(pl.col("region_code") == code).select("age", "people").iter_rows())


def start_of(**territories: list[int]) -> pl.DataFrame:
    """`region_code, age, people`, from whole persons by age."""
    rows = [
        (code.removeprefix("m"), age, people * MILLIONTHS)
        for code, counts in territories.items()
        for age, people in enumerate(counts)
    ]
    return pl.DataFrame(rows, ["region_code", "age", "people"], orient="row")


def by_code(counts: pl.DataFrame) -> dict[str, int]:
    return dict(counts.select("region_code", "population").sort("region_code").iter_rows())


# --- the nation ---------------------------------------------------------------------------------------------------


def test_the_nation_grows_on_as_the_cohort_a_year_older_did() -> None:
    nation = nation_until(history_of(pl.concat(NATION)), 2001, 2002)
    # Aged 5 → 6 grew by a tenth in 2001, and so do those who are 5 at its end; those who had grown go on unchanged.
    assert [nation[2002][age] // MILLIONTHS for age in (0, 5, 6, 7, 8)] == [1_000, 1_000, 1_100, 1_100, 1_000]


def test_births_stay_as_they_last_were() -> None:
    history = history_of(pl.concat([single("00", 2000, flat(1_000)), single("00", 2001, flat(1_000, a0=777))]))
    assert [nation_until(history, 2001, 2004)[year][0] // MILLIONTHS for year in (2002, 2003, 2004)] == [777] * 3


def test_a_nation_of_one_year_end_cannot_be_moved() -> None:
    with pytest.raises(DataRefused, match=r"single ages 2000.*are needed"):
        nation_until(history_of(NATION[1]), 2001, 2002)


def test_a_missing_year_of_the_nation_is_named() -> None:
    history = history_of(pl.concat([*NATION, single("00", 2003, flat(1_000)), single("00", 2004, flat(1_000))]))
    with pytest.raises(DataRefused, match="2002"):
        nation_until(history, 2002, 2005)


# --- cohorts ------------------------------------------------------------------------------------------------------


def a_nation(**years: list[int]) -> Nation:
    return {int(year.removeprefix("y")): [count * MILLIONTHS for count in counts] for year, counts in years.items()}


def test_a_territory_keeps_its_part_of_each_cohort() -> None:
    nation = a_nation(y2001=flat(1_000, a6=1_100), y2002=flat(1_000, a6=1_100, a7=1_100))
    ages = people_at(cohorts_moved(start_of(m0101=[100 + age for age in AGES]), nation, 2001, 2002), "0101")
    assert ages[7] == 106 * MILLIONTHS, "106 of the 1 100 aged 6, who are 1 100 at 7 too"
    assert ages[6] == 115_500_000, "105 of the 1 000 aged 5, who have become 1 100"
    assert ages[0] == 100 * MILLIONTHS, "the newborn are shared as the last newborn were"
    assert sorted(ages) == list(AGES)


def test_those_born_since_are_shared_as_the_last_newborn() -> None:
    nation = a_nation(y2001=flat(1_000), y2004=flat(1_000, a0=900, a1=800, a2=700))
    ages = people_at(cohorts_moved(start_of(m0101=flat(10, a0=50)), nation, 2001, 2004), "0101")
    assert [ages[age] for age in (0, 1, 2, 3)] == [45 * MILLIONTHS, 40 * MILLIONTHS, 35 * MILLIONTHS, 50 * MILLIONTHS]


def test_backwards_a_cohort_is_taken_from_the_age_above() -> None:
    nation = a_nation(y2000=flat(1_000), y2001=flat(1_000, a6=1_100))
    ages = people_at(cohorts_moved(start_of(m0101=[100 + age for age in AGES]), nation, 2001, 2000), "0101")
    assert ages[5] == 106 * MILLIONTHS * 1_000 // 1_100
    assert ages[0] == 101 * MILLIONTHS
    assert 19 not in ages, "nobody aged 20 was followed"


def test_the_year_end_itself_changes_nothing() -> None:
    start = start_of(m0101=[100 + age for age in AGES])
    nation = a_nation(y2001=flat(1_000, a6=1_100))
    assert people_at(cohorts_moved(start, nation, 2001, 2001), "0101") == people_at(start, "0101")


# --- a forecast of children ---------------------------------------------------------------------------------------

SMALL, LARGE, OTHER = "0101", "0102", "0201"
BY_AGE = {SMALL: flat(100, a0=60), LARGE: flat(300, a0=240), OTHER: flat(600, a0=700)}


def a_world(*more: pl.DataFrame) -> History:
    """Three municipalities that make up the nation; the county of two of them grows, the other one shrinks."""
    people = {SMALL: 5_000, LARGE: 15_000, OTHER: 30_000}
    grown = {SMALL: 5_500, LARGE: 16_500, OTHER: 28_000}
    frames = [
        *NATION[:1],
        single("00", 2001, flat(1_000)),
        *(single(code, 2001, counts) for code, counts in BY_AGE.items()),
        *(total(code, year_end(2000), count) for code, count in people.items()),
        *(total(code, year_end(2001), count) for code, count in grown.items()),
        *more,
    ]
    return history_of(pl.concat(frames))


def test_children_of_every_territory_sum_to_the_nations() -> None:
    found = forecast_children(a_world(), MUNICIPALITY, "0-18", year_end(2002), NOBODY_UNBORN)
    sums = dict(found.counts.group_by("method").agg(pl.col("population").sum()).iter_rows())
    # 19 ages of 1 000, as in the year before.
    assert {sums[method] for method in (COHORTS, COHORTS_IN_COUNTY, AS_THE_NATION, AS_OWN_POPULATION)} == {19_000}
    assert (found.origin, found.days) == (year_end(2001), 365)


def test_cohorts_by_hand() -> None:
    found = forecast_children(a_world(), MUNICIPALITY, "0-18", year_end(2002), NOBODY_UNBORN)
    # Ages 2–18 are 17 cohorts of the full size; ages 0 and 1 come from the newborn of 2001.
    expected = {SMALL: 17 * 100 + 2 * 60, LARGE: 17 * 300 + 2 * 240, OTHER: 17 * 600 + 2 * 700}
    assert by_code(found.by(COHORTS)) == expected
    assert by_code(found.by(CARRY_FORWARD)) == {SMALL: 1_860, LARGE: 5_640, OTHER: 11_500}


def test_counties_follow_their_population_and_cohorts_divide_them() -> None:
    found = forecast_children(a_world(), MUNICIPALITY, "0-18", year_end(2002), NOBODY_UNBORN)
    # County 01: 20 000 → 22 000 → 24 000; county 02: 30 000 → 28 000 → 26 000. Children follow: 7 500 and 11 500.
    county = rounded(7_500 * 24 * 28 * 19_000, 7_500 * 24 * 28 + 11_500 * 26 * 22)
    got = by_code(found.by(COHORTS_IN_COUNTY))
    assert got[SMALL] + got[LARGE] == county
    assert got[SMALL] == rounded(county * 1_820, 1_820 + 5_580), "by the cohorts within the county"


def test_a_county_in_all_follows_its_population() -> None:
    found = forecast_children(a_world(), COUNTY, "0-18", year_end(2002), NOBODY_UNBORN)
    assert by_code(found.by(COHORTS_IN_COUNTY)) == by_code(found.by(AS_OWN_POPULATION))
    assert by_code(found.by(COHORTS_IN_COUNTY)) != by_code(found.by(COHORTS))


def test_on_1_november_a_part_of_the_newborn_is_missing() -> None:
    found = forecast_children(a_world(), MUNICIPALITY, "0-18", dt.date(2001, 11, 1), A_SIXTH_UNBORN)
    assert (found.origin, found.days) == (year_end(2001), 60)
    assert by_code(found.by(COHORTS)) == {SMALL: 1_800 + 50, LARGE: 5_400 + 200, OTHER: 10_800 + 583}


def test_at_the_years_end_all_newborn_are_there() -> None:
    found = forecast_children(a_world(), MUNICIPALITY, "0-18", year_end(2001), A_SIXTH_UNBORN)
    assert by_code(found.by(COHORTS)) == {code: sum(counts[:19]) for code, counts in BY_AGE.items()}


def test_of_the_nation_itself_the_baseline_is_the_growth_of_the_year_before() -> None:
    history = history_of(pl.concat([single("00", 2000, flat(1_000)), single("00", 2001, flat(1_010))]))
    found = forecast_children(history, COUNTRY, "0-18", year_end(2002), NOBODY_UNBORN)
    assert by_code(found.by(CARRY_FORWARD)) == {"00": 19 * 1_010}
    assert by_code(found.by(AS_THE_NATION)) == {"00": 19 * 1_020}


def test_without_all_ages_there_are_cohorts_but_no_step_by_county() -> None:
    counted = [*NATION[:1], single("00", 2001, flat(1_000)), *(single(code, 2001, BY_AGE[code]) for code in BY_AGE)]
    found = forecast_children(history_of(pl.concat(counted)), MUNICIPALITY, "0-18", year_end(2002), NOBODY_UNBORN)
    assert set(found.counts["method"]) == {COHORTS, AS_THE_NATION, CARRY_FORWARD}


@pytest.mark.parametrize("ages", ["0-20", "6-18"])
def test_a_band_that_is_not_followed_is_refused(ages: str) -> None:
    with pytest.raises(DataRefused, match=f"ages {ages}"):
        forecast_children(a_world(), MUNICIPALITY, ages, year_end(2002), NOBODY_UNBORN)


def test_without_single_ages_there_is_no_forecast() -> None:
    with pytest.raises(DataRefused, match="no single ages by municipality"):
        forecast_children(history_of(pl.concat(NATION)), MUNICIPALITY, "0-18", year_end(2002), NOBODY_UNBORN)


# --- what the history holds -----------------------------------------------------------------------------------------


def test_five_year_groups_are_split_as_the_nation_is() -> None:
    groups = {(0, 4): 50, (5, 9): 51, (10, 14): 50, (15, 19): 50}
    history = history_of(pl.concat([NATION[1], cells("01", year_end(2001), groups)]))
    ages = history.ages[COUNTY]
    assert ages.get_column("is_split").all()
    assert people_at(ages, "01")[0] == 10 * MILLIONTHS
    assert people_at(ages, "01")[6] == 11 * MILLIONTHS, "51 · 1 100 / 5 100"


def test_groups_that_nothing_tells_how_to_split_are_no_single_ages() -> None:
    groups = {(0, 4): 50, (5, 9): 51, (10, 14): 50, (15, 19): 50}
    history = history_of(pl.concat([NATION[0], cells("01", year_end(2001), groups)]))
    assert history.ages[COUNTY].is_empty()


def test_single_ages_go_before_split_groups() -> None:
    groups = cells("00", year_end(2001), {(0, 4): 50, (5, 9): 51, (10, 14): 50, (15, 19): 50}, series="0-first-by-name")
    ages = history_of(pl.concat([groups, NATION[1]])).ages[COUNTRY]
    assert not ages.get_column("is_split").any()
    assert people_at(ages, "00")[0] == 1_000 * MILLIONTHS


@pytest.mark.parametrize(("later", "used"), [(0, 7), (1, 5)])
def test_of_two_counts_of_a_day_the_one_known_first_is_used_then_by_name(later: int, used: int) -> None:
    day = year_end(2001)
    first_by_name = cells("00", day, {(0, 120): 7}, day + dt.timedelta(days=later), "a-series")
    other = cells("00", day, {(0, 120): 5}, day, "b-series")
    assert history_of(pl.concat([other, first_by_name])).totals[COUNTRY]["population"].to_list() == [used]


def test_a_county_is_known_when_its_last_municipality_is() -> None:
    late = dt.date(2002, 6, 30)
    counted = [cells(SMALL, year_end(2001), {(0, 120): 5}), cells(LARGE, year_end(2001), {(0, 120): 6}, late)]
    assert history_of(pl.concat(counted)).totals[COUNTY].select("population", "known").rows() == [(11, late)]


def test_a_day_without_every_territory_is_no_count() -> None:
    day = dt.date(2002, 5, 31)
    history = a_world(total(SMALL, day, 5_500), total(OTHER, day, 28_000))
    assert day not in history.totals[MUNICIPALITY]["reference_date"]
    assert day not in history.totals[COUNTY]["reference_date"], "county 01 would look whole without 0102"


def test_counties_are_their_municipalities_unless_counted_themselves() -> None:
    assert by_code(on_day(a_world().totals[COUNTY], year_end(2001))) == {"01": 22_000, "02": 28_000}
    own = a_world(total("01", year_end(2001), 22_003), total("02", year_end(2001), 28_001))
    assert by_code(on_day(own.totals[COUNTY], year_end(2001))) == {"01": 22_003, "02": 28_001}


def test_all_ages_are_added_only_if_they_cover_everybody() -> None:
    whole = cells("00", year_end(2001), {(0, 9): 5, (10, 120): 6})
    part = cells("00", year_end(2002), {(0, 9): 5, (10, 99): 6})
    assert history_of(pl.concat([whole, part])).totals[COUNTRY].select("reference_date", "population").rows() == [
        (year_end(2001), 11)
    ]


def test_a_count_is_known_from_its_publication_on() -> None:
    known = dt.date(2002, 2, 22)
    history = history_of(cells("00", year_end(2001), {(0, 120): 7}, known))
    assert history.known_on(known).totals[COUNTRY].height == 1
    assert history.known_on(known - dt.timedelta(days=1)).totals[COUNTRY].is_empty()
    assert history.without(year_end(2001)).totals[COUNTRY].is_empty()


# --- all ages -----------------------------------------------------------------------------------------------------


def counted(**days: Mapping[str, int]) -> pl.DataFrame:
    """`reference_date, region_code, population, known`, days as `d2001_12_31`."""
    rows: list[Any] = []
    for day, people in days.items():
        date = dt.date(*map(int, day.removeprefix("d").split("_")))
        rows += [(date, code, count, date) for code, count in people.items()]
    return pl.DataFrame(rows, ["reference_date", "region_code", "population", "known"], orient="row")


TWO_YEARS = counted(d2001_12_31={"01": 1_000, "02": 2_000}, d2002_12_31={"01": 1_100, "02": 1_990})


def test_between_two_counts_lies_a_straight_line() -> None:
    found = forecast_totals(TWO_YEARS, dt.date(2002, 11, 1))
    # 305 of 365 days: 1 083.56 and 1 991.64, together 3 075.21.
    assert by_code(found.by(BETWEEN_COUNTS)) == {"01": 1_083, "02": 1_992}
    assert by_code(found.by(CARRY_FORWARD)) == {"01": 1_000, "02": 2_000}
    assert by_code(found.by(AS_THE_NATION)) == {"01": 1_025, "02": 2_050}
    assert (found.origin, found.days) == (dt.date(2001, 12, 31), 60)


def test_after_the_last_count_the_own_trend_goes_on() -> None:
    found = forecast_totals(TWO_YEARS, dt.date(2003, 12, 31))
    assert by_code(found.by(OWN_TREND)) == {"01": 1_200, "02": 1_980}
    # The nation: 3 000 → 3 090 → 3 180; as the nation 1 132.04 and 2 047.96; halfway 1 166.02 and 2 013.98.
    assert by_code(found.by(AS_THE_NATION)) == {"01": 1_132, "02": 2_048}
    assert by_code(found.by("own-trend-50")) == {"01": 1_166, "02": 2_014}
    assert by_code(found.by("own-trend-75")) == {"01": 1_183, "02": 1_997}
    assert (found.origin, found.days) == (dt.date(2002, 12, 31), 365)


def test_the_trend_is_measured_over_at_least_a_year() -> None:
    late = counted(d2003_05_31={"01": 9_000, "02": 9_000})
    found = forecast_totals(pl.concat([TWO_YEARS, late]), dt.date(2003, 11, 1))
    # From 31 December 2001 to 31 May 2003 (516 days), not from the year's end five months before: 154 days more.
    assert by_code(found.by(OWN_TREND)) == {"01": 11_388, "02": 11_089}
    assert found.origin == dt.date(2003, 5, 31)


def test_a_territory_that_would_vanish_is_empty_not_negative() -> None:
    found = forecast_totals(
        counted(d2001_12_31={"01": 900, "02": 10}, d2002_12_31={"01": 990, "02": 1}), year_end(2003)
    )
    assert by_code(found.by(OWN_TREND)) == {"01": 1_072, "02": 0}


@pytest.mark.parametrize(
    ("day", "message"),
    [(dt.date(2001, 6, 1), "no earlier count"), (dt.date(2002, 6, 1), "at least a year before 2001-12-31")],
)
def test_without_counts_to_start_from_there_is_no_forecast(day: dt.date, message: str) -> None:
    with pytest.raises(DataRefused, match=message):
        forecast_totals(counted(d2001_12_31={"01": 1, "02": 2}), day)


def test_a_territory_counted_on_one_day_only_is_refused() -> None:
    odd = counted(d2001_12_31={"01": 1, "02": 2}, d2002_12_31={"01": 1, "03": 2})
    with pytest.raises(DataRefused, match="02 was counted on one day only"):
        forecast_totals(odd, dt.date(2003, 6, 1))


# --- whole persons --------------------------------------------------------------------------------------------------


def test_whole_persons_go_to_the_largest_remainders_and_negative_weights_get_none() -> None:
    weights = pl.DataFrame({"region_code": ["01", "02", "03"], "people": [-5, 2, 1]})
    shared = in_whole_persons(10, {"a": weights, "b": weights})
    assert shared.filter(pl.col("method") == "b").rows() == [("b", "01", 0), ("b", "02", 7), ("b", "03", 3)]


@pytest.mark.parametrize(("people", "persons"), [(1_499_999, 1), (1_500_000, 2), (0, 0)])
def test_a_half_person_is_rounded_up(people: int, persons: int) -> None:
    assert rounded(people) == persons
