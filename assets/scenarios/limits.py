"""Caps on what a recipient may get or gain, and a guarantee against losses: exact, and without changing the sum.

A frame may hold many pots or variants; `key` names the columns that tell them apart. Rows are one per recipient:
`recipient_code`, `population`, `amount_decided_sek`, `amount_sek` and the limits, null where there is none. First the
caps, then the guarantee, which therefore prevails where both concern a recipient.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from schemas.errors import DataRefused
from schemas.vocabulary import LARGEST_REMAINDER

MAX_SEK_PER_HEAD: Final = "max_sek_per_head"
MAX_GAIN_PERMILLE: Final = "max_gain_permille"
MAX_LOSS_PERMILLE: Final = "max_loss_permille"
LIMITS: Final = (MAX_SEK_PER_HEAD, MAX_GAIN_PERMILLE, MAX_LOSS_PERMILLE)

_ROW: Final = "_number"
_CAP: Final = "_cap"
_DECIDED: Final = pl.col("amount_decided_sek")
_AMOUNT: Final = pl.col("amount_sek")


def limited(rows: pl.DataFrame, key: Sequence[str], where: str) -> pl.DataFrame:
    """`rows` with `amount_sek` within the limits; order, columns and the sum of every pot are kept.

    What a cap takes goes to those below theirs, in proportion to population, by largest remainder. What the
    guarantee costs is paid by the winners in proportion to their gains. Raises `DataRefused` where nobody can take
    what a cap leaves over, and where the winners gain less than the guarantee costs.
    """
    numbered = rows.with_row_index(_ROW)
    bound = pl.any_horizontal(pl.col(name).is_not_null() for name in LIMITS)
    within = _guaranteed(_capped(numbered.filter(bound), key, where), key, where)
    return pl.concat([numbered.filter(~bound), within]).sort(_ROW).drop(_ROW)


def _capped(rows: pl.DataFrame, key: Sequence[str], where: str) -> pl.DataFrame:
    per_head = pl.col(MAX_SEK_PER_HEAD) * pl.col("population")
    gain = _DECIDED + _DECIDED * pl.col(MAX_GAIN_PERMILLE) // 1000
    rows = rows.with_columns(pl.min_horizontal(per_head, gain).alias(_CAP))
    while True:
        over = rows.with_columns(_over=(_AMOUNT - pl.col(_CAP)).clip(0).sum().over(key)).filter(pl.col("_over") > 0)
        if over.is_empty():
            return rows.drop(_CAP)
        clipped = rows.with_columns(amount_sek=pl.min_horizontal("amount_sek", _CAP))
        takers = over.filter(pl.col(_CAP) > _AMOUNT, pl.col("population") > 0)
        _refuse_over(over, takers, key, where)
        rows = _with_part(clipped, _shares(takers, "_over", "population", key), +1)


def _guaranteed(rows: pl.DataFrame, key: Sequence[str], where: str) -> pl.DataFrame:
    # Rounded up, so that nobody loses a krona more than the percentage.
    floor = (_DECIDED * (1000 - pl.col(MAX_LOSS_PERMILLE)) + 999) // 1000
    rows = rows.with_columns(
        _short=(floor - _AMOUNT).clip(0).fill_null(0),
        _gain=(_AMOUNT - _DECIDED).clip(0),
    ).with_columns(_cost=pl.col("_short").sum().over(key), _gains=pl.col("_gain").sum().over(key))
    poor = rows.filter(pl.col("_cost") > pl.col("_gains"))
    if not poor.is_empty():
        row = poor.row(0, named=True)
        raise DataRefused(
            _place(row, key, where),
            f"the guarantee costs {row['_cost']} kr, but the winners gain {row['_gains']} kr",
            remedy="allow a larger loss, or let the pot grow",
        )
    payers = rows.filter(pl.col("_cost") > 0, pl.col("_gain") > 0)
    raised = rows.with_columns(amount_sek=_AMOUNT + pl.col("_short"))
    return _with_part(raised, _shares(payers, "_cost", "_gain", key), -1).drop("_short", "_gain", "_cost", "_gains")


def _refuse_over(over: pl.DataFrame, takers: pl.DataFrame, key: Sequence[str], where: str) -> None:
    stuck = over.join(takers, on=list(key), how="anti")
    if not stuck.is_empty():
        row = stuck.row(0, named=True)
        raise DataRefused(
            _place(row, key, where),
            f"{row['_over']} kr of the pot are left over: everybody who could take them is at the cap",
            remedy="raise the cap, or move the money to another pot",
        )


def _shares(rows: pl.DataFrame, units: str, weight: str, key: Sequence[str]) -> pl.DataFrame:
    """Row numbers and the part of `units` that each row has by `weight`, whole kronor, all handed out."""
    asked = rows.select(
        _ROW,
        *key,
        pl.col(units).alias(UNITS),
        pl.col(weight).alias(WEIGHT),
        pl.col("recipient_code").alias(CODE),
        pl.lit(LARGEST_REMAINDER).alias(ROUNDING),
    )
    return apportion(asked, key).select(_ROW, PART)


def _with_part(rows: pl.DataFrame, parts: pl.DataFrame, sign: int) -> pl.DataFrame:
    joined = rows.join(parts, on=_ROW, how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(amount_sek=_AMOUNT + sign * pl.col(PART).fill_null(0)).drop(PART)


def _place(row: dict[str, object], key: Sequence[str], where: str) -> str:
    return f"{where}, " + ", ".join(f"{name.removesuffix('_id')} {row[name]}" for name in key)
