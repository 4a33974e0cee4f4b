"""The raw archive: what went in comes out or is refused, and what is kept is never changed."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from assets.storage.raw_archive import RawArchive
from schemas.errors import DataRefused

BODY: Final = b'{"value": [1, 2, 3]}'
SHA256: Final = hashlib.sha256(BODY).hexdigest()
NAME: Final = "TAB1267-2024"


def a_manifest(**changes: Any) -> dict[str, Any]:
    """What a fetch knows of itself."""
    return {
        "url": "https://example.org/api/tables/TAB1267/data",
        "method": "POST",
        "request_body": '{"selection": "Län"}',
        "status": 200,
        "headers": {"Content-Type": "application/json", "X-Rate-Limit-Remaining": "29", "Set-Cookie": "secret"},
        "fetched_at": "2026-08-20T06:15:00.250000+00:00",
        "seconds": 0.75,
        "table_id": "TAB1267",
        "updated": "2026-02-22T07:00:00Z",
        "language": "sv",
        "limits": {"max_cells": 150_000},
        "parser_version": "1",
        **changes,
    }


@pytest.fixture
def archive(tmp_path: Path) -> RawArchive:
    return RawArchive(tmp_path / "raw")


def files_in(folder: Path) -> set[str]:
    """All files below `folder`, hidden ones too."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def numbered_files(folder: Path) -> dict[str, int]:
    """All files with the number that a file written anew would not have."""
    return {file: (folder / file).stat().st_ino for file in files_in(folder)}


# --- what is kept ---------------------------------------------------------------------------------------------


def test_what_is_kept_comes_out_again(archive: RawArchive, tmp_path: Path) -> None:
    kept = archive.keep(NAME, BODY, a_manifest(extra={"note": "å"}))
    assert (kept.name, kept.sha256, kept.bytes) == (NAME, SHA256, len(BODY))
    assert (kept.request_body, kept.extra) == ('{"selection": "Län"}', {"note": "å"})
    assert archive.read(SHA256) == BODY
    assert archive.manifests(NAME) == [kept]
    assert files_in(tmp_path / "raw") == {
        f"{SHA256[:2]}/{SHA256}",
        f"manifests/{NAME}/20260820T061500Z-{SHA256[:12]}.json",
    }


def test_nothing_at_all_can_be_kept(archive: RawArchive) -> None:
    assert archive.read(archive.keep(NAME, b"", a_manifest()).sha256) == b""


def test_only_the_headers_that_say_something_are_kept(archive: RawArchive) -> None:
    kept = archive.keep(NAME, BODY, a_manifest())
    assert kept.headers == {"content-type": "application/json", "x-rate-limit-remaining": "29"}


def test_manifests_come_oldest_first(archive: RawArchive) -> None:
    hours = [9, 7, 8]
    for hour in hours:
        # Bytes that sort another way than the times do.
        archive.keep(NAME, str(hour).encode(), a_manifest(fetched_at=f"2026-08-20T{hour:02}:00:00Z"))
    archive.keep("another", BODY, a_manifest())
    assert [archive.read(manifest.sha256) for manifest in archive.manifests(NAME)] == [b"7", b"8", b"9"]


def test_manifests_of_one_second_are_sorted_by_its_parts(archive: RawArchive) -> None:
    for part in ("100000", "500000"):
        archive.keep(NAME, BODY, a_manifest(fetched_at=f"2026-08-20T06:15:00.{part}+00:00"))
    assert [manifest.fetched_at[20:21] for manifest in archive.manifests(NAME)] == ["1", "5"]


def test_no_manifests_are_no_error(archive: RawArchive) -> None:
    assert archive.manifests("never-fetched") == []


# --- nothing is overwritten -----------------------------------------------------------------------------------


def test_the_same_again_changes_nothing(archive: RawArchive, tmp_path: Path) -> None:
    archive.keep(NAME, BODY, a_manifest())
    before = numbered_files(tmp_path)
    archive.keep(NAME, BODY, a_manifest())
    assert numbered_files(tmp_path) == before


def test_another_manifest_of_the_same_second_gets_a_number(archive: RawArchive, tmp_path: Path) -> None:
    for seconds in (1, 2, 3, 2):
        archive.keep(NAME, BODY, a_manifest(seconds=seconds))
    assert {manifest.seconds for manifest in archive.manifests(NAME)} == {1, 2, 3}
    names = {file.name for file in (tmp_path / "raw/manifests" / NAME).iterdir()}
    assert names == {f"20260820T061500Z-{SHA256[:12]}{number}.json" for number in ("", "-2", "-3")}


def test_damaged_bytes_are_not_taken_for_kept(archive: RawArchive, tmp_path: Path) -> None:
    file = tmp_path / "raw" / SHA256[:2] / SHA256
    file.parent.mkdir(parents=True)
    file.write_bytes(b"damaged")
    with pytest.raises(DataRefused, match=SHA256):
        archive.keep(NAME, BODY, a_manifest())
    assert file.read_bytes() == b"damaged"
    assert archive.manifests(NAME) == []


# --- reading is verified --------------------------------------------------------------------------------------


def test_a_flipped_byte_is_refused_with_its_file(archive: RawArchive, tmp_path: Path) -> None:
    archive.keep(NAME, BODY, a_manifest())
    file = tmp_path / "raw" / SHA256[:2] / SHA256
    file.write_bytes(bytes([BODY[0] ^ 1]) + BODY[1:])
    with pytest.raises(DataRefused, match=f"{SHA256}: is not what was kept") as raised:
        archive.read(SHA256)
    assert "fetch again" in raised.value.remedy


def test_bytes_that_are_not_there_are_refused(archive: RawArchive) -> None:
    with pytest.raises(DataRefused, match=r"cannot be read: No such file.*\n.*fetch again"):
        archive.read(SHA256)


@pytest.mark.parametrize("sha256", ["", "../secret", SHA256.upper(), SHA256[:-1], SHA256 + "\n"])
def test_a_hash_is_a_hash(archive: RawArchive, sha256: str) -> None:
    with pytest.raises(DataRefused, match="is not a SHA-256"):
        archive.read(sha256)


def spoil(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A manifest with everything in it, spoilt."""
    whole = {**a_manifest(), "name": NAME, "bytes": 1, "sha256": SHA256, "extra": {}}
    change(whole)
    return json.dumps(whole).encode()


SPOILT: Final[dict[str, tuple[bytes, str]]] = {
    "not JSON": (b"{", "not a readable manifest"),
    "nested without end": (b"[" * 9_999, "not a readable manifest"),
    "cut off": (spoil(dict.copy)[:-5], "not a readable manifest"),
    "not text": (b"\xff\xfe{}", "not a readable manifest"),
    "a list": (b"[]", "missing or unknown fields"),
    "field missing": (spoil(lambda whole: whole.pop("updated")), "missing or unknown fields: updated"),
    "field unknown": (spoil(lambda whole: whole.update(udpated=None)), "missing or unknown fields: udpated"),
    "number as text": (spoil(lambda whole: whole.update(status="200")), "wrong type in status"),
    "true as number": (spoil(lambda whole: whole.update(bytes=True)), "wrong type in bytes"),
    "not a hash": (spoil(lambda whole: whole.update(sha256="../x")), "sha256 must be"),
    "not a time": (spoil(lambda whole: whole.update(fetched_at="yesterday")), "a time in UTC"),
    "time without zone": (spoil(lambda whole: whole.update(fetched_at="2026-08-20T06:15:00")), "a time in UTC"),
    "time of another zone": (spoil(lambda whole: whole.update(fetched_at="2026-08-20T06:15:00+02:00")), "in UTC"),
    "of another name": (spoil(lambda whole: whole.update(name="other")), "is the manifest of 'other'"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_manifest_is_refused_with_its_file(archive: RawArchive, tmp_path: Path, case: str) -> None:
    content, message = SPOILT[case]
    folder = tmp_path / "raw/manifests" / NAME
    folder.mkdir(parents=True)
    (folder / "20260820T061500Z-spoilt.json").write_bytes(content)
    with pytest.raises(DataRefused, match=f"Z-spoilt.json: .*{message}"):
        archive.manifests(NAME)


@pytest.mark.parametrize(
    "changes",
    [
        {"fetched_at": "2026-08-20T06:15:00"},
        {"status": None},
        {"colour": "blue"},
    ],
)
def test_what_could_not_be_read_back_is_not_kept(archive: RawArchive, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(DataRefused, match=f"manifest of {NAME}"):
        archive.keep(NAME, BODY, a_manifest(**changes))
    assert files_in(tmp_path) == set()


# --- bad luck -------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Ends things as a kill would: nobody catches it."""


def _die(*_args: object) -> None:
    raise Killed


def test_killed_between_bytes_and_manifest(
    archive: RawArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(RawArchive, "_put_manifest", _die)
        with pytest.raises(Killed):
            archive.keep(NAME, BODY, a_manifest())
    assert files_in(tmp_path / "raw") == {f"{SHA256[:2]}/{SHA256}"}, "bytes first: no manifest without its bytes"
    assert archive.manifests(NAME) == []
    kept = archive.keep(NAME, BODY, a_manifest())
    assert archive.manifests(NAME) == [kept]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("write", [1, 2], ids=["bytes", "manifest"])
def test_a_disk_error_leaves_nothing_half_written(
    archive: RawArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, write: int
) -> None:
    owner: Any = os if step == "fsync" else Path
    real, calls = getattr(owner, step), []

    def failing(*args: Any) -> Any:
        # Folders are flushed too; only files are counted.
        if step == "replace" or stat.S_ISREG(os.fstat(args[0]).st_mode):
            calls.append(args)
            if len(calls) == write:
                raise OSError(28, "No space left on device")
        return real(*args)

    monkeypatch.setattr(owner, step, failing)
    with pytest.raises(OSError, match="No space left"):
        archive.keep(NAME, BODY, a_manifest())
    assert files_in(tmp_path / "raw") == (set() if write == 1 else {f"{SHA256[:2]}/{SHA256}"})


def test_what_a_killed_write_left_is_no_manifest(
    archive: RawArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep("another", BODY, a_manifest())
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", _die)
        # Who is killed does not clean up either.
        patched.setattr(Path, "unlink", lambda *_args, **_options: None)
        with pytest.raises(Killed):
            archive.keep(NAME, BODY, a_manifest())
    assert len(files_in(tmp_path / "raw/manifests" / NAME)) == 1
    assert archive.manifests(NAME) == []


# --- quarantine and names -------------------------------------------------------------------------------------


def test_what_is_in_quarantine_is_never_read(archive: RawArchive, tmp_path: Path) -> None:
    file = archive.quarantine(NAME, BODY, a_manifest(), "a page of HTML")
    told = json.loads(file.read_bytes())
    assert (told["quarantine_reason"], told["sha256"]) == ("a page of HTML", SHA256)
    assert "secret" not in file.read_text()
    assert (file.parent / SHA256).read_bytes() == BODY
    assert file.parent == tmp_path / "raw/quarantine" / NAME
    assert archive.manifests(NAME) == []
    with pytest.raises(DataRefused):
        archive.read(SHA256)


def test_two_reasons_for_the_same_answer_are_both_kept(archive: RawArchive) -> None:
    files = {archive.quarantine(NAME, BODY, a_manifest(), reason) for reason in ("one", "two", "one")}
    assert {json.loads(file.read_bytes())["quarantine_reason"] for file in files} == {"one", "two"}
    assert len(files) == 2


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", "a\\b", "å", "a b", "a\n", ".x", "x" * 101])
def test_unsafe_names_are_refused(archive: RawArchive, tmp_path: Path, name: str) -> None:
    for use in (
        lambda: archive.keep(name, BODY, a_manifest()),
        lambda: archive.quarantine(name, BODY, a_manifest(), "reason"),
        lambda: archive.manifests(name),
    ):
        with pytest.raises(DataRefused, match="is not a name"):
            use()
    assert files_in(tmp_path) == set()
