"""What the published data set is called, its version and its licence. Nothing that changes per run."""

from typing import Final

from schemas.text import Text

VERSION: Final = "0.1.0"
TITLE: Final = Text(
    sv="Kronvis: statsbidrag för psykisk hälsa, krona för krona",
    en="Kronvis: state grants for mental health, krona by krona",
)
LICENCE: Final = "CC0-1.0"
ATTRIBUTION: Final = "Källa: SCB; egen bearbetning"
