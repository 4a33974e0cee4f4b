"""Which rows a total sums: those since the last total of its kind, those of a county, or all.

Works on the rows of one table in reading order; finding and reading them is for `tables.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

RowRole = Literal["recipient", "unread", "total", "group"]


@dataclass(frozen=True)
class TableRow:
    """What a row is to a total. `county` is where a recipient lies, or the county that a total or group names.

    `level` is what kind of total the label says (part or sum), with its first word: totals of one word are of one
    level. `unread` rows have an amount that belongs to nobody known.
    """

    role: RowRole
    county: str | None = None
    level: str = ""


def summed_rows(rows: Sequence[TableRow], total: int) -> list[int] | None:
    """The rows that row `total` sums, by their numbers; None if a row among them is unread.

    All recipients for the total of the whole table, and for a total above all of them.
    """
    parts = _block(rows, total)
    return None if any(rows[part].role == "unread" for part in parts) else parts


def county_subtotal(rows: Sequence[TableRow], number: int, county: str) -> range | None:
    """The rows of `county` that stand right below row `number`, or else right above it; None if there are none."""
    below = range(number + 1, _next(rows, number))
    above = range(_previous(rows, number) + 1, number)
    for stretch in (below, above):
        places = [rows[one].county for one in stretch if rows[one].role == "recipient"]
        # One row may be in the wrong county by mistake; then the sum is what tells.
        if places and 2 * places.count(county) > len(places):
            return stretch
    return None


def _block(rows: Sequence[TableRow], total: int) -> list[int]:
    row = rows[total]
    of_county = county_subtotal(rows, total, row.county) if row.county is not None else None
    if of_county is not None:
        return _payable(rows, of_county)
    everything = _payable(rows, range(len(rows)))
    since = _payable(rows, range(_since(rows, total), total))
    goes_on = bool(_payable(rows, range(total + 1, len(rows))))
    is_first_of_level = all(one.level != row.level for one in rows[:total] if one.role == "total")
    is_last = is_first_of_level and not goes_on and not row.level.startswith("part")
    return everything if is_last or not since else since


def _since(rows: Sequence[TableRow], total: int) -> int:
    """The row after the last total of the same level or heading of a county; any total or heading ends a part."""
    level = rows[total].level
    is_part = level.startswith("part")
    ends = (
        number
        for number, one in enumerate(rows[:total])
        if (one.role == "total" and (is_part or one.level == level))
        or (one.role == "group" and (is_part or one.county))
    )
    return max(ends, default=-1) + 1


def _previous(rows: Sequence[TableRow], number: int) -> int:
    return max((one for one in range(number) if rows[one].role in ("total", "group")), default=-1)


def _next(rows: Sequence[TableRow], number: int) -> int:
    return next((one for one in range(number + 1, len(rows)) if rows[one].role in ("total", "group")), len(rows))


def _payable(rows: Sequence[TableRow], numbers: range) -> list[int]:
    return [one for one in numbers if rows[one].role in ("recipient", "unread")]
