"""The keys that many tables have in common: what their rows are joined, grouped and told apart by."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

POT: Final = ("programme", "year", "pot_id")
# What one recipient gets of one pot.
AMOUNT: Final = (*POT, "recipient_type", "recipient_code")
# What one recipient gets of all pots of a programme.
RECIPIENT: Final = ("programme", "year", "recipient_type", "recipient_code")


def all_of(row: Mapping[str, Any], *columns: str) -> pl.Expr:
    """The rows that have the values of `row` in `columns`."""
    return pl.all_horizontal(pl.col(column) == row[column] for column in columns)


def of_pot(programme: str, year: int, pot_id: str) -> pl.Expr:
    """The rows of one pot."""
    return (pl.col("programme") == programme) & (pl.col("year") == year) & (pl.col("pot_id") == pot_id)
