"""Settings of a cluster: a run per year in a backfill, and waiting for another publication to end."""

import fcntl
import threading
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines.build import build_defs
from pipelines.publication import PUBLICATION, publish_years
from pipelines.settings import Settings, settings_from_environment
from schemas.errors import BeingPublished, DataRefused, UsageError
from tests.domain import DATA


def _years_at_once(settings: Settings, asset: str) -> int | None:
    policy = build_defs(settings).resolve_asset_graph().get(dg.AssetKey(asset)).backfill_policy
    assert policy is not None
    return policy.max_partitions_per_run


def test_a_backfill_is_one_run_unless_years_are_to_be_shared(tmp_path: Path) -> None:
    assert _years_at_once(Settings(DATA, tmp_path), "allocations") is None
    assert _years_at_once(Settings(DATA, tmp_path, run_per_year=True), "allocations") == 1


def test_years_made_apart_are_still_published_together(tmp_path: Path) -> None:
    assert _years_at_once(Settings(DATA, tmp_path, run_per_year=True), PUBLICATION) is None


def test_the_environment_says_both(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (settings_from_environment().run_per_year, settings_from_environment().wait_seconds) == (False, 0)
    monkeypatch.setenv("KRONVIS_RUN_PER_YEAR", "1")
    monkeypatch.setenv("KRONVIS_WAIT_SECONDS", "120")
    assert (settings_from_environment().run_per_year, settings_from_environment().wait_seconds) == (True, 120)


@pytest.mark.parametrize("written", ["", "-1", "soon", "1.5"])
def test_seconds_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("KRONVIS_WAIT_SECONDS", written)
    with pytest.raises(UsageError, match="KRONVIS_WAIT_SECONDS"):
        settings_from_environment()


def test_a_publication_waits_for_another_one_to_end(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        release = threading.Timer(0.6, lambda: fcntl.flock(other, fcntl.LOCK_UN))
        began = time.monotonic()
        release.start()
        # It came to its turn: what it says now is that no table has been made.
        with pytest.raises(DataRefused, match="is not there to be published"):
            publish_years(Settings(DATA, tmp_path, wait_seconds=30), [2025])
        release.join()
    assert 0.5 < time.monotonic() - began < 25


def test_a_publication_gives_up_when_its_time_is_over(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        began = time.monotonic()
        with pytest.raises(BeingPublished, match="being published by another run"):
            publish_years(Settings(DATA, tmp_path, wait_seconds=1), [2025])
        assert time.monotonic() - began >= 1
