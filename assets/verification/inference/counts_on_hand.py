"""The counts of the embedded snapshot that a pot may have gone by: of its ages, on days near the one that is stated.

National totals say where to search, and are tried by themselves where nothing else is known of a day; counts of all
recipients, or of some and the nation, are tried against the published amounts in `vintages.py`.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from assets.population.bases import Base, age_bounds
from assets.population.resolve import resolve
from assets.population.snapshot import Series, Snapshot
from assets.verification.inference.windows import Totals
from schemas.vocabulary import COUNTRY, DERIVED, OFFICIAL

# A count further away than this from the stated day is no candidate.
MOST_DAYS: Final = 3 * 366
_NATION: Final = "00"


class Vintage(NamedTuple):
    """A count: from which table, of which day, on which basis."""

    table_id: str
    reference_date: dt.date
    basis: str

    def __str__(self) -> str:
        return f"{self.table_id} {self.reference_date} {self.basis}"


@dataclass(frozen=True, eq=False)
class CountOnHand:
    """`counts` are `recipient_code, population` of the territories that are known; `total` is that of all.

    A count of the nation alone has no rows.
    """

    vintage: Vintage
    total: int
    counts: pl.DataFrame
    is_complete: bool


@dataclass(frozen=True, eq=False)
class CountsOnHand:
    """The counts of a snapshot, each looked up once however many pots may have gone by it."""

    snapshot: Snapshot
    _answers: dict[tuple[Base, tuple[str, ...]], CountOnHand | None] = field(default_factory=dict, repr=False)
    _nations: dict[str, dict[Vintage, int]] = field(default_factory=dict, repr=False)

    def near(self, base: Base, recipients: pl.DataFrame) -> list[CountOnHand]:
        """Every count of the ages of `base` within three years of its day, in the order of tables and days.

        `recipients` are those of one year, of all kinds. The nation alone stands in for days with nothing else.
        """
        found: list[CountOnHand] = []
        for table_id, date in self._days(base):
            count = self._answer(Base(table_id, date, base.ages, base.region_type), recipients)
            if count is not None:
                found.append(count)
        covered = {count.vintage[:2] for count in found}
        nobody = pl.DataFrame(schema={"recipient_code": pl.String, "population": pl.Int64})
        alone = [
            CountOnHand(vintage, total, nobody, is_complete=False)
            for vintage, total in self.nations(base.ages).items()
            if _is_near(vintage.reference_date, base) and vintage[:2] not in covered
        ]
        return sorted([*found, *alone], key=lambda count: count.vintage)

    def nations(self, ages: str) -> dict[Vintage, int]:
        """The national totals of these ages, of all days."""
        if ages not in self._nations:
            self._nations[ages] = {
                vintage: total
                for series in self.snapshot.series.values()
                if COUNTRY in series.region_types
                for vintage, total in _national_totals(series, ages, self.snapshot)
            }
        return self._nations[ages]

    def totals_near(self, ages: str, date: dt.date, percent: int = 3) -> tuple[Totals, Vintage] | None:
        """Totals within `percent` per cent of SCB's own national total nearest to `date`, and which total that is.

        None if the snapshot has none of these ages. Totals solved from amounts do not say where to search.
        """
        official = {vintage: total for vintage, total in self.nations(ages).items() if vintage.basis == OFFICIAL}
        if not official:
            return None
        nearest = min(official, key=lambda vintage: (abs((vintage.reference_date - date).days), vintage))
        return Totals.around(official[nearest], percent), nearest

    def _days(self, base: Base) -> list[tuple[str, dt.date]]:
        days = {
            (series.table, date)
            for series in self.snapshot.series.values()
            if series.region_types != [COUNTRY]
            for date in self.snapshot.cells(series).get_column("reference_date").unique()
        }
        return sorted(day for day in days if _is_near(day[1], base))

    def _answer(self, base: Base, recipients: pl.DataFrame) -> CountOnHand | None:
        codes = recipients.filter(pl.col("recipient_type") == base.region_type).get_column("recipient_code")
        key = base, tuple(codes.sort())
        if key not in self._answers:
            self._answers[key] = _count(base, self.snapshot, recipients)
        return self._answers[key]


def _is_near(date: dt.date, base: Base) -> bool:
    return abs((date - base.reference_date).days) <= MOST_DAYS


def _count(base: Base, snapshot: Snapshot, recipients: pl.DataFrame) -> CountOnHand | None:
    """What is counted or solved on the very day; an estimate gives its known territories and its total."""
    answer = resolve(base, snapshot, recipients)
    if answer is None:
        return None
    known = answer.counts.filter(pl.col("basis").is_in([OFFICIAL, DERIVED]))
    if known.is_empty():
        return None
    vintage = Vintage(base.table_id, base.reference_date, str(known["basis"][0]))
    total = int(answer.counts.get_column("population").sum())
    counts = known.select(recipient_code="region_code", population="population")
    return CountOnHand(vintage, total, counts, is_complete=known.height == answer.counts.height)


def _national_totals(series: Series, ages: str, snapshot: Snapshot) -> list[tuple[Vintage, int]]:
    """The nation in these ages, from one cell or from single years of age."""
    first, last = age_bounds(ages)
    cells = snapshot.cells(series).filter(pl.col("region_code") == _NATION)
    within = cells.filter(pl.col("first_age") >= first, pl.col("last_age") <= last)
    whole = within.filter(pl.col("first_age") == first, pl.col("last_age") == last)
    years = within.filter(pl.col("first_age") == pl.col("last_age"))
    summed = years.group_by("reference_date").agg(pl.len(), pl.col("population").sum())
    every_age = summed.filter(pl.col("len") == last - first + 1).join(whole, on="reference_date", how="anti")
    totals = pl.concat([whole.select("reference_date", "population"), every_age.select("reference_date", "population")])
    return [(Vintage(series.table, date, series.basis), total) for date, total in totals.sort("reference_date").rows()]
