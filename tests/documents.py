"""Documents for tests in the formats that sources come in: PDF, slides, web page, workbook, CSV and plain text.

Builders only. A table is a list of rows such as ("Falun", 1309672); amounts are ints, printed with no-break spaces
between thousands and stored as numbers in workbooks. `before` and `after` are paragraphs around the table.
"""

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import Final

import xlsxwriter
from fpdf import FPDF

Value = str | int
Rows = Sequence[Sequence[Value]]

NBSP: Final = "\u00a0"
_MARGIN: Final = 56.0
_NARROW: Final = 6.0


def printed(value: Value, thousands: str = NBSP) -> str:
    """`1 309 672` for 1309672; text as it is."""
    return f"{value:,}".replace(",", thousands) if isinstance(value, int) else value


# --- PDF ------------------------------------------------------------------------------------------------------


def a_pdf(*, size: float = 11, landscape: bool = False, title: str | None = None) -> FPDF:
    """A PDF with one empty A4 page, Helvetica, measured in points."""
    pdf = FPDF(orientation="landscape" if landscape else "portrait", unit="pt", format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_font("Helvetica", size=size)
    if title is not None:
        pdf.set_title(title)
    pdf.add_page()
    return pdf


def finished(pdf: FPDF) -> bytes:
    """The bytes of the file."""
    return bytes(pdf.output())


def pdf_with_table(
    rows: Rows,
    *,
    header: Sequence[str] = (),
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    title: str | None = None,
    ruled: bool = False,
    thousands: str = NBSP,
) -> bytes:
    """A portrait PDF; names are aligned left, amounts right, headings left, or right where `ruled`.

    As many pages as the rows need; the header stands on the first only.
    """
    pdf = a_pdf(title=title)
    for paragraph in before:
        pdf.multi_cell(0, 15, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)
    _table(pdf, rows, header, ruled=ruled, thousands=thousands)
    pdf.ln(8)
    for paragraph in after:
        pdf.multi_cell(0, 15, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
    return finished(pdf)


def printed_at(*pieces: tuple[float, float, str], size: float = 10) -> bytes:
    """A PDF of one page with texts at (x, y from above); `size` is that of the letters."""
    pdf = a_pdf(size=size)
    for x, y, text in pieces:
        pdf.text(x, y, text)
    return finished(pdf)


def raw_pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects as they are, numbered from 1, which is the catalogue; for what no program writes."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def raw_page(
    content: bytes,
    *,
    stream: bytes = b"",
    length: int | None = None,
    page: bytes = b"",
    resources: bytes = b"",
    font: bytes = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    others: Sequence[bytes] = (),
) -> bytes:
    """A PDF of one page that draws `content`, with font /F (object 4); `others` are objects from 6 on."""
    told = len(content) if length is None else length
    head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>%b>>/Contents 5 0 R%b>>"
    drawn = b"<<%b/Length %d>>\nstream\n%b\nendstream" % (stream, told, content)
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, head % (resources, page), font, drawn, *others])


def _table(pdf: FPDF, rows: Rows, header: Sequence[str], *, ruled: bool, thousands: str = NBSP) -> None:
    height = 1.4 * pdf.font_size
    texts = [list(header), *([printed(value, thousands) for value in row] for row in rows)]
    widths = [max(map(pdf.get_string_width, column)) for column in _columns(texts)]
    room = (pdf.epw - sum(widths)) / len(widths) if not ruled else _NARROW
    for index, row in enumerate(texts):
        values = rows[index - 1] if index else header
        for width, text, value in zip(widths, row, values, strict=False):
            align = "R" if isinstance(value, int) or (ruled and not index) else "L"
            pdf.cell(width + room, height, text, border=int(ruled), align=align)
        if row:
            pdf.ln()


def _columns(texts: Sequence[Sequence[str]]) -> list[list[str]]:
    longest = max(map(len, texts))
    return [[row[index] for row in texts if index < len(row)] for index in range(longest)]


def slide_pdf(
    heading: str, bullets: Sequence[str], rows: Rows = (), *, header: Sequence[str] = (), size: float = 20
) -> bytes:
    """A slide: large letters, bullets that wrap, and below them a table without rules."""
    pdf = a_pdf(size=size, landscape=True)
    pdf.set_font(size=1.6 * size)
    pdf.multi_cell(0, 2 * size, heading, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(size=size)
    for bullet in bullets:
        pdf.cell(size, 1.3 * size, "-")
        pdf.multi_cell(0, 1.3 * size, bullet, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(size / 2)
    if rows:
        _table(pdf, rows, header, ruled=False)
    return finished(pdf)


# --- web page -------------------------------------------------------------------------------------------------


def html_page(
    rows: Rows,
    *,
    header: Sequence[str] = (),
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    title: str = "",
    heading: str = "",
) -> bytes:
    """A web page in UTF-8: a heading, paragraphs and a table."""
    head = f"<head><meta charset='utf-8'><title>{escape(title)}</title><style>td {{ color: red }}</style></head>"
    headings = "".join(f"<th scope='col'>{escape(name)}</th>" for name in header)
    body = "\n".join(
        "".join(f"<td>{escape(printed(value))}</td>" for value in row).join(("<tr>", "</tr>")) for row in rows
    )
    table = f"<table><thead><tr>{headings}</tr></thead><tbody>\n{body}\n</tbody></table>" if rows else ""
    above = f"<h1>{escape(heading)}</h1>" + "".join(f"<p>{escape(text)}</p>\n" for text in before)
    below = "".join(f"<p>{escape(text)}</p>\n" for text in after)
    return f"<!DOCTYPE html>\n<html lang='sv'>{head}<body>{above}{table}{below}</body></html>".encode()


# --- workbook, CSV, text --------------------------------------------------------------------------------------


def workbook(
    rows: Rows,
    *,
    header: Sequence[str] = (),
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    title: str = "",
    sheet: str = "Blad1",
) -> bytes:
    """A workbook with one sheet: paragraphs in column A, a row left empty, the table."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": title})
        page = book.add_worksheet(sheet)
        lines: list[Sequence[Value]] = [[text] for text in before]
        lines += [[]] if before else []
        lines += [header, *rows] if header else rows
        lines += [[], *([text] for text in after)] if after else []
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return file.getvalue()


def csv_file(
    rows: Rows, *, header: Sequence[str] = (), delimiter: str = ";", encoding: str = "utf-8", thousands: str = " "
) -> bytes:
    """A CSV file; amounts are printed."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([header] if header else [])
    writer.writerows([[printed(value, thousands) for value in row] for row in rows])
    return file.getvalue().encode(encoding)


def text_page(
    rows: Rows,
    *,
    header: Sequence[str] = (),
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    encoding: str = "utf-8",
    thousands: str = " ",
) -> bytes:
    """Plain text: the table in columns of fixed width, amounts aligned right."""
    texts = [list(header)] if header else []
    texts += [[printed(value, thousands) for value in row] for row in rows]
    widths = [max(map(len, column)) + 3 for column in _columns(texts)] if texts else []
    lines = []
    for text, row in zip(texts, [*([header] if header else []), *rows], strict=True):
        padded = zip(widths, text, row, strict=False)
        cells = (cell.rjust(width) if isinstance(value, int) else cell.ljust(width) for width, cell, value in padded)
        lines.append("".join(cells).rstrip())
    return "\n".join([*before, "", *lines, "", *after, ""]).encode(encoding)
