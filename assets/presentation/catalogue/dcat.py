"""The catalogue for data portals, by DCAT-AP-SE 3.0.1 (docs.dataportal.se/dcat/3.0.1/en, 25 November 2024).

Mandatory there (minimum one; * exactly one):

- Catalog: title, description, publisher*, license* (CC0 1.0, as Sweden requires of metadata), dataset
- Dataset: title, description, publisher*
- Distribution: accessURL*, format* (a media type as a literal)
- Agent: name, type* (ADMS publisher type)
- Contact point, where there is one: kind* (vcard Organization or Individual), name, e-mail
- Checksum, where there is one: value*, algorithm*; statement of provenance: description

Recommended: of a catalogue issued, modified, language, homepage, spatial, theme taxonomy; of a dataset contact point,
keyword, theme, issued, conformsTo, spatial, temporal, access rights; of a distribution description, license,
availability. What nobody has told us (issued, e-mail, how long it will be available) is left out, and so is `modified`:
the catalogue is made without a clock.

Digg's harvesting rules: absolute addresses, RDF/XML, no blank nodes for the main things, one publisher described once,
the licence by exactly the address used here. Hence fragments of the catalogue's own address as names, and two files.
Many files of a kind are repeated download addresses of one distribution (Digg's recommendations), which therefore has
no checksum; a checksum is of one file.
"""

from collections.abc import Generator, Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from rdflib import DCTERMS, FOAF, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from assets.presentation.catalogue.datasets import ALLOCATIONS, DATASETS, Dataset
from assets.presentation.catalogue.owner import Owner
from assets.presentation.csv_twins import TableFile
from schemas.product import ATTRIBUTION, TITLE
from schemas.text import Text

TURTLE: Final = "catalogue.ttl"
RDF_XML: Final = "catalogue.rdf"

# rdflib's own DCAT is of version 2 and knows no `version`.
_DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
_VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_ODRS: Final = Namespace("http://schema.theodi.org/odrs#")
_EU: Final = Namespace("http://publications.europa.eu/resource/authority/")
_ADMS_TYPE: Final = Namespace("http://purl.org/adms/publishertype/")
_IANA: Final = Namespace("https://www.iana.org/assignments/media-types/")
_CC0: Final = URIRef("http://creativecommons.org/publicdomain/zero/1.0/")
_SWEDEN: Final = URIRef("http://sws.geonames.org/2661886")
_LANGUAGES: Final = (_EU["language/SWE"], _EU["language/ENG"])
_DCAT_AP_SE: Final = URIRef("https://docs.dataportal.se/dcat/3.0.1/en/")
_DATA_PACKAGE: Final = URIRef("https://specs.frictionlessdata.io/tabular-data-package/")
_CSV: Final = URIRef("https://www.rfc-editor.org/rfc/rfc4180")

_DESCRIPTION: Final = Text(
    "Omräkning, krona för krona, av hur statsbidragen för psykisk hälsa fördelas mellan kommuner, regioner och län.",
    "A recomputation, to the krona, of how the state grants for mental health are split among municipalities, regions"
    " and counties.",
)


class OneFile(NamedTuple):
    """A file of the version that is known byte by byte."""

    path: str
    bytes: int
    sha256: str


class Described(NamedTuple):
    """All that the catalogue says of a version. `csv_bytes` has the size of every twin by path."""

    owner: Owner
    version: str
    files: tuple[TableFile, ...]
    csv_bytes: Mapping[str, int]
    package: OneFile
    landing_page: str | None
    workbooks: tuple[str, ...]


class _Form(NamedTuple):
    """A form that a dataset comes in; `entry` is the file that lists the others."""

    name: str
    title: Text
    description: Text
    media_type: str
    entry: str
    paths: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None
    conforms_to: URIRef | None = None


def turtle(described: Described) -> bytes:
    """The catalogue as Turtle; the same description gives the same bytes."""
    return graph(described).serialize(format="turtle", encoding="utf-8")


def rdf_xml(described: Described) -> bytes:
    """The catalogue as RDF/XML, which is what the Swedish portal harvests."""
    return graph(described).serialize(format="xml", encoding="utf-8")


def graph(described: Described) -> Graph:
    """The catalogue as triples."""
    return _Catalogue(described).triples


class _InOrder(Graph):
    """A graph that gives its subjects in order: rdflib writes XML as they come, and they come otherwise every time."""

    def subjects(self, *args: Any, **kwargs: Any) -> Generator[Node, None, None]:
        yield from sorted(super().subjects(*args, **kwargs), key=str)


class _Catalogue:
    """Says one thing after another; the order does not matter, since what is written is sorted."""

    def __init__(self, described: Described) -> None:
        self._of = described
        self.triples = _InOrder()
        self.triples.bind("dcat", _DCAT)
        self.triples.bind("vcard", _VCARD)
        self.triples.bind("spdx", _SPDX)
        self.triples.bind("odrs", _ODRS)
        self._catalogue()
        self._publisher()
        if described.owner.contact.email is not None:
            self._contact(described.owner.contact.email)
        self._shared()
        for dataset in DATASETS:
            self._dataset(dataset)

    def _at(self, path: str) -> URIRef:
        """The address of a file in the version: relative, unless the owner says where the version lies."""
        return URIRef(urljoin(self._of.owner.base_url or "", path))

    def _thing(self, name: str) -> URIRef:
        """The name of something that the catalogue itself describes, the same in both files."""
        return self._at(f"catalogue#{name}")

    def _say(self, subject: URIRef, kind: Node, says: Iterable[tuple[URIRef, Node]]) -> None:
        self.triples.add((subject, RDF.type, kind))
        for predicate, value in says:
            self.triples.add((subject, predicate, value))

    def _catalogue(self) -> None:
        self._say(
            self._thing("catalog"),
            _DCAT.Catalog,
            [
                *_both(DCTERMS.title, TITLE),
                *_both(DCTERMS.description, _DESCRIPTION),
                (DCTERMS.publisher, self._thing("publisher")),
                (DCTERMS.license, _CC0),
                *((DCTERMS.language, language) for language in _LANGUAGES),
                (DCTERMS.spatial, _SWEDEN),
                (DCTERMS.conformsTo, _DCAT_AP_SE),
                (_DCAT.themeTaxonomy, _EU["data-theme"]),
                *self._issued(),
                *((FOAF.homepage, self._at(page)) for page in (self._of.landing_page,) if page),
                *((_DCAT.dataset, self._thing(dataset.name)) for dataset in DATASETS),
            ],
        )

    def _issued(self) -> list[tuple[URIRef, Node]]:
        issued = self._of.owner.issued
        return [] if issued is None else [(DCTERMS.issued, Literal(issued, datatype=XSD.date))]

    def _publisher(self) -> None:
        publisher = self._of.owner.publisher
        name = Text(publisher.name.sv, publisher.name.en)
        number = publisher.organisation_number
        says = [*_both(FOAF.name, name), (DCTERMS.type, _ADMS_TYPE[publisher.type])]
        if number is not None:
            says.append((DCTERMS.identifier, Literal(number)))
        self._say(self._thing("publisher"), FOAF.Agent, says)

    def _contact(self, email: str) -> None:
        name = Literal(self._of.owner.contact.name)
        self._say(
            self._thing("contact"),
            _VCARD.Organization,
            [(_VCARD.fn, name), (_VCARD.hasEmail, URIRef(f"mailto:{email}"))],
        )

    def _shared(self) -> None:
        """What several datasets point at."""
        start = Literal(f"{min(file.year for file in self._of.files)}-01-01", datatype=XSD.date)
        self._say(self._thing("period"), DCTERMS.PeriodOfTime, [(_DCAT.startDate, start)])
        rights = Literal(ATTRIBUTION, lang="sv")
        self._say(self._thing("rights"), _ODRS.RightsStatement, [(_ODRS.attributionText, rights)])
        self._say(_SWEDEN, DCTERMS.Location, _both(RDFS.label, Text("Sverige", "Sweden")))
        self._say(_CC0, DCTERMS.LicenseDocument, [(DCTERMS.title, Literal("CC0 1.0", lang="en"))])
        for standard, name in (
            (_DCAT_AP_SE, "DCAT-AP-SE 3.0.1"),
            (_DATA_PACKAGE, "Tabular Data Package"),
            (_CSV, "RFC 4180"),
        ):
            self._say(standard, DCTERMS.Standard, [(DCTERMS.title, Literal(name, lang="en"))])
        for path, title in (
            ("dictionary.json", Text("Datakatalog, maskinläsbar", "Data dictionary, machine-readable")),
            ("dictionary.md", Text("Datakatalog", "Data dictionary")),
        ):
            self._say(self._at(path), FOAF.Document, _both(DCTERMS.title, title))

    def _dataset(self, dataset: Dataset) -> None:
        of, forms = self._of, self._forms(dataset)
        provenance = self._thing(f"{dataset.name}-provenance")
        self._say(provenance, DCTERMS.ProvenanceStatement, _both(DCTERMS.description, dataset.provenance))
        self._say(
            self._thing(dataset.name),
            _DCAT.Dataset,
            [
                *_both(DCTERMS.title, dataset.title),
                *_both(DCTERMS.description, dataset.description),
                (DCTERMS.publisher, self._thing("publisher")),
                *((_DCAT.contactPoint, self._thing("contact")) for _ in (of.owner.contact.email,) if _),
                *(said for keyword in dataset.keywords for said in _both(_DCAT.keyword, keyword)),
                *((_DCAT.theme, _EU[f"data-theme/{theme}"]) for theme in dataset.themes),
                *((DCTERMS.language, language) for language in _LANGUAGES),
                (DCTERMS.spatial, _SWEDEN),
                (DCTERMS.temporal, self._thing("period")),
                (_DCAT.temporalResolution, Literal("P1Y", datatype=XSD.duration)),
                (DCTERMS.accrualPeriodicity, _EU["frequency/ANNUAL"]),
                (DCTERMS.accessRights, _EU["access-right/PUBLIC"]),
                (DCTERMS.conformsTo, _DATA_PACKAGE),
                (DCTERMS.provenance, provenance),
                (_DCAT.version, Literal(of.version)),
                *self._issued(),
                *((_DCAT.landingPage, self._at(page)) for page in (of.landing_page,) if page),
                (FOAF.page, self._at("dictionary.json")),
                (FOAF.page, self._at("dictionary.md")),
                *((_DCAT.distribution, self._thing(f"{dataset.name}-{form.name}")) for form in forms),
            ],
        )
        for form in forms:
            self._distribution(self._thing(f"{dataset.name}-{form.name}"), form)

    def _forms(self, dataset: Dataset) -> list[_Form]:
        of = self._of
        files = [file for file in of.files if file.table.name in dataset.tables]
        csv = tuple(file.csv for file in files)
        forms = [
            _Form(
                "parquet",
                Text("Parquet, en fil per tabell och år", "Parquet, one file per table and year"),
                Text(
                    "Typer, enheter, beskrivningar och kontrollsummor för underlaget följer med i varje fil.",
                    "Types, units, descriptions and checksums of the inputs are in every file.",
                ),
                "application/vnd.apache.parquet",
                "manifest.json",
                tuple(file.parquet for file in files),
            ),
            _Form(
                "csv",
                Text("CSV, en fil per tabell och år", "CSV, one file per table and year"),
                Text(
                    "UTF-8 med en rubrikrad; koder är text med inledande nollor. Typerna står i datapackage.json.",
                    "UTF-8 with one header row; codes are text with leading zeros. Types are in datapackage.json.",
                ),
                "text/csv",
                of.package.path,
                csv,
                size=sum(of.csv_bytes[path] for path in csv),
                conforms_to=_CSV,
            ),
        ]
        return [*forms, *_forms_of_all(of)] if dataset is ALLOCATIONS else forms

    def _distribution(self, subject: URIRef, form: _Form) -> None:
        says: list[tuple[URIRef, Node]] = [
            *_both(DCTERMS.title, form.title),
            *_both(DCTERMS.description, form.description),
            (_DCAT.accessURL, self._at(form.entry)),
            *((_DCAT.downloadURL, self._at(path)) for path in form.paths),
            (DCTERMS.format, Literal(form.media_type)),
            (_DCAT.mediaType, _IANA[form.media_type]),
            (DCTERMS.license, _CC0),
            (DCTERMS.rights, self._thing("rights")),
        ]
        if form.size is not None:
            says.append((_DCAT.byteSize, Literal(form.size, datatype=XSD.nonNegativeInteger)))
        if form.conforms_to is not None:
            says.append((DCTERMS.conformsTo, form.conforms_to))
        if form.sha256 is not None:
            checksum = URIRef(f"{subject}-checksum")
            says.append((_SPDX.checksum, checksum))
            value = Literal(form.sha256, datatype=XSD.hexBinary)
            algorithm = (_SPDX.algorithm, _SPDX.checksumAlgorithm_sha256)
            self._say(checksum, _SPDX.Checksum, [algorithm, (_SPDX.checksumValue, value)])
        self._say(subject, _DCAT.Distribution, says)


def _forms_of_all(of: Described) -> list[_Form]:
    """Forms that hold all tables at once; they are listed with the dataset that people look for."""
    package = _Form(
        "datapackage",
        Text("Datapaket", "Data package"),
        Text(
            "Beskriver alla CSV-filer, även de andra datamängdernas, så att ett program kan läsa och pröva dem.",
            "Describes all CSV files, those of the other datasets too, so that a program can read and check them.",
        ),
        "application/json",
        of.package.path,
        (of.package.path,),
        size=of.package.bytes,
        sha256=of.package.sha256,
        conforms_to=_DATA_PACKAGE,
    )
    if not of.workbooks:
        return [package]
    workbooks = _Form(
        "xlsx",
        Text("Arbetsböcker för Excel", "Workbooks for Excel"),
        Text("En arbetsbok per år och språk.", "One workbook per year and language."),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        of.landing_page or of.workbooks[0],
        of.workbooks,
    )
    return [package, workbooks]


def _both(predicate: URIRef, text: Text) -> list[tuple[URIRef, Node]]:
    return [(predicate, Literal(text.sv, lang="sv")), (predicate, Literal(text.en, lang="en"))]
