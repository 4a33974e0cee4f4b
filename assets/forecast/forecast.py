"""The head counts of a base that SCB has not published: from what is on hand, with an interval, by a stated method."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.forecast.assumptions import Parameters
from assets.forecast.backtest import USED
from assets.forecast.cohorts import COHORTS_IN_COUNTY, forecast_children
from assets.forecast.history import History
from assets.forecast.intervals import half_width
from assets.forecast.totals import forecast_totals
from assets.population.bases import ALL_AGES, Base
from assets.population.source import Answer
from schemas.errors import DataRefused
from schemas.vocabulary import ESTIMATED, PROXY

# The count itself, or the estimate that decided years rest on.
ON_HAND: Final = "on-hand"


@dataclass(frozen=True)
class BaseForecast:
    """`counts`: `region_code, population, population_low, population_high` of every territory of `base`."""

    base: Base
    method: str
    counts: pl.DataFrame


def forecast_base(
    base: Base, on_hand: Answer | None, history: History, parameters: Parameters, reaches: dict[str, int]
) -> BaseForecast:
    """Head counts for `base`: those on hand if they are of its very day, else a forecast from `history`.

    `reaches` are the methods' past errors (`backtest.reaches_of`). Raises `DataRefused` if nothing gives a start.
    """
    if on_hand is not None and PROXY not in on_hand.counts.get_column("basis"):
        return BaseForecast(base, ON_HAND, _with_known_interval(base, on_hand.counts, parameters, reaches))
    if base.ages == ALL_AGES:
        found = forecast_totals(history.totals[base.region_type], base.reference_date)
    else:
        found = forecast_children(history, base.region_type, base.ages, base.reference_date, parameters.unborn)
    method = next((one for one in USED if one in found.counts.get_column("method")), None)
    if method is None or method not in reaches:
        raise DataRefused(f"forecast of {base}", "no method with a back-test can be used on what is on hand")
    rows = found.by(method)
    widths = [
        half_width(people, found.days, reaches[method], parameters.noise_persons) for people in rows["population"]
    ]
    return BaseForecast(base, method, _between(rows, widths))


def _with_known_interval(
    base: Base, counts: pl.DataFrame, parameters: Parameters, reaches: dict[str, int]
) -> pl.DataFrame:
    """Counts are what they are; estimates may be as far off as cohorts moved over the same time."""
    widths = [
        half_width(people, abs((base.reference_date - day).days), reaches[COHORTS_IN_COUNTY], parameters.noise_persons)
        if basis == ESTIMATED
        else 0
        for people, basis, day in counts.select("population", "basis", "population_date").iter_rows()
    ]
    return _between(counts.select("region_code", "population"), widths)


def _between(rows: pl.DataFrame, widths: list[int]) -> pl.DataFrame:
    people, width = pl.col("population"), pl.col("width")
    return (
        rows.with_columns(pl.Series("width", widths, pl.Int64))
        .select(
            "region_code",
            "population",
            population_low=pl.max_horizontal(people - width, 0),
            population_high=people + width,
        )
        .sort("region_code")
    )
