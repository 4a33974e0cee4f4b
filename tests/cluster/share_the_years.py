"""All years shared by two workers, one of them killed midway: the result is byte for byte that of one process.

Not part of `make test`: it starts a PostgreSQL server, Dagster's daemon and workers, and takes minutes. Run by
`make test-cluster`, which prints who did what.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import pytest

from pipelines.cluster.launcher import WORKER_TAG, years_of
from pipelines.settings import Settings
from tests.cluster.machines import Cluster, cluster, wait_until
from tests.domain import DATA
from tests.published import ALL_YEARS, Published

_WHICH_RUN_IS_LOST = 3


@pytest.fixture
def two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path) as made:
        for name in ("DAGSTER_HOME", "KRONVIS_POSTGRES_URL"):
            monkeypatch.setenv(name, made.environment[name])
        made.start("worker-a", "pipelines.cluster.worker", "--name", "worker-a")
        made.start("worker-b", "pipelines.cluster.worker", "--name", "worker-b")
        yield made


def test_a_worker_killed_midway_costs_time_and_nothing_else(two_workers: Cluster, history: Published) -> None:
    began = time.monotonic()
    asking = two_workers.start(
        "spread", "pipelines.cluster.spread", "--first", str(min(ALL_YEARS)), "--last", str(max(ALL_YEARS))
    )
    with dg.DagsterInstance.get() as instance:
        lost = wait_until(lambda: _midway(instance, two_workers.out, "worker-b"), "worker-b is in the middle of a year")
        killed_after = time.monotonic() - began
        two_workers.kill("worker-b")
        killed_at = time.time()
        wait_until(lambda: asking.poll() is not None, "the backfill ends")
        seconds = time.monotonic() - began
        records = instance.get_run_records(ascending=True)
        _tell(instance, records, killed_after, seconds)
        ended = instance.get_run_record_by_id(lost.run_id)
    assert asking.returncode == 0, two_workers.said("spread")
    # The year was lost with its worker, noticed, and done by the other.
    assert ended is not None
    assert ended.dagster_run.status is dg.DagsterRunStatus.FAILURE
    assert ended.end_time is not None
    assert ended.end_time - killed_at < 30
    again = [one.dagster_run for one in records if one.dagster_run.parent_run_id == lost.run_id]
    assert [(run.status, run.tags[WORKER_TAG]) for run in again] == [(dg.DagsterRunStatus.SUCCESS, "worker-a")]
    # Both had a share of the years, and no year was done twice but the lost one.
    tables = [one.dagster_run for one in records if _makes_tables(one.dagster_run)]
    assert {run.tags[WORKER_TAG] for run in tables} == {"worker-a", "worker-b"}
    assert sorted(years_of(run) for run in tables) == sorted([*map(str, ALL_YEARS), years_of(lost)])
    shared = Published(Settings(DATA, two_workers.out, tables_only=True))
    assert shared.hashes() == history.hashes()
    assert shared.version.manifest["content_sha256"] == history.version.manifest["content_sha256"]


def _midway(instance: dg.DagsterInstance, out: Path, worker: str) -> dg.DagsterRun | None:
    """A run of `worker`, not its first, that has written some of its year's tables and has more to write."""
    taken = instance.get_runs(dg.RunsFilter(tags={WORKER_TAG: worker}))
    if len(taken) < _WHICH_RUN_IS_LOST:
        return None
    for run in (one for one in taken if one.status is dg.DagsterRunStatus.STARTED):
        written = len(list((out / "work").glob(f"*/*_{years_of(run)}.parquet")))
        if _makes_tables(run) and 3 <= written < 20:
            return run
    return None


def _makes_tables(run: dg.DagsterRun) -> bool:
    return len(run.asset_selection or ()) > 1


def _tell(instance: dg.DagsterInstance, records: Sequence[dg.RunRecord], killed_after: float, seconds: float) -> None:
    """The log of the test: who did which years, from which second to which, and how it ended."""
    start = min(one.create_timestamp.timestamp() for one in records)
    lines = ["years      what     worker    from s   to s  ended    retry of"]
    for one in records:
        run = one.dagster_run
        span = f"{(one.start_time or start) - start:6.1f} {(one.end_time or start) - start:6.1f}"
        what = "tables" if _makes_tables(run) else "publish"
        worker, parent = run.tags.get(WORKER_TAG, "–"), (run.parent_run_id or "")[:8]
        lines.append(f"{years_of(run):<10} {what:<8} {worker:<9} {span}  {run.status.value.lower():<8} {parent}")
    lines.append(f"worker-b killed (SIGKILL) {killed_after:.1f} s after asking; all done after {seconds:.1f} s")
    lines.append(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    print("\n" + "\n".join(lines))  # noqa: T201 - `make test-cluster` shows it
