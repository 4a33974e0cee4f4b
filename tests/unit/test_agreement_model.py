"""The limits of what an agreement may say, each from both sides, and which count a pot is split by."""

import datetime as dt
import json
from typing import Any

import pytest
from pydantic import ValidationError

from assets.agreements.model import Pot, Supplement, normalised_rule
from assets.population.bases import Base
from tests.domain import A_BASE, A_SOURCE, NOVEMBER_2024, a_pot, an_agreement

MOST_KRONOR = 100_000_000_000


def _by_ages(ages: Any) -> dict[str, Any]:
    return {"variable": {"key": "population", "ages": ages}}


def _base(day: dt.date) -> dict[str, Any]:
    return {"table": "folkmangd_month_end", "reference_date": day, "evidence": "inferred"}


@pytest.mark.parametrize("amount", [0, MOST_KRONOR])
def test_amounts_up_to_their_limits_are_accepted(amount: int) -> None:
    assert a_pot(amount_sek=amount).amount_sek == amount
    assert an_agreement(a_pot(amount_sek=amount)).total_sek == amount


@pytest.mark.parametrize("amount", [-1, MOST_KRONOR + 1])
def test_amounts_beyond_their_limits_are_refused(amount: int) -> None:
    with pytest.raises(ValidationError, match="amount_sek"):
        a_pot(amount_sek=amount)


@pytest.mark.parametrize("year", [2003, 2100])
def test_the_first_and_the_last_year_are_accepted(year: int) -> None:
    assert an_agreement(a_pot(), year=year).year == year


@pytest.mark.parametrize("year", [2002, 2101])
def test_years_outside_are_refused(year: int) -> None:
    with pytest.raises(ValidationError, match="year"):
        an_agreement(a_pot(), year=year)


@pytest.mark.parametrize(
    ("ages", "as_text"), [("all", "all"), ([0, 0], "0-0"), ([0, 120], "0-120"), ([120, 120], "120-120")]
)
def test_ages_within_a_life_are_accepted(ages: Any, as_text: str) -> None:
    rule = a_pot(rule=_by_ages(ages)).rule
    assert rule is not None
    assert rule.variable is not None
    assert rule.variable.ages == as_text


@pytest.mark.parametrize("ages", [[-1, 5], [6, 5], [0, 121], [True, 5], ["0", "5"], [5], [0, 5, 9], "0-5", "ALL", None])
def test_other_ages_are_refused(ages: Any) -> None:
    with pytest.raises(ValidationError, match="ages must be"):
        a_pot(rule=_by_ages(ages))


@pytest.mark.parametrize("changes", [{"name": {"sv": "", "en": "A pot"}}, {"name": {"sv": "En pott", "en": ""}}])
def test_a_name_is_not_empty_in_either_language(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="at least 1 character"):
        a_pot(**changes)
    assert a_pot(name={"sv": "å", "en": "a"}).name.sv == "å"


def test_an_agreement_has_a_pot() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        an_agreement(total_sek=0)


FIXED: dict[str, Any] = {"rule": {"base_sek": 5}, "rounding": None}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rounding": None}, "rounding and evidence.rounding are given exactly"),
        ({**FIXED, "rounding": "nearest"}, "rounding and evidence.rounding are given exactly"),
        ({"evidence": {"amount": "verified", "rule": "verified"}}, "rounding and evidence.rounding are given exactly"),
        ({"evidence": {"amount": "verified", "rounding": "verified"}}, "evidence.rule is given exactly"),
        (
            {"rule": "unknown", "rounding": None, "evidence": {"amount": "verified", "rule": "verified"}},
            "evidence.rule",
        ),
        ({"recipients": "unknown"}, "a known rule needs known recipients"),
        ({"contains": ["another"]}, "only a pot whose rule is unknown can contain others"),
        ({"recipients": "national"}, "no population to go by"),
        ({"rule": {"base_sek": 1, "amounts": {"0114": 1}}, "rounding": None}, "not both"),
        ({"rule": {**_by_ages("all"), "amounts": {"0114": 1}}}, "not both"),
        ({"rule": {}, "rounding": None}, "a rule needs base_sek, variable or amounts"),
        ({"rule": {"amounts": {}}, "rounding": None}, "amounts lists no recipient"),
        ({"rule": {"base_sek": {"metropolitan": 1}}, "rounding": None}, "needs a default"),
        ({"rule": None}, "write `rule: unknown`"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        a_pot(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        FIXED,
        {**FIXED, "recipients": "national"},
        {"rule": {"amounts": {"0114": 1_000}}, "rounding": None},
        {"rule": "unknown", "rounding": None, "recipients": "unknown", "contains": ["another"]},
        {"rule": {"base_sek": {"default": 0, "metropolitan": 1}, **_by_ages("all")}},
    ],
)
def test_parts_that_fit_together_are_accepted(changes: dict[str, Any]) -> None:
    pot = a_pot(**changes)
    assert pot.is_variable == (pot.rounding is not None)


def test_one_base_amount_is_that_of_the_default_class() -> None:
    assert a_pot(**FIXED).rule == a_pot(rule={"base_sek": {"default": 5}}, rounding=None).rule


# --- the whole agreement ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "says"), [(1, "-1 kr against total_sek 1001"), (-1, r"\+1 kr against total_sek 999")])
def test_pots_that_do_not_add_up_are_told_by_how_much(off: int, says: str) -> None:
    with pytest.raises(ValidationError, match=f"the pots add up to 1000 kr, {says}"):
        an_agreement(a_pot(), total_sek=1_000 + off)


def test_only_a_pot_that_goes_by_population_needs_a_count() -> None:
    assert an_agreement(a_pot(**FIXED), population=None).asked_base(a_pot(**FIXED)) is None
    with pytest.raises(ValidationError, match="no population base is given"):
        an_agreement(a_pot(**FIXED), a_pot(id="b"), population=None)


def test_the_count_of_a_pot_comes_before_that_of_its_agreement() -> None:
    own = a_pot(id="own", population=_base(dt.date(2025, 3, 31)), rule=_by_ages([0, 17]))
    agreement = an_agreement(a_pot(), own)
    assert agreement.asked_base(a_pot()) == A_BASE
    assert agreement.asked_base(own) == Base("folkmangd_month_end", dt.date(2025, 3, 31), "0-17", "municipality")
    assert an_agreement(own, population=None).asked_base(own) == agreement.asked_base(own)


@pytest.mark.parametrize("field", ["sources", "rule_inferred_from"])
def test_a_source_that_is_not_defined_is_refused(field: str) -> None:
    stranger = a_pot(**{field: [*A_SOURCE, "a-stranger"]})
    with pytest.raises(ValidationError, match="pot a-pot refers to source a-stranger"):
        an_agreement(stranger)


def _supplement(*pots: Pot, **changes: Any) -> Supplement:
    as_written = an_agreement(a_pot()).model_dump(exclude={"population", "pots"})
    return Supplement.model_validate({**as_written, "amends": 2025, "pots": list(pots), **changes})


def test_a_supplement_amends_its_own_year_with_pots_of_its_own() -> None:
    assert _supplement(a_pot()).amends == 2025
    for year in (2024, 2026):
        with pytest.raises(ValidationError, match=f"year is 2025 but amends is {year}"):
            _supplement(a_pot(), amends=year)
    with pytest.raises(ValidationError, match="pot a-pot stands twice"):
        _supplement(a_pot(), a_pot())
    with pytest.raises(ValidationError, match="at least 1 item"):
        _supplement()


# --- the rule as text -------------------------------------------------------------------------------------------


def test_the_normalised_rule_is_canonical_json() -> None:
    """The text stands in the table `rules`; other letters than these would change every checksum."""
    base = an_agreement(a_pot()).population
    assert normalised_rule(a_pot(), base) == (
        '{"amount_sek":1000,"population":["folkmangd_1_november","2024-11-01"],"recipients":"municipality",'
        '"rounding":"nearest","rule":{"variable":{"ages":"all","key":"population"}}}'
    )
    assert NOVEMBER_2024.isoformat() == "2024-11-01"
    listed = a_pot(rule={"amounts": {"Malmö": 1}}, rounding=None)
    assert '"Malmö":1' in normalised_rule(listed, None), "letters stay letters"


def test_a_count_that_does_not_decide_is_no_part_of_the_rule() -> None:
    base = an_agreement(a_pot()).population
    assert json.loads(normalised_rule(a_pot(**FIXED), base))["population"] is None
    assert json.loads(normalised_rule(a_pot(), None))["population"] is None
    assert json.loads(normalised_rule(a_pot(rule="unknown", rounding=None), base))["rule"] == "unknown"
