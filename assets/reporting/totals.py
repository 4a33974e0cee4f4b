"""Sums per recipient and per county, with figures per head and the change from the year before.

Amounts are exact integers; shares and ratios are display values, computed last.
"""

from typing import Final

import polars as pl

from assets.population.bases import ALL_AGES, CHILDREN, territory_of
from schemas.tables.reporting import COUNTY_OVERVIEW, RECIPIENT_TOTALS
from schemas.vocabulary import COUNTY, DECIDED, MUNICIPALITY, NATIONAL, PRELIMINARY, RECIPIENT_TYPES, REGION, UNKNOWN

_RECIPIENT: Final = ("programme", "year", "recipient_type", "recipient_code")
_LEVELS: Final = (MUNICIPALITY, REGION, COUNTY)


def completeness(rules: pl.DataFrame) -> pl.DataFrame:
    """`programme, year, recipient_type, is_complete`: whether all money to that kind of recipient has a known rule."""
    unknown = pl.col("rule") == UNKNOWN
    by_kind = [
        rules.group_by("programme", "year")
        .agg(is_complete=~(unknown & pl.col("recipient_type").is_in([kind, UNKNOWN])).any())
        .with_columns(recipient_type=pl.lit(kind))
        for kind in RECIPIENT_TYPES
    ]
    return pl.concat(by_kind).select("programme", "year", "recipient_type", "is_complete")


def recipient_totals_of(
    allocations: pl.DataFrame, rules: pl.DataFrame, population: pl.DataFrame, display_bases: pl.DataFrame
) -> pl.DataFrame:
    """`recipient_totals` for the years of the frames, not yet compared with the year before.

    `display_bases` is `programme, year, table_id, reference_date`: the count that figures per head rest on.
    """
    sums = allocations.group_by(_RECIPIENT).agg(
        pl.col("recipient_name", "county_code").first(),
        pl.col("amount_sek").sum(),
        base_sek=pl.col("base_sek").sum(),
        status=pl.when((pl.col("status") == PRELIMINARY).any()).then(pl.lit(PRELIMINARY)).otherwise(pl.lit(DECIDED)),
    )
    rows = (
        sums.join(completeness(rules), on=_RECIPIENT[:3], how="left", validate="m:1")
        .join(_heads(population, display_bases, ALL_AGES, "population"), on=_RECIPIENT, how="left", validate="1:1")
        .join(_heads(population, display_bases, CHILDREN, "children"), on=_RECIPIENT, how="left", validate="1:1")
    )
    amount = pl.col("amount_sek")
    return (
        rows.with_columns(
            amount_previous_sek=pl.lit(None, pl.Int64),
            change_sek=pl.lit(None, pl.Int64),
            sek_per_inhabitant=amount / pl.col("population"),
            sek_per_child=amount / pl.col("children"),
            base_share=pl.when(amount > 0).then(pl.col("base_sek") / amount).otherwise(0.0),
        )
        .with_columns(
            rank_per_inhabitant=pl.col("sek_per_inhabitant")
            .rank("min", descending=True)
            .over(_RECIPIENT[:3])
            .cast(pl.Int64)
        )
        .select(RECIPIENT_TOTALS.schema.names())
        .sort(RECIPIENT_TOTALS.key)
    )


def compared_with_previous(totals: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """Fill in last year's amount and the change, where both years are complete for that kind of recipient.

    `previous` is `recipient_totals` of (at least) the years before those in `totals`.
    """
    last_year = previous.filter("is_complete").select(
        "programme", (pl.col("year") + 1).cast(pl.Int32), "recipient_type", "recipient_code", before="amount_sek"
    )
    amount_previous = pl.when("is_complete").then("before")
    return (
        totals.join(last_year, on=_RECIPIENT, how="left", validate="1:1")
        .with_columns(amount_previous_sek=amount_previous, change_sek=pl.col("amount_sek") - amount_previous)
        .select(RECIPIENT_TOTALS.schema.names())
        .sort(RECIPIENT_TOTALS.key)
    )


def county_overview_of(totals: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """`county_overview`: what the municipalities, the region and the county jointly get, from `recipient_totals`."""
    county = ["programme", "year", "county_code"]
    local = totals.filter(pl.col("recipient_type") != NATIONAL)
    sums = local.group_by(county).agg(
        *(_sum_of(level).alias(f"{level}_sek") for level in _LEVELS),
        total_sek=pl.col("amount_sek").sum(),
        status=pl.when((pl.col("status") == PRELIMINARY).any()).then(pl.lit(PRELIMINARY)).otherwise(pl.lit(DECIDED)),
        population=_of_territory("population"),
        population_basis=_of_territory("population_basis"),
    )
    whole = completeness(rules).filter(pl.col("recipient_type").is_in(_LEVELS)).group_by("programme", "year")
    names = recipients.filter(pl.col("recipient_type") == COUNTY).select(
        "year", county_code="recipient_code", county_name="recipient_name"
    )
    return (
        sums.join(whole.agg(pl.col("is_complete").all()), on=["programme", "year"], validate="m:1")
        .join(names, on=["year", "county_code"], validate="m:1")
        .with_columns(sek_per_inhabitant=pl.col("total_sek") / pl.col("population"))
        .select(COUNTY_OVERVIEW.schema.names())
        .sort(COUNTY_OVERVIEW.key)
    )


def _sum_of(level: str) -> pl.Expr:
    """The sum of a level; null, not 0, where nothing of it is computed."""
    amounts = pl.col("amount_sek").filter(pl.col("recipient_type") == level)
    return pl.when(amounts.len() > 0).then(amounts.sum())


def _of_territory(column: str) -> pl.Expr:
    """A value of the county's territory, which its region and the county itself share."""
    return pl.col(column).filter(pl.col("recipient_type") != MUNICIPALITY).first()


def _heads(population: pl.DataFrame, display_bases: pl.DataFrame, ages: str, name: str) -> pl.DataFrame:
    """Recipient keys with `name` and `name_basis`: the head counts to show beside the amounts."""
    counts = population.filter(pl.col("ages") == ages).join(
        display_bases, on=["year", "table_id", "reference_date"], validate="m:m"
    )
    kinds = pl.DataFrame(
        [(kind, territory_of(kind)) for kind in _LEVELS], ["recipient_type", "region_type"], orient="row"
    )
    return counts.join(kinds, on="region_type", validate="m:m").select(
        "programme",
        "year",
        "recipient_type",
        recipient_code="region_code",
        **{name: pl.col("population"), f"{name}_basis": pl.col("basis")},
    )
