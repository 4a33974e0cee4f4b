"""What programmes are called where people read of them, in the order in which they are shown.

A new one goes by its id until it has a name here.
"""

from typing import Final

from schemas.text import Language, Text

PROGRAMMES: Final = {
    "psykisk-halsa": Text("Psykisk hälsa", "Mental health"),
    "kvinnors-halsa": Text("Kvinnors hälsa", "Women’s health"),
}


def programme_name(programme: str, language: Language) -> str:
    """The name of a programme, or its id."""
    return PROGRAMMES[programme].of(language) if programme in PROGRAMMES else programme
