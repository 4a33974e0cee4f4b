"""The other years of a recipient, for a page: all amounts so far, what is not known, forecasts, deadlines, files."""

from collections.abc import Iterable
from typing import Any, Final

from assets.presentation.report.amounts import Amounts, Row, Rows
from assets.presentation.report.labels import label
from assets.presentation.report.names import web_address
from assets.presentation.report.one_amount import iso
from assets.presentation.report.words import PEERS
from assets.reporting.explaining.wording import KINDS, age_band, day, money, not_split, say
from schemas.text import Language, Text
from schemas.vocabulary import DECIDED, PRELIMINARY

_NO_AGREEMENT: Final = Text("ingen överenskommelse i underlaget", "no agreement on hand")
_NO_RULE: Final = Text("inte fördelat: regeln är inte känd", "not split: the rule is not known")
_NO_POT: Final = Text("ingen pott till {peers}", "no pot to {peers}")
_PARTLY: Final = Text("delsumma: en del har ingen känd regel", "a part only: some has no known rule")
_BUILDS_ON: Final = Text(
    "Bygger på {year} års regler och en beräknad folkmängd{base}. Inget av det är beslutat.",
    "Builds on the rules of {year} and a forecast population{base}. None of it is decided.",
)
_BASE: Final = Text(" {ages} den {date}", ", {ages}, on {date}")
# In the order in which they come up.
_DEADLINES: Final = ("requisition", "report", "repayment")


def years_of_recipient(amounts: Amounts, kind: str, code: str, lang: Language) -> list[dict[str, Any]]:
    """A row per pot with an amount and per pot without a known rule, the latest year first."""
    name = amounts.recipients[kind, code]["recipient_name"]
    rows = [_amount_row(amounts, row, lang) for row in amounts.allocations.get((kind, code), ())]
    rows += [
        {
            "programme": programme,
            "year": year,
            "pot": rule[f"name_{lang}"],
            "not_split": not_split(rule, name, lang),
        }
        for programme, year in amounts.rules
        for rule in amounts.unknown(programme, year, kind)
    ]
    return sorted(rows, key=lambda row: (-row["year"], row["programme"], row["not_split"] is not None))


def _amount_row(amounts: Amounts, row: Row, lang: Language) -> dict[str, Any]:
    names = ("programme", "year", "amount_sek", "base_sek", "variable_sek", "status")
    evidence = {name: row[name] for name in ("evidence_amount", "evidence_rule")}
    pot = amounts.pot_name(row["programme"], row["year"], row["pot_id"], lang)
    return {**{name: row[name] for name in names}, **evidence, "pot": pot, "not_split": None}


def bars(amounts: Amounts, kind: str, code: str, lang: Language) -> list[dict[str, Any]]:
    """Per programme with money to this kind of recipient: the sum of every year, or why a year has none."""
    found = []
    for programme in amounts.programmes():
        totals = {row["year"]: row for row in amounts.totals.get((kind, code), ()) if row["programme"] == programme}
        on_file = amounts.years_of(programme)
        if not totals and not any(amounts.unknown(programme, year, kind) for year in on_file):
            continue
        years = range(on_file[0], on_file[-1] + 1)
        found.append(
            {
                "programme": programme,
                "largest": max((row["amount_sek"] for row in totals.values()), default=0),
                "years": [_bar(amounts, (programme, year), kind, totals.get(year), lang) for year in years],
            }
        )
    return found


def _bar(amounts: Amounts, agreement: tuple[str, int], kind: str, total: Row | None, lang: Language) -> dict[str, Any]:
    if total is not None:
        note = None if total["is_complete"] else say(_PARTLY, lang)
        return {"year": agreement[1], "amount_sek": total["amount_sek"], "status": total["status"], "note": note}
    reason = _NO_POT
    if agreement not in amounts.rules:
        reason = _NO_AGREEMENT
    elif amounts.unknown(*agreement, kind):
        reason = _NO_RULE
    note = say(reason, lang, peers=say(PEERS[kind], lang))
    return {"year": agreement[1], "amount_sek": None, "status": None, "note": note}


# --- ahead ---------------------------------------------------------------------------------------------------------


def forecasts(amounts: Amounts, kind: str, code: str, lang: Language) -> list[dict[str, Any]]:
    """The main forecast of every programme and target year: the sum over pots, with its interval."""
    targets: dict[tuple[str, int], Rows] = {}
    for row in amounts.forecast.get((kind, code), ()):
        targets.setdefault((row["programme"], row["target_year"]), []).append(row)
    return [_forecast(*target, rows, lang) for target, rows in sorted(targets.items())]


def _forecast(programme: str, target_year: int, rows: Rows, lang: Language) -> dict[str, Any]:
    """All pots rest on the recipient's own head count, so that their ends come together and may be added."""
    sums = ("amount_sek", "amount_low_sek", "amount_high_sek", "amount_previous_sek", "change_sek")
    based = next((row for row in rows if row["population"] is not None), None)
    base = ""
    if based is not None:
        base = say(_BASE, lang, ages=age_band(based["ages"], lang), date=day(based["reference_date"], lang))
    statuses = {row["previous_status"] for row in rows}
    return {
        "programme": programme,
        "target_year": target_year,
        **{name: sum(row[name] for row in rows) for name in sums},
        "previous_year": rows[0]["previous_year"],
        "previous_status": PRELIMINARY if PRELIMINARY in statuses else DECIDED,
        "told": say(_BUILDS_ON, lang, year=rows[0]["previous_year"], base=base),
    }


# --- deadlines and files -------------------------------------------------------------------------------------------


def deadlines(amounts: Amounts, blocks: Iterable[tuple[str, int]], lang: Language) -> list[dict[str, Any]]:
    """The deadlines of every agreement from those of `blocks` (programme and year) on, the latest year first."""
    first = dict(blocks)
    agreements = sorted(
        ((programme, year) for programme, year in amounts.deadlines if year >= first.get(programme, year + 1)),
        key=lambda agreement: (-agreement[1], agreement[0]),
    )
    return [_deadlines_of(amounts.deadlines[agreement], lang) for agreement in agreements]


def _deadlines_of(rows: Rows, lang: Language) -> dict[str, Any]:
    by_kind = {row["kind"]: row for row in rows}
    return {
        "programme": rows[0]["programme"],
        "year": rows[0]["year"],
        "agreement": rows[0][f"agreement_title_{lang}"],
        "days": [_deadline(by_kind[kind], lang) for kind in _DEADLINES if kind in by_kind],
    }


def _deadline(row: Row, lang: Language) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "date": iso(row["date"]),
        "evidence": row["evidence"],
        "note": row[f"note_{lang}"],
        "source": row["source_title"],
        "url": web_address(row["url"]),
        "still_valid_on": iso(row["still_valid_on"]),
    }


def files(amounts: Amounts, years: Iterable[int], lang: Language) -> list[dict[str, Any]]:
    """Where the numbers of these years can be had, by year: the tables in their formats, and the workbook."""
    return [
        {
            "year": year,
            "workbook": f"workbooks/kronvis-{year}-{lang}.xlsx",
            "tables": [
                {
                    "name": f"table_{words}",
                    "parquet": f"{table}/{table}_{year}.parquet",
                    "csv": f"csv/{table}/{table}_{year}.csv",
                }
                for table, words in (("allocations", "amounts"), ("recipient_totals", "totals"))
                if f"{table}/{table}_{year}.parquet" in amounts.files
            ],
        }
        for year in sorted(set(years), reverse=True)
    ]


def described(total: Row | None, name: str, kind: str, lang: Language) -> str:
    """A line for search engines and previews; the status stands beside the amount."""
    who = f"{name} ({say(KINDS[kind], lang)})"
    if total is None:
        return who
    return f"{who} {total['year']}: {money(total['amount_sek'], lang)}, {label(total['status'], lang)}"
