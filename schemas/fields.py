"""The field registry: every column of every table, declared once.

A field says what a value is wherever it appears: its type, unit, permitted values, and its Swedish and English
label and description. Whether a column may be empty is a matter of the table (`schemas/table.py`). Contracts,
dictionary, Parquet metadata and Dagster's column schemas are all derived from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.product import Text


@dataclass(frozen=True)
class Field:
    """One kind of value. `minimum` and `maximum` are inclusive; `pattern` matches the whole text."""

    name: str
    dtype: pl.DataType
    label: Text
    description: Text
    source: str
    unit: str | None = None
    pattern: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    allowed: tuple[str, ...] | None = None


# What a value may come from.
AGREEMENT: Final = "agreement file"
REGISTER: Final = "recipient register"
SCB: Final = "SCB"
PUBLISHED: Final = "published document"
COMPUTED: Final = "computed"
REGISTER_OF_DOCUMENTS: Final = "document register"

MUNICIPALITY: Final = "municipality"
REGION: Final = "region"
COUNTY: Final = "county"
NATIONAL: Final = "national"
UNKNOWN: Final = "unknown"
RECIPIENT_TYPES: Final = (MUNICIPALITY, REGION, COUNTY, NATIONAL)
# Figures are also published for all municipalities of a county together, and for a county's own onward split.
MUNICIPALITIES_IN_COUNTY: Final = "municipalities_in_county"
LOCAL_SHARE: Final = "local_share"

VERIFIED: Final = "verified"
INFERRED: Final = "inferred"
# Only in scenarios and forecasts, never among decided amounts.
ASSUMED: Final = "assumed"
EVIDENCE: Final = (VERIFIED, INFERRED, UNKNOWN)

NEAREST: Final = "nearest"
LARGEST_REMAINDER: Final = "largest_remainder"
LARGEST_RECIPIENT: Final = "largest_recipient"
ROUNDINGS: Final = (NEAREST, LARGEST_REMAINDER, LARGEST_RECIPIENT)

OFFICIAL: Final = "official"
DERIVED: Final = "derived"
ESTIMATED: Final = "estimated"
PROXY: Final = "proxy"
BASES: Final = (OFFICIAL, DERIVED, ESTIMATED, PROXY)

DECIDED: Final = "decided"
PRELIMINARY: Final = "preliminary"
NOT_COMPUTED: Final = "not_computed"

# What can be wrong with a printed table (assets/verification/sentinel).
ALARM_KINDS: Final = (
    "off_by_kronor",
    "digit_swap",
    "recipients_swapped",
    "other_vintage_row",
    "other_vintage_table",
    "stale_row",
    "wrong_year_table",
    "wrong_unit",
    "lost_leading_zero",
    "missing_recipient",
    "doubled_recipient",
    "total_by_rounding",
    "total_error",
    "base_forgotten",
    "base_doubled",
    "per_capita_outlier",
    "other_head_count",
)

# What can be wrong with a county's report of use (assets/county).
FOLLOW_UP_KINDS: Final = (
    "formula",
    "not_whole_kronor",
    "negative",
    "not_a_date",
    "unknown_pot",
    "wrong_owner",
    "pot_twice",
    "missing_pot",
    "allocated_differs",
    "requisitioned_exceeds_allocated",
    "used_exceeds_allocated",
    "unexplained",
    "other_allocation",
    "sum_differs",
    "late_report",
    "not_stated",
)

MUNICIPALITY_CODE: Final = "^[0-9]{4}$"
TERRITORY_CODE: Final = "^([0-9]{2}|[0-9]{4})$"
COUNTY_CODE: Final = "^[0-9]{2}$"
RECIPIENT_CODE: Final = "^([0-9]{2}|[0-9]{4}|SKR)$"
ID: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
SHA256: Final = "^[0-9a-f]{64}$"
AGES: Final = "^(all|[0-9]{1,3}-[0-9]{1,3})$"
NOT_BLANK: Final = r"^\S(.*\S)?$"

_TEXT, _INT, _YEAR = pl.String(), pl.Int64(), pl.Int32()
_DATE, _SHARE, _FLAG = pl.Date(), pl.Float64(), pl.Boolean()
# Far above any agreement, far below where 2 · kronor · persons leaves Int64.
_MOST_SEK: Final = 100_000_000_000


def _money(name: str, label: Text, description: Text, source: str = COMPUTED, minimum: int | None = 0) -> Field:
    """Whole kronor. `minimum=None` permits negative amounts, which only differences have."""
    lowest = -_MOST_SEK if minimum is None else minimum
    return Field(name, _INT, label, description, source, "SEK", minimum=lowest, maximum=_MOST_SEK)


def _heads(name: str, label: Text, description: Text, source: str = SCB) -> Field:
    return Field(name, _INT, label, description, source, "persons", minimum=0, maximum=20_000_000)


def _count(name: str, label: Text, description: Text) -> Field:
    return Field(name, _INT, label, description, COMPUTED, "count", minimum=0, maximum=100_000_000)


def _place(name: str, label: Text, description: Text) -> Field:
    return Field(name, _INT, label, description, PUBLISHED, minimum=1, maximum=10_000_000)


def _evidence(name: str, label: Text, description: Text) -> Field:
    return Field(name, _TEXT, label, description, AGREEMENT, allowed=EVIDENCE)


def _ratio(name: str, label: Text, description: Text) -> Field:
    return Field(name, _SHARE, label, description, COMPUTED, "SEK per person", minimum=0.0, maximum=1e6)


_FIELDS: Final = (
    # --- keys -----------------------------------------------------------------------------------------------
    Field(
        "programme",
        _TEXT,
        Text("Program", "Programme"),
        Text(
            "Den satsning som överenskommelsen hör till, t.ex. psykisk-halsa.",
            "The programme that the agreement belongs to, such as psykisk-halsa.",
        ),
        AGREEMENT,
        pattern=ID,
    ),
    Field(
        "year",
        _YEAR,
        Text("Bidragsår", "Grant year"),
        Text("Det år pengarna gäller.", "The year that the money is for."),
        AGREEMENT,
        "year",
        minimum=2003,
        maximum=2100,
    ),
    Field(
        "pot_id",
        _TEXT,
        Text("Pott", "Pot"),
        Text(
            "Den minsta delen av överenskommelsen med en egen regel. sum-… betyder alla potter på nivån.",
            "The smallest part of the agreement with a rule of its own. sum-… means all pots of that level.",
        ),
        AGREEMENT,
        pattern=ID,
    ),
    Field(
        "recipient_type",
        _TEXT,
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Kommun, region, län (kommuner och region gemensamt) eller nationell (SKR).",
            "Municipality, region, county (municipalities and region jointly) or national (SKR).",
        ),
        AGREEMENT,
        allowed=RECIPIENT_TYPES,
    ),
    Field(
        "pot_recipient_type",
        _TEXT,
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Som recipient_type; unknown när källorna inte säger vem pengarna går till.",
            "As recipient_type; unknown where the sources do not say who gets the money.",
        ),
        AGREEMENT,
        allowed=(*RECIPIENT_TYPES, UNKNOWN),
    ),
    Field(
        "recipient_code",
        _TEXT,
        Text("Mottagarens kod", "Recipient code"),
        Text(
            "SCB:s kod som text: kommun fyra siffror, region och län två; SKR för riksorganisationen.",
            "SCB's code as text: municipality four digits, region and county two; SKR for the association.",
        ),
        REGISTER,
        pattern=RECIPIENT_CODE,
    ),
    Field(
        "county_code",
        _TEXT,
        Text("Länskod", "County code"),
        Text("Länets kod, två siffror som text.", "The county's code, two digits as text."),
        REGISTER,
        pattern=COUNTY_CODE,
    ),
    Field(
        "source_id",
        _TEXT,
        Text("Källa", "Source"),
        Text("Källans beteckning i tabellen sources.", "The source's id in the table sources."),
        AGREEMENT,
        pattern=ID,
    ),
    Field(
        "finding_id",
        _TEXT,
        Text("Iakttagelse", "Finding"),
        Text("Iakttagelsens beteckning.", "The finding's id."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    # --- recipients and places --------------------------------------------------------------------------------
    Field(
        "recipient_name",
        _TEXT,
        Text("Mottagare", "Recipient"),
        Text(
            "Namnet den 1 januari bidragsåret, på svenska.",
            "The name on 1 January of the grant year, in Swedish.",
        ),
        REGISTER,
        pattern=NOT_BLANK,
    ),
    Field(
        "recipient_class",
        _TEXT,
        Text("Klass", "Class"),
        Text(
            "Klass som grundbelopp kan bero på: metropolitan (storstadslän) eller default.",
            "Class that a base amount can depend on: metropolitan (metropolitan county) or default.",
        ),
        REGISTER,
        pattern=ID,
    ),
    Field(
        "county_name",
        _TEXT,
        Text("Län", "County"),
        Text("Länets namn, på svenska.", "The county's name, in Swedish."),
        REGISTER,
        pattern=NOT_BLANK,
    ),
    # --- population -------------------------------------------------------------------------------------------
    Field(
        "reference_date",
        _DATE,
        Text("Referensdatum", "Reference date"),
        Text("Det datum som regeln frågar efter.", "The date that the rule asks for."),
        AGREEMENT,
        "date",
    ),
    Field(
        "table_id",
        _TEXT,
        Text("Underlag", "Base table"),
        Text(
            "Den folkmängd som regeln frågar efter: 1 november, 31 december eller månadsslut.",
            "The count that the rule asks for: 1 November, 31 December or end of month.",
        ),
        AGREEMENT,
        allowed=("folkmangd_1_november", "folkmangd_31_december", "folkmangd_month_end"),
    ),
    Field(
        "region_code",
        _TEXT,
        Text("Områdeskod", "Territory code"),
        Text(
            "SCB:s kod som text: län två siffror, kommun fyra.",
            "SCB's code as text: county two digits, municipality four.",
        ),
        SCB,
        pattern=TERRITORY_CODE,
    ),
    Field(
        "region_type",
        _TEXT,
        Text("Slag av område", "Kind of territory"),
        Text(
            "Kommun eller län; en region räknas som sitt län.", "Municipality or county; a region counts as its county."
        ),
        SCB,
        allowed=(MUNICIPALITY, COUNTY),
    ),
    Field(
        "ages",
        _TEXT,
        Text("Åldrar", "Ages"),
        Text(
            "Åldersgrupp, t.ex. 0-18 (båda med), eller all. Ålder vid årets slut.",
            "Age band, such as 0-18 (inclusive), or all. Age reached at the end of the year.",
        ),
        AGREEMENT,
        pattern=AGES,
    ),
    _heads(
        "population",
        Text("Folkmängd", "Population"),
        Text("Antal personer i radens underlag.", "Number of persons of the base named in the row."),
    ),
    _heads(
        "population_total",
        Text("Nämnare", "Denominator"),
        Text(
            "Summan av folkmängden över pottens alla mottagare.",
            "The sum of the population over all recipients of the pot.",
        ),
        COMPUTED,
    ),
    Field(
        "population_date",
        _DATE,
        Text("Cellernas datum", "Date of the cells"),
        Text(
            "Det datum som siffrorna avser; skiljer sig från referensdatum när de är en ersättning.",
            "The date that the figures refer to; differs from the reference date where they stand in for it.",
        ),
        SCB,
        "date",
    ),
    Field(
        "basis",
        _TEXT,
        Text("Säkerhet i underlaget", "Basis"),
        Text(
            "official: SCB:s egna celler. derived: löst exakt ur publicerade belopp. estimated: skattat med angiven"
            " metod. proxy: annat datum.",
            "official: SCB's own cells. derived: solved exactly from published amounts. estimated: by a stated"
            " method. proxy: another date.",
        ),
        COMPUTED,
        allowed=BASES,
    ),
    Field(
        "source",
        _TEXT,
        Text("Underlagets källa", "Source of the population"),
        Text(
            "SCB-tabell eller publicerad tabell som siffran kommer ur.",
            "SCB table or published table that the figure comes from.",
        ),
        SCB,
        pattern=NOT_BLANK,
    ),
    Field(
        "derived_from",
        _TEXT,
        Text("Löst ur", "Solved from"),
        Text(
            "Källor vars belopp folkmängden löstes ur; tomt för SCB:s egna celler.",
            "Sources whose amounts the population was solved from; empty for SCB's own cells.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "is_perturbed",
        _FLAG,
        Text("Röjandeskyddad", "Perturbed"),
        Text(
            "Sant när SCB lagt på brus (Cell Key Method, från 2025): delar summerar då inte exakt.",
            "True where SCB has added noise (Cell Key Method, from 2025): parts then do not sum exactly.",
        ),
        SCB,
    ),
    Field(
        "extracted_at",
        pl.Datetime("us", "UTC"),
        Text("Uttagstidpunkt", "Extraction time"),
        Text(
            "När siffran hämtades; tomt för det inbyggda underlaget.",
            "When it was fetched; empty for the embedded snapshot.",
        ),
        SCB,
    ),
    Field(
        "sha256",
        _TEXT,
        Text("Kontrollsumma", "Checksum"),
        Text("SHA-256 för filen som siffran lästes ur.", "SHA-256 of the file that the figure was read from."),
        COMPUTED,
        pattern=SHA256,
    ),
    _heads(
        "population_estimated",
        Text("Skattad folkmängd", "Estimated population"),
        Text(
            "Vad skattningsmetoden ger där det rätta talet är känt.",
            "What the estimation method gives where the right number is known.",
        ),
        COMPUTED,
    ),
    Field(
        "error_count",
        _INT,
        Text("Fel, personer", "Error, persons"),
        Text("Skattad minus känd folkmängd.", "Estimated minus known population."),
        COMPUTED,
        "persons",
        minimum=-20_000_000,
        maximum=20_000_000,
    ),
    Field(
        "error_share",
        _SHARE,
        Text("Fel, andel", "Error, share"),
        Text(
            "Felet delat med den kända folkmängden (visningsvärde).",
            "The error divided by the known population (display value).",
        ),
        COMPUTED,
        "share",
        minimum=-1.0,
        maximum=1e3,
    ),
    Field(
        "scb_table",
        _TEXT,
        Text("SCB-tabell", "SCB table"),
        Text("Beteckning på SCB:s tabell.", "The id of SCB's table."),
        SCB,
        pattern=NOT_BLANK,
    ),
    Field(
        "vintage",
        _TEXT,
        Text("Årgång", "Vintage"),
        Text(
            "Kontrollsumman för det svar från SCB som åren vilar på.",
            "The checksum of the answer from SCB that the years rest on.",
        ),
        COMPUTED,
        pattern=SHA256,
    ),
    Field(
        "vintage_revised",
        _TEXT,
        Text("Senare årgång", "Later vintage"),
        Text("Kontrollsumman för SCB:s senaste svar.", "The checksum of SCB's latest answer."),
        COMPUTED,
        pattern=SHA256,
    ),
    Field(
        "updated",
        _TEXT,
        Text("Uppdaterad hos SCB", "Updated at SCB"),
        Text("SCB:s egen stämpel i svaret.", "SCB's own stamp in the answer."),
        SCB,
        pattern=NOT_BLANK,
    ),
    Field(
        "bytes",
        _INT,
        Text("Byte", "Bytes"),
        Text("Storleken på det som hämtades.", "The size of what was fetched."),
        COMPUTED,
        "bytes",
        minimum=1,
        maximum=1_000_000_000,
    ),
    Field(
        "cells",
        _INT,
        Text("Celler", "Cells"),
        Text("Antal celler i svaret.", "Number of cells in the answer."),
        COMPUTED,
        "cells",
        minimum=1,
        maximum=1_000_000_000,
    ),
    _heads(
        "population_revised",
        Text("Reviderad folkmängd", "Revised population"),
        Text("Folkmängden i SCB:s senare svar.", "The population in SCB's later answer."),
    ),
    # --- agreements and rules -----------------------------------------------------------------------------------
    Field(
        "name_sv",
        _TEXT,
        Text("Namn på svenska", "Swedish name"),
        Text("Pottens namn som källan skriver det.", "The pot's name as the source writes it."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "name_en",
        _TEXT,
        Text("Namn på engelska", "English name"),
        Text("Pottens namn översatt.", "The pot's name translated."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "focus_area",
        _TEXT,
        Text("Insatsområde", "Focus area"),
        Text("Område som pengarna ska användas till.", "Area that the money is to be used for."),
        AGREEMENT,
        pattern=ID,
    ),
    Field(
        "rule",
        _TEXT,
        Text("Fördelningsregel", "Allocation rule"),
        Text("Regeln som kanonisk JSON, eller unknown.", "The rule as canonical JSON, or unknown."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "rounding",
        _TEXT,
        Text("Avrundning", "Rounding"),
        Text(
            "nearest: närmaste krona. largest_remainder: största rest. largest_recipient: resten på den största.",
            "nearest: nearest krona. largest_remainder: Hamilton. largest_recipient: the residual on the largest.",
        ),
        AGREEMENT,
        allowed=ROUNDINGS,
    ),
    _evidence(
        "evidence",
        Text("Belägg", "Evidence"),
        Text("Det svagaste av beläggen för belopp och regel.", "The weaker of the evidence for amount and rule."),
    ),
    _evidence(
        "evidence_amount",
        Text("Belägg för beloppet", "Evidence of the amount"),
        Text(
            "verified: står i en källa. inferred: följer av publicerade tal.",
            "verified: stated by a source. inferred: follows from published figures.",
        ),
    ),
    _evidence(
        "evidence_rule",
        Text("Belägg för regeln", "Evidence of the rule"),
        Text("verified, inferred eller unknown.", "verified, inferred or unknown."),
    ),
    _evidence(
        "evidence_rounding",
        Text("Belägg för avrundningen", "Evidence of the rounding"),
        Text("verified eller inferred.", "verified or inferred."),
    ),
    _evidence(
        "evidence_date",
        Text("Belägg för referensdatumet", "Evidence of the reference date"),
        Text("verified eller inferred.", "verified or inferred."),
    ),
    Field(
        "rule_inferred_from",
        _TEXT,
        Text("Regeln löst ur", "Rule solved from"),
        Text(
            "Källor vars belopp regelns tal löstes ur.",
            "Sources whose amounts the numbers of the rule were solved from.",
        ),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "contains",
        _TEXT,
        Text("Innehåller", "Contains"),
        Text("Potter som man vet ligger inuti denna.", "Pots known to lie inside this one."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "sources",
        _TEXT,
        Text("Källor", "Sources"),
        Text("Källornas beteckningar, åtskilda av blanksteg.", "The sources' ids, separated by spaces."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "note_sv",
        _TEXT,
        Text("Anmärkning på svenska", "Note in Swedish"),
        Text("Vad som är osäkert eller särskilt med potten.", "What is uncertain or special about the pot."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "note_en",
        _TEXT,
        Text("Anmärkning på engelska", "Note in English"),
        Text("Samma anmärkning på engelska.", "The same note in English."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "rule_sha256",
        _TEXT,
        Text("Regelns kontrollsumma", "Rule checksum"),
        Text(
            "SHA-256 för pottens normaliserade regel; ändras av ett värde, inte av en kommentar.",
            "SHA-256 of the pot's normalised rule; changed by a value, not by a comment.",
        ),
        COMPUTED,
        pattern=SHA256,
    ),
    Field(
        "title",
        _TEXT,
        Text("Titel", "Title"),
        Text("Källans titel.", "The source's title."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "publisher",
        _TEXT,
        Text("Utgivare", "Publisher"),
        Text("Den som gett ut källan.", "Who published the source."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "url",
        _TEXT,
        Text("Adress", "Address"),
        Text("Källans adress på webben.", "The source's address on the web."),
        AGREEMENT,
        pattern=r"^https?://\S+$",
    ),
    Field(
        "published_on",
        _DATE,
        Text("Utgiven", "Published on"),
        Text("Den dag källan gavs ut, när den är känd.", "The day the source was published, where known."),
        AGREEMENT,
        "date",
    ),
    Field(
        "note",
        _TEXT,
        Text("Anmärkning", "Note"),
        Text("Anmärkning på engelska.", "Note in English."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    # --- money ------------------------------------------------------------------------------------------------
    _money(
        "amount_sek",
        Text("Belopp", "Amount"),
        Text(
            "Hela kronor. I pots: pottens storlek; annars vad mottagaren får.",
            "Whole kronor. In pots: the size of the pot; elsewhere what the recipient gets.",
        ),
    ),
    _money(
        "base_sek",
        Text("Grundbelopp", "Base amount"),
        Text("Den fasta delen.", "The fixed part."),
        AGREEMENT,
    ),
    _money(
        "variable_sek",
        Text("Rörlig del", "Variable part"),
        Text("Delen efter folkmängd, avrundad till hela kronor.", "The part by population, in whole kronor."),
        minimum=None,
    ),
    _money(
        "allocated_sek",
        Text("Fördelat", "Allocated"),
        Text("Summan av mottagarnas belopp.", "The sum of the recipients' amounts."),
    ),
    _money(
        "residual_sek",
        Text("Avrundningsdifferens", "Rounding residual"),
        Text("Pott minus summan av beloppen.", "Pot minus the sum of the amounts."),
        minimum=None,
    ),
    _money(
        "agreement_total_sek",
        Text("Överenskommelsens belopp", "Total of the agreement"),
        Text("Alla potter, även de utan känd regel.", "All pots, those without a known rule included."),
        AGREEMENT,
    ),
    _money(
        "amount_previous_sek",
        Text("Belopp föregående år", "Amount in the previous year"),
        Text(
            "Tomt när det ena årets pengar till detta slag av mottagare inte är helt beräknade.",
            "Empty unless all money to this kind of recipient is computed for both years.",
        ),
    ),
    _money(
        "change_sek",
        Text("Förändring", "Change"),
        Text("Belopp minus föregående års belopp.", "Amount minus the previous year's amount."),
        minimum=None,
    ),
    _money(
        "amount_revised_sek",
        Text("Belopp med reviderat underlag", "Amount with revised population"),
        Text(
            "Vad mottagaren skulle få om året beslutades om på SCB:s senare svar.",
            "What the recipient would get if the year were decided again on SCB's later answer.",
        ),
    ),
    _money(
        "municipality_sek",
        Text("Till kommunerna", "To the municipalities"),
        Text(
            "Summan till länets kommuner; tomt när inget är beräknat.",
            "Sum to the county's municipalities; empty where nothing is computed.",
        ),
    ),
    _money(
        "region_sek",
        Text("Till regionen", "To the region"),
        Text(
            "Summan till regionen; tomt när inget är beräknat.", "Sum to the region; empty where nothing is computed."
        ),
    ),
    _money(
        "county_sek",
        Text("Länsgemensamt", "County-joint"),
        Text(
            "Länsgemensamma medel; tomt när inget är beräknat.", "County-joint funds; empty where nothing is computed."
        ),
    ),
    _money(
        "total_sek",
        Text("Länet totalt", "County in total"),
        Text("Kommuner, region och länsgemensamt tillsammans.", "Municipalities, region and county-joint together."),
    ),
    _money(
        "published_sek",
        Text("Publicerat belopp", "Published amount"),
        Text("Beloppet som källan skriver det.", "The amount as the source prints it."),
        PUBLISHED,
    ),
    _money(
        "computed_sek",
        Text("Beräknat belopp", "Computed amount"),
        Text("Kronvis beräkning av samma sak.", "What Kronvis computes for the same thing."),
    ),
    _money(
        "difference_sek",
        Text("Differens", "Difference"),
        Text(
            "Beräknat minus publicerat; tomt när de inte går att jämföra.",
            "Computed minus published; empty where they cannot be compared.",
        ),
        minimum=None,
    ),
    _money(
        "rounded_to_sek",
        Text("Avrundat till", "Rounded to"),
        Text(
            "Steget som ett avrundat belopp är skrivet i; tomt för exakta.",
            "The step that a rounded amount is written in; empty for exact ones.",
        ),
        PUBLISHED,
        minimum=2,
    ),
    # --- status, evidence and counts ----------------------------------------------------------------------------
    Field(
        "population_basis",
        _TEXT,
        Text("Säkerhet i underlaget", "Basis of the population"),
        Text(
            "Se basis i tabellen population; tomt för fasta belopp.",
            "See basis in the table population; empty for fixed amounts.",
        ),
        COMPUTED,
        allowed=BASES,
    ),
    Field(
        "children_basis",
        _TEXT,
        Text("Säkerhet i antalet barn", "Basis of the number of children"),
        Text("Se basis i tabellen population.", "See basis in the table population."),
        COMPUTED,
        allowed=BASES,
    ),
    Field(
        "population_source",
        _TEXT,
        Text("Underlagets källa", "Source of the population"),
        Text("Se source i tabellen population.", "See source in the table population."),
        SCB,
        pattern=NOT_BLANK,
    ),
    Field(
        "population_derived_from",
        _TEXT,
        Text("Underlaget löst ur", "Population solved from"),
        Text("Se derived_from i tabellen population.", "See derived_from in the table population."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "population_sha256",
        _TEXT,
        Text("Underlagets kontrollsumma", "Population checksum"),
        Text(
            "SHA-256 över pottens alla folkmängdstal; tomt för fasta belopp.",
            "SHA-256 over all head counts of the pot; empty for fixed amounts.",
        ),
        COMPUTED,
        pattern=SHA256,
    ),
    Field(
        "status",
        _TEXT,
        Text("Status", "Status"),
        Text(
            "decided: vilar på officiellt eller löst underlag. preliminary: på skattat eller ersatt."
            " not_computed: regeln är okänd.",
            "decided: rests on official or solved counts. preliminary: on estimated or stand-in counts."
            " not_computed: the rule is unknown.",
        ),
        COMPUTED,
        allowed=(DECIDED, PRELIMINARY, NOT_COMPUTED),
    ),
    Field(
        "recipients_count",
        _INT,
        Text("Antal mottagare", "Number of recipients"),
        Text("Mottagare i potten; 0 när regeln är okänd.", "Recipients of the pot; 0 where the rule is unknown."),
        COMPUTED,
        "recipients",
        minimum=0,
        maximum=10_000,
    ),
    Field(
        "pots_count",
        _INT,
        Text("Antal potter", "Number of pots"),
        Text("Potter med detta belägg.", "Pots with this evidence."),
        COMPUTED,
        "pots",
        minimum=1,
        maximum=1_000,
    ),
    Field(
        "coverage_share",
        _SHARE,
        Text("Täckning", "Coverage"),
        Text("Andel av överenskommelsens belopp (visningsvärde).", "Share of the agreement's total (display value)."),
        COMPUTED,
        "share",
        minimum=0.0,
        maximum=1.0,
    ),
    Field(
        "is_complete",
        _FLAG,
        Text("Fullständig", "Complete"),
        Text(
            "Sant när alla pengar till detta slag av mottagare har en känd regel; annars är beloppet en delsumma.",
            "True where all money to this kind of recipient has a known rule; otherwise the amount is a part.",
        ),
        COMPUTED,
    ),
    _heads(
        "children",
        Text("Barn 0–18 år", "Children aged 0–18"),
        Text(
            "Folkmängd 0–18 år; tomt när den inte finns till hands.", "Population aged 0–18; empty where not on hand."
        ),
    ),
    _ratio(
        "sek_per_inhabitant",
        Text("Kronor per invånare", "SEK per inhabitant"),
        Text("Belopp delat med folkmängd (visningsvärde).", "Amount divided by population (display value)."),
    ),
    _ratio(
        "sek_per_child",
        Text("Kronor per barn 0–18", "SEK per child aged 0–18"),
        Text(
            "Belopp delat med antal barn (visningsvärde).", "Amount divided by the number of children (display value)."
        ),
    ),
    Field(
        "base_share",
        _SHARE,
        Text("Grundbeloppets andel", "Share of the base"),
        Text("Fast del av beloppet (visningsvärde).", "The fixed part of the amount (display value)."),
        COMPUTED,
        "share",
        minimum=0.0,
        maximum=1.0,
    ),
    Field(
        "rank_per_inhabitant",
        _INT,
        Text("Rang per invånare", "Rank per inhabitant"),
        Text(
            "1 = mest per invånare bland mottagare av samma slag.",
            "1 = most per inhabitant among recipients of the same kind.",
        ),
        COMPUTED,
        "rank",
        minimum=1,
        maximum=10_000,
    ),
    # --- published figures and reconciliation ---------------------------------------------------------------------
    Field(
        "figure_type",
        _TEXT,
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Som recipient_type, och dessutom länets kommuner tillsammans eller ett läns egen delfördelning.",
            "As recipient_type, and besides all municipalities of a county together or a county's own onward split.",
        ),
        PUBLISHED,
        allowed=(*RECIPIENT_TYPES, MUNICIPALITIES_IN_COUNTY, LOCAL_SHARE),
    ),
    Field(
        "precision",
        _TEXT,
        Text("Noggrannhet", "Precision"),
        Text("exact: på kronan. rounded: avrundat i källan.", "exact: to the krona. rounded: rounded by the source."),
        PUBLISHED,
        allowed=("exact", "rounded"),
    ),
    Field(
        "printed_for_year",
        _YEAR,
        Text("Tryckt för år", "Printed for year"),
        Text(
            "Året som källan anger, när det är ett annat än bidragsåret.",
            "The year the source states, where it is another than the grant year.",
        ),
        PUBLISHED,
        "year",
        minimum=2003,
        maximum=2100,
    ),
    Field(
        "independence",
        _TEXT,
        Text("Oberoende", "Independence"),
        Text(
            "self_derived när regel eller folkmängd löstes ur just denna källas belopp; annars independent.",
            "self_derived where rule or population was solved from this very source's figures; else independent.",
        ),
        COMPUTED,
        allowed=("independent", "self_derived"),
    ),
    Field(
        "verdict",
        _TEXT,
        Text("Utfall", "Verdict"),
        Text(
            "exact: 0 kr. explained: namngiven orsak. rounded_match: stämmer så långt källan är skriven."
            " not_comparable: preliminärt underlag. no_rule: okänd regel. mismatch: oförklarad.",
            "exact: 0 kr. explained: a named cause. rounded_match: agrees as far as the source is written out."
            " not_comparable: preliminary population. no_rule: rule unknown. mismatch: unexplained.",
        ),
        COMPUTED,
        allowed=("exact", "explained", "rounded_match", "not_comparable", "no_rule", "mismatch"),
    ),
    Field(
        "cause",
        _TEXT,
        Text("Orsak", "Cause"),
        Text("Namngiven orsak till att beloppen inte är lika.", "Named cause why the amounts are not equal."),
        COMPUTED,
        allowed=(
            "sum_of_unrounded_parts",
            "preliminary_population",
            "rule_unknown",
            "partly_unknown_rule",
            "inside_unidentified_pot",
        ),
    ),
    Field(
        "kind",
        _TEXT,
        Text("Slag", "Kind"),
        Text("Vad iakttagelsen gäller.", "What the finding is about."),
        COMPUTED,
        allowed=(
            "printed_for_other_year",
            "sum_of_unrounded_parts",
            "partly_known_sum",
            "mismatch",
            "estimate_backtest",
            "curated_differs_from_document",
            *ALARM_KINDS,
        ),
    ),
    Field(
        "severity",
        _TEXT,
        Text("Allvar", "Severity"),
        Text("info, warning eller error.", "info, warning or error."),
        COMPUTED,
        allowed=("info", "warning", "error"),
    ),
    Field(
        "subject",
        _TEXT,
        Text("Gäller", "Subject"),
        Text("Vilken pott, mottagare eller källa.", "Which pot, recipient or source."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "message_sv",
        _TEXT,
        Text("Meddelande på svenska", "Message in Swedish"),
        Text("Iakttagelsen i en mening.", "The finding in a sentence."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "message_en",
        _TEXT,
        Text("Meddelande på engelska", "Message in English"),
        Text("Samma mening på engelska.", "The same sentence in English."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "finding_evidence",
        _TEXT,
        Text("Bevis", "Evidence"),
        Text("Talen bakom iakttagelsen, som JSON.", "The numbers behind the finding, as JSON."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    # --- documents --------------------------------------------------------------------------------------------
    Field(
        "document_id",
        _TEXT,
        Text("Dokument", "Document"),
        Text(
            "Dokumentets beteckning i data/agreements/<program>/documents.yaml.",
            "The document's id in data/agreements/<programme>/documents.yaml.",
        ),
        REGISTER_OF_DOCUMENTS,
        pattern=ID,
    ),
    Field(
        "document_state",
        _TEXT,
        Text("Tillstånd", "State"),
        Text(
            "archived: finns i arkivet. not_fetched: har adress men är inte hämtat. no_address: ingen känd adress.",
            "archived: kept in the archive. not_fetched: has an address, not fetched yet. no_address: none is known.",
        ),
        COMPUTED,
        allowed=("archived", "not_fetched", "no_address"),
    ),
    Field(
        "document_kind",
        _TEXT,
        Text("Slag av dokument", "Kind of document"),
        Text("Vad byten är, oavsett filnamn.", "What the bytes are, whatever the file is called."),
        COMPUTED,
        allowed=("pdf", "html", "xlsx", "csv", "text"),
    ),
    Field(
        "fetched_at",
        pl.Datetime("us", "UTC"),
        Text("Hämtat", "Fetched at"),
        Text("När dokumentet hämtades.", "When the document was fetched."),
        COMPUTED,
    ),
    _place("page", Text("Sida", "Page"), Text("Sida eller blad, från 1.", "Page or sheet, from 1.")),
    _place("row", Text("Rad", "Row"), Text("Rad på sidan, från 1.", "Row on the page, from 1.")),
    _place("column", Text("Kolumn", "Column"), Text("Kolumn på sidan, från 1.", "Column on the page, from 1.")),
    Field(
        "printed_text",
        _TEXT,
        Text("Som tryckt", "As printed"),
        Text("Cellens text i dokumentet.", "The text of the cell in the document."),
        PUBLISHED,
        pattern=NOT_BLANK,
    ),
    Field(
        "origin",
        _TEXT,
        Text("Inläst", "Taken in"),
        Text(
            "curated: avskrivet för hand. extracted: läst ur det arkiverade dokumentet. both: båda, med samma belopp.",
            "curated: copied by hand. extracted: read from the archived document. both: both, with the same amount.",
        ),
        COMPUTED,
        allowed=("curated", "extracted", "both"),
    ),
    # --- inference --------------------------------------------------------------------------------------------
    Field(
        "candidate",
        _TEXT,
        Text("Kandidat", "Candidate"),
        Text(
            "Den räkning och avrundning som prövas, eller det rikstal som lösts ur beloppen.",
            "The count and rounding that is tried, or the national total solved from the amounts.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    _heads(
        "total",
        Text("Rikstal", "National total"),
        Text("Summan av alla mottagares folkmängd.", "The sum of all recipients' head counts."),
        COMPUTED,
    ),
    _count(
        "matches", Text("Träffar", "Matches"), Text("Belopp som blir rätt på kronan.", "Amounts that come out exact.")
    ),
    _count("figures", Text("Belopp", "Figures"), Text("Belopp som prövas.", "Amounts that are tried.")),
    _count(
        "solutions",
        Text("Lösningar", "Solutions"),
        Text(
            "Hur många rikstal som ger alla belopp; tomt där inget söktes.",
            "How many national totals give all amounts; empty where none was searched for.",
        ),
    ),
    Field(
        "inference_verdict",
        _TEXT,
        Text("Utfall", "Verdict"),
        Text(
            "unique: enda lösningen. ambiguous: en av flera. fits: en känd räkning som ger alla belopp."
            " misses: ger inte alla.",
            "unique: the only solution. ambiguous: one of several. fits: a known count that gives all amounts."
            " misses: does not give all.",
        ),
        COMPUTED,
        allowed=("unique", "ambiguous", "fits", "misses"),
    ),
    # --- causes of change ---------------------------------------------------------------------------------------
    Field(
        "year_previous",
        _YEAR,
        Text("Föregående bidragsår", "Previous grant year"),
        Text(
            "Programmets närmast föregående år med en överenskommelse.",
            "The programme's latest year before with an agreement.",
        ),
        AGREEMENT,
        "year",
        minimum=2003,
        maximum=2100,
    ),
    _money(
        "amount_before_sek",
        Text("Belopp föregående överenskommelse", "Amount in the previous agreement"),
        Text(
            "Beloppet ur samma pott i programmets föregående överenskommelse; 0 när potten är ny.",
            "The amount from the same pot in the programme's previous agreement; 0 where the pot is new.",
        ),
    ),
    _money(
        "rule_sek",
        Text("Därav regeln", "Due to the rule"),
        Text(
            "Annat grundbelopp, annan nyckel, eller en pott som är ny eller har upphört.",
            "Another base amount, another key, or a pot that is new or has ended.",
        ),
        minimum=None,
    ),
    _money(
        "pot_size_sek",
        Text("Därav pottens storlek", "Due to the size of the pot"),
        Text("En större eller mindre pott.", "A larger or smaller pot."),
        minimum=None,
    ),
    _money(
        "own_population_sek",
        Text("Därav egen folkmängd", "Due to own population"),
        Text(
            "Fler eller färre egna invånare, alla andra som förut.",
            "More or fewer own inhabitants, all others as before.",
        ),
        minimum=None,
    ),
    _money(
        "national_population_sek",
        Text("Därav rikets folkmängd", "Due to national population"),
        Text("Fler eller färre av alla andra i nämnaren.", "More or fewer of all others in the denominator."),
        minimum=None,
    ),
    _money(
        "rounding_sek",
        Text("Därav avrundning", "Due to rounding"),
        Text(
            "Vad avrundningssätten lade till eller drog från utöver närmaste krona.",
            "What the rounding conventions added or took beyond the nearest krona.",
        ),
        minimum=None,
    ),
    Field(
        "continuity",
        _TEXT,
        Text("Pottens kontinuitet", "Continuity of the pot"),
        Text(
            "continued: potten finns båda åren. new: bara detta år. ended: bara föregående år.",
            "continued: the pot is there in both years. new: in this year only. ended: in the previous year only.",
        ),
        COMPUTED,
        allowed=("continued", "new", "ended"),
    ),
    # --- what-if and sensitivity --------------------------------------------------------------------------------
    Field(
        "scenario_id",
        _TEXT,
        Text("Scenario", "Scenario"),
        Text("Reformfilens namn utan ändelse.", "The name of the reform's file without its ending."),
        "reform file",
        pattern=ID,
    ),
    Field(
        "reform_sha256",
        _TEXT,
        Text("Reformens kontrollsumma", "Reform checksum"),
        Text(
            "SHA-256 för den normaliserade reformen; ändras av ett värde, inte av en kommentar.",
            "SHA-256 of the normalised reform; changed by a value, not by a comment.",
        ),
        COMPUTED,
        pattern=SHA256,
    ),
    Field(
        "variant",
        _YEAR,
        Text("Variant", "Variant"),
        Text("Variantens nummer i rutnätet, från 1.", "The number of the variant in the grid, from 1."),
        COMPUTED,
        minimum=1,
        maximum=100_000_000,
    ),
    _money(
        "pot_sek",
        Text("Pottens storlek", "Size of the pot"),
        Text("Pottens storlek i varianten.", "The size of the pot in the variant."),
    ),
    Field(
        "base_sek_by_class",
        _TEXT,
        Text("Grundbelopp per klass", "Base amounts by class"),
        Text(
            "Grundbeloppet för varje klass av mottagare, som JSON.",
            "The base amount of each class of recipients, as JSON.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    _money(
        "max_sek_per_head",
        Text("Tak per invånare", "Cap per head"),
        Text("Högst så många kronor per person; tomt utan tak.", "At most so many kronor per person; empty for none."),
    ),
    Field(
        "max_gain_permille",
        _INT,
        Text("Tak för ökning", "Cap on gains"),
        Text(
            "Ingen får mer än så många promille över beloppet enligt gällande regel; tomt utan tak.",
            "Nobody gets more than so many thousandths above the decided amount; empty for no cap.",
        ),
        COMPUTED,
        "permille",
        minimum=0,
        maximum=10_000,
    ),
    Field(
        "max_loss_permille",
        _INT,
        Text("Garanti mot minskning", "Guarantee against losses"),
        Text(
            "Ingen förlorar mer än så många promille av beloppet enligt gällande regel; tomt utan garanti.",
            "Nobody loses more than so many thousandths of the decided amount; empty for no guarantee.",
        ),
        COMPUTED,
        "permille",
        minimum=0,
        maximum=1_000,
    ),
    _money(
        "amount_decided_sek",
        Text("Belopp enligt gällande regel", "Amount under the decided rule"),
        Text(
            "Vad årets regel ger; för en sammanslagen kommun summan för dem som gått ihop.",
            "What the year's rule gives; for merged municipalities the sum of those that merged.",
        ),
    ),
    _money(
        "amount_scenario_sek",
        Text("Belopp med reformen", "Amount under the reform"),
        Text("Vad den antagna regeln skulle ge; aldrig ett beslut.", "What the assumed rule would give; no decision."),
    ),
    _money(
        "scenario_change_sek",
        Text("Förändring med reformen", "Change under the reform"),
        Text("Belopp med reformen minus belopp enligt gällande regel.", "Amount under the reform minus the decided."),
        minimum=None,
    ),
    Field(
        "change_share",
        _SHARE,
        Text("Förändring, andel", "Change, share"),
        Text(
            "Förändringen delad med beloppet enligt gällande regel (visningsvärde); tomt när det är 0 kr.",
            "The change divided by the decided amount (display value); empty where that is 0 kr.",
        ),
        COMPUTED,
        "share",
        minimum=-1.0,
        maximum=1e11,
    ),
    _heads(
        "inhabitants",
        Text("Invånare", "Inhabitants"),
        Text(
            "Alla åldrar på överenskommelsens datum; tomt när folkmängden inte finns till hands.",
            "All ages on the agreement's date; empty where the count is not on hand.",
        ),
    ),
    Field(
        "size_class",
        _TEXT,
        Text("Storleksklass", "Size class"),
        Text(
            "Kommunens invånarantal i Kronvis egna klasser, undre gräns med; tomt för regioner och län.",
            "The municipality's inhabitants in classes of Kronvis' own, from the lower bound; empty for others.",
        ),
        COMPUTED,
        allowed=("0-4999", "5000-9999", "10000-19999", "20000-49999", "50000-99999", "100000-"),
    ),
    Field(
        "scenario_evidence",
        _TEXT,
        Text("Belägg", "Evidence"),
        Text(
            "assumed: potten är ändrad av reformen. Annars det svagaste av beläggen för belopp och regel.",
            "assumed: the reform changes the pot. Otherwise the weaker of the evidence for amount and rule.",
        ),
        COMPUTED,
        allowed=("assumed", VERIFIED, INFERRED),
    ),
    Field(
        "scenario_status",
        _TEXT,
        Text("Status", "Status"),
        Text(
            "scenario: ett tankeexperiment på officiellt eller löst underlag. preliminary: på skattat eller ersatt.",
            "scenario: a what-if on official or solved counts. preliminary: on estimated or stand-in counts.",
        ),
        COMPUTED,
        allowed=("scenario", PRELIMINARY),
    ),
    _ratio(
        "sek_per_head",
        Text("Kronor per person", "SEK per person"),
        Text(
            "Pottens rörliga del delad med alla personer i underlaget (visningsvärde); tomt för fasta belopp.",
            "The pot's variable part divided by all persons of the base (display value); empty for fixed amounts.",
        ),
    ),
    _ratio(
        "sek_per_added_head",
        Text("Kronor för en person till", "SEK for one more person"),
        Text(
            "Vad en person till skulle ge mottagaren när nämnaren växer med henne (visningsvärde).",
            "What one more person would give the recipient, the denominator growing with her (display value).",
        ),
    ),
    _money(
        "amount_nearest_sek",
        Text("Belopp, närmaste krona", "Amount, nearest krona"),
        Text("Beloppet om potten avrundades till närmaste krona.", "The amount if the pot were rounded to the krona."),
    ),
    _money(
        "amount_largest_remainder_sek",
        Text("Belopp, största rest", "Amount, largest remainder"),
        Text("Beloppet om potten avrundades med största rest.", "The amount under largest remainders (Hamilton)."),
    ),
    _money(
        "amount_largest_recipient_sek",
        Text("Belopp, resten på den största", "Amount, residual on the largest"),
        Text("Beloppet om den största fick resten.", "The amount if the largest recipient took the residual."),
    ),
    _money(
        "amount_lowest_sek",
        Text("Lägsta belopp", "Lowest amount"),
        Text("Lägst över de årgångar av folkmängden som finns.", "Lowest over the vintages of the count on hand."),
    ),
    _money(
        "amount_highest_sek",
        Text("Högsta belopp", "Highest amount"),
        Text("Högst över de årgångar av folkmängden som finns.", "Highest over the vintages of the count on hand."),
    ),
    Field(
        "vintage_lowest",
        _TEXT,
        Text("Årgång med lägsta belopp", "Vintage of the lowest amount"),
        Text(
            "Serie och dag; den räkning som används anges med regelns underlag och dag. Tomt för fasta belopp.",
            "Series and day; the count in use is named by the rule's base and day. Empty for fixed amounts.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "vintage_highest",
        _TEXT,
        Text("Årgång med högsta belopp", "Vintage of the highest amount"),
        Text(
            "Serie och dag; den räkning som används anges med regelns underlag och dag. Tomt för fasta belopp.",
            "Series and day; the count in use is named by the rule's base and day. Empty for fixed amounts.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    _count(
        "vintages_count",
        Text("Antal årgångar", "Number of vintages"),
        Text(
            "Olika räkningar av samma åldrar inom ett och ett halvt år från mätdagen, den använda med.",
            "Different counts of the same ages within a year and a half of the date, the used one included.",
        ),
    ),
    Field(
        "is_sensitive",
        _FLAG,
        Text("Känslig", "Sensitive"),
        Text(
            "Sant när en annan årgång flyttar beloppet med mer än 1 procent.",
            "True where another vintage moves the amount by more than 1 per cent.",
        ),
        COMPUTED,
    ),
    Field(
        "problem",
        _TEXT,
        Text("Hinder", "Problem"),
        Text("Varför dokumentet inte kunde tas in.", "Why the document could not be brought in."),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    # --- forecasts ----------------------------------------------------------------------------------------------
    Field(
        "target_year",
        _YEAR,
        Text("Målår", "Target year"),
        Text("Det bidragsår som prognosen gäller.", "The grant year that the forecast is for."),
        COMPUTED,
        "year",
        minimum=2003,
        maximum=2100,
    ),
    Field(
        "forecast_candidate",
        _TEXT,
        Text("Kandidat", "Candidate"),
        Text(
            "De antagna regler som raden räknas efter; se data/forecast/candidates.yaml.",
            "The assumed rules that the row is computed by; see data/forecast/candidates.yaml.",
        ),
        COMPUTED,
        pattern=ID,
    ),
    Field(
        "is_main_candidate",
        _FLAG,
        Text("Huvudkandidat", "Main candidate"),
        Text(
            "Sant för den kandidat som prognosen i första hand är; de andra säger vad som skulle ändras.",
            "True for the candidate that is the forecast proper; the others say what would change.",
        ),
        COMPUTED,
    ),
    _money(
        "forecast_sek",
        Text("Prognos", "Forecast"),
        Text("Hela kronor under de antagna reglerna.", "Whole kronor under the assumed rules."),
    ),
    _money(
        "amount_low_sek",
        Text("Prognos, lägst", "Forecast, low"),
        Text(
            "Beloppet om den egna folkmängden ligger vid intervallets nedre gräns och övriga vid sin prognos.",
            "The amount with the own head count at the lower end of its interval and all others at their forecast.",
        ),
    ),
    _money(
        "amount_high_sek",
        Text("Prognos, högst", "Forecast, high"),
        Text(
            "Beloppet om den egna folkmängden ligger vid intervallets övre gräns och övriga vid sin prognos.",
            "The amount with the own head count at the upper end of its interval and all others at their forecast.",
        ),
    ),
    _heads(
        "forecast_population",
        Text("Beräknad folkmängd", "Forecast population"),
        Text("Folkmängd på referensdatumet enligt prognosen.", "Head count of the reference date as forecast."),
        COMPUTED,
    ),
    _heads(
        "population_low",
        Text("Folkmängd, lägst", "Population, low"),
        Text("Nedre gräns för 80-procentsintervallet.", "Lower end of the 80 per cent interval."),
        COMPUTED,
    ),
    _heads(
        "population_high",
        Text("Folkmängd, högst", "Population, high"),
        Text("Övre gräns för 80-procentsintervallet.", "Upper end of the 80 per cent interval."),
        COMPUTED,
    ),
    Field(
        "forecast_method",
        _TEXT,
        Text("Metod", "Method"),
        Text(
            "Hur folkmängden beräknats; metoderna beskrivs i data/forecast/README.md.",
            "How the head count was made; the methods are described in data/forecast/README.md.",
        ),
        COMPUTED,
        pattern=ID,
    ),
    Field(
        "previous_year",
        _YEAR,
        Text("Jämförelseår", "Year compared with"),
        Text("Det senaste året vars regler är kända.", "The latest year whose rules are known."),
        COMPUTED,
        "year",
        minimum=2003,
        maximum=2100,
    ),
    _money(
        "amount_of_previous_rule_sek",
        Text("Belopp jämförelseåret", "Amount of the year compared with"),
        Text(
            "Samma potts belopp till mottagaren det senaste året med kända regler.",
            "What the same pot gave the recipient in the latest year with known rules.",
        ),
    ),
    Field(
        "previous_status",
        _TEXT,
        Text("Jämförelsebeloppets status", "Status of the amount compared with"),
        Text("Som status i allocations.", "As status in allocations."),
        COMPUTED,
        allowed=(DECIDED, PRELIMINARY),
    ),
    _money(
        "forecast_change_sek",
        Text("Förändring", "Change"),
        Text("Prognos minus beloppet jämförelseåret.", "Forecast minus the amount of the year compared with."),
        minimum=None,
    ),
    Field(
        "assumptions",
        _TEXT,
        Text("Antaganden", "Assumptions"),
        Text(
            "Beteckningar i data/forecast/assumptions.yaml, åtskilda av blanksteg.",
            "Ids in data/forecast/assumptions.yaml, separated by spaces.",
        ),
        COMPUTED,
        pattern=NOT_BLANK,
    ),
    Field(
        "forecast_evidence",
        _TEXT,
        Text("Belägg", "Evidence"),
        Text("assumed: ett angivet antagande.", "assumed: a stated assumption."),
        COMPUTED,
        allowed=("assumed",),
    ),
    Field(
        "forecast_status",
        _TEXT,
        Text("Status", "Status"),
        Text("forecast: aldrig ett beslutat belopp.", "forecast: never a decided amount."),
        COMPUTED,
        allowed=("forecast",),
    ),
    Field(
        "test_kind",
        _TEXT,
        Text("Slag av prövning", "Kind of test"),
        Text(
            "forecast: bara det som var känt den 1 november det året. nowcast: även senare räkningar."
            " hindcast: bakåt från en senare räkning.",
            "forecast: only what was known on 1 November of that year. nowcast: later counts too."
            " hindcast: backwards from a later count.",
        ),
        COMPUTED,
        allowed=("forecast", "nowcast", "hindcast"),
    ),
    Field(
        "tested_region_type",
        _TEXT,
        Text("Slag av område", "Kind of territory"),
        Text("Kommun, län eller riket.", "Municipality, county or the nation."),
        COMPUTED,
        allowed=(MUNICIPALITY, COUNTY, "country"),
    ),
    Field(
        "origin_date",
        _DATE,
        Text("Utgångsdatum", "Origin"),
        Text("Den räkning som metoden utgår från.", "The count that the method starts from."),
        COMPUTED,
        "date",
    ),
    Field(
        "is_used",
        _FLAG,
        Text("Används", "Used"),
        Text("Sant för de metoder som prognosen använder.", "True for the methods that the forecast uses."),
        COMPUTED,
    ),
    _count("territories", Text("Områden", "Territories"), Text("Områden som prövas.", "Territories that are tested.")),
    Field(
        "mean_abs_error",
        _SHARE,
        Text("Medelfel, personer", "Mean error, persons"),
        Text("Felens medelvärde utan tecken.", "The mean of the errors without their sign."),
        COMPUTED,
        "persons",
        minimum=0.0,
        maximum=2e7,
    ),
    Field(
        "mean_abs_error_share",
        _SHARE,
        Text("Medelfel, andel", "Mean error, share"),
        Text(
            "Medelvärdet av områdenas fel delat med deras folkmängd, utan tecken.",
            "The mean over the territories of error divided by population, without sign.",
        ),
        COMPUTED,
        "share",
        minimum=0.0,
        maximum=1e3,
    ),
    _money(
        "abs_error_sek",
        Text("Fel i kronor", "Error in kronor"),
        Text(
            "Summan av områdenas fel utan tecken, om den rörliga delen av 2025 års potter fördelades efter prognosen;"
            " tomt där ingen pott går efter detta underlag eller alla områden inte är kända.",
            "The sum of the territories' errors without sign, had the variable part of the pots of 2025 been split by"
            " the forecast; empty where no pot goes by this base or not all territories are known.",
        ),
    ),
    Field(
        "better_than_carry",
        _SHARE,
        Text("Bättre än förra räkningen", "Better than the last count"),
        Text(
            "Andel av medelfelet som försvinner mot att behålla den senaste räkningen; negativ är sämre.",
            "Share of the mean error that goes away compared with keeping the last count; negative is worse.",
        ),
        COMPUTED,
        "share",
        minimum=-1e6,
        maximum=1.0,
    ),
    Field(
        "better_than_nation",
        _SHARE,
        Text("Bättre än rikets tillväxt", "Better than the nation's growth"),
        Text(
            "Andel av medelfelet som försvinner mot att alla växer som riket; negativ är sämre, tom för riket.",
            "Share of the mean error that goes away compared with all growing as the nation; negative is worse, empty"
            " for the nation.",
        ),
        COMPUTED,
        "share",
        minimum=-1e6,
        maximum=1.0,
    ),
    Field(
        "interval_coverage",
        _SHARE,
        Text("Intervallets täckning", "Coverage of the interval"),
        Text(
            "Andel områden vars räkning låg i det 80-procentsintervall som de andra årens fel ger.",
            "Share of territories whose count lay in the 80 per cent interval made of the other years' errors.",
        ),
        COMPUTED,
        "share",
        minimum=0.0,
        maximum=1.0,
    ),
    # --- the county: onward split, follow-up and deadlines --------------------------------------------------------
    Field(
        "part_id",
        _TEXT,
        Text("Del", "Part"),
        Text("Delen av länets pott, som länet har delat den.", "The part of the county's pot, as the county split it."),
        "onward split file",
        pattern=ID,
    ),
    Field(
        "part_recipient_type",
        _TEXT,
        Text("Slag av mottagare i länet", "Kind of recipient in the county"),
        Text(
            "municipality: en kommun. municipalities: länets kommuner tillsammans, inte fördelat. region: regionen."
            " joint: gemensam insats. unknown: okänt.",
            "municipality: one municipality. municipalities: those of the county together, not split. region: the"
            " region. joint: a joint effort. unknown: not known.",
        ),
        "onward split file",
        allowed=(MUNICIPALITY, "municipalities", REGION, "joint", UNKNOWN),
    ),
    Field(
        "split_key",
        _TEXT,
        Text("Nyckel", "Key"),
        Text(
            "population: efter folkmängd. equal: lika. listed: uppräknade belopp. project: hela delen till en namngiven"
            " post. unknown: okänd.",
            "population: by population. equal: the same to each. listed: listed amounts. project: all of it to a named"
            " post. unknown: not known.",
        ),
        "onward split file",
        allowed=("population", "equal", "listed", "project", UNKNOWN),
    ),
    Field(
        "amount_rule",
        _TEXT,
        Text("Beloppets grund", "Ground of the amount"),
        Text(
            "stated: angivet. share: andel av länets pott. remainder: vad andra delar lämnar. unknown: okänt.",
            "stated: given. share: a share of the county's pot. remainder: what other parts leave. unknown: not known.",
        ),
        "onward split file",
        allowed=("stated", "share", "remainder", UNKNOWN),
    ),
    _money(
        "county_allocated_sek",
        Text("Tilldelat", "Allocated"),
        Text(
            "Vad länet tilldelats ur potten; tomt när det inte är känt på kronan.",
            "What the county was allocated of the pot; empty where not known to the krona.",
        ),
    ),
    Field(
        "allocated_from",
        _TEXT,
        Text("Tilldelat enligt", "Allocated according to"),
        Text(
            "published: publicerat belopp. computed: beräknat på beslutat underlag. report: enligt redovisningen.",
            "published: a published figure. computed: computed on a decided basis. report: as the report itself says.",
        ),
        COMPUTED,
        allowed=("published", "computed", "report"),
    ),
    _money(
        "requisitioned_sek",
        Text("Rekvirerat", "Requisitioned"),
        Text(
            "Vad länet har begärt utbetalt; tomt när det inte är angivet.", "What was claimed; empty where not stated."
        ),
        "county report",
    ),
    _money(
        "used_sek",
        Text("Förbrukat", "Used"),
        Text("Vad som har använts; tomt när det inte är angivet.", "What was spent; empty where not stated."),
        "county report",
    ),
    _money(
        "saved_sek",
        Text("Sparat", "Saved"),
        Text(
            "Vad som sparats till senare; tomt när det inte är angivet.",
            "What was kept for later; empty where not stated.",
        ),
        "county report",
    ),
    _money(
        "repaid_sek",
        Text("Återbetalat", "Repaid"),
        Text(
            "Vad som har betalats tillbaka; tomt när det inte är angivet.",
            "What was paid back; empty where not stated.",
        ),
        "county report",
    ),
    _money(
        "reported_sek",
        Text("Redovisat", "Reported"),
        Text(
            "Belopp som redovisats utan att kallas förbrukat, sparat eller återbetalat. Aldrig detsamma som förbrukat.",
            "An amount reported without being called used, saved or repaid. Never the same as used.",
        ),
        "county report",
    ),
    _money(
        "unexplained_sek",
        Text("Oförklarat", "Unexplained"),
        Text(
            "Tilldelat − förbrukat − sparat − återbetalat; tomt när något av dem inte är känt.",
            "Allocated − used − saved − repaid; empty where one of them is not known.",
        ),
        minimum=None,
    ),
    Field(
        "reported_on",
        _DATE,
        Text("Redovisat den", "Reported on"),
        Text("Den dag redovisningen lämnades, när den är känd.", "The day of the report, where known."),
        "county report",
        "date",
    ),
    Field(
        "follow_up_verdict",
        _TEXT,
        Text("Utfall", "Verdict"),
        Text(
            "accounted: allt tilldelat är förklarat. unexplained: något är det inte. exceeds: mer än tilldelat."
            " other_allocation: på kronan en annan tilldelning. incomplete: något är inte angivet. not_reported: inget"
            " är det.",
            "accounted: all that was allocated is explained. unexplained: some is not. exceeds: more than allocated."
            " other_allocation: to the krona another allocation. incomplete: something is not stated. not_reported:"
            " nothing is.",
        ),
        COMPUTED,
        allowed=("accounted", "unexplained", "exceeds", "other_allocation", "incomplete", "not_reported"),
    ),
    Field(
        "follow_up_kind",
        _TEXT,
        Text("Slag", "Kind"),
        Text("Vad iakttagelsen om redovisningen gäller.", "What the finding about the report is about."),
        COMPUTED,
        allowed=FOLLOW_UP_KINDS,
    ),
    Field(
        "deadline_kind",
        _TEXT,
        Text("Slag av datum", "Kind of deadline"),
        Text(
            "requisition: begära utbetalning. report: redovisa. repayment: betala tillbaka.",
            "requisition: to claim the money. report: to account for it. repayment: to pay back what is left.",
        ),
        "deadline file",
        allowed=("requisition", "report", "repayment"),
    ),
    Field(
        "deadline_date",
        _DATE,
        Text("Senast", "At the latest"),
        Text("Sista dagen; tomt när ingen källa säger den.", "The last day; empty where no source states it."),
        "deadline file",
        "date",
    ),
    _evidence(
        "deadline_evidence",
        Text("Belägg för datumet", "Evidence of the date"),
        Text("verified, inferred, eller unknown utan datum.", "verified, inferred, or unknown without a date."),
    ),
    Field(
        "still_valid_on",
        _DATE,
        Text("Kontrollerat", "Checked"),
        Text("Den dag uppgiften senast sågs över.", "The day the entry was last looked over."),
        "deadline file",
        "date",
    ),
    Field(
        "agreement_title_sv",
        _TEXT,
        Text("Överenskommelse", "Agreement"),
        Text("Överenskommelsens namn på svenska.", "The agreement's name in Swedish."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "agreement_title_en",
        _TEXT,
        Text("Överenskommelse på engelska", "Agreement in English"),
        Text("Överenskommelsens namn översatt.", "The agreement's name translated."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
    Field(
        "source_page",
        _TEXT,
        Text("Sida", "Page"),
        Text("Sidan i källan, när den är känd.", "The page of the source, where known."),
        AGREEMENT,
        pattern=NOT_BLANK,
    ),
)


def _registry(fields: Iterable[Field]) -> dict[str, Field]:
    by_name: dict[str, Field] = {}
    for field in fields:
        if field.name in by_name:
            msg = f"field {field.name!r} is declared twice"
            raise ValueError(msg)
        by_name[field.name] = field
    return by_name


FIELDS: Final = _registry(_FIELDS)
