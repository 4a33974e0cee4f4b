"""The worked example of the page of method: one published amount, every step from the tables."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.report.names import LONGEST_NAME, Names, source_told
from assets.reporting.explaining.explanation import explain_recipient
from assets.reporting.explaining.layout import NEEDED
from schemas.keys import AMOUNT, POT, all_of
from schemas.plain_text import harmless
from schemas.text import Language
from schemas.vocabulary import DECIDED, MUNICIPALITY
from schemas.written import age_band


def example(tables: Mapping[str, pl.DataFrame], names: Names, lang: Language) -> dict[str, Any] | None:
    """One municipality's amount from a pot with base amounts, every step from the tables; None if no pot has any.

    The latest such year; of its recipients the largest whose amount is decided and agrees with a published figure.
    """
    chosen = _chosen(tables)
    if chosen is None:
        return None
    year = chosen["year"]
    own = {name: tables[name].filter(year=year) for name in NEEDED}
    recipient = tables["recipients"].filter(
        year=year, recipient_type=MUNICIPALITY, recipient_code=chosen["recipient_code"]
    )
    explained = explain_recipient(own, recipient.row(0, named=True), lang)
    pot = next(
        one for one in explained["pots"] if (one["programme"], one["pot_id"]) == (chosen["programme"], chosen["pot_id"])
    )
    sums = ("amount_sek", "recipients", "bases_sek", "shared_sek", "residual_sek")
    return {
        "year": year,
        "programme": programme_name(chosen["programme"], lang),
        "recipient": harmless(chosen["recipient_name"], LONGEST_NAME),
        "place": names.page(MUNICIPALITY, chosen["recipient_code"]),
        "pot": names.pot(chosen["programme"], year, chosen["pot_id"], lang),
        "sizes": {name: pot["pot"][name] for name in sums},
        **{name: chosen[name] for name in ("base_sek", "variable_sek", "amount_sek", "population", "status")},
        "population_total": chosen["population_total"],
        "reference_date": chosen["reference_date"].isoformat(),
        "ages": age_band(chosen["ages"], lang),
        "basis": chosen["population_basis"],
        "formula": pot["formula"],
        "rounding": pot["rounding"]["text"],
        "published_sek": chosen["published_sek"],
        "sources": [source_told(one) for one in _sources_of(tables, chosen)],
    }


def _chosen(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any] | None:
    agreeing = (
        tables["reconciliation"].filter(verdict="exact").select(*AMOUNT, "published_sek").unique(maintain_order=True)
    )
    rows = (
        tables["allocations"]
        .filter(pl.col("recipient_type") == MUNICIPALITY, pl.col("base_sek") > 0, pl.col("rounding").is_not_null())
        .join(agreeing, on=AMOUNT, how="left")
        .sort(
            "year",
            pl.col("status") == DECIDED,
            pl.col("published_sek").is_not_null(),
            "population",
            "recipient_code",
            descending=True,
            nulls_last=True,
        )
    )
    return rows.row(0, named=True) if rows.height else None


def _sources_of(tables: Mapping[str, pl.DataFrame], row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The documents behind the rule of the chosen pot."""
    rule = tables["rules"].row(by_predicate=all_of(row, *POT), named=True)
    cited = tables["sources"].filter(
        all_of(row, "programme", "year"), pl.col("source_id").is_in(rule["sources"].split())
    )
    return cited.sort("source_id").to_dicts()
