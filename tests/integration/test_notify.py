"""Notifications, sent over real sockets to servers on this machine."""

import base64
import datetime as dt
import email
import email.policy
import ipaddress
import json
import ssl
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipelines.operations.notify import (
    Message,
    NotDelivered,
    Outbox,
    Webhook,
    failures_told,
    message_of_failure,
    message_of_run,
    outbox_from_environment,
)
from schemas.errors import DataRefused, UsageError
from tests.integration.mail_server import MailServer, taking_mail
from tests.integration.raw_server import RawServer, dripping, http, reset, serving, silent

SECRET = "do-not-show"  # noqa: S105 - a word to look for
REFUSED = message_of_run({2025: "2025.yaml, line 14: är fel"}, [], [])
DONE = message_of_run({}, [{"year": 2025, "programme": "psykisk-halsa", "mismatch": 0}], [])


@pytest.fixture(autouse=True)
def _as_in_a_fresh_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRONVIS_NOTIFY", raising=False)
    monkeypatch.delenv("KRONVIS_NOTIFY_ON", raising=False)


def _outbox(monkeypatch: pytest.MonkeyPatch, address: str, on: str = "problems") -> Outbox:
    monkeypatch.setenv("KRONVIS_NOTIFY", address)
    monkeypatch.setenv("KRONVIS_NOTIFY_ON", on)
    found = outbox_from_environment()
    return Outbox(found.notifier, found.shown, found.also_success, waits=(0.01, 0.01))


def _hook(server: RawServer) -> str:
    return f"{server.url}/hooks/{SECRET}?token={SECRET}"


def _posted(request: bytes) -> Any:
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(f"POST /hooks/{SECRET}?token={SECRET} ".encode())
    assert b"application/json" in head
    return json.loads(body)


def _mail_address(server: MailServer, rest: str = "", login: str = "") -> str:
    return f"smtp://{login}127.0.0.1:{server.port}/?from=kronvis@example.org&to=a@example.org,b@example.org{rest}"


# --- what is told ---------------------------------------------------------------------------------------------


def test_a_run_is_told_in_one_message() -> None:
    rows = [
        {"year": 2024, "programme": "psykisk-halsa", "mismatch": 2},
        {"year": 2023, "programme": "psykisk-halsa", "mismatch": 0},
    ]
    message = message_of_run({2025: "is wrong"}, rows, ["psykisk-halsa 2027 was due"])
    assert message.events == ("refused", "mismatch", "overdue")
    assert message.subject == "2025 refused, 2 figure(s) differ, 1 overdue"
    assert "kronvis verify --year 2024" in message.text
    assert "2023" not in message.text
    assert "psykisk-halsa 2027 was due" in message.text


def test_a_run_without_fault_is_done() -> None:
    assert Message(("done",), "2025 computed, checked and published", "2025 computed, checked and published.") == DONE


# --- webhook --------------------------------------------------------------------------------------------------


def test_a_webhook_gets_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(http(204)) as server:
        _outbox(monkeypatch, _hook(server)).tell(REFUSED)
    (request,) = server.requests
    told = _posted(request)
    assert told["events"] == ["refused"]
    assert told["subject"] == "Kronvis: 2025 refused"
    assert "line 14: är fel" in told["text"]
    assert capsys.readouterr().err == ""


def test_a_busy_webhook_is_tried_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(http(503), reset, http(200)) as server:
        _outbox(monkeypatch, _hook(server)).tell(REFUSED)
    assert len(server.requests) == 3
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("answer", "attempts", "why"),
    [(http(404), 1, "answered with 404"), (http(500), 3, "answered with 500"), (reset, 3, "no answer")],
)
def test_what_is_not_delivered_is_said_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: Any, attempts: int, why: str
) -> None:
    with serving(answer) as server:
        _outbox(monkeypatch, _hook(server)).tell(REFUSED)
    said = capsys.readouterr().err
    assert len(server.requests) == attempts
    assert f"the notification to {server.url} was not delivered: {why}" in said
    assert SECRET not in said


def test_where_nobody_listens_the_secret_is_not_shown_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(http(200)) as server:
        address = _hook(server)
    _outbox(monkeypatch, address).tell(REFUSED)
    said = capsys.readouterr().err
    assert "was not delivered: no answer (ConnectionError)" in said
    assert SECRET not in said


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(http(200)) as other, serving(http(307, headers={"Location": other.url})) as server:
        _outbox(monkeypatch, _hook(server)).tell(REFUSED)
    assert (len(server.requests), len(other.requests)) == (1, 0)
    assert "answered with 307" in capsys.readouterr().err


def test_an_endless_answer_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    with serving(dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"drop")) as server:
        Webhook(_hook(server))(REFUSED)
    assert time.monotonic() - begun < 30, "it would drip for ever"


@pytest.mark.parametrize("answer", [silent, dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")])
def test_a_webhook_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    monkeypatch.setattr("pipelines.operations.notify._ANSWER_SECONDS", 0.2)
    with serving(answer) as server, pytest.raises(NotDelivered, match="no answer") as not_delivered:
        Webhook(_hook(server))(REFUSED)
    assert not_delivered.value.may_work_later
    assert SECRET not in str(not_delivered.value)


# --- mail -----------------------------------------------------------------------------------------------------


def test_a_mail_is_plain_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with taking_mail() as server:
        _outbox(monkeypatch, _mail_address(server)).tell(REFUSED)
    (mail,) = server.mails
    read = email.message_from_bytes(mail, EmailMessage, policy=email.policy.default)
    assert (read["From"], read["To"]) == ("kronvis@example.org", "a@example.org, b@example.org")
    assert read["Subject"] == "Kronvis: 2025 refused"
    assert read.get_content_type() == "text/plain"
    assert "line 14: är fel" in read.get_content()
    assert [one for one in server.commands if one.startswith("rcpt")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]
    assert capsys.readouterr().err == ""


def test_a_reason_cannot_add_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    with taking_mail() as server:
        message = message_of_failure("kronvis run\r\nBcc: thief@example.org", "why\r\n.\r\nMAIL FROM:<x@example.org>")
        _outbox(monkeypatch, _mail_address(server)).tell(message)
    (mail,) = server.mails
    read = email.message_from_bytes(mail, EmailMessage, policy=email.policy.default)
    assert read["Bcc"] is None
    assert "MAIL FROM:<x@example.org>" in read.get_content()


@pytest.mark.parametrize(
    ("answers", "attempts", "why"),
    [
        ({"RCPT": "550 nobody"}, 1, "SMTPRecipientsRefused"),
        ({"MAIL": "451 later"}, 3, "answered with 451"),
        ({".": "554 no"}, 1, "answered with 554"),
        ({"greeting": "554 go away"}, 1, "answered with 554"),
    ],
)
def test_a_mail_that_is_turned_down_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answers: dict[str, str],
    attempts: int,
    why: str,
) -> None:
    with taking_mail(answers) as server:
        _outbox(monkeypatch, _mail_address(server)).tell(REFUSED)
    said = capsys.readouterr().err
    assert f"the notification to smtp://127.0.0.1:{server.port} was not delivered: {why}" in said
    assert server.mails == []
    assert sum(one.startswith("ehlo") for one in server.commands) == (attempts if "greeting" not in answers else 0)


def test_no_password_is_sent_where_tls_is_not_on_offer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with taking_mail() as server:
        _outbox(monkeypatch, _mail_address(server, "&starttls=yes", f"user:{SECRET}@")).tell(REFUSED)
    assert "was not delivered: SMTPNotSupportedError" in capsys.readouterr().err
    assert [one.partition(" ")[0] for one in server.commands] == ["ehlo"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(signed.public_bytes(pem) + private)
    return file


@pytest.mark.parametrize("is_trusted", [True, False])
def test_over_tls_a_password_is_sent_only_to_who_is_trusted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], certificate: Path, is_trusted: bool
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with taking_mail(tls=tls) as server:
        _outbox(monkeypatch, _mail_address(server, "&starttls=yes", f"user:p%40{SECRET}@")).tell(REFUSED)
    login = base64.b64encode(f"\0user\0p@{SECRET}".encode()).decode()
    assert (f"AUTH PLAIN {login}" in server.commands, len(server.mails)) == (is_trusted, int(is_trusted))
    said = capsys.readouterr().err
    assert ("SSLCertVerificationError" in said) != is_trusted
    assert SECRET not in said


# --- the address ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        f"http://example.org/{SECRET}",
        f"ftp://example.org/{SECRET}",
        f"{SECRET}",
        f"https:///{SECRET}",
        f"https://example.org:{SECRET}/",
        f"https://[{SECRET}/",
        f"smtp://example.org/{SECRET}",
        f"smtp://example.org/?from=a@example.org&password={SECRET}",
        f"smtp://user:{SECRET}@example.org/?from=a@example.org&to=b@example.org",
        f"smtp://user:{SECRET}@example.org/?from=a@example.org&to=b@example.org&starttls=no",
        f"smtp://user:{SECRET}@example.org/?from=a@example.org&to=b&starttls=yes",
        f"smtp://user:{SECRET}@example.org/?from=a@example.org&to=b@example.org%0d%0aBcc:c@example.org&starttls=yes",
    ],
)
def test_an_address_that_is_not_understood_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("KRONVIS_NOTIFY", address)
    with pytest.raises(UsageError, match="KRONVIS_NOTIFY") as refused:
        outbox_from_environment()
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_when_to_tell_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRONVIS_NOTIFY_ON", "sometimes")
    with pytest.raises(UsageError, match="problems or all"):
        outbox_from_environment()


def test_a_success_is_told_only_if_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(http(200)) as server:
        _outbox(monkeypatch, _hook(server)).tell(DONE)
        assert server.requests == []
        _outbox(monkeypatch, _hook(server), on="all").tell(DONE)
        assert _posted(server.requests[0])["events"] == ["done"]


def test_nobody_is_told_where_there_is_no_address() -> None:
    outbox = outbox_from_environment()
    assert outbox.notifier is None
    outbox.tell(REFUSED)


# --- whatever happens on the way ------------------------------------------------------------------------------


def test_a_way_of_sending_that_breaks_is_said_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_message: Message) -> None:
        raise ZeroDivisionError(SECRET)

    Outbox(broken, "elsewhere").tell(REFUSED)
    assert capsys.readouterr().err == "kronvis: the notification to elsewhere was not delivered: ZeroDivisionError\n"


@pytest.mark.parametrize(
    ("error", "told"),
    [(DataRefused("x.yaml", "is wrong"), "x.yaml: is wrong"), (ZeroDivisionError(SECRET), "a bug in Kronvis")],
)
def test_an_error_that_ends_a_run_is_told_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    with serving(http(200)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", _hook(server))
        with pytest.raises(type(error)) as raised, failures_told("kronvis run of 2025"):
            raise error
    assert raised.value is error
    message = _posted(server.requests[0])
    assert message["events"] == ["failed"]
    assert told in message["text"]
    assert SECRET not in message["text"]
