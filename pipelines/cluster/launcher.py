"""The run launcher of a cluster: it starts nothing, but leaves runs to the workers and tells whether a run has one.

Named in `deploy/cluster/dagster.yaml`. Dagster's daemon calls it: to launch when a run leaves the queue, and again and
again while it runs (`run_monitoring`), so that the run of a dead worker fails and is tried anew (`run_retries`).
"""

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
from dagster._config.config_schema import UserConfigSchema
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from pipelines.cluster.claims import is_claimed

# The tag of a run that says which worker has taken it.
WORKER_TAG: Final = "kronvis/worker"


class WorkerRunLauncher(RunLauncher[dg.DagsterInstance], ConfigurableClass):
    """Runs wait in the state STARTING until a worker (`worker.py`) claims them."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # untyped in Dagster
        self._postgres_url = postgres_url
        self._inst_data = inst_data

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """What `dagster.yaml` said."""
        return self._inst_data

    @property
    def postgres_url(self) -> str:
        """The database that the workers' claims are in."""
        return self._postgres_url

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """The fields in `dagster.yaml`."""
        return {"postgres_url": dg.StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "WorkerRunLauncher":
        """Made by Dagster from `dagster.yaml`."""
        return cls(inst_data=inst_data, postgres_url=config_value["postgres_url"])

    def launch_run(self, context: LaunchRunContext) -> None:
        """Nothing but a word in the run's log: the state STARTING is what the workers look for."""
        self._instance.report_engine_event("Waits for a worker.", context.dagster_run, cls=type(self))

    def terminate(self, run_id: str) -> bool:
        """Ask the worker to stop; its process looks for that every few seconds. False if there is nothing to stop."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Dagster's monitoring may ask."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """A run that has started and that no worker holds has lost its worker."""
        if is_claimed(self._postgres_url, run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "the worker is gone")


def years_of(run: dg.DagsterRun) -> str:
    """The grant years of a run in words: `2025`, `2016–2026`."""
    first, last = (run.tags.get(f"dagster/asset_partition_range_{end}", "") for end in ("start", "end"))
    return run.tags.get("dagster/partition") or (first if first == last else f"{first}–{last}")
