"""Asking for documents over HTTP. What comes is kept and described by `fetch.py`."""

from dataclasses import dataclass, field
from typing import ClassVar

import requests

from assets.documents.register import BY_HAND, MAX_BYTES
from assets.storage.addresses import is_http_to_this_machine, is_public_https, is_same_service, netloc_of
from assets.storage.http_client import Answer, HttpClient
from assets.storage.transport import NotAccepted
from schemas.errors import SourceRefused


@dataclass(eq=False)
class DocumentClient(HttpClient):
    """Gets documents from where the register says they are; follows them to another public host, by https alone."""

    max_body_bytes: int = field(default=MAX_BYTES, kw_only=True)

    public_only: ClassVar[bool] = True
    media_types: ClassVar[frozenset[str] | None] = frozenset(
        {
            "application/pdf",
            "application/octet-stream",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/xhtml+xml",
            "binary/octet-stream",
            "text/csv",
            "text/html",
            "text/plain",
        }
    )
    remedy_if_refused: ClassVar[str] = f"correct the address in documents.yaml, or {BY_HAND}"
    remedy_if_unavailable: ClassVar[str] = f"try later, or {BY_HAND}; what is in the archive is still read"

    def get(self, url: str, label: str) -> Answer:
        """The answer of 200; `SourceUnavailable` if there is none in time, `SourceRefused` if there will be none."""
        if not (is_public_https(url) or is_http_to_this_machine(url)):
            raise SourceRefused(
                label, "not asked for: its address is not https to a public host", remedy=self.remedy_if_refused
            )
        return self.ask(self._request(url), f"{netloc_of(url)}, {label}")

    def redirected(self, request: requests.PreparedRequest, target: str) -> requests.PreparedRequest:
        """The request to where the document has moved."""
        if not (is_same_service(request.url or "", target) or is_public_https(target)):
            raise NotAccepted(f"redirects to {netloc_of(target) or 'no host'}, which is not https to a public host")
        return self._request(target)

    def _request(self, url: str) -> requests.PreparedRequest:
        return self.session.prepare_request(requests.Request("GET", url))
