"""The exact split of many variants in one frame.

A variant comes out as `apply.py` would have it: by `apportion_matrix`, which gives what `apportion` gives, and within
the same limits; only the pots that vary are split. Which variants there are is `grid.py`, how they get to disk
`grid_files.py`.
"""

from typing import Final

import numpy as np
import polars as pl

from assets.apportion import UNITS
from assets.apportion_matrix import Integers, apportion_matrix
from assets.scenarios.apply import too_large_bases
from assets.scenarios.limits import LIMITS, limited
from assets.scenarios.members import COUNT, Members
from schemas.errors import DataRefused

_KEY: Final = ("variant", "pot_id")
_ROW: Final = ("pot_id", "recipient_type", "recipient_code", "amount_decided_sek")


def split_variants(variants: pl.DataFrame, members: Members, where: str) -> pl.DataFrame:
    """`variant, pot_id, recipient_type, recipient_code, amount_decided_sek, amount_sek`, in the order of these.

    `variants` is what `settings.variants_of` makes; any frame with its columns will do whose variants all have the pots
    of `members`, in order. Raises `DataRefused` naming the variant where base amounts do not fit, nobody can share,
    or limits cannot be kept.
    """
    asked = _with_units(variants, members)
    _refuse_impossible(asked, where)
    pots = asked.partition_by("pot_id", maintain_order=True)
    amounts = np.concatenate([_amounts(pot, members) for pot in pots], axis=1)
    numbers = pots[0].get_column("variant").to_numpy()
    places = np.tile(np.arange(members.recipients, dtype=np.uint32), numbers.size)
    rows = members.sharers[places].select(
        pl.Series("variant", np.repeat(numbers, members.recipients)),
        *_ROW,
        pl.Series("amount_sek", amounts.ravel()),
    )
    return _within_limits(rows, variants, members, where)


def _with_units(variants: pl.DataFrame, members: Members) -> pl.DataFrame:
    """The variants with what the base amounts of all recipients come to, what is left, and who shares it."""
    sharers = members.sharers.group_by("pot_id").agg(
        recipients=pl.len(),
        **{_count(name): (pl.col("recipient_class") == name).sum().cast(pl.Int64) for name in members.classes},
    )
    bases_sek = pl.sum_horizontal(pl.col(_base(name)) * pl.col(_count(name)) for name in members.classes)
    return (
        variants.join(sharers, on="pot_id", how="left", maintain_order="left")
        .join(members.counts, on=COUNT, how="left", maintain_order="left")
        .with_columns((pl.col("amount_sek") - bases_sek).alias(UNITS))
    )


def _amounts(asked: pl.DataFrame, members: Members) -> Integers:
    """`[variant, recipient]` of one pot: the base amount of each class, and the part by population."""
    names = members.classes
    classes = members.sharers.filter(pl.col("pot_id") == asked.item(0, "pot_id")).get_column("recipient_class")
    bases_sek = asked.select(map(_base, names)).to_numpy()
    amounts: Integers = np.take(bases_sek, [names.index(name) for name in classes], axis=1)
    for (*count, rounding), alike in asked.with_row_index("place").group_by(*COUNT, "rounding"):
        heads = members.population[tuple(count)].to_numpy()
        # A pot that its base amounts use up has nothing to share, whoever lives there.
        weights = heads if heads.any() else np.ones_like(heads)
        amounts[alike.get_column("place").to_numpy()] += apportion_matrix(
            alike.get_column(UNITS).to_numpy(), weights, str(rounding)
        )
    return amounts


def _within_limits(rows: pl.DataFrame, variants: pl.DataFrame, members: Members, where: str) -> pl.DataFrame:
    if all(variants.get_column(name).is_null().all() for name in LIMITS):
        return rows
    limits = variants.select("variant", *COUNT, *LIMITS)
    people = members.rows.select(*COUNT, "recipient_code", "population")
    bounded = rows.join(limits, on=_KEY, how="left", validate="m:1", maintain_order="left").join(
        people, on=[*COUNT, "recipient_code"], how="left", validate="m:1", maintain_order="left"
    )
    return limited(bounded, _KEY, where).select(rows.columns)


def _refuse_impossible(asked: pl.DataFrame, where: str) -> None:
    units = pl.col(UNITS)
    bad = asked.filter((units < 0) | ((units > 0) & (pl.col("heads") == 0)))
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    place = f"{where}, variant {row['variant']}, pot {row['pot_id']}"
    if row["amount_sek"] < 0:
        raise DataRefused(place, f"the transfers take {-row['amount_sek']} kr more than the pot has")
    if row[UNITS] > 0:
        raise DataRefused(place, f"there is nobody to share {row[UNITS]} kr by population")
    bases_sek = row["amount_sek"] - row[UNITS]
    raise DataRefused(place, too_large_bases(row["recipients"], bases_sek, row["amount_sek"]))


def _base(name: str) -> str:
    return f"base_sek_{name}"


def _count(name: str) -> str:
    return f"recipients_{name}"
