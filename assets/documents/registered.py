"""The figures of a registered document: of all amounts found on its pages, those of the tables the register names."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import polars as pl

from assets.documents.found import Figure
from assets.documents.names import NameBook
from assets.documents.register import Document, DocumentTable
from assets.storage.raw_archive import RawArchive
from schemas.errors import DataRefused, listed
from schemas.tables.documents import DOCUMENT_FIGURES

_NO_FIGURES: Final = DOCUMENT_FIGURES.empty().drop("recipient_name")


def figures_of_documents(
    documents: Iterable[Document],
    raw: pl.DataFrame,
    archive: RawArchive,
    recipients: pl.DataFrame,
    names: NameBook,
) -> pl.DataFrame:
    """The table `document_figures` of the years in `raw` and `recipients`, from the archived bytes that `raw` names."""
    archived = raw.filter(pl.col("state") == "archived").select("programme", "document_id", "sha256").unique()
    kept = {(programme, name): sha256 for programme, name, sha256 in archived.rows()}
    frames = [
        figures_of_document(document, archive.read(kept[document.programme, document.id]), names)
        for document in documents
        if (document.programme, document.id) in kept
    ]
    named = recipients.select("year", "recipient_type", "recipient_code", "recipient_name")
    # A document may hold tables of other years than those of the run.
    rows = pl.concat([_NO_FIGURES, *frames]).filter(pl.col("year").is_in(named.get_column("year").unique().implode()))
    rows = rows.join(named, on=["year", "recipient_type", "recipient_code"], how="left", validate="m:1")
    return rows.select(DOCUMENT_FIGURES.schema.names()).sort(DOCUMENT_FIGURES.key)


def figures_of_document(document: Document, body: bytes, names: NameBook) -> pl.DataFrame:
    """Rows of `document_figures`, without `recipient_name`, for the tables of one document; it is read once a year.

    Raises `DataRefused` for a document that cannot be read, a table that is not found in it, and a recipient with
    two amounts in one table.
    """
    if not document.tables:
        return _NO_FIGURES
    # Most runs have no document to read, and what reads them is large.
    from assets.documents.figures import figures_in  # noqa: PLC0415
    from assets.documents.reading import read_document  # noqa: PLC0415

    where = f"document {document.id} ({document.programme})"
    read = read_document(body, where)
    pages = [page for page in read.pages if document.pages is None or page.number in document.pages]
    rows: list[dict[str, Any]] = []
    for table in document.tables:
        found = figures_in(pages, names, table.year)
        chosen = [figure for figure in found.figures if _belongs(figure, table)]
        _require_once(chosen, table, where)
        rows += [_row(document, table, figure, read.sha256) for figure in chosen]
    return pl.DataFrame(rows, _NO_FIGURES.schema)


def _belongs(figure: Figure, table: DocumentTable) -> bool:
    return (
        figure.role == "recipient"
        and any(one.recipient_type == table.recipients for one in figure.may_be)
        and table.page in (None, figure.place.page)
        and (table.column is None or table.column.casefold() in figure.header.casefold())
    )


def _code(figure: Figure, table: DocumentTable) -> str:
    return next(one.recipient_code for one in figure.may_be if one.recipient_type == table.recipients)


def _require_once(chosen: Sequence[Figure], table: DocumentTable, where: str) -> None:
    if not chosen:
        raise DataRefused(
            where,
            f"has no amounts by {table.recipients} where the register says {table.pot_id} {table.year} is",
            remedy="look with `kronvis inspect`, and correct page and column in documents.yaml",
        )
    places: dict[str, list[str]] = {}
    for figure in chosen:
        places.setdefault(_code(figure, table), []).append(str(figure.place))
    for code, seen in places.items():
        if len(seen) > 1:
            raise DataRefused(
                where,
                f"{table.recipients} {code} has {len(seen)} amounts for {table.pot_id}: {listed(seen)}",
                remedy="say in documents.yaml on which page and under which column heading the amounts are",
            )


def _row(document: Document, table: DocumentTable, figure: Figure, sha256: str) -> dict[str, Any]:
    return {
        "programme": document.programme,
        "year": table.year,
        "document_id": document.id,
        "page": figure.place.page,
        "row": figure.place.row,
        "column": figure.place.column,
        "pot_id": table.pot_id,
        "recipient_type": table.recipients,
        "recipient_code": _code(figure, table),
        "published_sek": figure.amount_sek,
        "rounded_to_sek": None if figure.step_sek == 1 else figure.step_sek,
        "printed_text": figure.text,
        "sha256": sha256,
    }
