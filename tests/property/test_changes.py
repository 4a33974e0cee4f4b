"""Causes of change over made-up years: the parts add up to the krona, and are those of exact fractions."""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.reporting.changes import change_causes_of, previous_years
from schemas.contract import enforce
from schemas.tables.changes import CAUSES, CHANGE_CAUSES
from tests.domain import a_pot, an_agreement, head_counts, recipients
from tests.oracle import CONVENTIONS, HALF

CODES = ("2021", "2023", "2026", "2029")
MOST_PEOPLE = 4_000_000

# Both years of many pots are worked out in one frame: a pot of a name is an example.
MANY = 40


@dataclass(frozen=True)
class Shape:
    """A pot in one year: kronor, base amount of each recipient, rounding convention."""

    amount: int
    base: int
    rounding: str

    def pot(self, name: str) -> Any:
        rule = {"base_sek": self.base, "variable": {"key": "population", "ages": "all"}}
        return a_pot(id=name, amount_sek=self.amount, rule=rule, rounding=self.rounding)

    def exact(self, people: int, total: int) -> Fraction:
        return self.base + Fraction((self.amount - len(CODES) * self.base) * people, total)

    def amounts(self, people: dict[str, int]) -> dict[str, int]:
        """By the oracle of the rounding conventions."""
        parts = CONVENTIONS[self.rounding](self.amount - len(CODES) * self.base, people)
        return {code: self.base + part for code, part in parts.items()}


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    base = draw(st.sampled_from([0, 0, 1, 7, 200_000, 5_000_000]))
    rest = draw(st.integers(0, 3_000_000_000))
    return Shape(len(CODES) * base + rest, base, draw(st.sampled_from(sorted(CONVENTIONS))))


def people() -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries(dict.fromkeys(CODES, st.integers(1, MOST_PEOPLE)))


def half_up(value: Fraction) -> int:
    return math.floor(value + HALF)


def causes_of(before: Shape, now: Shape, old: dict[str, int], new: dict[str, int], code: str) -> dict[str, int]:
    """What the causes must be, one after the other, in fractions."""
    total_old, total_new = sum(old.values()), sum(new.values())
    carries = before.amount >= len(CODES) * now.base
    by_new_rule = Shape(before.amount if carries else now.amount, now.base, now.rounding)
    steps = [
        half_up(before.exact(old[code], total_old)),
        half_up(by_new_rule.exact(old[code], total_old)),
        half_up(now.exact(old[code], total_old)),
        half_up(now.exact(new[code], total_old - old[code] + new[code])),
        half_up(now.exact(new[code], total_new)),
    ]
    change = now.amounts(new)[code] - before.amounts(old)[code]
    parts = [later - earlier for earlier, later in pairwise(steps)]
    return {**dict(zip(CAUSES[:-1], parts, strict=True)), CAUSES[-1]: change - sum(parts), "change_sek": change}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(shapes(), shapes()), min_size=1, max_size=MANY), people(), people())
def test_causes_are_those_of_exact_fractions(
    pots: list[tuple[Shape, Shape]], old: dict[str, int], new: dict[str, int]
) -> None:
    frames = []
    for year, counted, index in ((2024, old, 0), (2025, new, 1)):
        agreement = an_agreement(*(pair[index].pot(f"pot-{name}") for name, pair in enumerate(pots)), year=year)
        rules = rules_of([agreement])
        frames.append((allocate(rules, recipients(*CODES, year=year), head_counts(counted, year=year)), rules))
    allocations, rules = (pl.concat(parts) for parts in zip(*frames, strict=True))
    rows = change_causes_of(allocations, rules, previous_years({"a-programme": [2024, 2025]}, [2025]))
    enforce(CHANGE_CAUSES, rows)
    found = {(row["pot_id"], row["recipient_code"]): row for row in rows.to_dicts()}
    assert len(found) == len(pots) * len(CODES)
    for name, (before, now) in enumerate(pots):
        for code in CODES:
            row = found[f"pot-{name}", code]
            expected = causes_of(before, now, old, new, code)
            assert {column: row[column] for column in expected} == expected
            assert sum(row[column] for column in CAUSES) == row["amount_sek"] - row["amount_previous_sek"]
