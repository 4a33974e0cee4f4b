"""The stand-in answers as SCB does: its shapes, its limits, its errors; and every fault it can be told to have."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import requests

from assets.population.bases import Base
from assets.population.scb.jsonstat import Dataset, cells, read_dataset
from assets.population.scb.query import Version, metadata_query, queries
from assets.population.scb.register import ScbTable, allowance, period_of, table_for
from schemas.errors import DataRefused
from tests.domain import snapshot
from tests.integration.scb_figures import (
    DALARNA_NOVEMBER_2024,
    NATION_NOVEMBER_2024,
    counties,
    fit,
    municipalities,
    spread,
)
from tests.integration.scb_stand_in import FAULTS, REVISED, UPDATED, StandIn, periods_of

SAMPLES: Final = Path(__file__).parent / "samples"
NOVEMBER: Final = "folkmangd_1_november"
YEAR_END: Final = "folkmangd_31_december"
MONTH_END: Final = "folkmangd_month_end"


@pytest.fixture(scope="module")
def service() -> Iterator[StandIn]:
    with StandIn(max_calls=100_000) as running:
        yield running


def asked(table: str, day: str, ages: str) -> Base:
    return Base(table, dt.date.fromisoformat(day), ages, "municipality")


def get(service: StandIn, base: Base, regions: tuple[str, ...], version: Version = "v2") -> Dataset:
    """The dataset that the stand-in answers a base with."""
    response = post(service, base, regions, version)
    assert response.status_code == 200
    return read_dataset(response.content)


def post(service: StandIn, base: Base, regions: tuple[str, ...], version: Version = "v2") -> requests.Response:
    table = table_for(tuple(service.tables.values()), base.table_id, base.reference_date)
    (request,) = queries(table, base, regions, service.max_cells, version)
    address = {"v2": service.v2_url, "v1": service.v1_url}[version] + request.url_path
    return requests.post(address, params=request.params, json=request.json_body, timeout=10, allow_redirects=False)


def select(service: StandIn, table: str, selection: dict[str, list[str]], **params: str) -> requests.Response:
    """A call for data in version 2 with any selection."""
    parts = [{"variableCode": name, "valueCodes": codes} for name, codes in selection.items()]
    return requests.post(f"{service.v2_url}/tables/{table}/data", params=params, json={"selection": parts}, timeout=10)


def by_region(dataset: Dataset) -> dict[str, int]:
    """Persons by region."""
    return dict(cells(dataset).group_by("Region").agg(pl.col("value").sum()).iter_rows())


# --- shapes ---------------------------------------------------------------------------------------------------


def shape(value: Any) -> Any:
    """The keys of an answer with the kinds of their values; texts do not matter."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return type(value).__name__


def test_answer_has_the_shape_of_a_real_one(service: StandIn) -> None:
    real = json.loads((SAMPLES / "v2_TAB6471_2026M05_totals.json").read_bytes())
    regions = tuple(real["dimension"]["Region"]["category"]["index"])
    ours = post(service, asked(MONTH_END, "2026-05-31", "all"), regions).json()
    for part in ("version", "class", "source", "id", "size", "role"):
        assert ours[part] == real[part]
    for name, dimension in real["dimension"].items():
        own = ours["dimension"][name]
        assert set(own["category"]["index"]) == set(dimension["category"]["index"])
        assert own["category"]["index"] == dimension["category"]["index"]
        assert shape(own["category"]) == shape(dimension["category"])
        assert own["extension"]["elimination"] == dimension["extension"]["elimination"]
        assert own.get("note") == dimension.get("note")
    assert set(ours) == set(real)
    assert ours["extension"]["px"].items() >= {"tableid": "TAB6471", "aggregallowed": False}.items()


def test_real_cells_are_the_real_ones(service: StandIn) -> None:
    real = by_region(read_dataset((SAMPLES / "v2_TAB6471_2026M05_totals.json").read_bytes()))
    ours = by_region(get(service, asked(MONTH_END, "2026-05-31", "all"), tuple(real)))
    assert {code: ours[code] for code in real if len(code) != 2} == {
        code: count for code, count in real.items() if len(code) != 2
    }
    assert ours["00"] == real["00"]


@pytest.mark.parametrize(("base", "day"), [(NOVEMBER, "2024-11-01"), (YEAR_END, "2025-12-31")])
def test_both_versions_give_the_same_cells(service: StandIn, base: str, day: str) -> None:
    first, second = (get(service, asked(base, day, "0-18"), ("0114", "2080"), version) for version in ("v1", "v2"))
    assert cells(first).equals(cells(second))


def test_index_is_not_in_the_order_of_its_positions(service: StandIn) -> None:
    index = post(service, asked(NOVEMBER, "2024-11-01", "all"), ("0114",)).json()["dimension"]["Region"]["category"]
    assert list(index["index"].values()) != sorted(index["index"].values())


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("table_id", ["TAB1267", "TAB638", "TAB5557", "TAB5444", "TAB6471"])
def test_metadata_lists_everything_that_can_be_asked_for(service: StandIn, table_id: str, version: Version) -> None:
    table = service.tables[table_id]
    request = metadata_query(table, version)
    base = {"v2": service.v2_url, "v1": service.v1_url}[version]
    read = requests.get(base + request.url_path, params=request.params, timeout=10).json()
    if version == "v1":
        codes = {variable["code"]: set(variable["values"]) for variable in read["variables"]}
    else:
        codes = {name: set(dimension["category"]["index"]) for name, dimension in read["dimension"].items()}
    assert len(codes["Region"]) == 1 + len(counties()) + len(municipalities())
    assert codes["Tid"] == set(periods_of(table))
    assert codes["Alder"] >= {code for code, _, _ in table.ages.cells()}
    assert codes["Kon"] >= set(table.sex_codes)
    assert set(codes) == {"Region", "Alder", "Kon", "ContentsCode", "Tid", *table.extra, *table.left_out}


def test_configuration_and_tables(service: StandIn) -> None:
    config = requests.get(f"{service.v2_url}/config", timeout=10).json()
    assert (config["maxDataCells"], config["timeWindow"]) == (150_000, 10)
    table = requests.get(f"{service.v2_url}/tables/TAB1267", timeout=10).json()
    assert (table["firstPeriod"], table["lastPeriod"], table["discontinued"]) == ("2002", "2024", None)
    found = requests.get(f"{service.v2_url}/tables", params={"query": "tab5557"}, timeout=10).json()
    assert [table["id"] for table in found["tables"]] == ["TAB5557"]
    limits = requests.get(f"{service.v1_url}/sv/ssd?config", timeout=10).json()
    assert (limits["maxCells"], limits["maxCalls"]) == (150_000, 100_000)


def test_without_a_selection_the_geography_is_gone(service: StandIn) -> None:
    answer = requests.get(f"{service.v2_url}/tables/TAB1267/data", timeout=10)
    dataset = read_dataset(answer.content)
    assert dataset.dimensions == ("ContentsCode", "Tid")
    assert dataset.values.to_list() == [NATION_NOVEMBER_2024]


def test_get_and_post_are_the_same(service: StandIn) -> None:
    codes = {"Region": "00,20", "Alder": "tot", "Kon": "1,2", "ContentsCode": "BE0101A9", "Tid": "2024"}
    params = {f"valueCodes[{name}]": asked for name, asked in codes.items()}
    got = requests.get(f"{service.v2_url}/tables/TAB1267/data", params=params, timeout=10)
    posted = select(service, "TAB1267", {name: asked.split(",") for name, asked in codes.items()})
    assert got.content == posted.content
    assert by_region(read_dataset(got.content)) == {"00": NATION_NOVEMBER_2024, "20": DALARNA_NOVEMBER_2024}


# --- figures --------------------------------------------------------------------------------------------------

DAYS: Final = [
    (NOVEMBER, "2019-11-01"),
    (NOVEMBER, "2024-11-01"),
    (YEAR_END, "1968-12-31"),
    (YEAR_END, "2015-12-31"),
    (YEAR_END, "2022-12-31"),
    (YEAR_END, "2024-12-31"),
    (YEAR_END, "2025-12-31"),
    (MONTH_END, "2024-06-30"),
    (MONTH_END, "2026-05-31"),
]


@pytest.mark.parametrize("ages", ["all", "0-18"])
@pytest.mark.parametrize(("base", "day"), DAYS)
def test_nation_is_the_sum_of_its_parts_within_the_allowance(service: StandIn, base: str, day: str, ages: str) -> None:
    wanted = asked(base, day, ages)
    counts = by_region(get(service, wanted, (*counties(), *municipalities())))
    table = table_for(tuple(service.tables.values()), base, wanted.reference_date)
    off = [
        abs(counts["00"] - sum(count for code, count in counts.items() if len(code) == digits and code != "00"))
        for digits in (2, 4)
    ]
    assert max(off) <= allowance(table, ages)
    assert min(counts.values()) > 0
    if table.is_perturbed:
        assert max(off) > 0, "noise that never shows tests nothing"


# The one figure that is another table's: its noise is its own.
_OTHER_TOTAL: Final = {("national-single-year-31-december-ckm", 0, 120): 3}


@pytest.mark.parametrize("series_id", sorted(snapshot().series))
def test_every_figure_of_the_snapshot_is_served(service: StandIn, series_id: str) -> None:
    series = snapshot().series[series_id]
    known = snapshot().cells(series)
    for (day,), rows in known.group_by("reference_date"):
        assert isinstance(day, dt.date)
        table = table_for(tuple(service.tables.values()), series.table, day)
        codes = rows.get_column("region_code").unique().to_list()
        counts = _all_ages_of(service, table, period_of(table, day), codes)
        for code, first, last, persons in rows.select("region_code", "first_age", "last_age", "population").rows():
            if (served := counts.get((code, first, last))) is not None:
                assert served == persons + _OTHER_TOTAL.get((series_id, first, last), 0), (code, first, last)
            else:
                assert (
                    sum(counts[code, age, age] for age in range(first, min(last, 99) + 1))
                    + (counts[code, 100, 120] if last > 99 else 0)
                    == persons
                ), (code, first, last)


def _all_ages_of(service: StandIn, table: ScbTable, period: str, regions: list[str]) -> dict[tuple[str, int, int], int]:
    """Everything that a table has of regions in a period, sexes together: by region, first and last age."""
    bands = {code: (first, last) for code, first, last in table.ages.cells()}
    if table.ages.all_ages:
        bands[table.ages.all_ages] = (0, 120)
    selection = {
        **table.extra,
        "Region": regions,
        "Alder": list(bands),
        "Kon": table.sex_codes,
        "ContentsCode": [table.contents_code],
        "Tid": [period],
    }
    read = cells(read_dataset(select(service, table.id, selection).content))
    summed = read.group_by("Region", "Alder").agg(pl.col("value").sum())
    return {(region, *bands[age]): count for region, age, count in summed.iter_rows()}


def test_quotient_of_1_november_2024() -> None:
    assert 0.0270486630 < DALARNA_NOVEMBER_2024 / NATION_NOVEMBER_2024 < 0.0270486649


def test_left_out_marital_status_is_summed_exactly(service: StandIn) -> None:
    selection = {"Region": ["2080"], "Alder": ["tot"], "Kon": ["1", "2"], "ContentsCode": ["BE0101N1"], "Tid": ["2022"]}
    summed = by_region(read_dataset(select(service, "TAB638", selection).content))
    parts = select(service, "TAB638", {**selection, "Civilstand": ["OG", "G", "SK", "ÄNKL"]})
    assert by_region(read_dataset(parts.content)) == summed


def test_same_call_gives_the_same_bytes(service: StandIn) -> None:
    base = asked(YEAR_END, "2025-12-31", "0-18")
    assert post(service, base, ("0114",)).content == post(service, base, ("0114",)).content


def test_290_municipalities_are_answered_at_once(service: StandIn) -> None:
    base = asked(NOVEMBER, "2024-11-01", "0-18")
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        post(service, base, municipalities())
        seconds.append(time.perf_counter() - begun)
    assert min(seconds) < 1, "a twentieth of it is usual"


@pytest.mark.parametrize("total", [0, 1, 7, 1_000_003])
def test_spread_and_fit_add_up(total: int) -> None:
    rows, columns = spread(total, [5, 0, 3, 9]), spread(total, [1, 1, 2])
    table = fit(rows, columns)
    assert table.min() >= 0
    assert table.sum(1).tolist() == rows.tolist()
    assert table.sum(0).tolist() == columns.tolist()
    with pytest.raises(ValueError, match="no table has rows"):
        fit(rows, columns + 1)


# --- limits and errors ----------------------------------------------------------------------------------------

GOOD: Final = {"Region": ["00"], "Alder": ["0"], "Kon": ["1"], "ContentsCode": ["BE0101A9"], "Tid": ["2024"]}
ERRORS: Final[dict[str, tuple[dict[str, list[str]], str]]] = {
    "value": ({**GOOD, "Region": ["00", "9999"]}, "Non-existent value"),
    "period": ({**GOOD, "Tid": ["2025"]}, "Non-existent value"),
    "variable": ({**GOOD, "Civilstand": ["OG"]}, "Non-existent variable"),
    "missing": ({"Region": ["00"], "Tid": ["2024"]}, "Missing selection for mandantory variable"),
    "expression": ({**GOOD, "Tid": ["top(1)"]}, "Illegal selection expression"),
    "cells": ({**GOOD, "Region": ["*"], "Alder": ["*"], "Tid": ["*"]}, "Too many cells selected"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_problems_are_spelt_as_the_service_does(service: StandIn, case: str) -> None:
    selection, title = ERRORS[case]
    response = select(service, "TAB1267", selection)
    real = json.loads((SAMPLES / "error_bodies.json").read_bytes())["problems"]
    (problem,) = [problem for problem in real if problem["title"] == title]
    problem.pop("detail", None)
    assert response.json() == problem
    assert response.status_code == problem["status"]
    assert response.headers["Content-Type"].startswith("application/problem+json")


def test_table_that_does_not_exist(service: StandIn) -> None:
    response = select(service, "TAB0", GOOD)
    assert (response.status_code, response.json()["title"]) == (404, "Non-existent table")


def test_other_format_is_refused(service: StandIn) -> None:
    response = select(service, "TAB1267", GOOD, outputFormat="parquet")
    assert (response.status_code, response.json()["title"]) == (400, "Unsupported output format")


def test_mandatory_variables_of_tables_with_noise(service: StandIn) -> None:
    both = {"Region": ["00"], "ContentsCode": ["000007ME"], "Tid": ["2025"], "Civilstand": ["SC"], "Alder": ["TotSA"]}
    assert select(service, "TAB5557", both).status_code == 200
    for mandatory in ("Civilstand", "Alder"):
        left_out = {name: codes for name, codes in both.items() if name != mandatory}
        assert select(service, "TAB5557", left_out).json()["title"].startswith("Missing selection")


def test_repeated_code_is_500_without_a_body(service: StandIn) -> None:
    response = select(service, "TAB1267", {**GOOD, "Region": ["00", "20", "00"]})
    assert (response.status_code, response.content) == (500, b"")


def test_codes_are_matched_without_regard_to_case(service: StandIn) -> None:
    selection = {**GOOD, "Alder": ["TOT"]}
    assert read_dataset(select(service, "TAB1267", selection).content).codes["Alder"] == ("tot",)


def test_long_address_looks_like_no_such_table(service: StandIn) -> None:
    params = {"valueCodes[Region]": ",".join(municipalities()[:290] * 2)}
    response = requests.get(f"{service.v2_url}/tables/TAB1267/data", params=params, timeout=10)
    assert (response.status_code, response.content) == (404, b"")


def test_errors_of_version_1(service: StandIn) -> None:
    address = f"{service.v1_url}/sv/ssd/START/BE/BE0101/BE0101A/FolkmangdNov"
    item = {"filter": "item", "values": ["00"]}
    tid = {"code": "Tid", "selection": {"filter": "item", "values": ["2024"]}}
    contents = {"code": "ContentsCode", "selection": {"filter": "item", "values": ["BE0101A9"]}}
    query = [{"code": "Region", "selection": item}, contents, tid]
    statuses = {}
    for form in ("json-stat2", "jsonstat2", "px"):
        body = {"query": query, "response": {"format": form}}
        statuses[form] = requests.post(address, json=body, timeout=10).status_code
    assert statuses == {"json-stat2": 200, "jsonstat2": 400, "px": 400}
    everything = [
        {"code": name, "selection": {"filter": "all", "values": ["*"]}} for name in ("Region", "Alder", "Tid")
    ]
    large = {"query": [*everything, contents], "response": {"format": "json-stat2"}}
    assert requests.post(address, json=large, timeout=10).status_code == 403
    assert requests.get(address[:-3], timeout=10).status_code == 404


def test_too_many_calls_are_turned_away_and_the_configuration_never() -> None:
    now = [0.0]
    with StandIn(max_calls=3, window_seconds=10, clock=lambda: now[0]) as service:
        statuses = [select(service, "TAB1267", GOOD).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert requests.get(f"{service.v2_url}/config", timeout=10).status_code == 200
        assert int(select(service, "TAB1267", GOOD).headers["Retry-After"]) >= 1
        now[0] += 10
        assert select(service, "TAB1267", GOOD).status_code == 200
        assert [call.status for call in service.data_calls] == [200, 200, 200, 429, 429, 200]


def test_calls_are_remembered_with_their_bodies() -> None:
    with StandIn() as service:
        requests.get(f"{service.v2_url}/config", timeout=10)
        select(service, "TAB1267", GOOD)
        (call,) = service.data_calls
        assert len(service.calls) == 2
        assert call.address == "/api/v2/tables/TAB1267/data"
        assert json.loads(call.body)["selection"][0] == {"variableCode": "Region", "valueCodes": ["00"]}
        assert call.at > service.calls[0].at


# --- faults ---------------------------------------------------------------------------------------------------

CHILDREN: Final = asked(NOVEMBER, "2024-11-01", "0-18")
REGIONS: Final = ("0114", "0115", "2584")


@pytest.fixture(scope="module")
def sound(service: StandIn) -> Dataset:
    return get(service, CHILDREN, REGIONS)


def faulty(fault: str) -> requests.Response:
    with StandIn(faults=["", fault], drip_seconds=0.001) as service:
        assert post(service, CHILDREN, REGIONS).status_code == 200
        spoilt = post(service, CHILDREN, REGIONS)
        assert post(service, CHILDREN, REGIONS).status_code == 200
        return spoilt


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("html", "is HTML"),
        ("empty", "is empty"),
        ("truncated", "broken off"),
        ("wrong_charset", "is not UTF-8"),
        ("nan", "is not JSON"),
        ("strings", "has text"),
        ("negative", "has a negative head count"),
        ("null", "has no value in 1 of"),
        ("duplicate_codes", "codes where size says 4"),
    ],
)
def test_fault_that_the_reader_refuses(fault: str, why: str) -> None:
    response = faulty(fault)
    assert response.status_code == 200
    with pytest.raises(DataRefused, match=why):
        read_dataset(response.content)


def test_faults_that_only_a_comparison_shows(sound: Dataset) -> None:
    def codes(fault: str, name: str) -> set[str]:
        return set(read_dataset(faulty(fault).content).codes[name]) ^ set(sound.codes[name])

    assert codes("missing_region", "Region") == {"2584"}
    assert codes("extra_region", "Region") == {"9999"}
    assert codes("renamed_code", "Region") == {"2584", "2599"}
    assert codes("new_age", "Alder") == {"101+"}
    assert codes("renamed_contents", "ContentsCode") == {"BE0101A9", "BE0101Z9"}


def test_missing_region_leaves_the_others_as_they_were(sound: Dataset) -> None:
    left = by_region(read_dataset(faulty("missing_region").content))
    assert left == {code: count for code, count in by_region(sound).items() if code != "2584"}


def test_other_unit() -> None:
    assert read_dataset(faulty("other_unit").content).units == {"BE0101A9": "tusental"}


def test_revised(sound: Dataset) -> None:
    revised = read_dataset(faulty("revised").content)
    assert (sound.updated, revised.updated) == (UPDATED, REVISED)
    before, after = by_region(sound), by_region(revised)
    more = {code: after[code] - before[code] for code in before}
    per_region = len(sound.codes["Alder"]) * len(sound.codes["Kon"])
    assert more == {code: per_region * (len(REGIONS) if code == "00" else 1) for code in ("00", *REGIONS)}


def test_not_summing(sound: Dataset) -> None:
    off = by_region(read_dataset(faulty("not_summing").content))
    assert {code for code, count in by_region(sound).items() if off[code] != count} == {"00"}


def test_statuses() -> None:
    assert {fault: faulty(fault).status_code for fault in ("status_500", "status_503", "status_429")} == {
        "status_500": 500,
        "status_503": 503,
        "status_429": 429,
    }


def test_redirects() -> None:
    with StandIn(faults=["redirect_loop", "redirect_elsewhere"]) as service:
        loop, elsewhere = post(service, CHILDREN, REGIONS), post(service, CHILDREN, REGIONS)
    assert (loop.status_code, elsewhere.status_code) == (307, 307)
    assert loop.headers["Location"].startswith("/api/v2/tables/TAB1267/data?")
    assert elsewhere.headers["Location"] == f"http://localhost:{service.port}/elsewhere"


def test_drip_comes_a_byte_at_a_time_and_ends_with_the_service() -> None:
    begun = time.perf_counter()
    with StandIn(faults=["drip"], drip_seconds=0.02) as service, requests.Session() as session:
        request = queries(service.tables["TAB1267"], CHILDREN, REGIONS, 150_000, "v2")[0]
        answer = session.post(service.v2_url + request.url_path, json=request.json_body, timeout=5, stream=True)
        assert answer.raw.read(3) == b'{"v'
        answer.close()
    # Three bytes have taken two waits at least; all of them would take minutes.
    assert 0.04 <= time.perf_counter() - begun < 30


def test_unknown_fault_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such faults"):
        StandIn(faults=["gremlins"])
    assert len(FAULTS) == len(set(FAULTS))
