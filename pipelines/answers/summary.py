"""What a run published: a row per agreement, as plain data. For the terminal, monitors, messages and the tests."""

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from assets.storage.published import PublishedVersion, read_published
from schemas.tables.allocation import COVERAGE, POTS
from schemas.tables.verification import FINDINGS, RECONCILIATION

VERDICTS: Final = ("exact", "explained", "rounded_match", "not_comparable", "no_rule", "mismatch")


def summary(version: PublishedVersion, years: Iterable[int]) -> list[dict[str, Any]]:
    """One row per agreement: its money by evidence, how much is computed and preliminary, verdicts, findings."""
    chosen = list(years)
    agreement = ["programme", "year"]
    coverage = read_published(version, COVERAGE, chosen)
    pots = read_published(version, POTS, chosen)
    verdicts = read_published(version, RECONCILIATION, chosen)
    findings = read_published(version, FINDINGS, chosen).group_by(agreement).agg(findings=pl.len())
    rows = coverage.group_by(*agreement, "agreement_total_sek").agg(
        *(_amount_with(evidence) for evidence in ("verified", "inferred", "unknown"))
    )
    preliminary = pots.filter(pl.col("status") == "preliminary").group_by(agreement)
    counts = verdicts.group_by(agreement).agg(
        *((pl.col("verdict") == verdict).sum().alias(verdict) for verdict in VERDICTS)
    )
    return (
        rows.join(preliminary.agg(preliminary_sek=pl.col("amount_sek").sum()), on=agreement, how="left")
        .join(counts, on=agreement, how="left")
        .join(findings, on=agreement, how="left")
        .with_columns(pl.exclude("programme").fill_null(0))
        .with_columns(computed_sek=pl.col("verified_sek") + pl.col("inferred_sek"))
        .with_columns(computed_share=pl.col("computed_sek") / pl.col("agreement_total_sek"))
        .sort(agreement)
        .to_dicts()
    )


def _amount_with(evidence: str) -> pl.Expr:
    return pl.col("amount_sek").filter(pl.col("evidence") == evidence).sum().alias(f"{evidence}_sek")
