"""The head counts on hand as one history: what was counted on which day, and from which day on it was known.

All that a forecast may look at comes from here, and `known_on` is the one way to look at less. How a count is
carried to another day is `totals.py` and `cohorts.py`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.population.bases import OLDEST
from assets.population.snapshot import Snapshot
from schemas.vocabulary import COUNTRY, COUNTY, LARGEST_REMAINDER, MUNICIPALITY

# Head counts between two days are not whole: they are kept in millionths of a person, as integers.
MILLIONTHS: Final = 1_000_000
# Ages 0 to this one are followed year by year; the oldest that a rule asks for by age is 18.
OLDEST_CHILD: Final = 19
KINDS: Final = (COUNTRY, COUNTY, MUNICIPALITY)
# Age groups wider than this say too little about single ages.
_WIDEST_GROUP: Final = 5
_DECEMBER: Final = 12
_COUNT: Final = ("reference_date", "region_code")


@dataclass(frozen=True, eq=False)
class History:
    """What was counted, by kind of territory; every frame has `reference_date`, `region_code` and `known`.

    totals   `population`: all ages, on days when every territory was counted
    ages     `age, people, is_split`: ages 0–19 at year-ends when every territory has them, people in millionths;
             five-year groups are split as the nation's ages are within them (`is_split`)
    bands    `first_age, last_age, population`: age bands as counted, of every territory or of some

    `known` is the day from which the count was public.
    """

    totals: Mapping[str, pl.DataFrame]
    ages: Mapping[str, pl.DataFrame]
    bands: Mapping[str, pl.DataFrame]

    def known_on(self, day: dt.date) -> "History":
        """What was public on `day`."""
        return self._only(lambda counted: counted.filter(pl.col("known") <= day))

    def without(self, day: dt.date) -> "History":
        """All but what was counted on `day`."""
        return self._only(lambda counted: counted.filter(pl.col("reference_date") != day))

    def _only(self, part: Callable[[pl.DataFrame], pl.DataFrame]) -> "History":
        kept = ({kind: part(counted) for kind, counted in frames.items()} for frames in vars(self).values())
        return History(*kept)


def read_history(snapshot: Snapshot, known_after_days: Mapping[str, int]) -> History:
    """All series of the snapshot; `known_after_days` says how long after its day each kind of count is published."""
    return history_of(counted_cells(snapshot, known_after_days))


def counted_cells(snapshot: Snapshot, known_after_days: Mapping[str, int]) -> pl.DataFrame:
    """`region_code, reference_date, first_age, last_age, population, series, known`: every cell of the snapshot."""
    return pl.concat(
        snapshot.cells(series).with_columns(
            series=pl.lit(series.id),
            known=pl.col("reference_date") + pl.duration(days=known_after_days[series.table]),
        )
        for series in snapshot.series.values()
    )


def history_of(cells: pl.DataFrame) -> History:
    """The history in `cells`, which have the columns of `counted_cells`."""
    typed = cells.with_columns(region_type=_region_type()).sort("series", *_COUNT, "first_age", "last_age")
    totals, ages = _totals(typed), _single_ages(typed)
    return History(
        {kind: _of_every_territory(totals, typed, kind, []) for kind in KINDS},
        {kind: _of_every_territory(ages, typed, kind, ["age"]) for kind in KINDS},
        {kind: typed.filter(pl.col("region_type") == kind).drop("series", "region_type") for kind in KINDS},
    )


def on_day(counted: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """The counts of one day, without the columns that say when."""
    return counted.filter(pl.col("reference_date") == day).drop("reference_date", "known")


def days_of(counted: pl.DataFrame) -> list[dt.date]:
    """The days that were counted, sorted."""
    return counted.get_column("reference_date").unique().sort().to_list()


def in_whole_persons(total: int, weights: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`method, region_code, population`: `total` persons shared anew by each method, by largest remainder.

    `weights` are `region_code, people` by method; negative ones count as nobody.
    """
    rows = pl.concat(
        people.select(
            pl.lit(method).alias("method"),
            pl.lit(total, pl.Int64).alias(UNITS),
            pl.col("people").clip(lower_bound=0).cast(pl.Int64).alias(WEIGHT),
            pl.col("region_code").alias(CODE),
            pl.lit(LARGEST_REMAINDER).alias(ROUNDING),
        )
        for method, people in weights.items()
    )
    return apportion(rows, ["method"]).select("method", region_code=CODE, population=PART)


def rounded(people: int, parts: int = MILLIONTHS) -> int:
    """`people / parts` in whole persons, a half up."""
    return (2 * people + parts) // (2 * parts)


def _region_type() -> pl.Expr:
    """What a code names: `00` the nation, two digits a county, four a municipality."""
    digits = pl.col("region_code").str.len_chars()
    return (
        pl.when(pl.col("region_code") == "00")
        .then(pl.lit(COUNTRY))
        .when(digits == len("00"))
        .then(pl.lit(COUNTY))
        .otherwise(pl.lit(MUNICIPALITY))
    )


def _totals(cells: pl.DataFrame) -> pl.DataFrame:
    """`region_type, reference_date, region_code, known, population`: printed totals, or ages that cover all."""
    is_total = (pl.col("first_age") == 0) & (pl.col("last_age") == OLDEST)
    years_covered = (pl.col("last_age") - pl.col("first_age") + 1).filter(~is_total).sum()
    return (
        cells.group_by("series", "region_type", *_COUNT, "known")
        .agg(
            printed=pl.col("population").filter(is_total).first(),
            added=pl.when(years_covered == OLDEST + 1).then(pl.col("population").filter(~is_total).sum()),
        )
        .select("series", "region_type", *_COUNT, "known", population=pl.coalesce("printed", "added"))
        .drop_nulls()
        .sort("known", "series")
        .unique(["region_type", *_COUNT], keep="first", maintain_order=True)
        .drop("series")
    )


def _single_ages(cells: pl.DataFrame) -> pl.DataFrame:
    """`region_type, reference_date, region_code, known, age, people, is_split` at year-ends, groups split."""
    by_year = cells.filter(
        pl.col("last_age") - pl.col("first_age") < _WIDEST_GROUP,
        pl.col("last_age") <= OLDEST_CHILD,
        pl.col("reference_date").dt.month() == _DECEMBER,
    )
    nation = (
        by_year.filter(pl.col("region_type") == COUNTRY, pl.col("first_age") == pl.col("last_age"))
        .sort("known", "series")
        .unique(["reference_date", "first_age"], keep="first", maintain_order=True)
        .select("reference_date", age="first_age", like="population")
    )
    is_split = pl.col("last_age") > pl.col("first_age")
    like = pl.when(is_split).then(pl.col("like")).otherwise(1).cast(pl.Int128)
    return (
        by_year.with_columns(age=pl.int_ranges("first_age", pl.col("last_age") + 1))
        .explode("age")
        .join(nation, on=["reference_date", "age"], how="left", validate="m:1")
        .with_columns(is_split=is_split, like=like)
        .with_columns(of=pl.col("like").sum().over("series", *_COUNT, "first_age"))
        .with_columns(people=(pl.col("population") * MILLIONTHS * pl.col("like") // pl.col("of")).cast(pl.Int64))
        .drop_nulls("people")
        .sort("known", "is_split", "series")
        .unique(["region_type", *_COUNT, "age"], keep="first", maintain_order=True)
        .select("region_type", *_COUNT, "known", "age", "people", "is_split")
    )


def _of_every_territory(counted: pl.DataFrame, cells: pl.DataFrame, kind: str, per: list[str]) -> pl.DataFrame:
    """One kind of territory on the days when all of them are there; counties else as sums of their municipalities."""
    own = _whole_days(counted, cells, kind, per)
    if kind == COUNTY:
        summed = (
            _whole_days(counted, cells, MUNICIPALITY, per)
            .with_columns(region_code=pl.col("region_code").str.slice(0, 2))
            .group_by(*_COUNT, *per)
            .agg(pl.col("known").max(), pl.col(pl.Int64).exclude(per).sum(), pl.col(pl.Boolean).any())
        )
        own = pl.concat([own, summed.join(own, on="reference_date", how="anti").select(own.columns)])
    return own.sort(*_COUNT, *per)


def _whole_days(counted: pl.DataFrame, cells: pl.DataFrame, kind: str, per: list[str]) -> pl.DataFrame:
    """The counts of one kind of territory, on days with as many rows as there are territories (and ages)."""
    territories = cells.filter(pl.col("region_type") == kind).get_column("region_code").n_unique()
    rows = territories * (OLDEST_CHILD + 1 if per else 1)
    own = counted.filter(pl.col("region_type") == kind).drop("region_type")
    return own.filter(pl.len().over("reference_date") == rows)
