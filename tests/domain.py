"""What the tests speak of: pots, recipients, head counts and agreement files, built in a line or two.

Builders only; no assertion about the code under test belongs here.
"""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.model import Agreement, Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.population.recipients import Register, read_register, recipients_of
from assets.population.snapshot import Snapshot, read_snapshot
from schemas.tables.allocation import COVERAGE
from schemas.tables.population import POPULATION, RECIPIENTS
from schemas.vocabulary import MUNICIPALITY, NATIONAL, OFFICIAL

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "data"

NOVEMBER_2024: Final = dt.date(2024, 11, 1)
A_BASE: Final = Base("folkmangd_1_november", NOVEMBER_2024, "all", MUNICIPALITY)
A_SOURCE: Final = {"a-document": {"title": "A document", "publisher": "A publisher"}}


def kr(amount: int) -> str:
    """`1 309 672 kr`, for messages about money."""
    return f"{amount:,} kr".replace(",", " ")


# --- what is on file ------------------------------------------------------------------------------------------


@cache
def register() -> Register:
    """The tracked register of recipients."""
    return read_register(DATA / "geography")


@cache
def snapshot() -> Snapshot:
    """The tracked snapshot of head counts."""
    return read_snapshot(DATA / "population")


@cache
def recipients_in(year: int) -> pl.DataFrame:
    """Everybody who existed on 1 January of `year`."""
    return recipients_of(register(), year)


def agreement_text(programme: str = "psykisk-halsa", name: str = "2025") -> str:
    """The text of a tracked agreement file."""
    return (DATA / "agreements" / programme / f"{name}.yaml").read_text(encoding="utf-8")


# --- small worlds ---------------------------------------------------------------------------------------------


def recipients(
    *codes: str, kind: str = MUNICIPALITY, year: int = 2025, classes: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Recipients of one kind, each in the county that opens its code; class `default` unless told."""
    rows = [
        (
            year,
            kind,
            code,
            f"Place {code}",
            None if kind == NATIONAL else code[:2],
            (classes or {}).get(code, "default"),
        )
        for code in codes
    ]
    return pl.DataFrame(rows, RECIPIENTS.schema, orient="row")


def head_counts(
    people: Mapping[str, int], base: Base = A_BASE, *, year: int = 2025, basis: str = OFFICIAL
) -> pl.DataFrame:
    """The table `population` with one row per territory; negative counts are possible, to see them refused."""
    fixed: dict[str, Any] = {
        "year": year,
        "reference_date": base.reference_date,
        "table_id": base.table_id,
        "ages": base.ages,
        "region_type": base.region_type,
        "basis": basis,
        "population_date": base.reference_date,
        "is_perturbed": False,
        "source": "a table",
        "sha256": "0" * 64,
    }
    rows = [{**fixed, "region_code": code, "population": count} for code, count in people.items()]
    return pl.DataFrame(rows, POPULATION.schema)


def a_pot(**changes: Any) -> Pot:
    """A pot of 1 000 kr split by population, nearest krona; `changes` in the form of an agreement file."""
    as_written: dict[str, Any] = {
        "id": "a-pot",
        "name": {"sv": "En pott", "en": "A pot"},
        "focus_area": "an-area",
        "recipients": MUNICIPALITY,
        "amount_sek": 1_000,
        "rule": {"variable": {"key": "population", "ages": "all"}},
        "rounding": "nearest",
        "sources": list(A_SOURCE),
        **changes,
    }
    as_written.setdefault("evidence", _evidence(as_written))
    return Pot.model_validate(as_written)


def _evidence(pot: Mapping[str, Any]) -> dict[str, str]:
    known = {} if pot["rule"] == "unknown" else {"rule": "verified"}
    rounded = {} if pot["rounding"] is None else {"rounding": "inferred"}
    return {"amount": "verified", **known, **rounded}


def an_agreement(*pots: Pot, year: int = 2025, **changes: Any) -> Agreement:
    """An agreement of these pots, by the count of 1 November 2024 in all ages."""
    as_written: dict[str, Any] = {
        "programme": "a-programme",
        "year": year,
        "title": {"sv": "En överenskommelse", "en": "An agreement"},
        "total_sek": sum(pot.amount_sek for pot in pots),
        "total_evidence": "verified",
        "population": {"table": A_BASE.table_id, "reference_date": NOVEMBER_2024, "evidence": "verified"},
        "pots": list(pots),
        "sources": A_SOURCE,
        **changes,
    }
    return Agreement.model_validate(as_written)


def split_of(pot: Pot, receiving: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The rows of `allocations` of one pot."""
    return allocate(rules_of([an_agreement(pot)]), receiving, counted)


def amounts_in(allocations: pl.DataFrame) -> dict[str, int]:
    """Kronor by recipient code."""
    return dict(allocations.select("recipient_code", "amount_sek").sort("recipient_code").iter_rows())


# --- files to break -------------------------------------------------------------------------------------------


def agreements_folder(folder: Path, files: Mapping[str, str | bytes], programme: str = "psykisk-halsa") -> Path:
    """A folder `data/agreements` below `folder` that holds just these files of one programme."""
    agreements = folder / "data" / "agreements"
    (agreements / programme).mkdir(parents=True)
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (agreements / programme / name).write_bytes(raw)
    return agreements


def copy_of_data(folder: Path, part: str) -> Path:
    """A copy of `data/<part>` below `folder` that a test may damage."""
    return Path(shutil.copytree(DATA / part, folder / "data" / part))


def changed(text: str, old: str, new: str) -> str:
    """`text` with the first `old` replaced; a test whose `old` is gone from the file would prove nothing."""
    if old not in text:
        msg = f"{old!r} is no longer in the file that this test changes"
        raise LookupError(msg)
    return text.replace(old, new, 1)


def line_of(text: str, fragment: str, *, last: bool = False) -> int:
    """Number of the first (or last) line of `text` that holds `fragment`."""
    numbers = [number for number, line in enumerate(text.splitlines(), start=1) if fragment in line]
    if not numbers:
        msg = f"no line holds {fragment!r}"
        raise LookupError(msg)
    return numbers[-1] if last else numbers[0]


@dataclass(frozen=True)
class SeriesFile:
    """A made-up file of head counts: `text` is the CSV."""

    id: str
    text: str
    region_types: tuple[str, ...] = (MUNICIPALITY,)
    table: str = "folkmangd_31_december"
    basis: str = OFFICIAL


def snapshot_folder(folder: Path, files: Iterable[SeriesFile]) -> Path:
    """A folder `data/population` below `folder`, with checksums that fit; JSON is YAML too."""
    population = folder / "data" / "population"
    population.mkdir(parents=True)
    described = [_described(file) for file in files]
    for file in files:
        (population / f"{file.id}.csv").write_text(file.text, encoding="utf-8")
    licence = {"name": "CC0 1.0", "url": "https://example.org", "attribution": "Källa: SCB"}
    series = json.dumps({"licence": licence, "series": described}, ensure_ascii=False)
    (population / "series.yaml").write_text(series, encoding="utf-8")
    (population / "estimates.yaml").write_text("estimates: []\n", encoding="utf-8")
    return population


def _described(file: SeriesFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "file": f"{file.id}.csv",
        "table": file.table,
        "scb_table": "made up",
        "region_types": list(file.region_types),
        "basis": file.basis,
        "is_perturbed": False,
        "derived_from": {},
        "rows": len(file.text.splitlines()) - 1,
        "sha256": hashlib.sha256(file.text.encode()).hexdigest(),
        "title": {"sv": "Påhittad", "en": "Made up"},
    }


def a_coverage(year: int, amount: int = 5, evidence: str = "verified") -> pl.DataFrame:
    """The smallest table there is, for tests of files: one row of `coverage` that says `amount` of 10,000 kr."""
    row = {
        "programme": "test",
        "year": year,
        "evidence": evidence,
        "pots_count": 1,
        "amount_sek": amount,
        "agreement_total_sek": 10_000,
        "coverage_share": amount / 10_000,
    }
    return pl.DataFrame([row], COVERAGE.schema)
