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
        Text("Svarets storlek.", "The size of the answer."),
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
