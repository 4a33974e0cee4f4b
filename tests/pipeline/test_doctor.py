"""The command `kronvis doctor` on a history that a test may spoil: its words, its data, its exit code."""

from typing import Any

from pipelines.operations.doctor import CHECKS, NETWORK
from tests.published import Published


def _state_of(answer: Any, name: str) -> str:
    (state,) = [check["state"] for check in answer.json()["checks"] if check["name"] == name]
    return str(state)


def test_all_is_well(kronvis: Any) -> None:
    answer = kronvis("doctor", "--offline", "--json")
    assert answer.code == 0, answer.out
    assert {check["name"] for check in answer.json()["checks"]} == {
        "settings",
        *(check.name for check in CHECKS),
    } - NETWORK
    assert _state_of(answer, "published") == "fine"
    assert "All that a run needs is there." in kronvis("doctor", "--offline").out
    assert "Publicerat: " in kronvis("doctor", "--offline", "--lang", "sv").out


def test_damage_that_readers_would_see_is_wrong(kronvis: Any, own_history: Published) -> None:
    file = own_history.version.folder / "pots" / "pots_2025.parquet"
    file.unlink()
    answer = kronvis("doctor", "--offline", "--json")
    assert (answer.code, answer.json()["state"], _state_of(answer, "published")) == (1, "wrong", "wrong")
    assert "pots_2025.parquet" in answer.out


def test_changed_inputs_and_nothing_published_are_notes(kronvis: Any, own_history: Published) -> None:
    with (own_history.settings.data / "agreements/psykisk-halsa/2024.yaml").open("a", encoding="utf-8") as handle:
        handle.write("# looked at again\n")
    answer = kronvis("doctor", "--offline", "--json")
    assert (answer.code, _state_of(answer, "published")) == (0, "note")
    (own_history.settings.out / "current").unlink()
    answer = kronvis("doctor", "--offline", "--json")
    assert (answer.code, _state_of(answer, "published")) == (0, "note")


def test_a_language_that_is_not_spoken_is_refused(kronvis: Any) -> None:
    assert kronvis("doctor", "--offline", "--lang", "fi").code == 2
