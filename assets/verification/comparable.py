"""Computed amounts in the shapes that figures are published in: per recipient, per county's municipalities, in all.

What a published figure is compared with; the comparison itself is `reconcile.py`.
"""

from typing import Final

import polars as pl

from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, PRELIMINARY, REGION, UNKNOWN

# Ids of figures that stand for all pots of a level together.
SUM_OF_LEVEL: Final = {f"sum-{level}": level for level in (MUNICIPALITY, REGION, COUNTY)}
FIGURE: Final = ("programme", "year", "pot_id", "recipient_type", "recipient_code")


def computed_amounts(allocations: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """`FIGURE, computed_sek, is_preliminary, rests_on`: the last lists what rule or population were solved from."""
    origin = rules.select("programme", "year", "pot_id", "rule_inferred_from", "sources", "rule")
    listed = pl.col("rule").str.contains('"amounts"', literal=True)
    rows = allocations.join(origin, on=["programme", "year", "pot_id"], validate="m:1").select(
        *FIGURE,
        "county_code",
        computed_sek="amount_sek",
        is_preliminary=pl.col("status") == PRELIMINARY,
        # An amount listed for its recipient is the published figure itself, so its sources prove nothing.
        rests_on=pl.concat_str(
            "rule_inferred_from",
            "population_derived_from",
            pl.when(listed).then("sources"),
            separator=" ",
            ignore_nulls=True,
        ).str.split(" "),
    )
    single = rows.drop("county_code")
    municipal = rows.filter(pl.col("recipient_type") == MUNICIPALITY)
    by_county = _summed(
        municipal.with_columns(recipient_type=pl.lit(MUNICIPALITIES_IN_COUNTY), recipient_code=pl.col("county_code"))
    )
    each = pl.concat([single, by_county])
    level = pl.col("recipient_type").replace(MUNICIPALITIES_IN_COUNTY, MUNICIPALITY)
    return pl.concat([each, _summed(each.with_columns(pot_id="sum-" + level))])


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by(FIGURE)
        .agg(
            pl.col("computed_sek").sum(),
            pl.col("is_preliminary").any(),
            pl.col("rests_on").explode().unique(),
        )
        .select(*FIGURE, "computed_sek", "is_preliminary", "rests_on")
    )


def rule_gaps(rules: pl.DataFrame) -> pl.DataFrame:
    """`programme, year, pot_id, gap` for every id a figure may have: why it cannot be computed, or null if it can."""
    key = ("programme", "year", "pot_id")
    unknown = rules.filter(pl.col("rule") == UNKNOWN)
    pots = rules.select(*key, gap=pl.when(pl.col("rule") == UNKNOWN).then(pl.lit("rule_unknown")))
    inside = (
        unknown.select(
            "programme", "year", pot_id=pl.col("contains").str.split(" "), gap=pl.lit("inside_unidentified_pot")
        )
        .explode("pot_id")
        .drop_nulls("pot_id")
    )
    sums = [
        rules.group_by("programme", "year")
        .agg(
            gap=pl.when(((pl.col("rule") == UNKNOWN) & pl.col("recipient_type").is_in([level, UNKNOWN])).any()).then(
                pl.lit("partly_unknown_rule")
            )
        )
        .select("programme", "year", pl.lit(pot_id).alias("pot_id"), "gap")
        for pot_id, level in SUM_OF_LEVEL.items()
    ]
    return pl.concat([pots, inside, *sums])
