"""The harness of the benchmarks counts right, and the page shows the records on file."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from benchmarks import page
from benchmarks.__main__ import SPEED
from benchmarks.harness import (
    Result,
    Row,
    as_json,
    as_markdown,
    at_least,
    at_most,
    exponent,
    in_turns,
    run_process,
)

SLOW, QUICK = Row("slow", (4.0, 5.0, 9.0), {"peak_mib": 1234.5}), Row("quick", (0.5, 0.5, 0.4))


def a_result() -> Result:
    targets = (at_most("quick against slow", 0.1, 0.5), at_least("slow against quick", 10, 20, "s"))
    return Result("made_up", "A title", "What is done.", "quick", (SLOW, QUICK), targets, ("a remark",))


def test_medians_and_targets() -> None:
    result = a_result()
    assert (result.median("slow"), result.median("quick")) == (5.0, 0.5)
    assert [target.is_met for target in result.targets] == [True, False]
    assert [target.wanted for target in result.targets] == ["≤ 0.5 ×", "≥ 20 s"]
    assert at_most("exactly", 2, 2).is_met
    assert at_least("exactly", 2, 2).is_met


def test_a_record_as_a_section() -> None:
    section = as_markdown(json.loads(as_json(a_result())))
    assert "| slow | 5 | 4–9 | 10 | 1234 |" in section
    assert "| quick | 0.5 | 0.4–0.5 | 1 |  |" in section
    assert "| quick against slow | ≤ 0.5 × | 0.1 × | met |" in section
    assert "| slow against quick | ≥ 20 s | 10 s | **not met** |" in section
    assert section.endswith("- a remark\n")


def test_linear_and_quadratic_work() -> None:
    work = [10, 100, 1000]
    assert exponent(work, [3 * one for one in work]) == pytest.approx(1)
    assert exponent(work, [one**2 for one in work]) == pytest.approx(2)


def test_contenders_take_turns_after_a_warm_up() -> None:
    calls: list[str] = []
    rows = in_turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, repeats=2)
    assert "".join(calls) == "ababab"
    assert [len(row.seconds) for row in rows] == [2, 2]


MEASURED: Final = """
import sys
from benchmarks.harness import processes_in_turns
large = [sys.executable, "-c", "x = bytearray(200_000_000)"]
idle = [sys.executable, "-c", "import time; time.sleep(1)"]
for row in processes_in_turns({"large": lambda: large, "idle": lambda: idle}, 1):
    print(row.median, row.also["cpu_s"], row.also["peak_mib"])
"""


def test_a_process_is_measured_by_itself() -> None:
    """Its memory and time are its own, not those of the process before it; from a small parent, since peaks inherit."""
    said = run_process([sys.executable, "-c", MEASURED]).printed
    (_, _, large_mib), (idle_s, idle_cpu_s, idle_mib) = (map(float, line.split()) for line in said.splitlines())
    assert large_mib > idle_mib + 150
    assert idle_s > 1 > idle_cpu_s


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run_process([sys.executable, "-c", "raise SystemExit('told on the way')"])
    assert raised.value.__notes__ == ["told on the way\n"]


def test_the_environment_of_a_contender() -> None:
    command = [sys.executable, "-c", "import os; print(os.environ['ASKED'])"]
    assert run_process(command, {"ASKED": "here"}).printed == "here\n"


def test_the_page_shows_the_records_on_file() -> None:
    said = page.PAGE.read_text(encoding="utf-8")
    assert said == page.with_measured(said, page.results()), "make it anew: python -m benchmarks.page"
    assert [said.count(f"### {record['title']}") for record in page.results()] == [1] * len(SPEED)


def test_another_record_makes_another_page(tmp_path: Path) -> None:
    said = page.PAGE.read_text(encoding="utf-8")
    records = page.results()
    for record in records:
        (tmp_path / f"{record['id']}.json").write_text(json.dumps({**record, "title": "Something else"}))
    assert page.with_measured(said, page.results(tmp_path)) != said
    with pytest.raises(FileNotFoundError):
        page.results(tmp_path / "nowhere")


def test_time_is_what_the_clock_says() -> None:
    (row,) = in_turns({"waits": lambda: time.sleep(0.02)}, repeats=3)
    assert row.median >= 0.02
