"""How a command ends where its output, or its folder, cannot be written: one message and a code, never a traceback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import EXIT_BUG, ending
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


# Whoever starts these tests in the background has Ctrl-C ignored; the run is to hear it all the same.
_STARTED = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('pipelines', run_name='__main__')"
)


def _publishing(tmp_path: Path, **environment: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", _STARTED, "run", "--year", "2026", "--out", str(tmp_path / "out")]
    known = {**os.environ, "DAGSTER_HOME": "", "KRONVIS_TABLES_ONLY": "1", **environment}
    return subprocess.Popen(line, cwd=ROOT, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _panics(_tmp_path: Path) -> None:
    raise pl.exceptions.PanicException("Worker threads cannot be set to 0")


def test_a_panic_of_polars_ends_as_a_bug(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no `Exception`; `POLARS_MAX_THREADS=0` is enough for one."""
    with pytest.raises(SystemExit) as end:
        ending(lambda: _panics(tmp_path))
    assert (end.value.code, "bug in Kronvis" in capsys.readouterr().err) == (EXIT_BUG, True)


def test_ctrl_c_in_the_middle_of_a_run_is_one_message(tmp_path: Path) -> None:
    """Dagster has an interruption of its own; it comes when the first table lies on disk, so in the middle."""
    run = _publishing(tmp_path)
    while run.poll() is None and not any((tmp_path / "out").glob("work/*/*.parquet")):
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=120)
    assert (run.returncode, told.count("kronvis: interrupted; what is published is whole")) == (130, 1), told
    assert "Traceback" not in told
    assert not (tmp_path / "out" / "current").exists()


SETTINGS = {
    "no folder": (None, 2, "is no folder, or not its whole path"),
    "no YAML": ("a: [", 1, "dagster.yaml: Dagster cannot be set up as this file says"),
    "not Dagster's": ("secret: 1", 1, "dagster.yaml: Dagster cannot be set up as this file says"),
    "a list": ("[secret]", 1, "dagster.yaml: Dagster cannot be set up as this file says"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_a_home_that_dagster_cannot_use_is_told(tmp_path: Path, case: str) -> None:
    content, code, message = SETTINGS[case]
    home = tmp_path / "home"
    if content is not None:
        home.mkdir()
        (home / "dagster.yaml").write_text(content, encoding="utf-8")
    run = _publishing(tmp_path, DAGSTER_HOME=str(home))
    _, told = run.communicate(timeout=120)
    assert (run.returncode, message in told, "Traceback" in told, "secret" in told) == (code, True, False, False)
