"""The PxWeb client: what a request to the service looks like, what the service allows, and where it is.

How an answer is had, or why there is none, is `assets/storage/http_client.py`. An answer of 200 is passed on as it
came, even if it is a page of HTML or nothing at all: whether it is the data asked for is decided where it is read.
"""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal
from urllib.parse import urlsplit

import requests

from assets.population.scb.exchange import Fetched, PxWebRequest
from assets.storage.addresses import is_loopback, origin_of, printable
from assets.storage.http_client import HttpClient
from assets.storage.transport import Deadline, TimeIsUp
from schemas.errors import SourceRefused, UsageError

_LONGEST_ADDRESS: Final = 2_000
_SPARE_CALLS: Final = 5
_STILL_WORKS: Final = "the embedded snapshot still works: kronvis run"


@dataclass(frozen=True)
class Limits:
    """What the service allows: cells per request, and calls per window."""

    max_cells: int
    max_calls: int
    window_seconds: int


_UNTIL_TOLD: Final = Limits(max_cells=150_000, max_calls=30, window_seconds=10)


@dataclass(eq=False)
class PxWebClient(HttpClient):
    """Fetches from one PxWeb service, one request after another, and follows redirects within it."""

    remedy_if_refused: ClassVar[str] = f"the request, the table or the address may have changed; {_STILL_WORKS}"
    remedy_if_unavailable: ClassVar[str] = f"try later; {_STILL_WORKS}"

    base_url: str
    api: Literal["v2", "v1"] = field(default="v2", kw_only=True)

    def __post_init__(self) -> None:
        self._host = _host_of(self.base_url)
        super().__post_init__()
        self._limits: Limits | None = None
        self._calls: deque[float] = deque()

    def limits(self) -> Limits:
        """What the service says of itself; asked once."""
        if self._limits is None:
            path, names = _CONFIG[self.api]
            said = self.fetch(PxWebRequest("GET", path, {}, None, 0, "the limits of the service"))
            self._limits = _limits_in(said.body, names, f"{self._host}, {path}")
        return self._limits

    def fetch(self, request: PxWebRequest) -> Fetched:
        """The answer to `request`; `SourceUnavailable` if there is none in time, `SourceRefused` if there will be none.

        Repeating a POST is safe: ours only read.
        """
        answer = self.ask(self._prepare(request), f"{self._host}, {request.label}")
        return Fetched(request, **vars(answer))

    def _prepare(self, request: PxWebRequest) -> requests.PreparedRequest:
        """The request as it will be sent; refuses what the service would answer in a misleading way."""
        address = f"{self.base_url.rstrip('/')}/{request.url_path.lstrip('/')}"
        prepared = self.session.prepare_request(
            requests.Request(request.method, address, params=dict(request.params), json=request.json_body)
        )
        where = f"{self._host}, {request.label}"
        length = len(prepared.url or "")
        if request.method == "GET" and length > _LONGEST_ADDRESS:
            raise SourceRefused(
                where,
                f"not sent: the address has {length} characters, and one this long is answered with 404",
                remedy="ask with POST",
            )
        most = (self._limits or _UNTIL_TOLD).max_cells
        if request.cells > most:
            raise SourceRefused(
                where, f"not sent: selects {request.cells} cells of at most {most}", remedy="split the request"
            )
        return prepared

    def await_turn(self, deadline: Deadline) -> None:
        """Wait until one more call keeps within the window, a little below what the service allows."""
        limits = self._limits or _UNTIL_TOLD
        while True:
            now = self.clock()
            while self._calls and self._calls[0] + limits.window_seconds - now <= 0:
                self._calls.popleft()
            if len(self._calls) < max(1, limits.max_calls - _SPARE_CALLS):
                self._calls.append(now)
                return
            wait = self._calls[0] + limits.window_seconds - now
            if wait >= deadline.remaining():
                raise TimeIsUp
            self.sleep(wait)


# --- addresses ------------------------------------------------------------------------------------------------


def _host_of(base_url: str) -> str:
    """The host to be named in messages; the address itself is never shown, since it may hold a password."""
    try:
        parts = urlsplit(base_url)
        scheme, host, _ = origin_of(parts)
    except ValueError:
        raise UsageError("the address of the service is not an address") from None
    if "@" in parts.netloc:
        raise UsageError("the address of the service holds a user name or password", remedy="the service needs none")
    if parts.query or parts.fragment or not host or scheme not in ("http", "https"):
        raise UsageError("the address of the service is not plain https://host/path")
    if scheme == "http" and not is_loopback(host):
        raise UsageError(f"the service on {printable(host)} is not asked over https", remedy="write https://")
    return printable(parts.netloc)


# --- the limits of the service --------------------------------------------------------------------------------


# Where each version of the service tells its limits, and what it calls cells, calls and seconds.
_CONFIG: Final = {
    "v2": ("/config", ("maxDataCells", "maxCallsPerTimeWindow", "timeWindow")),
    "v1": ("/sv/ssd/?config", ("maxCells", "maxCalls", "timeWindow")),
}


def _limits_in(body: bytes, names: tuple[str, str, str], where: str) -> Limits:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    values: list[Any] = [said.get(name) for name in names] if isinstance(said, dict) else []
    # `type`, because True is an integer too.
    if not values or not all(type(value) is int and value > 0 for value in values):
        raise SourceRefused(where, f"does not tell {', '.join(names)}", remedy=_STILL_WORKS)
    return Limits(*values)
