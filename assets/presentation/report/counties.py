"""A page per county: its municipalities, its region and the county-joint money, and what became of the latter."""

from collections.abc import Iterator
from typing import Any, Final

from assets.presentation.report.amounts import Amounts, Row, Rows, agreement_key, laid_out_amounts, path_of, swedish
from assets.presentation.report.labels import label
from assets.presentation.report.one_amount import latest_totals, source_view
from assets.presentation.report.over_time import described
from assets.presentation.report.page import Page, View
from assets.presentation.report.recipients import parts
from assets.reporting.explaining.wording import money, not_split, say
from assets.storage.publishing import Contents
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, MUNICIPALITY, NOT_COMPUTED, REGION

_START: Final = Text("Start", "Start")
_LEVELS: Final = {MUNICIPALITY: "to_municipalities", REGION: "to_region", COUNTY: "county_joint"}
_REPORTED: Final = ("allocated", "used", "saved", "repaid", "reported", "unexplained")
_WHOLE_COUNTY: Final = Text("Alla länsgemensamma potter", "All county-joint pots")
_THEY: Final = Text("kommunerna", "the municipalities")
_NO_POT: Final = Text("ingen pott", "no pot")
_COUNTY_TOTAL: Final = Text("{name} {year}: {amount}, {status}", "{name} {year}: {amount}, {status}")


def pages(contents: Contents) -> Iterator[Page]:
    """The pages, each the same in both languages."""
    amounts = laid_out_amounts(contents.tables, contents.sha256)
    for kind, code in sorted(amounts.recipients):
        if kind == COUNTY:
            yield _page(amounts, code)


def _page(amounts: Amounts, code: str) -> Page:
    return Page(path_of(COUNTY, code), "county.html", lambda lang: _view(amounts, code, lang))


def _view(amounts: Amounts, code: str, lang: Language) -> View:
    name = amounts.recipients[COUNTY, code]["recipient_name"]
    rows = amounts.overview.get(code, [])
    return {
        "title": name,
        "description": _described(amounts, code, name, rows, lang),
        "crumbs": [(say(_START, lang), "index.html"), (name, None)],
        "name": name,
        "region": _link(amounts, REGION, code),
        "money": [_money(amounts, row, lang) for row in _latest(rows)],
        "overview": [_overview(amounts, row, lang) for row in reversed(rows)],
        "municipalities": _municipalities(amounts, code, lang),
        "names": [_link(amounts, MUNICIPALITY, row["recipient_code"]) for row in amounts.municipalities_of(code)],
        "reported": list(_REPORTED),
        "onward": [_onward(amounts, row, lang) for row in reversed(amounts.sub_allocations.get(code, []))],
        "follow_up": [_followed_up(amounts, row, lang) for row in reversed(amounts.follow_up.get(code, []))],
        "follow_up_sources": _follow_up_sources(amounts, code),
        "findings": [_finding(amounts, row, lang) for row in amounts.follow_up_findings.get(code, [])],
        **parts(amounts, COUNTY, code, lang),
    }


def _described(amounts: Amounts, code: str, name: str, rows: Rows, lang: Language) -> str:
    """The county's whole money where there is any; the status stands beside it."""
    latest = _latest(rows)
    if not latest:
        return described(next(iter(latest_totals(amounts, COUNTY, code)), None), name, COUNTY, lang)
    row = latest[0]
    amount, status = money(row["total_sek"], lang), label(row["status"], lang)
    return say(_COUNTY_TOTAL, lang, name=name, year=row["year"], amount=amount, status=status)


def _latest(rows: Rows) -> Rows:
    """The latest row of every programme, the latest year first."""
    latest = {row["programme"]: row for row in rows}
    return sorted(latest.values(), key=lambda row: (-row["year"], row["programme"]))


def _link(amounts: Amounts, kind: str, code: str) -> dict[str, str] | None:
    """Name and page of a recipient, if there is one."""
    row = amounts.recipients.get((kind, code))
    return None if row is None else {"name": row["recipient_name"], "path": path_of(kind, code)}


# --- the county's whole money --------------------------------------------------------------------------------------


def _money(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    """All that goes to the county in the programme's latest year, level by level."""
    levels = [
        {
            "name": name,
            "kind": kind,
            "amount_sek": row[f"{kind}_sek"],
            "status": _status_of_level(amounts, row, kind),
            "why_none": _why_none(amounts, row, kind, lang),
        }
        for kind, name in _LEVELS.items()
    ]
    names = ("programme", "year", "total_sek", "status", "is_complete", "population", "population_basis")
    return {
        **{name: row[name] for name in names},
        "sek_per_inhabitant": row["sek_per_inhabitant"],
        "sek_per_inhabitant_nation": _of_nation(amounts, row),
        "not_split": _not_split(amounts, agreement_key(row), tuple(_LEVELS), row["county_name"], lang),
        "levels": levels,
        "largest": max(level["amount_sek"] or 0 for level in levels),
    }


def _not_split(
    amounts: Amounts, agreement: tuple[str, int], kinds: tuple[str, ...], name: str, lang: Language
) -> list[str]:
    """The sentences on pots of an agreement that are not split and may hold money to these kinds of recipients."""
    rules = {rule["pot_id"]: rule for kind in kinds for rule in amounts.unknown(*agreement, kind)}
    return [not_split(rule, name, lang) for rule in rules.values()]


def _why_none(amounts: Amounts, row: Row, kind: str, lang: Language) -> str:
    """What stands for a level without an amount: its rule is not known, or there is no pot."""
    if amounts.unknown(*agreement_key(row), kind):
        return label(NOT_COMPUTED, lang)
    return say(_NO_POT, lang)


def _status_of_level(amounts: Amounts, row: Row, kind: str) -> str | None:
    """The status of what goes to one level of the county; None where nothing is computed."""
    peers = amounts.peers.get((*agreement_key(row), kind, row["county_code"]))
    return None if peers is None else peers.status


def _of_nation(amounts: Amounts, row: Row) -> float | None:
    """All counties' money by all their inhabitants in the same agreement; None if one's are not known."""
    peers = [one for rows in amounts.overview.values() for one in rows if agreement_key(one) == agreement_key(row)]
    if any(one["population"] is None for one in peers):
        return None
    people: int = sum(one["population"] for one in peers)
    total: int = sum(one["total_sek"] for one in peers)
    return total / people if people else None


def _overview(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    names = ("programme", "year", *(f"{kind}_sek" for kind in _LEVELS), "total_sek", "sek_per_inhabitant")
    why_none = {f"{kind}_sek": _why_none(amounts, row, kind, lang) for kind in _LEVELS}
    return {**{name: row[name] for name in (*names, "is_complete", "status")}, "why_none": why_none}


def _municipalities(amounts: Amounts, county: str, lang: Language) -> dict[str, Any] | None:
    """The county's municipalities in the latest year that has amounts to them; all are listed, also without one."""
    with_amounts = [key[:2] for key in amounts.peers if key[2:] == (MUNICIPALITY, county)]
    if not with_amounts:
        return None
    programme, year = max(with_amounts, key=lambda agreement: (agreement[1], agreement[0]))
    together = amounts.peers[programme, year, MUNICIPALITY, county]
    rows = [_municipality(amounts, row, (programme, year)) for row in amounts.municipalities_of(county)]
    return {
        "programme": programme,
        "year": year,
        "rows": rows,
        "of": amounts.peers[programme, year, MUNICIPALITY, None].recipients,
        "sum_sek": together.amount_sek,
        "status": together.status,
        "sek_per_inhabitant": together.sek_per_inhabitant,
        "sek_per_child": together.sek_per_child,
        "is_complete": not amounts.unknown(programme, year, MUNICIPALITY),
        "not_split": [
            f"{one}: {told}"
            for one in amounts.years_of(programme)
            if one >= year
            for told in _not_split(amounts, (programme, one), (MUNICIPALITY,), say(_THEY, lang), lang)
        ],
    }


def _municipality(amounts: Amounts, row: Row, agreement: tuple[str, int]) -> dict[str, Any]:
    code = row["recipient_code"]
    totals = amounts.totals.get((MUNICIPALITY, code), [])
    total: Row = next((one for one in totals if agreement_key(one) == agreement), {})
    names = ("amount_sek", "status", "sek_per_inhabitant", "sek_per_child", "rank_per_inhabitant")
    return {
        "name": row["recipient_name"],
        "path": path_of(MUNICIPALITY, code),
        "sort": swedish(row["recipient_name"]),
        **{name: total.get(name) for name in names},
    }


# --- what became of the county-joint money -------------------------------------------------------------------------


def _pot_name(amounts: Amounts, row: Row, lang: Language) -> str:
    """The pot's name; what concerns no pot by itself concerns all of them together."""
    return amounts.pot_name(row["programme"], row["year"], row["pot_id"], lang) or say(_WHOLE_COUNTY, lang)


def _onward(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    names = ("programme", "year", "recipient_type", "recipient_name", "amount_sek", "key", "rounded_to_sek")
    return {
        **{name: row[name] for name in names},
        "pot": _pot_name(amounts, row, lang),
        "part": row[f"part_name_{lang}"],
        "status": row["status"],
        "evidence": row["evidence"],
        "note": row[f"note_{lang}"],
        "sources": [_source(amounts, row, one) for one in row["sources"].split()],
    }


def _followed_up(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    return {
        "programme": row["programme"],
        "year": row["year"],
        "pot": _pot_name(amounts, row, lang),
        **{f"{name}_sek": row[f"{name}_sek"] for name in _REPORTED},
        "verdict": row["verdict"],
    }


def _follow_up_sources(amounts: Amounts, county: str) -> list[dict[str, Any]]:
    """The documents that the reports were read from, each once."""
    reports = {(*agreement_key(row), row["source_id"]): row for row in amounts.follow_up.get(county, [])}
    return [_source(amounts, row, row["source_id"]) for row in reports.values() if row["source_id"] is not None]


def _source(amounts: Amounts, row: Row, source_id: str) -> dict[str, Any]:
    """A document by its id."""
    return source_view(amounts.sources[row["programme"], row["year"], source_id])


def _finding(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    """A finding in its own words, with the pot's name for its code."""
    message = row[f"message_{lang}"]
    for rule in amounts.rules.get(agreement_key(row), ()):
        message = message.replace(rule["pot_id"], f"”{rule['name_sv']}”" if lang == "sv" else f"“{rule['name_en']}”")
    return {"year": row["year"], "severity": row["severity"], "message": message}
