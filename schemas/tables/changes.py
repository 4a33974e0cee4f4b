"""Table of the causes of change: why a recipient gets more or less of a pot than in the agreement before."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text

# In the order in which one after the other is put in the place of last time's.
CAUSES: Final = ("rule_sek", "pot_size_sek", "own_population_sek", "national_population_sek", "rounding_sek")

CHANGE_CAUSES: Final = Table(
    name="change_causes",
    title=Text("Förändringens orsaker", "Causes of change"),
    description=Text(
        "En rad per pott och mottagare: förändringen från programmets föregående överenskommelse, uppdelad på"
        " orsaker i hela kronor. Potter som kan ligga i pengar med okänd regel har ingen rad.",
        "One row per pot and recipient: the change from the programme’s previous agreement, split into causes in"
        " whole kronor. Pots that may lie inside money under an unknown rule have no row.",
    ),
    key=("programme", "year", "recipient_type", "recipient_code", "pot_id"),
    columns=columns(
        "programme year recipient_type recipient_code pot_id recipient_name county_code? year_previous amount_sek"
        " amount_previous_sek=amount_before_sek change_sek rule_sek pot_size_sek own_population_sek"
        " national_population_sek rounding_sek continuity status"
    ),
    rules=(
        RowRule(
            "change_is_the_difference",
            Text("Förändring = belopp − föregående.", "Change = amount − previous amount."),
            pl.col("change_sek") == pl.col("amount_sek") - pl.col("amount_previous_sek"),
        ),
        RowRule(
            "causes_add_up_to_the_change",
            Text("Orsakerna summerar till förändringen.", "The causes add up to the change."),
            pl.col("change_sek") == pl.sum_horizontal(CAUSES),
        ),
        RowRule(
            "previous_is_before",
            Text("Föregående år är tidigare.", "The previous year is earlier."),
            pl.col("year_previous") < pl.col("year"),
        ),
        RowRule(
            "new_or_ended_is_a_matter_of_the_rule",
            Text(
                "Nya och upphörda potter är helt regelns verkan.",
                "What is new or has ended is due to the rule alone.",
            ),
            (pl.col("continuity") == "continued") | (pl.col("rule_sek") == pl.col("change_sek")),
        ),
    ),
    # The first year of a programme has nothing before it.
    may_be_empty=True,
)
