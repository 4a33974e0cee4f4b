"""Fields of the verification tables alone: published against computed, findings, solved bases and revisions."""

from typing import Final

from schemas.field import COMPUTED, PUBLISHED, choice, code, count, heads, money, words, year
from schemas.patterns import SHA256
from schemas.text import Text
from schemas.vocabulary import ALARM_KINDS

FIELDS: Final = (
    # --- published figures, and how they compare ----------------------------------------------------------------------
    choice(
        "origin",
        Text("Inläst", "Taken in"),
        Text(
            "curated: avskrivet för hand. extracted: läst ur det arkiverade dokumentet. both: båda, med samma belopp.",
            "curated: copied by hand. extracted: read from the archived document. both: both, with the same amount.",
        ),
        ("curated", "extracted", "both"),
    ),
    year(
        "printed_for_year",
        Text("Tryckt för år", "Printed for year"),
        Text(
            "Året som källan anger, när det är ett annat än bidragsåret.",
            "The year the source states, where it is another than the grant year.",
        ),
        PUBLISHED,
    ),
    choice(
        "independence",
        Text("Oberoende", "Independence"),
        Text(
            "self_derived när regel eller folkmängd löstes ur just denna källas belopp; annars independent.",
            "self_derived where rule or population was solved from this very source’s figures; else independent.",
        ),
        ("independent", "self_derived"),
    ),
    money(
        "computed_sek",
        Text("Beräknat belopp", "Computed amount"),
        Text("Kronvis beräkning av samma sak.", "What Kronvis computes for the same thing."),
    ),
    money(
        "difference_sek",
        Text("Differens", "Difference"),
        Text(
            "Beräknat minus publicerat; tomt när de inte går att jämföra.",
            "Computed minus published; empty where they cannot be compared.",
        ),
        minimum=None,
    ),
    choice(
        "verdict",
        Text("Utfall", "Verdict"),
        Text(
            "exact: 0 kr. explained: namngiven orsak. rounded_match: stämmer så långt källan är skriven."
            " not_comparable: preliminärt underlag. no_rule: okänd regel. mismatch: oförklarad.",
            "exact: 0 kr. explained: a named cause. rounded_match: agrees as far as the source is written out."
            " not_comparable: preliminary population. no_rule: rule unknown. mismatch: unexplained.",
        ),
        ("exact", "explained", "rounded_match", "not_comparable", "no_rule", "mismatch"),
    ),
    choice(
        "cause",
        Text("Orsak", "Cause"),
        Text("Namngiven orsak till att beloppen inte är lika.", "Named cause why the amounts are not equal."),
        (
            "sum_of_unrounded_parts",
            "preliminary_population",
            "rule_unknown",
            "partly_unknown_rule",
            "inside_unidentified_pot",
        ),
    ),
    # --- findings -----------------------------------------------------------------------------------------------------
    choice(
        "kind",
        Text("Slag", "Kind"),
        Text("Vad iakttagelsen gäller.", "What the finding is about."),
        (
            "printed_for_other_year",
            "sum_of_unrounded_parts",
            "partly_known_sum",
            "mismatch",
            "estimate_backtest",
            "curated_differs_from_document",
            *ALARM_KINDS,
        ),
    ),
    # --- solved bases -------------------------------------------------------------------------------------------------
    words(
        "candidate",
        Text("Kandidat", "Candidate"),
        Text(
            "Den räkning och avrundning som prövas, eller det rikstal som lösts ur beloppen.",
            "The count and rounding that is tried, or the national total solved from the amounts.",
        ),
    ),
    heads(
        "total",
        Text("Rikstal", "National total"),
        Text("Summan av alla mottagares folkmängd.", "The sum of all recipients’ head counts."),
        COMPUTED,
    ),
    count(
        "matches",
        Text("Träffar", "Matches"),
        Text("Belopp som blir rätt på kronan.", "Amounts that come out exact."),
    ),
    count("figures", Text("Belopp", "Figures"), Text("Belopp som prövas.", "Amounts that are tried.")),
    count(
        "solutions",
        Text("Lösningar", "Solutions"),
        Text(
            "Hur många rikstal som ger alla belopp; tomt där inget söktes.",
            "How many national totals give all amounts; empty where none was searched for.",
        ),
    ),
    choice(
        "inference_verdict",
        Text("Utfall", "Verdict"),
        Text(
            "unique: enda lösningen. ambiguous: en av flera. fits: en känd räkning som ger alla belopp."
            " misses: ger inte alla.",
            "unique: the only solution. ambiguous: one of several. fits: a known count that gives all amounts."
            " misses: does not give all.",
        ),
        ("unique", "ambiguous", "fits", "misses"),
    ),
    # --- what was revised later ---------------------------------------------------------------------------------------
    code(
        "vintage_revised",
        Text("Senare årgång", "Later vintage"),
        Text("Kontrollsumman för SCB:s senaste svar.", "The checksum of SCB’s latest answer."),
        SHA256,
    ),
    heads(
        "population_revised",
        Text("Reviderad folkmängd", "Revised population"),
        Text("Folkmängden i SCB:s senare svar.", "The population in SCB’s later answer."),
    ),
    money(
        "amount_revised_sek",
        Text("Belopp med reviderat underlag", "Amount with revised population"),
        Text(
            "Vad mottagaren skulle få om året beslutades om på SCB:s senare svar.",
            "What the recipient would get if the year were decided again on SCB’s later answer.",
        ),
    ),
)
