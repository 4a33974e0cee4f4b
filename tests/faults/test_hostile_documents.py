"""Documents made to hang, fill, crash or deceive: each is refused in a sentence, in bounded time and memory."""

import io
import os
import random
import re
import stat
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from assets.documents.readers.apart import NORMAL, Limits, read_apart
from assets.documents.readers.contents import Contents, Unreadable
from assets.documents.readers.kinds import Recognised, recognise
from assets.documents.reading import read_document
from schemas.errors import DataRefused
from tests.documents import a_pdf, finished, pdf_with_table, printed_at, raw_page, raw_pdf, workbook
from tests.domain import ROOT

AMOUNT: Final = b"BT /F 12 Tf 50 700 Td (Falun 1 309 672) Tj ET"
ROWS: Final = [("Falun", 1309672), ("Mora", 533588)]
# Two seconds on a machine that is not busy.
MOST_SECONDS: Final = 30
FLATE: Final = b"/Filter/FlateDecode"
MIB: Final = 1_048_576


# --- PDF ------------------------------------------------------------------------------------------------------


def flate(unit: bytes, times: int) -> bytes:
    """`unit` packed `times` over, by packing it once; only the checksum at the end is wrong."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"x\x9c" + (packing.compress(unit) + packing.flush(zlib.Z_FULL_FLUSH)) * times + b"\3\0"


def locked() -> bytes:
    pdf = a_pdf()
    pdf.set_encryption(owner_password="ägare", user_password="läsare")  # noqa: S106 - no secret
    pdf.cell(100, 12, "Falun")
    return finished(pdf)


def pages_of_a_tree(kids: Sequence[int], *pages: bytes, count: int) -> bytes:
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    drawn = b"<</Length %d>>\nstream\n%b\nendstream" % (len(AMOUNT), AMOUNT)
    tree = b"<</Type/Pages/Count %d/Kids[%b]/Resources<</Font<</F 3 0 R>>>>/MediaBox[0 0 600 800]>>" % (count, listed)
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, font, drawn, *pages])


A_PAGE: Final = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"


def a_form(content: bytes, calls: int | None, *, stream: bytes = b"") -> bytes:
    """Something printed by name, which may print another (or itself) in turn."""
    named = b"" if calls is None else b"/XObject<</X %d 0 R>>" % calls
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>%b>>%b/Length %d>>"
    return (head + b"\nstream\n%b\nendstream") % (named, stream, len(content), content)


def forms_in_forms() -> bytes:
    """Ten times ten times ten …: 200 bytes a level, a thousand million lines of text."""
    levels = [a_form(b"/X Do " * 10, number + 1) for number in range(6, 15)]
    return raw_page(b"/X Do", resources=b"/XObject<</X 6 0 R>>", others=[*levels, a_form(AMOUNT, None)])


def a_form_of_its_own(content: bytes, **more: bytes) -> bytes:
    return raw_page(AMOUNT + b" /X Do", resources=b"/XObject<</X 6 0 R>>", others=[a_form(content, 6, **more)])


def without_letters() -> bytes:
    """A font that numbers its glyphs and does not say what they are."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
        b"/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
    )
    return raw_page(b"BT /F 12 Tf 50 700 Td <000100020003> Tj ET", font=font)


PACKED: Final = zlib.compress(AMOUNT * 50)
PDFS: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "locked with a password": (locked, "locked with a password"),
    "a stream that claims 2 GB": (lambda: raw_page(AMOUNT, length=2_000_000_000), "damaged on page 1"),
    "a packed stream that claims 2 GB": (
        lambda: raw_page(PACKED, stream=FLATE, length=2_000_000_000),
        "damaged on page 1",
    ),
    "a stream that is damaged": (
        lambda: raw_page(PACKED[:9] + b"...." + PACKED[13:], stream=FLATE),
        "damaged on page 1",
    ),
    "a stream that is torn": (lambda: raw_page(PACKED[:-9], stream=FLATE), "torn on page 1"),
    "a form that is torn": (lambda: a_form_of_its_own(PACKED[:-9], stream=FLATE), "torn on page 1"),
    "a stream that unpacks to 3 GB": (
        lambda: raw_page(flate(b" " * MIB, 3_000), stream=FLATE),
        "more than 20000000 bytes",
    ),
    "a stream of that stream": (
        lambda: raw_page(zlib.compress(flate(b" " * MIB, 3_000)), stream=b"/Filter[/FlateDecode/FlateDecode]"),
        "more than 20000000 bytes",
    ),
    "10,000 pages": (
        lambda: pages_of_a_tree(range(5, 10_005), *[A_PAGE] * 10_000, count=10_000),
        "more than 500 pages",
    ),
    "10,000 pages, 1 claimed": (
        lambda: pages_of_a_tree(range(5, 10_005), *[A_PAGE] * 10_000, count=1),
        "more than 500 pages",
    ),
    "one page 10,000 times": (lambda: pages_of_a_tree([5] * 10_000, A_PAGE, count=10_000), "1 can be found"),
    "a page that is not there": (lambda: pages_of_a_tree([5, 6], A_PAGE, count=2), "1 can be found"),
    "a tree of pages that bites its tail": (lambda: pages_of_a_tree([2, 2], count=2), "0 can be found"),
    "a tree of pages 20,000 deep": (
        lambda: raw_pdf(
            [b"<</Type/Catalog/Pages 2 0 R>>"]
            + [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(20_000)]
        ),
        "made in an unknown way (RecursionError",
    ),
    "pictures only": (lambda: raw_page(b"0 0 100 100 re f"), "pictures only"),
    "letters that nobody names": (without_letters, "which letters it prints"),
    "text from below": (lambda: raw_page(b"BT /F 12 Tf 0 1 -1 0 100 50 Tm (Falun) Tj ET"), "turned on page 1"),
    "torn": (lambda: pdf_with_table(ROWS * 100)[:-3_000], "ends in the middle"),
    "random after its first line": (
        lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(100_000) + b"%%EOF",
        "made in an unknown way",
    ),
    "zeros after its first line": (lambda: b"%PDF-1.7\n" + b"\0" * 100_000 + b"%%EOF", "made in an unknown way"),
    "random bytes called PDF": (lambda: random.Random(2).randbytes(100_000), "binary data"),
    "zeros": (lambda: b"\0" * 100_000, "empty"),
    "empty": (lambda: b"", "empty"),
}


# --- workbook -------------------------------------------------------------------------------------------------


SHEET: Final = "xl/worksheets/sheet1.xml"
WORKBOOK: Final = workbook(ROWS)
BLANKS: Final = 250 * MIB
LAUGHS: Final = b"<!DOCTYPE w [<!ENTITY a0 'ha'>%b]>" % b"".join(
    b"<!ENTITY a%d '%b'>" % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
)


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        return archive.read(name)


def repacked(**changes: bytes) -> bytes:
    """The workbook with parts changed, added or (empty) left out; `__` in a name stands for a slash."""
    named = {name.replace("__", "/"): content for name, content in changes.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        parts = {name: before.read(name) for name in before.namelist()} | named
        for name, content in parts.items():
            if content:
                after.writestr(name, content)
    return file.getvalue()


def with_sheet(old: bytes, new: bytes, encoding: str = "utf-8") -> bytes:
    sheet = part(SHEET)
    assert old in sheet
    return repacked(**{SHEET: sheet.replace(old, new).decode().encode(encoding)})


def bomb(claimed: int | None) -> bytes:
    """A sheet of blanks that unpacks to 250 MiB; the directory says so, or says what is `claimed`."""
    head, tail = part(SHEET).split(b"<sheetData>")
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(repacked(**{SHEET: b""}))) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        info = zipfile.ZipInfo(SHEET)
        info.compress_type = zipfile.ZIP_DEFLATED
        with after.open(info, "w", force_zip64=True) as content:
            content.write(head)
            for _ in range(BLANKS // MIB):
                content.write(b" " * MIB)
            content.write(b"<sheetData>" + tail)
    return file.getvalue() if claimed is None else claiming(file.getvalue(), claimed)


def claiming(body: bytes, size: int) -> bytes:
    """The archive whose directory says that the sheet has `size` bytes."""
    entry = re.search(rb"PK\x01\x02.{42}" + SHEET.encode(), body, re.DOTALL)
    assert entry is not None
    at = entry.start() + 24
    return body[:at] + size.to_bytes(4, "little") + body[at + 4 :]


WIDE: Final = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (row, row) for row in range(3, 50_000))
WORKBOOKS: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "a bomb": (lambda: bomb(None), "unpacks to far more"),
    "a bomb that claims to be small": (lambda: bomb(1_000), "damaged XLSX (BadZipFile)"),
    "a sheet that claims 2 GB": (lambda: claiming(WORKBOOK, 2_000_000_000), "unpacks to far more"),
    "a sheet that claims a bit more": (lambda: claiming(WORKBOOK, len(part(SHEET)) + 9), "damaged XLSX"),
    "entities that grow": (lambda: with_sheet(b"<worksheet", LAUGHS + b"<worksheet"), "entities"),
    "entities that grow, in UTF-16": (
        lambda: with_sheet(b'UTF-8" standalone="yes"?>', b'UTF-16"?>' + LAUGHS, "utf-16"),
        "entities",
    ),
    "an entity from a file": (
        lambda: repacked(
            xl__sharedStrings=b"",
            **{"xl/workbook.xml": b"<!DOCTYPE x SYSTEM 'file:///etc/hosts'>" + part("xl/workbook.xml")},
        ),
        "entities",
    ),
    "macros": (lambda: repacked(**{"xl/vbaProject.bin": b"x"}), "with macros"),
    "a part outside": (lambda: repacked(**{"../../evil.xml": b"x"}), "outside of it"),
    "a part from the root": (lambda: repacked(**{"/etc/evil.xml": b"x"}), "outside of it"),
    "too many parts": (lambda: repacked(**{f"xl/{number}.xml": b"x" for number in range(2_000)}), "too many parts"),
    "a part that is not there": (lambda: repacked(**{SHEET: b""}), "a sheet is missing"),
    "XML that ends in the middle": (lambda: repacked(**{SHEET: part(SHEET)[:-40]}), "made in an unknown way"),
    "row 2,000,000,000": (lambda: with_sheet(b'<row r="2"', b'<row r="2000000000"'), "beyond row"),
    "rows 16,384 columns wide": (lambda: with_sheet(b"</sheetData>", WIDE + b"</sheetData>"), "beyond row"),
    "torn": (lambda: WORKBOOK[: len(WORKBOOK) // 2], "damaged XLSX"),
}


# --- web page, text, CSV --------------------------------------------------------------------------------------


TEXTS: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "100,000 blocks deep": (lambda: b"<html>" + b"<div>" * 100_000 + b"5" + b"</div>" * 100_000, "nested too deeply"),
    "100,000 tables deep": (lambda: b"<html>" + b"<table><tr><td>" * 100_000 + b"5", "nested too deeply"),
    "a title of 20 MB": (lambda: b"<html><p title='" + b"x" * 20_000_000 + b"'>5", "one text that is too long"),
    "a table of endless columns": (
        lambda: b"<html><table>" + b"<tr><td colspan=999 rowspan=9999>5" * 9,
        "2000 columns",
    ),
    "a page put together by a script": (
        lambda: b"<html><body><div id='root'></div><script>'5'</script>",
        "without text",
    ),
    "a page of nothing": (lambda: b"<html>", "without text"),
    "500,001 lines": (lambda: b"5\n" * 500_001, "more than 500000 lines"),
    "750,000 values": (lambda: b"5;6;7\n" * 250_000, "more than 500000 cells"),
    "a quote that never ends": (lambda: b"5;6\n" * 9 + b'5;"' + b"x" * 1_000_000, "as CSV from line 10"),
    "a quote that is never closed": (lambda: b"5;6\n" * 9 + b'5;"' + b"6;7\n" * 9, "as CSV from line 10"),
    "a zero in a text": (lambda: b"Falun 5\n" * 1_000 + b"\0", "binary data"),
}

HOSTILE: Final = {
    f"{kind}: {name}": case
    for kind, cases in (("pdf", PDFS), ("xlsx", WORKBOOKS), ("text", TEXTS))
    for name, case in cases.items()
}


def read_by_child(body: bytes, limits: Limits) -> Contents:
    return read_apart(recognise(body), body, limits)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_document_is_refused_in_bounded_time(case: str) -> None:
    build, what = HOSTILE[case]
    body = build()
    begun = time.monotonic()
    with pytest.raises(DataRefused, match=re.escape(what)) as caught:
        read_document(body, "hostile")
    assert time.monotonic() - begun < MOST_SECONDS
    assert str(caught.value).startswith("hostile: ")
    assert "\n  → " in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_text_that_would_take_for_ever_ends_with_its_time() -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="takes longer than 1 seconds"):
        read_by_child(forms_in_forms(), Limits(seconds=1))
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_form_that_prints_itself_is_printed_no_second_time() -> None:
    contents = read_by_child(a_form_of_its_own(AMOUNT.replace(b"700", b"600") + b" /X Do"), NORMAL)
    assert [row.cells[0].text for row in contents.pages[0].rows] == ["Falun 1 309 672"] * 2


def test_scripts_in_a_page_give_no_text() -> None:
    page = b"<html><script>document.write('1 309 672')</script><p onclick='x()'>Falun<script>5</script></p></html>"
    (row,) = read_document(page, "a page").pages[0].rows
    assert [cell.text for cell in row.cells] == ["Falun"]


# --- the process ----------------------------------------------------------------------------------------------


def a_process(folder: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Makes the reader's process do `command`, whatever it is given."""
    program = folder / "reader"
    program.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("cat > /dev/null; exec yes", "more than 1000 bytes"),
        ("kill -SEGV $$", r"fail \(Segmentation fault\)"),
        ("kill -KILL $$", r"fail \(Killed\)"),
        ("exit 3", r"fail \(exit 3\)"),
        ("echo no JSON", r"fail \(exit 0\)"),
        ('cat > /dev/null; echo \'{"failed": "KeyError: <b>\\u0007&"}\'', r"unknown way \(KeyError:  b\)"),
    ],
)
def test_however_the_process_ends_it_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, what: str
) -> None:
    a_process(tmp_path, monkeypatch, command)
    begun = time.monotonic()
    with pytest.raises(Unreadable, match=what):
        read_apart(Recognised("text", "x" * MIB), b"", Limits(seconds=60, answer=1_000))
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_process_that_does_not_even_read_ends_with_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_process(tmp_path, monkeypatch, "exec sleep 60")
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="takes longer than 1 seconds"):
        read_apart(Recognised("text", "x" * MIB), b"", Limits(seconds=1))
    assert time.monotonic() - begun < MOST_SECONDS


def test_the_process_takes_away_its_own_means(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from assets.documents.readers import worker\n"
        "assert not {'pdfplumber', 'pdfminer', 'lxml', 'openpyxl'} & set(sys.modules), 'imported before the limits'\n"
        f"worker._limit({512 * MIB}, 7)\n"
        "print(*(resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0] for name in sys.argv[2:]))\n"
        "try:\n    open(sys.argv[1], 'w').write('x' * 100_000)\n"
        "except OSError as error:\n    print(type(error).__name__)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "written"), "AS", "CPU", "FSIZE", "CORE", "NOFILE"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(512 * MIB), "7", "0", "0", "64", "OSError"]


def test_what_takes_too_much_memory_is_refused_and_never_gets_it(tmp_path: Path) -> None:
    hidden = raw_page(flate(b" " * MIB, 3_000).hex().encode(), stream=b"/Filter[/ASCIIHexDecode/FlateDecode]")
    (tmp_path / "hidden.pdf").write_bytes(hidden)
    # In a small process, because the kernel counts what the parent holds when a child is started.
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from assets.documents.readers import apart, contents, kinds\n"
        "try:\n"
        f"    limits = apart.Limits(memory={256 * MIB})\n"
        "    apart.read_apart(kinds.Recognised('pdf'), Path(sys.argv[1]).read_bytes(), limits)\n"
        "except contents.Unreadable as refusal:\n"
        "    print(refusal.what)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "hidden.pdf")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    refusal, kilobytes = done.stdout.splitlines()
    assert refusal == f"takes more than {256 * MIB} bytes of memory to read"
    assert int(kilobytes) * 1_024 < 256 * MIB


def test_nothing_of_the_environment_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    start = subprocess.Popen

    def spy(*arguments: object, **options: dict[str, str]) -> object:
        seen.update(options["env"])
        return start(*arguments, **options)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr(subprocess, "Popen", spy)
    monkeypatch.setitem(os.environ, "TOKEN", "hemlig")
    read_document(printed_at((56, 100, "Falun")), "a document")
    assert set(seen) <= {"LD_LIBRARY_PATH"}
