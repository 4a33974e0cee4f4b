"""What the catalogue offers: one entry per kind of content, never one per year or file.

Digg: a title below ten words, without publisher and year, translated; distributions are the same data in several
formats; many files of a kind are repeated download addresses of one distribution. So the years are one dataset. What
differs in kind and trust is told apart: amounts; the head counts they rest on, which are SCB's; what documents print
beside what is computed; and what is only assumed, which must never be found under the amounts.
"""

from typing import Final, NamedTuple

from schemas.text import Text


class Dataset(NamedTuple):
    """An entry of the catalogue. `themes` are codes of the EU's data themes; `tables` are names of published tables."""

    name: str
    title: Text
    description: Text
    provenance: Text
    keywords: tuple[Text, ...]
    themes: tuple[str, ...]
    tables: tuple[str, ...]


_MENTAL_HEALTH: Final = Text("psykisk hälsa", "mental health")
_GRANTS: Final = Text("statsbidrag", "state grants")
_MUNICIPALITIES: Final = Text("kommuner", "municipalities")
_REGIONS: Final = Text("regioner", "regions")

ALLOCATIONS: Final = Dataset(
    "allocations",
    Text(
        "Statsbidrag för psykisk hälsa till kommuner, regioner och län",
        "Mental health grants to municipalities, regions and counties",
    ),
    Text(
        "Hur de årliga överenskommelserna mellan staten och SKR om psykisk hälsa fördelas: en rad per pott och"
        " mottagare med grundbelopp, rörlig del och belopp i hela kronor, regel, folkmängd, belägg och status. Därtill"
        " summor per mottagare och län, förändring mellan åren, regler, källor och sista dagar. En pott vars regel är"
        " okänd redovisas med sitt belopp och fördelas inte. Rader med status preliminary vilar på ersatta"
        " folkmängdstal.",
        "How the yearly agreements between the state and SKR on mental health are split: one row per pot and recipient"
        " with base amount, variable part and amount in whole kronor, rule, population, evidence and status. Also sums"
        " per recipient and county, change between years, rules, sources and deadlines. A pot whose rule is unknown is"
        " listed with its money and not split. Rows with status preliminary rest on stand-in head counts.",
    ),
    Text(
        "Omräknat med heltal ur överenskommelsernas regler och folkmängden; varje rad säger vad den vilar på, och"
        " beloppen är avstämda mot publicerade belopp.",
        "Recomputed in integers from the rules of the agreements and the population; every row says what it rests on,"
        " and the amounts are reconciled with published ones.",
    ),
    (
        _GRANTS,
        _MENTAL_HEALTH,
        Text("suicidprevention", "suicide prevention"),
        _MUNICIPALITIES,
        _REGIONS,
        Text("överenskommelse", "agreement"),
        Text("fördelning", "allocation"),
    ),
    ("HEAL", "GOVE"),
    (
        "allocations",
        "pots",
        "coverage",
        "recipient_totals",
        "county_overview",
        "change_causes",
        "recipients",
        "rules",
        "sources",
        "sub_allocations",
        "deadlines",
        "follow_up",
        "follow_up_findings",
    ),
)

POPULATION: Final = Dataset(
    "population",
    Text("Folkmängd som underlag för statsbidrag", "Population counts that state grants rest on"),
    Text(
        "Folkmängden för varje underlag som reglerna frågar efter, per kommun och län, med referensdatum, åldrar, källa"
        " och säkerhet: official är SCB:s egna tal, derived är löst exakt ur publicerade belopp, estimated är skattat"
        " och proxy gäller ett annat datum. Därtill skattningens fel där det rätta talet är känt, och SCB:s senare"
        " revideringar.",
        "The population of every base that the rules ask for, by municipality and county, with reference date, ages,"
        " source and basis: official is SCB’s own count, derived is solved exactly from published amounts, estimated is"
        " estimated and proxy is of another date. Also the error of the estimate where the right number is known, and"
        " SCB’s later revisions.",
    ),
    Text(
        "SCB:s folkmängdsstatistik; tal som SCB inte publicerar är lösta eller skattade, vilket raden anger.",
        "SCB’s population statistics; counts that SCB does not publish are solved or estimated, as the row says.",
    ),
    (Text("folkmängd", "population"), Text("befolkning", "inhabitants"), _GRANTS, _MUNICIPALITIES),
    ("SOCI",),
    ("population", "population_backtest", "scb_population_raw", "revisions"),
)

RECONCILIATION: Final = Dataset(
    "reconciliation",
    Text("Avstämning av publicerade statsbidragsbelopp", "Reconciliation of published grant amounts"),
    Text(
        "Belopp som offentliga dokument anger, bredvid det beräknade, med skillnaden på kronan, utfall och orsak."
        " Därtill iakttagelser om fel och märkligheter, vilka underlag som ger de publicerade beloppen och dokumenten.",
        "Amounts that public documents print, beside the computed ones, with the difference to the krona, verdict and"
        " cause. Also findings of errors and oddities, which bases give the published amounts, and the documents.",
    ),
    Text(
        "Avskrivet eller läst ur de dokument som anges i varje rad, och jämfört med beräkningen.",
        "Copied or read from the documents named in every row, and compared with the computation.",
    ),
    (Text("avstämning", "reconciliation"), Text("kvalitetskontroll", "quality control"), _GRANTS, _MENTAL_HEALTH),
    ("GOVE",),
    (
        "published_figures",
        "reconciliation",
        "findings",
        "vintage_inference",
        "agreement_documents_raw",
        "document_figures",
    ),
)

FORECAST: Final = Dataset(
    "forecast",
    Text(
        "Prognoser och känslighet för statsbidrag inom psykisk hälsa",
        "Forecasts and sensitivity of mental health grants",
    ),
    Text(
        "Vad ett öppet år kan ge under angivna antaganden, med intervall, och hur väl sådana prognoser har träffat."
        " Därtill vad en invånare till, en annan avrundning eller ett annat underlag skulle betyda. Antaganden, aldrig"
        " beslutade belopp.",
        "What an open year may give under stated assumptions, with intervals, and how well such forecasts have done."
        " Also what one more inhabitant, another rounding or another base would mean. Assumptions, never decided"
        " amounts.",
    ),
    Text(
        "Beräknat ur fördelningen under de antaganden som anges i varje rad.",
        "Computed from the allocations under the assumptions named in every row.",
    ),
    (Text("prognos", "forecast"), Text("känslighetsanalys", "sensitivity analysis"), _GRANTS, _MENTAL_HEALTH),
    ("HEAL", "GOVE"),
    ("forecast", "forecast_backtest", "sensitivity"),
)

DATASETS: Final = (ALLOCATIONS, POPULATION, RECONCILIATION, FORECAST)
