"""Bad input: one clear message with file, line and remedy; nothing published, the old version intact."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.running.run import run_years
from pipelines.settings import Settings
from tests.domain import DATA, ROOT
from tests.published import Published, quiet

AGREEMENT = "agreements/psykisk-halsa/2025.yaml"
FIGURES = "published/psykisk-halsa.csv"
RECIPIENTS = "geography/recipients.csv"

Spoil = Callable[[list[str]], int]


def _replaced(old: str, new: str) -> Spoil:
    """Replace in the first line that has `old`; return its number."""

    def spoil(lines: list[str]) -> int:
        index = next(i for i, line in enumerate(lines) if old in line)
        lines[index] = lines[index].replace(old, new)
        return index + 1

    return spoil


def _doubled(start: str) -> Spoil:
    """Write a line twice; return the number of the first."""

    def spoil(lines: list[str]) -> int:
        index = next(i for i, line in enumerate(lines) if line.startswith(start))
        lines.insert(index, lines[index])
        return index + 1

    return spoil


CASES: dict[str, tuple[str, Spoil, str]] = {
    "unknown key": (AGREEMENT, _replaced("    focus_area:", "    fokus_area:"), "did you mean 'focus_area'"),
    "misspelt pot": (FIGURES, _replaced("2025,complex-needs-county", "2025,komplex-needs-county"), "its pots are"),
    "parts do not make the total": (AGREEMENT, _replaced("total_sek: 1560000000", "total_sek: 1560000001"), "-1 kr"),
    "figure given twice": (FIGURES, _doubled("2025,complex-needs-county"), "is also on line"),
    "recipient registered twice": (RECIPIENTS, _doubled("municipality,2080"), "is also on line"),
    "code without its leading zero": (RECIPIENTS, _replaced("municipality,0114", "municipality,114"), "4 digits"),
    "negative pot": (
        AGREEMENT,
        _replaced("amount_sek: 93000000", "amount_sek: -93000000"),
        "greater than or equal to 0",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """2025 as it should be, published once."""
    settings = Settings(DATA, tmp_path_factory.mktemp("good"), tables_only=True)
    run_years(settings, [2025], quiet)
    return Published(settings)


@pytest.fixture
def world(good: Published, tmp_path: Path) -> Published:
    """Its own data and its own published version."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("out", "raw"))
    shutil.copytree(good.settings.out, tmp_path / "out", symlinks=True)
    return Published(Settings(tmp_path / "data", tmp_path / "out", tables_only=True))


def _run(world: Published, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KRONVIS_DATA": str(world.settings.data), "KRONVIS_OUT": str(world.settings.out)}
    environment.pop("DAGSTER_HOME", None)
    command = [sys.executable, "-m", "pipelines", "run", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_with_file_line_and_remedy(world: Published, case: str) -> None:
    name, spoil, remedy = CASES[case]
    file = world.settings.data / name
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    line = spoil(lines)
    file.write_text("".join(lines), encoding="utf-8")
    before, version = world.hashes(), world.version.id

    done = _run(world, "--year", "2025")

    assert done.returncode == 1
    assert done.stdout == ""
    assert f"data/{name}, line {line}" in done.stderr
    assert remedy in done.stderr
    assert done.stderr.count("kronvis: ") == 1
    assert "Traceback" not in done.stderr
    assert (world.hashes(), world.version.id) == (before, version)


def test_a_year_without_a_file_is_refused(world: Published) -> None:
    before = world.hashes()
    done = _run(world, "--year", "2030")
    assert done.returncode == 2
    assert "years on file: 2016" in done.stderr
    assert "2030.yaml" in done.stderr
    assert world.hashes() == before


def test_a_file_of_no_grant_year_is_refused_and_the_others_are_published(world: Published) -> None:
    """Named by a slip; or the machine's clock is years behind."""
    folder = world.settings.data / "agreements/psykisk-halsa"
    text = (folder / "2025.yaml").read_text(encoding="utf-8")
    (folder / "2205.yaml").write_text(text.replace("year: 2025", "year: 2205"), encoding="utf-8")
    done = _run(world, "--year", "2025", "--year", "2205", "--json")
    assert (done.returncode, json.loads(done.stdout)["years"]) == (1, [2025])
    assert "2205 was refused: data/agreements/<programme>/2205.yaml: is of no grant year" in done.stderr
    assert "grant years are 2016 to " in done.stderr
    assert "Traceback" not in done.stderr


def test_current_that_is_a_folder_is_left_alone(world: Published) -> None:
    current = world.settings.out / "current"
    current.unlink()
    current.mkdir()
    (current / "precious.txt").write_text("mine", encoding="utf-8")
    done = _run(world, "--year", "2025")
    assert done.returncode == 1
    assert "is a folder, not a link" in done.stderr
    assert (current / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_a_refused_year_does_not_undo_the_others_and_is_taken_up_again(world: Published) -> None:
    file = world.settings.data / "agreements/psykisk-halsa/2024.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("total_sek: 1560000000", "total_sek: 1560000001"), encoding="utf-8")

    done = _run(world, "--years", "2022..2024", "--json")

    assert done.returncode == 1
    assert "2024 was refused" in done.stderr
    assert "2024.yaml" in done.stderr
    told = json.loads(done.stdout)
    assert (told["years"], list(told["refused"])) == ([2022, 2023], ["2024"])
    assert world.version.manifest["years"] == [2022, 2023, 2025]

    file.write_text(good, encoding="utf-8")
    again = _run(world, "--years", "2022..2024", "--failed-only", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["years"] == [2024]
    assert world.version.manifest["years"] == [2022, 2023, 2024, 2025]
    assert "nothing to do" in _run(world, "--failed-only", "--years", "2022..2024").stderr
