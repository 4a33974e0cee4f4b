"""The variants of a grid on their way to disk: in chunks of bounded size, each held against its contract.

Two files a year: what every recipient would get (`scenario_grid`), and what the variants say (`scenario_variants`).
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from assets.agreements.model import Agreement
from assets.scenarios.grid import NamedGrid, pots_of_grid, variants_of
from assets.scenarios.limits import LIMITS
from assets.scenarios.members import COUNT, Members
from assets.scenarios.variants import split_variants
from assets.storage.whole_files import whole_file
from schemas.contract import enforce
from schemas.dictionary import arrow_schema
from schemas.table import Table
from schemas.tables.scenarios import SCENARIO_GRID, SCENARIO_VARIANTS

# Rows of a chunk, of which there are never more than three; a row needs some hundred bytes while it is computed.
CHUNK_ROWS: Final = 200_000


@dataclass(frozen=True)
class GridYear:
    """A grid over the agreement of one year, with all that it rests on; `inputs` go into the footers."""

    named: NamedGrid
    agreement: Agreement
    members: Members
    inputs: dict[str, str]


def grid_chunks(one: GridYear, chunk_rows: int = CHUNK_ROWS) -> Iterator[pl.DataFrame]:
    """The table `scenario_grid` of a year, a chunk of whole variants at a time."""
    for variants in _variants(one, max(1, chunk_rows // one.members.recipients)):
        yield (
            split_variants(variants, one.members, one.named.where)
            .with_columns(
                *_whose(one),
                amount_scenario_sek="amount_sek",
                change_sek=pl.col("amount_sek") - pl.col("amount_decided_sek"),
            )
            .select(SCENARIO_GRID.schema.names())
        )


def variant_chunks(one: GridYear, chunk_rows: int = CHUNK_ROWS) -> Iterator[pl.DataFrame]:
    """The table `scenario_variants` of a year, a chunk of whole variants at a time."""
    classes = one.members.classes
    by_class = pl.struct(pl.col(f"base_sek_{name}").alias(name) for name in classes)
    for variants in _variants(one, max(1, chunk_rows // len(pots_of_grid(one.named, one.agreement)))):
        counted = variants.join(one.members.counts, on=COUNT, how="left", validate="m:1", maintain_order="left")
        yield counted.select(
            *_whose(one),
            "variant",
            "pot_id",
            pot_sek="amount_sek",
            base_sek="base_sek_default",
            base_sek_by_class=by_class.struct.json_encode(),
            **{name: pl.col(name) for name in (*COUNT[1:], "population_basis", "rounding", *LIMITS)},
        ).select(SCENARIO_VARIANTS.schema.names())


def write_grid(years: Iterable[GridYear], folder: Path, chunk_rows: int = CHUNK_ROWS) -> dict[Path, int]:
    """Write both tables of every year below `folder`, and return how many rows each file has.

    A file is there whole or not at all, and a grid that is refused leaves none. Never into a published version.
    """
    written: dict[Path, int] = {}
    with ExitStack() as files:
        for one in years:
            for table, chunks in (
                (SCENARIO_GRID, grid_chunks(one, chunk_rows)),
                (SCENARIO_VARIANTS, variant_chunks(one, chunk_rows)),
            ):
                file = folder / f"{table.name}_{one.agreement.year}.parquet"
                written[file] = _write(table, chunks, files.enter_context(whole_file(file)), one.inputs)
    return written


def _write(table: Table, chunks: Iterator[pl.DataFrame], file: Path, inputs: dict[str, str]) -> int:
    """Write the chunks, each held against its contract; one is being written while the next is computed."""
    footer = {"kronvis:table": table.name, "kronvis:inputs": json.dumps(inputs, sort_keys=True)}
    schema = arrow_schema(table).with_metadata(footer)
    rows = 0
    being_written: Future[None] | None = None
    # A dictionary of amounts costs more time and more space than it saves.
    texts = [field.name for field in schema if field.type == pa.string()]
    writing = pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=texts)
    with writing as writer, ThreadPoolExecutor(1) as background:
        for chunk in chunks:
            data: pa.Table = enforce(table, chunk).to_arrow().cast(schema)
            if being_written is not None:
                being_written.result()
            being_written = background.submit(writer.write_table, data)
            rows += chunk.height
        if being_written is not None:
            being_written.result()
    return rows


def _variants(one: GridYear, step: int) -> Iterator[pl.DataFrame]:
    return variants_of(one.named.grid, pots_of_grid(one.named, one.agreement), one.members.classes, step)


def _whose(one: GridYear) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(one.named.id).alias("scenario_id"),
        pl.lit(one.agreement.programme).alias("programme"),
        pl.lit(one.agreement.year, pl.Int32).alias("year"),
    )
