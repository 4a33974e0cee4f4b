"""The PxWeb client: sends a request, and gives back the bytes of the answer or says why there are none.

Knows HTTP, limits and time; not what is asked for, not what the bytes mean and not where they are kept. An answer of
200 is passed on as it came, even if it is a page of HTML or nothing at all: whether it is the data asked for is
decided where it is read.
"""

import datetime as dt
import ipaddress
import json
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.response import HTTPResponse
from urllib3.util import Retry, Timeout

from assets.population.scb.transport import Deadline, TimeIsUp, read_bounded, session_of
from schemas.errors import SourceRefused, SourceUnavailable, UsageError
from schemas.product import VERSION

_LONGEST_ADDRESS: Final = 2_000
_SPARE_CALLS: Final = 5
_MOST_REDIRECTS: Final = 3
_LONGEST_WAIT: Final = 60
_RETRIES_OF_A_STRANGER: Final = 2
_PROBLEM_BYTES: Final = 16_384
_SHOWN: Final = 200
# 303 asks for a GET of something else, which is not what was asked for.
_REDIRECTS: Final = (301, 302, 307, 308)
_TRY_LATER: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_CONNECTION_ERRORS: Final = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    HTTPError,
)
_STILL_WORKS: Final = "the embedded snapshot still works: kronvis run"

# How long to wait is urllib3's decision; the loop around it is ours (`PxWebClient.fetch`). urllib3's own loop sleeps
# with `time.sleep`, knows no deadline, fails on a malformed Retry-After, and ends before the body is read.
_RETRY: Final = Retry(total=None, backoff_factor=0.5, backoff_jitter=0.5, backoff_max=30, retry_after_max=7 * 86_400)


@dataclass(frozen=True)
class PxWebRequest:
    """One request: `url_path` below the base address, the cells it selects, and a label for messages."""

    method: Literal["GET", "POST"]
    url_path: str
    params: Mapping[str, str]
    json_body: Mapping[str, Any] | None
    cells: int
    label: str


@dataclass(frozen=True)
class Fetched:
    """The answer to a request: 200 and the bytes as they were sent. Header names are in lower case."""

    request: PxWebRequest
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: dt.datetime
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What the service allows: cells per request, and calls per window."""

    max_cells: int
    max_calls: int
    window_seconds: int


_UNTIL_TOLD: Final = Limits(max_cells=150_000, max_calls=30, window_seconds=10)


@dataclass(eq=False)
class PxWebClient:
    """Fetches from one PxWeb service, one request after another.

    `deadline_seconds` is for one request with all that belongs to it: waiting for the window, redirects, retries and
    reading. Clock and sleep can be replaced, so that tests need not wait.
    """

    base_url: str
    api: Literal["v2", "v1"] = field(default="v2", kw_only=True)
    deadline_seconds: float = field(default=120.0, kw_only=True)
    connect_timeout: float = field(default=10.0, kw_only=True)
    read_timeout: float = field(default=30.0, kw_only=True)
    max_body_bytes: int = field(default=200_000_000, kw_only=True)
    retries: int = field(default=4, kw_only=True)
    user_agent: str = field(default=f"Kronvis/{VERSION} (Swedish state grants; python-requests)", kw_only=True)
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    sleep: Callable[[float], None] = field(default=time.sleep, kw_only=True)

    def __post_init__(self) -> None:
        self._host = _host_of(self.base_url)
        self._session = session_of(self.user_agent)
        self._limits: Limits | None = None
        self._has_answered = False
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

        One loop around sending, reading and the check of the length, so that a body that breaks off is asked for
        again. Repeating a POST is safe: ours only read.
        """
        prepared = self._prepare(request)
        deadline = Deadline(self.clock, self.deadline_seconds)
        attempts, schedule = 0, _RETRY.increment()
        while True:
            attempts += 1
            outcome = self._attempt(prepared, deadline)
            if isinstance(outcome, _Answer) and outcome.status == HTTPStatus.OK:
                fetched_at = dt.datetime.now(dt.UTC)
                return Fetched(request, **vars(outcome), fetched_at=fetched_at, seconds=deadline.elapsed())
            failure = _classify(outcome)
            schedule = schedule.increment()
            wait = failure.wait_seconds or schedule.get_backoff_time()
            # Asked to stay away for longer than we would wait, we give up: asking sooner would be neither polite nor
            # of use.
            too_long = wait > _LONGEST_WAIT or wait >= deadline.remaining()
            if failure.is_permanent or attempts > self._retries() or too_long:
                raise failure.error(f"{self._host}, {request.label}", attempts, deadline.elapsed())
            self.sleep(wait)

    def _retries(self) -> int:
        """A service that has never answered is probably out of reach; a person then should not wait for long."""
        return self.retries if self._has_answered else min(self.retries, _RETRIES_OF_A_STRANGER)

    def _prepare(self, request: PxWebRequest) -> requests.PreparedRequest:
        """The request as it will be sent; refuses what the service would answer in a misleading way."""
        address = f"{self.base_url.rstrip('/')}/{request.url_path.lstrip('/')}"
        prepared = self._session.prepare_request(
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

    def _attempt(self, request: requests.PreparedRequest, deadline: "Deadline") -> "_Answer | Exception":
        try:
            return self._exchange(request, deadline)
        except (requests.RequestException, HTTPError, _NotAccepted, TimeIsUp) as error:
            return error

    def _exchange(self, request: requests.PreparedRequest, deadline: "Deadline") -> "_Answer":
        """Send and read once, following redirects within the service."""
        for _ in range(1 + _MOST_REDIRECTS):
            self._await_turn(deadline)
            with self._send(request, deadline) as response:
                self._has_answered = True
                target = response.headers.get("Location") if response.status_code in _REDIRECTS else None
                if target is None:
                    return _Answer(
                        url=response.url,
                        status=response.status_code,
                        headers={name.lower(): value for name, value in response.headers.items()},
                        body=self._body(response, deadline),
                    )
            request = _redirected(request, target)
        raise _NotAccepted(f"redirects more than {_MOST_REDIRECTS} times")

    def _await_turn(self, deadline: "Deadline") -> None:
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

    def _send(self, request: requests.PreparedRequest, deadline: "Deadline") -> requests.Response:
        left = deadline.remaining()
        if left <= 0:
            raise TimeIsUp
        timeout = Timeout(total=left, connect=self.connect_timeout, read=self.read_timeout)
        return self._session.send(
            request,
            stream=True,
            allow_redirects=False,
            timeout=timeout,  # type: ignore[arg-type]  # the stubs leave out that urllib3's own Timeout is taken
        )

    def _body(self, response: requests.Response, deadline: "Deadline") -> bytes:
        """The body of an answer: whole and within bounds for 200, the beginning for any other status."""
        if response.status_code != HTTPStatus.OK:
            return _beginning(response.raw, deadline)
        # Never decoded: requests decodes a torn gzip stream to a shorter body without an error, a small one can
        # decode to gigabytes, and the archive keeps what was sent. Who encodes although asked not to is refused.
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise _NotAccepted(f"answered with the encoding {_printable(encoding)}, which was not asked for")
        announced: int | None = response.raw.length_remaining
        if announced is not None and announced > self.max_body_bytes:
            raise _NotAccepted(f"announced {announced} bytes, more than {self.max_body_bytes}")
        body = read_bounded(response.raw, deadline, self.max_body_bytes)
        if len(body) > self.max_body_bytes:
            raise _NotAccepted(f"sent more than {self.max_body_bytes} bytes")
        # urllib3 checks this as well, by a setting of its own that we do not want to depend on.
        if announced is not None and len(body) != announced:
            raise _CutShort(f"{len(body)} of {announced} bytes")
        return body


# --- what went wrong ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Answer:
    """A response that was read."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class _CutShort(HTTPError):
    """Fewer bytes than announced."""


class _NotAccepted(Exception):
    """An answer that is not accepted, however often it comes."""


@dataclass(frozen=True)
class _Failure:
    """Why an attempt failed, whether asking again can help, and how long the service wants us to wait."""

    what: str
    is_permanent: bool = False
    wait_seconds: float | None = None

    def error(self, where: str, attempts: int, seconds: float) -> SourceRefused | SourceUnavailable:
        """The error that tells a person."""
        times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        told = f"{self.what} (given up after {times} and {seconds:.1f} s)"
        if self.is_permanent:
            remedy = f"the request, the table or the address may have changed; {_STILL_WORKS}"
            return SourceRefused(where, told, remedy=remedy)
        return SourceUnavailable(f"{where}: {told}", remedy=f"try later; {_STILL_WORKS}")


def _classify(outcome: _Answer | Exception) -> _Failure:
    """What an attempt that gave no data means: refused for good, or unavailable for now."""
    match outcome:
        case _Answer():
            return _failure_of_status(outcome)
        case TimeIsUp():
            return _Failure("the time allowed for the request is over", wait_seconds=math.inf)
        case _NotAccepted():
            return _Failure(str(outcome), is_permanent=True)
        case requests.Timeout():
            return _Failure("no answer in time")
        case _ if isinstance(outcome, _CONNECTION_ERRORS):
            return _Failure(f"the connection failed or broke off: {_innermost(outcome)}")
        case _:
            return _Failure(f"the answer makes no sense: {_innermost(outcome)}", is_permanent=True)


def _failure_of_status(answer: _Answer) -> _Failure:
    is_permanent = answer.status not in _TRY_LATER and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    wait = None if is_permanent else _asked_wait(answer.headers.get("retry-after"))
    please = "" if wait is None else f", asking to wait {wait:.0f} s"
    return _Failure(f"answered {answer.status}{_title(answer.body)}{please}", is_permanent, wait)


def _asked_wait(retry_after: str | None) -> float | None:
    """Seconds or a date; None if nothing sensible is asked for."""
    if retry_after is None:
        return None
    try:
        return _RETRY.parse_retry_after(retry_after)
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _title(body: bytes) -> str:
    """The title of a problem body, as version 2 (`title`) or version 1 (`error`) of the service words it."""
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    title = (problem.get("title") or problem.get("error")) if isinstance(problem, dict) else None
    return f": {_printable(title)}" if isinstance(title, str) else ""


def _innermost(error: BaseException) -> str:
    """The cause below the wrappings of requests and urllib3, which repeat the address."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return _printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _printable(text: str) -> str:
    """`text` as it may be shown: bounded, on one line and without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_SHOWN])


# --- addresses ------------------------------------------------------------------------------------------------


def _host_of(base_url: str) -> str:
    """The host to be named in messages; the address itself is never shown, since it may hold a password."""
    try:
        parts = urlsplit(base_url)
        scheme, host, _ = _origin(parts)
    except ValueError:
        raise UsageError("the address of the service is not an address") from None
    if "@" in parts.netloc:
        raise UsageError("the address of the service holds a user name or password", remedy="the service needs none")
    if parts.query or parts.fragment or not host or scheme not in ("http", "https"):
        raise UsageError("the address of the service is not plain https://host/path")
    if scheme == "http" and not _is_loopback(host):
        raise UsageError(f"the service on {_printable(host)} is not asked over https", remedy="write https://")
    return _printable(parts.netloc)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: what makes two addresses the same service."""
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _redirected(request: requests.PreparedRequest, location: str) -> requests.PreparedRequest:
    """The same request to where the answer points, if that is the same service."""
    try:
        target = urljoin(request.url or "", location)
        parts = urlsplit(target)
        stays = _origin(parts) == _origin(urlsplit(request.url or "")) and "@" not in parts.netloc
    except ValueError:
        raise _NotAccepted("redirects to what is not an address") from None
    if not stays:
        raise _NotAccepted(f"redirects to another service, {parts.scheme} on {_printable(parts.hostname or 'no host')}")
    again = request.copy()
    again.prepare_url(target, None)
    return again


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


def _beginning(raw: HTTPResponse, deadline: Deadline) -> bytes:
    """As much of a problem body as can be had; that it breaks off does not change what the status says."""
    try:
        return read_bounded(raw, deadline, _PROBLEM_BYTES)
    except (HTTPError, TimeIsUp):
        return b""
