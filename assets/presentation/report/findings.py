"""The page of findings: what is wrong or odd in what was published, and what the published amounts rest on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.report.labels import UI
from assets.presentation.report.names import LONGEST_NAME, LONGEST_TEXT, Names, names_in
from assets.presentation.report.page import Page, View
from assets.reporting.explaining.wording import age_band
from assets.storage.publishing import Contents
from schemas.fields.registry import FIELDS
from schemas.plain_text import harmless
from schemas.text import Language
from schemas.vocabulary import DERIVED, ESTIMATED, MUNICIPALITY

# Rows that one page shows of each table; the tables themselves have all.
_SHOWN: Final = 100
_BY_WEIGHT: Final = tuple(reversed(FIELDS["severity"].allowed or ()))
_BASE: Final = ["year", "reference_date", "table_id", "ages"]
_POT: Final = ("programme", "year", "pot_id")
# How the candidates of `vintage_inference` are named that were solved from amounts rather than taken from a count.
_SOLVED: Final = "solved"


def pages(contents: Contents) -> Iterator[Page]:
    """`findings.html`."""
    yield Page("findings.html", "findings.html", partial(_view, contents.tables, names_in(contents.tables)))


def _view(tables: Mapping[str, pl.DataFrame], names: Names, lang: Language) -> View:
    found = sorted(
        tables["findings"].to_dicts(),
        key=lambda row: (_BY_WEIGHT.index(row["severity"]), -row["year"], row["programme"], row["finding_id"]),
    )
    inferred = _inferred(tables["vintage_inference"], names, lang)
    return {
        "title": UI["findings"].of(lang),
        "description": _DESCRIPTION[lang],
        "crumbs": [(UI["start"].of(lang), "index.html"), (UI["findings"].of(lang), None)],
        "severities": [(severity, sum(row["severity"] == severity for row in found)) for severity in _BY_WEIGHT],
        "findings": [_finding(row, names, lang) for row in found[:_SHOWN]],
        "more_findings": max(0, len(found) - _SHOWN),
        "inferred": inferred[:_SHOWN],
        "more_inferred": max(0, len(inferred) - _SHOWN),
        "revised": _revised(tables["revisions"], names, lang),
        "asked_scb": tables["scb_population_raw"].height > 0,
        "backtests": _backtests(tables, names, lang),
    }


_DESCRIPTION: Final = {
    "sv": "Fel och märkligheter i det som publicerats, och vad de publicerade beloppen säger om sin folkmängd.",
    "en": "Errors and oddities in what was published, and what the published amounts say of their head counts.",
}


# --- findings -------------------------------------------------------------------------------------------------------


def _finding(row: Mapping[str, Any], names: Names, lang: Language) -> dict[str, Any]:
    pot_id, kind, code = [*row["subject"].split(" "), "", ""][:3]
    return {
        "year": row["year"],
        "programme": programme_name(row["programme"], lang),
        "kind": row["kind"],
        "severity": row["severity"],
        "pot": names.pot(row["programme"], row["year"], pot_id, lang),
        "recipient": names.recipient(kind, code),
        "place": names.page(kind, code),
        "message": harmless(row[f"message_{lang}"], LONGEST_TEXT),
        "evidence": [
            (harmless(name, LONGEST_NAME), harmless(str(value), LONGEST_NAME))
            for name, value in sorted(json.loads(row["evidence"]).items())
        ],
    }


# --- what the published amounts rest on -----------------------------------------------------------------------------


def _inferred(rows: pl.DataFrame, names: Names, lang: Language) -> list[dict[str, Any]]:
    """One entry per pot with exact published amounts: what solves them, and which count on hand gives them."""
    ordered = rows.sort("year", "programme", "pot_id", descending=[True, False, False]).to_dicts()
    entries = []
    for (programme, year, pot_id), group in groupby(ordered, key=lambda row: tuple(row[name] for name in _POT)):
        candidates = list(group)
        entries.append(
            {
                "programme": programme_name(programme, lang),
                "year": year,
                "pot": names.pot(programme, year, pot_id, lang),
                "kind": candidates[0]["recipient_type"],
                "figures": max(row["figures"] for row in candidates),
                "solved": _solved([row for row in candidates if _is_solved(row)]),
                "on_hand": _on_hand([row for row in candidates if not _is_solved(row)]),
                "tried": sum(not _is_solved(row) for row in candidates),
            }
        )
    return entries


def _is_solved(row: Mapping[str, Any]) -> bool:
    return str(row["candidate"]).startswith(_SOLVED)


def _solved(candidates: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What a search over all national totals gave, the best of its roundings; None where nothing was searched."""
    if not candidates:
        return None
    best = _best(candidates)
    totals = sorted({row["total"] for row in best if row["total"] is not None})
    return {
        "verdict": best[0]["verdict"],
        "matches": best[0]["matches"],
        "figures": best[0]["figures"],
        # Roundings are searched one by one; the same total may come out of several.
        "solutions": max(row["solutions"] for row in best),
        "total": totals[0] if len(totals) == 1 else None,
        "roundings": sorted({row["rounding"] for row in best}),
    }


def _on_hand(candidates: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The count on hand that gives most of the amounts, SCB's own before solved ones; None where none was tried."""
    if not candidates:
        return None
    best = _best(candidates)
    first = min(best, key=lambda row: (row["population_basis"] == DERIVED, str(row["reference_date"])))
    return {
        "verdict": first["verdict"],
        "matches": first["matches"],
        "figures": first["figures"],
        "date": first["reference_date"].isoformat(),
        "basis": first["population_basis"],
        "total": first["total"],
        "roundings": sorted({row["rounding"] for row in best if row["reference_date"] == first["reference_date"]}),
        "others": len({row["reference_date"] for row in best}) - 1,
    }


def _best(candidates: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    most = max(row["matches"] for row in candidates)
    return [row for row in candidates if row["matches"] == most]


# --- what SCB has revised, and how well estimates do ----------------------------------------------------------------


def _revised(revisions: pl.DataFrame, names: Names, lang: Language) -> list[dict[str, Any]]:
    """One entry per pot: how many recipients later counts would move, and who the most."""
    entries = []
    groups = revisions.sort(*_POT, pl.col("change_sek").abs(), "recipient_code").group_by(_POT, maintain_order=True)
    for (programme, _, pot_id), rows in groups:
        most = rows.row(-1, named=True)
        entries.append(
            {
                "programme": programme_name(str(programme), lang),
                "year": most["year"],
                "pot": names.pot(str(programme), most["year"], str(pot_id), lang),
                "recipients": rows.height,
                "moved_sek": int(rows.filter(pl.col("change_sek") > 0).get_column("change_sek").sum()),
                "recipient": harmless(most["recipient_name"], LONGEST_NAME),
                "place": names.page(most["recipient_type"], most["recipient_code"]),
                "change_sek": most["change_sek"],
                "population": most["population"],
                "population_revised": most["population_revised"],
            }
        )
    return entries


def _backtests(tables: Mapping[str, pl.DataFrame], names: Names, lang: Language) -> list[dict[str, Any]]:
    """One entry per estimated base: how many counts are known, and how far the method misses them."""
    entries = []
    estimated = tables["population"].filter(pl.col("basis") == ESTIMATED).group_by(_BASE).agg(estimated=pl.len())
    for _, rows in tables["population_backtest"].sort(*_BASE, "region_code").group_by(_BASE, maintain_order=True):
        worst = rows.sort(pl.col("error_share").abs(), "region_code").row(-1, named=True)
        own = estimated.join(rows.select(_BASE).unique(), on=_BASE, how="semi").get_column("estimated").to_list()
        entries.append(
            {
                "year": worst["year"],
                "ages": age_band(worst["ages"], lang),
                "reference_date": worst["reference_date"].isoformat(),
                "estimated": own[0] if own else 0,
                "known": rows.height,
                "mean": rows.select(pl.col("error_share").abs().mean()).item(),
                "worst": abs(worst["error_share"]),
                "missed_most": _place(worst, names)["recipient"],
                "rows": [
                    {
                        **_place(row, names),
                        **{
                            name: row[name]
                            for name in ("population", "population_estimated", "error_count", "error_share")
                        },
                    }
                    for row in rows.head(_SHOWN).to_dicts()
                ],
            }
        )
    return entries


def _place(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The municipality of a head count, and its page."""
    code = row["region_code"]
    return {"recipient": names.recipient(MUNICIPALITY, code) or code, "place": names.page(MUNICIPALITY, code)}
