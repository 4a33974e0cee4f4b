"""Partly known rules: round base amounts and pots that give one figure, when another pot shows the recipient's share.

All rules of a stated grid are found; none is preferred. Rules of whole or partial tables are in `families.py`, known
rules in `solve.py`.
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from assets.verification.inference.shares import Shares
from schemas.errors import DataRefused

Verdict = Literal["unique", "ambiguous", "none"]

BASE_STEP_SEK: Final = 50_000
POT_STEP_SEK: Final = 500_000


@dataclass(frozen=True)
class Grid:
    """Round amounts in kronor: `first`, every `step` further, up to `last`."""

    first: int
    last: int
    step: int

    def __post_init__(self) -> None:
        if self.step <= 0 or not 0 <= self.first <= self.last:
            raise DataRefused(f"grid {self.first}–{self.last} by {self.step}", "is no range of amounts")

    @property
    def amounts(self) -> pl.Series:
        """All amounts of the grid, ascending."""
        return pl.int_range(self.first, self.last + 1, self.step, eager=True)


def round_bases(amounts: pl.DataFrame) -> Grid:
    """Base amounts in whole steps from nothing up to the smallest of `amount_sek`."""
    return Grid(0, int(amounts.select(pl.col("amount_sek").min()).item()), BASE_STEP_SEK)


def round_pots(first: int, last: int) -> Grid:
    """Pots in half millions."""
    return Grid(first, last, POT_STEP_SEK)


@dataclass(frozen=True, eq=False)
class RuleCandidates:
    """All rules of the grid that give the figure: `base_sek, pot_sek`, sorted."""

    rules: pl.DataFrame

    @property
    def verdict(self) -> Verdict:
        """Whether the grid leaves one rule, several or none."""
        return verdict_of(self.rules.height)


def rules_with_share(shares: Shares, amount_sek: int, recipients: int, bases: Grid, pots: Grid) -> RuleCandidates:
    """Base amounts and pots under which `amount_sek` has the share that the figures of a known rule have.

    Every recipient is taken to have the same base. Raises `DataRefused` if the known figures share no share.
    """
    common = shares.common
    if common is None:
        raise DataRefused("rules with a known share", f"no share gives all of {len(shares.intervals)} known figures")
    (low, high), exact = common, pl.Int128
    doubled = (2 * (amount_sek - pl.col("base_sek"))).cast(exact)
    weight = (2 * (pl.col("pot_sek") - recipients * pl.col("base_sek"))).cast(exact)
    tried = _named("base_sek", bases).join(_named("pot_sek", pots), how="cross")
    fits = (
        (weight > 0)
        & (doubled >= 0)
        & ((doubled - 1) * high.denominator < weight * high.numerator)
        & ((doubled + 1) * low.denominator > weight * low.numerator)
    )
    return RuleCandidates(tried.filter(fits).sort("base_sek", "pot_sek"))


def verdict_of(solutions: int) -> Verdict:
    """One solution is unique, several are ambiguous."""
    return "none" if solutions == 0 else "unique" if solutions == 1 else "ambiguous"


def _named(name: str, grid: Grid) -> pl.DataFrame:
    return pl.DataFrame({name: grid.amounts})
