"""Rules of a table whose base amount and pot are unknown: all of a grid that give every amount.

What a table shows is the base amount and kronor per person. Pot and total only follow from each other, so all pairs
are listed, family by family, and none is picked unless a total on hand picks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from assets.verification.inference.rules import Grid, Verdict, verdict_of
from assets.verification.inference.table import KRONOR, PublishedTable, published_table
from assets.verification.inference.windows import Totals, ceiling, integers_up_to
from schemas.errors import DataRefused

# More rules than this are no finding but a sign of too few amounts.
MOST_MEMBERS: Final = 1_000_000
_MEMBERS: Final = dict.fromkeys(("base_sek", "pot_sek", "family", "total_first", "total_last"), pl.Int64)
_INTERVAL: Final = ("low", "low_people", "high", "high_people")
_HEAD_COUNTS: Final = {"family": pl.Int64, "recipient_code": pl.String, "population": pl.Int64}


@dataclass(frozen=True, eq=False)
class Families:
    """All rules of the grid that give a table.

    `members` has `base_sek, pot_sek, family, total_first, total_last`: under that base and pot the totals from–to fit.
    Members of a family have base and head counts in common and differ in scale only: the larger the pot, the larger
    the total. `head_counts` has `family, recipient_code, population`.
    """

    members: pl.DataFrame
    head_counts: pl.DataFrame

    @property
    def bases(self) -> list[int]:
        """The base amounts that fit, ascending."""
        return self.members.get_column("base_sek").unique().sort().to_list()

    @property
    def solutions(self) -> int:
        """How many combinations of base, pot, total and head counts fit."""
        return int(self.members.select((pl.col("total_last") - pl.col("total_first") + 1).sum()).item())

    @property
    def verdict(self) -> Verdict:
        """Whether one combination fits, several or none."""
        return verdict_of(self.solutions)

    def with_total(self, on_hand: Sequence[int]) -> "Families":
        """The members that one of these totals fits, a member for each such total."""
        totals = pl.DataFrame({"total": sorted(set(on_hand))}, {"total": pl.Int64})
        members = (
            self.members.join(totals, how="cross")
            .filter(pl.col("total").is_between("total_first", "total_last"))
            .select("base_sek", "pot_sek", "family", total_first="total", total_last="total")
        )
        kept = self.head_counts.join(members.select("family").unique(), on="family", how="semi")
        return Families(members, kept)


def rules_of_table(amounts: pl.DataFrame, recipients: int, bases: Grid, pots: Grid, totals: Totals) -> Families:
    """Base amounts, pots and totals that give every amount of `recipient_code, amount_sek` to the nearest krona.

    Everybody has the same base, smaller than the smallest amount. Raises `DataRefused` for amounts that more than
    `MOST_MEMBERS` rules give.
    """
    members, head_counts, known = [pl.DataFrame(schema=_MEMBERS)], [pl.DataFrame(schema=_HEAD_COUNTS)], 0
    smallest = int(amounts.select(pl.col("amount_sek").min()).item())
    for base_sek in bases.amounts.filter(bases.amounts < smallest):
        if pots.last <= recipients * base_sek:
            break
        tried = _Base(published_table(amounts, pots.last, recipients, base_sek), base_sek, pots, totals)
        families = _families(tried).with_row_index("family", known).cast({"family": pl.Int64})
        fitting = _members(tried, families)
        people = families.join(fitting, on="family", how="semi").select("family", *tried.codes)
        head_counts.append(people.unpivot(index="family", variable_name="recipient_code", value_name="population"))
        members.append(fitting)
        known += families.height
        if sum(frame.height for frame in members) > MOST_MEMBERS:
            raise DataRefused(
                "rules of a table",
                f"more than {MOST_MEMBERS} rules give all {amounts.height} amounts",
                remedy="give more amounts, or narrower grids",
            )
    found = pl.concat(members).sort("base_sek", "pot_sek", "family")
    return Families(found, pl.concat(head_counts).sort("family", "recipient_code"))


@dataclass(frozen=True, eq=False)
class _Base:
    """A base amount that is tried; `table` has the largest pot of the grid."""

    table: PublishedTable
    base_sek: int
    pots: Grid
    totals: Totals

    @property
    def bases_sek(self) -> int:
        return self.table.recipients * self.base_sek

    @property
    def codes(self) -> list[str]:
        """The recipients, the smallest first and then from the largest down: both narrow kronor per person most."""
        descending = self.table.figures.get_column("recipient_code").to_list()
        return [descending[-1], *descending[:-1]]

    @property
    def per_person(self) -> tuple[Fraction, Fraction]:
        """The least and most kronor per person that pots and totals allow: the pot holds at least the figures."""
        # Rounding may have added half a krona to each.
        at_least = max(self.pots.first - self.bases_sek, sum(self.table.kronor) - len(self.table.kronor), 1)
        return Fraction(at_least, self.totals.last), Fraction(self.table.variable_sek + 1, self.totals.first)


def _families(tried: _Base) -> pl.DataFrame:
    """Head counts that one interval of kronor per person gives, a column per recipient code.

    The interval is `low / low_people` up to, not including, `high / high_people`.
    """
    least, most = tried.per_person
    if least >= most:
        return pl.DataFrame(schema=dict.fromkeys((*_INTERVAL, *tried.codes), pl.Int64))
    # No end of an interval has more kronor or persons than this.
    exact = integers_up_to(4 * (tried.table.variable_sek + 1) * 2 * tried.totals.last)
    bounds = (least.numerator, least.denominator, most.numerator, most.denominator)
    families = pl.DataFrame([bounds], dict.fromkeys(_INTERVAL, exact), orient="row")
    kronor = dict(tried.table.figures.select("recipient_code", KRONOR).iter_rows())
    for code in tried.codes:
        families = _narrowed(families, code, 2 * kronor[code])
    return families.cast(pl.Int64)


def _narrowed(families: pl.DataFrame, code: str, doubled: int) -> pl.DataFrame:
    """The families with every head count of one more recipient, whose part is half of `doubled` kronor."""
    low, low_people, high, high_people = (pl.col(name) for name in _INTERVAL)
    first = (doubled - 1) * high_people // (2 * high) + 1
    last = ceiling((doubled + 1) * low_people, 2 * low) - 1
    people = 2 * pl.col(code)
    is_higher, is_lower = (doubled - 1) * low_people > low * people, (doubled + 1) * high_people < high * people
    return (
        families.with_columns(pl.int_ranges(first.cast(pl.Int64), last.cast(pl.Int64) + 1).alias(code))
        .explode(code)
        .drop_nulls(code)
        .with_columns(pl.col(code).cast(families.schema["low"]))
        .with_columns(
            low=pl.when(is_higher).then(doubled - 1).otherwise(low),
            low_people=pl.when(is_higher).then(people).otherwise(low_people),
            high=pl.when(is_lower).then(doubled + 1).otherwise(high),
            high_people=pl.when(is_lower).then(people).otherwise(high_people),
        )
    )


def _members(tried: _Base, families: pl.DataFrame) -> pl.DataFrame:
    """Every pot of the grid with the totals that give a family's kronor per person."""
    low, low_people, high, high_people = (pl.col(name).cast(pl.Int128) for name in _INTERVAL)
    first, last, step = tried.pots.first, tried.pots.last, tried.pots.step
    # The pots between which some total of the range gives the interval, as places on the grid.
    smallest = ceiling(low * tried.totals.first, low_people) + tried.bases_sek - first
    largest = (high * tried.totals.last // high_people) + tried.bases_sek - first
    places = pl.int_ranges(
        ceiling(smallest, pl.lit(step)).clip(lower_bound=0).cast(pl.Int64),
        (largest // step).clip(upper_bound=(last - first) // step).cast(pl.Int64) + 1,
    )
    variable = pl.col("pot_sek").cast(pl.Int128) - tried.bases_sek
    fitting = (
        families.with_columns(place=places)
        .explode("place")
        .drop_nulls("place")
        .with_columns(pot_sek=first + step * pl.col("place"), everybody=pl.sum_horizontal(tried.codes))
        .with_columns(
            total_first=(variable * high_people // high + 1).clip(lower_bound=tried.totals.first).cast(pl.Int64),
            total_last=(variable * low_people // low).clip(upper_bound=tried.totals.last).cast(pl.Int64),
        )
    )
    if tried.table.is_whole:
        # A whole table's head counts are the total.
        adds_up = pl.col("everybody").is_between("total_first", "total_last")
        fitting = fitting.filter(adds_up).with_columns(total_first="everybody", total_last="everybody")
    return fitting.filter(pl.col("total_first") <= pl.col("total_last")).select(
        pl.lit(tried.base_sek, pl.Int64).alias("base_sek"), "pot_sek", "family", "total_first", "total_last"
    )
