"""The errors a person may meet: what was refused, where, and the way out.

Only errors that end a command with an exit code of their own belong here; a bug raises something else.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

EXIT_REFUSED: Final = 1
EXIT_USAGE: Final = 2
EXIT_SOURCE_UNAVAILABLE: Final = 3


class KronvisError(Exception):
    """Base of the errors that Kronvis raises on purpose; the message is meant for a person.

    `remedy` says what to do next; `exit_code` is what the command line ends with.
    """

    exit_code: int = EXIT_REFUSED

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message}\n  → {remedy}")
        self.message = message
        self.remedy = remedy


class DataRefused(KronvisError):
    """Input or output that breaks a rule; nothing is published.

    `where` is a file and line, or a table and year: the place to look at.
    """

    def __init__(self, where: str, what: str, *, remedy: str = "") -> None:
        super().__init__(f"{where}: {what}", remedy=remedy)
        self.where = where
        self.what = what


class CannotPublish(DataRefused):
    """The place where results go is at fault, not what was to be published: full, locked, or something else there."""


class BeingPublished(CannotPublish):
    """Another run is publishing there now; trying again later may succeed."""


class SourceUnavailable(KronvisError):
    """A source gave no usable answer in time and may give one later; what is published stays as it is."""

    exit_code = EXIT_SOURCE_UNAVAILABLE


class SourceRefused(DataRefused):
    """A source turned a request down, or answered with what is never accepted; asking again changes nothing."""


class UsageError(KronvisError):
    """The command was asked for something that does not exist, such as a year without an agreement."""

    exit_code = EXIT_USAGE


def at_line(file: Path, line: int | None) -> str:
    """`data/agreements/x/2025.yaml, line 14`, with the path as short as the reader needs it."""
    shown = _short(file)
    return f"{shown}, line {line}" if line else shown


def _short(file: Path) -> str:
    """The path from the last folder called `data`, which is how the documents name it."""
    parts = file.parts
    if "data" in parts:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("data") :])
    return str(file)


def listed(names: Sequence[object]) -> str:
    """`a, b and c`, for messages that name what exists."""
    *head, last = [str(name) for name in names] or ["none"]
    return f"{', '.join(head)} and {last}" if head else last
