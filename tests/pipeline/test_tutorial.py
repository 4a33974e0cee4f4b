"""The tutorial, followed step by step in an empty folder: it shows what a reader sees."""

import re
from pathlib import Path
from typing import Final

import pytest

from docs.first_run import PAGE, StepFailed, followed
from tests.domain import ROOT

# All that may differ from one run to the next: the id of a version, which begins with the time.
VARIES: Final = re.compile(r"\b\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}\b")


def _compared(page: str) -> list[str]:
    return VARIES.sub("VERSION", page).splitlines()


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_tutorial_shows_what_its_steps_print(page: str, tmp_path: Path) -> None:
    assert _compared(followed(page, tmp_path)) == _compared(page), "follow it anew: python -m docs.first_run"
    published = tmp_path / "data/out/current"
    assert (published / "report/en/municipality/2034.html").is_file()
    assert len(VARIES.findall(page)) == 2


def test_the_tutorial_takes_every_step_that_it_promises(page: str) -> None:
    code = "".join(re.findall(r"```(?:bash|python)\n(.*?)```", page, flags=re.DOTALL))
    assert all(
        step in code for step in ("make run", "kronvis explain", "kronvis verify", "kronvis what-if", "pl.read_")
    )
    assert len(re.findall(r"```text\n", page)) == len(re.findall(r"```(?:bash|python)\n", page))
    assert "\n\t$(BIN)/kronvis run\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_another_output_is_seen(tmp_path: Path) -> None:
    page = "# A\n\n```bash\nprintf 'one\\n\\nthree'\n```\n\n```text\none\n```\n\nProse.\n\n```python\n1 + 1\n```\n"
    assert followed(page, tmp_path) == page.replace("text\none\n", "text\none\n\nthree\n")


def test_a_step_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"(?s)kronvis explain 1999 Orsa.*nothing is published"):
        followed("```bash\nkronvis explain 1999 Orsa\n```\n", tmp_path)
