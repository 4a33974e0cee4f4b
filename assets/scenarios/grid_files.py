"""The variants of a grid on their way to disk: in chunks of bounded size, each held against its contract.

Two files: what every recipient would get, and what the variants are.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from assets.agreements.model import Agreement
from assets.scenarios.grid import NamedGrid, pots_of_grid, settings_schema, variants_of
from assets.scenarios.members import Members
from assets.scenarios.variants import split_variants
from assets.storage.whole_files import whole_file
from schemas.contract import enforce
from schemas.dictionary import arrow_schema
from schemas.scenarios import SCENARIO_GRID

# Rows that are in memory at once; a row of a variant needs some hundred bytes while it is computed.
CHUNK_ROWS: Final = 100_000


def grid_chunks(
    named: NamedGrid, agreement: Agreement, members: Members, chunk_rows: int = CHUNK_ROWS
) -> Iterator[pl.DataFrame]:
    """The table `scenario_grid`, a chunk of whole variants at a time."""
    grid = named.grid
    pots = pots_of_grid(named, agreement)
    step = max(1, chunk_rows // members.recipients)
    for first in range(1, grid.size + 1, step):
        variants = variants_of(grid, pots, members.classes, first, min(first + step - 1, grid.size))
        rows = split_variants(variants, members, named.where)
        settings = pl.struct(*settings_schema(members.classes)).struct.json_encode()
        told = variants.select("variant", "pot_id", settings=settings)
        yield (
            rows.join(told, on=["variant", "pot_id"], how="left", validate="m:1", maintain_order="left")
            .with_columns(
                scenario_id=pl.lit(named.id),
                programme=pl.lit(grid.programme),
                year=pl.lit(grid.year, pl.Int32),
                amount_scenario_sek=pl.col("amount_sek"),
                change_sek=pl.col("amount_sek") - pl.col("amount_decided_sek"),
            )
            .select(SCENARIO_GRID.schema.names())
        )


def write_grid(chunks: Iterator[pl.DataFrame], file: Path, inputs: dict[str, str]) -> int:
    """Write the chunks as one Parquet, each held against its contract, and return how many rows there are.

    The file is there whole or not at all; never into a published version. `inputs` is what the year rests on.
    """
    footer = {"kronvis:table": SCENARIO_GRID.name, "kronvis:inputs": json.dumps(inputs, sort_keys=True)}
    schema = arrow_schema(SCENARIO_GRID).with_metadata(footer)
    rows = 0
    with whole_file(file) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for chunk in chunks:
            enforce(SCENARIO_GRID, chunk)
            writer.write_table(chunk.to_arrow().cast(schema))
            rows += chunk.height
    return rows
