"""Forecasts of amounts: candidates, intervals and labels, on the tracked data and on plans that a test spoils."""

import datetime as dt
import io
import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from assets.agreements.files import AgreementFiles
from assets.forecast.amounts import asked_bases, candidate_rules
from assets.forecast.assumptions import Candidate, is_open, level_sums_of, read_plan, require_pots
from assets.forecast.backtest import USED
from assets.forecast.forecast import ON_HAND, forecast_base
from assets.forecast.history import History
from assets.forecast.intervals import half_width, miss, reach, spread
from assets.forecast.tables import ForecastInputs, OnFile, backtests_of, forecasts_of, read_inputs
from assets.population.bases import Base
from assets.population.resolve import EmbeddedSource
from assets.population.source import Answer
from pipelines.answers.forecast import forecast
from pipelines.settings import Settings
from pipelines.terminal.forecast import show
from schemas.contract import enforce
from schemas.errors import DataRefused, UsageError
from schemas.tables.forecast import FORECAST, FORECAST_BACKTEST
from schemas.vocabulary import COUNTY, MUNICIPALITY, PROXY, REGION
from tests.domain import DATA, changed, register, snapshot

FALUN, ORSA, DALARNA = "2080", "2034", "20"
CHILDREN_POT = "children-youth-municipality"


@cache
def inputs() -> ForecastInputs:
    return read_inputs(DATA / "forecast", snapshot())


@cache
def on_file() -> OnFile:
    return OnFile(AgreementFiles(DATA / "agreements"), register(), EmbeddedSource(snapshot()))


@cache
def table() -> pl.DataFrame:
    return enforce(FORECAST, forecasts_of(2026, inputs(), on_file()))


def rows(target_year: int, candidate: str = "rules-of-2025") -> pl.DataFrame:
    return table().filter(pl.col("target_year") == target_year, pl.col("candidate") == candidate)


def a_candidate(name: str = "rules-of-2025", target_year: int = 2026) -> Candidate:
    return next(one for one in inputs().plan.of_year(target_year) if one.id == name)


def sum_by_recipient(found: pl.DataFrame, level: str) -> dict[str, int]:
    of_level = found.filter(pl.col("recipient_type") == level)
    return dict(of_level.group_by("recipient_code").agg(pl.col("amount_sek").sum()).iter_rows())


# --- what is forecast ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target_year", [2026, 2027])
def test_every_municipality_region_and_county_has_its_amount(target_year: int) -> None:
    found = rows(target_year)
    codes = found.group_by("recipient_type").agg(pl.col("recipient_code").n_unique())
    assert dict(codes.iter_rows()) == {MUNICIPALITY: 290, REGION: 21, COUNTY: 21}


@pytest.mark.parametrize("candidate", inputs().plan.candidates, ids=lambda one: f"{one.id}-{one.target_year}")
def test_amounts_and_rounding_make_the_level_sums_to_the_krona(candidate: Candidate) -> None:
    found = rows(candidate.target_year, candidate.id)
    level_sums = level_sums_of(on_file().agreements.load(candidate.programme, candidate.level_sums_of))
    for level in (MUNICIPALITY, REGION, COUNTY):
        pots = (
            found.filter(pl.col("recipient_type") == level).group_by("pot_id").agg(pl.len(), pl.col("amount_sek").sum())
        )
        residuals = {pot: (candidate.pots[pot] - amount, members) for pot, members, amount in pots.iter_rows()}
        assert all(2 * abs(residual) <= members for residual, members in residuals.values()), "nearest krona"
        assert sum(candidate.pots[pot] for pot in residuals) == level_sums[level]


def test_an_amount_is_the_rule_of_2025_on_the_forecast_count() -> None:
    (row,) = rows(2026).filter(pl.col("recipient_code") == FALUN).to_dicts()
    people, everybody = row["population"], row["population_total"]
    assert row["amount_sek"] == 200_000 + (2 * 192_000_000 * people + everybody) // (2 * everybody)
    assert (row["ages"], row["reference_date"], row["method"]) == ("0-18", dt.date(2025, 11, 1), "cohorts-in-county")
    assert (row["status"], row["evidence"]) == ("forecast", "assumed")


def test_the_ends_of_an_interval_move_the_own_count_alone() -> None:
    (row,) = rows(2026).filter(pl.col("recipient_code") == FALUN).to_dicts()
    others = row["population_total"] - row["population"]
    for end in ("low", "high"):
        own = row[f"population_{end}"]
        everybody = own + others
        assert row[f"amount_{end}_sek"] == 200_000 + (2 * 192_000_000 * own + everybody) // (2 * everybody)
    assert row["amount_low_sek"] < row["amount_sek"] < row["amount_high_sek"]


def test_a_fixed_amount_has_no_interval_and_no_count() -> None:
    (row,) = (
        rows(2026)
        .filter(pl.col("pot_id") == "national-strategy-county", pl.col("recipient_code") == DALARNA)
        .to_dicts()
    )
    assert row["amount_low_sek"] == row["amount_sek"] == row["amount_high_sek"] == 4_000_000
    assert (row["population"], row["method"], row["reference_date"]) == (None, None, None)


def test_the_change_is_told_against_2025_with_its_status() -> None:
    falun, stockholm = (
        rows(2027).filter(pl.col("recipient_code") == code, pl.col("pot_id") == CHILDREN_POT).to_dicts()[0]
        for code in (FALUN, "0180")
    )
    assert (falun["previous_year"], falun["amount_previous_sek"], falun["previous_status"]) == (
        2025,
        1_309_672,
        "decided",
    )
    assert falun["change_sek"] == falun["amount_sek"] - 1_309_672
    assert stockholm["previous_status"] == "preliminary"


def test_the_kept_count_gives_the_municipalities_what_they_got_in_2025() -> None:
    found = rows(2026, "older-count").filter(pl.col("recipient_type") == MUNICIPALITY)
    assert found.get_column("change_sek").unique().to_list() == [0]
    assert found.get_column("method").unique().to_list() == [ON_HAND]
    known = found.filter(pl.col("population_low") == pl.col("population_high"))
    assert known.get_column("county_code").unique().to_list() == [DALARNA], "solved counts have no interval"
    assert known.height == 15


def test_how_the_regions_cut_is_divided_does_not_matter_to_them() -> None:
    main = sum_by_recipient(rows(2026), REGION)
    for other in ("region-cut-on-complex-needs", "region-cut-on-suicide-prevention"):
        amounts = sum_by_recipient(rows(2026, other), REGION)
        assert max(abs(amounts[code] - main[code]) for code in main) <= 2, "rounding apart"


def test_without_base_amounts_the_small_lose_and_the_large_gain() -> None:
    main, other = (sum_by_recipient(rows(2026, name), MUNICIPALITY) for name in ("rules-of-2025", "no-base-amounts"))
    assert other[ORSA] < main[ORSA]
    assert other["0180"] > main["0180"]
    assert sum_by_recipient(rows(2026, "no-base-amounts"), REGION) == sum_by_recipient(rows(2026), REGION)


def test_an_amount_names_the_assumptions_that_concern_it() -> None:
    (municipal,) = rows(2026).filter(pl.col("recipient_code") == FALUN).to_dicts()
    assert "region-cut-in-proportion" not in municipal["assumptions"].split()
    assert {"rules-of-2025-carried-over", "born-by-1-november"} <= set(municipal["assumptions"].split())
    regional = rows(2027).filter(pl.col("recipient_type") == REGION).to_dicts()[0]
    assert {"region-cut-in-proportion", "own-trend-goes-on"} <= set(regional["assumptions"].split())
    known = set(inputs().plan.assumptions)
    assert {name for one in table()["assumptions"].unique() for name in one.split()} <= known


@pytest.mark.parametrize("year", [2024, 2025])
def test_decided_years_hold_no_forecast(year: int) -> None:
    assert forecasts_of(year, inputs(), on_file()).is_empty()
    assert backtests_of(year, inputs(), on_file()).is_empty()


def test_the_back_test_keeps_its_contract() -> None:
    enforce(FORECAST_BACKTEST, backtests_of(2026, inputs(), on_file()))


def test_a_year_whose_rules_are_known_is_not_forecast(tmp_path: Path) -> None:
    agreements = tmp_path / "agreements"
    shutil.copytree(DATA / "agreements", agreements)
    decided = (agreements / "psykisk-halsa/2025.yaml").read_text(encoding="utf-8")
    (agreements / "psykisk-halsa/2026.yaml").write_text(changed(decided, "year: 2025", "year: 2026"), encoding="utf-8")
    later = OnFile(AgreementFiles(agreements), register(), EmbeddedSource(snapshot()))
    assert not is_open(a_candidate(), later.agreements)
    for_2026 = replace(inputs().plan, candidates=tuple(inputs().plan.of_year(2026)))
    assert forecasts_of(2026, replace(inputs(), plan=for_2026), later).is_empty()


# --- the head counts behind it ------------------------------------------------------------------------------------

NOVEMBER_2026 = Base("folkmangd_1_november", dt.date(2026, 11, 1), "0-18", MUNICIPALITY)


def an_answer(basis: str) -> Answer:
    row = {"region_code": "0114", "population": 1_000, "basis": basis, "population_date": dt.date(2025, 11, 1)}
    return Answer(pl.DataFrame([row]))


def test_a_stand_in_of_another_day_is_not_taken_for_the_count() -> None:
    found = forecast_base(NOVEMBER_2026, an_answer(PROXY), inputs().history, inputs().plan.parameters, inputs().reaches)
    assert found.method == "cohorts-in-county"
    assert found.counts.height == 290


def test_a_count_of_the_very_day_is_taken_as_it_is() -> None:
    found = forecast_base(
        NOVEMBER_2026, an_answer("official"), inputs().history, inputs().plan.parameters, inputs().reaches
    )
    assert (found.method, found.counts.rows()) == (ON_HAND, [("0114", 1_000, 1_000, 1_000)])


def test_an_estimate_is_as_uncertain_as_cohorts_moved_as_far() -> None:
    parameters, reaches = inputs().plan.parameters, inputs().reaches
    found = forecast_base(NOVEMBER_2026, an_answer("estimated"), inputs().history, parameters, reaches)
    width = half_width(1_000, 365, reaches["cohorts-in-county"], parameters.noise_persons)
    assert found.counts.rows() == [("0114", 1_000, 1_000 - width, 1_000 + width)]


def test_a_method_without_past_errors_is_not_used() -> None:
    with pytest.raises(DataRefused, match="no method with a back-test"):
        forecast_base(NOVEMBER_2026, None, inputs().history, inputs().plan.parameters, {})


def test_nothing_on_hand_is_refused() -> None:
    empty = History(*({kind: frame.clear() for kind, frame in one.items()} for one in vars(inputs().history).values()))
    with pytest.raises(DataRefused, match="no single ages by municipality"):
        forecast_base(NOVEMBER_2026, None, empty, inputs().plan.parameters, inputs().reaches)


def test_forecast_counts_sum_to_the_nations_children() -> None:
    population = rows(2026).filter(pl.col("pot_id") == CHILDREN_POT)
    # 2 254 528 aged 0–18 at the end of 2025, of 97 927 newborn 14 928 / 99 072 not yet there.
    assert population.get_column("population").sum() == 2_239_773


# --- intervals ----------------------------------------------------------------------------------------------------


def test_a_spread_grows_with_size_and_time() -> None:
    assert spread(10_000, 365) == 1_000 * 1_000, "10 000 to the power of three quarters"
    assert spread(10_000, 2 * 365) == 2 * spread(10_000, 365), "in proportion beyond a year"
    assert spread(10_000, 91) == 498_000, "the square root within a year: of 0.249 years"
    assert spread(160_000, 365) == 8 * spread(10_000, 365)
    assert spread(0, 365) == spread(10_000, 0) == 1


def test_a_miss_and_its_width_are_each_others_reverse() -> None:
    reached = miss(-120, 10_000, 365)
    assert reached == miss(120, 10_000, 365) == 120
    assert half_width(10_000, 365, reached) == 120
    assert half_width(160_000, 365, reached) == 960


def test_noise_is_added_as_independent() -> None:
    assert half_width(10_000, 365, 3, noise=4) == 5
    assert half_width(10_000, 365, 1, noise=1) == 2, "rounded up"
    assert half_width(10_000, 365, 0, noise=8) == 8
    assert half_width(10_000, 365, 0) == 0


@pytest.mark.parametrize(
    ("misses", "percent", "reached"),
    [
        ([1, 2, 3, 4, 5], 80, 5),
        ([1, 2, 3, 4], 80, 4),
        ([5, 4, 3, 2, 1, 9, 8, 7, 6], 80, 8),
        ([1, 2, 3], 50, 2),
        ([7], 80, 7),
    ],
)
def test_the_reach_counts_the_one_to_come(misses: list[int], percent: int, reached: int) -> None:
    assert reach(misses, percent) == reached


# --- plans that contradict themselves -----------------------------------------------------------------------------


def a_plan(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the tracked plan with one change."""
    plan = Path(shutil.copytree(DATA / "forecast", folder / "data" / "forecast"))
    text = (plan / file).read_text(encoding="utf-8")
    (plan / file).write_text(changed(text, old, new), encoding="utf-8")
    return plan


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("assumptions.yaml", "evidence: assumed", "evidence: verified", "evidence"),
        ("assumptions.yaml", "interval_percent: 80", "interval_percent: 100", "interval_percent"),
        ("assumptions.yaml", "- id: older-count-kept", "- id: count-of-1-november-before", "same id"),
        ("assumptions.yaml", "- id: older-count-kept", "- id: something-else", "older-count-kept is named"),
        ("assumptions.yaml", "[as-decided-before]", "[what-nobody-said]", "what-nobody-said is named"),
        ("candidates.yaml", "is_main: true", "is_main: false", "psykisk-halsa 2026 needs exactly one"),
        ("candidates.yaml", "is_main: false", "is_main: true", "psykisk-halsa 2026 needs exactly one"),
        ("candidates.yaml", "- id: older-count", "- id: rules-of-2025", "two candidates for psykisk-halsa 2026"),
        ("candidates.yaml", "without_base: []", "without_base: [no-such-pot]", "no-such-pot"),
        ("candidates.yaml", "rules_year: 2025", "rules_year: 2026", "rules of 2026 cannot be carried over to 2026"),
        ("candidates.yaml", "    level_sums_of:", "    level_sum_of:", "did you mean 'level_sums_of'"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    with pytest.raises(DataRefused, match=message):
        read_plan(a_plan(tmp_path, file, old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("children-youth-municipality: 250000000", "children-youth-municipality: 250000001", "to municipality add up"),
        ("complex-needs-region: 347715736", "complex-needs-region: 347715735", "547999999 kr; 2026 gives 548000000"),
        ("pots: {children", "pots: {no-such-pot: 0, children", "2025 has no pot no-such-pot"),
    ],
)
def test_pots_that_do_not_make_the_level_sums_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    plan = read_plan(a_plan(tmp_path, "candidates.yaml", old, new))
    with pytest.raises(DataRefused, match=message):
        require_pots(plan.candidates[0], on_file().agreements)


def test_every_method_in_use_states_its_assumptions() -> None:
    plan = inputs().plan
    assert set(plan.methods) == {*USED, ON_HAND}
    assert all(plan.methods.values())


def test_carried_over_rules_ask_for_the_candidates_count() -> None:
    rules = candidate_rules(a_candidate("no-base-amounts"), on_file().agreements)
    assert {base.reference_date for base in asked_bases(rules)} == {dt.date(2025, 11, 1)}
    stated = {pot: json.loads(rule)["rule"] for pot, rule in rules.select("pot_id", "rule").iter_rows()}
    assert "base_sek" not in stated["suicide-prevention-county"]
    assert stated["national-strategy-county"] == {"base_sek": {"default": 4_000_000, "metropolitan": 7_000_000}}


# --- the command --------------------------------------------------------------------------------------------------

SETTINGS = Settings(DATA, DATA / "out")


@cache
def told(target_year: int, recipient: str | None = None, candidate: str | None = None) -> dict[str, Any]:
    return forecast(SETTINGS, target_year, recipient, candidate)


def printed(result: dict[str, Any], lang: Any) -> str:
    paper = io.StringIO()
    show(result, lang, Console(file=paper, width=100))
    return paper.getvalue().replace("\u00a0", " ")


def test_a_recipient_is_told_its_sum_and_what_would_change_it() -> None:
    (falun,) = told(2026, "Falun")["recipients"]
    own = rows(2026).filter(pl.col("recipient_code") == FALUN)
    assert falun["amount_sek"] == own["amount_sek"].sum()
    assert falun["change_sek"] == falun["amount_sek"] - falun["amount_previous_sek"]
    others = {one["candidate"]: one["difference_sek"] for one in falun["under_other_candidates"]}
    assert others["older-count"] == -falun["change_sek"]
    assert others["region-cut-on-complex-needs"] == 0
    assert set(others) == {one.id for one in inputs().plan.of_year(2026)} - {"rules-of-2025"}


def test_a_place_is_its_region_and_its_county() -> None:
    found = told(2027, DALARNA)["recipients"]
    assert [(one["recipient_type"], len(one["pots"])) for one in found] == [(REGION, 2), (COUNTY, 3)]
    assert all(one["amount_sek"] == sum(pot["amount_sek"] for pot in one["pots"]) for one in found)


def test_another_candidate_can_be_asked_for() -> None:
    (falun,) = told(2026, "2080", "older-count")["recipients"]
    assert (falun["amount_sek"], falun["change_sek"]) == (1_309_672, 0)


def test_the_levels_are_told_with_their_rounding() -> None:
    result = told(2026)
    assert result["is_forecast"]
    assert {one["recipient_type"]: one["level_sum_sek"] for one in result["levels"]} == {
        MUNICIPALITY: 250_000_000,
        REGION: 548_000_000,
        COUNTY: 493_000_000,
    }
    assert all(one["amount_sek"] + one["residual_sek"] == one["level_sum_sek"] for one in result["levels"])
    assert {one["method"] for one in result["backtest"]} == {"between-counts", "cohorts-in-county"}


def test_what_is_told_is_plain_data() -> None:
    assert json.loads(json.dumps(told(2026, "Falun"), default=str))["target_year"] == 2026


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ((2025,), "there is no forecast for 2025"),
        ((2026, "Falunn"), "did you mean"),
        ((2026, "SKR"), "money to SKR is not forecast"),
        ((2026, None, "no-such"), "there are rules-of-2025"),
    ],
)
def test_what_is_not_forecast_is_said(asked: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        forecast(SETTINGS, *asked)
    assert message in str(refused.value)


def test_a_decided_year_is_left_to_explain(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("out", "raw")))
    decided = (data / "agreements/psykisk-halsa/2025.yaml").read_text(encoding="utf-8")
    (data / "agreements/psykisk-halsa/2026.yaml").write_text(
        changed(decided, "year: 2025", "year: 2026"), encoding="utf-8"
    )
    with pytest.raises(UsageError, match="the split of 2026 is decided"):
        forecast(Settings(data, tmp_path / "out"), 2026)


def test_what_is_shown_says_that_it_is_no_decision_and_what_it_rests_on() -> None:
    swedish, english = printed(told(2026, "Falun"), "sv"), printed(told(2026, "Falun"), "en")
    assert "Prognos 2026, inte beslutat" in swedish
    assert "Forecast for 2026, not decided" in english
    (falun,) = told(2026, "Falun")["recipients"]
    assert f"{falun['amount_sek']:,} kr".replace(",", " ") in swedish
    assert f"SEK {falun['amount_low_sek']:,} – SEK {falun['amount_high_sek']:,}" in english
    assert "Grundbeloppen faller bort: +" in swedish
    assert "rules-of-2025-carried-over" in english
    assert "on complex needs" not in english, "what changes nothing for the recipient is left out"


def test_the_levels_are_shown_with_the_back_test() -> None:
    shown = printed(told(2026), "en")
    assert "between-counts (county, all, nowcast): mean error 0.07 %" in shown
    assert "548,000,000" not in shown, "the forecast and its rounding are shown, not the agreed sum"
    assert "+2" not in shown.splitlines()[0]
