"""What is known of counties: Dalarna's report for 2024, the dates that sources state, and a form for every county."""

import datetime as dt
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from rich.console import Console

from assets.agreements.files import AgreementFiles
from assets.county.allocated import allocated_amounts, county_allocations
from assets.county.deadlines import DeadlineFiles, deadlines_of
from assets.county.expected import expected
from assets.county.follow_up import FollowUpFiles, follow_up_of
from assets.county.form import Form
from assets.county.reading import read_form
from assets.county.template import filled_in_advance
from assets.county.writing import as_csv, as_xlsx
from assets.population.resolve import EmbeddedSource
from assets.verification.published import PublishedFiles
from pipelines.answers.county import calendar_text, check_report, write_template
from pipelines.settings import Settings
from pipelines.terminal.county import show_report
from schemas.contract import enforce
from schemas.errors import DataRefused, UsageError
from schemas.tables.allocation import ALLOCATIONS
from schemas.tables.county import FOLLOW_UP, FOLLOW_UP_FINDINGS
from schemas.text import Language
from tests.domain import DATA, recipients_in, register, snapshot

AGREEMENTS = AgreementFiles(DATA / "agreements")
PUBLISHED = PublishedFiles(DATA / "published")
DALARNA = DATA / "follow_up/psykisk-halsa/2024-20.csv"


@pytest.fixture(scope="module")
def amounts() -> pl.DataFrame:
    """What all counties were allocated in all years."""
    computed = county_allocations(AGREEMENTS.years(), AGREEMENTS, register(), EmbeddedSource(snapshot()))
    return allocated_amounts(pl.concat(computed), PUBLISHED.all_figures())


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The tracked data, nothing published."""
    return Settings(DATA, tmp_path_factory.mktemp("nothing-published"))


# --- Dalarna 2024 ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_file(amounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables of all reports on file."""
    reports = FollowUpFiles(DATA / "follow_up").of_years(AGREEMENTS.years(), AGREEMENTS, register())
    rows, found = follow_up_of(
        reports,
        lambda owner: expected(AGREEMENTS.load(owner.programme, owner.year), owner.county_code, amounts),
        lambda owner: AGREEMENTS.load(owner.programme, owner.year).sources,
    )
    return enforce(FOLLOW_UP, rows), enforce(FOLLOW_UP_FINDINGS, found)


def test_what_dalarna_reported_for_2024(on_file: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    rows = on_file[0].filter(pl.col("county_code") == "20", pl.col("year") == 2024)
    assert rows.select("pot_id", "allocated_sek", "reported_sek", "verdict").rows() == [
        ("children-youth-county", 6_330_883, None, "not_reported"),
        ("complex-needs-county", 8_947_874, 7_605_166, "other_allocation"),
        ("suicide-prevention-county", 5_445_343, 5_484_559, "other_allocation"),
        ("user-involvement-county", 1_000_000, 1_000_000, "incomplete"),
    ]
    assert set(rows["source_id"]) == {"rss-dalarna-2025"}


def test_nothing_that_was_only_reported_is_shown_as_used(on_file: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    for column in ("used_sek", "saved_sek", "repaid_sek", "unexplained_sek"):
        assert on_file[0][column].null_count() == on_file[0].height


def test_the_two_amounts_that_are_2023_allocations_are_flagged(on_file: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    flagged = on_file[1].filter(pl.col("kind") == "other_allocation")
    assert flagged.select("severity", "row", "column").rows() == [("error", 3, 11), ("error", 4, 11)]
    for (amount, year_amount), text in zip(
        [("7,605,166", "8,947,874"), ("5,484,559", "5,445,343")], flagged["message_en"], strict=True
    ):
        assert f"SEK\u00a0{amount} is to the krona the allocation" in text
        assert "2023 (inferred)" in text
        assert f"SEK\u00a0{year_amount} was allocated in 2024" in text
    assert [json.loads(text)["same_as"] for text in flagged["evidence"]] == [
        [{"year": 2023, "pot_id": f"{pot}-county", "origin": "computed", "evidence": "inferred"}]
        for pot in ("complex-needs", "suicide-prevention")
    ]


def test_nothing_else_is_found_but_that_the_use_is_not_stated(on_file: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    others = on_file[1].filter(pl.col("kind") != "other_allocation")
    assert set(others["kind"]) == {"not_stated"}
    assert others.height == 4


def test_the_command_says_the_same_of_dalarna(here: Settings) -> None:
    result = check_report(here, DALARNA)
    assert (result["county_name"], result["errors"], result["warnings"]) == ("Dalarnas län", 2, 4)
    flagged = [one for one in result["findings"] if one["severity"] == "error"]
    assert [one["place_sv"] for one in flagged] == ["rad 3, kolumn K", "rad 4, kolumn K"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("sv", ("annan tilldelning", "2 fel", "7\u00a0605\u00a0166")),
        ("en", ("another allocation", "2 errors", "7,605,166")),
    ],
)
def test_the_report_is_shown_with_places(here: Settings, lang: Language, words: tuple[str, ...]) -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    show_report(check_report(here, DALARNA), lang, console)
    text = console.export_text()
    for word in (*words, "complex-needs-county", "3, "):
        assert word in text


# --- an invented report of a real county ----------------------------------------------------------------------


def filled_in(form: Form) -> Form:
    """All that was allocated, used, saved and repaid, to the krona."""
    return Form(
        tuple(
            replace(
                line,
                requisitioned_sek=line.allocated_sek,
                used_sek=(line.allocated_sek or 0) - 2,
                saved_sek=1,
                repaid_sek=1,
                reported_on=dt.date(2025, 3, 1),
            )
            for line in form.pots
        )
    )


@pytest.mark.parametrize(("ending", "write"), [(".csv", as_csv), (".xlsx", as_xlsx)])
def test_a_filled_in_form_passes(here: Settings, tmp_path: Path, ending: str, write: Any) -> None:
    told = write_template(here, 2024, "Dalarna", "psykisk-halsa", tmp_path / f"form{ending}")
    assert (told["county_code"], [pot["allocated_sek"] for pot in told["pots"]]) == (
        "20",
        [6_330_883, 8_947_874, 5_445_343, 1_000_000],
    )
    form, findings = read_form((tmp_path / f"form{ending}").read_bytes(), "form")
    assert findings == []
    (tmp_path / f"filled{ending}").write_bytes(write(filled_in(form)))
    result = check_report(here, tmp_path / f"filled{ending}")
    assert (result["errors"], result["findings"]) == (0, [])
    assert {row["verdict"] for row in result["rows"]} == {"accounted"}


def test_the_code_keeps_its_zero_in_the_workbook(here: Settings, tmp_path: Path) -> None:
    told = write_template(here, 2020, "01", "psykisk-halsa", tmp_path / "form.xlsx")
    assert {pot["pot_id"]: pot["allocated_sek"] for pot in told["pots"]}["user-involvement-county"] == 2_000_000
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    assert sheet["C2"].value == "01"


def test_a_published_year_is_read_and_the_others_are_computed(tmp_path: Path) -> None:
    """Gävleborg 2024 as a version says it that is one krona off, to be told apart; 2023 is not in that version."""
    (rows,) = county_allocations([2024], AGREEMENTS, register(), EmbeddedSource(snapshot()))
    is_theirs = (pl.col("recipient_code") == "21") & (pl.col("pot_id") == "complex-needs-county")
    right = rows.filter(is_theirs)["amount_sek"].item()
    own = a_version(tmp_path / "out", rows.with_columns(amount_sek=pl.col("amount_sek") + is_theirs.cast(pl.Int64)))
    told = {year: write_template(own, year, "21", "psykisk-halsa", tmp_path / f"{year}.csv") for year in (2023, 2024)}
    of = {
        year: {pot["pot_id"]: pot["allocated_sek"] for pot in one["pots"]}["complex-needs-county"]
        for year, one in told.items()
    }
    assert of[2024] == right + 1
    assert of[2023] is not None


def test_a_damaged_version_is_not_gone_by(tmp_path: Path) -> None:
    own = a_version(tmp_path / "out", ALLOCATIONS.empty())
    (tmp_path / "out/current/allocations/allocations_2024.parquet").write_bytes(b"")
    with pytest.raises(DataRefused, match="is missing or not what was published"):
        write_template(own, 2024, "21", "psykisk-halsa", tmp_path / "form.csv")


def a_version(out: Path, allocations: pl.DataFrame) -> Settings:
    """An output folder whose published version has the table `allocations` of 2024 and nothing else."""
    name = "allocations/allocations_2024.parquet"
    file = out / "versions/v" / name
    file.parent.mkdir(parents=True)
    allocations.write_parquet(file)
    entry = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    (out / "versions/v/manifest.json").write_text(json.dumps({"years": [2024], "files": {name: entry}}))
    (out / "current").symlink_to("versions/v")
    return Settings(DATA, out)


@pytest.mark.parametrize("year", AGREEMENTS.years("psykisk-halsa"))
def test_every_county_has_a_form_that_comes_back(year: int, amounts: pl.DataFrame) -> None:
    counties = recipients_in(year).filter(pl.col("recipient_type") == "county")["recipient_code"].to_list()
    agreement = AGREEMENTS.load("psykisk-halsa", year)
    assert len(counties) == 21
    for county in counties:
        form = filled_in_advance(agreement, county, amounts)
        assert read_form(as_csv(form), "form") == (form, [])


def test_a_programme_without_joint_money_has_no_form(here: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no joint money"):
        write_template(here, 2024, "Dalarna", "kvinnors-halsa", tmp_path / "form.csv")


# --- dates ----------------------------------------------------------------------------------------------------

STATED = {
    (2016, "report"): dt.date(2016, 10, 31),
    (2018, "report"): dt.date(2018, 10, 31),
    (2019, "report"): dt.date(2020, 1, 31),
    (2020, "requisition"): dt.date(2020, 12, 31),
    (2020, "report"): dt.date(2021, 1, 31),
    (2024, "requisition"): dt.date(2024, 11, 29),
    (2024, "repayment"): dt.date(2025, 3, 31),
    (2026, "requisition"): dt.date(2026, 12, 1),
    (2026, "report"): dt.date(2027, 3, 31),
}


def test_these_dates_are_stated_and_no_others() -> None:
    rows = deadlines_of(AGREEMENTS.years(), DeadlineFiles(DATA / "agreements"), AGREEMENTS)
    dated = rows.drop_nulls("date")
    assert {(row["year"], row["kind"]): row["date"] for row in dated.iter_rows(named=True)} == STATED
    assert set(dated["programme"]) == {"psykisk-halsa"}
    assert set(dated["evidence"]) == {"verified"}


def test_the_calendar_of_some_years_and_of_all(here: Settings) -> None:
    assert calendar_text(here, [2024], "sv").count("BEGIN:VEVENT") == 2
    assert calendar_text(here, [], "en").count("BEGIN:VEVENT") == len(STATED)
    with pytest.raises(UsageError, match="no last day is known for 2021 and 2022"):
        calendar_text(here, [2022, 2021], "sv")
