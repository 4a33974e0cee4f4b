"""The commands about documents: inspecting one, solving a table of amounts, fetching those of the register."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.documents.fetch import DocumentAccess
from assets.documents.figures import figures_in
from assets.documents.found import Figure, Found
from assets.documents.reading import ReadDocument, read_document
from assets.documents.register import Document
from assets.population.recipients import read_register, recipients_of
from assets.population.snapshot import read_snapshot
from assets.storage.whole_files import whole_file
from assets.verification.inference.counts_on_hand import CountsOnHand
from assets.verification.inference.infer import infer_table
from assets.verification.inference.windows import Totals
from assets.verification.inspection.as_published import review_file
from assets.verification.inspection.inspect import Inspection, inspect
from assets.verification.inspection.known import all_that_is_known
from assets.verification.published import PublishedFiles
from pipelines.opening import bytes_of
from pipelines.settings import Settings
from pipelines.sources import documents, name_book, population_source
from schemas.errors import DataRefused, KronvisError, UsageError, listed

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
    document, found = _read(settings, file, year)
    snapshot = read_snapshot(settings.data / "population")
    known = all_that_is_known(
        agreements,
        read_register(settings.data / "geography"),
        population_source(settings),
        PublishedFiles(settings.data / "published"),
    ).narrowed(programme, year)
    result = inspect(found, known, snapshot, source_id=source_id, unnamed=_id_of(file))
    return _told(file, document, found, result), result


def _read(settings: Settings, file: Path, year: int | None) -> tuple[ReadDocument, Found]:
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
                "place": str(item.figure.place),
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
                "place": str(item.figure.place),
                "text": item.figure.text,
                "amount_sek": item.figure.amount_sek,
                "why_sv": item.reason.sv,
                "why_en": item.reason.en,
                "candidates": [str(pot) for pot in item.candidates],
            }
            for item in result.unrecognised
        ],
        "not_read": [{**asdict(item), "place": str(item.place)} for item in result.unread],
        "formulas": [str(place) for place in document.formulas],
    }


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


@dataclass(frozen=True)
class Asked:
    """What is known of the rule behind a table: the pot, everybody's base, how many share it, and where to search."""

    pot_sek: int
    base_sek: int
    recipients: int | None
    ages: str
    date: dt.date
    totals: Totals | None
    column: str | None


def totals_asked(written: str | None) -> Totals | None:
    """`2200000..2350000` as totals to search."""
    if written is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9})", written)
    if match is None:
        raise UsageError(f"--totals {written!r} is not understood", remedy="write --totals 2200000..2350000")
    return Totals(int(match[1]), int(match[2]))


def infer_from(settings: Settings, file: Path, asked: Asked) -> dict[str, Any]:
    """The national totals, head counts and roundings that give the amounts of the table in a document."""
    _, found = _read(settings, file, None)
    rows = _one_table(file, found, asked.column)
    kind = rows[0].may_be[0].recipient_type
    recipients = asked.recipients or len(_today(settings, kind))
    searched = asked.totals or _totals(settings, asked)
    amounts = pl.DataFrame(
        [(figure.may_be[0].recipient_code, figure.amount_sek) for figure in rows],
        {"recipient_code": pl.String, "amount_sek": pl.Int64},
        orient="row",
    )
    inference = infer_table(amounts, asked.pot_sek, recipients, searched, asked.base_sek)
    return {
        "file": file.name,
        "figures": amounts.height,
        "recipients": recipients,
        "pot_sek": asked.pot_sek,
        "base_sek": asked.base_sek,
        "searched": [searched.first, searched.last],
        "verdict": inference.verdict,
        "total": inference.total,
        "solutions": {name: fit.solutions for name, fit in inference.solutions.fits.items()},
        "totals": {name: fit.totals for name, fit in inference.solutions.fits.items() if fit.solutions},
        "head_counts": inference.head_counts.to_dicts(),
        "sentences_sv": [text.sv for text in inference.sentences],
        "sentences_en": [text.en for text in inference.sentences],
    }


def _one_table(file: Path, found: Found, column: str | None) -> list[Figure]:
    """The rows of the column asked for, or of the only one with the most rows."""
    columns: dict[tuple[int | None, str], list[Figure]] = {}
    for figure in found.figures:
        if figure.role == "recipient" and (column is None or column.casefold() in figure.header.casefold()):
            columns.setdefault((figure.table, figure.header), []).append(figure)
    most = max(map(len, columns.values()), default=0)
    largest = [rows for rows in columns.values() if len(rows) == most]
    if not largest:
        raise DataRefused(file.name, "no column of amounts per recipient was found", remedy="try `kronvis inspect`")
    if len(largest) > 1:
        headings = listed(sorted({rows[0].header for rows in largest}))
        raise UsageError(f"{file.name} has several columns of {most} amounts", remedy=f"choose --column of {headings}")
    if any(figure.step_sek > 1 for figure in largest[0]):
        raise DataRefused(file.name, "the amounts are not printed to the krona, so nothing can be solved from them")
    return largest[0]


def _today(settings: Settings, kind: str) -> pl.DataFrame:
    years = AgreementFiles(settings.data / "agreements").years()
    return recipients_of(read_register(settings.data / "geography"), years[-1]).filter(pl.col("recipient_type") == kind)


def _totals(settings: Settings, asked: Asked) -> Totals:
    near = CountsOnHand(read_snapshot(settings.data / "population")).totals_near(asked.ages, asked.date)
    if near is None:
        raise UsageError(f"no national total of ages {asked.ages} is on hand", remedy="give --totals FIRST..LAST")
    return near[0]


def fetch_documents(settings: Settings, programme: str | None, wanted: list[str]) -> list[dict[str, Any]]:
    """Fetch registered documents into the archive; every one is tried, and what went wrong is told of each."""
    access = documents(settings)
    chosen = [
        document
        for name in ([programme] if programme else access.files.programmes())
        for document in access.files.of(name).values()
        if not wanted or document.id in wanted
    ]
    strangers = set(wanted) - {document.id for document in chosen}
    if strangers:
        known = listed(sorted(one for name in access.files.programmes() for one in access.files.of(name)))
        raise UsageError(f"no document is called {listed(sorted(strangers))}", remedy=f"registered are {known}")
    return [_fetched(access.access, document) for document in chosen]


def _fetched(access: DocumentAccess, document: Document) -> dict[str, Any]:
    told: dict[str, Any] = {"programme": document.programme, "document": document.id, "url": document.url}
    if document.url is None:
        return {**told, "outcome": "no address"}
    try:
        manifest = access.fetch(document)
    except KronvisError as error:
        return {**told, "outcome": "not fetched", "why": str(error), "exit_code": error.exit_code}
    return {**told, "outcome": "archived", "bytes": manifest.bytes, "sha256": manifest.sha256}
