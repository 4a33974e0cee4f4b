"""What Kronvis runs on: Python, the packages of the lock file, the extras."""

import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.operations.checks.finding import Finding, both, some
from pipelines.settings import ROOT, Settings
from schemas.text import Text

_LOCKED: Final = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?: ; ([^\\\n]+))?")
_SET_UP: Final = Text("make run sätter upp miljön från låsfilen", "make run sets the environment up from the lock file")


def python(_settings: Settings, running: tuple[int, ...] = tuple(sys.version_info[:3]), root: Path = ROOT) -> Finding:
    """Whether this Python is among those that pyproject.toml names."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - it may be missing

    wanted = _project(root)["requires-python"]
    shown = ".".join(map(str, running))
    if shown in SpecifierSet(wanted):
        return Finding("fine", both(shown))
    found = Text(f"{shown}; Kronvis behöver {wanted}", f"{shown}; Kronvis needs {wanted}")
    return Finding("wrong", found, both("rm -rf .venv; make PYTHON=python3.12 run"))


def packages(_settings: Settings, root: Path = ROOT, installed: Mapping[str, str] | None = None) -> Finding:
    """Whether every locked package is installed, and in the version that was tested."""
    from packaging.markers import Marker  # noqa: PLC0415 - it may be missing

    lock = (root / "locks" / "run.txt").read_text(encoding="utf-8")
    wanted = {
        name: version for name, version, marker in _LOCKED.findall(lock) if not marker or Marker(marker).evaluate()
    }
    here = _installed(wanted) if installed is None else installed
    missing = sorted(wanted.keys() - here.keys())
    if missing:
        return Finding("wrong", Text(f"saknas: {some(missing)}", f"missing: {some(missing)}"), _SET_UP)
    unfit = _out_of_bounds(_project(root)["dependencies"], here)
    if unfit:
        return Finding("wrong", Text(f"passar inte: {some(unfit)}", f"do not fit: {some(unfit)}"), _SET_UP)
    other = [f"{name} {here[name]} ({version})" for name, version in sorted(wanted.items()) if here[name] != version]
    if other:
        found = Text(f"andra än de som testats: {some(other)}", f"others than those tested: {some(other)}")
        return Finding("note", found, _SET_UP)
    return Finding("fine", Text(f"alla {len(wanted)} som i låsfilen", f"all {len(wanted)} as locked"))


def extras(settings: Settings, root: Path = ROOT, installed: Mapping[str, str] | None = None) -> Finding:
    """Which extras are whole; wrong only if a setting needs one that is not."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - it may be missing

    asked = {
        name: [one for one in map(Requirement, wanted) if one.name != "kronvis"]
        for name, wanted in _project(root)["optional-dependencies"].items()
    }
    names = {one.name for wanted in asked.values() for one in wanted}
    here = _installed(names) if installed is None else installed
    whole = [name for name, wanted in asked.items() if all(one.name in here for one in wanted)]
    lacking = [name for name in asked if name not in whole]
    told = [f"+{name}" for name in whole] + [f"-{name}" for name in lacking]
    if settings.send_to is not None and "s3" in lacking:
        found = Text(
            "KRONVIS_SEND_TO är satt men tillägget s3 saknas", "KRONVIS_SEND_TO is set but extra s3 is missing"
        )
        return Finding("wrong", found, both("pip install -e '.[s3]'"))
    remedy = Text("make test sätter upp allt", "make test sets all up") if lacking else None
    return Finding("fine", both(" ".join(told)), remedy)


def _project(root: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _installed(names: Iterable[str]) -> dict[str, str]:
    """Name → version of those that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _out_of_bounds(dependencies: Iterable[str], here: Mapping[str, str]) -> list[str]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - it may be missing

    asked = [Requirement(one) for one in dependencies]
    return [f"{one.name} {here[one.name]}" for one in asked if one.name in here and here[one.name] not in one.specifier]
