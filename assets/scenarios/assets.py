"""Assets of the scenarios stage. What-if results are no assets: they are never written among decided amounts."""

import dagster as dg
import polars as pl

from assets.population.snapshot import Snapshot
from assets.scenarios.sensitivity import sensitivity_of


@dg.asset
def sensitivity(
    allocations: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame, snapshot: dg.ResourceParam[Snapshot]
) -> pl.DataFrame:
    """How far each amount depends on one more person, on the rounding and on which count is used."""
    return sensitivity_of(allocations, rules, recipients, snapshot)
