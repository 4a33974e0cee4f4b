"""Largest remainder, exactly, of 10,000 pots among the 290 municipalities: pandas, DuckDB, polars, numpy and ours.

    python -m benchmarks.grid_mode [REPEATS]

Every contender gets the form that suits it, already in memory, and leaves the parts in memory. First all of them must
give what `fractions.Fraction` gives, in 200 pots with many ties and with few.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.apportion_matrix import Integers, apportion_matrix
from benchmarks.grids import heads, pots_sek
from benchmarks.harness import Result, at_least, in_turns, repeats_asked, report
from schemas.vocabulary import LARGEST_REMAINDER

VARIANTS: Final = 10_000
PANDAS, DUCKDB, POLARS = "pandas: groupby, transform, rank", "DuckDB: window functions", "polars: window expressions"
DEFINITION, NUMPY = "polars: `apportion`, in Int128", "numpy: argpartition of each row"
OURS, OURS_TWICE = "ours: `apportion_matrix`", "ours, on two threads"
# What a contender is ready to do, and how its answer becomes `[variant, recipient]`.
Ready = tuple[Callable[[], Any], Callable[[Any], Integers]]

_SQL: Final = """
    create or replace table parts as
    with shares as (
        select variant, code, units, units * weight as product, sum(weight) over (partition by variant) as total
        from pots
    ), floors as (
        select *, product // total as part, product % total as remainder from shares
    ), ranked as (
        select *, units - sum(part) over (partition by variant) as spare,
            row_number() over (partition by variant order by remainder desc, code) as place
        from floors
    )
    select variant, code, (part + (place <= spare)::bigint)::bigint as part from ranked
"""


def _long(units: Integers, weights: Integers) -> pl.DataFrame:
    """One row per variant and recipient, in order."""
    return pl.DataFrame(
        {
            "variant": np.repeat(np.arange(units.size), weights.size),
            CODE: np.tile(np.arange(weights.size), units.size),
            UNITS: np.repeat(units, weights.size),
            WEIGHT: np.tile(weights, units.size),
        }
    )


def _pandas(units: Integers, weights: Integers) -> Ready:
    frame = _long(units, weights).to_pandas()

    def parts() -> "pd.Series[int]":
        product = frame["units"] * frame["weight"]
        total = frame.groupby("variant")["weight"].transform("sum")
        whole, remainder = product // total, product % total
        spare = frame["units"] - whole.groupby(frame["variant"]).transform("sum")
        # Equal remainders in the order of the rows, which is that of the codes.
        place = remainder.groupby(frame["variant"]).rank(method="first", ascending=False)
        return whole + (place <= spare)

    return parts, lambda found: found.to_numpy().reshape(units.size, -1)


def _duckdb(units: Integers, weights: Integers) -> Ready:
    connection = duckdb.connect()
    frame = _long(units, weights)  # noqa: F841 - DuckDB reads it by the name of the variable
    connection.execute("create table pots as select * from frame")

    def answer(_: object) -> Integers:
        rows = connection.execute("select part from parts order by variant, code").fetchnumpy()
        return np.asarray(rows["part"], np.int64).reshape(units.size, -1)

    return lambda: connection.execute(_SQL), answer


def _polars(units: Integers, weights: Integers) -> Ready:
    frame = _long(units, weights)

    def parts() -> pl.Series:
        product, total = pl.col(UNITS) * pl.col(WEIGHT), pl.col(WEIGHT).sum().over("variant")
        place = pl.struct(pl.col("remainder").neg(), CODE).rank("ordinal").over("variant")
        spare = pl.col(UNITS) - pl.col("floor").sum().over("variant")
        floors = frame.lazy().with_columns(floor=product // total, remainder=product % total)
        return floors.select(pl.col("floor") + (place <= spare)).collect().to_series()

    return parts, lambda found: found.to_numpy().reshape(units.size, -1)


def _definition(units: Integers, weights: Integers) -> Ready:
    frame = _long(units, weights).with_columns(pl.lit(LARGEST_REMAINDER).alias(ROUNDING))
    return (
        lambda: apportion(frame, ["variant"]).get_column(PART),
        lambda found: found.to_numpy().reshape(units.size, -1),
    )


def _numpy(units: Integers, weights: Integers) -> Ready:
    def parts() -> Integers:
        total, n = weights.sum(), weights.size
        found, remainders = np.divmod(units[:, None] * weights, total)
        spare = units - found.sum(axis=1)
        keys = remainders * n + np.arange(n)[::-1]
        for row, key, left in zip(found, keys, spare, strict=True):
            row[np.argpartition(key, n - left - 1)[n - left :]] += 1
        return found

    return parts, lambda found: found


def _ours(units: Integers, weights: Integers) -> Ready:
    return lambda: apportion_matrix(units, weights, LARGEST_REMAINDER), lambda found: found


def _ours_twice(units: Integers, weights: Integers) -> Ready:
    threads = ThreadPoolExecutor(2)
    halves = np.array_split(units, 2)
    return (
        lambda: list(threads.map(lambda half: apportion_matrix(half, weights, LARGEST_REMAINDER), halves)),
        np.concatenate,
    )


CONTENDERS: Final[Mapping[str, Callable[[Integers, Integers], Ready]]] = {
    OURS: _ours,
    OURS_TWICE: _ours_twice,
    NUMPY: _numpy,
    POLARS: _polars,
    DEFINITION: _definition,
    DUCKDB: _duckdb,
    PANDAS: _pandas,
}


def by_fractions(units: int, weights: list[int]) -> list[int]:
    """Hamilton's method, in exact fractions."""
    quotas = [Fraction(units * weight, sum(weights)) for weight in weights]
    parts = [floor(quota) for quota in quotas]
    for place in sorted(range(len(weights)), key=lambda place: (parts[place] - quotas[place], place))[
        : units - sum(parts)
    ]:
        parts[place] += 1
    return parts


def check(contender: str) -> None:
    """Raises `AssertionError` where a contender's parts are not those of exact fractions."""
    few_kinds = np.random.default_rng(1).integers(1, 5, 290)
    for weights in (heads(), few_kinds):
        units = np.concatenate([pots_sek(90), np.arange(10)])
        call, answer = CONTENDERS[contender](units, weights)
        expected = [by_fractions(one, weights.tolist()) for one in units.tolist()]
        if answer(call()).tolist() != expected:
            raise AssertionError(f"{contender} is not exact")


def measure(repeats: int) -> Result:
    """All contenders in turns, each checked first."""
    for name in CONTENDERS:
        check(name)
    units, weights = pots_sek(VARIANTS), heads()
    ready = {name: prepare(units, weights)[0] for name, prepare in CONTENDERS.items()}
    rows = tuple(
        replace(row, also={"million_per_s": units.size * weights.size / row.median / 1e6})
        for row in in_turns(ready, repeats)
    )
    seconds = {row.contender: row.median for row in rows}
    return Result(
        "grid_mode",
        "Many what-ifs: the exact split",
        "10,000 pots among the 290 municipalities by persons aged 0–18, largest remainder, ties to the lowest code:"
        " 2.9 million allocations.",
        OURS,
        rows,
        (
            at_least("faster than pandas", seconds[PANDAS] / seconds[OURS], 40),
            at_least("faster than DuckDB", seconds[DUCKDB] / seconds[OURS], 15),
            at_least("faster than polars with window expressions", seconds[POLARS] / seconds[OURS], 5),
        ),
        NOTES,
    )


# Nanoseconds per number in blocks of 37,000, medians of 15, apart from the measurement above.
NOTES: Final = (
    (
        "Division: `np.divmod` 1.8 ns; `//` by one number for all, of unsigned integers, 0.2 ns (signed 0.36), and"
        " 0.3 ns to multiply back and subtract."
    ),
    (
        "Who gets one more, 290 keys a row: `argpartition` of the block 4.3 ns; sorting the block 1.7 ns with 64-bit"
        " keys and 0.7 ns with 32-bit keys; `np.partition` row by row 7.4 ns. With 29,000 keys a row and more it is the"
        " other way round: row by row 1.3–1.5 ns, sorting 5.8–9.3 ns."
    ),
    (
        "Two threads are not used: while one core computes, the other one writes what is computed. Nothing compiled of"
        " our own was tried, since what was to be shown is shown without."
    ),
)


def main() -> None:
    """Print and keep the measurement."""
    report(measure(repeats_asked(5)))


if __name__ == "__main__":
    main()
