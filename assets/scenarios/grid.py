"""What a grid file may say: a reform with lists of values, of which every combination is a variant.

Variants change pots that go partly by population: their base amounts, ages, counts, rounding, limits and, by
transfers, their size; for one year's agreement, or for several. A range `{from: 0, to: 800000, step: 1000}` stands
for the whole numbers from `from` to `to`. What the variants come to is `variants.py`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from assets.agreements.model import Agreement, BothLanguages, Identifier, Kronor, Pot, Rounding
from assets.population.bases import TableId
from assets.scenarios.overlay import require_known
from assets.scenarios.reform import (
    Ages,
    AnyPercent,
    BaseAmounts,
    PartPercent,
    PerHead,
    Transferring,
    hash_of,
    require_file,
    require_once,
)
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, at_line

MOST_VARIANTS: Final = 1_000_000
_RANGE: Final = {"from", "to", "step"}


def _values(value: Any) -> Any:
    """A list as it is; a range of whole numbers as the list it stands for."""
    if not (isinstance(value, dict) and set(value) == _RANGE):
        return value
    first, last, step = (value[name] for name in ("from", "to", "step"))
    if not all(isinstance(part, int) and not isinstance(part, bool) for part in (first, last, step)):
        raise ValueError("from, to and step are whole numbers")
    if step < 1 or not first <= last <= first + step * MOST_VARIANTS:
        raise ValueError(f"a range begins at or below its end and has at most {MOST_VARIANTS} values")
    return list(range(first, last + 1, step))


_ListOrRange: Final = BeforeValidator(_values)
_SOME: Final = Field(min_length=1)
GrantYear = Annotated[int, Field(ge=2003, le=2100)]


class Count(StrictModel):
    """Which count of heads, of which day; the words are those of an agreement."""

    table: TableId
    reference_date: dt.date


class PotValues(StrictModel):
    """The values of each setting of a pot; a setting that is left out stays as decided."""

    base_sek: Annotated[list[BaseAmounts], _SOME, _ListOrRange] | None = None
    ages: Annotated[list[Ages], _SOME] | None = None
    population: Annotated[list[Count], _SOME] | None = None
    rounding: Annotated[list[Rounding], _SOME] | None = None
    max_sek_per_head: Annotated[list[PerHead], _SOME, _ListOrRange] | None = None
    max_gain_percent: Annotated[list[AnyPercent], _SOME, _ListOrRange] | None = None
    max_loss_percent: Annotated[list[PartPercent], _SOME, _ListOrRange] | None = None


class TransferValues(Transferring):
    """Amounts that move from one pot to another; 0 is none."""

    amount_sek: Annotated[list[Kronor], _SOME, _ListOrRange]


class Grid(StrictModel):
    """The values that vary, for the agreements of one programme and of one year or several."""

    programme: Identifier
    year: GrantYear | None = None
    years: Annotated[list[GrantYear], _SOME] | None = None
    title: BothLanguages
    note: BothLanguages | None = None
    pots: dict[Identifier, PotValues] = Field(default_factory=dict)
    transfers: list[TransferValues] = Field(default_factory=list)

    @model_validator(mode="after")
    def _varies(self) -> Self:
        pairs = [f"{move.from_pot} to {move.to_pot}" for move in self.transfers]
        require_once("the transfer from pot", pairs, "transfers")
        if (self.year is None) == (self.years is None):
            raise RefusedAt("needs a year, or years with a list, and not both")
        require_once("year", [str(year) for year in self.all_years], "years")
        if not self.axes():
            raise RefusedAt("varies nothing; it needs pots with lists of values, or transfers")
        if self.size > MOST_VARIANTS:
            raise RefusedAt(f"has {self.size} variants; at most {MOST_VARIANTS} are computed")
        return self

    @property
    def all_years(self) -> tuple[int, ...]:
        """The years whose agreements are varied, all in the same way."""
        return tuple(self.years or ()) if self.year is None else (self.year,)

    def axes(self) -> dict[tuple[str, str], Sequence[Any]]:
        """What varies: (pot, setting) or (pot, other pot) → its values. Pots and transfers keep the file's order."""
        axes: dict[tuple[str, str], Sequence[Any]] = {}
        for pot_id, values in self.pots.items():
            axes |= {(pot_id, name): getattr(values, name) for name in PotValues.model_fields if getattr(values, name)}
        return axes | {(move.from_pot, move.to_pot): move.amount_sek for move in self.transfers}

    @property
    def size(self) -> int:
        """How many variants there are, of each year."""
        return prod(len(values) for values in self.axes().values())

    @property
    def sha256(self) -> str:
        """SHA-256 of what varies; a title or comment does not change it."""
        decisive = self.model_dump(mode="json", exclude={"title", "note"}, exclude_none=True)
        return hash_of(decisive)


@dataclass(frozen=True)
class NamedGrid:
    """A grid under the name of its file, and where messages about it point."""

    id: str
    where: str
    grid: Grid


def load_grid(file: Path) -> NamedGrid:
    """Read a grid file; raises as `load_reform` does."""
    require_file(file)
    return NamedGrid(file.stem, at_line(file, None), load_yaml(file, Grid))


def pots_of_grid(named: NamedGrid, agreement: Agreement) -> dict[str, Pot]:
    """The pots that vary, by id in order, each with the population base that it rests on.

    Refuses those that are not there or do not go by population.
    """
    pots = {pot.id: pot for pot in agreement.pots}
    moves = [pot_id for move in named.grid.transfers for pot_id in (move.from_pot, move.to_pot)]
    chosen = sorted({*named.grid.pots, *moves})
    for pot_id in chosen:
        require_known(pot_id, pots, named.where, agreement.year)
        if not pots[pot_id].is_variable:
            raise DataRefused(
                f"{named.where}, pot {pot_id}",
                "has no part by population, and a grid varies only such pots",
                remedy="write the change as a reform",
            )
    varied = (pots[pot_id] for pot_id in chosen)
    return {pot.id: pot.model_copy(update={"population": agreement.base_of(pot)}) for pot in varied}


def require_classes(named: NamedGrid, classes: Iterable[str]) -> None:
    """Base amounts by class name only `classes` that a recipient has."""
    for (pot_id, setting), values in named.grid.axes().items():
        named_classes = {name for value in values for name in value} if setting == "base_sek" else set()
        unused = sorted(named_classes - set(classes) - {"default"})
        if unused:
            raise DataRefused(
                f"{named.where}, pot {pot_id}",
                f"base_sek names class {unused[0]!r}, which no recipient has",
                remedy="classes are in data/geography/recipient_classes.yaml",
            )
