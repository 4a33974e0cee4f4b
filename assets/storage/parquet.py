"""Writing and reading Parquet: sorted, described in the footer, and never half-written under its final name.

Knows tables, not stages. The same frame and the same inputs give the same bytes.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import enforce
from schemas.dictionary import arrow_schema, describe
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.table import Table

TEMPORARY_PREFIX: Final = ".kronvis-tmp-"


@dataclass(frozen=True)
class WrittenFile:
    """A file that is on disk under its final name."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def file_name(table: Table, year: int) -> str:
    """`allocations/allocations_2025.parquet`: no `=`, so every reader sees `year` as a plain column."""
    return f"{table.name}/{table.name}_{year}.parquet"


def write_table(root: Path, table: Table, year: int, frame: pl.DataFrame, inputs: dict[str, str]) -> WrittenFile:
    """Check `frame` against its contract, then write it below `root`; raises `DataRefused` and writes nothing.

    `inputs` (name → sha256 or version) goes into the footer. The file appears whole or not at all: it is written
    beside its final name, flushed, read back, and then moved.
    """
    enforce(table, frame, where=f"year {year}")
    data = _arrow(table, frame.sort(table.key), inputs)
    path = root / file_name(table, year)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".parquet", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            pq.write_table(data, out, compression="zstd", version="2.6")
            out.flush()
            os.fsync(out.fileno())
        written = _read_back(temporary, data)
        temporary.chmod(0o644)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return WrittenFile(path, data.num_rows, len(written), hashlib.sha256(written).hexdigest())


def read_table(root: Path, table: Table, year: int) -> pl.DataFrame:
    """The frame of one table and year below `root`."""
    return pl.read_parquet(root / file_name(table, year))


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_back(file: Path, data: pa.Table) -> bytes:
    """The bytes of `file`, which hold `data`; a disk that lies is found out before the file is seen."""
    written = file.read_bytes()
    if not pq.read_table(pa.BufferReader(written)).equals(data):
        raise OSError(f"{file} did not read back as it was written; the disk may be failing")
    return written


def _arrow(table: Table, frame: pl.DataFrame, inputs: dict[str, str]) -> pa.Table:
    footer = {
        "title": TITLE.en,
        "title_sv": TITLE.sv,
        "table": table.name,
        "description": table.description.en,
        "description_sv": table.description.sv,
        "version": VERSION,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "inputs": json.dumps(inputs, sort_keys=True),
        "dictionary": json.dumps(describe(table), ensure_ascii=False, sort_keys=True),
    }
    return (
        frame.to_arrow()
        .cast(arrow_schema(table))
        .replace_schema_metadata({f"kronvis:{key}": value for key, value in footer.items()})
    )
