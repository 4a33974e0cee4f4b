"""Assets of the allocation stage: who gets how much, and what the pots add up to."""

import dagster as dg
import polars as pl

from assets.allocation.allocate import allocate
from assets.allocation.summarise import coverage_of, pots_of


@dg.asset
def allocations(rules: pl.DataFrame, recipients: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Whole kronor per pot and recipient, for every pot whose rule is known."""
    return allocate(rules, recipients, population)


@dg.asset
def pots(rules: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """Every pot with what was allocated of it and what rounding left over."""
    return pots_of(rules, allocations)


@dg.asset
def coverage(rules: pl.DataFrame, pots: pl.DataFrame) -> pl.DataFrame:
    """How much of the agreement's money is computed, by evidence."""
    return coverage_of(rules, pots)
