"""What a reader hands over, how it crosses from one process to another, and how a reader says no.

The rules that hold for every kind of document live here: clean cell text and the most cells there may be.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from assets.documents.found import Place
from assets.documents.page import Cell, Page, Row

# All municipalities × every year and pot on file stay far below; a document that needs more is a database.
MOST_CELLS: Final = 500_000
# Line breaks and tabs inside a cell, control characters, and halves of a character that no file could store.
_NO_TEXT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_RAISED: Final = str.maketrans("0123456789()+-=", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻⁼")


@dataclass(frozen=True)
class Contents:
    """Pages of a document; `formulas` are the places of workbook cells whose value nobody has stored."""

    pages: tuple[Page, ...]
    title: str | None = None
    formulas: tuple[Place, ...] = ()


class Unreadable(Exception):
    """A reader's refusal: `what` follows the document's name in a sentence, `remedy` is the way out."""

    def __init__(self, what: str, *, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def clean(text: str) -> str:
    """`text` as one line: control characters and line breaks are a space, ends are stripped, the rest is kept."""
    return _NO_TEXT.sub(" ", text).strip()


def raised(text: str) -> str:
    """`text` as it is printed above the line: ¹ ² ³, so that the mark of a footnote is no digit of an amount."""
    return text.translate(_RAISED)


def page_of(number: int, rows: Iterable[tuple[int, Iterable[Cell]]], name: str | None = None) -> Page:
    """A page of numbered rows; empty cells and rows are left out. Raises `Unreadable` beyond `MOST_CELLS`."""
    return Page(number, tuple(_rows(rows)), name)


def _rows(rows: Iterable[tuple[int, Iterable[Cell]]]) -> Iterator[Row]:
    cells = 0
    for number, row in rows:
        kept = tuple(Cell(text, cell.column, cell.span) for cell in row if (text := clean(cell.text)))
        cells += len(kept)
        if cells > MOST_CELLS:
            raise Unreadable(f"has more than {MOST_CELLS} cells", remedy="bring in the part that holds the amounts")
        if kept:
            yield Row(number, kept)


def as_json(contents: Contents) -> bytes:
    """`contents` as bytes for `from_json`."""
    pages = [
        [page.number, page.name, [[row.number, [[c.text, c.column, c.span] for c in row.cells]] for row in page.rows]]
        for page in contents.pages
    ]
    formulas = [[place.page, place.row, place.column] for place in contents.formulas]
    return json.dumps({"title": contents.title, "pages": pages, "formulas": formulas}).encode()


def from_json(answer: dict[str, Any]) -> Contents:
    """The inverse of `as_json`, from parsed JSON."""
    pages = tuple(
        Page(number, tuple(Row(row, tuple(Cell(*cell) for cell in cells)) for row, cells in rows), name)
        for number, name, rows in answer["pages"]
    )
    return Contents(pages, answer["title"], tuple(Place(*place) for place in answer["formulas"]))
