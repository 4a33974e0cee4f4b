"""Sending under bad luck: killed, torn, cut off, refused. The pointer names a whole version, or the one before."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from assets.storage.objects.place import place_of
from assets.storage.objects.pointer import read_pointer
from assets.storage.objects.reading import open_version
from assets.storage.objects.sending import send
from assets.storage.objects.store import CannotSend, StoreUnavailable
from assets.storage.published import PublishedVersion, current_version
from pipelines.operations.send import NotSent, require_way, send_again, take_back
from pipelines.publication import publish_years
from pipelines.running.run import run_years
from schemas.errors import EXIT_SOURCE_UNAVAILABLE, DataRefused, KronvisError, UsageError
from tests.domain import ROOT
from tests.integration.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, Fault, Kind, Server, Stored, running
from tests.integration.s3_worlds import PLACE, environment, published, store_at
from tests.money import assert_amounts_equal
from tests.published import ALL_YEARS, Published, quiet

_POINTER = f"{PLACE.prefix}/current.json"
_CHILD = """
import sys
from pathlib import Path
from assets.storage.objects.sending import send
from assets.storage.published import current_version
from pipelines.terminal.ending import ending
from tests.integration.s3_worlds import store_at
ending(lambda: send(current_version(Path(sys.argv[1])), store_at()))
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the test's own, and an environment that leads to it."""
    with running() as one:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in environment(one.url).items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def version(tmp_path: Path) -> PublishedVersion:
    """A version of thirteen files."""
    return published(tmp_path / "out", 5)


def _is_whole(server: Server, version: PublishedVersion) -> bool:
    """Whether the store holds the version byte for byte, looked at without the code that sends."""
    folder = f"{PLACE.prefix}/versions/{version.id}/"
    stored = {key.removeprefix(folder): one.content for key, one in server.world.objects.items() if folder in key}
    local = {str(file.relative_to(version.folder)): file.read_bytes() for file in version.folder.rglob("*.*")}
    local["SHA256SUMS"] = (version.folder / "SHA256SUMS").read_bytes()
    return stored == local


@pytest.mark.parametrize("after", [1, 5, 9, 12, 13, 16])
def test_killed_while_sending_and_sent_again(
    server: Server, version: PublishedVersion, tmp_path: Path, after: int
) -> None:
    """SIGKILL once `after` writes have come in: readers see nothing new until all is there; the rest is sent then."""
    server.world.seconds_per_write = 0.05
    with subprocess.Popen([sys.executable, "-c", _CHILD, str(tmp_path / "out")], cwd=ROOT) as child:
        while sum(method == "PUT" for method, _ in list(server.world.asked)) < after:
            assert child.poll() is None, "it was to be killed before it was done"
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
    time.sleep(0.2)
    there = len([key for key in server.world.objects if "/versions/" in key])
    moved = _POINTER in server.world.objects
    assert not moved or (after > 13 and _is_whole(server, version)), "the pointer moves when all is there, not before"
    server.world.seconds_per_write = 0.0
    again = send(version, store_at())
    assert again.uploaded == 13 - there, "what had arrived is not sent again"
    assert _is_whole(server, version)
    assert open_version(store_at()).id == version.id


@pytest.mark.parametrize("kind", ["torn", "torn and lied about"])
@pytest.mark.parametrize("path", ["coverage_2019", "manifest.json", "SHA256SUMS"])
def test_a_torn_upload_is_detected_and_mended(server: Server, version: PublishedVersion, kind: Kind, path: str) -> None:
    server.world.faults = [Fault(kind, "PUT", path)]
    with pytest.raises(CannotSend, match=r"not there as it was sent|not all of it") as refusal:
        send(version, store_at())
    assert path in str(refusal.value)
    assert read_pointer(store_at()).pointer is None
    assert send(version, store_at()).uploaded >= 1
    assert _is_whole(server, version)


def test_a_service_whose_tags_are_no_checksums_is_read_back(server: Server, version: PublishedVersion) -> None:
    """As with keys of the customer's own: the bytes themselves are compared, also when they are sent again."""
    server.world.faults = [Fault("other tag", "PUT", "/versions/", times=13)]
    assert send(version, store_at()).uploaded == 13
    assert send(version, store_at()).uploaded == 0
    name = f"{PLACE.prefix}/versions/{version.id}/coverage/coverage_2019.parquet"
    stored = server.world.objects[name]
    server.world.objects[name] = Stored(b"x" * len(stored.content), stored.tag)
    assert send(version, store_at()).uploaded == 1, "a tag that is no checksum proves nothing"
    assert _is_whole(server, version)


@pytest.mark.parametrize("kind", ["error", "slow down", "cut"])
def test_failures_of_the_service_are_repeated(server: Server, version: PublishedVersion, kind: Kind) -> None:
    server.world.faults = [
        Fault(kind, "PUT", "coverage_2019", times=2),
        Fault(kind, "PUT", "manifest.json", times=1),
        Fault(kind, "PUT", "current.json", times=1),
        Fault(kind, "GET", "current.json", times=1),
        Fault(kind, "LIST", "", times=1),
    ]
    assert send(version, store_at()).pointer_moved
    assert all(fault.times == 0 for fault in server.world.faults), "each fault was met"
    assert _is_whole(server, version)


@pytest.mark.parametrize("kind", ["error", "slow down", "cut"])
@pytest.mark.parametrize(("method", "path"), [("PUT", "coverage_2019"), ("PUT", "current.json"), ("LIST", "")])
def test_failures_that_last_end_it_within_bounds(
    server: Server, version: PublishedVersion, kind: Kind, method: str, path: str
) -> None:
    server.world.faults = [Fault(kind, method, path, times=10_000)]
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="kronvis send") as refusal:
        send(version, store_at())
    assert refusal.value.exit_code == EXIT_SOURCE_UNAVAILABLE
    assert time.monotonic() - began < 60
    assert 10_000 - server.world.faults[0].times <= 3, "asked once and repeated twice"
    assert _POINTER not in server.world.objects


def test_a_service_that_does_not_answer_in_time(server: Server, version: PublishedVersion) -> None:
    server.world.faults = [Fault("slow", "PUT", "coverage_2019", times=10_000)]
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        send(version, store_at())
    assert time.monotonic() - began < 60
    assert _POINTER not in server.world.objects


def test_a_service_that_is_not_there(version: PublishedVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreUnavailable, match="answered nothing"):
        send(version, store_at())


def test_a_lost_answer_to_the_move_is_not_taken_for_a_defeat(server: Server, version: PublishedVersion) -> None:
    """The service moved the pointer, its answer was lost, and the repetition meets our own pointer."""
    server.world.faults = [Fault("forget the answer", "PUT", "current.json")]
    assert send(version, store_at()).pointer_moved
    assert server.world.faults[0].times == 0
    assert open_version(store_at()).id == version.id


def test_a_download_that_breaks_off_is_not_taken_for_the_whole(server: Server, version: PublishedVersion) -> None:
    send(version, store_at())
    server.world.faults = [Fault("torn", "GET", "manifest.json")]
    assert open_version(store_at()).manifest == version.manifest
    assert server.world.faults[0].times == 0


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 9_999,
        b"\xff\xfe",
        b'{"version": "20261101T120000.000000Z-00000000"}',
        json.dumps(
            {
                "version": "../../elsewhere",
                "content_sha256": "0" * 64,
                "created_at": "",
                "manifest_sha256": "0" * 64,
                "oldest": "",
            }
        ).encode(),
    ],
)
def test_a_pointer_that_is_garbage_is_refused_and_left_alone(
    server: Server, version: PublishedVersion, written: bytes
) -> None:
    server.world.put(_POINTER, written)
    for ask in (lambda: send(version, store_at()), lambda: open_version(store_at())):
        with pytest.raises(CannotSend, match="is not a pointer to a version") as refusal:
            ask()
        assert f"{PLACE.address()}/current.json" in str(refusal.value)
    assert server.world.objects[_POINTER].content == written


def test_a_torn_manifest_is_not_read(server: Server, version: PublishedVersion) -> None:
    send(version, store_at())
    server.world.put(f"{PLACE.prefix}/versions/{version.id}/manifest.json", b"{}")
    with pytest.raises(DataRefused, match="not the one that was sent"):
        open_version(store_at())


def test_a_service_that_ignores_conditions_is_refused(server: Server, version: PublishedVersion) -> None:
    server.world.honours_conditions = False
    with pytest.raises(CannotSend, match="If-Match"):
        send(version, store_at())
    assert _POINTER not in server.world.objects


def test_a_late_sender_does_not_take_readers_back(server: Server, tmp_path: Path) -> None:
    first, second = published(tmp_path, 1), published(tmp_path, 2)
    send(second, store_at())
    with pytest.raises(CannotSend, match=f"later than {first.id}"):
        send(first, store_at())
    assert open_version(store_at()).id == second.id


def test_not_more_than_eight_at_once(server: Server, history: Published) -> None:
    server.world.seconds_per_write = 0.01
    send(history.version, store_at())
    assert 2 <= server.world.most_at_once <= 8
    seen = open_version(store_at())
    there = pl.read_parquet(seen.url("allocations/*.parquet"), storage_options=seen.options)
    assert_amounts_equal(there, history.table("allocations"))


def _everything_said(error: BaseException) -> str:
    """The error with all that a log would write out under it."""
    return "".join(str(one) + repr(one) for one in (error, error.__cause__, error.__context__) if one is not None)


@pytest.mark.parametrize("kind", ["error", "forbidden", "cut"])
def test_no_credential_is_ever_said(server: Server, tmp_path: Path, version: PublishedVersion, kind: Kind) -> None:
    """Services repeat in their errors who signed and what; the messages say status and code alone."""
    server.world.faults = [Fault(kind, "PUT", "coverage_2019", times=10_000)]
    with pytest.raises(KronvisError) as refusal:
        send(version, store_at())
    command = [sys.executable, "-c", _CHILD, str(tmp_path / "out")]
    child = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert child.returncode == refusal.value.exit_code
    assert "coverage_2019" in child.stderr
    for said in (_everything_said(refusal.value), child.stdout + child.stderr, repr(store_at())):
        assert ACCESS_KEY not in said
        assert SECRET_KEY not in said
        assert "Signature" not in said


def test_wrong_credentials_and_wrong_bucket_are_told_apart(
    server: Server, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CannotSend, match="no such bucket"):
        send(version, store_at(place_of("s3://another-bucket/x")))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASOMEBODYELSE")
    with pytest.raises(CannotSend, match=r"403 \(InvalidAccessKeyId\)"):
        send(version, store_at())


def test_what_cannot_be_sent_is_published_all_the_same(server: Server, own_history: Published) -> None:
    """The run ends with 3 and says why; the next sending, by command or by a run, sends what is missing."""
    settings = replace(own_history.settings, send_to=PLACE, keep_versions=2)
    require_way(settings)
    server.world.faults = [Fault("forbidden", "PUT", "pots_2025", times=10_000)]
    before = own_history.version.id
    with pytest.raises(NotSent, match="was not sent") as refusal:
        run_years(settings, [2025], quiet)
    assert refusal.value.exit_code == EXIT_SOURCE_UNAVAILABLE
    local = current_version(settings.out)
    assert local is not None
    assert local.id == before, "the same content is the same version"
    assert read_pointer(store_at()).pointer is None
    server.world.faults = []
    sent = send_again(settings, "current")
    assert (sent.version, sent.pointer_moved) == (local.id, True)
    assert publish_years(settings, ALL_YEARS).id == local.id
    assert open_version(store_at()).id == local.id
    assert take_back(settings, local.id).version == local.id


def test_what_there_is_not_cannot_be_sent(server: Server, own_history: Published, tmp_path: Path) -> None:
    settings = replace(own_history.settings, send_to=PLACE)
    with pytest.raises(UsageError, match="is no version"):
        send_again(settings, "20200101T000000.000000Z-00000000")
    with pytest.raises(UsageError, match="KRONVIS_SEND_TO"):
        send_again(replace(settings, send_to=None), "current")
    with pytest.raises(UsageError, match="nothing is published"):
        send_again(replace(settings, out=tmp_path / "empty"), "current")
    with pytest.raises(UsageError, match="not the id"):
        take_back(settings, "../x")
    assert not [key for key in server.world.objects if key.startswith(BUCKET)]
