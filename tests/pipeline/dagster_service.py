"""Dagster as a service on this machine: webserver and daemon as processes, spoken to as the UI does (GraphQL).

Builders only; no assertion about the code under test belongs here.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

import requests

from tests.domain import ROOT

_POLL_SECONDS: Final = 0.5
_START_SECONDS: Final = 90
_LAUNCH: Final = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""
_LOOK: Final = """
query($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status error { message } runs { id status tags { key value } } }
  }
}"""
_RUNNING: Final = ("REQUESTED", "CANCELING", "FAILING")


@dataclass(frozen=True)
class Backfill:
    """A backfill that has ended: how, and the partition tags of each of its runs with the run's status."""

    status: str
    runs: list[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class DagsterService:
    """A running webserver and daemon."""

    url: str

    def ask(self, query: str, variables: Mapping[str, Any]) -> Any:
        """The data of a GraphQL answer."""
        answer = requests.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=30)
        told = answer.json()
        if "errors" in told:
            raise RuntimeError(str(told["errors"]))
        return told["data"]

    def backfill_assets(self, assets: Sequence[str], years: Sequence[int], seconds: float) -> Backfill:
        """As Materialize of several partitions in the asset graph."""
        params = {
            "assetSelection": [{"path": [name]} for name in assets],
            "partitionNames": [str(year) for year in years],
        }
        launched = self.ask(_LAUNCH, {"params": params})["launchPartitionBackfill"]
        if "backfillId" not in launched:
            raise RuntimeError(str(launched))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.ask(_LOOK, {"id": launched["backfillId"]})["partitionBackfillOrError"]
            if found["status"] not in _RUNNING:
                return Backfill(
                    found["status"], [(run["status"], _partition_tags(run["tags"])) for run in found["runs"]]
                )
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"the backfill did not end within {seconds} s: {found}")


def _partition_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    wanted = ("dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    return {tag["key"].removeprefix("dagster/"): tag["value"] for tag in tags if tag["key"] in wanted}


@contextmanager
def dagster_service(home: Path, environment: Mapping[str, str]) -> Iterator[DagsterService]:
    """The service with its state in `home`, for as long as the block lasts; its output lies in `home/*.log`."""
    home.mkdir()
    copyfile(ROOT / "deploy/dagster_home/dagster.yaml", home / "dagster.yaml")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, **environment, "DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    tools = Path(sys.executable).parent
    workspace = ["-w", str(ROOT / "workspace.yaml")]
    commands = {
        "webserver": [str(tools / "dagster-webserver"), *workspace, "-h", "127.0.0.1", "-p", str(port)],
        "daemon": [str(tools / "dagster-daemon"), "run", *workspace],
    }
    started: list[subprocess.Popen[bytes]] = []
    try:
        service = DagsterService(f"http://127.0.0.1:{port}")
        started.append(_started(commands["webserver"], home / "webserver.log", env))
        _wait_for(service, started[0])
        # Only now: two that make the SQLite files of a new instance at the same time spoil them.
        started.append(_started(commands["daemon"], home / "daemon.log", env))
        yield service
    finally:
        for process in started:
            _ended(process)


def _started(command: list[str], log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own, so that what it starts (code servers, runs) can be ended with it.
    with log.open("wb") as out:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)


def _wait_for(service: DagsterService, webserver: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if webserver.poll() is not None:
            raise RuntimeError("the webserver ended before it was ready; see webserver.log")
        try:
            service.ask("{ version }", {})
        except requests.ConnectionError:
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise TimeoutError(f"the webserver did not answer within {_START_SECONDS} s")


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then see to it that nothing of its session is left."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
