"""What a document is, told from its bytes: kinds that are read, encodings, and everything that is turned away."""

import codecs
import io
import random
import zipfile

import pytest

from assets.documents.readers.contents import Unreadable
from assets.documents.readers.kinds import MOST_BYTES, recognise
from tests.documents import csv_file, html_page, pdf_with_table, text_page, workbook

ROWS = [("Falun", 1309672), ("Mora", 533588), ("Älvdalen", 306619)]
HEADER = ("Kommun", "Belopp")
SWEDISH = "Räntan på åländska öar"


def packed(*names: str, content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def old_office(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "".join(streams).encode("utf-16-le")


def refusal(body: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        recognise(body)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("pdf", pdf_with_table(ROWS)),
        ("pdf", b"a line that some servers put before\n" + pdf_with_table(ROWS)),
        ("html", html_page(ROWS)),
        ("html", b"<table><tr><td>Falun</table>"),
        ("html", b"<!-- saved from a page -->\n<HTML><body>Falun</body></HTML>"),
        ("html", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><p>Falun</p></html>"),
        ("html", b"\n\xef\xbb\xbf<html><p>Falun</p></html>"),
        ("xlsx", workbook(ROWS)),
        ("csv", csv_file(ROWS, header=HEADER)),
        ("csv", csv_file(ROWS, header=HEADER, delimiter=",")),
        ("csv", csv_file(ROWS, header=HEADER, delimiter="\t")),
        ("csv", b"Statsbidrag 2025\n\n" + csv_file(ROWS, header=HEADER)),
        ("text", text_page(ROWS, header=HEADER)),
        ("text", b"Falun"),
        ("text", b"Falun 12,50\nMora 13,75\nOrsa 9,25\n"),
        ("text", "Först en mening, som delas.\nSedan en till, lika lång.\nOch en tredje, så klart.\n".encode()),
        ("text", b"Statsbidrag < 5 000 kr"),
    ],
)
def test_kind_is_told_from_content(kind: str, body: bytes) -> None:
    assert recognise(body).kind == kind


@pytest.mark.parametrize(
    "body",
    [
        SWEDISH.encode(),
        codecs.BOM_UTF8 + SWEDISH.encode(),
        SWEDISH.encode("utf-16"),
        codecs.BOM_UTF16_BE + SWEDISH.encode("utf-16-be"),
        SWEDISH.encode("cp1252"),
    ],
)
def test_text_is_decoded(body: bytes) -> None:
    assert recognise(body).text == SWEDISH


def test_windows_1252_has_dashes_and_euros() -> None:
    assert recognise("Mora – 5 € • 1\u00a0000".encode("cp1252")).text == "Mora – 5 € • 1\u00a0000"


@pytest.mark.parametrize(
    ("declared", "encoding"), [("iso-8859-15", "iso-8859-15"), ("iso-8859-1", "cp1252"), ("x-unknown", "cp1252")]
)
def test_a_web_page_is_decoded_as_it_declares(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body>5 € på Öland</body></html>'
    assert recognise(page.encode(encoding)).text == page


def test_utf_8_is_believed_before_the_declaration_of_a_page() -> None:
    page = "<html><head><meta charset='iso-8859-1'></head><body>Älvdalen</body></html>"
    assert recognise(page.encode()).text == page


@pytest.mark.parametrize(
    ("body", "what", "remedy"),
    [
        (b"", "is empty", "fetch it again"),
        (b" \n\0", "is empty", "fetch it again"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "picture (PNG)", "OCR"),
        (b"\xff\xd8\xff\xe0" + b"x" * 50, "picture (JPEG)", "OCR"),
        (b"II*\x00" + b"x" * 50, "picture (TIFF)", "OCR"),
        (b"\x1f\x8b\x08" + b"x" * 50, "gzip", "unpack"),
        (b"{\\rtf1 Falun}", "RTF", "save it as PDF"),
        (old_office("Root Entry", "Workbook"), "old Excel workbook", "save it as XLSX"),
        (old_office("Root Entry", "WordDocument"), "old Word document", "save it as PDF"),
        (old_office("EncryptionInfo", "EncryptedPackage"), "locked with a password", "remove the password"),
        (old_office("Root Entry"), "old Office document", "save it"),
        (packed("word/document.xml", "[Content_Types].xml"), "Word document (DOCX)", "save it as PDF"),
        (packed("ppt/presentation.xml"), "PowerPoint", "save it as PDF"),
        (packed("xl/workbook.bin"), "XLSB", "save it as XLSX"),
        (packed("mimetype", "content.xml", "META-INF/manifest.xml"), "OpenDocument", "XLSX"),
        (packed("belopp.pdf"), "is a ZIP file", "unpack"),
        (b"<?xml version='1.0'?><feed><entry/></feed>", "XML", "can be read"),
        (b'{"error": "not found", "status": 404}', "JSON", "can be read"),
        (b"MZ\x90\0\x03" + b"\0" * 50, "binary data", "can be read"),
        (random.Random(1).randbytes(5_000), "binary data", "can be read"),
        (random.Random(2).randbytes(5_000).replace(b"\0", b"\1"), "binary data", "can be read"),
        ("ett\x01\x02\x03två".encode(), "binary data", "can be read"),
        (b"Falun \x81\x8d", "does not fit", "can be read"),
        ("Älvdalen".encode("utf-16")[:-1], "does not fit", "can be read"),
    ],
)
def test_what_is_not_read_is_named_with_a_way_out(body: bytes, what: str, remedy: str) -> None:
    error = refusal(body)
    assert what in error.what
    assert remedy in error.remedy


def test_a_word_document_with_a_workbook_inside_is_a_word_document() -> None:
    body = packed("word/document.xml", "word/embeddings/tabell.xlsx", content=packed("xl/workbook.xml"))
    assert "DOCX" in refusal(body).what


def test_a_workbook_with_a_word_document_inside_is_a_workbook() -> None:
    body = packed("xl/workbook.xml", "xl/embeddings/brev.docx", content=packed("word/document.xml"))
    assert recognise(body).kind == "xlsx"


def test_broken_utf_8_is_not_taken_for_windows_1252() -> None:
    torn = "Älvdalen och Åre".encode() + "Ö".encode()[:1]
    assert refusal(torn).what == f"is UTF-8, but broken at byte {len(torn) - 1}"


def test_size_is_bounded() -> None:
    assert recognise(b"Falun " * (MOST_BYTES // 6)).kind == "text"
    assert f"at most {MOST_BYTES}" in refusal(b"Falun " * (MOST_BYTES // 6 + 1)).what
