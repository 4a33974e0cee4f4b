"""Fields of the agreement tables alone: a pot's rule as it is written, and where it is written."""

from typing import Final

from schemas.field import AGREEMENT, evidence, words
from schemas.text import Text

FIELDS: Final = (
    words(
        "rule",
        Text("Fördelningsregel", "Allocation rule"),
        Text("Regeln som kanonisk JSON, eller unknown.", "The rule as canonical JSON, or unknown."),
        AGREEMENT,
    ),
    evidence(
        "evidence_rounding",
        Text("Belägg för avrundningen", "Evidence of the rounding"),
        Text("verified eller inferred.", "verified or inferred."),
    ),
    evidence(
        "evidence_date",
        Text("Belägg för referensdatumet", "Evidence of the reference date"),
        Text("verified eller inferred.", "verified or inferred."),
    ),
    words(
        "rule_inferred_from",
        Text("Regeln löst ur", "Rule solved from"),
        Text(
            "Källor vars belopp regelns tal löstes ur.",
            "Sources whose amounts the numbers of the rule were solved from.",
        ),
        AGREEMENT,
    ),
    words(
        "contains",
        Text("Innehåller", "Contains"),
        Text("Potter som man vet ligger inuti denna.", "Pots known to lie inside this one."),
        AGREEMENT,
    ),
    words(
        "source_page",
        Text("Sida", "Page"),
        Text("Sidan i källan, när den är känd.", "The page of the source, where known."),
        AGREEMENT,
    ),
)
