"""Finding a recipient of a year by what a person types: a code, a full name, or a bare place name.

A bare name means everybody of that name: Stockholm is a municipality, a region and a county.
"""

import difflib
import unicodedata
from typing import Any, Final

from schemas.errors import UsageError, listed
from schemas.vocabulary import COUNTY, MUNICIPALITY, RECIPIENT_TYPES, REGION

# What tells the kind of recipient in a name, and is not part of the place; the longest form that fits is taken off.
_PREFIXES: Final = {"region ": REGION, "landstinget i ": REGION, "landstinget ": REGION}
_SUFFIXES: Final = {
    " läns landsting": REGION,
    "regionen": REGION,
    " län": COUNTY,
    " kommun": MUNICIPALITY,
    " stad": MUNICIPALITY,
}


def find_recipients(
    recipients: list[dict[str, Any]], asked: str, recipient_type: str | None = None
) -> list[dict[str, Any]]:
    """The rows of table `recipients` that `asked` means, in the order of `RECIPIENT_TYPES`; each stands there once.

    Raises `UsageError` with the closest names if nobody is meant, and for an unknown kind of recipient.
    """
    if recipient_type is not None and recipient_type not in RECIPIENT_TYPES:
        raise UsageError(f"--type {recipient_type!r} is not known", remedy=f"it is {listed(RECIPIENT_TYPES)}")
    candidates = [row for row in recipients if recipient_type in (None, row["recipient_type"])]
    found = _meant(candidates, _plain(asked))
    if not found:
        raise _nobody(recipients, asked, recipient_type)
    return sorted(found, key=lambda row: RECIPIENT_TYPES.index(row["recipient_type"]))


def _meant(candidates: list[dict[str, Any]], asked: str) -> list[dict[str, Any]]:
    """By code; else by name and place; else by the same without the rings and dots that a keyboard may lack."""
    by_code = [row for row in candidates if row["recipient_code"].casefold() == asked]
    return by_code or _by_name(candidates, asked) or _by_name(candidates, asked, bare=True)


def _by_name(candidates: list[dict[str, Any]], asked: str, *, bare: bool = False) -> list[dict[str, Any]]:
    def spelt(text: str) -> str:
        return _without_marks(text) if bare else text

    wanted, kind = _places(asked)
    exact = [row for row in candidates if spelt(_plain(row["recipient_name"])) == spelt(asked)]
    places = {spelt(place) for place in wanted}
    return exact + [
        row
        for row in candidates
        if row not in exact
        and kind in (None, row["recipient_type"])
        and places & {spelt(place) for place in _places(_plain(row["recipient_name"]))[0]}
    ]


def _places(name: str) -> tuple[set[str], str | None]:
    """The place in a name, with and without a genitive s, and the kind of recipient that the name tells."""
    kind: str | None = None
    for prefix, told in _PREFIXES.items():
        if name.startswith(prefix):
            name, kind = name.removeprefix(prefix), told
            break
    for suffix, told in _SUFFIXES.items():
        if name.endswith(suffix):
            name, kind = name.removesuffix(suffix), kind or told
            return {name, name.removesuffix("s")}, kind
    return {name}, kind


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _nobody(recipients: list[dict[str, Any]], asked: str, recipient_type: str | None) -> UsageError:
    of_kind = f" of the kind {recipient_type}" if recipient_type else ""
    names = {_plain(text): text for row in recipients for text in (row["recipient_name"], row["recipient_code"])}
    close = [names[name] for name in difflib.get_close_matches(_plain(asked), names, n=3)]
    others = [row["recipient_type"] for row in _meant(recipients, _plain(asked))] if recipient_type else []
    hint = f"there is {listed(others)} of that name" if others else f"did you mean {listed(close)}?"
    remedy = hint if others or close else "write a name such as Falun, or a code such as 2080, 20 or SKR"
    years = sorted({row["year"] for row in recipients})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    return UsageError(f"there is no recipient {asked!r}{of_kind} in {span}", remedy=remedy)
