"""The counts on hand that could have stood in a pot's rule: same ages, same territories, another day or series.

Only whole counts of the embedded snapshot that are SCB's own or solved, none that is estimated. What they would do to
the amounts is `sensitivity.py`.
"""

from dataclasses import replace
from typing import Final

import polars as pl

from assets.population.bases import Base
from assets.population.resolve import resolve
from assets.population.snapshot import Series, Snapshot
from schemas.vocabulary import PROXY

# A year and a half: the counts that were out when a year was decided, and the next one.
VINTAGE_MOST_DAYS: Final = 548
_SCHEMA: Final = {"vintage": pl.String, "region_code": pl.String, "population": pl.Int64}


def vintages_near(base: Base, snapshot: Snapshot, recipients: pl.DataFrame) -> pl.DataFrame:
    """`vintage, region_code, population`: each count near the day of `base`, for all its territories.

    A vintage is named by its series and day, such as `county-age5-31-december 2024-12-31`.
    """
    found = [pl.DataFrame(schema=_SCHEMA)]
    for series in snapshot.series.values():
        alone = replace(snapshot, series={series.id: series}, estimates=())
        for date in _days_near(base, series, snapshot):
            answer = resolve(replace(base, table_id=series.table, reference_date=date), alone, recipients)
            # A stand-in would be the count of another day, which has its own turn.
            if answer is not None and answer.counts.filter(pl.col("basis") == PROXY).is_empty():
                name = pl.lit(f"{series.id} {date}").alias("vintage")
                found.append(answer.counts.select(name, "region_code", "population"))
    return pl.concat(found)


def _days_near(base: Base, series: Series, snapshot: Snapshot) -> pl.Series:
    days = snapshot.cells(series).get_column("reference_date").unique().sort()
    return days.filter((days - base.reference_date).dt.total_days().abs() <= VINTAGE_MOST_DAYS)
