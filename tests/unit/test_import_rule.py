"""The import rule and the layout: who may import whom, and what no module or tracked file may contain."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.domain import ROOT

LAYERS: Final = ("schemas", "assets", "pipelines")
OURS: Final = (*LAYERS, "tests", "benchmarks")
STAGES: Final = (
    "population",
    "agreements",
    "documents",
    "allocation",
    "verification",
    "county",
    "scenarios",
    "forecast",
    "reporting",
    "presentation",
)
# Modules right under assets/ that belong to no stage, and the storage folder.
SHARED: Final = ("assets.apportion", "assets.apportion_matrix", "assets.grant_years", "assets.storage")
ASSET_MODULE: Final = re.compile(r"assets\.[a-z_]+\.assets")
# Put together here so that this file does not mention what it forbids. A folder called work inside another is fine.
NEIGHBOUR: Final = "../" + "shared"
WORKPLACE: Final = "/" + "work/"
NOT_TO_MENTION: Final = re.compile(rf"{re.escape(NEIGHBOUR)}|(?<![\w.>}}]){WORKPLACE}".encode())


# --- the checker ----------------------------------------------------------------------------------------------


def imports_of(source: str) -> Iterator[str]:
    """Dotted names of all that `source` imports, anywhere in it; `from a import b` counts as `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = "." * node.level
            yield from (f"{above}{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            yield from (str(value.value) for value in node.args[:1] if isinstance(value, ast.Constant))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def permitted(module: str) -> tuple[str, ...]:
    """What of ours `module` may import, as prefixes of dotted names."""
    layer, _, rest = module.partition(".")
    part = rest.partition(".")[0]
    if layer == "schemas":
        return ("schemas",)
    if layer == "pipelines":
        return LAYERS
    if part in STAGES:
        return ("schemas", *SHARED, *(f"assets.{stage}" for stage in STAGES[: STAGES.index(part) + 1]))
    if part == "storage":
        return ("schemas", "assets.storage")
    return ("schemas", *SHARED[:-1])


def breaches(module: str, source: str) -> list[str]:
    """How `source` would break the rules if it were the text of `module`."""
    found = []
    for name in imports_of(source):
        if name.startswith("."):
            found.append(f"{module} imports {name}: relative imports hide the layer")
        elif name.partition(".")[0] in OURS and not any(_within(name, prefix) for prefix in permitted(module)):
            found.append(f"{module} imports {name}")
        elif name.partition(".")[0].startswith("dagster") and not _may_know_dagster(module):
            found.append(f"{module} imports {name}: only assets/<stage>/assets.py and pipelines know Dagster")
        elif name == "__future__.annotations" and _may_know_dagster(module):
            found.append(f"{module} postpones annotations, which Dagster reads")
    if not ast.get_docstring(ast.parse(source)):
        found.append(f"{module} does not open with a docstring")
    return found


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def _may_know_dagster(module: str) -> bool:
    return module.partition(".")[0] == "pipelines" or ASSET_MODULE.fullmatch(module) is not None


def modules() -> dict[str, Path]:
    """Every module of the three layers by its dotted name."""
    files = [file for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py"))]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}


# --- the project keeps the rule -------------------------------------------------------------------------------


@pytest.mark.parametrize("module", modules())
def test_module_keeps_the_import_rule(module: str) -> None:
    found = breaches(module, modules()[module].read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_every_folder_under_assets_is_a_known_stage_or_storage() -> None:
    folders = {file.parent.name for file in (ROOT / "assets").glob("*/__init__.py")}
    assert folders == {*STAGES, "storage"}, "a new folder needs its place in the order of the flow"


def test_every_module_under_assets_without_a_stage_is_known() -> None:
    loose = {f"assets.{file.stem}" for file in (ROOT / "assets").glob("*.py")} - {"assets.__init__"}
    assert loose == set(SHARED) - {"assets.storage"}, "what belongs to no stage is named in SHARED"


# --- the checker catches a breach -----------------------------------------------------------------------------

DOC: Final = '"""Says what belongs here."""\n'
BREACHES: Final = {
    "schemas import assets": ("schemas.field", DOC + "from assets.apportion import PART\n"),
    "schemas import pipelines": ("schemas.field", DOC + "import pipelines.commands.app\n"),
    "schemas import tests": ("schemas.field", DOC + "from tests.domain import a_pot\n"),
    "schemas know dagster": ("schemas.table", DOC + "import dagster as dg\n"),
    "assets import pipelines": ("assets.reporting.totals", DOC + "from pipelines import build\n"),
    "a stage imports a later one": ("assets.population.resolve", DOC + "import assets.agreements.model\n"),
    "a later one through the package": ("assets.agreements.files", DOC + "from assets import allocation\n"),
    "inside a function": ("assets.allocation.allocate", DOC + "def f():\n    import assets.reporting\n"),
    "under a condition": ("assets.allocation.allocate", DOC + "if True:\n    import assets.verification\n"),
    "by name at run time": ("assets.population.resolve", DOC + "import_module('assets.reporting')\n"),
    "storage imports a stage": ("assets.storage.parquet", DOC + "from assets.population import bases\n"),
    "apportion imports a stage": ("assets.apportion", DOC + "from assets.population.bases import Base\n"),
    "apportion imports storage": ("assets.apportion", DOC + "from assets.storage import parquet\n"),
    "relative import": ("assets.population.resolve", DOC + "from .bases import Base\n"),
    "a pure module knows dagster": ("assets.population.resolve", DOC + "from dagster import asset\n"),
    "storage knows dagster": ("assets.storage.publishing", DOC + "import dagster_shared\n"),
    "postponed annotations in assets.py": (
        "assets.population.assets",
        DOC + "from __future__ import annotations\n",
    ),
    "postponed annotations in pipelines": ("pipelines.build", DOC + "from __future__ import annotations\n"),
    "no docstring": ("assets.population.resolve", "import polars as pl\n"),
}
KEPT: Final = {
    "an earlier stage": ("assets.allocation.allocate", DOC + "from assets.population.bases import Base\n"),
    "itself": ("assets.population.resolve", DOC + "from assets.population import bases\n"),
    "what belongs to no stage": ("assets.population.estimate", DOC + "from assets.apportion import PART\n"),
    "storage": ("assets.population.snapshot", DOC + "from assets.storage.csv_files import read_csv\n"),
    "dagster in assets.py": ("assets.population.assets", DOC + "import dagster as dg\n"),
    "dagster in pipelines": ("pipelines.definitions", DOC + "import dagster as dg\nimport assets.reporting\n"),
    "a name that only looks like ours": ("schemas.field", DOC + "import assets_of_others\n"),
}


@pytest.mark.parametrize("case", BREACHES)
def test_checker_catches(case: str) -> None:
    module, source = BREACHES[case]
    found = breaches(module, source)
    assert len(found) == 1, found
    assert found[0].startswith(module)


@pytest.mark.parametrize("case", KEPT)
def test_checker_lets_pass(case: str) -> None:
    assert breaches(*KEPT[case]) == []


# --- configuration and tracked files --------------------------------------------------------------------------


def test_pyproject_does_not_configure_dagster() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    found = {"dagster", "dg"} & set(tools)
    assert not found, f"workspace.yaml says what Dagster loads, not [tool.{found}]"


def test_workspace_loads_a_file_from_the_checkout() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    entries = workspace["load_from"]
    assert [list(entry) for entry in entries] == [["python_file"]]
    assert entries[0]["python_file"]["relative_path"] == "pipelines/definitions.py"


def files_under_version_control() -> list[Path]:
    """Tracked files, and those that would be tracked by `git add .`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def mentions(content: bytes) -> list[str]:
    """Which of the forbidden places `content` mentions."""
    return [place.decode() for place in NOT_TO_MENTION.findall(content)]


def test_no_tracked_file_mentions_a_place_outside_the_checkout() -> None:
    files = files_under_version_control()
    assert ROOT / "pyproject.toml" in files
    found = {str(file.relative_to(ROOT)): mentions(file.read_bytes()) for file in files}
    assert {name: places for name, places in found.items() if places} == {}


def test_a_mention_would_be_found() -> None:
    assert mentions(f"see {NEIGHBOUR}/design.md".encode()) == [NEIGHBOUR]
    assert mentions(f"cd {WORKPLACE}main, `{WORKPLACE}x`".encode()) == [WORKPLACE, WORKPLACE]
    assert mentions(f"data/out{WORKPLACE}allocations and {{out}}{WORKPLACE}".encode()) == []
