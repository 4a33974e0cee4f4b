"""What a document says of who gets what, and whether it is right, as plain data."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.documents.figures import figures_in
from assets.documents.found import Found, Place
from assets.documents.reading import ReadDocument, read_document
from assets.population.recipients import read_register
from assets.population.snapshot import read_snapshot
from assets.storage.whole_files import whole_file
from assets.verification.inspection.as_published import review_file
from assets.verification.inspection.inspect import Inspection, inspect
from assets.verification.inspection.known import all_that_is_known
from assets.verification.published import PublishedFiles
from pipelines.answers.opening import bytes_of
from pipelines.settings import Settings
from pipelines.sources import name_book, population_source
from schemas.errors import DataRefused, UsageError, listed

_MOST_BYTES: Final = 50_000_000


def inspect_document(
    settings: Settings, file: Path, *, programme: str | None = None, year: int | None = None, source_id: str | None
) -> tuple[dict[str, Any], Inspection]:
    """What a document says and whether it is right: as plain data for `--json`, and as tables."""
    agreements = AgreementFiles(settings.data / "agreements")
    if year is not None:
        agreements.of_year(year)
    if programme is not None:
        agreements.years(programme)
    document, found = read_figures(settings, file, year)
    snapshot = read_snapshot(settings.data / "population")
    known = all_that_is_known(
        agreements,
        read_register(settings.data / "geography"),
        population_source(settings),
        PublishedFiles(settings.data / "published"),
    ).narrowed(programme, year)
    result = inspect(found, known, snapshot, source_id=source_id, unnamed=_id_of(file))
    return _told(file, document, found, result), result


def read_figures(settings: Settings, file: Path, year: int | None) -> tuple[ReadDocument, Found]:
    """The document that a person names, and the amounts found in it."""
    document = read_document(bytes_of(file, _MOST_BYTES, wanted="a PDF, HTML, XLSX, CSV or text document"), file.name)
    return document, figures_in(document.pages, name_book(settings), year)


def _id_of(file: Path) -> str:
    """An id for a document that has none: its name in lower-case words."""
    return re.sub(r"[^a-z0-9]+", "-", file.stem.casefold()).strip("-") or "document"


def _told(file: Path, document: ReadDocument, found: Found, result: Inspection) -> dict[str, Any]:
    verdicts = dict(result.reconciliation.group_by("verdict").agg(pl.len()).sort("verdict").rows())
    places = result.figures.select(
        "programme", "year", "pot_id", "recipient_type", "recipient_code", "published_sek", "page", "row", "column"
    )
    key = ["programme", "year", "pot_id", "recipient_type", "recipient_code", "published_sek"]
    return {
        "document": {
            "file": file.name,
            "kind": document.kind,
            "sha256": document.sha256,
            "pages": len(document.pages),
            "title": found.title or document.title,
            "county_code": found.county_code,
            "source_id": result.source_id,
        },
        "verdicts": verdicts,
        "figures": result.reconciliation.join(places, on=key, how="left").to_dicts(),
        "inference": result.inference.to_dicts(),
        "findings": result.findings.to_dicts(),
        "of_the_agreement": [
            {
                **_place(item.figure.place),
                "text": item.figure.text,
                "amount_sek": item.figure.amount_sek,
                "programme": item.programme,
                "year": item.year,
                "what_sv": item.what.sv,
                "what_en": item.what.en,
            }
            for item in result.of_the_agreement
        ],
        "not_recognised": [
            {
                **_place(item.figure.place),
                "text": item.figure.text,
                "amount_sek": item.figure.amount_sek,
                "why_sv": item.reason.sv,
                "why_en": item.reason.en,
                "candidates": [str(pot) for pot in item.candidates],
            }
            for item in result.unrecognised
        ],
        "not_read": [{**asdict(item), **_place(item.place)} for item in result.unread],
        "formulas": [str(place) for place in document.formulas],
    }


def _place(place: Place) -> dict[str, str]:
    return {"place": str(place), "place_sv": place.told.sv}


def save_for_review(result: Inspection, file: Path) -> list[Path]:
    """Write the recognised amounts as files of published figures, one per programme; never over an existing one."""
    programmes = result.figures.get_column("programme").unique().sort().to_list()
    if not programmes:
        raise DataRefused(str(file), "nothing was recognised, so there is nothing to save")
    files = {name: file if len(programmes) == 1 else file.with_stem(f"{file.stem}-{name}") for name in programmes}
    taken = [str(one) for one in files.values() if one.exists()]
    if taken:
        raise UsageError(f"{listed(taken)} exists", remedy="name another file; nothing was written")
    for programme, one in files.items():
        with whole_file(one) as temporary:
            temporary.write_text(review_file(result.figures.filter(pl.col("programme") == programme)), encoding="utf-8")
    return list(files.values())
