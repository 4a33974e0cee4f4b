"""Plain text: every line a row; values are set apart by tabs, by `|` as in Markdown, or by two or more spaces.

Single spaces never part a line, so `1 309 672` stays one amount. A form feed begins a new page.
"""

import re
from typing import Final

from assets.documents.page import Cell
from assets.documents.readers.contents import MOST_CELLS, Contents, Unreadable, page_of
from assets.documents.readers.layout import Run, in_columns

# Spaces that fill up a column; one no-break or thin space alone stands inside an amount.
_GAP: Final = re.compile("[ \u00a0\u2000-\u200a\u202f]{2,}")
_RULE_BELOW_HEADINGS: Final = frozenset("|-: ")
_LEADING_MARK: Final = re.compile(r"(?:[#*•✓–-]{1,6}|[ \u00a0\u2000-\u200a\u202f])*")


def read_text(text: str) -> Contents:
    """The pages of a text; the number of a row is its line on the page. Raises `Unreadable`."""
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    return Contents(tuple(page_of(number, _rows(page.split("\n"))) for number, page in enumerate(pages, start=1)))


def _rows(lines: list[str]) -> list[tuple[int, list[Cell]]]:
    if len(lines) > MOST_CELLS:
        raise Unreadable(f"has more than {MOST_CELLS} lines", remedy="bring in the part that holds the amounts")
    in_place = in_columns([_runs(line) for line in lines])
    return [(number, _cells(line, in_place[number - 1])) for number, line in enumerate(lines, start=1)]


def _cells(line: str, in_place: list[Cell]) -> list[Cell]:
    """Tabs and bars count the columns themselves, empty ones too; otherwise the place on the line does."""
    if "|" in line:
        if _RULE_BELOW_HEADINGS.issuperset(line.strip()):
            return []
        return _numbered(line.strip().removeprefix("|").removesuffix("|").split("|"))
    return _numbered(line.split("\t")) if "\t" in line.strip("\t") else in_place


def _numbered(values: list[str]) -> list[Cell]:
    return [Cell(value, column) for column, value in enumerate(values, start=1)]


def _runs(line: str) -> list[Run]:
    if "|" in line or "\t" in line:
        return [Run(line, 0, len(line))] if line.strip() else []
    mark = _LEADING_MARK.match(line)
    runs: list[Run] = []
    begin, scan = len(line) - len(line.lstrip()), mark.end() if mark else 0
    for gap in _GAP.finditer(line, scan):
        runs.append(Run(line[begin : gap.start()], begin, gap.start()))
        begin = gap.end()
    runs.append(Run(line[begin:], begin, len(line)))
    return [run for run in runs if run.text.strip()]
