"""Reading a document: what it is, what stands in it and where, and the hash that says which bytes that was.

The one door for other stages and for whatever brings documents in; nothing is fetched, stored or interpreted here.
"""

import hashlib
from dataclasses import dataclass

from assets.documents.found import Place
from assets.documents.page import Page
from assets.documents.readers.apart import read_apart
from assets.documents.readers.contents import Unreadable
from assets.documents.readers.kinds import recognise
from schemas.errors import DataRefused


@dataclass(frozen=True)
class ReadDocument:
    """A document as read. `kind` is pdf, html, xlsx, csv or text; `title` is what its metadata call it.

    `formulas` are the places of workbook cells whose value nobody has stored; their text is the formula.
    """

    kind: str
    sha256: str
    pages: tuple[Page, ...]
    formulas: tuple[Place, ...]
    title: str | None


def read_document(body: bytes, where: str) -> ReadDocument:
    """The pages of the document `body`; `where` is its file name or address, for messages.

    It is read in a process of its own with bounded time and memory. Raises `DataRefused` for everything that is no
    readable document: other kinds, locked, torn, too large, pictures only, or made to do harm.
    """
    try:
        recognised = recognise(body)
        contents = read_apart(recognised, body)
    except Unreadable as refusal:
        raise DataRefused(where, refusal.what, remedy=refusal.remedy) from None
    digest = hashlib.sha256(body).hexdigest()
    return ReadDocument(recognised.kind, digest, contents.pages, contents.formulas, contents.title)
