"""What the published data set is called, its version and its licence. Nothing that changes per run."""

from typing import Final, Literal, NamedTuple

Language = Literal["sv", "en"]


class Text(NamedTuple):
    """One text in Swedish and English."""

    sv: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.sv if language == "sv" else self.en


VERSION: Final = "0.1.0"
TITLE: Final = Text(
    sv="Kronvis: statsbidrag för psykisk hälsa, krona för krona",
    en="Kronvis: state grants for mental health, krona by krona",
)
LICENCE: Final = "CC0-1.0"
ATTRIBUTION: Final = "Källa: SCB; egen bearbetning"
