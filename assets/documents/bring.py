"""Bringing in what is new: for a run that may ask the network, and for one that only has what lies on this machine."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from assets.documents.fetch import DocumentAccess, latest_manifest
from assets.documents.register import Document, DocumentFiles
from schemas.errors import KronvisError


@dataclass(frozen=True)
class Bringer:
    """The register, the archive and the way to the documents; `is_live` permits asking the network."""

    files: DocumentFiles
    access: DocumentAccess
    is_live: bool

    def bring(self, documents: Iterable[Document]) -> dict[tuple[str, str], str]:
        """Take in local files that have changed and, if live, what has never been fetched.

        Gives what went wrong by programme and id: a document that cannot be had now must not stop a year whose
        amounts do not depend on it, but nobody shall miss that it is not there.
        """
        problems = {}
        for document in documents:
            try:
                self._bring(document)
            except KronvisError as error:
                problems[document.programme, document.id] = error.message.splitlines()[0]
        return problems

    def _bring(self, document: Document) -> None:
        path = self.files.path_of(document)
        kept = latest_manifest(document, self.access.archive)
        if path is not None and path.exists():
            if kept is None or kept.sha256 != hashlib.sha256(path.read_bytes()).hexdigest():
                self.access.take_local(path, document)
        elif kept is None and document.url is not None and self.is_live:
            self.access.fetch(document)
