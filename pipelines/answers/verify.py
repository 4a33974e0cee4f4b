"""Every published figure beside the computed one, as plain data."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from assets.storage.published import PublishedVersion, read_published
from pipelines.answers.summary import VERDICTS
from schemas.tables.verification import FINDINGS, RECONCILIATION


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
