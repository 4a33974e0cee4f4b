"""Pictures in the Dagster UI: a map beside the table that it shows."""

from pathlib import Path

import dagster as dg
import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.report.maps import classify, read_outlines, standalone
from pipelines.ui.shown import inline_svg
from schemas.table import Table
from schemas.tables.reporting import COUNTY_OVERVIEW


def pictures_of(table: Table, rows: pl.DataFrame, data: Path) -> dict[str, dg.MetadataValue]:
    """Heading → picture of one year's `rows`: a map of the counties per programme, where counties differ at all."""
    if table is not COUNTY_OVERVIEW:
        return {}
    outlines = read_outlines(data / "geography" / "outlines.json")
    pictures = {}
    for (programme, year), of_programme in rows.group_by("programme", "year", maintain_order=True):
        values = dict(of_programme.select("county_code", "sek_per_inhabitant").drop_nulls().iter_rows())
        if classify(values) is not None:
            title = f"{programme_name(str(programme), 'en')} {year}: SEK per inhabitant"
            svg = standalone(outlines, "county", values, title)
            pictures[f"map, {programme}"] = inline_svg(svg, title)
    return pictures
