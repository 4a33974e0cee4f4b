"""SCB as the source of a run, over real HTTP against the stand-in: fetch, archive, door, vintages, revisions."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from assets.population.bases import Base
from assets.population.scb.source import ArchiveSource
from assets.population.scb.vintages import adopt, archive_name, latest_vintage, read_adoptions, vintages
from assets.storage.raw_archive import RawArchive
from pipelines.running.run import run_years
from pipelines.settings import Settings
from pipelines.sources import population_source, scb_access
from schemas.errors import DataRefused, SourceRefused, SourceUnavailable, UsageError
from tests.domain import DATA, ROOT, recipients_in
from tests.integration.scb_stand_in import StandIn
from tests.money import assert_amounts_equal
from tests.published import ALL_YEARS, Published, quiet

NOVEMBER_2024 = Base("folkmangd_1_november", dt.date(2024, 11, 1), "all", "county")
CHILDREN_2024 = Base("folkmangd_1_november", dt.date(2024, 11, 1), "0-18", "municipality")
DECEMBER_2025 = Base("folkmangd_31_december", dt.date(2025, 12, 31), "0-18", "municipality")


def settings_for(folder: Path, url: str, **changes: str) -> Settings:
    return replace(Settings(DATA, folder / "out", folder / "raw", "scb", url, tables_only=True), **changes)  # type: ignore[arg-type]  # by name


@pytest.fixture
def scb() -> Iterator[StandIn]:
    with StandIn() as service:
        yield service


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, int, int]:
    """All years on SCB's cells, and how many calls that took."""
    with StandIn() as service:
        settings = settings_for(tmp_path_factory.mktemp("scb"), service.v2_url)
        run_years(settings, ALL_YEARS, quiet)
        return Published(settings), len(service.data_calls), len(service.calls)


# --- the whole history ------------------------------------------------------------------------------------------


def test_every_amount_rests_on_official_counts(fetched: tuple[Published, int, int]) -> None:
    rows = fetched[0].table("allocations").filter(pl.col("population").is_not_null())
    assert set(rows["population_basis"]) == {"official"}
    assert set(rows["status"]) == {"decided"}


def test_each_count_is_asked_for_once(fetched: tuple[Published, int, int]) -> None:
    published, data_calls, calls = fetched
    raw = published.table("scb_population_raw")
    assert data_calls == raw.select("reference_date", "table_id", "ages").n_unique()
    assert calls == data_calls + 1, "the limits are asked for once"


def test_the_four_dalarna_amounts_of_2025_turn_exact(fetched: tuple[Published, int, int]) -> None:
    rows = (
        fetched[0]
        .table("reconciliation", 2025)
        .filter(pl.col("pot_id").str.contains("^(complex-needs|suicide-prevention)-"), pl.col("recipient_code") == "20")
    )
    assert dict(rows.select("published_sek", "difference_sek").rows()) == dict.fromkeys(
        (5_409_733, 13_524_332, 7_569_623, 7_790_015), 0
    )
    assert set(rows["verdict"]) == {"exact"}


def test_every_row_names_table_and_archived_bytes(fetched: tuple[Published, int, int]) -> None:
    published, _, _ = fetched
    archive = RawArchive(published.settings.raw)
    population = published.table("population", 2025)
    assert population["extracted_at"].null_count() == 0
    assert population["source"].str.contains("TAB1267").all()
    for vintage in set(population["sha256"]):
        assert archive.read(vintage)


def test_the_archive_alone_gives_the_same_bytes(fetched: tuple[Published, int, int], tmp_path: Path) -> None:
    published, _, _ = fetched
    nowhere = "http://127.0.0.1:9"
    again = Published(replace(published.settings, out=tmp_path, source="archive", scb_url=nowhere))
    run_years(again.settings, ALL_YEARS, quiet)
    assert again.hashes() == published.hashes()


def test_fetching_again_adds_no_vintage(fetched: tuple[Published, int, int], tmp_path: Path, scb: StandIn) -> None:
    raw = Path(shutil.copytree(fetched[0].settings.raw, tmp_path / "raw"))
    access = scb_access(settings_for(tmp_path, scb.v2_url))
    assert not access.fetch(NOVEMBER_2024, recipients_in(2024)).is_new
    assert len(vintages(RawArchive(raw), NOVEMBER_2024)) == 1


def test_version_1_of_the_service_gives_the_same_counts(tmp_path: Path, scb: StandIn) -> None:
    two = scb_access(settings_for(tmp_path / "v2", scb.v2_url))
    one = scb_access(settings_for(tmp_path / "v1", scb.v1_url, scb_api="v1"))
    answers = []
    for access in (one, two):
        access.fetch(CHILDREN_2024, recipients_in(2024))
        answer = ArchiveSource(access.archive, access.tables, {}).answer(CHILDREN_2024, recipients_in(2024))
        assert answer is not None
        answers.append(answer.counts.select("region_code", "population"))
    assert answers[0].equals(answers[1])


def test_from_2025_the_fewest_cells_are_added_and_named(tmp_path: Path, scb: StandIn) -> None:
    access = scb_access(settings_for(tmp_path, scb.v2_url))
    access.fetch(DECEMBER_2025, recipients_in(2026))
    answer = ArchiveSource(access.archive, access.tables, {}).answer(DECEMBER_2025, recipients_in(2026))
    assert answer is not None
    assert set(answer.counts["is_perturbed"]) == {True}
    (source,) = set(answer.counts["source"])
    assert "-9+10-14+15+16+17+18" in source
    assert "denominator: the sum of the territories" in source


def test_a_day_beyond_the_last_period_is_refused_and_nothing_stands_in(tmp_path: Path, scb: StandIn) -> None:
    later = replace(NOVEMBER_2024, reference_date=dt.date(2025, 11, 1))
    with pytest.raises(DataRefused, match="ends with 2024") as caught:
        scb_access(settings_for(tmp_path, scb.v2_url)).fetch(later, recipients_in(2026))
    assert "no successor is known" in str(caught.value)
    assert scb.data_calls == []


# --- the door -----------------------------------------------------------------------------------------------------

REFUSED = {
    "html": "not JSON",
    "empty": "",
    "truncated": "JSON",
    "wrong_charset": "UTF-8",
    "nan": "",
    "strings": "",
    "negative": "negative",
    "null": "",
    "missing_region": "311 codes of Region, asked 312: without",
    "extra_region": "313 codes of Region, asked 312: with",
    "renamed_code": "codes of Region",
    "new_age": "codes of Alder",
    "other_unit": "counts in",
    "renamed_contents": "codes of ContentsCode",
    "duplicate_codes": "",
    "not_summing": "the nation is",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_bad_answer_is_refused_at_the_door_and_kept_in_quarantine(tmp_path: Path, fault: str) -> None:
    with StandIn(faults=[fault]) as service:
        access = scb_access(settings_for(tmp_path, service.v2_url))
        with pytest.raises(SourceRefused) as caught:
            access.fetch(NOVEMBER_2024, recipients_in(2024))
    assert REFUSED[fault] in str(caught.value)
    assert vintages(access.archive, NOVEMBER_2024) == []
    kept = list((tmp_path / "raw/quarantine" / archive_name(NOVEMBER_2024)).glob("*.json"))
    assert len(kept) == 1
    assert json.loads(kept[0].read_text(encoding="utf-8"))["quarantine_reason"]


def test_a_change_beyond_belief_is_refused(tmp_path: Path, scb: StandIn) -> None:
    access = scb_access(settings_for(tmp_path, scb.v2_url))
    access.fetch(CHILDREN_2024, recipients_in(2024))
    for manifest in access.archive.manifests(archive_name(CHILDREN_2024)):
        body = json.loads(access.archive.read(manifest.sha256))
        body["value"] = [2 * value for value in body["value"]]
        doubled = json.dumps(body).encode()
    assert_implausible(access, doubled, manifest.extra["regions"])


def assert_implausible(access: object, doubled: bytes, regions: list[str]) -> None:
    from assets.population.scb.door import counts_in, require_plausible
    from assets.population.scb.fetch import ScbAccess
    from assets.population.scb.register import table_for

    assert isinstance(access, ScbAccess)
    table = table_for(access.tables, CHILDREN_2024.table_id, CHILDREN_2024.reference_date)
    counts = counts_in(doubled, {"content-type": "application/json"}, table, CHILDREN_2024, regions)
    before = counts.with_columns(pl.col("population") // 2)
    require_plausible(counts, counts, CHILDREN_2024)
    with pytest.raises(SourceRefused, match="changed by more than 10%"):
        require_plausible(counts, before, CHILDREN_2024)


# --- vintages -------------------------------------------------------------------------------------------------------


def test_a_revision_is_a_new_vintage_and_changes_nothing_until_it_is_adopted(tmp_path: Path) -> None:
    year = 2025
    with StandIn() as service:
        settings = settings_for(tmp_path, service.v2_url)
        run_years(settings, [year], quiet)
        published = Published(settings)
        decided = published.hashes()
        amounts = published.table("allocations", year)
    with StandIn(faults=["revised"] * 20) as service:
        settings = replace(settings, scb_url=service.v2_url)
        run_years(settings, [year], quiet)
    revisions = Published(settings).table("revisions", year)
    assert not revisions.is_empty()
    # Decided amounts stay.
    assert_amounts_equal(published.table("allocations", year), amounts)
    assert {name for name, sha in published.hashes().items() if decided[name] != sha} == {
        f"revisions/revisions_{year}.parquet"
    }

    archive = RawArchive(settings.raw)
    base = next(base for base in (CHILDREN_2024, NOVEMBER_2024) if len(vintages(archive, base)) > 1)
    newest = vintages(archive, base)[-1]
    adopt(settings.raw, archive, base, newest.id[:10])
    assert read_adoptions(settings.raw) == {archive_name(base): newest.id}
    run_years(replace(settings, source="archive"), [year], quiet)
    after = published.table("allocations", year)
    key = ["programme", "pot_id", "recipient_type", "recipient_code"]
    told = revisions.filter(pl.col("vintage_revised") == newest.id).select(*key, "amount_revised_sek")
    now = after.join(told, on=key)
    assert not now.is_empty()
    assert (now["amount_sek"] == now["amount_revised_sek"]).all(), "what the revision foretold"


def test_every_fetch_has_a_manifest_and_scb_may_go_back(tmp_path: Path) -> None:
    with StandIn(faults=["", "revised", ""]) as service:
        access = scb_access(settings_for(tmp_path, service.v2_url))
        first, second, third = (access.fetch(NOVEMBER_2024, recipients_in(2024)) for _ in range(3))
    assert first.vintage.id == third.vintage.id != second.vintage.id
    assert [outcome.is_new for outcome in (first, second, third)] == [True, True, False]
    assert len(access.archive.manifests(archive_name(NOVEMBER_2024))) == 3
    latest = latest_vintage(access.archive, NOVEMBER_2024)
    assert latest is not None
    assert latest.id == first.vintage.id, "what SCB says now, not what it said in between"
    assert latest.fetched_at == first.vintage.fetched_at, "the same bytes give the same tables"


def test_adopting_what_is_not_there_names_what_is(tmp_path: Path, scb: StandIn) -> None:
    access = scb_access(settings_for(tmp_path, scb.v2_url))
    outcome = access.fetch(NOVEMBER_2024, recipients_in(2024))
    for wrong in ("", "ffff"):
        with pytest.raises(UsageError, match=outcome.vintage.id[:12]):
            adopt(tmp_path / "raw", access.archive, NOVEMBER_2024, wrong)


def test_a_broken_line_of_adoptions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adoptions.jsonl").write_text('{"base": "x", "vintage": "y"}\n{"base":\n', encoding="utf-8")
    with pytest.raises(DataRefused, match="line 2"):
        read_adoptions(tmp_path)


def test_a_flipped_byte_in_the_archive_is_found_before_it_is_read(
    fetched: tuple[Published, int, int], tmp_path: Path
) -> None:
    raw = Path(shutil.copytree(fetched[0].settings.raw, tmp_path / "raw"))
    (vintage,) = vintages(RawArchive(raw), NOVEMBER_2024)
    file = raw / vintage.id[:2] / vintage.id
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    source = population_source(replace(fetched[0].settings, raw=raw, source="archive"))
    with pytest.raises(DataRefused, match=vintage.id[:10]):
        source.answer(NOVEMBER_2024, recipients_in(2024))


# --- when SCB cannot be reached -------------------------------------------------------------------------------------


def _kronvis(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KRONVIS_OUT": str(folder / "out"), "KRONVIS_RAW": str(folder / "raw")}
    command = [sys.executable, "-m", "pipelines", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_no_network_ends_in_seconds_with_3_and_the_way_out(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = _kronvis(tmp_path, "run", "--year", "2025", "--source", "scb", "--base-url", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert time.monotonic() - begun < 60
    assert "127.0.0.1" in done.stderr
    assert "embedded" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out/current").exists()
    assert _kronvis(tmp_path, "run", "--year", "2025", "--quiet").returncode == 0, "the embedded run needs no network"


def test_the_last_good_version_stays_when_scb_answers_nonsense(
    fetched: tuple[Published, int, int], tmp_path: Path
) -> None:
    shutil.copytree(fetched[0].settings.out, tmp_path / "out", symlinks=True)
    before = Published(settings_for(tmp_path, "")).hashes()
    with StandIn(faults=["html"]) as service:
        done = _kronvis(tmp_path, "run", "--year", "2025", "--source", "scb", "--base-url", service.v2_url)
    assert done.returncode == 1
    assert "quarantine" in done.stderr
    assert Published(settings_for(tmp_path, "")).hashes() == before


def test_an_unavailable_service_is_told_apart(tmp_path: Path) -> None:
    with StandIn(faults=["status_500"] * 50) as service:
        access = scb_access(settings_for(tmp_path, service.v2_url))
        quick = replace(access, client=type(access.client)(service.v2_url, retries=1, sleep=lambda _seconds: None))
        with pytest.raises(SourceUnavailable):
            quick.fetch(NOVEMBER_2024, recipients_in(2024))
    assert not (tmp_path / "raw/manifests").exists()


def test_fetch_and_adopt_from_the_command_line(tmp_path: Path, scb: StandIn) -> None:
    count = ("--base", "1-november", "--date", "2024-11-01", "--ages", "0-18")
    done = _kronvis(tmp_path, "fetch", "population", *count, "--base-url", scb.v2_url, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["table"], told["is_new"]) == (0, "TAB1267", True)
    adopted = _kronvis(tmp_path, "adopt", told["vintage"][:10], *count)
    assert adopted.returncode == 0, adopted.stderr
    assert _kronvis(tmp_path, "adopt", "ffff", *count).returncode == 2
    wrong = _kronvis(tmp_path, "fetch", "population", "--base", "november", "--date", "2024-11-01")
    assert (wrong.returncode, "1-november" in wrong.stderr) == (2, True)
