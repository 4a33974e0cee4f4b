"""What a published version says in short, as plain data: for the terminal, for `--json`, for the tests."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from assets.storage.inputs import input_hashes
from assets.storage.products import files_of
from assets.storage.publishing import PublishedVersion, current_version, damage, read_published, version_folders
from pipelines.due import overdue_now
from pipelines.settings import Settings
from schemas.errors import UsageError, listed
from schemas.tables.allocation import COVERAGE, POTS
from schemas.tables.verification import FINDINGS, RECONCILIATION

VERDICTS = ("exact", "explained", "rounded_match", "not_comparable", "no_rule", "mismatch")


def published_version(settings: Settings) -> PublishedVersion:
    """The current version; `UsageError` if nothing has been published yet."""
    version = current_version(settings.out)
    if version is None:
        raise UsageError(f"nothing is published in {settings.out}", remedy="run `kronvis run` first")
    return version


def chosen_years(version: PublishedVersion, years: Iterable[int]) -> list[int]:
    """The years asked for, or all; `UsageError` if the version does not have one of them."""
    on_hand: list[int] = version.manifest["years"]
    asked = sorted(set(years)) or on_hand
    missing = sorted(set(asked) - set(on_hand))
    if missing:
        raise UsageError(
            f"{listed(missing)} is not published",
            remedy=f"years published: {listed(on_hand)}; see `kronvis run --help`",
        )
    return asked


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


def verification(version: PublishedVersion, years: Iterable[int]) -> dict[str, Any]:
    """Verdict counts, every reconciled figure, and the findings."""
    chosen = list(years)
    rows = read_published(version, RECONCILIATION, chosen)
    counted = rows.group_by("verdict").agg(pl.len()).rows()
    return {
        "version": version.id,
        "years": chosen,
        "verdicts": {**dict.fromkeys(VERDICTS, 0), **dict(counted)},
        "figures": rows.to_dicts(),
        "findings": read_published(version, FINDINGS, chosen).to_dicts(),
    }


def status(settings: Settings) -> dict[str, Any]:
    """What is published, whether its files are whole, and which years' inputs have changed since."""
    version = published_version(settings)
    manifest = version.manifest
    stale = [year for year in manifest["years"] if manifest["inputs"][str(year)] != input_hashes(settings.data, year)]
    return {
        "version": version.id,
        "folder": str(Path(version.folder)),
        "created_at": dt.datetime.fromisoformat(manifest["created_at"]).isoformat(),
        "kronvis": manifest["kronvis"],
        "years": manifest["years"],
        "files": len(manifest["files"]),
        "bytes": sum(entry["bytes"] for entry in manifest["files"].values()),
        "products": {
            name: {"files": len(files), "bytes": sum(entry["bytes"] for entry in files)}
            for name, product in manifest.get("products", {}).items()
            for files in [files_of({name: product}).values()]
        },
        "rows": sum(entry["rows"] for entry in manifest["files"].values()),
        "damaged": damage(version),
        "stale_years": stale,
        "overdue": [one._asdict() for one in overdue_now(settings)],
        "versions_kept": [folder.name for folder in version_folders(settings.out)],
    }
