"""Bringing documents in: from their address or from a local file into the raw archive, and back out of it.

Bytes are archived before anybody looks into them; what a document says is for the readers. What the register says of
it is `register.py`.
"""

import datetime as dt
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assets.documents.readers.contents import Unreadable
from assets.documents.readers.kinds import recognise
from assets.documents.register import BY_HAND, MAX_BYTES, Document
from assets.storage.raw_archive import Manifest, RawArchive
from schemas.errors import DataRefused, SourceRefused

if TYPE_CHECKING:
    from assets.documents.client import DocumentClient

LANGUAGE: Final = "sv"
# Nothing has read the bytes when their manifest is written.
_NOT_PARSED: Final = "none"


@dataclass(frozen=True)
class DocumentAccess:
    """All that bringing documents in needs: the archive, and the way to where they are."""

    archive: RawArchive
    # Without one, that of `client.py` is made when a document is asked for.
    client: "DocumentClient | None" = None

    def fetch(self, document: Document) -> Manifest:
        """Get a document from its address into the archive; the same bytes as before are one manifest more.

        `SourceUnavailable` if it does not come in time, `SourceRefused` if it will not come, `DataRefused` if the
        register has no address; the archive is then as it was.
        """
        label = _label(document)
        if document.url is None:
            raise DataRefused(label, "has no address to be fetched from", remedy=BY_HAND)
        client = self.client or _new_client()
        answer = client.get(document.url, label)
        if not answer.body:
            raise SourceRefused(label, "is empty: 200 and no bytes", remedy=client.remedy_if_refused)
        told = {
            "url": answer.url,
            "method": "GET",
            "status": answer.status,
            "headers": answer.headers,
            "fetched_at": answer.fetched_at.isoformat(),
            "seconds": round(answer.seconds, 3),
            "updated": _moment(answer.headers.get("last-modified")),
        }
        return _kept(self.archive, document, answer.body, told)

    def take_local(self, path: Path, document: Document) -> Manifest:
        """Take a document that somebody saved into the archive.

        `DataRefused` if `path` is no regular file, cannot be read, is empty or larger than 50 MB.
        """
        body = _read_file(path, _label(document))
        told = {
            # The name alone: where a file lies on somebody's machine is nobody's business.
            "url": f"file:{path.name}",
            "method": "FILE",
            "status": 0,
            "fetched_at": dt.datetime.now(dt.UTC).isoformat(),
            "seconds": 0.0,
            "updated": None,
        }
        return _kept(self.archive, document, body, told)


def _new_client() -> "DocumentClient":
    from assets.documents.client import DocumentClient  # noqa: PLC0415 - most runs ask nobody

    return DocumentClient()


def archive_name(document: Document) -> str:
    """The name under which the archive keeps all that came for a document."""
    return f"document-{document.programme}-{document.id}"


def latest_manifest(document: Document, archive: RawArchive) -> Manifest | None:
    """How the last one on hand came; `DataRefused` if a manifest cannot be read."""
    # Two programmes and ids can make the same name: a-b with c, and a with b-c.
    kept = [manifest for manifest in archive.manifests(archive_name(document)) if manifest.table_id == document.id]
    return kept[-1] if kept else None


def documents_raw_table(documents: Iterable[Document], archive: RawArchive) -> list[dict[str, Any]]:
    """Rows of `agreement_documents_raw`: one per programme, grant year that a document speaks of, and document.

    Sorted by these. `bytes` counts bytes and `fetched_at` is in UTC. What is known of archived ones only is None for
    the others, and `kind` for one that no reader reads. `DataRefused` if the archive is damaged.
    """
    rows = [row for document in documents for row in _rows(document, archive)]
    return sorted(rows, key=lambda row: (row["programme"], row["year"], row["document_id"]))


def _rows(document: Document, archive: RawArchive) -> list[dict[str, Any]]:
    manifest = latest_manifest(document, archive)
    row = {
        "programme": document.programme,
        "document_id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "url": document.url,
        "published_on": document.published_on,
        "state": _state(document, manifest),
        "kind": manifest and _kind(archive.read(manifest.sha256)),
        "bytes": manifest and manifest.bytes,
        "sha256": manifest and manifest.sha256,
        "fetched_at": manifest and dt.datetime.fromisoformat(manifest.fetched_at),
    }
    return [{**row, "year": year} for year in document.years]


def _state(document: Document, manifest: Manifest | None) -> str:
    if manifest is not None:
        return "archived"
    return "no_address" if document.url is None and document.file is None else "not_fetched"


def _kind(body: bytes) -> str | None:
    try:
        return recognise(body).kind
    except Unreadable:
        return None


def _kept(archive: RawArchive, document: Document, body: bytes, told: dict[str, Any]) -> Manifest:
    manifest = {
        **told,
        "request_body": None,
        "table_id": document.id,
        "language": LANGUAGE,
        "limits": None,
        "parser_version": _NOT_PARSED,
        "extra": {
            "programme": document.programme,
            "title": document.title,
            "publisher": document.publisher,
            "registered_url": document.url,
            "registered_file": document.file,
        },
    }
    return archive.keep(archive_name(document), body, manifest)


def _label(document: Document) -> str:
    return f"document {document.id} ({document.programme})"


def _moment(http_date: str | None) -> str | None:
    """The date of a header as ISO 8601; None if it is none."""
    try:
        return parsedate_to_datetime(http_date or "").isoformat()
    except (ValueError, OverflowError):
        return None


def _read_file(path: Path, label: str) -> bytes:
    """The bytes of a regular file; a link is not followed, and nothing is opened that could keep us waiting."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise DataRefused(label, f"{path.name} is not a regular file", remedy="name the file itself")
        if not 0 < found.st_size <= MAX_BYTES:
            what = f"{path.name} has {found.st_size} bytes; from 1 to {MAX_BYTES} are taken"
            raise DataRefused(label, what, remedy="save it anew")
        return path.read_bytes()
    except OSError as error:
        raise DataRefused(label, f"{path.name} cannot be read: {error.strerror}", remedy=BY_HAND) from None
