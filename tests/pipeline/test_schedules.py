"""The schedules at fixed instants: what they ask for, when they do not, and what they say then."""

import datetime as dt
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from shutil import copytree, ignore_patterns
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from pipelines.build import build_defs
from pipelines.schedules import build_schedules
from pipelines.settings import Settings
from tests.domain import DATA
from tests.published import Published

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the data in which 2027 has a file (its text is that of 2026: nothing is computed here)."""
    copytree(DATA, tmp_path / "data", ignore=ignore_patterns("out", "raw", "population"))
    folder = tmp_path / "data/agreements/psykisk-halsa"
    (folder / "2027.yaml").write_text((folder / "2026.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return Settings(tmp_path / "data", tmp_path / "out")


def _schedule(settings: Settings, name: str) -> dg.ScheduleDefinition:
    return next(one for one in build_schedules(settings) if one.name == name)


def _evaluate(
    settings: Settings, instance: dg.DagsterInstance, name: str, when: dt.datetime | str
) -> dg.RunRequest | dg.SkipReason:
    at = dt.datetime.fromisoformat(when).replace(tzinfo=STOCKHOLM) if isinstance(when, str) else when
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
    asked = _schedule(settings, name)(context)
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


def _ticks(schedule: dg.ScheduleDefinition, first: dt.date, last: dt.date) -> list[dt.datetime]:
    """When Dagster's daemon evaluates the schedule, from `first` to `last`."""
    start = dt.datetime.combine(first, dt.time(), STOCKHOLM)
    ticks = cron_string_iterator(start.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone)
    return list(takewhile(lambda tick: tick.astimezone(STOCKHOLM).date() <= last, ticks))


@pytest.mark.parametrize(
    ("name", "when", "year", "key"),
    [
        ("head_counts_due", "2026-12-16T08:30", "2027", "head-counts-2026-12-16"),
        ("head_counts_due", "2026-12-29T08:30", "2027", "head-counts-2026-12-16"),
        ("agreement_due", "2026-12-31T08:30", "2027", "agreement-2026-12-30"),
        ("agreement_due", "2027-01-01T08:30", "2027", "agreement-2026-12-30"),
        ("agreement_due", "2026-02-10T08:30", "2026", "agreement-2026-02-10"),
        ("agreement_due", "2026-02-23T08:30", "2026", "agreement-2026-02-10"),
    ],
)
def test_the_year_is_asked_for_when_its_day_has_come(
    settings: Settings, instance: dg.DagsterInstance, name: str, when: str, year: str, key: str
) -> None:
    asked = _evaluate(settings, instance, name, when)
    assert isinstance(asked, dg.RunRequest)
    assert (asked.partition_key, asked.run_key) == (year, key)


@pytest.mark.parametrize(
    ("name", "when", "next_time"),
    [
        ("head_counts_due", "2026-12-15T08:30", "2027 is asked for from 2026-12-16"),
        ("head_counts_due", "2026-12-30T08:30", "2028 is asked for from 2027-12-16"),
        ("agreement_due", "2026-07-01T08:30", "2027 is asked for from 2026-12-30"),
        ("agreement_due", "2027-01-13T08:30", "2027 is asked for from 2027-02-10"),
        ("agreement_due", "2026-03-29T08:30", "2027 is asked for from 2026-12-30"),
        ("agreement_due", "2026-10-25T08:30", "2027 is asked for from 2026-12-30"),
    ],
)
def test_on_other_days_the_next_one_is_named(
    settings: Settings, instance: dg.DagsterInstance, name: str, when: str, next_time: str
) -> None:
    asked = _evaluate(settings, instance, name, when)
    assert isinstance(asked, dg.SkipReason)
    assert next_time in str(asked.skip_message)


def test_without_an_agreement_the_reason_says_which_file_to_add(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    asked = _evaluate(Settings(DATA, tmp_path), instance, "head_counts_due", "2031-12-16T08:30")
    assert isinstance(asked, dg.SkipReason)
    assert "no agreement for 2032 is on file yet" in str(asked.skip_message)
    assert "data/agreements/psykisk-halsa/2032.yaml as docs/how-to/add-a-year.md says" in str(asked.skip_message)


def test_the_day_is_the_one_in_sweden(settings: Settings, instance: dg.DagsterInstance) -> None:
    late = dt.datetime(2026, 12, 15, 23, 30, tzinfo=dt.UTC)
    assert isinstance(_evaluate(settings, instance, "head_counts_due", late), dg.RunRequest)
    assert isinstance(_evaluate(settings, instance, "head_counts_due", late.replace(hour=22)), dg.SkipReason)


@pytest.mark.parametrize(("first", "zone_changes"), [("2027-03-25", "2027-03-28"), ("2026-10-22", "2026-10-25")])
def test_a_day_on_which_the_clocks_change_has_one_tick(
    settings: Settings, instance: dg.DagsterInstance, first: str, zone_changes: str
) -> None:
    calendar = settings.data / "calendar.yaml"
    text = calendar.read_text(encoding="utf-8").replace(
        "opens: 02-10\n    days: 14", f"opens: {zone_changes[5:]}\n    days: 1"
    )
    calendar.write_text(text, encoding="utf-8")
    begins = dt.date.fromisoformat(first)
    ticks = _ticks(_schedule(settings, "agreement_due"), begins, begins + dt.timedelta(days=6))
    assert [tick.astimezone(STOCKHOLM).strftime("%H:%M") for tick in ticks] == ["08:30"] * 7
    assert len({tick.astimezone(STOCKHOLM).utcoffset() for tick in ticks}) == 2, "the clocks did change"
    asked = [_evaluate(settings, instance, "agreement_due", tick) for tick in ticks]
    assert [
        tick.date().isoformat() for tick, one in zip(ticks, asked, strict=True) if isinstance(one, dg.RunRequest)
    ] == [zone_changes]


@dg.op
def _nothing() -> None:
    """Stands in for a run."""


@dg.op
def _fails() -> None:
    raise dg.Failure("as told")


@pytest.mark.parametrize(("op", "asked_again"), [(_nothing, False), (_fails, True)])
def test_a_year_is_asked_for_again_only_if_the_run_failed(
    settings: Settings, instance: dg.DagsterInstance, op: dg.OpDefinition, asked_again: bool
) -> None:
    first = _evaluate(settings, instance, "agreement_due", "2026-12-31T08:30")
    assert isinstance(first, dg.RunRequest)
    job = dg.GraphDefinition("job", node_defs=[op]).to_job()
    job.execute_in_process(instance=instance, tags={"dagster/run_key": str(first.run_key)}, raise_on_error=False)
    second = _evaluate(settings, instance, "agreement_due", "2027-01-01T08:30")
    assert isinstance(second, dg.RunRequest) == asked_again
    if isinstance(second, dg.SkipReason):
        assert "2027 has been asked for already" in str(second.skip_message)


def test_a_bad_calendar_is_told_and_the_definitions_still_load(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    (settings.data / "calendar.yaml").write_text("occasions: soon\n", encoding="utf-8")
    dg.Definitions.validate_loadable(build_defs(settings))
    asked = _evaluate(settings, instance, "head_counts_due", "2026-12-16T08:30")
    assert isinstance(asked, dg.SkipReason)
    assert "calendar.yaml, line 1" in str(asked.skip_message)


# --- a year is there when it should be ------------------------------------------------------------------------


def test_the_monthly_look_has_a_key_of_its_month(settings: Settings, instance: dg.DagsterInstance) -> None:
    asked = _evaluate(settings, instance, "year_is_there_monthly", "2027-03-01T09:00")
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == "year_is_there-2027-03"


@pytest.mark.parametrize(("today", "passed"), [("2026-07-01", True), ("2027-03-01", False)])
def test_the_check_runs_alone_and_fails_when_a_year_is_overdue(
    history: Published, monkeypatch: pytest.MonkeyPatch, today: str, passed: bool
) -> None:
    monkeypatch.setattr("pipelines.due.today_in_sweden", lambda: dt.date.fromisoformat(today))
    job = build_defs(history.settings).resolve_job_def("year_is_there")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)
    (check,) = result.get_asset_check_evaluations()
    assert result.success, "what is overdue is no fault of a run"
    assert (check.check_name, check.passed) == ("year_is_there", passed)
    assert ("psykisk-halsa 2027 was due 2027-02-28" in str(check.description)) != passed
    assert not any(event.is_step_materialization for event in result.all_events), "nothing is computed"
