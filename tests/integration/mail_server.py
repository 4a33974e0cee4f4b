"""A mail server for tests: takes messages over a real socket, knows no TLS, and answers as told.

Builders only; no assertion belongs here.
"""

import socket
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
def taking_mail(answers: Mapping[str, str] | None = None) -> Iterator[MailServer]:
    """A server for as long as the block lasts; `answers` by command (`MAIL`, `RCPT`, `.` …) instead of 250."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = MailServer(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server, dict(answers or {})), daemon=True).start()
        yield server
        # Closing alone does not wake a thread that waits in `accept`.
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: MailServer, answers: dict[str, str]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError), connection.makefile("rwb", buffering=0) as lines:
            connection.settimeout(10)
            _converse(lines, server, {"DATA": "354 go on", "QUIT": "221 bye", **answers})


def _converse(lines: socket.SocketIO, server: MailServer, answers: dict[str, str]) -> None:
    def say(command: str) -> None:
        lines.write(f"{answers.get(command, '250 ok')}\r\n".encode())

    lines.write(f"{answers.get('greeting', '220 here')}\r\n".encode())
    while line := lines.readline():
        command = line.decode().strip()
        server.commands.append(command)
        say(command[:4].upper())
        if command.upper() == "DATA" and answers["DATA"].startswith("354"):
            mail = b"".join(iter(lines.readline, b".\r\n"))
            say(".")
            if answers.get(".", "250").startswith("250"):
                server.mails.append(mail)
