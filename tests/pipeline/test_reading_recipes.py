"""Every snippet of `docs/how-to/read-the-data.md` runs, in order, and gives the right figure."""

import ast
import json
import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from assets.presentation.catalogue.product import catalogue
from assets.presentation.csv_twins import csv_twins
from assets.storage.products import bring_products
from assets.storage.publishing import Contents
from schemas.tables.registry import TABLES
from tests.domain import DATA, ROOT
from tests.published import Published

DOCUMENT: Final = ROOT / "docs/how-to/read-the-data.md"
TEXT: Final = DOCUMENT.read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def version(history: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with its tables, CSV twins and catalogue, where the document says it lies."""
    root = tmp_path_factory.mktemp("reader")
    made = root / "data/out/versions/one"
    made.mkdir(parents=True)
    for name in TABLES:
        shutil.copytree(history.version.folder / name, made / name)
    entries = history.version.manifest["files"]
    tables = {name: history.table(name) for name in TABLES}
    contents = Contents(tables, {name: entry["sha256"] for name, entry in entries.items()}, None)
    bring_products([csv_twins(contents), catalogue(contents, DATA)], made, None, {})
    (root / "data/out/current").symlink_to(made)
    return root


@pytest.fixture(scope="module")
def answers(version: Path) -> list[Any]:
    """What the Python snippets give, each the value of its last line; they share their names, as in a notebook."""
    scope: dict[str, Any] = {}
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(version)
        for block in _blocks("python"):
            *statements, last = ast.parse(block).body
            assert isinstance(last, ast.Expr), block
            exec(compile(ast.Module(statements, []), str(DOCUMENT), "exec"), scope)  # noqa: S102 - our own document
            found.append(eval(compile(ast.Expression(last.value), str(DOCUMENT), "eval"), scope))  # noqa: S307 - same
    return found


@pytest.fixture(scope="module")
def results(version: Path) -> list[list[dict[str, Any]]]:
    """What the SQL snippets give, row by row."""
    found = []
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as connection:
        patch.chdir(version)
        for block in _blocks("sql"):
            answer = connection.execute(block)
            names = [column[0] for column in answer.description]
            found.append([dict(zip(names, row, strict=True)) for row in answer.fetchall()])
    return found


def _number_of(fragment: str, language: str) -> int:
    """Which snippet of a language has `fragment` in it."""
    (number,) = [number for number, block in enumerate(_blocks(language)) if fragment in block]
    return number


def test_every_promised_reader_has_a_snippet() -> None:
    python = "".join(_blocks("python"))
    assert all(f"import {name}" in python for name in ("polars", "pandas", "pyarrow", "json"))
    assert len(_blocks("sql")) >= 4
    assert len(_blocks("r")) == 2


def test_every_python_snippet_finds_something(answers: list[Any]) -> None:
    assert [len(answer) > 0 for answer in answers] == [True] * len(_blocks("python"))


def test_every_sql_snippet_finds_something(results: list[list[dict[str, Any]]]) -> None:
    assert [len(result) > 0 for result in results] == [True] * len(_blocks("sql"))


def test_the_ten_lowest_per_child_are_the_lowest(results: list[list[dict[str, Any]]], history: Published) -> None:
    """Computed once more with fractions, from the allocations and the population that they rest on."""
    allocations = history.table("allocations", 2025).filter(recipient_type="municipality", programme="psykisk-halsa")
    amounts: dict[str, int] = {}
    for code, amount in allocations.select("recipient_code", "amount_sek").iter_rows():
        amounts[code] = amounts.get(code, 0) + amount
    population = history.table("population", 2025).filter(ages="0-18", region_type="municipality")
    children = dict(population.select("region_code", "population").iter_rows())
    assert len(amounts) == len(children) == 290
    expected = sorted(amounts, key=lambda code: (Fraction(amounts[code], children[code]), code))[:10]
    found = results[_number_of("LIMIT 10", "sql")]
    assert [row["recipient_code"] for row in found] == expected
    assert [row["amount_sek"] for row in found] == [amounts[code] for code in expected]


def test_falun_through_the_years_has_its_status(answers: list[Any], history: Published) -> None:
    found = answers[_number_of('scan_parquet(version / "recipient_totals', "python")]
    assert found.filter(year=2025).rows() == [("psykisk-halsa", 2025, 1_309_672, None, "decided")]
    expected = {
        (row["year"], row["amount_sek"]): row["status"]
        for row in history.table("recipient_totals").to_dicts()
        if row["recipient_name"] == "Falun" and row["recipient_type"] == "municipality"
    }
    assert {(year, amount): status for _, year, amount, _, status in found.iter_rows()} == expected
    assert len(expected) >= 7


def test_the_largest_residual_is_pot_minus_amounts(answers: list[Any], history: Published) -> None:
    found = answers[_number_of("nlargest", "python")].to_dict("records")
    sums: dict[tuple[str, int, str], int] = {}
    for *pot, amount in history.table("allocations").select("programme", "year", "pot_id", "amount_sek").iter_rows():
        sums[tuple(pot)] = sums.get(tuple(pot), 0) + amount
    sizes = {
        (row["programme"], row["year"], row["pot_id"]): row["amount_sek"] for row in history.table("pots").to_dicts()
    }
    residuals = {pot: sizes[pot] - amount for pot, amount in sums.items()}
    largest = max(abs(residual) for residual in residuals.values())
    assert {(row["programme"], row["year"], row["pot_id"]): row["residual_sek"] for row in found} == {
        pot: residual for pot, residual in residuals.items() if abs(residual) == largest
    }
    assert largest > 0


def test_the_money_of_2025_per_kind_adds_up_to_what_was_allocated(answers: list[Any], history: Published) -> None:
    found = answers[_number_of("group_by", "python")]
    assert [row["recipient_type"] for row in found] == ["county", "municipality", "national", "region"]
    assert sum(row["amount_sek_sum"] for row in found) == history.table("pots", 2025).get_column("allocated_sek").sum()


def test_csv_read_by_its_package_is_the_table(
    answers: list[Any], results: list[list[dict[str, Any]]], history: Published
) -> None:
    parquet = history.table("allocations")
    csv = answers[_number_of("pl.concat(", "python")]
    assert csv.cast(dict(parquet.schema)).equals(parquet)
    by_code = {row["recipient_code"]: row["amount_sek"] for row in results[_number_of("read_csv", "sql")]}
    assert by_code["2080"] == 1_309_672
    assert {len(code) for code in by_code} == {4}


def test_the_footer_is_shown_as_it_was_written(
    answers: list[Any], results: list[list[dict[str, Any]]], history: Published
) -> None:
    inputs = answers[_number_of("kronvis:inputs", "python")]
    shown = {row["key"]: row["value"] for row in results[_number_of("parquet_kv_metadata", "sql")]}
    assert inputs == json.loads(shown["kronvis:inputs"])
    assert inputs.items() <= history.version.manifest["inputs"]["2025"].items()
    assert shown["kronvis:licence"] == "CC0-1.0"
    allocations = TABLES["allocations"]
    assert answers[_number_of("read_parquet_metadata", "python")] == allocations.description.sv
    (amount,) = [column.field for column in allocations.columns if column.name == "amount_sek"]
    assert answers[_number_of('field("amount_sek")', "python")] == amount.description.sv


def test_what_the_document_says_of_the_data_is_so(history: Published, version: Path) -> None:
    assert history.table("allocations", 2021).is_empty()
    pots = history.table("pots")
    programmes = pots.group_by("year").agg(pl.col("programme").n_unique()).filter(pl.col("programme") > 1)
    assert sorted(programmes.get_column("year")) == [2022, 2024]
    assert set(pots.filter(status="not_computed").get_column("evidence_rule")) == {"unknown"}
    named = set(re.findall(r"^\| (.+?) \|", TEXT, flags=re.MULTILINE)[2:])
    files = {name for cell in named for name in re.findall(r"`([a-z]+\.[a-z]+)`", cell)}
    made_here = {path.name for path in (version / "data/out/current").iterdir()}
    assert files - made_here == {"manifest.json"}
