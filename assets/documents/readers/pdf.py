"""PDF: the letters of each page, put together to lines and cells by where they stand.

Runs in the reader's process only. Nothing but letters, their places and the ruled lines between them is used; links,
scripts, forms and attachments of a document are never looked at.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from pdfminer.encodingdb import EncodingDB
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTLine, LTRect

from assets.documents.page import Cell
from assets.documents.readers.contents import Contents, Unreadable, clean, page_of
from assets.documents.readers.layout import in_columns
from assets.documents.readers.letters import Letter, Rule, lines_of
from assets.documents.readers.pdf_checks import opened

_BY_OCR: Final = "have it read by text recognition (OCR) and save the result as PDF or text"
_LIGATURES: Final = {code: unicodedata.normalize("NFKD", chr(code)) for code in range(0xFB00, 0xFB07)}
# How pdfminer writes a glyph whose letter the font does not tell, and how it is handed on.
_NO_LETTER: Final = "(cid:"
_UNKNOWN: Final = "\ufffd"
_SHARE_OF_NO_LETTERS: Final = 10
# pdfminer has a common space for both, and a soft hyphen would split a name.
EncodingDB.win2unicode.update({160: "\u00a0", 173: "\u00ad"})
EncodingDB.mac2unicode[202] = "\u00a0"


def read_pdf(body: bytes) -> Contents:
    """The pages of a PDF; raises `Unreadable` if it is locked, torn, too long or without text."""
    document = opened(body)
    pages = []
    letters = 0
    for number, page in enumerate(document.pages, start=1):
        printed = list(_printed(page.layout))
        found = [item for item in printed if isinstance(item, LTChar)]
        _check_letters(found, number)
        letters += len(found)
        pages.append(page_of(number, _rows(found, printed)))
        page.close()
    if not letters:
        raise Unreadable("has pages of pictures only, no text", remedy=_BY_OCR)
    return Contents(tuple(pages), _title(document))


def _printed(container: LTContainer[Any]) -> Iterator[LTComponent]:
    """All that is printed, forms inside the page included."""
    for item in container:
        if isinstance(item, LTContainer):
            yield from _printed(item)
        else:
            yield item


def _check_letters(letters: list[LTChar], number: int) -> None:
    turned = sum(not letter.upright for letter in letters)
    if 2 * turned > len(letters):
        raise Unreadable(f"has its text turned on page {number}", remedy="turn the page upright and save it anew")
    unknown = sum(letter.get_text().startswith(_NO_LETTER) for letter in letters)
    if unknown * _SHARE_OF_NO_LETTERS > len(letters):
        raise Unreadable(f"does not say which letters it prints on page {number}", remedy=_BY_OCR)


def _letter(char: LTChar) -> Letter:
    text = char.get_text()
    return Letter(
        _UNKNOWN if text.startswith(_NO_LETTER) else text.translate(_LIGATURES),
        char.x0,
        char.x1,
        baseline=char.matrix[5],
        middle=(char.y0 + char.y1) / 2,
        size=char.size,
    )


def _rules(item: LTComponent) -> list[Rule]:
    """The vertical sides of a ruled line or a box."""
    return [Rule(place, item.y0, item.y1) for place in (item.x0, item.x1)] if isinstance(item, LTLine | LTRect) else []


def _rows(letters: list[LTChar], printed: list[LTComponent]) -> Iterator[tuple[int, list[Cell]]]:
    rules = [rule for item in printed for rule in _rules(item)]
    lines = lines_of([_letter(letter) for letter in letters if letter.upright and letter.size > 0], rules)
    return enumerate(in_columns(lines), start=1)


def _title(document: Any) -> str | None:
    title = document.metadata.get("Title")
    return clean(title) or None if isinstance(title, str) else None
