"""The contract: a frame is what its table says, or it is refused before anything is written.

pandera does the checking, with its two environment switches overruled and with every rule evaluated on the
collected values. Lazy frames are turned away: on those pandera would check names and types only.
"""

from functools import cache
from typing import Final

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from schemas.errors import DataRefused
from schemas.field import Field
from schemas.table import Column, RowRule, Table

_CASES_SHOWN: Final = 20


def enforce(table: Table, frame: pl.DataFrame, *, where: str = "") -> pl.DataFrame:
    """Return `frame` unchanged if it keeps the contract of `table`; otherwise raise `DataRefused`.

    `where` says what the frame is about (a year, a file) and opens the message. All broken rules are
    reported together, with the number of rows and the first cases of each.
    """
    place = f"table {table.name}{f', {where}' if where else ''}"
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"{place}: only a collected DataFrame can be checked, not {type(frame).__name__}")
    if frame.is_empty() and not table.may_be_empty:
        raise DataRefused(place, "the table has no rows", remedy="an empty result is never published")
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            pandera_schema(table).validate(frame, lazy=True)
        except SchemaErrors as error:
            raise DataRefused(place, _explain(error)) from error
    return frame


@cache
def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """The pandera model of a table: strict, ordered, unique by key, nothing coerced."""
    return pa.DataFrameSchema(
        {column.name: _pandera_column(column) for column in table.columns},
        checks=[_row_check(rule) for rule in table.rules],
        name=table.name,
        title=table.title.en,
        description=table.description.en,
        strict=True,
        ordered=True,
        coerce=False,
        unique=list(table.key),
    )


def _pandera_column(column: Column) -> pa.Column:
    field = column.field
    return pa.Column(
        field.dtype,
        checks=_value_checks(field),
        nullable=column.nullable,
        title=field.label.en,
        description=field.description.en,
        metadata={"unit": field.unit, "source": field.source},
    )


def _value_checks(field: Field) -> list[pa.Check]:
    checks: list[pa.Check] = []
    if field.pattern is not None:
        checks.append(pa.Check.str_matches(field.pattern))
    if field.allowed is not None:
        checks.append(pa.Check.isin(list(field.allowed)))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    return checks


def _row_check(rule: RowRule) -> pa.Check:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe
        return frame.select(rule.holds.fill_null(value=False).alias(rule.name))

    return pa.Check(holds, name=rule.name, error=rule.description.en)


def _explain(error: SchemaErrors) -> str:
    cases = error.failure_cases
    grouped = cases.group_by("column", "check", maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("failure_case").cast(pl.String).head(_CASES_SHOWN).alias("first")
    )
    lines = []
    for column, check, rows, first in grouped.iter_rows():
        shown = ", ".join(str(value) for value in first)
        lines.append(f"  {column or 'row'}: {check} – broken {rows} time(s): {shown}")
    return "breaks its contract\n" + "\n".join(lines)
