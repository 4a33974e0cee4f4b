"""An SCB on this machine, for contenders that fetch: the tests' stand-in, in a process of its own.

    python -m benchmarks.baselines.loopback

Prints its address and answers until its input ends. It is not sparing with calls, since contenders take turns faster
than SCB's limit of calls in ten seconds lets one machine ask.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.harness import ROOT

_MANY_CALLS: Final = 1_000_000


@contextmanager
def loopback_scb() -> Iterator[str]:
    """The address of a stand-in of SCB for as long as the block lasts; its work is not in this process."""
    command = [sys.executable, "-m", "benchmarks.baselines.loopback"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise RuntimeError("the stand-in of SCB did not start")
        yield address


def main() -> None:
    """Serve until the input ends."""
    # Loaded where it serves: a process that measures others stays small.
    from tests.integration.scb_stand_in import StandIn

    with StandIn(max_calls=_MANY_CALLS) as service:
        print(service.v2_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
