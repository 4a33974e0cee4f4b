"""The folders of pipelines/: which may import which, and that a command, its answer and its look are found by name."""

from typing import Final

import pytest

from tests.domain import ROOT
from tests.unit.test_import_rule import imports_of

FOLDERS: Final = ("terminal", "answers", "operations", "ui", "running", "cluster", "commands")
# Modules right under pipelines/ that everything may use: no Dagster in them.
SHARED: Final = ("settings", "sources", "due", "footprint", "variables")
# What each folder may import of the others; what Dagster loads stands right under pipelines/.
MAY_IMPORT: Final[dict[str, tuple[str, ...]]] = {
    "terminal": (),
    "answers": (),
    "operations": ("answers", "terminal"),
    "ui": ("answers",),
    "dagster": ("answers", "operations", "ui"),
    "running": ("dagster",),
    "cluster": ("dagster",),
    "commands": ("answers", "operations", "running", "terminal"),
}


def parts_imported(source: str) -> set[str]:
    """The folders of pipelines/ that `source` imports from; `dagster` for the modules right below it."""
    named = (name.split(".")[1] for name in imports_of(source) if name.startswith("pipelines."))
    return {name if name in FOLDERS else "dagster" for name in named if name not in SHARED}


def breaches(part: str, source: str) -> set[str]:
    """The parts that `source`, in `part`, imports and may not."""
    return parts_imported(source) - {part, *MAY_IMPORT[part]}


def part_of(path: str) -> str:
    """The part of pipelines/ that a module belongs to, by its path below it."""
    return path.partition("/")[0] if "/" in path else "dagster"


MODULES: Final = {
    str(file.relative_to(ROOT / "pipelines")): file
    for file in sorted((ROOT / "pipelines").rglob("*.py"))
    if file.stem != "__main__"
}


def test_every_folder_is_known() -> None:
    assert {part_of(path) for path in MODULES} == {*FOLDERS, "dagster"} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES)
def test_a_module_imports_only_parts_below_its_own(path: str) -> None:
    part = "shared" if path.removesuffix(".py") in SHARED else part_of(path)
    source = MODULES[path].read_text(encoding="utf-8")
    assert (parts_imported(source) if part == "shared" else breaches(part, source)) == set()


def test_no_two_parts_import_each_other() -> None:
    above = dict(MAY_IMPORT)
    while above:
        lowest = {part for part, below in above.items() if not set(below) & set(above)}
        assert lowest, f"a circle among {sorted(above)}"
        above = {part: below for part, below in above.items() if part not in lowest}


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("terminal", "from pipelines.answers.verify import verification"),
        ("answers", "from pipelines.terminal import numbers"),
        ("answers", "def f():\n    import pipelines.build"),
        ("operations", "from pipelines.commands.app import app"),
        ("dagster", "from pipelines.running.run import run_years"),
        ("running", "from pipelines.terminal.ending import say"),
    ],
)
def test_a_breach_is_seen(part: str, line: str) -> None:
    assert breaches(part, line)


def test_every_answer_that_is_shown_belongs_to_a_command_of_its_name() -> None:
    names = {folder: {path.stem for path in (ROOT / "pipelines" / folder).glob("*.py")} for folder in FOLDERS}
    shared = {"__init__", "version", "opening", "summary"}
    assert names["answers"] - shared <= names["commands"]
    consoles = {"__init__", "console", "ending", "numbers", "progress", "summary"}
    assert names["terminal"] - consoles <= names["commands"]
