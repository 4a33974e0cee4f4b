"""Kronor: how many there may be, and how they and other whole numbers are written for people."""

from typing import Final

# Far above any agreement, far below where 2 · kronor · persons leaves Int64.
MOST_SEK: Final = 100_000_000_000
_NO_BREAK_SPACE: Final = "\u00a0"


def number_sv(value: int) -> str:
    """`7 605 166`, with no-break spaces; in English `{value:,}` does."""
    return f"{value:,}".replace(",", _NO_BREAK_SPACE)


def kronor_sv(amount: int) -> str:
    """`7 605 166 kr`, with no-break spaces."""
    return f"{number_sv(amount)}{_NO_BREAK_SPACE}kr"


def kronor_en(amount: int) -> str:
    """`SEK 7,605,166`, with a no-break space."""
    return f"SEK{_NO_BREAK_SPACE}{amount:,}"
