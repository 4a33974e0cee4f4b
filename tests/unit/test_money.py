"""How a difference in money is told: every amount that differs, its pot and recipient, and by how many kronor."""

from typing import Any

import polars as pl
import pytest

from tests.domain import A_BASE, a_pot, amounts_in, head_counts, recipients, split_of
from tests.money import assert_amounts_equal, pytest_assertrepr_compare


def allocations() -> pl.DataFrame:
    people = {"2034": 1_000, "2080": 6_000, "2081": 3_000}
    return split_of(a_pot(id="children", amount_sek=10_000_000), recipients(*people), head_counts(people, A_BASE))


def complaint(actual: Any, expected: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_amounts_equal(actual, expected)
    return str(caught.value).splitlines()


def test_equal_amounts_pass() -> None:
    assert_amounts_equal(allocations(), allocations())
    assert_amounts_equal({"2034": 1, "2080": None}, {"2080": None, "2034": 1})
    assert_amounts_equal({}, {})


def test_each_difference_is_told_with_pot_recipient_and_kronor() -> None:
    one_off = allocations().with_columns(
        amount_sek=pl.when(pl.col("recipient_code") == "2080").then(6_000_003).otherwise("amount_sek")
    )
    assert complaint(one_off, allocations()) == [
        "1 of 3 amounts differ, together +3 kr",
        "                                                               computed      expected  difference",
        "a-programme  2025  children  municipality 2080 Place 2080  6 000 003 kr  6 000 000 kr       +3 kr",
    ]


def test_what_is_missing_or_unknown_or_too_much_is_told() -> None:
    lines = complaint({"2034": 5, "2080": None, "2081": 1_000}, {"2034": 5, "2080": 7, "2062": 2_000})
    assert [line.split() for line in lines] == [
        ["3", "of", "4", "amounts", "differ,", "together", "-1", "007", "kr"],
        ["computed", "expected", "difference"],
        ["2080", "unknown", "7", "kr"],
        ["2062", "–", "2", "000", "kr"],
        ["2081", "1", "000", "kr", "–"],
    ]
    assert complaint({"2034": None}, {}), "unknown is not the same as none"


def test_long_lists_are_cut_and_counted() -> None:
    lines = complaint({str(code): 1 for code in range(50)}, {str(code): 0 for code in range(50)})
    assert (lines[0], lines[-1], len(lines)) == ("50 of 50 amounts differ, together +50 kr", "… and 30 more", 23)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda frame: frame.with_columns(status=pl.lit("preliminary")),
        lambda frame: frame.reverse(),
        lambda frame: frame.drop("status"),
        lambda frame: frame.with_columns(pl.col("year").cast(pl.Int64)),
        lambda frame: pl.concat([frame, frame.tail(1)]),
    ],
    ids=["another status", "another order", "a column less", "another type", "a row twice"],
)
def test_tables_agree_in_everything(spoilt: Any) -> None:
    with pytest.raises(AssertionError):
        assert_amounts_equal(spoilt(allocations()), allocations())


def test_a_table_is_not_confused_with_a_mapping() -> None:
    with pytest.raises(AssertionError):
        assert_amounts_equal(amounts_in(allocations()), allocations())


def test_large_numbers_are_told_with_what_is_between_them() -> None:
    assert pytest_assertrepr_compare("==", 1_309_675, 1_309_672) == [
        "1309675 == 1309672",
        "1 309 675 and 1 309 672: +3",
    ]
    assert pytest_assertrepr_compare("==", -1_500, 2) == ["-1500 == 2", "-1 500 and 2: -1 502"]
    for op, left, right in (("==", 1, 2), ("!=", 5_000, 5_000), ("==", "5000", 5_000), ("==", 5_000.0, 5_001)):
        assert pytest_assertrepr_compare(op, left, right) is None
