"""What Kronvis is made of is pinned by hash and named, and Dagster is told to call nobody."""

import re
import tomllib
from typing import Final

import pytest
import yaml

from docs.licences import COPYLEFT, PAGE, licence, locked, page
from tests.domain import ROOT

LOCKS: Final = {name: ROOT / "locks" / f"{name}.txt" for name in ("run", "dev", "tools")}
DIRECT: Final = re.compile(r"(?m)^[^#\n]*(?: @ |://|^-e |^\s*git\+)")
# Weak copyleft, by file, and used unchanged; a new one is a decision for a person.
COPYLEFT_IN_USE: Final = {"certifi", "orjson", "tqdm"}


def entries(lock: str) -> list[str]:
    """The requirements of a lock file's text, each with its continued lines."""
    return [one for one in re.split(r"(?m)^(?=\S)", lock) if one.strip() and not one.startswith("#")]


def unpinned(lock: str) -> list[str]:
    """Requirements that are not one version with at least one hash."""
    name, marker = r"[a-z0-9.-]+(?:\[[a-z0-9,-]+\])?", r"(?: ; [^\\\n]+)?"
    hashes, comments = r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n", r"(?:    #.*\n?)*"
    pinned = re.compile(rf"{name}==[^\s;\\]+{marker}{hashes}{comments}")
    return [one.splitlines()[0] for one in entries(lock) if not pinned.fullmatch(one)]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_one_version_with_hashes(name: str) -> None:
    text = LOCKS[name].read_text(encoding="utf-8")
    assert len(entries(text)) > 20
    assert unpinned(text) == []
    assert not DIRECT.search(text), "no package comes from an address of its own"


def test_what_is_not_pinned_would_be_found() -> None:
    hashed = " \\\n    --hash=sha256:" + 64 * "a" + "\n"
    assert unpinned("one==1.0" + hashed) == []
    for bad in ("one==1.0\n", "one>=1.0" + hashed, "one @ https://example.org/one.whl" + hashed):
        assert len(unpinned("good==2" + hashed + bad)) == 1
    for bad in ("one @ file:one.whl\n", "git+https://example.org/one\n", "-e ./one\n", "x==1\none @ git+ssh://x\n"):
        assert DIRECT.search(bad), bad


def test_what_runs_is_what_is_tested() -> None:
    run, dev = locked(LOCKS["run"]), locked(LOCKS["dev"])
    assert run
    assert {name: dev.get(name) for name in run} == run


def test_direct_dependencies_are_names_with_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for wanted in project["dependencies"]:
        assert re.fullmatch(r"[A-Za-z0-9.-]+(?:\[[a-z]+\])?(?:~=[0-9.]+|>=[0-9.]+,<[0-9.]+)", wanted), wanted


def test_the_page_of_licences_says_what_the_packages_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m docs.licences"
    assert not re.search(r"(?m)^\| [^|]+ \| *\|", page()), "every package says its licence"


def test_no_copyleft_comes_in_unseen() -> None:
    on_page = set(re.findall(r"(?m)^\| ([a-z0-9.-]+) \|", PAGE.read_text(encoding="utf-8"))) - {"package"}
    assert {name for name in on_page if COPYLEFT.search(licence(name))} == COPYLEFT_IN_USE


def test_dagster_is_told_to_send_nothing() -> None:
    instance = yaml.safe_load((ROOT / "deploy/dagster_home/dagster.yaml").read_text(encoding="utf-8"))
    assert instance["telemetry"] == {"enabled": False}
    assert "DAGSTER_DISABLE_TELEMETRY=1\n" in (ROOT / "deploy/systemd/kronvis.env").read_text(encoding="utf-8")
