"""A server on a raw socket that answers by a script: what it sends, or fails to send, is up to the byte.

Each connection takes the next answer of the script, the last one again and again; an answer is bytes, or a function
that does what it likes with the connection. Builders of answers belong here, no assertion does.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

LOOPBACK: Final = "127.0.0.1"
Answer = bytes | Callable[[socket.socket], None]


@dataclass(frozen=True)
class RawServer:
    """What tests see of it: the address, and every request in the order of arrival, head and body."""

    url: str
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def serving(*script: Answer) -> Iterator[RawServer]:
    """A server on a free port of this machine, for as long as the block lasts."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = RawServer(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
        threading.Thread(target=_accept, args=(listener, server, script), daemon=True).start()
        yield server
        # Closing alone does not wake a thread that waits in `accept`.
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: RawServer, script: tuple[Answer, ...]) -> None:
    number = 0
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        answer = script[min(number, len(script) - 1)]
        number += 1
        threading.Thread(target=_serve, args=(connection, server, answer), daemon=True).start()


def _serve(connection: socket.socket, server: RawServer, answer: Answer) -> None:
    # A client that has heard enough hangs up.
    with connection, suppress(OSError):
        connection.settimeout(10)
        server.requests.append(_received(connection))
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


def _received(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as incoming:
        head, length = b"", 0
        while (line := incoming.readline()) not in (b"\r\n", b""):
            head += line
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return head + b"\r\n" + incoming.read(length)


# --- answers --------------------------------------------------------------------------------------------------


def http(
    status: int = 200, body: bytes = b"", headers: Mapping[str, object] | None = None, *, length: int | None = None
) -> bytes:
    """A whole answer; `length` if another one than that of `body` is to be announced."""
    announced = {"Content-Length": len(body) if length is None else length}
    return http_without_length(status, body, {**announced, **(headers or {})})


def http_without_length(status: int = 200, body: bytes = b"", headers: Mapping[str, object] | None = None) -> bytes:
    """An answer that ends with the connection, so nobody can know whether it is whole."""
    lines = [f"HTTP/1.1 {status} Told", "Connection: close", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def problem(status: int, title: str) -> bytes:
    """A refusal as the service words it."""
    body = f'{{"type": "Parameter error", "title": "{title}", "status": {status}}}'.encode()
    return http(status, body, {"Content-Type": "application/problem+json"})


def reset(connection: socket.socket) -> None:
    """Hang up with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection: socket.socket) -> None:
    """Say nothing until the client goes away."""
    connection.recv(1)


def dripping(beginning: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """`beginning`, and then a drop each 10 ms until the client goes away."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(beginning)
        pause = threading.Event()
        while not pause.wait(0.01):
            connection.sendall(drop)

    return drip


def endless(beginning: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """`beginning`, and then `piece` as fast as it goes until the client goes away."""

    def pour(connection: socket.socket) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(piece)

    return pour
