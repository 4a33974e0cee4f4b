"""How numbers, kronor, days, ages and lists are written, in both languages."""

import datetime as dt

import pytest

from schemas.written import age_band, day, decimals, joined, money, number, number_text, percent


def test_numbers_and_kronor() -> None:
    assert [number(1_309_672, lang) for lang in ("sv", "en")] == ["1\u00a0309\u00a0672", "1,309,672"]
    assert [money(-1_000, lang) for lang in ("sv", "en")] == ["−1\u00a0000\u00a0kr", "−SEK\u00a01,000"]
    assert [money(amount, "sv", signed=True) for amount in (5, 0, -5)] == ["+5\u00a0kr", "0\u00a0kr", "−5\u00a0kr"]
    assert [number(value, "en", signed=True) for value in (5, 0, -5_000)] == ["+5", "0", "−5,000"]
    assert number_text(-12_345) == ("−12\u00a0345", "−12,345")


def test_decimals_and_shares_follow_the_language() -> None:
    assert [decimals(-1_004.25, 2, lang) for lang in ("sv", "en")] == ["−1\u00a0004,25", "−1,004.25"]
    assert [decimals(value, 1, "sv", signed=True) for value in (4.25, 0.0, -4.25)] == ["+4,2", "0,0", "−4,2"]
    assert [percent(0.0416, 1, lang) for lang in ("sv", "en")] == ["4,2\u00a0%", "4.2\u00a0%"]


def test_days_and_ages() -> None:
    assert [day(dt.date(2024, 11, 1), lang) for lang in ("sv", "en")] == ["1 november 2024", "1 November 2024"]
    assert [age_band("0-18", lang) for lang in ("sv", "en")] == ["0–18 år", "ages 0–18"]
    assert [age_band("all", lang) for lang in ("sv", "en")] == ["i alla åldrar", "all ages"]


@pytest.mark.parametrize(
    ("names", "sv", "en"),
    [(["a"], "a", "a"), (["a", "b"], "a och b", "a and b"), (["a", "b", "c"], "a, b och c", "a, b and c")],
)
def test_lists(names: list[str], sv: str, en: str) -> None:
    assert (joined(names, "sv"), joined(names, "en")) == (sv, en)
