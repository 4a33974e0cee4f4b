"""The archived answers as a table: `scb_population_raw`, one row per answer that a year's population is read from."""

import polars as pl

from assets.population.bases import AskedBases
from assets.population.scb.register import table_for
from assets.population.scb.source import ArchiveSource
from assets.population.scb.vintages import archive_name
from assets.population.source import PopulationSource
from schemas.tables.population import SCB_POPULATION_RAW


def raw_table_of(year: int, asked: AskedBases, source: PopulationSource) -> pl.DataFrame:
    """The rows of one grant year: the decided vintage of every base that has one; none unless SCB is the source."""
    if not isinstance(source, ArchiveSource):
        return SCB_POPULATION_RAW.empty()
    rows = [
        {
            "year": year,
            "reference_date": base.reference_date,
            "table_id": base.table_id,
            "ages": base.ages,
            "scb_table": str(table_for(source.tables, base.table_id, base.reference_date)),
            "vintage": vintage.id,
            "updated": part.updated,
            "extracted_at": vintage.fetched_at,
            "bytes": part.bytes,
            "cells": part.extra["cells"],
            "url": part.url,
            "sha256": part.sha256,
        }
        for base in {archive_name(base): base for base in sorted(asked.required | asked.display)}.values()
        if (vintage := source.decided(base)) is not None
        for part in vintage.parts
    ]
    return pl.DataFrame(rows, SCB_POPULATION_RAW.schema).sort(SCB_POPULATION_RAW.key)
