"""Rule cases as data: `rule_cases/*.yaml` says what small pots come to, or why they are refused.

A case has recipients (people and class of each), a pot in the form of an agreement file (what it does not say is
filled in), and either the amounts and the residual, or words of the error. `paid_to` is the kind of the recipients
where it is another than the pot's.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
import pytest
from pydantic import BaseModel, ConfigDict, Field

from assets.agreements.model import Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import pots_of
from assets.population.bases import Base, territory_of
from assets.storage.yaml_files import load_yaml
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.allocation import ALLOCATIONS
from schemas.vocabulary import MUNICIPALITY, UNKNOWN
from tests.domain import A_BASE, a_pot, amounts_in, an_agreement, head_counts, kr, recipients
from tests.money import assert_amounts_equal

CASES: Final = Path(__file__).with_name("rule_cases")
ALL: Final = {"variable": {"key": "population", "ages": "all"}}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CaseRecipient(_Form):
    """`people` is left out where the population table has no row."""

    people: int | None = None
    recipient_class: Annotated[str, Field(alias="class")] = "default"


class RuleCase(_Form):
    """One pot, who may get it, and what comes of it."""

    name: str
    recipients: dict[str, CaseRecipient]
    paid_to: str | None = None
    pot: dict[str, Any]
    amounts: dict[str, int] | None = None
    residual: int | None = None
    error: list[str] | None = None

    def as_pot(self) -> Pot:
        return a_pot(**{"rounding": None, **self.pot})

    @property
    def kind(self) -> str:
        stated = self.paid_to or self.pot.get("recipients", MUNICIPALITY)
        return MUNICIPALITY if stated == UNKNOWN else str(stated)

    def tables(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """The case as `rules`, `recipients` and `population`."""
        agreement = an_agreement(self.as_pot())
        base = agreement.asked_base(agreement.pots[0])
        classes = {code: recipient.recipient_class for code, recipient in self.recipients.items()}
        people = {code: found.people for code, found in self.recipients.items() if found.people is not None}
        counted = base or Base(A_BASE.table_id, A_BASE.reference_date, A_BASE.ages, territory_of(self.kind))
        return (
            rules_of([agreement]),
            recipients(*self.recipients, kind=self.kind, classes=classes),
            head_counts(people, counted),
        )


class _CaseFile(_Form):
    cases: list[RuleCase]


@cache
def cases() -> dict[str, RuleCase]:
    """Every case of every file, by file and name."""
    found: dict[str, RuleCase] = {}
    for file in sorted(CASES.glob("*.yaml")):
        for case in load_yaml(file, _CaseFile).cases:
            assert f"{file.stem}: {case.name}" not in found, f"{case.name} stands twice in {file.name}"
            found[f"{file.stem}: {case.name}"] = case
    return found


SPLITS: Final = [name for name, case in cases().items() if case.error is None]
REFUSALS: Final = [name for name, case in cases().items() if case.error is not None]


@pytest.mark.parametrize("name", SPLITS)
def test_pot_is_split_as_the_case_says(name: str) -> None:
    case = cases()[name]
    allocations = enforce(ALLOCATIONS, allocate(*case.tables()))
    assert case.amounts is not None
    assert_amounts_equal(amounts_in(allocations), case.amounts)


@pytest.mark.parametrize("name", SPLITS)
def test_residual_is_what_the_case_says(name: str) -> None:
    case = cases()[name]
    rules, receiving, counted = case.tables()
    pot = pots_of(rules, allocate(rules, receiving, counted)).row(0, named=True)
    assert pot["residual_sek"] == case.residual
    assert pot["amount_sek"] == case.pot["amount_sek"]
    if case.residual is None:
        assert (pot["status"], pot["allocated_sek"], pot["recipients_count"]) == ("not_computed", None, 0)
    else:
        assert pot["allocated_sek"] + pot["residual_sek"] == pot["amount_sek"], kr(pot["amount_sek"])


@pytest.mark.parametrize("name", REFUSALS)
def test_pot_is_refused_as_the_case_says(name: str) -> None:
    case = cases()[name]
    rules, receiving, counted = case.tables()
    with pytest.raises(DataRefused) as caught:
        allocate(rules, receiving, counted)
    assert type(caught.value) is DataRefused
    assert caught.value.where == "data/agreements/a-programme/2025.yaml, pot a-pot"
    missing = [words for words in case.error or [] if words not in str(caught.value)]
    assert not missing, f"{caught.value} does not say {missing}"


@pytest.mark.parametrize("name", SPLITS)
def test_order_of_the_tables_does_not_matter(name: str) -> None:
    rules, receiving, counted = cases()[name].tables()
    assert_amounts_equal(allocate(rules, receiving.reverse(), counted.reverse()), allocate(rules, receiving, counted))


def test_every_case_says_amounts_or_an_error() -> None:
    unclear = [name for name, case in cases().items() if (case.amounts is None) == (case.error is None)]
    assert not unclear
    assert SPLITS
    assert REFUSALS


def test_cases_cover_every_rounding_convention() -> None:
    roundings = {cases()[name].pot.get("rounding") for name in SPLITS}
    assert roundings == {"nearest", "largest_remainder", "largest_recipient", None}


# --- what a row says besides the amount -----------------------------------------------------------------------


def test_row_tells_base_variable_part_and_denominator() -> None:
    pot = a_pot(amount_sek=1_000, rule={"base_sek": 100, **ALL})
    rules = rules_of([an_agreement(pot)])
    row = allocate(rules, recipients("0114", "0115"), head_counts({"0114": 1, "0115": 3})).row(0, named=True)
    assert (row["base_sek"], row["variable_sek"], row["amount_sek"]) == (100, 200, 300)
    assert (row["population"], row["population_total"]) == (1, 4)
    assert row["rule_sha256"] == rules.item(0, "rule_sha256")


def test_fixed_row_has_no_population() -> None:
    pot = a_pot(amount_sek=200, rule={"base_sek": 100}, rounding=None)
    rows = allocate(rules_of([an_agreement(pot)]), recipients("0114", "0115"), head_counts({"0114": 1, "0115": 3}))
    absent = ("population", "population_total", "population_basis", "population_sha256", "reference_date", "ages")
    assert rows.select(absent).null_count().row(0) == (2,) * len(absent)
    assert set(rows.get_column("status")) == {"decided"}


@pytest.mark.parametrize(
    ("basis", "status"),
    [("official", "decided"), ("derived", "decided"), ("estimated", "preliminary"), ("proxy", "preliminary")],
)
def test_amount_is_only_as_sure_as_its_population(basis: str, status: str) -> None:
    counted = head_counts({"0114": 1, "0115": 3}, basis=basis)
    rows = allocate(rules_of([an_agreement(a_pot())]), recipients("0114", "0115"), counted)
    assert set(rows.get_column("status")) == {status}


def test_checksum_of_the_population_changes_with_one_person() -> None:
    rules, receiving = rules_of([an_agreement(a_pot())]), recipients("0114", "0115")
    first, same, other = (
        allocate(rules, receiving, head_counts(people)).get_column("population_sha256").unique().to_list()
        for people in ({"0114": 1, "0115": 3}, {"0115": 3, "0114": 1}, {"0114": 2, "0115": 3})
    )
    assert first == same
    assert len(first) == 1
    assert first != other


def test_pots_do_not_touch_each_other() -> None:
    """Several pots, also of several years, come out of one frame as they do alone."""
    small, large = a_pot(id="small", amount_sek=10), a_pot(id="large", amount_sek=10_000, rounding="largest_remainder")
    fixed = a_pot(id="fixed", amount_sek=10, rule={"base_sek": 5}, rounding=None)
    agreements = [an_agreement(small, large, fixed, year=year) for year in (2024, 2025)]
    receiving = pl.concat([recipients("0114", "0115", year=year) for year in (2024, 2025)])
    people = {2024: {"0114": 1, "0115": 2}, 2025: {"0114": 5, "0115": 2}}
    counted = pl.concat([head_counts(people[year], year=year) for year in people])
    together = allocate(rules_of(agreements), receiving, counted)
    alone = [
        allocate(
            rules_of([an_agreement(pot, year=year)]),
            receiving.filter(pl.col("year") == year),
            counted.filter(pl.col("year") == year),
        )
        for year in people
        for pot in (small, large, fixed)
    ]
    assert_amounts_equal(together, pl.concat(alone).sort(ALLOCATIONS.key))
    assert len(together) == 12
