"""How long one waits for an answer at the command line: whole processes, cold but for the disk's cache.

python -m benchmarks.answers [REPEATS]
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.harness import Result, at_most, processes_in_turns, repeats_asked, report, run_process

_PYTHON: Final = "python, doing nothing"
_COMMANDS: Final = {
    "kronvis --help": ["--help"],
    "kronvis explain 2025 Falun": ["explain", "2025", "Falun"],
    "kronvis status": ["status"],
    "kronvis verify": ["verify"],
    "kronvis diff": ["diff"],
}
_BOUNDS: Final = {"kronvis --help": 0.4, "kronvis explain 2025 Falun": 1.0}
# They publish nothing, so that every turn asks the same.
_ASK: Final = {"explain", "status", "verify", "diff"}


def measure(repeats: int) -> Result:
    """Each command in turns, against the start of Python; what is asked is published first, twice for `diff`."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for years in (["--year", "2025"], []):
            run_process(_kronvis("run", "--tables-only", "--quiet", *years, "--out", str(out)))
        commands: dict[str, Callable[[], Sequence[str]]] = {_PYTHON: lambda: [sys.executable, "-c", "pass"]}
        commands |= {name: _asking(arguments, out) for name, arguments in _COMMANDS.items()}
        rows = processes_in_turns(commands, repeats)
    medians = {row.contender: row.median for row in rows}
    return Result(
        id="answers",
        title="Answers at the command line",
        work="Whole processes, on a published version of all years.",
        baseline=_PYTHON,
        rows=rows,
        targets=tuple(at_most(name, medians[name], bound, "s") for name, bound in _BOUNDS.items()),
    )


def _asking(arguments: list[str], out: Path) -> Callable[[], Sequence[str]]:
    where = ["--out", str(out)] if arguments[0] in _ASK else []
    return lambda: _kronvis(*arguments, *where)


def _kronvis(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipelines", *arguments]


def main() -> None:
    """Measure, keep and print."""
    report(measure(repeats_asked(7)))


if __name__ == "__main__":
    main()
