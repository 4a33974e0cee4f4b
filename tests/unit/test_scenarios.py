"""Scenarios: what reforms come to in a small country, by hand; the 2025 example; grids; what is written and shown."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from assets.agreements.files import AgreementFiles
from assets.population.bases import Base
from assets.population.source import Answer
from assets.scenarios.apply import Scenario
from assets.scenarios.compare import LARGEST, compared, recipients_compared
from assets.scenarios.grid import NamedGrid
from assets.scenarios.grid_files import GridYear, grid_chunks, variant_chunks, write_grid
from assets.scenarios.members import members_of
from assets.scenarios.settings import variants_of
from pipelines.answers.what_if import what_if, what_if_grid
from pipelines.settings import Settings
from pipelines.terminal.what_if import show, show_grid
from schemas.contract import enforce
from schemas.errors import DataRefused, UsageError
from schemas.tables.scenarios import SCENARIO, SCENARIO_GRID, SCENARIO_VARIANTS
from schemas.text import Language
from schemas.vocabulary import ESTIMATED, PROXY
from tests.domain import DATA
from tests.scenario_worlds import PEOPLE, MadeUpSource, World, a_grid, a_world

DECIDED = {"2001": 59_375, "2002": 78_125, "2003": 87_500, "2101": 162_500, "2102": 612_500}
BASE_100000 = {"2001": 106_250, "2002": 118_750, "2003": 125_000, "2101": 175_000, "2102": 475_000}


def children(**change: Any) -> dict[str, Any]:
    """The one change of the municipal pot, as a reform has it."""
    return {"pots": {"children": change}}


def column(scenario: Scenario, name: str, pot_id: str = "children") -> dict[str, Any]:
    rows = scenario.rows.filter(pl.col("pot_id") == pot_id)
    return dict(rows.select("recipient_code", name).iter_rows())


def pot(scenario: Scenario, pot_id: str) -> dict[str, Any]:
    return scenario.pots.row(by_predicate=pl.col("pot_id") == pot_id, named=True)


# --- the parts of a reform ------------------------------------------------------------------------------------


def test_a_larger_base_moves_money_from_large_to_small() -> None:
    scenario = a_world().scenario(**children(base_sek=100_000))
    assert column(scenario, "amount_decided_sek") == DECIDED
    assert column(scenario, "amount_scenario_sek") == BASE_100000
    assert sum(column(scenario, "change_sek").values()) == 0


def test_base_amounts_by_class() -> None:
    world = a_world(classes={"2101": "metropolitan", "2102": "metropolitan"})
    by_class = {"default": 0, "metropolitan": 100_000}
    # 800 000 kr over 40 000 children are 20 kr for each.
    assert world.amounts(**children(base_sek=by_class)) == {
        "2001": 10_000,
        "2002": 30_000,
        "2003": 40_000,
        "2101": 220_000,
        "2102": 700_000,
    }


def test_other_ages() -> None:
    # 750 000 kr over 39 850 minors.
    assert a_world().amounts(**children(ages=[0, 17])) == {
        "2001": 50_000 + 8_846,
        "2002": 50_000 + 27_666,
        "2003": 50_000 + 37_077,
        "2101": 50_000 + 112_359,
        "2102": 50_000 + 564_053,
    }


def test_rounding_by_largest_remainder_leaves_nothing() -> None:
    nearest = a_world().scenario(**children(ages=[0, 17]))
    hamilton = a_world().scenario(**children(ages=[0, 17], rounding="largest_remainder"))
    assert pot(nearest, "children")["residual_scenario_sek"] == -1
    assert pot(hamilton, "children")["residual_scenario_sek"] == 0


def test_money_moves_between_pots() -> None:
    move = {"from_pot": "joint", "to_pot": "children", "amount_sek": 200_000}
    scenario = a_world().scenario(transfers=[move])
    assert column(scenario, "amount_scenario_sek", "joint") == {"20": 31_500, "21": 268_500}
    assert sum(column(scenario, "amount_scenario_sek").values()) == 1_200_000
    assert scenario.pots.get_column("amount_scenario_sek").sum() == 1_500_000


def test_listed_amounts() -> None:
    listed = {"2001": 0, "2002": 0, "2003": 0, "2101": 1, "2102": 999_999}
    assert a_world().amounts(**children(amounts=listed)) == listed


def test_a_pot_without_a_part_by_population() -> None:
    scenario = a_world().scenario(**children(base_sek=200_000, variable="none"))
    assert set(column(scenario, "amount_scenario_sek").values()) == {200_000}
    assert set(column(scenario, "population").values()) == {None}


# --- limits ---------------------------------------------------------------------------------------------------


def test_the_winners_pay_for_the_guarantee_by_their_gains() -> None:
    # The largest would lose 137 500 kr and may lose 61 250: the others give back 76 250 of their 137 500.
    assert a_world().amounts(**children(base_sek=100_000, max_loss_percent=10)) == {
        "2001": 106_250 - 25_994,
        "2002": 118_750 - 22_528,
        "2003": 125_000 - 20_796,
        "2101": 175_000 - 6_932,
        "2102": 551_250,
    }


def test_the_guarantee_is_rounded_in_favour_of_the_loser() -> None:
    # 2.5 per cent of 59 375 kr is 1 484.375: 1 484 may be lost, 1 485 not.
    assert a_world().amounts(**children(base_sek=0, max_loss_percent="2.5"))["2001"] == 59_375 - 1_484


def test_a_guarantee_that_nobody_needs_changes_nothing() -> None:
    assert a_world().amounts(**children(base_sek=100_000, max_loss_percent=25)) == BASE_100000


def test_what_a_cap_leaves_over_goes_to_the_others_by_population() -> None:
    # 37 500 kr over 38 000 children; the spare krona goes to the largest remainder.
    assert a_world().amounts(**children(max_sek_per_head=50)) == {
        "2001": 25_000,
        "2002": 75_000,
        "2003": 87_500 + 1_974,
        "2101": 162_500 + 5_921,
        "2102": 612_500 + 29_605,
    }


def test_who_reaches_the_cap_by_what_others_leave_passes_it_on() -> None:
    assert a_world().amounts(**children(max_sek_per_head=44)) == {
        "2001": 22_000,
        "2002": 66_000,
        "2003": 88_000,
        "2101": 162_500 + 7_816 + 351,
        "2102": 612_500 + 39_079 + 1_754,
    }


def test_gains_are_capped_in_whole_kronor_downwards() -> None:
    # A half krona each is left for the two that are below their caps: the lower code gets it.
    assert a_world().amounts(**children(base_sek=100_000, max_gain_percent=10)) == {
        "2001": 59_375 + 5_937,
        "2002": 78_125 + 7_812,
        "2003": 87_500 + 8_750,
        "2101": 162_500 + 16_250,
        "2102": 475_000 + 85_417 + 13_334,
    }


def test_the_smaller_of_two_caps_holds() -> None:
    amounts = a_world().amounts(**children(base_sek=100_000, max_gain_percent=10, max_sek_per_head=60))
    assert amounts["2001"] == 30_000
    assert amounts["2003"] == 96_250


def test_who_has_room_but_no_people_cannot_take_what_is_left() -> None:
    world = a_world()
    counts = {**world.source.counts, "0-18": {**dict.fromkeys(PEOPLE, 0), "2102": 1}}
    only_one = replace(world, source=replace(world.source, counts=counts))
    # With the base gone the one with a child has it all; the others have room up to their decided 50 000 kr.
    with pytest.raises(DataRefused, match="200000 kr of the pot are left over"):
        only_one.scenario(**children(base_sek=0, max_gain_percent=0))


def test_the_guarantee_prevails_over_a_cap() -> None:
    amounts = a_world().amounts(**children(max_sek_per_head=50, max_loss_percent=10))
    # 9/10 of 59 375 kr, upwards.
    assert amounts["2001"] == 53_438
    assert sum(amounts.values()) == 1_000_000


def test_limits_of_one_pot_leave_the_others_alone() -> None:
    scenario = a_world().scenario(**children(max_sek_per_head=50))
    assert set(column(scenario, "change_sek", "joint").values()) == {0}


# --- pooling and mergers --------------------------------------------------------------------------------------

POOLED = {"pooling": [{"from_pot": "children", "to_pot": "joint", "share_percent": 10}]}


def test_every_municipality_gives_its_share_to_its_own_county() -> None:
    scenario = a_world().scenario(**POOLED)
    given = {"2001": -5_938, "2002": -7_813, "2003": -8_750, "2101": -16_250, "2102": -61_250}
    assert column(scenario, "change_sek") == given
    assert column(scenario, "change_sek", "joint") == {"20": 22_501, "21": 77_500}
    assert [pot(scenario, name)["amount_scenario_sek"] for name in ("children", "joint")] == [899_999, 600_001]
    assert [pot(scenario, name)["residual_scenario_sek"] for name in ("children", "joint")] == [0, 0]


def test_pooling_takes_of_what_the_guarantee_has_given() -> None:
    changes = {**children(base_sek=100_000, max_loss_percent=10), **POOLED}
    assert a_world().amounts(**changes)["2102"] == 551_250 - 55_125


def test_merged_municipalities_have_one_base_and_summed_people() -> None:
    scenario = a_world().scenario(mergers=[{"codes": ["2002", "2001"], "name": "Nyköping-Oxelösund"}])
    assert column(scenario, "amount_decided_sek")["2002"] == 59_375 + 78_125
    assert column(scenario, "amount_scenario_sek") == {"2002": 90_000, "2003": 90_000, "2101": 170_000, "2102": 650_000}
    assert column(scenario, "recipient_name")["2002"] == "Nyköping-Oxelösund"
    assert column(scenario, "population")["2002"] == 2_000
    assert column(scenario, "inhabitants")["2002"] == 9_000
    assert column(scenario, "size_class")["2002"] == "5000-9999"
    assert set(column(scenario, "change_sek", "joint").values()) == {0}


def test_a_guarantee_holds_for_the_sum_of_those_that_merged() -> None:
    merger = {"codes": ["2001", "2002"], "name": "Together"}
    amounts = a_world().amounts(mergers=[merger], **children(max_loss_percent=10))
    assert amounts["2001"] == 123_750
    assert sum(amounts.values()) == 1_000_000


# --- what the rows say ----------------------------------------------------------------------------------------


def test_rows_keep_the_contract() -> None:
    world = a_world(basis={"2001": ESTIMATED})
    for changes in (children(base_sek=100_000), POOLED, {"mergers": [{"codes": ["2101", "2102"], "name": "City"}]}):
        enforce(SCENARIO, world.scenario(**changes).rows)


def test_only_changed_pots_are_assumed() -> None:
    scenario = a_world().scenario(**children(base_sek=100_000))
    assert set(column(scenario, "evidence").values()) == {"assumed"}
    assert set(column(scenario, "evidence", "joint").values()) == {"verified"}


def test_a_merger_makes_every_municipal_pot_assumed() -> None:
    scenario = a_world().scenario(mergers=[{"codes": ["2101", "2102"], "name": "City"}])
    assert set(column(scenario, "evidence").values()) == {"assumed"}
    assert set(column(scenario, "evidence", "joint").values()) == {"verified"}


def test_stand_in_head_counts_make_a_row_preliminary() -> None:
    scenario = a_world(basis={"2001": PROXY}).scenario(**children(base_sek=100_000))
    assert column(scenario, "status")["2001"] == "preliminary"
    assert column(scenario, "status")["2002"] == "scenario"
    assert column(scenario, "population_basis")["2001"] == PROXY


def test_the_weakest_count_of_a_merger_decides() -> None:
    scenario = a_world(basis={"2001": ESTIMATED}).scenario(mergers=[{"codes": ["2002", "2001"], "name": "Together"}])
    assert column(scenario, "population_basis")["2002"] == ESTIMATED
    assert column(scenario, "status")["2002"] == "preliminary"


def test_what_was_preliminary_stays_so_without_population() -> None:
    scenario = a_world(basis={"2001": ESTIMATED}).scenario(**children(base_sek=200_000, variable="none"))
    assert column(scenario, "status")["2001"] == "preliminary"


def test_figures_per_head_and_shares() -> None:
    scenario = a_world().scenario(**children(base_sek=100_000))
    assert column(scenario, "sek_per_inhabitant_decided")["2001"] == pytest.approx(59_375 / 3_000)
    assert column(scenario, "sek_per_inhabitant_scenario")["2001"] == pytest.approx(106_250 / 3_000)
    assert column(scenario, "change_share")["2001"] == pytest.approx(46_875 / 59_375)


def test_nothing_decided_has_no_share() -> None:
    listed = {"2001": 0, "2002": 0, "2003": 0, "2101": 0, "2102": 1_000_000}
    world = a_world(children={"rule": {"amounts": listed}, "rounding": None})
    scenario = world.scenario(**children(base_sek=200_000))
    assert column(scenario, "change_share")["2001"] is None
    smallest = recipients_compared(scenario.rows).row(by_predicate=pl.col("recipient_code") == "2001", named=True)
    assert smallest["change_share"] is None
    enforce(SCENARIO, scenario.rows)


@pytest.mark.parametrize(
    ("inhabitants", "size_class"),
    [
        (4_999, "0-4999"),
        (5_000, "5000-9999"),
        (10_000, "10000-19999"),
        (20_000, "20000-49999"),
        (50_000, "50000-99999"),
        (99_999, "50000-99999"),
        (100_000, "100000-"),
    ],
)
def test_size_classes_begin_at_their_lower_bound(inhabitants: int, size_class: str) -> None:
    world = a_world()
    source = replace(world.source, counts={**world.source.counts, "all": {**PEOPLE, "2001": inhabitants}})
    scenario = replace(world, source=source).scenario(**children(base_sek=0))
    assert column(scenario, "size_class")["2001"] == size_class
    assert set(column(scenario, "size_class", "joint").values()) == {None}


# --- who wins and who loses -----------------------------------------------------------------------------------


def comparison(world: World, **changes: Any) -> dict[str, Any]:
    return compared(world.scenario(**changes), world.recipients)


def test_the_headline_counts_recipients_of_changed_pots() -> None:
    head = comparison(a_world(), **children(base_sek=100_000))["headline"]
    assert {name: head[name] for name in ("recipients", "winners", "losers", "gained_sek", "lost_sek")} == {
        "recipients": 5,
        "winners": 4,
        "losers": 1,
        "gained_sek": 137_500,
        "lost_sek": 137_500,
    }
    assert (head["total_decided_sek"], head["total_scenario_sek"]) == (1_500_000, 1_500_000)


def test_a_recipient_wins_or_loses_over_all_its_pots() -> None:
    world = a_world(other={"amount_sek": 500_000, "rule": {"base_sek": 100_000}, "rounding": None})
    changes = {"pots": {"children": {"base_sek": 100_000}, "other": {"base_sek": 0, "variable": "population"}}}
    scenario = world.scenario(**changes)
    totals = recipients_compared(scenario.rows)
    smallest = totals.row(by_predicate=pl.col("recipient_code") == "2001", named=True)
    # +46 875 kr of the one, 100 000 kr by base against 7 500 kr by inhabitants of the other.
    assert smallest["change_sek"] == 46_875 - 92_500


def test_change_is_the_difference_of_the_residuals() -> None:
    head = comparison(a_world(), **children(ages=[0, 17]))["headline"]
    assert head["change_sek"] == head["residual_decided_sek"] - head["residual_scenario_sek"] == 1


def test_groups_add_up_to_the_headline() -> None:
    result = comparison(a_world(), **POOLED)
    for part in ("by_recipient_type", "by_county"):
        assert sum(row["change_sek"] for row in result[part]) == 0
        assert sum(row["recipients"] for row in result[part]) == result["headline"]["recipients"] == 7
    # Pooled money stays in its county.
    assert {row["county_code"]: row["change_sek"] for row in result["by_county"]} == {"20": 0, "21": 0}
    assert [row["recipient_type"] for row in result["by_recipient_type"]] == ["municipality", "county"]


def test_people_of_a_county_are_counted_once() -> None:
    both = comparison(a_world(), **POOLED)["by_county"]
    joint = comparison(a_world(), pots={"joint": {"base_sek": 1_000}})["by_county"]
    assert [row["inhabitants"] for row in both] == [row["inhabitants"] for row in joint] == [21_000, 179_000]


def test_size_classes_come_from_the_smallest_and_only_those_there_are() -> None:
    classes = comparison(a_world(), **children(base_sek=100_000))["by_size_class"]
    assert [(row["size_class"], row["change_sek"]) for row in classes] == [
        ("0-4999", 46_875),
        ("5000-9999", 40_625),
        ("10000-19999", 37_500),
        ("20000-49999", 12_500),
        ("100000-", -137_500),
    ]
    assert classes[0]["change_per_inhabitant_sek"] == pytest.approx(46_875 / 3_000)


def test_largest_changes_each_way() -> None:
    result = comparison(a_world(), **children(base_sek=100_000))
    assert [row["recipient_code"] for row in result["winners"]] == ["2001", "2002", "2003", "2101"]
    assert [row["recipient_code"] for row in result["losers"]] == ["2102"]


# --- grids ----------------------------------------------------------------------------------------------------

MANY: dict[str, Any] = {
    "pots": {
        "children": {
            "base_sek": [0, 50_000, {"default": 10_000, "metropolitan": 150_000}],
            "ages": [[0, 18], "all"],
            "rounding": ["nearest", "largest_remainder", "largest_recipient"],
            "max_loss_percent": ["37.5"],
            "max_gain_percent": [1000],
            "max_sek_per_head": [300],
        },
        "joint": {"base_sek": {"from": 0, "to": 100_000, "step": 100_000}},
    },
    "transfers": [{"from_pot": "joint", "to_pot": "children", "amount_sek": [0, 99_999]}],
}
METROPOLITAN = {"2102": "metropolitan"}


def grid_year(world: World, named: NamedGrid) -> GridYear:
    members = members_of(named, world.agreement, world.recipients, world.source)
    return GridYear(named, world.agreement, members, {"grid": named.grid.sha256})


def rows_of_grid(world: World, named: NamedGrid, chunk_rows: int = 1_000_000) -> pl.DataFrame:
    return pl.concat(list(grid_chunks(grid_year(world, named), chunk_rows)))


def as_reform(said_of_pots: pl.DataFrame) -> dict[str, Any]:
    """One variant of `scenario_variants` as the reform that it describes."""
    pots: dict[str, Any] = {}
    for said in said_of_pots.iter_rows(named=True):
        bases = json.loads(said["base_sek_by_class"])
        assert said["base_sek"] == bases["default"]
        ages = said["ages"] if said["ages"] == "all" else [int(age) for age in said["ages"].split("-")]
        change = {name: said[name] for name in ("rounding", "max_sek_per_head") if said[name] is not None}
        for name in ("gain", "loss"):
            permille = said[f"max_{name}_permille"]
            if permille is not None:
                change[f"max_{name}_percent"] = f"{permille // 10}.{permille % 10}"
        pots[said["pot_id"]] = {**change, "amount_sek": said["pot_sek"], "base_sek": bases, "ages": ages}
    return {"pots": pots}


def test_every_variant_is_what_the_reform_alone_would_be() -> None:
    world = a_world(classes=METROPOLITAN)
    rows = rows_of_grid(world, a_grid(**MANY))
    said = pl.concat(list(variant_chunks(grid_year(world, a_grid(**MANY)), chunk_rows=7)))
    assert said.equals(said.sort(SCENARIO_VARIANTS.key))
    assert rows.get_column("variant").n_unique() == 3 * 2 * 3 * 2 * 2
    key = ["pot_id", "recipient_type", "recipient_code"]
    for number, variant in rows.group_by("variant"):
        alone = world.scenario(**as_reform(said.filter(variant=number[0]))).rows
        together = variant.select(*key, "amount_decided_sek", "amount_scenario_sek", "change_sek").sort(key)
        assert alone.select(together.columns).sort(key).equals(together)


def test_the_last_axis_turns_fastest() -> None:
    world = a_world()
    named = a_grid(pots={"children": {"base_sek": [1, 2], "ages": ["all", [0, 18]]}})
    pots = {"children": world.agreement.pots[0]}
    variants = pl.concat(list(variants_of(named.grid, pots, ["default"], step=3)))
    assert variants.select("variant", "base_sek_default", "ages").rows() == [
        (1, 1, "all"),
        (2, 1, "0-18"),
        (3, 2, "all"),
        (4, 2, "0-18"),
    ]


def test_chunks_do_not_matter() -> None:
    world = a_world(classes=METROPOLITAN)
    whole = rows_of_grid(world, a_grid(**MANY))
    assert rows_of_grid(world, a_grid(**MANY), chunk_rows=1).equals(whole)
    assert rows_of_grid(world, a_grid(**MANY), chunk_rows=50).equals(whole)
    assert whole.equals(whole.sort(SCENARIO_GRID.key))


def test_a_range_includes_its_end() -> None:
    named = a_grid(pots={"children": {"base_sek": {"from": 10, "to": 30, "step": 10}}})
    assert named.grid.axes() == {("children", "base_sek"): [{"default": 10}, {"default": 20}, {"default": 30}]}
    uneven = a_grid(pots={"children": {"max_sek_per_head": {"from": 10, "to": 35, "step": 10}}})
    assert uneven.grid.axes() == {("children", "max_sek_per_head"): [10, 20, 30]}


def test_a_grid_is_two_whole_files_or_none(tmp_path: Path) -> None:
    world = a_world()
    one = grid_year(world, a_grid(pots={"children": {"base_sek": [0, 50_000]}}))
    files = [tmp_path / "out" / name for name in ("scenario_grid_2025.parquet", "scenario_variants_2025.parquet")]
    assert write_grid([one], tmp_path / "out", chunk_rows=1) == dict(zip(files, (10, 2), strict=True))
    for file, chunks in zip(files, (grid_chunks(one), variant_chunks(one)), strict=True):
        assert pl.read_parquet(file).equals(pl.concat(list(chunks)))
        assert json.loads(pq.read_metadata(file).metadata[b"kronvis:inputs"]) == one.inputs
        file.unlink()

    too_large = grid_year(world, a_grid(pots={"children": {"base_sek": [0, 200_001]}}))
    with pytest.raises(DataRefused, match="variant 2, pot children: the base amounts of 5 recipients come to 1000005"):
        write_grid([one, too_large], tmp_path / "out", chunk_rows=1)
    assert list((tmp_path / "out").iterdir()) == []


def test_no_chunk_is_written_that_breaks_the_contract(tmp_path: Path) -> None:
    one = grid_year(a_world(), a_grid(pots={"children": {"base_sek": [0, 50_000]}}))
    sharers = one.members.rows.with_columns(amount_decided_sek=-1)
    broken = replace(one, members=replace(one.members, rows=sharers))
    with pytest.raises(DataRefused, match="amount_decided_sek"):
        write_grid([broken], tmp_path / "out", chunk_rows=1)
    assert list((tmp_path / "out").iterdir()) == []


def test_variants_by_another_count() -> None:
    """Everybody lives in 2102 on the last day of the year, which is a stand-in there."""
    world = a_world()
    other_day = {code: 40_000 if code == "2102" else 0 for code in PEOPLE}

    class TwoDays(MadeUpSource):
        def answer(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
            if base.table_id == "folkmangd_1_november":
                return super().answer(base, recipients)
            return MadeUpSource({"0-18": other_day}, {"2102": "proxy"}).answer(base, recipients)

    source = TwoDays(world.source.counts, world.source.basis)
    counts = [
        {"table": "folkmangd_1_november", "reference_date": dt.date(2024, 11, 1)},
        {"table": "folkmangd_31_december", "reference_date": dt.date(2024, 12, 31)},
    ]
    one = grid_year(replace(world, source=source), a_grid(pots={"children": {"population": counts}}))
    rows = pl.concat(list(grid_chunks(one)))
    first, second = (rows.filter(variant=number).get_column("amount_scenario_sek").to_list() for number in (1, 2))
    assert first == list(DECIDED.values())
    assert second == [50_000, 50_000, 50_000, 50_000, 800_000]
    said = pl.concat(list(variant_chunks(one))).select("table_id", "reference_date", "population_basis").rows()
    assert said == [
        ("folkmangd_1_november", dt.date(2024, 11, 1), "official"),
        ("folkmangd_31_december", dt.date(2024, 12, 31), "proxy"),
    ]


def test_a_variant_whose_base_is_the_whole_pot() -> None:
    rows = rows_of_grid(a_world(), a_grid(pots={"children": {"base_sek": [200_000]}}))
    assert set(rows.get_column("amount_scenario_sek")) == {200_000}


def a_world_without_minors() -> World:
    world = a_world()
    nobody = dict.fromkeys(PEOPLE, 0)
    return replace(world, source=replace(world.source, counts={**world.source.counts, "0-17": nobody}))


def test_a_base_that_uses_up_the_pot_needs_nobody() -> None:
    world = a_world_without_minors()
    rows = rows_of_grid(world, a_grid(pots={"children": {"base_sek": [200_000], "ages": [[0, 17]]}}))
    alone = world.amounts(**children(base_sek=200_000, ages=[0, 17]))
    assert set(rows.get_column("amount_scenario_sek")) == set(alone.values()) == {200_000}


def test_nobody_can_share_by_population_where_nobody_lives() -> None:
    world = a_world_without_minors()
    with pytest.raises(DataRefused, match="variant 2, pot children: there is nobody to share 750000 kr"):
        rows_of_grid(world, a_grid(pots={"children": {"ages": ["all", [0, 17]]}}))
    with pytest.raises(DataRefused, match="pot children: there is nobody to share 750000 kr"):
        world.scenario(**children(ages=[0, 17]))


def test_a_count_that_leaves_somebody_out_is_refused() -> None:
    world = a_world()
    without = {code: people for code, people in PEOPLE.items() if code != "2101"}
    world = replace(world, source=replace(world.source, counts={**world.source.counts, "all": without}))
    with pytest.raises(DataRefused, match=r"pot children: no population .* ages all, for municipality 2101"):
        rows_of_grid(world, a_grid(pots={"children": {"ages": ["all"]}}))


# --- 2025 -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(DATA, tmp_path_factory.mktemp("what-if"))


@pytest.fixture(scope="module")
def base_300000(settings: Settings) -> dict[str, Any]:
    return what_if(settings, DATA / "reforms" / "base-300000.yaml")


def written(result: dict[str, Any]) -> pl.DataFrame:
    return pl.read_parquet(result["file"])


def test_300_000_kr_to_every_municipality(base_300000: dict[str, Any]) -> None:
    head = base_300000["headline"]
    assert (head["winners"], head["losers"], head["recipients"]) == (213, 77, 290)
    rows = written(base_300000).filter(pl.col("pot_id") == "children-youth-municipality")
    shown = rows.select("recipient_name", "amount_decided_sek", "amount_scenario_sek", "status")
    assert shown.filter(pl.col("recipient_name").is_in(["Orsa", "Falun"])).rows() == [
        ("Orsa", 305_518, 389_580, "scenario"),
        ("Falun", 1_309_672, 1_242_065, "scenario"),
    ]
    # Whoever has fewer children than the average municipality (2 265 405 / 290) wins.
    fewer = pl.col("population") * 290 < 2_265_405
    assert rows.filter((pl.col("change_sek") > 0) != fewer).is_empty()


def test_the_whole_pot_as_base(settings: Settings, tmp_path: Path) -> None:
    text = (DATA / "reforms" / "base-300000.yaml").read_text(encoding="utf-8")
    whole = tmp_path / "whole.yaml"
    whole.write_text(text.replace("{base_sek: 300000}", "{base_sek: 862068, rounding: largest_remainder}"))
    result = what_if(settings, whole)
    rows = written(result).filter(pl.col("pot_id") == "children-youth-municipality")
    amounts = rows.get_column("amount_scenario_sek").to_list()
    # 280 kr are left, most of them to the municipalities with the most children.
    assert (sum(amounts), min(amounts)) == (250_000_000, 862_068)
    assert max(amounts) < 862_068 + 280


@pytest.mark.parametrize("file", sorted((DATA / "reforms").glob("*.yaml")), ids=lambda file: file.stem)
def test_tracked_reforms_conserve_the_total(settings: Settings, file: Path) -> None:
    result = what_if(settings, file)
    head = result["headline"]
    assert head["total_scenario_sek"] == head["total_decided_sek"] == 1_560_000_000
    assert written(result)["amount_scenario_sek"].sum() + head["residual_scenario_sek"] == 1_560_000_000
    assert head["winners"] > 0


def test_nothing_is_written_among_decided_amounts(base_300000: dict[str, Any], settings: Settings) -> None:
    assert [path.name for path in settings.out.iterdir()] == ["scenarios"]
    folder = settings.out / "scenarios" / "base-300000"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == [
        "base-300000.yaml",
        "scenario/scenario_2025.parquet",
    ]
    tracked = DATA / "reforms" / "base-300000.yaml"
    assert (folder / "base-300000.yaml").read_bytes() == tracked.read_bytes()
    inputs = json.loads(pq.read_metadata(base_300000["file"]).metadata[b"kronvis:inputs"])
    assert inputs["reform"] == base_300000["reform_sha256"]
    assert "agreements/psykisk-halsa/2025.yaml" in inputs


def test_the_same_reform_gives_the_same_bytes(base_300000: dict[str, Any], settings: Settings) -> None:
    assert what_if(settings, DATA / "reforms" / "base-300000.yaml")["sha256"] == base_300000["sha256"]


def test_plain_data_for_machines(base_300000: dict[str, Any]) -> None:
    assert json.loads(json.dumps(base_300000)) == base_300000
    assert len(base_300000["winners"]) == len(base_300000["losers"]) == LARGEST


def test_another_year(settings: Settings, tmp_path: Path) -> None:
    reform = tmp_path / "regions.yaml"
    text = (DATA / "reforms" / "base-300000.yaml").read_text(encoding="utf-8")
    reform.write_text(
        text.replace(
            "children-youth-municipality: {base_sek: 300000}", "suicide-prevention-county: {base_sek: 1000000}"
        )
    )
    assert [what_if(settings, reform, year)["year"] for year in (None, 2024, 2020)] == [2025, 2024, 2020]
    with pytest.raises(UsageError, match="there is no agreement for 2031"):
        what_if(settings, reform, 2031)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "sv",
            (
                "213 vinner, 77 förlorar, av 290 mottagare",
                "0–4\u00a0999",
                "+743\u00a0881",
                "+9,3",
                "275 mottagares",
                "inget beslut",
            ),
        ),
        (
            "en",
            (
                "213 win, 77 lose, of 290 recipients",
                "municipalities",
                "−2,391,711",
                "−14.3",
                "rest on estimated",
                "no decision",
            ),
        ),
    ],
)
def test_what_a_person_sees(base_300000: dict[str, Any], lang: Language, said: tuple[str, ...]) -> None:
    console = Console(width=200, record=True, quiet=False, file=None, highlight=False)
    with console.capture() as capture:
        show(base_300000, lang, console)
    for words in said:
        assert words in capture.get()


def test_a_tracked_grid(settings: Settings) -> None:
    result = what_if_grid(settings, DATA / "reforms" / "grids" / "base-and-ages.yaml")
    assert (result["variants"], result["rows"]) == (522, 522 * 290)
    rows = pl.read_parquet(result["files"][0])
    decided = rows.filter(pl.col("change_sek") == 0).get_column("variant").value_counts().filter(pl.col("count") == 290)
    # One of the variants is the decided rule.
    assert decided.height == 1
    console = Console(width=200)
    with console.capture() as capture:
        show_grid(result, "en", console)
    assert "522 variants of 2025, 151,380 rows" in capture.get()


def test_a_grid_of_several_years(settings: Settings) -> None:
    """Every year's own pots, rules and counts, varied in the same way; a variant has the same number in all years."""
    result = what_if_grid(settings, DATA / "reforms" / "grids" / "complex-needs-over-the-years.yaml")
    years = [2019, 2020, 2022, 2023, 2024, 2025]
    assert (result["years"], result["variants"]) == (years, 11 * 2)
    rows, said = (pl.read_parquet(result["files"][kind::2]) for kind in (0, 1))
    assert rows.height == result["rows"] == len(years) * 22 * 21
    unchanged = rows.filter(pl.col("change_sek").abs().sum().over("year", "variant") == 0)
    decided = said.join(unchanged, on=["year", "variant"], how="semi").filter(rounding="nearest")
    # Amounts are rounded to the nearest krona, after a base of 5 000 000 kr that 2025 has no more.
    bases_sek = [(year, 21, 5_000_000) for year in years[:-1]] + [(2025, 1, 0)]
    assert decided.select("year", "variant", "base_sek").sort("year").rows() == bases_sek
    assert dict(said.filter(variant=1).select("year", "pot_sek").iter_rows())[2024] == 250_000_000


def test_the_year_of_a_refused_variant_is_named(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "too-large.yaml"
    file.write_text(
        "programme: psykisk-halsa\nyears: [2024, 2022]\ntitle: {sv: A, en: B}\n"
        "pots: {complex-needs-county: {base_sek: [0, 900000000]}}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataRefused, match=r"too-large\.yaml, 2024, variant 2, pot complex-needs-county"):
        what_if_grid(settings, file)


def test_agreements_are_left_as_they_are(settings: Settings) -> None:
    agreements = AgreementFiles(DATA / "agreements")
    before = agreements.load("psykisk-halsa", 2025).model_dump_json()
    what_if(settings, DATA / "reforms" / "merged-siljan.yaml")
    assert agreements.load("psykisk-halsa", 2025).model_dump_json() == before
