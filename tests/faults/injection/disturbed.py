"""Inside the child: the disturbance is put in place, then the operation runs into it.

`how` of a job: `at` and `then` (what happens at the n-th step that changes the disk: `kill`, `cut`, or the name of an
errno), `no_links`, `file_limit` (bytes) with `limit_kills`, `uid`, `clock` (seconds to add), `environment`, `threads`.
"""

import datetime as dt
import errno
import json
import locale
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

from assets.storage import publishing
from schemas.contract import pandera_schema
from schemas.errors import KronvisError
from tests.faults.injection.nursery import TOLD_BUG, Job
from tests.faults.injection.world import OPERATIONS, TABLES, World

REFUSED: Final = 1
INTERRUPTED: Final = 130
_CHANGING: Final = {"os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "os.truncate"}
_CREATES: Final = os.O_CREAT | os.O_TRUNC
_fsync = os.fsync


def warm() -> None:
    """Load what the first use of contracts would load; polars is not used."""
    import pandera.backends.polars.builtin_checks
    from pandera.backends.polars.register import register_polars_backends

    assert pandera.backends.polars.builtin_checks
    register_polars_backends()
    for table in TABLES.values():
        pandera_schema(table)


def live(job: Job) -> NoReturn:
    """Do the job and end the process as the command line would."""
    with job.told.open("w", encoding="utf-8") as told:
        os.dup2(told.fileno(), 2)
    code = TOLD_BUG
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        steps = disturb(job)
        OPERATIONS[job.operation](World(Path(job.world)))
        steps.over()
        code = 0
    except (KronvisError, OSError) as error:
        code = REFUSED
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:  # noqa: BLE001 - told as a bug, whatever it is
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def disturb(job: Job) -> "Steps":
    """Put all of `how` in place."""
    how = job.how
    if "environment" in how:
        os.environ.update(how["environment"])
        time.tzset()
        if "LC_ALL" in how["environment"]:
            locale.setlocale(locale.LC_ALL, how["environment"]["LC_ALL"])
    if "clock" in how:
        move_clock(how["clock"])
    if how.get("no_links"):
        os.link = _no_links
    if "file_limit" in how:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if how.get("limit_kills") else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (how["file_limit"],) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    steps = Steps(job)
    sys.addaudithook(steps.audit)
    os.fsync = steps.fsync  # type: ignore[assignment]  # only descriptors are flushed here
    if "uid" in how:
        # What is noted is still ours to write.
        job.steps.touch()
        os.chown(job.steps, how["uid"], how["uid"])
        os.setgid(how["uid"])
        os.setuid(how["uid"])
    return steps


def _no_links(*_args: object, **_options: object) -> NoReturn:
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def move_clock(seconds: float) -> None:
    """The clock of this process says another time from now on: to `time`, and to publishing, which names versions.

    The class `datetime` itself stays as it is for everybody else; others look at what it is.
    """
    real: Callable[[], float] = time.time

    class Moved(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Moved":
            return cls.fromtimestamp(real() + seconds, tz)

    moved = ModuleType("datetime")
    vars(moved).update({**vars(dt), "datetime": Moved})
    vars(publishing)["dt"] = moved
    time.time = lambda: real() + seconds


class Steps:
    """Counts the steps that change files of the world; at the chosen one the fault strikes, before it is done.

    Also knows which files have bytes that a power cut would take, because nobody has flushed them.
    """

    def __init__(self, job: Job) -> None:
        self._world = f"{job.world}/"
        self._at = job.how.get("at")
        self._then = job.how.get("then")
        self._log = job.steps
        self._count = 0
        self._unflushed: set[str] = set()

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Called by Python before each step that it takes."""
        if event == "open":
            path, flags = args[0], args[2]
            if self._is_ours(path) and flags & _CREATES:
                self._step()
                self._unflushed.add(os.fspath(path))
        elif event in _CHANGING and (self._is_ours(args[0]) or self._is_ours(args[1] if event == "os.symlink" else "")):
            self._step()
            self._follow(event, args)

    def fsync(self, descriptor: int) -> None:
        """Flushing is a step too."""
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if self._is_ours(path):
            self._step()
        _fsync(descriptor)
        self._unflushed.discard(path)

    def over(self) -> None:
        """The operation has ended; what is left unflushed may still be lost."""
        if self._then == "cut" and self._at is not None:
            self._strike()
        self._log.write_text(json.dumps({"count": self._count}), encoding="utf-8")

    def _is_ours(self, path: Any) -> bool:
        """Whether a path lies in the world; names relative to an open folder are those of a folder being removed."""
        if isinstance(path, int):
            return False
        written = os.fsdecode(path)
        return written.startswith(self._world) or not written.startswith("/")

    def _follow(self, event: str, args: tuple[Any, ...]) -> None:
        """Unflushed bytes have another name, or one more, or none."""
        if event == "os.remove":
            self._unflushed.discard(os.fsdecode(args[0]))
        if event in {"os.rename", "os.link"}:
            source, target = os.fsdecode(args[0]), os.fsdecode(args[1])
            moved = {path for path in self._unflushed if path == source or path.startswith(f"{source}/")}
            self._unflushed |= {target + path.removeprefix(source) for path in moved}
            if event == "os.rename":
                self._unflushed -= moved

    def _step(self) -> None:
        self._count += 1
        if self._count == self._at:
            self._strike()

    def _strike(self) -> None:
        if self._then in {"kill", "cut"}:
            self._at = None
            self._log.write_text(json.dumps({"unflushed": sorted(self._unflushed)}), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, str(self._then))
        raise OSError(number, os.strerror(number))
