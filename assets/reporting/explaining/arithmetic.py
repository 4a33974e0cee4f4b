"""The arithmetic of every amount, done again from the published tables alone, with each step as a column.

Deliberately shares no code with the split: an explanation that asked the split would agree with it, right or wrong.
"""

from typing import Final

import polars as pl

from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER

_POT: Final = ("programme", "year", "pot_id")


def worked(allocations: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """`allocations` with the steps that lead to each amount; the frame must hold whole pots.

    pot_sek, bases_sek    the pot, and the base amounts of all its recipients
    rest_sek              pot − bases, which is shared in proportion to population
    whole_sek, remainder  rest · population = whole · denominator + remainder
    nearest_sek           the same to the nearest krona, a half up
    to_hand_out_sek       rest − the sum of whole_sek: kronor for the largest remainders
    left_over_sek         rest − the sum of nearest_sek
    place, size_place     1 for the largest remainder, and for the largest population; ties to the lowest code
    explained_sek         what base, share and rounding convention make together

    Fixed amounts have a rest of what their bases leave, and no share of it.
    """
    pots = rules.select(*_POT, pot_sek="amount_sek")
    rest, people = pl.col("rest_sek").cast(pl.Int128), pl.col("population").cast(pl.Int128)
    total = pl.max_horizontal("population_total", 1).cast(pl.Int128)
    return (
        allocations.join(pots, on=_POT, how="left", validate="m:1")
        .with_columns(bases_sek=pl.col("base_sek").sum().over(_POT))
        .with_columns(rest_sek=pl.col("pot_sek") - pl.col("bases_sek"))
        .with_columns(
            whole_sek=(rest * people // total).cast(pl.Int64),
            remainder=(rest * people % total).cast(pl.Int64),
            nearest_sek=((2 * rest * people + total) // (2 * total)).cast(pl.Int64),
        )
        .with_columns(
            to_hand_out_sek=pl.col("rest_sek") - pl.col("whole_sek").sum().over(_POT),
            left_over_sek=pl.col("rest_sek") - pl.col("nearest_sek").sum().over(_POT),
            place=_place("remainder"),
            size_place=_place("population"),
        )
        .with_columns(explained_sek=pl.col("base_sek") + _rounded())
    )


def _place(column: str) -> pl.Expr:
    return pl.struct(pl.col(column).neg(), "recipient_code").rank("ordinal").over(_POT).cast(pl.Int64)


def _rounded() -> pl.Expr:
    """The share as the pot's convention rounds it; nothing for fixed amounts."""
    gets_one = pl.col("place") <= pl.col("to_hand_out_sek")
    is_largest = pl.col("size_place") == 1
    return (
        pl.when(pl.col("rounding").is_null())
        .then(0)
        .when(pl.col("rounding") == LARGEST_REMAINDER)
        .then(pl.col("whole_sek") + gets_one.cast(pl.Int64))
        .when((pl.col("rounding") == LARGEST_RECIPIENT) & is_largest)
        .then(pl.col("nearest_sek") + pl.col("left_over_sek"))
        .otherwise("nearest_sek")
    )


def decimals(remainder: int, total: int, places: int) -> str:
    """The first `places` decimals of remainder / total, cut, not rounded: a half shows as a half, 0,49… as 0,49.

    Raises `ValueError` unless 0 ≤ remainder < total.
    """
    if not 0 <= remainder < total:
        msg = f"{remainder} is no remainder of {total}"
        raise ValueError(msg)
    return str(remainder * 10**places // total).zfill(places)
