"""Words of the report that are not about one page: the frame around every page, and the names of categories."""

from typing import Final

from schemas.called import BASIS_SHORT, COUNTS, FOLLOW_UP, KINDS, PARTS_OF_COUNTY, ROUNDING_SHORT, STATUS, VERDICT
from schemas.text import Language, Text
from schemas.vocabulary import MUNICIPALITIES_IN_COUNTY

UI: Final = {
    "start": Text("Start", "Start"),
    "years": Text("År", "Years"),
    "reconciliation": Text("Avstämning", "Reconciliation"),
    "findings": Text("Iakttagelser", "Findings"),
    "method": Text("Metod", "Method"),
    "search": Text("Sök kommun, region eller län", "Find a municipality, region or county"),
    "no_hits": Text("Ingen träff", "No match"),
    "hits": Text("träffar", "matches"),
    "skip": Text("Hoppa till innehållet", "Skip to the content"),
    "theme": Text("Ljust eller mörkt", "Light or dark"),
    "main_menu": Text("Huvudmeny", "Main menu"),
    "you_are_here": Text("Du är här", "You are here"),
    "other_language": Text("In English", "På svenska"),
    "sort_hint": Text("Välj en rubrik för att sortera", "Choose a heading to sort"),
    "data": Text("Data", "Data"),
    "dictionary": Text("Dataordlista", "Data dictionary"),
}

# Category values → words. Values that mean the same everywhere stand here once.
_LABELS: Final = {
    **KINDS,
    **STATUS,
    **BASIS_SHORT,
    **ROUNDING_SHORT,
    **VERDICT,
    **PARTS_OF_COUNTY,
    **COUNTS,
    **FOLLOW_UP,
    "unknown": Text("okänt", "unknown"),
    "verified": Text("verifierat", "verified"),
    "inferred": Text("härlett", "inferred"),
    "independent": Text("oberoende", "independent"),
    "self_derived": Text("ur samma källa", "from the same source"),
    "printed_exact": Text("på kronan", "to the krona"),
    "printed_rounded": Text("avrundat", "rounded"),
    "sum_of_unrounded_parts": Text("summan är gjord på oavrundade delar", "the total was made of unrounded parts"),
    "preliminary_population": Text("folkmängden är preliminär", "the population is preliminary"),
    "rule_unknown": Text("fördelningsregeln är okänd", "the allocation rule is not known"),
    "partly_unknown_rule": Text("regeln är känd för en del av pengarna", "the rule is known for a part of the money"),
    "inside_unidentified_pot": Text(
        "ligger i pengar vars fördelning är okänd", "lies inside money whose split is not known"
    ),
    "info": Text("upplysning", "information"),
    "warning": Text("varning", "warning"),
    "error": Text("fel", "error"),
    "printed_for_other_year": Text("angivet för ett annat år", "printed for another year"),
    "partly_known_sum": Text("delvis känd summa", "partly known total"),
    "estimate_backtest": Text("skattningen prövad", "the estimate tested"),
    "curated_differs_from_document": Text(
        "avskriften skiljer sig från dokumentet", "the copy differs from the document"
    ),
    "off_by_kronor": Text("några kronor fel", "off by some kronor"),
    "digit_swap": Text("två siffror har bytt plats", "two digits exchanged"),
    "recipients_swapped": Text("två mottagare har bytt belopp", "two recipients exchanged"),
    "other_vintage_row": Text("en rad på en annan folkmängd", "one row on another count"),
    "other_vintage_table": Text("tabellen på en annan folkmängd", "the table on another count"),
    "stale_row": Text("en rad från ett annat år", "one row from another year"),
    "wrong_year_table": Text("tabellen från ett annat år", "the table from another year"),
    "wrong_unit": Text("fel enhet", "wrong unit"),
    "lost_leading_zero": Text("kod utan sin inledande nolla", "code without its leading zero"),
    "missing_recipient": Text("en mottagare saknas", "a recipient is missing"),
    "doubled_recipient": Text("en mottagare står två gånger", "a recipient stands twice"),
    "total_by_rounding": Text("summan skiljer sig av avrundning", "the total differs by rounding"),
    "total_error": Text("summan är fel", "the total is wrong"),
    "base_forgotten": Text("grundbeloppet saknas", "the base amount is left out"),
    "base_doubled": Text("grundbeloppet är med två gånger", "the base amount is given twice"),
    "per_capita_outlier": Text("ovanligt belopp per invånare", "unusual amount per inhabitant"),
    "other_head_count": Text("en annan folkmängd", "another head count"),
    "unique": Text("enda lösningen", "the only solution"),
    "ambiguous": Text("en av flera lösningar", "one of several solutions"),
    "fits": Text("ger alla belopp", "gives all amounts"),
    "misses": Text("ger inte alla belopp", "does not give all amounts"),
    "country": Text("riket", "the nation"),
    "forecast": Text("prognos", "forecast"),
    "nowcast": Text("med senare räkningar", "with later counts"),
    "hindcast": Text("bakåt från en senare räkning", "back from a later count"),
    "requisition": Text("begära pengarna", "claim the money"),
    "report": Text("redovisa", "report"),
    "repayment": Text("betala tillbaka", "pay back"),
    "population": Text("efter folkmängd", "by population"),
    "equal": Text("lika till var och en", "equally to each"),
    "listed": Text("uppräknade belopp", "listed amounts"),
    "project": Text("hela delen till en mottagare", "all of it to one recipient"),
    "municipalities": PARTS_OF_COUNTY[MUNICIPALITIES_IN_COUNTY],
    "joint": Text("gemensam insats", "a joint effort"),
}


def label(value: str | None, lang: Language) -> str:
    """The word for a category value; raises `KeyError` for one that has none, so that no code word reaches a reader."""
    return "–" if value is None else _LABELS[value].of(lang)
