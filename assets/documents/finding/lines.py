"""A line of a document and what stands in it: names, labels of totals, figures.

Putting lines together is `reading_order.py`; what kind of line each is, `line_kinds.py`.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from assets.documents.finding.amounts import Amount, Unreadable, has_unit, is_dash, is_unit, plain, read_amount
from assets.documents.found import Place
from assets.documents.names import NameMatch, Names

_YEAR: Final = re.compile(r"(?:19[89]|20[0-4])\d")
# A bare number below this is a rank, a page or a count, unless its column says otherwise.
_SMALLEST_BARE: Final = 100
_LONGEST_FIGURE: Final = 40
LONGEST_LINE: Final = 120
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
    label = plain(text[:LONGEST_LINE])
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
