"""Tables of the county stage: a county's own onward split, what became of its money, and the dates that bind it."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text
from schemas.vocabulary import NOT_COMPUTED, UNKNOWN

SUB_ALLOCATIONS: Final = Table(
    name="sub_allocations",
    title=Text("Länens egna delfördelningar", "Counties’ own onward splits"),
    description=Text(
        "Hur ett län delar sina gemensamma medel vidare: en rad per del och mottagare. Inga statliga belopp. Det som är"
        " okänt har en rad utan belopp. rounded_to_sek är steget i det belopp som delades.",
        "How a county passes its joint money on: one row per part and recipient. No state allocations. What is not"
        " known has a row without an amount. rounded_to_sek is the step of the amount that was split.",
    ),
    key=("programme", "year", "county_code", "pot_id", "part_id", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year county_code pot_id part_id recipient_type=part_recipient_type recipient_code recipient_name"
        " amount_sek? key=split_key amount_rule precision? rounded_to_sek? population? ages? reference_date?"
        " population_basis? sources evidence status part_name_sv=name_sv part_name_en=name_en note_sv? note_en?"
    ),
    rules=(
        RowRule(
            "unknown_amounts_are_not_computed",
            Text("not_computed betyder att beloppet saknas.", "not_computed means that there is no amount."),
            (pl.col("status") == NOT_COMPUTED) == pl.col("amount_sek").is_null(),
        ),
        RowRule(
            "amounts_state_their_precision",
            Text(
                "Belopp anger noggrannhet, avrundade också steget.", "Amounts state precision, rounded ones their step."
            ),
            (pl.col("precision").is_null() == pl.col("amount_sek").is_null())
            & (pl.col("precision").eq_missing("rounded") == pl.col("rounded_to_sek").is_not_null()),
        ),
    ),
    may_be_empty=True,
)

FOLLOW_UP: Final = Table(
    name="follow_up",
    title=Text("Uppföljning av användningen", "Follow-up of use"),
    description=Text(
        "Vad länen redovisat av sina gemensamma medel, pott för pott. Tomt är inte angivet, aldrig noll.",
        "What counties have reported of their joint money, pot by pot. Empty means not stated, never zero.",
    ),
    key=("programme", "year", "county_code", "pot_id"),
    columns=columns(
        "programme year county_code pot_id allocated_sek=county_allocated_sek? allocated_from? requisitioned_sek?"
        " used_sek? saved_sek? repaid_sek? reported_sek? unexplained_sek? reported_on? source_id?"
        " verdict=follow_up_verdict note?"
    ),
    rules=(
        RowRule(
            "unexplained_is_what_is_left",
            Text(
                "Oförklarat = tilldelat − förbrukat − sparat − återbetalat, tomt när något saknas.",
                "Unexplained = allocated − used − saved − repaid, empty where one is missing.",
            ),
            pl.col("unexplained_sek").eq_missing(
                pl.col("allocated_sek") - pl.col("used_sek") - pl.col("saved_sek") - pl.col("repaid_sek")
            ),
        ),
        RowRule(
            "accounted_leaves_nothing",
            Text("accounted betyder 0 kr oförklarat.", "accounted means 0 kr unexplained."),
            (pl.col("verdict") != "accounted") | (pl.col("unexplained_sek").fill_null(1) == 0),
        ),
        RowRule(
            "allocated_says_where_from",
            Text("Tilldelat anger varifrån det är känt.", "Allocated says from where it is known."),
            pl.col("allocated_sek").is_null() == pl.col("allocated_from").is_null(),
        ),
    ),
    may_be_empty=True,
)

FOLLOW_UP_FINDINGS: Final = Table(
    name="follow_up_findings",
    title=Text("Iakttagelser om redovisningar", "Findings about reports of use"),
    description=Text(
        "Vad som inte stämmer i ett läns redovisning, med rad och kolumn i filen, på svenska och engelska.",
        "What does not fit in a county’s report, with row and column of the file, in Swedish and English.",
    ),
    key=("programme", "year", "finding_id"),
    columns=columns(
        "programme year finding_id county_code kind=follow_up_kind severity subject row? column? message_sv message_en"
        " evidence=finding_evidence"
    ),
    may_be_empty=True,
)

DEADLINES: Final = Table(
    name="deadlines",
    title=Text("Sista dagar", "Deadlines"),
    description=Text(
        "När pengarna senast ska begäras, redovisas och betalas tillbaka, för varje överenskommelse. Tomt datum: ingen"
        " källa säger det.",
        "By when the money must be claimed, accounted for and paid back, for every agreement. No date: no source says.",
    ),
    key=("programme", "year", "kind"),
    columns=columns(
        "programme year kind=deadline_kind agreement_title_sv agreement_title_en date=deadline_date?"
        " evidence=deadline_evidence source_id? source_title=title? url? note_sv? note_en? still_valid_on?"
    ),
    rules=(
        RowRule(
            "unknown_dates_are_empty",
            Text("unknown betyder att datum saknas.", "unknown means that there is no date."),
            (pl.col("evidence") == UNKNOWN) == pl.col("date").is_null(),
        ),
        RowRule(
            "dates_have_a_source",
            Text("Ett datum har en källa.", "A date has a source."),
            pl.col("date").is_null() | pl.col("source_id").is_not_null(),
        ),
    ),
    may_be_empty=True,
)
