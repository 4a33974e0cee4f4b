"""The 18 points of a reproducible analytical pipeline: none is lost, the page says so, and each check can fail."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from docs import rap
from docs.rap import OPEN, PAGE, POINTS, Found, examined, lost, page
from tests.domain import ROOT, changed

BY_NAME: Final = {point.name: point for point in POINTS}
REVIEWED: Final = "Reviewed-by: Somebody Else <else@example.org>"
URLS: Final = '[project.urls]\nSource = "https://example.org/kronvis"\n\n[project.scripts]'

# One small fault per point: a file, what is taken out of it (None: the file itself), and what stands there instead.
FAULTS: Final[dict[str, tuple[str, str | None, str]]] = {
    "open-language": ("assets/allocation/allocate.py", None, ""),
    "readme": ("Makefile", "run: $(VENV)/run", "go: $(VENV)/run"),
    "unattended": ("Makefile", "\t$(BIN)/kronvis run\n", "\t$(BIN)/kronvis fetch documents\n\t$(BIN)/kronvis run\n"),
    "documented": (
        "pipelines/operations/doctor.py",
        '"""The worst state among all; fine if nothing was looked at."""',
        "...",
    ),
    "organised": ("LICENSE", None, ""),
    "standards": ("assets/apportion.py", "import ", "import os, sys\nimport "),
    "tested": ("Makefile", "python -m pytest -n 2", "python -m nothing"),
    "dependencies": ("locks/run.txt", None, ""),
    "logged": ("pipelines/commands/run.py", "        run_recorded(settings) as record,\n", ""),
    "tidy": ("schemas/tables/registry.py", None, ""),
    "packaged": ("pyproject.toml", 'kronvis = "pipelines.__main__:main"', 'kronvis = "pipelines.gone:main"'),
    "integrated": (".ci/run", "make test", "true"),
    "triggered": ("deploy/systemd/kronvis.timer", "OnCalendar=", "OnBootSec="),
    "signposted": ("schemas/product.py", 'VERSION: Final = "0', 'VERSION: Final = "9'),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Found]:
    return examined()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files, as they stand, without their history."""
    folder = tmp_path_factory.mktemp("copy")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith("data/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "data").mkdir()
    return folder


def test_no_point_is_lost_and_none_is_met_unnoticed(found: dict[str, Found]) -> None:
    assert [(point.level, point.name) for point in POINTS if point.name in lost(found)] == []
    assert {name for name, one in found.items() if not one.is_met} == OPEN, "a point that is met leaves OPEN"


def test_there_are_5_9_and_4_points() -> None:
    levels = [point.level for point in POINTS]
    assert [levels.count(level) for level in ("baseline", "silver", "gold")] == [5, 9, 4]
    assert len(BY_NAME) == 18
    assert {point.name for point in POINTS if point.missing} == OPEN, "what is open says what it needs"


def test_the_page_says_what_is_found(found: dict[str, Found]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found), "write it anew: python -m docs.rap --page"
    for point in POINTS:
        assert [place for place in point.where if not (ROOT / place).exists()] == []


def test_in_an_empty_folder_no_point_is_met(tmp_path: Path) -> None:
    found = examined(tmp_path)
    assert {name for name, one in found.items() if one.is_met} == set()
    assert set(lost(found)) == set(BY_NAME) - OPEN


@pytest.mark.parametrize("name", FAULTS)
def test_a_small_fault_loses_its_point(name: str, copied: Path) -> None:
    file, old, new = FAULTS[name]
    path = copied / file
    before = path.read_bytes()
    assert BY_NAME[name].check(copied).is_met
    try:
        if old is None:
            path.unlink()
        else:
            path.write_text(changed(path.read_text(encoding="utf-8"), old, new), encoding="utf-8")
        assert not BY_NAME[name].check(copied).is_met
    finally:
        path.write_bytes(before)


def test_long_functions_lose_their_point(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    short = "from schemas.field import Field\n\n\ndef one():\n    return 1\n"
    for text, is_met in ((short, True), (short + "def two():\n" + "    pass\n" * 60, False)):
        (tmp_path / "assets/some.py").write_text(text, encoding="utf-8")
        assert BY_NAME["reusable"].check(tmp_path).is_met == is_met


def test_a_review_and_a_public_address_would_be_seen(tmp_path: Path, copied: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=An Author", "-c", "user.email=author@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    for message, is_reviewed in (
        ("One", False),
        ("Two\n\nReviewed-by: An Author <author@example.org>", False),
        (f"Three\n\n{REVIEWED}", True),
    ):
        git("commit", "-q", "--allow-empty", "-m", message)
        assert BY_NAME["peer-review"].check(tmp_path).is_met == is_reviewed, message
    assert BY_NAME["version-control"].check(tmp_path).is_met
    for name, old, new in (
        ("pyproject.toml", "[project.scripts]", URLS),
        ("README.md", "# Kronvis\n", "# Kronvis\n\nhttps://example.org/kronvis\n"),
        ("LICENSE", "MIT", "MIT"),
    ):
        assert not BY_NAME["in-the-open"].check(tmp_path).is_met
        text = (copied / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(changed(text, old, new), encoding="utf-8")
    assert BY_NAME["in-the-open"].check(tmp_path).is_met


def test_a_lost_point_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    everything = {name: Found(is_met=name not in OPEN, counted="as counted") for name in BY_NAME}
    monkeypatch.setattr("sys.argv", ["rap"])
    monkeypatch.setattr(rap, "examined", lambda: everything)
    assert rap.main() == 0
    assert "16 of 18 points met" in capsys.readouterr().out
    monkeypatch.setattr(rap, "examined", lambda: {**everything, "tidy": Found(is_met=False, counted="25 of 26")})
    assert rap.main() == 1
    assert "LOST  silver    data is tidy, in and out: 25 of 26" in capsys.readouterr().out
