"""Writing the form as CSV and as XLSX: amounts as numbers, codes as text, no formulas.

What is written reads back as the same form (`reading.py`).
"""

import csv
import io
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assets.county.form import COLUMNS, GUIDE, SHEET, Column, Form

# Spreadsheet programs set to Swedish take a CSV file apart at semicolons, and know UTF-8 by the mark at its beginning.
_DELIMITER: Final = ";"
_MARK: Final = "\ufeff"
_FORMATS: Final = {"text": "@", "kronor": "#,##0", "date": "yyyy-mm-dd", "year": "0"}
_WIDTHS: Final = {"text": 18, "kronor": 16, "date": 14, "year": 11}
_NAME_WIDTH: Final = 45
_GUIDE: Final = (
    "En rad per pott. Hela kronor, bara siffror: 1250000 eller 1 250 000. Inga formler.",
    "Skriv 0 där inget finns. En tom ruta betyder att beloppet inte är känt.",
    "Tilldelat = förbrukat + sparat + återbetalat. Rekvirerat är det som länet har begärt utbetalt.",
    "Redovisat utan uppdelning: bara om ett dokument anger ett belopp utan att säga om det är förbrukat.",
    "Raden sum-county är summan av potterna och får lämnas tom. Datum skrivs ÅÅÅÅ-MM-DD.",
    "Källa lämnas tom när formuläret är länets egen redovisning.",
    "",
    "One row per pot. Whole kronor, digits only: 1250000 or 1 250 000. No formulas.",
    "Write 0 where there is nothing. An empty cell means that the amount is not known.",
    "Allocated = used + saved + repaid. Requisitioned is what the county has claimed.",
    "Reported undivided: only if a document states an amount without saying whether it is used.",
    "The row sum-county is the sum of the pots and may be left empty. Dates are written YYYY-MM-DD.",
    "Source is left empty where the form is the county’s own report.",
)


def as_csv(form: Form) -> bytes:
    """The form as CSV, separated by semicolons, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\n")
    writer.writerow([column.heading for column in COLUMNS])
    for line in form.lines:
        values = [line.value(column.name) for column in COLUMNS]
        writer.writerow(["" if value is None else str(value) for value in values])
    return (_MARK + text.getvalue()).encode()


def as_xlsx(form: Form) -> bytes:
    """The form as a workbook: a sheet to fill in, and one that says how."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = SHEET
    for number, column in enumerate(COLUMNS, start=1):
        _head(sheet, number, column)
        for row, line in enumerate(form.lines, start=2):
            _fill(sheet.cell(row, number), column, line.value(column.name))
    sheet.freeze_panes = "F2"
    guide = book.create_sheet(GUIDE)
    for row, text in enumerate(_GUIDE, start=1):
        guide.cell(row, 1, text or None)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _head(sheet: Worksheet, number: int, column: Column) -> None:
    cell = sheet.cell(1, number, column.heading)
    cell.font = Font(bold=True)
    width = _NAME_WIDTH if column.name in ("name", "note") else max(_WIDTHS[column.kind], len(column.heading) + 1)
    sheet.column_dimensions[get_column_letter(number)].width = width


def _fill(cell: Cell, column: Column, value: Any) -> None:
    cell.number_format = _FORMATS[column.kind]
    if value is None:
        return
    cell.value = value
    if column.kind == "text":
        # openpyxl would take a text that begins with = for a formula, and one like 01 is not to become a number.
        cell.data_type = "s"
