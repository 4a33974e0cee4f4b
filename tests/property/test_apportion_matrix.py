"""The matrix form of apportionment: the parts that exact fractions and `apportion` give, up to the edge of Int64."""

import tracemalloc
from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets import apportion_matrix as matrix
from assets.apportion import PART, apportion
from assets.apportion_matrix import apportion_matrix
from schemas.vocabulary import ROUNDINGS
from tests.oracle import CONVENTIONS

ROOT_OF_INT64 = 3_037_000_499
MUNICIPALITIES = 290
quick = settings(max_examples=300, deadline=None)


def parts(units: Sequence[int], weights: Sequence[int], rounding: str) -> list[list[int]]:
    found: list[list[int]] = apportion_matrix(np.array(units, np.int64), np.array(weights, np.int64), rounding).tolist()
    return found


def by_fractions(units: Sequence[int], weights: Sequence[int], rounding: str) -> list[list[int]]:
    by_code = {f"{number:07d}": weight for number, weight in enumerate(weights)}
    return [list(CONVENTIONS[rounding](one, by_code).values()) for one in units]


# --- the same as exact fractions ------------------------------------------------------------------------------

small = st.integers(0, 12)
some_units = st.lists(small | st.integers(0, 10**11) | st.integers(0, 2**62), max_size=6)
some_weights = st.lists(small | st.integers(0, 2 * 10**7) | st.integers(0, 2**59), min_size=1, max_size=12).filter(any)
some_roundings = st.sampled_from(ROUNDINGS)


@quick
@given(units=some_units, weights=some_weights, rounding=some_roundings)
@example(units=[0, 1, 2, 3, 5], weights=[1, 1, 1], rounding="largest_remainder")
@example(units=[7], weights=[1], rounding="largest_recipient")
@example(units=[0, 0], weights=[0, 5, 0], rounding="nearest")
@example(units=[3], weights=[1] * 6, rounding="largest_recipient")
# Just below and just above what Int64 can hold as a product.
@example(units=[ROOT_OF_INT64], weights=[ROOT_OF_INT64, 1], rounding="nearest")
@example(units=[ROOT_OF_INT64 + 1], weights=[ROOT_OF_INT64 + 1, 1], rounding="nearest")
@example(units=[2**62], weights=[1, 2, 3], rounding="largest_recipient")
# Keys of just 32 bits; keys that would be another order with 32 bits, or with 64.
@example(units=[10, 11], weights=[2**31 - 1, 0], rounding="largest_remainder")
@example(units=[1], weights=[2**30, 3 * 2**30], rounding="largest_remainder")
@example(units=[4], weights=[2**60 - 1] * 3 + [2**59] * 2, rounding="largest_remainder")
def test_any_matrix_is_as_exact_fractions_say(units: list[int], weights: list[int], rounding: str) -> None:
    assert parts(units, weights, rounding) == by_fractions(units, weights, rounding)


@quick
@given(units=some_units, weights=some_weights, rounding=some_roundings, tile=st.integers(1, 7), many=st.integers(1, 9))
# The space for keys is used again by fewer rows than before; by a row that is longer than a tile.
@example(units=[5, 4, 8], weights=[3, 2, 2], rounding="largest_remainder", tile=6, many=9)
@example(units=[5, 4, 8], weights=[3, 2, 2, 7], rounding="largest_remainder", tile=3, many=2)
def test_tiles_do_not_matter(units: list[int], weights: list[int], rounding: str, tile: int, many: int) -> None:
    whole = parts(units, weights, rounding)
    with patch.multiple(matrix, _TILE=tile, _MANY=many):
        assert parts(units, weights, rounding) == whole


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("people", [3, 50_000, 10**9, 10**13])
def test_hundreds_of_pots_among_all_municipalities(rounding: str, people: int) -> None:
    """Few different weights make many ties; many people make keys and products too large, by and by."""
    random = np.random.default_rng(people)
    units = random.integers(0, 10**10, 400)
    weights = random.integers(0, people, MUNICIPALITIES)
    assert parts(units.tolist(), weights.tolist(), rounding) == by_definition(units, weights, rounding)


def by_definition(units: matrix.Integers, weights: matrix.Integers, rounding: str) -> list[list[int]]:
    codes = [f"{number:04d}" for number in range(weights.size)]
    rows = pl.DataFrame({"pot": range(units.size), "units": units, "rounding": [rounding] * units.size}).join(
        pl.DataFrame({"code": codes, "weight": weights}), how="cross", maintain_order="left_right"
    )
    found = apportion(rows, ["pot"]).get_column(PART)
    return found.to_numpy().reshape(units.size, weights.size).tolist()


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_row_of_more_recipients_than_are_sorted_together(rounding: str) -> None:
    random = np.random.default_rng(5)
    units, weights = random.integers(0, 10**9, 3), random.integers(0, 90, 70_000)
    assert parts(units.tolist(), weights.tolist(), rounding) == by_fractions(units.tolist(), weights.tolist(), rounding)


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_besides_the_parts_no_more_memory_than_a_few_rows(rounding: str) -> None:
    """Rows as long as many tiles, and many of them: 4 MB of parts, 80 kB a row."""
    units, weights = np.arange(50), np.arange(10_000)
    with patch.object(matrix, "_TILE", 500):
        tracemalloc.start()
        found = apportion_matrix(units, weights, rounding)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak - found.nbytes < 4 * weights.nbytes


# --- what is left to the definition ---------------------------------------------------------------------------


def is_left_to_the_definition(units: int, weights: Sequence[int]) -> bool:
    with patch.object(matrix, "_by_definition", wraps=matrix._by_definition) as called:
        parts([units], weights, "largest_remainder")
    return called.called


def test_only_what_could_overflow_is_left_to_the_definition() -> None:
    """2025: 1.56 thousand million kronor, 10.6 million people, 290 municipalities."""
    assert not is_left_to_the_definition(1_560_000_000, [10_600_000 // 290] * 290)
    assert not is_left_to_the_definition(ROOT_OF_INT64, [ROOT_OF_INT64, 1])
    assert is_left_to_the_definition(ROOT_OF_INT64 + 1, [ROOT_OF_INT64, 1])
    assert is_left_to_the_definition(1, [2**62, 0])
    assert is_left_to_the_definition(-1, [1])


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_what_is_negative_is_no_other_than_by_definition(rounding: str) -> None:
    """Callers refuse it; it must not come round to something large and positive."""
    for units, weights in (([5, -7], [1, 2, 3]), ([7], [3, -1, 2])):
        defined = by_definition(np.array(units), np.array(weights), rounding)
        assert parts(units, weights, rounding) == defined


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(ValueError, match="'bankers' is no convention"):
        parts([1], [1], "bankers")
