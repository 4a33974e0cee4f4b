"""Who is in the table: codes that lost their zero, recipients printed twice, and recipients that are missing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from assets.verification.sentinel.table import Reference, Row

# Of a group that a table is to cover, at most one in five is missing; with more it covers something else.
_MOST_MISSING: Final = 5
# A table is one of whole counties if at least nine rows in ten belong to such counties.
_LEAST_IN_COUNTIES: Final = 10
_FEWEST: Final = 3


def read_rows(rows: pl.DataFrame, reference: Reference) -> list[Row]:
    """The rows in printed order; a row without a known name is whose its printed code says, zeros restored."""
    read = []
    for code, printed_code, amount in rows.select("recipient_code", "printed_code", "amount_sek").rows():
        read.append(Row(code or _by_printed_code(printed_code, reference), printed_code, amount))
    return read


def _by_printed_code(printed_code: str | None, reference: Reference) -> str | None:
    if printed_code is None:
        return None
    return next((code for code in reference.members if code.lstrip("0") == printed_code.lstrip("0")), None)


def lost_zeros(rows: Sequence[Row]) -> list[Row]:
    """Rows whose printed code is their own without the zeros in front."""
    return [
        row
        for row in rows
        if row.code and row.printed_code and row.printed_code != row.code and _is_tail(row.printed_code, row.code)
    ]


def _is_tail(printed_code: str, code: str) -> bool:
    return printed_code.rjust(len(code), "0") == code


def doubled(rows: Sequence[Row]) -> dict[str, list[int | None]]:
    """The amounts of everybody who is printed more than once."""
    counts = Counter(row.code for row in rows if row.code is not None)
    return {code: [row.amount_sek for row in rows if row.code == code] for code, count in counts.items() if count > 1}


def missing(rows: Sequence[Row], reference: Reference) -> list[str]:
    """Who ought to be in the table and has no amount there: a dash where money is due, or no row at all.

    A table is expected to cover all recipients of the pot, or all municipalities of the counties that nearly all of
    its rows belong to, if at most a fifth of these lacks. An excerpt of some rows has nobody missing.
    """
    present = {row.code for row in rows if row.code in reference.members}
    with_amount = {row.code for row in rows if row.amount_sek is not None}
    dashes = {code for code in present - with_amount if code and reference.members[code].amount_sek > 0}
    return sorted(dashes | (_expected(present, reference) - present))


def _expected(present: set[str], reference: Reference) -> set[str]:
    everybody = set(reference.members)
    if _is_covered(everybody, present):
        return everybody
    counties: dict[str | None, set[str]] = {}
    for code in everybody:
        counties.setdefault(reference.counties.get(code), set()).add(code)
    covered = [group for group in counties.values() if _is_covered(group, present)]
    members = set[str]().union(*covered)
    if _LEAST_IN_COUNTIES * len(present - members) > len(present):
        return set()
    return members


def _is_covered(group: Iterable[str], present: set[str]) -> bool:
    wanted = set(group)
    there = len(wanted & present)
    return there >= _FEWEST and len(wanted) - there <= max(1, len(wanted) // _MOST_MISSING)
