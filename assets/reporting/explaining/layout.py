"""The published tables of a year laid out for explanations: looked up by key, never searched. Rows are plain data."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import polars as pl

from assets.reporting.explaining.arithmetic import worked
from schemas.vocabulary import MUNICIPALITY

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]
AnyRow = TypeVar("AnyRow", bound=Row)
# Programme and pot; kind of recipient and code.
PotKey = tuple[str, str]
RecipientKey = tuple[str, str]

# The tables that an explanation is made from.
NEEDED: Final = ("allocations", "rules", "sources", "population", "recipient_totals", "county_overview")

_CELL_KEY: Final = ("table_id", "reference_date", "ages", "region_type", "region_code")


@dataclass(frozen=True)
class ExplainedYear:
    """The tables of a year, laid out so that nobody's explanation has to search them; made by `laid_out`."""

    rules: Mapping[PotKey, Row]
    # Rows of allocations with the steps of their arithmetic, pot by pot and recipient by recipient.
    pots: Mapping[PotKey, list[Row]]
    rows: Mapping[RecipientKey, list[Row]]
    totals: Mapping[RecipientKey, list[Row]]
    # By table, day, ages, kind of territory and its code.
    cells: Mapping[tuple[Any, ...], Row]
    sources: Mapping[str, Mapping[str, Row]]
    counties: Mapping[str, list[Row]]
    # How many municipalities of a county get something, by programme and county.
    municipalities: Mapping[tuple[str, str], int]


def laid_out(tables: Tables) -> ExplainedYear:
    """What explanations of one year look things up in; `tables` holds `NEEDED` for that year."""
    steps = worked(tables["allocations"], tables["rules"]).sort("programme", "pot_id").to_dicts()
    totals = tables["recipient_totals"].sort("programme").to_dicts()
    return ExplainedYear(
        rules={pot_key(row): row for row in tables["rules"].sort("programme", "pot_id").to_dicts()},
        pots=grouped(steps, pot_key),
        rows=grouped(steps, recipient_key),
        totals=grouped(totals, recipient_key),
        cells={tuple(row[name] for name in _CELL_KEY): row for row in tables["population"].to_dicts()},
        sources={
            programme: {row["source_id"]: row for row in rows}
            for programme, rows in grouped(tables["sources"].to_dicts(), lambda row: row["programme"]).items()
        },
        counties=grouped(tables["county_overview"].sort("programme").to_dicts(), lambda row: row["county_code"]),
        municipalities=Counter(
            (row["programme"], row["county_code"]) for row in totals if row["recipient_type"] == MUNICIPALITY
        ),
    )


def pot_key(row: Row) -> PotKey:
    """Programme and pot."""
    return row["programme"], row["pot_id"]


def recipient_key(row: Row) -> RecipientKey:
    """Kind of recipient and code."""
    return row["recipient_type"], row["recipient_code"]


def grouped(rows: Iterable[AnyRow], key: Callable[[AnyRow], Any]) -> dict[Any, list[AnyRow]]:
    """Rows under each key, in the order in which they come."""
    groups: dict[Any, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
