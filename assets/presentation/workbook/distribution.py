"""How the money of one programme and year is laid out: counties, their recipients, pots side by side, sums.

Plain data, whole kronor, no cells; `distribution_sheet.py` writes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.presentation.workbook.words import PARTLY_PRELIMINARY
from assets.presentation.workbook.year import GrantYear
from schemas.vocabulary import COUNTY, DECIDED, MUNICIPALITY, NATIONAL, PRELIMINARY, REGION, UNKNOWN

# Within a county: the region, its municipalities, then what they share.
_KINDS: Final = (REGION, MUNICIPALITY, COUNTY, NATIONAL)


@dataclass(frozen=True)
class Money:
    """Kronor that are shown together, and how many of them are preliminary; `None` where there is no row."""

    sek: int
    preliminary_sek: int
    rows: int
    preliminary_rows: int

    @property
    def status(self) -> str:
        """`decided`, `preliminary`, or `partly_preliminary`; by rows, since a preliminary amount may be 0 kr."""
        if self.preliminary_rows == 0:
            return DECIDED
        return PRELIMINARY if self.preliminary_rows == self.rows else PARTLY_PRELIMINARY


@dataclass(frozen=True)
class Line:
    """A recipient, or the sum of some: one entry per pot of the distribution, in its order, and all of them."""

    code: str
    name: str
    recipient_type: str
    by_pot: tuple[Money | None, ...]
    total: Money


@dataclass(frozen=True)
class Group:
    """A county or the national level; its own name is left to the sheet where `county_name` is None."""

    county_name: str | None
    lines: tuple[Line, ...]
    subtotal: Line


@dataclass(frozen=True)
class Distribution:
    """One programme of one year. `pots` are rows of the table `pots` that were split, `not_split` the others.

    `total` is None where nothing was split. split + not split + residual = the agreement's pots.
    """

    programme: str
    year: int
    pots: tuple[dict[str, Any], ...]
    groups: tuple[Group, ...]
    total: Line | None
    not_split: tuple[dict[str, Any], ...]
    residual_sek: int
    pots_sek: int

    @property
    def is_flat(self) -> bool:
        """True where no county has more than one recipient, so that subtotals would repeat every row."""
        return all(len(group.lines) == 1 for group in self.groups if group.county_name is not None)


def distribution_of(of_year: GrantYear, programme: str) -> Distribution:
    """The layout of one programme."""
    pots = of_year.of("pots", programme).to_dicts()
    split = sorted((pot for pot in pots if pot["allocated_sek"] is not None), key=_order_of_pot)
    ids = [pot["pot_id"] for pot in split]
    counties = _county_names(of_year.tables["recipients"])
    recipients = _recipients(of_year.of("allocations", programme), ids)
    groups = tuple(_groups(recipients, counties, len(ids)))
    return Distribution(
        programme,
        of_year.year,
        tuple(split),
        groups,
        _sum_of([group.subtotal for group in groups], len(ids)) if groups else None,
        tuple(pot for pot in pots if pot["allocated_sek"] is None),
        sum(pot["residual_sek"] for pot in split),
        sum(pot["amount_sek"] for pot in pots),
    )


def _order_of_pot(pot: dict[str, Any]) -> tuple[int, str]:
    """Pots by who gets them, as the rows are."""
    kinds = (MUNICIPALITY, REGION, COUNTY, NATIONAL, UNKNOWN)
    return kinds.index(pot["recipient_type"]), pot["pot_id"]


def _county_names(recipients: pl.DataFrame) -> dict[str, str]:
    rows = recipients.filter(pl.col("recipient_type") == COUNTY).select("county_code", "recipient_name")
    return dict(rows.iter_rows())


def _recipients(allocations: pl.DataFrame, pot_ids: list[str]) -> list[tuple[str | None, Line]]:
    """County code (None for the national level) and line of every recipient."""
    place = {pot_id: number for number, pot_id in enumerate(pot_ids)}
    columns = ("recipient_type", "recipient_code", "recipient_name", "county_code", "pot_id", "amount_sek", "status")
    found: dict[tuple[str, str, str, str | None], list[Money | None]] = {}
    for kind, code, name, county, pot_id, sek, status in allocations.select(columns).iter_rows():
        by_pot = found.setdefault((kind, code, name, county), [None] * len(pot_ids))
        is_preliminary = status == PRELIMINARY
        by_pot[place[pot_id]] = Money(sek, sek if is_preliminary else 0, 1, int(is_preliminary))
    return [
        (county, Line(code, name, kind, tuple(by_pot), _added(by_pot)))
        for (kind, code, name, county), by_pot in sorted(found.items(), key=lambda item: _order_of(item[0]))
    ]


def _order_of(recipient: tuple[str, str, str, str | None]) -> tuple[bool, str, int, str]:
    """By county code, the national level last; within a county by kind, then by code."""
    kind, code, _, county = recipient
    return county is None, county or "", _KINDS.index(kind), code


def _groups(recipients: list[tuple[str | None, Line]], counties: dict[str, str], width: int) -> Iterable[Group]:
    by_county: dict[str | None, list[Line]] = {}
    for county, line in recipients:
        by_county.setdefault(county, []).append(line)
    for county, lines in by_county.items():
        name = None if county is None else counties.get(county, county)
        yield Group(name, tuple(lines), _sum_of(lines, width))


def _sum_of(lines: list[Line], width: int) -> Line:
    by_pot = tuple(_added_or_none([line.by_pot[number] for line in lines]) for number in range(width))
    return Line("", "", "", by_pot, _added([line.total for line in lines]))


def _added_or_none(parts: list[Money | None]) -> Money | None:
    return _added(parts) if any(part is not None for part in parts) else None


def _added(parts: Iterable[Money | None]) -> Money:
    there = [part for part in parts if part is not None]
    return Money(
        sum(part.sek for part in there),
        sum(part.preliminary_sek for part in there),
        sum(part.rows for part in there),
        sum(part.preliminary_rows for part in there),
    )
