"""Recognised amounts in the form of published figures: as a table to reconcile, and as a file to review."""

import csv
import io
from typing import Final

import polars as pl

from assets.verification.inspection.recognise import Recognised
from assets.verification.published import HEADER
from schemas.tables.verification import PUBLISHED_FIGURES
from schemas.vocabulary import MUNICIPALITIES_IN_COUNTY


def as_published(recognised: list[Recognised], source_id: str, recipients: pl.DataFrame) -> pl.DataFrame:
    """The table `published_figures` of the amounts; one that the document repeats is listed once, where it is first."""
    rows = [_row(item, source_id) for item in sorted(recognised, key=lambda item: item.figure.place)]
    frame = pl.DataFrame(rows, PUBLISHED_FIGURES.schema)
    named = frame.drop("recipient_name").join(_names(recipients), on=["year", "recipient_type", "recipient_code"])
    once = named.unique([*_SAME, "published_sek"], keep="first", maintain_order=True)
    return once.select(PUBLISHED_FIGURES.schema.names()).sort(PUBLISHED_FIGURES.key, maintain_order=True)


_SAME: Final = ("programme", "year", "pot_id", "recipient_type", "recipient_code")


def _row(item: Recognised, source_id: str) -> dict[str, object]:
    figure, pot = item.figure, item.pot
    is_exact = figure.step_sek == 1
    return {
        "programme": pot.programme,
        "year": pot.year,
        "pot_id": pot.pot_id,
        "recipient_type": pot.recipient_type,
        "recipient_code": item.recipient_code,
        "source_id": source_id,
        "published_sek": figure.amount_sek,
        "precision": "exact" if is_exact else "rounded",
        "rounded_to_sek": None if is_exact else figure.step_sek,
        "printed_for_year": item.printed_for_year,
        "note": None,
        "origin": "extracted",
        "page": figure.place.page,
        "row": figure.place.row,
        "column": figure.place.column,
    }


def _names(recipients: pl.DataFrame) -> pl.DataFrame:
    """`year, recipient_type, recipient_code, recipient_name`, the municipalities of a county among them."""
    names = recipients.select("year", "recipient_type", "recipient_code", "recipient_name")
    counties = names.filter(pl.col("recipient_type") == "county")
    together = counties.with_columns(
        recipient_type=pl.lit(MUNICIPALITIES_IN_COUNTY), recipient_name="Kommunerna i " + pl.col("recipient_name")
    )
    return pl.concat([names, together])


def review_file(figures: pl.DataFrame) -> str:
    """The amounts of one programme as the text of a file in data/published/, with the place of each in its note."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in figures.iter_rows(named=True):
        told = {**row, "amount_sek": row["published_sek"]}
        told["note"] = f"read from page {row['page']}, row {row['row']}, column {row['column']}"
        writer.writerow("" if told[name] is None else told[name] for name in HEADER)
    return out.getvalue()
