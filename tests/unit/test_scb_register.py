"""The register of SCB's tables: which table answers for a day, the fewest age cells, and what a broken file gives."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.population.bases import age_bounds
from assets.population.scb.register import ScbTable, age_codes, allowance, period_of, read_tables, table_for
from schemas.errors import DataRefused
from tests.domain import DATA, changed, line_of

FOLDER: Final = DATA / "population"
TEXT: Final = (FOLDER / "tables.yaml").read_text(encoding="utf-8")
TABLES: Final = read_tables(FOLDER)
BY_ID: Final = {table.id: table for table in TABLES}
EXACT: Final = [table for table in TABLES if not table.is_perturbed]
NOISY: Final = [table for table in TABLES if table.is_perturbed]


def read(folder: Path, text: str) -> tuple[ScbTable, ...]:
    """What `read_tables` makes of this text."""
    population = folder / "data" / "population"
    population.mkdir(parents=True)
    (population / "tables.yaml").write_text(text, encoding="utf-8")
    return read_tables(population)


def refusal(folder: Path, text: str) -> DataRefused:
    """What this text is refused with."""
    with pytest.raises(DataRefused) as caught:
        read(folder, text)
    return caught.value


# --- the tracked file -----------------------------------------------------------------------------------------


def test_every_base_has_a_table_for_2024() -> None:
    days = {
        "folkmangd_1_november": dt.date(2024, 11, 1),
        "folkmangd_31_december": dt.date(2024, 12, 31),
        "folkmangd_month_end": dt.date(2024, 6, 30),
    }
    assert {table_for(TABLES, base, day).id for base, day in days.items()} == {"TAB1267", "TAB638", "TAB5444"}


def test_noise_begins_with_2025_and_never_before() -> None:
    assert {table.id: table.first_period[:4] for table in NOISY} == {"TAB5557": "2025", "TAB6471": "2025"}
    assert all(table.last_period and table.last_period[:4] == "2024" for table in EXACT)


def test_where_there_is_noise_nothing_is_left_to_be_summed_by_the_service() -> None:
    assert all(not table.left_out and table.sex_codes == ["TotSa"] for table in NOISY)


# --- the table for a day --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "day", "expected"),
    [
        ("folkmangd_1_november", "2002-11-01", "TAB1267"),
        ("folkmangd_31_december", "1968-12-31", "TAB638"),
        ("folkmangd_31_december", "2024-12-31", "TAB638"),
        ("folkmangd_31_december", "2025-12-31", "TAB5557"),
        ("folkmangd_month_end", "2024-02-29", "TAB5444"),
        ("folkmangd_month_end", "2025-01-31", "TAB6471"),
        ("folkmangd_month_end", "2026-05-31", "TAB6471"),
    ],
)
def test_table_of_a_day(base: str, day: str, expected: str) -> None:
    assert table_for(TABLES, base, dt.date.fromisoformat(day)).id == expected


@pytest.mark.parametrize("year", [2025, 2026, 2040])
def test_day_after_the_last_period_is_refused_and_nothing_stands_in(year: int) -> None:
    with pytest.raises(DataRefused) as caught:
        table_for(TABLES, "folkmangd_1_november", dt.date(year, 11, 1))
    assert caught.value.where == "SCB table TAB1267 (FolkmangdNov)"
    assert caught.value.what == f"ends with 2024 and has no count of {year}-11-01; no successor is known"
    assert "tables.yaml" in caught.value.remedy


def test_ended_table_names_its_successor(tmp_path: Path) -> None:
    old = TEXT[: TEXT.index("\n  - id: TAB638")]
    tables = read(tmp_path, changed(old, "successor: null", "successor: TAB9999"))
    with pytest.raises(DataRefused, match=r"TAB1267 .* ends with 2024 .* its successor is TAB9999"):
        table_for(tables, "folkmangd_1_november", dt.date(2025, 11, 1))


@pytest.mark.parametrize(
    ("base", "day", "why"),
    [
        ("folkmangd_1_november", "2001-11-01", "begins with 2002"),
        ("folkmangd_month_end", "1999-12-31", "begins with 2000M01"),
        ("folkmangd_1_november", "2024-10-31", "is no such day"),
        ("folkmangd_1_november", "2024-11-02", "is no such day"),
        ("folkmangd_31_december", "2024-12-30", "is no such day"),
        ("folkmangd_month_end", "2024-02-28", "is no such day"),
        ("folkmangd_midsummer", "2024-06-21", "no table in tables.yaml answers it"),
    ],
)
def test_day_that_no_table_counts_is_refused(base: str, day: str, why: str) -> None:
    with pytest.raises(DataRefused, match=why):
        table_for(TABLES, base, dt.date.fromisoformat(day))


def test_period_codes() -> None:
    assert period_of(BY_ID["TAB1267"], dt.date(2024, 11, 1)) == "2024"
    assert period_of(BY_ID["TAB6471"], dt.date(2026, 5, 31)) == "2026M05"


# --- the fewest cells -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table_id", ["TAB5557", "TAB6471"])
def test_children_are_six_cells_where_there_is_noise(table_id: str) -> None:
    assert age_codes(BY_ID[table_id], "0-18") == ("-9", "10-14", "15", "16", "17", "18")


def test_children_are_single_ages_where_sums_are_exact() -> None:
    assert [age_codes(table, "0-18") for table in EXACT] == [tuple(map(str, range(19)))] * len(EXACT)


def test_all_ages_are_the_published_total() -> None:
    totals = {table.id: age_codes(table, "all") for table in TABLES if table.ages.all_ages}
    assert totals == {"TAB1267": ("tot",), "TAB638": ("tot",), "TAB5557": ("TotSA",), "TAB6471": ("TotSA",)}


def test_all_ages_without_a_total_are_all_single_ages() -> None:
    assert age_codes(BY_ID["TAB5444"], "all") == (*map(str, range(100)), "100+")


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ("7-7", ("7",)),
        ("5-9", ("5-9",)),
        ("0-4", ("-4",)),
        ("10-24", ("10-19", "20-24")),
        ("3-21", ("3", "4", "5-9", "10-19", "20", "21")),
        ("95-120", ("95-99", "100+1")),
    ],
)
def test_fewest_cells_of_a_band(ages: str, expected: tuple[str, ...]) -> None:
    assert age_codes(BY_ID["TAB5557"], ages) == expected


@pytest.mark.parametrize("ages", ["100-110", "18-7", "8-7", "119-120"])
def test_band_that_no_cells_make_up_is_refused(ages: str) -> None:
    for table in TABLES:
        with pytest.raises(DataRefused, match=f"no age cells that make up {ages}"):
            age_codes(table, ages)


@given(st.sampled_from(TABLES), st.integers(0, 99), st.integers(0, 99))
def test_cells_tile_the_band_and_no_choice_is_shorter(table: ScbTable, one: int, other: int) -> None:
    first, last = sorted((one, other))
    cells = {code: (start, end) for code, start, end in table.ages.cells()}
    tiles = [cells[code] for code in age_codes(table, f"{first}-{last}")]
    covered = [age for start, end in tiles for age in range(start, end + 1)]
    assert covered == list(range(first, last + 1))
    # Neighbouring cells that some other cell covers as well would be one cell too many.
    bands = set(cells.values())
    for begin, end in itertools.combinations(range(len(tiles)), 2):
        assert (tiles[begin][0], tiles[end][1]) not in bands


@pytest.mark.parametrize("ages", ["all", "0-18", "7-7"])
def test_exact_tables_allow_nothing(ages: str) -> None:
    assert [allowance(table, ages) for table in EXACT] == [0] * len(EXACT)


def test_allowance_grows_with_the_root_of_the_cells() -> None:
    table = BY_ID["TAB5557"]
    assert [allowance(table, ages) for ages in ("all", "7-7", "0-18")] == [50, 90, 220]
    assert age_bounds("0-18") == (0, 18)


# --- broken files ---------------------------------------------------------------------------------------------

BROKEN: Final = {
    "unknown key": ("    successor: null\n    contents_code: BE", "    colour: red\n    contents_code: BE", "colour"),
    "unknown base": ("base: folkmangd_1_november", "base: folkmangd_midsummer", "tables.0.base"),
    "period of the other kind": ('first_period: "2002"', "first_period: 2002M01", "'2002M01' is no year"),
    "month that does not exist": ("first_period: 2000M01", "first_period: 2000M13", "'2000M13' is no month"),
    "number for a period": ('first_period: "2002"', "first_period: 2002", "first_period"),
    "remark about nothing": ("about: successor", "about: the weather", "'the weather', which is no key"),
    "noise without allowance": ("{all_ages: 50, age_cell: 90}", "{all_ages: 0, age_cell: 0}", "only if, it has noise"),
    "allowance without noise": ("{all_ages: 0, age_cell: 0}", "{all_ages: 1, age_cell: 0}", "only if, it has noise"),
    "negative allowance": ("{all_ages: 50,", "{all_ages: -1,", "all_ages"),
    "noise that is summed": ("sex_codes: [TotSa]", 'sex_codes: ["1", "2"]', "noise must not be summed"),
    "no sex": ('sex_codes: ["1", "2"]', "sex_codes: []", "sex_codes"),
    "band of three": ('"-9": [0, 9]', '"-9": [0, 4, 9]', "-9"),
    "same id twice": ("id: TAB5557", "id: TAB638", "two tables have the same id"),
    "overlap": ('first_period: "2025"', 'first_period: "2024"', "both have 2024"),
    "successor of a table that goes on": (
        'successor: null\n    contents_code: "000007ME',
        'successor: X\n    contents_code: "000007ME',
        "no last period",
    ),
    "successor of another kind": (
        "successor: TAB5557",
        "successor: TAB6471",
        "TAB6471 does not go on where TAB638 ends",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused(case: str, tmp_path: Path) -> None:
    old, new, why = BROKEN[case]
    refused = refusal(tmp_path, changed(TEXT, old, new))
    assert refused.where.startswith("data/population/tables.yaml")
    assert why in str(refused)


def test_successor_that_came_before_is_refused(tmp_path: Path) -> None:
    earlier = changed(
        TEXT, 'first_period: "2025"\n    last_period: null', 'first_period: "1960"\n    last_period: "1967"'
    )
    assert "TAB5557 does not go on where TAB638 ends" in str(refusal(tmp_path, earlier))


def test_refusal_names_the_line(tmp_path: Path) -> None:
    text = changed(TEXT, "sex_codes: [TotSa]", "sex_codes: TotSa")
    assert refusal(tmp_path, text).where == f"data/population/tables.yaml, line {line_of(text, 'sex_codes: TotSa')}"
