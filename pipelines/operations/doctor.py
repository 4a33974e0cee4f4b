"""`kronvis doctor`: whether this machine can compute and publish, check by check, and how that is shown.

What is looked at is `checks/`, a module for each thing. A check that fails in a way nobody foresaw is told as wrong and
does not keep the others from being made; so whatever is heavy or may be missing is imported by the check that needs it,
when it is made. No value of a variable is ever shown.
"""

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipelines.operations.checks import (
    checkout,
    dagster_home,
    data,
    installation,
    network,
    output,
    surroundings,
    variables,
)
from pipelines.operations.checks.finding import Check, Finding, State
from pipelines.settings import ROOT, Settings, settings_from_environment
from schemas.errors import KronvisError
from schemas.plain_text import harmless
from schemas.text import Language, Text

_STYLES: Final[dict[State, str]] = {"fine": "green", "note": "yellow", "wrong": "bold red"}
_STATES: Final[dict[State, Text]] = {
    "fine": Text("bra", "fine"),
    "note": Text("obs", "note"),
    "wrong": Text("fel", "wrong"),
}
_WORST_FIRST: Final[tuple[State, ...]] = ("wrong", "note", "fine")
_STATE_WIDTH: Final = 7
_INDENT: Final = " " * _STATE_WIDTH
_LONGEST: Final = 2_000
_SETTINGS: Final = Text("Inställningar", "Settings")
_CLEAR: Final = Text("förstås", "understood")
_BUG: Final = Text("kunde inte undersökas", "could not be looked at")
_BUG_REMEDY: Final = Text(
    "ett fel i Kronvis eller en trasig installation: rm -rf .venv, sedan make run",
    "a fault of Kronvis, or a broken installation: rm -rf .venv, then make run",
)
_ALL_WELL: Final = Text("Allt som en körning behöver finns.", "All that a run needs is there.")
_NOT_WELL: Final = Text("Inte i ordning: ", "Not in order: ")
# In the order in which they are told.
CHECKS: Final = (
    Check("python", Text("Python", "Python"), installation.python),
    Check("packages", Text("Paket", "Packages"), installation.packages),
    Check("checkout", Text("Kod", "Code"), checkout.checkout),
    Check("extras", Text("Tillägg", "Extras"), installation.extras),
    Check("data", Text("Underlag", "Data"), data.data_folder),
    Check("agreements", Text("Överenskommelser", "Agreements"), data.agreements),
    Check("snapshot", Text("Befolkning", "Head counts"), data.snapshot),
    Check("published", Text("Publicerat", "Published"), output.published),
    Check("output", Text("Resultatmapp", "Output folder"), output.output),
    Check("disk", Text("Disk", "Disk"), output.disk),
    Check("dagster", Text("Dagster", "Dagster"), dagster_home.dagster_home),
    Check("variables", Text("Variabler", "Variables"), variables.variables),
    Check("sending", Text("Vidaresändning", "Sending on"), network.sending),
    Check("terminal", Text("Terminal", "Terminal"), surroundings.terminal),
    Check("browser", Text("Webbläsare", "Browser"), surroundings.browser),
    Check("scb", Text("SCB", "SCB"), network.scb),
)
# Those that leave this machine.
NETWORK: Final = frozenset({"scb"})


class Told(NamedTuple):
    """A check and what it found."""

    check: Check
    finding: Finding


def examine(settings: Settings, checks: Iterable[Check]) -> list[Told]:
    """Make each check; one that raises is told as wrong, whatever it raised."""
    return [Told(check, _looked(settings, check)) for check in checks]


def _looked(settings: Settings, check: Check) -> Finding:
    try:
        return check.look(settings)
    except KronvisError as error:
        remedy = Text(error.remedy, error.remedy) if error.remedy else None
        return Finding("wrong", Text(error.message, error.message), remedy)
    except Exception as error:  # noqa: BLE001 - whatever a check dies of, the others are made
        # What it says may quote a secret; its kind and place do not.
        place = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"
        missing = f" ({error.name})" if isinstance(error, ImportError) and error.name else ""
        return Finding("wrong", Text(*(f"{text}: {why}{missing}" for text in _BUG)), _BUG_REMEDY)


def settings_as_far_as_known(out: Path | None) -> tuple[Settings, KronvisError | None]:
    """The settings of the environment, or its folders alone and why the rest is refused."""
    try:
        return settings_from_environment(out=out), None
    except KronvisError as refusal:
        folder = {
            name: Path(os.path.realpath(os.environ.get(f"KRONVIS_{name.upper()}") or ROOT / "data" / below))
            for name, below in (("data", ""), ("out", "out"), ("raw", "raw"))
        }
        return Settings(folder["data"], Path(os.path.realpath(out or folder["out"])), folder["raw"]), refusal


def diagnosis(out: Path | None, *, offline: bool) -> list[Told]:
    """Make all checks; those that ask the network are left out if `offline`."""
    settings, refusal = settings_as_far_as_known(out)

    def settings_are_clear(_settings: Settings) -> Finding:
        if refusal is not None:
            raise refusal
        return Finding("fine", _CLEAR)

    chosen = [check for check in CHECKS if not (offline and check.name in NETWORK)]
    return examine(settings, [Check("settings", _SETTINGS, settings_are_clear), *chosen])


# --- showing -------------------------------------------------------------------------------------------------------


def worst(told: Iterable[Told]) -> State:
    """The worst state among all; fine if nothing was looked at."""
    states = {one.finding.state for one in told} or {"fine"}
    return next(state for state in _WORST_FIRST if state in states)


def as_data(told: list[Told], lang: Language) -> dict[str, Any]:
    """`state` of all, and per check its name, title, state, what was found and what to do, for `--json`."""
    return {
        "state": worst(told),
        "checks": [
            {
                "name": check.name,
                "title": check.title.of(lang),
                "state": finding.state,
                "found": finding.found.of(lang),
                "remedy": finding.remedy.of(lang) if finding.remedy else None,
            }
            for check, finding in told
        ],
    }


def show(told: list[Told], lang: Language) -> None:
    """Print a line per check and, where something is to be done, one more; then what it comes to."""
    write = _writer()
    for check, finding in told:
        state = f"{_STATES[finding.state].of(lang):<{_STATE_WIDTH}}"
        write(state, f"{check.title.of(lang)}: {finding.found.of(lang)}", _STYLES[finding.state])
        if finding.remedy is not None:
            write(_INDENT, f"→ {finding.remedy.of(lang)}", "")
    wrong = [check.title.of(lang) for check, finding in told if finding.state == "wrong"]
    write("", _NOT_WELL.of(lang) + ", ".join(wrong) if wrong else _ALL_WELL.of(lang), "")


def _writer() -> Callable[[str, str, str], None]:
    """Writes a line whose beginning has a style; without colour if what colours it is missing here."""
    try:
        from pipelines.terminal.console import show_begun  # noqa: PLC0415 - it may be what is missing
    except ImportError:
        return lambda begin, rest, _style: _write_plainly(begin + rest)
    return show_begun


def _write_plainly(line: str) -> None:
    shown = harmless(line, _LONGEST).encode(sys.stdout.encoding or "ascii", "replace")
    sys.stdout.write(shown.decode(sys.stdout.encoding or "ascii") + "\n")
