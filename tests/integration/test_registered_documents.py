"""A registered document from its file to the table of published figures: archived, read, placed, refused."""

from pathlib import Path

import polars as pl
import pytest

from assets.documents.bring import Bringer
from assets.documents.fetch import DocumentAccess, documents_raw_table
from assets.documents.names import read_names
from assets.documents.register import DocumentFiles
from assets.documents.registered import figures_of_documents
from assets.storage.raw_archive import RawArchive
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.documents import AGREEMENT_DOCUMENTS_RAW, DOCUMENT_FIGURES
from tests.documents import html_page
from tests.domain import DATA, copy_of_data, recipients_in, register

ENTRY = """
a-split:
  title: "A split"
  publisher: "Somebody"
  file: split.html
  years: [2025]
  tables:
    - {pot_id: children-youth-municipality, year: 2025, recipients: municipality, column: "Belopp"}
"""
ROWS = [("Falun", 1309672), ("Borlänge", 1155336), ("Orsa", 305518)]
HEADER = ("Kommun", "Belopp, kr")


@pytest.fixture
def bringer(tmp_path: Path) -> Bringer:
    """One document is registered; its file is not there yet."""
    agreements = copy_of_data(tmp_path, "agreements")
    (agreements / "psykisk-halsa/documents.yaml").write_text(ENTRY, encoding="utf-8")
    (agreements / "kvinnors-halsa/documents.yaml").unlink()
    access = DocumentAccess(RawArchive(tmp_path / "data/raw"))
    return Bringer(DocumentFiles(agreements), access, is_live=False)


def save(bringer: Bringer, body: bytes) -> None:
    folder = bringer.files.folder.parent / "documents"
    folder.mkdir(exist_ok=True)
    (folder / "split.html").write_bytes(body)


def raw(bringer: Bringer) -> pl.DataFrame:
    registered = bringer.files.of_years([2025])
    problems = bringer.bring(registered)
    rows = documents_raw_table(registered, bringer.access.archive)
    told = [{**row, "problem": problems.get((row["programme"], row["document_id"]))} for row in rows]
    return enforce(AGREEMENT_DOCUMENTS_RAW, pl.DataFrame(told, AGREEMENT_DOCUMENTS_RAW.schema))


def figures(bringer: Bringer) -> pl.DataFrame:
    names = read_names(DATA / "geography", register())
    table = figures_of_documents(
        bringer.files.of_years([2025]), raw(bringer), bringer.access.archive, recipients_in(2025), names
    )
    return enforce(DOCUMENT_FIGURES, table)


def test_a_document_that_is_not_there_is_told_and_nothing_is_read(bringer: Bringer) -> None:
    assert raw(bringer).select("state", "sha256").rows() == [("not_fetched", None)]
    assert figures(bringer).is_empty()


def test_a_saved_document_is_archived_and_every_figure_has_its_place(bringer: Bringer) -> None:
    save(bringer, html_page(ROWS, header=HEADER))
    found = figures(bringer)
    assert found.select("recipient_code", "published_sek", "column").rows() == [
        ("2080", 1309672, 2),
        ("2081", 1155336, 2),
        ("2034", 305518, 2),
    ]
    assert found.get_column("row").is_unique().all()


def test_a_changed_file_is_taken_in_anew_and_an_unchanged_one_is_not(bringer: Bringer) -> None:
    save(bringer, html_page(ROWS, header=HEADER))
    first = raw(bringer)
    assert raw(bringer).equals(first)
    save(bringer, html_page(ROWS[:2], header=HEADER))
    assert figures(bringer).height == 2


def test_a_table_that_is_not_in_the_document_is_refused(bringer: Bringer) -> None:
    save(bringer, html_page(ROWS, header=("Kommun", "Kronor")))
    with pytest.raises(DataRefused, match="no amounts by municipality where the register says"):
        figures(bringer)


def test_two_amounts_of_one_recipient_are_refused(bringer: Bringer) -> None:
    save(bringer, html_page([*ROWS, ("Falun", 1309673)], header=HEADER))
    with pytest.raises(DataRefused, match="municipality 2080 has 2 amounts"):
        figures(bringer)


def test_a_file_that_cannot_be_had_is_a_problem_of_its_own_and_stops_nothing_else(bringer: Bringer) -> None:
    save(bringer, b"")
    (problem,) = raw(bringer).get_column("problem").to_list()
    assert "split.html" in problem
