"""What a recipient gets of a programme in its latest year, for a page: the amount, its place among others, and why.

Sentences and formulas are those of `kronvis explain`; here they are only chosen and put in order.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from assets.presentation.report.amounts import Amounts, Row, Rows, recipient_key
from assets.presentation.report.labels import label
from assets.presentation.report.names import web_address
from assets.presentation.report.words import PEERS
from assets.reporting.explaining.change import CAUSE_NAMES, change_told
from assets.reporting.explaining.explanation import explained
from assets.reporting.explaining.wording import EVIDENCE_OF, age_band, money, not_split, number, say
from schemas.tables.changes import CAUSES
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, DECIDED, MUNICIPALITY, PRELIMINARY

Block = dict[str, Any]

_DECIDED_COUNTED: Final = Text("Beslutat: folkmängden är {told}.", "Decided: the population is {told}.")
_DECIDED_FIXED: Final = Text(
    "Beslutat: fasta belopp, som inte beror på någon folkmängd.",
    "Decided: fixed amounts, which do not depend on any population.",
)
_IN_COUNTY: Final = Text("kommunerna i {county}", "the municipalities of {county}")
_ALL: Final = Text("alla {count} {peers}", "all {count} {peers}")
_RANK: Final = Text(
    "Plats {place} av {count} {peers}; plats 1 får mest.",
    "Place {place} of {count} {peers}; place 1 gets most.",
)
_ALL_THE_SAME: Final = Text(
    "Lika för alla {count} {peers}, på öret när.", "The same for all {count} {peers}, to the hundredth."
)
_OTHER_PARTS: Final = Text(
    "en del av pengarna {years} har ingen känd regel",
    "some of the money of {years} has no known rule",
)
_NO_YEAR_BEFORE: Final = Text(
    "ingen tidigare överenskommelse finns i den här utgåvan", "no earlier agreement is in this edition"
)
_NOT_THE_YEAR_BEFORE: Final = Text(
    "den föregående överenskommelsen i underlaget gäller {year}, inte året före",
    "the agreement before that is on hand is that of {year}, not of the year before",
)
_NOTHING_BEFORE: Final = Text("inget belopp är känt för {year}", "no amount is known for {year}")
_CELL: Final = Text(
    "{people} personer {ages} i det egna området, av {total} hos alla mottagare.",
    "{people} persons, {ages}, in the own territory, of {total} with all recipients.",
)
_COUNT_IS: Final = Text(" Talet är {told}.", " The count is {told}.")
_SENSITIVE: Final = Text(
    "Med en annan räkning nära mätdagen hade beloppet legat mellan {low} och {high}.",
    "With another count close to the date the amount would have been between {low} and {high}.",
)


def latest_totals(amounts: Amounts, kind: str, code: str) -> Rows:
    """The recipient's latest row of `recipient_totals` in every programme, the latest year first."""
    order = {programme: place for place, programme in enumerate(amounts.programmes())}
    latest = {row["programme"]: row for row in amounts.totals.get((kind, code), ())}
    return sorted(latest.values(), key=lambda row: (-row["year"], order[row["programme"]]))


def one_amount(amounts: Amounts, total: Row, lang: Language) -> Block:
    """One row of `recipient_totals`, which is the latest of its programme, with all that explains it."""
    programme, year, kind = total["programme"], total["year"], total["recipient_type"]
    recipient = amounts.in_year[year, *recipient_key(total)]
    told = explained(amounts.explained[year], recipient, lang)
    pots = [pot for pot in told["pots"] if pot["programme"] == programme]
    (sums,) = (one for one in told["totals"] if one["programme"] == programme)
    return {
        "programme": programme,
        "year": year,
        "kind": kind,
        "amount_sek": total["amount_sek"],
        "status": total["status"],
        "status_told": _status_told(pots, total["status"], lang),
        "is_complete": total["is_complete"],
        "completeness": sums["completeness"],
        "not_split": [pot["sentence"] for pot in told["not_split"] if pot["programme"] == programme],
        "formula": sums["formula"] if len(pots) > 1 else None,
        "rates": _rates(amounts, total, lang),
        "change": _change(amounts, total, lang),
        "pots": [_pot(amounts, total, pot, lang) for pot in pots],
        "newer": _newer(amounts, total, recipient["recipient_name"], lang),
    }


def _newer(amounts: Amounts, total: Row, name: str, lang: Language) -> list[dict[str, Any]]:
    """The programme's later agreements, which have no amount for the recipient: the sentences on what is not split."""
    programme, year, kind = total["programme"], total["year"], total["recipient_type"]
    forecast = {(row["programme"], row["target_year"]) for row in amounts.forecast.get(recipient_key(total), ())}
    found = []
    for later in amounts.years_of(programme):
        unknown = amounts.unknown(programme, later, kind) if later > year else []
        if unknown:
            sentences = [not_split(rule, name, lang) for rule in unknown]
            found.append({"year": later, "sentences": sentences, "has_forecast": (programme, later) in forecast})
    return found


def _status_told(pots: list[dict[str, Any]], status: str, lang: Language) -> list[str]:
    """Why the amount is preliminary, or what makes it decided; each reason once."""
    if status != DECIDED:
        return _once(pot["preliminary"] for pot in pots if pot["preliminary"])
    counts = _once(cell["told"] for pot in pots if pot["population"] for cell in pot["population"]["cells"])
    return [say(_DECIDED_COUNTED, lang, told=told) for told in counts] or [say(_DECIDED_FIXED, lang)]


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


# --- beside others -------------------------------------------------------------------------------------------------


def _rates(amounts: Amounts, total: Row, lang: Language) -> list[dict[str, Any]]:
    """SEK per inhabitant and per child, each beside the county's and the nation's, as far as head counts are known."""
    key = (total["programme"], total["year"], total["recipient_type"])
    child_rank = amounts.child_rank.get((*key[:2], *recipient_key(total)))
    rates = (
        ("per_inhabitant", "sek_per_inhabitant", "population", total["rank_per_inhabitant"]),
        ("per_child", "sek_per_child", "children", child_rank),
    )
    return [_rate(amounts, total, rate, lang) for rate in rates if total[rate[1]] is not None]


def _rate(amounts: Amounts, total: Row, rate: tuple[str, str, str, int | None], lang: Language) -> dict[str, Any]:
    name, figure, people, place = rate
    kind = total["recipient_type"]
    peers = say(PEERS[kind], lang)
    nation = amounts.peers[total["programme"], total["year"], kind, None]
    values = [(total["recipient_name"], total[figure])]
    if kind == MUNICIPALITY:
        county = amounts.recipients[COUNTY, total["county_code"]]["recipient_name"]
        in_county = amounts.peers[total["programme"], total["year"], kind, total["county_code"]]
        values.append((say(_IN_COUNTY, lang, county=county), getattr(in_county, figure)))
    lowest, highest = getattr(nation, name)
    # Where all go by population alone, places only tell how roundings fell.
    is_same = f"{lowest:.2f}" == f"{highest:.2f}"
    values.append((say(_ALL, lang, count=nation.recipients, peers=peers), getattr(nation, figure)))
    return {
        "name": name,
        "values": [{"who": who, "value": value} for who, value in values],
        "largest": max(value for _, value in values),
        "people": total[people],
        "basis": total[f"{people}_basis"],
        "rank": say(_ALL_THE_SAME if is_same else _RANK, lang, place=place, count=nation.recipients, peers=peers),
    }


# --- change --------------------------------------------------------------------------------------------------------


def _change(amounts: Amounts, total: Row, lang: Language) -> dict[str, Any]:
    """The change from the year before, or why it is not told; and the causes, pot by pot."""
    programme, year = total["programme"], total["year"]
    rows = amounts.causes.get((programme, year, *recipient_key(total)), [])
    before = [one for one in amounts.years_of(programme) if one < year]
    against = rows[0]["year_previous"] if rows else before[-1] if before else None
    told = None
    # The year before may lie outside the edition; its pots would then have no names.
    if against is not None and (programme, against) in amounts.rules:
        rules = [*amounts.rules[programme, against], *amounts.rules[programme, year]]
        told = _causes_told(rows, change_told(rows, rules, total["recipient_type"], (year, against), lang), lang)
    return {
        "change_sek": total["change_sek"],
        "amount_previous_sek": total["amount_previous_sek"],
        "year_previous": year - 1,
        "status_previous": _status_in(amounts, total, year - 1),
        "reason": None if total["change_sek"] is not None else _untold(amounts, total, against, lang),
        "causes": told,
    }


def _status_in(amounts: Amounts, total: Row, year: int) -> str | None:
    """The status of the same recipient's amount in another year; None where there is none."""
    rows = amounts.totals[recipient_key(total)]
    found = (row["status"] for row in rows if (row["programme"], row["year"]) == (total["programme"], year))
    return next(found, None)


def _untold(amounts: Amounts, total: Row, against: int | None, lang: Language) -> str:
    """Why no change of the whole is given: what lies in the way, in this year or the one before."""
    programme, year, kind = total["programme"], total["year"], total["recipient_type"]
    if against is None or (programme, against) not in amounts.rules:
        return say(_NO_YEAR_BEFORE, lang)
    partly = [str(one) for one in (against, year) if amounts.unknown(programme, one, kind)]
    if partly:
        return say(_OTHER_PARTS, lang, years=f" {say(Text('och', 'and'), lang)} ".join(partly))
    if against != year - 1:
        return say(_NOT_THE_YEAR_BEFORE, lang, year=against)
    return say(_NOTHING_BEFORE, lang, year=against)


def _causes_told(rows: Rows, told: dict[str, Any], lang: Language) -> dict[str, Any]:
    """What `change_told` says, with the causes of every pot and of their sum by name."""
    pots = [
        {
            "name": pot["name"],
            "sentence": pot["sentence"],
            "status": pot["status"],
            "change_sek": pot["change_sek"],
            "causes": [{"name": _cause(cause, lang), "sek": pot[cause]} for cause in CAUSES if pot[cause]],
        }
        for pot in told["pots"]
    ]
    return {
        "year_previous": told["year_previous"],
        "pots": pots,
        "sum": {
            "change_sek": told["sum"]["change_sek"],
            "status": PRELIMINARY if any(row["status"] == PRELIMINARY for row in rows) else DECIDED,
            "causes": [{"name": _cause(cause, lang), "sek": told["sum"][cause]} for cause in CAUSES],
        }
        if len(rows) > 1
        else None,
        "order": told["order"],
        "not_told": [
            {"name": pot["name"], "year": pot["year"], "pot_sek": pot["pot_sek"], "reason": pot["reason"]}
            for pot in told["not_told"]
        ],
    }


# --- why -----------------------------------------------------------------------------------------------------------


def _cause(cause: str, lang: Language) -> str:
    """The name of a cause as it opens a line."""
    name = say(CAUSE_NAMES[cause], lang)
    return name[0].upper() + name[1:]


def _pot(amounts: Amounts, total: Row, pot: dict[str, Any], lang: Language) -> dict[str, Any]:
    sensitivity = amounts.sensitivity.get((total["programme"], total["year"], pot["pot_id"], *recipient_key(total)))
    rule = pot["rule"]
    return {
        **{name: pot[name] for name in ("name", "amount_sek", "status", "sentence", "preliminary", "formula")},
        "rounding": pot["rounding"]["text"],
        "population": [_cell_told(cell, pot, lang) for cell in _cells(pot)],
        "evidence": [
            {"of": say(EVIDENCE_OF[part], lang), "told": told} for part, told in rule["evidence_told"].items()
        ],
        "note": rule["note"],
        "sources": [source_view(source) for source in pot["sources"]],
        "one_more": None if sensitivity is None else sensitivity["sek_per_added_head"],
        "sensitive": _sensitive(sensitivity, lang),
        "codes": _codes(pot, lang),
    }


def _cells(pot: dict[str, Any]) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = pot["population"]["cells"] if pot["population"] else []
    return cells


def _cell_told(cell: dict[str, Any], pot: dict[str, Any], lang: Language) -> dict[str, Any]:
    """The head count; what it is instead of is said already where it makes the amount preliminary."""
    people, total = number(cell["population"], lang), number(pot["population"]["population_total"], lang)
    sentence = say(_CELL, lang, people=people, ages=age_band(cell["ages"], lang), total=total)
    told = "" if pot["preliminary"] else say(_COUNT_IS, lang, told=cell["told"])
    return {"basis": cell["basis"], "sentence": sentence + told}


def _sensitive(row: Row | None, lang: Language) -> str | None:
    """How far another count would move the amount, where that is much."""
    if row is None or not row["is_sensitive"]:
        return None
    low, high = (money(row[f"amount_{end}_sek"], lang) for end in ("lowest", "highest"))
    return say(_SENSITIVE, lang, low=low, high=high)


def source_view(source: Row) -> dict[str, Any]:
    """A document for a page; `url` only if it may be a link."""
    shown = {name: source[name] for name in ("title", "publisher", "page")}
    return {**shown, "published_on": iso(source["published_on"]), "url": web_address(source["url"])}


def iso(date: dt.date | str | None) -> str | None:
    """A day as text; explanations have their days as text already."""
    return date.isoformat() if isinstance(date, dt.date) else date


def _codes(pot: dict[str, Any], lang: Language) -> list[dict[str, Any]]:
    """What machines know the pot, its rule and its cells by."""
    codes = [
        (say(Text("pott", "pot"), lang), f"{pot['programme']}/{pot['pot_id']}"),
        (say(Text("regel", "rule"), lang) + " sha256", pot["rule"]["rule_sha256"]),
    ]
    for cell in _cells(pot):
        where = f"{cell['table_id']} {cell['reference_date']} {cell['region_code']} {cell['ages']}"
        codes += [
            (say(Text("folkmängd", "population"), lang), f"{where}, {label(cell['basis'], lang)}, {cell['source']}"),
            (say(Text("folkmängd", "population"), lang) + " sha256", cell["sha256"]),
        ]
    if pot["population"]:
        codes.append((say(Text("nämnare", "denominator"), lang) + " sha256", pot["population"]["population_sha256"]))
    return [{"name": name, "code": code} for name, code in codes]
