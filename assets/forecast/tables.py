"""The stage's two tables from what is on file: the candidates of all open years, and the back-test behind them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.allocation.base_amounts import POT
from assets.allocation.year import split_of_year
from assets.forecast.amounts import asked_bases, candidate_rules, compared, forecast_rows
from assets.forecast.assumptions import Candidate, Plan, is_open, read_plan, require_pots
from assets.forecast.backtest import backtest_of, errors_of, reaches_of
from assets.forecast.forecast import BaseForecast, forecast_base
from assets.forecast.history import History, read_history
from assets.population.bases import Base
from assets.population.recipients import Register, recipients_of
from assets.population.snapshot import Snapshot
from assets.population.source import PopulationSource
from schemas.tables.forecast import FORECAST, FORECAST_BACKTEST


@dataclass(frozen=True)
class ForecastInputs:
    """What is assumed, and all counts on hand; the methods' past errors are worked out when first asked for."""

    plan: Plan
    history: History

    @cached_property
    def errors(self) -> pl.DataFrame:
        """The back-test's rows (`backtest.errors_of`)."""
        return errors_of(self.history, self.plan.parameters)

    @cached_property
    def reaches(self) -> dict[str, int]:
        """How far each used method's errors reach."""
        return reaches_of(self.errors, self.plan.parameters.interval_percent)


@dataclass(frozen=True)
class OnFile:
    """Agreements, recipients and population as the earlier stages read them; each year is split once."""

    agreements: AgreementFiles
    register: Register
    source: PopulationSource
    _splits: dict[int, tuple[pl.DataFrame, pl.DataFrame]] = field(default_factory=dict, repr=False)

    def split(self, year: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """`allocations` and `rules` of a year."""
        if year not in self._splits:
            self._splits[year] = split_of_year(year, self.agreements, self.register, self.source)[:2]
        return self._splits[year]

    def holds_forecasts(self, programme: str, year: int) -> bool:
        """Whether `year` is the programme's latest agreement year, the one that forecasts are made from."""
        return year == max(self.agreements.years(programme))


def read_inputs(folder: Path, snapshot: Snapshot) -> ForecastInputs:
    """The plan in `folder` (`data/forecast`) and the history in `snapshot`."""
    plan = read_plan(folder)
    return ForecastInputs(plan, read_history(snapshot, plan.parameters.known_after_days.model_dump()))


def forecasts_of(year: int, inputs: ForecastInputs, on_file: OnFile) -> pl.DataFrame:
    """The table `forecast` of a grant year: every candidate of every open target year; empty for all but the latest."""
    rows, bases = [FORECAST.empty()], dict[Base, BaseForecast]()
    for candidate in inputs.plan.candidates:
        if on_file.holds_forecasts(candidate.programme, year) and is_open(candidate, on_file.agreements):
            rows += [_forecast_of(candidate, year, inputs, on_file, bases)]
    return pl.concat(rows).sort(FORECAST.key)


def backtests_of(year: int, inputs: ForecastInputs, on_file: OnFile) -> pl.DataFrame:
    """The table `forecast_backtest` of a grant year; empty for all but the one that holds forecasts."""
    candidates = [one for one in inputs.plan.candidates if on_file.holds_forecasts(one.programme, year)]
    if not candidates:
        return FORECAST_BACKTEST.empty()
    rules_year = max(candidate.rules_year for candidate in candidates)
    shared = _shared_by_population(rules_year, {one.programme for one in candidates}, on_file)
    return backtest_of(inputs.errors, year, inputs.plan.parameters.interval_percent, shared)


def _forecast_of(
    candidate: Candidate, year: int, inputs: ForecastInputs, on_file: OnFile, bases: dict[Base, BaseForecast]
) -> pl.DataFrame:
    """The rows of one candidate; head counts already made are in `bases`, new ones are put there."""
    require_pots(candidate, on_file.agreements)
    rules = candidate_rules(candidate, on_file.agreements)
    recipients = recipients_of(on_file.register, candidate.target_year)
    for base in sorted(asked_bases(rules) - set(bases)):
        on_hand = on_file.source.answer(base, recipients)
        bases[base] = forecast_base(base, on_hand, inputs.history, inputs.plan.parameters, inputs.reaches)
    allocations, _ = on_file.split(candidate.rules_year)
    return compared(forecast_rows(candidate, rules, recipients, bases, inputs.plan), year, allocations)


def _shared_by_population(year: int, programmes: set[str], on_file: OnFile) -> dict[str, int]:
    """Kronor that a year's rules share by population, by age band."""
    allocations, rules = on_file.split(year)
    fixed = allocations.group_by(POT).agg(pl.col("base_sek").sum())
    by_ages = (
        rules.filter(pl.col("ages").is_not_null(), pl.col("programme").is_in(list(programmes)))
        .join(fixed, on=POT, validate="1:1")
        .group_by("ages")
        .agg((pl.col("amount_sek") - pl.col("base_sek")).sum())
    )
    return dict(by_ages.iter_rows())
