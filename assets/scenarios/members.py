"""Who shares the pots that a grid varies, and how many live there by every count and age band that is asked for."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Final

import polars as pl

from assets.agreements.model import Agreement, Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.population.source import PopulationSource
from assets.scenarios.apply import head_counts
from assets.scenarios.grid import NamedGrid, pots_of_grid, require_classes
from schemas.errors import DataRefused
from schemas.vocabulary import BASES

_RECIPIENT: Final = ("recipient_type", "recipient_code")
_SHARER: Final = ("pot_id", *_RECIPIENT, "recipient_class", "amount_decided_sek")
# What tells the counts of a pot apart.
COUNT: Final = ("pot_id", "table_id", "reference_date", "ages")
_ASKED: Final = (*COUNT, "region_type")
_WEAKEST_LAST: Final = pl.Enum(BASES)


@dataclass(frozen=True)
class Members:
    """`rows` has `COUNT`, `recipient_type, recipient_code, recipient_class, amount_decided_sek, population, basis`.

    They are sorted by count and code; a pot has the same recipients by every count.
    """

    rows: pl.DataFrame

    @cached_property
    def classes(self) -> list[str]:
        """The classes of the recipients, `default` always among them."""
        return sorted({"default", *self.rows.get_column("recipient_class").unique()})

    @cached_property
    def sharers(self) -> pl.DataFrame:
        """The recipients of the pots, once each: the rows that every variant has."""
        return self.rows.select(_SHARER).unique(["pot_id", "recipient_code"]).sort("pot_id", "recipient_code")

    @cached_property
    def population(self) -> dict[tuple[object, ...], pl.Series]:
        """`COUNT` → the heads of the recipients, in the order of their codes."""
        parts = self.rows.partition_by(COUNT, as_dict=True)
        return {count: rows.get_column("population") for count, rows in parts.items()}

    @cached_property
    def counts(self) -> pl.DataFrame:
        """`COUNT`, the `heads` of all recipients together, and the weakest `population_basis` among them."""
        return self.rows.group_by(COUNT).agg(
            heads=pl.col("population").sum(),
            population_basis=pl.col("basis").cast(_WEAKEST_LAST).max().cast(pl.String),
        )

    @property
    def recipients(self) -> int:
        """How many rows a variant has."""
        return self.sharers.height


def members_of(named: NamedGrid, agreement: Agreement, recipients: pl.DataFrame, source: PopulationSource) -> Members:
    """The members of the pots that a grid varies; raises `DataRefused` for pots or head counts that are not there."""
    pots = pots_of_grid(named, agreement)
    require_classes(named, recipients.get_column("recipient_class"))
    asked = {(pot.id, base) for pot in pots.values() for base in _bases(named, agreement, pot)}
    needed = {base for _, base in asked} | {agreement.asked_base(pot) for pot in agreement.pots}
    population = head_counts(named.where, agreement, needed, recipients, source)
    counts = population.select(*_ASKED[1:], "population", "basis", recipient_code="region_code")
    shared = (
        allocate(rules_of([agreement]), recipients, population)
        .select("pot_id", *_RECIPIENT, amount_decided_sek="amount_sek")
        .join(recipients.select(*_RECIPIENT, "recipient_class"), on=_RECIPIENT, validate="m:1")
    )
    rows = (
        pl.DataFrame([(pot_id, *astuple(base)) for pot_id, base in sorted(asked)], _ASKED, orient="row")
        .join(shared, on="pot_id")
        .join(counts, on=[*_ASKED[1:], "recipient_code"], how="left", validate="m:1")
        .select(*COUNT, *_SHARER[1:], "population", "basis")
        .sort(*COUNT, "recipient_code")
    )
    _refuse_uncounted(rows, named.where)
    return Members(rows)


def _bases(named: NamedGrid, agreement: Agreement, pot: Pot) -> Iterator[Base]:
    """Every count under every age band that a pot is given, those of the decided rule among them."""
    decided = agreement.asked_base(pot)
    if decided is not None:
        axes = named.grid.axes()
        values = axes.get((pot.id, "population"), ())
        days = {(decided.table_id, decided.reference_date), *((one.table, one.reference_date) for one in values)}
        for table_id, day in days:
            for ages in {decided.ages, *axes.get((pot.id, "ages"), ())}:
                yield Base(table_id, day, ages, decided.region_type)


def _refuse_uncounted(rows: pl.DataFrame, where: str) -> None:
    uncounted = rows.filter(pl.col("population").is_null())
    if not uncounted.is_empty():
        row = uncounted.row(0, named=True)
        what = "no population {table_id} {reference_date}, ages {ages}, for {recipient_type} {recipient_code}"
        raise DataRefused(f"{where}, pot {row['pot_id']}", what.format_map(row))
