"""Assets of the population stage: the years' recipients, and the head counts that the rules ask for."""

import dagster as dg
import polars as pl

from assets.grant_years import grant_years
from assets.population.bases import AsksForBases
from assets.population.recipients import Register, recipients_of
from assets.population.source import PopulationSource, population_of
from schemas.population import POPULATION, POPULATION_BACKTEST


@dg.asset
def recipients(context: dg.AssetExecutionContext, register: dg.ResourceParam[Register]) -> pl.DataFrame:
    """Municipalities, regions, counties and SKR as they were on 1 January of the grant year."""
    return pl.concat([recipients_of(register, year) for year in grant_years(context)])


@dg.multi_asset(outs={table.name: dg.AssetOut() for table in (POPULATION, POPULATION_BACKTEST)})
def head_counts(
    context: dg.AssetExecutionContext,
    recipients: pl.DataFrame,
    agreements: dg.ResourceParam[AsksForBases],
    population_source: dg.ResourceParam[PopulationSource],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The population of every base that the rules ask for, and how well estimates hit where the truth is known."""
    counted = [
        population_of(year, agreements.bases(year), population_source, recipients.filter(pl.col("year") == year))
        for year in grant_years(context)
    ]
    return pl.concat([counts for counts, _ in counted]), pl.concat([errors for _, errors in counted])
