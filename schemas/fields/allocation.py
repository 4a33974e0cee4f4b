"""Fields of the allocation tables alone: what was split, what is left over, and what it rests on."""

from typing import Final

import polars as pl

from schemas.field import COMPUTED, SCB, Field, code, money, share, words
from schemas.patterns import SHA256
from schemas.text import Text

FIELDS: Final = (
    # --- kronor of a recipient and of a pot ---------------------------------------------------------------------------
    money(
        "variable_sek",
        Text("Rörlig del", "Variable part"),
        Text("Delen efter folkmängd, avrundad till hela kronor.", "The part by population, in whole kronor."),
        minimum=None,
    ),
    money(
        "allocated_sek",
        Text("Fördelat", "Allocated"),
        Text("Summan av mottagarnas belopp.", "The sum of the recipients’ amounts."),
    ),
    money(
        "residual_sek",
        Text("Avrundningsdifferens", "Rounding residual"),
        Text("Pott minus summan av beloppen.", "Pot minus the sum of the amounts."),
        minimum=None,
    ),
    # --- what an amount rests on --------------------------------------------------------------------------------------
    words(
        "population_source",
        Text("Underlagets källa", "Source of the population"),
        Text("Se source i tabellen population.", "See source in the table population."),
        SCB,
    ),
    words(
        "population_derived_from",
        Text("Underlaget löst ur", "Population solved from"),
        Text("Se derived_from i tabellen population.", "See derived_from in the table population."),
    ),
    code(
        "population_sha256",
        Text("Underlagets kontrollsumma", "Population checksum"),
        Text(
            "SHA-256 över pottens alla folkmängdstal; tomt för fasta belopp.",
            "SHA-256 over all head counts of the pot; empty for fixed amounts.",
        ),
        SHA256,
    ),
    # --- counts and coverage ------------------------------------------------------------------------------------------
    Field(
        "recipients_count",
        pl.Int64(),
        Text("Antal mottagare", "Number of recipients"),
        Text("Mottagare i potten; 0 när regeln är okänd.", "Recipients of the pot; 0 where the rule is unknown."),
        COMPUTED,
        "recipients",
        minimum=0,
        maximum=10_000,
    ),
    Field(
        "pots_count",
        pl.Int64(),
        Text("Antal potter", "Number of pots"),
        Text("Potter med detta belägg.", "Pots with this evidence."),
        COMPUTED,
        "pots",
        minimum=1,
        maximum=1_000,
    ),
    share(
        "coverage_share",
        Text("Täckning", "Coverage"),
        Text("Andel av överenskommelsens belopp (visningsvärde).", "Share of the agreement’s total (display value)."),
    ),
)
