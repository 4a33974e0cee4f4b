"""The tables of one grant year that a workbook is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from assets.presentation.programmes import PROGRAMMES
from schemas.tables.registry import TABLES

READ: Final = ("allocations", "pots", "recipients", "reconciliation", "rules", "sources")


@dataclass(frozen=True)
class GrantYear:
    """One year of each table in `READ`, rows in the order of the table's key."""

    year: int
    tables: Mapping[str, pl.DataFrame]

    @cached_property
    def programmes(self) -> tuple[str, ...]:
        """Programmes that have an agreement this year: the known ones in the order of `PROGRAMMES`, then the others."""
        there = set(self.tables["pots"].get_column("programme"))
        return (*(name for name in PROGRAMMES if name in there), *sorted(there - set(PROGRAMMES)))

    def of(self, table: str, programme: str) -> pl.DataFrame:
        """The rows of one programme."""
        return self.tables[table].filter(pl.col("programme") == programme)

    def pot_names(self, language: str) -> dict[tuple[str, str], str]:
        """Programme and pot → the pot's name in one language."""
        pots = self.tables["pots"].select("programme", "pot_id", f"name_{language}")
        return {(programme, pot): name for programme, pot, name in pots.iter_rows()}


def grant_year(tables: Mapping[str, pl.DataFrame], year: int) -> GrantYear:
    """One year of tables that hold several."""
    return GrantYear(year, {name: tables[name].filter(pl.col("year") == year).sort(TABLES[name].key) for name in READ})
