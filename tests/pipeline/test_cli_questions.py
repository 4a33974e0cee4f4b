"""The commands that answer questions: inspect, infer, explain, what-if, forecast, county; their answers and exits."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.documents import csv_file, html_page
from tests.domain import DATA

HEADER = ("Kommun", "Belopp, kr")


def dalarna(**changed: int) -> list[tuple[str, int]]:
    """The 15 amounts of 2025, some of them changed."""
    with (DATA / "published/psykisk-halsa.csv").open(encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["year"] == "2025" and row["recipient_type"] == "municipality"
        ]
    return [(row["recipient_name"], changed.get(row["recipient_name"], int(row["amount_sek"]))) for row in rows]


def saved(folder: Path, name: str, body: bytes) -> str:
    (folder / name).write_bytes(body)
    return str(folder / name)


def test_inspect_a_right_document(kronvis: Any, tmp_path: Path) -> None:
    file = saved(tmp_path, "split.html", html_page(dalarna(), header=HEADER))
    answer = kronvis("inspect", file, "--json")
    told = answer.json()
    assert (answer.code, told["verdicts"], told["findings"]) == (0, {"exact": 15}, [])
    assert {row["column"] for row in told["figures"]} == {2}
    assert "15 stämmer på kronan" in kronvis("inspect", file, "--lang", "sv").out


@pytest.mark.parametrize(("lang", "place"), [("sv", "sidan 1, rad 2, kolumn 2"), ("en", "page 1, row 2, column 2")])
def test_inspect_says_where_in_the_language_asked_for(kronvis: Any, tmp_path: Path, lang: str, place: str) -> None:
    file = saved(tmp_path, "odd.csv", b"Kommun;Belopp\nFalun;123457\nOrsa;123458\n")
    assert f"? {place}: 123457" in kronvis("inspect", file, "--lang", lang).out


def test_inspect_a_wrong_document_ends_with_1_and_names_cause_and_right_amount(kronvis: Any, tmp_path: Path) -> None:
    file = saved(tmp_path, "split.csv", csv_file(dalarna(Falun=1309762, Orsa=105518), header=HEADER))
    answer = kronvis("inspect", file)
    shown = " ".join(answer.out.replace("\u00a0", " ").split())
    assert answer.code == 1
    assert "two digits have changed places, right is SEK 1,309,672" in shown
    assert "the base amount is left out, right is SEK 305,518" in shown


def test_inspect_saves_for_review_and_never_over_a_file(kronvis: Any, tmp_path: Path) -> None:
    file = saved(tmp_path, "split.csv", csv_file(dalarna(), header=HEADER))
    review = tmp_path / "review.csv"
    assert kronvis("inspect", file, "--save", str(review)).code == 0
    before = review.read_bytes()
    answer = kronvis("inspect", file, "--save", str(review))
    assert (answer.code, review.read_bytes()) == (2, before)
    assert "exists" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("inspect", "nowhere.pdf"), 2, "there is no file"),
        (("inspect", "{file}", "--year", "1999"), 2, "there is no agreement for 1999"),
        (("inspect", "{file}", "--programme", "psykisk-halso"), 2, "did you mean psykisk-halsa?"),
        (("inspect", "{file}", "--lang", "no"), 2, "it is sv or en"),
        (("inspect", "{junk}"), 1, "junk.pdf"),
        (("infer", "{file}", "--pot", "250000000", "--totals", "5..1"), 1, "a range begins at 1 or later"),
        (("infer", "{file}", "--pot", "250000000", "--totals", "many"), 2, "write --totals"),
        (("infer", "{file}", "--pot", "1000", "--base", "200000"), 1, "leave"),
        (
            ("infer", "{file}", "--pot", "250000000", "--totals", "1..99999999"),
            2,
            "99,999,999 totals; at most 20,000,000",
        ),
        (("infer", "{file}", "--pot", "-1"), 2, "--pot"),
        (("infer", "{file}", "--pot", "1000", "--base", "-5"), 2, "--base"),
        (("infer", "{file}", "--pot", "1000", "--base", str(10**20)), 2, "--base"),
        (("infer", "{file}", "--pot", "1000", "--recipients", "0"), 2, "--recipients"),
        (("infer", "{file}", "--pot", "1000", "--recipients", str(10**25)), 2, "--recipients"),
        (("infer", "{file}", "--pot", "1000", "--ages", "x"), 2, "a band such as 0-18"),
        (("infer", "{file}", "--pot", "1000", "--ages", "18-0"), 2, "a band such as 0-18"),
        (("infer", "{file}", "--pot", "1000", "--date", "2024-W44-5"), 2, "write it as 2024-11-01"),
        (("infer", "{file}", "--pot", "1000", "--lang", "no"), 2, "it is sv or en"),
        (("explain", "2025", "Falum"), 2, "Falun"),
        (("explain", "1999", "Falun"), 2, "years published"),
        (("what-if", "nowhere.yaml"), 2, "nowhere.yaml"),
        (("forecast", "2025"), 2, "2025"),
        (("county", "check", "nowhere.csv"), 2, "there is no file"),
        (("fetch", "documents", "--id", "nobody"), 2, "registered are"),
    ],
)
def test_what_cannot_be_answered_ends_in_one_message(
    kronvis: Any, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    places = {
        "file": saved(tmp_path, "split.csv", csv_file(dalarna(), header=HEADER)),
        "junk": saved(tmp_path, "junk.pdf", bytes(range(256)) * 9),
    }
    answer = kronvis(*(argument.format(**places) for argument in arguments))
    assert (answer.code, says in answer.err, answer.out) == (code, True, ""), answer.err


def test_infer_solves_the_table_and_says_when_it_cannot(kronvis: Any, tmp_path: Path) -> None:
    asked = ("--pot", "250000000", "--base", "200000", "--ages", "0-18", "--json")
    whole = saved(tmp_path, "all.csv", csv_file(dalarna(), header=HEADER))
    told = kronvis("infer", whole, *asked).json()
    assert (told["verdict"], told["total"], told["solutions"]["nearest"]) == ("unique", 2265405, 1)
    assert {row["recipient_code"]: row["population"] for row in told["head_counts"]}["2080"] == 13093
    three = saved(tmp_path, "three.csv", csv_file(dalarna()[:3], header=HEADER))
    told = kronvis("infer", three, *asked).json()
    assert (told["verdict"], told["head_counts"]) == ("ambiguous", [])
    assert 2265405 in told["totals"]["nearest"]


def test_explain_gives_the_formula_in_both_languages(kronvis: Any) -> None:
    swedish = kronvis("explain", "2025", "Falun").out.replace("\u00a0", " ")
    assert "200 000 + (250 000 000 − 290 · 200 000) · 13 093 / 2 265 405 = 1 309 671,78" in swedish
    english = kronvis("explain", "2025", "2080", "--lang", "en").out.replace("\u00a0", " ")
    assert "200,000 + (250,000,000 − 290 · 200,000) · 13,093 / 2,265,405 = 1,309,671.78" in english


def test_what_if_tells_who_wins_and_writes_beside_what_is_published(kronvis: Any, own_history: Any) -> None:
    before = own_history.hashes()
    told = kronvis("what-if", str(DATA / "reforms/base-300000.yaml"), "--json").json()
    assert (told["headline"]["winners"], told["headline"]["losers"]) == (213, 77)
    assert own_history.hashes() == before
    assert list((own_history.settings.out / "scenarios/base-300000").rglob("*.parquet"))


def test_forecast_is_labelled(kronvis: Any) -> None:
    answer = kronvis("forecast", "2026", "Falun", "--lang", "en")
    assert answer.code == 0
    assert "not decided" in answer.out


def test_a_form_can_be_written_filled_in_and_checked(kronvis: Any, tmp_path: Path) -> None:
    form = tmp_path / "dalarna.csv"
    assert kronvis("county", "template", "2025", "Dalarna", str(form)).code == 0
    assert kronvis("county", "check", str(form)).code == 0
    reported = kronvis("county", "check", str(DATA / "follow_up/psykisk-halsa/2024-20.csv"), "--json")
    assert (reported.code, reported.json()["errors"]) == (1, 2)


def test_dictionary_as_json_has_what_lies_apart_too(kronvis: Any) -> None:
    names = {table["name"] for table in json.loads(kronvis("dictionary", "--json").out)}
    assert {"allocations", "scenario", "scenario_grid"} <= names
