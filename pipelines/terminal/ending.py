"""How a command ends: one message and a stable exit code for every error that a person can cause."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

from schemas.errors import EXIT_REFUSED, KronvisError
from schemas.plain_text import harmless

# What nobody foresaw is told apart from refused data.
EXIT_BUG: Final = 70
# As a shell tells of a program that Ctrl-C has ended.
EXIT_INTERRUPTED: Final = 130
_LONGEST_LINE: Final = 2000
# True at any moment of any command: readers are switched in one step.
_WHOLE: Final = "what is published is whole; `kronvis status` says which version it is"
_FREE_AND_RETRY: Final = "see to path, space and permissions, then try again"


def ending(run: Callable[[], None]) -> None:
    """Run a command and turn what it raises into a message and an exit code."""
    _open_what_is_closed()
    try:
        _run_and_flush(run)
    except KronvisError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say(f"interrupted; {_WHOLE}")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has stopped, as `head` does; what Python still holds back goes nowhere.
        _write_nowhere()
        sys.exit(EXIT_REFUSED)
    except OSError as error:
        # A disk that is full, a folder that is locked or is none: the machine's doing, not a bug.
        where = "a file, or what was to be printed" if error.filename is None else error.filename
        say(f"{where}: could not be written or read: {error.strerror or error}\n  → {_FREE_AND_RETRY}")
        _write_nowhere()
        sys.exit(EXIT_REFUSED)
    except SystemExit:
        raise
    except BaseException:  # noqa: BLE001 - the last resort, so that a bug, or a panic of polars, is not refused data
        say(f"this is a bug in Kronvis; {_WHOLE}. What follows tells where.")
        import traceback

        traceback.print_exc()
        sys.exit(EXIT_BUG)


def _run_and_flush(run: Callable[[], None]) -> None:
    """What is still held back is written here, where it can be told that it cannot."""
    try:
        run()
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:
            # Typer has taken Ctrl-C for itself, and says nothing.
            raise KeyboardInterrupt from None
        sys.stdout.flush()
        raise
    sys.stdout.flush()


def _open_what_is_closed() -> None:
    """Where the shell has closed an output (`>&-`) what is written goes nowhere, and never into a file opened later."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _write_nowhere() -> None:
    """What Python still holds back for stdout cannot be written; at the end it would try again, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    """A message to the person at the terminal; what it quotes cannot steer the terminal."""
    lines = "\n".join(harmless(line, _LONGEST_LINE) for line in message.split("\n"))
    sys.stderr.write(f"kronvis: {lines}\n")


def print_json(value: Any) -> None:
    """Data for machines on stdout, in letters that the output's encoding has."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(value, ensure_ascii=plain, indent=1, default=str) + "\n")
