"""What a column of a table holds: kronor, and in which unit, or something else; decided by its headings and cells.

A column that may or may not hold kronor is unclear and nothing is read from it. Whose amounts they are is for
`tables.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from assets.documents.finding.amounts import KRONA, Amount, is_dash, plain, read_amount, says_rate, unit_of_heading
from assets.documents.finding.lines import is_year

_MONEY: Final = re.compile(
    r"belopp|medel|bidrag|tilldel|fördel|utbetal|ersättning|anslag|kron(?:a|or)|\bkr\b|stöd\b|satsning|pott|rekvir",
    re.IGNORECASE,
)
_PEOPLE: Final = re.compile(
    r"(?<!efter )(?<!enligt )(?<!utifrån )(?<!per )(?:invånar|befolkning|folkmängd|\bantal|personer|individer|elever|"
    r"\d\s*[-–]\s*\d+\s*år|\bålder)",
    re.IGNORECASE,
)
_NO_MONEY: Final = re.compile(
    r"%|procent|andel|\bkvot|\bindex|diarie|\bdnr|org(?:anisations)?\.?\s*(?:nummer|nr)|telefon|datum|postn",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"kod\b|koder|\bknr\b|\blkf\b|kommunn(?:r|ummer)|länsn(?:r|ummer)|^nr\.?$|^id$", re.IGNORECASE
)
_ENGLISH_GROUPS: Final = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?!\d)")
# Below this an amount is rather in thousands than in kronor; a column that is mostly so needs a unit.
_SMALLEST_USUAL: Final = 10_000
_SMALLEST_SURE: Final = 1_000


@dataclass(frozen=True)
class Column:
    """A column of figures: its place, the `headings` over it (topmost first) and the texts in it.

    `holds` is amounts, other, unclear, or no_unit for amounts that nobody says the unit of.
    """

    number: int
    headings: tuple[str, ...]
    cells: tuple[str, ...]
    holds: str = "undecided"
    unit_sek: int | None = None

    @property
    def header(self) -> str:
        """The words above the amounts, spanning ones first."""
        return " / ".join(dict.fromkeys(self.headings))

    @property
    def commas_group(self) -> bool:
        """A cell shows that commas separate thousands here."""
        return any(_ENGLISH_GROUPS.search(cell) for cell in self.cells)


def says_code(heading: str) -> bool:
    """A heading of codes of recipients."""
    return _CODE.search(plain(heading)) is not None


def says_money(text: str) -> bool | None:
    """Whether a heading of a table or document speaks of money (True), of people (False) or of neither."""
    if _MONEY.search(text):
        return True
    return False if _PEOPLE.search(text) else None


def decided(columns: Sequence[Column], context: Sequence[str], noted_unit_sek: int | None) -> list[Column]:
    """What each column of one table holds.

    `context` are the headings above the table, nearest first; `noted_unit_sek` is what a note beside the table says
    of all its amounts.
    """
    first = [_by_itself(column) for column in columns]
    above = next((said for text in context if (said := says_money(text)) is not None), None)
    second = _by_its_neighbours(first, context=above)
    return [_with_unit(column, noted_unit_sek) for column in second]


def _by_itself(column: Column) -> Column:
    """What the nearest heading that says anything says; or, failing that, the units in the cells."""
    for heading in reversed(column.headings):
        if says_rate(heading) or _NO_MONEY.search(heading) or says_code(heading):
            return replace(column, holds="other")
        if unit_of_heading(heading) is not None:
            return replace(column, holds="amounts")
        if says_money(heading) is not None:
            return replace(column, holds="amounts" if says_money(heading) else "other")
    readings = [read_amount(cell, commas_group=column.commas_group) for cell in column.cells if not is_dash(cell)]
    if 2 * sum(isinstance(one, Amount) and one.writing == "unit" for one in readings) > len(readings):
        return replace(column, holds="amounts")
    if 2 * sum(one is not None for one in readings) < len(readings) or not readings:
        return replace(column, holds="other")
    return column


def _by_its_neighbours(columns: Sequence[Column], *, context: bool | None) -> list[Column]:
    """An undecided column of large numbers is money if it is the only one, or if the headings speak of money."""
    open_ones = [column for column in columns if column.holds == "undecided"]
    is_only_one = len(open_ones) == 1 and not any(column.holds == "amounts" for column in columns)
    settled: list[Column] = []
    for column in columns:
        holds = column.holds
        if holds == "undecided":
            sibling = settled[-1] if settled and _is_year_beside(settled[-1], column) else None
            if sibling:
                holds = sibling.holds
            elif context is False or not _is_large(column):
                holds = "other"
            else:
                holds = "amounts" if is_only_one or context else "unclear"
        settled.append(replace(column, holds=holds))
    return settled


def _is_year_beside(left: Column, right: Column) -> bool:
    """Columns of several years under one spanning heading that only the first of them shows."""
    return all(one.headings and is_year(one.headings[-1]) for one in (left, right))


def _is_large(column: Column) -> bool:
    """Most figures are of the size of amounts, whatever the unit."""
    readings = [read_amount(cell, commas_group=column.commas_group) for cell in column.cells if not is_dash(cell)]
    large = [one for one in readings if not isinstance(one, Amount) or abs(one.sek) >= _SMALLEST_SURE]
    return 2 * len(large) > len(readings)


def _with_unit(column: Column, noted_unit_sek: int | None) -> Column:
    if column.holds != "amounts":
        return column
    stated = (unit for heading in reversed(column.headings) if (unit := unit_of_heading(heading)) is not None)
    unit_sek = next(stated, noted_unit_sek)
    if unit_sek is None and _is_small(column):
        return replace(column, holds="no_unit")
    return replace(column, unit_sek=unit_sek or KRONA)


def _is_small(column: Column) -> bool:
    """Most amounts are too small to be whole kronor, and none says its unit."""
    readings = [read_amount(cell, commas_group=column.commas_group) for cell in column.cells]
    sizes = [abs(one.sek) for one in readings if isinstance(one, Amount) and one.writing != "unit"]
    small = [size for size in sizes if 0 < size < _SMALLEST_USUAL]
    return 2 * len(small) > len(sizes)
