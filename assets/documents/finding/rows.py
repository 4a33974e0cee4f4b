"""The rows of a table in reading order: names, the codes beside them, figures; tables side by side one by one.

Tells codes from amounts. Who a row means is for `whose.py`, what its figures are for `columns.py`.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assets.documents.finding.blocks import Block, Parsed, pieces_over
from assets.documents.finding.columns import says_code
from assets.documents.finding.lines import Entry, Piece, TotalKind
from assets.documents.finding.whose import Named
from assets.documents.found import Recipient
from assets.documents.names import Names
from schemas.vocabulary import MUNICIPALITY

_CODE: Final = re.compile("[0-9]{1,4}")


@dataclass(frozen=True)
class Row:
    """`named` is the name or label left of the `figures`, None if there is none; a group is a name without figures.

    `segment` counts the tables that stand side by side, from 0.
    """

    line: int
    segment: int
    named: Named | None
    total: TotalKind | None
    figures: tuple[Piece, ...]
    is_group: bool = False


@dataclass(frozen=True)
class _Codes:
    """The columns of codes left (`before`) and right (`after`) of the names."""

    before: frozenset[int]
    after: frozenset[int]


def rows_of(block: Block, lines: Sequence[Parsed], names: Names) -> list[Row]:
    """All rows of a table. Figures that nothing names are a total where a table or a group ends."""
    codes = _code_columns(block, lines, names)
    by_line = {number: _with_own_codes(lines[number].entries, codes) for number in block.rows}
    distinct = _distinct_names(by_line.values())
    starts = _starts(by_line.values())
    rows = [_group(number, lines[number], starts) for number in block.groups if _is_group(lines[number])]
    for number, entries in by_line.items():
        rows += [
            _row(number, one, codes, distinct, starts) for one in entries if one.figures and one.total != "statistic"
        ]
    rows = _in_order(rows)
    return [_as_total(row, rows[number + 1 : number + 2]) for number, row in enumerate(rows)]


def names_over(block: Block, lines: Sequence[Parsed], rows: Sequence[Row]) -> list[str]:
    """The headings over the names."""
    columns = {row.named.piece.column for row in rows if row.named and row.named.match and not row.is_group}
    return [piece.text for column in sorted(columns) for piece in pieces_over(lines, block.headings, column)]


def _code_columns(block: Block, lines: Sequence[Parsed], names: Names) -> _Codes:
    """Columns beside the names whose numbers are mostly the names' codes, or whose heading says that they are."""
    agree: dict[tuple[bool, int], list[bool]] = defaultdict(list)
    for number in block.rows:
        for is_before, piece, recipients in _numbers_beside_names(lines[number].entries):
            of_code = names.of_code(piece.text)
            agree[is_before, piece.column].append(any(one in of_code for one in recipients))
    found: dict[bool, set[int]] = {True: set(), False: set()}
    for (is_before, column), said in agree.items():
        is_headed = any(says_code(piece.text) for piece in pieces_over(lines, block.headings, column))
        if is_headed or 2 * sum(said) > len(said):
            found[is_before].add(column)
    return _Codes(frozenset(found[True]), frozenset(found[False]))


def _numbers_beside_names(entries: Sequence[Entry]) -> Iterable[tuple[bool, Piece, tuple[Recipient, ...]]]:
    """Numbers of up to four digits right before (True) or after a name that has more figures."""
    for place, entry in enumerate(entries):
        if not entry.names:
            continue
        recipients = entry.names[-1][1].recipients
        before = entry.lead[-1:] or (entries[place - 1].figures[-1:] if place else ())
        after = entry.figures[:1] if len(entry.figures) > 1 else ()
        for is_before, pieces in ((True, before), (False, after)):
            yield from ((is_before, piece, recipients) for piece in pieces if _CODE.fullmatch(piece.text))


def _with_own_codes(entries: Sequence[Entry], codes: _Codes) -> list[Entry]:
    """In tables side by side the code of the second name follows the figures of the first: it goes to its name."""
    moved = list(entries)
    for place in range(1, len(moved)):
        left, right = moved[place - 1], moved[place]
        if left.figures and left.figures[-1].column in codes.before and not right.lead:
            moved[place - 1] = replace(left, figures=left.figures[:-1])
            moved[place] = replace(right, lead=left.figures[-1:])
    return moved


def _distinct_names(lines: Iterable[Sequence[Entry]]) -> dict[int, int]:
    """How many different names each column has: the column of recipients has more than the one of their counties."""
    seen: dict[int, set[tuple[Recipient, ...]]] = defaultdict(set)
    for entries in lines:
        for entry in entries:
            for piece, match in entry.names:
                seen[piece.column].add(match.recipients)
    return {column: len(names) for column, names in seen.items()}


def _starts(lines: Iterable[Sequence[Entry]]) -> list[int]:
    """The columns in which the tables side by side begin."""
    starts = {0}
    for entries in lines:
        with_figures = [entry for entry in entries if entry.figures]
        starts |= {_first_column(entry) for entry in with_figures[1:]}
    return sorted(starts)


def _first_column(entry: Entry) -> int:
    named = [piece for piece, _ in entry.names] or ([entry.label] if entry.label is not None else [])
    return min(piece.column for piece in (*entry.lead, *named, *entry.figures))


def _row(number: int, entry: Entry, codes: _Codes, distinct: Mapping[int, int], starts: Sequence[int]) -> Row:
    segment = bisect_right(starts, _first_column(entry)) - 1
    lead = [piece.text for piece in entry.lead if piece.column in codes.before and _CODE.fullmatch(piece.text)]
    after = [piece.text for piece in entry.figures[:1] if piece.column in codes.after]
    figures = tuple(piece for piece in entry.figures if piece.column not in codes.after)
    if entry.names:
        # Of equally many names the one next to the figures counts.
        piece, match = max(reversed(entry.names), key=lambda one: distinct[one[0].column])
        named: Named | None = Named(piece, match, next(iter([*lead, *after]), match.code))
    else:
        named = Named(entry.label, None, next(iter([*lead, *after]), None)) if entry.label else None
    return Row(number, segment, named, entry.total, figures)


def _is_group(one: Parsed) -> bool:
    """A county, a region or `Kommuner` alone on its line; a municipality without an amount is just that."""
    if len(one.line.pieces) > 1:
        return False
    recipients = [whom for entry in one.entries for _, match in entry.names for whom in match.recipients]
    return not recipients or any(whom.recipient_type != MUNICIPALITY for whom in recipients)


def _group(number: int, one: Parsed, starts: Sequence[int]) -> Row:
    entry, piece = one.entries[0], one.line.pieces[0]
    match = entry.names[-1][1] if entry.names else None
    return Row(number, bisect_right(starts, piece.column) - 1, Named(piece, match, None), None, (), is_group=True)


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Table by table where several stand side by side; a total below them all, alone, comes last: it sums them all."""
    last_line = max((row.line for row in rows if not row.total and not row.is_group), default=0)
    below = {row.segment for row in rows if row.total and row.line > last_line}
    return sorted(rows, key=lambda row: (len(below) == 1 and row.line > last_line, row.segment, row.line))


def _as_total(row: Row, below: Sequence[Row]) -> Row:
    ends = not below or below[0].segment != row.segment or below[0].is_group or below[0].named is None
    return replace(row, total="sum") if row.named is None and ends else row
