"""Printed sums: whether a total was made of the printed parts, of the parts before rounding, or of neither.

Decided with exact fractions: the parts before rounding are known exactly where the pot is computed, and to half a
krona where only the printed part is at hand.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import polars as pl

from assets.verification.comparable import SUM_OF_LEVEL
from schemas.keys import all_of

_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class SumOfParts:
    """The sum of the rounded parts, and whether the printed total can be the rounded sum of unrounded ones."""

    parts_sek: int
    is_sum_of_unrounded_parts: bool


def sum_of_parts(
    total: dict[str, Any], figures: pl.DataFrame, allocations: pl.DataFrame, rules: pl.DataFrame
) -> SumOfParts | None:
    """Compare a printed total with its parts in the same source; None unless the source prints every part.

    `total` is a row of `published_figures` whose pot is `sum-…`. A part without a computed amount enters as printed.
    """
    same_recipient = all_of(total, "programme", "year", "recipient_type", "recipient_code")
    printed = figures.filter(
        same_recipient,
        all_of(total, "source_id"),
        ~pl.col("pot_id").is_in(list(SUM_OF_LEVEL)),
        pl.col("precision") == "exact",
    )
    pots = rules.filter(all_of(total, "programme", "year"), pl.col("recipient_type") == total["recipient_type"])
    if set(printed.get_column("pot_id")) != set(pots.get_column("pot_id")) or printed.is_empty():
        return None
    computed = {row["pot_id"]: row for row in allocations.filter(same_recipient).iter_rows(named=True)}
    base_sums = _base_sums(allocations.filter(all_of(total, "programme", "year")))
    lowest = highest = Fraction(0)
    rounded = 0
    for pot_id, amount, pot_sek in (
        printed.join(pots.select("pot_id", "amount_sek"), on="pot_id", validate="1:1")
        .select("pot_id", "published_sek", "amount_sek")
        .rows()
    ):
        row = computed.get(pot_id)
        if row is None:
            low, high, part = amount - _HALF, amount + _HALF, amount
        else:
            low = high = _exact_share(row, pot_sek - base_sums[pot_id])
            part = row["amount_sek"]
        lowest, highest, rounded = lowest + low, highest + high, rounded + part
    stated = total["published_sek"]
    return SumOfParts(rounded, lowest < stated + _HALF and highest >= stated - _HALF)


def _base_sums(allocations: pl.DataFrame) -> dict[str, int]:
    sums = allocations.group_by("pot_id").agg(pl.col("base_sek").sum())
    return dict(sums.select("pot_id", "base_sek").rows())


def _exact_share(row: dict[str, Any], variable_pot_sek: int) -> Fraction:
    if row["population_total"] is None:
        return Fraction(row["amount_sek"])
    return Fraction(row["base_sek"]) + Fraction(variable_pot_sek * row["population"], row["population_total"])
