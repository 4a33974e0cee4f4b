"""A text in the two languages of everything that is published."""

from typing import Literal, NamedTuple

Language = Literal["sv", "en"]


class Text(NamedTuple):
    """One text in Swedish and English."""

    sv: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.sv if language == "sv" else self.en
