"""Publishing under bad luck: killed, out of disk, two at once. Readers see the old version or the new one."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.storage.parquet import write_table
from assets.storage.published import PublishedVersion, current_version, damage, version_folders
from assets.storage.publishing import prune, publish, roll_back
from pipelines.running.run import run_years
from pipelines.settings import Settings
from schemas.errors import CannotPublish, DataRefused
from schemas.tables.allocation import COVERAGE
from tests.domain import DATA, ROOT, a_coverage
from tests.published import Published, quiet


def _publish(out: Path, year: int, amount: int = 5, inputs: dict[str, str] | None = None) -> str:
    work = out / "work"
    write_table(work, COVERAGE, a_coverage(year, amount), {year: {}})
    return publish(out, work, {"coverage": COVERAGE}, [year], lambda _year: inputs or {}, lambda _tables: None).id


def test_a_second_version_keeps_the_first_on_disk(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, 2024), _publish(tmp_path, 2025)
    version = current_version(tmp_path)
    assert version is not None
    assert version.id == second
    assert version.manifest["years"] == [2024, 2025]
    assert (tmp_path / "versions" / first).is_dir()


def test_a_version_never_changes_when_the_work_folder_does(tmp_path: Path) -> None:
    first = _publish(tmp_path, 2025)
    _publish(tmp_path, 2025, amount=7)
    old = pl.read_parquet(tmp_path / "versions" / first / "coverage/coverage_2025.parquet")
    assert old["amount_sek"].item() == 5


def test_what_is_refused_leaves_no_trace(tmp_path: Path) -> None:
    first = _publish(tmp_path, 2024)

    def refuse(_tables: object) -> None:
        raise DataRefused("a control", "does not hold")

    write_table(tmp_path / "work", COVERAGE, a_coverage(2025), {2025: {}})
    with pytest.raises(DataRefused):
        publish(tmp_path, tmp_path / "work", {"coverage": COVERAGE}, [2025], lambda _y: {}, refuse)
    version = current_version(tmp_path)
    assert version is not None
    assert version.id == first
    _publish(tmp_path, 2024)
    assert [folder.name for folder in (tmp_path / "versions").iterdir()] == [first], "leftovers are cleaned"


def test_a_year_that_is_kept_keeps_what_it_was_made_from(tmp_path: Path) -> None:
    files = {"a file": "as it was"}
    _publish(tmp_path, 2024, inputs=dict(files))
    files["a file"] = "as it is now"
    _publish(tmp_path, 2025, inputs=dict(files))
    version = current_version(tmp_path)
    assert version is not None
    assert version.manifest["inputs"] == {"2024": {"a file": "as it was"}, "2025": {"a file": "as it is now"}}


def test_a_damaged_file_of_a_kept_year_does_not_pass_for_whole(tmp_path: Path) -> None:
    """A value changed in place still reads as Parquet and keeps its contract; only its hash tells."""
    first = _publish(tmp_path, 2024)
    file = tmp_path / "versions" / first / "coverage/coverage_2024.parquet"
    file.unlink()
    write_table(tmp_path / "elsewhere", COVERAGE, a_coverage(2024, amount=7), {2024: {}})
    (tmp_path / "elsewhere/coverage/coverage_2024.parquet").rename(file)
    with pytest.raises(DataRefused, match="not what was published") as caught:
        _publish(tmp_path, 2025)
    assert "run 2024 again" in str(caught.value)
    version = current_version(tmp_path)
    assert version is not None
    assert version.id == first
    _publish(tmp_path, 2024)
    assert damage_of_current(tmp_path) == []


def damage_of_current(out: Path) -> list[str]:
    version = current_version(out)
    assert version is not None
    return damage(version)


def test_only_old_leftovers_of_ours_are_cleaned(tmp_path: Path) -> None:
    _publish(tmp_path, 2024)
    folder = tmp_path / "work/coverage"
    names = (".kronvis-tmp-old.parquet", ".kronvis-tmp-new.parquet", "somebody-elses.parquet")
    for name in names:
        (folder / name).write_bytes(b"")
    for name in (names[0], names[2]):
        os.utime(folder / name, (0, 0))
    _publish(tmp_path, 2025)
    assert [name for name in names if (folder / name).exists()] == [names[1], names[2]]


def test_two_at_once_one_wins_and_the_other_says_so(tmp_path: Path) -> None:
    _publish(tmp_path, 2024)
    with (tmp_path / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DataRefused, match="another run"):
            _publish(tmp_path, 2025)
    assert _publish(tmp_path, 2025)


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    _publish(tmp_path, 2025)
    version = current_version(tmp_path)
    assert version is not None
    assert damage(version) == []
    file = version.folder / "coverage/coverage_2025.parquet"
    content = bytearray(file.read_bytes())
    content[50] ^= 1
    file.write_bytes(content)
    assert damage(version) == ["coverage/coverage_2025.parquet"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    settings = Settings(DATA, tmp_path_factory.mktemp("killed"))
    run_years(settings, [2024], quiet)
    return Published(settings)


@pytest.mark.parametrize("delay", [1.2, 1.8, 2.4, 3.0])
def test_a_killed_run_leaves_the_old_version_whole(published: Published, delay: float) -> None:
    out = published.settings.out
    before = published.hashes()
    environment = {**os.environ, "KRONVIS_OUT": str(out), "KRONVIS_DATA": str(DATA)}
    command = [sys.executable, "-m", "pipelines", "run", "--years", "2016..2026", "--quiet"]
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait()
    version = published.version
    assert damage(version) == []
    hashes = published.hashes()
    assert {name: hashes[name] for name in before} == before, "old or new, and 2024 is the same in both"


def test_a_full_disk_is_refused_and_the_old_version_stays(published: Published) -> None:
    before, version = published.hashes(), published.version.id
    leftovers = set(published.settings.work.rglob(".kronvis-tmp-*"))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from pipelines.__main__ import main; sys.argv = ['kronvis', 'run', '--year', '2025', '--quiet']; main()"
    )
    environment = {**os.environ, "KRONVIS_OUT": str(published.settings.out), "KRONVIS_DATA": str(DATA)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 1
    assert b"could not be written" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (published.hashes(), published.version.id) == (before, version)
    assert set(published.settings.work.rglob(".kronvis-tmp-*")) <= leftovers


def test_ids_sort_in_the_order_of_publication_even_if_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _publish(tmp_path, 2024)
    future = first.replace("2", "9", 1)
    (tmp_path / "versions" / first).rename(tmp_path / "versions" / future)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"versions/{future}")
    second = _publish(tmp_path, 2024, amount=9)
    assert second > future
    assert _publish(tmp_path, 2024, amount=10) > second


def test_going_back_shows_an_earlier_version_again(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, 2024), _publish(tmp_path, 2024, amount=9)
    roll_back(
        tmp_path,
        PublishedVersion(first, tmp_path / "versions" / first, is_new=False, manifest=_manifest(tmp_path, first)),
    )
    assert (tmp_path / "current").resolve().name == first
    assert (tmp_path / "versions" / second).is_dir()
    assert _publish(tmp_path, 2024, amount=9) not in (first, second), "what is published next is a version of its own"


def test_a_damaged_version_is_not_gone_back_to(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, 2024), _publish(tmp_path, 2024, amount=9)
    file = tmp_path / "versions" / first / "coverage/coverage_2024.parquet"
    file.unlink()
    version = PublishedVersion(first, tmp_path / "versions" / first, is_new=False, manifest=_manifest(tmp_path, first))
    with pytest.raises(DataRefused, match="coverage_2024"):
        roll_back(tmp_path, version)
    assert (tmp_path / "current").resolve().name == second


def test_the_oldest_versions_go_but_never_the_current_one(tmp_path: Path) -> None:
    ids = [_publish(tmp_path, 2024, amount=amount) for amount in (3, 4, 5, 6)]
    roll_back(
        tmp_path,
        PublishedVersion(ids[0], tmp_path / "versions" / ids[0], is_new=False, manifest=_manifest(tmp_path, ids[0])),
    )
    assert prune(tmp_path, 2) == [ids[1]]
    assert [folder.name for folder in version_folders(tmp_path)] == [ids[0], ids[2], ids[3]]
    assert prune(tmp_path, 9) == []


def _manifest(out: Path, version: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "versions" / version / "manifest.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS"])
def test_a_flipped_byte_in_what_tells_of_the_version_is_found(tmp_path: Path, name: str) -> None:
    _publish(tmp_path, 2025)
    file = tmp_path / "current" / name
    # A digit of a year and of a hash: both still read well.
    spoilt = file.read_bytes().replace(b"2025", b"2024", 1) if name == "manifest.json" else b"0" + file.read_bytes()[1:]
    assert spoilt != file.read_bytes()
    file.write_bytes(spoilt)
    if name == "manifest.json":
        with pytest.raises(CannotPublish, match="not what was published") as refused:
            _publish(tmp_path, 2025)
        assert "remove this link" in str(refused.value)
        (tmp_path / "current").unlink()
    else:
        assert damage_of_current(tmp_path) == ["SHA256SUMS"]
    _publish(tmp_path, 2025)
    assert damage_of_current(tmp_path) == []


def test_checksums_of_an_earlier_kronvis_do_not_name_the_manifest(tmp_path: Path) -> None:
    _publish(tmp_path, 2025)
    sums = tmp_path / "current/SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines(keepends=True)
    sums.write_text("".join(line for line in lines if "manifest.json" not in line), encoding="utf-8")
    assert damage_of_current(tmp_path) == []


@pytest.mark.parametrize("manifest", ["[]", "{}", "", "{", '{"files": {}}'])
def test_a_manifest_of_another_form_is_refused_with_a_way_out(tmp_path: Path, manifest: str) -> None:
    _publish(tmp_path, 2025)
    (tmp_path / "current/manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "current/SHA256SUMS").unlink()
    with pytest.raises(CannotPublish, match="→ remove this link"):
        _publish(tmp_path, 2025)


def test_a_torn_table_is_refused_by_name_and_year(tmp_path: Path) -> None:
    _publish(tmp_path, 2024)
    write_table(tmp_path / "work", COVERAGE, a_coverage(2025), {2025: {}})
    file = tmp_path / "work/coverage/coverage_2025.parquet"
    whole = file.read_bytes()
    for torn in (whole[:1000], b"", whole[:4] + bytes(len(whole) - 4)):
        file.write_bytes(torn)
        with pytest.raises(DataRefused, match=r"coverage_2025.parquet: is not readable.*\n.*run 2025 again"):
            publish(tmp_path, tmp_path / "work", {"coverage": COVERAGE}, [2025], lambda _y: {}, lambda _t: None)


def test_leftovers_are_removed_whatever_they_are(tmp_path: Path) -> None:
    _publish(tmp_path, 2024)
    versions = tmp_path / "versions"
    (versions / ".building-a-file").write_bytes(b"")
    (versions / ".building-a-link").symlink_to(tmp_path)
    (versions / ".building-a-folder/deep").mkdir(parents=True)
    (tmp_path / ".kronvis-tmp-current").mkdir()
    _publish(tmp_path, 2025)
    assert [path.name for path in version_folders(tmp_path)] == sorted(path.name for path in versions.iterdir())
    assert not (tmp_path / ".kronvis-tmp-current").exists()


def test_folders_of_somebody_else_are_no_versions(tmp_path: Path) -> None:
    """`2024-notes` beside the versions is neither counted nor removed, nor does it set the order of ids."""
    first = _publish(tmp_path, 2024)
    for name in ("2024-notes", "9999-notes"):
        (tmp_path / "versions" / name).mkdir()
    second = _publish(tmp_path, 2024, amount=9)
    assert [folder.name for folder in version_folders(tmp_path)] == [first, second]
    assert prune(tmp_path, 1) == [first]
    assert {path.name for path in (tmp_path / "versions").iterdir()} == {second, "2024-notes", "9999-notes"}


def test_pruning_removes_what_an_interrupted_pruning_left(tmp_path: Path) -> None:
    _publish(tmp_path, 2024)
    (tmp_path / "versions/.building-20250101T000000.000000Z-00000000/coverage").mkdir(parents=True)
    assert prune(tmp_path, 5) == []
    assert len(list((tmp_path / "versions").iterdir())) == 1


def test_a_torn_record_of_runs_is_told_with_a_way_out(tmp_path: Path) -> None:
    """Dagster keeps its record in SQLite; the published version does not depend on it."""
    home = tmp_path / "dagster_home"
    (home / "history").mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    (home / "history/runs.db").write_bytes(b"no database at all" * 1000)
    environment = {**os.environ, "KRONVIS_OUT": str(tmp_path / "out"), "KRONVIS_DATA": str(DATA)}
    command = [sys.executable, "-m", "pipelines", "run", "--year", "2025", "--quiet"]
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, "DAGSTER_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Dagster's record of runs cannot be used" in done.stderr
    assert "without DAGSTER_HOME" in done.stderr
    assert "Traceback" not in done.stderr
