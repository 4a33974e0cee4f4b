"""The whole history, computed once for all tests that need it, and copies of it that a test may spoil."""

import os
import shutil
from pathlib import Path

import pytest

from pipelines.run import run_years
from pipelines.settings import Settings
from tests.domain import DATA
from tests.published import ALL_YEARS, Published, quiet


@pytest.fixture(scope="session", autouse=True)
def _no_dagster_home() -> None:
    """Runs of the tests leave no trace in somebody's Dagster instance."""
    os.environ.pop("DAGSTER_HOME", None)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """All years of the tracked data, published. Not to be changed by a test."""
    settings = Settings(DATA, tmp_path_factory.mktemp("history"))
    run_years(settings, ALL_YEARS, quiet)
    return Published(settings)


@pytest.fixture
def own_history(history: Published, tmp_path: Path) -> Published:
    """A copy of the published history, with its own copy of the data: for tests that spoil something."""
    shutil.copytree(history.settings.out, tmp_path / "out", symlinks=True)
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("out", "raw"))
    return Published(Settings(tmp_path / "data", tmp_path / "out"))
