"""How numbers stand in the tables of a terminal; what stands in a sentence is `schemas/written.py`.

Light: what may be missing on a machine is not imported here.
"""

from schemas.text import Language
from schemas.written import money


def signed_kronor(amount: int, lang: Language) -> str:
    """Kronor with their sign, `±` before nothing."""
    return f"{'−' if amount < 0 else '+' if amount > 0 else '±'}{money(abs(amount), lang)}"


def spaced(number: int) -> str:
    """`7 605 166`, with plain spaces: it stands in a column that is not wrapped."""
    return f"{number:,}".replace(",", " ")


def signed(number: int) -> str:
    """As `spaced`, with a plus sign before what is more than nothing."""
    return spaced(number) if number <= 0 else f"+{spaced(number)}"


def percent(share: float | None, decimals: int, lang: Language) -> str:
    """`4,2 %`; a dash where it is not known."""
    if share is None:
        return "–"
    told = f"{100 * share:.{decimals}f}\u00a0%"
    return told.replace(".", ",") if lang == "sv" else told


def signed_percent(share: float | None) -> str:
    """`+4.2` below a heading that says percent; nothing where it is not known."""
    return "" if share is None else f"{100 * share:+.1f}"


def signed_decimals(value: float | None) -> str:
    """`+4.25`; nothing where it is not known."""
    return "" if value is None else f"{value:+.2f}"


def millions(amount: int) -> str:
    """`1,500.3` million kronor."""
    return f"{amount / 1_000_000:,.1f}".removesuffix(".0")
