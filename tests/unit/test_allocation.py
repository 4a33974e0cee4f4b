"""What a split says of itself: status, evidence, coverage, and on which head counts it rests."""

import hashlib
from typing import Any

import polars as pl
import pytest

from assets.agreements.model import Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import coverage_of, pots_of
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.allocation import ALLOCATIONS, COVERAGE, POTS
from tests.domain import A_BASE, a_pot, an_agreement, head_counts, recipients

CODES = ("0114", "0115", "0117")
PEOPLE = {"0114": 10, "0115": 20, "0117": 70}
FIXED: dict[str, Any] = {"rule": {"base_sek": 100}, "rounding": None, "amount_sek": 300}
UNKNOWN: dict[str, Any] = {"rule": "unknown", "rounding": None}


def _tables(*pots: Pot, basis: str = "official") -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """`rules`, `allocations` and `pots`, all of them within their contracts."""
    rules = rules_of([an_agreement(*pots)])
    allocations = allocate(rules, recipients(*CODES), head_counts(PEOPLE, basis=basis))
    return rules, enforce(ALLOCATIONS, allocations), enforce(POTS, pots_of(rules, allocations))


@pytest.mark.parametrize(
    ("basis", "status"),
    [("official", "decided"), ("derived", "decided"), ("estimated", "preliminary"), ("proxy", "preliminary")],
)
def test_a_split_is_decided_where_its_head_counts_are(basis: str, status: str) -> None:
    _, allocations, pots = _tables(a_pot(), a_pot(id="b-fixed", **FIXED), basis=basis)
    by_pot = dict(pots.select("pot_id", "status").iter_rows())
    assert by_pot == {"a-pot": status, "b-fixed": "decided"}
    assert set(allocations.select("pot_id", "status", "population_basis").rows()) == {
        ("a-pot", status, basis),
        ("b-fixed", "decided", None),
    }


def test_one_preliminary_head_count_makes_the_pot_preliminary() -> None:
    rules = rules_of([an_agreement(a_pot())])
    counts = head_counts(PEOPLE).with_columns(
        basis=pl.when(pl.col("region_code") == "0115").then(pl.lit("proxy")).otherwise("basis")
    )
    allocations = allocate(rules, recipients(*CODES), counts)
    assert allocations["status"].to_list() == ["decided", "preliminary", "decided"]
    assert pots_of(rules, allocations)["status"].to_list() == ["preliminary"]


def test_a_pot_that_is_not_split_is_listed_without_a_sum() -> None:
    _, allocations, pots = _tables(a_pot(id="z-unknown", **UNKNOWN))
    assert allocations.is_empty()
    row = pots.row(0, named=True)
    told = [row[name] for name in ("status", "allocated_sek", "residual_sek", "recipients_count", "evidence")]
    assert told == ["not_computed", None, None, 0, "unknown"]


def test_a_row_names_the_counts_that_it_rests_on() -> None:
    _, allocations, _ = _tables(a_pot(), a_pot(id="b-fixed", **FIXED))
    of_all = hashlib.sha256(b"0114:10\n0115:20\n0117:70").hexdigest()
    by_pot = allocations.group_by("pot_id", maintain_order=True).agg(
        pl.col("population_sha256", "population_total", "population_source").unique()
    )
    assert by_pot.rows() == [
        ("a-pot", [of_all], [100], ["a table"]),
        ("b-fixed", [None], [None], [None]),
    ]
    assert allocations.filter(pot_id="a-pot")["reference_date"].unique().to_list() == [A_BASE.reference_date]


EVIDENCE = [
    ("verified", "verified", "verified"),
    ("inferred", "verified", "inferred"),
    ("verified", "inferred", "inferred"),
    ("inferred", "inferred", "inferred"),
]


@pytest.mark.parametrize(("amount", "rule", "weaker"), EVIDENCE)
def test_a_pot_is_as_sure_as_the_weaker_of_amount_and_rule(amount: str, rule: str, weaker: str) -> None:
    _, _, pots = _tables(a_pot(evidence={"amount": amount, "rule": rule, "rounding": "verified"}))
    assert pots["evidence"].to_list() == [weaker]


@pytest.mark.parametrize("amount", ["verified", "inferred"])
def test_an_unknown_rule_is_unknown_however_sure_the_amount(amount: str) -> None:
    _, _, pots = _tables(a_pot(**UNKNOWN, evidence={"amount": amount}))
    assert pots["evidence"].to_list() == ["unknown"]


def test_coverage_is_the_share_of_the_agreement_by_evidence() -> None:
    inferred = {"evidence": {"amount": "verified", "rule": "inferred", "rounding": "verified"}}
    rules, _, pots = _tables(
        a_pot(id="a", amount_sek=500),
        a_pot(id="b", amount_sek=100),
        a_pot(id="c", amount_sek=150, **inferred),
        a_pot(id="d", amount_sek=250, **UNKNOWN),
    )
    coverage = enforce(COVERAGE, coverage_of(rules, pots))
    assert coverage.select("evidence", "pots_count", "amount_sek", "agreement_total_sek", "coverage_share").rows() == [
        ("inferred", 1, 150, 1_000, 0.15),
        ("unknown", 1, 250, 1_000, 0.25),
        ("verified", 2, 600, 1_000, 0.6),
    ]


def test_two_years_are_split_and_covered_each_by_itself() -> None:
    rules = rules_of([an_agreement(a_pot(), year=year) for year in (2024, 2025)])
    who = pl.concat([recipients(*CODES, year=year) for year in (2024, 2025)])
    counts = pl.concat([head_counts(PEOPLE, year=2024), head_counts({**PEOPLE, "0117": 170}, year=2025)])
    allocations = allocate(rules, who, counts)
    assert allocations.select("year", "amount_sek").rows() == [
        (2024, 100), (2024, 200), (2024, 700), (2025, 50), (2025, 100), (2025, 850),
    ]  # fmt: skip
    coverage = coverage_of(rules, pots_of(rules, allocations))
    assert coverage.select("year", "pots_count", "coverage_share").rows() == [(2024, 1, 1.0), (2025, 1, 1.0)]


# --- who gets a base amount -------------------------------------------------------------------------------------


def test_recipients_of_other_kinds_and_years_do_not_matter() -> None:
    """Kinds before and after in the alphabet, and a year on either side, all of them with codes of their own."""
    others = [
        recipients("01", kind="county"),
        recipients("21", kind="region"),
        recipients("0198", year=2024),
        recipients("0199", year=2026),
    ]
    everybody = pl.concat([recipients(*CODES), *others])
    listed = a_pot(rule={"amounts": {"0114": 300, "0115": 700, "0117": 0}}, rounding=None)
    for pot, amounts in ((listed, [300, 700, 0]), (a_pot(**FIXED), [100, 100, 100]), (a_pot(), [100, 200, 700])):
        split = allocate(rules_of([an_agreement(pot)]), everybody, head_counts(PEOPLE))
        assert split.select("year", "recipient_code", "amount_sek").rows() == [
            (2025, code, amount) for code, amount in zip(CODES, amounts, strict=True)
        ]


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        ({"0114": 1, "0199": 1, "0198": 1}, "amounts lists '0198', which is no municipality"),
        ({"0117": 1_000}, "amounts leaves out '0114'"),
    ],
)
def test_of_several_mistakes_the_lowest_code_is_told(amounts: dict[str, int], says: str) -> None:
    rules = rules_of([an_agreement(a_pot(rule={"amounts": amounts}, rounding=None))])
    with pytest.raises(DataRefused, match=f"a-programme/2025.yaml, pot a-pot: {says}"):
        allocate(rules, recipients(*CODES), head_counts(PEOPLE))
