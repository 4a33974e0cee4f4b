"""Differences of random versions: sums are those of the totals, causes add up, equal is empty, back is the mirror."""

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.presentation.differences.compare import difference
from assets.presentation.differences.telling import told
from assets.presentation.differences.wording import pot_told, terminal
from schemas.tables.changes import CAUSES
from tests.domain import a_pot
from tests.oracle import CONVENTIONS
from tests.version_worlds import Tables, a_world

CODES = ("2021", "2023", "2026", "2029")
POTS = ("one", "two", "three")
MOST_PEOPLE = 4_000_000
POT = ("programme", "year", "pot_id")
ROW = (*POT, "recipient_type", "recipient_code")


@st.composite
def pots(draw: st.DrawFn, name: str, recipients: int) -> Any:
    """A pot that its base amounts fit into, or one whose rule is unknown."""
    amount = draw(st.integers(recipients * 5_000_000, 3_000_000_000))
    if draw(st.integers(0, 4)) == 0:
        return a_pot(id=name, amount_sek=amount, rule="unknown", rounding=None)
    base = draw(st.sampled_from([0, 0, 1, 7, 200_000, 5_000_000]))
    variable = {"key": "population", "ages": draw(st.sampled_from(["all", [0, 18]]))}
    return a_pot(
        id=name,
        amount_sek=amount,
        rule={"base_sek": base, "variable": variable},
        rounding=draw(st.sampled_from(sorted(CONVENTIONS))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Tables:
    """Some of the pots and some of the places, with other rules, counts and bases each time."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=3, unique=True))
    people = {code: draw(st.integers(1, MOST_PEOPLE)) for code in sorted(codes)}
    names = draw(st.lists(st.sampled_from(POTS), min_size=2, unique=True))
    basis = draw(st.sampled_from(["official", "proxy", "estimated", "derived"]))
    return a_world(*(draw(pots(name, len(codes))) for name in names), people=people, basis=basis)


def amounts(world: Tables, *by: str) -> dict[tuple[Any, ...], int]:
    """Kronor by key, straight from `allocations`."""
    sums: dict[tuple[Any, ...], int] = {}
    for row in world["allocations"].to_dicts():
        key = tuple(row[name] for name in by)
        sums[key] = sums.get(key, 0) + row["amount_sek"]
    return sums


@settings(max_examples=60, deadline=None)
@given(worlds(), worlds())
def test_two_versions(before: Tables, after: Tables) -> None:
    there, back = difference(before, after), difference(after, before)
    old, new = amounts(before, *ROW), amounts(after, *ROW)
    rows = {tuple(row[name] for name in ROW): row for row in there.rows.to_dicts()}
    # Every amount that differs has its row, with just the amounts of the two versions.
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    assert changed <= rows.keys()
    for key, row in rows.items():
        assert (row["amount_before_sek"], row["amount_after_sek"]) == (old.get(key), new.get(key))
        assert row["change_sek"] == new.get(key, 0) - old.get(key, 0)
        assert sum(row[cause] for cause in CAUSES) == row["change_sek"]
        assert key in changed or row["status_before"] != row["status_after"]
    # Per pot, the changes are the difference of the totals.
    old_pots, new_pots = amounts(before, *POT), amounts(after, *POT)
    told_pots = {tuple(pot[name] for name in POT): pot for pot in there.pots.to_dicts()}
    for key in old_pots.keys() | new_pots.keys():
        net = new_pots.get(key, 0) - old_pots.get(key, 0)
        of_pot = [row["change_sek"] for row in rows.values() if tuple(row[name] for name in POT) == key]
        assert sum(of_pot) == net
        if of_pot:
            pot = told_pots[key]
            assert pot["change_sek"] == net == sum(pot[cause] for cause in CAUSES)
            assert pot["moved_sek"] == sum(change for change in of_pot if change > 0)
            assert (pot["up"], pot["down"]) == (sum(x > 0 for x in of_pot), sum(x < 0 for x in of_pot))
    # Whatever moved has a reason by name.
    assert {key[:3] for key in changed} <= there.reasons.keys()
    mirrored = there.rows.join(back.rows, on=ROW, how="full", coalesce=True, validate="1:1")
    assert (mirrored["change_sek"] + mirrored["change_sek_right"] == 0).all()
    assert mirrored["change_sek"].null_count() == mirrored["change_sek_right"].null_count() == 0
    for pot in told(there)["pots"]:
        assert all(pot_told(pot, lang, terminal) for lang in ("sv", "en"))


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_a_version_and_itself(world: Tables) -> None:
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=7) for name, frame in world.items()}
    found = difference(world, shuffled)
    assert found.is_empty
    assert not found.reasons
    assert isinstance(found.recipients, pl.DataFrame)
    assert found.recipients.is_empty()
