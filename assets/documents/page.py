"""What a reader makes of a document: pages of rows of cells, placed as they stand; nothing is interpreted.

Amounts, names and tables are found in these by `figures.py`; readers know nothing of kronor or recipients.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One run of text. `column` counts from 1; a heading that spans n columns begins at `column` and has `span` n.

    `text` keeps inner spaces as they are printed, no-break and thin ones included; only its ends are stripped.
    """

    text: str
    column: int
    span: int = 1


@dataclass(frozen=True)
class Row:
    """One line of a page or row of a sheet; `number` counts from 1 on each page. Running text has one cell."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Page:
    """A page of a PDF, a sheet of a workbook; other documents have one page. `name` is a sheet's name."""

    number: int
    rows: tuple[Row, ...]
    name: str | None = None
