"""All-ages head counts on a day that was not counted: on a line between two counts, or along the latest trend.

Two naive baselines stand beside every method: the last count kept as it is, and all territories growing as the
nation does. Everything is reckoned in integers. Children are `cohorts.py`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.forecast.history import MILLIONTHS, days_of, in_whole_persons, on_day, rounded
from schemas.errors import DataRefused

CARRY_FORWARD: Final = "carry-forward"
AS_THE_NATION: Final = "as-the-nation"
BETWEEN_COUNTS: Final = "between-counts"
OWN_TREND: Final = "own-trend"
# Trends that keep only so many per cent of a territory's own growth beyond the nation's: tried, not used.
_DAMPED: Final = {"own-trend-50": 50, "own-trend-75": 75}
_TREND_DAYS: Final = 365


@dataclass(frozen=True)
class Forecast:
    """Head counts on a day by several methods: `method, region_code, population`; `days` to the nearest count used."""

    counts: pl.DataFrame
    origin: dt.date
    days: int

    def by(self, method: str) -> pl.DataFrame:
        """`region_code, population` by one method."""
        return self.counts.filter(pl.col("method") == method).select("region_code", "population")


def forecast_totals(counted: pl.DataFrame, day: dt.date) -> Forecast:
    """Head counts on `day` from `counted` (`reference_date, region_code, population`) by every method that applies.

    Between two counts: a straight line between them, beside the baselines from the earlier one. After the last:
    the trend since the latest count that lies at least a year before it. Raises `DataRefused` without such counts.
    """
    dates = days_of(counted)
    before = [date for date in dates if date <= day]
    after = [date for date in dates if date > day]
    if not before:
        raise DataRefused(f"population {day}", "no earlier count is on hand to start from")
    if after:
        return _between(counted, before[-1], day, after[0])
    earlier = [date for date in before if (before[-1] - date).days >= _TREND_DAYS]
    if not earlier:
        raise DataRefused(f"population {day}", f"no count at least a year before {before[-1]} gives a trend")
    return _along_trend(counted, earlier[-1], before[-1], day)


def kept_as_counted(counts: pl.DataFrame) -> pl.DataFrame:
    """`method, region_code, population`: the last count carried forward."""
    return counts.select(pl.lit(CARRY_FORWARD).alias("method"), "region_code", "population")


def _between(counted: pl.DataFrame, first: dt.date, day: dt.date, last: dt.date) -> Forecast:
    pair = _pair(counted, first, last)
    gone, left = (day - first).days, (last - day).days
    total = rounded(_sum(pair, "earlier") * left + _sum(pair, "later") * gone, gone + left)
    weights = {
        AS_THE_NATION: pair.select("region_code", people="earlier"),
        BETWEEN_COUNTS: pair.select("region_code", people=pl.col("earlier") * left + pl.col("later") * gone),
    }
    counts = [kept_as_counted(on_day(counted, first)), in_whole_persons(total, weights)]
    return Forecast(pl.concat(counts), first, min(gone, left))


def _along_trend(counted: pl.DataFrame, earlier: dt.date, origin: dt.date, day: dt.date) -> Forecast:
    """Everybody grows as the nation has grown, per day; the own growth beyond that goes on, or a share of it."""
    pair = _pair(counted, earlier, origin)
    ahead, span = (day - origin).days, (origin - earlier).days
    nation, grown = _sum(pair, "later"), _sum(pair, "later") - _sum(pair, "earlier")
    people = pl.col("later").cast(pl.Int128) * MILLIONTHS
    own = (pl.col("later") - pl.col("earlier")).cast(pl.Int128) * MILLIONTHS * ahead // span
    as_nation = people * grown * ahead // (span * nation)
    weights = {AS_THE_NATION: pair.select("region_code", people="later")}
    for method, kept in {**_DAMPED, OWN_TREND: 100}.items():
        moved = people + (own * kept + as_nation * (100 - kept)) // 100
        weights[method] = pair.select("region_code", people=moved)
    total = rounded(nation * span + grown * ahead, span)
    counts = [kept_as_counted(on_day(counted, origin)), in_whole_persons(total, weights)]
    return Forecast(pl.concat(counts), origin, ahead)


def _pair(counted: pl.DataFrame, earlier: dt.date, later: dt.date) -> pl.DataFrame:
    """`region_code, earlier, later`: every territory on two days."""
    pair = (
        on_day(counted, earlier)
        .rename({"population": "earlier"})
        .join(
            on_day(counted, later).rename({"population": "later"}),
            on="region_code",
            how="full",
            coalesce=True,
            validate="1:1",
        )
        .sort("region_code")
    )
    strangers = pair.filter(pl.any_horizontal(pl.all().is_null())).get_column("region_code")
    if len(strangers):
        raise DataRefused(f"population {earlier} and {later}", f"{strangers[0]} was counted on one day only")
    return pair


def _sum(frame: pl.DataFrame, column: str) -> int:
    return int(frame.get_column(column).sum())
