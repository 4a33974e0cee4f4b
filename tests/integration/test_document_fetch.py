"""Documents over real HTTP, from a server that does everything wrong, and from local files: into the archive and back.

How the shared client waits, retries and reads is tested with the PxWeb client; here, that documents go through it,
with limits, types and redirects of their own.
"""

import datetime as dt
import gzip
import os
import socket
import time
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from assets.documents.client import DocumentClient
from assets.documents.fetch import DocumentAccess, archive_name, documents_raw_table, latest_manifest
from assets.documents.register import MAX_BYTES, Document
from assets.storage.raw_archive import Manifest, RawArchive
from schemas.contract import enforce
from schemas.errors import DataRefused, SourceRefused, SourceUnavailable
from schemas.tables.documents import AGREEMENT_DOCUMENTS_RAW
from tests.integration.fake_time import FakeTime
from tests.integration.raw_server import (
    LOOPBACK,
    Answer,
    dripping,
    endless,
    http,
    http_without_length,
    serving,
    silent,
)

PDF: Final = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
AS_PDF: Final = {"Content-Type": "application/pdf"}
GOOD: Final = http(200, PDF, AS_PDF)


def a_document(url: str | None = "https://example.org/slides.pdf", **changes: Any) -> Document:
    said: dict[str, Any] = {
        "programme": "psykisk-halsa",
        "id": "county-slides",
        "title": "Bilder på länet",
        "publisher": "A county",
        "published_on": dt.date(2025, 2, 7),
        "years": (2025,),
        **changes,
    }
    return Document(url=url, **said)


@pytest.fixture
def archive(tmp_path: Path) -> RawArchive:
    return RawArchive(tmp_path / "raw")


def access(archive: RawArchive, **changes: Any) -> DocumentAccess:
    """The way to documents without waiting, unless `changes` bring the real clock."""
    pauses = FakeTime()
    return DocumentAccess(archive, DocumentClient(**{"clock": pauses.clock, "sleep": pauses.sleep, **changes}))


def in_real_time(**changes: Any) -> dict[str, Any]:
    """For what cannot be shown with a fake clock: a short deadline by the real one."""
    return {"clock": time.monotonic, "sleep": time.sleep, "deadline_seconds": 0.3, **changes}


def archived_from(archive: RawArchive, *script: Answer, **changes: Any) -> bytes:
    """The bytes that are on hand after a fetch from a server with this script."""
    with serving(*script) as server:
        document = a_document(f"{server.url}/slides.pdf")
        access(archive, **changes).fetch(document)
    return body_on_hand(archive, document) or b""


def on_hand(archive: RawArchive, document: Document) -> tuple[Manifest, bytes] | None:
    """The last one that came and its bytes; None if there is none."""
    manifest = latest_manifest(document, archive)
    return None if manifest is None else (manifest, archive.read(manifest.sha256))


def body_on_hand(archive: RawArchive, document: Document) -> bytes | None:
    found = on_hand(archive, document)
    return None if found is None else found[1]


def refused_by(archive: RawArchive, *script: Answer, calls: int = 1, **changes: Any) -> str:
    """Why a document is refused for good, after so many calls; nothing is then in the archive."""
    with serving(*script) as server:
        document = a_document(f"{server.url}/slides.pdf")
        with pytest.raises(SourceRefused) as raised:
            access(archive, **changes).fetch(document)
        assert len(server.requests) == calls
    return told(archive, raised.value)


def unavailable_after(calls: int, archive: RawArchive, *script: Answer, **changes: Any) -> str:
    """Why a document is given up for now, after so many calls; nothing is then in the archive."""
    with serving(*script) as server:
        document = a_document(f"{server.url}/slides.pdf")
        with pytest.raises(SourceUnavailable) as raised:
            access(archive, **changes).fetch(document)
        assert len(server.requests) == calls
    return told(archive, raised.value)


def told(archive: RawArchive, error: Exception) -> str:
    """The message, which names the document and says what a person can do."""
    assert "document county-slides (psykisk-halsa)" in str(error)
    assert "data/documents" in str(error)
    assert archive.manifests(archive_name(a_document())) == []
    return str(error)


# --- a good answer --------------------------------------------------------------------------------------------


def test_a_document_is_archived_as_it_came(archive: RawArchive) -> None:
    headers = {**AS_PDF, "Last-Modified": "Fri, 07 Feb 2025 09:30:00 GMT", "ETag": '"1"'}
    with serving(http(200, PDF, headers)) as server:
        document = a_document(f"{server.url}/slides.pdf?version=2")
        manifest = access(archive).fetch(document)
    assert archive.read(manifest.sha256) == PDF
    assert manifest.name == "document-psykisk-halsa-county-slides"
    assert (manifest.url, manifest.method, manifest.status) == (document.url, "GET", 200)
    assert manifest.headers["etag"] == '"1"'
    assert manifest.updated == "2025-02-07T09:30:00+00:00"
    assert (manifest.table_id, manifest.language, manifest.bytes) == ("county-slides", "sv", len(PDF))
    assert (manifest.extra["title"], manifest.extra["registered_url"]) == ("Bilder på länet", document.url)
    assert dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(manifest.fetched_at) < dt.timedelta(minutes=1)
    assert on_hand(archive, document) == (manifest, PDF)
    head = server.requests[0]
    assert head.startswith(b"GET /slides.pdf?version=2 HTTP/1.1")
    assert b"Accept-Encoding: identity" in head


@pytest.mark.parametrize(
    "content_type",
    [
        "application/pdf",
        "text/html; charset=utf-8",
        "TEXT/CSV",
        "text/plain",
        "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "",
    ],
)
def test_types_that_can_be_documents_are_taken(archive: RawArchive, content_type: str) -> None:
    assert archived_from(archive, http(200, PDF, {"Content-Type": content_type})) == PDF


def test_the_bytes_are_not_looked_into(archive: RawArchive) -> None:
    assert archived_from(archive, http(200, b"\x00\xff no PDF at all", AS_PDF)) == b"\x00\xff no PDF at all"


@pytest.mark.parametrize("nonsense", ["yesterday", "", "Fri, 99 Feb 99999 09:30:00 GMT"])
def test_a_date_that_makes_no_sense_is_none(archive: RawArchive, nonsense: str) -> None:
    with serving(http(200, PDF, {**AS_PDF, "Last-Modified": nonsense})) as server:
        assert access(archive).fetch(a_document(f"{server.url}/x")).updated is None


def test_an_unchanged_document_is_one_manifest_more_and_no_new_bytes(archive: RawArchive, tmp_path: Path) -> None:
    with serving(GOOD) as server:
        document = a_document(f"{server.url}/slides.pdf")
        first = access(archive).fetch(document)
        kept = tmp_path / "raw" / first.sha256[:2] / first.sha256
        before = kept.stat().st_ino
        second = access(archive).fetch(document)
    assert [manifest.sha256 for manifest in archive.manifests(first.name)] == [first.sha256] * 2
    assert kept.stat().st_ino == before
    assert sorted(kept.parent.iterdir()) == [kept]
    assert on_hand(archive, document) == (second, PDF)


def test_a_changed_document_is_the_latest_and_the_earlier_stays(archive: RawArchive) -> None:
    with serving(GOOD, http(200, PDF + b"%2", AS_PDF)) as server:
        document = a_document(f"{server.url}/slides.pdf")
        first = access(archive).fetch(document)
        access(archive).fetch(document)
    assert body_on_hand(archive, document) == PDF + b"%2"
    assert archive.read(first.sha256) == PDF


def test_a_failed_fetch_leaves_what_was_on_hand(archive: RawArchive) -> None:
    with serving(GOOD, http(404)) as server:
        document = a_document(f"{server.url}/slides.pdf")
        access(archive).fetch(document)
        with pytest.raises(SourceRefused):
            access(archive).fetch(document)
    assert body_on_hand(archive, document) == PDF


# --- no answer, or none that is taken -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refusal_is_not_asked_again(archive: RawArchive, status: int) -> None:
    said = refused_by(archive, http(status, b"<html>No</html>", {"Content-Type": "text/html"}))
    assert f"{LOOPBACK}:" in said
    assert f"answered {status}" in said
    assert "correct the address in documents.yaml" in said


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_error_is_asked_again(archive: RawArchive, status: int) -> None:
    assert archived_from(archive, http(status), GOOD) == PDF


def test_an_error_that_stays_is_unavailable(archive: RawArchive) -> None:
    said = unavailable_after(5, archive, http(503))
    assert "answered 503" in said
    assert "what is in the archive is still read" in said


def test_a_server_that_says_nothing_is_given_up(archive: RawArchive) -> None:
    assert "no answer in time" in unavailable_after(2, archive, silent, retries=1, read_timeout=0.05)


def test_nobody_at_home(archive: RawArchive) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="given up after 3 attempts"):
        access(archive).fetch(a_document(f"http://{LOOPBACK}:{port}/x"))


def test_a_torn_body_is_asked_for_again_and_never_kept(archive: RawArchive) -> None:
    torn = http(200, PDF[:20], AS_PDF, length=len(PDF))
    assert archived_from(archive, torn, torn, GOOD) == PDF
    assert len(archive.manifests(archive_name(a_document()))) == 1


def test_a_body_that_stays_torn_is_unavailable(archive: RawArchive) -> None:
    said = unavailable_after(3, archive, http(200, PDF[:20], AS_PDF, length=len(PDF)), retries=2)
    assert "20 bytes read" in said


def test_three_announced_gigabytes_are_not_read(archive: RawArchive) -> None:
    said = refused_by(archive, dripping(http(200, b"", AS_PDF, length=3_000_000_000), b"x"))
    assert "announced 3000000000 bytes, more than 50000000" in said


def test_a_document_of_just_the_size_is_taken_and_one_byte_more_is_not(archive: RawArchive) -> None:
    assert archived_from(archive, http(200, bytes(1_000), AS_PDF), max_body_bytes=1_000) == bytes(1_000)
    with serving(http(200, bytes(1_001), AS_PDF)) as server, pytest.raises(SourceRefused, match="more than 1000"):
        access(archive, max_body_bytes=1_000).fetch(a_document(server.url))


def test_an_endless_body_is_bounded(archive: RawArchive) -> None:
    forever = endless(http_without_length(200, b"", AS_PDF), bytes(0x10000))
    assert "sent more than 1000000 bytes" in refused_by(archive, forever, max_body_bytes=1_000_000)


def test_documents_are_bounded_at_fifty_million_bytes() -> None:
    assert DocumentClient().max_body_bytes == MAX_BYTES == 50_000_000


@pytest.mark.parametrize("beginning", [http(200, b"", AS_PDF, length=100_000), b"HTTP/1.1 200 OK\r\n"])
def test_the_deadline_ends_a_dripping_answer(archive: RawArchive, beginning: bytes) -> None:
    began = time.monotonic()
    unavailable_after(1, archive, dripping(beginning, b"x"), **in_real_time())
    assert time.monotonic() - began < 30, "it would drip for hours"


@pytest.mark.parametrize("content_type", ["image/png", "video/mp4; codecs=x", "application/zip", "IMAGE/PNG"])
def test_a_type_that_is_no_document_is_refused_unread(archive: RawArchive, content_type: str) -> None:
    forever = endless(http_without_length(200, b"", {"Content-Type": content_type}), bytes(0x10000))
    name = content_type.partition(";")[0].lower()
    assert f"answered with the type {name}, which is not read here" in refused_by(archive, forever)


def test_a_gzip_bomb_is_refused_undecoded(archive: RawArchive) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    said = refused_by(archive, http(200, bomb, {**AS_PDF, "Content-Encoding": "gzip"}))
    assert "encoding gzip, which was not asked for" in said


def test_nothing_with_200_does_not_become_the_latest(archive: RawArchive) -> None:
    assert "is empty" in refused_by(archive, http(200, b"", AS_PDF))


# --- redirects ------------------------------------------------------------------------------------------------


def moved(location: str, status: int = 301) -> bytes:
    return http(status, b"", {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_document_that_moved_within_its_host_is_followed(archive: RawArchive, status: int) -> None:
    with serving(moved("/new/slides.pdf", status), GOOD) as server:
        manifest = access(archive).fetch(a_document(f"{server.url}/slides.pdf"))
    assert manifest.url == f"{server.url}/new/slides.pdf"
    assert manifest.extra["registered_url"] == f"{server.url}/slides.pdf"
    assert archive.read(manifest.sha256) == PDF


def test_three_redirects_are_followed_and_a_loop_ends(archive: RawArchive) -> None:
    assert archived_from(archive, moved("/1"), moved("/2"), moved("/3"), GOOD) == PDF
    with serving(moved("/round")) as server, pytest.raises(SourceRefused, match="redirects more than 3 times"):
        access(archive).fetch(a_document(server.url))
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "{other}/x",
        "//{host}/x",
        "https://{host}/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://172.16.0.1/x",
        "https://100.64.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "http://example.org/x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "https:///x",
        "https://somebody:hunter2@example.org/x",
    ],
)
def test_a_redirect_to_anywhere_but_a_public_host_by_https_is_refused(archive: RawArchive, location: str) -> None:
    with serving(GOOD) as other:
        target = location.format(other=other.url, host=other.url.removeprefix("http://"))
        said = refused_by(archive, moved(target))
        assert other.requests == []
    assert "which is not https to a public host" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("location", ["http://[::1", "https://example.org:x/"])
def test_a_redirect_to_no_address_is_refused(archive: RawArchive, location: str) -> None:
    assert "redirects to what is not an address" in refused_by(archive, moved(location))


def names_stand_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = socket.getaddrinfo

    def resolve(_host: object, port: int, *rest: object) -> Any:
        return here(LOOPBACK, port, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("host", ["documents.example.org", "2130706433", "0x7f.1"])
def test_a_name_that_stands_for_this_machine_is_never_spoken_to(
    archive: RawArchive, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    names_stand_for_this_machine(monkeypatch)
    with serving(GOOD) as other:
        port = other.url.rpartition(":")[2]
        with pytest.raises(SourceRefused, match="leads to an address that is not on the public internet"):
            access(archive).fetch(a_document(f"https://{host}:{port}/x"))
    assert b"".join(other.requests).strip() == b""


def test_a_redirect_to_a_name_that_stands_for_this_machine_is_refused(
    archive: RawArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_stand_for_this_machine(monkeypatch)
    with serving(GOOD) as other:
        port = other.url.rpartition(":")[2]
        said = refused_by(archive, moved(f"https://skr.example.org:{port}/x"))
    assert "leads to an address that is not on the public internet" in said


def test_a_host_that_moved_is_asked_by_https(archive: RawArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a public host is followed at all: seen from here as the attempt to connect to it."""
    asked: list[tuple[object, object]] = []

    def nowhere(host: object, port: object, *_rest: object) -> Any:
        asked.append((host, port))
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with serving(moved("https://skr.example.org/slides.pdf")) as server:
        monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", _only(LOOPBACK, socket.getaddrinfo, nowhere))
        with pytest.raises(SourceUnavailable, match="Name or service not known"):
            access(archive, retries=0).fetch(a_document(server.url))
    assert asked == [("skr.example.org", 443)]


def _only(host: str, really: Any, otherwise: Any) -> Any:
    return lambda asked, *rest: (really if asked == host else otherwise)(asked, *rest)


# --- addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "https://10.0.0.1/x", "https://localhost/x", "https://a:hunter2@example.org/x"]
)
def test_an_address_that_the_register_would_refuse_is_not_asked(archive: RawArchive, url: str) -> None:
    with pytest.raises(SourceRefused, match="not https to a public host") as raised:
        access(archive).fetch(a_document().model_copy(update={"url": url}))
    assert "hunter2" not in told(archive, raised.value)


def test_a_document_without_address_is_refused_with_a_way_out(archive: RawArchive) -> None:
    with pytest.raises(DataRefused, match="has no address to be fetched from") as raised:
        access(archive).fetch(a_document(None))
    told(archive, raised.value)


# --- local files ----------------------------------------------------------------------------------------------


def test_a_local_file_is_archived_like_a_fetched_one(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(PDF)
    document = a_document(None, file="slides.pdf")
    manifest = DocumentAccess(archive).take_local(tmp_path / "slides.pdf", document)
    assert (manifest.url, manifest.method, manifest.status) == ("file:slides.pdf", "FILE", 0)
    assert str(tmp_path) not in str(manifest)
    assert on_hand(archive, document) == (manifest, PDF)


def test_the_last_one_taken_in_is_the_latest_wherever_it_came_from(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(PDF + b"%by hand")
    with serving(GOOD) as server:
        document = a_document(f"{server.url}/slides.pdf")
        DocumentAccess(archive).take_local(tmp_path / "slides.pdf", document)
        access(archive).fetch(document)
        assert body_on_hand(archive, document) == PDF
        DocumentAccess(archive).take_local(tmp_path / "slides.pdf", document)
    assert body_on_hand(archive, document) == PDF + b"%by hand"


def not_taken(archive: RawArchive, path: Path) -> str:
    with pytest.raises(DataRefused) as raised:
        DocumentAccess(archive).take_local(path, a_document(None))
    assert archive.manifests(archive_name(a_document())) == []
    assert path.name in str(raised.value)
    return str(raised.value)


def test_a_folder_is_no_document(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").mkdir()
    assert "is not a regular file" in not_taken(archive, tmp_path / "slides.pdf")


def test_a_link_is_not_followed(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(PDF)
    (tmp_path / "slides.pdf").symlink_to(tmp_path / "secret")
    assert "is not a regular file" in not_taken(archive, tmp_path / "slides.pdf")


def test_a_pipe_does_not_keep_us_waiting(archive: RawArchive, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slides.pdf")
    assert "is not a regular file" in not_taken(archive, tmp_path / "slides.pdf")


def test_a_file_that_is_missing(archive: RawArchive, tmp_path: Path) -> None:
    assert "cannot be read: No such file" in not_taken(archive, tmp_path / "slides.pdf")


@pytest.mark.parametrize("size", [0, MAX_BYTES + 1])
def test_a_file_that_is_empty_or_too_large(archive: RawArchive, tmp_path: Path, size: int) -> None:
    with (tmp_path / "slides.pdf").open("wb") as file:
        file.truncate(size)
    assert f"has {size} bytes; from 1 to 50000000 are taken" in not_taken(archive, tmp_path / "slides.pdf")


# --- what is on hand ------------------------------------------------------------------------------------------


def test_nothing_is_on_hand_before_the_first_fetch(archive: RawArchive) -> None:
    assert on_hand(archive, a_document()) is None


def test_bytes_that_are_no_longer_what_was_kept_are_refused(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(PDF)
    manifest = DocumentAccess(archive).take_local(tmp_path / "slides.pdf", a_document())
    kept = tmp_path / "raw" / manifest.sha256[:2] / manifest.sha256
    kept.write_bytes(PDF + b"changed")
    with pytest.raises(DataRefused, match="another hash"):
        on_hand(archive, a_document())
    with pytest.raises(DataRefused, match="another hash"):
        documents_raw_table([a_document()], archive)


def test_two_documents_whose_names_run_together_are_kept_apart(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(PDF)
    one = a_document(programme="psykisk", id="halsa-slides")
    other = a_document(programme="psykisk-halsa", id="slides")
    assert archive_name(one) == archive_name(other)
    DocumentAccess(archive).take_local(tmp_path / "slides.pdf", one)
    assert body_on_hand(archive, one) == PDF
    assert body_on_hand(archive, other) is None


def test_the_raw_table_has_a_row_per_programme_year_and_document(archive: RawArchive, tmp_path: Path) -> None:
    (tmp_path / "by-hand").write_bytes(b"\x89PNG\r\n\x1a\n")
    with serving(GOOD) as server:
        slides = a_document(f"{server.url}/slides.pdf", years=(2024, 2025))
        fetched = access(archive).fetch(slides)
    picture = a_document(None, id="a-picture", file="by-hand")
    taken = DocumentAccess(archive).take_local(tmp_path / "by-hand", picture)
    waiting = a_document(id="not-yet")
    to_come = a_document(None, id="to-be-saved", file="x.pdf")
    nowhere = a_document(None, id="nowhere", programme="kvinnors-halsa", published_on=None)

    rows = documents_raw_table([slides, waiting, nowhere, to_come, picture], archive)

    assert [(row["programme"], row["year"], row["document_id"], row["state"], row["kind"]) for row in rows] == [
        ("kvinnors-halsa", 2025, "nowhere", "no_address", None),
        ("psykisk-halsa", 2024, "county-slides", "archived", "pdf"),
        ("psykisk-halsa", 2025, "a-picture", "archived", None),
        ("psykisk-halsa", 2025, "county-slides", "archived", "pdf"),
        ("psykisk-halsa", 2025, "not-yet", "not_fetched", None),
        ("psykisk-halsa", 2025, "to-be-saved", "not_fetched", None),
    ]
    assert [row["sha256"] for row in rows] == [None, fetched.sha256, taken.sha256, fetched.sha256, None, None]
    assert [row["bytes"] for row in rows] == [None, len(PDF), 8, len(PDF), None, None]
    assert rows[1]["fetched_at"] == dt.datetime.fromisoformat(fetched.fetched_at)
    frame = pl.DataFrame(rows, AGREEMENT_DOCUMENTS_RAW.schema)
    enforce(AGREEMENT_DOCUMENTS_RAW, frame)
    assert documents_raw_table([], archive) == []
