"""The PxWeb client against a server that does everything wrong: bounded, quick, and named as what it is.

What the client passes on (a page of HTML, nothing at all, a body cut where no length was announced) is tested here
as passed on; whoever parses the bytes refuses it.
"""

import datetime as dt
import gzip
import json
import math
import socket
import threading
import time
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest
from urllib3.response import HTTPResponse

from assets.population.scb.client import Limits, PxWebClient
from assets.population.scb.exchange import PxWebRequest
from schemas.errors import EXIT_REFUSED, EXIT_SOURCE_UNAVAILABLE, SourceRefused, SourceUnavailable, UsageError
from tests.integration.fake_time import FakeTime
from tests.integration.raw_server import (
    LOOPBACK,
    Answer,
    dripping,
    endless,
    http,
    http_without_length,
    problem,
    reset,
    serving,
    silent,
)

DATA: Final = b'{"class": "dataset", "value": [1, 2, 3]}'
GOOD: Final = http(200, DATA, {"Content-Type": "application/json"})
CHUNKED: Final = http_without_length(200, b"", {"Transfer-Encoding": "chunked"})
CONFIG: Final = {"maxDataCells": 150_000, "maxCallsPerTimeWindow": 30, "timeWindow": 10}
DAY: Final = 86_400


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


def a_request(path: str = "/tables/TAB1/data", **changes: Any) -> PxWebRequest:
    as_asked: dict[str, Any] = {
        "method": "GET",
        "url_path": path,
        "params": {"lang": "sv"},
        "json_body": None,
        "cells": 3,
        "label": "TAB1 2024",
        **changes,
    }
    return PxWebRequest(**as_asked)


def a_client(url: str, fake: FakeTime, **changes: Any) -> PxWebClient:
    """A client whose clock and sleep are `fake`."""
    return PxWebClient(url, **{"clock": fake.clock, "sleep": fake.sleep, **changes})


def body_from(fake: FakeTime, *script: Answer, **changes: Any) -> bytes:
    """The body that the client takes from a server with this script."""
    with serving(*script) as server:
        return a_client(server.url, fake, **changes).fetch(a_request()).body


def refused_by(fake: FakeTime, *script: Answer, **changes: Any) -> str:
    """Why the client takes an answer as refused for good, after a single call."""
    with serving(*script) as server:
        with pytest.raises(SourceRefused) as raised:
            a_client(server.url, fake, **changes).fetch(a_request())
        assert len(server.requests) == 1
    assert raised.value.exit_code == EXIT_REFUSED
    return _told(raised.value)


def unavailable_after(calls: int, fake: FakeTime, *script: Answer, **changes: Any) -> str:
    """Why the client gives up on a server with this script, after so many calls."""
    with serving(*script) as server:
        with pytest.raises(SourceUnavailable) as raised:
            a_client(server.url, fake, **changes).fetch(a_request())
        assert len(server.requests) == calls
    assert raised.value.exit_code == EXIT_SOURCE_UNAVAILABLE
    assert f"given up after {calls} attempt" in str(raised.value)
    return _told(raised.value)


def _told(error: Exception) -> str:
    """The message, which always names the host and the request and says what still works."""
    assert str(error).startswith(LOOPBACK)
    assert "TAB1 2024" in str(error)
    assert "kronvis run" in str(error)
    return str(error)


def in_real_time(**changes: Any) -> dict[str, Any]:
    """For what cannot be shown with a fake clock: a short deadline by the real one."""
    return {"clock": time.monotonic, "sleep": time.sleep, "deadline_seconds": 0.3, **changes}


# --- a good answer --------------------------------------------------------------------------------------------


def test_the_bytes_come_as_they_were_sent(fake: FakeTime) -> None:
    with serving(GOOD) as server:
        fetched = a_client(server.url + "/api/v2", fake).fetch(a_request(params={"lang": "sv", "x[Tid]": "2024"}))
    assert fetched.body == DATA
    assert (fetched.status, fetched.headers["content-type"]) == (200, "application/json")
    assert fetched.fetched_at.utcoffset() is not None
    assert fetched.url == f"{server.url}/api/v2/tables/TAB1/data?lang=sv&x%5BTid%5D=2024"


def test_no_watch_is_kept_when_the_answer_is_there(fake: FakeTime) -> None:
    watches = {thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)}
    body_from(fake, GOOD)
    left = {thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)} - watches
    assert all(watch.finished.is_set() for watch in left)


def test_a_post_carries_its_selection_and_says_who_asks(fake: FakeTime) -> None:
    selection = {"selection": [{"variableCode": "Region", "codelist": "vs_RegionLän07"}]}
    with serving(GOOD) as server:
        a_client(server.url, fake).fetch(a_request(method="POST", json_body=selection))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /tables/TAB1/data?lang=sv HTTP/1.1")
    assert b"User-Agent: Kronvis/" in head
    assert b"Accept-Encoding: identity" in head
    assert json.loads(body) == selection


# --- no answer ------------------------------------------------------------------------------------------------


def test_connection_refused(fake: FakeTime) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SourceUnavailable, match=r"Connection refused.*given up after 3 attempts and") as raised:
        a_client(f"http://{LOOPBACK}:{port}", fake).fetch(a_request())
    assert "/tables" not in _told(raised.value), "the wrappings of requests and urllib3 are taken off"
    assert len(fake.slept) == 2, "a service that never answered is probably out of reach"
    assert fake.slept == sorted(fake.slept), "each wait is longer than the one before"


def test_no_answer_before_the_timeout(fake: FakeTime) -> None:
    assert "no answer in time" in unavailable_after(2, fake, silent, retries=1, read_timeout=0.05)


def test_connection_reset(fake: FakeTime) -> None:
    assert body_from(fake, reset, GOOD) == DATA
    assert "reset" in unavailable_after(3, fake, reset, retries=2)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_passing_error_is_asked_again(fake: FakeTime, status: int, method: str) -> None:
    with serving(http(status), GOOD) as server:
        assert a_client(server.url, fake).fetch(a_request(method=method)).body == DATA
    assert len(server.requests) == 2
    assert len(fake.slept) == 1


def test_an_error_that_stays_is_unavailable(fake: FakeTime) -> None:
    assert "answered 503: Reloading" in unavailable_after(5, fake, problem(503, "Reloading"))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(fake: FakeTime, status: int) -> None:
    assert body_from(fake, http(status, b"", {"Retry-After": 7}), GOOD) == DATA
    assert fake.slept == [7]


def test_retry_after_may_be_a_date(fake: FakeTime) -> None:
    at = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30), usegmt=True)
    assert body_from(fake, http(503, b"", {"Retry-After": at}), GOOD) == DATA
    assert 5 < fake.slept[0] <= 30, "less than five seconds are waited where nothing is asked for"


@pytest.mark.parametrize("nonsense", ["soon", "-1", "0", "9" * 5000, "Mon, 99 Foo 99999 99:99:99 GMT"])
def test_retry_after_that_makes_no_sense_is_as_if_not_given(fake: FakeTime, nonsense: str) -> None:
    assert body_from(fake, http(503, b"", {"Retry-After": nonsense}), GOOD) == DATA
    assert 0 < fake.slept[0] < 5


def test_429_without_retry_after_backs_off_with_jitter() -> None:
    waits = set()
    for _ in range(3):
        fake = FakeTime()
        assert body_from(fake, http(429), GOOD) == DATA
        assert 0.5 < fake.slept[0] < 5
        waits.add(fake.slept[0])
    assert len(waits) > 1


def test_retry_after_of_a_day_ends_it_at_once(fake: FakeTime) -> None:
    told = unavailable_after(1, fake, http(429, b"", {"Retry-After": DAY}), deadline_seconds=10 * DAY)
    assert "asking to wait 86400 s" in told
    assert fake.slept == []


def test_retry_after_beyond_the_deadline_is_not_slept(fake: FakeTime) -> None:
    unavailable_after(1, fake, http(503, b"", {"Retry-After": 20}), deadline_seconds=20)
    assert fake.slept == []


def test_the_deadline_is_over_all_retries(fake: FakeTime) -> None:
    began = fake.now
    unavailable_after(5, fake, http(503, b"", {"Retry-After": 10}), retries=100, deadline_seconds=45)
    assert fake.now - began == 40


# --- bodies that break ----------------------------------------------------------------------------------------


def test_a_body_cut_short_is_asked_for_again(fake: FakeTime) -> None:
    cut = http(200, DATA[:20], length=len(DATA))
    assert body_from(fake, cut, GOOD) == DATA
    assert "20 bytes read" in unavailable_after(2, fake, cut, retries=1)


def test_the_length_is_held_even_if_urllib3_does_not(fake: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    lax = property(lambda _response: False, lambda _response, _value: None)
    monkeypatch.setattr(HTTPResponse, "enforce_content_length", lax, raising=False)
    told = unavailable_after(2, fake, http(200, DATA[:20], length=len(DATA)), retries=1)
    assert f"20 of {len(DATA)} bytes" in told


def test_a_body_that_breaks_while_being_read_is_asked_for_again(fake: FakeTime) -> None:
    def breaking(connection: socket.socket) -> None:
        connection.sendall(CHUNKED + b"5\r\nfirst\r\n")
        reset(connection)

    assert body_from(fake, breaking, CHUNKED + b"5\r\nfirst\r\n9\r\nsec", GOOD) == DATA
    assert len(fake.slept) == 2


def test_a_body_cut_without_a_length_is_passed_on(fake: FakeTime) -> None:
    # Nobody can see this from the outside: cut JSON does not parse, and is refused there.
    assert body_from(fake, http_without_length(200, DATA[:20])) == DATA[:20]


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Maintenance</title>", b""])
def test_html_or_nothing_with_200_is_passed_on(fake: FakeTime, body: bytes) -> None:
    assert body_from(fake, http(200, body, {"Content-Type": "text/html"})) == body


def test_torn_gzip_is_refused_undecoded(fake: FakeTime) -> None:
    torn = gzip.compress(DATA)[:-12]
    assert "encoding gzip" in refused_by(fake, http(200, torn, {"Content-Encoding": "gzip"}))


def test_a_gzip_bomb_is_refused_undecoded(fake: FakeTime) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert "encoding gzip" in refused_by(fake, http_without_length(200, bomb, {"Content-Encoding": "gzip"}))


def test_an_encoded_error_page_is_still_an_error_that_passes(fake: FakeTime) -> None:
    page = http(503, gzip.compress(b"<html>"), {"Content-Encoding": "gzip"})
    assert body_from(fake, page, GOOD) == DATA


def test_three_announced_gigabytes_are_not_read(fake: FakeTime) -> None:
    told = refused_by(fake, dripping(http(200, b"", length=3_000_000_000), b"x"))
    assert "announced 3000000000 bytes" in told


@pytest.mark.parametrize("beginning", [CHUNKED, http_without_length()], ids=["chunked", "without length"])
def test_an_endless_body_is_bounded(fake: FakeTime, beginning: bytes) -> None:
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    assert "sent more than 1000000 bytes" in refused_by(fake, endless(beginning, piece), max_body_bytes=1_000_000)


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (http(200, b"", length=100_000), b"x"),
        (http_without_length(), b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED + b"1;", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    ],
    ids=["with length", "without length", "chunks", "line of a chunk", "line of the head", "lines of the head"],
)
def test_the_deadline_ends_a_dripping_answer(fake: FakeTime, beginning: bytes, drop: bytes) -> None:
    began = time.monotonic()
    with serving(dripping(beginning, drop)) as server, pytest.raises(SourceUnavailable, match="time"):
        a_client(server.url, fake, **in_real_time()).fetch(a_request())
    assert time.monotonic() - began < 30, "it would drip for ever"


def test_the_clock_is_looked_at_after_each_piece(fake: FakeTime) -> None:
    ticks = iter(range(0, 10_000, 10))

    def clock() -> float:
        return next(ticks)

    told = unavailable_after(1, fake, dripping(http(200, b"", length=100_000), b"x"), clock=clock)
    assert "the time allowed" in told


def test_a_problem_body_that_drips_does_not_hide_the_status(fake: FakeTime) -> None:
    drips = dripping(http(404, b"", length=1000), b"x")
    assert "answered 404" in refused_by(fake, drips, **in_real_time())


def test_a_problem_body_that_breaks_off_does_not_hide_the_status(fake: FakeTime) -> None:
    assert "answered 404" in refused_by(fake, http(404, b"Non-ex", length=1000))


def test_an_endless_problem_body_is_bounded(fake: FakeTime) -> None:
    began = time.monotonic()
    told = refused_by(fake, endless(http_without_length(404), bytes(65_536)), **in_real_time(deadline_seconds=60.0))
    assert "answered 404" in told
    assert time.monotonic() - began < 30, "it ends long before the deadline"


# --- refusals -------------------------------------------------------------------------------------------------


def test_the_title_of_a_problem_is_told(fake: FakeTime) -> None:
    assert "answered 400: Non-existent value" in refused_by(fake, problem(400, "Non-existent value"))
    assert "answered 400: Parameter error" in refused_by(fake, http(400, b'{"error": "Parameter error"}'))


def test_the_title_is_bounded_and_printable(fake: FakeTime) -> None:
    told = refused_by(fake, problem(400, "a\\u001b[31m\\nb" + "x" * 5000))
    assert "400: a [31m b" in told
    assert len(told) < 600
    assert "\x1b" not in told


@pytest.mark.parametrize("body", [b"[" * 20_000, b"\xff", b"[1]", b'{"title": 7}', b"x" * 100_000])
def test_a_problem_body_of_any_kind_is_still_a_refusal(fake: FakeTime, body: bytes) -> None:
    assert "answered 403 (given up" in refused_by(fake, http(403, body))


def test_404(fake: FakeTime) -> None:
    assert "answered 404: Non-existent table" in refused_by(fake, problem(404, "Non-existent table"))


def test_no_other_status_passes_for_data(fake: FakeTime) -> None:
    assert "answered 206" in refused_by(fake, http(206, DATA))


def test_a_head_that_makes_no_sense_is_refused(fake: FakeTime) -> None:
    assert "makes no sense" in refused_by(fake, http_without_length(200, DATA, {"Content-Length": "5, 7"}))


def test_a_get_that_is_too_long_is_not_sent(fake: FakeTime) -> None:
    with serving(GOOD) as server:
        client = a_client(server.url, fake)
        path = "/" + "x" * (2_000 - len(server.url) - 1)
        assert client.fetch(a_request(path, params={})).body == DATA
        with pytest.raises(SourceRefused, match=r"2001 characters.*\n.*POST"):
            client.fetch(a_request(path + "x", params={}))
        assert client.fetch(a_request(path + "x", method="POST", json_body={})).body == DATA
    assert len(server.requests) == 2


def test_more_cells_than_allowed_are_not_sent(fake: FakeTime) -> None:
    config = json.dumps({**CONFIG, "maxDataCells": 50}).encode()
    with serving(http(200, config), GOOD) as server:
        client = a_client(server.url, fake)
        client.limits()
        with pytest.raises(SourceRefused, match=r"51 cells of at most 50.*\n.*split"):
            client.fetch(a_request(cells=51))
        assert client.fetch(a_request(cells=50)).body == DATA
    assert len(server.requests) == 2


# --- redirects ------------------------------------------------------------------------------------------------


def moved(location: str, status: int = 307) -> bytes:
    return http(status, b"", {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_service_is_followed(fake: FakeTime, status: int) -> None:
    with serving(moved("/there?lang=sv", status), GOOD) as server:
        fetched = a_client(server.url, fake).fetch(a_request(method="POST", json_body={"selection": []}))
    assert fetched.url == f"{server.url}/there?lang=sv"
    assert server.requests[1].startswith(b"POST /there?lang=sv HTTP/1.1")
    assert server.requests[1].endswith(b'{"selection": []}')


def test_a_redirect_loop_ends(fake: FakeTime) -> None:
    with serving(moved("/round")) as server, pytest.raises(SourceRefused, match="redirects more than 3 times"):
        a_client(server.url, fake).fetch(a_request())
    assert len(server.requests) == 4


@pytest.mark.parametrize("write", ["{url}/there", "//{host}/there", "{secure}/there"])
def test_a_redirect_to_another_service_is_never_followed(fake: FakeTime, write: str) -> None:
    with serving(GOOD) as other:
        host = other.url.removeprefix("http://")
        location = write.format(url=other.url, host=host, secure=f"https://{host}")
        assert f"on {LOOPBACK}" in refused_by(fake, moved(location))
        assert other.requests == []


@pytest.mark.parametrize("location", ["https://elsewhere.example/x", "file:///etc/passwd", "http://[::1", "//:x"])
def test_a_redirect_to_nowhere_is_refused(fake: FakeTime, location: str) -> None:
    assert "redirects to" in refused_by(fake, moved(location))


def test_a_redirect_that_would_carry_a_password_is_refused(fake: FakeTime) -> None:
    def inviting(connection: socket.socket) -> None:
        host, port = connection.getsockname()
        connection.sendall(moved(f"http://somebody:hunter2@{host}:{port}/x"))

    told = refused_by(fake, inviting)
    assert "hunter2" not in told


def test_the_body_of_a_redirect_is_not_read(fake: FakeTime) -> None:
    forever = endless(http_without_length(307, b"", {"Location": "/there"}), bytes(65_536))
    assert body_from(fake, forever, GOOD, **in_real_time(deadline_seconds=5.0)) == DATA


def test_the_deadline_is_over_redirects_too(fake: FakeTime) -> None:
    def late(connection: socket.socket) -> None:
        fake.now += 200
        connection.sendall(moved("/there"))

    assert "the time allowed" in unavailable_after(1, fake, late)


# --- limits and window ----------------------------------------------------------------------------------------


def test_the_limits_are_asked_for_once(fake: FakeTime) -> None:
    with serving(http(200, json.dumps(CONFIG).encode())) as server:
        client = a_client(server.url, fake)
        assert client.limits() == client.limits() == Limits(150_000, 30, 10)
    assert [request.split(b" ")[1] for request in server.requests] == [b"/config"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"[]",
        b"[" * 100_000,
        json.dumps({**CONFIG, "timeWindow": 0}).encode(),
        json.dumps({**CONFIG, "timeWindow": "10"}).encode(),
        json.dumps({**CONFIG, "maxDataCells": True}).encode(),
        json.dumps({"maxDataCells": 1, "timeWindow": 1}).encode(),
    ],
)
def test_limits_that_make_no_sense_are_refused(fake: FakeTime, body: bytes) -> None:
    with serving(http(200, body)) as server, pytest.raises(SourceRefused, match="maxCallsPerTimeWindow"):
        a_client(server.url, fake).limits()


def most_calls_in_a_window(times: list[float], seconds: float) -> int:
    return max(sum(begin <= at < begin + seconds for at in times) for begin in times)


def watching(fake: FakeTime, times: list[float], answer: bytes) -> Callable[[socket.socket], None]:
    """Send `answer` and note when."""

    def note(connection: socket.socket) -> None:
        times.append(fake.now)
        connection.sendall(answer)

    return note


def _fetch_often(client: PxWebClient, times: int) -> None:
    for _ in range(times):
        client.fetch(a_request())


@pytest.mark.parametrize(("calls", "seconds", "expected"), [(None, 10, 25), (12, 4, 7), (3, 1, 1)])
def test_the_window_is_never_exceeded(fake: FakeTime, calls: int | None, seconds: int, expected: int) -> None:
    times: list[float] = []
    config = json.dumps({**CONFIG, "maxCallsPerTimeWindow": calls, "timeWindow": seconds}).encode()
    script: list[Answer] = [] if calls is None else [watching(fake, times, http(200, config))]
    with serving(*script, watching(fake, times, GOOD)) as server:
        client = a_client(server.url, fake)
        if calls is not None:
            client.limits()
        _fetch_often(client, 100)
    assert most_calls_in_a_window(times, seconds) == expected
    assert fake.now - 1_000 == seconds * (math.ceil(len(times) / expected) - 1), "and waits no longer than it must"


def test_retries_and_redirects_count_in_the_window(fake: FakeTime) -> None:
    times: list[float] = []
    answers = [moved("/again"), http(503, b"", {"Retry-After": 1}), GOOD] * 20
    with serving(*(watching(fake, times, answer) for answer in answers)) as server:
        _fetch_often(a_client(server.url, fake), 20)
    assert len(times) == 60
    assert most_calls_in_a_window(times, 10) == 25


def test_the_window_is_not_waited_for_beyond_the_deadline(fake: FakeTime) -> None:
    with serving(GOOD) as server:
        client = a_client(server.url, fake, deadline_seconds=9)
        _fetch_often(client, 25)
        with pytest.raises(SourceUnavailable, match="the time allowed"):
            client.fetch(a_request())
    assert fake.slept == []


# --- the address, the environment -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://somebody:hunter2@example.org/api",
        "https://hunter2@example.org",
        "https://example.org\\@hunter2",
        "http://somebody:hunter2@127.0.0.1",
        "https://example.org/api?key=hunter2",
        "https://example.org:hunter2/",
        "ftp://example.org/hunter2",
        "http://example.org/hunter2",
        "http://[hunter2/",
        "https:///hunter2",
        "hunter2",
    ],
)
def test_only_a_plain_and_safe_address_is_taken(address: str) -> None:
    with pytest.raises(UsageError) as raised:
        PxWebClient(address)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("address", ["https://example.org/api/v2", "http://localhost:1", "http://[::1]:8"])
def test_https_or_this_machine_is_taken(address: str) -> None:
    PxWebClient(address)


def test_the_environment_is_ignored(fake: FakeTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text(f"machine {LOOPBACK} login somebody password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(http(502)) as proxy, serving(GOOD) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert a_client(server.url, fake).fetch(a_request()).body == DATA
        assert proxy.requests == []
    assert b"Authorization" not in server.requests[0]
