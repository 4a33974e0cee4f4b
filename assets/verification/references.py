"""What the printed tables of some years are held against: made from the pipeline's tables, one pot at a time."""

from dataclasses import dataclass, field

import polars as pl

from assets.population.bases import Base, territory_of
from assets.population.snapshot import Snapshot
from assets.verification.inference.counts_on_hand import CountsOnHand
from assets.verification.sentinel.reference import reference_of
from assets.verification.sentinel.table import Reference
from schemas.keys import of_pot


@dataclass(frozen=True, eq=False)
class References:
    """The tables of some years, the published figures of all years, and the counts on hand.

    With `own_year_only` the computed amounts of other years are not looked at: a year then comes out the same,
    whichever others are computed beside it.
    """

    rules: pl.DataFrame
    recipients: pl.DataFrame
    allocations: pl.DataFrame
    published: pl.DataFrame
    snapshot: Snapshot
    own_year_only: bool = False
    _on_hand: CountsOnHand = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_on_hand", CountsOnHand(self.snapshot))

    def of(self, programme: str, year: int, pot_id: str) -> Reference | None:
        """The reference of a pot; None if the pot has no computed amounts."""
        same = of_pot(programme, year, pot_id)
        if self.allocations.filter(same).is_empty():
            return None
        looked_at = self.allocations.filter(pl.col("year") == year) if self.own_year_only else self.allocations
        return reference_of(
            (programme, year, pot_id),
            looked_at,
            self.rules,
            self.recipients,
            published=self.published,
            vintages=self._vintages(self.rules.filter(same), self.recipients.filter(pl.col("year") == year)),
        )

    def _vintages(self, rule: pl.DataFrame, members: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Other complete counts of the pot's ages, by what they are called; none for fixed amounts."""
        table, day, ages, kind = rule.select("table_id", "reference_date", "ages", "recipient_type").row(0)
        if table is None:
            return {}
        counts = self._on_hand.near(Base(table, day, ages, territory_of(kind)), members)
        return {
            str(count.vintage): count.counts
            for count in counts
            if count.is_complete and count.vintage[:2] != (table, day)
        }
