"""Fields of the document tables alone: the state of a document, and what is printed in it."""

from typing import Final

from schemas.field import COMPUTED, PUBLISHED, REGISTER_OF_DOCUMENTS, choice, code, moment, words
from schemas.patterns import ID
from schemas.text import Text

FIELDS: Final = (
    code(
        "document_id",
        Text("Dokument", "Document"),
        Text(
            "Dokumentets beteckning i data/agreements/<program>/documents.yaml.",
            "The document’s id in data/agreements/<programme>/documents.yaml.",
        ),
        ID,
        REGISTER_OF_DOCUMENTS,
    ),
    choice(
        "document_state",
        Text("Tillstånd", "State"),
        Text(
            "archived: finns i arkivet. not_fetched: har adress men är inte hämtat. no_address: ingen känd adress.",
            "archived: kept in the archive. not_fetched: has an address, not fetched yet. no_address: none is known.",
        ),
        ("archived", "not_fetched", "no_address"),
    ),
    choice(
        "document_kind",
        Text("Slag av dokument", "Kind of document"),
        Text("Vad byten är, oavsett filnamn.", "What the bytes are, whatever the file is called."),
        ("pdf", "html", "xlsx", "csv", "text"),
    ),
    moment(
        "fetched_at",
        Text("Hämtat", "Fetched at"),
        Text("När dokumentet hämtades.", "When the document was fetched."),
        COMPUTED,
    ),
    words(
        "printed_text",
        Text("Som tryckt", "As printed"),
        Text("Cellens text i dokumentet.", "The text of the cell in the document."),
        PUBLISHED,
    ),
    words(
        "problem",
        Text("Hinder", "Problem"),
        Text("Varför dokumentet inte kunde tas in.", "Why the document could not be brought in."),
    ),
)
