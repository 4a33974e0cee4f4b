"""The main job from a program: all assets and checks for some grant years, in this process.

One Dagster run covers each unbroken range of years. What a run published is told by `answers/summary.py`.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from os import environ
from typing import Any, Final

import dagster as dg
from sqlalchemy.exc import DatabaseError

from assets.storage.published import PublishedVersion, current_version
from pipelines.build import build_defs
from pipelines.partitions import GRANT_YEARS
from pipelines.running.recording import instance_of_run
from pipelines.settings import Settings
from pipelines.sources import scb_access
from schemas.errors import CannotPublish, DataRefused, KronvisError

_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_NOTHING_PUBLISHED: Final = "nothing was published; the version before is as it was"
_FREE_AND_RETRY: Final = "the published version is as it was; see to space and permissions, then run again"
_RECORD_ANEW: Final = (
    "the published version is as it was; move what lies beside dagster.yaml away, or run without DAGSTER_HOME"
)
_RANGE_START: Final = "dagster/asset_partition_range_start"
_RANGE_END: Final = "dagster/asset_partition_range_end"

# Called with the name of a finished step, and how many there are in all.
OnStep = Callable[[str, int], None]
# Called with each count that has been fetched.
OnFetched = Callable[[str], None]


def run_years(
    settings: Settings, years: Iterable[int], on_step: OnStep, on_fetched: OnFetched = lambda _told: None
) -> PublishedVersion:
    """Fetch if the source is SCB, compute, check and publish `years`.

    Raises `KronvisError` if anything of an unbroken range of years is refused; nothing of that range is then
    published. With `DAGSTER_HOME` set the run is recorded there and seen in the UI; otherwise it leaves no trace.
    """
    chosen = sorted(set(years))
    _require_partitions(chosen)
    before = current_version(settings.out)
    job = build_defs(settings, _watched(settings, on_fetched)).resolve_implicit_global_asset_job_def()
    try:
        with instance_of_run() as instance:
            for first, last in _ranges(chosen):
                _run_range(job, instance, first, last, on_step)
    except DatabaseError as error:
        what = f"Dagster's record of runs cannot be used: {error.orig}"
        raise CannotPublish(environ.get("DAGSTER_HOME", ""), what, remedy=_RECORD_ANEW) from error
    version = current_version(settings.out)
    if version is None:
        raise RuntimeError(f"the run succeeded but {settings.out / 'current'} is not there")
    return replace(version, is_new=before is None or before.id != version.id)


def _require_partitions(years: Iterable[int]) -> None:
    """A file may be named after any year; Dagster knows those up to the next by this machine's clock."""
    known = GRANT_YEARS.get_partition_keys()
    for year in years:
        if str(year) not in known:
            remedy = f"grant years are {known[0]} to {known[-1]}, next year's among them; look at file name and clock"
            raise DataRefused(f"data/agreements/<programme>/{year}.yaml", "is of no grant year", remedy=remedy)


def _watched(settings: Settings, on_fetched: OnFetched) -> dict[str, Any]:
    """The way to SCB, telling of each count it has fetched."""
    if settings.source != "scb":
        return {}
    return {"scb": replace(scb_access(settings), on_fetched=lambda outcome: on_fetched(str(outcome.base)))}


def _run_range(job: dg.JobDefinition, instance: dg.DagsterInstance, first: int, last: int, on_step: OnStep) -> None:
    run_id = str(uuid.uuid4())
    watcher = _Watcher(len(job.graph.nodes), on_step)
    instance.add_event_listener(run_id, watcher)
    try:
        # The time is the same for the whole run, and so is the last partition there is.
        with dg.partition_loading_context():
            job.execute_in_process(
                run_id=run_id,
                instance=instance,
                run_config=_QUIET,
                tags={_RANGE_START: str(first), _RANGE_END: str(last)},
            )
    except dg.DagsterExecutionInterruptedError:
        # What Dagster makes of Ctrl-C, and what nobody but Dagster knows.
        raise KeyboardInterrupt from None
    except Exception as error:
        if watcher.failed_checks:
            raise DataRefused(
                f"years {first}–{last}",
                "checks failed:\n  " + "\n  ".join(watcher.failed_checks),
                remedy=_NOTHING_PUBLISHED,
            ) from error
        refusal = _refusal_behind(error)
        if refusal is None:
            raise
        raise refusal from error


class _Watcher:
    """Listens to the events of a run: counts finished steps, notes failed checks."""

    def __init__(self, steps: int, on_step: OnStep) -> None:
        self.failed_checks: list[str] = []
        self._steps = steps
        self._on_step = on_step

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            return
        if event.is_step_success and event.step_key is not None:
            self._on_step(event.step_key, self._steps)
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if check.blocking and not check.passed:
                self.failed_checks.append(f"{check.asset_key.path[-1]}.{check.check_name}: {check.description}")


def _refusal_behind(error: BaseException) -> KronvisError | None:
    """Our own error, or the system's refusal to write, among the causes of an error that Dagster wrapped."""
    for cause in _causes(error):
        if isinstance(cause, KronvisError):
            return cause
        if isinstance(cause, OSError):
            where = str(cause.filename or "the output folder")
            return CannotPublish(
                where, f"could not be written or read: {cause.strerror or cause}", remedy=_FREE_AND_RETRY
            )
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The chain of causes, each once: contexts can form a circle."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _ranges(years: Iterable[int]) -> list[tuple[int, int]]:
    """`2016, 2017, 2019` → (2016, 2017), (2019, 2019)."""
    runs = groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])
    members = [[year for _, year in group] for _, group in runs]
    return [(group[0], group[-1]) for group in members]
