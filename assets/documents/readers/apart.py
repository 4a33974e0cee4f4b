"""Reading a document in a process of its own, so that a hostile one can neither hang, fill nor crash this one.

Starts `worker.py`, waits no longer and takes no more than `Limits` allow, and turns everything but an answer into a
refusal. What the process prints on standard error is thrown away: it may quote the document.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from assets.documents.readers.contents import Contents, Unreadable, from_json
from assets.documents.readers.kinds import Recognised

_ROOT: Final = Path(__file__).resolve().parents[3]
# Where a Python that is not the system's own may need to look for its libraries.
_INHERITED: Final = ("LD_LIBRARY_PATH",)
_SIMPLER: Final = "open it and save or print it anew, or bring in the part that holds the amounts"
# The clock here ends a process first; its own limit is for when nobody is left to look at the clock.
_LEEWAY: Final = 5
_LONGEST_SHOWN: Final = 120
_UNPRINTABLE: Final = re.compile(r"[^\w .,:;()'/=+-]+")


@dataclass(frozen=True)
class Limits:
    """What reading one document may take: time by the clock, bytes of address space, bytes of the answer."""

    seconds: int = 60
    memory: int = 1_024 * 1_024 * 1_024
    answer: int = 64_000_000


NORMAL: Final = Limits()


def read_apart(document: Recognised, body: bytes, limits: Limits = NORMAL) -> Contents:
    """What the reader of its kind makes of a document; raises `Unreadable`."""
    ended = _run(document.kind, body if document.text is None else document.text.encode(), limits)
    if ended.is_late:
        raise Unreadable(f"takes longer than {limits.seconds} seconds to read", remedy=_SIMPLER)
    if len(ended.answer) > limits.answer:
        raise Unreadable(f"gives more than {limits.answer} bytes when read", remedy=_SIMPLER)
    try:
        answer = json.loads(ended.answer)
    except ValueError:
        what = f"takes too much memory, or makes its reader fail ({_how(ended.status)})"
        raise Unreadable(what, remedy=_SIMPLER) from None
    return _contents(answer, limits)


def _how(status: int) -> str:
    return f"exit {status}" if status >= 0 else signal.strsignal(-status) or f"signal {-status}"


def _contents(answer: dict[str, Any], limits: Limits) -> Contents:
    if "refused" in answer:
        what, remedy = answer["refused"]
        raise Unreadable(what, remedy=remedy)
    if answer.get("failed") == MemoryError.__name__:
        raise Unreadable(f"takes more than {limits.memory} bytes of memory to read", remedy=_SIMPLER)
    if "failed" in answer:
        shown = _UNPRINTABLE.sub(" ", answer["failed"])[:_LONGEST_SHOWN].strip()
        raise Unreadable(f"is damaged, or made in an unknown way ({shown})", remedy=_SIMPLER)
    return from_json(answer)


@dataclass(frozen=True)
class _Ended:
    """How a process ended; `status` is minus the signal that ended it, if one did."""

    answer: bytes
    status: int
    is_late: bool


def _run(kind: str, body: bytes, limits: Limits) -> _Ended:
    command = [sys.executable, "-s", "-B", "-m", "assets.documents.readers.worker"]
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603 - the command is ours; the document comes on standard input
        [*command, kind, str(limits.memory), str(limits.seconds + _LEEWAY)],
        cwd=_ROOT,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        timer = threading.Timer(limits.seconds, _stop, (process, late))
        timer.start()
        try:
            answer = _exchange(process, body, limits.answer)
            status = process.wait()
        finally:
            timer.cancel()
            process.kill()
    return _Ended(answer, status, late.is_set())


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], body: bytes, most: int) -> bytes:
    """Hand over `body` and take the answer, or its first `most` + 1 bytes; the process reads all before it answers."""
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    # A process that has ended takes nothing more; how it ended is seen later.
    with contextlib.suppress(BrokenPipeError), stdin:
        stdin.write(body)
    answer = stdout.read(most + 1)
    if len(answer) > most:
        process.kill()
    return answer
