"""Many runs in one process: memory and open files must not grow with their number.

    python -m benchmarks.consecutive_runs [RUNS] [YEAR]

Each run computes, checks and publishes the tables of one year with a Dagster instance of its own. The agreement's title
differs from run to run, so that each has a version to publish; the latest two are kept.
"""

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.running.run import run_years
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
REPORTED = 20


def measure(runs: int, year: int) -> Iterator[tuple[int, float, int, int]]:
    """Number of the run, resident memory in MiB, open files, threads: before, and after every so many runs."""
    os.environ.pop("DAGSTER_HOME", None)
    with tempfile.TemporaryDirectory(prefix="kronvis-consecutive-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("out", "raw"))
        agreement = data / "agreements" / "psykisk-halsa" / f"{year}.yaml"
        written = agreement.read_text(encoding="utf-8")
        settings = Settings(data, Path(folder) / "out", tables_only=True, keep_versions=2)
        yield 0, *_held()
        for number in range(1, runs + 1):
            agreement.write_text(written.replace('sv: "', f'sv: "{number} ', 1), encoding="utf-8")
            version = run_years(settings, [year], lambda _step, _steps: None)
            if not version.is_new:
                raise RuntimeError(f"run {number} had nothing to publish")
            if number % max(1, runs // REPORTED) == 0 or number == runs:
                gc.collect()
                yield number, *_held()


def _held() -> tuple[float, int, int]:
    """What this process holds now, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files, tasks = (len(list(Path(f"/proc/self/{what}").iterdir())) for what in ("fd", "task"))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, files, tasks


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    year = int((sys.argv[2:] or ["2025"])[0])
    begun = time.monotonic()
    print("run   MiB  files  threads")
    for number, mebibytes, files, tasks in measure(runs, year):
        print(f"{number:3} {mebibytes:5.0f} {files:6} {tasks:8}", flush=True)
    print(f"{runs} runs of {year} in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
