"""Revisions: SCB's later answers beside the ones that years rest on, and what they would do to the amounts."""

from collections.abc import Mapping

import polars as pl

from assets.allocation.allocate import allocate
from assets.population.bases import AskedBases, territory_of
from assets.population.scb.source import ArchiveSource
from assets.population.source import PopulationSource
from schemas.tables.verification import REVISIONS

_ROW = ("programme", "year", "pot_id", "recipient_type", "recipient_code")
_BASE = ("year", "table_id", "reference_date", "ages", "region_type")


def revised_population(
    asked: Mapping[int, AskedBases], recipients: pl.DataFrame, source: PopulationSource
) -> pl.DataFrame:
    """Bases whose latest vintage is not the decided one: `_BASE, region_code, population_revised` and both vintages."""
    columns = {
        **dict.fromkeys(("table_id", "ages", "region_type", "region_code", "vintage", "vintage_revised"), pl.String),
        "year": pl.Int32,
        "reference_date": pl.Date,
        "population_revised": pl.Int64,
    }
    found = [pl.DataFrame(schema=columns)]
    if not isinstance(source, ArchiveSource):
        return found[0]
    for year, bases in asked.items():
        for base in sorted(bases.required):
            decided = source.decided(base)
            newest = source.newest(base, recipients.filter(pl.col("year") == year))
            if decided is None or newest is None or newest.counts["sha256"][0] == decided.id:
                continue
            found.append(
                newest.counts.select(
                    pl.lit(base.table_id).alias("table_id"),
                    pl.lit(base.ages).alias("ages"),
                    pl.lit(base.region_type).alias("region_type"),
                    "region_code",
                    pl.lit(decided.id).alias("vintage"),
                    pl.col("sha256").alias("vintage_revised"),
                    pl.lit(year, pl.Int32).alias("year"),
                    pl.lit(base.reference_date, pl.Date).alias("reference_date"),
                    pl.col("population").alias("population_revised"),
                )
            )
    return pl.concat(found)


def revisions_of(
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    population: pl.DataFrame,
    allocations: pl.DataFrame,
    revised: pl.DataFrame,
) -> pl.DataFrame:
    """The table `revisions`: allocations as they are, and as they would be on the revised counts."""
    if revised.is_empty():
        return REVISIONS.empty()
    key = [*_BASE, "region_code"]
    later = population.join(revised.select(*key, "population_revised"), on=key, how="left", validate="1:1")
    later = later.with_columns(pl.coalesce("population_revised", "population").alias("population"))
    after = allocate(rules, recipients, later.drop("population_revised"))
    vintages = revised.select(*_BASE, "vintage", "vintage_revised").unique()
    pots = rules.select("programme", "year", "pot_id", "table_id")
    territory = {kind: territory_of(kind) for kind in allocations.get_column("recipient_type").unique()}
    return (
        allocations.join(
            after.select(*_ROW, population_revised="population", amount_revised_sek="amount_sek"),
            on=_ROW,
            validate="1:1",
        )
        .join(pots, on=["programme", "year", "pot_id"], validate="m:1")
        .with_columns(region_type=pl.col("recipient_type").replace_strict(territory, return_dtype=pl.String))
        .join(vintages, on=_BASE, validate="m:1")
        .with_columns(change_sek=pl.col("amount_revised_sek") - pl.col("amount_sek"))
        .filter((pl.col("population") != pl.col("population_revised")) | (pl.col("change_sek") != 0))
        .select(REVISIONS.schema.names())
        .sort(REVISIONS.key)
    )
