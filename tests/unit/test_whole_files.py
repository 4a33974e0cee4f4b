"""Files that appear whole: on disk before they have their name, readable by others, and no leftovers."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import assets.storage.whole_files as module
from assets.storage.whole_files import TEMPORARY_PREFIX, sync_file, sync_folder, whole_file, whole_files


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is flushed and moved, in order; both are really done."""
    seen: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def flushed(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else f"{os.fstat(descriptor).st_size} bytes"
        seen.append(f"flush {kind}")
        fsync(descriptor)

    def moved(self: Path, target: Path) -> Path:
        seen.append(f"move to {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", moved)
    return seen


def test_content_is_on_disk_before_the_name_and_the_name_before_it_is_done(tmp_path: Path, steps: list[str]) -> None:
    file = tmp_path / "a/new/folder/file.txt"
    with whole_file(file) as temporary:
        assert temporary.parent == file.parent, "a rename is one step within a folder only"
        assert temporary.name.startswith(TEMPORARY_PREFIX)
        assert temporary.name.endswith(".part"), "no reader takes it for a table"
        temporary.write_bytes(b"whole")
        assert not file.exists()
    assert steps == ["flush 5 bytes", "move to file.txt", "flush folder"]
    assert file.read_bytes() == b"whole"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(file.parent.iterdir()) == [file]
    with whole_file(file) as temporary:
        temporary.write_bytes(b"the second time")
    assert file.read_bytes() == b"the second time"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "device"])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Such as /dev/null, named by somebody who may do all so that nothing be written."""
    make(tmp_path / "name")
    with pytest.raises(FileExistsError) as refusal, whole_file(tmp_path / "name") as temporary:
        temporary.write_bytes(b"x")
    assert refusal.value.filename == str(tmp_path / "name")
    assert [file.name for file in tmp_path.iterdir()] == ["name"]
    assert not (tmp_path / "name").is_file()


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_what_fails_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"old")

    def write_half() -> None:
        with whole_file(file) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_temporary_file_that_is_gone_does_not_hide_the_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, whole_file(tmp_path / "file.txt") as temporary:
        temporary.unlink()
    assert caught.traceback[-1].name == "_sync", "the flush fails, not the removal after it"
    assert list(tmp_path.iterdir()) == []


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_flushing_leaves_no_open_file(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"x")
    before = _open_files()
    for _ in range(5):
        sync_file(file)
        sync_folder(tmp_path)
        with whole_file(tmp_path / "other.txt"):
            pass
    assert _open_files() == before


def _write_together(folder: Path) -> None:
    with whole_files(folder) as beside:
        for name in "abc":
            beside(name).write_text(name)


def test_files_that_belong_together_are_all_flushed_before_one_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []

    def flush(file: Path) -> None:
        assert [one.name for one in tmp_path.glob("[a-z]")] == []
        flushed.append(file.read_text())

    monkeypatch.setattr(module, "sync_file", flush)
    _write_together(tmp_path)
    assert sorted(flushed) == ["a", "b", "c"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b", "c"]


def test_one_file_that_cannot_be_flushed_keeps_all_from_being_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flush(file: Path) -> None:
        if file.read_text() == "b":
            raise OSError("the disk is failing")

    (tmp_path / "a").write_text("as it was")
    monkeypatch.setattr(module, "sync_file", flush)
    with pytest.raises(OSError, match="failing"):
        _write_together(tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a", "as it was")]
