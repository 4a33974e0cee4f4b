"""How numbers, kronor, days, ages and lists are written, in both languages."""

import datetime as dt

import pytest

from schemas.written import age_band, day, joined, money, number


def test_numbers_and_kronor() -> None:
    assert [number(1_309_672, lang) for lang in ("sv", "en")] == ["1\u00a0309\u00a0672", "1,309,672"]
    assert [money(-1_000, lang) for lang in ("sv", "en")] == ["−1\u00a0000\u00a0kr", "−SEK\u00a01,000"]
    assert [money(amount, "sv", signed=True) for amount in (5, 0, -5)] == ["+5\u00a0kr", "0\u00a0kr", "−5\u00a0kr"]


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
