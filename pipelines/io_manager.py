"""The Parquet IO manager: one file per table and year, written whole after its contract was checked.

A run over many years hands an asset one frame with all of them; here it is taken apart and put together.
"""

from pathlib import Path
from typing import Final

import dagster as dg
import polars as pl

from assets.storage.inputs import input_hashes
from assets.storage.parquet import read_table, write_table
from pipelines.metadata import described
from pipelines.settings import Settings
from schemas.errors import DataRefused
from schemas.table import Table
from schemas.tables import TABLES


class ParquetIOManager(dg.IOManager):
    """Writes and reads the tables below `settings.work`; keeps what this run wrote in memory for its next steps."""

    def __init__(self, settings: Settings) -> None:
        self._work: Final = settings.work
        self._data: Final = settings.data
        self._written: Final[dict[Path, pl.DataFrame]] = {}

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Split by year, check, write; a year of the run without a row is an empty table, not a missing one."""
        table = _table(context.asset_key)
        years = [int(key) for key in context.asset_partition_keys]
        strangers = obj.filter(~pl.col("year").is_in(years))
        if not strangers.is_empty():
            raise DataRefused(f"table {table.name}", f"has rows of years outside the run: {strangers['year'].unique()}")
        files = []
        for year in sorted(years):
            rows = obj.filter(pl.col("year") == year)
            written = write_table(self._work, table, year, rows, input_hashes(self._data, year))
            self._written[written.path] = rows.sort(table.key)
            files.append(written)
        context.add_output_metadata(
            {
                **described(obj),
                "bytes": sum(file.bytes for file in files),
                "sha256": dg.MetadataValue.json({file.path.name: file.sha256 for file in files}),
                "folder": dg.MetadataValue.path(self._work / table.name),
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """All years of the run in one frame."""
        table = _table(context.asset_key)
        return pl.concat([self._year(table, int(key)) for key in sorted(context.asset_partition_keys)])

    def _year(self, table: Table, year: int) -> pl.DataFrame:
        path = self._work / table.name / f"{table.name}_{year}.parquet"
        if path in self._written:
            return self._written[path]
        if not path.exists():
            raise DataRefused(str(path), "is not there", remedy=f"materialise {table.name} for {year} first")
        return read_table(self._work, table, year)


def _table(key: dg.AssetKey) -> Table:
    return TABLES[key.path[-1]]
