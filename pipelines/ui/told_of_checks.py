"""What a newcomer should see of each asset check in the Dagster UI: what was compared, how much, and the result."""

from collections.abc import Mapping, Sequence
from typing import Final

import dagster as dg
import polars as pl

from pipelines.ui.shown import small_table
from schemas.field import Field
from schemas.table import Table

_RESULTS: Final = {True: "pass", False: "FAIL"}


def told_of_contract(table: Table, frame: pl.DataFrame, broken: Sequence[str]) -> dict[str, dg.MetadataValue]:
    """What the contract of `table` was held against, or what is `broken`: the lines of the refusal, none if it is kept.

    A refusal names every rule that is broken and says nothing of the others, and no more does this.
    """
    holds = not broken
    what = _compared(table) if holds else [(line, "rows") for line in broken]
    sizes = {"rows": frame.height, "columns": len(table.columns)}
    rows = [(told, sizes[unit], unit, _RESULTS[holds]) for told, unit in what]
    return _told(pl.DataFrame(rows, schema=["compared", "number", "of", "result"], orient="row"))


def _compared(table: Table) -> list[tuple[str, str]]:
    bounded = [column.name for column in table.columns if _is_bounded(column.field)]
    required = [column.name for column in table.columns if not column.nullable]
    return [
        ("columns: names, order and types", "columns"),
        (f"the key is unique: {', '.join(table.key)}", "rows"),
        (f"never missing: {', '.join(required)}", "rows"),
        *([(f"within what is permitted: {', '.join(bounded)}", "rows")] if bounded else []),
        *((rule.description.en, "rows") for rule in table.rules),
    ]


def _is_bounded(field: Field) -> bool:
    return any(limit is not None for limit in (field.pattern, field.allowed, field.minimum, field.maximum))


def told_of_control(tables: Mapping[str, pl.DataFrame], broken: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """Per year how many rows of each table were compared, and how often they break the control."""
    by_year = pl.concat([frame.select("year") for frame in tables.values()]).unique().sort("year")
    for name, frame in {**{f"rows in {name}": frame for name, frame in tables.items()}, "broken": broken}.items():
        counted = frame.group_by("year").agg(pl.len().alias(name))
        by_year = by_year.join(counted, on="year", how="left").with_columns(pl.col(name).fill_null(0))
    holds = pl.col("broken") == 0
    return _told(by_year.with_columns(result=holds.replace_strict(_RESULTS, return_dtype=pl.String)))


def _told(results: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    return {"results": small_table(results)}
