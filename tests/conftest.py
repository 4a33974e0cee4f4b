"""The whole history, computed once for all tests that need it, and copies of it that a test may spoil."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.publication import publish_years
from pipelines.running.run import run_years
from pipelines.settings import Settings
from tests.documentation import build_site, copy_of_sources
from tests.domain import DATA
from tests.money import pytest_assertrepr_compare
from tests.published import ALL_YEARS, Published, quiet
from tests.tiers import pytest_pycollect_makeitem, pytest_terminal_summary

__all__ = ["pytest_assertrepr_compare", "pytest_pycollect_makeitem", "pytest_terminal_summary"]


@pytest.fixture(scope="session", autouse=True)
def _environment_of_tests() -> None:
    """Runs of the tests leave no trace in somebody's Dagster instance; commands make products only where asked to."""
    os.environ.pop("DAGSTER_HOME", None)
    os.environ["KRONVIS_TABLES_ONLY"] = "1"


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """All tables of all years of the tracked data, published. Not to be changed by a test."""
    settings = Settings(DATA, tmp_path_factory.mktemp("history"), tables_only=True)
    run_years(settings, ALL_YEARS, quiet)
    return Published(settings)


@pytest.fixture(scope="session")
def whole_history(history: Published, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The same history, published again with all its products. Not to be changed by a test."""
    out = tmp_path_factory.mktemp("whole") / "out"
    shutil.copytree(history.settings.out, out, symlinks=True)
    settings = replace(history.settings, out=out, tables_only=False)
    publish_years(settings, ALL_YEARS)
    return Published(settings)


@pytest.fixture
def own_history(history: Published, tmp_path: Path) -> Published:
    """A copy of the published history, with its own copy of the data: for tests that spoil something."""
    shutil.copytree(history.settings.out, tmp_path / "out", symlinks=True)
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("out", "raw"))
    return Published(Settings(tmp_path / "data", tmp_path / "out", tables_only=True))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation site, built. Not to be changed by a test."""
    sources = copy_of_sources(tmp_path_factory.mktemp("documentation"))
    built = build_site(sources)
    assert built.returncode == 0, built.stdout + built.stderr
    return sources / "build/site"
