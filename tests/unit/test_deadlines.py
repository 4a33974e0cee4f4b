"""Deadlines: only dates that a source states, unknown said as unknown, and a calendar that the standard accepts."""

import datetime as dt
import re
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.county.calendar import calendar
from assets.county.deadlines import KINDS, Deadline, DeadlineFiles, deadlines_of, report_by
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.fields.registry import FIELDS
from schemas.tables.county import DEADLINES
from schemas.text import Language
from tests.domain import DATA, changed, line_of

AGREEMENTS = AgreementFiles(DATA / "agreements")
FILES = DeadlineFiles(DATA / "agreements")
TEXT = (DATA / "agreements/psykisk-halsa/deadlines.yaml").read_text(encoding="utf-8")
LANGUAGES = get_args(Language)


def of_years(*years: int) -> pl.DataFrame:
    return enforce(DEADLINES, deadlines_of(years or AGREEMENTS.years(), FILES, AGREEMENTS))


# --- the table -----------------------------------------------------------------------------------------------------


def test_every_agreement_has_every_kind_of_date_known_or_not() -> None:
    rows = of_years()
    agreements = [(name, year) for name in AGREEMENTS.programmes() for year in AGREEMENTS.years(name)]
    assert sorted(rows.select("programme", "year", "kind").rows()) == sorted(
        (name, year, kind) for name, year in agreements for kind in KINDS
    )
    assert FIELDS["deadline_kind"].allowed == KINDS


def test_a_programme_without_a_file_has_no_dates() -> None:
    rows = of_years().filter(pl.col("programme") == "kvinnors-halsa")
    assert set(rows["evidence"]) == {"unknown"}
    assert rows["date"].null_count() == rows["source_id"].null_count() == rows.height


def test_a_date_carries_its_source() -> None:
    row = (
        of_years(2024).filter(pl.col("programme") == "psykisk-halsa", pl.col("kind") == "repayment").row(0, named=True)
    )
    assert (row["date"], row["evidence"], row["source_id"]) == (
        dt.date(2025, 3, 31),
        "verified",
        "regeringen-2024-02-payment",
    )
    assert row["url"].startswith("https://www.regeringen.se/")


def test_an_unknown_date_may_have_something_said_of_it() -> None:
    row = of_years(2017).filter(pl.col("kind") == "requisition").row(0, named=True)
    assert (row["date"], row["evidence"], row["source_id"]) == (None, "unknown", "skl-2017-agreement-page")
    assert "första kvartalet 2017" in row["note_sv"]


@pytest.mark.parametrize(("year", "day"), [(2020, dt.date(2021, 1, 31)), (2024, None), (2031, None)])
def test_by_when_to_report(year: int, day: dt.date | None) -> None:
    assert report_by(of_years(), "psykisk-halsa", year) == day


# --- what a file may say -------------------------------------------------------------------------------------------


def an_entry(**changes: Any) -> dict[str, Any]:
    entry = {"year": 2024, "kind": "report", "date": dt.date(2025, 3, 31), "evidence": "verified", "source": "a-source"}
    return {name: value for name, value in {**entry, **changes}.items() if value is not ...}


NOTE = {"sv": "ett ord", "en": "a word"}
REFUSED = {
    "a date without evidence": (an_entry(evidence=...), "evidence is given exactly"),
    "a date without a source": (an_entry(source=...), "a date needs the source"),
    "evidence of the unknown": (an_entry(date="unknown", note=NOTE), "evidence is given exactly"),
    "nothing to say": (an_entry(date="unknown", evidence=..., source=...), "add a note"),
    "an empty date": (an_entry(date=None), "write `date: unknown`"),
    "a date in words": (an_entry(date="March"), "valid date"),
    "another kind": (an_entry(kind="invoice"), "requisition"),
    "assumed": (an_entry(evidence="assumed"), "verified"),
}


@pytest.mark.parametrize(("entry", "message"), REFUSED.values(), ids=REFUSED)
def test_an_entry_that_invents_or_leaves_out_is_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Deadline.model_validate(entry)


SPOILT = {
    "a date twice": ("kind: report\n    date: 2016-10-31", "kind: requisition\n    date: 2016-10-31", "stands twice"),
    "a year without agreement": ("  - year: 2016", "  - year: 2015", "there is no agreement for 2015"),
    "an unknown source": ("source: skl-2016-focus-areas", "source: hearsay", "hearsay is neither a source"),
    "another year's source": (
        "source: skl-2016-focus-areas",
        "source: regeringen-2024-04-payment",
        "is neither a source of the agreement of 2016",
    ),
    "another programme": ("programme: psykisk-halsa", "programme: kvinnors-halsa", "stands in the folder of"),
}


@pytest.mark.parametrize(("old", "new", "message"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_with_its_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = changed(TEXT, old, new)
    folder = tmp_path / "data" / "agreements"
    (folder / "psykisk-halsa").mkdir(parents=True)
    (folder / "psykisk-halsa/deadlines.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused, match=message) as refusal:
        deadlines_of([2016], DeadlineFiles(folder), AGREEMENTS)
    if "hearsay" in new:
        assert refusal.value.where == f"data/agreements/psykisk-halsa/deadlines.yaml, line {line_of(text, 'hearsay')}"


def test_the_agreements_do_not_take_the_file_for_one_of_theirs() -> None:
    assert (DATA / "agreements/psykisk-halsa/deadlines.yaml").exists()
    assert AGREEMENTS.years("psykisk-halsa") == list(range(2016, 2027))


# --- the calendar, read by the rules of RFC 5545 -------------------------------------------------------------------

CONTENT_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)


def content_lines(text: str) -> list[tuple[str, str, str]]:
    """Name, parameters and value of every content line, unfolded (3.1); lines end with CRLF, 75 octets at most."""
    assert text.endswith("\r\n")
    raw = text.encode().split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    # Each line is UTF-8 by itself: none is folded inside a character.
    lines = [line.decode() for line in raw]
    unfolded = "\n".join(lines).replace("\n ", "").split("\n")
    parsed = []
    for line in unfolded:
        match = CONTENT_LINE.fullmatch(line)
        assert match is not None, line
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", match[3])
        parsed.append((match[1], match[2], match[3]))
    return parsed


def unescaped(value: str) -> str:
    """A TEXT value (3.3.11): only these four are escaped, and semicolons and commas always are."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
    return re.sub(r"\\([\\;,nN])", lambda match: "\n" if match[1] in "nN" else match[1], value)


def events(text: str) -> list[dict[str, tuple[str, str]]]:
    """The events of a calendar by property; the nesting and what must stand once is checked (3.4, 3.6, 3.6.1)."""
    lines = content_lines(text)
    assert (lines[0], lines[-1]) == (("BEGIN", "", "VCALENDAR"), ("END", "", "VCALENDAR"))
    head = [name for name, _, _ in lines[1 : lines.index(("BEGIN", "", "VEVENT"))]]
    assert head.count("VERSION") == head.count("PRODID") == 1
    assert ("VERSION", "", "2.0") in lines
    found: list[dict[str, tuple[str, str]]] = []
    inside = False
    for name, parameters, value in lines[len(head) + 1 : -1]:
        if name in ("BEGIN", "END"):
            assert (value, inside) == ("VEVENT", name == "END")
            inside = name == "BEGIN"
            if inside:
                found.append({})
            continue
        assert inside
        assert name not in found[-1], f"{name} twice"
        found[-1][name] = (parameters, value)
    assert not inside
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_calendar_keeps_the_standard(lang: Language) -> None:
    dated = of_years().drop_nulls("date")
    found = events(calendar(of_years(), lang))
    assert len(found) == dated.height == 9
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART"} <= event.keys()
        assert re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", event["DTSTAMP"][1])
        assert event["DTSTART"][0] == event["DTEND"][0] == ";VALUE=DATE"
        first, end = (dt.datetime.strptime(event[name][1], "%Y%m%d").date() for name in ("DTSTART", "DTEND"))  # noqa: DTZ007 - a day
        assert end - first == dt.timedelta(days=1)
    days = {event["UID"][1]: event["DTSTART"][1] for event in found}
    assert len(days) == len(found)
    assert days == {
        f"{row['programme']}-{row['year']}-{row['kind']}@kronvis": f"{row['date']:%Y%m%d}"
        for row in dated.iter_rows(named=True)
    }


@pytest.mark.parametrize(
    ("lang", "summary", "sentence"),
    [
        (
            "sv",
            "Sista dag att betala tillbaka: Insatser inom området psykisk hälsa och suicidprevention 2024",
            "Står i källan.",
        ),
        ("en", "Last day to repay: Efforts for mental health and suicide prevention 2024", "Stated by the source."),
    ],
)
def test_an_event_says_what_it_is_and_who_says_so(lang: Language, summary: str, sentence: str) -> None:
    (event,) = events(calendar(of_years(2024).filter(pl.col("kind") == "repayment"), lang))
    assert unescaped(event["SUMMARY"][1]) == summary
    description = unescaped(event["DESCRIPTION"][1]).split("\n")
    assert description[1] == sentence
    assert "Utbetalning av medel … 2024, https://www.regeringen.se/" in description[2]
    assert event["URL"][1].startswith("https://www.regeringen.se/")


def test_the_language_does_not_change_days_and_ids() -> None:
    sv, en = (events(calendar(of_years(), lang)) for lang in LANGUAGES)
    assert [(one["UID"], one["DTSTART"]) for one in sv] == [(one["UID"], one["DTSTART"]) for one in en]


def test_the_same_dates_give_the_same_bytes_and_a_moved_one_keeps_its_id() -> None:
    rows = of_years(2026)
    assert calendar(rows, "sv") == calendar(rows.reverse(), "sv")
    moved = rows.with_columns(date=pl.col("date") + dt.timedelta(days=7))
    before, after = events(calendar(rows, "sv")), events(calendar(moved, "sv"))
    assert [one["UID"] for one in before] == [one["UID"] for one in after]
    assert [one["DTSTART"] for one in before] != [one["DTSTART"] for one in after]


def test_text_that_means_something_to_the_format_is_escaped() -> None:
    awkward = "a;b,c\\d\ne:f" + "å" * 80
    rows = of_years(2026).drop_nulls("date").with_columns(note_sv=pl.lit(awkward))
    for event in events(calendar(rows, "sv")):
        assert unescaped(event["DESCRIPTION"][1]).startswith(awkward)
