"""The main job through Dagster, on the tracked data: what it publishes and that it always publishes the same."""

from pathlib import Path

import polars as pl
import pytest

from assets.allocation.summarise import coverage_of
from assets.storage.published import current_version
from pipelines.running.run import run_years
from pipelines.settings import Settings
from schemas.tables.allocation import COVERAGE
from schemas.tables.registry import TABLES
from tests.domain import DATA, kr
from tests.published import ALL_YEARS, Published, quiet

EXACT_IN_2024 = {"complex-needs-county": 8_947_874, "suicide-prevention-county": 5_445_343}
EXACT_IN_2023 = {"complex-needs-county": 7_605_166, "suicide-prevention-county": 5_484_559}


def test_every_table_has_a_file_per_year(history: Published) -> None:
    expected = {f"{name}/{name}_{year}.parquet" for name in TABLES for year in ALL_YEARS}
    assert set(history.hashes()) == expected


def test_a_second_run_gives_the_same_bytes(history: Published, tmp_path: Path) -> None:
    again = Published(Settings(DATA, tmp_path, tables_only=True))
    run_years(again.settings, ALL_YEARS, quiet)
    assert again.hashes() == history.hashes()
    assert again.version.manifest["content_sha256"] == history.version.manifest["content_sha256"]


def test_a_year_alone_gives_the_same_bytes_as_in_the_range(history: Published, tmp_path: Path) -> None:
    alone = Published(Settings(DATA, tmp_path, tables_only=True))
    run_years(alone.settings, [2020, 2025], quiet)
    whole = history.hashes()
    assert alone.hashes() == {name: whole[name] for name in whole if name[-12:-8] in {"2020", "2025"}}


@pytest.mark.parametrize("year", ALL_YEARS)
def test_shares_of_a_year_alone_are_those_of_the_range_to_the_last_bit(history: Published, year: int) -> None:
    alone = coverage_of(history.table("rules", year), history.table("pots", year))
    assert alone.sort(COVERAGE.key).equals(history.table("coverage", year))


def test_running_again_over_an_unchanged_version_leaves_it_published(own_history: Published) -> None:
    settings = Settings(DATA, own_history.settings.out, tables_only=True)
    before = own_history.version.id
    assert not run_years(settings, [2024], quiet).is_new
    assert own_history.version.id == before


def test_one_year_joins_the_years_already_published(own_history: Published) -> None:
    file = own_history.settings.data / "agreements/psykisk-halsa/2018.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    before, old_id = own_history.hashes(), own_history.version.id
    assert run_years(own_history.settings, [2018], quiet).is_new
    after = own_history.hashes()
    assert own_history.version.id != old_id
    assert {name for name in after if after[name] != before[name]} == {f"{t}/{t}_2018.parquet" for t in TABLES}
    assert own_history.version.manifest["years"] == list(ALL_YEARS)


def test_a_damaged_version_is_replaced_by_a_whole_one(own_history: Published) -> None:
    file = own_history.version.folder / "pots/pots_2016.parquet"
    good = file.read_bytes()
    file.unlink()  # The file is linked to the work folder; a reader's copy is spoilt, not that one.
    file.write_bytes(good[:-100])
    settings = Settings(DATA, own_history.settings.out, tables_only=True)
    assert run_years(settings, [2016], quiet).is_new
    assert (own_history.version.folder / "pots/pots_2016.parquet").read_bytes() == good


def _verdicts(history: Published, year: int, programme: str = "psykisk-halsa") -> pl.DataFrame:
    return history.table("reconciliation", year).filter(pl.col("programme") == programme)


def test_dalarna_2025(history: Published) -> None:
    rows = _verdicts(history, 2025).filter(pl.col("recipient_code") != "SKR")
    municipal = rows.filter(pl.col("recipient_type") == "municipality")
    assert municipal.height == 15
    assert set(municipal["verdict"]) == {"exact"}
    joint = rows.filter(pl.col("pot_id") == "national-strategy-county").row(0, named=True)
    assert (joint["computed_sek"], joint["verdict"]) == (4_000_000, "exact")
    proxy = rows.filter(pl.col("pot_id").str.contains("complex-needs|suicide-prevention"))
    assert proxy.height == 4
    assert set(proxy["verdict"]) == {"not_comparable"}, "a stand-in population never reproduces a figure"


def test_dalarna_2024(history: Published) -> None:
    rows = {row["pot_id"]: row for row in _verdicts(history, 2024).iter_rows(named=True)}
    for pot_id, amount in {**EXACT_IN_2024, "user-involvement-county": 1_000_000}.items():
        row = rows[pot_id]
        stated = f"{pot_id}: computed {kr(row['computed_sek'])}, published {kr(row['published_sek'])}"
        assert row["computed_sek"] == row["published_sek"] == amount, stated
        assert (row["verdict"], row["independence"]) == ("exact", "independent")
    for pot_id in ("children-youth-county", "children-youth-region"):
        assert (rows[pot_id]["verdict"], rows[pot_id]["computed_sek"]) == ("no_rule", None)
    total = rows["sum-county"]
    assert (total["published_sek"], total["computed_sek"]) == (21_724_099, 21_724_100)
    assert (total["verdict"], total["cause"]) == ("explained", "sum_of_unrounded_parts")


def test_the_2023_amounts_are_2023_and_the_source_prints_them_for_2024(history: Published) -> None:
    rows = {row["pot_id"]: row for row in _verdicts(history, 2023).iter_rows(named=True)}
    for pot_id, amount in EXACT_IN_2023.items():
        assert (rows[pot_id]["computed_sek"], rows[pot_id]["verdict"]) == (amount, "exact")
    findings = history.table("findings", 2023).filter(pl.col("kind") == "printed_for_other_year")
    assert findings.height == len(EXACT_IN_2023)
    assert findings["message_en"].str.contains("printed for 2024").all()
    assert findings["message_sv"].str.contains("i källan för 2024").all()


@pytest.mark.parametrize(("year", "rounding"), [(2022, "largest_remainder"), (2024, "nearest")])
def test_womens_health_is_a_programme_by_data_alone(history: Published, year: int, rounding: str) -> None:
    rows = _verdicts(history, year, "kvinnors-halsa")
    assert rows.height == 21
    assert set(rows["verdict"]) == {"exact"}
    allocated = history.table("allocations", year).filter(pl.col("pot_id") == "womens-health-population")
    assert set(allocated["rounding"]) == {rounding}


def test_stockholm_2020(history: Published) -> None:
    rows = {row["pot_id"]: row for row in _verdicts(history, 2020).iter_rows(named=True)}
    municipal, county = rows["sum-municipality"], rows["sum-county"]
    assert (municipal["published_sek"], municipal["verdict"]) == (69_000_000, "rounded_match")
    assert (county["published_sek"], county["verdict"], county["cause"]) == (
        110_000_000,
        "no_rule",
        "partly_unknown_rule",
    )
    left = 110_000_000 - county["computed_sek"]
    finding = history.table("findings", 2020).filter(pl.col("kind") == "partly_known_sum").row(0, named=True)
    assert f"{left:,}" in finding["message_en"], f"the finding tells what the unknown pot must hold: {kr(left)}"


def test_2019_rests_on_official_figures(history: Published) -> None:
    rows = history.table("allocations", 2019).filter(pl.col("population").is_not_null())
    assert set(rows["population_basis"]) == {"official"}
    assert set(rows["status"]) == {"decided"}
    counts = dict(rows.group_by("recipient_type").agg(pl.col("recipient_code").n_unique()).rows())
    assert counts == {"municipality": 290, "region": 21, "county": 21}


def test_money_without_a_rule_is_listed_and_not_split(history: Published) -> None:
    pots = history.table("pots")
    unknown = pots.filter(pl.col("evidence_rule") == "unknown")
    assert not unknown.is_empty()
    assert unknown["allocated_sek"].null_count() == unknown.height
    split = history.table("allocations").join(unknown, on=["programme", "year", "pot_id"], how="semi")
    assert split.is_empty()
    coverage = (
        history.table("coverage").group_by("programme", "year", "agreement_total_sek").agg(pl.col("amount_sek").sum())
    )
    assert (coverage["amount_sek"] == coverage["agreement_total_sek"]).all()


def test_no_published_figure_is_unexplained(history: Published) -> None:
    rows = history.table("reconciliation")
    bad = rows.filter(pl.col("verdict") == "mismatch")
    assert bad.is_empty(), "\n".join(f"{r['pot_id']}: {kr(r['difference_sek'])}" for r in bad.iter_rows(named=True))
    assert rows.filter(pl.col("verdict") == "exact").height > 60


def test_the_error_of_the_estimate_is_published(history: Published) -> None:
    tested = history.table("population_backtest", 2025)
    assert tested.height == 15
    assert 0.006 < tested.select(pl.col("error_share").abs().mean()).item() < 0.008
    assert history.table("findings", 2025).filter(pl.col("kind") == "estimate_backtest").height == 1


def test_changes_are_only_told_between_complete_years(history: Published) -> None:
    totals = history.table("recipient_totals")
    told = totals.filter(pl.col("change_sek").is_not_null())
    assert told["is_complete"].all()
    assert set(told.filter(pl.col("recipient_type") == "municipality")["year"]) == {2017, 2018}
    one = told.filter(year=2017, recipient_code="2080").row(0, named=True)
    before = totals.filter(year=2016, recipient_code="2080").row(0, named=True)
    assert one["amount_previous_sek"] == before["amount_sek"]


def test_gotland_has_three_roles(history: Published) -> None:
    rows = history.table("recipient_totals", 2025).filter(pl.col("recipient_code").is_in(["0980", "09"]))
    assert dict(rows.select("recipient_type", "recipient_name").rows()) == {
        "municipality": "Gotland",
        "region": "Region Gotland",
        "county": "Gotlands län",
    }


def test_the_current_link_is_relative_so_the_folder_can_be_moved(history: Published) -> None:
    link = history.settings.out / "current"
    assert not link.readlink().is_absolute()
    assert current_version(history.settings.out) == history.version


def test_every_source_that_a_row_names_is_in_the_table_of_sources(history: Published) -> None:
    known = set(history.table("sources").select("programme", "year", "source_id").rows())
    allocations = history.table("allocations")
    named = {
        *history.table("reconciliation").select("programme", "year", "source_id").rows(),
        *_split_up(history.table("rules"), "sources"),
        *_split_up(allocations, "population_derived_from"),
    }
    assert named - known == set()


def _split_up(rows: pl.DataFrame, column: str) -> list[tuple[str, int, str]]:
    each = rows.select("programme", "year", pl.col(column).str.split(" ")).explode(column).drop_nulls()
    return each.unique().rows()
