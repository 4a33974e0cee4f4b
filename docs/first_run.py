"""Follows docs/tutorial/first-run.md and writes into it what each step prints: `python -m docs.first_run`.

A step is a block of commands or of Python; the block of text after it, if there is one, is what a terminal of 80
columns shows. All steps are taken in order in one folder, which begins empty.
"""

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipelines.settings import ROOT

PAGE: Final = Path(__file__).parent / "tutorial" / "first-run.md"
# Where the page says that the checkout lies.
HOME: Final = "/home/you/kronvis"
_STEP: Final = re.compile(
    r"^```(?P<language>bash|python)\n(?P<code>.*?)^```\n(?P<shown>\n```text\n(?P<output>.*?)^```\n)?",
    flags=re.DOTALL | re.MULTILINE,
)
# What a reader types, as it is to be found here: `make run` is `kronvis run` in an environment made before.
_PROGRAMS: Final = {
    "kronvis": 'exec "$PYTHON" -m pipelines "$@"',
    "make": 'test "$1" = run && exec kronvis run',
}


class StepFailed(Exception):
    """A step of the page ends with an error; says which, and what it printed."""


def followed(page: str, folder: Path) -> str:
    """The page with the output of each step as it is when the steps are taken in `folder`."""
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name, command in _PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    (programs / "activate").touch()
    return _STEP.sub(lambda step: _taken(step, folder), page)


def _taken(step: re.Match[str], folder: Path) -> str:
    code = step["code"]
    # The last line of Python is shown, as an interpreter shows it.
    command = ["bash", "-euc", code] if step["language"] == "bash" else [sys.executable, "-c", _showing_the_last(code)]
    output = _on_a_terminal(command, folder).replace(str(folder), HOME)
    if step["shown"] is None:
        return step[0]
    shown = output.strip("\n")
    return f"{step[0].removesuffix(step['shown'])}\n```text\n{shown}\n```\n"


def _showing_the_last(code: str) -> str:
    *statements, last = code.rstrip("\n").split("\n")
    return "\n".join([*statements, f"print(repr({last}))"])


def _on_a_terminal(command: list[str], folder: Path) -> str:
    """What a plain terminal of 80 columns shows; lines end where their text ends."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(  # noqa: S603 - the steps of our own page
        command, cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    read = b""
    while chunk := _read(ours):
        read += chunk
    os.close(ours)
    text = re.sub(r"[ \r]+\n", "\n", read.decode())
    if child.wait():
        raise StepFailed(f"{command[-1]}\n{text}")
    return text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so where the other end is closed and all is read
        return b""


def _environment(folder: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRONVIS_", "DAGSTER_"))}
    return {
        **kept,
        "PATH": f"{folder / '.venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "KRONVIS_OUT": str(folder / "data/out"),
        "TERM": "dumb",
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


def main() -> None:
    """Follow the page in an empty folder, and write what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(followed(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
