"""A small strict S3 on loopback, for tests: conditional writes under one lock, signed bodies, and faults on demand.

Knows what sending and reading need: PUT, GET (with ranges), HEAD, DELETE, ListObjectsV2 in short pages. What the
service promises is kept to the letter; what goes wrong is written in `faults`.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ACCESS_KEY = "AKIATESTONLY"
SECRET_KEY = "secret-of-the-tests-only"  # noqa: S105 - of this server alone
BUCKET = "kronvis-tests"
_PAGE = 100

Kind = Literal[
    "error", "slow down", "forbidden", "cut", "forget the answer", "torn", "torn and lied about", "slow", "other tag"
]


@dataclass
class Fault:
    """What goes wrong with the next `times` requests of a method whose path contains `path`."""

    kind: Kind
    method: str
    path: str = ""
    times: int = 1


class Stored(NamedTuple):
    """An object."""

    content: bytes
    tag: str


@dataclass
class World:
    """What the server holds, what it was asked, and what is to go wrong."""

    objects: dict[str, Stored] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    honours_conditions: bool = True
    seconds_per_write: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    most_at_once: int = 0
    now_at_once: int = 0

    def put(self, key: str, content: bytes) -> None:
        """Store something as it is, whatever a sender would do."""
        self.objects[key] = Stored(content, _md5(content))

    def fault(self, method: str, key: str) -> Kind | None:
        """The fault that this request meets."""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.method == method and fault.path in key:
                    fault.times -= 1
                    return fault.kind
        return None


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    world: World


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty bucket, on a port of its own."""
    world = World()

    class _Handler(_Answering):
        holds = world

    server = _Threaded(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", world)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Threaded(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed leave broken connections; that is what they are there for."""


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    holds: World

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Nothing: tests look at `World.asked`."""

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) == length:
            # Counted until the answer goes out: a sender may begin with the next when it has it.
            with self._counted():
                time.sleep(self.holds.seconds_per_write)
            self._answer("PUT", body)

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self.holds.lock:
            self.holds.now_at_once += 1
            self.holds.most_at_once = max(self.holds.most_at_once, self.holds.now_at_once)
        yield
        with self.holds.lock:
            self.holds.now_at_once -= 1

    def _answer(self, method: str, body: bytes = b"") -> None:
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        where = key or query.get("prefix", "")
        self.holds.asked.append(("LIST" if "list-type" in query else method, where))
        fault = self.holds.fault("LIST" if "list-type" in query else method, where)
        if not self.headers.get("Authorization", "").startswith(f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/"):
            self._refuse(HTTPStatus.FORBIDDEN, "InvalidAccessKeyId")
        elif fault in {"error", "slow down", "forbidden", "cut"}:
            self._fail(fault)
        elif bucket != BUCKET:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchBucket")
        elif "list-type" in query:
            self._list(query)
        elif method == "PUT":
            self._put(key, body, fault)
        elif method == "DELETE":
            with self.holds.lock:
                self.holds.objects.pop(key, None)
            self._send(HTTPStatus.NO_CONTENT)
        else:
            self._get(key, fault)

    def _fail(self, fault: Kind) -> None:
        if fault == "cut":
            self.close_connection = True
        elif fault == "error":
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError")
        elif fault == "forbidden":
            self._refuse(HTTPStatus.FORBIDDEN, "AccessDenied")
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "SlowDown")

    def _put(self, key: str, body: bytes, fault: Kind | None) -> None:
        if self.headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            self._refuse(HTTPStatus.BAD_REQUEST, "XAmzContentSHA256Mismatch")
            return
        if fault == "slow":
            time.sleep(3)
        kept = body[: len(body) // 2] if fault in {"torn", "torn and lied about"} else body
        # With the customer's own keys the tag is not the MD5 of the bytes.
        tag = _md5(b"key" + body) if fault == "other tag" else _md5(kept)
        with self.holds.lock:
            refused = self._unmet(self.holds.objects.get(key)) if self.holds.honours_conditions else None
            if refused is None:
                self.holds.objects[key] = Stored(kept, tag)
        if refused is not None:
            self._refuse(*refused)
        elif fault == "forget the answer":
            self.close_connection = True
        else:
            self._send(HTTPStatus.OK, tag=_md5(body) if fault == "torn and lied about" else tag)

    def _unmet(self, there: Stored | None) -> tuple[HTTPStatus, str] | None:
        """How a condition that does not hold is refused."""
        if_match = self.headers.get("If-Match")
        if if_match is not None and there is None:
            return HTTPStatus.NOT_FOUND, "NoSuchKey"
        if there is not None and (
            self.headers.get("If-None-Match") == "*" or (if_match is not None and if_match.strip('"') != there.tag)
        ):
            return HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed"
        return None

    def _get(self, key: str, fault: Kind | None) -> None:
        there = self.holds.objects.get(key)
        if there is None:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchKey")
            return
        wanted = self.headers.get("Range")
        if wanted is None:
            self._send(HTTPStatus.OK, there.content, there.tag, cut=fault == "torn")
            return
        size = len(there.content)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        begin = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        shown = {"Content-Range": f"bytes {begin}-{end}/{size}"}
        self._send(HTTPStatus.PARTIAL_CONTENT, there.content[begin : end + 1], there.tag, more=shown)

    def _list(self, query: dict[str, str]) -> None:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", query.get("start-after", ""))
        with self.holds.lock:
            keys = sorted(key for key in self.holds.objects if key.startswith(prefix) and key > after)
            objects = dict(self.holds.objects)
        folders: set[str] = set()
        if delimiter := query.get("delimiter"):
            deeper = [key for key in keys if delimiter in key.removeprefix(prefix)]
            folders = {prefix + key.removeprefix(prefix).partition(delimiter)[0] + delimiter for key in deeper}
            keys = sorted(set(keys) - set(deeper))
        most = min(_PAGE, int(query.get("max-keys", _PAGE)))
        page = keys[:most]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{objects[key].tag}&quot;</ETag><Size>{len(objects[key].content)}</Size></Contents>"
            for key in page
        )
        common = "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders))
        more = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if len(keys) > most else ""
        is_more, count = str(bool(more)).lower(), len(page) + len(folders)
        head = f"<Name>{BUCKET}</Name><KeyCount>{count}</KeyCount><IsTruncated>{is_more}</IsTruncated>"
        self._send(HTTPStatus.OK, f"<ListBucketResult>{head}{contents}{common}{more}</ListBucketResult>".encode())

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        """An error as services write it: with the key that signed, and what was signed."""
        signed = escape(self.headers.get("Authorization", ""))
        self._send(status, f"<Error><Code>{code}</Code><StringToSign>{signed}</StringToSign></Error>".encode())

    def _send(
        self,
        status: HTTPStatus,
        body: bytes = b"",
        tag: str | None = None,
        more: dict[str, str] | None = None,
        *,
        cut: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT")
        if tag is not None:
            self.send_header("ETag", f'"{tag}"')
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
