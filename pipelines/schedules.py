"""Schedules: the runs of a year that come by the calendar, and the check that a year is there when it should be.

The days are those of `data/calendar.yaml`, looked up each morning, so that a changed file needs no restart and a bad
one is told in the tick instead of taking the code location down. Everything is stopped until somebody starts it.
"""

import datetime as dt
from typing import Any, Final
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.due import (
    TIME_ZONE,
    Calendar,
    OccasionFor,
    Opening,
    agreements_on_file,
    overdue_now,
    read_calendar,
    remedy_without_agreement,
)
from pipelines.partitions import GRANT_YEARS
from pipelines.publication import PUBLICATION
from pipelines.settings import Settings
from schemas.errors import DataRefused
from schemas.tables.registry import TABLES

# SCB publishes at 08:00, and its server may give an answer of before for some minutes. Never between 02:00 and 03:00,
# which is missing or comes twice when the clocks change.
_EACH_MORNING: Final = "30 8 * * *"
_FIRST_OF_THE_MONTH: Final = "0 9 1 * *"
_RUN_KEY: Final = "dagster/run_key"
_YEAR_IS_THERE: Final = "year_is_there"
# A run that ended so is asked for again the next morning, as long as its occasion is open.
_TO_BE_REPEATED: Final = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
ALL_TABLES: Final = dg.AssetSelection.assets(*TABLES, PUBLICATION)

Asked = dg.RunRequest | dg.SkipReason


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """All schedules, stopped until somebody starts them in the UI or with `dagster schedule start`."""
    return [_head_counts_due(settings), _agreement_due(settings), _year_is_there_monthly()]


def build_jobs() -> list[Any]:  # their class has no public name
    """The job that only holds the calendar against what is published, and computes nothing."""
    key = dg.AssetCheckKey(dg.AssetKey(PUBLICATION), _YEAR_IS_THERE)
    return [dg.define_asset_job(_YEAR_IS_THERE, dg.AssetSelection.checks(key), description="Computes nothing.")]


def build_year_is_there(settings: Settings) -> dg.AssetChecksDefinition:
    """The check `published_version.year_is_there`; it stops nothing, because what is overdue is no fault of a run."""

    @dg.asset_check(
        asset=PUBLICATION,
        name=_YEAR_IS_THERE,
        description="Every year that data/calendar.yaml expects by today is published.",
        blocking=False,
    )
    def year_is_there() -> dg.AssetCheckResult:
        missing = overdue_now(settings)
        metadata = {"overdue": dg.MetadataValue.json([str(one) for one in missing])}
        description = "\n".join(map(str, missing)) or "Every expected year is published."
        return dg.AssetCheckResult(passed=not missing, description=description, metadata=metadata)

    return year_is_there


def _head_counts_due(settings: Settings) -> dg.ScheduleDefinition:
    @dg.schedule(cron_schedule=_EACH_MORNING, execution_timezone=TIME_ZONE, target=ALL_TABLES)
    def head_counts_due(context: dg.ScheduleEvaluationContext) -> Asked:
        """Recomputes next year when SCB's count of 1 November is due."""
        return _asked(settings, context, "head-counts")

    return head_counts_due


def _agreement_due(settings: Settings) -> dg.ScheduleDefinition:
    @dg.schedule(cron_schedule=_EACH_MORNING, execution_timezone=TIME_ZONE, target=ALL_TABLES)
    def agreement_due(context: dg.ScheduleEvaluationContext) -> Asked:
        """Recomputes a year again when its agreement should have been signed and published."""
        return _asked(settings, context, "agreement")

    return agreement_due


def _year_is_there_monthly() -> dg.ScheduleDefinition:
    @dg.schedule(cron_schedule=_FIRST_OF_THE_MONTH, execution_timezone=TIME_ZONE, job_name=_YEAR_IS_THERE)
    def year_is_there_monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Looks each month whether every year that should be published is."""
        return dg.RunRequest(run_key=f"{_YEAR_IS_THERE}-{_day_in_sweden(context):%Y-%m}")

    return year_is_there_monthly


def _asked(settings: Settings, context: dg.ScheduleEvaluationContext, purpose: OccasionFor) -> Asked:
    """The run that the calendar asks for on the day of the tick, or why there is none and what to do."""
    today = _day_in_sweden(context)
    try:
        calendar = read_calendar(settings.data)
    except DataRefused as error:
        return dg.SkipReason(str(error))
    opening = next((one for occasion in calendar.of(purpose) if (one := occasion.open_on(today))), None)
    if opening is None:
        return dg.SkipReason(_next_time(calendar, purpose, today))
    year = opening.grant_year
    if str(year) not in GRANT_YEARS.get_partition_keys(current_time=context.scheduled_execution_time):
        return dg.SkipReason(f"{year} is before the first grant year")
    if all(on_file != year for _, on_file in agreements_on_file(settings.data)):
        expected = [one.programme for one in calendar.expected] or ["<programme>"]
        return dg.SkipReason(f"no agreement for {year} is on file yet: {remedy_without_agreement(expected, year)}")
    run_key = f"{purpose}-{opening.day}"
    if _was_asked_for(context.instance, run_key):
        return dg.SkipReason(f"{run_key}: {year} has been asked for already")
    return dg.RunRequest(partition_key=str(year), run_key=run_key)


def _was_asked_for(instance: dg.DagsterInstance, run_key: str) -> bool:
    """Whether a run with this key is under way or done. Dagster itself only compares keys within one tick."""
    runs = instance.get_runs(dg.RunsFilter(tags={_RUN_KEY: run_key}))
    return any(run.status not in _TO_BE_REPEATED for run in runs)


def _next_time(calendar: Calendar, purpose: OccasionFor, today: dt.date) -> str:
    """When an occasion opens next, for those who look at why nothing runs."""
    openings: list[Opening] = [
        occasion.opening(year) for occasion in calendar.of(purpose) for year in (today.year, today.year + 1)
    ]
    coming = min((one for one in openings if one.day > today), default=None)
    if coming is None:
        return f"data/calendar.yaml has no occasion for {purpose}"
    return f"not due; {coming.grant_year} is asked for from {coming.day} (data/calendar.yaml)"


def _day_in_sweden(context: dg.ScheduleEvaluationContext) -> dt.date:
    return context.scheduled_execution_time.astimezone(ZoneInfo(TIME_ZONE)).date()
