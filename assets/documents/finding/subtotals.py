"""Counties among the rows of a table: where a row's recipient lies, and which rows are subtotals of a county.

Which rows a total sums, a county's or another, is for `totals.py`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from assets.documents.finding.rows import Row
from assets.documents.finding.totals import RowRole, TableRow, county_subtotal
from assets.documents.finding.whose import Refused, TableKinds
from assets.documents.found import Recipient
from assets.documents.names import Names
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY

_TOTAL_WORDS: Final = re.compile(r"\b(?:del-?summa|summa|sammanlagt|totalt|total)\b|[,:()]", re.IGNORECASE)


def county_of(row: Row, meant: tuple[Recipient, ...] | Refused, names: Names) -> str | None:
    """Where a recipient lies; the county that the label of a group or total names."""
    recipients = () if isinstance(meant, Refused) else meant
    if (row.is_group or row.total) and row.named:
        label = _TOTAL_WORDS.sub(" ", row.named.piece.text).strip()
        match = row.named.match or names.match(label)
        recipients = match.recipients if match else ()
    counties = {names.county_of.get(one) for one in recipients}
    return counties.pop() if len(counties) == 1 else None


def subtotals_of(
    rows: Sequence[Row], kinds: TableKinds, meant: Sequence[tuple[Recipient, ...] | Refused], names: Names
) -> dict[int, str]:
    """Rows of a table of municipalities that name a county and sum its municipalities: the county by row."""
    if MUNICIPALITY not in kinds.kinds:
        return {}
    plain_rows = [_plain_row(row, whom, names) for row, whom in zip(rows, meant, strict=True)]
    candidates = {number: county for number, row in enumerate(rows) if (county := _county_named(row))}
    found = _with_municipalities(plain_rows, candidates)
    if found:
        found |= _with_municipalities(plain_rows, found | _doubled(rows, plain_rows, found))
    return found


def _plain_row(row: Row, meant: tuple[Recipient, ...] | Refused, names: Names) -> TableRow:
    role: RowRole = "group" if row.is_group else "total" if row.total else "recipient"
    return TableRow(role, county_of(row, meant, names))


def _county_named(row: Row) -> str | None:
    """The county of a row that can mean a county, or its municipalities together, and no municipality."""
    if row.is_group or row.named is None or row.named.match is None:
        return None
    recipients = row.named.match.recipients
    if any(one.recipient_type == MUNICIPALITY for one in recipients):
        return None
    of_county = {one.recipient_code for one in recipients if one.recipient_type in (COUNTY, MUNICIPALITIES_IN_COUNTY)}
    return of_county.pop() if len(of_county) == 1 else None


def _with_municipalities(rows: Sequence[TableRow], candidates: Mapping[int, str]) -> dict[int, str]:
    """The candidates that stand right above or below municipalities of their county."""
    marked = [TableRow("total", candidates[number]) if number in candidates else row for number, row in enumerate(rows)]
    return {
        number: county for number, county in candidates.items() if county_subtotal(marked, number, county) is not None
    }


def _doubled(table_rows: Sequence[Row], rows: Sequence[TableRow], found: Mapping[int, str]) -> dict[int, str]:
    """Uppsala stands twice among subtotals of counties: as county and as municipality.

    The one that stands where the other subtotals do, over or under its municipalities, is the county.
    """
    first = min(found)
    is_above = first + 1 < len(rows) and rows[first + 1].county == found[first]
    seen: dict[tuple[Recipient, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(table_rows):
        if row.named and row.named.match and row.named.match.is_short and not row.is_group:
            seen[row.named.match.recipients].append(number)
    doubled = {}
    for recipients, numbers in seen.items():
        county = next((one.recipient_code for one in recipients if one.recipient_type == COUNTY), None)
        if county and len(numbers) > 1:
            doubled[numbers[0 if is_above else -1]] = county
    return doubled
