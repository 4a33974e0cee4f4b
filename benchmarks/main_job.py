"""The main job against a bare polars script that does the same arithmetic, interleaved in one session.

    python -m benchmarks.main_job [REPEATS]

The baseline calls the pure stages and writes each table with polars: no Dagster, no contracts, no checks, no atomic
writes, no publication. Both run as whole processes, imports included; medians are printed, and ratios to the baseline.
"""

import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALL, ONE = "2016..2026", "2025..2025"

BASELINE = """
import sys
from pathlib import Path
import polars as pl
from assets.agreements.files import AgreementFiles
from assets.agreements.tables import display_bases_of, rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import coverage_of, pots_of
from assets.population.recipients import read_register, recipients_of
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot
from assets.population.source import population_of
from assets.reporting.totals import county_overview_of, recipient_totals_of
from assets.verification.published import PublishedFiles
from assets.verification.reconcile import reconcile
data, out = Path("data"), Path(sys.argv[1])
first, last = sys.argv[2].split("..")
years = range(int(first), int(last) + 1)
files, published = AgreementFiles(data / "agreements"), PublishedFiles(data / "published")
register, source = read_register(data / "geography"), EmbeddedSource(read_snapshot(data / "population"))
recipients = pl.concat([recipients_of(register, year) for year in years])
population = pl.concat([
    population_of(year, files.bases(year), source, recipients.filter(year=year))[0] for year in years
])
agreements = files.of_years(years)
rules = rules_of(agreements)
allocations = allocate(rules, recipients, population)
pots = pots_of(rules, allocations)
totals = recipient_totals_of(allocations, rules, population, display_bases_of(agreements))
figures = published.of(agreements)
tables = {
    "allocations": allocations, "pots": pots, "coverage": coverage_of(rules, pots), "recipient_totals": totals,
    "county_overview": county_overview_of(totals, rules, recipients), "population": population, "rules": rules,
    "reconciliation": reconcile(figures, rules, allocations, published), "recipients": recipients,
}
for name, table in tables.items():
    for year in years:
        table.filter(year=year).write_parquet(out / f"{name}_{year}.parquet")
"""


def _baseline(years: str) -> Callable[[Path], list[str]]:
    return lambda out: [sys.executable, "-c", BASELINE, str(out), years]


def _kronvis(years: str) -> Callable[[Path], list[str]]:
    return lambda out: [sys.executable, "-m", "pipelines", "run", "--years", years, "--out", str(out), "--quiet"]


CONTENDERS: dict[str, Callable[[Path], list[str]]] = {
    "bare polars script, all years": _baseline(ALL),
    "kronvis run, all years": _kronvis(ALL),
    "bare polars script, one year": _baseline(ONE),
    "kronvis run, one year": _kronvis(ONE),
    "import dagster": lambda _out: [sys.executable, "-c", "import dagster"],
    "kronvis --help": lambda _out: [sys.executable, "-m", "pipelines", "--help"],
}
BASELINE_OF = {
    "kronvis run, all years": "bare polars script, all years",
    "kronvis run, one year": "bare polars script, one year",
}


def measure(repeats: int) -> dict[str, list[float]]:
    """Seconds of every contender, each repeat in a fresh folder, the contenders taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name, command in CONTENDERS.items():
            with tempfile.TemporaryDirectory() as folder:
                begun = time.perf_counter()
                subprocess.run(command(Path(folder)), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
                seconds[name].append(time.perf_counter() - begun)
    return seconds


def main() -> None:
    """Measure and print."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{platform.machine()}, Python {platform.python_version()}, {repeats} repeats, medians of whole processes")
    medians = {name: statistics.median(times) for name, times in measure(repeats).items()}
    for name, median in medians.items():
        baseline = BASELINE_OF.get(name)
        ratio = f"  {median / medians[baseline]:.2f} × {baseline}" if baseline else ""
        print(f"{name:32} {median:6.2f} s{ratio}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
