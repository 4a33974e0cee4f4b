"""What the Dagster UI shows of every table: its columns, and of each year its rows, what matters in them, a preview."""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from pipelines.ui.shown import preview, small_table
from pipelines.ui.told_of_tables import told_of
from schemas.table import Column, Table


def column_schema(table: Table) -> dg.TableSchema:
    """Dagster's column schema of a table, from the field registry."""
    return dg.TableSchema(columns=[_column(column) for column in table.columns])


def _column(column: Column) -> dg.TableColumn:
    field = column.field
    unit = f" [{field.unit}]" if field.unit else ""
    return dg.TableColumn(
        name=column.name,
        type=str(field.dtype),
        description=f"{field.label.en}{unit}. {field.description.en}",
        constraints=dg.TableColumnConstraints(nullable=column.nullable),
    )


def described(table: Table, frame: pl.DataFrame, years: Sequence[int]) -> dict[int, dict[str, dg.MetadataValue]]:
    """Of each of `years`: row count, what matters in the year's rows, and a preview; whatever other years there are."""
    by_year = _by_year(frame)
    told = {heading: (_by_year(rows), rows.clear()) for heading, rows in told_of(table.name, frame).items()}
    metadata = {}
    for year in years:
        rows = by_year.get(year, frame.clear())
        what_matters = {heading: found.get(year, none).drop("year") for heading, (found, none) in told.items()}
        metadata[year] = {
            "dagster/row_count": dg.MetadataValue.int(rows.height),
            **{heading: small_table(small) for heading, small in what_matters.items()},
            "preview": preview(rows),
        }
    return metadata


def _by_year(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    return {int(year): rows for (year,), rows in frame.partition_by("year", as_dict=True).items()}
