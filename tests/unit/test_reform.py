"""Reform files: what they may say, and the agreement as it would be."""

from pathlib import Path

import pytest

from assets.agreements.model import Pot
from assets.scenarios.overlay import reformed
from assets.scenarios.reform import NamedReform, load_reform
from schemas.errors import DataRefused
from tests.domain import DATA
from tests.scenario_worlds import a_file, a_reform, a_world

REFORMS = sorted((DATA / "reforms").glob("*.yaml"))


def pot_after(named: NamedReform, pot_id: str = "children", **pots: object) -> Pot:
    after = reformed(a_world(**pots).agreement, named)  # type: ignore[arg-type]  # pots by id
    return next(pot for pot in after.pots if pot.id == pot_id)


# --- the file -------------------------------------------------------------------------------------------------


def test_a_common_reform_is_one_line_below_its_head(tmp_path: Path) -> None:
    named = load_reform(a_file(tmp_path, "pots: {children: {base_sek: 60000}}\n", "base-60000.yaml"))
    assert (named.id, named.where) == ("base-60000", "data/reforms/base-60000.yaml")
    assert named.reform.changes["children"].base_sek == {"default": 60_000}


def test_one_key_may_name_several_pots(tmp_path: Path) -> None:
    named = load_reform(a_file(tmp_path, "pots: {children joint: {rounding: largest_remainder}}\n"))
    assert {pot_id: change.rounding for pot_id, change in named.reform.changes.items()} == {
        "children": "largest_remainder",
        "joint": "largest_remainder",
    }


@pytest.mark.parametrize(
    ("written", "permille"), [("0", 0), ("5", 50), ("2.5", 25), ("0.1", 1), ("100", 1000), ('"7.0"', 70)]
)
def test_a_percentage_is_whole_tenths(tmp_path: Path, written: str, permille: int) -> None:
    named = load_reform(a_file(tmp_path, f"pots: {{children: {{max_loss_percent: {written}}}}}\n"))
    percent = named.reform.changes["children"].max_loss_percent
    assert percent is not None
    assert percent.permille == permille


def test_a_percentage_is_told_as_written() -> None:
    gains = [a_reform(pots={"children": {"max_gain_percent": value}}) for value in (5, "2.5", 150)]
    assert [str(named.reform.changes["children"].max_gain_percent) for named in gains] == ["5 %", "2.5 %", "150 %"]


def test_checksum_follows_values_not_words(tmp_path: Path) -> None:
    body = "pots: {children: {base_sek: 60000}}\n"
    plain = load_reform(a_file(tmp_path, body)).reform
    told = load_reform(a_file(tmp_path, f"note: {{sv: Varför, en: Why}}  # because\n{body}", "told.yaml")).reform
    other = load_reform(a_file(tmp_path, body.replace("60000", "60001"), "other.yaml")).reform
    assert plain.sha256 == told.sha256
    assert plain.sha256 != other.sha256
    assert plain.sha256 != load_reform(a_file(tmp_path, body), 2024).reform.sha256


def test_another_year_can_be_asked_for(tmp_path: Path) -> None:
    assert load_reform(a_file(tmp_path, "pots: {children: {base_sek: 1}}\n"), 2024).reform.year == 2024


@pytest.mark.parametrize("file", REFORMS, ids=lambda file: file.stem)
def test_tracked_reforms_are_short_and_open_with_what_they_do(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 20
    assert lines[0].startswith("# ")
    load_reform(file)


def test_there_are_tracked_reforms() -> None:
    assert len(REFORMS) >= 8


# --- the agreement as it would be -----------------------------------------------------------------------------


def test_what_is_not_mentioned_stays() -> None:
    world = a_world()
    after = reformed(world.agreement, a_reform(pots={"children": {"base_sek": 60_000}}))
    before = world.agreement.pots
    assert after.pots[1] == before[1]
    assert after.pots[0].rule is not None
    assert after.pots[0].rule.base_sek == {"default": 60_000}
    assert after.pots[0].rule.variable == before[0].rule.variable  # type: ignore[union-attr]  # it has a rule
    assert (after.pots[0].rounding, after.pots[0].amount_sek) == (before[0].rounding, before[0].amount_sek)


def test_other_ages_keep_the_base() -> None:
    rule = pot_after(a_reform(pots={"children": {"ages": "all"}})).rule
    assert rule is not None
    assert rule.variable is not None
    assert (rule.variable.ages, rule.base_sek) == ("all", {"default": 50_000})


def test_base_by_class() -> None:
    by_class = {"default": 1, "metropolitan": 2}
    rule = pot_after(a_reform(pots={"children": {"base_sek": by_class}})).rule
    assert rule is not None
    assert rule.base_sek == by_class


def test_without_a_part_by_population_there_is_no_rounding() -> None:
    pot = pot_after(a_reform(pots={"children": {"base_sek": 200_000, "variable": "none"}}))
    assert (pot.is_variable, pot.rounding, pot.evidence.rounding) == (False, None, None)


def test_a_part_by_population_is_added_to_fixed_amounts() -> None:
    fixed = {"amount_sek": 250_000, "rule": {"base_sek": 50_000}, "rounding": None}
    pot = pot_after(a_reform(pots={"children": {"base_sek": 1_000, "variable": "population"}}), children=fixed)
    assert pot.rule is not None
    assert pot.rule.variable is not None
    assert (pot.rule.variable.ages, pot.rounding) == ("all", "nearest")


def test_listed_amounts_replace_the_rule() -> None:
    amounts = dict.fromkeys(("2001", "2002", "2003", "2101", "2102"), 200_000)
    rule = pot_after(a_reform(pots={"children": {"amounts": amounts}})).rule
    assert rule is not None
    assert (rule.amounts, rule.base_sek, rule.variable) == (amounts, None, None)


def test_a_base_replaces_listed_amounts() -> None:
    listed = {"rule": {"amounts": dict.fromkeys(("2001", "2002"), 500_000)}, "rounding": None}
    change = {"base_sek": 100, "variable": "population"}
    rule = pot_after(a_reform(pots={"children": change}), children=listed).rule
    assert rule is not None
    assert rule.amounts is None


def test_pots_that_pay_for_each_other_keep_the_total() -> None:
    change = {"children": {"amount_sek": 900_000}, "joint": {"amount_sek": 600_000}}
    assert reformed(a_world().agreement, a_reform(pots=change)).total_sek == 1_500_000


def test_a_new_total_is_stated() -> None:
    named = a_reform(pots={"children": {"amount_sek": 900_000}}, total_sek=1_400_000)
    assert reformed(a_world().agreement, named).total_sek == 1_400_000


def test_transfers_move_money_in_turn() -> None:
    moves = [
        {"from_pot": "children", "to_pot": "joint", "amount_sek": 400_000},
        {"from_pot": "joint", "to_pot": "children", "amount_sek": 900_000},
    ]
    after = reformed(a_world().agreement, a_reform(transfers=moves))
    assert {pot.id: pot.amount_sek for pot in after.pots} == {"children": 1_500_000, "joint": 0}


def test_transfers_come_after_stated_amounts() -> None:
    named = a_reform(
        pots={"children": {"amount_sek": 800_000}, "joint": {"amount_sek": 700_000}},
        transfers=[{"from_pot": "joint", "to_pot": "children", "amount_sek": 700_000}],
    )
    after = reformed(a_world().agreement, named)
    assert {pot.id: pot.amount_sek for pot in after.pots} == {"children": 1_500_000, "joint": 0}


def test_pots_that_moves_name_are_touched_too() -> None:
    named = a_reform(pooling=[{"from_pot": "children", "to_pot": "joint", "share_percent": 10}])
    assert named.reform.touched_pots() == {"children", "joint"}


def test_listed_amounts_of_merging_municipalities_are_summed() -> None:
    amounts = {"2001": 1, "2002": 20, "2003": 300, "2101": 4_000, "2102": 50_000}
    listed = {"amount_sek": 54_321, "rule": {"amounts": amounts}, "rounding": None}
    named = a_reform(mergers=[{"codes": ["2003", "2001"], "name": "Together"}])
    rule = pot_after(named, children=listed).rule
    assert rule is not None
    assert rule.amounts == {"2002": 20, "2003": 301, "2101": 4_000, "2102": 50_000}


def test_a_change_that_the_model_refuses_points_at_the_reform() -> None:
    named = a_reform(pots={"support": {"variable": "population"}})
    support = {"recipients": "national", "rule": {"amounts": {"SKR": 1_000}}, "rounding": None}
    with pytest.raises(DataRefused, match=r"a-reform\.yaml, pot support: money to a national recipient"):
        reformed(a_world(support=support).agreement, named)
