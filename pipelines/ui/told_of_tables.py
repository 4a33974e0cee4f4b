"""What a newcomer should see of each table in the Dagster UI, beyond row count, columns and preview.

One function per table that has more to say: all rows of a run in, small tables out, with the year in each row.
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pipelines.answers.summary import VERDICTS
from schemas.vocabulary import BASES, EVIDENCE, PRELIMINARY, UNKNOWN

Told = dict[str, pl.DataFrame]


def told_of(name: str, frame: pl.DataFrame) -> Told:
    """Heading → small table of what matters in the table called `name`; empty if there is nothing beyond its rows."""
    tell = _TELL.get(name)
    return {} if tell is None else tell(frame)


def _allocations(frame: pl.DataFrame) -> Told:
    pot = ("year", "programme", "pot_id")
    sums = frame.group_by(pot).agg(
        recipients=pl.len(),
        preliminary=(pl.col("status") == PRELIMINARY).sum(),
        sum_sek=pl.col("amount_sek").sum(),
    )
    return {"sum per pot": sums.sort(pot)}


def _pots(frame: pl.DataFrame) -> Told:
    columns = ("year", "programme", "pot_id", "amount_sek", "allocated_sek", "residual_sek", "status")
    return {"residuals": frame.select(columns)}


def _coverage(frame: pl.DataFrame) -> Told:
    agreement = ("year", "programme", "agreement_total_sek")
    shares = [_percent(pl.col("evidence") == evidence).alias(evidence) for evidence in EVIDENCE]
    by_agreement = frame.group_by(agreement).agg(*shares, computed=_percent(pl.col("evidence") != UNKNOWN))
    return {"share of the money by evidence": by_agreement.sort(agreement)}


def _percent(rows: pl.Expr) -> pl.Expr:
    """The amounts of these rows in tenths of a percent of the agreement, rounded down: 100.0 % is all of it."""
    tenths = pl.col("amount_sek").filter(rows).sum() * 1000 // pl.col("agreement_total_sek").first()
    return pl.format("{}.{} %", tenths // 10, tenths % 10)


def _reconciliation(frame: pl.DataFrame) -> Told:
    order = pl.col("verdict").cast(pl.Enum(VERDICTS))
    by_verdict = frame.group_by("year", "programme", "verdict").agg(figures=pl.len()).sort("year", "programme", order)
    fails = pl.when(pl.col("verdict") == "mismatch").then(pl.lit("FAIL")).otherwise(pl.lit("pass"))
    differing = frame.filter(pl.col("verdict").is_in(["mismatch", "explained"])).select(
        "year",
        "pot_id",
        recipient="recipient_name",
        published="published_sek",
        difference="difference_sek",
        verdict="verdict",
        cause=pl.col("cause").str.replace_all("_", " "),
    )
    return {
        "verdicts": by_verdict.with_columns(result=fails),
        "mismatches and explained differences": differing.sort(pl.col("verdict") != "mismatch", maintain_order=True),
    }


def _findings(frame: pl.DataFrame) -> Told:
    worst_first = pl.col("severity").cast(pl.Enum(["error", "warning", "info"]))
    found = frame.sort(worst_first, "year", "finding_id")
    return {
        "severities": found.group_by("year", "severity", maintain_order=True).agg(findings=pl.len()),
        "messages": found.select("year", "severity", "subject", "message_en"),
    }


def _population(frame: pl.DataFrame) -> Told:
    counts = [(pl.col("basis") == basis).sum().alias(basis) for basis in BASES]
    base = ("year", "table_id", "ages", "region_type")
    return {"territories by basis": frame.group_by(base).agg(*counts).sort(base)}


def _recipient_totals(frame: pl.DataFrame) -> Told:
    known = frame.filter(pl.col("sek_per_inhabitant").is_not_null())
    kind = ("year", "programme", "recipient_type")
    per_head, name = pl.col("sek_per_inhabitant"), pl.col("recipient_name")
    extremes = known.group_by(kind, maintain_order=True).agg(
        highest=name.get(per_head.arg_max()),
        sek_highest=per_head.max().round(2),
        lowest=name.get(per_head.arg_min()),
        sek_lowest=per_head.min().round(2),
    )
    # Where money follows heads alone, only the rounding to whole kronor sets recipients apart.
    told_apart = pl.when(pl.col("sek_highest") != pl.col("sek_lowest"))
    named = (told_apart.then(end).otherwise(pl.lit("all alike")).alias(end) for end in ("highest", "lowest"))
    return {"SEK per inhabitant": extremes.sort(kind).with_columns(named)}


_TELL: Final[Mapping[str, Callable[[pl.DataFrame], Told]]] = {
    "population": _population,
    "allocations": _allocations,
    "pots": _pots,
    "coverage": _coverage,
    "reconciliation": _reconciliation,
    "findings": _findings,
    "recipient_totals": _recipient_totals,
}
