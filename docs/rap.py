"""How far Kronvis is a reproducible analytical pipeline, held against a public list of 18 points: `python -m docs.rap`.

The list is the "Levels of RAP" of the NHS RAP Community of Practice (baseline 5, silver 9, gold 4); the points are put
in our words here. Each has a check that looks at the checkout and can fail. `--page` writes its page anew. Ends with
1 if a point is not met that is not among those known to be open.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = Path(__file__).parent / "explanation" / "rap.md"
SOURCE: Final = (
    "https://github.com/NHSDigital/rap-community-of-practice/blob/main/docs/introduction_to_RAP/levels_of_RAP.md"
)
# What nothing in the checkout shows to be so. A point leaves this set when its check holds.
OPEN: Final = frozenset({"peer-review", "in-the-open"})

Level = Literal["baseline", "silver", "gold"]
_FLOORS: Final = ("schemas", "assets", "pipelines")
_PAGES: Final = ("docs/explanation/architecture.md", "docs/reference/data-dictionary.md")
_LONG_FUNCTION: Final = 60
_SCREENS: Final = 0.99


class Found(NamedTuple):
    """Whether a point is met, and what was counted."""

    is_met: bool
    counted: str


class Point(NamedTuple):
    """One point: its level and name, what it asks in our words, where to look, and the look itself."""

    level: Level
    name: str
    asks: str
    where: tuple[str, ...]
    check: Callable[[Path], Found]
    missing: str = ""


# --- looking ----------------------------------------------------------------------------------------------------------


def _read(root: Path, name: str) -> str:
    file = root / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _project(root: Path) -> dict[str, Any]:
    return tomllib.loads(_read(root, "pyproject.toml"))


def _modules(root: Path, *folders: str) -> dict[Path, ast.Module]:
    """Every module below `folders`, parsed."""
    files = [file for folder in folders for file in sorted((root / folder).rglob("*.py"))]
    return {file: _parsed(file.read_text(encoding="utf-8")) for file in files}


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _functions(module: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(module: ast.AST) -> set[str]:
    """The last part of every name that is called or decorates, as `schedule` of `dg.schedule(...)`."""
    used = [node.func for node in ast.walk(module) if isinstance(node, ast.Call)]
    used += [decorator for one in _functions(module) for decorator in one.decorator_list]
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in used}


def _ran(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def _git(root: Path, *arguments: str) -> list[str]:
    """Lines that git says of this very checkout; none where it is no checkout."""
    if not (root / ".git").exists():
        return []
    return _ran(root, "git", *arguments).stdout.splitlines()


def _recipe(root: Path, target: str) -> str:
    """The recipe of a target of the Makefile; empty if there is none."""
    match = re.search(rf"(?m)^{target}:.*\n((?:\t.*\n)+)", _read(root, "Makefile"))
    return match[1] if match else ""


# --- the points: baseline ---------------------------------------------------------------------------------------------


def _open_language(root: Path) -> Found:
    modules = _modules(root, *_FLOORS)
    lines = sum(file.read_text(encoding="utf-8").count("\n") for file in modules)
    allocates = (root / "assets/allocation/allocate.py") in modules
    return Found(allocates, f"{len(modules)} modules of Python, {lines:,} lines")


def _versioned(root: Path) -> Found:
    commits = _git(root, "rev-list", "--count", "HEAD")
    return Found(bool(commits), f"{commits[0] if commits else 0} commits")


def _readme(root: Path) -> Found:
    promised = sorted(set(re.findall(r"(?m)^make ([a-z-]+)", _read(root, "README.md"))))
    made = [target for target in promised if _recipe(root, target)]
    return Found({"run", "test"} <= set(made) and made == promised, f"make {', make '.join(made)}" if made else "none")


def _reviewed(root: Path) -> Found:
    said = _git(root, "log", "--format=%an%x09%(trailers:key=Reviewed-by,valueonly,separator=%x2C)")
    commits = [line.partition("\t") for line in said]
    reviewed = [author for author, _, reviewer in commits if reviewer and author not in reviewer]
    return Found(bool(reviewed), f"{len(reviewed)} of {len(commits)} commits name a reviewer other than their author")


def _in_the_open(root: Path) -> Found:
    urls = [url for url in _project(root).get("project", {}).get("urls", {}).values() if url.startswith("https://")]
    is_linked = any(url in _read(root, "README.md") for url in urls)
    is_open = "MIT" in _read(root, "LICENSE")
    return Found(
        bool(urls) and is_linked and is_open, f"{len(urls)} public addresses; licence {'MIT' if is_open else '–'}"
    )


# --- silver -----------------------------------------------------------------------------------------------------------


def _unattended(root: Path) -> Found:
    recipe = _recipe(root, "run").split("\n")
    commands = [line for line in recipe if line.strip()]
    has_test = "def test_" in _read(root, "tests/pipeline/test_main_job.py")
    return Found(
        commands == ["\t$(BIN)/kronvis run"] and has_test, f"{len(commands)} command from files to publication"
    )


def _documented(root: Path) -> Found:
    public = [
        node
        for module in _modules(root, *_FLOORS).values()
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    told = [node for node in public if ast.get_docstring(node)]
    pages = ("README.md", "docs/tutorial/first-run.md", "docs/how-to/operate.md", *_PAGES)
    there = [page for page in pages if _read(root, page)]
    counted = f"{len(told)} of {len(public)} public functions and classes; {len(there)} of {len(pages)} pages"
    return Found(bool(public) and len(told) == len(public) and len(there) == len(pages), counted)


def _organised(root: Path) -> Found:
    folders = [name for name in (*_FLOORS, "tests", "docs", "data", "deploy") if (root / name).is_dir()]
    files = [name for name in ("README.md", "LICENSE", "pyproject.toml", ".gitignore") if (root / name).is_file()]
    has_rule = "def breaches" in _read(root, "tests/unit/test_import_rule.py")
    return Found(len(folders) + len(files) == 11 and has_rule, f"{len(folders)} folders, {len(files)} files")  # noqa: PLR2004 - as many as are named above


def _reusable(root: Path) -> Found:
    """Functions short enough to be read at once, and used by other modules than their own."""
    modules = _modules(root, *_FLOORS)
    lengths = [(one.end_lineno or one.lineno) - one.lineno + 1 for tree in modules.values() for one in _functions(tree)]
    short = sum(length <= _LONG_FUNCTION for length in lengths)
    imported = {
        f"{node.module}.{name.name}"
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _FLOORS
        for name in node.names
    }
    counted = (
        f"{len(lengths)} functions, {short} of at most {_LONG_FUNCTION} lines; {len(imported)} names used elsewhere"
    )
    return Found(bool(imported) and short >= _SCREENS * len(lengths) > 0, counted)


def _standards(root: Path) -> Found:
    tools = _project(root).get("tool", {})
    rules = tools.get("ruff", {}).get("lint", {}).get("select", [])
    is_strict = tools.get("mypy", {}).get("strict", False)
    if not {"D", "E", "F", "N"} <= set(rules) or not is_strict:
        return Found(False, f"{len(rules)} groups of rules")  # noqa: FBT003 - a field with a name
    held = [
        _ran(root, sys.executable, "-m", "ruff", *how, ".").returncode == 0
        for how in (["check"], ["format", "--check"])
    ]
    return Found(all(held), f"{len(rules)} groups of ruff's rules held; mypy --strict by `make check`")


def _tested(root: Path) -> Found:
    counts = {
        folder: sum(
            one.name.startswith("test_")
            for tree in _modules(root, f"tests/{folder}").values()
            for one in _functions(tree)
        )
        for folder in ("unit", "property", "golden", "pipeline")
    }
    has_backtests = "def test_" in _read(root, "tests/golden/test_forecast_backtest.py")
    is_run = "pytest" in _recipe(root, "test")
    counted = ", ".join(f"{folder} {count}" for folder, count in counts.items())
    return Found(all(counts.values()) and has_backtests and is_run, f"test functions: {counted}")


def _dependencies(root: Path) -> Found:
    lock = _read(root, "locks/run.txt")
    pinned, hashes = len(re.findall(r"(?m)^[a-z0-9.\[\],-]+==", lock)), lock.count("--hash=sha256:")
    return Found(pinned > 0 and hashes >= pinned, f"{pinned} packages, one version each, {hashes} hashes")


def _logged(root: Path) -> Found:
    """A run leaves a record of itself, and what was found with the figures is a table of each version."""
    runs = [one for tree in _modules(root, "pipelines").values() for one in _functions(tree) if one.name == "run"]
    records = any("run_recorded" in _calls(one) for one in runs)
    checks = sum("assets.verification" in ast.unparse(tree) for tree in _modules(root, "pipelines").values())
    tables = re.findall(r"(?m)^(?:RECONCILIATION|FINDINGS)\b", _read(root, "schemas/tables/verification.py"))
    return Found(records and checks > 0 and len(tables) > 1, f"last-run.json per run; {len(tables)} tables of checks")


_TIDY: Final = """
import json, sys
sys.path.insert(0, sys.argv[1])
sys.meta_path = [one for one in sys.meta_path if "editable" not in repr(one)]
import schemas.tables.registry as registry
tables = [(one.name, list(one.key), list(one.schema), [str(kind) for kind in one.schema.dtypes()])
          for one in registry.TABLES.values()]
print(json.dumps([registry.__file__, tables]))
"""


def _tidy(root: Path) -> Found:
    """Every table has a key of its own columns, and every cell one value."""
    done = _ran(root, sys.executable, "-c", _TIDY, str(root))
    file, tables = json.loads(done.stdout) if done.returncode == 0 else ("", [])
    tidy = [
        name
        for name, key, columns, kinds in tables
        if key and set(key) <= set(columns) and not any(kind.startswith(("List", "Struct", "Array")) for kind in kinds)
    ]
    is_ours = Path(file).is_relative_to(root) if file else False
    return Found(is_ours and bool(tables) and len(tidy) == len(tables), f"{len(tidy)} of {len(tables)} tables")


# --- gold -------------------------------------------------------------------------------------------------------------


def _packaged(root: Path) -> Found:
    said = _project(root)
    project = said.get("project", {})
    entry = project.get("scripts", {}).get("kronvis", "").partition(":")[0]
    is_there = bool(entry) and (root / (entry.replace(".", "/") + ".py")).is_file()
    packages = [floor for floor in _FLOORS if (root / floor / "__init__.py").is_file()]
    is_whole = "build-system" in said and is_there and len(packages) == len(_FLOORS)
    return Found(
        is_whole,
        f"command kronvis, {len(packages)} packages, built by {said.get('build-system', {}).get('build-backend')}",
    )


def _integrated(root: Path) -> Found:
    script = root / ".ci" / "run"
    said = [line for line in _read(root, ".ci/run").splitlines() if line in ("make check", "make test")]
    return Found(
        os.access(script, os.X_OK) and len(said) == 2,  # noqa: PLR2004 - both
        f".ci/run has {' and '.join(said) or 'nothing'}; what starts it is not kept here",
    )


def _triggered(root: Path) -> Found:
    called = [_calls(tree) for tree in _modules(root, "pipelines").values()]
    schedules = sum(bool({"schedule", "ScheduleDefinition"} & names) for names in called)
    sensors = sum(bool({"sensor", "SensorDefinition"} & names) for names in called)
    timers = re.findall(r"(?m)^OnCalendar=", _read(root, "deploy/systemd/kronvis.timer"))
    counted = f"modules with schedules {schedules}, with sensors {sensors}; {len(timers)} time of kronvis.timer"
    return Found(schedules > 0 and sensors > 0 and bool(timers), counted)


def _signposted(root: Path) -> Found:
    version = re.search(r'(?m)^VERSION: Final = "([0-9]+\.[0-9]+\.[0-9]+)"', _read(root, "schemas/product.py"))
    headings = re.findall(r"(?m)^## .*?([0-9]+\.[0-9]+\.[0-9]+)", _read(root, "CHANGELOG.md"))
    tells_data = (root / "assets/presentation/differences").is_dir()
    is_told = version is not None and version[1] in headings and tells_data
    return Found(is_told, f"changelog: {', '.join(headings) or 'none'}; version {version[1] if version else 'none'}")


POINTS: Final = (
    Point(
        "baseline", "open-language", "the figures come out of code in an open language", ("assets/",), _open_language
    ),
    Point("baseline", "version-control", "the code is under version control", (), _versioned),
    Point("baseline", "readme", "a README says how to reproduce it", ("README.md", "Makefile"), _readme),
    Point(
        "baseline",
        "peer-review",
        "somebody else has reviewed the code",
        (),
        _reviewed,
        "a reviewer, named in the commit: `git commit --trailer 'Reviewed-by: …'`",
    ),
    Point(
        "baseline",
        "in-the-open",
        "the code is public, and linked with what is published",
        ("LICENSE", "pyproject.toml"),
        _in_the_open,
        "a public address: `[project.urls]` in pyproject.toml, and the same in README.md",
    ),
    Point("silver", "unattended", "outputs need next to nothing done by hand", ("Makefile",), _unattended),
    Point("silver", "documented", "guidance, structure, method and docstrings", ("docs/", _PAGES[0]), _documented),
    Point("silver", "organised", "a usual layout of folders", ("tests/unit/test_import_rule.py",), _organised),
    Point("silver", "reusable", "functions and classes that can be used again", ("assets/apportion.py",), _reusable),
    Point("silver", "standards", "an agreed standard of code is kept", ("pyproject.toml",), _standards),
    Point("silver", "tested", "a framework of tests, back tests too", ("tests/", "CONTRIBUTING.md"), _tested),
    Point("silver", "dependencies", "what it depends on is stated", ("locks/run.txt", "pyproject.toml"), _dependencies),
    Point(
        "silver",
        "logged",
        "each run records itself",
        ("pipelines/operations/metrics.py", "schemas/tables/verification.py"),
        _logged,
    ),
    Point("silver", "tidy", "data is tidy, in and out", (_PAGES[1], "schemas/tables/registry.py"), _tidy),
    Point("gold", "packaged", "the code is a package", ("pyproject.toml",), _packaged),
    Point("gold", "integrated", "checks and tests run by themselves on each change", (".ci/run",), _integrated),
    Point(
        "gold",
        "triggered",
        "it runs by schedule or by event",
        ("pipelines/schedules.py", "pipelines/sensors.py", "deploy/systemd/kronvis.timer"),
        _triggered,
    ),
    Point("gold", "signposted", "changes of the pipeline are announced", ("CHANGELOG.md",), _signposted),
)


# --- telling ----------------------------------------------------------------------------------------------------------


def examined(root: Path = ROOT) -> dict[str, Found]:
    """What each point's check finds in the checkout `root`, by name."""
    return {point.name: point.check(root) for point in POINTS}


def page(found: dict[str, Found]) -> str:
    """The page: without counts, which change with every commit."""
    rows = []
    for point in POINTS:
        places = ", ".join(f"`{place}`" for place in point.where) or "`git log`"
        state = "met" if found[point.name].is_met else f"**open**: needs {point.missing or 'mending'}"
        rows.append(f"| {point.level} | {point.asks} | {state} | {places} |\n")
    met = {level: _met(found, level) for level in ("baseline", "silver", "gold")}
    levels = ", ".join(f"{level} {have} of {of}" for level, (have, of) in met.items())
    return (
        "# Levels of RAP\n\nHow far Kronvis is a reproducible analytical pipeline, by the\n"
        f"[Levels of RAP]({SOURCE}) of the NHS RAP Community of Practice,\n"
        "its points in our words. `make rap` looks again, counts, and fails if a point is lost;\n"
        "`python -m docs.rap --page` writes this page.\n\n"
        f"**{levels}.** A level is reached when all its points and those below are met.\n\n"
        f"| level | asks that | | look at |\n|---|---|---|---|\n{''.join(rows)}"
    )


def _met(found: dict[str, Found], level: str) -> tuple[int, int]:
    names = [point.name for point in POINTS if point.level == level]
    return sum(found[name].is_met for name in names), len(names)


def lost(found: dict[str, Found]) -> list[str]:
    """Points that are not met and not known to be open."""
    return [name for name, one in found.items() if not one.is_met and name not in OPEN]


def main() -> int:
    """Print every point with its evidence; with `--page` write the page too. 1 if a point was lost."""
    found = examined()
    for point in POINTS:
        told = found[point.name]
        state = "met " if told.is_met else "open" if point.name in OPEN else "LOST"
        sys.stdout.write(f"{state}  {point.level:8}  {point.asks}: {told.counted}\n")
        if not told.is_met and point.missing:
            sys.stdout.write(f"{'':16}→ {point.missing}\n")
    met = sum(one.is_met for one in found.values())
    sys.stdout.write(f"{met} of {len(POINTS)} points met\n")
    if "--page" in sys.argv[1:]:
        PAGE.write_text(page(found), encoding="utf-8")
    return 1 if lost(found) else 0


if __name__ == "__main__":
    sys.exit(main())
