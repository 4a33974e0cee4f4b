"""Documents of every kind through the one door, as they come: bytes in, pages of rows of cells out."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import xlsxwriter

from assets.documents.found import Place
from assets.documents.page import Page
from assets.documents.reading import ReadDocument, read_document
from schemas.errors import DataRefused
from tests.documents import (
    NBSP,
    a_pdf,
    csv_file,
    finished,
    html_page,
    pdf_with_table,
    printed_at,
    raw_page,
    slide_pdf,
    text_page,
    workbook,
)

HEADER: Final = ("Kommun", "Belopp 2024", "Belopp 2025 (kr)")
ROWS: Final = [("Upplands Väsby", 1309672, 55), ("Mora", 5, 1155336), ("Malung-Sälen", 311874, 9)]
PRINTED: Final = [["Kommun", "Belopp 2024", "Belopp 2025 (kr)"]] + [
    [name, *(f"{amount:,}".replace(",", NBSP) for amount in amounts)] for name, *amounts in ROWS
]
LONG: Final = (
    "Medlen fördelas med ett grundbelopp till varje kommun och resten efter hur många barn och unga som bor där den "
    "1 november året före, vilket gör att belopp på 1 309 672 kr kan stå mitt i en löpande text."
)


def read(body: bytes) -> ReadDocument:
    return read_document(body, "a document")


def page_of(body: bytes) -> Page:
    (page,) = read(body).pages
    return page


def texts(page: Page) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in page.rows]


def columns(page: Page) -> list[list[tuple[int, int]]]:
    return [[(cell.column, cell.span) for cell in row.cells] for row in page.rows]


def lines(body: bytes) -> list[list[str]]:
    return texts(page_of(body))


# --- every kind -----------------------------------------------------------------------------------------------


BUILDERS: Final[dict[str, Callable[[], bytes]]] = {
    "pdf": lambda: pdf_with_table(ROWS, header=HEADER, before=["Fördelning"], title="Bidrag på åtta öar"),
    "html": lambda: html_page(ROWS, header=HEADER, before=["Fördelning"], title="Bidrag på åtta öar"),
    "xlsx": lambda: workbook(ROWS, header=HEADER, before=["Fördelning"], title="Bidrag på åtta öar"),
    "csv": lambda: csv_file(ROWS, header=HEADER, thousands=NBSP),
    "text": lambda: text_page(ROWS, header=HEADER, before=["Fördelning"], thousands=NBSP),
}


@pytest.mark.parametrize("kind", BUILDERS)
def test_a_table_keeps_its_columns_in_every_kind(kind: str) -> None:
    body = BUILDERS[kind]()
    document = read(body)
    assert (document.kind, document.sha256) == (kind, hashlib.sha256(body).hexdigest())
    assert document.title == ("Bidrag på åtta öar" if kind in ("pdf", "html", "xlsx") else None)
    (page,) = document.pages
    table = [row for row in page.rows if len(row.cells) > 1]
    plain = [[name, *map(str, amounts)] for name, *amounts in ROWS]
    assert [[cell.text for cell in row.cells] for row in table] == [
        list(HEADER),
        *(plain if kind == "xlsx" else PRINTED[1:]),
    ]
    assert {tuple(cell.column for cell in row.cells) for row in table} == {(1, 2, 3)}
    assert {cell.span for row in table for cell in row.cells} == {1}
    above = [row for row in page.rows if len(row.cells) == 1]
    assert [row.cells[0].text for row in above] == ([] if kind == "csv" else ["Fördelning"])


def test_the_same_bytes_give_the_same_pages() -> None:
    body = BUILDERS["pdf"]()
    assert read(body) == read(body)


def test_a_refusal_names_the_document_and_the_way_out() -> None:
    with pytest.raises(DataRefused, match=r"(?s)^utfall\.pdf: is empty.*→ fetch it again") as caught:
        read_document(b"", "utfall.pdf")
    assert caught.value.where == "utfall.pdf"


def test_reading_works_from_any_folder_and_under_any_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json.py", "sitecustomize.py", "assets.py"):
        (tmp_path / name).write_text("import os\nos._exit(3)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert lines(b"Falun   5") == [["Falun", "5"]]


# --- PDF ------------------------------------------------------------------------------------------------------


def test_paragraphs_are_one_cell_a_line_and_amounts_in_them_stay_whole() -> None:
    page = page_of(pdf_with_table(ROWS, before=[LONG]))
    paragraph = [row.cells for row in page.rows][:3]
    assert [len(cells) for cells in paragraph[:2]] == [1, 1]
    assert " ".join(cell.text for cells in paragraph for cell in cells).startswith(LONG)
    assert [row.number for row in page.rows] == list(range(1, len(page.rows) + 1))


@pytest.mark.parametrize("width", [150, 220, 300])
def test_justified_text_is_no_table(width: float) -> None:
    pdf = a_pdf()
    pdf.multi_cell(width, 14, LONG, align="J", new_x="LMARGIN", new_y="NEXT")
    found = lines(finished(pdf))
    assert {len(cells) for cells in found} == {1}
    assert " ".join(cells[0] for cells in found) == LONG


@pytest.mark.parametrize("thousands", [" ", NBSP])
def test_narrow_columns_are_told_apart_by_their_rules(thousands: str) -> None:
    found = lines(pdf_with_table(ROWS, header=HEADER, ruled=True, thousands=thousands))
    assert found == [[text.replace(NBSP, thousands) for text in row] for row in PRINTED]


def test_narrow_columns_without_rules_are_told_apart_by_the_rows_around() -> None:
    pdf = a_pdf(size=11)
    rows = [
        ["Falun", "1 309 672", "1 155 336"],
        ["Hedemora", "460 022", "5"],
        ["Stockholm", "31 309 672", "11 155 336"],
    ]
    widths = [max(pdf.get_string_width(row[column]) for row in rows) + 2 * pdf.c_margin for column in range(3)]
    for row in rows:
        for width, text in zip(widths, row, strict=True):
            pdf.cell(width, 14, text, align="L" if text in ("Falun", "Hedemora", "Stockholm") else "R")
        pdf.ln()
    assert 2 * pdf.c_margin < 0.6 * pdf.font_size, "the longest of two columns all but touch"
    assert lines(finished(pdf)) == rows


def test_columns_hold_through_headings_gaps_and_both_alignments() -> None:
    page = page_of(
        printed_at(
            (250, 88, "Belopp i kronor"),
            (56, 100, "Kommun"), (250, 100, "2024"), (330, 100, "2025"), (400, 100, "Andel"),
            (56, 112, "Ale"), (236, 112, "309 672"), (341, 112, "5"), (405, 112, "1 %"),
            (56, 124, "Region Västra Götaland med alla kommuner"), (262, 124, "5"), (316, 124, "309 672"),
            (56, 136, "Kommunerna i Dalarna"),
            (56, 148, "Mora"), (316, 148, "533 588"), (400, 148, "12 %"),
            (56, 160, "Summa"), (228, 160, "2 309 672"), (308, 160, "2 155 336"),
        )
    )  # fmt: skip
    assert columns(page) == [
        [(2, 2)],
        [(1, 1), (2, 1), (3, 1), (4, 1)],
        [(1, 1), (2, 1), (3, 1), (4, 1)],
        [(1, 1), (2, 1), (3, 1)],
        [(1, 1)],
        [(1, 1), (3, 1), (4, 1)],
        [(1, 1), (2, 1), (3, 1)],
    ]
    assert texts(page)[5] == ["Mora", "533 588", "12 %"]


def test_figures_with_gaps_all_alike_are_no_justified_text() -> None:
    page = page_of(printed_at(*((x, 100, text) for x, text in ((56, "5"), (76, "6"), (96, "7"), (116, "8")))))
    assert texts(page) == [["5", "6", "7", "8"]]


def test_a_heading_aligned_left_heads_amounts_aligned_right() -> None:
    page = page_of(
        printed_at(
            (56, 100, "Kommun"), (160, 100, "Psykisk hälsa"), (280, 100, "Suicid"),
            (56, 112, "Ale"), (240, 112, "72"), (350, 112, "5 000"),
            (56, 124, "Orsa"), (232, 124, "9 672"), (364, 124, "50"),
        )
    )  # fmt: skip
    assert columns(page) == [[(1, 1), (2, 1), (3, 1)]] * 3


def test_a_rule_between_two_texts_parts_them() -> None:
    pdf = a_pdf(size=10)
    pdf.text(56, 100, "Falun")
    end = 56 + pdf.get_string_width("Falun")
    pdf.text(end + 5, 100, "5")
    assert lines(finished(pdf)) == [["Falun 5"]]
    pdf = a_pdf(size=10)
    pdf.text(56, 100, "Falun")
    pdf.text(end + 5, 100, "5")
    pdf.line(end + 2, 90, end + 2, 104)
    pdf.line(56 + 8, 110, 56 + 8, 120)
    assert lines(finished(pdf)) == [["Falun", "5"]]


def test_a_part_of_a_table_without_a_column_keeps_the_others_in_place() -> None:
    page = page_of(
        printed_at(
            (56, 100, "Ale"), (160, 100, "5"), (240, 100, "6"),
            (56, 112, "Kommunerna i Dalarna"),
            (56, 124, "Mora"), (240, 124, "7"),
        )
    )  # fmt: skip
    assert columns(page) == [[(1, 1), (2, 1), (3, 1)], [(1, 1)], [(1, 1), (3, 1)]]


def test_tables_with_running_text_between_have_columns_of_their_own() -> None:
    page = page_of(
        printed_at(
            (56, 100, "Ale"), (240, 100, "6"),
            (56, 112, "En text"), (56, 124, "på flera"), (56, 136, "rader"),
            (56, 148, "Mora"), (160, 148, "5"), (240, 148, "7"),
        )
    )  # fmt: skip
    assert columns(page) == [[(1, 1), (2, 1)], *[[(1, 1)]] * 3, [(1, 1), (2, 1), (3, 1)]]


def test_tables_whose_columns_do_not_fit_have_columns_of_their_own() -> None:
    page = page_of(
        printed_at(
            (56, 100, "Ale"), (160, 100, "12 309 672"), (56, 112, "Orsa"), (160, 112, "12 533 588"),
            (56, 124, "Per län"),
            (56, 136, "Gotland"), (160, 136, "5"), (200, 136, "6"),
        )
    )  # fmt: skip
    assert columns(page) == [*[[(1, 1), (2, 1)]] * 2, [(1, 1)], [(1, 1), (2, 1), (3, 1)]]


def test_a_table_goes_on_over_pages() -> None:
    rows = [(f"Kommun {number}", 1_000 * number) for number in range(1, 121)]
    pages = read(pdf_with_table(rows)).pages
    assert [page.number for page in pages] == [1, 2, 3]
    found = [cells for page in pages for cells in texts(page)]
    assert found == [[name, f"{amount:,}".replace(",", NBSP)] for name, amount in rows]
    assert {cell for page in pages for row in columns(page) for cell in row} == {(1, 1), (2, 1)}


def test_a_slide_has_bullets_of_one_cell_and_a_table_of_two_columns() -> None:
    page = page_of(slide_pdf("Fördelning av medel", [LONG, "Kort punkt"], [row[:2] for row in ROWS]))
    found = texts(page)
    assert found[0] == ["Fördelning av medel"]
    assert found[1][0].startswith("- Medlen fördelas")
    assert ["- Kort punkt"] in found
    assert found[-3:] == [row[:2] for row in PRINTED[1:]]


def test_numbers_of_list_items_belong_to_their_text() -> None:
    page = page_of(printed_at((56, 100, "1."), (74, 100, "Barn och unga"), (56, 115, "2."), (74, 115, "Suicid")))
    assert texts(page) == [["1. Barn och unga"], ["2. Suicid"]]


def test_marks_of_footnotes_are_no_digits_of_the_amount() -> None:
    pdf = a_pdf(size=10)
    for y, mark, up in ((100, "1", 3.3), (120, "2)", 1.5), (140, "10", 4)):
        pdf.text(56, y, "Falun")
        pdf.text(200, y, "1 309 672")
        width = pdf.get_string_width("1 309 672")
        pdf.set_font_size(6)
        pdf.text(200 + width, y - up, mark)
        pdf.set_font_size(10)
    assert lines(finished(pdf)) == [["Falun", f"1 309 672{mark}"] for mark in ("¹", "²⁾", "¹⁰")]


def test_letters_printed_twice_for_bold_are_read_once() -> None:
    found = lines(printed_at(*((x, 100, text) for x in (56, 56.3) for text in ("1 330 099",)), (200, 100, "5")))
    assert found == [["1 330 099", "5"]]


def test_ligatures_are_letters_and_soft_hyphens_stay() -> None:
    # In the standard encoding of Helvetica octal 256 is the ligature fi; 255 is a soft hyphen in Latin-1.
    assert lines(raw_page(rb"BT /F 12 Tf 50 700 Td (speci\256k) Tj ET")) == [["specifik"]]
    assert lines(printed_at((56, 100, "kom\u00admun"))) == [["kom\u00admun"]]


def test_a_page_that_is_shown_turned_is_read_as_shown() -> None:
    drawn = b"BT /F 12 Tf 0 1 -1 0 100 50 Tm (Falun) Tj ET BT /F 12 Tf 0 1 -1 0 100 200 Tm (1 309 672) Tj ET"
    assert lines(raw_page(drawn, page=b"/Rotate 90")) == [["Falun", "1 309 672"]]


def test_a_pdf_that_opens_without_password_is_read() -> None:
    pdf = a_pdf()
    pdf.set_encryption(owner_password="hemlig")  # noqa: S106 - no secret
    pdf.cell(100, 12, "Falun")
    assert lines(finished(pdf)) == [["Falun"]]


# --- web page -------------------------------------------------------------------------------------------------


def web(body: str) -> Page:
    return page_of(f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode())


def test_cells_over_columns_and_rows_keep_what_follows_in_place() -> None:
    page = web(
        "<table><caption>Belopp i kr</caption><thead><tr><th rowspan='2'>Kommun</th><th colspan=2>Belopp</th>"
        "<th rowspan=2>Andel</th></tr><tr><th>2024</th><th>2025</th></tr></thead>"
        "<tr><td rowspan=0>Ale</td><td>1</td><td>2</td><td>3</td></tr><tr><td>4</td><td>5</td></tr></table>"
    )
    assert texts(page) == [
        ["Belopp i kr"],
        ["Kommun", "Belopp", "Andel"],
        ["2024", "2025"],
        ["Ale", "1", "2", "3"],
        ["4", "5"],
    ]
    assert columns(page) == [
        [(1, 1)],
        [(1, 1), (2, 2), (4, 1)],
        [(2, 1), (3, 1)],
        [(1, 1), (2, 1), (3, 1), (4, 1)],
        [(2, 1), (3, 1)],
    ]


def test_a_heading_reaches_down_no_further_than_the_head_of_its_table() -> None:
    page = web(
        "<table><thead><tr><th rowspan=9>Kommun</th><th>Belopp</th></tr></thead><tr><td>Ale</td><td>1</td></tr></table>"
    )
    assert columns(page) == [[(1, 1), (2, 1)]] * 2


@pytest.mark.parametrize(
    "mark", ["<sup>1</sup>", "<a href='#n1'><sup> 1</sup></a>", "<span style='Vertical-Align: super'>1</span>"]
)
def test_a_raised_mark_is_no_digit(mark: str) -> None:
    (row,) = texts(web(f"<table><tr><td>Falun</td><td>1&nbsp;309&nbsp;672{mark}</td></tr></table>"))
    assert row[1].replace(" ", "") == f"1{NBSP}309{NBSP}672¹"


def test_text_comes_block_by_block_in_the_order_it_stands() -> None:
    page = web(
        "Först<h2>Rubrik <em>två</em></h2><p>Ett\n stycke<br>på&nbsp;två rader &amp; 5 &lt; 6</p>"
        "<ul><li>ett<li>två</ul><div>ute<p>inne</p>efter</div><table><tr><td>Falun<p>kommun</p></td><td>5</td></tr></table><p>sist"
    )
    assert texts(page) == [
        ["Först"], ["Rubrik två"], [f"Ett stycke på{NBSP}två rader & 5 < 6"], ["ett"], ["två"], ["ute"], ["inne"],
        ["efter"], ["Falun kommun", "5"], ["sist"],
    ]  # fmt: skip


def test_what_is_hidden_gives_no_text_and_no_column() -> None:
    page = web(
        "<script>'1 000'</script><style>p::after{content:'2'}</style><noscript>3</noscript><template>4</template>"
        "<!-- 5 --><p hidden>6</p><div style='color:red; DISPLAY : none'>7</div><textarea>8</textarea>"
        "<table><tr style='visibility:hidden'><td>9</td></tr><tr><td hidden>10</td><td>Falun</td></tr></table>"
    )
    assert texts(page) == [["Falun"]]
    assert columns(page) == [[(1, 1)]]


def test_tables_for_layout_are_looked_into() -> None:
    page = web(
        "<table><tr><td>Meny</td><td><p>Text</p><table><tr><td>Falun</td><td>5</td></tr></table></td></tr></table>"
    )
    assert texts(page) == [["Meny"], ["Text"], ["Falun", "5"]]


def test_decomposed_letters_stay_as_they_are() -> None:
    assert texts(web("<p>A\u030aland och O\u0308rebro</p>")) == [["A\u030aland och O\u0308rebro"]]


# --- workbook -------------------------------------------------------------------------------------------------


def a_workbook(fill: Callable[[Any, Any], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("Blad1"))
    return file.getvalue()


def changed_part(body: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with `old` replaced in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        assert old in before.read(part)
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name == part else content)
    return file.getvalue()


SHEET: Final = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (b"1309672", "1309672"),
        (b"1309672.0", "1309672"),
        (b"1.309672E6", "1309672"),
        (b"1309671.78", "1309671.78"),
        (b"0.10000000000000001", "0.1"),
        (b"1.5E-7", "0.00000015"),
        (b"-5", "-5"),
        (b"12345678901234567", "12345678901234567"),
    ],
)
def test_numbers_are_exactly_what_is_stored(stored: bytes, text: str) -> None:
    body = changed_part(workbook([["Falun", 777]]), SHEET, b"<v>777</v>", b"<v>%b</v>" % stored)
    assert lines(body) == [["Falun", text]]


def test_the_format_of_a_number_changes_nothing_but_dates() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_number("A1", 1309672, book.add_format({"num_format": "# ##0,"}))
        sheet.write_number("B1", 114, book.add_format({"num_format": "0000"}))
        sheet.write_datetime("C1", dt.datetime(2024, 11, 1), book.add_format({"num_format": "d mmm yyyy"}))  # noqa: DTZ001 - a cell has no zone
        sheet.write_boolean("D1", True)

    assert lines(a_workbook(fill)) == [["1309672", "114", "2024-11-01", "True"]]


def test_a_formula_without_a_value_is_seen_and_one_with_a_value_is_read() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row("A1", ["Falun", 5])
        sheet.write_formula("B2", "=SUM(B1:B1)", None, 5)
        sheet.write_formula("B3", "=SUM(B1:B2)", None, "")
        sheet.write_array_formula("B4:B4", "{=SUM(B1:B2*1)}")
        sheet.write_formula("B5", "=A1", None, "Falun")

    document = read(a_workbook(fill))
    assert texts(document.pages[0]) == [["Falun", "5"], ["5"], ["=SUM(B1:B2)"], ["=SUM(B1:B2*1)"], ["Falun"]]
    assert document.formulas == (Place(1, 3, 2), Place(1, 4, 2))


def test_the_zero_of_a_writer_that_does_not_calculate_is_no_value() -> None:
    uncalculated = a_workbook(lambda _, sheet: sheet.write_formula("A1", "=SUM(B1:B9)"))
    assert lines(uncalculated) == [["=SUM(B1:B9)"]]
    calculated = changed_part(uncalculated, "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")
    assert (lines(calculated), read(calculated).formulas) == ([["0"]], ())


def test_an_empty_text_from_a_formula_is_no_amount_that_is_missed() -> None:
    body = a_workbook(lambda _, sheet: sheet.write_formula("A1", '=""', None, 7))
    body = changed_part(body, SHEET, b"<v>7</v>", b"<v></v>")
    body = changed_part(body, SHEET, b'<c r="A1"', b'<c r="A1" t="str"')
    assert (lines(body), read(body).formulas) == ([], ())


def test_sheets_are_pages_and_hidden_ones_say_so() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("B3", "Falun")
        book.add_worksheet("Äldre").hide()
        book.add_worksheet("Dolt").very_hidden()

    pages = read(a_workbook(fill)).pages
    assert [(page.number, page.name) for page in pages] == [(1, "Blad1"), (2, "Äldre (hidden)"), (3, "Dolt (hidden)")]
    assert [(row.number, row.cells[0].column) for row in pages[0].rows] == [(3, 2)]


def test_merged_headings_span_their_columns() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.merge_range("B1:C1", "Belopp")
        sheet.merge_range("A1:A2", "Kommun")
        sheet.write_row("B2", ["2024", "2025"])

    page = page_of(a_workbook(fill))
    assert texts(page) == [["Kommun", "Belopp"], ["2024", "2025"]]
    assert columns(page) == [[(1, 1), (2, 2)], [(2, 1), (3, 1)]]


def test_a_raised_mark_in_a_workbook_is_no_digit() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_rich_string(
            "A1", "1 309 67", book.add_format({"bold": True}), "2", book.add_format({"font_script": 1}), "1"
        )

    assert lines(a_workbook(fill)) == [["1 309 672¹"]]


def test_rows_beyond_the_size_that_a_sheet_gives_are_read() -> None:
    body = workbook(ROWS)
    assert lines(changed_part(body, SHEET, b'ref="A1:C3"', b'ref="A1:A1"')) == lines(body)


# --- CSV and text ---------------------------------------------------------------------------------------------


def test_csv_rows_keep_quotes_empty_values_and_the_line_they_begin_on() -> None:
    page = page_of(
        b'Bidrag 2025\r\n\r\nkod;namn;belopp\r\n2080;"Falun; ""stad""";5\r\n2062;"Mora\r\nkommun";\r\n0114;;7\r\n'
    )
    assert [(row.number, [cell.text for cell in row.cells]) for row in page.rows] == [
        (1, ["Bidrag 2025"]),
        (3, ["kod", "namn", "belopp"]),
        (4, ["2080", 'Falun; "stad"', "5"]),
        (5, ["2062", "Mora kommun"]),
        (7, ["0114", "7"]),
    ]
    assert columns(page)[-1] == [(1, 1), (3, 1)]


def test_text_is_parted_by_wide_gaps_tabs_and_bars() -> None:
    page = page_of(
        b"# Rubrik\n\nFalun      1 309 672      5\nMora                      7\n\nEn mening med 5 000 kr.\n"
        b"| Kommun | Belopp |\n|:---|---:|\n| Ale |  | 5 |\nOrsa\t\t9\n-  punkt\n"
    )
    assert [(row.number, [cell.text for cell in row.cells]) for row in page.rows] == [
        (1, ["# Rubrik"]),
        (3, ["Falun", "1 309 672", "5"]),
        (4, ["Mora", "7"]),
        (6, ["En mening med 5 000 kr."]),
        (7, ["Kommun", "Belopp"]),
        (9, ["Ale", "5"]),
        (10, ["Orsa", "9"]),
        (11, ["-  punkt"]),
    ]
    assert [[column for column, _ in row] for row in columns(page)] == [
        [1], [1, 2, 3], [1, 3], [1], [1, 2], [1, 3], [1, 3], [1],
    ]  # fmt: skip


def test_no_break_and_thin_spaces_stay_in_amounts_of_text() -> None:
    amounts = ["1\u00a0309\u00a0672", "1\u2009309\u2009672", "1\u202f309\u202f672"]
    assert lines("   ".join(["Falun", *amounts]).encode()) == [["Falun", *amounts]]


def test_a_form_feed_begins_a_page() -> None:
    pages = read(b"Falun\nMora\f\nOrsa").pages
    assert [(page.number, [(row.number, row.cells[0].text) for row in page.rows]) for page in pages] == [
        (1, [(1, "Falun"), (2, "Mora")]),
        (2, [(2, "Orsa")]),
    ]
