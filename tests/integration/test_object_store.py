"""Versions in object storage: whole, byte for byte, seen old or new; on a strict server of our own and on moto."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.dataset
import pyarrow.fs
import pytest

from assets.storage.objects.place import Place, endpoint_of, place_of
from assets.storage.objects.pointer import Held, Pointer, move_pointer, read_pointer
from assets.storage.objects.reading import open_version
from assets.storage.objects.sending import point_at, send, versions_sent
from assets.storage.objects.store import CannotSend, MovedMeanwhile, open_store, require_library
from pipelines.settings import settings_from_environment
from schemas.errors import UsageError
from tests.integration.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, Server, running
from tests.integration.s3_worlds import PLACE, environment, published, store_at

_START_SECONDS = 30
_POLARS_ALONE = """
import sys
import polars as pl
place = sys.argv[1]
version = pl.scan_ndjson(f"{place}/current.json").collect()["version"].item()
table = pl.scan_parquet(f"{place}/versions/{version}/coverage/coverage_2025.parquet")
print(version, table.collect()["year"].to_list())
"""


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Our own server, and an environment that leads to it."""
    with running() as server:
        _live_in(monkeypatch, server.url)
        yield server


@pytest.fixture(scope="module")
def moto_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A moto server in a process of its own, as somebody else understood S3."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    log = tmp_path_factory.mktemp("moto") / "log"
    # To a file: a pipe that nobody empties would stop the server when it is full.
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        url, until = f"http://127.0.0.1:{port}", time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, "moto did not start"
                time.sleep(0.05)
        yield url
        process.kill()


@pytest.fixture(params=["strict", "moto"])
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two servers, with an empty bucket, and an environment that leads there."""
    if request.param == "strict":
        return str(request.getfixturevalue("strict").url)
    moto = str(request.getfixturevalue("moto_url"))
    for method, path in (("POST", "/moto-api/reset"), ("PUT", f"/{BUCKET}")):
        urllib.request.urlopen(urllib.request.Request(moto + path, method=method, data=b"")).close()  # noqa: S310 - loopback
    _live_in(monkeypatch, moto)
    return moto


def _live_in(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment(url).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_version_arrives_whole_and_byte_for_byte(url: str, tmp_path: Path) -> None:
    store, version = store_at(), published(tmp_path, 5)
    sent = send(version, store)
    files = _files(version.folder)
    there = store.listed(f"versions/{version.id}")
    read = {name: store.read(f"versions/{version.id}/{name}") for name in there}
    assert {name: one.content for name, one in read.items() if one} == files
    assert len(files) == 13, "eleven years, manifest, checksums"
    assert (sent.files, sent.uploaded, sent.pointer_moved) == (13, 13, True)
    assert sent.bytes_uploaded == sum(map(len, files.values()))
    assert read_pointer(store).pointer == Pointer(
        version=version.id,
        content_sha256=version.manifest["content_sha256"],
        created_at=version.manifest["created_at"],
        manifest_sha256=hashlib.sha256(files["manifest.json"]).hexdigest(),
        oldest="",
    )


def test_sending_again_sends_nothing(url: str, tmp_path: Path) -> None:
    version = published(tmp_path, 5)
    send(version, store_at())
    again = send(version, store_at())
    assert (again.files, again.uploaded, again.bytes_uploaded, again.pointer_moved) == (13, 0, 0, False)


def test_readers_open_it_as_documented(url: str, tmp_path: Path) -> None:
    """The ways of docs/how-to/publish-to-object-storage.md, but for one that needs internet."""
    version = published(tmp_path, 5)
    send(version, store_at())

    seen = open_version(store_at())
    table = pl.read_parquet(seen.url("coverage/*.parquet"), storage_options=seen.options)
    assert table["amount_sek"].to_list() == [5] * 11
    assert seen.manifest == version.manifest

    # polars alone, with the variables of the environment: in a new process, since it keeps the service it found first
    reader = [sys.executable, "-c", _POLARS_ALONE, PLACE.address()]
    said = subprocess.run(reader, capture_output=True, text=True, check=True).stdout
    assert said == f"{version.id} [2025]\n"

    # pyarrow, and DuckDB on top of it
    files = pyarrow.fs.S3FileSystem(endpoint_override=url)
    with files.open_input_stream(f"{PLACE.bucket}/{PLACE.prefix}/current.json") as stream:
        current = json.loads(stream.read())["version"]
    coverage = pyarrow.dataset.dataset(f"{PLACE.bucket}/{PLACE.prefix}/versions/{current}/coverage", filesystem=files)
    summed = duckdb.sql("SELECT sum(amount_sek), count(*) FROM coverage")
    assert summed is not None
    assert summed.fetchall() == [(55, 11)]
    assert coverage.count_rows() == 11


def test_of_many_who_hold_the_same_pointer_one_moves_it(url: str, tmp_path: Path) -> None:
    """Eight at once, ten rounds: one wins, seven are told, and what is there is the winner's."""
    store = store_at()
    for turn in range(10):
        held = read_pointer(store)
        pointers = [
            Pointer(f"20261101T120000.{turn * 8 + number:06}Z-00000000", "0" * 64, "", "0" * 64, "")
            for number in range(8)
        ]
        won, told = _all_move(held, pointers)
        assert len(won) == 1
        assert len(told) == 7
        assert all(f"readers see version {won[0].version}" in one for one in told)
        assert read_pointer(store).pointer == won[0]


def _all_move(held: Held, pointers: list[Pointer]) -> tuple[list[Pointer], list[str]]:
    """All who hold the same pointer move it at the same time: who won, and what the others were told."""
    start, won, told = threading.Barrier(len(pointers)), [], []

    def move(wanted: Pointer) -> None:
        store = store_at()
        start.wait()
        try:
            move_pointer(store, held, wanted)
            won.append(wanted)
        except MovedMeanwhile as refusal:
            told.append(str(refusal))

    threads = [threading.Thread(target=move, args=(pointer,)) for pointer in pointers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, told


def test_two_senders_at_once_one_wins_and_the_other_is_told(strict: Server, tmp_path: Path) -> None:
    """Both read the pointer before either moves it: writing is slow. Both versions end up whole, one is shown."""
    strict.world.seconds_per_write = 0.1
    versions = [published(tmp_path / name, amount) for name, amount in (("a", 5), ("b", 6))]
    start, won, told = threading.Barrier(2), [], []

    def go(number: int) -> None:
        start.wait()
        try:
            won.append(send(versions[number], store_at()).version)
        except MovedMeanwhile as refusal:
            told.append(str(refusal))

    threads = [threading.Thread(target=go, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(told)) == (1, 1)
    assert "another sender was first" in told[0]
    assert open_version(store_at()).id == won[0]
    assert versions_sent(store_at()) == sorted(version.id for version in versions)


def test_a_reader_sees_whole_versions_only_while_twenty_are_sent(strict: Server, tmp_path: Path) -> None:
    """Every version has one amount in all years: two amounts would be a mix."""
    send(published(tmp_path, 1), store_at(), keep=3)
    seen: list[int] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                version = open_version(store_at())
                table = pl.read_parquet(version.url("coverage/*.parquet"), storage_options=version.options)
                (amount,) = set(table["amount_sek"])
                assert table.height == 11
                seen.append(amount)
                time.sleep(0.01)
            except BaseException as failure:  # noqa: BLE001 - shown by the test
                failures.append(failure)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        moved = [send(published(tmp_path, amount), store_at(), keep=3).pointer_moved for amount in range(2, 22)]
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert moved == [True] * 20
    assert not failures, failures
    assert len(seen) > 20
    assert len(set(seen)) > 5, "readers saw the versions change"
    assert len(versions_sent(store_at())) == 3


def test_old_versions_are_removed_and_never_pointed_at_again(url: str, tmp_path: Path) -> None:
    store = store_at()
    ids = [published(tmp_path, amount) for amount in range(1, 6)]
    for version in ids[:3]:
        send(version, store)
    assert send(ids[3], store, keep=2).removed == [ids[0].id, ids[1].id]
    assert versions_sent(store) == [ids[2].id, ids[3].id]
    assert store.listed(f"versions/{ids[0].id}") == {}
    with pytest.raises(CannotSend, match="is not kept there") as refusal:
        point_at(ids[1].id, store)
    assert ids[2].id in str(refusal.value), "it says which there are"


def test_removing_leaves_alone_what_another_is_sending(strict: Server, tmp_path: Path) -> None:
    versions = [published(tmp_path, amount) for amount in range(1, 4)]
    strict.world.put(f"{PLACE.prefix}/versions/{versions[2].id}/coverage/coverage_2016.parquet", b"on its way")
    send(versions[0], store_at())
    assert send(versions[1], store_at(), keep=1).removed == [versions[0].id]
    assert len(store_at().listed(f"versions/{versions[2].id}")) == 1


def test_an_interrupted_removal_is_finished_by_the_next(strict: Server, tmp_path: Path) -> None:
    versions = [published(tmp_path, amount) for amount in range(1, 4)]
    send(versions[0], store_at())
    manifest = f"{PLACE.prefix}/versions/{versions[0].id}/manifest.json"
    send(versions[1], store_at())
    del strict.world.objects[manifest]
    assert versions[0].id in send(versions[2], store_at(), keep=2).removed
    assert versions_sent(store_at()) == [versions[1].id, versions[2].id]


def test_going_back_reads_every_byte_first(url: str, tmp_path: Path) -> None:
    store = store_at()
    first, second = published(tmp_path, 1), published(tmp_path, 2)
    send(first, store)
    send(second, store)
    assert point_at(first.id, store).version == first.id
    assert open_version(store).id == first.id
    point_at(second.id, store)
    with pytest.raises(CannotSend, match="--back"):
        send(first, store)
    name = "coverage/coverage_2020.parquet"
    whole = store.read(f"versions/{first.id}/{name}")
    assert whole is not None
    for damaged in (whole.content[:-1], bytes([whole.content[0] ^ 1]) + whole.content[1:]):
        store.write(f"versions/{first.id}/{name}", damaged)
        with pytest.raises(CannotSend, match=r"is damaged \(coverage/coverage_2020.parquet\)"):
            point_at(first.id, store)
    assert open_version(store).id == second.id


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS", "coverage/coverage_2016.parquet"])
def test_going_back_to_what_is_not_whole_is_refused(strict: Server, tmp_path: Path, name: str) -> None:
    first, second = published(tmp_path, 1), published(tmp_path, 2)
    send(first, store_at())
    send(second, store_at())
    del strict.world.objects[f"{PLACE.prefix}/versions/{first.id}/{name}"]
    with pytest.raises(CannotSend, match=r"never whole|is damaged"):
        point_at(first.id, store_at())
    assert open_version(store_at()).id == second.id


def test_going_back_does_not_meet_the_removal_halfway(strict: Server, tmp_path: Path) -> None:
    """Old versions are removed only after the pointer has moved, so going back to one of them then fails."""
    versions = [published(tmp_path, amount) for amount in range(1, 4)]
    send(versions[0], store_at())
    send(versions[1], store_at())
    held = read_pointer(store_at())
    assert held.pointer is not None
    back = Pointer(versions[0].id, "0" * 64, "", "0" * 64, "")
    send(versions[2], store_at(), keep=1)
    with pytest.raises(MovedMeanwhile):
        move_pointer(store_at(), held, back)


def test_a_stray_file_is_not_shown_to_readers(strict: Server, tmp_path: Path) -> None:
    """Readers take every file of a folder for the table."""
    version = published(tmp_path, 1)
    strict.world.put(f"{PLACE.prefix}/versions/{version.id}/coverage/coverage_1999.parquet", b"somebody's")
    with pytest.raises(CannotSend, match="coverage_1999"):
        send(version, store_at())
    assert read_pointer(store_at()).pointer is None


@pytest.mark.parametrize("name", ["coverage/coverage_2018.parquet", "manifest.json", "SHA256SUMS"])
def test_what_was_changed_on_disk_is_not_sent(strict: Server, tmp_path: Path, name: str) -> None:
    version = published(tmp_path, 1)
    file = version.folder / name
    content = file.read_bytes().replace(b"a", b"b", 1) if name != "manifest.json" else b"{}"
    file.unlink()
    file.write_bytes(content)
    with pytest.raises(CannotSend, match="not what was published"):
        send(version, store_at())
    assert read_pointer(store_at()).pointer is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "s3:/x",
        "http://bucket/x",
        "s3://",
        "s3://B",
        "s3://bucket/../x",
        "s3://bucket//x",
        "s3://key:secret@bucket/x",
    ],
)
def test_what_is_no_place_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(UsageError) as refusal:
        place_of(written)
    assert "secret" not in str(refusal.value)


def test_places() -> None:
    assert place_of("s3://my-bucket/a/b/") == Place("my-bucket", "a/b")
    assert place_of("s3://my-bucket") == Place("my-bucket", "")
    assert Place("my-bucket", "").address("current.json") == "s3://my-bucket/current.json"


def test_plain_http_is_for_this_machine() -> None:
    for allowed in ("http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "https://s3.example.se"):
        assert endpoint_of({"AWS_ENDPOINT_URL": allowed}) == allowed
    assert endpoint_of({}) is None
    for variable in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"):
        with pytest.raises(UsageError, match="plain http"):
            endpoint_of({variable: "http://s3.example.se"})
    trusted = {"AWS_ENDPOINT_URL": "http://minio.internal:9000", "AWS_ALLOW_HTTP": "true"}
    assert endpoint_of(trusted) == "http://minio.internal:9000"
    for unusable in (
        "s3.example.se",
        "ftp://s3.example.se",
        "https://key:hidden@s3.example.se",
        "https://[",
        "https://",
    ):
        with pytest.raises(UsageError, match="is not the address") as refusal:
            endpoint_of({"AWS_ENDPOINT_URL": unusable})
        assert "hidden" not in str(refusal.value)


def test_credentials_are_needed(strict: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(UsageError, match="no credentials"):
        open_store(PLACE)


def test_without_the_extra_a_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"extra `s3`.*\n.*pip install"):
        require_library()


def test_the_library_is_imported_only_where_versions_are_sent() -> None:
    code = "import sys, pipelines.operations.send, assets.storage.objects.reading; print('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_place_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRONVIS_SEND_TO", raising=False)
    assert settings_from_environment().send_to is None
    monkeypatch.setenv("KRONVIS_SEND_TO", PLACE.address())
    assert settings_from_environment().send_to == PLACE
    monkeypatch.setenv("KRONVIS_SEND_TO", "elsewhere")
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        settings_from_environment()


def test_no_credential_is_stored(strict: Server, tmp_path: Path) -> None:
    send(published(tmp_path, 1), store_at())
    stored = b"".join(one.content for one in strict.world.objects.values())
    assert SECRET_KEY.encode() not in stored
    assert ACCESS_KEY.encode() not in stored
