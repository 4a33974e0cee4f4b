"""Web pages: tables with their columns, headings, paragraphs and list items, in the order they stand.

Runs in the reader's process only. Nothing is fetched; scripts, styles and what is hidden give no text.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import lxml.etree
import lxml.html

from assets.documents.page import Cell
from assets.documents.readers.contents import Contents, Unreadable, clean, page_of, raised

_UNSEEN: Final = re.compile(
    "head|script|style|noscript|template|select|datalist|textarea|iframe|object|svg|canvas|audio|video|math"
)
_BLOCK: Final = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|"
    "th|thead|tr|ul"
)
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RAISED_STYLE: Final = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
# HTML collapses these and no other spaces.
_SPACES: Final = re.compile("[ \t\n\r\f]+")
# What browsers take at most, too.
_WIDEST_CELL: Final = 1_000
_HIGHEST_CELL: Final = 65_534
_LONGEST_NUMBER: Final = 9
_MOST_COLUMNS: Final = 2_000
_TOO_MUCH: Final = lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT

Element = Any


def read_html(text: str) -> Contents:
    """The one page of a web page; raises `Unreadable` if it is nested beyond reason or has no text."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except lxml.etree.ParserError:
        raise Unreadable("is a web page without text", remedy="fetch it again") from None
    # The parser goes on without what it leaves out, and amounts would be missed without a word.
    if any(error.type == _TOO_MUCH for error in parser.error_log):
        raise Unreadable(
            "is nested too deeply, or has one text that is too long", remedy="open it and print it to a PDF"
        )
    blocks = _Blocks()
    blocks.add(root)
    if not blocks.rows:
        raise Unreadable("is a web page without text", remedy="open it in a browser and print it to a PDF")
    title = clean(_collapsed(root.findtext(".//title") or ""))
    return Contents((page_of(1, enumerate(blocks.rows, start=1)),), title or None)


class _Blocks:
    """Rows gathered on a walk through a page: a block of running text is one cell, a table as many as it has."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._running: list[str] = []

    def add(self, element: Element) -> None:
        """Everything that is seen of `element`, without the text after it."""
        if not _is_seen(element):
            return
        if element.tag == "sup" or _RAISED_STYLE.search(element.get("style", "")):
            self._running.append(raised(_text(element)))
        elif element.tag == "table" and element.find(".//table") is None:
            self._end_block()
            self.rows.extend(_table(element))
        elif _BLOCK.fullmatch(element.tag):
            self._end_block()
            self._add_content(element)
            self._end_block()
        else:
            self._running.append(" " if element.tag == "br" else "")
            self._add_content(element)

    def _add_content(self, element: Element) -> None:
        self._running.append(element.text or "")
        for child in element:
            self.add(child)
            self._running.append(child.tail or "")

    def _end_block(self) -> None:
        text = _collapsed("".join(self._running))
        self._running = []
        if text:
            self.rows.append([Cell(text, 1)])

    def all_text(self, element: Element) -> str:
        """The text in `element`, its blocks set apart by a space."""
        self._add_content(element)
        self._end_block()
        return " ".join(cell.text for row in self.rows for cell in row)


def _is_seen(element: Element) -> bool:
    if not isinstance(element.tag, str) or _UNSEEN.fullmatch(element.tag):
        return False
    return "hidden" not in element.attrib and not _HIDDEN_STYLE.search(element.get("style", ""))


def _collapsed(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _text(element: Element) -> str:
    return _Blocks().all_text(element)


def _table(table: Element) -> Iterator[list[Cell]]:
    """The caption and the rows of a table; a cell that reaches down keeps its columns in the rows below."""
    group: Element = None
    below: dict[int, int] = {}
    for part in _parts(table):
        if part.tag == "caption":
            yield [Cell(_text(part), 1)]
            continue
        if part.getparent() is not group:
            group, below = part.getparent(), {}
        row, below = _row(part, below)
        yield row


def _parts(table: Element) -> Iterator[Element]:
    for part in table:
        if _is_seen(part):
            if part.tag in ("tr", "caption"):
                yield part
            else:
                yield from _parts(part)


def _row(row: Element, below: dict[int, int]) -> tuple[list[Cell], dict[int, int]]:
    """The cells of a row, and for each column that is taken in the next rows, in how many."""
    cells: list[Cell] = []
    taken = {column: rows - 1 for column, rows in below.items() if rows > 1}
    column = 1
    for element in row:
        if element.tag not in ("td", "th") or not _is_seen(element):
            continue
        while column in below:
            column += 1
        span, height = _reach(element, "colspan", _WIDEST_CELL), _reach(element, "rowspan", _HIGHEST_CELL)
        if column + span > _MOST_COLUMNS:
            raise Unreadable(f"has a table of more than {_MOST_COLUMNS} columns", remedy="bring in a part of it")
        cells.append(Cell(_text(element), column, span))
        if height > 1:
            taken |= dict.fromkeys(range(column, column + span), height - 1)
        column += span
    return cells, taken


def _reach(element: Element, attribute: str, most: int) -> int:
    """How many columns or rows a cell takes up; 0 rows means all that follow."""
    written = element.get(attribute, "1").strip()
    if not (written.isascii() and written.isdigit()):
        return 1
    reach = int(written[:_LONGEST_NUMBER]) or (most if attribute == "rowspan" else 1)
    return min(reach, most)
