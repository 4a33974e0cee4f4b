"""Writing and reading Parquet: sorted, described in the footer, and never half-written under its final name.

Knows tables, not stages. The same frame and the same inputs give the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from assets.storage.held import are_held, remember
from assets.storage.table_files import file_name, year_of
from assets.storage.whole_files import whole_files
from schemas.contract import enforce
from schemas.dictionary import arrow_schema, describe
from schemas.errors import DataRefused, listed
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.table import Table

# What parsing bytes that are no Parquet can raise, found by flipping every bit of a file: pyarrow raises an OSError for
# a torn footer and UnicodeDecodeError for a torn name, and polars may panic, which is no Exception.
_UNREADABLE: Final = (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)


@dataclass(frozen=True)
class WrittenFile:
    """A file that is on disk under its final name."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def write_table(
    root: Path, table: Table, frame: pl.DataFrame, inputs: Mapping[int, dict[str, str]]
) -> list[WrittenFile]:
    """Check `frame` against its contract, then write one file per year below `root`.

    `inputs` has a key for every year to be written and what the year rests on (name → sha256), for the footer. A
    frame that breaks its contract, or has rows of another year, raises `DataRefused` and nothing is written.
    """
    years = sorted(inputs)
    where = f"year {years[0]}" if len(years) == 1 else f"years {years[0]}–{years[-1]}"
    enforce(table, frame, where=where)
    by_year = {year: frame.filter(pl.col("year") == year).sort(table.key) for year in years}
    for year, rows in by_year.items():
        if rows.is_empty() and not table.may_be_empty:
            raise DataRefused(f"table {table.name}, year {year}", "the table has no rows")
    if sum(rows.height for rows in by_year.values()) != frame.height:
        strangers = sorted(set(frame.get_column("year")) - set(years))
        raise DataRefused(f"table {table.name}, {where}", f"has rows of {listed(strangers)}")
    with whole_files((root / file_name(table, years[0])).parent) as beside:
        written = [
            _write(root / file_name(table, year), beside, _arrow(table, rows, inputs[year]))
            for year, rows in by_year.items()
        ]
    remember({str(file.path.relative_to(root)): file.sha256 for file in written})
    return written


def _write(path: Path, beside: Callable[[str], Path], data: pa.Table) -> WrittenFile:
    """Write `data` to what is to become `path`; the disk has it when the files of all years are there."""
    temporary = beside(path.name)
    pq.write_table(data, temporary, compression="zstd", version="2.6")
    written = _read_back(temporary, data)
    return WrittenFile(path, data.num_rows, len(written), hashlib.sha256(written).hexdigest())


@dataclass(frozen=True)
class Stored:
    """A table as it lies on disk: the frame, and the hash of each file it was read from, by name."""

    frame: pl.DataFrame
    sha256: Mapping[str, str]


def read_table(root: Path, table: Table, years: Iterable[int]) -> pl.DataFrame:
    """The frame of one table and the given years below `root`; `DataRefused` if a year is not there."""
    return read_stored(root, table, years).frame


def read_stored(root: Path, table: Table, years: Iterable[int]) -> Stored:
    """As `read_table`, with the hashes of the bytes that the frame was read from."""
    bodies: dict[str, bytes] = {}
    for year in sorted(years):
        name = file_name(table, year)
        if not (root / name).is_file():
            raise DataRefused(str(root / name), "is not there", remedy=f"make {table.name} for its year first")
        bodies[name] = (root / name).read_bytes()
    frame = parse({root / name: body for name, body in bodies.items()})
    return Stored(frame, {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()})


def parse(bodies: Mapping[Path, bytes]) -> pl.DataFrame:
    """The rows of all files of a table, whose bytes are given; `DataRefused` names the first that is no Parquet."""
    try:
        return pl.read_parquet(list(bodies.values()))
    except _UNREADABLE as error:
        for file, body in bodies.items():
            with parsing(file):
                pl.read_parquet(body)
        years = listed([year_of(file.name) for file in bodies])
        what = f"the files of {years} do not have the same columns: {error}"
        raise DataRefused(str(next(iter(bodies)).parent), what, remedy=f"run {years} again") from None


def parse_files(files: Iterable[Path]) -> pl.DataFrame:
    """As `parse`, of files whose bytes are known to be good; one that has been spoilt since is named."""
    known = list(files)
    try:
        return pl.read_parquet(known)
    except _UNREADABLE:
        return parse({file: file.read_bytes() for file in known})


@contextmanager
def parsing(file: Path) -> Iterator[None]:
    """Bytes that cannot be parsed are refused by the name of their file. Nothing is read from disk here."""
    try:
        yield
    except _UNREADABLE as error:
        told = str(error).strip() or type(error).__name__
        what = f"is not readable as Parquet: {told}"
        raise DataRefused(str(file), what, remedy=f"run {year_of(file.name)} again") from None


def require_contract(table: Table, stored: Stored) -> None:
    """`DataRefused` if what lies on disk breaks its contract; bytes that were seen to keep it are not held again."""
    if not are_held(stored.sha256):
        enforce(table, stored.frame)
        remember(stored.sha256)


def _read_back(file: Path, data: pa.Table) -> bytes:
    """The bytes of `file`, which hold `data`; a disk that lies is found out before the file is seen."""
    written = file.read_bytes()
    if not pq.ParquetFile(pa.BufferReader(written)).read(use_threads=False).equals(data):
        raise OSError(f"{file} did not read back as it was written; the disk may be failing")
    return written


def _arrow(table: Table, frame: pl.DataFrame, inputs: dict[str, str]) -> pa.Table:
    footer = {**_described(table), "kronvis:inputs": json.dumps(inputs, sort_keys=True)}
    # Cast by a reader: `Table.cast` would load all of pyarrow.compute.
    typed = frame.to_arrow().to_reader().cast(arrow_schema(table)).read_all()
    return typed.replace_schema_metadata(footer)


@cache
def _described(table: Table) -> dict[str, str]:
    """What the footers of all years of a table say."""
    told = {
        "title": TITLE.en,
        "title_sv": TITLE.sv,
        "table": table.name,
        "description": table.description.en,
        "description_sv": table.description.sv,
        "version": VERSION,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "inputs": "",
        "dictionary": json.dumps(describe(table), ensure_ascii=False, sort_keys=True),
    }
    return {f"kronvis:{key}": value for key, value in told.items()}
