"""Asking over HTTP: sends a request, and gives back the bytes of the answer or says why there are none.

Knows limits, time, redirects and what failures mean; not what is asked for, not what the bytes mean and not where
they are kept. An answer of 200 is passed on as it came; whether it is what was asked for is decided where it is read.
"""

import datetime as dt
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar, Final
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.response import HTTPResponse
from urllib3.util import Retry, Timeout

from assets.storage.addresses import is_same_service, netloc_of, printable
from assets.storage.transport import (
    Deadline,
    NotAccepted,
    TimeIsUp,
    read_bounded,
    session_of,
)
from schemas.errors import SourceRefused, SourceUnavailable
from schemas.product import VERSION

_MOST_REDIRECTS: Final = 3
_LONGEST_WAIT: Final = 60
_RETRIES_OF_A_STRANGER: Final = 2
_PROBLEM_BYTES: Final = 16_384
# 303 asks for a GET of something else, which is not what was asked for.
_REDIRECTS: Final = (301, 302, 307, 308)
_TRY_LATER: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_CONNECTION_ERRORS: Final = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    HTTPError,
)

# How long to wait is urllib3's decision; the loop around it is ours (`HttpClient.ask`). urllib3's own loop sleeps
# with `time.sleep`, knows no deadline, fails on a malformed Retry-After, and ends before the body is read.
_RETRY: Final = Retry(total=None, backoff_factor=0.5, backoff_jitter=0.5, backoff_max=30, retry_after_max=7 * 86_400)


@dataclass(frozen=True)
class Answer:
    """A response that was read: the bytes as they were sent. Header names are in lower case."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: dt.datetime
    seconds: float


@dataclass(eq=False)
class HttpClient:
    """Asks one request after another. Who is asked, when it is their turn and where a redirect may lead: a subclass.

    `deadline_seconds` is for one request with all that belongs to it: waiting for its turn, redirects, retries and
    reading. `media_types`, where given, are the content types that are read at all. Clock and sleep can be replaced,
    so that tests need not wait.
    """

    deadline_seconds: float = field(default=120.0, kw_only=True)
    connect_timeout: float = field(default=10.0, kw_only=True)
    read_timeout: float = field(default=30.0, kw_only=True)
    max_body_bytes: int = field(default=200_000_000, kw_only=True)
    retries: int = field(default=4, kw_only=True)
    user_agent: str = field(default=f"Kronvis/{VERSION} (Swedish state grants; python-requests)", kw_only=True)
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    sleep: Callable[[float], None] = field(default=time.sleep, kw_only=True)

    public_only: ClassVar[bool] = False
    media_types: ClassVar[frozenset[str] | None] = None
    remedy_if_refused: ClassVar[str]
    remedy_if_unavailable: ClassVar[str]

    def __post_init__(self) -> None:
        self.session = session_of(self.user_agent, public_only=self.public_only)
        self._have_answered: set[str] = set()

    def await_turn(self, deadline: Deadline) -> None:
        """Called before each call: waits as long as the service asks callers to, or raises `TimeIsUp`."""

    def redirected(self, request: requests.PreparedRequest, target: str) -> requests.PreparedRequest:
        """The request to where an answer points; raises `NotAccepted` or, for what is no address, `ValueError`.

        Only within the same service, unless a subclass has reason to go further.
        """
        if not is_same_service(request.url or "", target):
            raise not_followed(target)
        again = request.copy()
        again.prepare_url(target, None)
        return again

    def ask(self, request: requests.PreparedRequest, where: str) -> Answer:
        """The answer of 200; `SourceUnavailable` if there is none in time, `SourceRefused` if there will be none.

        `where` is what messages begin with: the service and what is asked of it. One loop around sending, reading
        and the check of the length, so that a body that breaks off is asked for again: the requests are to be such
        that repeating one is safe.
        """
        deadline = Deadline(self.clock, self.deadline_seconds)
        attempts, schedule = 0, _RETRY.increment()
        while True:
            attempts += 1
            outcome = self._attempt(request, deadline)
            if isinstance(outcome, Answer) and outcome.status == HTTPStatus.OK:
                return outcome
            failure = _classify(outcome)
            schedule = schedule.increment()
            wait = failure.wait_seconds or schedule.get_backoff_time()
            # Asked to stay away for longer than we would wait, we give up: asking sooner would be neither polite nor
            # of use.
            too_long = wait > _LONGEST_WAIT or wait >= deadline.remaining()
            if failure.is_permanent or attempts > self._retries_of(request) or too_long:
                raise self._error(failure, where, attempts, deadline.elapsed())
            self.sleep(wait)

    def _retries_of(self, request: requests.PreparedRequest) -> int:
        """A service that has never answered is probably out of reach; a person then should not wait for long."""
        has_answered = netloc_of(request.url or "") in self._have_answered
        return self.retries if has_answered else min(self.retries, _RETRIES_OF_A_STRANGER)

    def _error(
        self, failure: "_Failure", where: str, attempts: int, seconds: float
    ) -> SourceRefused | SourceUnavailable:
        """The error that tells a person."""
        times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        told = f"{failure.what} (given up after {times} and {seconds:.1f} s)"
        if failure.is_permanent:
            return SourceRefused(where, told, remedy=self.remedy_if_refused)
        return SourceUnavailable(f"{where}: {told}", remedy=self.remedy_if_unavailable)

    def _attempt(self, request: requests.PreparedRequest, deadline: Deadline) -> Answer | Exception:
        try:
            return self._exchange(request, deadline)
        except (requests.RequestException, HTTPError, NotAccepted, TimeIsUp) as error:
            return error

    def _exchange(self, request: requests.PreparedRequest, deadline: Deadline) -> Answer:
        """Send and read once, following redirects."""
        for _ in range(1 + _MOST_REDIRECTS):
            self.await_turn(deadline)
            with self._send(request, deadline) as response:
                self._have_answered.add(netloc_of(request.url or ""))
                location = response.headers.get("Location") if response.status_code in _REDIRECTS else None
                if location is None:
                    return Answer(
                        url=response.url,
                        status=response.status_code,
                        headers={name.lower(): value for name, value in response.headers.items()},
                        body=self._body(response, deadline),
                        fetched_at=dt.datetime.now(dt.UTC),
                        seconds=deadline.elapsed(),
                    )
            try:
                request = self.redirected(request, urljoin(request.url or "", location))
            except ValueError:
                raise NotAccepted("redirects to what is not an address") from None
        raise NotAccepted(f"redirects more than {_MOST_REDIRECTS} times")

    def _send(self, request: requests.PreparedRequest, deadline: Deadline) -> requests.Response:
        left = deadline.remaining()
        if left <= 0:
            raise TimeIsUp
        timeout = Timeout(total=left, connect=self.connect_timeout, read=self.read_timeout)
        return self.session.send(
            request,
            stream=True,
            allow_redirects=False,
            timeout=timeout,  # type: ignore[arg-type]  # the stubs leave out that urllib3's own Timeout is taken
        )

    def _body(self, response: requests.Response, deadline: Deadline) -> bytes:
        """The body of an answer: whole and within bounds for 200, the beginning for any other status."""
        if response.status_code != HTTPStatus.OK:
            return _beginning(response.raw, deadline)
        # Never decoded: requests decodes a torn gzip stream to a shorter body without an error, a small one can
        # decode to gigabytes, and the archive keeps what was sent. Who encodes although asked not to is refused.
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise NotAccepted(f"answered with the encoding {printable(encoding)}, which was not asked for")
        self._require_media_type(response.headers.get("Content-Type", ""))
        announced: int | None = response.raw.length_remaining
        if announced is not None and announced > self.max_body_bytes:
            raise NotAccepted(f"announced {announced} bytes, more than {self.max_body_bytes}")
        body = read_bounded(response.raw, deadline, self.max_body_bytes)
        if len(body) > self.max_body_bytes:
            raise NotAccepted(f"sent more than {self.max_body_bytes} bytes")
        # urllib3 checks this as well, by a setting of its own that we do not want to depend on.
        if announced is not None and len(body) != announced:
            raise _CutShort(f"{len(body)} of {announced} bytes")
        return body

    def _require_media_type(self, content_type: str) -> None:
        """What names no type is read: the bytes tell more than the header does."""
        media_type = content_type.partition(";")[0].strip().lower()
        if self.media_types is not None and media_type and media_type not in self.media_types:
            raise NotAccepted(f"answered with the type {printable(media_type)}, which is not read here")


# --- what went wrong ------------------------------------------------------------------------------------------


class _CutShort(HTTPError):
    """Fewer bytes than announced."""


@dataclass(frozen=True)
class _Failure:
    """Why an attempt failed, whether asking again can help, and how long the service wants us to wait."""

    what: str
    is_permanent: bool = False
    wait_seconds: float | None = None


def _classify(outcome: Answer | Exception) -> _Failure:
    """What an attempt that gave no data means: refused for good, or unavailable for now."""
    match outcome:
        case Answer():
            return _failure_of_status(outcome)
        case TimeIsUp():
            return _Failure("the time allowed for the request is over", wait_seconds=math.inf)
        case NotAccepted():
            return _Failure(str(outcome), is_permanent=True)
        case requests.Timeout():
            return _Failure("no answer in time")
        case _ if isinstance(outcome, _CONNECTION_ERRORS):
            return _Failure(f"the connection failed or broke off: {_innermost(outcome)}")
        case _:
            return _Failure(f"the answer makes no sense: {_innermost(outcome)}", is_permanent=True)


def _failure_of_status(answer: Answer) -> _Failure:
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
    """The title of a problem body in JSON: `title`, or `error` as older services word it."""
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    title = (problem.get("title") or problem.get("error")) if isinstance(problem, dict) else None
    return f": {printable(title)}" if isinstance(title, str) else ""


def _beginning(raw: HTTPResponse, deadline: Deadline) -> bytes:
    """As much of a problem body as can be had; that it breaks off does not change what the status says."""
    try:
        return read_bounded(raw, deadline, _PROBLEM_BYTES)
    except (HTTPError, TimeIsUp):
        return b""


def _innermost(error: BaseException) -> str:
    """The cause below the wrappings of requests and urllib3, which repeat the address."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def not_followed(target: str) -> NotAccepted:
    """Why a redirect is not followed; names the host alone."""
    parts = urlsplit(target)
    return NotAccepted(f"redirects to another service, {parts.scheme} on {printable(parts.hostname or 'no host')}")
