"""A worker takes runs that wait in PostgreSQL, one at a time, on any machine: `python -m pipelines.cluster.worker`.

Each run has a process of its own (`one_run.py`), which loads everything first and then waits for a run: nothing is
remembered from one run to the next, and what a run leaks is gone with it. When it has ended the worker starts another.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Final

_LOOK_EVERY_SECONDS: Final = 0.2
_FAILURES_IN_A_ROW: Final = 5
_EXIT_BUG: Final = 70


def main() -> int:
    """Take runs until told to stop (SIGTERM, SIGINT), the run at hand finished first; 70 if processes keep failing."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.cluster.worker", description=__doc__)
    parser.add_argument("--name", default=f"{socket.gethostname()}-{os.getpid()}", help="how runs name this worker")
    command = [sys.executable, "-m", "pipelines.cluster.one_run", "--name", parser.parse_args().name]
    stopping = threading.Event()
    failures = 0
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _signal, _frame: stopping.set())
    while not stopping.is_set() and failures < _FAILURES_IN_A_ROW:
        # In a session of its own, so that Ctrl-C in a terminal reaches the worker and not the run.
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603 - the command is ours
            while process.poll() is None and not stopping.wait(_LOOK_EVERY_SECONDS):
                pass
        # Leaving the block closes the process's standard input: idle it ends, with a run it finishes that first.
        failures = failures + 1 if process.returncode else 0
    return 0 if stopping.is_set() else _EXIT_BUG


if __name__ == "__main__":
    sys.exit(main())
