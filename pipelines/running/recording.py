"""Where Dagster records a run: in the instance of `DAGSTER_HOME`, or in memory for as long as the run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Any, Final

import dagster as dg
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.event_log.schema import AssetKeyTable, SqlEventLogStorageMetadata
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage
from dagster_shared.check import CheckError
from yaml import YAMLError

from schemas.errors import CannotPublish, UsageError

_MAKE_IT: Final = "make it, with its whole path, or unset DAGSTER_HOME"
_AS_OURS: Final = "cp deploy/dagster_home/dagster.yaml $DAGSTER_HOME/, or unset DAGSTER_HOME"


def instance_of_run() -> dg.DagsterInstance:
    """The instance that `DAGSTER_HOME` names, where the UI sees the run; else one that leaves no trace.

    `UsageError` if it names no folder, `CannotPublish` if Dagster cannot be set up as its `dagster.yaml` says.
    """
    home = environ.get("DAGSTER_HOME")
    if not home:
        return _in_memory()
    if not (Path(home).is_absolute() and Path(home).is_dir()):
        raise UsageError(f"DAGSTER_HOME {home!r} is no folder, or not its whole path", remedy=_MAKE_IT)
    try:
        return dg.DagsterInstance.get()
    except (dg.DagsterError, CheckError, YAMLError) as error:
        # What it says may quote a password of dagster.yaml; its kind does not.
        what = f"Dagster cannot be set up as this file says: {type(error).__name__}"
        raise CannotPublish(str(Path(home) / "dagster.yaml"), what, remedy=_AS_OURS) from error


def _in_memory() -> dg.DagsterInstance:
    """As `DagsterInstance.ephemeral()`, but for how it keeps events."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]  # untyped in Dagster
        run_storage=InMemoryRunStorage(),
        event_storage=_EventsOverOneConnection(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )


class _EventsOverOneConnection(InMemoryEventLogStorage):
    """Events in an SQLite database in memory, over the connection that holds it.

    Dagster's own opens a connection for each statement and asks each time which tables and columns there are: 4,000
    connections for the thousand events of a run.
    """

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table: all are made at the beginning."""
        return table_name in SqlEventLogStorageMetadata.tables

    def _has_asset_key_col_on_connection(self, conn: Any, column_name: str) -> bool:  # noqa: ARG002 - Dagster's
        return column_name in AssetKeyTable.c
