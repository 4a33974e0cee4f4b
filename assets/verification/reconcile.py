"""Reconciliation: every published figure beside what Kronvis computes, with a verdict.

No tolerance hides a difference. A figure is exact at 0 kr; a difference is explained by a named cause or it is a
mismatch; what rests on preliminary population or on an unknown rule is never counted as reproduced.
"""

from typing import Any

import polars as pl

from assets.verification.comparable import FIGURE, SUM_OF_LEVEL, computed_amounts, rule_gaps
from assets.verification.printed_sums import sum_of_parts
from assets.verification.published import PublishedFiles
from schemas.errors import DataRefused
from schemas.tables.verification import RECONCILIATION
from schemas.vocabulary import LOCAL_SHARE


def reconcile(
    figures: pl.DataFrame, rules: pl.DataFrame, allocations: pl.DataFrame, published: PublishedFiles
) -> pl.DataFrame:
    """The table `reconciliation` of all years in the frames.

    A county's own onward split is no state allocation and is left out. Raises `DataRefused` for a figure whose pot
    or recipient the agreement does not have, naming the line it stands on.
    """
    state = figures.filter(pl.col("recipient_type") != LOCAL_SHARE)
    pot = ["programme", "year", "pot_id"]
    known = rule_gaps(rules).with_columns(is_in_agreement=pl.lit(value=True))
    rows = state.join(known, on=pot, how="left", validate="m:1").join(
        computed_amounts(allocations, rules), on=list(FIGURE), how="left", validate="m:1"
    )
    _refuse_strangers(rows, rules, published)
    judged = [_judge(row, figures, allocations, rules) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(judged, RECONCILIATION.schema).sort(RECONCILIATION.key)


def _refuse_strangers(rows: pl.DataFrame, rules: pl.DataFrame, published: PublishedFiles) -> None:
    for row in rows.iter_rows(named=True):
        place = published.place(row["programme"], row["year"], row["pot_id"], row["recipient_code"])
        if row["is_in_agreement"] is None:
            ids = rules.filter(pl.col("programme") == row["programme"]).get_column("pot_id").sort()
            raise DataRefused(
                place,
                f"pot_id {row['pot_id']!r} is not in the agreement of {row['year']}",
                remedy=f"its pots are {', '.join(ids)}",
            )
        if row["gap"] is None and row["computed_sek"] is None:
            raise DataRefused(
                place,
                f"pot {row['pot_id']} has no recipient {row['recipient_type']} {row['recipient_code']}",
                remedy="compare recipient_type and recipient_code with the pot's rule",
            )


def _judge(
    row: dict[str, Any], figures: pl.DataFrame, allocations: pl.DataFrame, rules: pl.DataFrame
) -> dict[str, Any]:
    """One row of the table: verdict, cause and independence of a figure."""
    is_exact = row["precision"] == "exact"
    parts = None
    if is_exact and row["pot_id"] in SUM_OF_LEVEL and not row["is_preliminary"]:
        parts = sum_of_parts(row, figures, allocations, rules)
    if parts is not None and parts.parts_sek != row["published_sek"]:
        explained = parts.is_sum_of_unrounded_parts
        verdict = ("explained", "sum_of_unrounded_parts") if explained else ("mismatch", None)
        return _judged(row, parts.parts_sek, *verdict)
    if row["gap"] is not None:
        nothing_known = row["gap"] == "partly_unknown_rule" and row["computed_sek"] is None
        return _judged(row, row["computed_sek"], "no_rule", "rule_unknown" if nothing_known else row["gap"])
    if not is_exact:
        agrees = _rounded(row["computed_sek"], row["rounded_to_sek"]) == row["published_sek"]
        cause = "preliminary_population" if row["is_preliminary"] else None
        return _judged(row, row["computed_sek"], "rounded_match" if agrees else "mismatch", cause)
    if row["is_preliminary"]:
        return _judged(row, row["computed_sek"], "not_comparable", "preliminary_population")
    return _judged(row, row["computed_sek"], "exact" if row["computed_sek"] == row["published_sek"] else "mismatch")


def _judged(row: dict[str, Any], computed_sek: int | None, verdict: str, cause: str | None = None) -> dict[str, Any]:
    comparable = computed_sek is not None and verdict != "no_rule"
    self_derived = row["source_id"] in (row["rests_on"] or ())
    return {
        **{name: row[name] for name in (*RECONCILIATION.key, "recipient_name", "published_sek", "precision")},
        "computed_sek": computed_sek,
        "difference_sek": computed_sek - row["published_sek"] if comparable and computed_sek is not None else None,
        "independence": ("self_derived" if self_derived else "independent") if comparable else None,
        "verdict": verdict,
        "cause": cause,
    }


def _rounded(amount: int, step: int) -> int:
    """`amount` to the nearest multiple of `step`, half up."""
    return (2 * amount + step) // (2 * step) * step
