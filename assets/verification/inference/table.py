"""The published amounts of one pot, as the searches want them: kronor above the base, the largest first.

What is known of the rule stands here; whether amounts and rule fit is for `solve.py`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from assets.verification.inference.windows import Sharing, Totals
from schemas.errors import DataRefused

KRONOR: Final = "kronor"


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """Amounts of a pot in which `variable_sek` kronor are shared by head count among `recipients`.

    `figures` has `recipient_code, amount_sek, base_sek, kronor`, one row per recipient, `kronor` the amount above
    the base, descending. The table is whole when every recipient is in it.
    """

    figures: pl.DataFrame
    variable_sek: int
    recipients: int

    @property
    def is_whole(self) -> bool:
        """Whether the amount of every recipient is there."""
        return self.figures.height == self.recipients

    @property
    def residual_sek(self) -> int | None:
        """Pot minus all amounts; None for a part of a table."""
        return self.variable_sek - sum(self.kronor) if self.is_whole else None

    @cached_property
    def kronor(self) -> list[int]:
        """The amounts above the base, the largest first."""
        return self.figures.get_column(KRONOR).to_list()

    def sharing(self, searched: Totals) -> Sharing:
        """The arithmetic of this pot for totals of the range."""
        most = max(map(abs, self.kronor)) + self.recipients
        return Sharing(self.variable_sek, most, searched.last)


def published_table(
    amounts: pl.DataFrame, pot_sek: int, recipients: int, base_sek: int = 0, bases_sek: int | None = None
) -> PublishedTable:
    """A table from `recipient_code, amount_sek` (Int64, kronor).

    `base_sek` is everybody's base amount. Where bases differ, `amounts` has a column `base_sek` and `bases_sek` is
    the sum over all recipients, those without a figure included. Raises `DataRefused` for no amounts, a recipient
    that stands twice, more amounts than recipients, and bases that leave nothing to share.
    """
    if "base_sek" in amounts.columns and bases_sek is None:
        raise DataRefused("published table", "base amounts that differ need the sum over all recipients, bases_sek")
    bases = recipients * base_sek if bases_sek is None else bases_sek
    own = pl.col("base_sek") if "base_sek" in amounts.columns else pl.lit(base_sek, pl.Int64).alias("base_sek")
    figures = amounts.select("recipient_code", "amount_sek", own)
    _require_possible(figures, recipients, pot_sek - bases)
    figures = figures.with_columns((pl.col("amount_sek") - pl.col("base_sek")).alias(KRONOR))
    ordered = figures.sort([KRONOR, "recipient_code"], descending=[True, False])
    return PublishedTable(ordered, pot_sek - bases, recipients)


def _require_possible(figures: pl.DataFrame, recipients: int, variable_sek: int) -> None:
    twice = figures.filter(pl.col("recipient_code").is_duplicated()).get_column("recipient_code")
    if figures.is_empty():
        raise DataRefused("published table", "there is no amount in it")
    if len(twice):
        raise DataRefused("published table", f"recipient {twice[0]} stands twice", remedy="keep one amount of each")
    if figures.height > recipients:
        raise DataRefused("published table", f"it has {figures.height} amounts, the pot {recipients} recipients")
    if variable_sek <= 0:
        raise DataRefused(
            "published table",
            f"the base amounts leave {variable_sek} kr of the pot to share",
            remedy="compare pot_sek and base_sek with the source",
        )
