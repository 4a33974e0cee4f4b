"""Words of the start page, the pages per year and the rankings."""

from typing import Final

from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, REGION, UNKNOWN

# Who the money goes to, in the picture and as headings.
RECEIVERS: Final = {
    MUNICIPALITY: Text("Kommunerna", "Municipalities"),
    REGION: Text("Regionerna", "Regions"),
    COUNTY: Text("Länen, gemensamt", "Counties, jointly"),
    NATIONAL: Text("Nationellt stöd", "National support"),
    UNKNOWN: Text("Mottagare okänd", "Recipient unknown"),
}

WORDS: Final = {
    "about": Text(
        "Staten och SKR kommer varje år överens om bidrag till kommuner, regioner och län för psykisk hälsa och"
        " suicidprevention. Kronvis räknar om fördelningen krona för krona ur överenskommelsernas egna regler och"
        " visar för varje belopp vad det vilar på.",
        "Each year the Swedish state and SKR (the Swedish Association of Local Authorities and Regions) agree on grants"
        " to municipalities, regions and counties for mental health and suicide prevention. Kronvis recomputes the"
        " split krona by krona from the agreements’ own rules and shows what each amount rests on.",
    ),
    "agreement": Text("Överenskommelse", "Agreement"),
    "headline_whole": Text(
        "{year} är det senaste året där hela överenskommelsen är beräknad.",
        "{year} is the latest year in which the whole agreement is computed.",
    ),
    "headline_part": Text(
        "{year} är det senaste året. Bara en del av överenskommelsen har en känd regel.",
        "{year} is the latest year. Only part of the agreement has a known rule.",
    ),
    "to_year": Text("Allt om {year}: kartor och rankningar", "All about {year}: maps and rankings"),
    "questions": Text("Tre frågor", "Three questions"),
    "find": Text("Vad får min kommun?", "What does my municipality get?"),
    "find_told": Text(
        "Skriv namnet i sökfältet högst upp, eller välj i listan.",
        "Type its name in the search field at the top, or choose from the list.",
    ),
    "find_link": Text("Alla kommuner {year}", "All municipalities {year}"),
    "right": Text("Stämmer det?", "Is it right?"),
    "right_told": Text(
        "Varje publicerad siffra står bredvid den beräknade, med skillnaden i kronor.",
        "Every published figure stands beside the computed one, with the difference in kronor.",
    ),
    "how": Text("Hur räknas det?", "How is it computed?"),
    "how_told": Text(
        "Regler, folkmängd, avrundning, och hur säkert varje tal är.",
        "Rules, population, rounding, and how sure each number is.",
    ),
    "years_caption": Text("Överenskommelserna", "The agreements"),
    "programme": Text("Satsning", "Programme"),
    "agreed": Text("Överenskommet", "Agreed"),
    "computed": Text("Därav beräknat", "Of which computed"),
    "share": Text("Andel", "Share"),
    "status": Text("Status", "Status"),
    "status_computed": Text("Det beräknades status", "Status of the computed"),
    "verdicts": Text("Publicerade siffror", "Published figures"),
    "no_figures": Text("inga att jämföra med", "none to compare with"),
    "preliminary_told": Text(
        "Preliminärt: {amount} vilar helt eller delvis på skattad folkmängd eller folkmängd från ett annat datum.",
        "Preliminary: {amount} rests wholly or partly on estimated head counts or counts of another date.",
    ),
    "split": Text("Så delas pengarna", "How the money is split"),
    "split_picture": Text(
        "Potterna till vänster, mottagarna till höger; banden är så breda som pengarna.",
        "Pots on the left, recipients on the right; the bands are as broad as the money.",
    ),
    "split_table": Text("Samma tal står i tabellen.", "The table has the same numbers."),
    "split_elsewhere": Text(
        "Samma tal står i en tabell på årets sida.", "The page of the year has the same numbers in a table."
    ),
    "unknown_told": Text(
        "Streckat: pengar som ingen känd källa säger hur de delas. De räknas aldrig ut.",
        "Dashed: money that no known source says how to split. It is never computed.",
    ),
    "pots_caption": Text("Potterna {year}", "The pots {year}"),
    "pot": Text("Pott", "Pot"),
    "to": Text("Går till", "Goes to"),
    "amount": Text("Belopp", "Amount"),
    "recipients": Text("Antal mottagare", "Recipients"),
    "residual": Text("Kvar efter avrundning", "Left by rounding"),
    "sum": Text("Summa", "Sum"),
    "evidence": Text("Belägg", "Evidence"),
    "coverage_caption": Text("Hur väl fördelningen är belagd", "How well the split is documented"),
    "maps": Text("Kartor", "Maps"),
    "maps_municipality": Text("Kommunerna", "The municipalities"),
    "maps_county": Text("Länen", "The counties"),
    "measure": Text("Visa", "Show"),
    "per_inhabitant": Text("Kronor per invånare", "SEK per inhabitant"),
    "per_child": Text("Kronor per barn 0–18 år", "SEK per child aged 0–18"),
    "change": Text("Förändring från året före, procent", "Change from the year before, per cent"),
    "all_per_inhabitant": Text("Alla medel, kronor per invånare", "All money, SEK per inhabitant"),
    "joint_per_inhabitant": Text("Länsgemensamma medel per invånare", "County-joint money per inhabitant"),
    "joint_per_child": Text("Länsgemensamma medel per barn", "County-joint money per child"),
    "joint_change": Text("Länsgemensamma medel, förändring i procent", "County-joint money, change in per cent"),
    # In the title of an area, where there is little room.
    "per_inhabitant_short": Text("{value} kr/inv.", "SEK {value}/inh."),
    "per_child_short": Text("{value} kr/barn", "SEK {value}/child"),
    "change_short": Text("{value} %", "{value} %"),
    "all_per_inhabitant_short": Text("{value} kr/inv.", "SEK {value}/inh."),
    "joint_per_inhabitant_short": Text("gemensamt {value} kr/inv.", "joint SEK {value}/inh."),
    "joint_per_child_short": Text("gemensamt {value} kr/barn", "joint SEK {value}/child"),
    "joint_change_short": Text("gemensamt {value} %", "joint {value} %"),
    "no_value": Text("uppgift saknas", "no value"),
    "even": Text("{measure}: lika överallt, {value}.", "{measure}: the same everywhere, {value}."),
    "nearly_even": Text(
        "{measure}: skiljer mindre än en procent, från {low} till {high}.",
        "{measure}: differs by less than one per cent, from {low} to {high}.",
    ),
    "map_preliminary": Text(
        "{count} av {all} värden är preliminära: de vilar på skattad folkmängd eller folkmängd från ett annat datum.",
        "{count} of {all} values are preliminary: they rest on estimated head counts or counts of another date.",
    ),
    "map_part": Text(
        "Beloppen är delsummor: en del av pengarna har ingen känd regel.",
        "The amounts are partial sums: some of the money has no known rule.",
    ),
    "map_table": Text(
        "Samma tal står i rankningen. Klicka på kartan för att komma till en sida.",
        "The ranking has the same numbers. Click on the map to go to a page.",
    ),
    "no_split": Text(
        "Ingen karta eller rankning: {amount} är avsatt, men ingen känd källa säger hur pengarna delas.",
        "No map or ranking: {amount} is set aside, but no known source says how it is split.",
    ),
    "no_recipient": Text(
        "Ingen karta eller rankning: källorna säger inte vem som får {amount} av överenskommelsen.",
        "No map or ranking: the sources do not say who gets {amount} of the agreement.",
    ),
    "no_money": Text(
        "Ingen karta eller rankning: inga pengar ur överenskommelsen går direkt hit.",
        "No map or ranking: no money of the agreement goes here directly.",
    ),
    "rankings": Text("Rankningar", "Rankings"),
    "ranking": Text("Alla kommuner", "All municipalities"),
    "ranking_municipality": Text("Alla kommuner {year}", "All municipalities {year}"),
    "ranking_region": Text("Regionerna {year}", "The regions {year}"),
    "ranking_county": Text("Länen {year}, alla medel", "The counties {year}, all money"),
    "ranking_told": Text(
        "Ordnade efter kronor per invånare. Belopp i hela kronor; per invånare och per barn är visningsvärden.",
        "Ordered by SEK per inhabitant. Amounts in whole SEK; per inhabitant and per child are display values.",
    ),
    "no_rank": Text(
        "Ingen rang: alla får lika mycket per invånare, på mindre än en procent när.",
        "No rank: all get the same per inhabitant, to within one per cent.",
    ),
    "rank": Text("Rang", "Rank"),
    "name": Text("Namn", "Name"),
    "county": Text("Län", "County"),
    "amount_sek": Text("Belopp, kr", "Amount, SEK"),
    "inhabitant": Text("Kr per invånare", "SEK per inhabitant"),
    "child": Text("Kr per barn", "SEK per child"),
    "change_sek": Text("Förändring, kr", "Change, SEK"),
    "base_share": Text("Grundbelopp, andel", "Base amount, share"),
    "municipalities_sek": Text("Kommunerna, kr", "Municipalities, SEK"),
    "region_sek": Text("Regionen, kr", "Region, SEK"),
    "joint_sek": Text("Gemensamt, kr", "Joint, SEK"),
    "total_sek": Text("Summa, kr", "Sum, SEK"),
    "no_change": Text(
        "Förändring visas bara mellan två år där alla pengar till mottagarna är beräknade.",
        "A change is shown only between two years in which all money to the recipients is computed.",
    ),
    "reconciled": Text("Avstämning mot publicerade siffror", "Held against published figures"),
    "files": Text("Hämta {year}", "Download {year}"),
    "workbook": Text("Arbetsbok (Excel)", "Workbook (Excel)"),
    "start_title": Text(
        "Statsbidrag för psykisk hälsa, krona för krona", "State grants for mental health, krona by krona"
    ),
    "year_title": Text("Fördelningen {year}", "The split in {year}"),
    "year_description": Text(
        "Potter, mottagare, kartor och rankningar för bidragsåret {year}.",
        "Pots, recipients, maps and rankings of grant year {year}.",
    ),
}


def words(lang: Language, **values: object) -> dict[str, str]:
    """All words in one language, `values` filled in where a word asks for them; others keep their braces."""
    return {name: _filled(text.of(lang), values) for name, text in WORDS.items()}


def _filled(text: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
