"""The folder of versions in every state it may be in: what is refused by name, what is on disk before it is seen."""

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from assets.storage import publishing
from assets.storage.parquet import write_table
from assets.storage.published import (
    PublishedVersion,
    all_files,
    current_version,
    damage,
    read_published,
    version_folders,
)
from assets.storage.publishing import prune, publish
from assets.storage.table_files import file_name
from assets.storage.whole_files import TEMPORARY_PREFIX
from schemas.dictionary import arrow_schema
from schemas.errors import BeingPublished, CannotPublish, DataRefused
from schemas.product import VERSION
from schemas.tables.allocation import COVERAGE
from tests.domain import a_coverage

TABLES = {"coverage": COVERAGE}


def _published(out: Path, *years: int, amount: int = 5) -> PublishedVersion:
    work = out / "work"
    for year in years:
        write_table(work, COVERAGE, a_coverage(year, amount), {year: {}})
    return publish(out, work, TABLES, years, lambda year: {"of": str(year)}, lambda _tables: None)


def _is_refused(out: Path, year: int, says: str) -> None:
    with pytest.raises(DataRefused, match=says):
        publish(out, out / "work", TABLES, [year], lambda _year: {}, lambda _tables: None)


# --- what a version says of itself ------------------------------------------------------------------------------


def test_the_manifest_and_the_checksums_say_what_is_there(tmp_path: Path) -> None:
    version = _published(tmp_path, 2025, 2024)
    names = [file_name(COVERAGE, year) for year in (2024, 2025)]
    content = {name: (version.folder / name).read_bytes() for name in names}
    assert version.is_new
    assert version.manifest["files"] == {
        name: {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw), "rows": 1} for name, raw in content.items()
    }
    told = {name: version.manifest[name] for name in ("version", "kronvis", "years", "inputs", "products")}
    assert told == {
        "version": version.id,
        "kronvis": VERSION,
        "years": [2024, 2025],
        "inputs": {"2024": {"of": "2024"}, "2025": {"of": "2025"}},
        "products": {},
    }
    assert version.manifest["created_at"].endswith("+00:00")
    assert version.id.endswith(f"-{version.manifest['content_sha256'][:8]}")
    sums = (version.folder / "SHA256SUMS").read_text(encoding="utf-8")
    content["manifest.json"] = (version.folder / "manifest.json").read_bytes()
    assert sums == "".join(f"{hashlib.sha256(content[name]).hexdigest()}  {name}\n" for name in sorted(content))
    read = current_version(tmp_path)
    assert read is not None
    assert (read.id, read.manifest, read.is_new) == (version.id, version.manifest, False)
    assert (tmp_path / "current").readlink() == Path("versions", version.id), (
        "relative, so that the folder may be moved"
    )


def test_a_version_without_products_has_its_tables_only() -> None:
    assert all_files({"files": {"a": {"sha256": "x"}}}) == {"a": {"sha256": "x"}}


def test_the_same_again_is_the_same_version_and_leaves_nothing(tmp_path: Path) -> None:
    first = _published(tmp_path, 2025)
    again = _published(tmp_path, 2025)
    assert (again.id, again.is_new) == (first.id, False)
    assert [folder.name for folder in (tmp_path / "versions").iterdir()] == [first.id]


def test_only_folders_with_the_name_of_a_version_are_versions(tmp_path: Path) -> None:
    version = _published(tmp_path, 2025)
    (tmp_path / "versions/2-a-file").write_text("")
    (tmp_path / "versions/notes").mkdir()
    assert version_folders(tmp_path) == [version.folder]


# --- what is on disk before it is seen --------------------------------------------------------------------------


def test_every_folder_is_flushed_before_readers_see_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded as the name that each folder has by then, and whether `current` shows the new version."""
    seen: list[tuple[str, bool]] = []

    def flushed(folder: Path) -> None:
        name = "building" if folder.name.startswith(".building-") else folder.name
        seen.append((name, (tmp_path / "current").exists()))

    monkeypatch.setattr(publishing, "sync_folder", flushed)
    _published(tmp_path, 2025)
    assert seen == [("building", False), ("coverage", False), ("versions", False), (tmp_path.name, True)]


def test_the_link_is_replaced_in_one_step_also_after_an_interrupted_one(tmp_path: Path) -> None:
    _published(tmp_path, 2025)
    (tmp_path / f"{TEMPORARY_PREFIX}current").symlink_to("nowhere")
    second = _published(tmp_path, 2025, amount=6)
    assert (tmp_path / "current").resolve() == second.folder
    assert not (tmp_path / f"{TEMPORARY_PREFIX}current").is_symlink()


# --- what is refused --------------------------------------------------------------------------------------------


def test_a_folder_called_current_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    (tmp_path / "current/somebody-elses").write_text("x")
    with pytest.raises(CannotPublish, match="is a folder, not a link"):
        _published(tmp_path, 2025)
    assert (tmp_path / "current/somebody-elses").read_text() == "x"


def test_before_the_first_publication_there_is_no_version(tmp_path: Path) -> None:
    assert current_version(tmp_path) is None
    assert version_folders(tmp_path) == []


@pytest.mark.parametrize("manifest", [None, "{"])
def test_a_version_without_a_readable_manifest_is_told(tmp_path: Path, manifest: str | None) -> None:
    version = _published(tmp_path, 2025)
    (version.folder / "manifest.json").unlink()
    if manifest is not None:
        (version.folder / "manifest.json").write_text(manifest)
    with pytest.raises(DataRefused, match="without a readable manifest"):
        current_version(tmp_path)


def test_a_table_that_was_not_made_is_refused_with_its_year(tmp_path: Path) -> None:
    first = _published(tmp_path, 2024)
    _is_refused(tmp_path, 2025, r"coverage_2025.parquet: is not there to be published\n.*run the year again")
    assert (tmp_path / "current").resolve() == first.folder


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.drop("pots_count"), "does not have the columns of coverage"),
        (lambda frame: frame.cast({"amount_sek": pl.Int32}), "does not have the columns of coverage"),
    ],
)
def test_a_file_of_another_form_is_refused_by_name(
    tmp_path: Path, change: Callable[[pl.DataFrame], pl.DataFrame], says: str
) -> None:
    file = tmp_path / "work" / file_name(COVERAGE, 2025)
    file.parent.mkdir(parents=True)
    change(a_coverage(2025)).write_parquet(file)
    _is_refused(tmp_path, 2025, f"coverage_2025.parquet: {says}")
    assert current_version(tmp_path) is None


def test_a_file_that_breaks_its_contract_is_refused_again_when_published(tmp_path: Path) -> None:
    """What was whole when it was written need not be whole now; every file is read and held against its contract."""
    file = tmp_path / "work" / file_name(COVERAGE, 2025)
    file.parent.mkdir(parents=True)
    pq.write_table(a_coverage(2025, amount=-5).to_arrow().cast(arrow_schema(COVERAGE)), file)
    _is_refused(tmp_path, 2025, "as it is about to be published: breaks its contract")
    assert current_version(tmp_path) is None


def test_another_publication_is_told_apart_from_bad_data(tmp_path: Path) -> None:
    with publishing._lock(tmp_path), pytest.raises(BeingPublished, match="by another run"):
        _published(tmp_path, 2025)
    assert _published(tmp_path, 2025).is_new


def test_what_is_required_sees_all_years_of_every_table(tmp_path: Path) -> None:
    _published(tmp_path, 2024)
    seen: list[list[int]] = []
    write_table(tmp_path / "work", COVERAGE, a_coverage(2025), {2025: {}})
    publish(
        tmp_path,
        tmp_path / "work",
        TABLES,
        [2025],
        lambda _year: {},
        lambda tables: seen.append(sorted(tables["coverage"]["year"])),
    )
    assert seen == [[2024, 2025]]


# --- damage -----------------------------------------------------------------------------------------------------


def _spoil(file: Path, at: int = 50) -> None:
    """Other bytes in a file of its own: the one in `work` may be the same file."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.unlink()
    file.write_bytes(content)


@pytest.mark.parametrize("spoil", [_spoil, Path.unlink])
def test_only_what_was_published_is_read(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    version = _published(tmp_path, 2024, 2025)
    assert read_published(version, COVERAGE, [2024, 2025])["year"].to_list() == [2024, 2025]
    assert read_published(version, COVERAGE, []).equals(COVERAGE.empty())
    spoil(version.folder / file_name(COVERAGE, 2025))
    assert damage(version) == [file_name(COVERAGE, 2025)]
    assert read_published(version, COVERAGE, [2024]).height == 1
    for year in (2025, 2026):
        with pytest.raises(DataRefused, match=f"coverage_{year}.parquet: is missing or not what was published"):
            read_published(version, COVERAGE, [2024, year])


def test_a_flipped_byte_is_found_wherever_it_is(tmp_path: Path) -> None:
    """Half of other hashes are larger and half are smaller."""
    version = _published(tmp_path, 2024)
    file = version.folder / file_name(COVERAGE, 2024)
    for at in range(50, 60):
        _spoil(file, at)
        assert damage(version) == [file_name(COVERAGE, 2024)]
        with pytest.raises(DataRefused, match="not what was published"):
            read_published(version, COVERAGE, [2024])
        with pytest.raises(DataRefused, match="is not what was published"):
            _published(tmp_path, 2025)
        _spoil(file, at)
        assert damage(version) == []


def test_the_same_again_heals_a_damaged_version(tmp_path: Path) -> None:
    first = _published(tmp_path, 2025)
    _spoil(first.folder / file_name(COVERAGE, 2025))
    second = _published(tmp_path, 2025)
    assert second.is_new
    assert second.id > first.id
    assert damage(second) == []


def test_where_the_disk_has_no_links_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_paths: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", no_links)
    version = _published(tmp_path, 2025)
    file = version.folder / file_name(COVERAGE, 2025)
    assert file.stat().st_nlink == 1
    assert damage(version) == []


# --- cleaning ---------------------------------------------------------------------------------------------------


def test_half_built_versions_and_old_temporary_files_are_cleaned(tmp_path: Path) -> None:
    _published(tmp_path, 2024)
    (tmp_path / "versions/.building-999/coverage").mkdir(parents=True)
    hour = 3600
    now = (tmp_path / "current").lstat().st_mtime
    ages = {"old": hour + 60, "new": hour - 60}
    for name, age in ages.items():
        file = tmp_path / f".kronvis-tmp-{name}"
        file.write_bytes(b"")
        os.utime(file, (now - age, now - age))
    _published(tmp_path, 2025)
    assert not (tmp_path / "versions/.building-999").exists()
    assert [name for name in ages if (tmp_path / f".kronvis-tmp-{name}").exists()] == ["new"]


@pytest.mark.parametrize(("keep", "left"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3)])
def test_as_many_versions_are_kept_as_told_and_one_at_least(tmp_path: Path, keep: int, left: int) -> None:
    ids = [_published(tmp_path, 2024, amount=amount).id for amount in (3, 4, 5)]
    assert prune(tmp_path, keep) == ids[: 3 - left]
    assert [folder.name for folder in (tmp_path / "versions").iterdir() if stat.S_ISDIR(folder.stat().st_mode)]
    assert sorted(folder.name for folder in (tmp_path / "versions").iterdir()) == ids[3 - left :]


def test_no_reader_finds_half_of_a_version_that_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _published(tmp_path, 2024, amount=3)
    _published(tmp_path, 2024, amount=4)
    removed: list[tuple[str, bool]] = []
    remove = shutil.rmtree

    def seen(folder: Path) -> None:
        removed.append((folder.name, first.folder.exists()))
        remove(folder)

    monkeypatch.setattr(shutil, "rmtree", seen)
    prune(tmp_path, 1)
    assert removed == [(f".building-{first.id}", False)]
