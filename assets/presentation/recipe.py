"""The recipe of a product: the code that makes it, so that a change of code makes it anew."""

from pathlib import Path
from typing import Final

from assets.storage.products import recipe_of

_ROOT: Final = Path(__file__).resolve().parents[2]
# What every product rests on: labels, sentences, formats.
_COMMON: Final = (
    _ROOT / "schemas",
    _ROOT / "assets" / "reporting",
    Path(__file__).parent / "programmes.py",
    Path(__file__).parent / "recipe.py",
)


def recipe(package: str, *others: Path) -> str:
    """The fingerprint of `assets/presentation/<package>`, of what all products rest on and of `others`."""
    return recipe_of(*_COMMON, Path(__file__).parent / package, *others)
