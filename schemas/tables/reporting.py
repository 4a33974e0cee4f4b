"""Tables of the reporting stage: what each recipient and each county gets in all."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text

RECIPIENT_TOTALS: Final = Table(
    name="recipient_totals",
    title=Text("Mottagarnas summor", "Recipient totals"),
    description=Text(
        "Summan per mottagare över alla beräknade potter, per invånare, per barn och mot föregående år.",
        "The sum per recipient over all computed pots, per inhabitant, per child and against the previous year.",
    ),
    key=("programme", "year", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year recipient_type recipient_code recipient_name county_code? amount_sek amount_previous_sek?"
        " change_sek? population? population_basis? children? children_basis? sek_per_inhabitant?"
        " sek_per_child? base_share rank_per_inhabitant? is_complete status"
    ),
    rules=(
        RowRule(
            "change_is_the_difference",
            Text("Förändring = belopp − föregående.", "Change = amount − previous amount."),
            pl.col("change_sek").is_null()
            | (pl.col("change_sek") == pl.col("amount_sek") - pl.col("amount_previous_sek")),
        ),
        RowRule(
            "change_only_between_complete_years",
            Text(
                "Förändring bara mellan fullständiga år.",
                "A change is only given between complete years.",
            ),
            pl.col("change_sek").is_null() | pl.col("is_complete"),
        ),
    ),
    # A year whose rules are all unknown has no rows.
    may_be_empty=True,
)

COUNTY_OVERVIEW: Final = Table(
    name="county_overview",
    title=Text("Länsöversikt", "County overview"),
    description=Text(
        "Allt som går till ett län: kommunerna, regionen och de länsgemensamma medlen.",
        "All that goes to a county: the municipalities, the region and the county-joint funds.",
    ),
    key=("programme", "year", "county_code"),
    columns=columns(
        "programme year county_code county_name municipality_sek? region_sek? county_sek? total_sek population?"
        " population_basis? sek_per_inhabitant? is_complete status"
    ),
    rules=(
        RowRule(
            "total_is_the_sum_of_the_levels",
            Text("Totalen är summan av nivåerna.", "The total is the sum of the levels."),
            pl.col("total_sek")
            == pl.sum_horizontal(
                pl.col(name).fill_null(0) for name in ("municipality_sek", "region_sek", "county_sek")
            ),
        ),
    ),
    # A year whose rules are all unknown has no rows.
    may_be_empty=True,
)
