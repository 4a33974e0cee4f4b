"""How tables and pictures are shown in the Dagster UI, so that no name from outside breaks out of its place.

The UI opens a table metadata value on the page and shows its cells as plain text. Markdown is rendered, and folded
behind a link if it is long.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

import dagster as dg
import polars as pl

from schemas.plain_text import harmless

_LONGEST_CELL: Final = 60
_LONGEST_MESSAGE: Final = 300
# An event is stored with all it shows.
_MOST_CHARACTERS: Final = 4_000
_ROWS_PREVIEWED: Final = 5
# The UI opens shorter Markdown on the page, which a wide table would tear apart.
_FOLDED_FROM: Final = 1_000

_MEANS_SOMETHING: Final = re.compile(r"([\\`*_\[\]<>()#!|~&])")
_NO_BREAK_SPACE: Final = "\u00a0"


def small_table(frame: pl.DataFrame) -> dg.MetadataValue:
    """A table to read on the page: numbers to the right with thousands apart, nulls empty.

    Rows that would make it large are left out, and the last one says how many.
    """
    if frame.is_empty():
        return dg.MetadataValue.text("none")
    names = frame.columns
    rows = [[_cell(value, name) for name, value in zip(names, row, strict=True)] for row in frame.iter_rows()]
    sizes = accumulate(sum(map(len, row)) for row in rows)
    kept = [row for row, size in zip(rows, sizes, strict=True) if size <= _MOST_CHARACTERS]
    if len(kept) < len(rows):
        kept.append([f"… {len(rows) - len(kept):,} more", *[""] * (len(names) - 1)])
    for column, dtype in enumerate(frame.dtypes):
        if dtype.is_numeric():
            width = max(len(row[column]) for row in kept)
            for row in kept:
                row[column] = row[column].rjust(width, _NO_BREAK_SPACE)
    records = [dg.TableRecord(dict(zip(names, row, strict=True))) for row in kept]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name) for name in names]))


def _cell(value: object, column: str) -> str:
    if value is None:
        return ""
    # A year is a name, not a count.
    if isinstance(value, int) and not isinstance(value, bool) and column != "year":
        return f"{value:,}"
    return harmless(str(value), _LONGEST_MESSAGE)


def preview(frame: pl.DataFrame) -> dg.MetadataValue:
    """The first rows of a table of any width as Markdown, folded by the UI, and how many more there are."""
    lines = [_line(frame.columns), "|" + "---|" * frame.width]
    lines += [_line("" if value is None else str(value) for value in row) for row in frame.head(_ROWS_PREVIEWED).rows()]
    if frame.height > _ROWS_PREVIEWED:
        lines.append(f"\n… {frame.height - _ROWS_PREVIEWED:,} more rows")
    return dg.MetadataValue.md("\n".join(lines).ljust(_FOLDED_FROM))


def inline_svg(svg: str, alt: str) -> dg.MetadataValue:
    """A picture inside a metadata value; as an image, its scripts and links are dead."""
    return dg.MetadataValue.md(f"![{escaped(alt)}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})")


def escaped(text: str) -> str:
    """`text` as one short line that Markdown shows as it is written."""
    return _MEANS_SOMETHING.sub(r"\\\1", harmless(text, _LONGEST_CELL))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"
