"""Small worlds as versions: the tables of a made-up agreement, and publishing them, for the tests of differences."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.model import Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import pots_of
from assets.population.bases import Base
from assets.presentation.differences.compare import NEEDED
from assets.presentation.differences.product import changes
from assets.storage.parquet import write_table
from assets.storage.products import Product
from assets.storage.published import PublishedVersion
from assets.storage.publishing import Contents, publish
from schemas.table import Table
from schemas.tables.population import RECIPIENTS
from schemas.tables.verification import RECONCILIATION
from tests.domain import A_BASE, a_pot, an_agreement, head_counts, recipients

Tables = dict[str, pl.DataFrame]

PLACES: Final = {"2021": 10, "2023": 20, "2026": 70}
CHILDREN: Final = Base(A_BASE.table_id, A_BASE.reference_date, "0-18", A_BASE.region_type)
TABLES: Final[dict[str, Table]] = {table.name: table for table in (*NEEDED, RECIPIENTS)}
UNKNOWN: Final[dict[str, Any]] = {"rule": "unknown", "rounding": None}


def with_base(amount: int) -> dict[str, Any]:
    """A rule with a base amount of `amount`, the rest by population."""
    return {"base_sek": amount, "variable": {"key": "population", "ages": "all"}}


def a_figure(verdict: str, difference: int | None = 0, *, year: int = 2025, code: str = "2021") -> dict[str, Any]:
    """A row of `reconciliation`."""
    return {
        "programme": "a-programme",
        "year": year,
        "pot_id": "a-pot",
        "recipient_type": "municipality",
        "recipient_code": code,
        "source_id": "a-document",
        "recipient_name": f"Place {code}",
        "published_sek": 100,
        "computed_sek": None if difference is None else 100 + difference,
        "difference_sek": difference,
        "precision": "exact",
        "independence": "independent",
        "verdict": verdict,
        "cause": "a_cause" if verdict == "explained" else None,
    }


def a_world(
    *pots: Pot,
    people: Mapping[str, int] | None = None,
    basis: str = "official",
    year: int = 2025,
    figures: Iterable[dict[str, Any]] = (),
    names: Mapping[str, str] | None = None,
    **agreement: Any,
) -> Tables:
    """The tables that are compared, and `recipients`, of one year; one pot of 1 000 kr unless told."""
    counted = PLACES if people is None else people
    of_agreement = an_agreement(*(pots or (a_pot(),)), year=year, **agreement)
    rules = rules_of([of_agreement])
    who = recipients(*counted, year=year).with_columns(pl.col("recipient_name").replace(dict(names or {})))
    base = of_agreement.population
    assert base is not None
    counts = [
        head_counts(counted, Base(base.table, base.reference_date, ages, A_BASE.region_type), year=year, basis=basis)
        for ages in ("all", "0-18")
    ]
    population = pl.concat(counts)
    allocations = allocate(rules, who, population)
    return {
        "allocations": allocations,
        "rules": rules,
        "pots": pots_of(rules, allocations),
        "reconciliation": pl.DataFrame(list(figures), RECONCILIATION.schema),
        "population": population,
        "recipients": who,
    }


def together(*worlds: Tables) -> Tables:
    """Several years as one."""
    return {name: pl.concat([world[name] for world in worlds]) for name in TABLES}


def publish_world(
    out: Path, world: Tables, products: Callable[[Contents], Iterable[Product]] = lambda contents: [changes(contents)]
) -> PublishedVersion:
    """Publish all years of a world, with the change log."""
    years = sorted(world["rules"]["year"].unique())
    for name, frame in world.items():
        write_table(out / "work", TABLES[name], frame, {year: {} for year in years})
    return publish(out, out / "work", TABLES, years, lambda _year: {}, lambda _tables: None, products)
