"""The checks at the door: is this answer what was asked for, and can it be true? Only then is it a count.

Pure: bytes and the question in, counts out. The refusal names the difference; keeping the bytes is up to `fetch.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from assets.population.bases import Base
from assets.population.scb.jsonstat import VALUE, Dataset, cells, read_dataset
from assets.population.scb.query import COUNTRY, selection_but_regions
from assets.population.scb.register import ScbTable, allowance
from schemas.errors import SourceRefused, listed

# A territory of this many persons or fewer may change by any share: a handful of people is a large one.
_FEW: Final = 200
# SCB's revisions of a day are far smaller; a larger change is another column, another age band or another territory.
_LARGEST_CHANGE: Final = 0.10
_SHOWN: Final = 5


def counts_in(
    body: bytes, headers: Mapping[str, str], table: ScbTable, base: Base, region_codes: Sequence[str]
) -> pl.DataFrame:
    """`region_code, population` of exactly `region_codes`; raises `SourceRefused` for any other answer."""
    where = f"SCB table {table}, {base}"
    content_type = headers.get("content-type", "")
    if "json" not in content_type.lower():
        raise SourceRefused(where, f"answered with {content_type or 'no content type'}, not JSON", remedy=_LATER)
    dataset = read_dataset(body, where)
    expected = {table.dimensions.region: list(region_codes), **selection_but_regions(table, base)}
    _require_codes(dataset, expected, where)
    unit = dataset.units.get(table.contents_code)
    if unit not in table.units:
        raise SourceRefused(where, f"counts in {unit!r}, not in {listed(table.units)}", remedy=_CHANGED)
    region = pl.col(table.dimensions.region)
    sums = cells(dataset).group_by(region).agg(pl.col(VALUE).sum().alias("population"))
    return sums.select(region.cast(pl.String).alias("region_code"), "population").sort("region_code")


_LATER: Final = "the answer is kept in quarantine; try again later, or run from the embedded snapshot"
_CHANGED: Final = "SCB's table has changed; compare data/population/tables.yaml with it"


def _require_codes(dataset: Dataset, expected: Mapping[str, Sequence[str]], where: str) -> None:
    """Every dimension that was asked for, with exactly the codes that were asked for."""
    if set(dataset.dimensions) != set(expected):
        raise SourceRefused(
            where, f"has the variables {listed(dataset.dimensions)}, not {listed(list(expected))}", remedy=_CHANGED
        )
    for name, codes in expected.items():
        answered = set(dataset.codes[name])
        missing, extra = sorted(set(codes) - answered), sorted(answered - set(codes))
        if missing or extra:
            told = "; ".join(
                f"{word} {listed(some[:_SHOWN])}{' …' if len(some) > _SHOWN else ''}"
                for word, some in (("without", missing), ("with", extra))
                if some
            )
            raise SourceRefused(
                where, f"has {len(answered)} codes of {name}, asked {len(set(codes))}: {told}", remedy=_CHANGED
            )


def require_sums(counts: pl.DataFrame, table: ScbTable, base: Base) -> None:
    """The nation is the sum of its counties and of its municipalities: exactly up to 2024, then within SCB's noise."""
    where, most = f"SCB table {table}, {base}", allowance(table, base.ages)
    by_length = dict(
        counts.filter(pl.col("region_code") != COUNTRY).group_by(_LENGTH).agg(pl.col("population").sum()).rows()
    )
    nation = counts.filter(pl.col("region_code") == COUNTRY).get_column("population").to_list()
    if len(nation) != 1:
        raise SourceRefused(where, "the nation is not among the regions", remedy=_LATER)
    for length, parts in sorted(by_length.items()):
        difference = nation[0] - parts
        if abs(difference) > most:
            what = (
                f"the nation is {nation[0]} and its {_PARTS[length]} sum to {parts}: {difference:+d},"
                f" {f'at most ±{most} is noise' if most else 'and there is no noise before 2025'}"
            )
            raise SourceRefused(where, what, remedy=_LATER)


_LENGTH: Final = pl.col("region_code").str.len_chars().alias("length")
_PARTS: Final = {2: "counties", 4: "municipalities"}


def require_plausible(counts: pl.DataFrame, before: pl.DataFrame, base: Base) -> None:
    """No territory has changed beyond belief since `before` (`region_code, population`), where that knows it."""
    both = counts.join(before, on="region_code", suffix="_before", validate="1:1").filter(
        (pl.col("population") - pl.col("population_before")).abs() > _FEW
    )
    change = pl.col("population") / pl.col("population_before") - 1
    odd = both.with_columns(change=change).filter(pl.col("change").abs() > _LARGEST_CHANGE)
    if not odd.is_empty():
        told = ", ".join(
            f"{code} {old} → {new}"
            for code, new, old in odd.select("region_code", "population", "population_before").head(_SHOWN).rows()
        )
        what = f"{odd.height} territories have changed by more than {_LARGEST_CHANGE:.0%}: {told}"
        raise SourceRefused(f"SCB, {base}", what, remedy=_LATER)
