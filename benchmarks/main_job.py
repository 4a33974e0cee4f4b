"""The main job through Dagster, against what one would write without: whole processes, imports included.

    python -m benchmarks.main_job [REPEATS]

Two yardsticks. *Same tables*: a bare polars script calls the same functions for the same 26 tables, with no Dagster, no
contracts, no checks, no atomic writes and no publication. *Ten tables*: independent scripts in polars and in pandas
make the ten tables one would make first (amounts, totals, reconciliation …) and nothing else. What each writes is
compared with what Kronvis publishes before anything is timed.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.harness import (
    ROOT,
    Result,
    Row,
    at_most,
    processes_in_turns,
    repeats_asked,
    report,
    run_process,
)

ALL, ONE = "2016..2026", "2025..2025"
_WITHOUT_PANDAS: Final = ROOT / "benchmarks" / "without_pandas"
_BARE, _OURS = "bare polars script, same tables", "kronvis run"
_TEN_POLARS, _TEN_PANDAS = "polars script, ten tables", "pandas script, ten tables"
_IMPORT = "import dagster"


def _bare(years: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.baselines.all_tables_polars", years, str(out)]


def _ours(years: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "pipelines", "run", "--years", years, "--out", str(out), "--tables-only", "--quiet"]


def _ten(library: str) -> Callable[[str, Path], list[str]]:
    return lambda years, out: [sys.executable, "-m", f"benchmarks.baselines.main_job_{library}", years, str(out)]


def _import(_years: str, _out: Path) -> list[str]:
    return [sys.executable, "-c", "import dagster"]


_CONTENDERS: Final[dict[str, Callable[[str, Path], list[str]]]] = {
    _BARE: _bare,
    _OURS: _ours,
    _TEN_POLARS: _ten("polars"),
    _TEN_PANDAS: _ten("pandas"),
}


def measure(repeats: int) -> Result:
    """All years and one year by every contender in turns, each into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _require_same(place)
        rows = _timed(place, repeats)
    medians = {row.contender: row.median for row in rows}
    one, every = "one year: ", "all years: "
    peak = next(row.also["peak_mib"] for row in rows if row.contender == every + _OURS)
    return Result(
        id="main_job",
        title="The main job, 2016–2026",
        work="Whole processes into an empty folder; 26 tables by Kronvis and the bare script, 10 by the other scripts.",
        baseline=every + _BARE,
        rows=rows,
        targets=(
            at_most("all years against the bare polars script", medians[every + _OURS] / medians[every + _BARE], 2.5),
            at_most(
                "all years (26 tables) against the pandas script (10 tables)",
                medians[every + _OURS] / medians[every + _TEN_PANDAS],
                1.3,
            ),
            at_most(
                "one year against `import dagster` and its bare script",
                medians[one + _OURS] / (medians[one + _BARE] + medians[_IMPORT]),
                1.6,
            ),
            at_most("peak memory, all years", peak, 300, "MiB"),
        ),
        notes=(
            "Kronvis: one Dagster run over all years, every contract, check and event, atomic writes, publication.",
            "pandas, which pandera loads where it finds it, is hidden from both of ours: `make run` installs none.",
        ),
    )


def _require_same(place: Path) -> None:
    """Every contender writes what Kronvis publishes; raises with what differs."""
    for years in (ALL, ONE):
        published = place / f"kronvis {years}"
        run_process(_ours(years, published), _environment(_OURS))
        for name in (_BARE, _TEN_POLARS, _TEN_PANDAS):
            written = place / f"{name} {years}"
            run_process(_CONTENDERS[name](years, written), _environment(name))
            check = "same_tables" if name == _BARE else "check"
            run_process(
                [sys.executable, "-m", f"benchmarks.baselines.{check}", str(written), str(published / "current"), years]
            )


def _timed(place: Path, repeats: int) -> tuple[Row, ...]:
    out = place / "timed"

    def command(name: str, years: str) -> Callable[[], Sequence[str]]:
        def into_an_empty_folder() -> Sequence[str]:
            shutil.rmtree(out, ignore_errors=True)
            return _CONTENDERS[name](years, out)

        return into_an_empty_folder

    commands = {
        **{f"all years: {name}": command(name, ALL) for name in _CONTENDERS},
        **{f"one year: {name}": command(name, ONE) for name in _CONTENDERS},
        _IMPORT: lambda: _import("", place),
    }
    return processes_in_turns(commands, repeats, environments={name: _environment(name) for name in commands})


def _environment(name: str) -> dict[str, str]:
    """What is set for a contender: no instance of Dagster, and no pandas for those that do not use it."""
    path = os.pathsep.join([str(ROOT)] if "pandas" in name else [str(_WITHOUT_PANDAS), str(ROOT)])
    return {"PYTHONPATH": path, "DAGSTER_HOME": "", "KRONVIS_DATA": str(ROOT / "data")}


def main() -> None:
    """Measure, keep and print."""
    report(measure(repeats_asked(5)))


if __name__ == "__main__":
    main()
