"""Whether a PDF can be read as a whole: not locked, not torn, all pages there, everything on them unpackable.

The library goes on without what it cannot read. Amounts would be missed without a word; here that is a refusal.
"""

import io
import itertools
import zlib
from collections.abc import Iterator
from typing import Any, Final

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, resolve1
from pdfminer.psparser import literal_name
from pdfplumber.utils.exceptions import PdfminerException

from assets.documents.readers.contents import Unreadable

MOST_PAGES: Final = 500
# What draws one page; drawings of maps take some millions of bytes, text a few thousand.
MOST_UNPACKED: Final = 20_000_000
FETCH_AGAIN: Final = "fetch it again; if it stays so, open it and print it to a new PDF"
_TAIL: Final = 2_048
_FLATE: Final = ("FlateDecode", "Fl")


def opened(body: bytes) -> Any:
    """The document, a pdfplumber.PDF, with pages that are all there; raises `Unreadable`.

    One that is encrypted but opens without a password is read.
    """
    if b"%%EOF" not in body[-_TAIL:]:
        raise Unreadable("is a PDF that ends in the middle", remedy=FETCH_AGAIN)
    try:
        document = pdfplumber.open(io.BytesIO(body))
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, PDFPasswordIncorrect):
            raise Unreadable("is locked with a password", remedy="save it without the password") from None
        if isinstance(cause, PDFEncryptionError):
            raise Unreadable("is encrypted in an unknown way", remedy="save it without encryption") from None
        raise
    _check_pages(document.doc)
    return document


def _check_pages(document: Any) -> None:
    pages = list(itertools.islice(PDFPage.create_pages(document), MOST_PAGES + 1))
    if len(pages) > MOST_PAGES:
        raise Unreadable(f"has more than {MOST_PAGES} pages", remedy="bring in the pages that hold the amounts")
    declared = resolve1(dict_value(document.catalog.get("Pages")).get("Count"))
    if not pages or (isinstance(declared, int) and declared != len(pages)):
        raise Unreadable(f"says it has {declared} pages, but {len(pages)} can be found", remedy=FETCH_AGAIN)
    checked: set[int] = set()
    for number, page in enumerate(pages, start=1):
        contents = [resolve1(part) for part in page.contents]
        for stream in [*contents, *_forms(page.resources, checked)]:
            _check_stream(stream, number)


def _forms(resources: object, checked: set[int]) -> Iterator[PDFStream]:
    """What a page prints by name, text as a rule; pictures are left out, and what has been looked at before."""
    waiting = [resources]
    while waiting:
        named = dict_value(dict_value(waiting.pop()).get("XObject"))
        for form in map(resolve1, named.values()):
            is_form = isinstance(form, PDFStream) and literal_name(resolve1(form.get("Subtype"))) == "Form"
            if is_form and form.objid not in checked:
                checked.add(form.objid)
                waiting.append(form.get("Resources"))
                yield form


def _check_stream(stream: object, number: int) -> None:
    if not isinstance(stream, PDFStream):
        raise Unreadable(f"is damaged on page {number}", remedy=FETCH_AGAIN)
    filters = [literal_name(name) for name, _ in stream.get_filters()]
    content = _deciphered(stream)
    for _ in itertools.takewhile(_FLATE.__contains__, filters):
        content = _unpacked(content, number)


def _deciphered(stream: PDFStream) -> bytes:
    packed = stream.get_rawdata() or b""
    if stream.decipher is None or stream.objid is None or stream.genno is None:
        return packed
    deciphered: bytes = stream.decipher(stream.objid, stream.genno, packed, stream.attrs)
    return deciphered


def _unpacked(packed: bytes, number: int) -> bytes:
    """All of what is packed, `MOST_UNPACKED` at most, and with the right checksum."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, MOST_UNPACKED)
    except zlib.error:
        raise Unreadable(f"is damaged on page {number}", remedy=FETCH_AGAIN) from None
    if unpacking.unconsumed_tail:
        what = f"unpacks to more than {MOST_UNPACKED} bytes on page {number}"
        raise Unreadable(what, remedy="bring in the pages that hold the amounts, printed to a new PDF")
    if not unpacking.eof:
        raise Unreadable(f"is torn on page {number}", remedy=FETCH_AGAIN)
    return content
