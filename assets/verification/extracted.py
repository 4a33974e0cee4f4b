"""Figures copied by hand and figures read from the archived documents: one table of what was published.

What was copied keeps its word where the two differ; the difference is a finding.
"""

from typing import Final

import polars as pl

from schemas.tables.verification import PUBLISHED_FIGURES

FIGURE_OF_SOURCE: Final = ("programme", "year", "pot_id", "recipient_type", "recipient_code", "source_id")
_PLACE: Final = ("page", "row", "column")


def united(curated: pl.DataFrame, document_figures: pl.DataFrame) -> pl.DataFrame:
    """The table `published_figures`: the curated ones, with their place if a document agrees, and all others read."""
    read = _as_published(document_figures)
    agreeing = read.select(*FIGURE_OF_SOURCE, "published_sek", *_PLACE)
    confirmed = curated.drop("origin", *_PLACE).join(
        agreeing, on=[*FIGURE_OF_SOURCE, "published_sek"], how="left", validate="m:1"
    )
    copied = confirmed.with_columns(
        origin=pl.when(pl.col("page").is_null()).then(pl.lit("curated")).otherwise(pl.lit("both"))
    )
    only_read = read.join(curated, on=list(FIGURE_OF_SOURCE), how="anti")
    names = PUBLISHED_FIGURES.schema.names()
    return pl.concat([copied.select(names), only_read.select(names)]).sort(PUBLISHED_FIGURES.key)


def differing(curated: pl.DataFrame, document_figures: pl.DataFrame) -> pl.DataFrame:
    """The rows of `document_figures` whose curated amount is another, with it as `curated_sek`."""
    copied = curated.select(*FIGURE_OF_SOURCE, curated_sek="published_sek")
    read = document_figures.with_columns(source_id="document_id")
    both = read.join(copied, on=list(FIGURE_OF_SOURCE), validate="m:1")
    return both.filter(pl.col("published_sek") != pl.col("curated_sek"))


def _as_published(document_figures: pl.DataFrame) -> pl.DataFrame:
    is_exact = pl.col("rounded_to_sek").is_null()
    return document_figures.rename({"document_id": "source_id"}).with_columns(
        precision=pl.when(is_exact).then(pl.lit("exact")).otherwise(pl.lit("rounded")),
        printed_for_year=pl.lit(None, PUBLISHED_FIGURES.schema["printed_for_year"]),
        note=pl.lit(None, pl.String),
        origin=pl.lit("extracted"),
    )
