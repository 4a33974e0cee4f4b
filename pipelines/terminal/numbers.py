"""What only the tables of a terminal write of numbers; how a number is written is `schemas/written.py`."""

from schemas.text import Language
from schemas.written import decimals, money, percent


def signed_kronor(amount: int, lang: Language) -> str:
    """Kronor with their sign, `±` before nothing."""
    return money(amount, lang, signed=True) if amount else f"±{money(0, lang)}"


def percent_if_known(share: float | None, places: int, lang: Language) -> str:
    """`4,2 %`; a dash where it is not known."""
    return "–" if share is None else percent(share, places, lang)


def change_if_known(value: float | None, places: int, lang: Language) -> str:
    """`+4,25` below a heading that names the unit; nothing where it is not known."""
    return "" if value is None else decimals(value, places, lang, signed=True)


def millions(amount: int) -> str:
    """`1,500.3` million kronor."""
    return decimals(amount / 1_000_000, 1, "en").removesuffix(".0")
