"""Which lines make a table of recipients: its rows, the headings over them, the groups between them.

Decides by the kinds of the lines (`line_kinds.py`) and their shape only. What they mean is for `tables.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from assets.documents.finding.amounts import has_unit, unit_of_heading
from assets.documents.finding.line_kinds import MOST_HEADINGS, Parsed
from assets.documents.finding.lines import Piece, is_kind_heading, is_money
from assets.documents.found import Recipient

_LONGEST_CAPTION: Final = 150
_LONGEST_HEADING: Final = 80
_LONGEST_UNIT: Final = 40
_TABLE: Final = re.compile(r"tab(?:ell|\.)\s*\d", re.IGNORECASE)
_NO_CAPTION: Final = re.compile(r"^(?:[-–—•·*▪➤✓#(]|\d{1,3}[.)]|\d+$|[a-zåäö])|[.,;:!?]$")
# What may stand below the rows of a page before the next page goes on with them: a source, a footer.
_MOST_BELOW: Final = 3


@dataclass(frozen=True)
class Block:
    """A table, as numbers of lines: `rows` with figures, `groups` between them, `headings` and `captions` above.

    A caption is one text over the whole table, a heading one per column. `first` is the topmost line.
    """

    rows: tuple[int, ...]
    groups: tuple[int, ...]
    headings: tuple[int, ...]
    captions: tuple[int, ...]

    @property
    def first(self) -> int:
        """Where the table begins, headings taken over from a table before not counted."""
        return min((self.rows[0], *self.captions, *self.groups, *(one for one in self.headings if one < self.rows[0])))


def blocks_of(parsed_lines: Sequence[Parsed]) -> list[Block]:
    """All tables of recipients, in reading order."""
    blocks: list[Block] = []
    number, free_from = 0, 0
    while number < len(parsed_lines):
        if parsed_lines[number].kind != "recipient":
            number += 1
            continue
        top = _top(parsed_lines, number, free_from)
        block = _with_headings(parsed_lines, top, free_from, blocks[-1] if blocks else None)
        block = _grown(parsed_lines, block, number)
        if _is_of_recipients([parsed_lines[row] for row in block.rows]):
            blocks.append(block)
            free_from = block.rows[-1] + 1
        number = block.rows[-1] + 1
    return blocks


def is_caption(text: str) -> bool:
    """A short line that may be the title of the table below it: no list item, no number, no sentence."""
    return len(text) <= _LONGEST_CAPTION and (_TABLE.match(text) is not None or not _NO_CAPTION.search(text.strip()))


def _is_of_recipients(rows: Sequence[Parsed]) -> bool:
    """Mark and Berg are municipalities, and lines of a budget among others: most names must be known, or say a kind."""
    kinds = [row.kind for row in rows]
    is_certain = any(not entry.names[-1][1].is_short for row in rows for entry in row.entries if entry.names)
    return is_certain or kinds.count("recipient") >= kinds.count("unknown")


def _top(lines: Sequence[Parsed], number: int, free_from: int) -> int:
    """The first row: totals may stand above the first row that is certain, and one that is not."""
    top = number
    while top > free_from and lines[top - 1].kind == "total" and _same_page(lines, top - 1, number):
        top -= 1
    if top > free_from and _same_page(lines, top - 1, number) and _is_row_above(lines[top - 1], lines[number]):
        top -= 1
    return top


def _is_row_above(above: Parsed, row: Parsed) -> bool:
    """An unknown name with an amount, or a name of the same kind with what could be a year."""
    if _figure_columns(above) != _figure_columns(row):
        return False
    if above.kind == "dated":
        kinds, kinds_above = ({one.recipient_type for whom in line.recipients for one in whom} for line in (row, above))
        return len(_figure_columns(above)) == 1 and bool(kinds & kinds_above)
    labels = (piece.text for piece in above.line.pieces if not is_money(piece.text))
    return above.kind == "unknown" and not any(unit_of_heading(label[:_LONGEST_HEADING]) for label in labels)


def _figure_columns(one: Parsed) -> set[int]:
    return {figure.column for entry in one.entries for figure in entry.figures}


def _same_page(lines: Sequence[Parsed], one: int, other: int) -> bool:
    return lines[one].line.page == lines[other].line.page


def _with_headings(lines: Sequence[Parsed], top: int, free_from: int, before: Block | None) -> Block:
    """The headings above line `top`, down to line `free_from`; failing own ones, those of the table right before."""
    headings: list[int] = []
    captions: list[int] = []
    groups: list[int] = []
    number = top - 1
    while number >= free_from and _same_page(lines, number, top):
        one = lines[number]
        if one.kind == "name" and not headings and not captions:
            groups.insert(0, number)
        elif _is_heading(one, lines[top]) and not captions and len(headings) < MOST_HEADINGS:
            headings.insert(0, number)
        elif _is_unit_line(one) and not any(not _is_unit_line(lines[line]) for line in captions):
            captions.insert(0, number)
        else:
            if len(one.line.pieces) == 1 and one.kind == "text" and is_caption(one.line.text):
                captions.insert(0, number)
            break
        number -= 1
    is_next = before is not None and min([top, *captions, *groups]) == free_from
    if before and not headings and is_next:
        headings = list(before.headings)
    return Block((top,), tuple(groups), tuple(headings), tuple(captions))


def _is_heading(one: Parsed, row: Parsed) -> bool:
    """Headings of columns: several texts, or one over the figures."""
    pieces = one.line.pieces
    if one.kind not in ("text", "dated") or any(len(piece.text) > _LONGEST_HEADING for piece in pieces):
        return False
    return len(pieces) > 1 or pieces[0].column > row.line.pieces[0].column


def _is_unit_line(one: Parsed) -> bool:
    """`(tkr)` or `Belopp i tusental kronor` on a line of its own."""
    text = one.line.text
    return one.kind == "text" and len(one.line.pieces) == 1 and len(text) <= _LONGEST_UNIT and _names_unit(text)


def _names_unit(text: str) -> bool:
    return has_unit(text) and not re.search(r"\d", text.replace("1 000", "").replace("1000", ""))


def _grown(lines: Sequence[Parsed], block: Block, first: int) -> Block:
    """All rows that belong to the table whose first named row is line `first`."""
    rows, groups = list(range(block.rows[0], first + 1)), list(block.groups)
    seen = set(lines[first].recipients)
    repeated = {lines[line].line.text for line in (*block.headings, *block.captions)}
    pending: list[int] = []
    number = first + 1
    while number < len(lines) and lines[number].line.sheet == lines[first].line.sheet:
        one = lines[number]
        if _is_row(lines, number, rows[-1], has_pending=bool(pending)):
            if _all_seen(one, seen) and (pending or lines[rows[-1]].kind in ("total", "bare")):
                break
            groups += pending
            pending = []
            rows.append(number)
            seen |= one.recipients
        elif one.line.text in repeated or one.kind == "name" or is_kind_heading(one.line.text):
            pending.append(number)
        elif one.kind != "statistic":
            overleaf = _overleaf(lines, number, rows[-1], repeated)
            if overleaf is None or _all_seen(lines[overleaf], seen):
                break
            number = overleaf
            continue
        number += 1
    return replace(block, rows=tuple(rows), groups=tuple(groups))


def _all_seen(one: Parsed, seen: set[tuple[Recipient, ...]]) -> bool:
    """The same recipients once more; their county in a column of its own stands there again and again."""
    return bool(one.recipients) and one.recipients <= seen


def _is_row(lines: Sequence[Parsed], number: int, last: int, *, has_pending: bool) -> bool:
    """Rows of known names and totals; unknown names among them, and figures without a name right below them."""
    kind = lines[number].kind
    if kind in ("unknown", "dated"):
        is_followed = number + 1 < len(lines) and lines[number + 1].kind in ("recipient", "total")
        return _figure_columns(lines[number]) <= _figure_columns(lines[last]) and (is_followed or not has_pending)
    return kind in ("recipient", "total") or (kind == "bare" and not has_pending)


def _overleaf(lines: Sequence[Parsed], number: int, last: int, repeated: set[str]) -> int | None:
    """Where the next page goes on with the rows, if all that is left of this page are a few lines of text."""
    here = lines[last].line.page
    below = number
    while below < len(lines) and lines[below].line.page == here and lines[below].kind in ("text", "name"):
        below += 1
    if below == len(lines) or below - number > _MOST_BELOW or lines[below].line.page == here:
        return None
    goes_on = lines[below].kind == "recipient" or lines[below].line.text in repeated
    return below if goes_on and lines[number].line.page == here else None


def pieces_over(lines: Sequence[Parsed], numbers: Sequence[int], column: int) -> list[Piece]:
    """The texts of lines `numbers` that stand over `column`."""
    return [piece for number in numbers for piece in lines[number].line.pieces if piece.covers(column)]
