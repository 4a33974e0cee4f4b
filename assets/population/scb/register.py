"""The register of SCB's tables (`tables.yaml`): which table answers for which day, and with which age codes.

Codes of tables are data; nothing here names a table. How a request is formed from them is `query.py`.
"""

import calendar
import datetime as dt
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from assets.population.bases import ALL_AGES, OLDEST, TableId, age_bounds
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, at_line

FILE: Final = "tables.yaml"
Band = Annotated[list[int], Field(min_length=2, max_length=2)]
_PERIODS: Final = {"year": re.compile("[0-9]{4}"), "month": re.compile("[0-9]{4}M(0[1-9]|1[0-2])")}
_NOVEMBER, _DECEMBER, _LAST_DAY = 11, 12, 31


class Dimensions(StrictModel):
    """What the table calls its variables."""

    region: str
    age: str
    sex: str
    contents: str
    time: str


class Allowance(StrictModel):
    """Persons that the nation may differ from the sum of its parts, because of SCB's noise."""

    all_ages: Annotated[int, Field(ge=0)]
    age_cell: Annotated[int, Field(ge=0)]


class Ages(StrictModel):
    """The published age cells: code → ages."""

    all_ages: str | None
    single_ages: Band
    open_ended: dict[str, int]
    groups: dict[str, Band]

    def cells(self) -> Iterator[tuple[str, int, int]]:
        """Code, first and last age of every cell but the total."""
        first, last = self.single_ages
        yield from ((str(age), age, age) for age in range(first, last + 1))
        yield from ((code, age, OLDEST) for code, age in self.open_ended.items())
        yield from ((code, first, last) for code, (first, last) in self.groups.items())


class Remark(StrictModel):
    """How sure an entry of the table is, and why."""

    about: str
    evidence: Literal["inferred", "unconfirmed"]
    note: dict[Literal["sv", "en"], str]


class ScbTable(StrictModel):
    """One of SCB's tables, as `tables.yaml` describes it."""

    id: str
    v1_path: str
    base: TableId
    period: Literal["year", "month"]
    first_period: str
    last_period: str | None
    successor: str | None
    contents_code: str
    units: list[str]
    is_perturbed: bool
    allowance: Allowance
    dimensions: Dimensions
    sex_codes: Annotated[list[str], Field(min_length=1)]
    extra: dict[str, list[str]]
    left_out: list[str]
    ages: Ages
    remarks: list[Remark]

    @model_validator(mode="after")
    def _consistent(self) -> "ScbTable":
        for key in ("first_period", "last_period"):
            value = getattr(self, key)
            if value is not None and not _PERIODS[self.period].fullmatch(value):
                raise RefusedAt(f"{value!r} is no {self.period}", key)
        for key in (remark.about for remark in self.remarks):
            if key not in ScbTable.model_fields:
                raise RefusedAt(f"a remark is about {key!r}, which is no key of a table", "remarks")
        if self.is_perturbed == (self.allowance == Allowance(all_ages=0, age_cell=0)):
            raise RefusedAt("a table has an allowance if, and only if, it has noise", "allowance")
        if self.is_perturbed and (self.left_out or len(self.sex_codes) > 1):
            raise RefusedAt("noise must not be summed: ask for the total of every variable", "is_perturbed")
        return self

    def __str__(self) -> str:
        return f"{self.id} ({self.v1_path.rpartition('/')[2]})"

    def covers(self, period: str) -> bool:
        """Whether the table has, or may still get, this period."""
        return self.first_period <= period and (self.last_period is None or period <= self.last_period)


class _TablesFile(StrictModel):
    tables: Annotated[list[ScbTable], Field(min_length=1)]


def read_tables(folder: Path) -> tuple[ScbTable, ...]:
    """Read `tables.yaml` in `folder`; refuses tables that overlap and successors that do not follow."""
    file = folder / FILE
    tables = tuple(load_yaml(file, _TablesFile).tables)
    by_id = {table.id: table for table in tables}
    if len(by_id) != len(tables):
        raise DataRefused(at_line(file, None), "two tables have the same id")
    for table in tables:
        for other in tables:
            if table is not other and table.base == other.base and other.covers(table.first_period):
                raise DataRefused(at_line(file, None), f"{table.id} and {other.id} both have {table.first_period}")
    for table in tables:
        if table.successor is not None:
            _refuse_odd_successor(table, by_id.get(table.successor), file)
    return tables


def _refuse_odd_successor(table: ScbTable, successor: ScbTable | None, file: Path) -> None:
    """A successor may be known by its id alone; if it is registered, it goes on where the table ends."""
    if table.last_period is None:
        raise DataRefused(at_line(file, None), f"{table.id} has a successor but no last period")
    if successor is not None and (successor.base != table.base or successor.first_period <= table.last_period):
        raise DataRefused(at_line(file, None), f"{successor.id} does not go on where {table.id} ends")


def table_for(tables: tuple[ScbTable, ...], base: str, reference_date: dt.date) -> ScbTable:
    """The one table of `base` that has `reference_date`.

    Raises `DataRefused` if no table has the day: neither another date nor another table stands in for it.
    """
    ours = sorted((table for table in tables if table.base == base), key=lambda table: table.first_period)
    if not ours:
        raise DataRefused(f"base {base}", f"no table in {FILE} answers it", remedy=f"add the table to {FILE}")
    earlier = None
    for table in ours:
        period = period_of(table, reference_date)
        if table.covers(period):
            return table
        if table.first_period <= period:
            earlier = table
    if earlier is None:
        what = f"begins with {ours[0].first_period}; {reference_date} is before that"
        raise DataRefused(f"SCB table {ours[0]}", what)
    what = f"ends with {earlier.last_period} and has no count of {reference_date}; {_successor_text(earlier)}"
    remedy = f"look for the table that goes on (search for its subject at SCB) and add it to {FILE}"
    raise DataRefused(f"SCB table {earlier}", what, remedy=remedy)


def _successor_text(table: ScbTable) -> str:
    return f"its successor is {table.successor}" if table.successor else "no successor is known"


def period_of(table: ScbTable, reference_date: dt.date) -> str:
    """The table's code for the day, `2024` or `2025M01`; refuses a day that the table does not count on."""
    year, month, day = reference_date.year, reference_date.month, reference_date.day
    counted = {
        "folkmangd_1_november": (month, day) == (_NOVEMBER, 1),
        "folkmangd_31_december": (month, day) == (_DECEMBER, _LAST_DAY),
        "folkmangd_month_end": day == calendar.monthrange(year, month)[1],
    }
    if not counted[table.base]:
        raise DataRefused(f"SCB table {table}", f"counts {table.base}, and {reference_date} is no such day")
    return f"{year:04}M{month:02}" if table.period == "month" else f"{year:04}"


def age_codes(table: ScbTable, ages: str) -> tuple[str, ...]:
    """The fewest published cells that cover `ages` (`all`, `0-18`) exactly, youngest first.

    Every added cell adds its noise, and where there is none the sum is exact. Raises `DataRefused` if the cells of
    the table cannot be put together to the band.
    """
    if ages == ALL_AGES and table.ages.all_ages is not None:
        return (table.ages.all_ages,)
    first, last = age_bounds(ages)
    # From the oldest age down: the shortest row of codes that covers age–last.
    best: dict[int, tuple[str, ...]] = {last + 1: ()}
    starting: dict[int, list[tuple[str, int]]] = {}
    for code, start, end in table.ages.cells():
        starting.setdefault(start, []).append((code, end))
    for age in range(last, first - 1, -1):
        rows = [(code, *best[end + 1]) for code, end in starting.get(age, []) if end + 1 in best]
        if rows:
            best[age] = min(rows, key=len)
    if first not in best or first > last:
        remedy = f"its age cells are in {FILE}; ask for a band that they make up"
        raise DataRefused(f"SCB table {table}", f"has no age cells that make up {ages} exactly", remedy=remedy)
    return best[first]


def allowance(table: ScbTable, ages: str) -> int:
    """Persons that the nation may differ from the sum of its parts in this band; 0 where there is no noise."""
    if ages == ALL_AGES and table.ages.all_ages is not None:
        return table.allowance.all_ages
    # Independent noise adds in squares.
    return math.isqrt(len(age_codes(table, ages)) * table.allowance.age_cell**2)
