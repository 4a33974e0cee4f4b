"""The sentinel on drawn errors and on real ones; `benchmarks/sentinel.py` is the long form."""

import ast
from dataclasses import replace
from functools import cache

import pytest

from assets.verification.sentinel.examine import examine
from assets.verification.sentinel.table import Alarm
from benchmarks.corrupted_tables import CORRUPTIONS, Line, Sheet
from benchmarks.sentinel import Case, all_cases, printed, published_sheets, score_exact, score_near, score_pairs
from schemas.vocabulary import ALARM_KINDS
from tests.domain import ROOT


@cache
def cases() -> list[Case]:
    return all_cases()


def the_case(year: int, pot_id: str) -> Case:
    return next(case for case in cases() if (case.pot.year, case.pot.pot_id) == (year, pot_id))


def the_sheet(case: Case) -> Sheet:
    return next(sheet for found, sheet in published_sheets([case]) if found is case)


def dalarna() -> tuple[Case, Sheet]:
    """The 15 municipal amounts of 2025, held against what is on file for them: solved head counts."""
    case = the_case(2025, "children-youth-municipality")
    return case, the_sheet(case)


def told(alarms: tuple[Alarm, ...]) -> list[tuple[str, set[str]]]:
    return [(alarm.kind, set(alarm.recipient_codes)) for alarm in alarms]


def test_nearly_every_error_is_found_and_named_and_no_right_table_alarms() -> None:
    score = score_exact(cases(), 170, clean=2)
    assert score.false_alarms == 0
    assert score.clean == 2 * len(cases()) + 3, "three published tables among them"
    assert score.found.total() >= 0.99 * 170
    assert score.explained.total() >= 0.95 * 170


def test_on_near_counts_right_tables_stay_silent() -> None:
    score = score_near(cases(), 68, clean=1)
    assert score.false_alarms == 0
    assert score.found.total() >= 0.85 * 68


def test_two_errors_do_not_hide_each_other() -> None:
    count, found, explained = score_pairs(cases(), 30)
    assert found == count
    assert explained >= 0.9 * count


def test_errors_are_drawn_without_the_sentinel() -> None:
    source = (ROOT / "benchmarks" / "corrupted_tables.py").read_text(encoding="utf-8")
    modules = {node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert not any("assets" in str(module) for module in modules)
    assert set(CORRUPTIONS) == set(ALARM_KINDS)


@pytest.mark.parametrize(
    ("year", "pot_id", "rows"),
    [(2025, "children-youth-municipality", 15), (2022, "womens-health-population", 21)],
)
def test_published_tables_are_right_to_the_krona(year: int, pot_id: str, rows: int) -> None:
    case = the_case(year, pot_id)
    sheet = the_sheet(case)
    assert len(sheet.lines) == rows
    for reference in (case.exact, case.near):
        assert examine(printed(replace(sheet, total_sek=sheet.sum_sek)), reference) == ()


@pytest.mark.parametrize("off", [-1, 1])
def test_a_krona_in_any_of_the_amounts_of_dalarna(off: int) -> None:
    case, sheet = dalarna()
    for line in sheet.lines:
        wrong = sheet.with_amounts({line.code: line.amount_sek + off})
        (alarm,) = examine(printed(wrong), case.exact)
        assert (alarm.recipient_codes, alarm.corrected_sek) == ((line.code,), line.amount_sek)
        # One krona less, Orsa has to the krona what the count of a year later would give it.
        kinds = {alarm.kind, *(each["kind"] for each in alarm.evidence.get("candidates", []))}
        assert "off_by_kronor" in kinds
        assert alarm.kind == "off_by_kronor" or line.code == "2034"


def test_gagnef_and_sater_in_each_others_place() -> None:
    """1 949 kr apart: nothing a reader would see."""
    case, sheet = dalarna()
    wrong = sheet.with_amounts({"2026": sheet.amount_of("2082"), "2082": sheet.amount_of("2026")})
    assert told(examine(printed(wrong), case.exact)) == [("recipients_swapped", {"2026", "2082"})]


def test_the_error_of_2015() -> None:
    """Upplands Väsby and Upplands-Bro had each other's head counts in a table of all municipalities."""
    case = the_case(2016, "action-plans-municipality")
    people = dict(case.pot.people)
    people["0114"], people["0139"] = people["0139"], people["0114"]
    amounts = case.pot.by_people(people)
    sheet = Sheet(tuple(Line(code, code, amounts[code]) for code in sorted(amounts)), None, covers_all=True)
    (alarm,) = examine(printed(sheet), case.exact)
    assert told((alarm,)) == [("recipients_swapped", {"0114", "0139"})]
    assert "Upplands Väsby (0114) och Upplands-Bro (0139)" in alarm.message.sv
    assert told(examine(printed(sheet), case.near)) == [("recipients_swapped", {"0114", "0139"})]


def test_amounts_of_2023_in_the_table_of_2024() -> None:
    """As a county printed them for 2024: the amounts of the year before, looking quite like those of the year."""
    case = the_case(2024, "suicide-prevention-county")
    amounts = {**case.pot.amounts, "20": 5_484_559}
    sheet = Sheet(tuple(Line(code, None, amount) for code, amount in amounts.items()), None, covers_all=True)
    (alarm,) = examine(printed(sheet), case.exact)
    assert (alarm.kind, alarm.recipient_codes, alarm.evidence["year"]) == ("stale_row", ("20",), 2023)
    assert alarm.corrected_sek == 5_445_343
    alone = examine(printed(replace(sheet, lines=(Line("20", None, 5_484_559),))), case.exact)
    assert (alone[0].kind, alone[0].evidence["year"]) == ("stale_row", 2023)
