"""Figures copied by hand beside the same figures read from a document: one table, and what differs."""

import polars as pl

from assets.verification.extracted import differing, united
from schemas.contract import enforce
from schemas.tables.documents import DOCUMENT_FIGURES
from schemas.tables.verification import PUBLISHED_FIGURES

WHO = {"programme": "a-programme", "year": 2025, "pot_id": "a-pot", "recipient_type": "municipality"}


def copied(**amounts: int) -> pl.DataFrame:
    rows = [
        {
            **WHO,
            "recipient_code": code.removeprefix("c"),
            "recipient_name": code,
            "source_id": "a-document",
            "published_sek": amount,
            "precision": "exact",
            "origin": "curated",
        }
        for code, amount in amounts.items()
    ]
    return pl.DataFrame(rows, PUBLISHED_FIGURES.schema)


def read(**amounts: int) -> pl.DataFrame:
    rows = [
        {
            **WHO,
            "recipient_code": code.removeprefix("c"),
            "recipient_name": code,
            "document_id": "a-document",
            "published_sek": amount,
            "printed_text": str(amount),
            "page": 3,
            "row": row,
            "column": 2,
            "sha256": "0" * 64,
        }
        for row, (code, amount) in enumerate(amounts.items(), start=1)
    ]
    return pl.DataFrame(rows, DOCUMENT_FIGURES.schema)


def told(table: pl.DataFrame) -> list[tuple[str, int, str, int | None]]:
    return enforce(PUBLISHED_FIGURES, table).select("recipient_code", "published_sek", "origin", "page").rows()


def test_a_copied_figure_that_the_document_has_gets_its_place() -> None:
    assert told(united(copied(c2080=10), read(c2080=10))) == [("2080", 10, "both", 3)]


def test_a_figure_that_only_the_document_has_is_taken_in() -> None:
    assert told(united(copied(c2080=10), read(c2081=20))) == [
        ("2080", 10, "curated", None),
        ("2081", 20, "extracted", 3),
    ]


def test_a_copied_figure_stands_where_the_document_has_another_and_the_difference_is_told() -> None:
    curated, document = copied(c2080=10, c2081=20), read(c2080=11, c2081=20)
    assert told(united(curated, document)) == [("2080", 10, "curated", None), ("2081", 20, "both", 3)]
    assert differing(curated, document).select("recipient_code", "curated_sek", "published_sek").rows() == [
        ("2080", 10, 11)
    ]


def test_figures_printed_in_thousands_are_rounded_ones() -> None:
    thousands = read(c2080=10_000).with_columns(rounded_to_sek=pl.lit(1_000, pl.Int64))
    table = enforce(PUBLISHED_FIGURES, united(copied(), thousands))
    assert table.select("precision", "rounded_to_sek").rows() == [("rounded", 1_000)]
