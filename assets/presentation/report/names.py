"""Names of pots and sources and pages of recipients, looked up by what a table says of them; texts from outside cut.

For the pages of checks, which speak of all years and kinds at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import polars as pl

from schemas.plain_text import harmless
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, NATIONAL, REGION

# Names are cut where a table would no longer be one; messages and notes later.
LONGEST_NAME: Final = 120
LONGEST_TEXT: Final = 600
_LONGEST_URL: Final = 1000
_ALL_POTS: Final = {
    f"sum-{MUNICIPALITY}": Text("Alla potter till kommunerna", "All pots to municipalities"),
    f"sum-{REGION}": Text("Alla potter till regionerna", "All pots to regions"),
    f"sum-{COUNTY}": Text("Alla länsgemensamma potter", "All county-joint pots"),
}


@dataclass(frozen=True)
class Names:
    """Pots by programme, year and id; recipients that have a page, by kind and code."""

    pots: Mapping[tuple[str, int, str], Text]
    recipients: Mapping[tuple[str, str], str]

    def pot(self, programme: str, year: int, pot_id: str, lang: Language) -> str:
        """The pot's name that year, in another year where it was not named then, or its id if it never was."""
        if pot_id in _ALL_POTS:
            return _ALL_POTS[pot_id].of(lang)
        named = self.pots.get((programme, year, pot_id))
        if named is None:
            elsewhere = [key for key in sorted(self.pots) if (key[0], key[2]) == (programme, pot_id)]
            named = self.pots[elsewhere[-1]] if elsewhere else Text(pot_id, pot_id)
        return harmless(named.of(lang), LONGEST_NAME)

    def recipient(self, kind: str, code: str) -> str | None:
        """The latest name of a recipient of the register."""
        return self.recipients.get((_paid(kind), code))

    def page(self, kind: str, code: str) -> str | None:
        """The page about a recipient; the municipalities of a county together are on the county's."""
        paid = _paid(kind)
        if (paid, code) not in self.recipients:
            return None
        return f"{paid}/{code.lower() if paid == NATIONAL else code}.html"


def _paid(kind: str) -> str:
    return COUNTY if kind == MUNICIPALITIES_IN_COUNTY else kind


def names_in(tables: Mapping[str, pl.DataFrame]) -> Names:
    """From the tables `rules` and `recipients` of all years."""
    rules = tables["rules"].select("programme", "year", "pot_id", "name_sv", "name_en")
    recipients = tables["recipients"].sort("year").select("recipient_type", "recipient_code", "recipient_name")
    return Names(
        {(programme, year, pot_id): Text(sv, en) for programme, year, pot_id, sv, en in rules.iter_rows()},
        {(kind, code): harmless(name, LONGEST_NAME) for kind, code, name in recipients.iter_rows()},
    )


def web_address(url: str | None) -> str | None:
    """`url` if a reader can be sent there: http or https with a host, of a reasonable length; otherwise None."""
    if url is None or harmless(url, _LONGEST_URL) != url or any(map(str.isspace, url)):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def source_anchor(row: Mapping[str, Any]) -> str:
    """The id, within a page, of the source that a row of any table names."""
    return f"source-{row['programme']}-{row['source_id']}"


def source_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `sources` as a page shows it: texts cut, the address only if it can be followed."""
    return {
        "id": source_anchor(row),
        "title": harmless(row["title"], LONGEST_NAME * 2),
        "publisher": harmless(row["publisher"], LONGEST_NAME),
        "url": web_address(row["url"]),
        "page": None if row["page"] is None else harmless(row["page"], LONGEST_NAME),
        "published_on": None if row["published_on"] is None else row["published_on"].isoformat(),
        "note": None if row["note"] is None else harmless(row["note"], LONGEST_TEXT),
    }
