"""Columns of a page from the places of its text: what stands below each other has the same column number.

Knows runs of text with a beginning and an end (points of a PDF, characters of a text), nothing of where they come
from. Amounts are right-aligned and names left-aligned, so columns are found by overlap, not by a common edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from assets.documents.page import Cell

# This many lines of one run each, in a row, are running text and end a table.
_LINES_OF_TEXT: Final = 3


@dataclass(frozen=True)
class Run:
    """Text that belongs together on a line, from `begin` to `end`."""

    text: str
    begin: float
    end: float


@dataclass(frozen=True)
class _Interval:
    begin: float
    end: float

    def overlap(self, other: "Run | _Interval") -> float:
        return min(self.end, other.end) - max(self.begin, other.begin)

    def widened(self, other: "Run | _Interval") -> "_Interval":
        return _Interval(min(self.begin, other.begin), max(self.end, other.end))


Line = Sequence[Run]
Columns = list[_Interval]


def in_columns(lines: Sequence[Line]) -> list[list[Cell]]:
    """The cells of every line of a page, top to bottom; the runs of a line go from left to right.

    Lines of one run are one cell in column 1, unless they stand in or right above a table whose columns they cover.
    """
    cells = [[Cell(run.text, column) for column, run in enumerate(line, start=1)] for line in lines]
    for begin, end, columns in _tables(lines):
        for index in range(_first_heading(lines, begin, columns), end):
            cells[index] = _placed(lines[index], columns)
    return cells


def _tables(lines: Sequence[Line]) -> list[tuple[int, int, Columns]]:
    """Where tables begin and end, and their columns: parts between single lines, put together where they fit."""
    tables: list[tuple[int, int, Columns]] = []
    for begin, end in _parts(lines):
        columns = _columns(lines[begin:end])
        if tables and begin - tables[-1][1] < _LINES_OF_TEXT:
            first, _, above = tables[-1]
            filled = [Run("", column.begin, column.end) for column in above]
            both = _columns([filled, *lines[begin:end]])
            if _keeps(both, above, [filled]) and _keeps(both, columns, lines[begin:end]):
                tables[-1] = (first, end, both)
                continue
        tables.append((begin, end, columns))
    return tables


def _parts(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Stretches of lines with several runs each."""
    several = [False, *(len(line) > 1 for line in lines), False]
    changes = [index for index, (before, after) in enumerate(pairwise(several)) if before != after]
    return list(zip(changes[::2], changes[1::2], strict=True))


def _keeps(both: Columns, own: Columns, lines: Sequence[Line]) -> bool:
    """The columns of two parts together leave every cell of one part in a column of its own."""
    if len(both) < len(own):
        return False
    return all(
        [cell.span for cell in _placed(line, both)] == [cell.span for cell in _placed(line, own)] for line in lines
    )


def _columns(lines: Sequence[Line]) -> Columns:
    """Columns of a table, left to right: narrow runs make them, a run over several of them is a heading."""
    columns: Columns = []
    for run in sorted((run for line in lines for run in line if len(line) > 1), key=lambda run: run.end - run.begin):
        hit = [column for column in columns if column.overlap(run) > 0]
        if len(hit) <= 1:
            columns = [column for column in columns if column not in hit]
            columns.append(hit[0].widened(run) if hit else _Interval(run.begin, run.end))
    columns.sort(key=lambda column: column.begin)
    return _merged(columns, lines)


def _merged(columns: Columns, lines: Sequence[Line]) -> Columns:
    """Neighbours that no line fills both are one column: its heading is aligned left and its amounts right."""
    filled = [{cell.column - 1 for cell in _placed(line, columns)} for line in lines if len(line) > 1]
    merged: list[tuple[_Interval, set[int]]] = []
    for index, column in enumerate(columns):
        if merged:
            left, members = merged[-1]
            if not any(index in line and members & line for line in filled):
                merged[-1] = (left.widened(column), {*members, index})
                continue
        merged.append((column, {index}))
    return [column for column, _ in merged]


def _placed(line: Line, columns: Columns) -> list[Cell]:
    """The cells of a line: each begins in the first column it covers that is still free."""
    cells: list[Cell] = []
    for run in line:
        free = cells[-1].column + 1 if cells else 1
        covered = [index for index, column in enumerate(columns, start=1) if column.overlap(run) > 0 and index >= free]
        column = covered[0] if covered else free
        cells.append(Cell(run.text, column, max(len(covered), 1)))
    return [*map(_cut, cells, cells[1:]), *cells[-1:]]


def _cut(cell: Cell, following: Cell) -> Cell:
    return Cell(cell.text, cell.column, min(cell.span, following.column - cell.column))


def _first_heading(lines: Sequence[Line], begin: int, columns: Columns) -> int:
    """The first of the single lines right above a table that stand over its later columns only."""
    first = begin
    while first > max(begin - _LINES_OF_TEXT, 0):
        above = lines[first - 1]
        if len(above) != 1 or columns[0].overlap(above[0]) > 0 or above[0].begin < columns[0].begin:
            break
        first -= 1
    return first
