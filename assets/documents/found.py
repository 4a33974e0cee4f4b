"""What is found in a document: amounts, each with its place, and whose they may be; nothing is decided here.

Whether an amount is right, and which pot it belongs to, is for the verification stage.
"""

from dataclasses import dataclass
from typing import Literal

from schemas.text import Text

Role = Literal["recipient", "total", "mention"]


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: page (or sheet), row on it and column, all from 1."""

    page: int
    row: int
    column: int

    def __str__(self) -> str:
        return self.told.en

    @property
    def told(self) -> Text:
        """Where it stands, in words."""
        return Text(
            f"sidan {self.page}, rad {self.row}, kolumn {self.column}",
            f"page {self.page}, row {self.row}, column {self.column}",
        )


@dataclass(frozen=True, order=True)
class Recipient:
    """A recipient of the register: `municipality 2080`."""

    recipient_type: str
    recipient_code: str


@dataclass(frozen=True)
class Figure:
    """An amount as a document prints it.

    `recipient` rows belong to a table of `table` (numbered through the document) and name a recipient in the same
    row; `total` rows sum rows of their table (`parts` are the places of those amounts); a `mention` stands in running
    text, with `table` None. `may_be` holds every recipient that the name can mean, in this table: a short name such
    as Kronoberg is region and county; it is empty for totals, and for mentions that name nobody.
    """

    place: Place
    role: Role
    text: str
    amount_sek: int
    # 1 for amounts to the krona; 1 000 where only thousands are printed, and so on.
    step_sek: int
    table: int | None
    may_be: tuple[Recipient, ...]
    name: str | None
    # The code as printed beside the name, leading zero lost or not.
    code: str | None
    # The words above the amounts of the column, spanning ones first.
    header: str
    # The nearest heading above, and for a mention the sentence around it.
    heading: str
    sentence: str
    # Grant years that header, heading or title name, the nearest first.
    years: tuple[int, ...]
    parts: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Unread:
    """Something that looks like a recipient or an amount and is not taken: a name nobody has, a cell nobody can read.

    `kind` is unknown_name, ambiguous_name, unreadable_amount, name_and_code_differ or formula.
    """

    place: Place
    kind: str
    text: str
    message_sv: str
    message_en: str


@dataclass(frozen=True)
class Found:
    """All that was found in one document; `county_code` is the one county that all its recipients lie in, if any."""

    figures: tuple[Figure, ...]
    unread: tuple[Unread, ...]
    title: str
    county_code: str | None
