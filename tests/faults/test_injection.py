"""Some faults of every kind in a small world, and that the harness would notice if one did harm (`make faults`)."""

import json
import os
import random
from pathlib import Path

import pytest

from assets.storage import publishing
from tests.faults.injection.__main__ import small_faults
from tests.faults.injection.bench import tear_unflushed
from tests.faults.injection.nursery import Job
from tests.faults.injection.reader import NOTHING, Torn, seen
from tests.faults.injection.verdict import Verdict, rows, total
from tests.faults.injection.world import World, all_years, templates
from tests.published import Published

FAULTS = 60
KINDS = 19


@pytest.fixture(scope="module")
def verdicts(history: Published) -> list[Verdict]:
    return list(small_faults(history.settings.work, FAULTS, seed=2))


def test_nothing_is_lost_whatever_happens(verdicts: list[Verdict]) -> None:
    assert [f"{one.kind}: {one.what}: {one.note}" for one in verdicts if one.note] == []
    assert total(rows(verdicts)).lost == 0


def test_every_kind_strikes_and_a_reader_looks_meanwhile(verdicts: list[Verdict]) -> None:
    table = rows(verdicts)
    # Without the right to mount a small disk there is one kind less.
    assert len(table) >= KINDS - 1
    assert total(table).injected >= FAULTS - 10
    assert sum(one.views for one in verdicts) > FAULTS


@pytest.fixture(scope="module")
def worlds(history: Published, tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    return templates(history.settings.work, tmp_path_factory.mktemp("worlds"))


def test_the_reader_notices_a_mix(worlds: dict[str, World]) -> None:
    """What the harness would see if publishing were not done in one step."""
    out = worlds["both"].out
    old, new = sorted(path for path in (out / "versions").iterdir())
    assert seen(worlds["nothing"].out) == NOTHING
    assert seen(out) == seen(worlds["new"].out) != seen(worlds["old"].out)
    table = "coverage/coverage_2025.parquet"
    (new / table).unlink()
    (new / table).write_bytes((old / table).read_bytes())
    with pytest.raises(Torn, match=table):
        seen(out)
    (new / table).unlink()
    with pytest.raises(Torn, match="differ"):
        seen(out)


def test_a_power_cut_takes_what_was_not_flushed(tmp_path: Path) -> None:
    kept, lost = tmp_path / "kept", tmp_path / "lost"
    for file in (kept, lost):
        file.write_bytes(b"a line\n")
    job = Job("one_year", str(tmp_path), str(tmp_path / "notes"))
    job.steps.write_text(json.dumps({"unflushed": [str(lost), str(tmp_path / "removed")]}))
    tear_unflushed(job, random.Random(1))
    assert kept.read_bytes() == b"a line\n"
    assert len(lost.read_bytes()) < len(b"a line\n")


def test_a_version_is_flushed_before_it_is_shown(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every file made here is flushed before the link moves; a power cut would leave it empty."""
    flushed: list[str] = []
    monkeypatch.setattr(publishing, "sync_file", lambda file: flushed.append(file.name))
    monkeypatch.setattr(os, "link", _no_links)
    all_years(worlds["nothing"])
    tables = {f"{table}_{year}.parquet" for table in ("coverage", "pots", "deadlines") for year in (2024, 2025)}
    assert set(flushed) == tables | {"manifest.json", "SHA256SUMS"}


def _no_links(*_args: object) -> None:
    raise OSError("no links here")
