"""The sensor on SCB's publications, against the stand-in."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from pipelines.build import build_defs
from pipelines.sensors import build_sensors, stamp
from pipelines.settings import Settings
from pipelines.sources import scb_access
from schemas.errors import SourceRefused
from tests.domain import DATA
from tests.integration.scb_stand_in import StandIn


def _evaluate(settings: Settings, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    (sensor,) = (one for one in build_sensors(settings) if one.name == "scb_publications")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=build_defs(settings))
        result = sensor(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(DATA, tmp_path / "out", tmp_path / "raw", "scb")


def test_the_first_look_only_remembers(settings: Settings) -> None:
    with StandIn() as scb:
        result = _evaluate(replace(settings, scb_url=scb.v2_url), None)
    assert isinstance(result, dg.SensorResult)
    assert not result.run_requests
    assert "TAB1267" in json.loads(result.cursor or "")


def test_news_ask_for_the_years_that_rest_on_the_table_once(settings: Settings) -> None:
    with StandIn() as scb:
        live = replace(settings, scb_url=scb.v2_url)
        first = _evaluate(live, None)
        assert isinstance(first, dg.SensorResult)
        now = json.loads(first.cursor or "")
        result = _evaluate(live, json.dumps({**now, "TAB638": "an earlier stamp"}))
        assert isinstance(result, dg.SensorResult)
        quiet = _evaluate(live, result.cursor)
    requests = list(result.run_requests or ())
    assert [request.partition_key for request in requests] == ["2019"], "31 December 2018 is the base of 2019 alone"
    assert requests[0].run_key == f"2019-TAB638-{now['TAB638']}"
    assert isinstance(quiet, dg.SensorResult)
    assert not quiet.run_requests


@pytest.mark.parametrize(
    "body", [b"<html>maintenance", b"[]", b"{}", b"null", b'{"updated": null}', b"[" * 9_999, b"\xff"]
)
def test_an_answer_without_a_stamp_is_no_news(settings: Settings, body: bytes) -> None:
    """All years would be asked for, or the sensor would fail."""
    access = scb_access(settings)
    answer = SimpleNamespace(body=body)
    asked = replace(access, client=cast("Any", SimpleNamespace(fetch=lambda _request: answer)))
    with pytest.raises(SourceRefused, match="when it was updated: the answer does not tell it"):
        stamp(asked, access.tables[0])


def test_an_unreachable_service_is_a_reason_to_skip(settings: Settings) -> None:
    result = _evaluate(replace(settings, scb_url="http://127.0.0.1:9"), "{}")
    assert isinstance(result, dg.SkipReason)
    assert "127.0.0.1" in (result.skip_message or "")


def test_the_embedded_source_has_nothing_to_notice(settings: Settings) -> None:
    result = _evaluate(replace(settings, source="embedded"), None)
    assert isinstance(result, dg.SkipReason)
    assert "KRONVIS_SOURCE=scb" in (result.skip_message or "")
