"""What the split adds up to: per pot, and as coverage of the agreement by evidence."""

from typing import Final

import polars as pl

from assets.allocation.base_amounts import POT
from schemas.tables.allocation import COVERAGE, POTS
from schemas.vocabulary import DECIDED, INFERRED, NOT_COMPUTED, PRELIMINARY, UNKNOWN, VERIFIED

_AGREEMENT: Final = ("programme", "year")


def pots_of(rules: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """The table `pots` of all years in the frames: every pot of the agreement, computed or not."""
    sums = allocations.group_by(POT).agg(
        allocated_sek=pl.col("amount_sek").sum(),
        recipients_count=pl.len().cast(pl.Int64),
        is_preliminary=(pl.col("status") == PRELIMINARY).any(),
    )
    status = (
        pl.when(pl.col("allocated_sek").is_null())
        .then(pl.lit(NOT_COMPUTED))
        .when("is_preliminary")
        .then(pl.lit(PRELIMINARY))
        .otherwise(pl.lit(DECIDED))
    )
    return (
        rules.join(sums, on=POT, how="left", validate="1:1")
        .with_columns(
            residual_sek=pl.col("amount_sek") - pl.col("allocated_sek"),
            recipients_count=pl.col("recipients_count").fill_null(0),
            evidence=_weaker_evidence(),
            status=status,
        )
        .select(POTS.schema.names())
        .sort(POTS.key)
    )


def _weaker_evidence() -> pl.Expr:
    amount, rule = pl.col("evidence_amount"), pl.col("evidence_rule")
    return (
        pl.when(rule == UNKNOWN)
        .then(pl.lit(UNKNOWN))
        .when((amount == INFERRED) | (rule == INFERRED))
        .then(pl.lit(INFERRED))
        .otherwise(pl.lit(VERIFIED))
    )


def coverage_of(rules: pl.DataFrame, pots: pl.DataFrame) -> pl.DataFrame:
    """The table `coverage` of all years in the frames: the money by evidence; `unknown` is what is not split."""
    totals = rules.select(*_AGREEMENT, "agreement_total_sek").unique()
    # No pot has more than its agreement, so this is the total, but of every row: where the frame holds one agreement
    # only, polars keeps the joined total as one value and multiplies by its reciprocal, which is off in the last bit.
    total = pl.max_horizontal("agreement_total_sek", "amount_sek")
    return (
        pots.group_by(*_AGREEMENT, "evidence")
        .agg(pots_count=pl.len().cast(pl.Int64), amount_sek=pl.col("amount_sek").sum())
        .join(totals, on=_AGREEMENT, validate="m:1")
        .with_columns(coverage_share=pl.col("amount_sek") / total)
        .select(COVERAGE.schema.names())
        .sort(COVERAGE.key)
    )
