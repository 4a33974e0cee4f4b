"""CSV twins: every published table file once more, for readers that do not open Parquet.

UTF-8, one header row, RFC 4180 (commas, CRLF, quotes where needed), ISO dates, an empty cell where there is no value.
A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers are never touched.
"""

from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from typing import Final, NamedTuple

import polars as pl

from assets.presentation.recipe import recipe
from assets.storage.products import Part, Product, fingerprint
from assets.storage.publishing import Contents
from schemas.table import Table
from schemas.tables.registry import TABLES

# What makes a spreadsheet calculate a cell instead of showing it (OWASP, "CSV injection").
_FORMULA: Final = r"^[=+\-@\t\r]"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


class TableFile(NamedTuple):
    """A published table file: one table, one year, and the hash of its Parquet bytes."""

    table: Table
    year: int
    sha256: str

    @property
    def parquet(self) -> str:
        """Where the file lies in the version."""
        return f"{self.table.name}/{self.table.name}_{self.year}.parquet"

    @property
    def csv(self) -> str:
        """Where its twin lies in the version."""
        return f"csv/{self.table.name}/{self.table.name}_{self.year}.csv"


def csv_twins(contents: Contents) -> Product:
    """The product: `csv/<table>/<table>_<year>.csv` for every table file of the version, each a part of its own."""

    def parts() -> Iterator[Part]:
        for file in table_files(contents):
            yield Part(file.csv, file.sha256, partial(_files, contents, file))

    # The bytes also depend on the library that writes them.
    made_by = fingerprint([recipe("csv_twins.py"), version("polars")])
    return Product("csv", made_by, fingerprint(contents.sha256), parts)


def _files(contents: Contents, file: TableFile) -> dict[str, bytes]:
    return {file.csv: twin(contents, file)}


def table_files(contents: Contents) -> list[TableFile]:
    """The table files of a version, in the order of the tables and then by year."""
    by_table: dict[str, list[TableFile]] = {}
    for name, sha256 in contents.sha256.items():
        table, year = name.removesuffix(".parquet").split("/")[1].rsplit("_", 1)
        by_table.setdefault(table, []).append(TableFile(TABLES[table], int(year), sha256))
    return [file for table in TABLES for file in sorted(by_table.get(table, []), key=lambda file: file.year)]


def twin(contents: Contents, file: TableFile) -> bytes:
    """The bytes of one twin: the rows of the file's year, in the order of the table."""
    return csv_bytes(contents.tables[file.table.name].filter(pl.col("year") == file.year))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """A frame as CSV, with the promises of this module."""
    harmless = frame.with_columns(_harmless(name) for name, dtype in frame.schema.items() if dtype == pl.String)
    return harmless.write_csv(line_terminator="\r\n", datetime_format=_MOMENT, date_format="%Y-%m-%d").encode()


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.contains(_FORMULA)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)
