"""What a county's report is held against: whose it is, the pots it may name, and what was allocated of them.

Holding a report against it is `checks.py`.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement
from assets.county.allocated import COMPUTED, PUBLISHED
from assets.county.form import LABELS, PLACE, SUM, Form, Line, letter
from assets.county.sub_allocations import county_pots
from assets.population.recipients import Register, recipients_of
from schemas.errors import DataRefused, listed
from schemas.vocabulary import COUNTY


@dataclass(frozen=True)
class Owner:
    """Whose report it is: programme, grant year, county."""

    programme: str
    year: int
    county_code: str


@dataclass(frozen=True)
class Allocation:
    """What the county was allocated of a pot in some year, to the krona; `evidence` as in the table `rules`."""

    year: int
    pot_id: str
    amount_sek: int
    origin: str
    evidence: str


@dataclass(frozen=True)
class Expected:
    """What a report is held against.

    `pots` may stand in it, `required` must; `allocations` are those of all years; `report_by` is the last day.
    """

    owner: Owner
    pots: tuple[str, ...]
    required: tuple[str, ...]
    allocations: tuple[Allocation, ...]
    report_by: dt.date | None = None

    @property
    def own(self) -> Mapping[str, Allocation]:
        """The allocations of the report's own year, by pot."""
        return {one.pot_id: one for one in self.allocations if one.year == self.owner.year}


def expected(
    agreement: Agreement, county_code: str, amounts: pl.DataFrame, report_by: dt.date | None = None
) -> Expected:
    """What is known of a county and year; `amounts` are those of `allocated_amounts`, of all years on hand."""
    rows = amounts.filter(
        pl.col("programme") == agreement.programme,
        pl.col("county_code") == county_code,
        pl.col("origin").is_in([PUBLISHED, COMPUTED]),
    ).sort("year", "pot_id")
    return Expected(
        Owner(agreement.programme, agreement.year, county_code),
        tuple(pot_id for pot_id in county_pots(agreement) if pot_id != SUM),
        tuple(pot.id for pot in agreement.pots if pot.recipients == COUNTY),
        tuple(Allocation(*row) for row in rows.select("year", "pot_id", "amount_sek", "origin", "evidence").rows()),
        report_by,
    )


def owner_of(form: Form, agreements: AgreementFiles, register: Register, where: str) -> Owner:
    """Whose report most lines say it is; `DataRefused` with row and column if that programme, year or county is not."""
    said = [(line.programme, line.year, line.county_code) for line in form.lines]
    programme, year, county = most = Counter(said).most_common(1)[0][0]
    line = form.lines[said.index(most)]
    if programme is None or programme not in agreements.programmes():
        raise _no_such("programme", programme, line, where, agreements.programmes())
    if year is None or year not in agreements.years(programme):
        raise _no_such("year", year, line, where, agreements.years(programme))
    counties = recipients_of(register, year).filter(pl.col("recipient_type") == COUNTY).get_column("recipient_code")
    if county is None or county not in counties:
        raise _no_such("county_code", county, line, where, counties.sort().to_list())
    return Owner(programme, year, county)


def _no_such(column: str, found: object, line: Line, where: str, known: Sequence[object]) -> DataRefused:
    place = f"row {line.row}, column {letter(PLACE[column])} ({LABELS[column].en})"
    what = f"{place} is empty" if found is None else f"{place}: {found!r} is not known"
    return DataRefused(where, what, remedy=f"known are {listed(known)}")
