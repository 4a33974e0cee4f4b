"""Reading tracked CSV strictly: every value as text first, then cast; file and line in every refusal."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from schemas.errors import DataRefused, at_line, listed

_MOST_BYTES: Final = 50_000_000
_SHOWN: Final = 5
LINE: Final = "__line__"


def read_csv(file: Path, *, header: Sequence[str] | None = None) -> pl.DataFrame:
    """All columns as text (empty = null) and `LINE`, the line each row begins on; refuses a header that differs."""
    if file.stat().st_size > _MOST_BYTES:
        raise DataRefused(at_line(file, None), f"is larger than {_MOST_BYTES} bytes")
    lines = _lines_of_rows(file)
    frame = pl.read_csv(file, infer_schema=False, encoding="utf8", null_values="")
    if header is not None and frame.columns != list(header):
        raise DataRefused(
            at_line(file, 1), f"the columns are {listed(frame.columns)}", remedy=f"they must be {listed(header)}"
        )
    return frame.insert_column(0, pl.Series(LINE, lines, pl.Int64))


def _lines_of_rows(file: Path) -> list[int]:
    """Where each row begins; refuses too many or too few values, a column twice and broken text."""
    begins: list[int] = []
    try:
        with file.open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle, strict=True)
            names = next(rows, [])
            if not names or len(set(names)) != len(names):
                raise DataRefused(at_line(file, 1), "has no header, or names a column twice")
            begin = rows.line_num + 1
            for row in rows:
                if len(row) != len(names):
                    raise DataRefused(at_line(file, begin), f"{len(row)} values under {len(names)} columns")
                begins.append(begin)
                begin = rows.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataRefused(at_line(file, None), f"is not readable as UTF-8 CSV: {error}") from None
    return begins


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
