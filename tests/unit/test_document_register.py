"""The register of documents: what is refused and with which words, and what the tracked registers say."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import pytest

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Source
from assets.documents.register import REGISTER, Document, DocumentFiles, DocumentTable
from assets.verification.published import PublishedFiles
from schemas.errors import DataRefused, UsageError
from tests.domain import DATA, agreement_text, agreements_folder, changed, line_of

TRACKED: Final = DocumentFiles(DATA / "agreements")
AGREEMENTS: Final = AgreementFiles(DATA / "agreements")
DOCUMENTS: Final = [document for name in TRACKED.programmes() for document in TRACKED.of(name).values()]

GOOD: Final = """\
county-slides:
  title: "Slides"
  publisher: "A county"
  url: "https://example.org/slides.pdf?version=2"
  published_on: 2025-02-07
  years: [2024, 2025]
  pages: [9, 2, 4-6]
  tables:
    - {pot_id: children-youth-municipality, year: 2025, recipients: municipality, page: 5, column: "Belopp"}
    - {pot_id: complex-needs-county, year: 2024, recipients: county}
  note: "By hand."
county-minutes:
  title: "Minutes"
  publisher: "A county"
  file: "2025/minutes.pdf"
  years: [2024]
"""
SHOWN: Final = "data/agreements/psykisk-halsa/documents.yaml"


def files_with(folder: Path, text: str) -> DocumentFiles:
    """A register with this text beside the tracked agreements of 2024 and 2025."""
    agreements = {f"{year}.yaml": agreement_text(name=str(year)) for year in (2024, 2025)}
    return DocumentFiles(agreements_folder(folder, {REGISTER: text, **agreements}))


def refusal_of(folder: Path, text: str) -> DataRefused:
    """How a register with this text is refused beside the agreements of 2024 and 2025."""
    files = files_with(folder, text)
    with pytest.raises(DataRefused) as caught:
        files.require_known(AgreementFiles(files.folder))
    return caught.value


# --- a good register ------------------------------------------------------------------------------------------


def test_a_document_has_its_id_its_programme_and_all_that_the_register_says(tmp_path: Path) -> None:
    documents = files_with(tmp_path, GOOD).of("psykisk-halsa")
    assert list(documents) == ["county-slides", "county-minutes"]
    assert documents["county-slides"] == Document(
        programme="psykisk-halsa",
        id="county-slides",
        title="Slides",
        publisher="A county",
        url="https://example.org/slides.pdf?version=2",
        published_on=dt.date(2025, 2, 7),
        years=(2024, 2025),
        pages=(2, 4, 5, 6, 9),
        tables=(
            DocumentTable(
                pot_id="children-youth-municipality", year=2025, recipients="municipality", page=5, column="Belopp"
            ),
            DocumentTable(pot_id="complex-needs-county", year=2024, recipients="county"),
        ),
        note="By hand.",
    )
    assert (documents["county-minutes"].url, documents["county-minutes"].tables) == (None, ())


def test_a_good_register_agrees_with_its_agreements(tmp_path: Path) -> None:
    files = files_with(tmp_path, GOOD)
    files.require_known(AgreementFiles(files.folder))


def test_a_pot_whose_recipients_nobody_knows_may_have_a_table_of_any(tmp_path: Path) -> None:
    files = files_with(tmp_path, changed(GOOD, "pot_id: complex-needs-county", "pot_id: unidentified-residual"))
    files.require_known(AgreementFiles(files.folder))


@pytest.mark.parametrize(
    ("years", "expected"),
    [([2025], ["county-slides"]), ([2024, 2025], ["county-minutes", "county-slides"]), ([2023], []), ([], [])],
)
def test_documents_of_years(tmp_path: Path, years: list[int], expected: list[str]) -> None:
    assert [document.id for document in files_with(tmp_path, GOOD).of_years(years)] == expected


def test_a_programme_without_a_register_is_told(tmp_path: Path) -> None:
    files = files_with(tmp_path, GOOD)
    assert files.programmes() == ["psykisk-halsa"]
    with pytest.raises(UsageError, match=r"'psykisk-hälsa'.*\n.*psykisk-halsa"):
        files.of("psykisk-hälsa")


def test_agreements_are_still_read_beside_a_register(tmp_path: Path) -> None:
    files = files_with(tmp_path, GOOD)
    assert AgreementFiles(files.folder).years("psykisk-halsa") == [2024, 2025]


# --- files ----------------------------------------------------------------------------------------------------


def test_a_file_lies_below_the_documents_folder(tmp_path: Path) -> None:
    files = files_with(tmp_path, GOOD)
    slides, minutes = files.of("psykisk-halsa").values()
    assert files.path_of(slides) is None
    assert files.path_of(minutes) == (tmp_path / "data/documents/2025/minutes.pdf").resolve()


def test_a_file_that_links_lead_elsewhere_is_refused(tmp_path: Path) -> None:
    files = files_with(tmp_path, GOOD)
    (tmp_path / "data/documents").mkdir()
    (tmp_path / "data/documents/2025").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(DataRefused, match=r"county-minutes: file 2025/minutes\.pdf leads out of data/documents"):
        files.path_of(files.of("psykisk-halsa")["county-minutes"])


# --- what is refused ------------------------------------------------------------------------------------------

URL: Final = '"https://example.org/slides.pdf?version=2"'
FILE: Final = '"2025/minutes.pdf"'
NOT_HTTPS: Final = "county-slides.url: the address must be https:// and a public host"
NOT_BELOW: Final = "county-minutes.file: file must be a path below data/documents"
NO_PAGES: Final = "neither a page from 1 to 10000 nor a range"

MISTAKES: Final[dict[str, tuple[str, str, str]]] = {
    "id twice": ("county-minutes:", "county-slides:", "key 'county-slides' is given twice"),
    "id with capitals": ("county-minutes:", "County-Minutes:", "should match pattern"),
    "unknown key": ('  note: "By hand."', '  nota: "By hand."', "unknown key 'nota'"),
    "no title": ('  title: "Minutes"\n', "", "key 'title' is missing"),
    "empty title": ('title: "Minutes"', 'title: ""', "at least 1 character"),
    "no years": ("  years: [2024]\n", "", "key 'years' is missing"),
    "years empty": ("years: [2024]", "years: []", "county-minutes.years: "),
    "years as text": ("years: [2024]", 'years: ["2024"]', "county-minutes.years.0: input should be a valid integer"),
    "a year that is true": ("years: [2024]", "years: [true]", "county-minutes.years.0: input should be a valid int"),
    "a year twice": ("years: [2024]", "years: [2024, 2024]", "county-minutes.years: years must be ascending"),
    "years descending": ("years: [2024, 2025]", "years: [2025, 2024]", "county-slides.years: years must be ascending"),
    "date as text": ("published_on: 2025-02-07", 'published_on: "2025-02-07"', "valid date"),
    # addresses
    "plain http": (URL, '"http://example.org/slides.pdf"', NOT_HTTPS),
    "an address without scheme": (URL, '"example.org/slides.pdf"', NOT_HTTPS),
    "a file as address": (URL, '"file:///etc/passwd"', NOT_HTTPS),
    "no host": (URL, '"https:///slides.pdf"', NOT_HTTPS),
    "a password": (URL, '"https://somebody:secret@example.org/x"', NOT_HTTPS),
    "this machine": (URL, '"https://localhost/x"', NOT_HTTPS),
    "this machine by number": (URL, '"https://127.0.0.1/x"', NOT_HTTPS),
    "this machine by a mapped number": (URL, '"https://[::ffff:127.0.0.1]/x"', NOT_HTTPS),
    "a private network": (URL, '"https://10.0.0.1/x"', NOT_HTTPS),
    "the link": (URL, '"https://169.254.169.254/latest"', NOT_HTTPS),
    "a private network of IPv6": (URL, '"https://[fd00::1]/x"', NOT_HTTPS),
    "a group of machines": (URL, '"https://224.0.0.1/x"', NOT_HTTPS),
    "no address at all": (URL, '"https://[::1/x"', "county-slides.url: "),
    "a blank in the address": (URL, '"https://example.org/a b"', "county-slides.url: "),
    "an address without end": (URL, f'"https://example.org/{"x" * 2_000}"', "at most 2000 characters"),
    # files
    "up": (FILE, '"../agreements/x.pdf"', NOT_BELOW),
    "up on the way": (FILE, '"2025/../../x.pdf"', NOT_BELOW),
    "from the root": (FILE, '"/etc/passwd"', NOT_BELOW),
    "hidden": (FILE, '"2025/.x.pdf"', NOT_BELOW),
    "backslash": (FILE, r"'2025\x.pdf'", NOT_BELOW),
    "a folder": (FILE, '"2025/"', NOT_BELOW),
    "nothing": (FILE, '""', NOT_BELOW),
    "null": (FILE, r'"a\0b"', NOT_BELOW),
    # pages
    "pages as one number": ("[9, 2, 4-6]", "3", "pages must be a list"),
    "no pages": ("[9, 2, 4-6]", "[]", "pages must be a list"),
    "page zero": ("[9, 2, 4-6]", "[0]", NO_PAGES),
    "a negative page": ("[9, 2, 4-6]", "[-1]", NO_PAGES),
    "a page that is true": ("[9, 2, 4-6]", "[true]", NO_PAGES),
    "a range the wrong way": ("[9, 2, 4-6]", "[5, 6-4]", NO_PAGES),
    "a range without end": ("[9, 2, 4-6]", "[5, 4-]", NO_PAGES),
    "a range beyond all documents": ("[9, 2, 4-6]", "[4-99999]", NO_PAGES),
    "a number beyond all counting": ("[9, 2, 4-6]", f"[4-{'9' * 5_000}]", NO_PAGES),
    "a page in another script": ("[9, 2, 4-6]", '["٥"]', NO_PAGES),
    # tables
    "a table of a year not listed": ("year: 2024,", "year: 2023,", "a table is of 2023, which is not among years"),
    "a table on a page not read": ("page: 5,", "page: 3,", "a table is on page 3, which pages leaves out"),
    "a table on page zero": ("page: 5,", "page: 0,", "greater than or equal to 1"),
    "a column without words": ('"Belopp"', '""', "at least 1 character"),
    "recipients of no kind": ("recipients: county}", "recipients: skr}", "input should be 'municipality'"),
    # beside the agreements
    "a year without agreement": (
        "years: [2024]",
        "years: [2024, 2026]",
        "county-minutes.years.1: there is no agreement for 2026; years on file: 2024 and 2025",
    ),
    "a pot nobody knows": (
        "pot_id: complex-needs-county",
        "pot_id: complex-needs",
        "county-slides.tables.1.pot_id: complex-needs is no pot of 2024; pots of 2024: ",
    ),
    "a pot of another year": (
        "pot_id: complex-needs-county",
        "pot_id: children-youth-municipality",
        "children-youth-municipality is no pot of 2024",
    ),
    "a pot for others": (
        "recipients: county}",
        "recipients: region}",
        "county-slides.tables.1.recipients: complex-needs-county goes to county, not to region",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_refused_with_file_and_line(case: str, tmp_path: Path) -> None:
    old, new, says = MISTAKES[case]
    text = changed(GOOD, old, new)
    refusal = refusal_of(tmp_path, text)
    assert says in str(refusal), str(refusal)
    # What is missing is missing from its document.
    line = GOOD[: GOOD.index(old)].count("\n") + 1 if new else line_of(text, "county-minutes:")
    assert refusal.where == f"{SHOWN}, line {line}"


def test_a_mistake_is_refused_without_the_agreements_too(tmp_path: Path) -> None:
    files = files_with(tmp_path, changed(GOOD, "[9, 2, 4-6]", "[6-4]"))
    with pytest.raises(DataRefused, match=NO_PAGES):
        files.of("psykisk-halsa")


# --- the tracked registers ------------------------------------------------------------------------------------


def test_the_tracked_registers_agree_with_the_agreements() -> None:
    assert TRACKED.programmes() == AGREEMENTS.programmes()
    TRACKED.require_known(AGREEMENTS)


def cited(document: Document) -> list[Source]:
    """The source with the document's id, as the agreements of its years and the published figures have it."""
    by_id = [AGREEMENTS.load(document.programme, year).sources for year in document.years]
    known = [*by_id, PublishedFiles(DATA / "published").sources()]
    return [sources[document.id] for sources in known if document.id in sources]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
def test_a_document_that_is_a_source_is_the_same_document(document: Document) -> None:
    for source in cited(document):
        said: dict[str, Any] = {name: getattr(source, name) for name in ("title", "publisher", "url", "published_on")}
        assert {name: getattr(document, name) for name in said} == said


def test_most_documents_are_sources_and_the_rest_are_the_agreements_themselves() -> None:
    others = [document.id for document in DOCUMENTS if not cited(document)]
    assert all("-agreement-" in name for name in others), others
    assert len(others) < len(DOCUMENTS) / 2


def test_one_address_is_one_document() -> None:
    urls = [document.url for document in DOCUMENTS if document.url]
    assert sorted(urls) == sorted(set(urls))


def test_every_year_on_file_has_a_document() -> None:
    for programme in AGREEMENTS.programmes():
        told = {year for document in TRACKED.of(programme).values() for year in document.years}
        assert told == set(AGREEMENTS.years(programme))
