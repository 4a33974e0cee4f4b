"""An amount against that of the year before, for a page: the change, its causes pot by pot, or why it is not told."""

from typing import Any, Final

from assets.presentation.report.amounts import Amounts, Row, Rows
from assets.reporting.explaining.change import CAUSE_NAMES, change_told
from assets.reporting.explaining.layout import recipient_key
from schemas.tables.changes import CAUSES
from schemas.text import Language, Text
from schemas.vocabulary import DECIDED, PRELIMINARY
from schemas.written import say

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


def change_from_last_year(amounts: Amounts, total: Row, lang: Language) -> dict[str, Any]:
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


def _cause(cause: str, lang: Language) -> str:
    """The name of a cause as it opens a line."""
    name = say(CAUSE_NAMES[cause], lang)
    return name[0].upper() + name[1:]
