"""A run loads what it needs and no more, and tells its libraries that the tables are small."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from pipelines.footprint import keep_small
from tests.domain import ROOT

LOADED: Final = """
import json, sys
from pipelines.__main__ import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
# What asks the network, makes pages and workbooks, reads documents, or serves the UI.
NOT_FOR_TABLES: Final = {
    "dagster_graphql",
    "dagster_webserver",
    "jinja2",
    "lxml",
    "openpyxl",
    "pdfplumber",
    "pyarrow.compute",
    "rdflib",
    "requests",
    "urllib3",
    "xlsxwriter",
}
NOT_FOR_HELP: Final = NOT_FOR_TABLES | {"dagster", "numpy", "pandera", "polars", "pyarrow", "pydantic", "sqlalchemy"}


def loaded_by(*arguments: str) -> set[str]:
    """The modules that are there when a command ends; pandas is hidden, which pandera loads wherever it is."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "benchmarks/without_pandas"), str(ROOT)])}
    command = [sys.executable, "-c", LOADED, *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_a_run_loads_only_what_makes_tables(tmp_path: Path) -> None:
    loaded = loaded_by("run", "--year", "2025", "--tables-only", "--quiet", "--out", str(tmp_path))
    assert (tmp_path / "current" / "manifest.json").is_file()
    assert {"dagster", "polars", "pandera"} <= loaded
    assert loaded & (NOT_FOR_TABLES | {"pandas"}) == set()


def test_help_loads_next_to_nothing() -> None:
    loaded = loaded_by("--help")
    assert "typer" in loaded
    assert loaded & NOT_FOR_HELP == set()


def test_an_answer_loads_no_dagster(tmp_path: Path) -> None:
    loaded = loaded_by("explain", "2025", "Falun", "--out", str(tmp_path))
    assert loaded & {"dagster", "pandera", "sqlalchemy", "typer"} == set()


def test_what_is_set_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "7")
    monkeypatch.delenv("POLARS_ENGINE_AFFINITY", raising=False)
    keep_small()
    assert os.environ["POLARS_MAX_THREADS"] == "7"
    assert os.environ["POLARS_ENGINE_AFFINITY"] == "in-memory"
