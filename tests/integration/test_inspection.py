"""A document with Dalarna's figures, as every kind of file: each amount gets its pot, its verdict and its place."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.documents.figures import figures_in
from assets.documents.names import NameBook, read_names
from assets.documents.reading import read_document
from assets.population.resolve import EmbeddedSource
from assets.verification.inspection.as_published import review_file
from assets.verification.inspection.inspect import Inspection, inspect
from assets.verification.inspection.known import Known, all_that_is_known
from assets.verification.published import PublishedFiles
from tests.documents import Rows, csv_file, html_page, pdf_with_table, slide_pdf, text_page, workbook
from tests.domain import DATA, register, snapshot

PROSE = (
    "Psykisk hälsa i Dalarna",
    "2024",
    "Länsgemensamma medel, totalt 21 724 099 kr",
    "1. Barn och unga (region och län), länet 6 330 883 kr, Region Dalarna får 14 003 192 kr",
    "2. Samsjuklighet, 8 947 874 kr till länet",
    "3. Brukarmedverkan i länet, 1 000 000 kr",
    "4. Suicidpreventivt arbete i länet, 5 445 343 kr",
    "Redovisat för länet: samsjuklighet 7 605 166 kr",
    "Redovisat för länet: suicidprevention 5 484 559 kr",
    "2025",
    "1. Nationell strategi (län 4 000 000 kr)",
    "2. Komplexa behov (region 13 524 332 kr, län 5 409 733 kr)",
    "3. Suicidprevention (region 7 790 015 kr, län 7 569 623 kr)",
    "4. Barn och unga, till kommunerna sammanlagt 8 006 024 kr",
)
HEADER = ("Kommun", "Belopp, kr")


@cache
def known() -> Known:
    agreements = AgreementFiles(DATA / "agreements")
    return all_that_is_known(agreements, register(), EmbeddedSource(snapshot()), PublishedFiles(DATA / "published"))


@cache
def names() -> NameBook:
    return read_names(DATA / "geography", register())


@cache
def municipalities() -> tuple[tuple[str, int], ...]:
    """Dalarna's 15 municipalities and amounts of 2025; one name as the county's own slides write it."""
    figures = PublishedFiles(DATA / "published").figures("psykisk-halsa")
    rows = figures.filter(pl.col("recipient_type") == "municipality", pl.col("year") == 2025)
    return tuple(
        (name.replace("Malung-Sälen", "Malung/Sälen"), amount)
        for name, amount in rows.select("recipient_name", "published_sek").rows()
    )


def inspected(body: bytes, *, source_id: str | None = None) -> Inspection:
    found = figures_in(read_document(body, "a document").pages, names(), None)
    return inspect(found, known(), snapshot(), source_id=source_id)


def verdicts(result: Inspection) -> dict[tuple[int, str, str], str]:
    rows = result.reconciliation.filter(pl.col("recipient_type") != "municipality")
    return {
        (year, pot, kind): verdict
        for year, pot, kind, verdict in rows.select("year", "pot_id", "recipient_type", "verdict").rows()
    }


def kinds(result: Inspection) -> list[str]:
    return sorted(result.findings.get_column("kind").to_list())


def as_slide(rows: Rows) -> bytes:
    return slide_pdf("Belopp per huvudman 2025", ["Barn och unga, kommunerna"], rows, header=HEADER)


WITH_PROSE: dict[str, Callable[[Rows], bytes]] = {
    "text": lambda rows: text_page(rows, header=HEADER, before=PROSE),
    "PDF": lambda rows: pdf_with_table(rows, header=HEADER, before=PROSE),
    "HTML": lambda rows: html_page(rows, header=HEADER, before=PROSE, title="Psykisk hälsa"),
    "XLSX": lambda rows: workbook(rows, header=HEADER, before=PROSE),
}
EVERY_KIND: dict[str, Callable[[Rows], bytes]] = {
    **WITH_PROSE,
    "slide": as_slide,
    "CSV": lambda rows: csv_file(rows, header=HEADER),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_municipalities_of_dalarna_are_recognised_in_every_kind_of_file(kind: str) -> None:
    result = inspected(EVERY_KIND[kind](municipalities()))
    rows = result.reconciliation.filter(pl.col("recipient_type") == "municipality")
    assert dict(rows.select("recipient_code", "published_sek").rows()) == {
        "2021": 311874, "2023": 354674, "2026": 403407, "2029": 466464, "2031": 355268, "2034": 305518, "2039": 306619,
        "2061": 375524, "2062": 533588, "2080": 1309672, "2081": 1155336, "2082": 401458, "2083": 460022,
        "2084": 587830, "2085": 678770,
    }  # fmt: skip
    assert rows.select("year", "pot_id", "verdict").unique().rows() == [(2025, "children-youth-municipality", "exact")]


@pytest.mark.parametrize("kind", WITH_PROSE)
def test_amounts_in_running_text_get_pot_year_and_verdict(kind: str) -> None:
    assert verdicts(inspected(WITH_PROSE[kind](municipalities()))) == {
        (2023, "complex-needs-county", "county"): "exact",
        (2023, "suicide-prevention-county", "county"): "exact",
        (2024, "children-youth-county", "county"): "no_rule",
        (2024, "children-youth-region", "region"): "no_rule",
        (2024, "complex-needs-county", "county"): "exact",
        (2024, "suicide-prevention-county", "county"): "exact",
        (2024, "user-involvement-county", "county"): "exact",
        (2024, "sum-county", "county"): "explained",
        (2025, "children-youth-municipality", "municipalities_in_county"): "exact",
        (2025, "complex-needs-county", "county"): "not_comparable",
        (2025, "complex-needs-region", "region"): "not_comparable",
        (2025, "national-strategy-county", "county"): "exact",
        (2025, "suicide-prevention-county", "county"): "not_comparable",
        (2025, "suicide-prevention-region", "region"): "not_comparable",
    }


@pytest.mark.parametrize("kind", WITH_PROSE)
def test_the_two_amounts_of_another_year_and_the_krona_of_the_total_are_found(kind: str) -> None:
    result = inspected(WITH_PROSE[kind](municipalities()))
    assert kinds(result) == ["printed_for_other_year", "printed_for_other_year", "sum_of_unrounded_parts"]
    others = result.figures.filter(pl.col("printed_for_year").is_not_null())
    assert sorted(others.select("published_sek", "year", "printed_for_year").rows()) == [
        (5484559, 2023, 2024),
        (7605166, 2023, 2024),
    ]


def test_what_the_rule_was_solved_from_proves_nothing_and_the_source_is_known_by_its_figures() -> None:
    result = inspected(WITH_PROSE["text"](municipalities()))
    assert result.source_id == "rss-dalarna-2025"
    own = result.reconciliation.filter(pl.col("recipient_type") == "municipality").get_column("independence")
    assert own.unique().to_list() == ["self_derived"]


def test_one_national_total_and_one_rounding_give_the_fifteen_amounts() -> None:
    solved = inspected(WITH_PROSE["text"](municipalities())).inference.filter(
        pl.col("pot_id") == "children-youth-municipality", pl.col("verdict") == "unique"
    )
    assert solved.select("total", "rounding", "matches", "figures", "solutions").rows() == [
        (2265405, "nearest", 15, 15, 1)
    ]


@pytest.mark.parametrize("year", [2022, 2024])
def test_the_womens_health_tables_are_exact_with_their_own_rounding(year: int) -> None:
    figures = PublishedFiles(DATA / "published").figures("kvinnors-halsa").filter(pl.col("year") == year)
    rows = figures.select("recipient_name", "published_sek").rows()
    result = inspected(html_page(rows, header=("Region", "Kronor"), before=[f"Fördelning {year}"]))
    assert result.reconciliation.select("verdict").to_series().value_counts().rows() == [("exact", 21)]
    assert kinds(result) == []
    unique = result.inference.filter(pl.col("verdict") == "unique").select("total", "rounding").rows()
    assert (
        unique
        == {
            2022: [(10443100, "largest_remainder")],
            2024: [(10557682, "largest_recipient"), (10557682, "largest_remainder"), (10557682, "nearest")],
        }[year]
    )


def test_a_wrong_krona_is_found_and_corrected() -> None:
    rows = [(name, amount + (name == "Falun")) for name, amount in municipalities()]
    result = inspected(csv_file(rows, header=HEADER))
    (alarm,) = result.findings.rows(named=True)
    assert (alarm["kind"], alarm["severity"]) == ("off_by_kronor", "error")
    assert "1\u00a0309\u00a0672" in alarm["message_sv"]
    assert result.reconciliation.filter(pl.col("verdict") == "mismatch").height == 1


def test_a_name_nobody_has_is_reported_and_not_guessed() -> None:
    rows = [(name.replace("Orsa", "Orsaby"), amount) for name, amount in municipalities()]
    result = inspected(csv_file(rows, header=HEADER))
    assert [item.kind for item in result.unread] == ["unknown_name"]
    assert result.reconciliation.height == 14


def test_what_is_saved_for_review_reads_back_as_published_figures(tmp_path: Path) -> None:
    figures = inspected(csv_file(municipalities(), header=HEADER)).figures
    (tmp_path / "psykisk-halsa.csv").write_text(review_file(figures), encoding="utf-8")
    read = PublishedFiles(tmp_path).figures("psykisk-halsa")
    same = ["year", "pot_id", "recipient_type", "recipient_code", "recipient_name", "published_sek"]
    assert read.select(same).equals(figures.select(same))
