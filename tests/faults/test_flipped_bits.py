"""A bit that flips anywhere in a Parquet file: the file is refused by name with a way out, or reads as it is."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.storage.parquet import parse, parse_files, parsing, read_stored, write_table
from assets.storage.published import current_version
from assets.storage.publishing import publish
from schemas.errors import DataRefused
from schemas.tables.allocation import COVERAGE
from tests.domain import a_coverage

FILE = "coverage/coverage_2024.parquet"


def _publish(out: Path, year: int) -> str:
    return publish(out, out / "work", {"coverage": COVERAGE}, [year], lambda _year: {}, lambda _tables: None).id


def _flipped(body: bytes, at: int) -> bytes:
    other = bytearray(body)
    other[at] ^= 1 << at % 8
    return bytes(other)


def _refusals(bodies: Iterable[bytes], read: Callable[[bytes], object]) -> list[DataRefused]:
    """What is said of the bodies that are refused; some are not, and nothing else may be raised."""
    refusals = []
    for body in bodies:
        try:
            read(body)
        except DataRefused as refusal:
            refusals.append(refusal)
    return refusals


def _read_footer(body: bytes) -> None:
    with parsing(Path(FILE)):
        pq.read_schema(pa.BufferReader(body))


@pytest.mark.parametrize(
    "read", [lambda body: parse({Path(FILE): body}), _read_footer], ids=["the rows", "only the footer"]
)
def test_whatever_bit_flips_the_file_is_refused_by_its_name(tmp_path: Path, read: Callable[[bytes], object]) -> None:
    write_table(tmp_path, COVERAGE, a_coverage(2024), {2024: {}})
    body = (tmp_path / FILE).read_bytes()
    refusals = _refusals((_flipped(body, at) for at in range(len(body))), read)
    assert {(one.where, one.remedy) for one in refusals} == {(FILE, "run 2024 again")}
    # Texts of the footer do not make a file unreadable; hashes are what notices those.
    assert 100 < len(refusals) < len(body)


@pytest.mark.parametrize("error", [pl.exceptions.PanicException("panicked"), OSError("bad thrift"), UnicodeError("?")])
def test_whatever_a_parser_raises_is_told_with_its_reason(error: BaseException) -> None:
    with pytest.raises(DataRefused, match=f"^{FILE}: is not readable as Parquet: ") as refusal, parsing(Path(FILE)):
        raise error
    assert str(error) in str(refusal.value)


def test_of_several_files_the_spoilt_one_is_named(tmp_path: Path) -> None:
    for year in (2023, 2024, 2025):
        write_table(tmp_path, COVERAGE, a_coverage(year), {year: {}})
    os.truncate(tmp_path / FILE, 100)
    with pytest.raises(DataRefused, match=f"{FILE}: is not readable as Parquet") as refusal:
        read_stored(tmp_path, COVERAGE, [2023, 2024, 2025])
    assert refusal.value.remedy == "run 2024 again"


def test_a_file_spoilt_after_its_hash_was_taken_is_named(tmp_path: Path) -> None:
    """What this process has just written is read from disk once more, without being held against its contract."""
    for year in (2024, 2025):
        write_table(tmp_path, COVERAGE, a_coverage(year), {year: {}})
    files = [tmp_path / f"coverage/coverage_{year}.parquet" for year in (2024, 2025)]
    assert parse_files(files).height == a_coverage(2024).height + a_coverage(2025).height
    for spoil in (lambda: os.truncate(files[0], 100), lambda: files[0].write_bytes(b"")):
        spoil()
        with pytest.raises(DataRefused, match=f"{FILE}: is not readable as Parquet") as refusal:
            parse_files(files)
        assert refusal.value.remedy == "run 2024 again"


def _whole(out: Path) -> bytes:
    for year in (2024, 2025):
        write_table(out / "work", COVERAGE, a_coverage(year), {year: {}})
    return (out / "work" / FILE).read_bytes()


def _put(file: Path, body: bytes) -> None:
    """As a file of its own: the one that was published may be the same."""
    file.unlink()
    file.write_bytes(body)


# Every kind of place of a file: magic, pages, footer; the last eight are the footer's length and the magic.
PLACES = [0, 5, 60, 200, 1358, *range(-1200, 0, 37), *range(-8, 0)]


@pytest.mark.parametrize("spoil", [_flipped, lambda body, at: body[: at % len(body)]], ids=["flipped", "cut"])
def test_a_spoilt_file_of_another_year_is_never_parsed_nor_taken_over(
    tmp_path: Path, spoil: Callable[[bytes, int], bytes]
) -> None:
    body = _whole(tmp_path)
    _publish(tmp_path, 2024)
    before = current_version(tmp_path)
    assert before is not None
    for at in PLACES:
        _put(before.folder / FILE, spoil(body, at % len(body)))
        with pytest.raises(DataRefused, match=f"{FILE}: is not what was published") as refusal:
            _publish(tmp_path, 2025)
        assert refusal.value.remedy == "run 2024 again, or all years"
        assert current_version(tmp_path) == before
    assert _publish(tmp_path, 2024) != before.id


@pytest.mark.parametrize("spoil", [_flipped, lambda body, at: body[: at % len(body)]], ids=["flipped", "cut"])
def test_a_spoilt_work_file_is_refused_or_keeps_its_contract(
    tmp_path: Path, spoil: Callable[[bytes, int], bytes]
) -> None:
    body = _whole(tmp_path)

    def put_and_publish(spoilt: bytes) -> None:
        _put(tmp_path / "work" / FILE, spoilt)
        _publish(tmp_path, 2024)

    refusals = _refusals((spoil(body, at % len(body)) for at in PLACES), put_and_publish)
    assert [one.what for one in refusals if not one.remedy and "breaks its contract" not in one.what] == []
    assert any(one.what.startswith("is not readable as Parquet") for one in refusals)


def test_files_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    whole = a_coverage(2024)
    bodies = {}
    for year, frame in ((2024, whole), (2025, whole.drop("amount_sek"))):
        file = tmp_path / f"coverage_{year}.parquet"
        frame.write_parquet(file)
        bodies[file] = file.read_bytes()
    with pytest.raises(DataRefused, match="the files of 2024 and 2025 do not have the same columns") as refusal:
        parse(bodies)
    assert refusal.value.remedy == "run 2024 and 2025 again"
