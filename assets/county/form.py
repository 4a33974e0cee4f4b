"""The form in which a county reports what became of its joint money: its columns, and a filled-in form as plain data.

The same form is kept as CSV and as XLSX: `reading.py` reads both, `writing.py` writes both.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from schemas.text import Text

# The line that holds the sums of the others.
SUM: Final = "sum-county"
SHEET: Final = "Uppföljning"
GUIDE: Final = "Anvisning"


@dataclass(frozen=True)
class Column:
    """A column of the form: the attribute of `Line` it holds and its heading."""

    name: str
    kind: Literal["text", "year", "kronor", "date"]
    label: Text

    @property
    def heading(self) -> str:
        """What stands in the first row."""
        return f"{self.label.sv} / {self.label.en}"


COLUMNS: Final = (
    Column("programme", "text", Text("Program", "Programme")),
    Column("year", "year", Text("Bidragsår", "Grant year")),
    Column("county_code", "text", Text("Länskod", "County code")),
    Column("pot_id", "text", Text("Pott", "Pot")),
    Column("name", "text", Text("Pottens namn", "Name of the pot")),
    Column("allocated_sek", "kronor", Text("Tilldelat kr", "Allocated SEK")),
    Column("requisitioned_sek", "kronor", Text("Rekvirerat kr", "Requisitioned SEK")),
    Column("used_sek", "kronor", Text("Förbrukat kr", "Used SEK")),
    Column("saved_sek", "kronor", Text("Sparat kr", "Saved SEK")),
    Column("repaid_sek", "kronor", Text("Återbetalat kr", "Repaid SEK")),
    Column("reported_sek", "kronor", Text("Redovisat utan uppdelning kr", "Reported undivided SEK")),
    Column("reported_on", "date", Text("Redovisat den", "Reported on")),
    Column("source_id", "text", Text("Källa", "Source")),
    Column("note", "text", Text("Anmärkning", "Note")),
)
PLACE: Final = {column.name: number for number, column in enumerate(COLUMNS, start=1)}
KRONOR: Final = tuple(column.name for column in COLUMNS if column.kind == "kronor")
LABELS: Final = {column.name: column.label for column in COLUMNS}


@dataclass(frozen=True)
class Line:
    """One pot of one county and year. None is not stated, which is not the same as zero; `row` is where it stands."""

    row: int
    programme: str | None = None
    year: int | None = None
    county_code: str | None = None
    pot_id: str | None = None
    name: str | None = None
    allocated_sek: int | None = None
    requisitioned_sek: int | None = None
    used_sek: int | None = None
    saved_sek: int | None = None
    repaid_sek: int | None = None
    reported_sek: int | None = None
    reported_on: dt.date | None = None
    source_id: str | None = None
    note: str | None = None

    def value(self, column: str) -> Any:
        """What the line says under a column."""
        return getattr(self, column)

    def kronor(self, column: str) -> int | None:
        """The amount under one of the columns of `KRONOR`."""
        amount: int | None = getattr(self, column)
        return amount


@dataclass(frozen=True)
class Form:
    """The lines of a form in their order, the one of sums included."""

    lines: tuple[Line, ...]

    @property
    def pots(self) -> tuple[Line, ...]:
        """The lines of pots, without the sums."""
        return tuple(line for line in self.lines if line.pot_id != SUM)

    @property
    def sums(self) -> tuple[Line, ...]:
        """The lines of sums; a sound form has one at most."""
        return tuple(line for line in self.lines if line.pot_id == SUM)


def numbered(lines: list[Line]) -> Form:
    """A form of these lines, below the row of headings and without gaps."""
    return Form(tuple(replace(line, row=row) for row, line in enumerate(lines, start=2)))


def letter(column: int) -> str:
    """The letter of a column, from 1: A, B … as spreadsheets name them."""
    return chr(ord("A") + column - 1)
