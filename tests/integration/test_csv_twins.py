"""The CSV twins hold what the Parquet files hold, and nothing that a spreadsheet would run."""

import csv
import datetime as dt
import io
from pathlib import Path

import polars as pl
import pytest

from assets.presentation.csv_twins import csv_bytes, csv_twins, table_files
from assets.storage.products import bring_products
from assets.storage.publishing import Contents
from schemas.tables.registry import TABLES
from schemas.tables.reporting import COUNTY_OVERVIEW
from tests.published import ALL_YEARS, Published


@pytest.fixture(scope="module")
def contents(history: Published) -> Contents:
    sha256 = {name: entry["sha256"] for name, entry in history.version.manifest["files"].items()}
    return Contents({name: history.table(name) for name in TABLES}, sha256, None)


def _cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_calculated_gets_an_apostrophe(start: str) -> None:
    content = csv_bytes(pl.DataFrame({"note": [f"{start}1+1", f"a{start}"]}))
    assert _cells(content) == [["note"], [f"'{start}1+1"], [f"a{start}"]]


def test_numbers_are_never_touched() -> None:
    content = csv_bytes(pl.DataFrame({"kr": [-7, None, 0], "share": [-0.5, 1e-7, None]}))
    assert content == b"kr,share\r\n-7,-0.5\r\n,1e-7\r\n0,\r\n"


def test_values_are_written_as_promised() -> None:
    frame = pl.DataFrame(
        {
            "code": ["0114", None, 'Sk"å,\r\nne'],
            "day": [dt.date(2024, 11, 1), None, None],
            "at": [dt.datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=dt.UTC), None, None],
            "is_complete": [True, False, None],
        }
    )
    assert csv_bytes(frame).decode() == (
        "code,day,at,is_complete\r\n"
        "0114,2024-11-01,2026-01-02T03:04:05.000600Z,true\r\n"
        ",,,false\r\n"
        '"Sk""å,\r\nne",,,\r\n'
    )


def test_an_empty_table_has_its_header() -> None:
    assert csv_bytes(COUNTY_OVERVIEW.empty()).decode() == ",".join(COUNTY_OVERVIEW.schema) + "\r\n"


def test_every_table_file_has_its_twin(contents: Contents) -> None:
    paths = [path for part in csv_twins(contents).parts() for path in part.files()]
    assert paths == [f"csv/{table}/{table}_{year}.csv" for table in TABLES for year in ALL_YEARS]


@pytest.mark.parametrize("name", TABLES)
def test_a_twin_says_what_the_parquet_file_says(history: Published, contents: Contents, name: str) -> None:
    """Read with Python's own reader and turned back, value by value."""
    schema = TABLES[name].schema
    for part in csv_twins(contents).parts():
        if part.name.startswith(f"csv/{name}/"):
            ((path, content),) = part.files().items()
            header, *rows = _cells(content)
            parquet = pl.read_parquet(history.version.folder / path.removeprefix("csv/").replace(".csv", ".parquet"))
            values = [tuple(map(_value, row, schema.dtypes())) for row in rows]
            assert header == list(schema)
            assert values == parquet.rows(), path


def _value(cell: str, dtype: pl.DataType) -> object:
    if cell == "":
        return None
    if dtype == pl.String:
        return cell.removeprefix("'")
    if dtype.is_integer():
        return int(cell)
    if dtype == pl.Float64:
        return float(cell)
    if dtype == pl.Boolean:
        return {"true": True, "false": False}[cell]
    return dt.date.fromisoformat(cell) if dtype == pl.Date else dt.datetime.fromisoformat(cell)


def test_only_the_twin_of_a_changed_file_is_made_anew(contents: Contents, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = bring_products([csv_twins(contents)], tmp_path / "one", None, {})
    changed = Contents(contents.tables, {**contents.sha256, "pots/pots_2025.parquet": "0" * 64}, None)
    second = bring_products([csv_twins(changed)], tmp_path / "two", tmp_path / "one", first.manifest)
    assert first.made == len(table_files(contents))
    assert (second.made, second.kept) == (1, first.made - 1)
