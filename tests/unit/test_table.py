"""What a table is: columns from their names, a key among them, and what its files are told to be about."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import polars as pl
import pytest

from assets.storage.parquet import read_table, write_table
from schemas.errors import DataRefused
from schemas.fields.registry import FIELDS
from schemas.table import Column, RowRule, Table, columns
from schemas.tables.allocation import COVERAGE
from schemas.text import Text

SOME_TEXT = Text("En text", "A text")


def _table(key: tuple[str, ...], spec: str) -> Table:
    return Table("a_table", SOME_TEXT, SOME_TEXT, key, columns(spec))


def test_columns_are_made_from_their_names() -> None:
    assert columns("programme year? recipient_type=figure_type note=cause?") == (
        Column("programme", FIELDS["programme"], nullable=False),
        Column("year", FIELDS["year"], nullable=True),
        Column("recipient_type", FIELDS["figure_type"], nullable=False),
        Column("note", FIELDS["cause"], nullable=True),
    )


def test_a_table_may_not_be_empty_unless_it_says_so() -> None:
    table = _table(("programme",), "programme year")
    assert table.may_be_empty is False
    assert table.rules == ()
    assert table.schema == {"programme": pl.String(), "year": pl.Int32()}
    assert table.empty().schema == table.schema


@pytest.mark.parametrize(
    ("key", "spec", "says"),
    [
        (("year", "programme"), "year", r"key \['programme'\] not among the columns"),
        (("year",), "year programme programme", "or a column twice"),
        (("year", "programme"), "year year", r"key \['programme'\]"),
    ],
)
def test_a_key_without_its_column_and_a_column_twice_are_refused(key: tuple[str, ...], spec: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"table a_table: .*{says}"):
        _table(key, spec)


def _rule() -> RowRule:
    return RowRule("a_rule", SOME_TEXT, pl.lit(value=True))


@pytest.mark.parametrize("shared", [_table(("year",), "year"), columns("year")[0], _rule()])
def test_what_all_share_cannot_be_changed(shared: object) -> None:
    with pytest.raises(FrozenInstanceError):
        shared.name = "another"  # type: ignore[attr-defined]  # to be seen refused


def test_tables_and_rules_are_themselves_only() -> None:
    """They are keys of caches; comparing the expressions in them would make new expressions."""
    assert _table(("year",), "year") != _table(("year",), "year")
    assert _rule() != _rule()


def test_a_frame_is_refused_under_the_years_it_was_to_be_written_for(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        [
            {
                "programme": "test",
                "year": year,
                "evidence": "verified",
                "pots_count": 1,
                "amount_sek": 5,
                "agreement_total_sek": 10,
                "coverage_share": 0.5,
            }
            for year in (2022, 2023, 2024, 2025)
        ],
        COVERAGE.schema,
    )
    with pytest.raises(DataRefused, match=r"table coverage, years 2024–2025: has rows of 2022 and 2023"):
        write_table(tmp_path, COVERAGE, rows, {2025: {}, 2024: {}})
    with pytest.raises(DataRefused, match=r"table coverage, years 2023–2025: has rows of 2022"):
        write_table(tmp_path, COVERAGE, rows, {2024: {}, 2025: {}, 2023: {}})
    with pytest.raises(DataRefused, match=r"table coverage, year 2024: has rows of 2022, 2023 and 2025"):
        write_table(tmp_path, COVERAGE, rows, {2024: {}})
    with pytest.raises(DataRefused, match=r"table coverage, year 2021: the table has no rows"):
        write_table(tmp_path, COVERAGE, rows, {year: {} for year in range(2021, 2026)})
    written = write_table(tmp_path, COVERAGE, rows, {year: {} for year in (2025, 2023, 2024, 2022)})
    assert [file.path.name for file in written] == [f"coverage_{year}.parquet" for year in (2022, 2023, 2024, 2025)]
    assert [file.rows for file in written] == [1, 1, 1, 1]
    assert read_table(tmp_path, COVERAGE, [2025, 2022])["year"].to_list() == [2022, 2025]
