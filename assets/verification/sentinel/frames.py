"""Whole tables that the printed one may be instead: the pot by another rounding or count, or another year or pot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.verification.sentinel.split import Split
from assets.verification.sentinel.standards import Exact
from assets.verification.sentinel.table import Reference
from schemas.vocabulary import ROUNDINGS


@dataclass(frozen=True)
class Frame:
    """Amounts by recipient code, and what they would mean: a kind of alarm (None: the pot as it is) with details."""

    kind: str | None
    detail: dict[str, Any]
    amounts: Mapping[str, int]
    people: Mapping[str, int] = field(default_factory=dict)
    split: Split | None = None


def expected_frame(reference: Reference) -> Frame:
    """The pot as the rule has it."""
    people = {code: member.people for code, member in reference.members.items() if member.people is not None}
    amounts = {code: member.amount_sek for code, member in reference.members.items()}
    return Frame(None, {}, amounts, people, split_of(reference))


def split_of(reference: Reference) -> Split | None:
    """The split by the reference's own counts; None for a pot of fixed amounts."""
    if not reference.population_total or reference.rounding is None:
        return None
    return Split(reference.variable_pot_sek, reference.population_total, reference.rounding)


@lru_cache(maxsize=4)
def other_roundings(reference: Reference) -> list[Frame]:
    """The same counts under every convention; an alarm that only another one explains is no error."""
    expected = expected_frame(reference)
    if expected.split is None:
        return []
    return [
        _shared(reference, expected.people, rounding, Frame("off_by_kronor", {"rounding": rounding}, {}))
        for rounding in ROUNDINGS
    ]


@lru_cache(maxsize=4)
def other_years(reference: Reference) -> list[Frame]:
    """Every other year and pot, the latest year first."""
    amounts: dict[tuple[int, str, str, str], dict[str, int]] = {}
    for code, entries in reference.entries.items():
        for entry in entries:
            amounts.setdefault((-entry.year, entry.programme, entry.pot_id, entry.origin), {})[code] = entry.amount_sek
    return [
        Frame("wrong_year_table", {"programme": programme, "year": -year, "pot_id": pot_id}, by_code)
        for (year, programme, pot_id, _), by_code in sorted(amounts.items())
    ]


@lru_cache(maxsize=4)
def other_vintages(reference: Reference) -> dict[str, Frame]:
    """The pot shared by every other count that has all its recipients, by the count's label."""
    if reference.rounding is None:
        return {}
    return {
        label: _shared(reference, people, reference.rounding, Frame("other_vintage_table", {"vintage": label}, {}))
        for label, people in reference.people_by_vintage.items()
        if len(people) == len(reference.members)
    }


def standards_in(frame: Frame, reference: Reference, step_sek: int) -> dict[str, Exact]:
    """What each recipient is measured by if the table is `frame`."""
    return {
        code: Exact(reference.members[code].base_sek, amount, frame.people.get(code), frame.split, step_sek)
        for code, amount in frame.amounts.items()
        if code in reference.members
    }


def _shared(reference: Reference, people: Mapping[str, int], rounding: str, frame: Frame) -> Frame:
    """`frame` with the amounts of the pot if it is shared by these people."""
    rows = pl.DataFrame({CODE: list(people), WEIGHT: list(people.values())}, {CODE: pl.String, WEIGHT: pl.Int64})
    shared = apportion(
        rows.with_columns(
            pl.lit(reference.variable_pot_sek, pl.Int64).alias(UNITS), pl.lit(rounding).alias(ROUNDING), pot=pl.lit(0)
        ),
        ["pot"],
    )
    amounts = {code: reference.members[code].base_sek + part for code, part in shared.select(CODE, PART).rows()}
    split = Split(reference.variable_pot_sek, sum(people.values()), rounding)
    return Frame(frame.kind, frame.detail, amounts, people, split)
