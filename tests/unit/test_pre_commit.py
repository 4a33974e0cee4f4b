"""What is looked at before a commit: programs of the environment alone, quick ones, and such as can say no."""

import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.domain import ROOT

CONFIG: Final = ROOT / ".pre-commit-config.yaml"
# Where the programs of this environment are, which the hooks call by `.venv/bin`.
PROGRAMS: Final = Path(sys.executable).parent


def hooks() -> dict[str, dict[str, Any]]:
    """Hook → its settings."""
    said = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    return {hook["id"]: hook for repo in said["repos"] for hook in repo["hooks"]}


def here(entry: str) -> list[str]:
    """The words of an entry, with the programs of the environment that runs this test."""
    return shlex.split(entry.replace(".venv/bin/", f"{PROGRAMS}/"))


def test_nothing_is_fetched() -> None:
    said = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    assert {repo["repo"] for repo in said["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks().values()} == {"system"}
    assert all("additional_dependencies" not in hook for hook in hooks().values())


def test_code_types_layers_and_dictionary_are_looked_at() -> None:
    assert set(hooks()) == {"ruff-check", "ruff-format", "mypy", "import-rule", "dictionary"}


@pytest.mark.parametrize("name", hooks())
def test_every_program_is_there_and_may_be_run(name: str) -> None:
    entry = hooks()[name]["entry"]
    named = re.findall(r"\.venv/bin/([\w-]+)", entry)
    assert named, entry
    for program in named:
        assert shutil.which(PROGRAMS / program), program
    assert [word for word in here(entry) if word.startswith("tests/") and not (ROOT / word).is_file()] == []


@pytest.mark.parametrize(
    ("name", "file", "is_meant"),
    [
        ("mypy", "assets/apportion.py", True),
        ("mypy", "docs/explanation/rap.md", False),
        ("dictionary", "schemas/fields/common.py", True),
        ("dictionary", "docs/reference/data-dictionary.md", True),
        ("dictionary", "assets/apportion.py", False),
    ],
)
def test_a_hook_looks_when_what_it_is_about_has_changed(name: str, file: str, is_meant: bool) -> None:
    assert bool(re.search(hooks()[name]["files"], file)) == is_meant


def _run(name: str, cwd: Path, *files: str) -> int:
    return subprocess.run([*here(hooks()[name]["entry"]), *files], cwd=cwd, check=False, capture_output=True).returncode


def test_the_dictionary_on_file_is_what_its_hook_wants(tmp_path: Path) -> None:
    assert _run("dictionary", ROOT) == 0
    for folder in ("schemas", "assets", "pipelines"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "docs/reference").mkdir(parents=True)
    text = (ROOT / "docs/reference/data-dictionary.md").read_text(encoding="utf-8")
    for said, code in ((text, 0), (text.replace("kronor", "crowns", 1), 1)):
        (tmp_path / "docs/reference/data-dictionary.md").write_text(said, encoding="utf-8")
        assert _run("dictionary", tmp_path) == code


def test_the_hooks_of_ruff_see_what_is_wrong(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "one.py").write_text('"""One."""\n\nVALUE = 1\n', encoding="utf-8")
    assert [_run(name, tmp_path, "one.py") for name in ("ruff-check", "ruff-format")] == [0, 0]
    (tmp_path / "one.py").write_text('"""One."""\nimport os\nVALUE = 1\n', encoding="utf-8")
    assert _run("ruff-check", tmp_path, "one.py") == 1
    _run("ruff-format", tmp_path, "one.py")
    assert "import os\n\nVALUE" in (tmp_path / "one.py").read_text(encoding="utf-8"), "pre-commit sees that it changed"


@pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed here: make .venv/dev")
def test_pre_commit_accepts_the_file() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
