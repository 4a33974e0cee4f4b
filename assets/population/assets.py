"""Assets of the population stage: the years' recipients, SCB's answers, and the head counts that the rules ask for."""

import dagster as dg
import polars as pl

from assets.grant_years import grant_years
from assets.population.bases import AsksForBases
from assets.population.recipients import Register, recipients_of
from assets.population.scb.fetch import BringsBases, FetchOutcome
from assets.population.scb.raw_table import raw_table_of
from assets.population.source import PopulationSource, population_of
from schemas.tables.population import POPULATION, POPULATION_BACKTEST, SCB_POPULATION_RAW


@dg.asset
def recipients(context: dg.AssetExecutionContext, register: dg.ResourceParam[Register]) -> pl.DataFrame:
    """Municipalities, regions, counties and SKR as they were on 1 January of the grant year."""
    return pl.concat([recipients_of(register, year) for year in grant_years(context)])


@dg.asset
def scb_population_raw(
    context: dg.AssetExecutionContext,
    register: dg.ResourceParam[Register],
    agreements: dg.ResourceParam[AsksForBases],
    population_source: dg.ResourceParam[PopulationSource],
    scb: dg.ResourceParam[BringsBases],
) -> pl.DataFrame:
    """SCB's answers that the population is read from, fetched first if the run is to ask SCB."""
    years, brought = grant_years(context), list[FetchOutcome]()
    # Earlier years are compared with, so their bases must be on hand too.
    for year in agreements.with_previous(years):
        brought += scb.bring(agreements.bases(year), recipients_of(register, year))
    rows = [raw_table_of(year, agreements.bases(year), population_source) for year in years]
    answers = pl.concat([SCB_POPULATION_RAW.empty(), *rows])
    context.add_output_metadata(
        {
            "answers fetched": len(brought),
            "of them new vintages": sum(outcome.is_new for outcome in brought),
            "seconds at SCB": sum(part.seconds for outcome in brought for part in outcome.vintage.parts),
            "cells": int(answers["cells"].sum()),
        }
    )
    return answers


@dg.multi_asset(outs={table.name: dg.AssetOut() for table in (POPULATION, POPULATION_BACKTEST)})
def head_counts(
    context: dg.AssetExecutionContext,
    recipients: pl.DataFrame,
    scb_population_raw: pl.DataFrame,
    agreements: dg.ResourceParam[AsksForBases],
    population_source: dg.ResourceParam[PopulationSource],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The population of every base that the rules ask for, and how well estimates hit where the truth is known."""
    context.log.info(f"reading {scb_population_raw.height} archived answers of SCB")
    counted = [
        population_of(year, agreements.bases(year), population_source, recipients.filter(pl.col("year") == year))
        for year in grant_years(context)
    ]
    return pl.concat([counts for counts, _ in counted]), pl.concat([errors for _, errors in counted])
