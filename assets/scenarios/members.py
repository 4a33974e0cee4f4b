"""Who shares the pots that a grid varies, and how many live there under every age band that is asked for."""

from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Final

import polars as pl

from assets.agreements.model import Agreement
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.population.source import PopulationSource
from assets.scenarios.apply import head_counts
from assets.scenarios.grid import NamedGrid, pots_of_grid, require_classes
from schemas.errors import DataRefused

_RECIPIENT: Final = ("recipient_type", "recipient_code")
_SHARER: Final = ("pot_id", *_RECIPIENT, "recipient_class", "amount_decided_sek")
_ASKED: Final = ("pot_id", "table_id", "reference_date", "ages", "region_type")


@dataclass(frozen=True)
class Members:
    """`rows` has `pot_id, ages, recipient_type, recipient_code, recipient_class, amount_decided_sek, population`.

    They are sorted by pot, ages and code; a pot has the same recipients under every age band.
    """

    rows: pl.DataFrame

    @property
    def classes(self) -> list[str]:
        """The classes of the recipients, `default` always among them."""
        return sorted({"default", *self.rows.get_column("recipient_class").unique()})

    @cached_property
    def sharers(self) -> pl.DataFrame:
        """The recipients of the pots, once each: the rows that every variant has."""
        return self.rows.select(_SHARER).unique(["pot_id", "recipient_code"]).sort("pot_id", "recipient_code")

    @cached_property
    def population(self) -> dict[tuple[str, str], pl.Series]:
        """(pot, ages) → the heads of its recipients, in the order of their codes."""
        parts = self.rows.partition_by("pot_id", "ages", as_dict=True)
        return {(pot_id, ages): rows.get_column("population") for (pot_id, ages), rows in parts.items()}

    @property
    def recipients(self) -> int:
        """How many rows a variant has."""
        return self.sharers.height


def members_of(named: NamedGrid, agreement: Agreement, recipients: pl.DataFrame, source: PopulationSource) -> Members:
    """The members of the pots that a grid varies; raises `DataRefused` for pots or head counts that are not there."""
    grid = named.grid
    pots = pots_of_grid(named, agreement)
    require_classes(named, recipients.get_column("recipient_class"))
    decided = {pot.id: agreement.asked_base(pot) for pot in agreement.pots}
    asked = {
        (pot_id, Base(base.table_id, base.reference_date, ages, base.region_type))
        for pot_id in pots
        if (base := decided[pot_id]) is not None
        for ages in {base.ages, *grid.axes().get((pot_id, "ages"), ())}
    }
    needed = {base for _, base in asked} | set(decided.values())
    population = head_counts(named.where, agreement, needed, recipients, source)
    counts = population.select(*_ASKED[1:], "population", recipient_code="region_code")
    shared = (
        allocate(rules_of([agreement]), recipients, population)
        .select("pot_id", *_RECIPIENT, amount_decided_sek="amount_sek")
        .join(recipients.select(*_RECIPIENT, "recipient_class"), on=_RECIPIENT, validate="m:1")
    )
    rows = (
        pl.DataFrame([(pot_id, *astuple(base)) for pot_id, base in sorted(asked)], _ASKED, orient="row")
        .join(shared, on="pot_id")
        .join(counts, on=[*_ASKED[1:], "recipient_code"], how="left", validate="m:1")
        .select("pot_id", "ages", *_SHARER[1:], "population")
        .sort("pot_id", "ages", "recipient_code")
    )
    _refuse_uncounted(rows, named.where)
    return Members(rows)


def _refuse_uncounted(rows: pl.DataFrame, where: str) -> None:
    uncounted = rows.filter(pl.col("population").is_null())
    if not uncounted.is_empty():
        pot_id, ages, kind, code = uncounted.row(0)[:4]
        raise DataRefused(f"{where}, pot {pot_id}", f"no population, ages {ages}, for {kind} {code}")
