"""The running text of a document: paragraphs, the headings among them, and the years that they set.

A line that is a year and nothing else is a heading for all that follows. Amounts are for `mentions.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from assets.documents.finding.amounts import has_unit
from assets.documents.finding.lines import Line, Piece

_MARKUP: Final = re.compile(r"[*_]{2,}|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\S)")
_BULLET: Final = re.compile(r"^\s*(?:[-–—•·▪●➤✓*]|[a-zA-Z]\))\s+|^\s*-\S")
_NUMBERED: Final = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*\.?\s+[^\W\d_]|^\s*\d{1,2}(?:\.\d{1,2})*[.)]\s+\S")
_HASHES: Final = re.compile(r"^#{1,6}\s+")
_YEAR_ALONE: Final = re.compile(
    r"(?:(?:bidrags|budget|verksamhets)?år(?:et)?\s+)?((?:19[89]|20[0-4])\d)", re.IGNORECASE
)
_ENDS_SENTENCE: Final = re.compile(r"[.!?:;]\s*$")
_GOES_ON: Final = re.compile(
    r"(?:[,–-]|\b(?:och|samt|eller|av|till|för|i|på|med|som|den|det|de|att|en|ett|om|vid|från))$"
)
_LONGEST_HEADING: Final = 120
_LONGEST_NUMBERED: Final = 400
_LONGEST_TITLE: Final = 200
_FULL_LINE: Final = 60
_MOST_IN_PARENTHESES: Final = 4
_MOST_LINES: Final = 40

_MONTH: Final = r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zå]*"
_NO_GRANT_YEAR: Final = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}[\s-]*\d{{4}}|{_MONTH}\.?\s+\d{{4}}|\w*\d{{4}}/\d+|\d{{4}}:\d+"
    r"|(?:befolkning|folkmängd|invånar)[^.;,]{0,25}?\d{4}",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(r"((?:19[89]|20[0-4])\d)\s*[-–—]\s*((?:19[89]|20[0-4])\d)")
_YEAR: Final = re.compile(r"(?<![\w/.,])(?:19[89]|20[0-4])\d(?![\d/]|[.,]\d)(?!\s*(?:kr|tkr|mnkr|mkr|miljon|st)\b)")


@dataclass(frozen=True)
class Paragraph:
    """Lines of running text that belong together. `starts` says at which character each piece begins.

    `first` is the number of its first line. `heading` is what it reads as a heading; `years` are those that the
    heading names, or the one year that stands alone on the line, which then is no heading of anything else.
    """

    first: int
    text: str
    starts: tuple[tuple[int, Piece], ...]
    heading: str | None
    years: tuple[int, ...]

    def piece_at(self, position: int) -> Piece:
        """The piece in which a character stands."""
        return next(piece for start, piece in reversed(self.starts) if start <= position)


@dataclass(frozen=True)
class Context:
    """What stands above a place: the nearest heading, and the years that headings name, the nearest first."""

    heading: str
    years: tuple[int, ...]


def paragraphs_of(lines: Sequence[Line], in_tables: set[int]) -> list[Paragraph]:
    """All text outside tables; `in_tables` are the numbers of the lines that are not text."""
    groups: list[list[int]] = []
    for number, line in enumerate(lines):
        if number in in_tables:
            continue
        if groups and groups[-1][-1] == number - 1 and _continues(lines, groups[-1], line):
            groups[-1].append(number)
        else:
            groups.append([number])
    return [_paragraph(lines, group) for group in groups]


def title_of(paragraphs: Sequence[Paragraph], lines: Sequence[Line], first_table: int) -> str:
    """The first line of text, if it is short and stands above line `first_table`; or else the first sheet's name."""
    for paragraph in paragraphs[:1]:
        text = paragraph.heading or " ".join(paragraph.text.split())
        is_year = paragraph.years and paragraph.heading is None
        if len(text) <= _LONGEST_TITLE and not is_year and paragraph.first < first_table:
            return text
    return (lines[0].sheet or "") if lines else ""


def contexts_of(paragraphs: Sequence[Paragraph], lines: Sequence[Line], title: str) -> list[Context]:
    """What stands above each line; on a sheet only what the sheet says, its name above all else.

    A heading without a year leaves the year of the one above it in force. Without any heading the sheet's name, or
    the title, stands in for it.
    """
    by_line = {paragraph.first: paragraph for paragraph in paragraphs}
    contexts: list[Context] = []
    sheet, heading, years = None, "", tuple[int, ...]()
    for number, line in enumerate(lines):
        if line.sheet != sheet:
            sheet, heading, years = line.sheet, "", ()
        outer = (*years_in(sheet or ""), *years_in(title))
        contexts.append(Context(heading or sheet or title, unique([*years, *outer])))
        paragraph = by_line.get(number)
        if paragraph:
            heading, years = paragraph.heading or heading, paragraph.years or years
    return contexts


def years_in(text: str) -> tuple[int, ...]:
    """The years that a text names, in its order; dates, case numbers, statutes and long spans name none."""
    shortened = _SPAN.sub(_neighbours_only, _NO_GRANT_YEAR.sub(" ", text))
    return unique(int(year) for year in _YEAR.findall(shortened))


def unique(years: Iterable[int]) -> tuple[int, ...]:
    """Each year once, where it stands first."""
    return tuple(dict.fromkeys(years))


def _neighbours_only(span: re.Match[str]) -> str:
    """An agreement may be for two years; a strategy for ten is not about one of them."""
    return f"{span[1]} {span[2]}" if int(span[2]) - int(span[1]) == 1 else " "


def _paragraph(lines: Sequence[Line], numbers: Sequence[int]) -> Paragraph:
    text, starts = "", []
    for number in numbers:
        for place, piece in enumerate(lines[number].pieces):
            text += "" if not text else "  " if place else "\n"
            starts.append((len(text), piece))
            text += _HASHES.sub("", _MARKUP.sub("", piece.text))
    is_one_celled = all(len(lines[number].pieces) == 1 for number in numbers)
    year = _YEAR_ALONE.fullmatch(text.strip()) if is_one_celled else None
    if year:
        return Paragraph(numbers[0], text, tuple(starts), None, (int(year[1]),))
    heading = _as_heading(lines[numbers[0]].pieces[0].text, text) if is_one_celled else None
    return Paragraph(numbers[0], text, tuple(starts), heading, years_in(heading or ""))


def _as_heading(first_line: str, text: str) -> str | None:
    """The paragraph as a heading: marked or numbered, or short, beginning with a capital and without a full stop."""
    flat = " ".join(text.split()).strip("# ")
    if _HASHES.match(first_line):
        return flat
    if _NUMBERED.match(text):
        return flat if len(flat) <= _LONGEST_NUMBERED and not flat.endswith((".", ";", ",")) else None
    if _BULLET.match(text) or not re.match(r"[A-ZÅÄÖ\d”\"'´]", flat) or _is_open(flat):
        return None
    return flat if len(flat) <= _LONGEST_HEADING and not re.search(r"[.,;:!?]$", flat) else None


def _continues(lines: Sequence[Line], group: Sequence[int], line: Line) -> bool:
    """Whether a line goes on with the paragraph that ends right above it."""
    last = lines[group[-1]]
    if len(last.pieces) > 1 or len(line.pieces) > 1 or last.sheet != line.sheet or len(group) == _MOST_LINES:
        return False
    text, above = line.text, last.text.strip()
    if _begins_anew(text) or _YEAR_ALONE.fullmatch(above) or _HASHES.match(above):
        return False
    whole = "\n".join(lines[number].text for number in group)
    if _is_open(whole) and len(group) < _MOST_IN_PARENTHESES:
        return True
    if _BULLET.match(text) or _ENDS_SENTENCE.search(above):
        return False
    is_gap = line.pieces[0].place.row > last.pieces[0].place.row + 1
    return _goes_on(text, above) or (not is_gap and (text.startswith("(") or _is_full(above, whole)))


def _begins_anew(text: str) -> bool:
    return bool(_HASHES.match(text) or _NUMBERED.match(text) or _YEAR_ALONE.fullmatch(text.strip()))


def _goes_on(text: str, above: str) -> bool:
    """In the middle of a sentence: a small letter follows, or something must."""
    return re.match(r"[a-zåäö]", text) is not None or _GOES_ON.search(above) is not None


def _is_full(above: str, whole: str) -> bool:
    """A line that was broken because it was full; the end of an item or an amount ends its line by itself."""
    is_item = _NUMBERED.match(whole) or _BULLET.match(whole)
    return len(above) > _FULL_LINE and not is_item and not has_unit(above[-8:])


def _is_open(text: str) -> bool:
    """A parenthesis is opened and not closed."""
    return text.count("(") > text.count(")")
