"""Results on terminals of any width, without colour, without Unicode, without a reader; and names that mean harm."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from pipelines.answers.status import status
from pipelines.answers.summary import summary
from pipelines.answers.verify import verification
from pipelines.terminal.console import HarmlessConsole, show_paragraph
from pipelines.terminal.progress import _LAST_WEIGHS, ends_at, watching
from pipelines.terminal.status import show_status
from pipelines.terminal.summary import show_summary
from pipelines.terminal.verify import show_verification
from tests.published import Published

ROOT = Path(__file__).resolve().parents[2]
ESCAPE = "\x1b"
HOSTILE = f"Falun{ESCAPE}[2J\u202e[bold]:smile:[/]" + "å" * 10_000
WIDTHS = (40, 60, 80, 120)


def _console(width: int, *, is_terminal: bool = False) -> Console:
    return HarmlessConsole(width=width, file=io.StringIO(), force_terminal=is_terminal)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def rows(history: Published) -> list[dict[str, Any]]:
    return summary(history.version, history.version.manifest["years"])


@pytest.fixture(scope="module")
def verified(history: Published) -> dict[str, Any]:
    return verification(history.version, history.version.manifest["years"])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_summary_has_every_figure_whole(rows: list[dict[str, Any]], width: int) -> None:
    console = _console(width)
    show_summary(rows, console)
    told = _text(console)
    assert max(map(len, told.splitlines())) <= width
    assert "…" not in told
    for row in rows:
        assert f"{row['year']} " in told
        for name in ("agreement_total_sek", "computed_sek"):
            figure = f"{row[name] / 1_000_000:,.1f}".removesuffix(".0")
            assert re.search(rf"(?<![\d,.]){re.escape(figure)}(?![\d,.]*\d)", told)
    assert "18 exact" in told
    assert "4 not_comparable" in re.sub(r"\s+", " ", told)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_verification_has_every_figure_whole(verified: dict[str, Any], width: int) -> None:
    console = _console(width, is_terminal=True)
    show_verification(verified, console)
    told = re.sub(r"\x1b\[[0-9;]*m", "", _text(console))
    assert max(map(len, told.splitlines())) <= width
    assert "…" not in told
    for figure in ("7,605,166", "21,724,099", "1,367,000,000", "+1,459"):
        assert figure in told
    assert "SEK\u00a07,605,166" in told, "no line ends inside an amount"
    assert told.rstrip().endswith("no_rule")


def test_narrow_and_wide_say_the_same(verified: dict[str, Any]) -> None:
    told = []
    for width in (40, 120):
        console = _console(width)
        show_verification(verified, console)
        told.append(set(re.findall(r"\d[\d,]{3,}|exact|explained|mismatch|not_comparable|no_rule", _text(console))))
    assert told[0] == told[1]


def test_only_all_of_it_is_100_percent(rows: list[dict[str, Any]]) -> None:
    nearly = {**rows[0], "agreement_total_sek": 1000, "computed_sek": 999, "computed_share": 0.999}
    console = _console(100)
    show_summary([nearly], console)
    assert "99%" in _text(console)
    assert "100%" not in _text(console)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("is_terminal", [True, False])
def test_hostile_names_are_shown_and_do_nothing(verified: dict[str, Any], width: int, *, is_terminal: bool) -> None:
    figure = {**verified["figures"][0], "recipient_name": HOSTILE, "pot_id": "[/red]", "verdict": "mismatch"}
    finding = {"severity": "error", "year": 2025, "message_en": HOSTILE}
    console = _console(width, is_terminal=is_terminal)
    show_verification({**verified, "figures": [figure], "findings": [finding]}, console)
    told = _text(console)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert ESCAPE not in plain
    assert "\u202e" not in plain
    assert "Falun\ufffd[2J\ufffd[bold]:smile:[/]" in re.sub(r"[\s│|]+", "", plain)
    assert "[/red]" in plain
    assert len(plain.splitlines()) < 100
    if not is_terminal:
        assert told == plain, "no colour in a file"


def test_the_console_makes_harmless_whatever_is_printed_on_it() -> None:
    console = _console(40)
    console.print(f"a{ESCAPE}]0;title\x07b\nc", style="bold")
    console.print(Text(f"d{ESCAPE}[31me\u2066"))
    console.print("[/nothing] [link=file:///etc]x[/link]")
    assert _text(console) == ("a\ufffd]0;titleb\nc\nd\ufffd[31me\ufffd\n[/nothing] [link=file:///etc]x[/link]\n")


def test_a_long_line_is_not_cut() -> None:
    console = _console(40)
    console.print("x" * 3_000, soft_wrap=True)
    assert _text(console) == "x" * 3_000 + "\n"


def test_a_paragraph_is_wrapped_on_a_terminal_only() -> None:
    sentence = "The printed total SEK\u00a021,724,099 was made of unrounded parts, so it is one krona less."
    on_terminal, in_file = _console(30, is_terminal=True), _console(30)
    show_paragraph(sentence, on_terminal)
    show_paragraph(sentence, in_file)
    assert _text(in_file) == sentence + "\n"
    assert max(map(len, _text(on_terminal).splitlines())) <= 30
    assert "SEK\u00a021,724,099" in _text(on_terminal)


def test_a_status_names_damage(history: Published) -> None:
    console = _console(40)
    told = status(history.settings)
    show_status({**told, "damaged": [f"pots/{ESCAPE}[2J.parquet"]}, console)
    assert "DAMAGED: pots/\ufffd[2J.parquet" in _text(console)


def test_time_left_counts_the_last_step_for_what_it_takes() -> None:
    a_second_each = [float(second) for second in range(100, 110)]
    assert ends_at(a_second_each[:4], 60) is None, "too early to tell"
    assert ends_at(a_second_each, 60) == 109 + 49 + _LAST_WEIGHS
    assert ends_at(a_second_each, 11) == 109 + _LAST_WEIGHS
    assert ends_at(a_second_each, 10) is None, "nothing is left"


def test_what_came_before_the_first_step_does_not_count() -> None:
    late = [1000.0 + step for step in range(10)]
    end = ends_at(late, 60)
    assert end is not None
    assert end - late[-1] == 49 + _LAST_WEIGHS


@pytest.mark.parametrize("width", [40, 60, 100])
def test_progress_fits_its_line_and_says_what_is_left(width: int) -> None:
    console = HarmlessConsole(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    with watching(quiet=False, console=console) as steps:
        for number in range(59):
            steps(f"agreement_documents_{number}__contract", 60)
    told = _text(console)
    frames = re.split(r"[\r\n]|\x1b\[[0-9;?]*[A-Za-z]", told)
    assert max(map(len, frames)) <= width
    assert any("publishing" in frame and "59/60" in frame for frame in frames)


def test_a_second_range_of_years_begins_anew() -> None:
    console = HarmlessConsole(width=60, file=io.StringIO(), force_terminal=True, color_system=None)
    with watching(quiet=False, console=console) as steps:
        for number in range(7):
            steps(f"step {number}", 4)
    assert "3/4" in _text(console)
    assert "7/4" not in _text(console)


@pytest.mark.parametrize(
    "console",
    [
        HarmlessConsole(width=80, file=io.StringIO()),
        HarmlessConsole(width=80, file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"}),
    ],
    ids=["no terminal", "dumb terminal"],
)
def test_progress_is_silent_where_it_cannot_move(console: Console) -> None:
    with watching(quiet=False, console=console) as steps:
        steps("allocations", 60)
    assert _text(console).strip() == ""


# --- the command, as a process ---------------------------------------------------------------------------------------


def _environment(history: Published, **more: str) -> dict[str, str]:
    unset = {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "DAGSTER_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {**kept, "KRONVIS_OUT": str(history.settings.out), "PYTHONPATH": str(ROOT), **more}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipelines", *arguments]


def _on_a_terminal(history: Published, *arguments: str, **more: str) -> str:
    """What a command writes to a terminal of its own, which is 80 columns wide unless COLUMNS says otherwise."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        _command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=_environment(history, **more), cwd=ROOT
    ):
        os.close(theirs)
        read = b""
        while True:
            try:
                read += os.read(ours, 65_536)
            except OSError:  # the other end is closed: all is read
                break
    os.close(ours)
    return read.decode()


def test_colour_on_a_terminal(history: Published) -> None:
    told = _on_a_terminal(history, "verify", "--year", "2025", TERM="xterm-256color")
    assert f"{ESCAPE}[32m" in told
    assert "Dalarnas län" in told


@pytest.mark.parametrize("more", [{"TERM": "xterm-256color", "NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_colour_where_it_is_not_wanted(history: Published, more: dict[str, str]) -> None:
    told = _on_a_terminal(history, "verify", "--year", "2025", **more)
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", told) is None
    assert "18 exact" in told


def test_columns_set_the_width(history: Published) -> None:
    told = _on_a_terminal(history, "verify", "--year", "2025", TERM="xterm-256color", COLUMNS="40")
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m|\r", "", told).split("\n")) <= 40


@pytest.mark.parametrize(
    "more", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}], ids=str
)
def test_a_poor_encoding_loses_letters_but_no_figure(history: Published, more: dict[str, str]) -> None:
    ended = subprocess.run(
        _command("verify", "--year", "2025"),
        check=False,
        env=_environment(history, **more),
        cwd=ROOT,
        capture_output=True,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"29,000,000" in ended.stdout
    assert b"18 exact, 4 not_comparable" in ended.stdout
    assert b"\x1b" not in ended.stdout


def test_a_reader_that_leaves_is_no_error(history: Published) -> None:
    with subprocess.Popen(
        _command("verify"), env=_environment(history), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
