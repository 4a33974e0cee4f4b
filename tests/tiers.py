"""Tiers of tests are the folders of `tests/`: what each costs is told at the end, and the fast ones are kept fast.

`conftest.py` takes up the hooks; nothing here knows what is tested.
"""

from collections.abc import Generator, Iterable
from pathlib import PurePosixPath
from typing import Final, NamedTuple

import pytest

# `make test-fast`: no published history, no browser, so that they can be run after every change.
FAST: Final = ("unit", "property")
SLOW_FIXTURES: Final = frozenset({"history", "whole_history", "own_history", "browser"})


class Cost(NamedTuple):
    """Tests of a tier and the seconds they took, fixtures included; on several processes, added up."""

    tests: int
    seconds: float
    failed: int


def tier_of(nodeid: str) -> str:
    """The folder below `tests/` that a test lies in; `other` for what lies elsewhere."""
    parts = PurePosixPath(nodeid.partition("::")[0]).parts
    return parts[1] if len(parts) > 2 and parts[0] == "tests" else "other"


def slow_in_fast(tests: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Tests of the fast tiers that ask for a slow fixture, each with it; `tests` are node ids and fixture names."""
    return [
        f"{nodeid} asks for {', '.join(sorted(slow))}"
        for nodeid, names in tests
        if tier_of(nodeid) in FAST and (slow := SLOW_FIXTURES & set(names))
    ]


def costs(reports: Iterable[pytest.TestReport]) -> dict[str, Cost]:
    """What each tier cost, the dearest first."""
    found: dict[str, Cost] = {}
    for report in reports:
        before = found.get(tier_of(report.nodeid), Cost(0, 0.0, 0))
        is_outcome = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
        found[tier_of(report.nodeid)] = Cost(
            before.tests + is_outcome, before.seconds + report.duration, before.failed + report.failed
        )
    return dict(sorted(found.items(), key=lambda one: -one[1].seconds))


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, object, object]:
    """A test of a fast tier that needs what is slow is an error of collecting its file."""
    made = yield
    items = [one for one in made if isinstance(one, pytest.Function)] if isinstance(made, list) else []
    found = slow_in_fast((item.nodeid, item.fixturenames) for item in items)
    if found:
        tiers = " and ".join(f"tests/{tier}" for tier in FAST)
        raise pytest.Collector.CollectError(
            f"{tiers} are for fast tests; tests/integration and tests/pipeline for others: {found[0]}"
        )
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests and seconds per tier; reports of other processes have come in here too."""
    everything = [one for kind in terminalreporter.stats.values() for one in kind if isinstance(one, pytest.TestReport)]
    found = costs(everything)
    if not found:
        return
    terminalreporter.section("tiers, seconds of all processes", sep="-")
    for tier, cost in found.items():
        failed = f", {cost.failed} failed" if cost.failed else ""
        terminalreporter.line(f"{tier:<12}{cost.tests:>6} tests{cost.seconds:>9.1f} s{failed}")
