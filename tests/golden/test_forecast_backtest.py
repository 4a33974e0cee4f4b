"""The back-test of the forecasts in numbers, so that a change of method or data shows; and what the numbers rest on."""

import datetime as dt
from functools import cache

import polars as pl
import pytest

from assets.forecast.backtest import backtest_of, errors_of, overview_of, reaches_of
from assets.forecast.history import History, read_history
from assets.forecast.tables import read_inputs
from benchmarks.forecast_backtest import BY_YEAR, OVERVIEW, backtest, lines
from schemas.vocabulary import COUNTY, FORECAST_TEST, MUNICIPALITY
from tests.domain import DATA, snapshot

COUNTIES, CHILDREN = ("forecast", "county", "all"), ("forecast", "county", "0-18")

# Per series of tests and method: tests, mean absolute error in persons, in per cent, and kronor per recipient.
OVERVIEW_EXPECTED = {
    (*COUNTIES, "own-trend"): (14, 909.2, 0.221, 64_114),
    (*COUNTIES, "own-trend-75"): (14, 939.9, 0.230, 66_114),
    (*COUNTIES, "own-trend-50"): (14, 1_124.7, 0.279, 92_068),
    (*COUNTIES, "as-the-nation"): (14, 1_690.5, 0.428, 162_423),
    (*COUNTIES, "carry-forward"): (14, 3_960.6, 0.640, 162_423),
    (*CHILDREN, "cohorts-in-county"): (3, 659.3, 0.556, 51_284),
    (*CHILDREN, "as-own-population"): (3, 659.3, 0.556, 51_284),
    (*CHILDREN, "cohorts"): (3, 1_034.1, 0.994, 83_645),
    (*CHILDREN, "as-the-nation"): (3, 794.2, 1.020, 60_051),
    (*CHILDREN, "carry-forward"): (3, 3_742.7, 3.355, 60_041),
    ("forecast", "county", "0-19", "cohorts-in-county"): (1, 651.6, 0.761, 49_622),
    ("forecast", "county", "0-19", "as-own-population"): (1, 651.6, 0.761, 49_622),
    ("forecast", "county", "0-19", "cohorts"): (1, 991.6, 1.213, 80_819),
    ("forecast", "county", "0-19", "as-the-nation"): (1, 1_309.0, 1.536, 100_584),
    ("forecast", "county", "0-19", "carry-forward"): (1, 1_101.1, 1.693, 100_585),
    ("forecast", "municipality", "all", "own-trend-75"): (10, 198.7, 0.790, None),
    ("forecast", "municipality", "all", "own-trend"): (10, 212.5, 0.821, None),
    ("forecast", "municipality", "all", "own-trend-50"): (10, 209.0, 0.862, None),
    ("forecast", "municipality", "all", "as-the-nation"): (10, 284.9, 1.219, None),
    ("forecast", "municipality", "all", "carry-forward"): (10, 458.9, 1.118, None),
    ("forecast", "country", "0-18", "cohorts"): (24, 5_680.8, 0.260, None),
    ("forecast", "country", "0-18", "as-the-nation"): (24, 7_363.5, 0.338, None),
    ("forecast", "country", "0-18", "carry-forward"): (24, 15_350.6, 0.700, None),
    ("hindcast", "municipality", "0-18", "cohorts-in-county"): (1, 21.5, 0.674, None),
    ("hindcast", "municipality", "0-18", "cohorts"): (1, 23.1, 0.671, None),
    ("hindcast", "municipality", "0-18", "as-own-population"): (1, 30.6, 0.952, None),
    ("hindcast", "municipality", "0-18", "as-the-nation"): (1, 34.9, 1.150, None),
    ("hindcast", "municipality", "0-18", "carry-forward"): (1, 37.9, 1.330, None),
    ("nowcast", "county", "all", "between-counts"): (5, 369.2, 0.068, 21_215),
    ("nowcast", "county", "all", "as-the-nation"): (5, 1_516.4, 0.353, 150_007),
    ("nowcast", "county", "all", "carry-forward"): (5, 3_165.4, 0.484, 150_005),
}

# Counties in all ages, the method in use: the count, the one it starts from, the mean error in per cent, the coverage.
OWN_TREND_BY_YEAR = {
    "2012-12-31": ("2011-12-31", 0.167, 0.95),
    "2013-12-31": ("2012-12-31", 0.208, 0.90),
    "2014-12-31": ("2013-12-31", 0.215, 0.86),
    "2015-12-31": ("2014-12-31", 0.141, 0.90),
    "2016-12-31": ("2015-12-31", 0.479, 0.14),
    "2017-12-31": ("2016-12-31", 0.323, 0.62),
    "2018-12-31": ("2017-12-31", 0.204, 0.90),
    "2019-11-01": ("2018-12-31", 0.101, 1.00),
    "2020-11-01": ("2019-12-31", 0.220, 0.71),
    "2021-11-01": ("2020-12-31", 0.219, 0.86),
    "2022-11-01": ("2021-11-01", 0.185, 0.86),
    "2023-11-01": ("2022-12-31", 0.280, 0.62),
    "2024-12-31": ("2023-11-01", 0.183, 0.86),
    "2025-12-31": ("2024-12-31", 0.172, 0.95),
}


@cache
def table() -> pl.DataFrame:
    return backtest()


@cache
def history() -> History:
    return read_inputs(DATA / "forecast", snapshot()).history


def of(kind: str, territory: str, ages: str, method: str | None = None) -> pl.DataFrame:
    found = table().filter(pl.col("test_kind") == kind, pl.col("region_type") == territory, pl.col("ages") == ages)
    return found if method is None else found.filter(pl.col("method") == method)


def covered(tests: pl.DataFrame) -> float:
    """The share of all territories of all tests whose count lay in its interval."""
    within, tried = pl.col("interval_coverage") * pl.col("territories"), pl.col("territories")
    return float(tests.select(within.sum() / tried.sum()).item())


def test_the_errors_are_what_they_were() -> None:
    rounded = {
        (row["test_kind"], row["region_type"], row["ages"], row["method"]): (
            row["tests"],
            round(row["mean_abs_error"], 1),
            round(100 * row["mean_abs_error_share"], 3),
            None if row["error_sek"] is None else round(row["error_sek"]),
        )
        for row in overview_of(table()).to_dicts()
    }
    assert rounded == OVERVIEW_EXPECTED


def test_the_errors_by_year_are_what_they_were() -> None:
    found = {
        str(row["reference_date"]): (
            str(row["origin_date"]),
            round(100 * row["mean_abs_error_share"], 3),
            round(row["interval_coverage"], 2),
        )
        for row in of(*COUNTIES, "own-trend").to_dicts()
    }
    assert found == OWN_TREND_BY_YEAR


def test_the_reaches_are_what_they_were() -> None:
    inputs = read_inputs(DATA / "forecast", snapshot())
    assert reaches_of(inputs.errors, 80) == {"between-counts": 45, "cohorts-in-county": 66, "own-trend": 83}


# --- what the documents say of it ---------------------------------------------------------------------------------


def test_all_ages_by_county_beat_the_nations_growth_by_40_per_cent_over_8_years() -> None:
    years = of(*COUNTIES, "own-trend")
    assert years.height == 14
    assert (years["better_than_nation"] > 0).all(), "in every single year"
    means = dict(of(*COUNTIES).group_by("method").agg(pl.col("mean_abs_error").mean()).iter_rows())
    assert means["own-trend"] < 0.6 * means["as-the-nation"]
    assert means["own-trend"] < 0.6 * means["carry-forward"]


def test_children_do_not_reach_that_goal_on_what_is_on_hand() -> None:
    """The goal is 40 per cent over eight years. With more year-ends on hand this fails: tell it in the documents."""
    county = pl.concat([of(*CHILDREN, "cohorts-in-county"), of("forecast", "county", "0-19", "cohorts-in-county")])
    better = dict(county.select(pl.col("reference_date").dt.year(), pl.col("better_than_nation").round(2)).iter_rows())
    assert better == {2015: 0.07, 2020: 0.19, 2024: 0.50, 2025: 0.17}
    (municipal,) = of("hindcast", MUNICIPALITY, "0-18", "cohorts-in-county")["better_than_nation"].round(2).to_list()
    assert municipal == 0.38
    assert of("forecast", MUNICIPALITY, "0-18").is_empty(), "single ages by municipality are there for one year only"


@pytest.mark.parametrize(
    ("series", "method"),
    [
        (COUNTIES, "own-trend"),
        (("forecast", "municipality", "all"), "own-trend"),
        (("nowcast", "county", "all"), "between-counts"),
    ],
)
def test_the_80_per_cent_interval_covers_75_to_85_per_cent(series: tuple[str, str, str], method: str) -> None:
    assert 0.75 <= covered(of(*series, method)) <= 0.85


def test_the_childrens_interval_covers_75_to_85_per_cent_in_all() -> None:
    assert 0.75 <= covered(table().filter(pl.col("method") == "cohorts-in-county")) <= 0.85


def test_the_same_trend_wins_with_any_year_left_out() -> None:
    trends = of(*COUNTIES).filter(pl.col("method").str.starts_with("own-trend"))
    for measure in ("mean_abs_error", "mean_abs_error_share", "abs_error_sek"):
        for day in trends["reference_date"].unique():
            others = trends.filter(pl.col("reference_date") != day).group_by("method").agg(pl.col(measure).mean())
            assert others.sort(measure)["method"][0] == "own-trend", f"without {day}, by {measure}"


def test_counties_children_following_their_population_win_three_tests_of_four() -> None:
    tests = table().filter(
        pl.col("test_kind") == FORECAST_TEST, pl.col("region_type") == COUNTY, pl.col("ages") != "all"
    )
    errors = {
        method: dict(rows.select("reference_date", "mean_abs_error").iter_rows())
        for (method,), rows in tests.group_by("method")
    }
    wins = [day for day, error in errors["cohorts-in-county"].items() if error < errors["cohorts"][day]]
    assert len(wins) == 3
    assert len(errors["cohorts"]) == 4


def test_in_kronor_the_two_baselines_are_the_same() -> None:
    """Both leave the shares as they were; what differs is the rounding of whole persons to the nation's total."""
    kronor = of(*COUNTIES).pivot("method", index="reference_date", values="abs_error_sek")
    assert ((kronor["carry-forward"] - kronor["as-the-nation"]).abs() <= 21 * 15).all()


def test_forecasts_start_from_what_was_known_on_1_november() -> None:
    tests = table().filter(pl.col("test_kind") == FORECAST_TEST)
    delays = read_inputs(DATA / "forecast", snapshot()).plan.parameters.known_after_days
    for day, origin in tests.select("reference_date", "origin_date").unique().iter_rows():
        delay = delays.folkmangd_1_november if origin.month == 11 else delays.folkmangd_31_december
        assert origin + dt.timedelta(days=delay) <= dt.date(day.year, 11, 1)


# --- the numbers that are assumed -----------------------------------------------------------------------------------


def test_the_unborn_are_those_of_the_one_year_with_both_counts() -> None:
    unborn = read_inputs(DATA / "forecast", snapshot()).plan.parameters.unborn
    nation = snapshot().cells(snapshot().series["national-single-year-31-december"])
    children = nation.filter(pl.col("reference_date") == dt.date(2024, 12, 31), pl.col("last_age") <= 18)
    november = snapshot().cells(snapshot().series["derived-1-november-municipality-0-18"])
    (counted,) = november.filter(pl.col("region_code") == "00")["population"].to_list()
    assert unborn.of == children.filter(pl.col("first_age") == 0)["population"].item()
    assert unborn.children == children["population"].sum() - counted


def test_the_noise_is_what_ten_single_ages_show_against_their_group() -> None:
    single = snapshot().cells(snapshot().series["municipality-age-0-24-31-december-ckm"])
    groups = snapshot().cells(snapshot().series["municipality-age10-31-december-ckm"])
    by_ten = single.filter(pl.col("first_age") < 20).group_by("region_code", first_age=pl.col("first_age") // 10 * 10)
    both = by_ten.agg(pl.col("population").sum()).join(
        groups.filter(pl.col("last_age") < 20), on=["region_code", "first_age"], suffix="_printed"
    )
    differences = both["population"] - both["population_printed"]
    assert len(differences) == 580
    per_cell = float(differences.std()) / 11**0.5  # type: ignore[arg-type]  # a number
    # 1.28 standard deviations hold 80 per cent; nineteen cells.
    assert (
        round(1.2816 * per_cell * 19**0.5) == read_inputs(DATA / "forecast", snapshot()).plan.parameters.noise_persons
    )


# --- the command that prints it -------------------------------------------------------------------------------------


def test_the_table_can_be_printed_in_both_ways() -> None:
    overview = lines(overview_of(table()), OVERVIEW, markdown=True)
    assert "| 14 | own-trend | 909.2 | 0.221 | 64,114 | 77 % | 46 % | 80 % |" in overview
    by_year = table().with_columns(error_sek=pl.col("abs_error_sek") / pl.col("territories"))
    plain = lines(by_year, BY_YEAR, markdown=False)
    assert any("2019-11-01" in line and "own-trend" in line and "0.101" in line for line in plain)


def test_the_same_counts_give_the_same_table() -> None:
    parameters = read_inputs(DATA / "forecast", snapshot()).plan.parameters
    again = errors_of(read_history(snapshot(), parameters.known_after_days.model_dump()), parameters)
    shared = {"all": 1_083_000_000, "0-18": 192_000_000}
    assert backtest_of(again, 2026, parameters.interval_percent, shared).equals(table())
