"""The workbooks of the published history as readers open them: every krona is there, in LibreOffice too."""

import csv
import io
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import openpyxl
import polars as pl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assets.presentation.programmes import programme_name
from assets.presentation.workbook.product import path_of, workbooks
from assets.presentation.workbook.words import DISTRIBUTION
from assets.presentation.workbook.year import READ
from assets.storage.publishing import Contents
from schemas.text import Language
from schemas.vocabulary import PRELIMINARY
from tests.published import ALL_YEARS, Published

SOFFICE: Final = shutil.which("soffice")
STATUS: Final = {"decided": "beslutat", PRELIMINARY: "preliminärt"}


@pytest.fixture(scope="module")
def contents(history: Published) -> Contents:
    files: Mapping[str, Any] = history.version.manifest["files"]
    tables = {name: history.table(name) for name in READ}
    return Contents(tables, {name: entry["sha256"] for name, entry in files.items()}, None)


def made(contents: Contents) -> dict[str, bytes]:
    return {path: content for part in workbooks(contents).parts() for path, content in part.files().items()}


@pytest.fixture(scope="module")
def files(contents: Contents) -> dict[str, bytes]:
    return made(contents)


@pytest.fixture(scope="module")
def books(files: dict[str, bytes]) -> dict[int, Workbook]:
    """The Swedish workbook of every year; opening them is what takes the time."""
    return {year: openpyxl.load_workbook(io.BytesIO(files[path_of(year, "sv")])) for year in ALL_YEARS}


def of_year(contents: Contents, table: str, year: int) -> pl.DataFrame:
    return contents.tables[table].filter(pl.col("year") == year)


def distributions(book: Workbook, language: Language = "sv") -> list[Worksheet]:
    return [sheet for sheet in book if sheet.title.startswith(DISTRIBUTION.of(language))]


def recipients_in(sheet: Worksheet) -> list[list[Any]]:
    """The rows of recipients: those with a code, a name and a kind."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7)]
    return [row for row in rows if row[0] and row[1] and row[2]]


def test_every_year_has_a_workbook_in_both_languages(files: dict[str, bytes]) -> None:
    assert sorted(files) == sorted(path_of(year, language) for year in ALL_YEARS for language in ("sv", "en"))


@pytest.mark.parametrize("year", ALL_YEARS)
def test_the_first_sheets_hold_every_krona_of_every_recipient(
    contents: Contents, books: dict[int, Workbook], year: int
) -> None:
    allocations = of_year(contents, "allocations", year)
    expected = Counter(
        {(code, name): sek for code, name, sek in allocations.group_by("recipient_code", "recipient_name")
         .agg(pl.col("amount_sek").sum()).iter_rows()}
    )  # fmt: skip
    shown: Counter[tuple[str, str]] = Counter()
    totals = []
    for sheet in distributions(books[year]):
        rows = recipients_in(sheet)
        total = sheet.max_column - 3  # before what is preliminary, and the status
        for row in rows:
            assert isinstance(row[0], str)
            assert sum(sek or 0 for sek in row[3:total]) == row[total]
            shown[row[0], row[1]] += row[total]
        totals += [row[total].value for row in sheet.iter_rows() if row[0].value == "Summa alla mottagare"]
    assert shown == expected
    assert sum(totals) == allocations["amount_sek"].sum()


@pytest.mark.parametrize("year", ALL_YEARS)
def test_subtotals_of_the_counties_add_up_to_the_grand_total(books: dict[int, Workbook], year: int) -> None:
    for sheet in distributions(books[year]):
        column = sheet.max_column - 2
        sums = {
            row[0].value: row[column - 1].value for row in sheet.iter_rows() if str(row[0].value).startswith("Summa ")
        }
        grand = sums.pop("Summa alla mottagare", 0)
        # Sheets with one recipient per county have no subtotals; the others have all 21 counties, and SKR where it is.
        assert len(sums) in (0, 21, 22)
        assert sum(sums.values()) == (grand if sums else 0)


def test_years_with_municipalities_have_subtotals(books: dict[int, Workbook]) -> None:
    (sheet,) = distributions(books[2025])
    assert len([row for row in sheet.iter_rows() if str(row[0].value).startswith("Summa ")]) == 21 + 1 + 1


@pytest.mark.parametrize("year", ALL_YEARS)
def test_every_preliminary_amount_is_marked_and_no_decided_one(
    contents: Contents, books: dict[int, Workbook], year: int
) -> None:
    counted = Counter(of_year(contents, "allocations", year)["status"])
    marks: Counter[str] = Counter()
    for sheet in distributions(books[year]):
        for row in sheet.iter_rows(min_row=7):
            if row[0].value and row[1].value and row[2].value:
                amounts = [cell for cell in row[3 : sheet.max_column - 3] if cell.value is not None]
                kinds = {PRELIMINARY if cell.font.italic else "decided" for cell in amounts}
                marks.update(PRELIMINARY if cell.font.italic else "decided" for cell in amounts)
                assert row[-1].value == (STATUS[kinds.pop()] if len(kinds) == 1 else "delvis preliminärt")
    assert marks == counted


@pytest.mark.parametrize("year", ALL_YEARS)
def test_the_flat_sheets_have_the_rows_of_their_tables(
    contents: Contents, books: dict[int, Workbook], year: int
) -> None:
    book = books[year]
    data = [[cell.value for cell in row] for row in book["Data"].iter_rows(min_row=3)]
    allocations = of_year(contents, "allocations", year)
    if allocations.height:
        names = [cell.value for cell in book["Data"][2]]
        frame = pl.DataFrame(data, names, orient="row", infer_schema_length=None)
        assert frame["amount_sek"].sum() == allocations["amount_sek"].sum()
        assert sorted(frame["recipient_code"]) == sorted(allocations["recipient_code"])
    for sheet, table in (("Regler", "rules"), ("Källor", "sources"), ("Avstämning", "reconciliation")):
        assert book[sheet].max_row == of_year(contents, table, year).height + 1


def test_every_https_source_is_a_link(contents: Contents, books: dict[int, Workbook]) -> None:
    urls = contents.tables["sources"].filter(pl.col("url").str.starts_with("https://"))["url"].to_list()
    links = [
        cell.value for year in ALL_YEARS for row in books[year]["Källor"].iter_rows() for cell in row if cell.hyperlink
    ]
    assert sorted(links) == sorted(urls)
    assert len(links) > 30


@pytest.mark.parametrize("year", [2022, 2025])
def test_both_languages_have_the_same_amounts(files: dict[str, bytes], books: dict[int, Workbook], year: int) -> None:
    english = openpyxl.load_workbook(io.BytesIO(files[path_of(year, "en")]))
    numbers = [
        [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)]
        for sheets in (distributions(books[year]), distributions(english, "en"))
    ]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) > 400


def test_building_twice_gives_the_same_bytes(contents: Contents, files: dict[str, bytes]) -> None:
    assert made(contents) == files


def _converted(folder: Path, content: bytes) -> list[list[str]]:
    """The first sheet as LibreOffice reads it, saved as CSV."""
    assert SOFFICE is not None
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        SOFFICE,
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false",
    ]
    done = subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "book.xlsx")],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert (folder / "book.csv").is_file(), done.stderr
    with (folder / "book.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def _kronor(shown: str) -> int:
    """An amount with whatever stands between its thousands."""
    return int("".join(char for char in shown if char not in ",.\u00a0\u202f "))


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("year", [2022, 2025])
def test_libreoffice_reads_the_same_total(
    contents: Contents, files: dict[str, bytes], tmp_path: Path, year: int
) -> None:
    rows = _converted(tmp_path, files[path_of(year, "sv")])
    programme = "psykisk-halsa"
    assert programme_name(programme, "sv") in rows[0][0]
    amounts = of_year(contents, "allocations", year).filter(pl.col("programme") == programme)["amount_sek"]
    total = len(rows[3]) - 3
    (grand,) = [row for row in rows if row[0] == "Summa alla mottagare"]
    assert _kronor(grand[total]) == amounts.sum()
    assert sum(_kronor(row[total]) for row in rows[6:] if row[1] and row[2]) == amounts.sum()
    assert {row[0] for row in rows[6:] if row[2] == "kommun"} >= {"0114", "2584"}, "leading zeros are kept"
