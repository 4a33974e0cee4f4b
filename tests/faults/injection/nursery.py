"""A process that has everything imported and forks a child for each fault: milliseconds instead of seconds.

    python -m tests.faults.injection.nursery      jobs as JSON on stdin; pid and exit code of each child on stdout

It must never use polars itself, whose threads would be missing in the children.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.domain import ROOT

TOLD_BUG = 70


@dataclass(frozen=True)
class Job:
    """What a child does, in which world, and how it is disturbed (see `disturbed.py`).

    `notes` is the beginning of the path of what is noted of it, outside the world.
    """

    operation: str
    world: str
    notes: str
    how: dict[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> Path:
        """What the child had to say."""
        return Path(f"{self.notes}.told")

    @property
    def steps(self) -> Path:
        """How many steps it took, or what was not flushed when it was struck; as JSON."""
        return Path(f"{self.notes}.steps")


class Nursery:
    """The nursery as its user sees it: one child at a time."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.injection.nursery"]
        environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._line()
        self.pid = 0

    def start(self, job: Job) -> None:
        """Begin a job; `pid` is that of the child."""
        assert self._process.stdin is not None
        # The child may be gone before it says anything.
        job.told.touch()
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._line())

    def signal_after(self, seconds: float, number: signal.Signals) -> None:
        """Send a signal to the child at a certain instant; nothing if it has ended by then."""
        time.sleep(seconds)
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def ended(self) -> int:
        """Wait for the child; its exit code, or minus the signal that ended it."""
        return int(self._line())

    def close(self) -> None:
        """End the nursery."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the nursery has ended with {self._process.wait()}")
        return line.strip()


def main() -> None:
    """Fork a child per line of stdin."""
    # Imported here: whoever only speaks to a nursery needs none of it.
    from tests.faults.injection.disturbed import live, warm

    warm()
    print("ready", flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        job = Job(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            live(job)
        print(pid, flush=True)  # noqa: T201 - the protocol
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main()
