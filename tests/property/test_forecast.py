"""What holds for every forecast: nothing comes from the future, nobody is lost, and intervals hold their point."""

import datetime as dt
from functools import cache
from typing import Final

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets.agreements.tables import rules_of
from assets.forecast.amounts import forecast_rows
from assets.forecast.assumptions import Candidate, Plan, Unborn, read_plan
from assets.forecast.backtest import errors_of
from assets.forecast.cohorts import cohorts_moved, forecast_children
from assets.forecast.forecast import BaseForecast
from assets.forecast.history import MILLIONTHS, History, counted_cells, history_of, in_whole_persons, read_history
from assets.forecast.intervals import half_width, miss, reach, spread
from assets.forecast.totals import CARRY_FORWARD, forecast_totals
from assets.population.bases import Base
from schemas.vocabulary import COUNTY, FORECAST_TEST, MUNICIPALITY
from tests.domain import DATA, a_pot, an_agreement, recipients, snapshot

quick = settings(max_examples=40, deadline=None)
LAST_COUNT: Final = dt.date(2002, 12, 31)


@cache
def plan() -> Plan:
    return read_plan(DATA / "forecast")


@cache
def cells() -> pl.DataFrame:
    return counted_cells(snapshot(), plan().parameters.known_after_days.model_dump())


@cache
def history() -> History:
    return read_history(snapshot(), plan().parameters.known_after_days.model_dump())


# --- nothing comes from the future --------------------------------------------------------------------------------


@cache
def forecasts_of_full_history() -> pl.DataFrame:
    return errors_of(history(), plan().parameters).filter(pl.col("test_kind") == FORECAST_TEST)


@pytest.mark.parametrize("year", range(2002, 2026))
def test_a_forecast_of_the_back_test_is_made_from_what_was_published_by_then(year: int) -> None:
    """The counts that came later are taken away altogether; the forecasts must be the same."""
    then = history_of(cells().filter(pl.col("known") <= dt.date(year, 11, 1)))
    made = forecasts_of_full_history().filter(pl.col("reference_date").dt.year() == year)
    for (kind, ages, day), expected in made.group_by("region_type", "ages", "reference_date"):
        assert isinstance(day, dt.date)
        if ages == "all":
            again = forecast_totals(then.totals[str(kind)], day)
        else:
            again = forecast_children(then, str(kind), str(ages), day, plan().parameters.unborn)
        key = ["method", "region_code"]
        assert (
            again.counts.sort(key)
            .select(*key, "population")
            .equals(expected.sort(key).select(*key, population="forecast"))
        ), f"{kind}, ages {ages}, {day}"


def test_there_is_something_to_forecast_in_every_one_of_those_years() -> None:
    years = forecasts_of_full_history()["reference_date"].dt.year().unique().sort().to_list()
    assert years == list(range(2002, 2026))


# --- nobody is lost -----------------------------------------------------------------------------------------------

codes = st.integers(1, 99).flatmap(lambda county: st.integers(1, 99).map(lambda own: f"{county:02d}{own:02d}"))
some_people = st.integers(1, 1_000_000)
two_counts = st.dictionaries(codes, st.tuples(some_people, some_people), min_size=1, max_size=8)
some_days = st.integers(0, 1_500).map(lambda days: LAST_COUNT - dt.timedelta(days=300) + dt.timedelta(days=days))


@quick
@given(two_counts, some_days)
def test_whole_persons_sum_to_the_nation_whatever_the_method(people: dict[str, tuple[int, int]], day: dt.date) -> None:
    dates = (LAST_COUNT - dt.timedelta(days=365), LAST_COUNT)
    rows = [
        (date, code, count, date) for code, counts in people.items() for date, count in zip(dates, counts, strict=True)
    ]
    names = ["reference_date", "region_code", "population", "known"]
    nation = sum(first for first, _ in people.values()), sum(last for _, last in people.values())
    if nation[1] * 365 + (nation[1] - nation[0]) * (day - LAST_COUNT).days < 0:
        return
    found = forecast_totals(pl.DataFrame(rows, names, orient="row"), day).counts
    scaled = found.filter(pl.col("method") != CARRY_FORWARD)
    sums = scaled.group_by("method").agg(pl.col("population").sum(), pl.col("population").min().alias("least"))
    expected = nation[1] + (nation[1] - nation[0]) * (day - LAST_COUNT).days / 365
    for _, total, least in sums.iter_rows():
        assert abs(total - expected) <= 0.5 + 1e-6 * expected
        assert least >= 0
    assert sums["population"].n_unique() == 1, "every method shares the same nation"


@quick
@given(st.dictionaries(codes, st.integers(0, 10**12), min_size=1, max_size=9), st.integers(0, 10**7))
def test_shares_are_whole_and_within_one_person(weights: dict[str, int], total: int) -> None:
    if not sum(weights.values()):
        return
    frame = pl.DataFrame({"region_code": list(weights), "people": list(weights.values())})
    shared = in_whole_persons(total, {"a-method": frame})
    assert shared["population"].sum() == total
    everybody = sum(weights.values())
    for code, persons in shared.select("region_code", "population").iter_rows():
        assert abs(persons * everybody - total * weights[code]) < everybody


@quick
@given(
    st.lists(st.integers(1, 50_000), min_size=20, max_size=20),
    st.lists(st.integers(1, 50_000), min_size=20, max_size=20),
    st.integers(-1, 6),
)
def test_territories_together_are_the_nations_cohorts(first: list[int], second: list[int], years: int) -> None:
    """Two territories that make up the nation: moved, they still do, but for a millionth of a person in each."""
    then = [(a + b) * MILLIONTHS for a, b in zip(first, second, strict=True)]
    now = [people + 7 * MILLIONTHS for people in then]
    rows = [
        (code, age, people * MILLIONTHS)
        for code, counts in (("0101", first), ("0201", second))
        for age, people in enumerate(counts)
    ]
    start = pl.DataFrame(rows, ["region_code", "age", "people"], orient="row")
    moved = cohorts_moved(start, {2010: then, 2010 + years: then if years == 0 else now}, 2010, 2010 + years)
    for age, people in moved.group_by("age").agg(pl.col("people").sum()).iter_rows():
        assert 0 <= (then if years == 0 else now)[age] - people <= 2


@pytest.mark.parametrize("day", [dt.date(2025, 11, 1), dt.date(2026, 11, 1), dt.date(2027, 11, 1)])
def test_the_unborn_lower_the_children_and_nothing_else(day: dt.date) -> None:
    none, some = (
        forecast_children(history(), MUNICIPALITY, "0-18", day, Unborn(children=children, of=99_072)).by("cohorts")
        for children in (0, 14_928)
    )
    fewer = none["population"] - some["population"]
    assert (fewer >= -1).all()
    assert 14_000 < fewer.sum() < 15_500


# --- intervals hold their point -----------------------------------------------------------------------------------


@quick
@given(st.integers(0, 3_000_000), st.integers(0, 3_000), st.integers(0, 10_000), st.integers(0, 50))
def test_a_width_grows_with_everything(population: int, days: int, reached: int, noise: int) -> None:
    width = half_width(population, days, reached, noise)
    assert width >= noise
    assert half_width(population + 1_000, days, reached, noise) >= width
    assert half_width(population, days + 30, reached, noise) >= width
    assert half_width(population, days, reached + 1, noise) >= width
    assert half_width(population, days, reached, noise + 1) >= width


@quick
@given(st.integers(-50_000, 50_000), st.integers(0, 3_000_000), st.integers(0, 3_000))
def test_an_error_is_within_the_width_of_its_own_miss(error: int, population: int, days: int) -> None:
    """Up to the millionth of a spread that a miss is rounded down to."""
    slack = spread(population, days) // 1_000_000 + 1
    assert abs(error) <= half_width(population, days, miss(error, population, days)) + slack


@quick
@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=60), st.integers(1, 99))
def test_at_least_so_many_are_within_reach(misses: list[int], percent: int) -> None:
    within = sum(one <= reach(misses, percent) for one in misses)
    assert 100 * within >= percent * len(misses)


some_counts = st.dictionaries(
    st.integers(0, 9_999).map(lambda number: f"{number:04d}"),
    st.tuples(st.integers(1, 500_000), st.integers(0, 5_000)),
    min_size=2,
    max_size=12,
)
some_rules = st.tuples(
    st.integers(0, 10**9),
    st.integers(0, 200_000),
    st.sampled_from(["nearest", "largest_remainder", "largest_recipient"]),
)


@quick
@given(some_counts, some_rules)
# By largest remainder one of two equals gets the krona: nearest would give it to both, and to none of three.
@example({"0001": (1, 0), "0002": (1, 0)}, (1, 0, "largest_remainder"))
@example({"0001": (1, 0), "0002": (1, 0), "0003": (1, 0)}, (1, 0, "largest_remainder"))
def test_amounts_lie_in_their_intervals_and_make_the_pot(
    counts: dict[str, tuple[int, int]], rule: tuple[int, int, str]
) -> None:
    shared, base, rounding = rule
    pot = a_pot(
        amount_sek=shared + base * len(counts),
        rule={"base_sek": base, "variable": {"key": "population", "ages": "all"}},
        rounding=rounding,
    )
    rows = forecast_rows(
        a_candidate(pot.amount_sek),
        rules_of([an_agreement(pot, year=2026)]),
        recipients(*sorted(counts), year=2026),
        {A_BASE: a_forecast(counts)},
        plan(),
    )
    assert (rows["amount_low_sek"] <= rows["amount_sek"]).all()
    assert (rows["amount_sek"] <= rows["amount_high_sek"]).all()
    assert abs(pot.amount_sek - int(rows["amount_sek"].sum())) * 2 <= len(counts)
    assert (rows["amount_low_sek"] >= base - 1).all()


A_BASE: Final = Base("folkmangd_1_november", dt.date(2024, 11, 1), "all", MUNICIPALITY)


def a_candidate(amount: int) -> Candidate:
    return plan().candidates[0].model_copy(update={"pots": {"a-pot": amount}, "programme": "a-programme"})


def a_forecast(counts: dict[str, tuple[int, int]]) -> BaseForecast:
    rows = [(code, people, max(people - width, 0), people + width) for code, (people, width) in sorted(counts.items())]
    names = ["region_code", "population", "population_low", "population_high"]
    return BaseForecast(A_BASE, "between-counts", pl.DataFrame(rows, names, orient="row"))


def test_the_tracked_history_is_whole() -> None:
    """Each kind of territory has the same codes on all its days, so that methods can join them."""
    for kind, territories in ((COUNTY, 21), (MUNICIPALITY, 290)):
        by_day = history().totals[kind].group_by("reference_date").agg(pl.col("region_code").sort().alias("codes"))
        assert by_day["codes"].list.len().unique().to_list() == [territories]
        assert by_day["codes"].n_unique() == 1
