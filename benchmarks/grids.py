"""What the benchmarks of the grid mode share: the municipalities of 2025, pots made up by chance, grids of any size."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from assets.agreements.files import AgreementFiles
from assets.apportion_matrix import Integers
from assets.population.recipients import read_register, recipients_of
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot
from assets.scenarios.grid import Grid, NamedGrid
from assets.scenarios.grid_files import GridYear
from assets.scenarios.members import members_of
from benchmarks.harness import ROOT

DATA: Final = ROOT / "data"
YEAR: Final = 2025
MUNICIPAL: Final = "children-youth-municipality"
# The others that go by population: 21 recipients each, which makes 374 rows of a variant together.
OF_REGIONS_AND_COUNTIES: Final = (
    "complex-needs-county",
    "complex-needs-region",
    "suicide-prevention-county",
    "suicide-prevention-region",
)


@cache
def heads() -> Integers:
    """Persons aged 0–18 of the 290 municipalities, in the order of their codes, as the pot of 2025 goes by."""
    rows = grid_year({MUNICIPAL: {"rounding": ["nearest"]}}).members.rows
    return rows.get_column("population").to_numpy()


def pots_sek(variants: int) -> Integers:
    """Pots of up to 500 million kr, the same every time."""
    return np.random.default_rng(2025).integers(0, 500_000_000, variants)


def all_pots(variants: int) -> dict[str, Any]:
    """A grid over every pot of 2025 that goes by population; `variants` is a multiple of 10."""
    bases = {"from": 0, "to": 5 * (variants // 10 - 1), "step": 5}
    pots: dict[str, Any] = {MUNICIPAL: {"base_sek": bases, "rounding": ["nearest", "largest_remainder"]}}
    pots |= {pot_id: {"rounding": ["largest_remainder"]} for pot_id in OF_REGIONS_AND_COUNTIES}
    pots["complex-needs-county"] = {"base_sek": [0, 2_500_000, 5_000_000, 7_500_000, 9_000_000]}
    return pots


def grid_year(pots: dict[str, Any], transfers: Sequence[dict[str, Any]] = ()) -> GridYear:
    """A grid over the agreement of 2025 with all that it rests on."""
    written: dict[str, Any] = {
        "programme": "psykisk-halsa",
        "year": YEAR,
        "title": {"sv": "Ett rutnät", "en": "A grid"},
    }
    written |= {"pots": pots, "transfers": list(transfers)}
    named = NamedGrid("a-grid", "a-grid.yaml", Grid.model_validate(written))
    agreement = AgreementFiles(DATA / "agreements").load("psykisk-halsa", YEAR)
    recipients = recipients_of(read_register(DATA / "geography"), YEAR)
    source = EmbeddedSource(read_snapshot(DATA / "population"))
    return GridYear(named, agreement, members_of(named, agreement, recipients, source), {})
