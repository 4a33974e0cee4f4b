"""A worker takes runs that wait in PostgreSQL, one at a time: `python -m pipelines.worker`, on any number of machines.

Each run has a process of its own, which loads everything first and then waits for a run: nothing is remembered from
one run to the next, and what a run leaks is gone with it. The process ends after its run; the worker starts another.
"""

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import dagster as dg
from dagster._core.execution.run_cancellation_thread import start_run_cancellation_thread
from dagster._core.origin import JobPythonOrigin
from dagster._grpc.impl import core_execute_run
from dagster._utils.hosted_user_process import recon_job_from_origin

from pipelines.claims import claim
from pipelines.launcher import WorkerRunLauncher
from pipelines.spread import years_of
from schemas.errors import UsageError

WORKER_TAG: Final = "kronvis/worker"
_LOOK_EVERY_SECONDS: Final = 1.0
_FAILURES_IN_A_ROW: Final = 5
_STATEMENT_MILLISECONDS: Final = 60_000
_CONNECTION_SECONDS: Final = 3600
_MORE_CONNECTIONS: Final = 4


def main() -> int:
    """Take runs until told to stop (SIGTERM, SIGINT): the run at hand is finished first."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.worker", description=__doc__)
    parser.add_argument("--name", default=f"{socket.gethostname()}-{os.getpid()}", help="how runs name this worker")
    parser.add_argument("--one-run", action="store_true", help="wait for one run, do it and end")
    arguments = parser.parse_args()
    if not arguments.one_run:
        return _keep_going(arguments.name)
    with dg.DagsterInstance.get() as instance:
        _one_run(instance, arguments.name)
    return 0


def _keep_going(name: str) -> int:
    """One process per run, until told to stop; 70 if they keep failing without an end."""
    command = [sys.executable, "-m", "pipelines.worker", "--one-run", "--name", name]
    stopping = threading.Event()
    failures = 0
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _signal, _frame: stopping.set())
    while not stopping.is_set() and failures < _FAILURES_IN_A_ROW:
        # In a session of its own, so that Ctrl-C in a terminal reaches the worker and not the run.
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603
            while process.poll() is None and not stopping.wait(_LOOK_EVERY_SECONDS):
                pass
        # Leaving the block closes the process's standard input: idle it ends, with a run it finishes that first.
        failures = failures + 1 if process.returncode else 0
    return 0 if stopping.is_set() else 70


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
    """One connection for a run's thousand events instead of one for each: a year takes 12 s instead of 45."""
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
    with _stoppable_from_the_ui(instance, run):
        for _event in core_execute_run(recon_job_from_origin(_origin(run)), run, instance, inject_env_vars=False):
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


def _origin(run: dg.DagsterRun) -> JobPythonOrigin:
    """Where the code of the run is: the same place in every machine's image."""
    if run.job_code_origin is None:
        raise UsageError(f"run {run.run_id} does not say where its code is", remedy="launch it from the UI again")
    return run.job_code_origin


def _tell(name: str, run: dg.DagsterRun, what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {name} {what} {years_of(run)} (run {run.run_id[:8]})", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
