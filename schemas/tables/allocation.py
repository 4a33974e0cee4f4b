"""Tables of the allocation stage: what each recipient gets of each pot, and what that adds up to."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text
from schemas.vocabulary import DECIDED, DERIVED, NOT_COMPUTED, OFFICIAL

ALLOCATIONS: Final = Table(
    name="allocations",
    title=Text("Fördelning", "Allocations"),
    description=Text(
        "En rad per pott och mottagare: belopp i hela kronor, med regel, underlag och belägg.",
        "One row per pot and recipient: the amount in whole kronor, with rule, base and evidence.",
    ),
    key=("programme", "year", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year pot_id recipient_type recipient_code recipient_name county_code? focus_area base_sek"
        " variable_sek amount_sek population? population_total? ages? reference_date? population_basis?"
        " population_source? population_derived_from? rounding? evidence_amount evidence_rule status rule_sha256"
        " population_sha256?"
    ),
    rules=(
        RowRule(
            "amount_is_base_plus_variable",
            Text("Belopp = grundbelopp + rörlig del.", "Amount = base + variable part."),
            pl.col("amount_sek") == pl.col("base_sek") + pl.col("variable_sek"),
        ),
        RowRule(
            "variable_part_rests_on_population",
            Text("Rörlig del har folkmängd.", "A variable part has a population."),
            (pl.col("variable_sek") == 0) | pl.col("population").is_not_null(),
        ),
        RowRule(
            "decided_rests_on_official_or_derived",
            Text(
                "Beslutat vilar på officiellt eller löst underlag.",
                "Decided amounts rest on official or solved counts.",
            ),
            (pl.col("status") == DECIDED)
            == (pl.col("population_basis").is_null() | pl.col("population_basis").is_in([OFFICIAL, DERIVED])),
        ),
    ),
    # A year whose rules are all unknown has no rows.
    may_be_empty=True,
)

POTS: Final = Table(
    name="pots",
    title=Text("Potter", "Pots"),
    description=Text(
        "En rad per pott: storlek, hur mycket som fördelats och vad avrundningen lämnade kvar.",
        "One row per pot: its size, how much was allocated and what rounding left over.",
    ),
    key=("programme", "year", "pot_id"),
    columns=columns(
        "programme year pot_id name_sv name_en focus_area recipient_type=pot_recipient_type amount_sek"
        " allocated_sek? residual_sek? recipients_count rounding? evidence evidence_amount evidence_rule status"
        " sources rule_sha256"
    ),
    rules=(
        RowRule(
            "residual_is_pot_minus_sum",
            Text("Differens = pott − fördelat.", "Residual = pot − allocated."),
            pl.col("allocated_sek").is_null()
            | (pl.col("residual_sek") == pl.col("amount_sek") - pl.col("allocated_sek")),
        ),
        RowRule(
            "unknown_rule_is_never_split",
            Text("Okänd regel fördelas aldrig.", "Money under an unknown rule is never split."),
            (pl.col("status") == NOT_COMPUTED) == pl.col("allocated_sek").is_null(),
        ),
    ),
)

COVERAGE: Final = Table(
    name="coverage",
    title=Text("Täckning", "Coverage"),
    description=Text(
        "Hur stor del av överenskommelsens pengar som kan beräknas, efter belägg; unknown är inte fördelat.",
        "How much of the agreement’s money can be computed, by evidence; unknown is not split.",
    ),
    key=("programme", "year", "evidence"),
    columns=columns("programme year evidence pots_count amount_sek agreement_total_sek coverage_share"),
    rules=(
        RowRule(
            "part_of_the_total",
            Text("En del är högst det hela.", "A part is at most the whole."),
            pl.col("amount_sek") <= pl.col("agreement_total_sek"),
        ),
    ),
)
