"""Sums per recipient and county: what is added up, what stays empty, and when a change is told."""

from typing import Any

import polars as pl

from assets.agreements.tables import display_bases_of, rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.reporting.totals import compared_with_previous, county_overview_of, recipient_totals_of
from schemas.contract import enforce
from schemas.tables.reporting import COUNTY_OVERVIEW, RECIPIENT_TOTALS
from schemas.vocabulary import COUNTY
from tests.domain import A_BASE, a_pot, an_agreement, head_counts, recipients

PLACES = {"2021": 1, "2023": 2, "2026": 4}
CHILDREN = Base(A_BASE.table_id, A_BASE.reference_date, "0-18", A_BASE.region_type)
RIDDLE = a_pot(id="riddle", rule="unknown", rounding=None)


def _totals(*pots: Any, year: int = 2025, basis: str = "official") -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    agreement = an_agreement(*pots, year=year)
    who = pl.concat([recipients(*PLACES, year=year), recipients("20", kind=COUNTY, year=year)])
    people = pl.concat(
        [
            head_counts(PLACES, basis=basis, year=year),
            head_counts({"2021": 1, "2023": 1, "2026": 1}, CHILDREN, year=year),
        ]
    )
    rules = rules_of([agreement])
    allocations = allocate(rules, who, people)
    totals = recipient_totals_of(allocations, rules, people, display_bases_of([agreement]))
    return enforce(RECIPIENT_TOTALS, totals), rules, who


def test_pots_are_added_up_and_told_per_head() -> None:
    with_base = {"base_sek": 10, "variable": {"key": "population", "ages": "all"}}
    totals, _, _ = _totals(a_pot(), a_pot(id="second", rule=with_base))
    row = totals.filter(recipient_code="2021").row(0, named=True)
    # 143 of the first; 10 + 970/7 = 148.57 → 149 of the second.
    assert row["amount_sek"] == 143 + 149
    assert row["sek_per_inhabitant"] == row["sek_per_child"] == 292.0
    assert row["base_share"] == 10 / 292


def test_the_rank_is_by_kronor_per_inhabitant() -> None:
    base = {"base_sek": 100, "variable": {"key": "population", "ages": "all"}}
    totals, _, _ = _totals(a_pot(rule=base))
    assert dict(totals.select("recipient_code", "rank_per_inhabitant").rows()) == {"2021": 1, "2023": 2, "2026": 3}


def test_money_without_a_rule_makes_the_sum_a_part() -> None:
    totals, _, _ = _totals(a_pot(), RIDDLE)
    assert set(totals["is_complete"]) == {False}
    unknown_recipients = a_pot(id="riddle", rule="unknown", rounding=None, recipients="unknown")
    assert set(_totals(a_pot(), unknown_recipients)[0]["is_complete"]) == {False}
    other_kind = a_pot(id="riddle", rule="unknown", rounding=None, recipients="region")
    assert set(_totals(a_pot(), other_kind)[0]["is_complete"]) == {True}


def test_a_change_needs_two_complete_years() -> None:
    now, _, _ = _totals(a_pot())
    complete, _, _ = _totals(a_pot(amount_sek=700), year=2024)
    partly, _, _ = _totals(a_pot(amount_sek=700), RIDDLE, year=2024)
    told = compared_with_previous(now, complete).filter(recipient_code="2021").row(0, named=True)
    assert (told["amount_previous_sek"], told["change_sek"]) == (100, 43)
    silent = compared_with_previous(now, partly)
    assert silent["change_sek"].null_count() == silent.height
    untold = compared_with_previous(_totals(a_pot(), RIDDLE)[0], complete)
    assert untold["amount_previous_sek"].null_count() == untold.height


def test_the_year_before_is_the_year_before() -> None:
    now, _, _ = _totals(a_pot())
    long_ago, _, _ = _totals(a_pot(), year=2023)
    assert compared_with_previous(now, long_ago)["change_sek"].null_count() == now.height


def test_a_county_adds_up_its_levels_and_leaves_the_rest_empty() -> None:
    totals, rules, who = _totals(a_pot())
    overview = enforce(COUNTY_OVERVIEW, county_overview_of(totals, rules, who)).row(0, named=True)
    assert overview["county_name"] == "Place 20"
    assert (overview["municipality_sek"], overview["total_sek"]) == (1_000, 1_000)
    assert overview["region_sek"] is None
    assert overview["county_sek"] is None, "nothing is computed for the county: empty, not 0"


def test_one_preliminary_pot_makes_the_sum_preliminary() -> None:
    assert set(_totals(a_pot(), basis="proxy")[0]["status"]) == {"preliminary"}
    assert set(_totals(a_pot())[0]["status"]) == {"decided"}
