"""How whole kronor are written for people, in Swedish and English."""

from typing import Final

_NO_BREAK_SPACE: Final = "\u00a0"


def kronor_sv(amount: int) -> str:
    """`7 605 166 kr`, with no-break spaces."""
    return f"{amount:,}".replace(",", _NO_BREAK_SPACE) + f"{_NO_BREAK_SPACE}kr"


def kronor_en(amount: int) -> str:
    """`SEK 7,605,166`, with a no-break space."""
    return f"SEK{_NO_BREAK_SPACE}{amount:,}"
