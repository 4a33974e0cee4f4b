"""The main job through Dagster, against what one would write without: whole processes, imports included.

    python -m benchmarks.main_job [REPEATS]

Two yardsticks, each on the same work. *All 26 tables*: a bare polars script calls the same functions, with no Dagster,
no contracts, no checks, no atomic writes and no publication. *Ten tables*, those one would make first (amounts, totals,
reconciliation …): independent scripts in polars and in pandas compute them, hold each against a pandera schema and
write it; Kronvis makes the same ten in its own way (`baselines/kronvis_ten.py`). The ten are made of the embedded head
counts, and of those fetched from an SCB on this machine. Before anything is timed, what the scripts write is compared
cell by cell with what Kronvis publishes, and its ten tables byte for byte with its 26.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.baselines.loopback import loopback_scb
from benchmarks.baselines.tracked import TABLES as TEN
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

_WORK: Final = (
    "Whole processes into an empty folder. 26 tables: the bare script calls the functions of Kronvis. Ten tables: the "
    "scripts are independent, and hold each table against a pandera schema before they write it."
)
_NOTES: Final = (
    "Kronvis: one Dagster run over all years, every contract, check and event, atomic writes, publication.",
    "pandas, which pandera loads where it finds it, is hidden from all but its own script: `make run` installs none.",
)
ALL, ONE = "2016..2026", "2025..2025"
_WITHOUT_PANDAS: Final = ROOT / "benchmarks" / "without_pandas"
_BARE, _OURS = "bare polars script, 26 tables", "kronvis run, 26 tables"
_TEN_POLARS, _TEN_PANDAS = "polars script, ten tables", "pandas script, ten tables"
_TEN_OURS, _FROM_SCB = "kronvis, ten tables", " from a loopback SCB"
_IMPORT = "import dagster"


def _bare(years: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.baselines.all_tables_polars", years, str(out)]


def _ours(years: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "pipelines", "run", "--years", years, "--out", str(out), "--tables-only", "--quiet"]


def _ten(script: str) -> Callable[[str, Path], list[str]]:
    return lambda years, out: [sys.executable, "-m", f"benchmarks.baselines.{script}", years, str(out)]


def _import(_years: str, _out: Path) -> list[str]:
    return [sys.executable, "-c", "import dagster"]


_CONTENDERS: Final[dict[str, Callable[[str, Path], list[str]]]] = {
    _BARE: _bare,
    _OURS: _ours,
    _TEN_POLARS: _ten("main_job_polars"),
    _TEN_PANDAS: _ten("main_job_pandas"),
    _TEN_OURS: _ten("kronvis_ten"),
}


def _fetching(url: str) -> dict[str, Callable[[str, Path], list[str]]]:
    """The contenders of ten tables, with the head counts that the SCB at `url` answers."""

    def asking(contender: Callable[[str, Path], list[str]]) -> Callable[[str, Path], list[str]]:
        return lambda years, out: [*contender(years, out), url]

    return {name + _FROM_SCB: asking(_CONTENDERS[name]) for name in (_TEN_POLARS, _TEN_PANDAS, _TEN_OURS)}


def measure(repeats: int) -> Result:
    """All years and one year by every contender in turns, each into an empty folder."""
    with tempfile.TemporaryDirectory() as folder, loopback_scb() as url:
        place = Path(folder)
        _require_same(place)
        _require_same_fetched(place, url)
        rows = _timed(place, repeats, url)
    taken = {row.contender: row.median for row in rows}
    one, every = "one year: ", "all years: "
    peak = next(row.also["peak_mib"] for row in rows if row.contender == every + _OURS)

    def ratio(ours: str, theirs: str) -> float:
        return taken[every + ours] / taken[every + theirs]

    unlike = f"{ratio(_OURS, _TEN_PANDAS):.2f} times ten by the pandas script"
    return Result(
        id="main_job",
        title="The main job, 2016–2026",
        work=_WORK,
        baseline=every + _BARE,
        rows=rows,
        targets=(
            at_most("all years, 26 tables, against the bare script", ratio(_OURS, _BARE), 2.5),
            at_most("all years, ten tables, against the pandas script", ratio(_TEN_OURS, _TEN_PANDAS), 1.3),
            at_most(
                "the same, fetched from a loopback SCB", ratio(_TEN_OURS + _FROM_SCB, _TEN_PANDAS + _FROM_SCB), 1.3
            ),
            at_most(
                "one year against `import dagster` and its bare script",
                taken[one + _OURS] / (taken[one + _BARE] + taken[_IMPORT]),
                1.6,
            ),
            at_most("peak memory, all years", peak, 300, "MiB"),
        ),
        notes=(*_NOTES, f"Not the same work, for comparison: 26 tables by Kronvis took {unlike}."),
    )


def _require_same(place: Path) -> None:
    """Every contender writes what Kronvis publishes; raises with what differs."""
    for years in (ALL, ONE):
        written = {name: place / f"{name} {years}" for name in _CONTENDERS}
        for name, command in _CONTENDERS.items():
            run_process(command(years, written[name]), _environment(name))
        published = written[_OURS] / "current"
        _check("same_tables", written[_BARE], published, years)
        _check("check", written[_TEN_POLARS], published, years)
        _check("check", written[_TEN_PANDAS], published, years)
        require_same_files(written[_TEN_OURS] / "current", published)


def _require_same_fetched(place: Path, url: str) -> None:
    """The same of head counts from SCB: all 26 tables are made of the answers that the run of ten has kept."""
    written = {name: place / name for name in _fetching(url)}
    for name, command in _fetching(url).items():
        run_process(command(ALL, written[name]), _environment(name))
    ten, whole = written[_TEN_OURS + _FROM_SCB], place / "of kept answers"
    kept = {"KRONVIS_SOURCE": "archive", "KRONVIS_RAW": str(ten / "raw")}
    run_process(_ours(ALL, whole), {**_environment(_OURS), **kept})
    _check("check", written[_TEN_POLARS + _FROM_SCB], whole / "current", ALL)
    _check("check", written[_TEN_PANDAS + _FROM_SCB], whole / "current", ALL)
    require_same_files(ten / "current", whole / "current")


def _check(how: str, written: Path, published: Path, years: str) -> None:
    run_process([sys.executable, "-m", f"benchmarks.baselines.{how}", str(written), str(published), years])


def require_same_files(ten: Path, whole: Path) -> None:
    """Raise unless the version `ten` has the files of the ten tables of `whole`, byte for byte, and no others."""
    wanted = {str(file.relative_to(whole)): file.read_bytes() for name in TEN for file in (whole / name).iterdir()}
    made = {str(file.relative_to(ten)): file.read_bytes() for file in ten.glob("*/*.parquet")}
    unlike = sorted(name for name in wanted.keys() | made.keys() if wanted.get(name) != made.get(name))
    if unlike or not wanted:
        raise ValueError(f"{ten} and {whole} are unlike in {unlike or 'having anything'}")


def _timed(place: Path, repeats: int, url: str) -> tuple[Row, ...]:
    out = place / "timed"

    def command(contender: Callable[[str, Path], list[str]], years: str) -> Callable[[], Sequence[str]]:
        def into_an_empty_folder() -> Sequence[str]:
            shutil.rmtree(out, ignore_errors=True)
            return contender(years, out)

        return into_an_empty_folder

    commands = {
        **{f"all years: {name}": command(one, ALL) for name, one in {**_CONTENDERS, **_fetching(url)}.items()},
        **{f"one year: {name}": command(one, ONE) for name, one in _CONTENDERS.items()},
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
