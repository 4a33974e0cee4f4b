"""CSV and its relatives, separated by tab, semicolon or comma: every line a row, every value a cell.

Reading happens where it is asked for, not in a process of its own: the csv module keeps no state, resolves nothing,
and the number of cells is bounded.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from assets.documents.page import Cell
from assets.documents.readers.contents import Contents, Unreadable, page_of

_SNIFFED_LINES: Final = 50
# A title above and a note below the table do not make it another kind of text.
_MOST_ALIKE: Final = 0.7


def delimiter_of(text: str) -> str | None:
    """What separates the values of `text`, judged by its first lines; None if it is no such table."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_SNIFFED_LINES]
    return next((delimiter for delimiter in "\t;," if _separates(delimiter, lines)), None)


def _separates(delimiter: str, lines: list[str]) -> bool:
    try:
        counts = Counter(len(values) for values in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return False
    values, times = counts.most_common(1)[0] if counts else (0, 0)
    alike = values > 1 and times > 1 and times >= _MOST_ALIKE * counts.total()
    return alike and (delimiter != "," or _no_prose(lines))


def _no_prose(lines: list[str]) -> bool:
    """Commas of running text are followed by a space, those of decimals stand between digits."""
    commas = [(line[i - 1 : i], line[i + 1 : i + 2]) for line in lines for i, c in enumerate(line) if c == ","]
    spaced = sum(after == " " for _, after in commas)
    return 2 * spaced < len(commas) and any(not (a.isdigit() and b.isdigit()) for a, b in commas)


def read_delimited(text: str) -> Contents:
    """The one page of a CSV text; the number of a row is the line it begins on. Raises `Unreadable`."""
    delimiter = delimiter_of(text)
    if delimiter is None:
        raise Unreadable("has no lines with the same number of values", remedy="save it as CSV again")
    return Contents((page_of(1, rows_of(text, delimiter)),))


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, Iterable[Cell]]]:
    """The rows of a CSV text, each with the number of the line it begins on. Raises `Unreadable`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for values in reader:
            yield begin, [Cell(value, column) for column, value in enumerate(values, start=1)]
            begin = reader.line_num + 1
    except csv.Error as error:
        remedy = 'a value in quotes ends with one quote, and a quote inside is written twice ("")'
        raise Unreadable(f"is not readable as CSV from line {begin}: {error}", remedy=remedy) from None
