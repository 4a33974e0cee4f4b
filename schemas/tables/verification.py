"""Tables of the verification stage: what was published, whether it agrees, and what was found."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text

PUBLISHED_FIGURES: Final = Table(
    name="published_figures",
    title=Text("Publicerade belopp", "Published figures"),
    description=Text(
        "Belopp som står i offentliga dokument, med källa; ett läns egen delfördelning ingår men stäms inte av.",
        "Amounts printed in public documents, with their source; a county’s own split is listed, not reconciled.",
    ),
    key=("programme", "year", "pot_id", "recipient_type", "recipient_code", "source_id", "recipient_name"),
    columns=columns(
        "programme year pot_id recipient_type=figure_type recipient_code source_id recipient_name published_sek"
        " precision rounded_to_sek? printed_for_year? note? origin page? row? column?"
    ),
    rules=(
        RowRule(
            "rounded_figures_say_to_what",
            Text("Avrundade belopp anger steget.", "Rounded figures state the step."),
            (pl.col("precision") == "rounded") == pl.col("rounded_to_sek").is_not_null(),
        ),
        RowRule(
            "what_was_read_has_its_place",
            Text("Det som lästs ur ett dokument har sin plats.", "What was read from a document has its place."),
            pl.all_horizontal(
                (pl.col("origin") == "curated") == pl.col(name).is_null() for name in ("page", "row", "column")
            ),
        ),
    ),
    may_be_empty=True,
)

RECONCILIATION: Final = Table(
    name="reconciliation",
    title=Text("Avstämning", "Reconciliation"),
    description=Text(
        "En rad per publicerat belopp: vad Kronvis räknar fram, skillnaden på kronan och utfallet.",
        "One row per published figure: what Kronvis computes, the difference to the krona and the verdict.",
    ),
    key=("programme", "year", "pot_id", "recipient_type", "recipient_code", "source_id"),
    columns=columns(
        "programme year pot_id recipient_type=figure_type recipient_code source_id recipient_name published_sek"
        " computed_sek? difference_sek? precision independence? verdict cause?"
    ),
    rules=(
        RowRule(
            "difference_is_computed_minus_published",
            Text("Differens = beräknat − publicerat.", "Difference = computed − published."),
            pl.col("difference_sek").is_null()
            | (pl.col("difference_sek") == pl.col("computed_sek") - pl.col("published_sek")),
        ),
        RowRule(
            "exact_means_zero_kronor",
            Text("exact betyder 0 kr.", "exact means 0 kr."),
            (pl.col("verdict") != "exact") | (pl.col("difference_sek").fill_null(1) == 0),
        ),
        RowRule(
            "explained_names_its_cause",
            Text("explained namnger sin orsak.", "explained names its cause."),
            (pl.col("verdict") != "explained") | pl.col("cause").is_not_null(),
        ),
    ),
    may_be_empty=True,
)

FINDINGS: Final = Table(
    name="findings",
    title=Text("Iakttagelser", "Findings"),
    description=Text(
        "Fel och märkligheter i det publicerade, och vad en läsare bör veta, på svenska och engelska.",
        "Errors and oddities in what was published, and what a reader should know, in Swedish and English.",
    ),
    key=("programme", "year", "finding_id"),
    columns=columns("programme year finding_id kind severity subject message_sv message_en evidence=finding_evidence"),
    may_be_empty=True,
)

VINTAGE_INFERENCE: Final = Table(
    name="vintage_inference",
    title=Text("Lösta underlag", "Inferred bases"),
    description=Text(
        "Vilka rikstal, räkningar och avrundningar som ger pottens publicerade belopp, och hur många av dem.",
        "Which national totals, counts and roundings give the pot’s published amounts, and how many of them.",
    ),
    key=("programme", "year", "pot_id", "candidate"),
    columns=columns(
        "programme year pot_id candidate recipient_type total? reference_date? rounding matches figures solutions?"
        " population_basis? verdict=inference_verdict"
    ),
    rules=(
        RowRule(
            "no_more_matches_than_figures",
            Text("Högst så många träffar som belopp.", "At most as many matches as figures."),
            pl.col("matches") <= pl.col("figures"),
        ),
        RowRule(
            "misses_means_fewer",
            Text("misses betyder färre träffar än belopp.", "misses means fewer matches than figures."),
            (pl.col("verdict") == "misses") == (pl.col("matches") < pl.col("figures")),
        ),
    ),
    may_be_empty=True,
)

REVISIONS: Final = Table(
    name="revisions",
    title=Text("Revideringar", "Revisions"),
    description=Text(
        "Där SCB senare har svarat med andra tal än de som året vilar på, och vad det skulle betyda i kronor.",
        "Where SCB has later answered with other counts than the year rests on, and what it would mean in kronor.",
    ),
    key=("programme", "year", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year pot_id recipient_type recipient_code recipient_name population population_revised amount_sek"
        " amount_revised_sek change_sek vintage vintage_revised"
    ),
    rules=(
        RowRule(
            "change_is_revised_minus_decided",
            Text("Förändring = reviderat − beslutat.", "Change = revised − decided."),
            pl.col("change_sek") == pl.col("amount_revised_sek") - pl.col("amount_sek"),
        ),
        RowRule(
            "something_is_revised",
            Text("Raden finns bara om något ändras.", "A row is there only if something changes."),
            (pl.col("population") != pl.col("population_revised")) | (pl.col("change_sek") != 0),
        ),
    ),
    may_be_empty=True,
)
