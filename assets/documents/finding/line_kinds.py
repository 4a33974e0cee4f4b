"""What kind of line each line of a document is: of a recipient, a total, a name alone, figures alone, or text.

Which of them make a table is for `blocks.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assets.documents.finding.amounts import has_unit, is_dash, read_amount
from assets.documents.finding.columns import says_code
from assets.documents.finding.lines import Entry, Line, entries_of, is_money, is_year
from assets.documents.found import Recipient
from assets.documents.names import NameMatch, Names

# So many lines of headings may stand over a table.
MOST_HEADINGS: Final = 4
_FEWEST_CODES: Final = 3
_COUNTY_DIGITS: Final = 2

LineKind = Literal["recipient", "total", "statistic", "unknown", "bare", "name", "dated", "text"]


@dataclass(frozen=True)
class Parsed:
    """A line and what stands in it."""

    line: Line
    entries: tuple[Entry, ...]
    kind: LineKind

    @property
    def recipients(self) -> frozenset[tuple[Recipient, ...]]:
        """Whom the names beside figures can mean."""
        return frozenset(entry.names[-1][1].recipients for entry in self.entries if entry.names and entry.figures)


def parsed(lines: Sequence[Line], names: Names) -> list[Parsed]:
    """Every line with its entries and kind; lines of codes without names count as lines of names."""
    plain = [_parsed(line, tuple(entries_of(line, names))) for line in lines]
    for run in _runs_of_codes(plain, names):
        for number in run:
            plain[number] = _of_code(plain[number].line, names)
    return plain


def _parsed(line: Line, entries: tuple[Entry, ...]) -> Parsed:
    return Parsed(line, entries, _kind(entries))


def _kind(entries: Sequence[Entry]) -> LineKind:
    if any(entry.names and any(_may_be_paid(one.text) for one in entry.figures) for entry in entries):
        return "recipient"
    paid = [entry for entry in entries if any(_may_be_paid(one.text) for one in entry.figures)]
    if paid:
        return _kind_without_name(paid)
    if not all(entry.names for entry in entries):
        return "text"
    return "dated" if any(entry.figures for entry in entries) else "name"


def _kind_without_name(entries: Sequence[Entry]) -> LineKind:
    totals = {entry.total for entry in entries if entry.total}
    if totals:
        return "total" if totals != {"statistic"} else "statistic"
    if any(entry.label for entry in entries):
        return "unknown"
    return "bare" if any(is_money(one.text) for entry in entries for one in entry.figures) else "text"


def _may_be_paid(text: str) -> bool:
    """Beside a name even a small number or a dash makes a row; a year does not, nor a percentage."""
    in_millions = read_amount(text, 1_000_000)
    return is_dash(text) or text.startswith("=") or has_unit(text) or (in_millions is not None and not is_year(text))


def _runs_of_codes(lines: Sequence[Parsed], names: Names) -> list[list[int]]:
    """Stretches of lines that begin with a code and go on with figures, and have no names."""
    runs: list[list[int]] = []
    for number, one in enumerate(lines):
        pieces = one.line.pieces
        if one.kind != "bare" or len(pieces) == 1 or not names.of_code(pieces[0].text):
            continue
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [run for run in runs if _are_codes(run, lines)]


def _are_codes(run: Sequence[int], lines: Sequence[Parsed]) -> bool:
    """A heading says so; or there are several different codes of municipalities, not all of which could be years."""
    codes = [lines[number].line.pieces[0].text for number in run]
    above = [piece for one in lines[max(0, run[0] - MOST_HEADINGS) : run[0]] for piece in one.line.pieces]
    if any(says_code(piece.text) and piece.covers(lines[run[0]].line.pieces[0].column) for piece in above):
        return True
    return (
        len(set(codes)) >= _FEWEST_CODES
        and all(len(code) > _COUNTY_DIGITS for code in codes)
        and not all(map(is_year, codes))
    )


def _of_code(line: Line, names: Names) -> Parsed:
    code, *figures = line.pieces
    recipients = names.of_code(code.text)
    match = NameMatch(recipients, recipients, is_short=True, lost_accents=False, has_accents=False, code=code.text)
    return _parsed(line, (Entry(names=((code, match),), figures=tuple(figures)),))
