"""Causes of change: each cause alone, what is new or ended, and what nothing can be said of."""

from typing import Any

import polars as pl
import pytest

from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.reporting.changes import change_causes_of, previous_years
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.changes import CAUSES, CHANGE_CAUSES
from tests.domain import A_BASE, a_pot, an_agreement, head_counts, recipients

PLACES = {"2021": 10, "2023": 20, "2026": 70}
CHILDREN = {"2021": 5, "2023": 5, "2026": 10}
CHILDREN_BASE = Base(A_BASE.table_id, A_BASE.reference_date, "0-18", A_BASE.region_type)
RIDDLE = a_pot(id="riddle", rule="unknown", rounding=None)
BY_CHILDREN = {"variable": {"key": "population", "ages": [0, 18]}}


class Year:
    """The agreement of a year and its split."""

    def __init__(self, year: int, *pots: Any, people: dict[str, int] | None = None, basis: str = "official") -> None:
        counted = PLACES if people is None else people
        population = [head_counts(counted, year=year, basis=basis), head_counts(CHILDREN, CHILDREN_BASE, year=year)]
        self.year = year
        self.rules = rules_of([an_agreement(*pots, year=year)])
        who = pl.concat([recipients(*counted, year=year), recipients("SKR", kind="national", year=year)])
        self.allocations = allocate(self.rules, who, pl.concat(population))


def causes(before: Year, now: Year) -> pl.DataFrame:
    """The table for two years."""
    allocations = pl.concat([before.allocations, now.allocations])
    rules = pl.concat([before.rules, now.rules])
    pairs = previous_years({"a-programme": [before.year, now.year]}, [now.year])
    return enforce(CHANGE_CAUSES, change_causes_of(allocations, rules, pairs))


def told(before: Year, now: Year, code: str = "2021", pot: str = "a-pot") -> dict[str, int]:
    """The causes of one row that are not 0, by name without the unit, and its change."""
    row = causes(before, now).filter(recipient_code=code, pot_id=pot).row(0, named=True)
    return {name.removesuffix("_sek"): row[name] for name in ("change_sek", *CAUSES) if row[name]}


def with_base(amount: int) -> dict[str, Any]:
    return {"base_sek": amount, "variable": {"key": "population", "ages": "all"}}


# --- each cause alone -----------------------------------------------------------------------------------------


def test_nothing_changed() -> None:
    assert told(Year(2024, a_pot()), Year(2025, a_pot())) == {}


def test_another_base_amount_is_the_rule() -> None:
    # 100 kr before; 30 + (1 000 − 90) / 10 = 121 now.
    assert told(Year(2024, a_pot()), Year(2025, a_pot(rule=with_base(30)))) == {"change": 21, "rule": 21}


def test_a_larger_pot_is_its_size() -> None:
    assert told(Year(2024, a_pot()), Year(2025, a_pot(amount_sek=2_000))) == {"change": 100, "pot_size": 100}


def test_people_are_own_and_national() -> None:
    before = Year(2024, a_pot())
    alone = Year(2025, a_pot(), people={**PLACES, "2021": 20})
    # 10/100 → 20/110, for nobody else has changed.
    assert told(before, alone) == {"change": 82, "own_population": 82}
    # 20/100 → 20/110.
    assert told(before, alone, "2023") == {"change": -18, "national_population": -18}
    all_of_them = Year(2025, a_pot(), people={"2021": 20, "2023": 20, "2026": 60})
    # 10/100 → 20/110 → 20/100.
    assert told(before, all_of_them) == {"change": 100, "own_population": 82, "national_population": 18}


def test_another_convention_is_rounding() -> None:
    people = {"2021": 3, "2023": 3, "2026": 4}
    before = Year(2024, a_pot(amount_sek=1_001), people=people)
    now = Year(2025, a_pot(amount_sek=1_001, rounding="largest_recipient"), people=people)
    # 300.3, 300.3, 400.4: the missing krona goes to the largest.
    assert told(before, now, "2026") == {"change": 1, "rounding": 1}
    assert told(now, Year(2026, a_pot(amount_sek=1_001), people=people), "2026") == {"change": -1, "rounding": -1}


def test_causes_come_one_after_the_other() -> None:
    before = Year(2024, a_pot())
    now = Year(2025, a_pot(amount_sek=2_000, rule=with_base(30)), people={"2021": 20, "2023": 20, "2026": 60})
    # 100 → 30 + 910 · 10/100 = 121 → 30 + 1 910 · 10/100 = 221 → … · 20/110 = 377.27 → … · 20/100 = 412.
    assert told(before, now) == {
        "change": 312,
        "rule": 21,
        "pot_size": 100,
        "own_population": 156,
        "national_population": 35,
    }


# --- rules of another form ------------------------------------------------------------------------------------


def test_other_ages_are_another_rule_whatever_the_counts() -> None:
    # 10/100 of all, 5/20 of the children: 100 → 250.
    now = Year(2025, a_pot(rule=BY_CHILDREN, amount_sek=2_000))
    assert told(Year(2024, a_pot()), now) == {"change": 400, "rule": 150, "pot_size": 250}


def test_from_shares_to_fixed_amounts_is_the_rule() -> None:
    fixed = a_pot(rule={"base_sek": 50}, amount_sek=150, rounding=None)
    assert told(Year(2024, a_pot()), Year(2025, fixed)) == {"change": -50, "rule": -50}
    back = told(Year(2024, fixed), Year(2025, a_pot()))
    # The old 150 kr by the new rule give 15, the new 1 000 kr give 100.
    assert back == {"change": 50, "rule": -35, "pot_size": 85}


def test_another_fixed_amount_is_the_rule() -> None:
    before = a_pot(rule={"base_sek": 50}, amount_sek=150, rounding=None)
    now = a_pot(rule={"base_sek": 60}, amount_sek=180, rounding=None)
    assert told(Year(2024, before), Year(2025, now)) == {"change": 10, "rule": 10}


def test_who_has_all_of_a_pot_has_its_size() -> None:
    before, now = (
        a_pot(recipients="national", rule={"amounts": {"SKR": amount}}, amount_sek=amount, rounding=None)
        for amount in (33, 29)
    )
    assert told(Year(2024, before), Year(2025, now), "SKR") == {"change": -4, "pot_size": -4}


def test_who_once_had_all_of_a_pot_is_not_told_by_its_size() -> None:
    alone = Year(2024, a_pot(rule={"base_sek": 50}, amount_sek=50, rounding=None), people={"2021": 10})
    now = a_pot(rule={"base_sek": 60}, amount_sek=180, rounding=None)
    assert told(alone, Year(2025, now)) == {"change": 10, "rule": 10}


def test_an_old_pot_too_small_for_the_new_bases_changes_with_the_rule() -> None:
    # 60 kr cannot carry 3 · 30 kr: rule and size at once, 6 → 30 + 910/10.
    now = Year(2025, a_pot(rule=with_base(30)))
    assert told(Year(2024, a_pot(amount_sek=60)), now) == {"change": 115, "rule": 115}


def test_nobody_lived_there() -> None:
    empty = dict.fromkeys(PLACES, 0)
    before = Year(2024, a_pot(amount_sek=90, rule=with_base(30)), people=empty)
    now = Year(2025, a_pot(amount_sek=90, rule=with_base(20)))
    # 30 before, 20 + 30 · 10/100 now; with nobody there before, people are not compared.
    assert told(before, now) == {"change": -7, "rule": -7}


# --- new, ended, and what cannot be told --------------------------------------------------------------------------


def test_a_new_pot_and_one_that_ended_are_the_rule() -> None:
    before, now = Year(2024, a_pot(), a_pot(id="old")), Year(2025, a_pot(), a_pot(id="new"))
    rows = causes(before, now).filter(recipient_code="2021")
    assert dict(rows.select("pot_id", "continuity").rows()) == {"a-pot": "continued", "new": "new", "old": "ended"}
    assert told(before, now, pot="new") == {"change": 100, "rule": 100}
    assert told(before, now, pot="old") == {"change": -100, "rule": -100}
    ended = rows.filter(pot_id="old").row(0, named=True)
    assert (ended["amount_sek"], ended["amount_previous_sek"], ended["recipient_name"]) == (0, 100, "Place 2021")


def test_a_recipient_that_is_new_is_the_rule() -> None:
    before = Year(2024, a_pot(), people={"2021": 10, "2023": 90})
    now = Year(2025, a_pot(), people={"2021": 10, "2023": 20, "2026": 70})
    assert told(before, now, "2026") == {"change": 700, "rule": 700}


@pytest.mark.parametrize("unknown", ["municipality", "unknown"])
def test_a_pot_in_one_year_only_may_lie_inside_unknown_money_of_the_other(unknown: str) -> None:
    riddle = a_pot(id="riddle", rule="unknown", rounding=None, recipients=unknown)
    pots_before = set(causes(Year(2024, a_pot(), a_pot(id="old")), Year(2025, a_pot(), riddle))["pot_id"])
    assert pots_before == {"a-pot"}, "old may go on inside the riddle"
    pots_now = set(causes(Year(2024, a_pot(), riddle), Year(2025, a_pot(), a_pot(id="new")))["pot_id"])
    assert pots_now == {"a-pot"}, "new may have been inside the riddle"


def test_unknown_money_to_others_hides_nothing() -> None:
    riddle = a_pot(id="riddle", rule="unknown", rounding=None, recipients="region")
    found = causes(Year(2024, a_pot(), riddle), Year(2025, a_pot(), a_pot(id="new")))
    assert set(found["pot_id"]) == {"a-pot", "new"}


def test_a_pot_whose_rule_is_known_in_one_year_only_has_no_row() -> None:
    found = causes(Year(2024, RIDDLE), Year(2025, a_pot(id="riddle")))
    assert found.is_empty()


def test_either_year_makes_the_change_preliminary() -> None:
    sure, unsure = Year(2024, a_pot()), Year(2024, a_pot(), basis="proxy")
    assert set(causes(sure, Year(2025, a_pot()))["status"]) == {"decided"}
    assert set(causes(unsure, Year(2025, a_pot()))["status"]) == {"preliminary"}
    assert set(causes(sure, Year(2025, a_pot(), basis="proxy"))["status"]) == {"preliminary"}


# --- which year is the one before ---------------------------------------------------------------------------------


def test_the_year_before_is_the_last_with_an_agreement() -> None:
    pairs = previous_years({"a": [2024, 2022, 2023], "b": [2022, 2025]}, [2022, 2024, 2025])
    assert pairs.rows() == [("a", 2024, 2023), ("b", 2025, 2022)]


def test_a_year_is_compared_across_a_gap() -> None:
    (row, *_) = causes(Year(2022, a_pot()), Year(2025, a_pot(amount_sek=2_000))).to_dicts()
    assert (row["year"], row["year_previous"], row["change_sek"]) == (2025, 2022, 100)


def test_programmes_are_kept_apart() -> None:
    other = rules_of([an_agreement(a_pot(), year=2024, programme="another-programme")])
    years = [Year(2024, a_pot()), Year(2025, a_pot())]
    elsewhere = years[0].allocations.with_columns(programme=pl.lit("another-programme"))
    allocations = pl.concat([elsewhere, *(year.allocations for year in years)])
    rules = pl.concat([other, *(year.rules for year in years)])
    pairs = previous_years({"a-programme": [2024, 2025], "another-programme": [2024]}, [2024, 2025])
    assert set(change_causes_of(allocations, rules, pairs)["programme"]) == {"a-programme"}


def test_one_year_alone_is_what_it_is_in_a_range() -> None:
    years = [Year(2023, a_pot()), Year(2024, a_pot(amount_sek=2_000)), Year(2025, a_pot(rule=with_base(30)))]
    on_file = {"a-programme": [2023, 2024, 2025]}

    def of(*chosen: int, among: list[Year]) -> pl.DataFrame:
        allocations = pl.concat([year.allocations for year in among])
        rules = pl.concat([year.rules for year in among])
        return change_causes_of(allocations, rules, previous_years(on_file, chosen))

    together = of(2023, 2024, 2025, among=years)
    assert of(2025, among=years[1:]).equals(together.filter(year=2025))
    assert of(2024, among=years[:2]).equals(together.filter(year=2024))
    assert of(2023, among=years[:1]).is_empty()


# --- the contract ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "column", "value"),
    [
        ("The causes add up to the change.", "own_population_sek", 1),
        ("Change = amount − previous amount.", "amount_previous_sek", 99),
        ("The previous year is earlier.", "year_previous", 2025),
        ("What is new or has ended is due to the rule alone.", "continuity", "new"),
    ],
)
def test_the_contract_refuses(rule: str, column: str, value: Any) -> None:
    rows = causes(Year(2024, a_pot()), Year(2025, a_pot(amount_sek=2_000)))
    spoilt = rows.with_columns(pl.lit(value, CHANGE_CAUSES.schema[column]).alias(column))
    with pytest.raises(DataRefused, match=rule):
        enforce(CHANGE_CAUSES, spoilt)
