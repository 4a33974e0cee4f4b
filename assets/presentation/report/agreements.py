"""Agreements in short: what is agreed and computed, how sure it is, and how its published figures came out."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from assets.presentation.report.reconciliation import VERDICTS
from schemas.vocabulary import DECIDED, NOT_COMPUTED, PRELIMINARY, UNKNOWN

_AGREEMENT: Final = ["programme", "year"]


def agreements(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """One row per agreement, latest first and the larger programme first within a year.

    `status` is that of what is computed: preliminary as soon as any of it is. `verdicts` are pairs of a verdict and
    the number of published figures that got it.
    """
    money = (
        tables["coverage"]
        .group_by(*_AGREEMENT, "agreement_total_sek")
        .agg(computed_sek=pl.col("amount_sek").filter(pl.col("evidence") != UNKNOWN).sum())
        .join(_preliminary(tables["pots"]), on=_AGREEMENT, how="left")
        .sort("year", "agreement_total_sek", "programme", descending=[True, True, False])
    )
    verdicts = _verdicts(tables["reconciliation"])
    return [_agreement(row, verdicts.get((row["programme"], row["year"]), {})) for row in money.to_dicts()]


def headline(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The latest agreement that is computed as a whole; where there is none, the latest agreement."""
    return next((row for row in rows if row["is_whole"]), rows[0])


def _agreement(row: dict[str, Any], verdicts: Mapping[str, int]) -> dict[str, Any]:
    computed, agreed = row["computed_sek"], row["agreement_total_sek"]
    preliminary = row["preliminary_sek"] or 0
    return {
        "programme": row["programme"],
        "year": row["year"],
        "agreed_sek": agreed,
        "computed_sek": computed,
        "preliminary_sek": preliminary,
        "share": computed / agreed if agreed else 0.0,
        "is_whole": computed == agreed,
        "status": NOT_COMPUTED if not computed else PRELIMINARY if preliminary else DECIDED,
        "verdicts": [[verdict, verdicts[verdict]] for verdict in VERDICTS if verdict in verdicts],
    }


def _preliminary(pots: pl.DataFrame) -> pl.DataFrame:
    """Per agreement: the money of pots that have preliminary rows."""
    preliminary = pots.filter(pl.col("status") == PRELIMINARY)
    return preliminary.group_by(_AGREEMENT).agg(preliminary_sek=pl.col("amount_sek").sum())


def _verdicts(reconciliation: pl.DataFrame) -> dict[tuple[str, int], dict[str, int]]:
    counted: dict[tuple[str, int], dict[str, int]] = {}
    for programme, year, verdict, count in reconciliation.group_by(*_AGREEMENT, "verdict").len().rows():
        counted.setdefault((programme, year), {})[verdict] = count
    return counted
