"""Tables of the scenarios stage: what assumed rules would give, and how far amounts depend on counts and rounding.

`scenario`, `scenario_grid` and `scenario_variants` are written beside the published version, never into it.
"""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text
from schemas.vocabulary import ASSUMED

_CHANGE: Final = RowRule(
    "change_is_scenario_minus_decided",
    Text("Förändring = med reformen − gällande.", "Change = under the reform − decided."),
    pl.col("change_sek") == pl.col("amount_scenario_sek") - pl.col("amount_decided_sek"),
)

SCENARIO: Final = Table(
    name="scenario",
    title=Text("Scenario", "Scenario"),
    description=Text(
        "Vad en antagen regel skulle ge varje mottagare, bredvid vad årets regel ger. Aldrig beslutade belopp.",
        "What an assumed rule would give every recipient, beside what the year’s rule gives. Never decided amounts.",
    ),
    key=("scenario_id", "programme", "year", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "scenario_id programme year pot_id recipient_type recipient_code recipient_name county_code?"
        " amount_decided_sek amount_scenario_sek change_sek=scenario_change_sek change_share? population? ages?"
        " reference_date? population_basis? inhabitants? sek_per_inhabitant_decided=sek_per_inhabitant?"
        " sek_per_inhabitant_scenario=sek_per_inhabitant? size_class? evidence=scenario_evidence"
        " status=scenario_status reform_sha256"
    ),
    rules=(
        _CHANGE,
        RowRule(
            "only_an_assumed_rule_changes_amounts",
            Text("Bara en antagen regel ändrar belopp.", "Only an assumed rule changes amounts."),
            (pl.col("change_sek") == 0) | (pl.col("evidence") == ASSUMED),
        ),
    ),
)

SCENARIO_GRID: Final = Table(
    name="scenario_grid",
    title=Text("Scenarier i rutnät", "Grid of scenarios"),
    description=Text(
        "Många varianter av en reform: en rad per variant, ändrad pott och mottagare. Aldrig beslutade belopp.",
        "Many variants of a reform: one row per variant, changed pot and recipient. Never decided amounts.",
    ),
    key=("scenario_id", "programme", "year", "variant", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "scenario_id programme year variant pot_id recipient_type recipient_code"
        " amount_decided_sek amount_scenario_sek change_sek=scenario_change_sek"
    ),
    rules=(_CHANGE,),
)

SCENARIO_VARIANTS: Final = Table(
    name="scenario_variants",
    title=Text("Varianter i rutnätet", "Variants of the grid"),
    description=Text(
        "Vad varje variant säger om varje ändrad pott; mottagarnas belopp finns i scenario_grid.",
        "What each variant says of every changed pot; what the recipients get is in scenario_grid.",
    ),
    key=("scenario_id", "programme", "year", "variant", "pot_id"),
    columns=columns(
        "scenario_id programme year variant pot_id pot_sek base_sek base_sek_by_class ages table_id reference_date"
        " population_basis rounding max_sek_per_head? max_gain_permille? max_loss_permille?"
    ),
)

SENSITIVITY: Final = Table(
    name="sensitivity",
    title=Text("Känslighet", "Sensitivity"),
    description=Text(
        "Hur mycket varje belopp beror på en person till, på avrundningen och på vilken räkning som används.",
        "How far each amount depends on one more person, on the rounding and on which count is used.",
    ),
    key=("programme", "year", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year pot_id recipient_type recipient_code recipient_name amount_sek base_share sek_per_head?"
        " sek_per_added_head? amount_nearest_sek amount_largest_remainder_sek amount_largest_recipient_sek"
        " vintages_count amount_lowest_sek vintage_lowest? amount_highest_sek vintage_highest? is_sensitive status"
    ),
    rules=(
        RowRule(
            "amount_lies_between_lowest_and_highest",
            Text("Beloppet ligger mellan lägsta och högsta.", "The amount lies between the lowest and the highest."),
            pl.col("amount_sek").is_between(pl.col("amount_lowest_sek"), pl.col("amount_highest_sek")),
        ),
        RowRule(
            "sensitive_means_more_than_one_per_cent",
            Text("Känslig betyder mer än 1 procent.", "Sensitive means more than 1 per cent."),
            pl.col("is_sensitive")
            == (
                100
                * pl.max_horizontal(
                    pl.col("amount_highest_sek") - pl.col("amount_sek"),
                    pl.col("amount_sek") - pl.col("amount_lowest_sek"),
                )
                > pl.col("amount_sek")
            ),
        ),
    ),
    # A year whose rules are all unknown has no rows.
    may_be_empty=True,
)
