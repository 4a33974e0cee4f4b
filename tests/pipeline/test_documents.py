"""What the documents promise is run here: snippets, commands, links, pictures."""

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from assets.agreements.model import Agreement
from assets.storage.yaml_files import load_yaml
from pipelines.commands.app import app
from schemas.tables.registry import TABLES
from tests.domain import ROOT
from tests.integration.scb_stand_in import StandIn
from tests.published import Published

# The Swedish README has the same code, which tests/unit/test_readme.py holds it to.
README = ROOT / "README.md"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "README.sv.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture
def reader(history: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where results lie as after `make run`."""
    shutil.copytree(history.settings.out, tmp_path / "data/out", symlinks=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KRONVIS_OUT", str(tmp_path / "data/out"))
    return tmp_path


def _snippets() -> tuple[list[str], list[str]]:
    """The imports of the README, and its expressions, each of which asks one reader."""
    lines = "".join(_blocks(README, "python")).splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    return imports, [line for line in lines if line and line not in imports]


def test_the_readme_shows_every_reader_it_promises() -> None:
    readers = [expression.partition(".")[0] for expression in _snippets()[1]]
    assert readers == ["duckdb", "polars", "pandas"]


@pytest.mark.parametrize("snippet", _snippets()[1], ids=lambda text: text.partition(".")[0])
def test_the_readme_snippets_run_and_find_something(reader: Path, snippet: str) -> None:
    scope: dict[str, object] = {}
    exec("\n".join(_snippets()[0]), scope)  # noqa: S102 - our own README
    assert len(eval(snippet, scope)) > 0  # noqa: S307 - our own README


def test_the_readme_commands_run(reader: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(_blocks(README, "bash")).splitlines()
    commands = [line.partition("#")[0].split()[1:] for line in lines if line.startswith("kronvis ")]
    assert {command[0] for command in commands} >= {"explain", "verify", "status"}
    monkeypatch.setenv("KRONVIS_RAW", str(reader / "data/raw"))
    with StandIn() as scb:
        monkeypatch.setenv("KRONVIS_SCB_URL", scb.v2_url)
        for command in commands:
            result = CliRunner().invoke(app, command)
            assert result.exit_code == 0, (command, result.output)


def test_documented_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = {word for document in DOCUMENTS for word in re.findall(r"make ([a-z]+)", _code_of(document))}
    assert {"run", "test"} <= named <= targets


def _code_of(document: Path) -> str:
    text = document.read_text(encoding="utf-8")
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *_blocks(document, "bash")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (document.parent / target).exists(), target


def test_the_example_agreement_of_the_guide_loads(tmp_path: Path) -> None:
    (example,) = _blocks(ROOT / "docs/reference/agreement-file.md", "yaml")
    filled = example.replace("…", "x")
    assert yaml.safe_load(filled)["year"] == 2027
    file = tmp_path / "2027.yaml"
    file.write_text(filled, encoding="utf-8")
    assert load_yaml(file, Agreement).total_sek == 310_000_000


def _sql(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_opens_in_every_reader(history: Published, name: str) -> None:
    folder = history.settings.out / "current" / name
    rows = pl.read_parquet(folder / "*.parquet").height
    assert pq.read_table(folder).num_rows == rows
    assert len(pd.read_parquet(folder)) == rows
    ((count, year_type),) = _sql(f"SELECT count(*), min(typeof(year)) FROM '{folder}/*.parquet'")
    assert count == rows
    assert year_type in {"INTEGER", None}


def test_codes_keep_their_leading_zero_in_every_reader(history: Published) -> None:
    folder = history.settings.out / "current/recipient_totals"
    assert "0114" in set(pd.read_parquet(folder)["recipient_code"])
    assert "0114" in set(pq.read_table(folder)["recipient_code"].to_pylist())
    ((found,),) = _sql(f"SELECT count(*) FROM '{folder}/*.parquet' WHERE recipient_code = '0114'")
    assert found > 0
