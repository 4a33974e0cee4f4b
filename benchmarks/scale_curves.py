"""Time and memory as recipients, what-ifs and years become ten thousand times as many.

    python -m benchmarks.scale_curves [REPEATS]

Every point is a process of its own. `allocate` splits the municipal pot of 2025 with every municipality standing there
many times, which it holds in memory, or all pots of 2025 in many made-up years, a hundred at a time: no year needs
another. `apportion_matrix` splits ten pots among the many. What-ifs are streamed, a chunk at a time. The seconds are
those of the split alone; the peak of memory includes Python, polars and what is split. First, each is held against
`fractions.Fraction` where it is small. The curves are drawn to `docs/images/scale-curves.svg`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from math import floor
from statistics import median
from typing import Final

import altair as alt
import numpy as np
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.apportion_matrix import apportion_matrix
from assets.population.recipients import read_register, recipients_of
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot
from assets.population.source import population_of
from assets.scenarios.grid_files import grid_chunks
from benchmarks.grid_mode import by_fractions
from benchmarks.grid_to_disk import copied, flushed
from benchmarks.grids import DATA, MUNICIPAL, YEAR, grid_year, heads, pots_sek
from benchmarks.harness import (
    ROOT,
    Result,
    Row,
    Target,
    at_most,
    exponent,
    repeats_asked,
    report,
    run_process,
    within,
)
from schemas.vocabulary import LARGEST_REMAINDER

TIMES: Final = (1, 10, 100, 1_000, 10_000)
# Below this, fixed costs are most of the time.
LARGER: Final = 100
# So they are of the matrix, whose first megabytes the system gives in small pages, which takes as long as the split.
LARGER_MATRIX: Final = 1_000
YEARS_TOGETHER: Final = 100
PICTURE: Final = ROOT / "docs" / "images" / "scale-curves.svg"
GIGABYTE: Final = 1_000_000_000
RECIPIENTS, MATRIX = "recipients, `allocate`", "recipients, `apportion_matrix`, ten pots"
WHAT_IFS, YEARS = "what-ifs, `grid_chunks`", "years, `allocate`, a hundred at a time"
# Rules, recipients, population.
Tables = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
# By curve, and how many times as much.
Points = Mapping[tuple[str, int], Row]


@cache
def tables() -> Tables:
    """What the split of 2025 needs."""
    files = AgreementFiles(DATA / "agreements")
    agreement = files.load("psykisk-halsa", YEAR)
    recipients = recipients_of(read_register(DATA / "geography"), YEAR)
    source = EmbeddedSource(read_snapshot(DATA / "population"))
    return rules_of([agreement]), recipients, population_of(YEAR, files.bases(YEAR), source, recipients)[0]


def more_recipients(times: int) -> Tables:
    """The municipal pot, so many times as large, and every municipality so many times."""
    rules, recipients, population = tables()
    copies = pl.DataFrame({"copy": pl.int_range(times, eager=True).cast(pl.String).str.zfill(5)})
    rules = rules.filter(pot_id=MUNICIPAL).with_columns(pl.col("amount_sek") * times)
    return (
        rules,
        _copied(recipients.filter(recipient_type="municipality"), copies, "recipient_code"),
        _copied(population.filter(region_type="municipality", ages="0-18"), copies, "region_code"),
    )


def _copied(rows: pl.DataFrame, copies: pl.DataFrame, code: str) -> pl.DataFrame:
    return rows.join(copies, how="cross").with_columns(pl.col(code) + "-" + pl.col("copy")).drop("copy")


def more_years(first: int, last: int) -> Tables:
    """All pots and recipients of 2025, in these years."""
    years = pl.DataFrame({"year": pl.int_range(first, last + 1, dtype=pl.Int32, eager=True)})
    rules, recipients, population = (
        table.drop("year").join(years, how="cross").select(table.columns) for table in tables()
    )
    return rules, recipients, population


def of_recipients(times: int) -> tuple[int, float]:
    """Rows, and seconds of `allocate`."""
    return _timed_allocate(more_recipients(times))


def of_years(times: int) -> tuple[int, float]:
    """Rows, and seconds of `allocate`; a group of years is made when its turn comes, and its split not kept."""
    groups = (
        _timed_allocate(more_years(first, min(first + YEARS_TOGETHER - 1, times)))
        for first in range(1, times + 1, YEARS_TOGETHER)
    )
    rows, seconds = zip(*groups, strict=True)
    return sum(rows), sum(seconds)


def _timed_allocate(split: Tables) -> tuple[int, float]:
    begun = time.perf_counter()
    rows = allocate(*split).height
    return rows, time.perf_counter() - begun


def of_matrix(times: int) -> tuple[int, float]:
    """Allocations, and seconds of `apportion_matrix`: ten pots, largest remainder."""
    units, weights = pots_sek(10) * times, np.tile(heads(), times)
    # The parts and keys take as much. Where the system has to find it, that would be most of the seconds.
    np.ones((units.size + 3, weights.size))
    begun = time.perf_counter()
    parts = apportion_matrix(units, weights, LARGEST_REMAINDER)
    return parts.size, time.perf_counter() - begun


def of_what_ifs(times: int) -> tuple[int, float]:
    """Rows, and seconds of a grid of 100 variants and more, streamed to nowhere; up to 5,000 bases, then transfers."""
    bases = {"from": 0, "to": 50 * min(times, LARGER) - 1, "step": 1}
    moved = {"from": 0, "to": max(1, times // LARGER) - 1, "step": 1}
    one = grid_year(
        {MUNICIPAL: {"base_sek": bases, "rounding": ["nearest", "largest_remainder"]}},
        [{"from_pot": "complex-needs-county", "to_pot": MUNICIPAL, "amount_sek": moved}],
    )
    begun = time.perf_counter()
    rows = sum(chunk.height for chunk in grid_chunks(one))
    return rows, time.perf_counter() - begun


CURVES: Final[Mapping[str, Callable[[int], tuple[int, float]]]] = {
    RECIPIENTS: of_recipients,
    MATRIX: of_matrix,
    WHAT_IFS: of_what_ifs,
    YEARS: of_years,
}


def check() -> None:
    """Raises `AssertionError` where a small case is not what exact fractions give; `grid_to_disk` checks grids."""
    _, _, population = more_recipients(10)
    found = allocate(*more_recipients(10))
    persons = dict(population.select("region_code", "population").iter_rows())
    left = 10 * (250_000_000 - 290 * 200_000)
    quota = {code: Fraction(left * people, sum(persons.values())) for code, people in persons.items()}
    expected = {code: 200_000 + floor(part + Fraction(1, 2)) for code, part in quota.items()}
    _require(dict(found.select("recipient_code", "amount_sek").iter_rows()) == expected, RECIPIENTS)

    alone, many = allocate(*tables()).drop("year"), allocate(*more_years(1, 10))
    _require(all(many.filter(year=year).drop("year").equals(alone) for year in range(1, 11)), YEARS)

    units, weights = pots_sek(3) * 10, np.tile(heads(), 10)
    parts = apportion_matrix(units, weights, LARGEST_REMAINDER).tolist()
    _require(parts == [by_fractions(one, weights.tolist()) for one in units.tolist()], MATRIX)


def _require(is_exact: bool, curve: str) -> None:  # noqa: FBT001 - an assertion with a name
    if not is_exact:
        raise AssertionError(f"{curve} is not exact")


def measure(repeats: int) -> Result:
    """All points of all curves in turns, then the rates of memory and disk."""
    subprocess.run([sys.executable, "-m", __spec__.name, "check"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.grid_to_disk", "check"], check=True)
    told: dict[tuple[str, int], list[dict[str, float]]] = {(name, times): [] for name in CURVES for times in TIMES}
    for _ in range(repeats):
        for (name, times), runs in told.items():
            ended = run_process([sys.executable, "-m", __spec__.name, name, str(times)])
            runs.append({**json.loads(ended.printed), "peak_mib": ended.peak_mib})
    points = {(name, times): _row(name, times, runs) for (name, times), runs in told.items()}
    rates = tuple(
        Row(name, tuple(act(GIGABYTE) for _ in range(repeats)))
        for name, act in (("a gigabyte, copied in memory", copied), ("a gigabyte, written and flushed", flushed))
    )
    draw(points)
    return Result(
        "scale_curves",
        "Ten thousand times as much",
        "290 recipients, 100 what-ifs of the municipal pot, one year; and 10 to 10,000 times as many.",
        points[RECIPIENTS, 1].contender,
        (*points.values(), *rates),
        tuple(_targets(points)),
        NOTES,
    )


def _row(name: str, times: int, runs: list[dict[str, float]]) -> Row:
    seconds = tuple(run["seconds"] for run in runs)
    rate = runs[0]["rows"] / median(seconds) / 1e6
    peak = max(run["peak_mib"] for run in runs)
    also = {"times": times, "rows": runs[0]["rows"], "million_per_s": rate, "peak_mib": peak}
    return Row(f"{name}: {times:,} ×", seconds, also)


def _targets(points: Points) -> Iterator[Target]:
    for name in CURVES:
        least = LARGER_MATRIX if name == MATRIX else LARGER
        larger = [row for (curve, times), row in points.items() if curve == name and times >= least]
        fixed = points[name, TIMES[0]].median
        slope = exponent([row.also["rows"] for row in larger], [row.median for row in larger], fixed)
        yield within(f"exponent of time beyond that of 1 ×, {name}, from {least:,} × on", slope, 0.95, 1.05)
    for name in (WHAT_IFS, YEARS):
        few, many = (points[name, times].also["peak_mib"] for times in (LARGER, TIMES[-1]))
        yield at_most(f"peak of memory, {name}, {TIMES[-1]:,} × against {LARGER} ×", many / few, 1.25)


def draw(points: Points) -> None:
    """The curves as `PICTURE`: seconds and peak of memory by how many times as much, both in powers of ten."""
    rows = pl.DataFrame(
        [(name, times, row.median, row.also["peak_mib"]) for (name, times), row in points.items()],
        ["curve", "times", "seconds", "peak MiB"],
        orient="row",
    )
    x = alt.X("times:Q", title="times as much").scale(type="log").axis(values=TIMES, format=",")
    panels = [
        alt.Chart(rows, width=300, height=260)
        .mark_line(point=True)
        .encode(x, alt.Y(f"{name}:Q", title=name).scale(type="log"), alt.Color("curve:N", title=None))
        for name in ("seconds", "peak MiB")
    ]
    alt.hconcat(*panels).configure_legend(orient="bottom", columns=2, labelLimit=400).save(PICTURE)


NOTES: Final = (
    "Each point is a new process's first, so large ones include having memory given by the system; but for the matrix.",
    (
        "For `apportion_matrix` as much memory is written and given back first: among 2.9 million recipients that alone"
        " takes 0.7 to 15.7 ns an allocation, by whether the machine has it at hand; the split takes 4.3 to 5.1."
    ),
    (
        "29,000 recipients are 2.3 MB, which the system gives in pages of 4 kB: 1 of 2 ms. From 4 MB on numpy asks for"
        " pages of 2 MB."
    ),
    (
        "Ten thousand years in one frame took 30 s and 8.2 GiB instead, and a thousand 2.3 s and 1.1 GiB; nothing in"
        " Kronvis splits more than the years of the agreements together."
    ),
    "Before the settings of a grid were made once for all chunks, 1,000 × the what-ifs took 7 s instead of 1.1 s.",
)


def main() -> None:
    """Print and keep the measurement; `check` and `CURVE TIMES` are for the processes that it starts."""
    match sys.argv[1:]:
        case ["check"]:
            check()
        case [curve, times]:
            rows, seconds = CURVES[curve](int(times))
            print(json.dumps({"rows": rows, "seconds": seconds}))
        case _:
            report(measure(repeats_asked(3)))


if __name__ == "__main__":
    main()
