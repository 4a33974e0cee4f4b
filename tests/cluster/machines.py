"""A small cluster on this machine: a PostgreSQL of its own, Dagster's daemon, workers that can be killed."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.domain import DATA, ROOT

PATIENCE_SECONDS: Final = 900


@contextmanager
def postgres() -> Iterator[str]:
    """A new, empty PostgreSQL server on loopback with a password; its URL. All of it is gone afterwards."""
    programs = _postgres_programs()
    account: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="kronvis-postgres-"))
    password, port = secrets.token_hex(16), _free_port()
    (folder / "password").write_text(password, encoding="utf-8")
    if account:  # The server refuses to run as root.
        owner = pwd.getpwnam("postgres")
        for path in (folder, folder / "password"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    made: list[str | Path] = [programs / "initdb", "-D", folder / "data", "-U", "kronvis", "-A", "scram-sha-256"]
    subprocess.run(
        [*made, f"--pwfile={folder / 'password'}", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **account,
    )  # fmt: skip
    options = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *options], stdout=log, stderr=log, cwd=folder, **account
        )
    try:
        ready: list[str | Path] = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL answers", 60)
        yield f"postgresql+psycopg2://kronvis:{password}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


def _postgres_programs() -> Path:
    """The folder of the server's programs; Debian keeps them off the path."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *map(Path, os.get_exec_path())]
    for folder in folders:
        if all((folder / program).is_file() for program in ("initdb", "postgres", "pg_isready")):
            return folder
    raise RuntimeError("PostgreSQL's server is not installed; on Debian: apt-get install postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """Folders and processes that share one database and one output folder, as machines would."""

    folder: Path
    postgres_url: str
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.folder / "shared"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DAGSTER_HOME": str(self.folder / "home"),
            "KRONVIS_POSTGRES_URL": self.postgres_url,
            "KRONVIS_DATA": str(DATA),
            "KRONVIS_OUT": str(self.out),
            "KRONVIS_RUN_PER_YEAR": "1",
            "KRONVIS_WAIT_SECONDS": "120",
            "KRONVIS_TABLES_ONLY": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        """A process in a session of its own, as if on another machine; its words go to `<name>.log`."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        return self.processes[name]

    def kill(self, name: str) -> None:
        """What a power cut does to a machine: the worker and the process of its run end at once (SIGKILL)."""
        worker = self.processes[name]
        for pid in (worker.pid, *_children(worker.pid)):
            os.kill(pid, signal.SIGKILL)
        worker.wait()

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill(name)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A database and the daemon, with the very `dagster.yaml` that is deployed; workers are started by the test."""
    with ExitStack() as stack:
        made = Cluster(folder, stack.enter_context(postgres()))
        home = folder / "home"
        home.mkdir()
        shutil.copy(ROOT / "deploy/cluster/dagster.yaml", home)
        stack.callback(made.stop)
        made.start("daemon", "dagster._daemon", "run", "-w", str(ROOT / "workspace.yaml"))
        yield made


def wait_until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer of `holds`; fails when it has not come in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = holds()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
