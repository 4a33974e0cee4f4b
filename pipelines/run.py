"""The main job from a program: all assets and checks for some grant years, in this process.

One Dagster run covers each unbroken range of years. What is published and what it holds is `summary.py`.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from os import environ
from typing import Final

import dagster as dg

from assets.storage.publishing import PublishedVersion, current_version
from pipelines.build import build_defs
from pipelines.settings import Settings
from schemas.errors import DataRefused, KronvisError

_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_RANGE_START: Final = "dagster/asset_partition_range_start"
_RANGE_END: Final = "dagster/asset_partition_range_end"

# Called with the name of a finished step, and how many there are in all.
OnStep = Callable[[str, int], None]


def run_years(settings: Settings, years: Iterable[int], on_step: OnStep) -> PublishedVersion:
    """Compute, check and publish `years`; raises `KronvisError` if anything is refused, and publishes nothing.

    With `DAGSTER_HOME` set the run is recorded there and seen in the UI; otherwise it leaves no trace.
    """
    before = current_version(settings.out)
    job = build_defs(settings).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.get() if environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance:
        for first, last in _ranges(years):
            _run_range(job, instance, first, last, on_step)
    version = current_version(settings.out)
    if version is None:
        raise RuntimeError(f"the run succeeded but {settings.out / 'current'} is not there")
    return replace(version, is_new=before is None or before.id != version.id)


def _run_range(job: dg.JobDefinition, instance: dg.DagsterInstance, first: int, last: int, on_step: OnStep) -> None:
    run_id = str(uuid.uuid4())
    steps = len(job.graph.nodes)
    instance.add_event_listener(run_id, lambda event: _tell(event, steps, on_step))
    try:
        result = job.execute_in_process(
            run_id=run_id,
            instance=instance,
            run_config=_QUIET,
            tags={_RANGE_START: str(first), _RANGE_END: str(last)},
            raise_on_error=True,
        )
    except Exception as error:
        refusal = _refusal_behind(error)
        if refusal is None:
            raise
        raise refusal from error
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    if failed or not result.success:
        names = "\n  ".join(f"{check.asset_key.path[-1]}.{check.check_name}: {check.description}" for check in failed)
        raise DataRefused(f"years {first}–{last}", f"nothing was published, checks failed:\n  {names}")


def _tell(event: dg.EventLogEntry, steps: int, on_step: OnStep) -> None:
    dagster_event = event.dagster_event
    if dagster_event is not None and dagster_event.is_step_success and dagster_event.step_key is not None:
        on_step(dagster_event.step_key, steps)


def _refusal_behind(error: BaseException | None) -> KronvisError | None:
    """Our own error among the causes of one that Dagster wrapped."""
    while error is not None:
        if isinstance(error, KronvisError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _ranges(years: Iterable[int]) -> list[tuple[int, int]]:
    """`2016, 2017, 2019` → (2016, 2017), (2019, 2019)."""
    runs = groupby(enumerate(sorted(set(years))), key=lambda pair: pair[1] - pair[0])
    members = [[year for _, year in group] for _, group in runs]
    return [(group[0], group[-1]) for group in members]
