"""Solving amounts backwards: made-up tables whose totals and head counts are known, and searches by exact fractions.

Small worlds are searched through by trying everything; what the solver finds there must be just that.
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Final

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from assets.verification.inference.families import rules_of_table
from assets.verification.inference.rules import Grid
from assets.verification.inference.search import searches, totals_missing
from assets.verification.inference.shares import share_intervals
from assets.verification.inference.solve import Fit, solve
from assets.verification.inference.table import PublishedTable, published_table
from assets.verification.inference.whole import cut_of
from assets.verification.inference.windows import ROUNDED_UP, TRIED, TRUNCATED, Sharing, Totals, window_of
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, NEAREST, ROUNDINGS
from tests.oracle import CONVENTIONS, HALF, nearest

quick = settings(max_examples=60, deadline=None)
ALONE: Final = (NEAREST, TRUNCATED, ROUNDED_UP)


def split(kronor: int, people: Mapping[str, int], rounding: str) -> dict[str, int]:
    """Whole kronor by code, in exact fractions."""
    if rounding in CONVENTIONS:
        return CONVENTIONS[rounding](kronor, people)
    total, whole = sum(people.values()), {TRUNCATED: math.floor, ROUNDED_UP: math.ceil}[rounding]
    return {code: whole(Fraction(kronor * count, total)) for code, count in people.items()}


def table_of(amounts: Mapping[str, int], pot: int, recipients: int, base: int = 0) -> PublishedTable:
    return published_table(frame_of(amounts), pot, recipients, base)


def frame_of(amounts: Mapping[str, int]) -> pl.DataFrame:
    schema = {"recipient_code": pl.String, "amount_sek": pl.Int64}
    return pl.DataFrame(list(amounts.items()), schema, orient="row")


def people_in(fit: Fit, total: int) -> dict[str, tuple[int, int]]:
    """Head counts from–to by code, of one listed total."""
    rows = fit.head_counts.filter(pl.col("total") == total)
    return {code: (least, most) for _, code, least, most in rows.select(fit.head_counts.columns).iter_rows()}


# --- one amount ------------------------------------------------------------------------------------------------------


def could_be(exact: Fraction, kronor: int, rounding: str) -> bool:
    """Whether an exact part can have become `kronor`, whatever the other rows are."""
    return {
        NEAREST: math.floor(exact + HALF) == kronor,
        LARGEST_RECIPIENT: math.floor(exact + HALF) == kronor,
        TRUNCATED: math.floor(exact) == kronor,
        ROUNDED_UP: math.ceil(exact) == kronor,
        LARGEST_REMAINDER: kronor in {math.floor(exact), math.ceil(exact)},
    }[rounding]


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 400), st.integers(-2, 60), st.integers(1, 40), st.integers(0, 20), st.sampled_from(TRIED))
def test_totals_and_head_counts_of_one_amount_are_all_there_are(
    kronor_in_all: int, kronor: int, first: int, more: int, rounding: str
) -> None:
    searched = Totals(first, first + more)
    sharing, window = Sharing(kronor_in_all, 60, searched.last), window_of(kronor, rounding)
    expected = {
        total: people
        for total in range(first, first + more + 1)
        if (
            people := [
                count
                for count in range(64 * total // kronor_in_all + 2)
                if could_be(Fraction(kronor_in_all * count, total), kronor, rounding)
            ]
        )
    }
    found = sharing.totals(window, searched)
    assert found.to_list() == sorted(expected)
    ends = found.to_frame().select("total", low=sharing.fewest(window), high=sharing.most(window))
    assert ends.rows() == [(total, min(people), max(people)) for total, people in sorted(expected.items())]
    everything = pl.DataFrame({"total": range(first, first + more + 1)})
    assert everything.filter(sharing.is_met(window)).get_column("total").to_list() == sorted(expected)


@quick
@given(st.integers(10**15, 10**17), st.integers(1, 10**7), st.data())
def test_products_beyond_int64_do_not_wrap(kronor_in_all: int, total: int, data: st.DataObject) -> None:
    people = data.draw(st.integers(0, total))
    kronor = nearest(kronor_in_all, {"one": people, "others": total - people})["one"]
    sharing, one = Sharing(kronor_in_all, kronor, total), pl.DataFrame({"total": [total]})
    window = window_of(kronor, NEAREST)
    assert one.select(low=sharing.fewest(window), high=sharing.most(window)).rows() == [(people, people)]
    assert sharing.totals(window, Totals(total, total)).to_list() == [total]


# --- whole tables, everything tried ----------------------------------------------------------------------------------

tiny_people = st.lists(st.integers(0, 6), min_size=2, max_size=3).filter(lambda found: sum(found) > 0)


def all_populations(recipients: int, total: int) -> Iterator[tuple[int, ...]]:
    return (found for found in product(range(total + 1), repeat=recipients) if sum(found) == total)


@settings(max_examples=80, deadline=None)
@example([0, 1], 1, LARGEST_RECIPIENT, 0)
@given(tiny_people, st.integers(1, 80), st.sampled_from(TRIED), st.integers(-1, 1))
def test_a_tiny_whole_table_has_just_the_solutions_that_trying_everything_finds(
    people: list[int], kronor: int, rounding: str, wrong: int
) -> None:
    counted = dict(zip("abc", people, strict=False))
    amounts = split(kronor, counted, rounding)
    amounts["a"] += wrong
    searched = Totals(1, 12)
    fit = solve(table_of(amounts, kronor, len(people)), searched, [rounding]).fits[rounding]
    found: dict[int, list[tuple[int, ...]]] = {}
    for total in range(1, 13):
        for tried in all_populations(len(people), total):
            if split(kronor, dict(zip(counted, tried, strict=True)), rounding) == amounts:
                found.setdefault(total, []).append(tried)
    if fit.is_bounded:
        assert set(found) <= set(fit.totals)
    else:
        assert fit.totals == sorted(found)
    for total, tried_there in found.items():
        ends = people_in(fit, total)
        for place, code in enumerate(counted):
            least, most = ends[code]
            assert all(least <= tried[place] <= most for tried in tried_there)
    if fit.verdict == "unique" and not fit.is_bounded:
        assert [len(tried) for tried in found.values()] == [1]


# --- simulated tables ------------------------------------------------------------------------------------------------

some_people = st.lists(st.integers(0, 4_000), min_size=2, max_size=12).filter(lambda found: sum(found) > 0)


@quick
@given(some_people, st.integers(1, 400), st.integers(0, 1_000), st.sampled_from(ROUNDINGS), st.data())
def test_the_true_total_is_among_the_solutions(
    people: list[int], sek_each: int, base: int, rounding: str, data: st.DataObject
) -> None:
    """Of the whole table and of any part of it, with the true head counts among those that are given."""
    counted = {f"{place:04}": count for place, count in enumerate(people)}
    total, kronor = sum(people), sum(people) * sek_each + data.draw(st.integers(0, sek_each))
    amounts = {code: base + part for code, part in split(kronor, counted, rounding).items()}
    shown = data.draw(st.sets(st.sampled_from(sorted(counted)), min_size=1))
    for figures in (amounts, {code: amounts[code] for code in sorted(shown)}):
        table = table_of(figures, kronor + base * len(people), len(people), base)
        fit = solve(table, Totals(total, total), [rounding]).fits[rounding]
        assert fit.totals == [total]
        ends = people_in(fit, total)
        assert all(ends[code][0] <= counted[code] <= ends[code][1] for code in figures)


@quick
@given(some_people, st.integers(3, 400), st.sampled_from(ROUNDINGS))
def test_every_solution_of_a_whole_table_gives_the_table(people: list[int], sek_each: int, rounding: str) -> None:
    counted = {f"{place:04}": count for place, count in enumerate(people)}
    kronor = sum(people) * sek_each
    amounts = split(kronor, counted, rounding)
    fit = solve(table_of(amounts, kronor, len(people)), Totals.around(sum(people)), [rounding]).fits[rounding]
    assert fit.solutions >= 1
    for total in fit.totals:
        solved = {code: least for code, (least, _) in people_in(fit, total).items()}
        assert sum(solved.values()) == total
        if not fit.is_bounded:
            assert split(kronor, solved, rounding) == amounts


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_enough_figures_have_one_solution_with_every_head_count_right(rounding: str) -> None:
    random = Random(7)
    for _ in range(6):
        counted = {f"{place:04}": random.randint(800, 40_000) for place in range(random.randint(15, 40))}
        total, base = sum(counted.values()), random.choice([0, 200_000])
        kronor = total * random.randint(20, 130) + random.randint(0, 1_000)
        amounts = {code: base + part for code, part in split(kronor, counted, rounding).items()}
        whole = table_of(amounts, kronor + base * len(counted), len(counted), base)
        fit = solve(whole, Totals.around(total), [rounding]).fits[rounding]
        assert (fit.verdict, fit.totals) == ("unique", [total])
        assert people_in(fit, total) == {code: (count, count) for code, count in counted.items()}


# --- nothing fits ----------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=6), st.integers(40, 900), st.sampled_from(ALONE))
def test_the_fewest_misses_are_the_fewest_of_all_totals(parts: list[int], kronor: int, rounding: str) -> None:
    amounts = {f"{place:04}": part for place, part in enumerate(parts)}
    table, searched = table_of(amounts, kronor, len(parts) + 1), Totals(20, 90)
    missed = {
        total: sum(
            not any(
                could_be(Fraction(kronor * count, total), part, rounding)
                for count in range((part + 2) * total // kronor + 2)
            )
            for part in parts
        )
        for total in range(20, 91)
    }
    fit, fewest = solve(table, searched, [rounding]).fits[rounding], min(missed.values())
    assert fit.solutions == sum(count == 0 for count in missed.values())
    assert (fit.nearly is None) == (fewest == 0)
    if fit.nearly is not None:
        assert fit.nearly.misses == fewest
        expected = [total for total, count in missed.items() if count == fewest and count < len(parts)]
        assert fit.nearly.totals == len(expected)
        assert fit.nearly.rows.get_column("total").unique().sort().to_list() == expected
        assert fit.nearly.rows.height == fewest * len(expected)
    search = searches(table, searched, rounding)[0]
    for at_most in (0, 1, 3):
        near = {total: count for total, count in missed.items() if count <= at_most and count < len(parts)}
        assert dict(totals_missing(search, at_most).rows()) == near


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_misprint_in_a_whole_table_is_located_and_mended(rounding: str) -> None:
    """The persons that the other rows leave give the amount that should be there."""
    random = Random(11)
    for _ in range(6):
        counted = {f"{place:04}": random.randint(800, 40_000) for place in range(21)}
        total = sum(counted.values())
        kronor, largest = total * 90 + 1_234, max(counted, key=lambda code: counted[code])
        amounts = split(kronor, counted, rounding)
        # The largest recipient takes what is over, so an error elsewhere would move it as well.
        choices = [largest] if rounding == LARGEST_RECIPIENT else [code for code in counted if code != largest]
        wrong = random.choice(choices)
        printed = {**amounts, wrong: amounts[wrong] + random.choice([-9_040, -33, 33, 850])}
        fit = solve(table_of(printed, kronor, 21), Totals.around(total), [rounding]).fits[rounding]
        assert fit.nearly is not None
        assert fit.nearly.is_located
        assert fit.nearly.rows.rows() == [(total, wrong, printed[wrong], amounts[wrong])]


def test_an_error_of_whole_persons_is_seen_in_the_sum_but_not_located() -> None:
    """At 90 kr a person every amount fits by itself; only the persons are one too many."""
    counted = {"0001": 9_000, "0002": 7_001, "0003": 3_000}
    amounts = nearest(19_001 * 90, counted)
    fit = solve(table_of({**amounts, "0002": amounts["0002"] + 90}, 19_001 * 90, 3), Totals(18_990, 19_010)).fits[
        NEAREST
    ]
    assert fit.nearly is not None
    assert (fit.solutions, fit.nearly.misses, fit.nearly.rows.height, fit.nearly.is_located) == (0, 1, 0, False)


# --- largest remainder in a part of a table --------------------------------------------------------------------------


@quick
@given(st.lists(st.integers(0, 200), min_size=1, max_size=3), st.integers(60, 400))
def test_a_part_has_a_cut_or_is_excluded(parts: list[int], kronor: int) -> None:
    amounts = {f"{place:04}": part for place, part in enumerate(parts)}
    table, searched = table_of(amounts, kronor, 9), Totals(10, 29)
    fit = solve(table, searched, [LARGEST_REMAINDER]).fits[LARGEST_REMAINDER]
    expected = []
    for total in range(10, 30):
        closest = {code: (2 * part * total + kronor) // (2 * kronor) for code, part in amounts.items()}
        exact = {code: Fraction(kronor * count, total) for code, count in closest.items()}
        if all(could_be(exact[code], part, LARGEST_REMAINDER) for code, part in amounts.items()):
            down = [exact[code] - part for code, part in amounts.items() if exact[code] >= part]
            up = [exact[code] - part + 1 for code, part in amounts.items() if exact[code] < part]
            if max(down, default=Fraction(0)) <= min(up, default=Fraction(1)):
                expected.append(total)
                assert cut_of(table, total, closest) == (max(down, default=Fraction(0)), min(up, default=Fraction(1)))
            else:
                assert cut_of(table, total, closest) is None
        else:
            assert cut_of(table, total, closest) is None
    assert fit.is_bounded
    assert fit.totals == expected


# --- rules that are not known ----------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(20, 900), min_size=2, max_size=6), st.integers(0, 4), st.integers(0, 3), st.booleans())
def test_families_are_what_solving_every_rule_of_the_grid_finds(
    people: list[int], bases: int, shown_less: int, whole: bool
) -> None:
    counted, total, base = {f"{place:04}": count for place, count in enumerate(people)}, sum(people), 50 * bases
    recipients, pot = len(people), total * 40 + 50 * bases * len(people)
    amounts = {code: base + part for code, part in nearest(total * 40, counted).items()}
    shown = amounts if whole else dict(sorted(amounts.items())[: max(2, recipients - 1 - shown_less)])
    assume(whole or len(shown) < recipients)
    grid, pots, searched = Grid(0, 200, 50), Grid(pot - 600, pot + 600, 300), Totals.around(total, 2)
    found = rules_of_table(frame_of(shown), recipients, grid, pots, searched)
    expected = {}
    for tried_base, tried_pot in product(grid.amounts, pots.amounts):
        if tried_base < min(shown.values()):
            table = table_of(shown, tried_pot, recipients, tried_base)
            totals = solve(table, searched, [NEAREST]).fits[NEAREST].totals
            expected.update(dict.fromkeys([(tried_base, tried_pot, one) for one in totals]))
    members = {
        (base_sek, pot_sek, one)
        for base_sek, pot_sek, _, first, last in found.members.rows()
        for one in range(first, last + 1)
    }
    assert members == set(expected)
    assert (base, pot, total) in members


@quick
@given(st.integers(1, 10**6), st.integers(10**6, 10**7), st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_figures_of_one_recipient_have_its_share_in_common(people: int, total: int, pots: list[int]) -> None:
    share = Fraction(people, total)
    rows = [(f"pot {place}", 7 + math.floor(pot * share + HALF), 7, pot) for place, pot in enumerate(pots)]
    shares = share_intervals(pl.DataFrame(rows, ["figure", "amount_sek", "base_sek", "variable_sek"], orient="row"))
    assert not shares.disjoint
    assert not shares.suspects
    assert shares.common is not None
    assert shares.common[0] <= share < shares.common[1]
