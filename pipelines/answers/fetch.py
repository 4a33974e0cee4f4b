"""What was fetched into the archive: a count from SCB, or registered documents, as plain data."""

from typing import Any

from assets.documents.fetch import DocumentAccess
from assets.documents.register import Document
from assets.population.bases import Base
from assets.population.recipients import read_register, recipients_of
from pipelines.settings import Settings
from pipelines.sources import documents, scb_access
from schemas.errors import KronvisError, UsageError, listed


def fetch_population(settings: Settings, asked: Base) -> dict[str, Any]:
    """Fetch one count from SCB, check it at the door and keep it; what was kept, and whether it is new."""
    recipients = recipients_of(read_register(settings.data / "geography"), asked.reference_date.year)
    outcome = scb_access(settings).fetch(asked, recipients)
    parts = outcome.vintage.parts
    return {
        "base": str(asked),
        "vintage": outcome.vintage.id,
        "is_new": outcome.is_new,
        "table": parts[0].table_id,
        "updated": parts[0].updated,
        "bytes": sum(part.bytes for part in parts),
        "cells": sum(part.extra["cells"] for part in parts),
        "seconds": sum(part.seconds for part in parts),
        "archive": str(settings.raw),
    }


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
