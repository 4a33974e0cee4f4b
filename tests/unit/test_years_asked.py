"""The grant years that a command is asked for."""

import pytest

from pipelines.commands.options import years_asked
from schemas.errors import UsageError


@pytest.mark.parametrize(
    ("year", "years", "asked"),
    [
        ([], None, []),
        ([2025, 2023, 2025], None, [2023, 2025]),
        ([], "2023..2025", [2023, 2024, 2025]),
        ([], "2025..2025", [2025]),
    ],
)
def test_years_are_those_asked_for_in_order(year: list[int], years: str | None, asked: list[int]) -> None:
    assert years_asked(year, years) == asked


@pytest.mark.parametrize(
    ("year", "years", "says", "remedy"),
    [
        ([], "2013", "is not understood", "write --years 2023..2025, or --year 2013"),
        ([], "2023-2025", "is not understood", "write --years 2023..2025, or --year 2025"),
        ([], "２０２３..２０２５", "is not understood", "write --years 2023..2025, or --year 2025"),
        ([], "2025..2023", "ends before it begins", "write --years 2023..2025"),
        ([2025], "2023..2025", "--year and --years are both given", "give one of them"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(year: list[int], years: str, says: str, remedy: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        years_asked(year, years)
    assert refusal.value.remedy == remedy
