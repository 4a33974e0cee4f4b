"""One run of a worker: loads everything, waits for a run in PostgreSQL, claims it, does it, and ends.

Started by `worker.py`, whose end of the standard input says whether a run is still wanted.
"""

import argparse
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import dagster as dg
from dagster._core.execution.run_cancellation_thread import start_run_cancellation_thread
from dagster._grpc.impl import core_execute_run
from dagster._utils.hosted_user_process import recon_job_from_origin

from pipelines.cluster.claims import claim
from pipelines.cluster.launcher import WORKER_TAG, WorkerRunLauncher, years_of
from schemas.errors import UsageError

_LOOK_EVERY_SECONDS: Final = 1.0
_STATEMENT_MILLISECONDS: Final = 60_000
_CONNECTION_SECONDS: Final = 3600
_MORE_CONNECTIONS: Final = 4


def main() -> None:
    """Wait for a run and do it, or end when none is wanted; `UsageError` if the instance leaves no runs to workers."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.cluster.one_run", description=__doc__)
    parser.add_argument("--name", required=True, help="the name of the worker")
    name = parser.parse_args().name
    with dg.DagsterInstance.get() as instance:
        _one_run(instance, name)


def _one_run(instance: dg.DagsterInstance, name: str) -> None:
    launcher = instance.run_launcher
    if not isinstance(launcher, WorkerRunLauncher):
        raise UsageError(
            "this Dagster instance does not leave its runs to workers",
            remedy="let DAGSTER_HOME be a folder with deploy/cluster/dagster.yaml",
        )
    _keep_connections(instance)
    import pipelines.definitions  # noqa: F401, PLC0415 - loaded while waiting, not after

    while not _told_to_stop():
        for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING]), ascending=True):
            with claim(launcher.postgres_url, record.dagster_run.run_id) as is_ours:
                # Between the question and the claim another worker may have done it all.
                run = instance.get_run_by_id(record.dagster_run.run_id)
                if is_ours and run is not None and run.status is dg.DagsterRunStatus.STARTING:
                    _execute(instance, run, name)
                    return


def _keep_connections(instance: dg.DagsterInstance) -> None:
    """One connection for a run's 440 events instead of one for each: a year takes 12–22 s instead of 45–57."""
    for storage in (instance.event_log_storage, instance.run_storage):
        storage.optimize_for_webserver(
            statement_timeout=_STATEMENT_MILLISECONDS, pool_recycle=_CONNECTION_SECONDS, max_overflow=_MORE_CONNECTIONS
        )


def _told_to_stop() -> bool:
    """Wait a moment; whether the worker that started this process wants no more, or is gone."""
    return bool(select.select([sys.stdin], [], [], _LOOK_EVERY_SECONDS)[0])


def _execute(instance: dg.DagsterInstance, run: dg.DagsterRun, name: str) -> None:
    """Do the run; what goes wrong stands in the run's own log and state."""
    instance.add_run_tags(run.run_id, {WORKER_TAG: name})
    instance.report_engine_event(f"Taken by worker {name}.", run)
    _tell(name, run, "takes")
    if run.job_code_origin is None:
        instance.report_run_failed(run, "The run does not say where its code is; launch it from the UI.")
        return
    with _stoppable_from_the_ui(instance, run):
        for _event in core_execute_run(
            recon_job_from_origin(run.job_code_origin), run, instance, inject_env_vars=False
        ):
            pass
    ended = instance.get_run_by_id(run.run_id)
    _tell(name, run, "ended" if ended is None else ended.status.value.lower())


@contextmanager
def _stoppable_from_the_ui(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[None]:
    """A thread looks every few seconds whether the run is to be cancelled, or was declared dead, and interrupts it."""
    thread, ended = start_run_cancellation_thread(instance, run.run_id)
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _tell(name: str, run: dg.DagsterRun, what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {name} {what} {years_of(run)} (run {run.run_id[:8]})", flush=True)  # noqa: T201 - the log of a service is its output


if __name__ == "__main__":
    main()
