"""A small country for tests of reforms: two counties, five municipalities, a municipal pot and a county pot.

Builders only; no assertion about the code under test belongs here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.model import Agreement
from assets.population.bases import Base
from assets.population.source import Answer
from assets.scenarios.apply import Scenario, apply_reform
from assets.scenarios.grid import Grid, NamedGrid
from assets.scenarios.reform import NamedReform, Reform
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, OFFICIAL, REGION
from tests.domain import a_pot, an_agreement, recipients

# Inhabitants and children by municipality; the code opens with the county.
PEOPLE: Final = {"2001": 3_000, "2002": 6_000, "2003": 12_000, "2101": 30_000, "2102": 149_000}
CHILDREN: Final = {"2001": 500, "2002": 1_500, "2003": 2_000, "2101": 6_000, "2102": 30_000}
MINORS: Final = {code: count - 30 for code, count in CHILDREN.items()}
TITLE: Final = {"sv": "En reform", "en": "A reform"}
WHERE: Final = "data/reforms/a-reform.yaml"


@dataclass(frozen=True)
class MadeUpSource:
    """Answers any date with the counts above; counties are the sums of their municipalities."""

    counts: Mapping[str, Mapping[str, int]]
    basis: Mapping[str, str]
    name: str = "made up"

    def answer(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
        if base.ages not in self.counts or recipients.is_empty():
            return None
        people = self.counts[base.ages]
        if base.region_type == COUNTY:
            counties = {code[:2] for code in people}
            people = {name: sum(n for code, n in people.items() if code[:2] == name) for name in sorted(counties)}
        rows = [{"region_code": code, "population": n, "basis": self._basis(code)} for code, n in people.items()]
        fixed = {"population_date": base.reference_date, "is_perturbed": False, "source": "a table"}
        counts = pl.DataFrame(rows).with_columns(
            *(pl.lit(value).alias(name) for name, value in fixed.items()),
            derived_from=pl.lit(None, pl.String),
            extracted_at=pl.lit(None, pl.Datetime("us", "UTC")),
            sha256=pl.lit("0" * 64),
        )
        return Answer(counts)

    def without_answer(self, base: Base) -> DataRefused:
        return DataRefused(f"population {base}", "nobody was counted", remedy="count them")

    def _basis(self, code: str) -> str:
        return self.basis.get(code, OFFICIAL)


@dataclass(frozen=True)
class World:
    """An agreement with everything its split needs."""

    agreement: Agreement
    recipients: pl.DataFrame
    source: MadeUpSource

    def scenario(self, **changes: Any) -> Scenario:
        """What a reform in the form of its file gives."""
        return apply_reform(a_reform(**changes), self.agreement, self.recipients, self.source)

    def amounts(self, pot_id: str = "children", **changes: Any) -> dict[str, int]:
        """Kronor by code of one pot under a reform."""
        rows = self.scenario(**changes).rows.filter(pl.col("pot_id") == pot_id)
        return dict(rows.select("recipient_code", "amount_scenario_sek").iter_rows())


def a_world(
    *, basis: Mapping[str, str] | None = None, classes: Mapping[str, str] | None = None, **pots: Mapping[str, Any]
) -> World:
    """A municipal pot `children` of 1 000 000 kr and a county pot `joint` of 500 000 kr; `pots` change or add some."""
    written: dict[str, dict[str, Any]] = {
        "children": {
            "amount_sek": 1_000_000,
            "rule": {"base_sek": 50_000, "variable": {"key": "population", "ages": [0, 18]}},
        },
        "joint": {"amount_sek": 500_000, "recipients": COUNTY},
    }
    for pot_id, changes in pots.items():
        written[pot_id] = {**written.get(pot_id, {}), **changes}
    return World(
        an_agreement(*(a_pot(id=pot_id, **changes) for pot_id, changes in written.items())),
        pl.concat(
            [
                recipients(*PEOPLE, kind=MUNICIPALITY, classes=classes),
                recipients("20", "21", kind=COUNTY),
                recipients("20", "21", kind=REGION),
                recipients("SKR", kind=NATIONAL),
            ]
        ),
        MadeUpSource(
            {"all": PEOPLE, "0-18": CHILDREN, "0-17": {code: n - 30 for code, n in CHILDREN.items()}}, basis or {}
        ),
    )


def a_reform(**changes: Any) -> NamedReform:
    """A reform of the small country's agreement, in the form of a reform file."""
    written = {"programme": "a-programme", "year": 2025, "title": TITLE, **changes}
    return NamedReform("a-reform", WHERE, Reform.model_validate(written))


def a_grid(**values: Any) -> NamedGrid:
    """A grid over the small country's agreement, in the form of a grid file."""
    written = {"programme": "a-programme", "year": 2025, "title": TITLE, **values}
    return NamedGrid("a-grid", "data/reforms/grids/a-grid.yaml", Grid.model_validate(written))


def a_file(folder: Path, body: str, name: str = "a-reform.yaml") -> Path:
    """A reform file with these lines below its head of three."""
    file = folder / "data" / "reforms" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    head = 'programme: a-programme\nyear: 2025\ntitle: {sv: "En reform", en: "A reform"}\n'
    file.write_text(head + body, encoding="utf-8")
    return file
