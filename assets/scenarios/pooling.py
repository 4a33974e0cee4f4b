"""A share of the municipalities' money that goes to the joint money of their county: conserved county by county."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from assets.scenarios.reform import Pooling

_AMOUNT: Final = pl.col("amount_sek")


def pooled(rows: pl.DataFrame, poolings: Iterable[Pooling]) -> tuple[pl.DataFrame, dict[str, int]]:
    """`rows` after all poolings in turn, and the kronor by which each pot has grown or shrunk.

    Rows have `pot_id`, `county_code` and `amount_sek`. Every municipality gives its share to the nearest krona, half
    up; its county gets exactly what its municipalities give.
    """
    moved: dict[str, int] = {}
    for pooling in poolings:
        gives = pl.col("pot_id") == pooling.from_pot
        gets = pl.col("pot_id") == pooling.to_pot
        part = (2 * _AMOUNT * pooling.share_percent.permille + 1000) // 2000
        given = pl.when(gives).then(part).otherwise(0)
        rows = (
            rows.with_columns(_given=given)
            .with_columns(_county=pl.col("_given").sum().over("county_code"))
            .with_columns(amount_sek=_AMOUNT - pl.col("_given") + pl.when(gets).then("_county").otherwise(0))
        )
        total = int(rows.get_column("_given").sum())
        rows = rows.drop("_given", "_county")
        for pot_id, sek in ((pooling.from_pot, -total), (pooling.to_pot, total)):
            moved[pot_id] = moved.get(pot_id, 0) + sek
    return rows, moved
