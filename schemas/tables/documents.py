"""Tables of the documents stage: which documents there are, and the amounts that were read out of them."""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text

AGREEMENT_DOCUMENTS_RAW: Final = Table(
    name="agreement_documents_raw",
    title=Text("Dokument", "Documents"),
    description=Text(
        "De dokument som registret har för året, och vilka byte som ligger i arkivet.",
        "The documents that the register has for the year, and which bytes are kept in the archive.",
    ),
    key=("programme", "year", "document_id"),
    columns=columns(
        "programme year document_id title publisher url? published_on? state=document_state kind=document_kind? bytes?"
        " sha256? fetched_at? problem?"
    ),
    rules=(
        RowRule(
            "archived_has_bytes",
            Text("Det arkiverade har byte, hash och tid.", "What is archived has bytes, hash and time."),
            pl.all_horizontal(
                (pl.col("state") == "archived") == pl.col(name).is_not_null()
                for name in ("bytes", "sha256", "fetched_at")
            ),
        ),
    ),
    may_be_empty=True,
)

DOCUMENT_FIGURES: Final = Table(
    name="document_figures",
    title=Text("Ur dokumenten", "Read from the documents"),
    description=Text(
        "Belopp per mottagare som lästs ur de arkiverade dokumenten, var och en med sida, rad och kolumn.",
        "Amounts per recipient that were read from the archived documents, each with page, row and column.",
    ),
    key=("programme", "year", "document_id", "page", "row", "column"),
    columns=columns(
        "programme year document_id page row column pot_id recipient_type=figure_type recipient_code recipient_name"
        " published_sek rounded_to_sek? printed_text sha256"
    ),
    may_be_empty=True,
)
