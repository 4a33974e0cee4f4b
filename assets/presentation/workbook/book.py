"""How cells look and keep their type: styles, text made harmless, page setup, tables under a filter.

Text is always written as text, whatever it begins with: nothing in a workbook is a formula. Links are written only
for addresses that are https and nothing else.
"""

import datetime as dt
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import xlsxwriter
from xlsxwriter.utility import xl_range

from schemas.product import ATTRIBUTION, LICENCE, VERSION
from schemas.text import Language, Text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | dt.date | None

LONGEST_TEXT: Final = 32_767  # characters in a cell
_LONGEST_URL: Final = 2_000  # Excel takes 2,079
_LONGEST_RUNNING_TITLE: Final = 200  # of 255 in a header, with its codes
# The bytes rest on the tables only, so the day cannot be today; it is the first that a ZIP archive can state.
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - a day by definition, in no zone
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
A4, A3 = 9, 8
_POINTS_PER_LINE: Final = 13.5
# A row may be 409 points high; what does not show is still in the cell.
_MOST_LINES: Final = 20
# Widths are counted in digits of 11 points; text of 10 points has more letters to a line.
_LETTERS_PER_WIDTH: Final = 1.2

_INK, _QUIET, _LINE = "#1B2B34", "#54656F", "#C5CFD5"
_HEADER_FILL, _GROUP_FILL, _TOTAL_FILL = "#D5E1E8", "#EDF2F5", "#DFE8ED"
# On white 7.0 : 1, on the fills above more than 5 : 1.
_PRELIMINARY_INK: Final = "#8A3B00"
# The separator is the reader's own: a space in Swedish Excel, a comma in English.
_KRONOR: Final = "#,##0"
_BASE: Final = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "top"}
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"font_size": 15, "bold": True, "valign": "vcenter"},
    "heading": {"font_size": 12, "bold": True, "valign": "bottom"},
    "text": {"num_format": "@"},
    "quiet": {"font_color": _QUIET},
    "wrapped": {"text_wrap": True},
    "link": {"font_color": "#0B5394", "underline": 1},
    "kronor": {"num_format": _KRONOR, "align": "right", "indent": 1},
    "difference": {"num_format": f"+{_KRONOR};−{_KRONOR};0", "align": "right", "indent": 1},
    "count": {"num_format": _KRONOR, "align": "right", "indent": 1},
    "year": {"num_format": "0", "align": "right", "indent": 1},
    "checksum": {"num_format": "@", "font_color": _QUIET, "align": "fill"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "header": {"bold": True, "bg_color": _HEADER_FILL, "text_wrap": True, "valign": "vcenter"},
    "header_small": {"bg_color": _HEADER_FILL, "text_wrap": True, "valign": "top", "font_size": 9},
    "left": {"align": "left"},
    "right": {"align": "right", "indent": 1},
    "indented": {"align": "left", "indent": 1},
    "ruled": {"bottom": 1, "bottom_color": _LINE},
    "line": {"bottom": 1, "bottom_color": _LINE, "valign": "vcenter"},
    "group": {"bold": True, "bg_color": _GROUP_FILL, "valign": "vcenter"},
    "subtotal": {"bold": True, "valign": "vcenter", "top": 1, "top_color": _LINE, "bottom": 1, "bottom_color": _LINE},
    "total": {"bold": True, "bg_color": _TOTAL_FILL, "top": 1, "bottom": 6, "top_color": _INK, "bottom_color": _INK}
    | {"valign": "vcenter"},
    "bold": {"bold": True},
    "preliminary": {"italic": True, "font_color": _PRELIMINARY_INK},
}


@dataclass(frozen=True)
class Column:
    """A column of a table under a filter: heading, style of its cells, width in characters.

    `name` stands in a second line of the header: the machine's name of the column.
    """

    heading: str
    style: str
    width: float
    name: str | None = None


class Book:
    """A workbook that is being written; used in a `with`, after which `content` has its bytes."""

    def __init__(self, title: str, language: Language) -> None:
        self.language = language
        self.title = title
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, _OPTIONS)
        self._styles: dict[tuple[str, ...], Format] = {}
        self._book.set_properties(
            {
                "title": harmless(title),
                "author": "Kronvis",
                "company": "",
                "comments": f"Kronvis {VERSION}. {ATTRIBUTION}. {LICENCE}.",
                "created": _CREATED,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._book.close()

    @property
    def content(self) -> bytes:
        """The finished workbook."""
        return self._bytes.getvalue()

    def say(self, text: Text, **values: object) -> str:
        """A text in the book's language, its places filled in."""
        return text.of(self.language).format(**values)

    def style(self, *names: str) -> "Format":
        """Styles laid over each other, the last on top."""
        if names not in self._styles:
            properties = {key: value for name in names for key, value in _STYLES[name].items()}
            self._styles[names] = self._book.add_format({**_BASE, **properties})
        return self._styles[names]

    def sheet(self, name: str) -> "Sheet":
        """A new sheet, last in the book."""
        return Sheet(self, self._book.add_worksheet(name), name)


class Sheet:
    """A sheet that is being written; rows and columns count from 0."""

    def __init__(self, book: Book, worksheet: "Worksheet", name: str) -> None:
        self.book = book
        self.name = name
        self.page = worksheet

    def write(self, row: int, column: int, value: Cell, *style: str) -> None:
        """One cell: text as text, whole numbers as numbers, dates as dates; nothing leaves a styled empty cell."""
        look = self.book.style(*style)
        if value is None:
            self.page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.page.write_string(row, column, harmless(value), look)
        elif isinstance(value, dt.date):
            self.page.write_datetime(row, column, value, look)
        else:
            self.page.write_number(row, column, value, look)

    def write_address(self, row: int, column: int, url: str | None, *style: str) -> None:
        """An address of the web: a link if it is https, else its text."""
        if url is not None and is_https(url):
            self.page.write_url(row, column, url, self.book.style(*style, "link"), string=url)
        else:
            self.write(row, column, url, *style)

    def write_link(self, row: int, column: int, to: str, text: str, *style: str) -> None:
        """A link to the top of another sheet."""
        target = f"internal:'{to}'!A1"
        self.page.write_url(row, column, target, self.book.style(*style, "link"), string=text)

    def write_wide(self, row: int, last_column: int, value: str, width: float, *style: str) -> None:
        """A text over several columns from the first, as many lines high as `width` characters a line demand."""
        text = harmless(value)
        self.set_height(row, [(text, width)])
        self.page.merge_range(row, 0, row, last_column, "", self.book.style(*style, "wrapped"))
        self.page.write_string(row, 0, text, self.book.style(*style, "wrapped"))

    def set_up_page(self, last: tuple[int, int], repeated: tuple[int, int], paper: int = A4, high: int = 0) -> None:
        """Paper across, everything as wide as the page and `high` pages high (0: as many as it takes).

        `last` is the last row and column to print, `repeated` the first and last row of the header of every page.
        """
        left = _running(f"{self.book.title} · {self.name}")
        number = self.book.say(Text("Sida &P av &N", "Page &P of &N"))
        self.page.set_landscape()
        self.page.set_paper(paper)
        self.page.fit_to_pages(1, high)
        self.page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        self.page.print_area(0, 0, *last)
        self.page.repeat_rows(*repeated)
        self.page.set_header(f"&L&9{left}&R&9Kronvis {VERSION}")
        self.page.set_footer(f"&L&9{_running(ATTRIBUTION)}&R&9{number}")

    def set_height(self, row: int, texts: Sequence[tuple[str, float]]) -> None:
        """A row as high as its texts demand, each in a column of so many characters.

        Excel finds the height itself when it opens a file, other programs do not.
        """
        lines = max((lines_of(text, width * _LETTERS_PER_WIDTH) for text, width in texts), default=1)
        self.page.set_row(row, _POINTS_PER_LINE * min(lines, _MOST_LINES) + 1.5)

    def write_table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], paper: int = A4, *, printed: int | None = None
    ) -> None:
        """A flat table from the top: headings, filter, frozen header; the first `printed` columns go on paper."""
        headers = 2 if any(column.name for column in columns) else 1
        for number, column in enumerate(columns):
            self.page.set_column(number, number, column.width)
            align = ("right",) if column.style in ("kronor", "difference", "count", "year") else ()
            self.write(0, number, column.heading, "header", "ruled", *align)
            if column.name:
                self.write(1, number, column.name, "header_small", "ruled", *align)
        # Bold letters and the button of the filter take room.
        self.set_height(0, [(column.heading, column.width * 0.8) for column in columns])
        for row, values in enumerate(rows, start=headers):
            for number, (column, value) in enumerate(zip(columns, values, strict=True)):
                self.write(row, number, value, column.style)
            wrapped = zip(columns, values, strict=True)
            texts = [(text, column.width) for column, text in wrapped if column.style == "wrapped" and text]
            if texts:
                self.set_height(row, [(str(text), width) for text, width in texts])
        last = (max(headers, headers + len(rows) - 1), len(columns) - 1)
        self.page.autofilter(headers - 1, 0, *last)
        self.page.freeze_panes(headers, 0)
        self.page.ignore_errors({"number_stored_as_text": xl_range(0, 0, *last)})
        area = (last[0], (printed or len(columns)) - 1)
        self.set_up_page(area, (0, headers - 1), paper)


def harmless(text: str) -> str:
    """Text without characters that control, turn its direction or are none, no longer than a cell holds.

    Tabs and line breaks of any kind become a space, so that a name stays on its line.
    """
    visible = text if text.isprintable() else "".join(_visible(char) for char in text)
    return visible if len(visible) <= LONGEST_TEXT else f"{visible[: LONGEST_TEXT - 1]}…"


def _visible(char: str) -> str:
    """Nothing for control (Cc), format (Cf), surrogate (Cs), private (Co) and unassigned (Cn) characters."""
    category = unicodedata.category(char)
    if category.startswith("Z") or char.isspace():
        return char if category == "Zs" else " "
    return "" if category.startswith("C") else char


def is_https(url: str) -> bool:
    """True for an address that is safe to follow and to write: https, printable ASCII, no space or quote."""
    return (
        url.startswith("https://")
        and len(url) <= _LONGEST_URL
        and all("!" <= char <= "~" and char not in "\"'<>`\\^{|}" for char in url)
    )


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of `width` characters; only words longer than that are broken."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
        while used > width:
            lines, used = lines + 1, used - int(width)
    return lines


def _running(text: str) -> str:
    """A text for the top or bottom of a page, where `&` begins a code."""
    return harmless(text)[:_LONGEST_RUNNING_TITLE].replace("&", "&&")
