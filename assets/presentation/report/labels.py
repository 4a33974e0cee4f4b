"""Words of the report that are not about one page: the frame around every page, and the names of categories."""

from typing import Final

from schemas.product import Language, Text

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
    "municipality": Text("kommun", "municipality"),
    "region": Text("region", "region"),
    "county": Text("län", "county"),
    "national": Text("nationell", "national"),
    "unknown": Text("okänt", "unknown"),
    "decided": Text("beslutat", "decided"),
    "preliminary": Text("preliminärt", "preliminary"),
    "not_computed": Text("inte beräknat", "not computed"),
    "verified": Text("verifierat", "verified"),
    "inferred": Text("härlett", "inferred"),
    "official": Text("officiell", "official"),
    "derived": Text("löst ur belopp", "solved from amounts"),
    "estimated": Text("skattad", "estimated"),
    "proxy": Text("annat datum", "another date"),
    "nearest": Text("närmaste krona", "nearest krona"),
    "largest_remainder": Text("största rest", "largest remainder"),
    "largest_recipient": Text("resten till den största", "residual to the largest"),
    "exact": Text("stämmer på kronan", "agrees to the krona"),
    "explained": Text("förklarad skillnad", "explained difference"),
    "rounded_match": Text("stämmer avrundat", "agrees when rounded"),
    "not_comparable": Text("kan inte jämföras", "not comparable"),
    "no_rule": Text("okänd regel", "unknown rule"),
    "mismatch": Text("stämmer inte", "does not agree"),
    "independent": Text("oberoende", "independent"),
    "self_derived": Text("ur samma källa", "from the same source"),
    "psykisk-halsa": Text("Psykisk hälsa", "Mental health"),
    "kvinnors-halsa": Text("Kvinnors hälsa", "Women's health"),
}


def label(value: str | None, lang: Language) -> str:
    """The word for a category value; raises `KeyError` for one that has none, so that no code word reaches a reader."""
    return "–" if value is None else _LABELS[value].of(lang)
