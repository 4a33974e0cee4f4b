"""What is derived from the tables for readers: Arrow schema, Table Schema, machine-readable dictionary and its page."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import polars as pl
import pyarrow as pa

from schemas.field import Field
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.table import Column, Table

_ARROW_TYPES: dict[pl.DataType, pa.DataType] = {
    pl.String(): pa.string(),
    pl.Int32(): pa.int32(),
    pl.Int64(): pa.int64(),
    pl.Float64(): pa.float64(),
    pl.Boolean(): pa.bool_(),
    pl.Date(): pa.date32(),
    pl.Datetime("us", "UTC"): pa.timestamp("us", tz="UTC"),
}

# The types of Frictionless Table Schema, for the same values written as CSV.
_TABLE_SCHEMA_TYPES: dict[pl.DataType, str] = {
    pl.String(): "string",
    pl.Int32(): "integer",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "datetime",
}


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table, with labels, unit and description as metadata of each field."""
    return pa.schema([_arrow_field(column) for column in table.columns])


def _arrow_field(column: Column) -> pa.Field:
    field = column.field
    metadata = {
        "label_sv": field.label.sv,
        "label_en": field.label.en,
        "description_sv": field.description.sv,
        "description_en": field.description.en,
        "unit": field.unit or "",
        "source": field.source,
    }
    return pa.field(column.name, _ARROW_TYPES[field.dtype], nullable=column.nullable, metadata=metadata)


def describe(table: Table) -> dict[str, Any]:
    """The dictionary of a table as plain data: what every column means and which values it may have."""
    return {
        "name": table.name,
        "title": table.title._asdict(),
        "description": table.description._asdict(),
        "key": list(table.key),
        "columns": [_describe_column(column) for column in table.columns],
        "rules": [{"name": rule.name, **rule.description._asdict()} for rule in table.rules],
    }


def _describe_column(column: Column) -> dict[str, Any]:
    field = column.field
    return {
        "name": column.name,
        "type": str(_ARROW_TYPES[field.dtype]),
        "nullable": column.nullable,
        "label": field.label._asdict(),
        "description": field.description._asdict(),
        "source": field.source,
        **{name: value for name, value in _constraints(field).items() if value is not None},
    }


def _constraints(field: Field) -> dict[str, Any]:
    return {
        "unit": field.unit,
        "pattern": field.pattern,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "allowed": list(field.allowed) if field.allowed else None,
    }


def table_schema(table: Table) -> dict[str, Any]:
    """A table as a Frictionless Table Schema (v1), for its CSV form: an empty cell is no value.

    Titles and descriptions are English; `title_sv`, `description_sv` and `unit` are ours, which the format permits.
    """
    return {
        "fields": [_table_schema_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _table_schema_field(column: Column) -> dict[str, Any]:
    field = column.field
    constraints = {
        "required": None if column.nullable else True,
        "pattern": field.pattern,
        "enum": list(field.allowed) if field.allowed else None,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {
        "name": column.name,
        "type": _TABLE_SCHEMA_TYPES[field.dtype],
        "title": field.label.en,
        "title_sv": field.label.sv,
        "description": field.description.en,
        "description_sv": field.description.sv,
        **({"unit": field.unit} if field.unit else {}),
        "constraints": {name: value for name, value in constraints.items() if value is not None},
    }


def dictionary(tables: Iterable[Table]) -> dict[str, Any]:
    """The dictionary of several tables as plain data, with what the data set is called and its licence."""
    return {
        "title": TITLE._asdict(),
        "version": VERSION,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "tables": [describe(table) for table in tables],
    }


def markdown(tables: Iterable[Table]) -> str:
    """The dictionary as a Markdown page; `docs/reference/data-dictionary.md` is this text and a test keeps it so."""
    head = [
        "# Data dictionary",
        "",
        "Generated from `schemas/` by `kronvis dictionary`; do not edit. The same text is in every Parquet footer.",
        "Money is whole kronor (Int64); codes are text with leading zeros; shares and ratios are display values.",
    ]
    return "\n".join([*head, *(line for table in tables for line in _markdown_table(table))]) + "\n"


def _markdown_table(table: Table) -> list[str]:
    return [
        "",
        f"## {table.name}",
        "",
        f"**{table.title.en}.** {table.description.en}",
        f"*{table.title.sv}.* {table.description.sv}",
        "",
        f"One row per {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | type | unit | empty? | meaning | betydelse |",
        "|---|---|---|---|---|---|",
        *(_markdown_row(column) for column in table.columns),
        *([""] if table.rules else []),
        *(f"- Always: {rule.description.en}" for rule in table.rules),
    ]


def _markdown_row(column: Column) -> str:
    field = column.field
    cells = (
        f"`{column.name}`",
        str(_ARROW_TYPES[field.dtype]),
        field.unit or "",
        "yes" if column.nullable else "",
        f"{field.label.en}. {field.description.en}",
        f"{field.label.sv}. {field.description.sv}",
    )
    return "| " + " | ".join(cells) + " |"
