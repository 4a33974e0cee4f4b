"""Whether the variables that are set are those that Kronvis reads."""

import difflib
import os
from collections.abc import Mapping
from typing import NamedTuple

from pipelines.operations.checks.finding import Finding, both, some
from pipelines.settings import Settings
from pipelines.variables import SWITCHES, VARIABLES
from schemas.text import Text


class _Unknown(NamedTuple):
    name: str
    meant: str | None


def variables(_settings: Settings, environment: Mapping[str, str] = os.environ) -> Finding:
    """Whether every variable that begins with KRONVIS_ is one that is read, and every switch is 1 or empty."""
    unknown = [
        _Unknown(name, next(iter(difflib.get_close_matches(name, VARIABLES, 1, 0.75)), None))
        for name in sorted(environment)
        if name.upper().startswith("KRONVIS") and name not in VARIABLES
    ]
    if unknown:
        sv = some(f"{one.name} (menas {one.meant}?)" if one.meant else one.name for one in unknown)
        en = some(f"{one.name} (meant {one.meant}?)" if one.meant else one.name for one in unknown)
        found = Text(f"läses inte: {sv}", f"not read: {en}")
        return Finding("note", found, Text("se docs/reference/configuration.md", "see docs/reference/configuration.md"))
    vague = [name for name in SWITCHES if environment.get(name, "") not in {"", "0", "1"}]
    if vague:
        found = Text(f"varken 1 eller tom: {some(vague)}", f"neither 1 nor empty: {some(vague)}")
        return Finding("note", found, Text("bara 1 slår på", "only 1 switches it on"))
    given = [name for name in VARIABLES if environment.get(name)]
    return Finding("fine", both(", ".join(given)) if given else Text("inga satta", "none set"))
