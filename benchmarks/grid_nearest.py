"""The nearest krona of 10,000 pots among the 290 municipalities, against copying the amounts from memory to memory.

    python -m benchmarks.grid_nearest [REPEATS]

The bytes are those of the result: 23 MB of Int64, from one array to another, which together are more than the caches
of most machines hold; the split reads next to nothing and writes as much. `np.copyto` fills memory that is there. A
new copy has memory given to it, as the split has; that costs little here, where the last result has just been given
back. The parts are checked against `fractions.Fraction` first.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Final

import numpy as np

from assets.apportion_matrix import apportion_matrix
from benchmarks.grids import heads, pots_sek
from benchmarks.harness import Result, at_least, in_turns, repeats_asked, report
from schemas.vocabulary import NEAREST

VARIANTS: Final = 10_000
COPY, NEW_COPY, OURS = "np.copyto", "a new copy", "ours: `apportion_matrix`"


def check() -> None:
    """Raises `AssertionError` where the parts are not those of exact fractions."""
    weights = heads().tolist()
    units = [*pots_sek(90).tolist(), *range(10)]
    half = Fraction(1, 2)
    expected = [[floor(Fraction(one * weight, sum(weights)) + half) for weight in weights] for one in units]
    if apportion_matrix(np.array(units), heads(), NEAREST).tolist() != expected:
        raise AssertionError("the nearest krona is not exact")


def measure(repeats: int) -> Result:
    """The split and both copies, in turns."""
    check()
    units, weights = pots_sek(VARIANTS), heads()
    amounts = apportion_matrix(units, weights, NEAREST)
    target = np.zeros_like(amounts)
    contenders: dict[str, Callable[[], object]] = {
        COPY: lambda: np.copyto(target, amounts),
        NEW_COPY: amounts.copy,
        OURS: lambda: apportion_matrix(units, weights, NEAREST),
    }
    rows = tuple(
        replace(
            row, also={"million_per_s": amounts.size / row.median / 1e6, "gb_per_s": amounts.nbytes / row.median / 1e9}
        )
        for row in in_turns(contenders, repeats)
    )
    seconds = {row.contender: row.median for row in rows}
    return Result(
        "grid_nearest",
        "Many what-ifs: the nearest krona, against copying memory",
        "10,000 pots among the 290 municipalities by persons aged 0–18, each part to the nearest krona: 2.9 million"
        " allocations, 23 MB.",
        COPY,
        rows,
        (at_least("of the rate of np.copyto", 100 * seconds[COPY] / seconds[OURS], 30, "%"),),
    )


def main() -> None:
    """Print and keep the measurement."""
    report(measure(repeats_asked(51)))


if __name__ == "__main__":
    main()
