"""Fields of the reporting tables alone: what a recipient or a county gets in all, per head and by rank."""

from typing import Final

import polars as pl

from schemas.field import COMPUTED, REGISTER, Field, choice, flag, heads, money, ratio, words
from schemas.text import Text
from schemas.vocabulary import BASES

FIELDS: Final = (
    words(
        "county_name",
        Text("Län", "County"),
        Text("Länets namn, på svenska.", "The county’s name, in Swedish."),
        REGISTER,
    ),
    money(
        "amount_previous_sek",
        Text("Belopp föregående år", "Amount in the previous year"),
        Text(
            "Tomt när det ena årets pengar till detta slag av mottagare inte är helt beräknade.",
            "Empty unless all money to this kind of recipient is computed for both years.",
        ),
    ),
    money(
        "municipality_sek",
        Text("Till kommunerna", "To the municipalities"),
        Text(
            "Summan till länets kommuner; tomt när inget är beräknat.",
            "Sum to the county’s municipalities; empty where nothing is computed.",
        ),
    ),
    money(
        "region_sek",
        Text("Till regionen", "To the region"),
        Text(
            "Summan till regionen; tomt när inget är beräknat.", "Sum to the region; empty where nothing is computed."
        ),
    ),
    money(
        "county_sek",
        Text("Länsgemensamt", "County-joint"),
        Text(
            "Länsgemensamma medel; tomt när inget är beräknat.", "County-joint funds; empty where nothing is computed."
        ),
    ),
    money(
        "total_sek",
        Text("Länet totalt", "County in total"),
        Text("Kommuner, region och länsgemensamt tillsammans.", "Municipalities, region and county-joint together."),
    ),
    choice(
        "children_basis",
        Text("Säkerhet i antalet barn", "Basis of the number of children"),
        Text("Se basis i tabellen population.", "See basis in the table population."),
        BASES,
    ),
    flag(
        "is_complete",
        Text("Fullständig", "Complete"),
        Text(
            "Sant när alla pengar till detta slag av mottagare har en känd regel; annars är beloppet en delsumma.",
            "True where all money to this kind of recipient has a known rule; otherwise the amount is a part.",
        ),
    ),
    heads(
        "children",
        Text("Barn 0–18 år", "Children aged 0–18"),
        Text(
            "Folkmängd 0–18 år; tomt när den inte finns till hands.", "Population aged 0–18; empty where not on hand."
        ),
    ),
    ratio(
        "sek_per_child",
        Text("Kronor per barn 0–18", "SEK per child aged 0–18"),
        Text(
            "Belopp delat med antal barn (visningsvärde).", "Amount divided by the number of children (display value)."
        ),
    ),
    Field(
        "rank_per_inhabitant",
        pl.Int64(),
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
)
