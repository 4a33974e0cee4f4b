"""`kronvis doctor`: each check finds what it is there to find, tells no secret, and none of them stops the others."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker

from assets.storage.objects.place import Place
from pipelines.operations.checks import (
    checkout,
    dagster_home,
    data,
    installation,
    network,
    output,
    surroundings,
    variables,
)
from pipelines.operations.checks.finding import Check, Finding
from pipelines.operations.doctor import (
    CHECKS,
    Told,
    as_data,
    diagnosis,
    examine,
    settings_as_far_as_known,
    show,
    worst,
)
from pipelines.settings import SCB_URL, Settings
from pipelines.terminal.console import HarmlessConsole, show_begun
from pipelines.variables import VARIABLES
from schemas.errors import DataRefused
from schemas.text import Text
from tests.domain import DATA, ROOT, agreement_text, agreements_folder, changed, copy_of_data
from tests.integration.raw_server import http, reset, serving, silent

HERE: Final = Settings(DATA, ROOT / "no-such-folder")
SECRET: Final = "correct-horse-battery"  # noqa: S105 - made up


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith(("KRONVIS", "DAGSTER", "AWS_")):
            monkeypatch.delenv(name)


def a_check(look: Callable[[Settings], Finding], name: str = "a-check") -> Check:
    return Check(name, Text("En", "A"), look)


def fine(_settings: Settings) -> Finding:
    return Finding("fine", Text("bra", "well"))


# --- checks are made, whatever one of them does -----------------------------------------------------------------------


class _Odd(Exception):
    """What nobody foresaw."""


def _raising(error: Exception) -> Callable[[Settings], Finding]:
    def look(_settings: Settings) -> Finding:
        raise error

    return look


@given(
    st.lists(
        st.sampled_from(
            [
                None,
                ValueError(SECRET),
                OSError(SECRET),
                _Odd(SECRET),
                KeyError(SECRET),
                ImportError(SECRET),
                RecursionError(),
            ]
        ),
        max_size=8,
    )
)
def test_a_check_that_dies_is_wrong_and_the_others_are_made(errors: list[Exception | None]) -> None:
    made = [a_check(fine if error is None else _raising(error)) for error in errors]
    told = examine(HERE, made)
    assert [one.finding.state for one in told] == ["fine" if error is None else "wrong" for error in errors]
    assert SECRET not in json.dumps([as_data(told, "sv"), as_data(told, "en")]), "what it says may be a secret"
    for one, error in zip(told, errors, strict=True):
        if error is not None:
            assert type(error).__name__ in one.finding.found.sv
            assert "test_doctor.py:" in one.finding.found.en, "where"


def test_what_is_refused_is_told_with_its_remedy() -> None:
    (told,) = examine(HERE, [a_check(_raising(DataRefused("a.yaml, line 3", "is bad", remedy="mend it")))])
    assert told.finding == ("wrong", ("a.yaml, line 3: is bad",) * 2, ("mend it",) * 2)


def test_the_worst_counts() -> None:
    def told(*states: Any) -> list[Told]:
        return [Told(a_check(fine), Finding(state, Text("", ""))) for state in states]

    assert [worst(told(*states)) for states in ((), ("fine",), ("fine", "note"), ("note", "wrong", "fine"))] == [
        "fine",
        "fine",
        "note",
        "wrong",
    ]


def test_every_check_of_this_checkout_says_something_in_both_languages() -> None:
    told = diagnosis(ROOT / "no-such-folder", offline=True)
    assert {one.check.name for one in told} == {"settings", *(check.name for check in CHECKS)} - {"scb"}
    assert [one for one in told if one.finding.state == "wrong"] == []
    for check, finding in told:
        texts = [check.title, finding.found, *([finding.remedy] if finding.remedy else [])]
        assert all(text.sv.strip() and text.en.strip() for text in texts), check.name
        assert finding.remedy is not None or finding.state == "fine" or check.name == "terminal", check.name


def test_settings_that_are_not_understood_are_wrong_and_the_rest_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRONVIS_SEND_TO", f"https://{SECRET}@example.org")
    monkeypatch.setenv("KRONVIS_DATA", str(DATA))
    told = diagnosis(ROOT / "no-such-folder", offline=True)
    states = {one.check.name: one.finding.state for one in told}
    assert (states["settings"], states["agreements"]) == ("wrong", "fine")
    assert SECRET not in json.dumps(as_data(told, "en"))


# --- what Kronvis runs on ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "state"), [((3, 10, 14), "wrong"), ((3, 11, 0), "fine"), ((3, 15, 0), "wrong")])
def test_python_is_one_of_those_that_are_named(version: tuple[int, ...], state: str) -> None:
    assert installation.python(HERE, version).state == state


def _locked() -> dict[str, str]:
    lock = (ROOT / "locks/run.txt").read_text(encoding="utf-8")
    return {
        name: version
        for name, version, marker in installation._LOCKED.findall(lock)
        if not marker or Marker(marker).evaluate()
    }


def test_packages_are_those_of_the_lock() -> None:
    locked = _locked()
    assert len(locked) > 50
    assert installation.packages(HERE, installed=locked).state == "fine"
    gone = installation.packages(HERE, installed={name: one for name, one in locked.items() if name != "polars"})
    assert (gone.state, "polars" in gone.found.en) == ("wrong", True)
    old = installation.packages(HERE, installed={**locked, "polars": "1.9.0"})
    assert (old.state, "polars 1.9.0" in old.found.en) == ("wrong", True)
    other = installation.packages(HERE, installed={**locked, "certifi": "2020.1.1"})
    assert (other.state, "certifi 2020.1.1" in other.found.en) == ("note", True)


def test_packages_for_other_systems_need_not_be_here(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    hashed = " \\\n    --hash=sha256:0\n"
    for marker, state in (("sys_platform == 'other'", "fine"), (f"sys_platform == '{sys.platform}'", "wrong")):
        (tmp_path / "locks/run.txt").write_text(f"one==1.0 ; {marker}{hashed}", encoding="utf-8")
        assert installation.packages(HERE, tmp_path, {}).state == state


def test_another_checkout_or_a_shadow_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "_installed_from", lambda: ROOT)
    assert checkout.checkout(HERE).state == "fine"
    for other in (tmp_path, None):
        monkeypatch.setattr(checkout, "_installed_from", lambda other=other: other)
        assert checkout.checkout(HERE).state == "note"
    monkeypatch.setattr(checkout, "_origins", lambda: [("assets", str(tmp_path / "assets/__init__.py"))])
    assert checkout.checkout(HERE).state == "wrong"


def test_a_folder_that_stands_in_front_is_seen(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/__init__.py").touch()
    script = (
        "import sys; from pipelines.operations.checks import checkout as c; from tests.unit.test_doctor import HERE\n"
        "for name in [n for n in sys.modules if n.partition('.')[0] == 'schemas']: del sys.modules[name]\n"
        f"sys.path.insert(0, {str(tmp_path)!r}); print(c.checkout(HERE).state)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "wrong"


def test_an_extra_that_a_setting_needs_must_be_there() -> None:
    sends = replace(HERE, send_to=Place("bucket", ""))
    assert installation.extras(HERE, installed={}).state == "fine"
    assert installation.extras(HERE, installed={"obstore": "1"}).found.en.split() == ["+s3", "-cluster", "-dev"]
    assert installation.extras(sends, installed={}).state == "wrong"
    assert installation.extras(sends, installed={"obstore": "1"}).state == "fine"


# --- what a run reads -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", data.NEEDED_DATA)
def test_a_missing_folder_of_data_is_named(part: str, tmp_path: Path) -> None:
    for name in data.NEEDED_DATA:
        (tmp_path / name).mkdir()
    assert data.data_folder(replace(HERE, data=tmp_path)).state == "fine"
    (tmp_path / part).rmdir()
    finding = data.data_folder(replace(HERE, data=tmp_path))
    assert (finding.state, part in finding.found.sv) == ("wrong", True)


def test_a_file_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda file, _mode: Path(file).name != "recipients.csv")
    finding = data.data_folder(HERE)
    assert (finding.state, "recipients.csv" in finding.found.en) == ("wrong", True)


def test_a_broken_agreement_is_named_with_its_line(tmp_path: Path) -> None:
    good = agreement_text()
    folder = agreements_folder(tmp_path, {"2025.yaml": changed(good, "total_sek:", "total_kr:")}).parent
    finding = data.agreements(replace(HERE, data=folder))
    assert finding.state == "wrong"
    assert re.search(r"2025\.yaml, line \d+", finding.found.sv)


def test_no_agreements_at_all_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "agreements").mkdir()
    assert data.agreements(replace(HERE, data=tmp_path)).state == "wrong"


@pytest.mark.parametrize(
    ("part", "file"), [("population", "municipality_total_31_december.csv"), ("geography", "recipients.csv")]
)
def test_a_changed_count_or_recipient_is_wrong(part: str, file: str, tmp_path: Path) -> None:
    for name in ("population", "geography"):
        copy_of_data(tmp_path, name)
    settings = replace(HERE, data=tmp_path / "data")
    assert examine(settings, [a_check(data.snapshot)])[0].finding.state == "fine"
    with (tmp_path / "data" / part / file).open("a", encoding="utf-8") as handle:
        handle.write("x")
    told = examine(settings, [a_check(data.snapshot)])[0].finding
    assert (told.state, file in told.found.en) == ("wrong", True)


# --- what a run writes ------------------------------------------------------------------------------------------------


def test_an_output_folder_is_probed_and_left_as_it_was(tmp_path: Path) -> None:
    assert output.output(replace(HERE, out=tmp_path)).state == "fine"
    assert list(tmp_path.iterdir()) == []
    assert output.output(replace(HERE, out=tmp_path / "new" / "out")).state == "fine"
    assert list(tmp_path.iterdir()) == [], "nothing is made that was not there"


def test_an_output_folder_that_is_a_file_or_closed_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert output.output(replace(HERE, out=tmp_path / "file" / "out")).state == "wrong"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert output.output(replace(HERE, out=tmp_path / "loop")).state == "wrong", "a run could write nothing there"
    monkeypatch.setattr(os, "access", lambda _file, _mode: False)
    assert output.output(replace(HERE, out=tmp_path)).state == "wrong"


def test_a_disk_that_knows_no_links_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    assert output.output(replace(HERE, out=tmp_path)).state == "note"
    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert examine(replace(HERE, out=tmp_path), [a_check(output.output)])[0].finding.state == "wrong"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("free", "files", "state"),
    [
        (10**10, 10**6, "fine"),
        (5 * 10**8, 10**6, "note"),
        (10**7, 10**6, "wrong"),
        (10**10, 5, "wrong"),
        (10**10, 0, "fine"),
    ],
)
def test_a_full_disk_is_told(free: int, files: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": free})
    room = type("Room", (), {"f_files": files, "f_favail": files})
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage)
    monkeypatch.setattr(os, "statvfs", lambda _place: room)
    assert output.disk(HERE).state == state


# --- what is around it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("telemetry: {enabled: false}", "fine"),
        ("telemetry: {enabled: true}", "note"),
        ("- a list", "note"),
        ("", "note"),
        (f"password: [{SECRET}", "wrong"),
        (None, "note"),
    ],
)
def test_a_home_of_dagster(text: str | None, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dagster_home.dagster_home(HERE).state == "fine", "none is needed"
    if text is not None:
        (tmp_path / "dagster.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    finding = dagster_home.dagster_home(HERE)
    assert finding.state == state
    assert SECRET not in str(finding)


@pytest.mark.parametrize("home", ["relative", "/no/such/folder"])
def test_a_home_of_dagster_that_is_none(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", home)
    assert dagster_home.dagster_home(HERE).state == "wrong"


def test_the_home_of_dagster_that_comes_with_the_project_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT / "deploy/dagster_home"))
    assert dagster_home.dagster_home(HERE).state == "fine"


# Not written whole: whatever stands in a file of the project is taken for a variable that it reads.
_MISSPELT, _MADE_UP = "KRONVIS" + "_KEEP_VERSION", "KRONVIS" + "_ZZZZZZZZZZ"


def test_a_misspelt_variable_is_told_with_what_was_meant_and_without_its_value() -> None:
    finding = variables.variables(HERE, {_MISSPELT: SECRET, "KRONVIS_OUT": "/x", "HOME": "/"})
    assert finding.state == "note"
    assert f"{_MISSPELT} (meant KRONVIS_KEEP_VERSIONS?)" in finding.found.en
    assert variables.variables(HERE, {_MADE_UP: "1"}).found.sv == f"läses inte: {_MADE_UP}"
    assert variables.variables(HERE, {"KRONVIS_TABLES_ONLY": "yes"}).state == "note"
    assert variables.variables(HERE, {"KRONVIS_TABLES_ONLY": "1", "KRONVIS_OUT": SECRET}) == (
        "fine",
        ("KRONVIS_OUT, KRONVIS_TABLES_ONLY",) * 2,
        None,
    )
    assert SECRET not in str(finding)


def test_the_variables_are_those_that_anything_here_reads() -> None:
    texts = [
        *(
            file.read_text(encoding="utf-8")
            for file in (ROOT / "pipelines").rglob("*.py")
            if file.name != "variables.py"
        ),
        (ROOT / "deploy/cluster/dagster.yaml").read_text(encoding="utf-8"),
        *(file.read_text(encoding="utf-8") for file in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))),
        (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"),
        (ROOT / "tests/pipeline/test_backfill_ui.py").read_text(encoding="utf-8"),
    ]
    read = {name for text in texts for name in re.findall(r"\bKRONVIS_[A-Z_]*[A-Z]\b", text)}
    assert read - set(VARIABLES) == set()
    guide = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"KRONVIS_[A-Z_]*[A-Z]\b", guide)) <= set(VARIABLES)
    assert set(VARIABLES) <= read, "a variable that nobody reads"


def test_messages_that_cannot_be_delivered_are_wrong_and_tell_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network.sending(HERE).state == "fine"
    monkeypatch.setenv("KRONVIS_NOTIFY", f"http://{SECRET}@example.org/{SECRET}")
    (told,) = examine(HERE, [a_check(network.sending)])
    assert (told.finding.state, SECRET in str(told)) == ("wrong", False)
    monkeypatch.setenv("KRONVIS_NOTIFY", f"https://example.org/{SECRET}?key={SECRET}")
    (told,) = examine(HERE, [a_check(network.sending)])
    assert (told.finding.state, SECRET in str(told)) == ("fine", False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{SECRET}@example.org")
    (told,) = examine(replace(HERE, send_to=Place("bucket", "")), [a_check(network.sending)])
    assert (told.finding.state, SECRET in str(told)) == ("wrong", False)


CONFIG: Final = json.dumps({"maxDataCells": 150_000, "maxCallsPerTimeWindow": 30, "timeWindow": 10}).encode()


def test_scb_that_answers_is_fine() -> None:
    with serving(http(200, CONFIG)) as server:
        assert network.scb(replace(HERE, scb_url=server.url)).state == "fine"
        assert [request.splitlines()[0] for request in server.requests] == [b"GET /config HTTP/1.1"]


@pytest.mark.parametrize(
    "answer", [http(503, b""), http(200, b"<html>"), http(302, b"", {"Location": "https://example.org"}), reset, silent]
)
def test_scb_that_does_not_is_a_note_and_soon(answer: Any) -> None:
    began = time.monotonic()
    with serving(answer) as server:
        assert network.scb(replace(HERE, scb_url=server.url), seconds=0.5 if answer is silent else 60).state == "note"
        assert len(server.requests) <= 1, "asked once"
    assert time.monotonic() - began < 30


def test_a_name_that_is_looked_up_for_ever_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_waits = threading.Event()

    def stuck(*_arguments: object, **_options: object) -> Any:
        nobody_waits.wait(60)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", stuck)
    began = time.monotonic()
    assert network.scb(replace(HERE, scb_url=SCB_URL), seconds=0.2).state == "note"
    assert time.monotonic() - began < 30
    nobody_waits.set()


@pytest.mark.parametrize("url", ["https://example.org/api", f"https://u:{SECRET}@example.org", "https://[", ""])
def test_nobody_else_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(network, "_asked", lambda *given: asked.append(given))
    finding = network.scb(replace(HERE, scb_url=url))
    assert (finding.state, SECRET in str(finding), asked) == ("note", False, [])


@pytest.mark.parametrize(
    ("encoding", "columns", "state"), [("utf-8", 120, "fine"), ("utf-8", 60, "note"), ("ascii", 120, "note")]
)
def test_a_terminal(encoding: str, columns: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert surroundings.terminal(HERE).state == state


def test_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert surroundings.browser(HERE).state == "fine"
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert surroundings.browser(HERE).state == "note"


# --- how it is shown --------------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> list[Told]:
    bad = Finding("wrong", Text("trasigt\x1b[2J", "broken\x1b[2J"), Text("laga", "mend"))
    return [Told(a_check(fine), fine(HERE)), Told(Check("b", Text("Sak", "Thing"), fine), bad)]


def test_it_is_shown_in_either_language_and_cannot_act(told: list[Told], capsys: pytest.CaptureFixture[str]) -> None:
    show(told, "sv")
    show(told[:1], "en")
    assert capsys.readouterr().out.splitlines() == [
        "bra    En: bra",
        "fel    Sak: trasigt\ufffd[2J",
        "       → laga",
        "Inte i ordning: Sak",
        "fine   A: well",
        "All that a run needs is there.",
    ]


@pytest.mark.parametrize("width", [40, 80])
def test_a_line_is_wrapped_within_the_terminal(width: int) -> None:
    console = HarmlessConsole(width=width, file=io.StringIO(), force_terminal=True)
    show_begun("wrong  ", "a word " * 30, "bold red", console)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue()).splitlines()  # type: ignore[attr-defined]  # StringIO
    assert len(lines) > 2
    assert max(map(len, lines)) <= width
    assert all(re.match(r" {7}\S", line) for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == "wrong " + " ".join(["a word"] * 30)


def test_without_a_package_the_doctor_still_says_so() -> None:
    """polars, of all, taken away: most checks need it, and so does what colours the output."""
    script = "import sys; sys.modules['polars'] = None\nfrom pipelines.__main__ import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, "doctor", "--offline", "--lang", "sv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "ModuleNotFoundError" in done.stdout
    assert "(polars)" in done.stdout
    assert "bra    Python" in done.stdout


def test_folders_are_told_also_where_the_settings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable is none, as for a run; a link to itself ends no diagnosis."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("KRONVIS_SOURCE", "nonsense")
    monkeypatch.setenv("KRONVIS_DATA", "")
    settings, refusal = settings_as_far_as_known(tmp_path / "loop")
    assert (settings.data, settings.out) == (DATA, tmp_path / "loop")
    assert refusal is not None
