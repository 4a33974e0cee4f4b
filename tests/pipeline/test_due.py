"""The calendar of `data/calendar.yaml`, and what is overdue by it."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from pipelines.due import agreements_on_file, overdue, overdue_now, read_calendar
from pipelines.settings import Settings
from schemas.errors import DataRefused
from tests.domain import DATA
from tests.published import Published

CALENDAR = read_calendar(DATA)
ALL = {("psykisk-halsa", year) for year in range(2016, 2027)}
SUMMER = dt.date(2026, 7, 1)


def _written(tmp_path: Path, old: str, new: str) -> Path:
    text = (DATA / "calendar.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "calendar.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_agreements_were_published_in_the_windows_that_the_calendar_infers() -> None:
    register = yaml.safe_load((DATA / "agreements/psykisk-halsa/documents.yaml").read_text(encoding="utf-8"))
    published = {
        name: (document["published_on"], max(document["years"]))
        for name, document in register.items()
        if ("agreement-text" in name or "agreement-page" in name) and "published_on" in document
    }
    assert len(published) >= 10
    late = {name for name, (day, year) in published.items() if day > CALENDAR.expected[0].by.of(year)}
    assert late == {"regeringen-agreement-text-2019"}, "the one exception that the calendar names"
    openings = [occasion.opening(2025) for occasion in CALENDAR.of("agreement")]
    days = {(one.grant_year - one.day.year, one.day.replace(year=2000)) for one in openings}
    for day, year in (one for name, one in published.items() if name not in late):
        assert any(ahead == (year > day.year) and day.replace(year=2000) < opens for ahead, opens in days), day


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-12-29", None),
        ("2026-12-30", 2027),
        ("2026-12-31", 2027),
        ("2027-01-01", 2027),
        ("2027-01-12", 2027),
        ("2027-01-13", None),
    ],
)
def test_an_occasion_that_opens_in_december_lasts_into_the_new_year(day: str, found: int | None) -> None:
    opening = CALENDAR.of("agreement")[0].open_on(dt.date.fromisoformat(day))
    assert (opening and opening.grant_year) == found
    assert opening is None or opening.day == dt.date(2026, 12, 30)


def test_nothing_is_overdue_while_the_day_has_not_passed() -> None:
    assert overdue(SUMMER, CALENDAR, ALL, ALL) == []
    assert overdue(dt.date(2027, 2, 28), CALENDAR, ALL, ALL) == []


def test_a_year_without_an_agreement_is_overdue_the_day_after() -> None:
    (late,) = overdue(dt.date(2027, 3, 1), CALENDAR, ALL, ALL)
    assert (late.programme, late.year, late.missing) == ("psykisk-halsa", 2027, "agreement")
    assert late.due == dt.date(2027, 2, 28)
    assert "data/agreements/psykisk-halsa/2027.yaml" in str(late)
    assert "docs/how-to/add-a-year.md" in str(late)


def test_a_year_on_file_that_was_never_published_is_overdue() -> None:
    found = overdue(SUMMER, CALENDAR, ALL, ALL - {("psykisk-halsa", 2020), ("psykisk-halsa", 2017)})
    assert [(late.year, late.missing) for late in found] == [(2017, "publication"), (2020, "publication")]
    assert "kronvis run --year 2017" in found[0].remedy


def test_another_programme_of_the_same_year_does_not_stand_in() -> None:
    others = (ALL - {("psykisk-halsa", 2024)}) | {("kvinnors-halsa", 2024)}
    assert [late.year for late in overdue(SUMMER, CALENDAR, ALL, others)] == [2024]


def test_nothing_published_yet_is_all_overdue(tmp_path: Path) -> None:
    found = overdue_now(Settings(DATA, tmp_path), SUMMER)
    assert [late.year for late in found] == list(range(2016, 2027))
    assert {late.missing for late in found} == {"publication"}


def test_what_is_published_and_on_file_is_read_from_there(history: Published) -> None:
    assert overdue_now(history.settings, SUMMER) == []
    assert [late.year for late in overdue_now(history.settings, dt.date(2029, 1, 1))] == [2027, 2028]
    assert agreements_on_file(DATA) >= {*ALL, ("kvinnors-halsa", 2022)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("opens: 12-16", "opens: 12-32", "line 7: occasions.0.opens: '12-32' is not a day of every year"),
        ("by: 02-28", "by: 02-29", "is not a day of every year"),
        ("opens: 12-16", "opens: W05-1", "is not a day of every year"),
        ("opens: 12-16", "opens: 1216", "is not a day of every year"),
        ("days: 14", "days: 0", "occasions.0.days"),
        ("    grant_year: next", "    grant_year: last", "occasions.0.grant_year"),
        ("for: head-counts", "for: fun", "occasions.0.for"),
        ("first_year: 2016", 'first_year: "2016"', "expected.0.first_year"),
        ("opens: 12-16", "open: 12-16", "unknown key 'open'"),
    ],
)
def test_a_calendar_that_breaks_a_rule_is_refused_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(DataRefused) as refused:
        read_calendar(_written(tmp_path, old, new))
    assert told in str(refused.value)
    assert "calendar.yaml, line" in str(refused.value)


def test_a_missing_calendar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="is not there"):
        read_calendar(tmp_path)
