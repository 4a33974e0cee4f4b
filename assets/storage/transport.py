"""The ground under HTTP: a deadline that holds, bounded reading, a session that decodes nothing by itself.

Knows sockets, addresses and urllib3. What an answer or its absence means is `http_client.py`; nothing here knows who
is asked.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from assets.storage.addresses import is_public

_PIECE_BYTES: Final = 65_536


class TimeIsUp(TimeoutError):
    """The time for this request is over, or would be after the next wait; to urllib3 it is a timeout like others."""


class NotAccepted(Exception):
    """What is not accepted, however often it comes: an answer, or where a connection leads."""


class Deadline:
    """When the time for one request is over."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._began = clock()
        self._seconds = seconds

    def elapsed(self) -> float:
        """Seconds since the request began."""
        return self._clock() - self._began

    def remaining(self) -> float:
        """Seconds that are left; negative when the time is over."""
        return self._seconds - self.elapsed()


def read_bounded(raw: HTTPResponse, deadline: Deadline, most: int) -> bytes:
    """The bytes as they were sent, until the end or until there are more than `most`.

    `read1` gives what has arrived. `read` and `iter_content` wait until a piece is full, so that a server that sends
    a byte now and then would keep us from looking at the clock.
    """
    body = bytearray()
    with cut_off_after(deadline.remaining(), raw.shutdown):
        while len(body) <= most and (piece := raw.read1(_PIECE_BYTES, decode_content=False)):
            body += piece
            if deadline.remaining() <= 0:
                raise TimeIsUp
    return bytes(body)


@contextmanager
def cut_off_after(seconds: float, cut: Callable[[], object]) -> Iterator[None]:
    """Call `cut` from another thread when the block takes longer than `seconds`, and then say `TimeIsUp`.

    A socket's timeout begins anew with every byte; lines, such as those of the head, are read inside the library
    until they end.
    """
    is_late = threading.Event()

    def run() -> None:
        is_late.set()
        # The connection may just have been closed or given back.
        with suppress(OSError, ValueError, RuntimeError):
            cut()

    timer = threading.Timer(max(0.0, seconds), run)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_late.is_set():
            raise TimeIsUp


class _HeadInTime(HTTPConnection):
    """A connection on which the whole head, and not only each byte of it, arrives within the read timeout."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        with cut_off_after(self.timeout or threading.TIMEOUT_MAX, lambda: self.sock.shutdown(socket.SHUT_RDWR)):
            return super().getresponse()


class _SecureHeadInTime(_HeadInTime, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _HeadInTime


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureHeadInTime


class _PublicHeadInTime(_SecureHeadInTime):
    """The same, and nothing is sent to a machine that is not on the public internet.

    Looked at when the connection stands: what a name stands for may change between a look and the connection.
    """

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        if not is_public(connection.getpeername()[0]):
            connection.close()
            raise NotAccepted("leads to an address that is not on the public internet")
        return connection


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHeadInTime


class _Adapter(HTTPAdapter):
    """Puts our connections in place of the usual ones."""

    secure_pool: type[HTTPSConnectionPool] = _SecurePool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": self.secure_pool}


class _PublicAdapter(_Adapter):
    """The same for sessions whose https is for the public internet only."""

    secure_pool = _PublicPool


class _Session(requests.Session):
    """A session that leaves redirects to us.

    Even if told not to follow them, requests reads the whole body of a redirect, decoded and without a bound.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the name is that of requests
        return None


def session_of(user_agent: str, *, public_only: bool = False) -> requests.Session:
    """A session that takes nothing from the environment and asks for bodies as they are.

    With `public_only`, https reaches machines on the public internet only, whatever their names stand for.
    """
    session = _Session()
    # Nothing from the environment: no proxies, no password from .netrc, no other certificates.
    session.trust_env = False
    session.verify = True
    # Encoded bodies are refused (`http_client` says why), so none is asked for.
    session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, _PublicAdapter() if public_only else _Adapter())
    return session
