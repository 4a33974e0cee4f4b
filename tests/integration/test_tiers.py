"""The tiers: which a test is in, what each cost, and that no fast test asks for what is slow."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.domain import ROOT
from tests.tiers import FAST, SLOW_FIXTURES, costs, slow_in_fast, tier_of

pytest_plugins: Final = ["pytester"]

CONFTEST: Final = """
import pytest
from tests.tiers import pytest_pycollect_makeitem, pytest_terminal_summary

@pytest.fixture(scope="session")
def history(): return 1

@pytest.fixture
def own_history(history): return history
"""


@pytest.mark.parametrize(
    ("nodeid", "tier"),
    [
        ("tests/unit/test_one.py::test_it[a/b::c]", "unit"),
        ("tests/faults/injection/test_one.py::test_it", "faults"),
        ("tests/test_one.py::test_it", "other"),
        ("benchmarks/unit/test_one.py::test_it", "other"),
    ],
)
def test_the_tier_is_the_folder(nodeid: str, tier: str) -> None:
    assert tier_of(nodeid) == tier


def test_only_fast_tiers_may_not_ask_for_slow_fixtures() -> None:
    tests = [
        (f"tests/{tier}/test_one.py::test_it", [name, "tmp_path"])
        for tier in (*FAST, "pipeline")
        for name in (*sorted(SLOW_FIXTURES), "years")
    ]
    found = slow_in_fast(tests)
    assert len(found) == len(FAST) * len(SLOW_FIXTURES)
    assert found[0] == "tests/unit/test_one.py::test_it asks for browser"


def test_each_slow_fixture_exists() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("conftest.py"))
    assert [name for name in SLOW_FIXTURES if f"def {name}(" not in text] == []


def _report(nodeid: str, when: str, seconds: float, outcome: str = "passed") -> pytest.TestReport:
    return pytest.TestReport(nodeid, (nodeid, 1, nodeid), {}, outcome, None, when, duration=seconds)  # type: ignore[arg-type]  # literals


def test_a_tier_costs_what_its_tests_and_fixtures_do() -> None:
    reports = [
        _report("tests/unit/a.py::one", "setup", 1.0),
        _report("tests/unit/a.py::one", "call", 2.0),
        _report("tests/unit/a.py::one", "teardown", 0.5),
        _report("tests/unit/a.py::two", "setup", 0.5, "skipped"),
        _report("tests/golden/a.py::one", "setup", 8.0),
        _report("tests/golden/a.py::one", "call", 1.0, "failed"),
        _report("tests/golden/a.py::two", "setup", 1.0, "failed"),
    ]
    assert costs(reports) == {"golden": (2, 10.0, 2), "unit": (2, 4.0, 0)}
    assert list(costs(reports)) == ["golden", "unit"], "the dearest first"


@pytest.fixture
def world(pytester: pytest.Pytester) -> Path:
    """A project with our hooks and a test in each of two tiers."""
    tests = pytester.path / "tests"
    for tier in ("unit", "pipeline"):
        (tests / tier).mkdir(parents=True)
        (tests / tier / f"test_{tier}.py").write_text("def test_it(tmp_path): pass\n", encoding="utf-8")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tests / "__init__.py").touch()
    shutil.copy(ROOT / "tests/tiers.py", tests)
    return tests


@pytest.mark.parametrize("processes", [[], ["-n", "1"]], ids=["here", "xdist"])
def test_the_cost_of_each_tier_is_told_once(world: Path, pytester: pytest.Pytester, processes: list[str]) -> None:
    told = pytester.runpytest_subprocess(*processes, "tests").stdout.str()
    assert told.count("tiers, seconds of all processes") == 1
    for tier in ("unit", "pipeline"):
        (line,) = [line for line in told.splitlines() if line.startswith(f"{tier} ")]
        assert line.split()[1:3] == ["1", "tests"]


@pytest.mark.parametrize("processes", [[], ["-n", "1"]], ids=["here", "xdist"])
def test_a_fast_test_that_is_slow_is_an_error(world: Path, pytester: pytest.Pytester, processes: list[str]) -> None:
    (world / "pipeline/test_pipeline.py").write_text("def test_it(own_history): pass\n", encoding="utf-8")
    assert pytester.runpytest_subprocess(*processes, "tests").ret == pytest.ExitCode.OK
    (world / "unit/test_slow.py").write_text(
        "class TestIt:\n    def test_it(self, own_history): pass\n", encoding="utf-8"
    )
    result = pytester.runpytest_subprocess(*processes, "tests")
    assert result.ret != pytest.ExitCode.OK
    assert "tests/unit/test_slow.py::TestIt::test_it asks for history" in result.stdout.str()
