"""The words of the change log for categories and counts, in Swedish and English."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.called import BASIS_OF_MANY, COUNTS, LEVELS, ROUNDING_CHANGED, STATUS, VERDICT
from schemas.plain_text import harmless
from schemas.text import Language, Text
from schemas.vocabulary import UNKNOWN
from schemas.written import number

Row = Mapping[str, Any]
# Makes a name from outside harmless for the place where it is to stand.
Shown = Callable[[str], str]

LONGEST_NAME: Final = 100

WORDS: Final = {
    **STATUS,
    **BASIS_OF_MANY,
    **ROUNDING_CHANGED,
    **VERDICT,
    **COUNTS,
    **LEVELS,
    UNKNOWN: Text("okänd mottagare", "recipient unknown"),
}


def terminal(name: str) -> str:
    """A name as it may stand on a terminal."""
    return harmless(name, LONGEST_NAME)


def word(value: str | None, lang: Language) -> str:
    """The word for a category; one that another Kronvis used and this one does not know stands for itself."""
    if value is None:
        return "–"
    return WORDS[value].of(lang) if value in WORDS else terminal(value)


def counted(many: int, one: Text, several: Text, lang: Language) -> str:
    """`1 belopp`, `275 belopp`."""
    return f"{number(many, lang)} {(one if many == 1 else several).of(lang)}"


def recipients_counted(many: int, lang: Language) -> str:
    """`275 mottagare`."""
    return counted(many, Text("mottagare", "recipient"), Text("mottagare", "recipients"), lang)
