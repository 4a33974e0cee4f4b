"""How a base is answered: official, derived, estimated or proxy, each said to be what it is, and what is refused."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from assets.population.bases import AskedBases, Base, age_bounds
from assets.population.estimate import backtest, estimate
from assets.population.resolve import PROXY_MOST_DAYS, EmbeddedSource, resolve
from assets.population.snapshot import Snapshot, read_snapshot
from assets.population.source import Answer, population_of
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.population import POPULATION, POPULATION_BACKTEST
from schemas.vocabulary import COUNTY, DERIVED, ESTIMATED, MUNICIPALITY, OFFICIAL, PROXY
from tests.domain import (
    DATA,
    SeriesFile,
    changed,
    copy_of_data,
    recipients,
    recipients_in,
    snapshot,
    snapshot_folder,
)

NOVEMBER: Final = "folkmangd_1_november"
DECEMBER: Final = "folkmangd_31_december"
MONTH_END: Final = "folkmangd_month_end"
NATION_0_18: Final = 2_265_405


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def on_file(name: str, date: str) -> dict[str, dict[str, int]]:
    """The rows of one day of a tracked file, by code, read without any of the project's code."""
    with (DATA / "population" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row.pop("reference_date") == date]
    return {row.pop("region_code"): {ages: int(count) for ages, count in row.items()} for row in rows}


def answered(base: Base, year: int = 2025) -> Answer:
    answer = resolve(base, snapshot(), recipients_in(year))
    assert answer is not None, f"nothing for {base}"
    return answer


def counts_of(answer: Answer | None) -> dict[str, int]:
    """Persons by code."""
    assert answer is not None
    return dict(answer.counts.select("region_code", "population").iter_rows())


def bases_in(answer: Answer) -> dict[str, int]:
    """How many counts there are of each basis."""
    return dict(Counter(answer.counts.get_column("basis")))


# --- official ------------------------------------------------------------------------------------------------------


def test_municipalities_on_31_december_2018_are_official() -> None:
    answer = answered(Base(DECEMBER, day("2018-12-31"), "all", MUNICIPALITY), 2019)
    expected = on_file("municipality_total_31_december", "2018-12-31")
    assert counts_of(answer) == {code: row["total"] for code, row in expected.items()}
    assert bases_in(answer) == {OFFICIAL: 290}
    assert set(answer.counts.get_column("population_date")) == {day("2018-12-31")}
    assert not answer.counts.get_column("source").str.contains("summed").any()


def test_counties_on_31_december_2018_are_their_municipalities_together() -> None:
    answer = answered(Base(DECEMBER, day("2018-12-31"), "all", COUNTY), 2019)
    expected: Counter[str] = Counter()
    for code, row in on_file("municipality_total_31_december", "2018-12-31").items():
        expected[code[:2]] += row["total"]
    assert counts_of(answer) == dict(expected)
    assert bases_in(answer) == {OFFICIAL: 21}
    assert answer.counts.get_column("source").str.contains("municipalities summed").all()


def test_old_age_is_tiled_from_single_years() -> None:
    """Ages 65–120 are the columns 65, 66, … 99 and 100+."""
    answer = answered(Base(DECEMBER, day("2020-12-31"), "65-120", COUNTY))
    rows = on_file("county_single_year_31_december", "2020-12-31")
    assert counts_of(answer) == {
        code: sum(count for ages, count in row.items() if int(ages.rstrip("+")) >= 65) for code, row in rows.items()
    }
    assert bases_in(answer) == {OFFICIAL: 21}


def test_ages_are_tiled_from_five_year_groups() -> None:
    answer = answered(Base(DECEMBER, day("2024-12-31"), "0-24", COUNTY))
    rows = on_file("county_age5_31_december", "2024-12-31")
    groups = ("0-4", "5-9", "10-14", "15-19", "20-24")
    assert counts_of(answer) == {code: sum(row[group] for group in groups) for code, row in rows.items()}
    assert bases_in(answer) == {OFFICIAL: 21}


def test_ages_that_no_group_ends_with_are_not_cut_out_of_one() -> None:
    """0–18 does not go up in five-year groups, so 2024 cannot answer it; single years of another day stand in."""
    answer = answered(Base(DECEMBER, day("2024-12-31"), "0-18", COUNTY))
    assert bases_in(answer) == {PROXY: 21}
    assert set(answer.counts.get_column("population_date")) == {day("2025-12-31")}


def test_total_and_all_ages_together_are_not_counted_twice() -> None:
    """The file has ten-year groups and a total; all ages are the total."""
    answer = answered(Base(DECEMBER, day("2025-12-31"), "all", MUNICIPALITY))
    expected = on_file("municipality_total_31_december_ckm", "2025-12-31")
    assert counts_of(answer) == {code: row["total"] for code, row in expected.items()}


@pytest.mark.parametrize(
    ("ages", "bounds"), [("all", (0, 120)), ("0-18", (0, 18)), ("65-120", (65, 120)), ("7-7", (7, 7))]
)
def test_age_bounds(ages: str, bounds: tuple[int, int]) -> None:
    assert age_bounds(ages) == bounds


# --- derived -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022, 2023])
def test_counties_on_1_november_are_solved(year: int) -> None:
    answer = answered(Base(NOVEMBER, dt.date(year, 11, 1), "all", COUNTY), year + 1)
    rows = on_file("derived_1_november_regions", f"{year}-11-01")
    nation = rows.pop("00")["total"]
    assert counts_of(answer) == {code: row["total"] for code, row in rows.items()}
    assert sum(counts_of(answer).values()) == nation
    assert bases_in(answer) == {DERIVED: 21}


def test_solved_counts_name_the_documents_they_were_solved_from() -> None:
    base = Base(NOVEMBER, day("2021-11-01"), "all", COUNTY)
    table, _ = population_of(
        2022, AskedBases(frozenset([base]), frozenset()), EmbeddedSource(snapshot()), recipients_in(2022)
    )
    assert table.get_column("derived_from").null_count() == 0


# --- estimated -----------------------------------------------------------------------------------------------------

CHILDREN_2024: Final = Base(NOVEMBER, day("2024-11-01"), "0-18", MUNICIPALITY)


def test_children_of_november_2024_are_15_solved_and_275_estimated() -> None:
    answer = answered(CHILDREN_2024)
    assert bases_in(answer) == {DERIVED: 15, ESTIMATED: 275}
    solved = on_file("derived_1_november_municipality_0_18", "2024-11-01")
    assert solved.pop("00") == {"0-18": NATION_0_18}
    counts = counts_of(answer)
    assert {code: counts[code] for code in solved} == {code: row["0-18"] for code, row in solved.items()}


def test_known_and_estimated_children_are_the_solved_nation_exactly() -> None:
    assert sum(counts_of(answered(CHILDREN_2024)).values()) == NATION_0_18


def test_estimate_keeps_the_proportions_of_the_same_cohorts_a_year_later() -> None:
    """Each unknown municipality within one person of its exact share of what the known ones leave."""
    solved = on_file("derived_1_november_municipality_0_18", "2024-11-01")
    cohorts = on_file("municipality_age_0_24_31_december_ckm", "2025-12-31")
    weights = {code: sum(row[str(age)] for age in range(1, 20)) for code, row in cohorts.items() if code not in solved}
    left = NATION_0_18 - sum(row["0-18"] for code, row in solved.items() if code != "00")
    counts = counts_of(answered(CHILDREN_2024))
    total = sum(weights.values())
    off = {code: counts[code] for code in weights if abs(counts[code] * total - left * weights[code]) >= total}
    assert not off


def test_estimated_counts_say_whose_date_they_have() -> None:
    dates = answered(CHILDREN_2024).counts.select("basis", "population_date").unique().sort("basis").rows()
    assert dates == [(DERIVED, day("2024-11-01")), (ESTIMATED, day("2025-12-31"))]


def test_backtest_says_how_well_the_estimate_hits_dalarna() -> None:
    errors = answered(CHILDREN_2024).backtest
    assert errors is not None
    assert errors.height == 15
    shares = {code: abs(share) for code, share in errors.select("region_code", "error_share").iter_rows()}
    assert 0.006 < sum(shares.values()) / len(shares) < 0.008
    assert max(shares, key=lambda code: shares[code]) == "2029", "Leksand"
    assert 0.018 < shares["2029"] < 0.020


def test_backtest_knows_nothing_but_the_total() -> None:
    """All municipalities are estimated in it, the known ones too: no known count helps to estimate itself."""
    known = pl.DataFrame({"region_code": ["0114", "0115"], "population": [10, 20]})
    weights = pl.DataFrame({"region_code": ["0114", "0115", "0117"], "population": [1, 1, 2]})
    errors = backtest(100, known, weights)
    assert errors.rows() == [("0114", 10, 25, 15, 1.5), ("0115", 20, 25, 5, 0.25)]


def test_estimate_shares_what_the_known_leave() -> None:
    known = pl.DataFrame({"region_code": ["0114"], "population": [10]})
    weights = pl.DataFrame({"region_code": ["0114", "0115", "0117"], "population": [999, 1, 2]})
    assert estimate(40, known, weights).rows() == [("0114", 10, True), ("0115", 10, False), ("0117", 20, False)]


@pytest.mark.parametrize(("total", "says"), [(9, "-1 persons are left"), (10, "0 unknown territories")])
def test_estimate_that_cannot_be_is_refused(total: int, says: str) -> None:
    known = pl.DataFrame({"region_code": ["0114"], "population": [10]})
    weights = pl.DataFrame({"region_code": ["0114"] if total == 10 else ["0114", "0115"]}).with_columns(population=1)
    with pytest.raises(DataRefused, match=says):
        estimate(total, known, weights)


# --- proxy ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "nearest"),
    [
        ("2015-11-01", "2015-12-31"),
        ("2019-11-01", "2019-12-31"),
        ("2020-11-01", "2019-12-31"),
        ("2021-11-01", "2022-12-31"),
        ("2023-11-01", "2022-12-31"),
        ("2025-11-01", "2025-12-31"),
    ],
)
def test_stand_in_is_the_nearest_day(date: str, nearest: str) -> None:
    answer = answered(Base(NOVEMBER, day(date), "all", MUNICIPALITY))
    assert bases_in(answer) == {PROXY: 290}
    assert set(answer.counts.get_column("population_date")) == {day(nearest)}


def test_stand_in_of_the_same_day_comes_from_another_table() -> None:
    """31 December asked as a month's end: the same day, but not the count that was asked for."""
    answer = answered(Base(MONTH_END, day("2018-12-31"), "all", MUNICIPALITY))
    assert bases_in(answer) == {PROXY: 290}
    assert set(answer.counts.get_column("population_date")) == {day("2018-12-31")}


# --- made-up snapshots ---------------------------------------------------------------------------------------------

# Two counties: 01 with two municipalities, 03 with one.
THREE: Final = pl.concat([recipients("0114", "0115", "0305"), recipients("01", "03", kind=COUNTY)])


def a_snapshot(folder: Path, *files: SeriesFile) -> Snapshot:
    return read_snapshot(snapshot_folder(folder, files))


def totals(date: str, **counts: int) -> str:
    """CSV text of head counts of all ages on one day; codes as `c0114=5`."""
    rows = [f"{code.removeprefix('c')},{date},{count}" for code, count in counts.items()]
    return "\n".join(["region_code,reference_date,total", *rows, ""])


def test_municipalities_are_summed_only_if_all_are_there(tmp_path: Path) -> None:
    whole = SeriesFile("whole", totals("2020-12-31", c0114=1, c0115=2, c0305=4))
    base = Base(DECEMBER, day("2020-12-31"), "all", COUNTY)
    assert counts_of(resolve(base, a_snapshot(tmp_path, whole), THREE)) == {"01": 3, "03": 4}


def test_series_of_some_municipalities_never_answers_for_counties(tmp_path: Path) -> None:
    """Not even for county 03, whose only municipality is there."""
    some = SeriesFile("some", totals("2020-12-31", c0114=1, c0305=4))
    found = a_snapshot(tmp_path, some)
    for region_type in (COUNTY, MUNICIPALITY):
        for date in ("2020-12-31", "2020-11-01"):
            assert resolve(Base(DECEMBER, day(date), "all", region_type), found, THREE) is None


def test_children_of_dalarna_do_not_stand_for_the_counties() -> None:
    """15 municipalities are solved for November 2024; all 21 counties come from another day."""
    answer = answered(Base(NOVEMBER, day("2024-11-01"), "0-18", COUNTY))
    assert bases_in(answer) == {PROXY: 21}


def test_territories_that_are_no_recipients_are_left_out(tmp_path: Path) -> None:
    whole = SeriesFile("whole", totals("2020-12-31", c00=7, c0114=1, c0115=2, c0305=4), (MUNICIPALITY, "country"))
    base = Base(DECEMBER, day("2020-12-31"), "all", MUNICIPALITY)
    assert counts_of(resolve(base, a_snapshot(tmp_path, whole), THREE)) == {"0114": 1, "0115": 2, "0305": 4}


def test_official_wins_over_derived_of_the_same_day(tmp_path: Path) -> None:
    solved = SeriesFile("a", totals("2020-12-31", c01=30, c03=40), (COUNTY,), basis=DERIVED)
    scb = SeriesFile("b", totals("2020-12-31", c01=3, c03=4), (COUNTY,))
    answer = resolve(Base(DECEMBER, day("2020-12-31"), "all", COUNTY), a_snapshot(tmp_path, solved, scb), THREE)
    assert counts_of(answer) == {"01": 3, "03": 4}


def test_derived_wins_over_a_nearby_official_day(tmp_path: Path) -> None:
    solved = SeriesFile("a", totals("2020-11-01", c01=30, c03=40), (COUNTY,), NOVEMBER, DERIVED)
    scb = SeriesFile("b", totals("2020-10-31", c01=3, c03=4), (COUNTY,), NOVEMBER)
    answer = resolve(Base(NOVEMBER, day("2020-11-01"), "all", COUNTY), a_snapshot(tmp_path, solved, scb), THREE)
    assert counts_of(answer) == {"01": 30, "03": 40}


def test_of_two_days_equally_near_the_earlier_stands_in(tmp_path: Path) -> None:
    before = SeriesFile("later-in-the-list", totals("2020-10-22", c01=3, c03=4), (COUNTY,))
    after = SeriesFile("first-in-the-list", totals("2020-11-11", c01=30, c03=40), (COUNTY,))
    answer = resolve(Base(NOVEMBER, day("2020-11-01"), "all", COUNTY), a_snapshot(tmp_path, after, before), THREE)
    assert counts_of(answer) == {"01": 3, "03": 4}


def test_on_the_same_day_scb_stands_in_before_solved_counts(tmp_path: Path) -> None:
    solved = SeriesFile("a", totals("2020-12-31", c01=30, c03=40), (COUNTY,), basis=DERIVED)
    scb = SeriesFile("b", totals("2020-12-31", c01=3, c03=4), (COUNTY,))
    answer = resolve(Base(NOVEMBER, day("2020-11-01"), "all", COUNTY), a_snapshot(tmp_path, solved, scb), THREE)
    assert counts_of(answer) == {"01": 3, "03": 4}


def test_the_earlier_of_two_days_stands_in_even_if_solved(tmp_path: Path) -> None:
    """What was known first, before who counted."""
    solved = SeriesFile("a", totals("2020-10-22", c01=30, c03=40), (COUNTY,), basis=DERIVED)
    scb = SeriesFile("b", totals("2020-11-11", c01=3, c03=4), (COUNTY,))
    answer = resolve(Base(NOVEMBER, day("2020-11-01"), "all", COUNTY), a_snapshot(tmp_path, scb, solved), THREE)
    assert counts_of(answer) == {"01": 30, "03": 40}


def test_fewest_groups_are_added_up(tmp_path: Path) -> None:
    """With noise a total is not the sum of its groups; it is nearer the truth."""
    text = "region_code,reference_date,0-9,10-19,0-19,20+,total\n01,2020-12-31,1,2,4,8,15\n03,2020-12-31,1,1,1,1,1\n"
    found = a_snapshot(tmp_path, SeriesFile("groups", text, (COUNTY,)))
    expected = {"all": 15, "0-19": 4, "10-120": 10, "20-120": 8}
    for ages, persons in expected.items():
        assert counts_of(resolve(Base(DECEMBER, day("2020-12-31"), ages, COUNTY), found, THREE))["01"] == persons, ages


@pytest.mark.parametrize(("days", "is_answered"), [(PROXY_MOST_DAYS, True), (PROXY_MOST_DAYS + 1, False)])
def test_day_too_far_away_does_not_stand_in(days: int, is_answered: bool, tmp_path: Path) -> None:
    asked = day("2020-11-01")
    far = SeriesFile("far", totals(str(asked + dt.timedelta(days)), c01=3, c03=4), (COUNTY,))
    answer = resolve(Base(NOVEMBER, asked, "all", COUNTY), a_snapshot(tmp_path, far), THREE)
    assert (answer is not None) == is_answered


# --- the tables ------------------------------------------------------------------------------------------------------


def test_base_that_nothing_answers_is_refused_by_name() -> None:
    base = Base(NOVEMBER, day("2003-11-01"), "all", MUNICIPALITY)
    with pytest.raises(DataRefused) as caught:
        population_of(2004, AskedBases(frozenset([base]), frozenset()), EmbeddedSource(snapshot()), recipients_in(2004))
    assert type(caught.value) is DataRefused
    assert "folkmangd_1_november 2003-11-01, ages all, by municipality" in caught.value.where
    assert "data/population/series.yaml" in caught.value.remedy


def test_base_only_shown_may_be_missing() -> None:
    base = Base(NOVEMBER, day("2003-11-01"), "all", MUNICIPALITY)
    counts, errors = population_of(
        2004, AskedBases(frozenset(), frozenset([base])), EmbeddedSource(snapshot()), recipients_in(2004)
    )
    assert counts.equals(POPULATION.empty())
    assert errors.equals(POPULATION_BACKTEST.empty())


def test_tables_keep_their_contract_and_say_where_counts_come_from() -> None:
    asked = AskedBases(frozenset([CHILDREN_2024]), frozenset([Base(NOVEMBER, day("2023-11-01"), "all", COUNTY)]))
    counts, errors = population_of(2025, asked, EmbeddedSource(snapshot()), recipients_in(2025))
    enforce(POPULATION, counts)
    enforce(POPULATION_BACKTEST, errors)
    assert counts.height == 290 + 21
    perturbed = dict(counts.group_by("basis").agg(pl.col("is_perturbed").any()).iter_rows())
    assert perturbed == {DERIVED: False, ESTIMATED: True}


def test_summed_counts_say_so() -> None:
    base = Base(DECEMBER, day("2018-12-31"), "all", COUNTY)
    counts, _ = population_of(
        2019, AskedBases(frozenset([base]), frozenset()), EmbeddedSource(snapshot()), recipients_in(2019)
    )
    assert set(counts.get_column("source")) == {"TAB638 (BefolkningNy), municipalities summed"}


# --- snapshots that are refused --------------------------------------------------------------------------------------

TOTAL_2018: Final = Base(DECEMBER, day("2018-12-31"), "all", MUNICIPALITY)


def test_one_changed_digit_is_found_out(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path, "population")
    file = folder / "municipality_total_31_december.csv"
    text = file.read_text(encoding="utf-8")
    before = on_file("municipality_total_31_december", "2018-12-31")["0114"]["total"]
    file.write_text(changed(text, f"0114,2018-12-31,{before}", f"0114,2018-12-31,{before + 1}"), encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        resolve(TOTAL_2018, read_snapshot(folder), recipients_in(2019))
    assert caught.value.where == "data/population/municipality_total_31_december.csv"
    assert "is not the file that series.yaml describes (sha256 " in caught.value.what
    assert "restore the file" in caught.value.remedy


BAD_SERIES: Final = {
    "negative count": (totals("2020-12-31", c0114=1, c0115=-2, c0305=4), "negative head count"),
    "empty count": (totals("2020-12-31", c0114=1, c0305=4) + "0115,2020-12-31,\n", "empty or negative head count"),
    "count with decimals": (totals("2020-12-31", c0114=1) + "0115,2020-12-31,1.0\n", "'1.0' is not a whole number"),
    "code without its zero": (totals("2020-12-31", c114=1), "region_code '114' does not look like one"),
    "no such day": (totals("2020-12-32", c0114=1), "'2020-12-32' is not a date"),
    "cell given twice": (totals("2020-12-31", c0114=1) * 1 + "0114,2020-12-31,2\n", "is also on line 3"),
    "column that is no age": ("region_code,reference_date,adults\n0114,2020-12-31,1\n", "'adults' is no age"),
}


@pytest.mark.parametrize("name", BAD_SERIES)
def test_bad_series_is_refused(name: str, tmp_path: Path) -> None:
    text, says = BAD_SERIES[name]
    found = a_snapshot(tmp_path, SeriesFile("bad", text))
    with pytest.raises(DataRefused) as caught:
        resolve(Base(DECEMBER, day("2020-12-31"), "all", MUNICIPALITY), found, THREE)
    assert caught.value.where.startswith("data/population/bad.csv")
    assert says in str(caught.value), str(caught.value)


BAD_DESCRIPTIONS: Final = {
    "other number of rows": ("series.yaml", "rows: 3190", "rows: 3191", "has 3190 rows; series.yaml says 3191"),
    "unknown basis": ("series.yaml", "basis: official", "basis: guessed", "'official' or 'derived'"),
    "two series of one id": (
        "series.yaml",
        "id: municipality-total-month-ckm",
        "id: municipality-total-31-december",
        "same id",
    ),
    "estimate from nowhere": ("estimates.yaml", "known: {series: derived", "known: {series: dreived", "does not have"),
    "misspelt key": ("series.yaml", "    note:", "    noet:", "did you mean 'note'?"),
}


@pytest.mark.parametrize("name", BAD_DESCRIPTIONS)
def test_bad_description_is_refused(name: str, tmp_path: Path) -> None:
    file, old, new, says = BAD_DESCRIPTIONS[name]
    folder = copy_of_data(tmp_path, "population")
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(changed(text, old, new), encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        resolve(TOTAL_2018, read_snapshot(folder), recipients_in(2019))
    assert caught.value.where.startswith("data/population/")
    assert says in str(caught.value), str(caught.value)


@pytest.mark.parametrize("series", snapshot().series)
def test_every_tracked_series_is_as_described(series: str) -> None:
    """Its checksum and number of rows fit, and its counts are whole persons by day and age."""
    cells = snapshot().cells(snapshot().series[series])
    assert cells.filter(pl.col("population") < 0).is_empty()
    assert cells.filter(pl.col("first_age") > pl.col("last_age")).is_empty()
    assert cells.select(
        pl.struct("region_code", "reference_date", "first_age", "last_age").is_duplicated().any()
    ).item() is (False)
