"""What the operations guide promises: its commands run, its units, alerts, variables and measures exist."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
import yaml
from typer.testing import CliRunner

from pipelines.commands.app import app
from pipelines.operations.metrics import metrics, run_recorded
from pipelines.settings import Settings
from tests.domain import DATA, ROOT
from tests.published import Published

GUIDE: Final = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
RULES: Final = ROOT / "deploy/prometheus/kronvis.rules.yaml"
# Commands that only read, and so run here as they stand.
HARMLESS: Final = {"status", "verify"}


def commands() -> list[list[str]]:
    """Every `kronvis …` of the guide, in blocks and in text; placeholders and shortened ones as they stand."""
    blocks = "".join(re.findall(r"```bash\n(.*?)```", GUIDE, flags=re.DOTALL))
    lines = [line.partition("#")[0].strip() for line in blocks.splitlines()]
    in_text = re.findall(r"`((?:/\S+/)?kronvis [^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL))
    found = [line for line in [*lines, *in_text] if line.startswith("kronvis ")]
    return [command.split()[1:] for command in dict.fromkeys(found)]


def _subcommand(command: list[str]) -> list[str]:
    return command[:2] if command[0] == "fetch" else command[:1]


@pytest.fixture
def published(history: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(history.settings.out, tmp_path / "out", symlinks=True)
    monkeypatch.setenv("KRONVIS_OUT", str(tmp_path / "out"))
    monkeypatch.delenv("KRONVIS_METRICS", raising=False)
    return tmp_path


def test_the_guide_shows_the_commands_an_operator_needs() -> None:
    assert {command[0] for command in commands()} >= {"run", "status", "verify", "diff", "rollback", "adopt", "fetch"}


def test_harmless_commands_run_as_they_stand(published: Path) -> None:
    chosen = [command for command in commands() if command[0] in HARMLESS and "…" not in command]
    assert ["status", "--metrics"] in chosen
    for command in chosen:
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, (command, result.output)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_and_option_is_one_that_kronvis_has(command: list[str]) -> None:
    answer = CliRunner().invoke(app, [*_subcommand(command), "--help"], env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    options = [word for word in command if word.startswith("--")]
    assert [option for option in options if option not in answer.output] == []


def test_files_and_units_that_are_named_exist() -> None:
    named = set(re.findall(r"`((?:deploy|locks|data)/[\w./-]+\.\w+)`", GUIDE))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    units = set(re.findall(r"kronvis(?:-[a-z]+)?\.(?:service|timer)", GUIDE))
    assert units == {file.name for file in (ROOT / "deploy/systemd").glob("kronvis*") if file.suffix != ".env"}


def test_variables_that_are_named_are_read() -> None:
    named = set(re.findall(r"KRONVIS_[A-Z_]+", GUIDE))
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "pipelines").rglob("*.py"))
    assert named
    assert [name for name in named if f'"{name}"' not in code] == []


def test_alerts_ask_for_metrics_that_are_written(published: Path) -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    settings = Settings(DATA, published / "out")
    with run_recorded(settings):
        pass
    written = set(re.findall(r"(?m)^# TYPE (\S+)", metrics(settings)))
    asked = {name for rule in rules for name in re.findall(r"kronvis_\w+", rule["expr"])}
    assert asked
    assert asked <= written
    assert {rule["alert"] for rule in rules} == set(re.findall(r"(?m)^\| `(Kronvis\w+)` \|", GUIDE))


def test_the_stated_number_of_files_is_that_of_a_version(history: Published) -> None:
    assert f"| a version of 2016–2026: files | {len(history.version.manifest['files'])} |" in GUIDE
