"""The lines of a document in reading order, and what stands in one: names, labels of totals, figures.

Puts together what a reader had to leave apart (a name broken over two lines, a unit in a cell of its own). Which
lines make a table is for `blocks.py`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from assets.documents.finding.amounts import Amount, Unreadable, has_unit, is_dash, is_unit, plain, read_amount
from assets.documents.found import Place
from assets.documents.names import NameMatch, Names
from assets.documents.page import Page

_YEAR: Final = re.compile(r"(?:19[89]|20[0-4])\d")
# A bare number below this is a rank, a page or a count, unless its column says otherwise.
_SMALLEST_BARE: Final = 100
_LONGEST_FIGURE: Final = 40
_LONGEST_LINE: Final = 120
_PAGE_NUMBER: Final = re.compile(
    r"[-–—\s]*(?:sid(?:a|an)?\.?\s*)?\d{1,3}\s*(?:(?:av|/|\()\s*\d{1,3}\)?)?[-–—\s]*", re.IGNORECASE
)
_NEAR_EDGE: Final = 2
_TOTAL: Final = re.compile(
    r"(?:(?P<part>del-?summ\w*|del-?total\w*)|hela\s+(?:riket|landet)|riket|sverige|samtliga|alla\s+(?:kommuner|regioner|"
    r"landsting|län)|totalsumma|slutsumma|summa|summor|summering|sammanlagt|totalt|total|tot\b\.?|s:a|sa:)(?!\w)",
    re.IGNORECASE,
)
_TOTAL_AT_END: Final = re.compile(r"[\s,(]+(?:totalt|total|summa|sammanlagt|tot\.?)\)?[:.]?$", re.IGNORECASE)
_STATISTIC: Final = re.compile(
    r"(?:medel|medelvärde|genomsnitt\w*|snitt|median|min|max|högst|lägst|kvot)\b", re.IGNORECASE
)
_KIND_HEADING: Final = re.compile(r"(?:region|landsting|län|kommun)(?:en|et|er|erna|ens|s)?:?", re.IGNORECASE)
_LEADERS: Final = re.compile(r"\s*(?:\.{3,}|…+|_{3,})\s*")
_NAME_AND_AMOUNT: Final = re.compile(
    r"[\s•·*▪-]*((?:\d{3,4}\s+)?[^\W\d_]\D*?)(?:\s*[:=]\s*|\s+)((?:\(|[-−–])?\d.*)", re.DOTALL
)

TotalKind = Literal["part", "sum", "statistic"]


@dataclass(frozen=True)
class Piece:
    """A cell with its place; `column` is where it stands among the others, also if the reader saw one cell only."""

    text: str
    column: int
    span: int
    place: Place

    def covers(self, column: int) -> bool:
        """Whether `column` lies under it."""
        return self.column <= column < self.column + self.span


@dataclass(frozen=True)
class Line:
    """A row that is not empty; `sheet` is the name of its page."""

    pieces: tuple[Piece, ...]
    sheet: str | None

    @property
    def page(self) -> int:
        """The page it stands on."""
        return self.pieces[0].place.page

    @property
    def text(self) -> str:
        """All pieces, two spaces between."""
        return "  ".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Entry:
    """A stretch of a line: `names` or a `label`, the `figures` right of it and the numbers (`lead`) left of it.

    Of several names the last stands next to the figures; those before it are groups, such as the county of each row.
    `total` says what kind of total the label means, if any.
    """

    names: tuple[tuple[Piece, NameMatch], ...] = ()
    label: Piece | None = None
    total: TotalKind | None = None
    lead: tuple[Piece, ...] = ()
    figures: tuple[Piece, ...] = ()


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


def is_year(text: str) -> bool:
    """A bare year such as 2024."""
    return _YEAR.fullmatch(plain(text)) is not None


def is_figure(text: str) -> bool:
    """A cell of numbers, a dash or a formula, and no label."""
    if is_dash(text) or text.startswith("="):
        return True
    if len(text) > _LONGEST_FIGURE or not re.search(r"\d", text) or is_unit(text):
        return False
    if re.match(r"[^\w(]*\(?[^\w]*(?:(?:ca|cirka|c:a|sek|kr)\b\W*)?\d", text, re.IGNORECASE) and has_unit(text):
        return True
    return not re.search(r"[^\W\d_]", re.sub(r"[a-z]\)$", "", text))


def is_money(text: str) -> bool:
    """A figure that may well be an amount: with a unit or groups, or a bare number that is neither year nor rank."""
    reading = read_amount(text)
    if isinstance(reading, Amount):
        return reading.writing != "bare" or (abs(reading.sek) >= _SMALLEST_BARE and not is_year(text))
    return isinstance(reading, Unreadable) or text.startswith("=")


def is_kind_heading(text: str) -> bool:
    """`Region`, `Kommuner`, `Län`: what the names under it are."""
    return _KIND_HEADING.fullmatch(plain(text)) is not None


def total_kind(text: str) -> TotalKind | None:
    """`part` or `sum` if a label says that it sums others, `statistic` for means and medians."""
    label = plain(text[:_LONGEST_LINE])
    if _STATISTIC.match(label):
        return "statistic"
    match = _TOTAL.match(label)
    if match is None:
        return "sum" if _TOTAL_AT_END.search(label) else None
    return "part" if match["part"] else "sum"


def entries_of(line: Line, names: Names) -> list[Entry]:
    """The stretches of a line; a line of figures alone is one entry with neither name nor label."""
    entries = [Entry()]
    for piece in line.pieces:
        last = entries[-1]
        has_owner = bool(last.names or last.label)
        match = names.match(piece.text)
        if match is None and is_figure(piece.text):
            if has_owner:
                entries[-1] = replace(last, figures=(*last.figures, piece))
            else:
                entries[-1] = replace(last, lead=(*last.lead, piece))
            continue
        if last.figures:
            last = Entry()
            entries.append(last)
        if match:
            entries[-1] = replace(last, names=(*last.names, (piece, match)))
        elif last.label is None:
            kind = None if last.names else total_kind(piece.text)
            entries[-1] = replace(last, label=piece, total=kind)
    last = entries[-1]
    if not (last.names or last.label):
        entries[-1] = Entry(figures=last.lead)
    return entries


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
    if len(line.pieces) != 1 or len(line.text) > _LONGEST_LINE:
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
