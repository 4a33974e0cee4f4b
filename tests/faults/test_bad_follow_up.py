"""Bad forms: whatever is wrong with a county's file is told with row and column, and nothing hostile is opened."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assets.county.findings import Finding
from assets.county.form import COLUMNS, Form, Line, numbered
from assets.county.reading import MOST_BYTES, MOST_ROWS, read_form
from assets.county.writing import as_csv, as_xlsx
from pipelines.answers.county import check_report, write_template
from pipelines.settings import Settings
from schemas.errors import DataRefused, UsageError
from tests.domain import DATA

A_FORM = numbered(
    [Line(0, "psykisk-halsa", 2024, "20", pot, allocated_sek=1_000, used_sek=1_000) for pot in ("a-pot", "b-pot")]
)
KINDS = ("csv", "xlsx")


def spoilt(kind: str, cell: str, value: Any) -> bytes:
    """The form with another value in one cell, written as a county would: text in CSV, a value in a workbook."""
    if kind == "xlsx":
        return changed_workbook(lambda book: book.worksheets[0].__setitem__(cell, value))
    rows = list(csv.reader(io.StringIO(as_csv(A_FORM).decode("utf-8-sig")), delimiter=";"))
    row, column = int(cell[1:]) - 1, ord(cell[0]) - ord("A")
    rows[row] += [""] * (column + 1 - len(rows[row]))
    rows[row][column] = str(value)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def changed_workbook(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(A_FORM)))
    change(book)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def found_in(body: bytes) -> list[Finding]:
    _, findings = read_form(body, "a form")
    return findings


CELLS: dict[str, tuple[str, Any, str, str]] = {
    "half a krona": ("H3", 1000.5, "not_whole_kronor", "“1000.5” is not whole kronor"),
    "half a krona as text": ("H3", "1 000,50", "not_whole_kronor", "“1 000,50” is not whole kronor"),
    "kronor with their unit": ("F2", "1000 kr", "not_whole_kronor", "“1000 kr” is not whole kronor"),
    "a word": ("I2", "inget", "not_whole_kronor", "“inget” is not whole kronor"),
    "groups of two": ("G2", "10 00", "not_whole_kronor", "“10 00” is not whole kronor"),
    "a thousand by comma": ("G2", "1,000", "not_whole_kronor", "“1,000” is not whole kronor"),
    "in powers of ten": ("G2", "1e6", "not_whole_kronor", "“1e6” is not whole kronor"),
    "more than there is": ("G2", 10**11 + 1, "not_whole_kronor", "is not whole kronor"),
    "less than zero": ("J2", -1, "negative", "“-1” is less than zero"),
    "less than zero, typographic": ("J2", "−1 000", "negative", "“−1 000” is less than zero"),
    "a date in words": ("L2", "31 mars", "not_a_date", "“31 mars” is not a date"),
    "a day that does not exist": ("L2", "2025-02-30", "not_a_date", "“2025-02-30” is not a date"),
    "a date without hyphens": ("L2", "20250331", "not_a_date", "“20250331” is not a date"),
    "a date by week": ("L2", "2025-W14-1", "not_a_date", "“2025-W14-1” is not a date"),
    "a date day first": ("L2", "31/3 2025", "not_a_date", "is not a date"),
    "a year in two digits": ("B2", "24", "wrong_owner", "“24” is not a year"),
    "a formula in an amount": ("H2", "=SUM(H3:H9)", "formula", "cell H2 is a formula"),
    "a formula in a note": ("N3", "=HYPERLINK(A1)", "formula", "cell N3 is a formula"),
}


@pytest.mark.parametrize(("cell", "value", "kind", "message"), CELLS.values(), ids=CELLS)
def test_a_bad_cell_is_told_with_row_and_column(cell: str, value: Any, kind: str, message: str) -> None:
    (finding,) = found_in(spoilt("csv", cell, value))
    assert (finding.kind, finding.severity) == (kind, "error")
    assert finding.place.en == f"row {cell[1:]}, column {cell[0]}"
    assert message in finding.message.en
    assert finding.message.sv != finding.message.en


@pytest.mark.parametrize("case", ["half a krona", "a word", "less than zero", "a date in words", "a formula in a note"])
def test_a_workbook_is_told_of_like_a_csv(case: str) -> None:
    cell, value, *_ = CELLS[case]
    assert found_in(spoilt("xlsx", cell, value)) == found_in(spoilt("csv", cell, value))


def test_all_bad_cells_are_told_at_once() -> None:
    def spoil(book: Any) -> None:
        for cell in ("F2", "G2", "H3"):
            book.worksheets[0][cell] = "x"

    assert [(one.row, one.column) for one in found_in(changed_workbook(spoil))] == [(2, 6), (2, 7), (3, 8)]


def test_a_formula_is_refused_even_if_its_value_is_stored() -> None:
    """Spreadsheet programs store what a formula last gave; the reader of documents would take that."""
    with_value = xlsx_with_stored_formula("H3", "=500+500", 1_000)
    (finding,) = found_in(with_value)
    assert (finding.kind, finding.place.en) == ("formula", "row 3, column H")
    assert read_form(with_value, "x")[0].lines[1].used_sek is None


def xlsx_with_stored_formula(cell: str, formula: str, value: int) -> bytes:
    import xlsxwriter

    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Uppföljning")
        sheet.write_row(0, 0, [column.heading for column in COLUMNS])
        for row, line in enumerate(A_FORM.lines, start=1):
            sheet.write_row(row, 0, [line.value(column.name) for column in COLUMNS])
        sheet.write_formula(cell, formula, None, value)
    return body.getvalue()


NOT_THE_FORM: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "too large": (as_csv(A_FORM) + b" " * MOST_BYTES, "a form has at most 1000000"),
    "a PDF": (b"%PDF-1.7\n", "is neither CSV nor XLSX"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is a picture (PNG)"),
    "a ZIP": (b"PK\x03\x04" + b"\0" * 100, "is a ZIP file"),
    "prose": ("Pengarna har använts väl.\n".encode(), "row 1, column A is headed 'Pengarna har använts väl.'"),
    "a quote left open": (as_csv(A_FORM) + b'x;"y\n', "is not readable as CSV from line 4"),
    "one sheet, all empty": (changed_workbook(lambda book: book.worksheets[0].delete_rows(1, 9)), "is empty"),
    "another table": (b"year;amount\n2024;1\n2025;2\n", "row 1, column A is headed 'year', not 'Program / Programme'"),
    "a heading changed": (spoilt("csv", "H1", "Used"), "row 1, column H is headed 'Used', not 'Förbrukat kr / Used"),
    "a column too many": (spoilt("csv", "O2", "x"), "row 2 has 'x' to the right of the last column"),
    "a heading too many": (spoilt("csv", "O1", "x"), "row 1 has 'x' to the right of the last column"),
    "no lines": (as_csv(Form(())) + b";" * (len(COLUMNS) - 1) + b"\n", "has no row below its headings"),
    "too many rows": (as_csv(numbered(list(A_FORM.lines) * MOST_ROWS)), "goes on to row 2001"),
    "a cell far down": (spoilt("xlsx", f"A{MOST_ROWS + 1}", "x"), f"goes on to row {MOST_ROWS + 1}"),
    "two counties in two sheets": (
        changed_workbook(lambda book: book.copy_worksheet(book.worksheets[0])),
        "has more sheets than the form: Uppföljning Copy",
    ),
    "macros": (as_xlsx(A_FORM).replace(b"docProps/app.xml", b"xl/vbaProject.bi"), "macros"),
}


@pytest.mark.parametrize(("body", "message"), NOT_THE_FORM.values(), ids=NOT_THE_FORM)
def test_what_is_not_the_form_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        read_form(body, "a form")
    assert message in str(refusal.value)
    assert refusal.value.where == "a form"


def test_an_empty_sheet_more_is_no_harm() -> None:
    form, findings = read_form(changed_workbook(lambda book: book.create_sheet("Blad2")), "a form")
    assert (form, findings) == (A_FORM, [])


# --- through the command --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(DATA, tmp_path_factory.mktemp("nothing-published"))


def test_a_form_is_never_written_over(here: Settings, tmp_path: Path) -> None:
    (tmp_path / "form.csv").write_text("filled in")
    with pytest.raises(UsageError, match=r"form.csv exists"):
        write_template(here, 2024, "Dalarna", "psykisk-halsa", tmp_path / "form.csv")
    assert (tmp_path / "form.csv").read_text() == "filled in"


@pytest.mark.parametrize(
    ("year", "county", "file", "message"),
    [
        (2024, "Dalarna", "form.ods", "neither .csv nor .xlsx"),
        (2031, "Dalarna", "form.csv", "there is no agreement for 2031"),
        (2024, "Dalrna", "form.csv", "there is no recipient 'Dalrna'"),
    ],
)
def test_a_form_for_nobody_is_not_written(
    here: Settings, tmp_path: Path, year: int, county: str, file: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write_template(here, year, county, "psykisk-halsa", tmp_path / file)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there(here: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        check_report(here, tmp_path / "form.csv")


def test_a_huge_file_is_not_even_read(here: Settings, tmp_path: Path) -> None:
    with (tmp_path / "form.csv").open("wb") as handle:
        handle.truncate(10**12)
    with pytest.raises(DataRefused, match="is larger than 1,000,000 bytes"):
        check_report(here, tmp_path / "form.csv")


def test_a_report_of_an_unknown_programme_is_refused_with_its_place(here: Settings, tmp_path: Path) -> None:
    (tmp_path / "form.csv").write_bytes(as_csv(Form(tuple(Line(n, "x", 2024, "20", "a-pot") for n in (2, 3)))))
    with pytest.raises(DataRefused, match=r"row 2, column A \(Programme\): 'x' is not known"):
        check_report(here, tmp_path / "form.csv")
