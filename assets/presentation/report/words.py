"""Words of the pages about recipients and counties: headings, column names and short explanations."""

from typing import Final, get_args

from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, REGION

# All recipients of a kind together.
PEERS: Final = {
    MUNICIPALITY: Text("kommuner", "municipalities"),
    REGION: Text("regioner", "regions"),
    COUNTY: Text("län", "counties"),
    NATIONAL: Text("nationella mottagare", "national recipients"),
}

_WORDS: Final = {
    # --- the amount
    "per_inhabitant": Text("Kronor per invånare", "SEK per inhabitant"),
    "per_child": Text("Kronor per barn 0–18 år", "SEK per child aged 0–18"),
    "weighted": Text(
        "Länets och rikets tal är vägda: summan av beloppen delad med summan av personerna.",
        "The figures of county and nation are weighted: the sum of amounts divided by the sum of persons.",
    ),
    "head_count": Text("Antal personer", "Persons counted"),
    "basis": Text("underlag", "basis"),
    "change": Text("Förändring", "Change"),
    "change_from": Text("från {year}", "from {year}"),
    "change_partly": Text(
        "Det som kan sägas, pott för pott, står längre ned.",
        "What can be told, pot by pot, is further down.",
    ),
    "change_untold": Text("Anges inte: {reason}.", "Not given: {reason}."),
    "in_time": Text("Sista dagar", "Deadlines"),
    "see_all_deadlines": Text("Alla sista dagar", "All deadlines"),
    "part_only": Text("Delsumma", "A part only"),
    "see_forecast": Text("Prognos för {year}, inget beslut", "Forecast for {year}, not a decision"),
    "newer_year": Text("Nyare överenskommelse", "A newer agreement"),
    "no_amount": Text(
        "Inget belopp är beräknat för något år i den här utgåvan.",
        "No amount is computed for any year in this edition.",
    ),
    # --- why
    "why": Text("Varför just detta belopp", "Why this amount"),
    "rounding": Text("Avrundning", "Rounding"),
    "population": Text("Folkmängd", "Population"),
    "evidence": Text("Belägg", "Evidence"),
    "note": Text("Anmärkning", "Note"),
    "source": Text("Källa", "Source"),
    "no_address": Text("ingen känd adress", "no address known"),
    "no_source": Text("ingen källa", "no source"),
    "page": Text("s. {page}", "p. {page}"),
    "one_more": Text(
        "En person till i underlaget hade gett {value}\u00a0kr mer.",
        "One more person in the base would have given SEK\u00a0{value} more.",
    ),
    "sum": Text("Summa", "Sum"),
    "technical": Text("Koder och kontrollsummor", "Codes and checksums"),
    # --- change
    "change_heading": Text("Varför beloppet ändrats", "Why the amount has changed"),
    "not_told": Text("Om detta kan inget sägas", "Of this nothing can be told"),
    # --- all years
    "by_year": Text("År för år", "Year by year"),
    "all_years": Text("Alla år", "All years"),
    "all_years_note": Text(
        "En pott utan känd regel har inget belopp här. Det betyder inte att inga pengar betalades.",
        "A pot without a known rule has no amount here. That does not mean that no money was paid.",
    ),
    "year": Text("År", "Year"),
    "programme": Text("Satsning", "Programme"),
    "pot": Text("Pott", "Pot"),
    "amount": Text("Belopp", "Amount"),
    "base": Text("Grundbelopp", "Base amount"),
    "variable": Text("Efter folkmängd", "By population"),
    "status": Text("Status", "Status"),
    "evidence_amount": Text("Belägg för beloppet", "Evidence of the amount"),
    "evidence_rule": Text("Belägg för regeln", "Evidence of the rule"),
    "bar": Text("I proportion", "In proportion"),
    # --- ahead
    "forecast": Text("Prognos, inget beslut", "A forecast, not a decision"),
    "forecast_badge": Text("prognos", "forecast"),
    "forecast_caption": Text("Huvudprognosen, år för år", "The main forecast, year by year"),
    "forecast_year": Text("För år", "For year"),
    "forecast_amount": Text("Prognos", "Forecast"),
    "forecast_interval": Text("80-procentsintervall", "80 per cent interval"),
    "forecast_compared": Text("Mot {year}", "Against {year}"),
    "forecast_note": Text(
        "Intervallet visar bara hur osäker folkmängden är. Det täcker inte att reglerna kan bli andra.",
        "The interval only shows how uncertain the population is. It does not cover that the rules may become others.",
    ),
    "forecast_method": Text(
        "Antaganden och träffsäkerhet står i metoden",
        "Assumptions and accuracy are in the method",
    ),
    # --- deadlines
    "deadlines": Text("Sista dagar", "Deadlines"),
    "what": Text("Vad", "What"),
    "last_day": Text("Senast", "At the latest"),
    "day_unknown": Text("okänt: ingen källa säger någon dag", "unknown: no source states a day"),
    "checked": Text("Kontrollerat", "Checked"),
    # --- data
    "data": Text("Ladda ner", "Download"),
    "data_note": Text(
        "Alla mottagare finns i samma filer; leta upp raden med mottagarens namn.",
        "All recipients are in the same files; find the row with the recipient’s name.",
    ),
    "workbook": Text("Arbetsbok (Excel)", "Workbook (Excel)"),
    "table_amounts": Text("Belopp per pott", "Amounts by pot"),
    "table_totals": Text("Summor och tal per person", "Sums and figures per head"),
    # --- county
    "county_money": Text("Pengarna till länet", "The money to the county"),
    "to_municipalities": Text("Till kommunerna", "To the municipalities"),
    "to_region": Text("Till regionen", "To the region"),
    "county_joint": Text("Länsgemensamt", "County-joint"),
    "total": Text("Totalt", "In total"),
    "all_counties": Text("alla län tillsammans", "all counties together"),
    "place": Text("Plats av {of}, per invånare", "Place of {of}, per inhabitant"),
    "level": Text("Mottagare", "Recipient"),
    "municipalities": Text("Länets kommuner", "The county’s municipalities"),
    "municipality": Text("Kommun", "Municipality"),
    "no_municipal_money": Text(
        "Inget belopp till länets kommuner är beräknat.",
        "No amount to the county’s municipalities is computed.",
    ),
    "preliminary_sum": Text(
        "Preliminärt: minst en del vilar på en skattad folkmängd eller på folkmängden ett annat datum.",
        "Preliminary: at least a part rests on an estimated population or on that of another date.",
    ),
    "region_page": Text("Regionens sida", "The region’s page"),
    "joint_money": Text("De länsgemensamma pengarna", "The county-joint money"),
    "joint_note": Text(
        "Går till länets kommuner och region tillsammans.",
        "Goes to the county’s municipalities and region together.",
    ),
    "onward": Text("Hur länet har delat pengarna vidare", "How the county has passed the money on"),
    "onward_note": Text(
        "Länets egna beslut, inga statliga belopp. Det som inte är känt har inget belopp.",
        "The county’s own decisions, no state allocations. What is not known has no amount.",
    ),
    "part": Text("Del", "Part"),
    "to_whom": Text("Till", "To"),
    "key": Text("Fördelat", "Split"),
    "rounded_to": Text("avrundat till {step}", "rounded to {step}"),
    "follow_up": Text("Uppföljning av användningen", "Follow-up of use"),
    "follow_up_note": Text(
        "Vad länet har redovisat av sina gemensamma pengar. Ett streck är inte angivet, aldrig noll.",
        "What the county has reported of its joint money. A dash is not stated, never zero.",
    ),
    "allocated": Text("Tilldelat", "Allocated"),
    "used": Text("Förbrukat", "Used"),
    "saved": Text("Sparat", "Saved"),
    "repaid": Text("Återbetalat", "Repaid"),
    "reported": Text("Redovisat utan uppdelning", "Reported undivided"),
    "unexplained": Text("Oförklarat", "Unexplained"),
    "verdict": Text("Utfall", "Verdict"),
    "findings": Text("Iakttagelser om redovisningen", "Findings about the report"),
}
_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
WORDS: Final = {lang: {name: text.of(lang) for name, text in _WORDS.items()} for lang in _LANGUAGES}
