"""Reading tracked CSV strictly: every value as text first, then cast; file and line in every refusal."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from schemas.errors import DataRefused, at_line, listed

_MOST_BYTES: Final = 50_000_000
_SHOWN: Final = 5
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE: Final = "__line__"


def read_csv(file: Path, *, header: Sequence[str] | None = None) -> pl.DataFrame:
    """All columns as text (empty = null) and `LINE`, the line each row begins on; refuses a header that differs."""
    names, rows, lines = _parsed(file, _text(file))
    if header is not None and names != list(header):
        raise DataRefused(at_line(file, 1), f"the columns are {listed(names)}", remedy=f"they must be {listed(header)}")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    cells = (
        pl.Series(name, [value or None for value in of], pl.String) for name, of in zip(names, columns, strict=True)
    )
    return pl.DataFrame([pl.Series(LINE, lines, pl.Int64), *cells])


def _text(file: Path) -> str:
    """What the file says, without the mark that some programs begin with; no control that a workbook cannot hold."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise DataRefused(at_line(file, None), f"is larger than {_MOST_BYTES} bytes")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        remedy = "let it be a file that may be read"
        raise DataRefused(at_line(file, None), f"cannot be read: {error.strerror}", remedy=remedy) from None
    except UnicodeDecodeError as error:
        raise DataRefused(at_line(file, None), f"is not readable as UTF-8 CSV: {error}") from None
    if (control := _CONTROL.search(text)) is not None:
        line = text.count("\n", 0, control.start()) + 1
        raise DataRefused(at_line(file, line), f"has the control character {control[0]!r}", remedy="remove it")
    return text


def _parsed(file: Path, text: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows, and where each row begins; refuses too many or too few values and a column twice.

    One parser alone decides where a value ends: two may differ about a quote inside a value.
    """
    values: list[list[str]] = []
    begins: list[int] = []
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        names = next(rows, [])
        if not names or len(set(names)) != len(names):
            raise DataRefused(at_line(file, 1), "has no header, or names a column twice")
        begin = rows.line_num + 1
        for row in rows:
            if len(row) != len(names):
                raise DataRefused(at_line(file, begin), f"{len(row)} values under {len(names)} columns")
            values.append(row)
            begins.append(begin)
            begin = rows.line_num + 1
    except csv.Error as error:
        raise DataRefused(at_line(file, begin), f"is not readable as UTF-8 CSV: {error}") from None
    return names, values, begins


def cast_column(frame: pl.DataFrame, file: Path, column: str, dtype: pl.DataType) -> pl.DataFrame:
    """`column` as whole numbers of `dtype`, or as dates; 1.0, 1e3 or a space in a number are refused."""
    written = frame.get_column(column)
    if dtype == pl.Date():
        kind, cast = "date (YYYY-MM-DD)", written.str.to_date("%Y-%m-%d", strict=False)
        well_formed = written.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    else:
        kind, cast = "whole number", written.cast(dtype, strict=False)
        well_formed = written.str.contains("^-?(0|[1-9][0-9]*)$")
    is_bad = written.is_not_null() & (cast.is_null() | ~well_formed)
    if is_bad.any():
        line, value = frame.filter(is_bad).select(LINE, column).row(0)
        raise DataRefused(at_line(file, line), f"{column} {value!r} is not a {kind}")
    # Queries for each of hundreds of columns were almost half the time of reading a snapshot.
    return frame.clone().replace_column(frame.get_column_index(column), cast)


def require_pattern(frame: pl.DataFrame, file: Path, column: str, pattern: str, remedy: str) -> None:
    """Every value of `column` matches; an empty cell does not."""
    bad = frame.filter(~pl.col(column).str.contains(pattern).fill_null(value=False))
    if not bad.is_empty():
        line, value = bad.select(LINE, column).row(0)
        raise DataRefused(at_line(file, line), f"{column} {value!r} does not look like one", remedy=remedy)


def require_unique(frame: pl.DataFrame, file: Path, key: Sequence[str]) -> None:
    """No two rows share `key`; the message names the lines."""
    doubled = frame.filter(pl.struct(key).is_duplicated()).sort(*key, LINE)
    if doubled.is_empty():
        return
    first = doubled.filter(pl.struct(key) == pl.struct(key).first())
    lines = first.get_column(LINE).to_list()
    values = ", ".join(f"{name} {value}" for name, value in zip(key, first.select(key).row(0), strict=True))
    raise DataRefused(
        at_line(file, lines[0]), f"{values} is also on line {listed(lines[1:][:_SHOWN])}", remedy="keep one"
    )
