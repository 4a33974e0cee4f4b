"""The same bytes are held against their contract once; other bytes, another name or another contract, anew."""

import shutil
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from assets.storage import held, parquet, publishing
from assets.storage.parquet import read_stored, require_contract, write_table
from assets.storage.publishing import publish
from schemas.contract import enforce
from schemas.dictionary import arrow_schema
from schemas.errors import DataRefused
from schemas.table import Table
from schemas.tables.allocation import COVERAGE
from tests.domain import a_coverage

YEAR = 2025
FILE = f"coverage/coverage_{YEAR}.parquet"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows the contract was held against, each time it was; nothing is known from other tests."""
    monkeypatch.setattr(held, "_held", {})
    seen: list[int] = []

    def counting(table: Table, frame: pl.DataFrame, *, where: str = "") -> pl.DataFrame:
        seen.append(frame.height)
        return enforce(table, frame, where=where)

    for module in (parquet, publishing):
        monkeypatch.setattr(module, "enforce", counting)
    return seen


def _publish(out: Path, years: list[int]) -> str:
    return publish(out, out / "work", {"coverage": COVERAGE}, years, lambda _year: {}, lambda _tables: None).id


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process would begin."""
    monkeypatch.setattr(held, "_held", {})


def test_a_run_holds_each_table_against_its_contract_once(tmp_path: Path, looked_at: list[int]) -> None:
    write_table(tmp_path / "work", COVERAGE, a_coverage(YEAR), {YEAR: {}})
    require_contract(COVERAGE, read_stored(tmp_path / "work", COVERAGE, [YEAR]))
    _publish(tmp_path, [YEAR])
    assert looked_at == [1]


def test_other_bytes_are_held_against_the_contract_by_the_check(tmp_path: Path) -> None:
    write_table(tmp_path, COVERAGE, a_coverage(YEAR), {YEAR: {}})
    pl.read_parquet(tmp_path / FILE).with_columns(amount_sek=pl.lit(-1, pl.Int64)).write_parquet(tmp_path / FILE)
    stored = read_stored(tmp_path, COVERAGE, [YEAR])
    for _ in range(2):
        with pytest.raises(DataRefused, match="breaks its contract"):
            require_contract(COVERAGE, stored)


def test_other_bytes_are_held_against_the_contract_before_they_are_published(tmp_path: Path) -> None:
    write_table(tmp_path / "work", COVERAGE, a_coverage(YEAR), {YEAR: {}})
    file = tmp_path / "work" / FILE
    whole = pl.read_parquet(file)
    pq.write_table(whole.with_columns(amount_sek=pl.lit(-1, pl.Int64)).to_arrow().cast(arrow_schema(COVERAGE)), file)
    with pytest.raises(DataRefused, match="as it is about to be published"):
        _publish(tmp_path, [YEAR])
    assert not (tmp_path / "current").exists()


def test_a_year_under_the_name_of_another_is_not_taken_for_it(tmp_path: Path) -> None:
    for year in (2024, YEAR):
        write_table(tmp_path / "work", COVERAGE, a_coverage(year), {year: {}})
    shutil.copyfile(tmp_path / "work/coverage/coverage_2024.parquet", tmp_path / "work" / FILE)
    with pytest.raises(DataRefused, match="breaks its contract"):
        _publish(tmp_path, [2024, YEAR])


@pytest.mark.parametrize(("contract", "rows"), [("the same", [1]), ("another", [1, 2])])
def test_kept_years_are_held_against_a_contract_that_is_new(
    contract: str, rows: list[int], tmp_path: Path, looked_at: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path / "work", COVERAGE, a_coverage(2024), {2024: {}})
    monkeypatch.setattr(publishing, "contract_sha256", lambda: "the same")
    _publish(tmp_path, [2024])
    _forget(monkeypatch)
    looked_at.clear()
    write_table(tmp_path / "work", COVERAGE, a_coverage(YEAR), {YEAR: {}})
    monkeypatch.setattr(publishing, "contract_sha256", lambda: contract)
    _publish(tmp_path, [YEAR])
    assert looked_at == rows


def test_what_is_remembered_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_held", {})
    monkeypatch.setattr(held, "_MOST", 3)
    for number in range(5):
        held.remember({f"coverage/coverage_{number}.parquet": "hash"})
    known = [held.are_held({f"coverage/coverage_{number}.parquet": "hash"}) for number in range(5)]
    assert known == [False, False, True, True, True]
