"""How numbers, kronor, days, ages and lists are written for people, in the language asked for."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from schemas.money import kronor_en, kronor_sv, number_sv
from schemas.text import Language, Text

_MONTHS: Final = Text(
    "januari februari mars april maj juni juli augusti september oktober november december",
    "January February March April May June July August September October November December",
)


def say(text: Text, lang: Language, **values: object) -> str:
    """`text` in one language, its places filled in."""
    return text.of(lang).format(**values)


def number(value: int, lang: Language, *, signed: bool = False) -> str:
    """`1 309 672` with no-break spaces, or `1,309,672`; `signed` puts a plus before what is more than nothing."""
    written = number_sv(abs(value)) if lang == "sv" else f"{abs(value):,}"
    return _sign(value, signed=signed) + written


def number_text(value: int, *, signed: bool = False) -> Text:
    """As `number`, in both languages."""
    return Text(number(value, "sv", signed=signed), number(value, "en", signed=signed))


def decimals(value: float, places: int, lang: Language, *, signed: bool = False) -> str:
    """`1 004,25` or `1,004.25`; only for display, never for an amount."""
    written = f"{abs(value):,.{places}f}"
    shown = written if lang == "en" else written.translate({ord(","): "\u00a0", ord("."): ","})
    return _sign(value, signed=signed) + shown


def percent(share: float, places: int, lang: Language) -> str:
    """`4,2 %` or `4.2 %` of a share from 0 to 1, with a no-break space."""
    return f"{decimals(100 * share, places, lang)}\u00a0%"


def money(amount: int, lang: Language, *, signed: bool = False) -> str:
    """Whole kronor; `signed` puts a plus or a minus before, 0 has neither."""
    written = kronor_sv(abs(amount)) if lang == "sv" else kronor_en(abs(amount))
    return _sign(amount, signed=signed) + written


def _sign(value: float, *, signed: bool) -> str:
    return "−" if value < 0 else "+" if signed and value > 0 else ""


def day(date: dt.date, lang: Language) -> str:
    """`1 november 2024` or `1 November 2024`."""
    return f"{date.day} {_MONTHS.of(lang).split()[date.month - 1]} {date.year}"


def age_band(ages: str, lang: Language) -> str:
    """`0–18 år` or `i alla åldrar`; `ages 0–18` or `all ages`."""
    if ages == "all":
        return Text("i alla åldrar", "all ages").of(lang)
    return say(Text("{band} år", "ages {band}"), lang, band=ages.replace("-", "–"))


def joined(names: Sequence[str], lang: Language) -> str:
    """`a, b och c` or `a, b and c`; at least one name."""
    *head, last = names
    return f"{', '.join(head)} {Text('och', 'and').of(lang)} {last}" if head else last
