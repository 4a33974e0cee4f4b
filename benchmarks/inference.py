"""Solving published tables backwards: seconds per table, beside a plain loop over all totals.

    python -m benchmarks.inference [REPEATS]

Each measurement is a process of its own that prints seconds (imports and reading of files excluded) and its peak
memory. The plain loop must find the same totals as the solver.
"""

import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
NOTHING = "our imports, nothing solved"


def _amounts(programme: str, year: int, kind: str) -> Any:
    """`recipient_code, amount_sek` of the published amounts of that kind with a variable part."""
    import polars as pl

    from assets.verification.published import PublishedFiles

    figures = PublishedFiles(DATA / "published").figures(programme).filter(pl.col("year") == year)
    return figures.filter(pl.col("recipient_type") == kind).select("recipient_code", amount_sek="published_sek")


def _published(programme: str, year: int, kind: str) -> tuple[Any, Any]:
    from assets.verification.inference.table import published_table
    from assets.verification.inference.windows import Totals

    amounts = _amounts(programme, year, kind)
    if kind == "municipality":
        return published_table(amounts, 250_000_000, 290, 200_000), Totals(1_500_000, 3_500_000)
    pot = {2022: 1_382_000_000, 2024: 1_367_000_000}[year]
    return published_table(amounts, pot, 21), Totals(10_300_000, 10_700_000)


def _made_up() -> tuple[Any, Any]:
    """A whole municipal table: 290 amounts, 250 million kronor, ten million persons."""
    import polars as pl

    from assets.verification.inference.table import published_table
    from assets.verification.inference.windows import Totals

    chance = random.Random(1)
    people = [int(2_400 * 1.5 ** chance.gauss(5, 2.2)) for _ in range(290)]
    total, kronor = sum(people), 250_000_000
    parts = [(2 * kronor * count + total) // (2 * total) for count in people]
    codes = [f"{code:04}" for code in range(290)]
    return published_table(pl.DataFrame({"recipient_code": codes, "amount_sek": parts}), kronor, 290), Totals.around(
        total
    )


TABLES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "2025 municipalities, 15 of 290": lambda: _published("psykisk-halsa", 2025, "municipality"),
    "2022 women's health, 21 of 21": lambda: _published("kvinnors-halsa", 2022, "region"),
    "2024 women's health, 21 of 21": lambda: _published("kvinnors-halsa", 2024, "region"),
    "made up, 290 of 290": _made_up,
}


def _solving(name: str, conventions: str) -> Callable[[], object]:
    """All conventions, or `nearest` alone."""
    from assets.verification.inference.solve import solve
    from assets.verification.inference.windows import TRIED

    table, totals = TABLES[name]()
    tried = TRIED if conventions == "all" else (conventions,)
    return lambda: solve(table, totals, tried).fits


def _loop(name: str) -> Callable[[], list[int]]:
    """Every total, figure by figure, until one misses."""
    table, totals = TABLES[name]()
    kronor, shared = table.kronor, table.variable_sek

    def fitting() -> list[int]:
        found = []
        for total in range(totals.first, totals.last + 1):
            for amount in kronor:
                people = (2 * amount * total + shared) // (2 * shared)
                if (2 * shared * people + total) // (2 * total) != amount:
                    break
            else:
                found.append(total)
        return found

    return fitting


def _rules(_name: str) -> Callable[[], object]:
    """Base amount and pot of the municipal table unknown."""
    from assets.verification.inference.families import rules_of_table
    from assets.verification.inference.rules import round_bases, round_pots
    from assets.verification.inference.windows import Totals

    amounts = _amounts("psykisk-halsa", 2025, "municipality")
    pots = round_pots(50_000_000, 500_000_000)
    return lambda: rules_of_table(amounts, 290, round_bases(amounts), pots, Totals.around(2_280_333))


def _history(_name: str) -> Callable[[], object]:
    """Every candidate of every published pot."""
    import polars as pl

    from assets.agreements.files import AgreementFiles
    from assets.agreements.tables import rules_of
    from assets.population.recipients import read_register, recipients_of
    from assets.population.snapshot import read_snapshot
    from assets.verification.inference.vintages import vintage_inference_of
    from assets.verification.published import PublishedFiles

    agreements, register = AgreementFiles(DATA / "agreements"), read_register(DATA / "geography")
    files = agreements.of_years(agreements.years())
    recipients = pl.concat([recipients_of(register, year) for year in agreements.years()])
    figures, snapshot = PublishedFiles(DATA / "published").of(files), read_snapshot(DATA / "population")
    return lambda: vintage_inference_of(figures, rules_of(files), recipients, snapshot)


def _nothing(_name: str) -> Callable[[], object]:
    import assets.verification.inference.vintages  # noqa: F401 - what the process weighs before it solves

    return dict


TASKS: dict[str, Callable[[str], Callable[[], object]]] = {
    "all conventions": lambda name: _solving(name, "all"),
    "nearest alone": lambda name: _solving(name, "nearest"),
    "plain loop, nearest": _loop,
    "rules": _rules,
    "history": _history,
    NOTHING: _nothing,
}
MEASURED = [
    *((task, name) for name in TABLES for task in ("all conventions", "nearest alone", "plain loop, nearest")),
    ("rules", "2025 municipalities, base and pot unknown"),
    ("history", "all published pots, all counts on hand"),
    (NOTHING, ""),
]


def check(name: str) -> None:
    """The solver finds just the totals that the plain loop finds."""
    from assets.verification.inference.solve import solve

    table, totals = TABLES[name]()
    found = solve(table, totals, ("nearest",)).fits["nearest"].totals
    looped = _loop(name)()
    # The loop does not ask whole tables to add up; those of the three whole ones do.
    if found != looped:
        msg = f"{name}: the solver finds {found}, the loop {looped}"
        raise AssertionError(msg)


def run_once(task: str, name: str) -> None:
    """Solve once; print seconds and peak memory in MiB."""
    run = TASKS[task](name)
    begun = time.perf_counter()
    kept = run()
    seconds = time.perf_counter() - begun
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    del kept


def _in_own_process(*arguments: str) -> str:
    """What a process of its own prints. The parent stays small: a child's peak begins with its parent's size."""
    command = [sys.executable, "-m", "benchmarks.inference", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Measure everything, or do one step of it in this process."""
    match sys.argv[1:]:
        case ["--check", name]:
            check(name)
        case ["--run", task, name]:
            run_once(task, name)
        case arguments:
            measure(int(arguments[0]) if arguments else 3)


def measure(repeats: int) -> None:
    """Check, measure and print."""
    for name in TABLES:
        _in_own_process("--check", name)
    print(f"{platform.machine()}, Python {platform.python_version()}, {repeats} repeats, medians")
    print("The plain loop found the same totals; every process solves once, the first use of everything included.")
    for task, name in MEASURED:
        runs = [tuple(map(float, _in_own_process("--run", task, name).split())) for _ in range(repeats)]
        seconds, mebibytes = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name:42} {task:28} {seconds:8.3f} s  peak {mebibytes:5.0f} MiB")


if __name__ == "__main__":
    main()
