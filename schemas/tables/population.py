"""Tables of the population stage: who the recipients are, and how many people live there."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text
from schemas.vocabulary import DERIVED, ESTIMATED, NATIONAL, PROXY

RECIPIENTS: Final = Table(
    name="recipients",
    title=Text("Mottagare", "Recipients"),
    description=Text(
        "Kommuner, regioner, län och SKR så som de hette den 1 januari bidragsåret.",
        "Municipalities, regions, counties and SKR as they were named on 1 January of the grant year.",
    ),
    key=("year", "recipient_type", "recipient_code"),
    columns=columns("year recipient_type recipient_code recipient_name county_code? recipient_class"),
    rules=(
        RowRule(
            "only_national_has_no_county",
            Text("Bara SKR saknar län.", "Only SKR has no county."),
            (pl.col("recipient_type") == NATIONAL) == pl.col("county_code").is_null(),
        ),
        RowRule(
            "code_starts_with_county",
            Text("Koden börjar med länets kod.", "The code begins with the county’s."),
            pl.col("county_code").is_null() | pl.col("recipient_code").str.starts_with(pl.col("county_code")),
        ),
    ),
)

SCB_POPULATION_RAW: Final = Table(
    name="scb_population_raw",
    title=Text("Svar från SCB", "Answers from SCB"),
    description=Text(
        "De arkiverade svar från SCB som årets folkmängd är läst ur; tom när det inbyggda underlaget används.",
        "The archived answers from SCB that the year’s population was read from; empty with the embedded snapshot.",
    ),
    key=("year", "reference_date", "table_id", "ages", "sha256"),
    columns=columns("year reference_date table_id ages scb_table vintage updated? extracted_at bytes cells url sha256"),
    may_be_empty=True,
)

POPULATION: Final = Table(
    name="population",
    title=Text("Folkmängd", "Population"),
    description=Text(
        "Folkmängden för varje underlag som årets regler frågar efter, med säkerhet och källa per rad.",
        "The population of every base that the year’s rules ask for, with basis and source per row.",
    ),
    key=("year", "reference_date", "table_id", "region_code", "ages"),
    columns=columns(
        "year reference_date table_id region_code ages region_type population basis population_date"
        " is_perturbed source derived_from? extracted_at? sha256"
    ),
    rules=(
        RowRule(
            "only_a_stand_in_has_another_date",
            Text(
                "Bara skattade och ersatta tal avser ett annat datum.",
                "Only estimates and proxies refer to another date.",
            ),
            (pl.col("population_date") == pl.col("reference_date")) | pl.col("basis").is_in([PROXY, ESTIMATED]),
        ),
        RowRule(
            "solved_counts_name_their_source",
            Text("Lösta tal namnger sin källa.", "Solved counts name their source."),
            (pl.col("basis") != DERIVED) | pl.col("derived_from").is_not_null(),
        ),
    ),
    # A year whose rules are all unknown has no rows.
    may_be_empty=True,
)

POPULATION_BACKTEST: Final = Table(
    name="population_backtest",
    title=Text("Skattningens fel", "Errors of the estimate"),
    description=Text(
        "Skattningsmetoden prövad där det rätta talet är känt: känt, skattat och felet.",
        "The estimation method tried where the right number is known: known, estimated and the error.",
    ),
    key=("year", "reference_date", "table_id", "region_code", "ages"),
    columns=columns(
        "year reference_date table_id region_code ages population population_estimated error_count error_share"
    ),
    rules=(
        RowRule(
            "error_is_the_difference",
            Text("Felet är skattat minus känt.", "The error is estimated minus known."),
            pl.col("error_count") == pl.col("population_estimated") - pl.col("population"),
        ),
    ),
    may_be_empty=True,
)
