"""From pages to amounts per recipient, in the layouts that municipalities, regions and SKR publish in.

Pages are written as text: a tab or two spaces set cells apart.
"""

import csv
import re
from collections.abc import Sequence
from functools import cache

import pytest

from assets.documents.figures import figures_in
from assets.documents.found import Figure, Found, Place
from assets.documents.names import NameBook, read_names
from assets.documents.page import Cell, Page, Row
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, NATIONAL, REGION
from tests.domain import DATA, register

LETTERS = {MUNICIPALITY: "m", REGION: "r", COUNTY: "c", NATIONAL: "n", MUNICIPALITIES_IN_COUNTY: "all"}


@cache
def book() -> NameBook:
    return read_names(DATA / "geography", register())


def a_page(text: str, number: int = 1, sheet: str | None = None, spans: dict[str, int] | None = None) -> Page:
    """`spans` says over how many columns a text stands; empty cells count, empty lines count as well."""
    rows = []
    for line, content in enumerate(text.strip("\n").split("\n"), start=1):
        cells = [
            Cell(cell.strip(" "), column, (spans or {}).get(cell.strip(" "), 1))
            for column, cell in enumerate(re.split(r"\t| {2,}", content), start=1)
        ]
        rows.append(Row(line, tuple(cell for cell in cells if cell.text)))
    return Page(number, tuple(rows), sheet)


def read(
    *pages: str, year: int | None = 2025, sheets: Sequence[str] | None = None, spans: dict[str, int] | None = None
) -> Found:
    names: Sequence[str | None] = sheets or [None] * len(pages)
    return figures_in(
        [a_page(text, number, names[number - 1], spans) for number, text in enumerate(pages, 1)], book(), year
    )


def whose(figure: Figure) -> str:
    """`m 2080`, `r 20 | c 20`."""
    return " | ".join(
        f"{LETTERS[one.recipient_type]} {one.recipient_code}"
        for one in sorted(figure.may_be, key=lambda one: "mrcna".index(LETTERS[one.recipient_type][0]))
    )


def paid(found: Found) -> list[tuple[str, int]]:
    """Whose each amount in a table may be, and the kronor."""
    return [(whose(figure), figure.amount_sek) for figure in found.figures if figure.role == "recipient"]


def totals(found: Found) -> dict[tuple[str | None, int], list[int]]:
    """What each total in a table sums, by its name and amount."""
    amounts = {figure.place: figure.amount_sek for figure in found.figures if figure.table is not None}
    rows = [figure for figure in found.figures if figure.role == "total" and figure.table is not None]
    return {(figure.name, figure.amount_sek): [amounts[part] for part in figure.parts] for figure in rows}


def mentions(found: Found) -> list[tuple[int, str]]:
    return [(figure.amount_sek, whose(figure)) for figure in found.figures if figure.role == "mention"]


def unread(found: Found) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in found.unread]


# --- a county's own document ----------------------------------------------------------------------------------

DALARNA_2025 = {
    "Malung/Sälen": ("2023", 354_674),
    "Vansbro": ("2021", 311_874),
    "Gagnef": ("2026", 403_407),
    "Leksand": ("2029", 466_464),
    "Rättvik": ("2031", 355_268),
    "Orsa": ("2034", 305_518),
    "Älvdalen": ("2039", 306_619),
    "Smedjebacken": ("2061", 375_524),
    "Mora": ("2062", 533_588),
    "Falun": ("2080", 1_309_672),
    "Borlänge": ("2081", 1_155_336),
    "Säter": ("2082", 401_458),
    "Hedemora": ("2083", 460_022),
    "Avesta": ("2084", 587_830),
    "Ludvika": ("2085", 678_770),
}


def kr(amount: int) -> str:
    return f"{amount:,}".replace(",", " ")


SHARES = (
    "- Av dem går **788** miljoner kronor till regionerna, **250** miljoner kronor till kommunerna, "
    "**493** miljoner kronor till regioner och kommuner ihop (länsvis) och 29 miljoner kronor till SKR."
)
OF_A_COUNTY = f"""
Pengar till psykisk hälsa i länet

- Så användes pengarna för 2024 och så blir det med avtalet för 2025

Möte 240207

Anna Andersson, samordnare RSS Dalarna

2024

Områden för länsgemensamma medel totalt 21 724 099 kr

1. Tidiga insatser för **unga** (Regionen och länsgemensamt) **6 330 883 kr** (Region Dalarna tilldelas 14 003 192 kr)
2. Bättre vård vid **samsjuklighet** **8 947 874 kr**
3. Brukare och närstående **1 000 000 kr**
4. Färre **suicid** **5 445 343 kr**

1. Vad som gjordes för unga (6 330 883 kr)

- En webbplats för unga
- Utbildning, 2-3 dagar

2. Vad som gjordes vid samsjuklighet (totalt 7 605 166 kr)

- Föreläsningar för länets kommuner

3. Vad brukare och närstående gjorde (totalt 1 000 000kr)

4. Vad som gjordes mot suicid, berättades på ett möte (totalt 5 484 559 kr)

Strategi för åren 2025-2035

Avtalet i korthet

2025

Andelar

Avtalet är på **1 560 000 000** kronor 2025.

{SHARES}

1. Strategin i länet (Län 4 000 000 kr)

- Gemensamma planer

2. Stöd till barn och unga i kommunerna

(Kommunerna får stöd för sitt arbete i skola och socialtjänst.

Sammanlagt 8 006 024 kr)

Kommunerna ska arbeta för att:

- Barn ska må bra.

Belopp per huvudman\t
{chr(10).join(f"{name}{chr(9)}{kr(amount)}" for name, (_, amount) in DALARNA_2025.items())}

3. Vård för dem med störst behov, även tvångsvård (Region 13 524 332 kr, län 5 409 733 kr)

Regionerna och länen ska:

- Planera vården.

4. Arbete mot suicid (Regionen 7 790 015 kr, län 7 569 623 kr)

Område/mottagare\tLän\tKommun\tRegion\tSKR
Strategin\t93 000 000\t\t\t
\t2 miljoner/län, men storstadslänen får 3 miljoner/län och 1 miljon miljon/län för stöd\t\t\t
Barn och unga\t\t250 000 000\t\t
\t\t200 000 kronor/kommun och resten efter befolkningsmängd 0-18 år/kommun\t\t
Störst behov\t200 000 000\t\t500 000 000\t
Mot suicid\t200 000 000\t\t288 000 000\t
\t5 miljoner kronor per län, resten efter befolkningsmängd\t\t\t
Myndigheterna\t\t\t\t29 000 000
Summa\t493 000 000\t250 000 000\t788 000 000\t29 000 000
Summa total\t\t\t\t1 560 000 000

- Senast 31/3 2025 blir det klart; möte v.10 eller **14/3**
"""


@cache
def of_a_county() -> Found:
    return read(OF_A_COUNTY)


def test_every_municipality_of_the_county_has_its_amount() -> None:
    found = of_a_county()
    assert paid(found) == [(f"m {code}", amount) for code, amount in DALARNA_2025.values()]
    rows = [figure for figure in found.figures if figure.role == "recipient"]
    assert [figure.name for figure in rows] == list(DALARNA_2025)
    assert {figure.table for figure in rows} == {1}
    assert {figure.header for figure in rows} == {"Belopp per huvudman"}
    assert {figure.heading for figure in rows} == {"2. Stöd till barn och unga i kommunerna"}
    assert {figure.years for figure in rows} == {(2025,)}
    assert {figure.step_sek for figure in rows} == {1}
    assert sum(figure.amount_sek for figure in rows) == 8_006_024


def test_the_county_is_known_and_the_title() -> None:
    assert of_a_county().county_code == "20"
    assert of_a_county().title == "Pengar till psykisk hälsa i länet"


@pytest.mark.parametrize(
    ("amount", "may_be", "year", "heading", "sentence"),
    [
        (14_003_192, "r 20", 2024, "1. Tidiga insatser", "Region Dalarna tilldelas"),
        (8_947_874, "", 2024, "2. Bättre vård", "samsjuklighet"),
        (5_445_343, "", 2024, "4. Färre", "suicid"),
        (7_605_166, "", 2024, "2. Vad som gjordes vid", "totalt 7 605 166"),
        (5_484_559, "", 2024, "4. Vad som gjordes mot", "på ett möte"),
        (1_560_000_000, "", 2025, "Andelar", "Avtalet är på"),
        (788_000_000, "", 2025, "Andelar", "till regionerna"),
        (29_000_000, "n SKR", 2025, "Andelar", "till SKR"),
        (4_000_000, "c 20", 2025, "1. Strategin i länet", "Län 4 000 000"),
        (13_524_332, "r 20", 2025, "3. Vård för dem", "tvångsvård"),
        (5_409_733, "c 20", 2025, "3. Vård för dem", "tvångsvård"),
        (7_790_015, "r 20", 2025, "4. Arbete mot suicid", "suicid"),
        (7_569_623, "c 20", 2025, "4. Arbete mot suicid", "suicid"),
    ],
)
def test_amounts_mentioned_in_the_text(amount: int, may_be: str, year: int, heading: str, sentence: str) -> None:
    (figure,) = (one for one in of_a_county().figures if one.amount_sek == amount)
    assert (figure.role, whose(figure)) == ("mention", may_be)
    assert figure.years[0] == year
    assert figure.heading.startswith(heading)
    assert sentence in figure.sentence
    assert figure.table is None


def test_the_number_of_a_heading_does_not_end_a_sentence() -> None:
    (figure,) = (one for one in of_a_county().figures if one.amount_sek == 5_409_733)
    assert figure.sentence == figure.heading
    assert figure.sentence.startswith("3. Vård för dem")


def test_an_amount_for_region_and_county_may_be_either_s() -> None:
    first, second = (one for one in of_a_county().figures if one.amount_sek == 6_330_883)
    assert whose(first) == "r 20 | c 20"
    assert whose(second) == ""
    assert [one.heading[:7] for one in (first, second)] == ["1. Tidi", "1. Vad "]


def test_the_same_amount_stands_twice() -> None:
    millions = [one for one in of_a_county().figures if one.amount_sek == 1_000_000]
    assert [one.text for one in millions] == ["1 000 000 kr", "1 000 000kr"]


def test_totals_in_the_text_are_nobody_s() -> None:
    rows = [one for one in of_a_county().figures if one.role == "total"]
    assert [(one.amount_sek, one.may_be, one.table) for one in rows] == [(21_724_099, (), None), (8_006_024, (), None)]
    assert [one.years for one in rows] == [(2024,), (2025,)]
    assert rows[1].sentence == "(Kommunerna får stöd för sitt arbete i skola och socialtjänst. Sammanlagt 8 006 024 kr)"
    assert rows[1].heading == "2. Stöd till barn och unga i kommunerna"


def test_the_national_table_and_rates_are_nobody_s() -> None:
    found = of_a_county()
    national = {93_000_000, 250_000_000, 200_000_000, 500_000_000, 288_000_000, 493_000_000, 788_000_000}
    assert all(not one.may_be for one in found.figures if one.amount_sek in national)
    assert not {one.amount_sek for one in found.figures} & {200_000, 2_000_000, 3_000_000, 5_000_000}
    assert found.unread == ()


# --- the regions, as SKR writes them --------------------------------------------------------------------------

REGIONS_2022 = (
    (
        "Stockholm Uppsala Sörmland Östergötland Jönköping Kronoberg Kalmar Gotland Blekinge Skåne Halland "
        "Västra_Götaland Värmland Örebro Västmanland Dalarna Gävleborg Västernorrland Jämtland_Härjedalen "
        "Västerbotten Norrbotten"
    )
    .replace("_", "\u00a0")
    .split(" ")
)
REGIONS_2024 = [
    {"Sörmland": "Södermanland", "Jämtland\u00a0Härjedalen": "Jämtland/Härjedalen"}.get(name, name)
    for name in REGIONS_2022
]


@pytest.mark.parametrize(
    ("year", "written", "total"), [(2022, REGIONS_2022, 1_382_000_000), (2024, REGIONS_2024, 1_367_000_000)]
)
def test_the_tables_of_women_s_health(year: int, written: list[str], total: int) -> None:
    with (DATA / "published" / "kvinnors-halsa.csv").open(encoding="utf-8", newline="") as handle:
        published = [
            (row["recipient_code"], int(row["amount_sek"]))
            for row in csv.DictReader(handle)
            if row["year"] == str(year) and row["recipient_type"] == REGION
        ]
    assert len(published) == 21
    lines = [f"{name}\t{kr(amount)}" for name, (_, amount) in zip(written, published, strict=True)]
    found = read("\n".join([f"Fördelning av medel {year}", "Region\tBelopp", *lines, f"Summa\t{kr(total)}"]), year=year)
    got = [figure for figure in found.figures if figure.role == "recipient"]
    assert [(figure.may_be[-1].recipient_code, figure.amount_sek) for figure in got] == published
    assert all(REGION in {one.recipient_type for one in figure.may_be} for figure in got)
    assert not any(MUNICIPALITY in {one.recipient_type for one in figure.may_be} for figure in got)
    assert {whose(figure) for figure in got} >= {"r 01 | c 01", "r 09 | c 09", "r 20 | c 20"}
    assert {figure.years for figure in got} == {(year,)}
    assert totals(found) == {("Summa", total): [amount for _, amount in published]}
    assert found.county_code is None
    assert found.unread == ()


# --- layouts --------------------------------------------------------------------------------------------------


def test_tables_side_by_side_are_one_table() -> None:
    found = read("""
Belopp 2025, kr
Ale  200 000   Alingsås  300 000   Bengtsfors  400 000
Bollebygd  210 000   Borås  310 000   Dals-Ed  410 000
\t\t\t\tSumma\t1 830 000
""")
    assert paid(found) == [
        ("m 1440", 200_000),
        ("m 1489", 300_000),
        ("m 1460", 400_000),
        ("m 1443", 210_000),
        ("m 1490", 310_000),
        ("m 1438", 410_000),
    ]
    assert {figure.table for figure in found.figures} == {1}
    assert totals(found) == {("Summa", 1_830_000): [200_000, 210_000, 300_000, 310_000, 400_000, 410_000]}


def test_a_total_below_tables_side_by_side_sums_all_of_them() -> None:
    found = read("Ale\t200 000 kr\tAlingsås\t300 000 kr\nBorås\t210 000 kr\nSumma\t710 000 kr")
    assert totals(found) == {("Summa", 710_000): [200_000, 210_000, 300_000]}
    found = read("Ale\t200 000 kr\tAlingsås\t300 000 kr\nSumma\t200 000 kr\tSumma\t300 000 kr")
    assert totals(found) == {("Summa", 200_000): [200_000], ("Summa", 300_000): [300_000]}


def test_codes_between_tables_side_by_side_go_to_their_names() -> None:
    found = read("""
Kod\tKommun\tTkr\tKod\tKommun\tTkr
0114\tUpplands Väsby\t2000\t0125\tEkerö\t2100
0115\tVallentuna\t3000\t0126\tHuddinge\t3100
""")
    assert paid(found) == [("m 0114", 2_000_000), ("m 0125", 2_100_000), ("m 0115", 3_000_000), ("m 0126", 3_100_000)]
    assert [figure.code for figure in found.figures] == ["0114", "0125", "0115", "0126"]
    assert {figure.step_sek for figure in found.figures} == {1_000}


def test_several_amounts_under_a_spanning_heading() -> None:
    found = read(
        """
Kommun\tBelopp 2025, tkr\t\tFolkmängd
\tGrundbelopp\tRörlig del efter befolkning\t2024
Falun\t200\t1 110\t59 818
Mora\t200\t334\t20 818
Totalt\t400\t1 444\t80 636
""",
        spans={"Belopp 2025, tkr": 2},
    )
    assert paid(found) == [("m 2080", 200_000), ("m 2080", 1_110_000), ("m 2062", 200_000), ("m 2062", 334_000)]
    assert [figure.header for figure in found.figures[:2]] == [
        "Belopp 2025, tkr / Grundbelopp",
        "Belopp 2025, tkr / Rörlig del efter befolkning",
    ]
    assert {figure.years for figure in found.figures} == {(2025,)}
    assert totals(found) == {("Totalt", 400_000): [200_000, 200_000], ("Totalt", 1_444_000): [1_110_000, 334_000]}


def test_columns_of_years() -> None:
    found = read("""
Bidrag till regionerna
Region\t2023\t2024
Region Dalarna\t37 218 920\t38 134 524
Region Gävleborg\t37 042 051\t38 096 014
""")
    assert [(figure.amount_sek, figure.years) for figure in found.figures] == [
        (37_218_920, (2023,)),
        (38_134_524, (2024,)),
        (37_042_051, (2023,)),
        (38_096_014, (2024,)),
    ]


def test_years_of_one_spanning_heading_are_of_one_kind() -> None:
    """A reader that lost the span leaves the heading over the first of the columns."""
    found = read("""
Region\tBelopp, kr\t
\t2023\t2024
Region Dalarna\t37 218 920\t38 134 524
Region Gävleborg\t37 042 051\t38 096 014
""")
    assert [amount for _, amount in paid(found)] == [37_218_920, 38_134_524, 37_042_051, 38_096_014]


COUNTIES = """
Kommun\tGrundbelopp, kr\tRörlig del, kr
Dalarnas län
Falun\t200 000\t1 109 672
Mora\t200 000\t333 588
{first}
Gävleborgs län
Gävle\t200 000\t1 000 000
Bollnäs\t200 000\t300 000
{second}
Totalt\t800 000\t2 743 260
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Summa Dalarnas län", "Summa Gävleborgs län"),
        ("Summa", "Summa"),
        ("Delsumma", "Delsumma"),
        ("Dalarnas län, totalt", "Gävleborgs län, totalt"),
    ],
)
def test_counties_as_headings_with_their_sums_below(first: str, second: str) -> None:
    found = read(COUNTIES.format(first=f"{first}\t400 000\t1 443 260", second=f"{second}\t400 000\t1 300 000"))
    assert [who for who, _ in paid(found)] == ["m 2080"] * 2 + ["m 2062"] * 2 + ["m 2180"] * 2 + ["m 2183"] * 2
    sums = [(figure.name, figure.amount_sek, len(figure.parts)) for figure in found.figures if figure.role == "total"]
    assert sums == [
        (first, 400_000, 2),
        (first, 1_443_260, 2),
        (second, 400_000, 2),
        (second, 1_300_000, 2),
        ("Totalt", 800_000, 4),
        ("Totalt", 2_743_260, 4),
    ]
    for figure in found.figures:
        if figure.role == "total":
            parts = [one.amount_sek for one in found.figures if one.place in figure.parts]
            assert sum(parts) == figure.amount_sek


def test_counties_as_headings_with_their_sums_in_them() -> None:
    """Uppsala stands twice: as the county over its municipalities and as one of them."""
    found = read("""
Kommun\tBelopp
Uppsala\t400 000
Enköping\t100 000
Uppsala\t300 000
Dalarna\t310 000
Falun\t210 000
Mora\t100 000
Hela riket\t710 000
""")
    assert paid(found) == [("m 0381", 100_000), ("m 0380", 300_000), ("m 2080", 210_000), ("m 2062", 100_000)]
    assert totals(found) == {
        ("Uppsala", 400_000): [100_000, 300_000],
        ("Dalarna", 310_000): [210_000, 100_000],
        ("Hela riket", 710_000): [100_000, 300_000, 210_000, 100_000],
    }


def test_a_county_s_sum_below_its_municipalities() -> None:
    found = read("""
Kommun\tBelopp
Enköping\t100 000
Uppsala\t300 000
Uppsala län\t400 000
Falun\t210 000
Mora\t100 000
Kommunerna i Dalarnas län\t310 000
""")
    assert totals(found) == {
        ("Uppsala län", 400_000): [100_000, 300_000],
        ("Kommunerna i Dalarnas län", 310_000): [210_000, 100_000],
    }


def test_a_table_of_counties_has_counties_as_recipients() -> None:
    found = read("""
Kod\tLän\tBelopp, mnkr
00\tRiket\t360,5
01\tStockholms län\t300,5
03\tUppsala län\t60,0
""")
    assert paid(found) == [("c 01", 300_500_000), ("c 03", 60_000_000)]
    assert totals(found) == {("Riket", 360_500_000): [300_500_000, 60_000_000]}
    assert {figure.step_sek for figure in found.figures} == {100_000}


def test_the_column_of_counties_beside_the_municipalities_is_no_recipient() -> None:
    found = read("""
Län\tKommun\tBelopp
Dalarnas län\tFalun\t1 309 672
Dalarnas län\tMora\t533 588
Gävleborgs län\tGävle\t200 000
""")
    assert paid(found) == [("m 2080", 1_309_672), ("m 2062", 533_588), ("m 2180", 200_000)]


def test_counties_and_codes_in_columns_of_their_own_go_on_overleaf() -> None:
    heading = "Länskod\tLän\tKommunkod\tKommun\tBelopp"
    found = read(
        f"{heading}\n20\tDalarnas län\t2080\tFalun\t1 309 672\n20\tDalarnas län\t2081\tBorlänge\t1 155 336",
        f"{heading}\n20\tDalarnas län\t2062\tMora\t533 588\n\t\t\tSumma\t2 998 596",
    )
    assert paid(found) == [("m 2080", 1_309_672), ("m 2081", 1_155_336), ("m 2062", 533_588)]
    assert {figure.table for figure in found.figures} == {1}
    assert totals(found) == {("Summa", 2_998_596): [1_309_672, 1_155_336, 533_588]}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Kommun", ["m 0180", "m 0380", "m 1880"]),
        ("Region", ["r 01 | c 01", "r 03 | c 03", "r 18 | c 18"]),
        ("Mottagare", ["m 0180 | r 01 | c 01", "m 0380 | r 03 | c 03", "m 1880 | r 18 | c 18"]),
    ],
)
def test_names_of_several_kinds_are_what_the_heading_says(heading: str, expected: list[str]) -> None:
    found = read(f"{heading}\tBelopp, kr\nStockholm\t1 000 000\nUppsala\t2 000 000\nÖrebro\t3 000 000")
    assert [who for who, _ in paid(found)] == expected


def test_gotland_is_what_its_table_is() -> None:
    assert paid(read("Gotland\t1 310 000 kr\nMora\t534 000 kr\nFalun\t5 000 kr"))[0] == ("m 0980", 1_310_000)
    assert paid(read("Gotland\t1 310 000 kr\nSkåne\t534 000 kr\nHalland\t5 000 kr"))[0] == ("r 09 | c 09", 1_310_000)


def test_region_and_municipalities_in_one_table() -> None:
    found = read("""
Huvudman\tMedel
Region Dalarna\t14 003 192
Falu kommun\t1 309 672
Mora kommun\t533 588
Orsa kommun\t305 518
Säters kommun\t401 458
SKR\t29 000 000
""")
    assert [who for who, _ in paid(found)] == ["r 20", "m 2080", "m 2062", "m 2034", "m 2082", "n SKR"]


def test_a_table_goes_on_overleaf() -> None:
    found = read(
        "Statsbidrag 2025\nTabell 1. Per kommun, tkr.\nKommun\tBelopp\nFalun\t1 310\nBorlänge\t1 155\nKälla: egen\n1",
        "Tabell 1. Per kommun, tkr.\nKommun\tBelopp\nMora\t534\nOrsa\tuppgift saknas\nSäter\t401\nTotalt\t3 400\n2",
    )
    assert paid(found) == [("m 2080", 1_310_000), ("m 2081", 1_155_000), ("m 2062", 534_000), ("m 2082", 401_000)]
    assert {figure.table for figure in found.figures} == {1}
    (total,) = (figure for figure in found.figures if figure.role == "total")
    assert total.parts == (Place(1, 4, 2), Place(1, 5, 2), Place(2, 3, 2), Place(2, 5, 2))


def test_a_running_header_does_not_part_a_table() -> None:
    pages = [
        f"Bilaga till beslutet.\n{rows}\n{number}"
        for number, rows in enumerate(("Falun\t1 310 000 kr", "Mora\t5 kr"), 1)
    ]
    assert {figure.table for figure in read(*pages).figures} == {1}


def test_the_same_recipients_once_more_are_another_table() -> None:
    found = read("""
Fördelning 2025
Kommun\tBelopp
Falun\t1 310 000
Mora\t534 000
Summa\t1 844 000
Kommun\tBelopp
Falun\t2 310 000
Mora\t634 000
Summa\t2 944 000
""")
    assert [figure.table for figure in found.figures] == [1, 1, 1, 2, 2, 2]
    assert totals(found)["Summa", 2_944_000] == [2_310_000, 634_000]


def test_a_table_without_headings_right_below_another_takes_over_its_unit() -> None:
    found = read("""
Barn och unga 2025
Kommun\tBelopp, tkr
Falun\t1 310
Mora\t534
Mot suicid 2024
Falun\t2 310
Mora\t634
""")
    assert [(figure.table, figure.amount_sek, figure.years[0], figure.header) for figure in found.figures[::2]] == [
        (1, 1_310_000, 2025, "Barn och unga 2025 / Belopp, tkr"),
        (2, 2_310_000, 2024, "Mot suicid 2024 / Belopp, tkr"),
    ]


def test_sheets_are_tables_of_their_own() -> None:
    sheet = "Fördelning av medel\nKommun\tBelopp\nFalun\t1 309 67{}\nMora\t533 588"
    found = read(sheet.format(2), sheet.format(3), sheets=["2024", "2025"])
    assert [(figure.table, figure.years) for figure in found.figures[::2]] == [(1, (2024,)), (2, (2025,))]
    assert {figure.header for figure in found.figures} == {"Fördelning av medel / Belopp"}


def test_the_rows_of_another_sheet_are_another_table() -> None:
    assert {figure.table for figure in read("Falun\t100 000 kr", "Mora\t200 000 kr", sheets=["A", "B"]).figures} == {
        1,
        2,
    }


def test_a_name_broken_over_two_lines() -> None:
    found = read("""
Region\tBelopp, kr
Region Jämtland
Härjedalen\t17 151 589
Västra Götalands-
regionen\t228 872 706
Region Örebro\t39 933 062
län
""")
    assert paid(found) == [("r 23", 17_151_589), ("r 14", 228_872_706), ("r 18", 39_933_062)]


def test_a_heading_of_the_column_is_no_part_of_a_name() -> None:
    assert paid(read("Region\nStockholm\t319 176 216 kr\nSkåne\t185 399 420 kr"))[0] == ("r 01 | c 01", 319_176_216)


def test_a_list_whose_reader_saw_single_cells() -> None:
    found = read("""
Fördelning av medel 2025
• Falun: 1 309 672 kr
• Borlänge ........ 1 155 336 kr
2062 Mora 533 588 kr
Summa 2 998 596 kr
""")
    assert paid(found) == [("m 2080", 1_309_672), ("m 2081", 1_155_336), ("m 2062", 533_588)]
    assert {figure.place.column for figure in found.figures} == {1}
    assert totals(found) == {("Summa", 2_998_596): [1_309_672, 1_155_336, 533_588]}


def test_one_line_with_a_name_and_an_amount_is_text() -> None:
    (figure,) = read("Så här blev det\nRegion Dalarna 14 003 192 kr").figures
    assert (figure.role, figure.table, whose(figure)) == ("mention", None, "r 20")


def test_a_unit_in_a_cell_of_its_own() -> None:
    assert paid(read("Falun\t1 310\ttkr\nMora\t534\ttkr")) == [("m 2080", 1_310_000), ("m 2062", 534_000)]


def test_a_bare_amount_in_the_last_row_is_the_total() -> None:
    found = read("Region\tBelopp, kr\nRegion Dalarna\t1 000 000\nRegion Skåne\t2 000 000\n\t3 000 000")
    assert totals(found) == {(None, 3_000_000): [1_000_000, 2_000_000]}


def test_a_bare_amount_among_the_rows_is_nobody_s() -> None:
    found = read(
        "Region\tBelopp, kr\nRegion Dalarna\t1 000 000\n\t3 000 000\nRegion Skåne\t2 000 000\nSumma\t6 000 000"
    )
    assert unread(found) == [("unknown_name", "3 000 000")]
    assert totals(found) == {("Summa", 6_000_000): []}


def test_sums_of_parts_and_of_all() -> None:
    found = read("""
Region\tBelopp, kr
Region Dalarna\t1 000 000
Region Skåne\t2 000 000
Delsumma\t3 000 000
Region Halland\t1 100 000
Region Blekinge\t2 200 000
Delsumma\t3 300 000
Medel per region\t1 575 000
Totalt\t6 300 000
""")
    assert totals(found) == {
        ("Delsumma", 3_000_000): [1_000_000, 2_000_000],
        ("Delsumma", 3_300_000): [1_100_000, 2_200_000],
        ("Totalt", 6_300_000): [1_000_000, 2_000_000, 1_100_000, 2_200_000],
    }


def test_a_part_is_summed_from_its_heading() -> None:
    found = read(
        "Region Dalarna\t100 000 kr\nKommuner\nFalun\t200 000 kr\nMora\nOrsa\t400 000 kr\nDelsumma\t600 000 kr"
    )
    assert totals(found) == {("Delsumma", 600_000): [200_000, 400_000]}


def test_region_and_county_are_no_sums_of_each_other() -> None:
    assert paid(read("Region Dalarna\t14 003 192 kr\nDalarnas län\t9 000 000 kr")) == [
        ("r 20", 14_003_192),
        ("c 20", 9_000_000),
    ]


def test_lines_of_a_budget_are_no_recipients() -> None:
    """Mark and Berg are municipalities, and ground and rock."""
    found = read("Byggnader\t3 000 000 kr\nMark\t5 000 000 kr\nMaskiner\t1 000 000 kr\nMöbler\t200 000 kr")
    assert paid(found) == []
    assert found.unread == ()


# --- which columns are kronor ---------------------------------------------------------------------------------


def test_people_codes_shares_and_rates_are_no_amounts() -> None:
    found = read("""
Knr\tKommun\tFolkmängd\t0–18 år\tAndel\tBelopp\tkr/inv
2080\tFalun\t59 818\t13 093\t0,5 %\t1 309 672\t21,90
2062\tMora\t20 818\t3 936\t0,2 %\t533 588\t25,63
""")
    assert paid(found) == [("m 2080", 1_309_672), ("m 2062", 533_588)]
    assert found.unread == ()


@pytest.mark.parametrize("title", ["Folkmängd per kommun 2024", "Antal barn 0–18 år", "1. Folkmängd"])
def test_a_table_of_people_holds_no_money(title: str) -> None:
    found = read(f"{title}\nFalun\t59 818\nMora\t20 818")
    assert found.figures == ()
    assert found.unread == ()


def test_numbers_of_cases_are_no_money_under_a_title_of_money() -> None:
    found = read("Fördelning av medel\nKommun\tDiarienummer\tBelopp\nFalun\t23145\t1 309 672\nMora\t23146\t533 588")
    assert [amount for _, amount in paid(found)] == [1_309_672, 533_588]


def test_small_numbers_are_no_money_and_not_worth_a_word() -> None:
    found = read("Kommun\tFörskolor\nFalun\t12\nMora\t7")
    assert (found.figures, found.unread) == ((), ())


def test_the_only_column_of_large_numbers_is_money() -> None:
    assert paid(read("Falun\t1309672\nMora\t533588")) == [("m 2080", 1_309_672), ("m 2062", 533_588)]


def test_two_columns_that_nothing_tells_apart_are_not_read() -> None:
    found = read("Kommun\tA\tB\nFalun\t59 818\t1 309 672\nMora\t20 818\t533 588")
    assert found.figures == ()
    assert unread(found) == [("unreadable_amount", "A"), ("unreadable_amount", "B")]
    assert "kronor" in found.unread[0].message_sv


def test_a_title_that_speaks_of_money_tells_what_the_columns_are() -> None:
    found = read(
        "Fördelning av medel\nKommun\tBarn och unga\tMot suicid\nFalun\t59 818\t1 309 672\nMora\t20 818\t533 588"
    )
    assert [amount for _, amount in paid(found)] == [59_818, 1_309_672, 20_818, 533_588]


def test_small_amounts_without_a_unit_are_not_read() -> None:
    """1 310 may be kronor or thousands."""
    found = read("Kommun\tBelopp\nFalun\t1 310\nMora\t534")
    assert found.figures == ()
    assert unread(found) == [("unreadable_amount", "Belopp")]


@pytest.mark.parametrize(
    "note", ["Beloppen anges i tkr", "(tkr)", "Belopp i tusental kronor", "Alla belopp i 1 000 kr"]
)
def test_a_note_gives_the_unit(note: str) -> None:
    for text in (
        f"{note}\nKommun\tBelopp\nFalun\t1 310\nMora\t534",
        f"Kommun\tBelopp\nFalun\t1 310\nMora\t534\n{note}",
    ):
        assert paid(read(text)) == [("m 2080", 1_310_000), ("m 2062", 534_000)]


def test_a_note_is_for_its_own_table() -> None:
    table = "Kommun\tBelopp\nFalun\t{}\nMora\t{}"
    in_kronor, in_thousands = table.format("1 310 000", "534 000"), table.format("1 310", "534")
    for text in (
        f"{in_kronor}\nBelopp i tkr\n{in_thousands}",
        f"{in_thousands}\n(tkr)\nEtt stycke om något annat.\n{in_kronor}",
    ):
        assert sorted(amount for _, amount in paid(read(text))) == [534_000, 534_000, 1_310_000, 1_310_000]


def test_the_unit_over_the_amounts_may_be_a_number() -> None:
    assert paid(read("Kommun\t1 000 kr\nFalun\t1 310\nMora\t534")) == [("m 2080", 1_310_000), ("m 2062", 534_000)]


def test_thousands_by_commas_where_the_column_shows_it() -> None:
    assert paid(read("Municipality\tSEK\nFalun\t1,309,672\nMora\t533,588")) == [
        ("m 2080", 1_309_672),
        ("m 2062", 533_588),
    ]
    found = read("Municipality\tSEK\nFalun\t309,672\nMora\t533 588")
    assert paid(found) == [("m 2062", 533_588)]
    assert unread(found) == [("unreadable_amount", "309,672")]


# --- what is not taken ----------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_reported_and_the_rest_is_taken() -> None:
    found = read("""
Kommun\tBelopp, kr
Falun\t1 309 672
Borlnge\t300 000
Mora\t533 588 *
Säter\t1 30 672
Avesta\t–
Ludvika\tca 5 mnkr
Orsa\t=SUM(B1:B4)
Leksand\t2024
Gagnef\t(1 310)
Totalt\t2 143 260
""")
    assert paid(found) == [("m 2080", 1_309_672), ("m 2062", 533_588), ("m 2026", -1_310)]
    assert unread(found) == [
        ("unknown_name", "Borlnge"),
        ("unreadable_amount", "1 30 672"),
        ("unreadable_amount", "ca 5 mnkr"),
        ("formula", "=SUM(B1:B4)"),
        ("unreadable_amount", "2024"),
    ]
    assert {figure.table for figure in found.figures} == {1}
    assert "Borlänge" in found.unread[0].message_sv
    assert "in threes" in found.unread[1].message_en
    assert [one.place.row for one in found.unread] == [3, 5, 7, 8, 9]
    assert totals(found) == {("Totalt", 2_143_260): []}, "what it sums is not known"


def test_the_first_name_may_be_the_unknown_one() -> None:
    found = read("Kommun\tBelopp, kr\nFallun\t1 309 672\nMora\t533 588\nOrsa\t305 518\nEfter tabellen")
    assert unread(found) == [("unknown_name", "Fallun")]
    assert len(paid(found)) == 2
    assert found.title == ""


def test_a_bare_year_in_thousands_is_an_amount() -> None:
    assert paid(read("Kommun\tBelopp, tkr\nFalun\t2024\nMora\t534")) == [("m 2080", 2_024_000), ("m 2062", 534_000)]


def test_name_and_code_differ() -> None:
    found = read("""
Kod\tKommun\tBelopp
2080\tFalun\t1 309 672
2081\tBorlänge\t1 155 336
2082\tHedemora\t460 022
""")
    assert paid(found) == [("m 2080", 1_309_672), ("m 2081", 1_155_336)]
    assert unread(found) == [("name_and_code_differ", "Hedemora")]
    assert "2082" in found.unread[0].message_sv
    assert "Säter" in found.unread[0].message_en


def test_a_code_after_the_name_and_in_its_cell() -> None:
    assert paid(read("Falun\t2080\t1 309 672 kr\nMora\t2062\t533 588 kr"))[0] == ("m 2080", 1_309_672)
    found = read("114 Upplands Väsby\t1 309 672 kr\n115 Vallentuna\t533 588 kr\n117 Ekerö\t1 kr")
    assert paid(found) == [("m 0114", 1_309_672), ("m 0115", 533_588)]
    assert unread(found) == [("name_and_code_differ", "117 Ekerö")]


def test_a_code_tells_which_kind_is_meant() -> None:
    assert paid(read("Kod\tNamn\tBelopp\n01\tStockholm\t1 309 672\n03\tUppsala\t533 588"))[0] == (
        "r 01 | c 01",
        1_309_672,
    )
    assert paid(read("Kod\tNamn\tBelopp\n0180\tStockholm\t1 309 672\n0380\tUppsala\t533 588"))[0] == (
        "m 0180",
        1_309_672,
    )


def test_running_numbers_are_no_codes() -> None:
    found = read("1\tStockholm\t1 309 672 kr\n2\tUppsala\t533 588 kr\n3\tSkåne\t460 022 kr")
    assert [who for who, _ in paid(found)] == ["r 01 | c 01", "r 03 | c 03", "r 12 | c 12"]
    found = read("1 Stockholm\t1 309 672 kr\n2 Uppsala\t533 588 kr\n3 Skåne\t460 022 kr")
    assert [who for who, _ in paid(found)] == ["r 01 | c 01", "r 03 | c 03", "r 12 | c 12"]


def test_codes_alone_are_recipients() -> None:
    found = read("Kommunkod\tBelopp\n2080\t1 309 672\n114\t500 000")
    assert paid(found) == [("m 2080", 1_309_672), ("m 0114", 500_000)]
    assert [(figure.name, figure.code) for figure in found.figures] == [(None, "2080"), (None, "114")]
    assert len(paid(read("2080\t1 309 672 kr\n2062\t500 000 kr\n0115\t400 000 kr"))) == 3


@pytest.mark.parametrize("rows", ["2021\t1 309 672 kr\n2023\t500 000 kr\n2026\t3 000 kr", "2080\t1 309 672 kr"])
def test_years_and_single_numbers_are_no_codes(rows: str) -> None:
    assert paid(read(rows)) == []


def test_habo_in_a_document_without_accents_is_ambiguous() -> None:
    found = read("Kommun\tBelopp, kr\nMalmo\t1 309 672\nHabo\t300 000\nOrebro\t500 000")
    assert paid(found) == [("m 1280", 1_309_672), ("m 1880", 500_000)]
    assert unread(found) == [("ambiguous_name", "Habo")]
    assert "Håbo (0305)" in found.unread[0].message_sv


def test_habo_is_habo_where_accents_are_whole_or_a_code_tells() -> None:
    assert paid(read("Kommun\tBelopp, kr\nMalmö\t1 309 672\nHabo\t300 000\nHåbo\t3 000")) == [
        ("m 1280", 1_309_672),
        ("m 0643", 300_000),
        ("m 0305", 3_000),
    ]
    assert paid(read("Kommun\tBelopp, kr\nFalun\t1 309 672\nHabo\t300 000"))[1] == ("m 0643", 300_000)
    assert paid(read("Kod\tKommun\tBelopp, kr\n1280\tMalmo\t1 309 672\n0305\tHabo\t300 000"))[1] == ("m 0305", 300_000)


def test_lost_accents_elsewhere_in_the_document_count() -> None:
    found = read("Belopp, kr\nHabo\t300 000\nFalun\t400 000\n\nEtt stycke om annat.\n\nBelopp, kr\nMalmo\t1\nOrebro\t2")
    assert ("ambiguous_name", "Habo") in unread(found)


def test_a_stranger_among_regions_is_nobody() -> None:
    """The rest of a broken name, perhaps: Härjedalen is a municipality."""
    rows = "\n".join(f"{name}\t5 000 000 kr" for name in ("Skåne", "Halland", "Dalarna", "Blekinge", "Värmland"))
    found = read(f"{rows}\nHärjedalen\t17 151 589 kr")
    assert len(paid(found)) == 5
    assert unread(found) == [("ambiguous_name", "Härjedalen")]


def test_prose_and_headings_are_no_unknown_names() -> None:
    found = read("""
Om bidraget
Kommunerna i länet arbetar med detta.
Kommun\tBelopp, kr
Falun\t1 309 672
Mora\t533 588
Not: beloppen är preliminära.
Kontakt\t023-123 45
""")
    assert found.unread == ()
    assert len(found.figures) == 2


def test_names_are_of_the_year_of_the_document() -> None:
    table = "Kommun\tBelopp, kr\nHeby\t1 309 672\nSala\t533 588"
    assert paid(read(table, year=2006))[0] == ("m 1917", 1_309_672)
    assert paid(read(table, year=2007))[0] == ("m 0331", 1_309_672)
    assert paid(read(table, year=None))[0] == ("m 0331", 1_309_672)


# --- running text ---------------------------------------------------------------------------------------------


def test_whom_a_sentence_speaks_of() -> None:
    found = read("""
Pengar
Region Norrbotten får totalt 6 276 462 kr. Kommunerna i Dalarnas län får sammanlagt 8 006 024 kronor.
Av dessa går 1 309 672 kr till Falu kommun. Till Stockholms län går 110 miljoner kronor.
I avtalet finns 69 miljoner kronor till kommunerna i Stockholms län och 5 kr till regionerna.
""")
    assert mentions(found) == [
        (6_276_462, "r 25"),
        (8_006_024, "all 20"),
        (1_309_672, "m 2080"),
        (110_000_000, "c 01"),
        (69_000_000, "all 01"),
        (5, ""),
    ]


def test_the_region_and_the_county_are_those_of_the_document() -> None:
    text = "Regionen får 7 790 015 kr och länet 7 569 623 kr. Länets kommuner får 200 000 kr."
    assert mentions(read(text)) == [(7_790_015, ""), (7_569_623, ""), (200_000, "")]
    assert mentions(read(f"RSS Dalarna\n{text}"))[:2] == [(7_790_015, "r 20"), (7_569_623, "c 20")]
    assert mentions(read(f"Region Dalarna och Region Skåne\n{text}"))[:2] == [(7_790_015, ""), (7_569_623, "")]


def test_the_recipients_of_the_tables_tell_the_county_before_the_text() -> None:
    found = read("Falun\t1 309 672 kr\nMora\t533 588 kr\nLänet får 5 kr, som Region Skåne.")
    assert found.county_code == "20"
    assert mentions(found) == [(5, "c 20")]


def test_a_sentence_broken_over_lines_is_one() -> None:
    found = read("""
Av de pengar som avtalet innehåller för alla landets kommuner och
regioner tilldelas Region Dalarna det här året 14 003 192
kr för vården.
""")
    (figure,) = found.figures
    assert (whose(figure), figure.text) == ("r 20", "14 003 192\nkr")
    assert figure.sentence.startswith("Av de pengar")
    assert figure.sentence.endswith("för vården.")
    assert figure.place == Place(1, 2, 1)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Totalt 8 006 024 kr", "total"),
        ("Summa: 8 006 024 kr", "total"),
        ("Det blir sammanlagt 8 006 024 kr", "total"),
        ("Stöd till unga (totalt 8 006 024 kr)", "mention"),
        ("Region Dalarna får totalt 8 006 024 kr", "mention"),
        ("Sammanlagt 8 006 024 kr till Region Skåne", "mention"),
        ("Vi delar 8 006 024 kr", "mention"),
    ],
)
def test_total_or_mention(text: str, role: str) -> None:
    (figure,) = read(text).figures
    assert figure.role == role


def test_a_year_alone_on_its_line_holds_until_the_next() -> None:
    found = read("""
Redovisning
2024
Insatser
Vi fick 1 000 kr.
2025
Vi får 2 000 kr.
Avtalet för 2026
Vi får 3 000 kr enligt beslut den 14 mars 2027, dnr 2028/12, i regionen 2030-2040.
""")
    assert [figure.years for figure in found.figures] == [(2024,), (2025,), (2026,)]
    assert [figure.heading for figure in found.figures] == ["Insatser", "Insatser", "Avtalet för 2026"]


def test_unreadable_amounts_in_text_are_reported() -> None:
    found = read("Länet får 5–10 mnkr.")
    assert found.figures == ()
    assert unread(found) == [("unreadable_amount", "10 mnkr")]
    assert "spann" in found.unread[0].message_sv


def test_an_empty_document_has_nothing() -> None:
    assert figures_in([], book(), 2025) == Found((), (), "", None)
    assert figures_in([Page(1, ())], book(), None) == Found((), (), "", None)
