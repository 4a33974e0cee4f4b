"""What a table is: its key, its columns and the rules that tie columns of a row together.

The tables themselves stand one family per module in `schemas/tables/`; checking frames against them is
`schemas/contract.py`.
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from schemas.field import Field
from schemas.fields.registry import FIELDS
from schemas.text import Text


@dataclass(frozen=True)
class Column:
    """A field used in a table, under its own name unless the table calls it otherwise."""

    name: str
    field: Field
    nullable: bool


@dataclass(frozen=True, eq=False)
class RowRule:
    """A condition over several columns that holds in every row; null counts as broken."""

    name: str
    description: Text
    holds: pl.Expr


@dataclass(frozen=True, eq=False)
class Table:
    """A table: asset name = table name = file name. `key` is the grain; rows are sorted by it when written."""

    name: str
    title: Text
    description: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    may_be_empty: bool = False

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        unknown = set(self.key) - set(names)
        if unknown or len(set(names)) != len(names):
            msg = f"table {self.name}: key {sorted(unknown)} not among the columns, or a column twice"
            raise ValueError(msg)

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and polars types, in order."""
        return pl.Schema({column.name: column.field.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """No rows, the right columns."""
        return pl.DataFrame(schema=self.schema)


def columns(spec: str) -> tuple[Column, ...]:
    """Columns from their names: `cause?` may be null, `recipient_type=figure_type` uses another field.

    Example: `columns("programme year recipient_type=figure_type cause?")`.
    """
    return tuple(_column(word) for word in spec.split())


def _column(word: str) -> Column:
    name, _, field = word.removesuffix("?").partition("=")
    return Column(name, FIELDS[field or name], nullable=word.endswith("?"))
