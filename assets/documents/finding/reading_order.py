"""The lines of a document in reading order, without what runs along its edges.

Puts together what a reader had to leave apart: a name broken over two lines, a unit in a cell of its own, a name and
an amount in one cell.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assets.documents.finding.amounts import Amount, is_dash, is_unit, plain, read_amount
from assets.documents.finding.lines import LONGEST_LINE, Line, Piece, is_figure, is_kind_heading, is_money, total_kind
from assets.documents.found import Place
from assets.documents.names import Names
from assets.documents.page import Page

_PAGE_NUMBER: Final = re.compile(
    r"[-–—\s]*(?:sid(?:a|an)?\.?\s*)?\d{1,3}\s*(?:(?:av|/|\()\s*\d{1,3}\)?)?[-–—\s]*", re.IGNORECASE
)
_NEAR_EDGE: Final = 2
_LEADERS: Final = re.compile(r"\s*(?:\.{3,}|…+|_{3,})\s*")
_NAME_AND_AMOUNT: Final = re.compile(
    r"[\s•·*▪-]*((?:\d{3,4}\s+)?[^\W\d_]\D*?)(?:\s*[:=]\s*|\s+)((?:\(|[-−–])?\d.*)", re.DOTALL
)


def lines_of(pages: Sequence[Page], names: Names) -> list[Line]:
    """All rows that hold something, in reading order; page numbers and repeated running headers left out."""
    lines: list[Line] = []
    for page in pages:
        for row in page.rows:
            places = (Place(page.number, row.number, cell.column) for cell in row.cells)
            cells = zip(row.cells, places, strict=True)
            pieces = [
                Piece(cell.text.strip(), cell.column, cell.span, place) for cell, place in cells if plain(cell.text)
            ]
            if pieces:
                lines.append(Line(_with_units(pieces), page.name))
    return _joined_names(_split_one_celled(_without_furniture(lines), names), names)


def _with_units(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """A unit in a cell of its own joins the figure before it."""
    joined: list[Piece] = []
    for piece in pieces:
        is_word = is_unit(piece.text) and not re.search(r"\d", piece.text)
        if joined and is_word and is_figure(joined[-1].text) and not is_dash(joined[-1].text):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {piece.text}")
        else:
            joined.append(piece)
    return tuple(joined)


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Without page numbers, and without lines that open or close several pages, except where they stand first.

    Sheets have no such lines: what two of them share is a heading of each.
    """
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    at_edge = Counter(text for page in by_page.values() for text in {page[0].text, page[-1].text})
    kept: list[Line] = []
    shown: set[str] = set()
    for page in by_page.values():
        last = len(page) - 1
        for number, line in enumerate(page):
            is_alone = len(line.pieces) == 1 and line.sheet is None
            is_repeated = number in (0, last) and at_edge[line.text] > 1 and line.text in shown
            is_near = number < _NEAR_EDGE or number > last - _NEAR_EDGE
            if not (is_alone and (is_repeated or (is_near and _PAGE_NUMBER.fullmatch(line.text)))):
                kept.append(line)
        shown.update((page[0].text, page[-1].text))
    return kept


def _split_one_celled(lines: Sequence[Line], names: Names) -> list[Line]:
    """A reader of running text cannot tell `Falun 1 309 672` apart: a name and an amount, if two such follow."""
    halves = [_halves(line, names) for line in lines]
    split: list[Line] = []
    for number, (line, parts) in enumerate(zip(lines, halves, strict=True)):
        around = [near for near in halves[max(0, number - 1) : number + 2] if near]
        split.append(Line(parts, line.sheet) if parts and len(around) > 1 else line)
    return split


def _halves(line: Line, names: Names) -> tuple[Piece, Piece] | None:
    if len(line.pieces) != 1 or len(line.text) > LONGEST_LINE:
        return None
    (piece,) = line.pieces
    parts = _NAME_AND_AMOUNT.fullmatch(_LEADERS.sub(" ", piece.text))
    if not parts or not is_money(parts[2]) or not isinstance(read_amount(parts[2]), Amount):
        return None
    if names.match(parts[1]) is None and total_kind(parts[1]) is None:
        return None
    name = Piece(parts[1].strip(), piece.column, 1, piece.place)
    return name, Piece(parts[2], piece.column + 1, 1, piece.place)


def _joined_names(lines: Sequence[Line], names: Names) -> list[Line]:
    """A name that was broken over two lines goes into the one that has the figures."""
    whole: list[Line] = []
    for line in lines:
        joined = _joined(whole[-1], line, names) if whole and whole[-1].page == line.page else None
        if joined:
            whole[-1] = joined
        else:
            whole.append(line)
    return whole


def _joined(upper: Line, lower: Line, names: Names) -> Line | None:
    """Both lines as one, if one of them is nothing but a part of a name over or under the rest of it."""
    fragment, full = (upper, lower) if len(upper.pieces) == 1 else (lower, upper)
    (piece, *more) = fragment.pieces
    rest = next((one for one in full.pieces if one.column == piece.column), None)
    if more or len(full.pieces) == 1 or rest is None or is_kind_heading(piece.text):
        return None
    if is_figure(piece.text) or is_figure(rest.text):
        return None
    first, second = (piece, rest) if fragment is upper else (rest, piece)
    text = first.text + second.text if first.text.endswith(("-", "‐")) else f"{first.text} {second.text}"
    if names.match(text) is None:
        return None
    return Line(tuple(replace(one, text=text) if one is rest else one for one in full.pieces), full.sheet)
