"""Assets of the forecast stage: what open years may bring, and how well such forecasts have done."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.forecast.tables import ForecastInputs, OnFile, backtests_of, forecasts_of
from assets.grant_years import grant_years
from assets.population.recipients import Register
from assets.population.source import PopulationSource
from schemas.tables.forecast import FORECAST, FORECAST_BACKTEST


# The population of earlier years must have been brought in before it is asked for.
@dg.multi_asset(outs={table.name: dg.AssetOut() for table in (FORECAST, FORECAST_BACKTEST)}, deps=["population"])
def looking_ahead(
    context: dg.AssetExecutionContext,
    agreements: dg.ResourceParam[AgreementFiles],
    register: dg.ResourceParam[Register],
    population_source: dg.ResourceParam[PopulationSource],
    forecast_inputs: dg.ResourceParam[ForecastInputs],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Amounts under assumed rules for years whose split is not known, and the errors of the methods behind them."""
    on_file = OnFile(agreements, register, population_source)
    years = grant_years(context)
    return (
        pl.concat([forecasts_of(year, forecast_inputs, on_file) for year in years]),
        pl.concat([backtests_of(year, forecast_inputs, on_file) for year in years]),
    )
