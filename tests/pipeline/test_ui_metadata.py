"""What the Dagster UI is given of tables and checks: right, of the year in question, small, and harmless."""

import base64
import re
from typing import Any

import dagster as dg
import polars as pl
import pytest
from dagster._serdes import serialize_value

from pipelines.build import build_defs
from pipelines.settings import Settings
from pipelines.ui.metadata import described
from pipelines.ui.pictures import pictures_of
from pipelines.ui.shown import escaped, inline_svg, preview, small_table
from pipelines.ui.told_of_checks import told_of_contract, told_of_control
from pipelines.ui.told_of_tables import told_of
from schemas.tables.allocation import POTS
from schemas.tables.registry import TABLES
from schemas.tables.reporting import COUNTY_OVERVIEW
from tests.domain import DATA
from tests.published import ALL_YEARS, Published

HOSTILE = "<script>alert(1)</script> | `x` **[y](javascript:z)** \x1b[2J\u202e\n| a |" + "å" * 10_000
SMALL = 20_000
YEAR = 2025


def _rows(value: Any) -> list[dict[str, Any]]:
    assert isinstance(value, dg.TableMetadataValue)
    return [{name: str(cell).strip("\u00a0") for name, cell in record.data.items()} for record in value.records]


def _told(history: Published, name: str, year: int) -> dict[str, Any]:
    return described(TABLES[name], history.table(name), ALL_YEARS)[year]


@pytest.mark.parametrize("name", TABLES)
def test_each_year_tells_of_its_own_rows_and_stays_small(history: Published, name: str) -> None:
    whole = history.table(name)
    told = described(TABLES[name], whole, ALL_YEARS)
    assert list(told) == list(ALL_YEARS)
    for year, metadata in told.items():
        rows = whole.filter(year=year)
        assert metadata["dagster/row_count"] == dg.MetadataValue.int(rows.height)
        assert len(serialize_value(dg.AssetMaterialization(name, metadata=metadata))) < SMALL
        assert metadata == described(TABLES[name], rows, [year])[year], "the same as in a run of that year alone"


def test_what_matters_is_told_of_the_tables_that_people_look_at_first(history: Published) -> None:
    telling = {name for name in TABLES if told_of(name, history.table(name))}
    assert telling == {
        *("allocations", "pots", "coverage", "reconciliation", "findings", "population", "recipient_totals"),
    }


def test_allocations_are_summed_per_pot(history: Published) -> None:
    rows = _rows(_told(history, "allocations", YEAR)["sum per pot"])
    pots = history.table("pots", YEAR).filter(pl.col("allocated_sek").is_not_null())
    assert {row["pot_id"]: row["sum_sek"] for row in rows} == {
        pot: f"{sek:,}" for pot, sek in pots.select("pot_id", "allocated_sek").rows()
    }
    municipal = next(row for row in rows if row["pot_id"] == "children-youth-municipality")
    assert (municipal["recipients"], municipal["preliminary"]) == ("290", "275")


def test_pots_show_their_residuals_and_what_is_not_computed(history: Published) -> None:
    rows = {row["pot_id"]: row for row in _rows(_told(history, "pots", 2026)["residuals"])}
    assert rows["skr-support"]["residual_sek"] == "0"
    assert rows["region-unsplit"] == {
        "programme": "psykisk-halsa",
        "pot_id": "region-unsplit",
        "amount_sek": "548,000,000",
        "allocated_sek": "",
        "residual_sek": "",
        "status": "not_computed",
    }


def test_a_share_is_rounded_down_so_that_100_percent_is_all() -> None:
    parts = {"verified": 999_999_999, "inferred": 0, "unknown": 1}
    coverage = pl.DataFrame(
        {
            "year": [YEAR] * 3,
            "programme": ["p"] * 3,
            "evidence": list(parts),
            "amount_sek": list(parts.values()),
            "agreement_total_sek": [1_000_000_000] * 3,
        }
    )
    assert told_of("coverage", coverage)["share of the money by evidence"].row(0, named=True) == {
        "year": YEAR,
        "programme": "p",
        "agreement_total_sek": 1_000_000_000,
        "verified": "99.9 %",
        "inferred": "0.0 %",
        "unknown": "0.0 %",
        "computed": "99.9 %",
    }


def test_reconciliation_passes_or_fails_by_verdict_and_lists_what_differs(history: Published) -> None:
    frame = history.table("reconciliation", 2024)
    first = pl.int_range(pl.len()) == 0
    frame = frame.with_columns(verdict=pl.when(first).then(pl.lit("mismatch")).otherwise("verdict"))
    told = described(TABLES["reconciliation"], frame, [2024])[2024]
    failed = {row["verdict"]: row["result"] for row in _rows(told["verdicts"])}
    assert failed == {"exact": "pass", "explained": "pass", "no_rule": "pass", "mismatch": "FAIL"}
    assert sum(int(row["figures"]) for row in _rows(told["verdicts"])) == frame.height
    differing = _rows(told["mismatches and explained differences"])
    assert [row["verdict"] for row in differing] == ["mismatch", "explained"]
    assert differing[1] == {
        "pot_id": "sum-county",
        "recipient": "Dalarnas län",
        "published": "21,724,099",
        "difference": "1",
        "verdict": "explained",
        "cause": "sum of unrounded parts",
    }


def test_findings_are_counted_and_shown_worst_first(history: Published) -> None:
    told = _told(history, "findings", 2023)
    assert _rows(told["severities"]) == [{"severity": "warning", "findings": "2"}]
    assert "7,605,166" in _rows(told["messages"])[0]["message_en"]
    assert _told(history, "findings", 2016)["messages"] == dg.MetadataValue.text("none")


def test_population_counts_territories_by_basis(history: Published) -> None:
    rows = _rows(_told(history, "population", YEAR)["territories by basis"])
    children = next(row for row in rows if (row["ages"], row["region_type"]) == ("0-18", "municipality"))
    assert [children[basis] for basis in ("official", "derived", "estimated", "proxy")] == ["0", "15", "275", "0"]


def test_recipient_totals_name_the_extremes(history: Published) -> None:
    rows = {row["recipient_type"]: row for row in _rows(_told(history, "recipient_totals", YEAR)["SEK per inhabitant"])}
    assert (rows["municipality"]["highest"], rows["municipality"]["lowest"]) == ("Dorotea", "Stockholm")
    assert rows["region"]["highest"] == rows["region"]["lowest"] == "all alike", "regions share by head alone"


def test_hostile_text_stays_in_its_cell() -> None:
    frame = pl.DataFrame({"year": [YEAR, YEAR], "name": [HOSTILE, "Falun"]})
    cell = _rows(small_table(frame))[0]["name"]
    assert cell.startswith("<script>alert(1)</script> |"), "plain text there: shown as it is, never rendered"
    assert len(cell) == 300
    assert not set(cell) & set("\x1b\u202e\n")
    markdown = preview(frame).value
    assert isinstance(markdown, str)
    assert len(markdown) >= 1_000, "the UI folds it"
    lines = markdown.rstrip().splitlines()
    assert len(lines) == 4, "two rows below the heading"
    assert re.search(r"(?<!\\)[<>`*\[\]]", markdown) is None
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 3 for line in lines)


def test_escaped_text_is_markdown_for_itself() -> None:
    assert escaped("a|b\\c_d*e <b> [x](y) ~ & #") == r"a\|b\\c\_d\*e \<b\> \[x\]\(y\) \~ \& \#"
    assert escaped("Örnsköldsvik 7\u00a0605 kr – 12 %") == "Örnsköldsvik 7\u00a0605 kr – 12 %"


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    rows = _rows(small_table(pl.DataFrame({"year": range(2_000), "name": ["x" * 10] * 2_000})))
    assert rows[-1] == {"year": f"… {2_000 - len(rows) + 1:,} more", "name": ""}
    assert 100 < len(rows) < 1_000


def test_numbers_stand_to_the_right_with_thousands_apart() -> None:
    value = small_table(pl.DataFrame({"year": [2024, 2025], "sek": [-7, 250_000_000], "known": [True, None]}))
    assert isinstance(value, dg.TableMetadataValue)
    assert [record.data for record in value.records] == [
        {"year": "2024", "sek": "\u00a0" * 9 + "-7", "known": "True"},
        {"year": "2025", "sek": "250,000,000", "known": ""},
    ]


def test_a_picture_is_an_image_in_markdown() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>Åland</text></svg>'
    markdown = inline_svg(svg, "karta [1]").value
    assert isinstance(markdown, str)
    match = re.fullmatch(r"!\[karta \\\[1\\\]\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert match is not None
    assert base64.b64decode(match[1]).decode() == svg


def test_a_contract_check_says_what_it_compared(history: Published) -> None:
    pots = history.table("pots")
    rows = _rows(told_of_contract(TABLES["pots"], pots, [])["results"])
    assert {row["result"] for row in rows} == {"pass"}
    told = {row["compared"]: (row["number"], row["of"]) for row in rows}
    assert told["columns: names, order and types"] == (str(len(TABLES["pots"].columns)), "columns")
    assert told["the key is unique: programme, year, pot_id"] == (str(pots.height), "rows")
    assert told["Residual = pot − allocated."] == (str(pots.height), "rows")
    broken = _rows(told_of_contract(TABLES["pots"], pots, ["row: Residual – broken 1 time(s): x"])["results"])
    assert [(row["compared"], row["result"]) for row in broken] == [("row: Residual – broken 1 time(s): x", "FAIL")]


def test_a_control_check_counts_rows_and_breaks_per_year(history: Published) -> None:
    tables = {name: history.table(name) for name in ("pots", "allocations")}
    broken = tables["pots"].filter(year=2024).head(2)
    rows = {row["year"]: row for row in _rows(told_of_control(tables, broken)["results"])}
    assert list(rows) == [str(year) for year in ALL_YEARS]
    assert rows["2025"] == {
        "year": "2025",
        "rows in pots": "7",
        "rows in allocations": "396",
        "broken": "0",
        "result": "pass",
    }
    assert (rows["2024"]["broken"], rows["2024"]["result"]) == ("2", "FAIL")
    assert rows["2021"]["rows in allocations"] == "0"


def test_a_run_attaches_them_to_each_year(own_history: Published) -> None:
    settings: Settings = own_history.settings
    job = build_defs(settings).resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        asset_selection=[dg.AssetKey("recipients")],
        instance=dg.DagsterInstance.ephemeral(),
        tags={"dagster/asset_partition_range_start": "2023", "dagster/asset_partition_range_end": "2025"},
    )
    events = {event.partition: event.materialization for event in result.get_asset_materialization_events()}
    assert set(events) == {"2023", "2024", "2025"}
    for year, materialization in events.items():
        file = settings.work / f"recipients/recipients_{year}.parquet"
        assert materialization.metadata["path"] == dg.MetadataValue.path(file)
        assert materialization.metadata["bytes"].value == file.stat().st_size
        assert materialization.metadata["dagster/row_count"].value == pl.read_parquet(file).height


def test_a_county_map_stands_beside_its_table(history: Published) -> None:
    rows = history.table("county_overview", 2025)
    (picture,) = pictures_of(COUNTY_OVERVIEW, rows, DATA).values()
    svg = base64.b64decode(str(picture.value).partition("base64,")[2].removesuffix(")")).decode()
    assert svg.count("<path") == 21
    assert "2025: SEK per inhabitant" in svg
    assert len(str(picture.value)) < 30_000
    assert pictures_of(COUNTY_OVERVIEW, rows.clear(), DATA) == {}
    assert pictures_of(POTS, history.table("pots", 2025), DATA) == {}
