"""Report, workbooks and what else is made from the tables: made anew, with nothing changed, and with little changed.

python -m benchmarks.products [REPEATS]
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.harness import ROOT, Ended, Result, Row, repeats_asked, report, run_process

_TABLES: Final = "tables only, into an empty folder"
_ALL: Final = "everything, into an empty folder"
_NOTHING: Final = "everything, nothing changed"
_ONE_NAME: Final = "everything, one municipality renamed"
_ONE_REMARK: Final = "everything, a remark on one published figure changed"
_NAMES: Final = (",Arjeplog,", ",Arjepluovve,")
_REMARKS: Final = ("sum of all performance money for 2013", "all performance money for 2013")
_FIGURES: Final = Path("published/psykisk-halsa.csv")
_REGISTER: Final = Path("geography/recipients.csv")


def measure(repeats: int) -> Result:
    """Whole processes over all years; each way of changing follows a run in which everything was made."""
    runs: dict[str, list[Ended]] = {name: [] for name in (_TABLES, _ALL, _NOTHING, _ONE_NAME, _ONE_REMARK)}
    made: dict[str, int] = {}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            _turn(Path(folder), runs, made)
    rows = tuple(
        Row(
            name,
            tuple(one.wall for one in ended),
            {"files_made": made[name], "peak_mib": max(one.peak_mib for one in ended)},
        )
        for name, ended in runs.items()
    )
    return Result(
        id="products",
        title="Report, workbooks, catalogue: only what has changed is made anew",
        work="`kronvis run` over all years, whole processes. What has not changed is taken from the version before.",
        baseline=_TABLES,
        rows=rows,
    )


def _turn(place: Path, runs: dict[str, list[Ended]], made: dict[str, int]) -> None:
    data = place / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("out", "raw"))

    def run(name: str, out: str, *options: str) -> None:
        before = _inodes(place / out)
        runs[name].append(run_process(_run(place / out, options), {"KRONVIS_DATA": str(data)}))
        made[name] = len(_inodes(place / out) - before)

    run(_TABLES, "tables", "--tables-only")
    run(_ALL, "all")
    run(_NOTHING, "all")
    _replace_once(data / _REGISTER, *_NAMES)
    run(_ONE_NAME, "all")
    _replace_once(data / _REGISTER, *reversed(_NAMES))
    run_process(_run(place / "all", ()), {"KRONVIS_DATA": str(data)})
    _replace_once(data / _FIGURES, *_REMARKS)
    run(_ONE_REMARK, "all")


def _run(out: Path, options: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pipelines", "run", "--quiet", "--out", str(out), *options]


def _inodes(out: Path) -> set[int]:
    """The files that readers see, each by its inode: what is taken over from the version before keeps its own."""
    current = (out / "current").resolve()
    return {file.stat().st_ino for file in current.rglob("*") if file.is_file()} if current.is_dir() else set()


def _replace_once(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if old not in text:
        msg = f"{file} has no {old!r}; this benchmark wants another example"
        raise ValueError(msg)
    file.write_text(text.replace(old, new), encoding="utf-8")


def main() -> None:
    """Measure, keep and print."""
    report(measure(repeats_asked(3)))


if __name__ == "__main__":
    main()
