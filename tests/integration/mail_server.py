"""A mail server for tests: takes messages over a real socket, with STARTTLS if given a certificate; answers as told.

Builders only; no assertion belongs here.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True)
class MailServer:
    """What tests see of it: where it is, the mails that were taken as they were sent, and every command."""

    port: int
    mails: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


@contextmanager
def taking_mail(answers: Mapping[str, str] | None = None, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """A server for as long as the block lasts; `answers` by command (`MAIL`, `RCPT`, `.` …) instead of 250."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = MailServer(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server, dict(answers or {}), tls), daemon=True).start()
        yield server
        # Closing alone does not wake a thread that waits in `accept`.
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: MailServer, answers: dict[str, str], tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(10)
        with connection, suppress(OSError):
            connection.sendall(f"{answers.get('greeting', '220 here')}\r\n".encode())
            if _converse(connection, server, {"DATA": "354 go on", "QUIT": "221 bye", **answers}, offers_tls=bool(tls)):
                assert tls is not None
                with tls.wrap_socket(connection, server_side=True) as secure:
                    secured = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 ok", "DATA": "354 go on", **answers}
                    _converse(secure, server, secured, offers_tls=False)


def _converse(connection: socket.socket, server: MailServer, answers: dict[str, str], *, offers_tls: bool) -> bool:
    """Answer commands until the client goes away, or wants TLS: then True."""
    if offers_tls:
        answers = {"EHLO": "250-here\r\n250 STARTTLS", "STAR": "220 go on", **answers}
    lines = connection.makefile("rb")
    while line := lines.readline():
        command = line.decode().strip()
        server.commands.append(command)
        connection.sendall(f"{answers.get(command[:4].upper(), '250 ok')}\r\n".encode())
        if offers_tls and command.upper() == "STARTTLS":
            return True
        if command.upper() == "DATA" and answers["DATA"].startswith("354"):
            mail = b"".join(iter(lines.readline, b".\r\n"))
            # Before the answer: who gets it may look at once.
            if answers.get(".", "250").startswith("250"):
                server.mails.append(mail)
            connection.sendall(f"{answers.get('.', '250 ok')}\r\n".encode())
    return False
