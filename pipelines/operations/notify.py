"""Telling somebody who does not watch: a message to a webhook or by mail when a run needs a person.

Where it goes is one address in the environment; another way to send is another `Notifier`. A message that cannot be
delivered is said on stderr and changes nothing else. No secret of the address (path, query, password) is ever shown.
"""

import json
import os
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from assets.storage.addresses import is_loopback
from pipelines.due import overdue_now
from pipelines.settings import Settings
from pipelines.terminal.ending import say
from schemas.errors import DataRefused, KronvisError, UsageError, listed
from schemas.product import VERSION

Event = Literal["refused", "failed", "mismatch", "overdue", "done"]

_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 10.0
_MAIL_SECONDS: Final = 30.0
_LONGEST_TEXT: Final = 20_000
_LONGEST_SUBJECT: Final = 150
_SUBMISSION_PORT: Final = 587
_FORMS: Final = (
    "https://… (a webhook), or smtp://host:port/?from=…&to=… (mail; several to= by comma; starttls=yes; "
    "user:password@ before the host only with it)"
)


class Message(NamedTuple):
    """What is told: why, in a line, and in full. Plain text, whatever it quotes."""

    events: tuple[Event, ...]
    subject: str
    text: str


# Delivers a message, or raises `NotDelivered`.
Notifier = Callable[[Message], None]


class NotDelivered(Exception):
    """A message did not arrive; `may_work_later` if sending again can help."""

    def __init__(self, why: str, *, may_work_later: bool) -> None:
        super().__init__(why)
        self.may_work_later = may_work_later


# --- what is told ---------------------------------------------------------------------------------------------


def message_of_run(refused: Mapping[int, object], rows: Sequence[Mapping[str, Any]], late: Sequence[object]) -> Message:
    """What became of a run: years `refused` with the reason, `rows` of `summary.summary`, what is overdue."""
    differing = [row for row in rows if row["mismatch"]]
    years = sorted({row["year"] for row in rows})
    told: list[tuple[Event, str, list[str]]] = []
    if refused:
        lines = [f"{year} was refused: {why}" for year, why in sorted(refused.items())]
        told.append(("refused", f"{listed(sorted(refused))} refused", lines))
    if differing:
        lines = [
            f"{row['programme']} {row['year']}: {row['mismatch']} published figure(s) differ without a named cause; "
            f"see `kronvis verify --year {row['year']}`"
            for row in differing
        ]
        told.append(("mismatch", f"{sum(row['mismatch'] for row in differing)} figure(s) differ", lines))
    if late:
        told.append(("overdue", f"{len(late)} overdue", [str(one) for one in late]))
    if not told:
        done = f"{listed(years)} computed, checked and published" if years else "nothing is overdue"
        told.append(("done", done, [f"{done}."]))
    return Message(
        tuple(event for event, _, _ in told),
        ", ".join(subject for _, subject, _ in told),
        "\n".join(line for _, _, lines in told for line in lines),
    )


def message_of_failure(what: str, why: str) -> Message:
    """A run that ended before it could publish."""
    return Message(("failed",), f"{what} failed", f"{what} failed; the published version is as it was.\n{why}")


# --- how it is sent -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outbox:
    """Sends messages where the environment says, or nowhere; never raises for what happens on the way."""

    notifier: Notifier | None = None
    # The address without its secrets.
    shown: str = ""
    also_success: bool = False
    # Seconds before each further attempt.
    waits: tuple[float, ...] = (0.5, 2.0)

    def tell(self, message: Message) -> None:
        """Send the message, unless it is a success that nobody asked to hear of."""
        if self.notifier is None or (message.events == ("done",) and not self.also_success):
            return
        try:
            self._send(self.notifier, message)
        except NotDelivered as error:
            say(f"the notification to {self.shown} was not delivered: {error}")
        except Exception as error:  # noqa: BLE001 - whatever a way of sending does, the run has ended as it has
            say(f"the notification to {self.shown} was not delivered: {type(error).__name__}")

    def tell_of_run(self, settings: Settings, refused: Mapping[int, object], rows: Sequence[Mapping[str, Any]]) -> None:
        """Send what became of a run, with what is overdue; a bad calendar is told in its place."""
        if self.notifier is None:
            return
        late: Sequence[object]
        try:
            late = overdue_now(settings)
        except DataRefused as error:
            late = [f"what is overdue is not known: {error}"]
        self.tell(message_of_run(refused, rows, late))

    def _send(self, notifier: Notifier, message: Message) -> None:
        for wait in (*self.waits, None):
            try:
                notifier(message)
            except NotDelivered as error:
                if wait is None or not error.may_work_later:
                    raise
                time.sleep(wait)
            else:
                return


def outbox_from_environment() -> Outbox:
    """`KRONVIS_NOTIFY` is the address; `KRONVIS_NOTIFY_ON` is problems (default) or all. `UsageError` if not clear."""
    address = os.environ.get("KRONVIS_NOTIFY", "").strip()
    on = os.environ.get("KRONVIS_NOTIFY_ON", "problems")
    if on not in ("problems", "all"):
        raise UsageError(f"KRONVIS_NOTIFY_ON {on!r} is not known", remedy="it is problems or all")
    if not address:
        return Outbox()
    try:
        parts = urlsplit(address)
        shown = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        # The reason would quote the address.
        raise _not_understood("is not an address") from None
    if not parts.hostname:
        raise _not_understood("names no host")
    if parts.scheme == "smtp":
        return Outbox(_mail(parts), shown, on == "all")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return Outbox(Webhook(address), shown, on == "all")
    raise _not_understood("would go unencrypted" if parts.scheme == "http" else "has another scheme")


def _not_understood(why: str) -> UsageError:
    return UsageError(f"KRONVIS_NOTIFY {why}", remedy=f"write {_FORMS}")


@contextmanager
def failures_told(what: str) -> Iterator[Outbox]:
    """The outbox of the environment; an error that ends the block is sent there, and raised as it came."""
    outbox = outbox_from_environment()
    try:
        yield outbox
    except Exception as error:
        why = str(error) if isinstance(error, KronvisError) else f"This is a bug in Kronvis: {type(error).__name__}."
        outbox.tell(message_of_failure(what, why))
        raise


@dataclass(frozen=True)
class Webhook:
    """Posts JSON: `text` for people (as chat services read it), `events` for machines.

    Of the answer only the status is looked at; a redirect is not followed, because the message was not meant for there.
    """

    url: str

    def __call__(self, message: Message) -> None:
        """Post once."""
        from assets.storage.transport import session_of  # noqa: PLC0415 - most runs tell nobody

        subject, text = _worded(message)
        body = {"kronvis": VERSION, "events": message.events, "subject": subject, "text": f"{subject}\n{text}"}
        try:
            with (
                session_of(f"Kronvis/{VERSION}") as session,
                session.post(
                    self.url,
                    data=json.dumps(body, ensure_ascii=False).encode(),
                    headers={"Content-Type": "application/json"},
                    timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                status = response.status_code
        except OSError as error:
            # Those of requests are among them. The error's own text has the whole address in it.
            raise NotDelivered(f"no answer ({type(error).__name__})", may_work_later=True) from None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            later = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
            raise NotDelivered(f"answered with {status}", may_work_later=later)


@dataclass(frozen=True)
class Mail:
    """Sends plain text over SMTP; with `starttls` only over TLS with a certificate that is trusted."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    starttls: bool
    login: tuple[str, str] | None

    def __call__(self, message: Message) -> None:
        """Send once."""
        try:
            self._send(self._written(message))
        except smtplib.SMTPResponseException as error:
            later = HTTPStatus.BAD_REQUEST <= error.smtp_code < HTTPStatus.INTERNAL_SERVER_ERROR
            raise NotDelivered(f"answered with {error.smtp_code}", may_work_later=later) from None
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPRecipientsRefused, ssl.SSLError) as error:
            raise NotDelivered(type(error).__name__, may_work_later=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"no answer ({type(error).__name__})", may_work_later=True) from None

    def _written(self, message: Message) -> EmailMessage:
        subject, text = _worded(message)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, ", ".join(self.to), subject
        # Automatic replies, such as of those on holiday, are not wanted.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail

    def _send(self, mail: EmailMessage) -> None:
        from assets.storage.transport import cut_off_after  # noqa: PLC0415 - most runs tell nobody

        smtp = smtplib.SMTP(self.host, self.port, timeout=_ANSWER_SECONDS)

        def cut() -> None:
            if smtp.sock is not None:
                smtp.sock.shutdown(socket.SHUT_RDWR)

        try:
            with cut_off_after(_MAIL_SECONDS, cut):
                if self.starttls:
                    smtp.starttls(context=ssl.create_default_context())
                if self.login is not None:
                    smtp.login(*self.login)
                refused = smtp.send_message(mail)
        finally:
            smtp.close()
        if refused:
            raise NotDelivered(f"{len(refused)} of {len(self.to)} recipients refused", may_work_later=False)


def _mail(parts: SplitResult) -> Mail:
    """`smtp://user:password@host:port/?from=…&to=…,…&starttls=yes`."""
    try:
        asked = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        raise _not_understood("has no ?from=…&to=…") from None
    once = {name: values[0] for name, values in asked.items() if len(values) == 1}
    known = {"from", "to", "starttls"}
    if set(asked) - known or not {"from", "to"} <= set(once) or once.get("starttls", "yes") != "yes":
        raise _not_understood("has other options than from, to and starttls=yes, each once")
    addresses = tuple(one.strip() for one in once["to"].split(","))
    if not all(_is_address(one) for one in (once["from"], *addresses)):
        raise _not_understood("has a from or to that is no mail address")
    has_tls = "starttls" in once
    if parts.username is not None and not has_tls:
        raise _not_understood("has a password that would go unencrypted")
    login = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    return Mail(str(parts.hostname), parts.port or _SUBMISSION_PORT, once["from"], addresses, has_tls, login)


def _is_address(written: str) -> bool:
    name, at, host = written.partition("@")
    return bool(name and at and host) and written.isascii() and written.isprintable() and not set(written) & set(" ,<>")


def _worded(message: Message) -> tuple[str, str]:
    """Subject in one line, and the text, both of bounded length."""
    subject = " ".join(f"Kronvis: {message.subject}".split())
    return _shortened(subject, _LONGEST_SUBJECT), _shortened(message.text, _LONGEST_TEXT)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
