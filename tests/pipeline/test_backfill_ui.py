"""Dagster's own ways of a backfill: the UI's, on a real webserver and daemon with SQLite, and the foreground command.

Each start takes the webserver, the daemon and their code servers, so this is not among the fast tests:
`KRONVIS_TEST_SERVICE=1 python -m pytest tests/pipeline/test_backfill_ui.py`
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.publication import PUBLICATION
from pipelines.settings import Settings
from schemas.tables.registry import TABLES
from tests.domain import DATA, ROOT
from tests.pipeline.dagster_service import Backfill, dagster_service
from tests.published import Published

YEARS = (2024, 2025)
ENOUGH_SECONDS = 400

pytestmark = pytest.mark.skipif(
    os.environ.get("KRONVIS_TEST_SERVICE") != "1",
    reason="starts webserver and daemon (minutes); set KRONVIS_TEST_SERVICE=1",
)


def _backfilled(tmp_path: Path, environment: dict[str, str]) -> tuple[Backfill, Published]:
    out = tmp_path / "out"
    given = {"KRONVIS_OUT": str(out), "KRONVIS_TABLES_ONLY": "1", **environment}
    with dagster_service(tmp_path / "home", given) as service:
        backfill = service.backfill_assets([*TABLES, PUBLICATION], YEARS, ENOUGH_SECONDS)
    return backfill, Published(Settings(DATA, out))


def test_in_one_run(tmp_path: Path, history: Published) -> None:
    backfill, published = _backfilled(tmp_path, {})
    assert backfill.status == "COMPLETED_SUCCESS"
    whole = {"asset_partition_range_start": "2024", "asset_partition_range_end": "2025"}
    assert backfill.runs == [("SUCCESS", whole)]
    _assert_as_computed_by_the_command(published, history)


def test_as_one_run_per_year(tmp_path: Path, history: Published) -> None:
    backfill, published = _backfilled(tmp_path, {"KRONVIS_RUN_PER_YEAR": "1"})
    assert backfill.status == "COMPLETED_SUCCESS"
    # A run of one year has it as a range from itself to itself; what is finished is published by runs of their own.
    years = sorted(sorted(set(tags.values())) for _, tags in backfill.runs)
    assert years[0] == ["2024"]
    assert years[-1] == ["2025"]
    assert {status for status, _ in backfill.runs} == {"SUCCESS"}
    _assert_as_computed_by_the_command(published, history)


def test_a_range_in_the_foreground(tmp_path: Path, history: Published) -> None:
    done = _materialized(Settings(DATA, tmp_path / "out"), tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    _assert_as_computed_by_the_command(Published(Settings(DATA, tmp_path / "out")), history)


def test_a_range_in_the_foreground_is_all_or_nothing(own_history: Published, tmp_path: Path) -> None:
    rules = own_history.settings.data / "agreements/psykisk-halsa/2025.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "unknown_key: 1\n", encoding="utf-8")
    settings = Settings(own_history.settings.data, tmp_path / "fresh")
    done = _materialized(settings, tmp_path)
    assert done.returncode == 1
    assert "unknown key 'unknown_key'" in done.stderr
    assert not (settings.out / "current").exists()


def _materialized(settings: Settings, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """`dagster asset materialize` of the years, with an instance of its own."""
    (tmp_path / "home").mkdir()
    given = {"KRONVIS_DATA": str(settings.data), "KRONVIS_OUT": str(settings.out), "KRONVIS_TABLES_ONLY": "1"}
    return subprocess.run(
        [
            *(str(Path(sys.executable).parent / "dagster"), "asset", "materialize", "--select", "*"),
            *("-f", "pipelines/definitions.py", "-d", ".", "--partition-range", f"{YEARS[0]}...{YEARS[-1]}"),
        ],
        cwd=ROOT,
        env={**os.environ, **given, "DAGSTER_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=ENOUGH_SECONDS,
    )


def _assert_as_computed_by_the_command(published: Published, history: Published) -> None:
    assert published.version.manifest["years"] == list(YEARS)
    hashes, expected = published.hashes(), history.hashes()
    assert hashes == {name: expected[name] for name in hashes}
    assert len(hashes) == len(TABLES) * len(YEARS)
