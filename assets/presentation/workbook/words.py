"""The words of the workbooks in Swedish and English: names of sheets, headings, and what every code means."""

from collections.abc import Mapping
from typing import Final

from schemas.called import BASIS, EVIDENCE, KINDS, PARTS_OF_COUNTY, ROUNDING_NAMED, STATUS
from schemas.text import Language, Text
from schemas.vocabulary import (
    COUNTY,
    DECIDED,
    MUNICIPALITY,
    NATIONAL,
    PRELIMINARY,
    REGION,
    UNKNOWN,
)

# What stands over a column; a focus area that is not named here goes by the name of the pot.
FOCUS_AREAS: Final = {
    "action-plans": Text("Handlingsplaner", "Action plans"),
    "children-youth": Text("Barn och unga", "Children and youth"),
    "complex-needs": Text("Komplexa behov", "Complex needs"),
    "knowledge-based-care": Text("Kunskapsbaserad vård", "Knowledge-based care"),
    "national-strategy": Text("Nationell strategi", "National strategy"),
    "national-support": Text("Nationellt stöd", "National support"),
    "primary-care": Text("Primärvård", "Primary care"),
    "suicide-prevention": Text("Suicidprevention", "Suicide prevention"),
    "trauma-care": Text("Traumavård", "Trauma care"),
    "user-involvement": Text("Brukarmedverkan", "User involvement"),
    "womens-health": Text("Kvinnors hälsa", "Women’s health"),
    "youth-clinics": Text("Ungdomsmottagningar", "Youth clinics"),
}
RECEIVERS: Final = {
    MUNICIPALITY: Text("till kommuner", "to municipalities"),
    REGION: Text("till regioner", "to regions"),
    COUNTY: Text("till län gemensamt", "to counties jointly"),
    NATIONAL: Text("till nationell nivå", "to the national level"),
    UNKNOWN: Text("mottagare okänd", "recipient unknown"),
}
RECIPIENT_KINDS: Final = {
    **KINDS,
    COUNTY: Text("län gemensamt", "county jointly"),
    **PARTS_OF_COUNTY,
    UNKNOWN: Text("okänt", "unknown"),
}
EACH: Final = {
    MUNICIPALITY: Text("kommun", "municipality"),
    REGION: Text("region", "region"),
    COUNTY: Text("län", "county"),
    NATIONAL: Text("mottagare", "recipient"),
}
CLASSES: Final = {"metropolitan": Text("storstadslän", "metropolitan counties")}
PARTLY_PRELIMINARY: Final = "partly_preliminary"
STATUSES: Final = {
    **STATUS,
    PARTLY_PRELIMINARY: Text("delvis preliminärt", "partly preliminary"),
}
PRECISIONS: Final = {
    "exact": Text("på kronan", "to the krona"),
    "rounded": Text("avrundat i källan", "rounded by the source"),
}
INDEPENDENCE: Final = {
    "independent": Text("oberoende", "independent"),
    "self_derived": Text(
        "nej: regel eller folkmängd är löst ur samma källa", "no: rule or population was solved from the same source"
    ),
}
CAUSES: Final = {
    "sum_of_unrounded_parts": Text(
        "Källans summa är räknad på delar som inte var avrundade.", "The source summed parts that were not rounded."
    ),
    "preliminary_population": Text(
        "Folkmängden är skattad eller från ett annat datum.", "The population is estimated or of another date."
    ),
    "rule_unknown": Text("Fördelningsregeln är inte känd.", "The allocation rule is not known."),
    "partly_unknown_rule": Text(
        "Summan omfattar potter vars regel inte är känd.", "The sum includes pots whose rule is not known."
    ),
    "inside_unidentified_pot": Text(
        "Potten ligger inuti pengar vars fördelning inte är känd.",
        "The pot lies inside money whose split is not known.",
    ),
}
SUMS: Final = {
    "sum-municipality": Text("Alla potter till kommuner", "All pots to municipalities"),
    "sum-region": Text("Alla potter till regioner", "All pots to regions"),
    "sum-county": Text("Alla potter till län gemensamt", "All pots to counties jointly"),
}
# Codes in the sheet of data, column by column, for the sheet of notes.
CODES: Final[Mapping[str, Mapping[str, Text]]] = {
    "recipient_type": KINDS,
    "status": {code: STATUSES[code] for code in (DECIDED, PRELIMINARY)},
    "population_basis": BASIS,
    "rounding": ROUNDING_NAMED,
    "evidence_amount": EVIDENCE,
    "evidence_rule": EVIDENCE,
}

DISTRIBUTION: Final = Text("Fördelning", "Distribution")
CONTENTS: Final = Text("Innehåll", "Contents")
NOTES: Final = Text("Läsanvisning", "Notes")
DATA: Final = Text("Data", "Data")
RULES: Final = Text("Regler", "Rules")
SOURCES: Final = Text("Källor", "Sources")
RECONCILIATION: Final = Text("Avstämning", "Reconciliation")


def in_words(words: Mapping[str, Text], code: str | None, language: Language) -> str | None:
    """What a code means; a code without words stands for itself, and nothing for nothing."""
    if code is None:
        return None
    return words[code].of(language) if code in words else code
