"""The register of documents: `<programme>/documents.yaml` says which there are, where they are and what they hold.

A document has the id that figures and agreements cite as their source. Reading the register belongs here; bringing
the documents in is `fetch.py`, and what their pages say is for the readers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, model_validator

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, Identifier
from assets.storage.addresses import is_http_to_this_machine, is_public_https
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, UsageError, at_line, listed
from schemas.vocabulary import UNKNOWN

REGISTER: Final = "documents.yaml"
_LAST_PAGE: Final = 10_000
_PAGES: Final = re.compile(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")
# The largest document that is taken in, and what to do about one that does not come by itself.
MAX_BYTES: Final = 50_000_000
BY_HAND: Final = "save the document by hand in data/documents and name it under `file` in documents.yaml"

Text = Annotated[str, Field(min_length=1)]
GrantYear = Annotated[int, Field(ge=2003, le=2100)]
PageNumber = Annotated[int, Field(ge=1, le=_LAST_PAGE)]


def _safe_address(url: str) -> str:
    """Only https to a public host is taken; plain http to this machine alone, for a stand-in."""
    if not (is_public_https(url) or is_http_to_this_machine(url)):
        raise ValueError("the address must be https:// and a public host, without user name or password")
    return url


def _below_the_folder(file: str) -> str:
    parts = file.split("/")
    if "\\" in file or "\0" in file or any(not part or part.startswith(".") for part in parts):
        raise ValueError("file must be a path below data/documents: no `..`, no leading `/` or `.`, and no `\\`")
    return file


def _page_numbers(value: Any) -> Any:
    """[2, 5-7] as (2, 5, 6, 7)."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("pages must be a list of numbers and ranges such as [2, 5-7]")
    return tuple(sorted({page for entry in value for page in _pages_of(entry)}))


def _pages_of(entry: Any) -> range:
    if match := _PAGES.fullmatch(str(entry)):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last <= _LAST_PAGE:
            return range(first, last + 1)
    raise ValueError(f"pages has {entry!r}, which is neither a page from 1 to {_LAST_PAGE} nor a range such as 5-7")


class DocumentTable(StrictModel):
    """A table that a document holds: the amounts of a pot and year, and where they stand if that is known."""

    pot_id: Identifier
    year: GrantYear
    recipients: Literal["municipality", "region", "county"]
    page: PageNumber | None = None
    column: Text | None = None


class DocumentEntry(StrictModel):
    """What the register says of a document. `years` are the grant years it speaks of; `pages` those to read."""

    title: Text
    publisher: Text
    url: Annotated[str, Field(pattern=r"^\S+$", max_length=2_000), AfterValidator(_safe_address)] | None = None
    file: Annotated[str, AfterValidator(_below_the_folder)] | None = None
    published_on: date | None = None
    years: Annotated[tuple[GrantYear, ...], Field(strict=False, min_length=1)]
    pages: Annotated[tuple[PageNumber, ...], BeforeValidator(_page_numbers)] | None = None
    tables: tuple[DocumentTable, ...] = Field(default=(), strict=False)
    note: Text | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if list(self.years) != sorted(set(self.years)):
            raise RefusedAt("years must be ascending, each of them once", "years")
        for index, table in enumerate(self.tables):
            if table.year not in self.years:
                raise RefusedAt(f"a table is of {table.year}, which is not among years", "tables", index, "year")
            if self.pages and table.page and table.page not in self.pages:
                raise RefusedAt(f"a table is on page {table.page}, which pages leaves out", "tables", index, "page")
        return self


class Document(DocumentEntry):
    """A document of the register, with its programme and id."""

    programme: str
    id: str


class _Register(RootModel[dict[Identifier, DocumentEntry]]):
    pass


@dataclass(frozen=True)
class DocumentFiles:
    """The registers of all programmes below a folder, `data/agreements`; each is read once, when it is asked for."""

    folder: Path
    _loaded: dict[str, dict[str, Document]] = field(default_factory=dict, repr=False)

    def programmes(self) -> list[str]:
        """The programmes that have a register, sorted."""
        return sorted(file.parent.name for file in self.folder.glob(f"*/{REGISTER}"))

    def of(self, programme: str) -> dict[str, Document]:
        """The documents of a programme by id; `DataRefused` with file and line if the register breaks a rule."""
        if programme not in self.programmes():
            remedy = f"programmes with documents: {listed(self.programmes())}"
            raise UsageError(f"there is no register of documents for {programme!r}", remedy=remedy)
        if programme not in self._loaded:
            entries = load_yaml(self._file(programme), _Register).root
            self._loaded[programme] = {
                name: Document(programme=programme, id=name, **dict(entry)) for name, entry in entries.items()
            }
        return self._loaded[programme]

    def of_years(self, years: Iterable[int]) -> list[Document]:
        """The documents of all programmes that speak of any of these grant years, by programme and id."""
        chosen = set(years)
        everything = (document for programme in self.programmes() for document in self.of(programme).values())
        fitting = (document for document in everything if not chosen.isdisjoint(document.years))
        return sorted(fitting, key=lambda document: (document.programme, document.id))

    def path_of(self, document: Document) -> Path | None:
        """Where the file of a document is to lie, there or not; None if the register names none.

        `DataRefused` if links lead it out of `data/documents`.
        """
        if document.file is None:
            return None
        root = (self.folder.parent / "documents").resolve()
        path = root / document.file
        if not path.resolve().is_relative_to(root):
            where = at_line(self._file(document.programme), None)
            raise DataRefused(where, f"{document.id}: file {document.file} leads out of data/documents")
        return path

    def require_known(self, agreements: AgreementFiles) -> None:
        """Every year has an agreement and every table a pot in it, for the same recipients.

        `DataRefused` with file and line otherwise.
        """
        for programme in self.programmes():
            load_yaml(self._file(programme), _register_of(programme, agreements))

    def _file(self, programme: str) -> Path:
        return self.folder / programme / REGISTER


def _register_of(programme: str, agreements: AgreementFiles) -> type[_Register]:
    """The register of a programme as a model that knows its agreements: only while validating are lines known."""

    class Known(_Register):
        @model_validator(mode="after")
        def _is_known(self) -> Self:
            for name, entry in self.root.items():
                _require_agreements(name, entry, agreements.years(programme))
                for index, table in enumerate(entry.tables):
                    if not agreements.is_whole(programme, table.year):
                        continue
                    _require_pot(agreements.load(programme, table.year), table, (name, "tables", index))
            return self

    return Known


def _require_agreements(name: str, entry: DocumentEntry, known: list[int]) -> None:
    for index, year in enumerate(entry.years):
        if year not in known:
            raise RefusedAt(f"there is no agreement for {year}; years on file: {listed(known)}", name, "years", index)


def _require_pot(agreement: Agreement, table: DocumentTable, at: tuple[str, str, int]) -> None:
    pots = {pot.id: pot for pot in agreement.pots}
    if table.pot_id not in pots:
        known = f"pots of {table.year}: {listed(sorted(pots))}"
        raise RefusedAt(f"{table.pot_id} is no pot of {table.year}; {known}", *at, "pot_id")
    recipients = pots[table.pot_id].recipients
    if recipients not in (table.recipients, UNKNOWN):
        raise RefusedAt(f"{table.pot_id} goes to {recipients}, not to {table.recipients}", *at, "recipients")
