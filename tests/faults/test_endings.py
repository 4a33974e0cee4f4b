"""How a command ends where its output, or its folder, cannot be written: one message and a code, never a traceback."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import ending
from tests.domain import ROOT

COMMANDS = [
    # Written at once; held back until the end; as bytes; by argparse.
    ["dictionary"],
    ["dictionary", "--json"],
    ["county", "calendar"],
    ["--help"],
    ["explain", "--help"],
]


def _kronvis(shell_end: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell starts it: `shell_end` says where its outputs lead. Python holds back what it can."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    line = ["bash", "-c", f'set -o pipefail; "$@" {shell_end}', "bash", sys.executable, "-m", "pipelines", *arguments]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_stdout_is_told(arguments: list[str]) -> None:
    done = _kronvis("> /dev/full", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    told = "kronvis: a file, or what was to be printed: could not be written or read: No space left on device"
    assert done.stderr.splitlines() == [told, "  → see to path, space and permissions, then try again"]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_stops_is_no_fault(arguments: list[str]) -> None:
    done = _kronvis("| head -0", *arguments)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_closed_output_takes_nothing(arguments: list[str], closed: str) -> None:
    done = _kronvis(closed, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _in_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file" / "scenarios").mkdir()


def _without_a_name(_tmp_path: Path) -> None:
    raise OSError(28, "Error writing bytes to file")


def _without_a_number(tmp_path: Path) -> None:
    raise OSError(f"{tmp_path} did not read back")


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (_in_a_folder_that_is_a_file, "file/scenarios: could not be written or read: Not a directory"),
        (_without_a_name, "or what was to be printed: could not be written or read: Error writing bytes to file"),
        (_without_a_number, "did not read back"),
    ],
)
def test_what_the_system_refuses_is_no_bug(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Callable[[Path], None], message: str
) -> None:
    with pytest.raises(SystemExit) as end:
        ending(lambda: run(tmp_path))
    told = capsys.readouterr().err
    assert (end.value.code, message in told, "bug" in told) == (1, True, False)


def test_a_link_that_leads_to_itself_is_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert settings_from_environment(out=loop).out == loop
    with pytest.raises(OSError, match="symbolic links"):
        (settings_from_environment(out=loop).out / "work").mkdir(parents=True)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """`KRONVIS_OUT=` in a file of the environment does not publish into the folder that one happens to be in."""
    monkeypatch.setenv("KRONVIS_OUT", "")
    assert settings_from_environment().out == ROOT / "data" / "out"
