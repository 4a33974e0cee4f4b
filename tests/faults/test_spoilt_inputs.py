"""Each kind of tracked file, flipped, cut, blanked and rewritten: it loads or is refused, and nothing else is raised.

The draws are the same on every machine. What was raised here once: errors of CSV and JSON parsers.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import pytest

from assets.agreements.files import AgreementFiles
from assets.county.deadlines import DeadlineFiles, deadlines_of
from assets.county.follow_up import FollowUpFiles
from assets.county.sub_allocations import SubAllocationFiles
from assets.documents.names import read_names
from assets.documents.register import DocumentFiles
from assets.forecast.assumptions import read_plan
from assets.population.recipients import read_register
from assets.population.scb.register import read_tables
from assets.population.snapshot import read_snapshot
from assets.presentation.catalogue.owner import read_owner
from assets.presentation.report.maps import read_outlines
from assets.scenarios.grid import load_grid
from assets.scenarios.reform import load_reform
from assets.verification.published import PublishedFiles
from pipelines.due import read_calendar
from schemas.errors import KronvisError
from tests.domain import DATA

YEARS: Final = range(2016, 2027)
SPOILT_EACH: Final = 36
# What a hand, an editor or a disk may leave anywhere in a file.
STRAYS: Final = [
    *(b"\0", b"\xff", b"\t", b"\r", b"\n", b'"', b"'", b":", b",", b";", b"-", b"- ", b"? ", b"[", b"]", b"{", b"}"),
    *(b"&a ", b"*a", b"<<: ", b"!!python/object:os.system ", b"|", b">", b"%", b"@", b"#", b"---\n", b"\xef\xbb\xbf"),
    *(b"~", b"null", b"true", b"nan", b".inf", b"1e400", b"0x10", b"-1", b"1.5", b"9" * 30, b"9999-99-99", b"[" * 99),
    *("\u2028".encode(), "\u202e".encode(), b"\xed\xa0\x80", b"\x1b"),
]


def _agreements(data: Path) -> AgreementFiles:
    return AgreementFiles(data / "agreements")


def _all_agreements(data: Path) -> None:
    files = _agreements(data)
    for year in files.years():
        files.bases(year)


def _documents(data: Path) -> None:
    files = DocumentFiles(data / "agreements")
    files.require_known(_agreements(data))
    for document in files.of_years(YEARS):
        files.path_of(document)


def _published(data: Path) -> None:
    files = PublishedFiles(data / "published")
    files.of(_agreements(data).of_years(YEARS))
    files.all_figures()


def _sub_allocations(data: Path) -> None:
    register = read_register(data / "geography")
    sources = PublishedFiles(data / "published").sources()
    SubAllocationFiles(data / "sub_allocations").of_years(YEARS, _agreements(data), register, sources)


KINDS: Final[dict[str, Callable[[Path], object]]] = {
    "agreements/psykisk-halsa/2025.yaml": _all_agreements,
    "agreements/kvinnors-halsa/2022-supplement.yaml": _all_agreements,
    "agreements/psykisk-halsa/documents.yaml": _documents,
    "agreements/psykisk-halsa/deadlines.yaml": lambda data: deadlines_of(
        YEARS, DeadlineFiles(data / "agreements"), _agreements(data)
    ),
    "published/psykisk-halsa.csv": _published,
    "published/sources.yaml": _published,
    "geography/recipients.csv": lambda data: read_register(data / "geography"),
    "geography/recipient_classes.yaml": lambda data: read_register(data / "geography"),
    "geography/name_variants.csv": lambda data: read_names(data / "geography", read_register(data / "geography")),
    "geography/outlines.json": lambda data: read_outlines(data / "geography" / "outlines.json"),
    "follow_up/psykisk-halsa/2024-20.csv": lambda data: FollowUpFiles(data / "follow_up").of_years(
        YEARS, _agreements(data), read_register(data / "geography")
    ),
    "sub_allocations/psykisk-halsa/2021-01.yaml": _sub_allocations,
    "population/series.yaml": lambda data: read_snapshot(data / "population"),
    "population/estimates.yaml": lambda data: read_snapshot(data / "population"),
    "population/tables.yaml": lambda data: read_tables(data / "population"),
    "forecast/assumptions.yaml": lambda data: read_plan(data / "forecast"),
    "forecast/candidates.yaml": lambda data: read_plan(data / "forecast"),
    "reforms/base-300000.yaml": lambda data: load_reform(data / "reforms" / "base-300000.yaml"),
    "reforms/grids/base-and-ages.yaml": lambda data: load_grid(data / "reforms" / "grids" / "base-and-ages.yaml"),
    "catalogue.yaml": read_owner,
    "calendar.yaml": read_calendar,
}


def _flipped(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :]


def _cut(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body))]


def _blanked(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body))
    more = chance.randrange(1, 200)
    return body[:at] + chance.choice([b"", b"\0", b" "]) * more + body[at + more :]


def _with_a_stray(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + chance.choice(STRAYS) + body[at + chance.choice([0, 0, 1, 4]) :]


def _with_another_word(body: bytes, chance: Random) -> bytes:
    word = chance.choice(list(re.finditer(rb'[^\s,:;"\[\]{}]+', body)))
    return body[: word.start()] + chance.choice(STRAYS) + body[word.end() :]


def _with_another_line(body: bytes, chance: Random) -> bytes:
    lines = body.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"".join(lines)


SPOIL: Final = (_flipped, _cut, _blanked, _with_a_stray, _with_another_word, _with_another_line)


@pytest.mark.parametrize("name", KINDS)
def test_a_spoilt_file_loads_or_is_refused(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("out", "raw", "documents"))
    body, chance, refused = (data / name).read_bytes(), Random(name), 0
    KINDS[name](data)
    for number in range(SPOILT_EACH):
        (data / name).write_bytes(SPOIL[number % len(SPOIL)](body, chance))
        try:
            KINDS[name](data)
        except KronvisError:
            refused += 1
    assert refused > 1, "what was done to the file did it harm"
