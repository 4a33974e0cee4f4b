"""The exact split of many variants in one frame, and its way to disk in chunks of bounded size.

A variant comes out as `apply.py` would have it, through the same `apportion` and the same limits; only the pots that
vary are split. Which variants there are is `grid.py`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from assets.agreements.model import Agreement
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.population.bases import Base
from assets.population.source import PopulationSource
from assets.scenarios.apply import head_counts, too_large_bases
from assets.scenarios.grid import NamedGrid, pots_of_grid, require_classes, settings_schema, variants_of
from assets.scenarios.limits import LIMITS, limited
from assets.storage.whole_files import whole_file
from schemas.contract import enforce
from schemas.dictionary import arrow_schema
from schemas.errors import DataRefused
from schemas.scenarios import SCENARIO_GRID

# Rows that are in memory at once; a row of a variant needs some hundred bytes while it is computed.
CHUNK_ROWS: Final = 100_000
_KEY: Final = ("variant", "pot_id")
_RECIPIENT: Final = ("recipient_type", "recipient_code")
_MEMBER: Final = ("pot_id", "ages", *_RECIPIENT, "recipient_class", "amount_decided_sek", "population")
_ASKED: Final = ("pot_id", "table_id", "reference_date", "ages", "region_type")


@dataclass(frozen=True)
class Members:
    """Who shares the pots that vary, under every age band that is asked for.

    `rows` has `pot_id, ages, recipient_type, recipient_code, recipient_class, amount_decided_sek, population`.
    """

    rows: pl.DataFrame

    @property
    def classes(self) -> list[str]:
        """The classes of the recipients, `default` always among them."""
        return sorted({"default", *self.rows.get_column("recipient_class").unique()})

    @property
    def recipients(self) -> int:
        """How many rows a variant has."""
        return self.rows.select("pot_id", "recipient_code").n_unique()


def members_of(named: NamedGrid, agreement: Agreement, recipients: pl.DataFrame, source: PopulationSource) -> Members:
    """The members of the pots that a grid varies; raises `DataRefused` for pots or head counts that are not there."""
    grid = named.grid
    pots = pots_of_grid(named, agreement)
    require_classes(named, recipients.get_column("recipient_class"))
    decided = {pot.id: agreement.asked_base(pot) for pot in agreement.pots}
    asked = {
        (pot_id, Base(base.table_id, base.reference_date, ages, base.region_type))
        for pot_id in pots
        if (base := decided[pot_id]) is not None
        for ages in {base.ages, *grid.axes().get((pot_id, "ages"), ())}
    }
    needed = {base for _, base in asked} | set(decided.values())
    population = head_counts(named.where, agreement, needed, recipients, source)
    counts = population.select(*_ASKED[1:], "population", recipient_code="region_code")
    shared = (
        allocate(rules_of([agreement]), recipients, population)
        .select("pot_id", *_RECIPIENT, amount_decided_sek="amount_sek")
        .join(recipients.select(*_RECIPIENT, "recipient_class"), on=_RECIPIENT, validate="m:1")
    )
    rows = (
        pl.DataFrame([(pot_id, *astuple(base)) for pot_id, base in sorted(asked)], _ASKED, orient="row")
        .join(shared, on="pot_id")
        .join(counts, on=[*_ASKED[1:], "recipient_code"], how="left", validate="m:1")
    )
    return Members(rows.select(_MEMBER).sort("pot_id", "ages", "recipient_code"))


def split_variants(variants: pl.DataFrame, members: Members, where: str) -> pl.DataFrame:
    """`variant, pot_id, recipient_type, recipient_code, amount_decided_sek, amount_sek`, sorted by these.

    `variants` is what `grid.variants_of` makes; any frame with its columns will do. Raises `DataRefused` naming the
    variant where base amounts do not fit, nobody can share, or limits cannot be kept.
    """
    rows = variants.join(members.rows, on=["pot_id", "ages"], how="inner", maintain_order="left_right").with_columns(
        base_sek=_base_sek(members.classes)
    )
    rows = rows.with_columns(
        pl.col("amount_sek").alias("pot_sek"),
        (pl.col("amount_sek") - pl.col("base_sek").sum().over(_KEY)).alias(UNITS),
        _heads=pl.col("population").sum().over(_KEY),
    )
    _refuse_impossible(rows, where)
    parts = apportion(
        rows.with_columns(
            # A pot that its base amounts use up has nothing to share, whoever lives there.
            pl.when(pl.col("_heads") == 0).then(1).otherwise("population").alias(WEIGHT),
            pl.col("recipient_code").alias(CODE),
            pl.col("rounding").alias(ROUNDING),
        ),
        _KEY,
    )
    split = parts.with_columns(amount_sek=pl.col("base_sek") + pl.col(PART))
    names = (*_KEY, *_RECIPIENT, "amount_decided_sek", "amount_sek")
    return limited(split.select(*names, "population", *LIMITS), _KEY, where).select(names)


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
        told = variants.select(*_KEY, settings=settings)
        yield (
            rows.join(told, on=_KEY, how="left", validate="m:1", maintain_order="left")
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


def _base_sek(classes: Sequence[str]) -> pl.Expr:
    amount = pl.col("base_sek_default")
    for name in classes:
        amount = pl.when(pl.col("recipient_class") == name).then(f"base_sek_{name}").otherwise(amount)
    return amount


def _refuse_impossible(rows: pl.DataFrame, where: str) -> None:
    units = pl.col(UNITS)
    bad = rows.filter((units < 0) | ((units > 0) & (pl.col("_heads") == 0)))
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    place = f"{where}, variant {row['variant']}, pot {row['pot_id']}"
    if row["pot_sek"] < 0:
        raise DataRefused(place, f"the transfers take {-row['pot_sek']} kr more than the pot has")
    if row[UNITS] > 0:
        raise DataRefused(place, f"there is nobody to share {row[UNITS]} kr by population")
    recipients = bad.filter(variant=row["variant"], pot_id=row["pot_id"]).height
    raise DataRefused(place, too_large_bases(recipients, row["pot_sek"] - row[UNITS], row["pot_sek"]))
