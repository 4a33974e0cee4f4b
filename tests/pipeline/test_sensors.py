"""The sensors on tracked files and on the ends of runs."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import dagster as dg
import pytest

from pipelines.build import build_defs
from pipelines.sensors import build_sensors
from pipelines.settings import Settings
from tests.domain import DATA
from tests.integration.raw_server import http, serving
from tests.published import Published

ALL_YEARS = [str(year) for year in range(2016, 2027)]


def _sensor(settings: Settings, name: str) -> dg.SensorDefinition:
    return next(one for one in build_sensors(settings) if one.name == name)


# --- new agreements -------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A copy of the data without reports of use: a year with one rests on all agreements."""
    copytree(DATA, tmp_path / "data", ignore=ignore_patterns("out", "raw", "follow_up"))
    return Settings(tmp_path / "data", tmp_path / "out")


def _look(settings: Settings, cursor: str | None) -> dg.SensorResult:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=build_defs(settings))
        result = _sensor(settings, "new_agreements")(context)
    assert isinstance(result, dg.SensorResult)
    return result


def _years(result: dg.SensorResult) -> list[str | None]:
    requests: Sequence[dg.RunRequest] = result.run_requests or ()
    return [request.partition_key for request in requests]


def _change(settings: Settings, name: str, line: str = "# a remark\n") -> None:
    file = settings.data / name
    file.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")


def test_the_first_look_only_remembers(settings: Settings) -> None:
    first = _look(settings, None)
    assert _years(first) == []
    assert sorted(json.loads(str(first.cursor))) == ALL_YEARS
    assert _years(_look(settings, first.cursor)) == []


def test_a_changed_agreement_is_asked_for_once_with_all_years_that_rest_on_it(settings: Settings) -> None:
    first = _look(settings, None)
    _change(settings, "agreements/psykisk-halsa/2017.yaml")
    second = _look(settings, first.cursor)
    assert _years(second) == ["2017", "2018"], "2018 tells the change from 2017"
    hashes = json.loads(str(second.cursor))
    assert [request.run_key for request in second.run_requests or ()] == [
        f"{year}-{hashes[year]}" for year in ("2017", "2018")
    ]
    assert _years(_look(settings, second.cursor)) == []


@pytest.mark.parametrize("name", ["published/psykisk-halsa.csv", "geography/recipients.csv"])
def test_what_all_years_rest_on_asks_for_all(settings: Settings, name: str) -> None:
    first = _look(settings, None)
    _change(settings, name, "\n")
    assert _years(_look(settings, first.cursor)) == ALL_YEARS


def test_a_new_year_is_asked_for(settings: Settings) -> None:
    file = settings.data / "agreements/psykisk-halsa/2026.yaml"
    content = file.read_bytes()
    file.unlink()
    first = _look(settings, None)
    file.write_bytes(content)
    assert _years(_look(settings, first.cursor)) == ["2026"]


def test_a_file_that_does_not_load_is_told_until_it_does_and_holds_nobody_up(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _look(settings, None)
    _change(settings, "agreements/psykisk-halsa/2025.yaml", "unknown_key: 1\n")
    _change(settings, "agreements/psykisk-halsa/2017.yaml")
    both = _look(settings, first.cursor)
    assert _years(both) == ["2017", "2018", "2026"], "2026 tells the change from 2025, and loads itself"
    assert "unknown key 'unknown_key'" in capsys.readouterr().err
    alone = _look(settings, both.cursor)
    assert _years(alone) == []
    assert "2025.yaml, line" in str(alone.skip_reason)
    _change(settings, "agreements/psykisk-halsa/2025.yaml", "")
    file = settings.data / "agreements/psykisk-halsa/2025.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("unknown_key: 1", "# known"), encoding="utf-8")
    assert _years(_look(settings, alone.cursor)) == ["2025", "2026"]


def test_an_agreement_further_ahead_than_next_year_is_told(settings: Settings) -> None:
    first = _look(settings, None)
    text = (settings.data / "agreements/psykisk-halsa/2026.yaml").read_text(encoding="utf-8")
    ahead = settings.data / "agreements/psykisk-halsa/2099.yaml"
    ahead.write_text(text.replace("year: 2026", "year: 2099"), encoding="utf-8")
    result = _look(settings, first.cursor)
    assert _years(result) == []
    assert "2099 is not a grant year yet" in str(result.skip_reason)


def test_a_supplement_to_nothing_is_a_reason_to_skip(settings: Settings) -> None:
    (settings.data / "agreements/psykisk-halsa/2030-supplement.yaml").write_text("amends: 2030\n", encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=None, definitions=build_defs(settings))
        result = _sensor(settings, "new_agreements")(context)
    assert isinstance(result, dg.SkipReason)
    assert "amends 2030, which has no file" in str(result.skip_message)


# --- the ends of runs -----------------------------------------------------------------------------------------


@dg.op
def _does_nothing() -> None:
    """Stands in for a run that does all it should."""


@dg.op
def _is_refused() -> None:
    raise RuntimeError("in a step") from ValueError("2025.yaml, line 14: is wrong")


def _told(settings: Settings, name: str, op: dg.OpDefinition, tags: dict[str, str]) -> object:
    """What the sensor `name` gives back for the end of a run of `op`."""
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.GraphDefinition("job", node_defs=[op]).to_job()
        result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        event = result.get_run_success_event() if result.success else result.get_run_failure_event()
        context = dg.build_run_status_sensor_context(name, event, instance, result.dagster_run)
        sensor = _sensor(settings, name)
        return sensor(context if result.success else context.for_run_failure())


def _posted(requests: list[bytes]) -> list[dict[str, object]]:
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in requests]


def test_a_failed_run_is_told_with_its_reason(history: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(http(200)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", f"{server.url}/hook")
        _told(history.settings, "failed_runs_told", _is_refused, {"dagster/partition": "2025"})
    (message,) = _posted(server.requests)
    assert message["events"] == ["failed"]
    assert "of 2025 failed" in str(message["subject"])
    assert "2025.yaml, line 14: is wrong" in str(message["text"])


def test_a_run_whose_figures_differ_is_told(own_history: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    def differing(_version: object, years: list[int]) -> list[dict[str, object]]:
        return [{"programme": "psykisk-halsa", "year": year, "mismatch": 1} for year in years]

    monkeypatch.setattr("pipelines.sensors.summary", differing)
    years = {"dagster/asset_partition_range_start": "2024", "dagster/asset_partition_range_end": "2025"}
    with serving(http(200)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", f"{server.url}/hook")
        _told(own_history.settings, "finished_runs_told", _does_nothing, years)
    (message,) = _posted(server.requests)
    assert str(message["subject"]) == "Kronvis: 2 figure(s) differ"
    assert "kronvis verify --year 2024" in str(message["text"])


def test_a_run_without_fault_is_told_only_if_asked_for(history: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.operations.notify.overdue_now", lambda _settings: [])
    with serving(http(200)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", f"{server.url}/hook")
        _told(history.settings, "finished_runs_told", _does_nothing, {"dagster/partition": "2024"})
        assert server.requests == []
        monkeypatch.setenv("KRONVIS_NOTIFY_ON", "all")
        _told(history.settings, "finished_runs_told", _does_nothing, {"dagster/partition": "2024"})
    assert [message["events"] for message in _posted(server.requests)] == [["done"]]


@pytest.mark.parametrize(("name", "op"), [("failed_runs_told", _is_refused), ("finished_runs_told", _does_nothing)])
def test_nobody_to_tell_is_a_reason_to_skip(
    history: Published, monkeypatch: pytest.MonkeyPatch, name: str, op: dg.OpDefinition
) -> None:
    monkeypatch.delenv("KRONVIS_NOTIFY", raising=False)
    skipped = _told(history.settings, name, op, {})
    assert isinstance(skipped, dg.SkipReason)
    assert "KRONVIS_NOTIFY" in str(skipped.skip_message)


# --- the command ----------------------------------------------------------------------------------------------


def test_a_run_by_hand_tells_what_was_refused(
    kronvis: Any, own_history: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = own_history.settings.data / "agreements/psykisk-halsa/2016.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "unknown_key: 1\n", encoding="utf-8")
    with serving(http(200)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", f"{server.url}/hook")
        assert kronvis("run", "--year", "2016").code == 1
    (message,) = _posted(server.requests)
    assert "refused" in str(message["events"])
    assert "unknown key 'unknown_key'" in str(message["text"])


def test_an_address_that_is_not_understood_ends_before_anything_runs(
    kronvis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRONVIS_NOTIFY", "carrier-pigeon")
    answer = kronvis("run", "--year", "2016")
    assert (answer.code, "KRONVIS_NOTIFY" in answer.err) == (2, True)


@pytest.mark.parametrize("status", [500, 200])
def test_a_notification_never_changes_how_a_run_ends(
    kronvis: Any, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("KRONVIS_NOTIFY_ON", "all")
    monkeypatch.setattr("pipelines.operations.notify.Outbox.waits", (), raising=False)
    with serving(http(status)) as server:
        monkeypatch.setenv("KRONVIS_NOTIFY", f"{server.url}/hook")
        answer = kronvis("run", "--year", "2016", "--quiet")
    assert answer.code == 0
    assert ("was not delivered: answered with 500" in answer.err) == (status == 500)
    assert server.requests


def test_status_tells_what_is_overdue_and_fails_only_if_asked(kronvis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.due.today_in_sweden", lambda: dt.date(2026, 7, 1))
    assert kronvis("status", "--require-due", "--json").json()["overdue"] == []
    assert kronvis("status", "--require-due").code == 0
    monkeypatch.setattr("pipelines.due.today_in_sweden", lambda: dt.date(2027, 3, 1))
    answer = kronvis("status")
    assert answer.code == 0
    assert "overdue: psykisk-halsa 2027 was due 2027-02-28; add data/agreements/psykisk-halsa/2027.yaml" in answer.err
    answer = kronvis("status", "--require-due", "--json")
    assert (answer.code, answer.json()["overdue"][0]["missing"]) == (1, "agreement")
