"""Measures for a table whose head counts are only nearly known: what each amount may be, from the table as a whole.

Two things are used. Amounts per head follow the near counts but for a few per cent, so a row far from the others is
wrong. And the amounts carry the total within them: of all totals near the known one, the right one makes every
amount that of a whole number of people, and a row that is not is wrong. A right table passes both, whatever the
counts behind it are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import comb
from typing import Final

import polars as pl

from assets.verification.sentinel.frames import split_of
from assets.verification.sentinel.split import Split
from assets.verification.sentinel.standards import Near
from assets.verification.sentinel.table import Reference
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER

# Totals of neighbouring days and counts differ by less than this.
_TOTAL_PER_MILLE: Final = 30
_SCALE_PER_MILLE: Final = 50
# How far an amount per head may lie from the others: so many per mille, or so many times their median distance.
_LIKELY: Final = (50, 5)
_POSSIBLE: Final = (100, 10)
# A table whose amounts scatter more than this has no middle to be near to.
_MOST_DISTANCE: Final = 30
# Fewer rows than this say nothing about each other; then a single municipality's growth over three years counts.
_FEWEST_TO_COMPARE: Final = 5
_ALONE_PER_MILLE: Final = 120
_MOST_MISSES: Final = 2
_CHANCE: Final = 0.01


def near_standards(printed: Mapping[str, int], reference: Reference, step_sek: int) -> dict[str, Near]:
    """A measure for everybody with an amount in `printed` whose count is near; by recipient code."""
    split = split_of(reference)
    people = {code: reference.members[code].people for code in printed}
    counted = {code: count for code, count in people.items() if count}
    if split is None or not counted:
        return {}
    spread = _Spread.of({code: printed[code] - reference.members[code].base_sek for code in counted}, counted, split)
    bounds = {code: spread.standard(reference.members[code].base_sek, counted[code], step_sek) for code in counted}
    if step_sek > 1:
        return bounds
    parts = {
        code: printed[code] - near.base_sek
        for code, near in bounds.items()
        if near.least <= printed[code] <= near.most and printed[code] > near.base_sek
    }
    # The largest may have the residual on top, which is nobody's part.
    largest = max(counted, key=lambda code: counted[code]) if split.rounding == LARGEST_RECIPIENT else ""
    parts.pop(largest, None)
    splits = tuple(Split(split.variable_sek, total, split.rounding) for total in solved_totals(parts, split))
    return {code: near if code == largest else replace(near, splits=splits) for code, near in bounds.items()}


@dataclass(frozen=True)
class _Spread:
    """Kronor per billion people in the middle of the table, and the median distance from it in per mille."""

    middle: int
    distance: int
    is_alone: bool

    @staticmethod
    def of(parts: Mapping[str, int], people: Mapping[str, int], split: Split) -> "_Spread":
        """Of the rows, or of the split alone where the rows are few; the middle stays near the split's."""
        known = split.variable_sek * 10**9 // split.total
        per_head = sorted(parts[code] * 10**9 // people[code] for code in people)
        if len(per_head) < _FEWEST_TO_COMPARE:
            return _Spread(known, 0, is_alone=True)
        lowest, highest = (known * (1000 + sign * _SCALE_PER_MILLE) // 1000 for sign in (-1, 1))
        middle = min(max(per_head[len(per_head) // 2], lowest), highest)
        distances = sorted(abs(each - middle) * 1000 // middle for each in per_head)
        return _Spread(middle, min(distances[len(distances) // 2], _MOST_DISTANCE), is_alone=False)

    def standard(self, base_sek: int, people: int, step_sek: int) -> Near:
        """The bounds of one row, without totals."""
        likely, possible = (
            _ALONE_PER_MILLE if self.is_alone else max(least, times * self.distance)
            for least, times in (_LIKELY, _POSSIBLE)
        )
        part = self.middle * people
        lowest, highest, least, most = (
            base_sek + part * (1000 + per_mille) // (1000 * 10**9)
            for per_mille in (-likely, likely, -possible, possible)
        )
        return Near(base_sek, lowest, highest, least, most, (), step_sek)


def solved_totals(parts: Mapping[str, int], split: Split) -> list[int]:
    """The totals near `split.total` under which the fewest parts are nobody's; none if that may be chance.

    With no more than two such parts, and only where so few would hardly come about by chance.
    """
    amounts = sorted(parts.values(), reverse=True)
    if not amounts or not split.is_telling:
        return []
    width = split.total * _TOTAL_PER_MILLE // 1000
    totals = pl.DataFrame({"total": pl.int_range(split.total - width, split.total + width + 1, eager=True)})
    left = totals.with_columns(misses=pl.lit(0, pl.Int32))
    for amount in amounts:
        misses = pl.col("misses") + _is_nobodys(amount, split).cast(pl.Int32)
        left = left.with_columns(misses).filter(pl.col("misses") <= _MOST_MISSES)
    fewest = left.get_column("misses").min()
    if not isinstance(fewest, int) or _by_chance(totals.height, len(amounts), fewest, split) > _CHANCE:
        return []
    return left.filter(pl.col("misses") == fewest).get_column("total").to_list()


def _is_nobodys(part_sek: int, split: Split) -> pl.Expr:
    """`Split.people_behind` for many totals at once: whether no whole number of people gets this part."""
    # Twice the krona's rounding, times the total: V·p − x·T of the p that comes nearest.
    total = pl.col("total")
    rest = split.variable_sek - (2 * part_sek * total + split.variable_sek) % (2 * split.variable_sek)
    if split.rounding == LARGEST_REMAINDER:
        return rest.abs() >= 2 * total
    return (rest < -total) | (rest >= total)


def _by_chance(totals: int, rows: int, misses: int, split: Split) -> float:
    """How many of the totals would have so few misses if the amounts were any numbers."""
    width = 2 if split.rounding == LARGEST_REMAINDER else 1
    hit = min(1.0, width * split.total / split.variable_sek)
    return totals * sum(comb(rows, miss) * hit ** (rows - miss) * (1 - hit) ** miss for miss in range(misses + 1))
