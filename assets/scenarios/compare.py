"""Who wins and who loses by a scenario: in all, by size class, by county, and the largest changes each way.

A recipient's change is the sum over its pots. Everything is counted in whole kronor; figures per head come last.
"""

from typing import Any, Final

import polars as pl

from assets.scenarios.apply import Scenario
from schemas.vocabulary import ASSUMED, COUNTY, MUNICIPALITY, PRELIMINARY, RECIPIENT_TYPES

LARGEST: Final = 10
_CHANGE: Final = pl.col("change_sek")
_RECIPIENT: Final = ("recipient_type", "recipient_code")
_MEASURES: Final = {
    "recipients": pl.len().cast(pl.Int64),
    "winners": (_CHANGE > 0).sum().cast(pl.Int64),
    "losers": (_CHANGE < 0).sum().cast(pl.Int64),
    "gained_sek": _CHANGE.filter(_CHANGE > 0).sum(),
    "lost_sek": -_CHANGE.filter(_CHANGE < 0).sum(),
    "change_sek": _CHANGE.sum(),
    "amount_decided_sek": pl.col("amount_decided_sek").sum(),
    "amount_scenario_sek": pl.col("amount_scenario_sek").sum(),
}


def compared(scenario: Scenario, recipients: pl.DataFrame) -> dict[str, Any]:
    """The comparison as plain data, over the recipients of the pots that the reform changes.

    `recipients` of the year give the counties their names.
    """
    totals = recipients_compared(scenario.rows)
    municipalities = totals.filter(pl.col("recipient_type") == MUNICIPALITY)
    by_type = _with_ratios(_summed(totals, "recipient_type")).to_dicts()
    return {
        "headline": _headline(scenario, totals),
        "by_recipient_type": sorted(by_type, key=lambda row: RECIPIENT_TYPES.index(row["recipient_type"])),
        "by_size_class": _by_size(municipalities),
        "by_county": _by_county(totals, recipients),
        "winners": _largest(totals.filter(_CHANGE > 0), descending=True),
        "losers": _largest(totals.filter(_CHANGE < 0), descending=False),
        "pots": scenario.pots.to_dicts(),
    }


def recipients_compared(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per recipient of a changed pot, over all its pots: both amounts, the change, inhabitants, size class."""
    totals = (
        rows.group_by(_RECIPIENT)
        .agg(
            pl.col("recipient_name", "county_code", "inhabitants", "size_class").first(),
            pl.col("amount_decided_sek", "amount_scenario_sek", "change_sek").sum(),
            is_concerned=(pl.col("evidence") == ASSUMED).any(),
            is_preliminary=(pl.col("status") == PRELIMINARY).any(),
        )
        .filter("is_concerned")
        .drop("is_concerned")
    )
    return _with_ratios(totals).sort(_RECIPIENT)


def _headline(scenario: Scenario, totals: pl.DataFrame) -> dict[str, Any]:
    """What a sentence says. Of all pots: amounts + residual = total; the change is what the residuals differ by."""
    pots = scenario.pots
    return {
        **totals.select(**_MEASURES).row(0, named=True),
        "total_decided_sek": pots.get_column("amount_decided_sek").sum(),
        "total_scenario_sek": pots.get_column("amount_scenario_sek").sum(),
        "residual_decided_sek": pots.get_column("residual_decided_sek").sum(),
        "residual_scenario_sek": pots.get_column("residual_scenario_sek").sum(),
        "preliminary": totals.get_column("is_preliminary").sum(),
    }


def _summed(totals: pl.DataFrame, by: str) -> pl.DataFrame:
    return totals.group_by(by).agg(**_MEASURES, inhabitants=pl.col("inhabitants").sum())


def _with_ratios(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the change as a share and per inhabitant; null where there is nothing to divide by."""
    decided, heads = pl.col("amount_decided_sek"), pl.col("inhabitants")
    return rows.with_columns(
        change_share=pl.when(decided > 0).then(_CHANGE / decided),
        change_per_inhabitant_sek=pl.when(heads > 0).then(_CHANGE / heads),
    )


def _by_size(municipalities: pl.DataFrame) -> list[dict[str, Any]]:
    """The classes from the smallest; those that nobody belongs to are left out."""
    rows = _summed(municipalities.filter(pl.col("size_class").is_not_null()), "size_class")
    return sorted(_with_ratios(rows).to_dicts(), key=lambda row: int(row["size_class"].partition("-")[0]))


def _by_county(totals: pl.DataFrame, recipients: pl.DataFrame) -> list[dict[str, Any]]:
    """Per county, over its municipalities, its region and its joint money; nobody is counted twice."""
    local = totals.filter(pl.col("county_code").is_not_null())
    is_municipal = pl.col("recipient_type") == MUNICIPALITY
    people = pl.when(is_municipal.any()).then(pl.col("inhabitants").filter(is_municipal).sum())
    heads = local.group_by("county_code").agg(inhabitants=pl.coalesce(people, pl.col("inhabitants").first()))
    names = recipients.filter(pl.col("recipient_type") == COUNTY).select(
        county_code="recipient_code", county_name="recipient_name"
    )
    rows = (
        _summed(local, "county_code")
        .drop("inhabitants")
        .join(heads, on="county_code", validate="1:1")
        .join(names, on="county_code", validate="1:1")
    )
    return _with_ratios(rows).sort("county_code").to_dicts()


def _largest(totals: pl.DataFrame, *, descending: bool) -> list[dict[str, Any]]:
    """The largest changes in kronor; equal ones by kind and code."""
    return totals.sort("change_sek", *_RECIPIENT, descending=[descending, False, False]).head(LARGEST).to_dicts()
