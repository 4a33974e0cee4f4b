"""The workbooks of a small world: layout, types, marks, page setup, hostile text, the same bytes twice."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assets.agreements.tables import rules_of, sources_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import pots_of
from assets.presentation.workbook.book import LONGEST_TEXT, harmless, is_https, lines_of
from assets.presentation.workbook.distribution import distribution_of
from assets.presentation.workbook.product import path_of, workbooks
from assets.presentation.workbook.rule_words import rule_in_words
from assets.presentation.workbook.words import CAUSES
from assets.presentation.workbook.year import READ, grant_year
from assets.storage.products import Part
from assets.storage.publishing import Contents
from schemas.called import VERDICT
from schemas.tables.registry import TABLES
from schemas.text import Language
from schemas.vocabulary import COUNTY, ESTIMATED, MUNICIPALITY, NATIONAL, OFFICIAL, REGION, UNKNOWN
from tests.domain import a_pot, an_agreement, head_counts, recipients

YEAR = 2025
HTTPS, HTTP = "https://example.org/a?b=1", "http://example.org/"
HOSTILE = "=cmd|' /C calc'!A0<script>\u202e\x00\x07\x1b_x0041_\ud800\ufffe\nslut" + "å" * 10_000

Tables = Mapping[str, pl.DataFrame]


@cache
def world() -> dict[str, pl.DataFrame]:
    """Two counties with a region and two municipalities each, and SKR: one pot preliminary in part, one unknown."""
    receiving = pl.concat(
        [
            recipients("0114", "0115", "2080", "2081"),
            recipients("01", "20", kind=REGION),
            recipients("01", "20", kind=COUNTY),
            recipients("SKR", kind=NATIONAL),
        ]
    )
    counted = pl.concat(
        [head_counts({"0114": 200, "2080": 100}), head_counts({"0115": 120, "2081": 80}, basis=ESTIMATED)]
    )
    no_share: dict[str, Any] = {"rounding": None}
    agreement = an_agreement(
        a_pot(id="split", focus_area="children-youth", amount_sek=1_000_001, name={"sv": "Barn", "en": "Children"}),
        a_pot(id="flat", recipients=REGION, amount_sek=60, rule={"base_sek": 30}, **no_share),
        a_pot(id="joint", recipients=COUNTY, amount_sek=8, rule={"base_sek": 4}, **no_share),
        a_pot(id="skr", recipients=NATIONAL, amount_sek=7, rule={"amounts": {"SKR": 7}}, **no_share),
        a_pot(id="lost", recipients=UNKNOWN, amount_sek=500, rule="unknown", **no_share),
        sources={
            "a-document": {"title": "A document", "publisher": "A publisher", "url": HTTPS},
            "another": {"title": "Another", "publisher": "A publisher", "url": HTTP},
        },
        year=YEAR,
    )
    rules = rules_of([agreement])
    allocations = allocate(rules, receiving, counted)
    figure = {
        "programme": "a-programme",
        "year": YEAR,
        "pot_id": "split",
        "recipient_type": MUNICIPALITY,
        "recipient_code": "0114",
        "source_id": "a-document",
        "recipient_name": "Place 0114",
        "published_sek": 400_003,
        "computed_sek": 400_000,
        "difference_sek": -3,
        "precision": "exact",
        "independence": "independent",
        "verdict": "mismatch",
        "cause": None,
    }
    return {
        "allocations": allocations,
        "pots": pots_of(rules, allocations),
        "recipients": receiving,
        "rules": rules,
        "sources": sources_of([agreement]),
        "reconciliation": pl.DataFrame([figure], TABLES["reconciliation"].schema),
    }


def parts_of(tables: Tables, years: tuple[int, ...] = (YEAR,), **hashes: str) -> list[Part]:
    sha256 = {f"{name}/{name}_{year}.parquet": hashes.get(f"{name}_{year}", "0") for name in READ for year in years}
    return list(workbooks(Contents(tables, sha256, None)).parts())


def content(tables: Tables, language: Language = "sv") -> bytes:
    (part,) = parts_of(tables)
    return part.files()[path_of(YEAR, language)]


def opened(tables: Tables, language: Language = "sv") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content(tables, language)), rich_text=False)


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(world())


def row_of(sheet: Worksheet, first: str, column: int = 1) -> int:
    """The row whose cell in `column` says `first`."""
    (row,) = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == first]
    return row


def values(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


# --- which files, and when they are made anew -------------------------------------------------------------------


def test_every_year_of_the_version_is_a_part_with_both_languages() -> None:
    parts = parts_of(world(), years=(2025, 2024))
    assert [part.name for part in parts] == ["2024", "2025"]
    assert [sorted(part.files()) for part in parts] == [
        [f"workbooks/kronvis-{year}-{language}.xlsx" for language in ("en", "sv")] for year in (2024, 2025)
    ]


def test_a_part_rests_on_the_files_of_its_own_year() -> None:
    before = {part.name: part.rests_on for part in parts_of(world(), (2024, 2025))}
    after = {part.name: part.rests_on for part in parts_of(world(), (2024, 2025), rules_2025="1")}
    assert before["2024"] == after["2024"]
    assert before["2025"] != after["2025"]


def test_a_table_that_is_not_read_changes_nothing() -> None:
    read = {"pots/pots_2025.parquet": "0"}
    one, other = (
        workbooks(Contents(world(), {**read, "forecast/forecast_2025.parquet": sha}, None)) for sha in ("1", "2")
    )
    assert one.rests_on == other.rests_on
    assert [part.rests_on for part in one.parts()] == [part.rests_on for part in other.parts()]


def test_the_same_tables_give_the_same_bytes() -> None:
    assert content(world()) == content(world())


def test_the_order_of_the_rows_on_hand_does_not_matter() -> None:
    assert content({name: table.reverse() for name, table in world().items()}) == content(world())


def test_other_years_leave_no_trace() -> None:
    another = {
        name: pl.concat([table, table.with_columns(year=pl.lit(2024, pl.Int32))]) for name, table in world().items()
    }
    assert content(another) == content(world())


def test_the_day_of_creation_is_fixed(book: Workbook) -> None:
    assert book.properties.created.date() == dt.date(1980, 1, 1)
    assert book.properties.modified.date() == dt.date(1980, 1, 1)
    assert "Källa: SCB; egen bearbetning" in book.properties.description


# --- the sheet that is laid out as the appendix -----------------------------------------------------------------


def test_sheets_stand_in_order_in_the_language_of_the_workbook(book: Workbook) -> None:
    assert book.sheetnames == ["Fördelning", "Innehåll", "Läsanvisning", "Data", "Regler", "Källor", "Avstämning"]
    english = ["Distribution", "Contents", "Notes", "Data", "Rules", "Sources", "Reconciliation"]
    assert opened(world(), "en").sheetnames == english


def test_a_county_has_heading_region_municipalities_joint_money_and_subtotal(book: Workbook) -> None:
    sheet = book["Fördelning"]
    # 1 000 001 kr by population: 200, 120, 100 and 80 of 500; one krona is left over.
    assert [values(sheet, row) for row in range(7, 13)] == [
        ["Place 01", None, None, None, None, None, None, None, None, None],
        ["01", "Place 01", "region", None, 30, None, None, 30, None, "beslutat"],
        ["0114", "Place 0114", "kommun", 400_000, None, None, None, 400_000, None, "beslutat"],
        ["0115", "Place 0115", "kommun", 240_000, None, None, None, 240_000, 240_000, "preliminärt"],
        ["01", "Place 01", "län gemensamt", None, None, 4, None, 4, None, "beslutat"],
        ["Summa Place 01", None, None, 640_000, 30, 4, None, 640_034, 240_000, "delvis preliminärt"],
    ]


def test_the_grand_total_is_the_sum_and_leads_to_the_agreement(book: Workbook) -> None:
    sheet = book["Fördelning"]
    total = values(sheet, row_of(sheet, "Summa alla mottagare"))
    assert total[3:] == [1_000_000, 60, 8, 7, 1_000_075, 400_000, "delvis preliminärt"]
    bridge = [sheet.cell(row, 8).value for row in range(row_of(sheet, "Fördelat enligt ovan"), sheet.max_row + 1)]
    assert bridge == [1_000_075, 500, 1, 1_000_576]
    assert sum(bridge[:3]) == bridge[3]


def test_pots_stand_under_short_and_full_name_with_their_status(book: Workbook) -> None:
    sheet = book["Fördelning"]
    assert [sheet.cell(row, 4).value for row in (4, 5, 6)] == [
        "Barn och unga, till kommuner",
        "Barn",
        "delvis preliminärt",
    ]
    assert sheet.cell(6, 5).value == "beslutat"


def test_preliminary_amounts_are_marked_in_italics_colour_and_words(book: Workbook) -> None:
    sheet = book["Fördelning"]
    decided, preliminary = sheet.cell(9, 4), sheet.cell(10, 4)
    assert (decided.font.italic, preliminary.font.italic) == (False, True)
    assert decided.font.color.rgb != preliminary.font.color.rgb
    assert [sheet.cell(row, 10).value for row in (9, 10)] == ["beslutat", "preliminärt"]


def test_no_legend_of_preliminary_amounts_where_there_are_none() -> None:
    tables = {**world(), "allocations": world()["allocations"].with_columns(status=pl.lit("decided"))}
    sheet = opened(tables)["Fördelning"]
    assert sheet.cell(3, 1).value.startswith("Alla belopp här är beslutade")
    assert not any(cell.font.italic for row in sheet.iter_rows() for cell in row)


def test_counties_fold_into_their_subtotals(book: Workbook) -> None:
    sheet = book["Fördelning"]
    levels = [sheet.row_dimensions[row].outlineLevel for row in range(7, 14)]
    assert levels == [1, 1, 1, 1, 1, 0, 1]


def test_a_programme_with_one_recipient_per_county_has_no_subtotals() -> None:
    """Repeating every row as a subtotal would only make the reader look for the difference."""
    tables = {**world(), "allocations": world()["allocations"].filter(pl.col("recipient_type") != MUNICIPALITY)}
    only_joint = {**tables, "allocations": tables["allocations"].filter(pl.col("recipient_type") != REGION)}
    assert not distribution_of(grant_year(tables, YEAR), "a-programme").is_flat
    sheet = opened(only_joint)["Fördelning"]
    assert [sheet.cell(row, 1).value for row in range(7, 11)] == ["01", "20", "SKR", "Summa alla mottagare"]


def test_programmes_have_sheets_of_their_own() -> None:
    tables = {
        name: pl.concat([table, table.with_columns(programme=pl.lit("psykisk-halsa"))])
        if "programme" in table.columns
        else table
        for name, table in world().items()
    }
    assert opened(tables).sheetnames[:3] == ["Fördelning psykisk hälsa", "Fördelning 2 a-programme", "Innehåll"]


def test_a_year_without_a_known_rule_says_so() -> None:
    unsplit = world()["pots"].filter(pot_id="lost")
    tables = {**world(), "allocations": TABLES["allocations"].empty(), "pots": unsplit}
    tables["rules"] = world()["rules"].filter(pot_id="lost")
    book = opened(tables)
    sheet = book["Fördelning"]
    assert sheet.cell(2, 1).value.startswith("Inget är beräknat för 2025")
    assert sheet.cell(row_of(sheet, "Överenskommelsens potter tillsammans"), 4).value == 500
    assert book["Data"].cell(3, 1).value == "Inga rader för 2025."


def test_a_year_without_an_agreement_says_so() -> None:
    tables = {name: TABLES[name].empty() for name in READ}
    assert opened(tables)["Fördelning"].cell(1, 1).value == "Ingen överenskommelse finns för 2025."


# --- types, filters, pages --------------------------------------------------------------------------------------


def test_codes_are_text_and_amounts_are_numbers(book: Workbook) -> None:
    sheet = book["Data"]
    names = values(sheet, 2)
    assert names == TABLES["allocations"].schema.names()
    row = dict(
        zip(names, values(sheet, 3 + world()["allocations"]["recipient_code"].to_list().index("0114")), strict=True)
    )
    assert (row["recipient_code"], row["county_code"]) == ("0114", "01")
    assert (row["amount_sek"], row["population"], row["year"]) == (400_000, 200, 2025)
    assert row["reference_date"].date() == dt.date(2024, 11, 1)
    assert sheet.cell(1, names.index("recipient_code") + 1).value == "Mottagarens kod"


def test_no_cell_is_a_formula_or_an_error(book: Workbook) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n", "d"}


@pytest.mark.parametrize(
    ("sheet", "frozen"),
    [("Fördelning", "C7"), ("Data", "A3"), ("Regler", "A2"), ("Källor", "A2"), ("Avstämning", "A2")],
)
def test_headers_are_frozen(book: Workbook, sheet: str, frozen: str) -> None:
    assert book[sheet].freeze_panes == frozen


def test_flat_tables_have_a_filter_over_all_rows(book: Workbook) -> None:
    rows = world()["allocations"].height
    assert book["Data"].auto_filter.ref == f"A2:X{rows + 2}"
    assert book["Regler"].auto_filter.ref == "A1:R6"
    assert book["Källor"].auto_filter.ref == "A1:H3"
    assert book["Avstämning"].auto_filter.ref == "A1:M2"


def test_every_sheet_prints_across_the_page_with_title_and_page_number(book: Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        # One page wide is what the file format means where it says nothing.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.print_area, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert sheet.title in sheet.oddHeader.left.text
        assert "&P" in sheet.oddFooter.right.text
    assert book["Fördelning"].print_title_rows == "$4:$6"


def test_the_print_area_of_data_ends_before_the_checksums(book: Workbook) -> None:
    rows = world()["allocations"].height + 2
    assert book["Data"].print_area == f"'Data'!$A$1:$V${rows}"


def test_there_are_no_macros_and_no_outside_parts() -> None:
    with zipfile.ZipFile(io.BytesIO(content(world()))) as archive:
        assert not [name for name in archive.namelist() if re.search("vba|external|embed|macro", name, re.IGNORECASE)]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- the other sheets -------------------------------------------------------------------------------------------


def test_contents_link_to_every_sheet_and_sum_up_the_year(book: Workbook) -> None:
    sheet = book["Innehåll"]
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames]
    assert values(sheet, row_of(sheet, "a-programme")) == [
        "a-programme", None, 1_000_576, 1_000_075, 600_075, 400_000, 500, 1,
    ]  # fmt: skip
    assert sheet.cell(row_of(sheet, "Ange källan så"), 2).value == "Källa: SCB; egen bearbetning"
    assert sheet.cell(row_of(sheet, "stämmer inte"), 2).value == 1


def test_notes_explain_every_column_of_the_data(book: Workbook) -> None:
    explained = {(row[0].value, row[2].value): row[3].value for row in book["Läsanvisning"].iter_rows(max_col=4)}
    for column in TABLES["allocations"].columns:
        assert explained["Data", column.name] == column.field.description.sv


def test_rules_are_told_in_words_with_their_sums(book: Workbook) -> None:
    sheet = book["Regler"]
    told = {row[1].value: row for row in sheet.iter_rows(min_row=2) if row[1].value == "Barn"}["Barn"]
    assert told[5].value == "Hela potten efter folkmängd, i alla åldrar, 1 november 2024."
    assert [cell.value for cell in told[12:16]] == ["preliminärt", 1_000_000, 1, 4]
    assert "Okänd: potten fördelas inte." in [row[5].value for row in sheet.iter_rows()]


def test_only_https_becomes_a_link(book: Workbook) -> None:
    sheet = book["Källor"]
    assert [sheet.cell(row, 7).value for row in (2, 3)] == [HTTPS, HTTP]
    assert sheet.cell(2, 7).hyperlink.target == HTTPS
    assert sheet.cell(3, 7).hyperlink is None


def test_reconciliation_puts_published_beside_computed(book: Workbook) -> None:
    row = values(book["Avstämning"], 2)
    assert row[1:10] == [
        "Barn", "kommun", "0114", "Place 0114", 400_003, 400_000, -3, "stämmer inte", None,
    ]  # fmt: skip


def test_every_verdict_and_cause_has_words() -> None:
    fields = {column.name: column.field for column in TABLES["reconciliation"].columns}
    assert set(VERDICT) == set(fields["verdict"].allowed or ())
    assert set(CAUSES) == set(fields["cause"].allowed or ())


@pytest.mark.parametrize(
    ("rule", "rounding", "said"),
    [
        ({"base_sek": 5, "variable": {"key": "population", "ages": [0, 18]}}, "nearest",
         "5 kr per kommun; resten efter folkmängd, 0–18 år, 1 november 2024."),
        ({"base_sek": {"default": 5, "metropolitan": 9}}, None, "5 kr per kommun (storstadslän 9 kr)."),
        ({"amounts": {f"000{n}": n for n in range(7)}}, None,
         "Belopp per mottagare: 0000 0 kr, 0001 1 kr, 0002 2 kr, 0003 3 kr, 0004 4 kr och 2 till."),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule: dict[str, Any], rounding: str | None, said: str) -> None:
    (pot,) = rules_of([an_agreement(a_pot(rule=rule, rounding=rounding))]).to_dicts()
    assert rule_in_words(pot, "sv").replace("\u00a0", " ") == said


# --- hostile text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_hostile_names_and_sources_stay_text(language: Language) -> None:
    hostile = pl.lit(HOSTILE.replace("\ud800", ""))
    tables = {
        **world(),
        "allocations": world()["allocations"].with_columns(recipient_name=hostile),
        "recipients": world()["recipients"].with_columns(recipient_name=hostile),
        "pots": world()["pots"].with_columns(name_sv=hostile, name_en=hostile, focus_area=pl.lit("new")),
        "rules": world()["rules"].with_columns(name_sv=hostile, name_en=hostile, note_sv=hostile, note_en=hostile),
        "sources": world()["sources"].with_columns(
            title=hostile, note=hostile + "å" * 30_000, url=pl.lit("https://a.org/\"><'") + hostile
        ),
        "reconciliation": world()["reconciliation"].with_columns(recipient_name=hostile),
    }
    book = opened(tables, language)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert max(len(cell.value) for cell in cells) == LONGEST_TEXT
    assert sum("<script>_x0041_ slut" in cell.value for cell in cells) > 20
    assert not [cell for cell in cells if set(cell.value) & set("\u202e\x00\x07\x1b\ufffe\n")]
    assert not [cell for cell in cells if cell.hyperlink and "a.org" in cell.value]
    heights = [[row.height or 15 for row in sheet.row_dimensions.values()] for sheet in book]
    assert max(height for sheet in heights for height in sheet) < 300  # Excel's most is 409
    assert sum(heights[0][:6]) < 200, "the frozen header leaves room for what it stands over"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Åre", "Åre"),
        ("1\u00a0000\u00a0kr", "1\u00a0000\u00a0kr"),
        ("a\tb\r\nc\u2028d", "a b  c d"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("\u202eab\u2066c\u200f\ufeffd\u00ad", "abcd"),
        ("a\ud800b\ufffec\ue000", "abc"),
        ("x" * 40_000, "x" * (LONGEST_TEXT - 1) + "…"),
    ],
)
def test_harmless_text(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://www.regeringen.se/a%C3%A5?b=c&d#e", True),
        ("http://www.regeringen.se/", False),
        ("javascript:alert(1)", False),
        ("HTTPS://a.org", False),
        ("https://a.org/ b", False),
        ("https://a.org/å", False),
        ('https://a.org/"x', False),
        ("https://a.org/\n", False),
        ("https://a.org/" + "a" * 2_000, False),
    ],
)
def test_what_may_be_a_link(url: str, is_link: bool) -> None:
    assert is_https(url) is is_link


@pytest.mark.parametrize(
    ("text", "width", "lines"), [("", 10, 1), ("aaa bbb", 7, 1), ("aaa bbb", 6, 2), ("a" * 25, 10, 3), ("a b", 1, 2)]
)
def test_lines_that_a_text_takes(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width) == lines


def test_official_and_estimated_rows_are_told_apart() -> None:
    """The small world is what the tests above believe it to be."""
    bases = world()["allocations"].filter(pot_id="split").sort("recipient_code")["population_basis"].to_list()
    assert bases == [OFFICIAL, ESTIMATED, OFFICIAL, ESTIMATED]
