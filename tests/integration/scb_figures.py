"""Head counts for the stand-in of SCB: real where the embedded snapshot has the figure, invented to fit elsewhere.

Up to 2024 every sum is exact: municipalities to counties to the nation, ages to totals. From 2025 every published
cell has its own small noise, so that parts miss their totals by a few persons.
"""

import datetime as dt
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from assets.population.bases import OLDEST
from assets.population.scb.register import ScbTable
from tests.domain import register, snapshot

Counts = npt.NDArray[np.int64]
AGES: Final = 101
CHILDREN: Final = 19
NOVEMBER_2024: Final = dt.date(2024, 11, 1)
# A pair with the one quotient that is known of that day, Dalarna / the nation between 0.0270486630 and 0.0270486649.
NATION_NOVEMBER_2024: Final = 10_585_144
DALARNA_NOVEMBER_2024: Final = 286_314
DALARNA: Final = "20"
# A pair that gives Norrbotten's published 6,276,462 kr of 250 million kronor in 2017, near the counts known around it.
NOVEMBER_2016: Final = dt.date(2016, 11, 1)
NATION_NOVEMBER_2016: Final = 9_971_541
NORRBOTTEN, NORRBOTTEN_NOVEMBER_2016 = "25", 250_344
LAST_WITHOUT_NOISE: Final = dt.date(2024, 12, 31)
YEAR_END_2025, MAY_2026 = dt.date(2025, 12, 31), dt.date(2026, 5, 31)
# What SCB prints for the nation (data/population/series.yaml, notes).
_NATION_PUBLISHED: Final = {("TAB5557", "2025"): 10_605_529, ("TAB6471", "2026M05"): 10_608_128}
_SEXES: Final = ("1", "2")


@cache
def municipalities() -> tuple[str, ...]:
    """The 290 codes that are valid now."""
    return _registered("municipality")


@cache
def counties() -> tuple[str, ...]:
    """The 21 codes."""
    return _registered("county")


def _registered(kind: str) -> tuple[str, ...]:
    now = register().entries.filter((pl.col("recipient_type") == kind) & pl.col("valid_to").is_null())
    return tuple(now.get_column("recipient_code").sort().to_list())


@cache
def regions() -> dict[str, str]:
    """The 312 codes in SCB's order, with names."""
    now = register().entries.filter(
        pl.col("recipient_type").is_in(["municipality", "county"]) & pl.col("valid_to").is_null()
    )
    names = dict(now.select("recipient_code", "recipient_name").iter_rows())
    return {"00": "Riket", **{code: names[code] for code in sorted(names)}}


@cache
def _county_of() -> Counts:
    """For each municipality the place of its county."""
    return np.array([counties().index(code[:2]) for code in municipalities()])


# --- what is published ----------------------------------------------------------------------------------------


def published(table: ScbTable, period: str, bands: dict[str, tuple[int, int]], sexes: Sequence[str]) -> Counts:
    """Cells [312 regions, age bands, sexes] as SCB would print them; a sex code that is not 1 or 2 means both."""
    day = date_of(table, period)
    band = np.array([[first <= age <= last for first, last in bands.values()] for age in range(AGES)], np.int64)
    by_sex = np.einsum("mas,ab->mbs", _people(day), band)
    columns = [by_sex[..., _SEXES.index(sex)] if sex in _SEXES else by_sex.sum(2) for sex in sexes]
    parts = np.stack(columns, axis=2)
    if table.is_perturbed:
        parts = np.maximum(parts + _noise(table.id, period, municipalities(), bands, sexes), 0)
        _print_known(parts, table, period, bands, sexes)
    by_county = _by_county(parts)
    nation = parts.sum(0, keepdims=True)
    if table.is_perturbed:
        by_county = np.maximum(by_county + _noise(table.id, period, counties(), bands, sexes), 0)
        nation = np.maximum(nation + _noise(table.id, period, ("00",), bands, sexes), 0)
        _print_known_nation(nation, table, period, bands, sexes)
    everywhere = np.concatenate([nation, by_county, parts])
    codes = ("00", *counties(), *municipalities())
    return everywhere[np.argsort(np.array(codes))]


def date_of(table: ScbTable, period: str) -> dt.date:
    """The day that a period of the table counts."""
    if table.period == "month":
        year, month = int(period[:4]), int(period[5:])
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(int(period), 11, 1) if table.base == "folkmangd_1_november" else dt.date(int(period), 12, 31)


def _noise(table: str, period: str, codes: Sequence[str], bands: Iterable[str], sexes: Sequence[str]) -> Counts:
    """-2 to 2 persons, the same every time for the same cell."""

    def keys(names: Iterable[str]) -> npt.NDArray[np.uint64]:
        return np.array([zlib.crc32(f"{table} {period} {name}".encode()) for name in names], np.uint64)

    mixed = keys(codes)[:, None, None] * np.uint64(31) + keys(bands)[None, :, None] * np.uint64(17) + keys(sexes)
    return ((mixed * np.uint64(2_654_435_761) >> np.uint64(16)) % np.uint64(5)).astype(np.int64) - 2


def _print_known(
    parts: Counts, table: ScbTable, period: str, bands: dict[str, tuple[int, int]], sexes: Sequence[str]
) -> None:
    """Replace the municipal cells that the snapshot has by what SCB printed."""
    if not set(sexes) - set(_SEXES):
        return
    both = [place for place, sex in enumerate(sexes) if sex not in _SEXES]
    for series in snapshot().series.values():
        if table.id not in series.scb_table or series.region_types != ["municipality"]:
            continue
        known = _known(series.id, date_of(table, period))
        for place, ages in enumerate(bands.values()):
            if ages in known:
                for sex in both:
                    parts[:, place, sex] = [known[ages][code] for code in municipalities()]


def _print_known_nation(
    nation: Counts, table: ScbTable, period: str, bands: dict[str, tuple[int, int]], sexes: Sequence[str]
) -> None:
    total = _NATION_PUBLISHED.get((table.id, period))
    singles = _known("national-single-year-31-december-ckm", date_of(table, period))
    for place, ages in enumerate(bands.values()):
        for sex_place, sex in enumerate(sexes):
            if sex in _SEXES:
                continue
            if ages == (0, OLDEST) and total is not None:
                nation[0, place, sex_place] = total
            elif ages in singles and ages != (0, OLDEST) and table.period == "year":
                nation[0, place, sex_place] = singles[ages]["00"]


# --- people ---------------------------------------------------------------------------------------------------


@cache
def _people(day: dt.date) -> Counts:
    """[290 municipalities, 101 ages, men and women] on a day."""
    ages = _people_with_noise(day) if day > LAST_WITHOUT_NOISE else _people_that_fit(day)
    checkered = np.add.outer(np.arange(len(ages)), np.arange(AGES)) % 2
    men = ages // 2 + ages % 2 * checkered
    return np.stack([men, ages - men], axis=2)


def _people_with_noise(day: dt.date) -> Counts:
    totals = _municipal_totals_from_2025(day)
    return np.stack([spread(int(total), row) for total, row in zip(totals, _year_end_2025(), strict=True)])


def _municipal_totals_from_2025(day: dt.date) -> Counts:
    """On the line through the two days that are known."""
    begin, end = _totals_of(YEAR_END_2025), _totals_of(MAY_2026)
    return begin + (end - begin) * (day - YEAR_END_2025).days // (MAY_2026 - YEAR_END_2025).days


@cache
def _year_end_2025() -> Counts:
    """[290, 101] put together from single ages 0–24 and ten-year groups."""
    single = _known("municipality-age-0-24-31-december-ckm", YEAR_END_2025)
    groups = _known("municipality-age10-31-december-ckm", YEAR_END_2025)
    nation = _national_ages(LAST_WITHOUT_NOISE)
    people = np.zeros((len(municipalities()), AGES), np.int64)
    for place, code in enumerate(municipalities()):
        for (first, last), counts in groups.items():
            if (first, last) == (0, OLDEST):
                continue
            end = min(last, AGES - 1)
            for age in range(first, end + 1):
                people[place, age] = single[(age, age)][code] if (age, age) in single else 0
            begin = min((age for age in range(first, end + 1) if (age, age) not in single), default=None)
            if begin is not None:
                left = counts[code] - int(people[place, first:begin].sum())
                people[place, begin : end + 1] = spread(max(left, 0), nation[begin : end + 1])
    return people


def _people_that_fit(day: dt.date) -> Counts:
    """[290, 101] whose every sum is what is known of the day."""
    totals, by_county = _municipal_totals(day), _county_ages(day)
    people = np.zeros((len(totals), AGES), np.int64)
    for place in range(len(counties())):
        ours = _county_of() == place
        if day == NOVEMBER_2024:
            children = _children(counties()[place], int(by_county[place, :CHILDREN].sum()), totals[ours])
            people[ours, :CHILDREN] = fit(children, by_county[place, :CHILDREN])
            people[ours, CHILDREN:] = fit(totals[ours] - children, by_county[place, CHILDREN:])
        else:
            people[ours] = fit(totals[ours], by_county[place])
    return people


def _children(county: str, total: int, weights: Counts) -> Counts:
    """Ages 0–18 on 1 November 2024 by municipality of a county; of Dalarna they are known."""
    return _children_of_dalarna() if county == DALARNA else spread(total, weights)


def _children_of_dalarna() -> Counts:
    known = _known("derived-1-november-municipality-0-18", NOVEMBER_2024)[(0, CHILDREN - 1)]
    return np.array([known[code] for code in municipalities() if code[:2] == DALARNA])


def _municipal_totals(day: dt.date) -> Counts:
    if day in _days_of_municipal_totals():
        return _totals_of(day)
    nearest = min(_days_of_municipal_totals(), key=lambda known: abs((known - day).days))
    weights, of_counties = _totals_of(nearest), _county_totals(day)
    totals = np.zeros_like(weights)
    for place in range(len(counties())):
        ours = _county_of() == place
        totals[ours] = spread(int(of_counties[place]), weights[ours])
    return totals


def _county_totals(day: dt.date) -> Counts:
    derived = _known("derived-1-november-regions", day)
    if derived:
        return np.array([derived[(0, OLDEST)][code] for code in counties()])
    if day in _days_of_county_ages() or day == LAST_WITHOUT_NOISE:
        totals_of_ages: Counts = _county_ages(day).sum(1)
        return totals_of_ages
    if day in _days_of_municipal_totals():
        return _by_county(_totals_of(day))
    nation = int(_national_ages(day).sum())
    nearest = min(_days_of_municipal_totals(), key=lambda known: abs((known - day).days))
    weights = _by_county(_totals_of(nearest))
    fixed = {NOVEMBER_2016: (NORRBOTTEN, NORRBOTTEN_NOVEMBER_2016), NOVEMBER_2024: (DALARNA, DALARNA_NOVEMBER_2024)}
    if day not in fixed:
        return spread(nation, weights)
    county, persons = fixed[day]
    weights[counties().index(county)] = 0
    totals = spread(nation - persons, weights)
    totals[counties().index(county)] = persons
    return totals


@cache
def _county_ages(day: dt.date) -> Counts:
    """[21, 101]"""
    nation = _national_ages(day)
    if day in _days_of_county_ages():
        known = _known("county-single-year-31-december", day)
        return np.array([[known[_single(age)][code] for age in range(AGES)] for code in counties()])
    people = np.zeros((len(counties()), AGES), np.int64)
    if day == LAST_WITHOUT_NOISE:
        for (first, last), counts in _known("county-age5-31-december", day).items():
            if (first, last) != (0, OLDEST):
                group = np.array([counts[code] for code in counties()])
                people[:, first : last + 1] = fit(group, nation[first : last + 1])
        return people
    totals = _county_totals(day)
    if day != NOVEMBER_2024:
        return fit(totals, nation)
    dalarna = counties().index(DALARNA)
    weights = totals.copy()
    weights[dalarna] = 0
    of_dalarna = int(_children_of_dalarna().sum())
    children = spread(int(nation[:CHILDREN].sum()) - of_dalarna, weights)
    children[dalarna] = of_dalarna
    people[:, :CHILDREN] = fit(children, nation[:CHILDREN])
    people[:, CHILDREN:] = fit(totals - children, nation[CHILDREN:])
    return people


@cache
def _national_ages(day: dt.date) -> Counts:
    """[101]"""
    if (day.month, day.day) == (12, 31):
        return _ages_at_year_end(day.year)
    ages = _ages_at_year_end(day.year)
    if day == NOVEMBER_2024:
        known = _known("derived-1-november-municipality-0-18", day)[(0, CHILDREN - 1)]["00"]
        old = spread(NATION_NOVEMBER_2024 - known, ages[CHILDREN:])
        return np.concatenate([spread(known, ages[:CHILDREN]), old])
    derived = _known("derived-1-november-regions", day)
    if derived:
        return spread(derived[(0, OLDEST)]["00"], ages)
    if day == NOVEMBER_2016:
        return spread(NATION_NOVEMBER_2016, ages)
    before, after = int(_ages_at_year_end(day.year - 1).sum()), int(ages.sum())
    return spread(before + (after - before) * day.timetuple().tm_yday // 366, ages)


def _ages_at_year_end(year: int) -> Counts:
    known = _known("national-single-year-31-december", dt.date(max(year, 2000), 12, 31))
    ages = np.array([known[_single(age)]["00"] for age in range(AGES)])
    return ages if year >= 2000 else spread(int(ages.sum()) - 30_000 * (2000 - year), ages)


# --- the snapshot as plain figures ----------------------------------------------------------------------------


@cache
def _known(series: str, day: dt.date) -> dict[tuple[int, int], dict[str, int]]:
    """Of a series on a day: (first, last age) → code → persons; empty if it does not have the day."""
    cells = snapshot().cells(snapshot().series[series]).filter(pl.col("reference_date") == day)
    known: dict[tuple[int, int], dict[str, int]] = {}
    for code, first, last, persons in cells.select("region_code", "first_age", "last_age", "population").iter_rows():
        known.setdefault((first, last), {})[code] = persons
    return known


@cache
def _days(series: str) -> frozenset[dt.date]:
    return frozenset(snapshot().cells(snapshot().series[series]).get_column("reference_date").unique().to_list())


def _days_of_municipal_totals() -> frozenset[dt.date]:
    return _days("municipality-total-31-december") | {YEAR_END_2025}


def _days_of_county_ages() -> frozenset[dt.date]:
    return _days("county-single-year-31-december")


def _totals_of(day: dt.date) -> Counts:
    series = {YEAR_END_2025: "municipality-total-31-december-ckm", MAY_2026: "municipality-total-month-ckm"}
    known = _known(series.get(day, "municipality-total-31-december"), day)[(0, OLDEST)]
    return np.array([known[code] for code in municipalities()])


def _single(age: int) -> tuple[int, int]:
    return (age, age) if age < AGES - 1 else (age, OLDEST)


def _by_county(parts: Counts) -> Counts:
    """Municipal figures added up by county, along the first axis."""
    totals = np.zeros((len(counties()), *parts.shape[1:]), np.int64)
    np.add.at(totals, _county_of(), parts)
    return totals


# --- whole numbers that add up --------------------------------------------------------------------------------


def spread(total: int, weights: Any) -> Counts:
    """`total` in whole parts, about proportional to the weights."""
    heights = np.cumsum(np.asarray(weights, np.int64))
    if heights[-1] == 0:
        heights = np.arange(1, len(heights) + 1)
    steps: Counts = (2 * heights * total + heights[-1]) // (2 * heights[-1])
    return np.diff(steps, prepend=0)


def fit(rows: Counts, columns: Counts) -> Counts:
    """A table of whole numbers with these sums: in proportion, rounded down, and the rest along the diagonal."""
    total = int(rows.sum())
    if total != int(columns.sum()) or min(rows.min(), columns.min()) < 0:
        msg = f"no table has rows of {total} and columns of {columns.sum()} in all"
        raise ValueError(msg)
    table: Counts = np.outer(rows, columns) // max(total, 1)
    rest_rows, rest_columns = rows - table.sum(1), columns - table.sum(0)
    ends, other_ends = np.cumsum(rest_rows)[:, None], np.cumsum(rest_columns)[None, :]
    begins, other_begins = ends - rest_rows[:, None], other_ends - rest_columns[None, :]
    overlap: Counts = np.minimum(ends, other_ends) - np.maximum(begins, other_begins)
    return table + np.maximum(overlap, 0)
