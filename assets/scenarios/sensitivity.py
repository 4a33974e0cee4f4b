"""How far each amount depends on one more person, on the rounding, and on which count stands in the rule.

All pots and years of the frames are split again in one pass. Amounts are exact; figures per head are display values.
"""

from typing import Final

import polars as pl

from assets.allocation.base_amounts import POT
from assets.apportion import CODE, PART, UNITS, WEIGHT, apportion
from assets.population.bases import Base, territory_of
from assets.population.snapshot import Snapshot
from assets.scenarios.vintages import vintages_near
from schemas.tables.scenarios import SENSITIVITY
from schemas.vocabulary import RECIPIENT_TYPES, ROUNDINGS

_BASE: Final = ("year", "table_id", "reference_date", "ages", "region_type")
_NUMBER: Final = "_number"
# What a pot is split by: a rounding on the count in use, or the name of a count under the pot's own rounding.
_TRIED: Final = "_tried"
_TRIED_SEK: Final = "_tried_sek"
_IS_OTHER: Final = "_is_other"


def sensitivity_of(
    allocations: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame, snapshot: Snapshot
) -> pl.DataFrame:
    """The table `sensitivity`: one row per row of `allocations`. Fixed amounts depend on nothing."""
    rows = _with_pots(allocations, rules)
    shared = rows.filter(pl.col("rounding").is_not_null()).with_columns(pl.lit(value=False).alias(_IS_OTHER))
    roundings = [shared.with_columns(pl.lit(name).alias(_TRIED), rounding=pl.lit(name)) for name in ROUNDINGS]
    split = _split(pl.concat([*roundings, _by_vintage(shared, recipients, snapshot)]))
    joined = rows.join(_spread(split.filter(~pl.col(_TRIED).is_in(ROUNDINGS))), on=_NUMBER, how="left", validate="1:1")
    for name in ROUNDINGS:
        tried = split.filter(pl.col(_TRIED) == name).select(_NUMBER, pl.col(_TRIED_SEK).alias(f"amount_{name}_sek"))
        joined = joined.join(tried, on=_NUMBER, how="left", validate="1:1")
    return _described(joined).select(SENSITIVITY.schema.names()).sort(SENSITIVITY.key)


def _with_pots(allocations: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Numbered allocations with what their pot leaves after the base amounts, and the base it goes by."""
    territory = {kind: territory_of(kind) for kind in RECIPIENT_TYPES}
    pots = rules.select(*POT, "table_id", _pot_sek="amount_sek")
    return (
        allocations.with_row_index(_NUMBER)
        .join(pots, on=POT, how="left", validate="m:1")
        .with_columns(
            (pl.col("_pot_sek") - pl.col("base_sek").sum().over(POT)).alias(UNITS),
            region_type=pl.col("recipient_type").replace_strict(territory, return_dtype=pl.String),
        )
    )


def _by_vintage(shared: pl.DataFrame, recipients: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """`shared` once for every different count: the one in use, named by table and day, and those near it."""
    used = shared.with_columns(pl.concat_str("table_id", pl.lit(" "), "reference_date").alias(_TRIED))
    near = _counts_near(shared, recipients, snapshot).rename({"vintage": _TRIED, "region_code": "recipient_code"})
    others = (
        shared.drop("population")
        .join(near, on=[*_BASE, "recipient_code"])
        .with_columns(pl.lit(value=True).alias(_IS_OTHER))
    )
    tried = pl.concat([used, others.select(used.columns)])
    counts = tried.group_by(*POT, _TRIED, _IS_OTHER).agg(
        pl.col("population").sort_by("recipient_code").cast(pl.String).str.join(" ")
    )
    # The same count may be on hand twice, as the one in use or in two series; it is one vintage.
    different = counts.sort(*POT, _IS_OTHER, _TRIED).unique([*POT, "population"], keep="first")
    return tried.join(different, on=[*POT, _TRIED, _IS_OTHER], how="semi")


def _counts_near(shared: pl.DataFrame, recipients: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """The base of the rule with `vintage, region_code, population`: other counts for each base of `shared`."""
    bases = shared.select(_BASE).unique().sort(_BASE)
    texts = dict.fromkeys(("vintage", "region_code"), pl.String)
    found = [pl.DataFrame(schema={**bases.schema, **texts, "population": pl.Int64})]
    for base in bases.iter_slices(1):
        year, *asked = base.row(0)
        counts = vintages_near(Base(*asked), snapshot, recipients.filter(pl.col("year") == year))
        found.append(base.join(counts, how="cross"))
    return pl.concat(found)


def _split(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the whole amount that each row comes to, pot by pot and try by try; null where there is nobody to share."""
    key = [*POT, _TRIED, _IS_OTHER]
    parts = apportion(rows.with_columns(pl.col("population").alias(WEIGHT), pl.col("recipient_code").alias(CODE)), key)
    return parts.with_columns((pl.col("base_sek") + pl.col(PART)).alias(_TRIED_SEK))


def _spread(split: pl.DataFrame) -> pl.DataFrame:
    """Lowest and highest amount of each row over its vintages, and which they are; of equal ones the one in use."""
    upwards = pl.col(_TRIED).sort_by(_TRIED_SEK, _IS_OTHER, _TRIED)
    downwards = pl.col(_TRIED).sort_by(-pl.col(_TRIED_SEK), _IS_OTHER, _TRIED)
    return split.group_by(_NUMBER).agg(
        vintages_count=pl.len().cast(pl.Int64),
        amount_lowest_sek=pl.col(_TRIED_SEK).min(),
        vintage_lowest=upwards.first(),
        amount_highest_sek=pl.col(_TRIED_SEK).max(),
        vintage_highest=downwards.first(),
    )


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    amount, heads, total = pl.col("amount_sek"), pl.col("population"), pl.col("population_total")
    per_head = pl.when(total > 0).then(pl.col(UNITS) / total)
    # Fixed amounts, and pots that their base amounts use up where nobody lives, are what they are.
    whole = ("amount_lowest_sek", "amount_highest_sek", *(f"amount_{name}_sek" for name in ROUNDINGS))
    return (
        rows.with_columns(pl.col(whole).fill_null(amount), pl.col("vintages_count").fill_null(0))
        .with_columns(
            base_share=pl.when(amount > 0).then(pl.col("base_sek") / amount).otherwise(0.0),
            sek_per_head=per_head,
            sek_per_added_head=per_head * (total - heads) / (total + 1),
            _furthest=pl.max_horizontal(pl.col("amount_highest_sek") - amount, amount - pl.col("amount_lowest_sek")),
        )
        .with_columns(is_sensitive=100 * pl.col("_furthest") > amount)
    )
