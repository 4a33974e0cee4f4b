"""Versions on disk: which one a name means, in which years two differ, and that only whole files are read."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from assets.storage.parquet import write_table
from assets.storage.published import PublishedVersion
from assets.storage.publishing import publish
from assets.storage.table_files import file_name
from assets.storage.versions import (
    read_columns,
    require_whole,
    version_ids,
    version_named,
    version_of,
    years_that_differ,
)
from schemas.errors import DataRefused, UsageError
from schemas.table import Table
from schemas.tables.allocation import COVERAGE, POTS
from tests.domain import a_coverage

COLUMNS = ["programme", "year", "evidence", "amount_sek"]


def _published(out: Path, amounts: Mapping[int, int]) -> PublishedVersion:
    work = out / "work"
    for year, amount in amounts.items():
        write_table(work, COVERAGE, a_coverage(year, amount), {year: {}})
    return publish(out, work, {"coverage": COVERAGE}, amounts, lambda _year: {}, lambda _tables: None)


def _id(day: str, content: str = "a") -> str:
    """The id of a version published at the start of a day."""
    return f"{day}T000000.000000Z-{content * 8}"


def _named_folders(out: Path, *names: str) -> None:
    """Versions by name only, with a manifest that says nothing; the last is the current one."""
    for name in names:
        (out / "versions" / name).mkdir(parents=True)
        manifest = {"files": {}, "years": [], "created_at": "2026-01-01T00:00:00+00:00"}
        (out / "versions" / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "current").symlink_to(f"versions/{names[-1]}")


# --- manifests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "manifest",
    [
        "[" * 9_999,
        "[]",
        '{"files": [], "years": [], "created_at": "2026-01-01"}',
        '{"files": {"a": 1}, "years": [], "created_at": "2026-01-01"}',
        '{"files": {}, "years": ["2025"], "created_at": "2026-01-01"}',
        '{"files": {}, "years": [], "created_at": "then"}',
        '{"files": {}, "years": [], "created_at": "2026-01-01", "products": {"report": {}}}',
    ],
)
def test_a_manifest_of_another_form_is_told(tmp_path: Path, manifest: str) -> None:
    """Also where no checksums say what it was."""
    _named_folders(tmp_path, _id("20250101"), _id("20260202"))
    for name in version_ids(tmp_path):
        (tmp_path / "versions" / name / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(DataRefused, match="manifest"):
        version_named(tmp_path, "current")
    with pytest.raises(DataRefused, match="manifest"):
        version_of(tmp_path, _id("20250101"))


def test_a_manifest_that_was_changed_is_not_what_was_published(tmp_path: Path) -> None:
    """Its hashes would let a changed table pass for whole."""
    first, _second = (_published(tmp_path, {2025: amount}) for amount in (5, 6))
    file = first.folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["files"]["coverage/coverage_2025.parquet"]["sha256"] = "0" * 64
    file.unlink()
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataRefused, match="not what was published"):
        version_named(tmp_path, "previous")


# --- which version a name means ---------------------------------------------------------------------------------


def test_names_mean_versions(tmp_path: Path) -> None:
    first, second, third = (_published(tmp_path, {2025: amount}).id for amount in (5, 6, 7))
    assert version_ids(tmp_path) == [first, second, third]
    assert version_named(tmp_path, "current").id == third
    assert version_named(tmp_path, "previous").id == second
    for name in (first, second, third):
        found = version_named(tmp_path, name)
        assert (found.id, found.folder, found.is_new) == (name, tmp_path / "versions" / name, False)
        assert found.manifest["version"] == name


def test_the_beginning_of_one_id_is_enough_and_a_whole_id_wins(tmp_path: Path) -> None:
    first, second, third = _id("20250101", "a"), _id("20250101", "b"), _id("20260202")
    _named_folders(tmp_path, first, second, third)
    assert version_named(tmp_path, "2026").id == third
    assert version_named(tmp_path, first).id == first
    with pytest.raises(UsageError, match="means several versions") as caught:
        version_named(tmp_path, "2025")
    assert f"there is {second} and {first}; or write current or previous" in str(caught.value)


@pytest.mark.parametrize("name", ["", "2027", "x", f"../{_id('20250101')}"])
def test_a_name_of_no_version_is_told_with_those_there_are(tmp_path: Path, name: str) -> None:
    _named_folders(tmp_path, _id("20250101"), _id("20260202"))
    with pytest.raises(UsageError, match="is no version") as caught:
        version_named(tmp_path, name)
    assert repr(name) in str(caught.value)
    assert f"there is {_id('20260202')} and {_id('20250101')}" in str(caught.value)


@pytest.mark.parametrize(
    ("count", "ends"),
    [
        (10, f"{_id('20260102')} and {_id('20260101')}"),
        (11, f"{_id('20260102')} and 1 earlier"),
        (13, f"{_id('20260104')} and 3 earlier"),
    ],
)
def test_the_latest_ten_are_listed_and_the_others_counted(tmp_path: Path, count: int, ends: str) -> None:
    _named_folders(tmp_path, *(_id(f"202601{day:02d}") for day in range(1, count + 1)))
    with pytest.raises(UsageError) as caught:
        version_named(tmp_path, "x")
    assert f"there is {_id(f'202601{count:02d}')}, " in caught.value.remedy
    assert f"{ends}; or write" in caught.value.remedy


def test_before_the_first_version_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        version_named(tmp_path, "current")
    _named_folders(tmp_path, _id("20250101"))
    with pytest.raises(UsageError, match="no version before the current one") as caught:
        version_named(tmp_path, "previous")
    assert f"there is {_id('20250101')}; there is something to compare" in str(caught.value)


def test_previous_is_before_the_current_one_also_when_that_is_not_the_latest(tmp_path: Path) -> None:
    _named_folders(tmp_path, _id("20260303"), _id("20240101"), _id("20250202"))
    assert version_named(tmp_path, "previous").id == _id("20240101")


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": {}, "years": []}'])
def test_a_manifest_that_cannot_be_used_is_refused(tmp_path: Path, manifest: str | None) -> None:
    _named_folders(tmp_path, "20250101", "20260101")
    file = tmp_path / "versions/20250101/manifest.json"
    file.unlink()
    if manifest is not None:
        file.write_text(manifest, encoding="utf-8")
    with pytest.raises(DataRefused, match="version 20250101: has "):
        version_of(tmp_path, "20250101")


# --- what differs -----------------------------------------------------------------------------------------------


def test_years_differ_where_a_file_does_or_is_on_one_side_only(tmp_path: Path) -> None:
    first = _published(tmp_path, {2023: 5, 2024: 5})
    second = _published(tmp_path, {2024: 6, 2025: 5})
    assert years_that_differ(first, second, [COVERAGE]) == [2024, 2025]
    assert years_that_differ(second, first, iter([COVERAGE])) == [2024, 2025]
    assert years_that_differ(second, second, [COVERAGE]) == []
    assert years_that_differ(first, second, [POTS]) == [], "neither has that table"
    assert years_that_differ(first, second, [POTS, COVERAGE]) == [2024, 2025]


# --- what is read -----------------------------------------------------------------------------------------------


def test_columns_of_the_years_on_hand_are_read(tmp_path: Path) -> None:
    version = _published(tmp_path, {2024: 5, 2025: 6})
    read = read_columns(version, COVERAGE, COLUMNS, [2023, 2024, 2025])
    assert read.columns == COLUMNS
    assert read.rows() == [("test", 2024, "verified", 5), ("test", 2025, "verified", 6)]
    assert read_columns(version, COVERAGE, COLUMNS, [2025]).height == 1
    none = read_columns(version, COVERAGE, COLUMNS, [2023])
    assert none.is_empty()
    assert none.schema == {name: COVERAGE.schema[name] for name in COLUMNS}


def _flip(file: Path, at: int = 50) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.unlink()
    file.write_bytes(content)


@pytest.mark.parametrize(("spoil", "says"), [(_flip, "is not what was published"), (Path.unlink, "is missing")])
def test_only_the_bytes_that_were_published_are_read(tmp_path: Path, spoil: object, says: str) -> None:
    version = _published(tmp_path, {2024: 5, 2025: 6})
    require_whole(version, [COVERAGE], [2023, 2024, 2025])
    assert callable(spoil)
    spoil(version.folder / file_name(COVERAGE, 2024))
    for ask in (
        lambda: read_columns(version, COVERAGE, COLUMNS, [2024]),
        lambda: require_whole(version, [COVERAGE], [2023, 2024]),
    ):
        with pytest.raises(DataRefused, match=f"version {version.id}: coverage/coverage_2024.parquet {says}"):
            ask()
    assert read_columns(version, COVERAGE, COLUMNS, [2025]).height == 1
    require_whole(version, [COVERAGE], [2025])


def test_a_flipped_byte_is_found_wherever_it_is(tmp_path: Path) -> None:
    """Half of other hashes are larger and half are smaller."""
    version = _published(tmp_path, {2025: 6})
    file = version.folder / file_name(COVERAGE, 2025)
    for at in range(50, 60):
        _flip(file, at)
        with pytest.raises(DataRefused, match="is not what was published"):
            require_whole(version, [COVERAGE], [2025])
        _flip(file, at)
        require_whole(version, [COVERAGE], [2025])


def test_a_table_that_the_version_does_not_have_is_refused_by_name(tmp_path: Path) -> None:
    version = _published(tmp_path, {2025: 6})
    with pytest.raises(DataRefused, match="has no table pots for 2025"):
        require_whole(version, [COVERAGE, POTS], [2025])


def _as_published(folder: Path, frame: pl.DataFrame, table: Table = COVERAGE) -> PublishedVersion:
    """A version of an earlier Kronvis: whole, but with the columns of `frame`."""
    from hashlib import sha256

    file = folder / file_name(table, 2025)
    file.parent.mkdir(parents=True)
    frame.write_parquet(file)
    entry = {"sha256": sha256(file.read_bytes()).hexdigest()}
    return PublishedVersion(
        "old", folder, is_new=False, manifest={"years": [2025], "files": {file_name(table, 2025): entry}}
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.drop("amount_sek"), "column amount_sek is not there"),
        (lambda frame: frame.cast({"amount_sek": pl.Float64}), "column amount_sek is Float64, not Int64"),
        (lambda frame: pl.concat([frame, frame]), "two rows share programme, year and evidence"),
    ],
)
def test_a_table_of_another_form_is_refused_by_column(tmp_path: Path, change: object, says: str) -> None:
    assert callable(change)
    version = _as_published(tmp_path, change(a_coverage(2025, 5)))
    with pytest.raises(DataRefused, match=f"version old, table coverage, 2025: {says}"):
        read_columns(version, COVERAGE, COLUMNS, [2025])


def test_columns_that_are_not_asked_for_may_be_of_another_form(tmp_path: Path) -> None:
    version = _as_published(tmp_path, a_coverage(2025, 5).drop("coverage_share").with_columns(new=pl.lit(1)))
    assert read_columns(version, COVERAGE, COLUMNS, [2025]).rows() == [("test", 2025, "verified", 5)]
