"""Where head counts come from, as the rest of the stage sees it: ask for a base, get counts that say what they are.

The embedded snapshot answers in `resolve.py`, SCB's archived cells in `scb/source.py`.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl

from assets.population.bases import AskedBases, Base
from schemas.errors import DataRefused
from schemas.tables.population import POPULATION, POPULATION_BACKTEST

# What a source says of each territory; the base that was asked for makes the rest of a row of `population`.
COUNTS: Final = (
    "region_code",
    "population",
    "basis",
    "population_date",
    "is_perturbed",
    "source",
    "derived_from",
    "extracted_at",
    "sha256",
)


@dataclass(frozen=True)
class Answer:
    """Counts for one base, with at least the columns `COUNTS`; for an estimate also how well its method does."""

    counts: pl.DataFrame
    backtest: pl.DataFrame | None = None


class PopulationSource(Protocol):
    """Answers bases. `name` is what the manifest and messages call it."""

    @property
    def name(self) -> str:
        """`embedded`, `scb` or `archive`."""
        ...

    def answer(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
        """Counts for all territories of `base` among `recipients`; None if there are none."""
        ...

    def without_answer(self, base: Base) -> DataRefused:
        """Why there is no answer and what to do."""
        ...


def population_of(
    year: int, asked: AskedBases, source: PopulationSource, recipients: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables `population` and `population_backtest` of a grant year.

    Raises `DataRefused` if a required base cannot be answered; a display base is then left out.
    """
    rows, tests = [POPULATION.empty()], [POPULATION_BACKTEST.empty()]
    for base in sorted(asked.required | asked.display):
        answer = source.answer(base, recipients)
        if answer is None and base in asked.required:
            raise source.without_answer(base)
        if answer is not None:
            rows.append(_population_rows(year, base, answer.counts))
            tests.append(_backtest_rows(year, base, answer.backtest))
    return pl.concat(rows).sort(POPULATION.key), pl.concat(tests).sort(POPULATION_BACKTEST.key)


def _population_rows(year: int, base: Base, counts: pl.DataFrame) -> pl.DataFrame:
    asked = _asked(year, base).with_columns(pl.lit(base.region_type).alias("region_type"))
    return asked.join(counts.select(COUNTS), how="cross").select(POPULATION.schema.names())


def _backtest_rows(year: int, base: Base, errors: pl.DataFrame | None) -> pl.DataFrame:
    if errors is None:
        return POPULATION_BACKTEST.empty()
    return _asked(year, base).join(errors, how="cross").select(POPULATION_BACKTEST.schema.names())


def _asked(year: int, base: Base) -> pl.DataFrame:
    names = ("year", "reference_date", "table_id", "ages")
    row = (year, base.reference_date, base.table_id, base.ages)
    return pl.DataFrame([row], {name: POPULATION.schema[name] for name in names}, orient="row")
