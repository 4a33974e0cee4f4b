"""Telling what a document is from its bytes, never from its name, and decoding those that are text.

Reading is not done here. What cannot be read is refused by what it seems to be, with the way out.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal

from assets.documents.readers.contents import Unreadable
from assets.documents.readers.delimited import delimiter_of

Kind = Literal["pdf", "html", "xlsx", "csv", "text"]

MOST_BYTES: Final = 50_000_000
_SAVE_AS_XLSX: Final = "open it in a spreadsheet program and save it as XLSX"
_SAVE_AS_PDF: Final = "open it and save it as PDF"
_READ_BY_OCR: Final = "have it read by text recognition (OCR) and save the result as PDF or text"
_UNPACK: Final = "unpack it and bring in the documents one by one"
_ONLY: Final = "PDF, HTML, XLSX, CSV and plain text can be read"

# What a file begins with, what that is, and the way out.
_BEGINNINGS: Final = (
    (b"\x89PNG\r\n", "a picture (PNG)", _READ_BY_OCR),
    (b"\xff\xd8\xff", "a picture (JPEG)", _READ_BY_OCR),
    (b"GIF8", "a picture (GIF)", _READ_BY_OCR),
    (b"II*\x00", "a picture (TIFF)", _READ_BY_OCR),
    (b"MM\x00*", "a picture (TIFF)", _READ_BY_OCR),
    (b"RIFF", "a picture or sound (RIFF)", _ONLY),
    (b"{\\rtf", "a text in RTF", _SAVE_AS_PDF),
    (b"\x1f\x8b", "packed with gzip", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", _UNPACK),
    (b"Rar!", "packed with RAR", _UNPACK),
    (b"%!PS", "PostScript", _SAVE_AS_PDF),
)
_ZIP: Final = b"PK\x03\x04"
# Names of parts stand unpacked in a ZIP file, those of the outermost archive last.
_PARTS: Final = (
    (b"xl/workbook.xml", "", ""),
    (b"xl/workbook.bin", "a binary Excel workbook (XLSB)", _SAVE_AS_XLSX),
    (b"word/document.xml", "a Word document (DOCX)", _SAVE_AS_PDF),
    (b"ppt/presentation.xml", "a PowerPoint presentation (PPTX)", _SAVE_AS_PDF),
    (b"META-INF/manifest.xml", "an OpenDocument file", "save a spreadsheet as XLSX, anything else as PDF"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final = (
    ("EncryptedPackage", "locked with a password (Office)", "open it, remove the password and save it again"),
    ("Workbook", "an old Excel workbook (XLS)", _SAVE_AS_XLSX),
    ("WordDocument", "an old Word document (DOC)", _SAVE_AS_PDF),
    ("PowerPoint Document", "an old PowerPoint presentation (PPT)", _SAVE_AS_PDF),
)

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{1,20})""", re.IGNORECASE)
# What the web means by these names; every other name is left to the general rule.
_DECLARABLE: Final = {"iso-8859-15": "iso-8859-15", "latin-9": "iso-8859-15"}
# `å`, `ä` or `ö` in UTF-8; read as Windows-1252 they would be `Ã¥`, `Ã¤`, `Ã¶`.
_UTF8_LETTER: Final = re.compile(rb"\xc3[\x80-\xbf]")
_HTML_TAG: Final = re.compile(r"<(!doctype\s+html|html|head|body|table|div|p|h[1-6]|title)\b", re.IGNORECASE)
_OTHER_MARKUP: Final = re.compile(r"""\s*(?:<[?!a-z]|[\[{]\s*["\[{])""", re.IGNORECASE)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HEAD: Final = 4_096
_SAMPLE: Final = 100_000
# Less than one control character in so many is a slip of whoever wrote the text.
_CONTROL_IN_TEXT: Final = 200


@dataclass(frozen=True)
class Recognised:
    """A document of a kind that can be read; `text` is its decoded text, None for pdf and xlsx."""

    kind: Kind
    text: str | None = None


def recognise(body: bytes) -> Recognised:
    """What `body` is; raises `Unreadable` for everything that no reader reads."""
    if not body.strip(b"\x00\t\n\r "):
        raise Unreadable("is empty", remedy="fetch it again")
    if len(body) > MOST_BYTES:
        raise Unreadable(f"has {len(body)} bytes; at most {MOST_BYTES} are read", remedy="bring in a part of it")
    if b"%PDF-" in body[:1_024]:
        return Recognised("pdf")
    if body.startswith(_ZIP):
        return _packed(body)
    if body.startswith(_OLE):
        raise _old_office(body)
    for beginning, what, remedy in _BEGINNINGS:
        if body.startswith(beginning):
            raise Unreadable(f"is {what}", remedy=remedy)
    return _text(body)


def _packed(body: bytes) -> Recognised:
    last = max(_PARTS, key=lambda part: body.rfind(part[0]))
    if last[0] not in body:
        raise Unreadable("is a ZIP file", remedy=_UNPACK)
    if last[1]:
        raise Unreadable(f"is {last[1]}", remedy=last[2])
    return Recognised("xlsx")


def _old_office(body: bytes) -> Unreadable:
    for stream, what, remedy in _STREAMS:
        if stream.encode("utf-16-le") in body:
            return Unreadable(f"is {what}", remedy=remedy)
    return Unreadable("is an old Office document", remedy="open it and save it as XLSX or PDF")


def _text(body: bytes) -> Recognised:
    is_utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if _is_binary(_decoded(body).encode() if is_utf_16 else body):
        raise Unreadable("is binary data of no known kind", remedy=_ONLY)
    text = _decoded(body)
    if _is_html(text):
        return Recognised("html", text)
    if _OTHER_MARKUP.match(text):
        raise Unreadable("is XML or JSON, but no web page", remedy=_ONLY)
    return Recognised("csv" if delimiter_of(text) else "text", text)


def _is_binary(body: bytes) -> bool:
    """Text has no NUL, and hardly ever another control character."""
    sample = body[:_SAMPLE]
    return b"\0" in body or len(_CONTROL.findall(sample)) * _CONTROL_IN_TEXT > len(sample)


def _is_html(text: str) -> bool:
    if text.lstrip().startswith("<"):
        return _HTML_TAG.search(text[:65_536]) is not None
    return "<html" in text[:_HEAD].lower()


def _decoded(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decode(body[len(mark) :], encoding)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if _UTF8_LETTER.search(body):
            what = f"is UTF-8, but broken at byte {error.start}"
            raise Unreadable(what, remedy="fetch it again, or save it anew as UTF-8") from None
    declared = _DECLARED.search(body[:_HEAD])
    name = declared.group(1).decode("ascii").lower() if declared else ""
    return _decode(body, _DECLARABLE.get(name, "cp1252"))


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"is neither text nor a document of a known kind (byte {error.start} does not fit {encoding})"
        raise Unreadable(what, remedy=_ONLY) from None
