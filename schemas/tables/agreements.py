"""Tables of the agreements stage: what was agreed, pot by pot, and where that is written."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text
from schemas.vocabulary import UNKNOWN

RULES: Final = Table(
    name="rules",
    title=Text("Fördelningsregler", "Allocation rules"),
    description=Text(
        "Varje potts storlek, regel, underlag och belägg, så som överenskommelsen eller andra källor anger dem.",
        "Size, rule, base and evidence of every pot, as the agreement or other sources state them.",
    ),
    key=("programme", "year", "pot_id"),
    columns=columns(
        "programme year pot_id name_sv name_en focus_area recipient_type=pot_recipient_type amount_sek"
        " agreement_total_sek rule table_id? reference_date? ages? rounding? evidence_amount evidence_rule"
        " evidence_rounding? evidence_date? rule_inferred_from? contains? sources note_sv? note_en? rule_sha256"
    ),
    rules=(
        RowRule(
            "base_is_whole_or_absent",
            Text(
                "Underlag, åldrar och avrundning anges tillsammans eller inte alls.",
                "Base, ages and rounding are given together or not at all.",
            ),
            pl.all_horizontal(
                pl.col(name).is_null() == pl.col("table_id").is_null()
                for name in ("reference_date", "ages", "rounding", "evidence_rounding", "evidence_date")
            ),
        ),
        RowRule(
            "unknown_rule_is_said_twice",
            Text("Okänd regel har okänt belägg.", "An unknown rule has unknown evidence."),
            (pl.col("rule") == UNKNOWN) == (pl.col("evidence_rule") == UNKNOWN),
        ),
    ),
)

SOURCES: Final = Table(
    name="sources",
    title=Text("Källor", "Sources"),
    description=Text(
        "De dokument som årets belopp, regler, publicerade siffror och lösta folkmängdstal kommer ur.",
        "The documents that the year’s amounts, rules, published figures and solved head counts come from.",
    ),
    key=("programme", "year", "source_id"),
    columns=columns("programme year source_id title publisher url? page=source_page? published_on? note?"),
)
