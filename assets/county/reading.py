"""Reading the form from CSV or XLSX bytes, whoever wrote them: what stands in each cell, or what is wrong with it.

Bounded before it is looked into; workbooks are opened in the documents' guarded reader first. Whether what the form
says is right is for `checks.py`.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any, Final

from assets.county.findings import ERROR, Finding
from assets.county.form import COLUMNS, GUIDE, LABELS, PLACE, Column, Form, Line, letter
from assets.documents.page import Page, Row
from assets.documents.readers.contents import Unreadable, page_of
from assets.documents.readers.delimited import rows_of
from assets.documents.readers.kinds import recognise
from assets.documents.reading import read_document
from schemas.errors import DataRefused
from schemas.money import MOST_SEK
from schemas.text import Text

MOST_BYTES: Final = 1_000_000
MOST_ROWS: Final = 1_000
_TEMPLATE: Final = "make a new form with `kronvis county template`"
_SPACES: Final = re.compile("[ \u00a0\u2009\u202f]")
# Digits, or groups of three apart by a space; a minus sign is understood to be told what is wrong.
_KRONOR: Final = re.compile("[-−]?(?:[0-9]{1,12}|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3}){1,3})")
_YEAR: Final = re.compile("[0-9]{4}")
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMULA: Final = "="
_DELIMITERS: Final = ";\t,"


def read_form(body: bytes, where: str) -> tuple[Form, list[Finding]]:
    """The form, and one finding per cell that cannot be what its column asks for; such a cell counts as empty.

    `where` is the file's name, for messages. Raises `DataRefused` for what is not this form at all.
    """
    if len(body) > MOST_BYTES:
        raise DataRefused(where, f"has {len(body)} bytes; a form has at most {MOST_BYTES}", remedy=_TEMPLATE)
    page = _only_page(_pages(body, where), where)
    _require_headings(page.rows[0], where)
    if page.rows[-1].number > MOST_ROWS:
        raise DataRefused(where, f"goes on to row {page.rows[-1].number}; a form has at most {MOST_ROWS} rows")
    findings = list(_stored_formulas(body, page))
    taken = {(finding.row, finding.column) for finding in findings}
    lines = []
    for row in page.rows[1:]:
        _require_within(row, where)
        texts = {cell.column: cell.text for cell in row.cells if (row.number, cell.column) not in taken}
        line, wrong = _line(row.number, texts)
        lines.append(line)
        findings += wrong
    if not lines:
        raise DataRefused(where, "has no row below its headings", remedy=_TEMPLATE)
    return Form(tuple(lines)), findings


def _pages(body: bytes, where: str) -> tuple[Page, ...]:
    try:
        document = recognise(body)
    except Unreadable as refusal:
        raise DataRefused(where, refusal.what, remedy=refusal.remedy) from None
    if document.kind in ("csv", "text") and document.text is not None:
        return (_delimited(document.text, where),)
    if document.kind != "xlsx":
        raise DataRefused(where, "is neither CSV nor XLSX", remedy=_TEMPLATE)
    return read_document(body, where).pages


def _delimited(text: str, where: str) -> Page:
    """The one page of a CSV text; headings have none of the separators, so the first line tells which."""
    first = text.partition("\n")[0]
    delimiter = next((one for one in _DELIMITERS if one in first), _DELIMITERS[0])
    try:
        return page_of(1, rows_of(text, delimiter))
    except Unreadable as refusal:
        raise DataRefused(where, refusal.what, remedy=_TEMPLATE) from None


def _only_page(pages: tuple[Page, ...], where: str) -> Page:
    """The one sheet that is filled in; a second one would be left out without a word."""
    filled = [page for page in pages if page.rows and page.name != GUIDE]
    if not filled:
        raise DataRefused(where, "is empty", remedy=_TEMPLATE)
    if len(filled) > 1:
        names = ", ".join(str(page.name) for page in filled[1:])
        raise DataRefused(where, f"has more sheets than the form: {names}", remedy="keep one sheet, one county a file")
    return filled[0]


def _require_headings(row: Row, where: str) -> None:
    found = {cell.column: cell.text for cell in row.cells}
    for number, column in enumerate(COLUMNS, start=1):
        if found.get(number) != column.heading:
            what = f"row {row.number}, column {letter(number)} is headed {found.get(number)!r}, not {column.heading!r}"
            raise DataRefused(where, what, remedy=_TEMPLATE)
    _require_within(row, where)


def _require_within(row: Row, where: str) -> None:
    beyond = [cell for cell in row.cells if cell.column > len(COLUMNS)]
    if beyond:
        what = f"row {row.number} has {beyond[0].text!r} to the right of the last column"
        raise DataRefused(where, what, remedy=f"the last column is {letter(len(COLUMNS))}, {COLUMNS[-1].heading}")


def _stored_formulas(body: bytes, page: Page) -> Iterator[Finding]:
    """Cells of the sheet that hold a formula: their values were computed elsewhere, and may change when opened."""
    if not body.startswith(b"PK"):
        return
    # The guarded reader has been through it within its bounds; it does not tell formulas that have a stored value.
    import openpyxl  # noqa: PLC0415 - a run without a report in a workbook needs none

    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
    sheet: Any = book.worksheets[page.number - 1]
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=len(COLUMNS)):
        for cell in row:
            if cell.data_type == "f":
                yield _formula(cell.row, cell.column)


def _line(row: int, texts: dict[int, str]) -> tuple[Line, list[Finding]]:
    values: dict[str, Any] = {}
    findings = []
    for number, column in enumerate(COLUMNS, start=1):
        text = texts.get(number)
        if text is None:
            continue
        value = _formula(row, number) if text.startswith(_FORMULA) else _value(column, text, row)
        if isinstance(value, Finding):
            findings.append(value)
        else:
            values[column.name] = value
    return Line(row, **values), findings


def _value(column: Column, text: str, row: int) -> Any:
    """The value of a cell, or the finding that it has none of the kind."""
    if column.kind == "kronor":
        return _kronor(column, text, row)
    if column.kind == "date":
        return _date(column, text, row)
    if column.kind == "year":
        return int(text) if _YEAR.fullmatch(text) else _wrong_owner(column, text, row)
    # Spreadsheet programs take the zero off a code that they open as a number.
    return text.zfill(2) if column.name == "county_code" else text


def _kronor(column: Column, text: str, row: int) -> int | Finding:
    if _KRONOR.fullmatch(text) is None or abs(amount := _number(text)) > MOST_SEK:
        return _finding(
            "not_whole_kronor",
            row,
            column,
            text,
            Text(
                f"«{text}» är inte hela kronor; skriv bara siffror", f"“{text}” is not whole kronor; write digits only"
            ),
        )
    if amount < 0:
        told = Text(f"«{text}» är mindre än noll", f"“{text}” is less than zero")
        return _finding("negative", row, column, text, told)
    return amount


def _number(text: str) -> int:
    return int(_SPACES.sub("", text).replace("−", "-"))


def _date(column: Column, text: str, row: int) -> dt.date | Finding:
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    told = Text(f"«{text}» är inget datum av formen ÅÅÅÅ-MM-DD", f"“{text}” is not a date of the form YYYY-MM-DD")
    return _finding("not_a_date", row, column, text, told)


def _wrong_owner(column: Column, text: str, row: int) -> Finding:
    return _finding("wrong_owner", row, column, text, Text(f"«{text}» är inget år", f"“{text}” is not a year"))


def _formula(row: int, number: int) -> Finding:
    what = Text(
        f"cell {letter(number)}{row} är en formel; skriv värdet i stället",
        f"cell {letter(number)}{row} is a formula; write the value instead",
    )
    return _finding("formula", row, COLUMNS[number - 1], "", what)


def _finding(kind: str, row: int, column: Column, text: str, told: Text) -> Finding:
    label = LABELS[column.name]
    message = Text(f"{label.sv}: {told.sv}.", f"{label.en}: {told.en}.")
    return Finding(kind, ERROR, None, row, PLACE[column.name], message, {"text": text})
