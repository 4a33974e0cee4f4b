"""What the words of the vocabulary are called in Swedish and English, wherever people read of them.

Each word in each length once. Where a page, a sheet and a sentence need texts of their own for the same word, these
stand beside each other here; what only one place says stands in that place.
"""

from collections.abc import Mapping
from typing import Final

from schemas.text import Text
from schemas.vocabulary import (
    COUNTY,
    DECIDED,
    DERIVED,
    ESTIMATED,
    INFERRED,
    LARGEST_RECIPIENT,
    LARGEST_REMAINDER,
    LOCAL_SHARE,
    MUNICIPALITIES_IN_COUNTY,
    MUNICIPALITY,
    NATIONAL,
    NEAREST,
    NOT_COMPUTED,
    OFFICIAL,
    PRELIMINARY,
    PROXY,
    REGION,
    UNKNOWN,
    VERIFIED,
)

Words = Mapping[str, Text]

# --- recipients and statuses ----------------------------------------------------------------------------------------

KINDS: Final[Words] = {
    MUNICIPALITY: Text("kommun", "municipality"),
    REGION: Text("region", "region"),
    COUNTY: Text("län", "county"),
    NATIONAL: Text("nationell nivå", "national level"),
}
# All of a kind together.
LEVELS: Final[Words] = {
    MUNICIPALITY: Text("kommuner", "municipalities"),
    REGION: Text("regioner", "regions"),
    COUNTY: Text("län", "counties"),
    NATIONAL: Text("nationell nivå", "national level"),
}
# Whose a published figure of a county is, where it is not all of the county's.
PARTS_OF_COUNTY: Final[Words] = {
    MUNICIPALITIES_IN_COUNTY: Text("länets kommuner tillsammans", "the county’s municipalities together"),
    LOCAL_SHARE: Text("länets egen delfördelning", "the county’s own split"),
}
STATUS: Final[Words] = {
    DECIDED: Text("beslutat", "decided"),
    PRELIMINARY: Text("preliminärt", "preliminary"),
    NOT_COMPUTED: Text("inte beräknat", "not computed"),
}
VERDICT: Final[Words] = {
    "exact": Text("stämmer på kronan", "agrees to the krona"),
    "explained": Text("förklarad skillnad", "explained difference"),
    "rounded_match": Text("stämmer avrundat", "agrees when rounded"),
    "not_comparable": Text("kan inte jämföras", "not comparable"),
    "no_rule": Text("okänd regel", "unknown rule"),
    "mismatch": Text("stämmer inte", "does not agree"),
}

# --- a county's report of use ---------------------------------------------------------------------------------------

FOLLOW_UP: Final[Words] = {
    "accounted": Text("allt är redovisat", "all is accounted for"),
    "unexplained": Text("något är oförklarat", "some is unexplained"),
    "exceeds": Text("mer än tilldelat", "more than allocated"),
    "other_allocation": Text("på kronan en annan tilldelning", "to the krona another allocation"),
    "incomplete": Text("ofullständigt", "incomplete"),
    "not_reported": Text("inget redovisat", "nothing reported"),
}
# Where there is little room, as in a column of a terminal.
FOLLOW_UP_SHORT: Final[Words] = {
    **FOLLOW_UP,
    "accounted": Text("redovisat", "accounted for"),
    "unexplained": Text("oförklarat", "unexplained"),
    "other_allocation": Text("annan tilldelning", "another allocation"),
}

# --- evidence: how sure a part of a rule is, and of which part ------------------------------------------------------

EVIDENCE: Final[Words] = {
    VERIFIED: Text("står i en källa", "stated by a source"),
    INFERRED: Text("slutsats ur publicerade tal", "inferred from published figures"),
    UNKNOWN: Text("okänt", "unknown"),
}
EVIDENCE_OF: Final[Words] = {
    "amount": Text("beloppet", "the amount"),
    "rule": Text("regeln", "the rule"),
    "rounding": Text("avrundningen", "the rounding"),
    "date": Text("datumet", "the date"),
}

# --- the counts that rules ask for ----------------------------------------------------------------------------------

COUNTS: Final[Words] = {
    "folkmangd_1_november": Text("folkmängd 1 november", "population on 1 November"),
    "folkmangd_31_december": Text("folkmängd 31 december", "population on 31 December"),
    "folkmangd_month_end": Text("folkmängd vid månadens slut", "population at the end of a month"),
}

# --- how a pot was rounded ------------------------------------------------------------------------------------------

ROUNDING: Final[Words] = {
    NEAREST: Text("närmaste krona", "nearest krona"),
    LARGEST_REMAINDER: Text("största rest", "largest remainder"),
    LARGEST_RECIPIENT: Text("resten på den största mottagaren", "the residual on the largest recipient"),
}
# In a list of several, where no article stands.
ROUNDING_LISTED: Final[Words] = {
    **ROUNDING,
    LARGEST_RECIPIENT: Text("resten på den största mottagaren", "residual on the largest recipient"),
}
# Where a reader may want to look the method up.
ROUNDING_NAMED: Final[Words] = {
    **ROUNDING,
    LARGEST_REMAINDER: Text("största rest (Hamilton)", "largest remainder (Hamilton)"),
}
# Where there is little room, as in a badge.
ROUNDING_SHORT: Final[Words] = {
    **ROUNDING,
    LARGEST_RECIPIENT: Text("resten till den största", "residual to the largest"),
}
# On either side of an arrow, what it was and what it became.
ROUNDING_CHANGED: Final[Words] = {
    **ROUNDING,
    LARGEST_RECIPIENT: Text("resten till den största", "the rest to the largest"),
}

# --- what a head count rests on -------------------------------------------------------------------------------------

# A single count in a cell of a sheet.
BASIS: Final[Words] = {
    OFFICIAL: Text("SCB:s egna celler", "SCB’s own cells"),
    DERIVED: Text("löst exakt ur publicerade belopp", "solved exactly from published amounts"),
    ESTIMATED: Text("skattad med angiven metod", "estimated by a stated method"),
    PROXY: Text("talet för ett annat datum", "the count of another date"),
}
# Where there is little room, as in a badge.
BASIS_SHORT: Final[Words] = {
    OFFICIAL: Text("officiell", "official"),
    DERIVED: Text("löst ur belopp", "solved from amounts"),
    ESTIMATED: Text("skattad", "estimated"),
    PROXY: Text("annat datum", "another date"),
}
# Many counts together.
BASIS_OF_MANY: Final[Words] = {
    OFFICIAL: Text("SCB:s egna tal", "SCB’s own counts"),
    DERIVED: Text("tal lösta ur publicerade belopp", "counts solved from published amounts"),
    ESTIMATED: Text("skattade tal", "estimated counts"),
    PROXY: Text("tal för ett annat datum", "counts of another date"),
}
# In a sentence, with the day asked for (`asked`), the day of the count (`date`) and its sources (`from_`).
BASIS_TOLD: Final[Words] = {
    OFFICIAL: Text("SCB:s egna celler", "SCB’s own cells"),
    DERIVED: Text("löst exakt ur publicerade belopp ({from_})", "solved exactly from published amounts ({from_})"),
    ESTIMATED: Text(
        "skattad, eftersom talet för {asked} inte finns till hands",
        "estimated, because the count of {asked} is not on hand",
    ),
    PROXY: Text(
        "talet för {date}, eftersom det för {asked} inte finns till hands",
        "the count of {date}, because that of {asked} is not on hand",
    ),
}
