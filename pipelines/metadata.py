"""What the Dagster UI shows of a table: column schema, counts and a preview."""

from typing import Final

import dagster as dg
import polars as pl

from schemas.table import Column, Table

_ROWS_SHOWN: Final = 8
_LONGEST_CELL: Final = 60


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


def preview(frame: pl.DataFrame) -> dg.MetadataValue:
    """The first rows as a Markdown table."""
    shown = frame.head(_ROWS_SHOWN)
    lines = ["| " + " | ".join(shown.columns) + " |", "|" + "---|" * len(shown.columns)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in shown.iter_rows()]
    if frame.height > _ROWS_SHOWN:
        lines.append(f"\n… {frame.height - _ROWS_SHOWN:,} more rows")
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    shown = text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
    return shown.replace("|", "\\|").replace("\n", " ")


def described(frame: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """Row count and preview of a frame."""
    return {"dagster/row_count": dg.MetadataValue.int(frame.height), "preview": preview(frame)}
