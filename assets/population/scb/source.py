"""SCB's archived cells as a source of population. Reads the archive only; the network is `fetch.py`'s."""

from dataclasses import dataclass

import polars as pl

from assets.population.bases import Base
from assets.population.scb.fetch import counts_of
from assets.population.scb.register import ScbTable, age_codes, table_for
from assets.population.scb.vintages import Vintage, archive_name, decided_vintage, latest_vintage
from assets.population.source import Answer
from assets.storage.raw_archive import RawArchive
from schemas.errors import DataRefused
from schemas.tables.population import POPULATION
from schemas.vocabulary import OFFICIAL


@dataclass(frozen=True)
class ArchiveSource:
    """Answers with the vintage that was decided on, always on the basis `official`."""

    archive: RawArchive
    tables: tuple[ScbTable, ...]
    adoptions: dict[str, str]
    name: str = "archive"

    def answer(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
        """Counts of the decided vintage, for all territories of `base` among `recipients`."""
        vintage = self.decided(base)
        return None if vintage is None else self._answer_of(vintage, base, recipients)

    def newest(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
        """Counts of the latest vintage, decided on or not."""
        vintage = latest_vintage(self.archive, base)
        return None if vintage is None else self._answer_of(vintage, base, recipients)

    def decided(self, base: Base) -> Vintage | None:
        """The vintage that years rest on."""
        return decided_vintage(self.archive, base, self.adoptions)

    def without_answer(self, base: Base) -> DataRefused:
        """Nothing fetched, or nothing to fetch: then the register says which table ends where."""
        table = table_for(self.tables, base.table_id, base.reference_date)
        return DataRefused(
            f"population {base}",
            f"the archive has no answer of SCB table {table} under {archive_name(base)}",
            remedy="run `kronvis run --source scb`, or `kronvis fetch population` for this base",
        )

    def _answer_of(self, vintage: Vintage, base: Base, recipients: pl.DataFrame) -> Answer:
        """Read a vintage again from its bytes; refuses territories that are not all there."""
        table = table_for(self.tables, base.table_id, base.reference_date)
        counts = counts_of(self.archive, vintage, table, base)
        codes = recipients.filter(pl.col("recipient_type") == base.region_type).get_column("recipient_code").sort()
        ours = counts.filter(pl.col("region_code").is_in(codes.implode())).sort("region_code")
        if ours.get_column("region_code").to_list() != codes.to_list():
            raise DataRefused(
                f"population {base}",
                f"vintage {vintage.id[:12]} has {ours.height} territories, the register {codes.len()}",
                remedy="compare data/geography/recipients.csv with SCB's regions of that day",
            )
        return Answer(
            ours.with_columns(
                basis=pl.lit(OFFICIAL),
                population_date=pl.lit(base.reference_date, pl.Date),
                is_perturbed=pl.lit(table.is_perturbed),
                source=pl.lit(_cells_used(table, base)),
                derived_from=pl.lit(None, pl.String),
                extracted_at=pl.lit(vintage.fetched_at, POPULATION.schema["extracted_at"]),
                sha256=pl.lit(vintage.id),
            )
        )


def _cells_used(table: ScbTable, base: Base) -> str:
    """Which cells were added up, and what the parts are divided by: it matters where SCB has added noise."""
    ages = "+".join(age_codes(table, base.ages)) if table.is_perturbed else base.ages
    note = "; denominator: the sum of the territories" if table.is_perturbed else ""
    return f"SCB {table}, {table.dimensions.age} {ages}, {table.dimensions.sex} {'+'.join(table.sex_codes)}{note}"
