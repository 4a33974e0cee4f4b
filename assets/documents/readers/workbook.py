"""Workbooks (XLSX): every sheet a page, numbers exactly as stored, formulas by the value stored with them.

Runs in the reader's process only. Nothing is calculated, no number format is applied (what is shown as `1 310` tkr may
be stored as 1309672), macros and links to other files are not looked at. Hidden rows and columns are read like others.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import openpyxl
from lxml import etree
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import range_boundaries

from assets.documents.found import Place
from assets.documents.page import Cell, Page
from assets.documents.readers import archive
from assets.documents.readers.contents import Contents, Unreadable, clean, page_of, raised

LAST_ROW: Final = 1_048_576
# Cells looked at, empty ones to the left of a filled one included.
_MOST_PLACES: Final = 2_000_000
_LONGEST_FORMULA: Final = 200
_FORMULA: Final = "f"
_NUMBER: Final = "n"
_STORED_TEXT: Final = "str"


def read_workbook(body: bytes) -> Contents:
    """The sheets of a workbook; raises `Unreadable`."""
    archive.check(body)
    stored, written = _loaded(body, values=True), _loaded(body, values=False)
    number_of_sheets, is_calculated = _listed(body)
    if len(stored.sheetnames) != number_of_sheets:
        raise Unreadable("is a damaged XLSX: a sheet is missing", remedy="fetch it again")
    both = zip(stored.worksheets, written.worksheets, strict=True)
    sheets = [_Sheet(body, number, *pair, is_calculated=is_calculated) for number, pair in enumerate(both, start=1)]
    pages = tuple(sheet.page() for sheet in sheets)
    title = clean(stored.properties.title or "")
    return Contents(pages, title or None, tuple(place for sheet in sheets for place in sheet.unknown))


def _listed(body: bytes) -> tuple[int, bool]:
    """How many sheets the workbook lists, and whether its formulas have been calculated.

    A sheet that is listed but not there would be left out without a word. Programs that write workbooks without
    calculating store 0 for every formula, and ask for calculation when it is opened.
    """
    sheets, is_calculated = 0, True
    for element in _elements(body, "xl/workbook.xml", "sheet", "calcPr"):
        sheets += etree.QName(element).localname == "sheet"
        is_calculated &= element.get("fullCalcOnLoad") not in ("1", "true")
    return sheets, is_calculated


def _elements(body: bytes, part: str, *names: str) -> Iterator[Any]:
    """The elements of these names in a part of the archive, one at a time."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed, packed.open(part) as content:
        for _, element in etree.iterparse(content, tag=[f"{{*}}{name}" for name in names], resolve_entities=False):
            yield element
            element.clear()


def _loaded(body: bytes, *, values: bool) -> Any:
    """The workbook with the values that are stored for formulas, or with the formulas."""
    return openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=values, keep_links=False, rich_text=True)


class _Sheet:
    """A sheet, read twice side by side: its values and its formulas. `unknown` are formulas without a value."""

    def __init__(self, body: bytes, number: int, values: Any, formulas: Any, *, is_calculated: bool) -> None:
        self._body, self._number, self._values, self._formulas = body, number, values, formulas
        self._is_calculated = is_calculated
        self.unknown: list[Place] = []

    def page(self) -> Page:
        """The rows of the sheet by their own numbers; the name says if the sheet is hidden."""
        state = "" if self._values.sheet_state == "visible" else " (hidden)"
        return page_of(self._number, self._rows(), f"{clean(self._values.title)}{state}")

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        # The size that a sheet gives of itself may be wrong, and what lies beyond it would be left out.
        self._values.reset_dimensions()
        self._formulas.reset_dimensions()
        # The sheet does not tell of merged cells, but their headings say which columns they are for.
        spans = _spans(self._body, self._values._worksheet_path)  # noqa: SLF001 - nothing public names the part
        places = 0
        both = zip(self._values.iter_rows(), self._formulas.iter_rows(), strict=True)
        for number, (values, formulas) in enumerate(both, start=1):
            places += len(values)
            if number > LAST_ROW or places > _MOST_PLACES:
                raise Unreadable(f"has a sheet that goes beyond row {number}", remedy="bring in a part of it")
            yield (
                number,
                [
                    Cell(self._text(value, formula, number, column), column, spans.get((number, column), 1))
                    for column, (value, formula) in enumerate(zip(values, formulas, strict=True), start=1)
                    if formula.value is not None
                ],
            )

    def _text(self, value: Any, formula: Any, row: int, column: int) -> str:
        if formula.data_type == _FORMULA and self._is_unknown(value):
            self.unknown.append(Place(self._number, row, column))
            # Array formulas and data tables are objects.
            written = str(getattr(formula.value, "text", formula.value) or "")
            return written[:_LONGEST_FORMULA] if written.startswith("=") else "="
        return text_of(value.value)

    def _is_unknown(self, cell: Any) -> bool:
        if cell.value is None:
            return bool(cell.data_type != _STORED_TEXT)
        return not self._is_calculated and bool(cell.data_type == _NUMBER and cell.value == 0)


def text_of(value: object) -> str:
    """A cell's value as text: whole numbers plain, others with all their decimals, dates as YYYY-MM-DD.

    Workbooks store every number as binary floating point; `repr` gives the shortest text that means the same number,
    which is what was typed in.
    """
    if isinstance(value, CellRichText):
        return "".join(raised(str(part)) if _is_raised(part) else str(part) for part in value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def _is_raised(part: Any) -> bool:
    font = getattr(part, "font", None)
    return font is not None and bool(font.vertAlign == "superscript")


def _spans(body: bytes, part: str) -> dict[tuple[int, int], int]:
    """How many columns the merged cells of a sheet span, by the row and column they begin at."""
    # Rows are asked for only to be forgotten; a sheet can have a million.
    merged = [element.get("ref") for element in _elements(body, part, "row", "mergeCell") if "ref" in element.attrib]
    bounds = map(range_boundaries, merged)
    return {(top, left): right - left + 1 for left, top, right, _ in bounds}
