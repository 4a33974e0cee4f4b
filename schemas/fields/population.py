"""Fields of the population tables alone: territories, head counts, how sure they are and where SCB keeps them."""

from typing import Final

import polars as pl

from schemas.field import COMPUTED, REGISTER, SCB, Field, choice, code, date, flag, heads, moment, share, words
from schemas.patterns import ID, TERRITORY_CODE
from schemas.text import Text
from schemas.vocabulary import BASES, COUNTY, MUNICIPALITY

FIELDS: Final = (
    # --- recipients ---------------------------------------------------------------------------------------------------
    code(
        "recipient_class",
        Text("Klass", "Class"),
        Text(
            "Klass som grundbelopp kan bero på: metropolitan (storstadslän) eller default.",
            "Class that a base amount can depend on: metropolitan (metropolitan county) or default.",
        ),
        ID,
        REGISTER,
    ),
    # --- head counts of a territory -----------------------------------------------------------------------------------
    code(
        "region_code",
        Text("Områdeskod", "Territory code"),
        Text(
            "SCB:s kod som text: län två siffror, kommun fyra.",
            "SCB’s code as text: county two digits, municipality four.",
        ),
        TERRITORY_CODE,
        SCB,
    ),
    choice(
        "region_type",
        Text("Slag av område", "Kind of territory"),
        Text(
            "Kommun eller län; en region räknas som sitt län.", "Municipality or county; a region counts as its county."
        ),
        (MUNICIPALITY, COUNTY),
        SCB,
    ),
    date(
        "population_date",
        Text("Cellernas datum", "Date of the cells"),
        Text(
            "Det datum som siffrorna avser; skiljer sig från referensdatum när de är en ersättning.",
            "The date that the figures refer to; differs from the reference date where they stand in for it.",
        ),
        SCB,
    ),
    choice(
        "basis",
        Text("Säkerhet i underlaget", "Basis"),
        Text(
            "official: SCB:s egna celler. derived: löst exakt ur publicerade belopp. estimated: skattat med angiven"
            " metod. proxy: annat datum.",
            "official: SCB’s own cells. derived: solved exactly from published amounts. estimated: by a stated"
            " method. proxy: another date.",
        ),
        BASES,
    ),
    words(
        "source",
        Text("Underlagets källa", "Source of the population"),
        Text(
            "SCB-tabell eller publicerad tabell som siffran kommer ur.",
            "SCB table or published table that the figure comes from.",
        ),
        SCB,
    ),
    words(
        "derived_from",
        Text("Löst ur", "Solved from"),
        Text(
            "Källor vars belopp folkmängden löstes ur; tomt för SCB:s egna celler.",
            "Sources whose amounts the population was solved from; empty for SCB’s own cells.",
        ),
    ),
    flag(
        "is_perturbed",
        Text("Röjandeskyddad", "Perturbed"),
        Text(
            "Sant när SCB lagt på brus (Cell Key Method, från 2025): delar summerar då inte exakt.",
            "True where SCB has added noise (Cell Key Method, from 2025): parts then do not sum exactly.",
        ),
        SCB,
    ),
    # --- errors of the estimate ---------------------------------------------------------------------------------------
    heads(
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
        pl.Int64(),
        Text("Fel, personer", "Error, persons"),
        Text("Skattad minus känd folkmängd.", "Estimated minus known population."),
        COMPUTED,
        "persons",
        minimum=-20_000_000,
        maximum=20_000_000,
    ),
    share(
        "error_share",
        Text("Fel, andel", "Error, share"),
        Text(
            "Felet delat med den kända folkmängden (visningsvärde).",
            "The error divided by the known population (display value).",
        ),
        minimum=-1.0,
        maximum=1e3,
    ),
    # --- SCB's answers ------------------------------------------------------------------------------------------------
    words(
        "scb_table",
        Text("SCB-tabell", "SCB table"),
        Text("Beteckning på SCB:s tabell.", "The id of SCB’s table."),
        SCB,
    ),
    moment(
        "extracted_at",
        Text("Uttagstidpunkt", "Extraction time"),
        Text(
            "När siffran hämtades; tomt för det inbyggda underlaget.",
            "When it was fetched; empty for the embedded snapshot.",
        ),
        SCB,
    ),
    words(
        "updated",
        Text("Uppdaterad hos SCB", "Updated at SCB"),
        Text("SCB:s egen stämpel i svaret.", "SCB’s own stamp in the answer."),
        SCB,
    ),
    Field(
        "cells",
        pl.Int64(),
        Text("Celler", "Cells"),
        Text("Antal celler i svaret.", "Number of cells in the answer."),
        COMPUTED,
        "cells",
        minimum=1,
        maximum=1_000_000_000,
    ),
)
