"""Requests to SCB: explicit codes, every variable, the nation beside the regions, the fewest calls."""

import datetime as dt
import json
from math import ceil
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.population.bases import Base
from assets.population.scb.query import Version, metadata_query, queries
from assets.population.scb.register import ScbTable, read_tables
from schemas.errors import DataRefused
from tests.domain import DATA

TABLES: Final = {table.id: table for table in read_tables(DATA / "population")}
CHILDREN: Final = Base("folkmangd_1_november", dt.date(2024, 11, 1), "0-18", "municipality")
ALL: Final = Base("folkmangd_31_december", dt.date(2025, 12, 31), "all", "municipality")
YOUNG: Final = Base("folkmangd_31_december", dt.date(2025, 12, 31), "0-18", "municipality")
MAX_CELLS: Final = 150_000


def days(table: ScbTable) -> Base:
    """A base that the table answers."""
    day = dt.date(int(table.first_period[:4]), 12, 31)
    if table.base == "folkmangd_1_november":
        day = day.replace(month=11, day=1)
    return Base(table.base, day, "0-18", "municipality")


def test_version_2() -> None:
    (request,) = queries(TABLES["TAB1267"], CHILDREN, ["2080", "2081"], MAX_CELLS, "v2")
    assert (request.method, request.url_path) == ("POST", "/tables/TAB1267/data")
    assert request.params == {"lang": "sv", "outputFormat": "json-stat2"}
    assert request.json_body == {
        "selection": [
            {"variableCode": "Region", "valueCodes": ["00", "2080", "2081"]},
            {"variableCode": "Alder", "valueCodes": [str(age) for age in range(19)]},
            {"variableCode": "Kon", "valueCodes": ["1", "2"]},
            {"variableCode": "ContentsCode", "valueCodes": ["BE0101A9"]},
            {"variableCode": "Tid", "valueCodes": ["2024"]},
        ]
    }
    assert request.cells == 3 * 19 * 2
    assert request.label == "TAB1267 (FolkmangdNov) 2024, ages 0-18, 3 regions"


def test_version_1() -> None:
    (request,) = queries(TABLES["TAB1267"], CHILDREN, ["2080"], MAX_CELLS, "v1")
    assert (request.method, request.url_path) == ("POST", "/sv/ssd/BE/BE0101/BE0101A/FolkmangdNov")
    assert request.params == {}
    assert request.json_body is not None
    assert request.json_body["response"] == {"format": "json-stat2"}
    assert request.json_body["query"][0] == {
        "code": "Region",
        "selection": {"filter": "item", "values": ["00", "2080"]},
    }
    assert [part["code"] for part in request.json_body["query"]] == ["Region", "Alder", "Kon", "ContentsCode", "Tid"]


def test_table_with_noise_asks_for_totals_and_few_cells() -> None:
    (request,) = queries(TABLES["TAB5557"], YOUNG, ["2080"], MAX_CELLS, "v2")
    assert request.json_body is not None
    asked = {part["variableCode"]: part["valueCodes"] for part in request.json_body["selection"]}
    assert asked["Civilstand"] == ["SC"]
    assert asked["Kon"] == ["TotSa"]
    assert asked["Alder"] == ["-9", "10-14", "15", "16", "17", "18"]
    assert request.cells == 2 * 6


@pytest.mark.parametrize("table_id", TABLES)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_variable_is_sent_or_left_out_on_purpose(table_id: str, version: Version) -> None:
    table = TABLES[table_id]
    (request,) = queries(table, days(table), ["0114"], MAX_CELLS, version)
    assert request.json_body is not None
    parts = request.json_body["selection" if version == "v2" else "query"]
    sent = {part["variableCode" if version == "v2" else "code"] for part in parts}
    assert sent == {"Region", "Alder", "Kon", "ContentsCode", "Tid", *table.extra}
    assert not sent & set(table.left_out)


@pytest.mark.parametrize("table_id", TABLES)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_no_expression_and_no_code_list_is_ever_sent(table_id: str, version: Version) -> None:
    table = TABLES[table_id]
    (request,) = queries(table, days(table), ["0114", "0115"], MAX_CELLS, version)
    text = json.dumps(request.json_body)
    assert not any(mark in text for mark in ("*", "?", "top", "from(", "range", "codelist", "vs_", "agg"))


def test_codes_are_sent_once_and_in_order() -> None:
    (request,) = queries(TABLES["TAB1267"], CHILDREN, ["2081", "00", "2080", "2081"], MAX_CELLS, "v2")
    assert request.json_body is not None
    assert request.json_body["selection"][0]["valueCodes"] == ["00", "2080", "2081"]


@pytest.mark.parametrize("code", ["*", "top(3)", "2O80", "208", "", "02080", "2080\n"])
def test_what_is_no_code_of_a_territory_is_refused(code: str) -> None:
    with pytest.raises(DataRefused, match="is no code of a territory"):
        queries(TABLES["TAB1267"], CHILDREN, ["2080", code], MAX_CELLS, "v2")


@given(st.integers(1, 290), st.integers(38, 4_000))
def test_split_is_complete_within_the_limit_and_has_the_fewest_calls(count: int, max_cells: int) -> None:
    codes = [f"{code:04}" for code in range(count)]
    requests = queries(TABLES["TAB1267"], CHILDREN, codes, max_cells, "v2")
    sent = [code for request in requests for code in (request.json_body or {})["selection"][0]["valueCodes"]]
    assert sorted(sent) == sorted(["00", *codes])
    assert all(request.cells <= max_cells for request in requests)
    assert len(requests) == ceil((count + 1) / (max_cells // 38))
    assert len({request.label for request in requests}) == len(requests)


def test_one_region_beyond_the_limit_is_refused() -> None:
    with pytest.raises(DataRefused, match="one region is 38 cells, and SCB gives at most 37"):
        queries(TABLES["TAB1267"], CHILDREN, ["2080"], 37, "v2")


def test_290_municipalities_in_all_ages_are_one_call() -> None:
    codes = [f"{code:04}" for code in range(290)]
    (request,) = queries(TABLES["TAB5557"], ALL, codes, MAX_CELLS, "v2")
    assert request.cells == 291


def test_metadata() -> None:
    second, first = (metadata_query(TABLES["TAB638"], version) for version in ("v2", "v1"))
    assert (second.method, second.url_path, dict(second.params)) == ("GET", "/tables/TAB638/metadata", {"lang": "sv"})
    assert (first.method, first.url_path, dict(first.params)) == ("GET", "/sv/ssd/BE/BE0101/BE0101A/BefolkningNy", {})
    assert (second.json_body, first.json_body) == (None, None)
