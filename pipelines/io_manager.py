"""The Parquet IO manager: one file per table and year, written whole after its contract was checked.

A run over many years hands an asset one frame with all of them; here it is taken apart and put together.
"""

from typing import Final

import dagster as dg
import polars as pl

from assets.grant_years import grant_years
from assets.storage.inputs import input_hashes
from assets.storage.parquet import read_table, write_table
from pipelines.settings import Settings
from pipelines.ui.metadata import described
from pipelines.ui.pictures import pictures_of
from schemas.table import Table
from schemas.tables.registry import TABLES


class ParquetIOManager(dg.IOManager):
    """Writes and reads the tables below `settings.work`. One for each run, whose tables it keeps for the next steps."""

    def __init__(self, settings: Settings) -> None:
        self._work: Final = settings.work
        self._data: Final = settings.data
        self._written: Final[dict[tuple[str, tuple[int, ...]], pl.DataFrame]] = {}
        self._inputs: Final[dict[int, dict[str, str]]] = {}

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Check and write; a year of the run without a row is an empty table, not a missing one."""
        table = _table(context.asset_key)
        years = tuple(grant_years(context.step_context))
        files = write_table(self._work, table, obj, {year: self._rests_on(year) for year in years})
        self._written[table.name, years] = obj
        metadata = described(table, obj, years)
        for year, file in zip(years, files, strict=True):
            of_file = {"bytes": file.bytes, "sha256": file.sha256, "path": dg.MetadataValue.path(file.path)}
            pictures = pictures_of(table, obj.filter(pl.col("year") == year), self._data)
            told = {**metadata[year], **pictures, **of_file}
            # A run over many years tells of each year what is in that year.
            context.step_context.add_asset_metadata(told, context.asset_key, str(year))

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """All years of the run in one frame."""
        table = _table(context.asset_key)
        years = tuple(sorted(int(key) for key in context.asset_partition_keys))
        if (table.name, years) in self._written:
            return self._written[table.name, years]
        return read_table(self._work, table, years)

    def _rests_on(self, year: int) -> dict[str, str]:
        """The tracked files of a year, as they were when the run first wrote something of it."""
        if year not in self._inputs:
            self._inputs[year] = input_hashes(self._data, year)
        return self._inputs[year]


def _table(key: dg.AssetKey) -> Table:
    return TABLES[key.path[-1]]
