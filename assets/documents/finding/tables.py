"""Tables of recipients read: amounts of each row and column, totals with the amounts they sum, what is not taken.

Works on one block of lines (`blocks.py`). Amounts in running text are for `mentions.py`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assets.documents.finding.amounts import KRONA, Amount, Unreadable, is_dash, plain, read_amount, unit_of_heading
from assets.documents.finding.blocks import Block, Parsed, pieces_over
from assets.documents.finding.columns import Column, decided
from assets.documents.finding.headings import Context, unique, years_in
from assets.documents.finding.lines import Piece, is_year, total_kind
from assets.documents.finding.rows import Row
from assets.documents.finding.totals import RowRole, TableRow, county_subtotal, summed_rows
from assets.documents.finding.whose import Refused, TableKinds, meant_by
from assets.documents.found import Figure, Place, Recipient, Unread
from assets.documents.names import Names
from schemas.text import Text
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY

_NOTES_ABOVE: Final = 4
_NOTES_BELOW: Final = 3
_LONGEST_NOTE: Final = 80
# A note right below one of these belongs to it.
_ROWS: Final = ("recipient", "total", "bare")
_UNIT_NOTE: Final = re.compile(
    r"belopp|samtliga|\balla\b|redovis|\banges?\b|\bi\s+(?:tkr|mnkr|mkr|tusen|miljoner)|^\(?(?:tkr|mnkr|mkr)\)?$",
    re.IGNORECASE,
)
_TOTAL_WORDS: Final = re.compile(r"\b(?:del-?summa|summa|sammanlagt|totalt|total)\b|[,:()]", re.IGNORECASE)
_UNCLEAR: Final = {
    "unclear": Text(
        "inget säger om kolumnen är kronor; den är inte läst",
        "nothing says whether the column holds kronor; it is not read",
    ),
    "no_unit": Text(
        "beloppen är små och ingen enhet anges (kr, tkr, mnkr); kolumnen är inte läst",
        "the amounts are small and no unit is given (kr, tkr, mnkr); the column is not read",
    ),
}


@dataclass(frozen=True)
class Table:
    """A table of the document: its rows, its columns of figures, whom it is about, and what stands above it."""

    number: int
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    kinds: TableKinds
    above: Context


@dataclass(frozen=True)
class _Cell:
    """A cell of an amounts column; `place_in_row` counts the amounts columns of its segment."""

    piece: Piece
    column: Column
    place_in_row: int
    reading: Amount | Refused | None


@dataclass(frozen=True)
class _Read:
    """A row with its cells read: whom it means, and the county it sums if it is a county's subtotal."""

    row: Row
    meant: tuple[Recipient, ...] | Refused
    county: str | None
    cells: tuple[_Cell, ...]
    is_total: bool

    def cell(self, place_in_row: int) -> _Cell | None:
        return next((one for one in self.cells if one.place_in_row == place_in_row), None)


def columns_of(block: Block, lines: Sequence[Parsed], rows: Sequence[Row], context: Sequence[str]) -> list[Column]:
    """All columns of figures and what each holds; `context` are the headings above, nearest first."""
    cells: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        for piece in row.figures:
            cells[piece.column].append(piece.text)
    captions = [lines[number].line.text for number in block.captions]
    columns = [
        Column(number, (*captions, *(piece.text for piece in pieces_over(lines, block.headings, number))), tuple(texts))
        for number, texts in sorted(cells.items())
    ]
    return decided(columns, context, _noted_unit(block, lines))


def figures_of(table: Table, names: Names) -> Iterator[Figure | Unread]:
    """Every amount of the table, and everything in it that looks like one and is not taken."""
    yield from _unclear_columns(table)
    rows = _read_rows(table, names)
    for number, one in enumerate(rows):
        has_amount = any(cell.reading is not None for cell in one.cells)
        if isinstance(one.meant, Refused) and not one.is_total and has_amount:
            piece = one.row.named.piece if one.row.named else one.cells[0].piece
            yield _unread(piece, one.meant)
            continue
        for cell in one.cells:
            if isinstance(cell.reading, Refused):
                yield _unread(cell.piece, cell.reading)
            elif cell.reading is not None:
                parts = _parts(rows, number, cell.place_in_row) if one.is_total else ()
                yield _figure(table, one, cell, cell.reading, parts)


def _read_rows(table: Table, names: Names) -> list[_Read]:
    meant = [_meant(row, table, names) for row in table.rows]
    subtotals = _subtotals(table, meant, names)
    places = _places_in_row(table)
    return [
        _Read(
            row=row,
            meant=whom,
            county=subtotals.get(number, _county(row, whom, names)),
            cells=tuple(
                _cell(piece, places[row.segment][piece.column])
                for piece in row.figures
                if piece.column in places[row.segment]
            ),
            is_total=row.total is not None or number in subtotals,
        )
        for number, (row, whom) in enumerate(zip(table.rows, meant, strict=True))
    ]


def _meant(row: Row, table: Table, names: Names) -> tuple[Recipient, ...] | Refused:
    if row.is_group or row.total:
        return ()
    if row.named is None:
        return Refused("unknown_name", Text("raden har inget namn", "the row has no name"))
    return meant_by(row.named, table.kinds, names)


def _county(row: Row, meant: tuple[Recipient, ...] | Refused, names: Names) -> str | None:
    """Where a recipient lies; the county that the label of a group or total names."""
    recipients = () if isinstance(meant, Refused) else meant
    if (row.is_group or row.total) and row.named:
        label = _TOTAL_WORDS.sub(" ", row.named.piece.text).strip()
        match = row.named.match or names.match(label)
        recipients = match.recipients if match else ()
    counties = {names.county_of.get(one) for one in recipients}
    return counties.pop() if len(counties) == 1 else None


# --- subtotals of counties ------------------------------------------------------------------------------------


def _subtotals(table: Table, meant: Sequence[tuple[Recipient, ...] | Refused], names: Names) -> dict[int, str]:
    """Rows of a table of municipalities that name a county and sum its municipalities: the county by row."""
    if MUNICIPALITY not in table.kinds.kinds:
        return {}
    rows = [_plain_row(row, whom, names) for row, whom in zip(table.rows, meant, strict=True)]
    candidates = {number: county for number, row in enumerate(table.rows) if (county := _county_named(row))}
    found = _with_municipalities(rows, candidates)
    if found:
        found |= _with_municipalities(rows, found | _doubled(table.rows, rows, found))
    return found


def _plain_row(row: Row, meant: tuple[Recipient, ...] | Refused, names: Names) -> TableRow:
    role: RowRole = "group" if row.is_group else "total" if row.total else "recipient"
    return TableRow(role, _county(row, meant, names))


def _county_named(row: Row) -> str | None:
    """The county of a row that can mean a county, or its municipalities together, and no municipality."""
    if row.is_group or row.named is None or row.named.match is None:
        return None
    recipients = row.named.match.recipients
    if any(one.recipient_type == MUNICIPALITY for one in recipients):
        return None
    of_county = {one.recipient_code for one in recipients if one.recipient_type in (COUNTY, MUNICIPALITIES_IN_COUNTY)}
    return of_county.pop() if len(of_county) == 1 else None


def _with_municipalities(rows: Sequence[TableRow], candidates: Mapping[int, str]) -> dict[int, str]:
    """The candidates that stand right above or below municipalities of their county."""
    marked = [TableRow("total", candidates[number]) if number in candidates else row for number, row in enumerate(rows)]
    return {
        number: county for number, county in candidates.items() if county_subtotal(marked, number, county) is not None
    }


def _doubled(table_rows: Sequence[Row], rows: Sequence[TableRow], found: Mapping[int, str]) -> dict[int, str]:
    """Uppsala stands twice among subtotals of counties: as county and as municipality.

    The one that stands where the other subtotals do, over or under its municipalities, is the county.
    """
    first = min(found)
    is_above = first + 1 < len(rows) and rows[first + 1].county == found[first]
    seen: dict[tuple[Recipient, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(table_rows):
        if row.named and row.named.match and row.named.match.is_short and not row.is_group:
            seen[row.named.match.recipients].append(number)
    doubled = {}
    for recipients, numbers in seen.items():
        county = next((one.recipient_code for one in recipients if one.recipient_type == COUNTY), None)
        if county and len(numbers) > 1:
            doubled[numbers[0 if is_above else -1]] = county
    return doubled


# --- cells ----------------------------------------------------------------------------------------------------


def _places_in_row(table: Table) -> dict[int, dict[int, tuple[Column, int]]]:
    """The amounts columns of each segment, counted from the left."""
    amounts = {column.number: column for column in table.columns if column.holds == "amounts"}
    used: dict[int, set[int]] = defaultdict(set)
    for row in table.rows:
        used[row.segment] |= {piece.column for piece in row.figures if piece.column in amounts}
    return {
        row.segment: {number: (amounts[number], place) for place, number in enumerate(sorted(used[row.segment]))}
        for row in table.rows
    }


def _cell(piece: Piece, at: tuple[Column, int]) -> _Cell:
    column, place = at
    return _Cell(piece, column, place, _read(piece.text, column))


def _read(text: str, column: Column) -> Amount | Refused | None:
    if is_dash(text):
        return None
    if text.startswith("="):
        return Refused(
            "formula", Text("cellen är en formel utan sparat värde", "the cell is a formula without a value")
        )
    reading = read_amount(text, column.unit_sek, commas_group=column.commas_group)
    if isinstance(reading, Unreadable):
        return _refused(reading.why_sv, reading.why_en)
    if reading is None:
        return _refused("cellen är inget belopp", "the cell is no amount") if re.search(r"\d", text) else None
    if reading.writing == "bare" and is_year(text) and not _has_small_numbers(column):
        return _refused("talet kan vara ett årtal", "the number may be a year")
    return reading


def _refused(why_sv: str, why_en: str) -> Refused:
    return Refused("unreadable_amount", Text(f"inte läst som ett belopp: {why_sv}", f"not read as an amount: {why_en}"))


def _has_small_numbers(column: Column) -> bool:
    """Its other cells are bare numbers of this size too, in thousands for instance."""
    others = [plain(cell) for cell in column.cells if not is_year(cell)]
    return column.unit_sek != KRONA or any(re.fullmatch(r"\d{4}", cell) for cell in others)


# --- totals ---------------------------------------------------------------------------------------------------


def _parts(rows: Sequence[_Read], number: int, place_in_row: int) -> tuple[Place, ...]:
    """The places of the amounts that a total sums; none if one of them could not be read."""
    summed = summed_rows([_table_row(one, place_in_row) for one in rows], number) or ()
    cells = (rows[part].cell(place_in_row) for part in summed)
    return tuple(cell.piece.place for cell in cells if cell and isinstance(cell.reading, Amount))


def _table_row(one: _Read, place_in_row: int) -> TableRow:
    if one.row.is_group:
        return TableRow("group", one.county)
    if one.is_total:
        label = one.row.named.piece.text if one.row.named else ""
        return TableRow("total", one.county, _level(label, one))
    cell = one.cell(place_in_row)
    reading = cell.reading if cell else None
    is_unread = isinstance(reading, Refused) or (isinstance(one.meant, Refused) and reading is not None)
    return TableRow("unread" if is_unread else "recipient", one.county)


def _level(label: str, one: _Read) -> str:
    """Totals of one level begin with the same word."""
    if one.row.total is None:
        return "county"
    kind = total_kind(label) or one.row.total
    return f"{kind} {plain(label).split()[0].casefold()}" if label else str(kind)


# --- what is found --------------------------------------------------------------------------------------------


def _figure(table: Table, one: _Read, cell: _Cell, amount: Amount, parts: tuple[Place, ...]) -> Figure:
    column, named = cell.column, one.row.named
    header_years = [year for heading in reversed(column.headings) for year in years_in(heading)]
    return Figure(
        place=cell.piece.place,
        role="total" if one.is_total else "recipient",
        text=cell.piece.text,
        amount_sek=amount.sek,
        step_sek=amount.step_sek,
        table=table.number,
        may_be=() if one.is_total or isinstance(one.meant, Refused) else one.meant,
        name=named.text if named else None,
        code=named.code if named else None,
        header=column.header,
        heading=table.above.heading,
        sentence="",
        years=unique([*header_years, *table.above.years]),
        parts=parts,
    )


def _unread(piece: Piece, refused: Refused) -> Unread:
    return Unread(
        place=piece.place,
        kind=refused.kind,
        text=piece.text,
        message_sv=f"”{piece.text}”: {refused.why.sv}",
        message_en=f"“{piece.text}”: {refused.why.en}",
    )


def _unclear_columns(table: Table) -> Iterator[Unread]:
    """One line per column that may hold kronor and is not read."""
    for column in table.columns:
        if column.holds in _UNCLEAR:
            pieces = (piece for row in table.rows for piece in row.figures if piece.column == column.number)
            first = min(pieces, key=lambda piece: piece.place)
            yield _unread(
                Piece(column.header or first.text, first.column, 1, first.place),
                Refused("unreadable_amount", _UNCLEAR[column.holds]),
            )


def _noted_unit(block: Block, lines: Sequence[Parsed]) -> int | None:
    """The unit that a short line near the table gives for all its amounts."""
    last = max(block.rows)
    above = range(block.first - 1, max(-1, block.first - 1 - _NOTES_ABOVE), -1)
    below = range(last + 1, min(len(lines), last + 1 + _NOTES_BELOW))
    notes = [number for number in above if number == 0 or lines[number - 1].kind not in _ROWS]
    notes += [number for number in below if number + 1 == len(lines) or len(lines[number + 1].line.pieces) == 1]
    here = {lines[block.first].line.page, lines[last].line.page}
    found = (_unit_noted(lines[number]) for number in notes if lines[number].line.page in here)
    return next((unit for unit in found if unit is not None), None)


def _unit_noted(one: Parsed) -> int | None:
    text = one.line.text
    is_note = len(one.line.pieces) == 1 and len(text) <= _LONGEST_NOTE and _UNIT_NOTE.search(text)
    return unit_of_heading(text) if is_note else None
