"""The command line as a person and as a machine use it: output, messages, exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.terminal.ending import EXIT_BUG
from tests.domain import ROOT
from tests.published import Published


def test_verify_as_json(kronvis: Any) -> None:
    answer = kronvis("verify", "--year", "2024", "--json")
    assert answer.code == 0
    result = answer.json()
    assert result["years"] == [2024]
    assert result["verdicts"]["mismatch"] == 0
    assert sum(result["verdicts"].values()) == len(result["figures"])
    assert answer.err == ""


def test_verify_for_people(kronvis: Any) -> None:
    answer = kronvis("verify", "--years", "2023..2024")
    assert answer.code == 0
    assert "21,724,100" in answer.out.replace("\u00a0", " ")
    assert "explained" in answer.out
    assert "no_rule" in answer.out


def test_verify_ends_with_1_on_a_mismatch(kronvis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.answers import verify

    real = verify.verification

    def with_mismatch(*arguments: Any) -> dict[str, Any]:
        result = real(*arguments)
        return {**result, "verdicts": {**result["verdicts"], "mismatch": 1}}

    monkeypatch.setattr(verify, "verification", with_mismatch)
    assert kronvis("verify", "--year", "2024").code == 1


def test_status_tells_stale_and_damaged(kronvis: Any, own_history: Published) -> None:
    assert kronvis("status").code == 0
    assert kronvis("status", "--json").json()["stale_years"] == []
    rules = own_history.settings.data / "agreements/psykisk-halsa/2024.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "# remark\n", encoding="utf-8")
    assert kronvis("status", "--json").json()["stale_years"] == [2024, 2025], "2025 tells the change from 2024"
    file = own_history.version.folder / "pots/pots_2016.parquet"
    file.unlink()
    answer = kronvis("status", "--json")
    assert (answer.code, answer.json()["damaged"]) == (1, ["pots/pots_2016.parquet"])
    assert kronvis("verify", "--year", "2016").code == 0, "the other tables are still whole"


def test_a_damaged_table_is_not_read(kronvis: Any, own_history: Published) -> None:
    file = own_history.version.folder / "reconciliation/reconciliation_2024.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)
    answer = kronvis("verify", "--year", "2024")
    assert (answer.code, "not what was published" in answer.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("run", "--year", "2015"), 2, "no agreement for 2015"),
        (("run", "--years", "2024..2031"), 2, "no agreement for 2027"),
        (("run", "--years", "2025..2024"), 2, "--years 2024..2025"),
        (("run", "--years", "recent"), 2, "--years 2023..2025"),
        (("run", "--programme", "kvinors-halsa"), 2, "did you mean kvinnors-halsa"),
        (("run", "--programme", "kvinnors-halsa", "--year", "2023"), 2, "it has 2022, 2024"),
        (("verify", "--year", "2031"), 2, "not published"),
        (("verify", "--out", "/nonexistent/nothing"), 2, "kronvis run"),
        (("run", "--yeer", "2025"), 2, "--yeer"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_mistakes_get_a_message_with_the_way_out(
    kronvis: Any, arguments: tuple[str, ...], code: int, message: str
) -> None:
    answer = kronvis(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err
    assert "Traceback" not in answer.err


def test_run_tells_the_outcome_as_json(kronvis: Any) -> None:
    answer = kronvis("run", "--programme", "kvinnors-halsa", "--json")
    result = answer.json()
    assert (answer.code, result["years"]) == (0, [2022, 2024])
    row = next(row for row in result["agreements"] if (row["programme"], row["year"]) == ("kvinnors-halsa", 2024))
    assert row["exact"] == 21
    assert row["verified_sek"] + row["inferred_sek"] + row["unknown_sek"] == row["agreement_total_sek"]


def test_a_bug_is_told_apart_from_refused_data(kronvis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("pipelines.answers.verify.verification", broken)
    answer = kronvis("verify")
    assert answer.code == EXIT_BUG
    assert "bug in Kronvis" in answer.err


@pytest.mark.parametrize("command", ["run", "verify", "status", "diff", "rollback", "dictionary"])
def test_every_command_explains_itself_with_an_example(kronvis: Any, command: str) -> None:
    answer = kronvis(command, "--help")
    assert answer.code == 0
    assert "Example: kronvis" in answer.out


def test_python_m_pipelines_is_kronvis(own_history: Published) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "status", "--out", str(own_history.settings.out), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout)["version"] == own_history.version.id


def test_reading_commands_do_not_import_dagster(own_history: Published) -> None:
    code = (
        "import sys, pipelines.commands.app, pipelines.answers.verify, pipelines.terminal.verify; "
        "sys.exit('dagster' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=120).returncode == 0


def test_the_dictionary_page_is_current(kronvis: Any) -> None:
    page = Path(ROOT / "docs/reference/data-dictionary.md").read_text(encoding="utf-8")
    assert kronvis("dictionary").out == page, "run `make dictionary`"


def test_a_mismatch_is_published_and_ends_the_run_with_1(kronvis: Any, own_history: Published) -> None:
    figures = own_history.settings.data / "published/psykisk-halsa.csv"
    text = figures.read_text(encoding="utf-8")
    assert "8947874" in text
    figures.write_text(text.replace("8947874", "8947875"), encoding="utf-8")
    answer = kronvis("run", "--year", "2024")
    assert answer.code == 1
    assert "differs without a named cause" in answer.err
    rows = own_history.table("reconciliation", 2024).filter(verdict="mismatch")
    assert dict(rows.select("pot_id", "difference_sek").rows())["complex-needs-county"] == -1
    assert kronvis("verify", "--year", "2024").code == 1


def test_readers_are_led_back_to_an_earlier_version(kronvis: Any, own_history: Published) -> None:
    first = own_history.version.id
    assert kronvis("rollback").code == 2, "there is nothing before the first version"
    file = own_history.settings.data / "agreements/psykisk-halsa/2018.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert kronvis("run", "--year", "2018").code == 0
    second = own_history.version.id
    answer = kronvis("rollback")
    assert answer.code == 0
    assert first in answer.err
    assert own_history.version.id == first
    assert kronvis("rollback", second[:26]).code == 0
    assert own_history.version.id == second
    assert kronvis("rollback", "2001").code == 2
