"""How whole numbers and kronor are written for people, in Swedish and English."""

from typing import Final

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
