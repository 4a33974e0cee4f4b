"""What the codes of the tables are called in Swedish and English, wherever people read of them.

Each code in each length once. Where a page, a sheet and a sentence need words of their own for the same code, these
stand beside each other here; words that only one place uses stand in that place.
"""

from collections.abc import Mapping
from typing import Final

from schemas.product import Text

Words = Mapping[str, Text]

# --- recipients and statuses ----------------------------------------------------------------------------------------

KINDS: Final[Words] = {
    "municipality": Text("kommun", "municipality"),
    "region": Text("region", "region"),
    "county": Text("län", "county"),
    "national": Text("nationell", "national"),
}
STATUS: Final[Words] = {
    "decided": Text("beslutat", "decided"),
    "preliminary": Text("preliminärt", "preliminary"),
    "not_computed": Text("inte beräknat", "not computed"),
}
VERDICT: Final[Words] = {
    "exact": Text("stämmer på kronan", "agrees to the krona"),
    "explained": Text("förklarad skillnad", "explained difference"),
    "rounded_match": Text("stämmer avrundat", "agrees when rounded"),
    "not_comparable": Text("kan inte jämföras", "not comparable"),
    "no_rule": Text("okänd regel", "unknown rule"),
    "mismatch": Text("stämmer inte", "does not agree"),
}

# --- evidence: how sure a part of a rule is, and of which part ------------------------------------------------------

EVIDENCE: Final[Words] = {
    "verified": Text("står i en källa", "stated by a source"),
    "inferred": Text("slutsats ur publicerade tal", "inferred from published figures"),
    "unknown": Text("okänt", "unknown"),
}
EVIDENCE_OF: Final[Words] = {
    "amount": Text("beloppet", "the amount"),
    "rule": Text("regeln", "the rule"),
    "rounding": Text("avrundningen", "the rounding"),
    "date": Text("datumet", "the date"),
}

# --- how a pot was rounded ------------------------------------------------------------------------------------------

ROUNDING: Final[Words] = {
    "nearest": Text("närmaste krona", "nearest krona"),
    "largest_remainder": Text("största rest", "largest remainder"),
    "largest_recipient": Text("resten på den största mottagaren", "the residual on the largest recipient"),
}
# In a list of several, where no article stands.
ROUNDING_LISTED: Final[Words] = {
    **ROUNDING,
    "largest_recipient": Text("resten på den största mottagaren", "residual on the largest recipient"),
}
# Where a reader may want to look the method up.
ROUNDING_NAMED: Final[Words] = {
    **ROUNDING,
    "largest_remainder": Text("största rest (Hamilton)", "largest remainder (Hamilton)"),
}
# Where there is little room, as in a badge.
ROUNDING_SHORT: Final[Words] = {
    **ROUNDING,
    "largest_recipient": Text("resten till den största", "residual to the largest"),
}
# On either side of an arrow, what it was and what it became.
ROUNDING_CHANGED: Final[Words] = {
    **ROUNDING,
    "largest_recipient": Text("resten till den största", "the rest to the largest"),
}

# --- what a head count rests on -------------------------------------------------------------------------------------

# A single count in a cell of a sheet.
BASIS: Final[Words] = {
    "official": Text("SCB:s egna celler", "SCB’s own cells"),
    "derived": Text("löst exakt ur publicerade belopp", "solved exactly from published amounts"),
    "estimated": Text("skattad med angiven metod", "estimated by a stated method"),
    "proxy": Text("talet för ett annat datum", "the count of another date"),
}
# Where there is little room, as in a badge.
BASIS_SHORT: Final[Words] = {
    "official": Text("officiell", "official"),
    "derived": Text("löst ur belopp", "solved from amounts"),
    "estimated": Text("skattad", "estimated"),
    "proxy": Text("annat datum", "another date"),
}
# Many counts together.
BASIS_OF_MANY: Final[Words] = {
    "official": Text("SCB:s egna tal", "SCB's own counts"),
    "derived": Text("tal lösta ur publicerade belopp", "counts solved from published amounts"),
    "estimated": Text("skattade tal", "estimated counts"),
    "proxy": Text("tal för ett annat datum", "counts of another date"),
}
# In a sentence, with the day asked for (`asked`), the day of the count (`date`) and its sources (`from_`).
BASIS_TOLD: Final[Words] = {
    "official": Text("SCB:s egna celler", "SCB's own cells"),
    "derived": Text("löst exakt ur publicerade belopp ({from_})", "solved exactly from published amounts ({from_})"),
    "estimated": Text(
        "skattad, eftersom talet för {asked} inte finns till hands",
        "estimated, because the count of {asked} is not on hand",
    ),
    "proxy": Text(
        "talet för {date}, eftersom det för {asked} inte finns till hands",
        "the count of {date}, because that of {asked} is not on hand",
    ),
}
