"""A county's report of use: the form goes out and comes back the same, and what does not fit is told, cell by cell."""

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.agreements.files import AgreementFiles
from assets.county.allocated import SCHEMA
from assets.county.checks import Allocation, Expected, Owner, expected, findings_in, owner_of
from assets.county.findings import Finding
from assets.county.follow_up import FollowUpFiles, follow_up_of, follow_up_row
from assets.county.form import COLUMNS, GUIDE, KRONOR, SHEET, SUM, Form, Line, numbered
from assets.county.reading import read_form
from assets.county.template import filled_in_advance
from assets.county.writing import as_csv, as_xlsx
from schemas.contract import enforce
from schemas.errors import DataRefused, UsageError
from schemas.tables.county import FOLLOW_UP, FOLLOW_UP_FINDINGS
from schemas.text import Text
from tests.domain import DATA, a_pot, an_agreement, register

AGREEMENTS = AgreementFiles(DATA / "agreements")
OWNER = Owner("a-programme", 2025, "20")

# --- an invented county: three pots, 2025, and what it was allocated the year before --------------------------

NEEDS, SUICIDE, USERS = "complex-needs-county", "suicide-prevention-county", "user-involvement-county"
KNOWN = Expected(
    OWNER,
    (NEEDS, SUICIDE, USERS),
    (NEEDS, SUICIDE, USERS),
    (
        Allocation(2024, NEEDS, 7_605_166, "computed", "inferred"),
        Allocation(2024, USERS, 1_000_000, "published", "verified"),
        Allocation(2025, NEEDS, 8_947_874, "published", "verified"),
        Allocation(2025, SUICIDE, 5_445_343, "computed", "verified"),
        Allocation(2025, USERS, 4_000_000, "computed", "verified"),
    ),
    dt.date(2026, 3, 31),
)


def a_line(pot_id: str, allocated: int | None, **said: Any) -> Line:
    """A line that accounts for all of `allocated` as used, unless told otherwise."""
    amounts = {
        "requisitioned_sek": allocated,
        "used_sek": allocated,
        "saved_sek": 0,
        "repaid_sek": 0,
        "reported_on": dt.date(2026, 3, 31),
        **said,
    }
    return Line(0, "a-programme", 2025, "20", pot_id, "En pott / A pot", allocated_sek=allocated, **amounts)


def a_form(*lines: Line, **said: Any) -> Form:
    """The county's report; `said` changes the line of complex needs, `lines` replace the others."""
    others = lines or (a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000))
    return numbered([a_line(NEEDS, 8_947_874, **said), *others])


def sums(**said: Any) -> Line:
    return Line(0, "a-programme", 2025, "20", SUM, **said)


def told(form: Form, known: Expected = KNOWN) -> list[tuple[str, int | None, int | None]]:
    """Kind, row and column of everything that is found."""
    return [(finding.kind, finding.row, finding.column) for finding in findings_in(form, known)]


def the(form: Form, known: Expected = KNOWN) -> Finding:
    (only,) = findings_in(form, known)
    return only


def letters(**of: str) -> dict[str, int]:
    return {name: ord(letter) - ord("A") + 1 for name, letter in of.items()}


COLUMN = letters(
    programme="A",
    year="B",
    county="C",
    pot="D",
    allocated="F",
    requisitioned="G",
    used="H",
    saved="I",
    reported="K",
    on="L",
)


# --- out and back ---------------------------------------------------------------------------------------------


def test_a_report_in_which_everything_fits_has_no_findings() -> None:
    total = 8_947_874 + 5_445_343 + 4_000_000
    lines = (
        a_line(SUICIDE, 5_445_343, used_sek=5_000_000, saved_sek=400_000, repaid_sek=45_343),
        a_line(USERS, 4_000_000),
    )
    form = a_form(*lines, sums(allocated_sek=total, used_sek=8_947_874 + 5_000_000 + 4_000_000))
    assert told(form) == []
    assert [follow_up_row(line, KNOWN, [])["verdict"] for line in form.pots] == ["accounted"] * 3


def test_csv_and_workbook_come_back_as_the_same_form() -> None:
    form = a_form(
        a_line(SUICIDE, None), sums(used_sek=1), note="Å, ä; «ö» \"x\" 'y'", source_id="a-document", reported_sek=3
    )
    for body, name in ((as_csv(form), "x.csv"), (as_xlsx(form), "x.xlsx")):
        assert read_form(body, name) == (form, [])


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda text: not text.startswith("=")
)
LINES = st.builds(
    Line,
    row=st.just(0),
    programme=st.none() | TEXT,
    year=st.none() | st.integers(1000, 9999),
    county_code=st.from_regex("[0-9]{2}", fullmatch=True),
    pot_id=TEXT,
    name=st.none() | TEXT,
    **{name: st.none() | st.integers(0, 10**11) for name in KRONOR},
    reported_on=st.none() | st.dates(dt.date(1950, 1, 1)),
    source_id=st.none() | TEXT,
    note=st.none() | TEXT,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_any_form_comes_back_from_csv(lines: list[Line]) -> None:
    form = numbered(lines)
    assert read_form(as_csv(form), "x.csv") == (form, [])


@settings(max_examples=4, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=3))
def test_any_form_comes_back_from_a_workbook_as_from_csv(lines: list[Line]) -> None:
    form = numbered(lines)
    assert read_form(as_xlsx(form), "x.xlsx") == read_form(as_csv(form), "x.csv") == (form, [])


def test_in_the_workbook_amounts_are_numbers_and_codes_are_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(a_form(note="01"))))
    sheet = book[SHEET]
    assert (sheet["F2"].value, sheet["F2"].data_type, sheet["F2"].number_format) == (8_947_874, "n", "#,##0")
    assert (sheet["C2"].value, sheet["N2"].value) == ("20", "01")
    assert sheet["L2"].is_date
    assert GUIDE in book.sheetnames
    assert [cell.value for cell in sheet[1]] == [f"{column.label.sv} / {column.label.en}" for column in COLUMNS]


def test_text_never_becomes_a_formula_of_the_workbook() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(a_form(note="=1+1"))))[SHEET]
    assert (sheet["N2"].value, sheet["N2"].data_type) == ("=1+1", "s")


def test_a_swedish_spreadsheet_program_reads_the_csv() -> None:
    body = as_csv(a_form())
    assert body.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    assert header[5] == "Tilldelat kr / Allocated SEK"
    assert rows[0][5] == "8947874"


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_other_separators_are_read_too(delimiter: str) -> None:
    text = as_csv(a_form()).decode("utf-8-sig").replace(";", delimiter)
    assert read_form(text.encode(), "x.csv") == (a_form(), [])


@pytest.mark.parametrize(
    ("written", "kronor"),
    [
        ("8947874", 8_947_874),
        ("8 947 874", 8_947_874),
        ("8\u00a0947\u00a0874", 8_947_874),
        ("8\u202f947\u202f874", 8_947_874),
        ("0", 0),
    ],
)
def test_kronor_may_be_grouped_by_spaces(written: str, kronor: int) -> None:
    form, findings = read_form(_csv_with("G", written), "x.csv")
    assert (form.lines[0].requisitioned_sek, findings) == (kronor, [])


def test_a_county_code_that_lost_its_zero_gets_it_back() -> None:
    form, _ = read_form(_csv_with("C", "1"), "x.csv")
    assert form.lines[0].county_code == "01"


def _csv_with(letter: str, text: str) -> bytes:
    """The report with another text in a cell of its first line."""
    rows = list(csv.reader(io.StringIO(as_csv(a_form()).decode("utf-8-sig")), delimiter=";"))
    rows[1][ord(letter) - ord("A")] = text
    body = io.StringIO()
    csv.writer(body, delimiter=";").writerows(rows)
    return body.getvalue().encode()


# --- a form filled in by us -----------------------------------------------------------------------------------


def amounts(*rows: tuple[int, str, int, str]) -> pl.DataFrame:
    """Amounts of county 20: year, pot, kronor and where from."""
    full = [("a-programme", year, "20", pot, sek, None, origin, "verified") for year, pot, sek, origin in rows]
    return pl.DataFrame(full, SCHEMA, orient="row")


def a_county_pot(pot_id: str) -> Any:
    return a_pot(id=pot_id, recipients="county")


AGREEMENT = an_agreement(a_county_pot(NEEDS), a_county_pot(SUICIDE), a_pot(id="not-theirs"))


def test_the_form_has_the_counties_pots_with_what_is_known_to_the_krona() -> None:
    known = amounts(
        (2025, NEEDS, 8_947_874, "published"), (2025, SUICIDE, 7_553_244, "preliminary"), (2024, NEEDS, 1, "computed")
    )
    form = filled_in_advance(AGREEMENT, "20", known)
    assert [(line.row, line.pot_id, line.allocated_sek) for line in form.lines] == [
        (2, NEEDS, 8_947_874),
        (3, SUICIDE, None),
        (4, SUM, None),
    ]
    assert "7\u00a0553\u00a0244\u00a0kr" in str(form.lines[1].note)
    assert form.lines[0].name == "En pott / A pot"


def test_the_sum_is_there_when_all_amounts_are() -> None:
    form = filled_in_advance(AGREEMENT, "20", amounts((2025, NEEDS, 2, "computed"), (2025, SUICIDE, 3, "published")))
    assert form.sums[0].allocated_sek == 5


def test_an_agreement_without_joint_money_has_no_form() -> None:
    with pytest.raises(UsageError, match="no joint money"):
        filled_in_advance(an_agreement(a_pot()), "20", amounts())


def test_what_a_report_is_held_against_are_amounts_known_to_the_krona() -> None:
    rows = amounts(
        (2025, NEEDS, 1, "preliminary"),
        (2025, SUICIDE, 2, "rounded"),
        (2024, NEEDS, 3, "computed"),
        (2023, SUM, 4, "published"),
    )
    found = expected(AGREEMENT, "20", rows)
    assert [(one.year, one.pot_id) for one in found.allocations] == [(2023, SUM), (2024, NEEDS)]
    assert found.required == found.pots == (NEEDS, SUICIDE)


# --- what does not fit ----------------------------------------------------------------------------------------


def test_more_used_than_allocated() -> None:
    found = the(a_form(used_sek=8_947_875, saved_sek=0))
    assert (found.kind, found.row, found.column, found.severity) == (
        "used_exceeds_allocated",
        2,
        COLUMN["used"],
        "error",
    )
    assert "8\u00a0947\u00a0875\u00a0kr, men tilldelat är 8\u00a0947\u00a0874\u00a0kr" in found.message.sv
    assert "SEK\u00a08,947,875, but SEK\u00a08,947,874 was allocated" in found.message.en
    assert (found.place.sv, found.place.en) == ("rad 2, kolumn H", "row 2, column H")


def test_more_requisitioned_than_allocated() -> None:
    assert told(a_form(requisitioned_sek=8_947_875)) == [
        ("requisitioned_exceeds_allocated", 2, COLUMN["requisitioned"])
    ]


@pytest.mark.parametrize(
    ("used", "word_sv", "word_en"),
    [
        (8_947_873, "1\u00a0kr oförklarat", "SEK\u00a01 unexplained"),
        (8_947_000, "874\u00a0kr oförklarat", "SEK\u00a0874 unexplained"),
    ],
)
def test_what_is_neither_used_saved_nor_repaid_is_unexplained(used: int, word_sv: str, word_en: str) -> None:
    found = the(a_form(used_sek=used))
    assert (found.kind, found.row, found.column, found.severity) == ("unexplained", 2, COLUMN["used"], "error")
    assert word_sv in found.message.sv
    assert word_en in found.message.en
    assert found.evidence["unexplained_sek"] == 8_947_874 - used


def test_parts_that_come_to_more_than_was_allocated() -> None:
    found = the(a_form(saved_sek=1))
    assert (found.kind, found.evidence["unexplained_sek"]) == ("unexplained", -1)
    assert "för mycket" in found.message.sv
    assert "too much" in found.message.en


def test_what_was_never_claimed_is_told_with_what_is_unexplained() -> None:
    found = the(a_form(used_sek=8_000_000, requisitioned_sek=8_000_000))
    assert "947\u00a0874\u00a0kr är inte rekvirerat" in found.message.sv
    assert "SEK\u00a0947,874 was not claimed" in found.message.en


@pytest.mark.parametrize("column", ["requisitioned", "used", "reported"])
def test_an_amount_that_is_another_years_allocation(column: str) -> None:
    form = a_form(**{"saved_sek": 8_947_874 - 7_605_166 if column == "used" else 0, f"{column}_sek": 7_605_166})
    found = the(form)
    assert (found.kind, found.row, found.column) == ("other_allocation", 2, COLUMN[column])
    assert f"{NEEDS} 2024 (härledd); 2025 tilldelades 8\u00a0947\u00a0874\u00a0kr" in found.message.sv
    assert f"{NEEDS} 2024 (inferred); SEK\u00a08,947,874 was allocated in 2025" in found.message.en
    assert found.evidence["same_as"] == [{"year": 2024, "pot_id": NEEDS, "origin": "computed", "evidence": "inferred"}]


def test_an_amount_that_is_another_pots_allocation() -> None:
    found = the(a_form(reported_sek=5_445_343))
    assert found.kind == "other_allocation"
    assert f"{SUICIDE} 2025;" in found.message.en


def test_a_round_amount_says_nothing_of_its_year() -> None:
    assert told(a_form(reported_sek=1_000_000)) == []


def test_the_own_allocation_is_not_another_one() -> None:
    known = replace(KNOWN, allocations=(*KNOWN.allocations, Allocation(2023, NEEDS, 8_947_874, "computed", "verified")))
    assert told(a_form(), known) == []


def test_a_wrong_allocated_amount_is_told_and_not_gone_by() -> None:
    form = replace(a_form(), lines=(replace(a_form().lines[0], allocated_sek=9_000_000), *a_form().lines[1:]))
    found = the(form)
    assert (found.kind, found.row, found.column) == ("allocated_differs", 2, COLUMN["allocated"])
    row = follow_up_row(form.lines[0], KNOWN, [found])
    assert (row["allocated_sek"], row["allocated_from"], row["verdict"]) == (8_947_874, "published", "accounted")


def test_where_no_source_knows_the_report_is_believed() -> None:
    unknown = replace(KNOWN, allocations=KNOWN.allocations[:2])
    form = a_form(used_sek=8_000_000)
    assert [finding.kind for finding in findings_in(form, unknown)] == ["unexplained"]
    row = follow_up_row(form.lines[0], unknown, [])
    assert (row["allocated_sek"], row["allocated_from"], row["unexplained_sek"]) == (8_947_874, "report", 947_874)


@pytest.mark.parametrize(
    ("said", "column", "missing"),
    [
        ({"used_sek": None}, "used", ["used_sek"]),
        ({"saved_sek": None, "repaid_sek": None}, "saved", ["saved_sek", "repaid_sek"]),
    ],
)
def test_an_empty_cell_is_not_zero(said: dict[str, Any], column: str, missing: list[str]) -> None:
    form = a_form(**said)
    found = the(form)
    assert (found.kind, found.severity, found.column) == ("not_stated", "warning", COLUMN[column])
    assert found.evidence["missing"] == missing
    row = follow_up_row(form.lines[0], KNOWN, [found])
    assert (row["unexplained_sek"], row["verdict"]) == (None, "incomplete")


@pytest.mark.parametrize(("day", "days"), [(dt.date(2026, 3, 31), None), (dt.date(2026, 4, 2), 2)])
def test_a_late_report(day: dt.date, days: int | None) -> None:
    findings = findings_in(a_form(reported_on=day), KNOWN)
    assert [(one.kind, one.severity, one.column, one.evidence["days"]) for one in findings] == (
        [("late_report", "warning", COLUMN["on"], days)] if days else []
    )
    assert told(a_form(reported_on=day), replace(KNOWN, report_by=None)) == []


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"county_code": "21"}, "county"),
        ({"year": 2024}, "year"),
        ({"programme": "another"}, "programme"),
        ({"county_code": None}, "county"),
    ],
)
def test_a_line_of_somebody_else(change: dict[str, Any], column: str) -> None:
    lines = a_form().lines
    form = Form((lines[0], replace(lines[1], **change), lines[2]))
    assert told(form) == [("wrong_owner", 3, COLUMN[column])]


@pytest.mark.parametrize("pot_id", ["complex-need-county", None])
def test_a_pot_that_the_agreement_does_not_have(pot_id: str | None) -> None:
    form = a_form(a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000), replace(a_line(USERS, 1), pot_id=pot_id))
    found = the(form)
    assert (found.kind, found.row, found.column) == ("unknown_pot", 5, COLUMN["pot"])
    assert "complex-needs-county, suicide-prevention-county, user-involvement-county och sum-county" in found.message.sv


def test_a_pot_without_a_line() -> None:
    found = the(a_form(a_line(SUICIDE, 5_445_343)))
    assert (found.kind, found.row, found.column, found.pot_id) == ("missing_pot", None, COLUMN["pot"], USERS)
    assert found.place == ("", "")


def test_a_pot_twice() -> None:
    form = a_form(a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000), a_line(NEEDS, 8_947_874))
    found = the(form)
    assert (found.kind, found.row, found.column) == ("pot_twice", 5, COLUMN["pot"])
    assert "redan på rad 2" in found.message.sv


def test_a_line_that_cannot_be_read_is_told_of_that_alone() -> None:
    """Its amount is missing for want of reading, so neither the line nor the sum is held against it."""
    form = a_form(a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000), sums(used_sek=1), used_sek=None)
    unreadable = Finding("formula", "error", None, 2, COLUMN["used"], Text("en formel", "a formula"))
    assert findings_in(form, KNOWN, [unreadable]) == [unreadable]


@pytest.mark.parametrize(("stated", "differs"), [(18_393_217, False), (18_393_216, True), (18_393_218, True)])
def test_sums_that_do_not_add_up(stated: int, *, differs: bool) -> None:
    form = a_form(a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000), sums(used_sek=stated))
    assert told(form) == ([("sum_differs", 5, COLUMN["used"])] if differs else [])


def test_a_sum_of_amounts_that_are_not_all_there_is_at_least_that_of_the_others() -> None:
    lines = (a_line(SUICIDE, 5_445_343), a_line(USERS, 4_000_000, used_sek=None))
    assert "sum_differs" not in [kind for kind, *_ in told(a_form(*lines, sums(used_sek=20_000_000)))]
    assert ("sum_differs", 5, COLUMN["used"]) in told(a_form(*lines, sums(used_sek=14_393_216)))


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"used_sek": 8_947_875}, "exceeds"),
        ({"requisitioned_sek": 8_947_875}, "exceeds"),
        ({"saved_sek": 1}, "exceeds"),
        ({"used_sek": 1}, "unexplained"),
        ({"reported_sek": 7_605_166}, "other_allocation"),
        (dict.fromkeys(("requisitioned_sek", "used_sek", "saved_sek", "repaid_sek")), "not_reported"),
    ],
)
def test_the_verdict_of_a_line(said: dict[str, Any], verdict: str) -> None:
    form = a_form(**said)
    assert follow_up_row(form.lines[0], KNOWN, findings_in(form, KNOWN))["verdict"] == verdict


def test_whose_report_it_is_is_what_most_lines_say(tmp_path: Path) -> None:
    lines = [replace(line, programme="psykisk-halsa") for line in a_form().lines]
    form = Form((replace(lines[0], county_code="21"), *lines[1:]))
    assert owner_of(form, AGREEMENTS, register(), "x.csv") == Owner("psykisk-halsa", 2025, "20")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"programme": "psykisk-hälsa"}, r"row 2, column A \(Programme\): 'psykisk-hälsa' is not known"),
        ({"year": 2031}, r"row 2, column B \(Grant year\): 2031 is not known"),
        ({"year": None}, r"row 2, column B \(Grant year\) is empty"),
        ({"county_code": "02"}, r"row 2, column C \(County code\): '02' is not known"),
    ],
)
def test_a_report_of_nobody_is_refused(change: dict[str, Any], message: str) -> None:
    lines = [replace(line, **{"programme": "psykisk-halsa", **change}) for line in a_form().lines]
    with pytest.raises(DataRefused, match=message):
        owner_of(Form(tuple(lines)), AGREEMENTS, register(), "x.csv")


# --- reports on file ------------------------------------------------------------------------------------------


def reports_of(tmp_path: Path, form: Form, name: str = "2025-20.csv") -> Any:
    folder = tmp_path / "data" / "follow_up"
    (folder / "psykisk-halsa").mkdir(parents=True)
    (folder / "psykisk-halsa" / name).write_bytes(as_csv(form))
    return FollowUpFiles(folder).of_years([2025], AGREEMENTS, register())


def on_file(**said: Any) -> Form:
    return Form(tuple(replace(line, programme="psykisk-halsa") for line in a_form(**said).lines))


def tables(reports: Any, sources: tuple[str, ...] = ()) -> tuple[pl.DataFrame, pl.DataFrame]:
    known = replace(KNOWN, owner=Owner("psykisk-halsa", 2025, "20"))
    rows, found = follow_up_of(reports, lambda _: known, lambda _: sources)
    return enforce(FOLLOW_UP, rows), enforce(FOLLOW_UP_FINDINGS, found)


def test_a_report_on_file_becomes_rows_and_findings(tmp_path: Path) -> None:
    rows, found = tables(reports_of(tmp_path, on_file(used_sek=8_947_000, source_id="a-document")), ("a-document",))
    assert rows.select("pot_id", "used_sek", "unexplained_sek", "verdict").row(0) == (
        NEEDS,
        8_947_000,
        874,
        "unexplained",
    )
    assert found.select("kind", "county_code", "row", "column").rows() == [("unexplained", "20", 2, 8)]


def test_no_reports_are_empty_tables(tmp_path: Path) -> None:
    rows, found = tables(FollowUpFiles(tmp_path).of_years([2025], AGREEMENTS, register()))
    assert (rows.height, found.height) == (0, 0)


def test_a_report_on_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    lines = on_file().lines
    with pytest.raises(DataRefused, match=r"row 3, column C: .* is “21” in a report for 20"):
        tables(reports_of(tmp_path, Form((lines[0], replace(lines[1], county_code="21"), lines[2]))))


def test_a_report_on_file_cites_sources_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="source 'hearsay' is not on file") as refusal:
        tables(reports_of(tmp_path, on_file(source_id="hearsay")))
    assert refusal.value.where.endswith("2025-20.csv, line 2")


@pytest.mark.parametrize(("name", "message"), [("dalarna.csv", "not named after"), ("2025-02.csv", "no county 02")])
def test_a_report_on_file_is_named_after_year_and_county(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataRefused, match=message):
        reports_of(tmp_path, on_file(), name)
