"""What a field is, where its values come from, and the kinds of fields that there are many of.

A field says what a value is wherever it appears: its type, unit, permitted values, and its Swedish and English
label and description. Whether a column may be empty is a matter of the table (`schemas/table.py`). The fields
themselves stand one family per module in `schemas/fields/`.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.money import MOST_SEK
from schemas.patterns import NOT_BLANK
from schemas.text import Text
from schemas.vocabulary import EVIDENCE


@dataclass(frozen=True)
class Field:
    """One kind of value. `minimum` and `maximum` are inclusive; `pattern` matches the whole text."""

    name: str
    dtype: pl.DataType
    label: Text
    description: Text
    source: str
    unit: str | None = None
    pattern: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    allowed: tuple[str, ...] | None = None


# What a value may come from.
AGREEMENT: Final = "agreement file"
REGISTER: Final = "recipient register"
SCB: Final = "SCB"
PUBLISHED: Final = "published document"
REGISTER_OF_DOCUMENTS: Final = "document register"
ONWARD_SPLIT: Final = "onward split file"
COUNTY_REPORT: Final = "county report"
DEADLINE_FILE: Final = "deadline file"
REFORM_FILE: Final = "reform file"
COMPUTED: Final = "computed"


def words(name: str, label: Text, description: Text, source: str = COMPUTED) -> Field:
    """Any text that is not blank, without blanks around it."""
    return code(name, label, description, NOT_BLANK, source)


def code(name: str, label: Text, description: Text, pattern: str, source: str = COMPUTED) -> Field:
    """A text that is written as `pattern` says (`schemas/patterns.py`)."""
    return Field(name, pl.String(), label, description, source, pattern=pattern)


def choice(name: str, label: Text, description: Text, allowed: tuple[str, ...], source: str = COMPUTED) -> Field:
    """One of the words in `allowed`."""
    return Field(name, pl.String(), label, description, source, allowed=allowed)


def evidence(name: str, label: Text, description: Text) -> Field:
    """How it is known what the sources say: verified, inferred or unknown."""
    return choice(name, label, description, EVIDENCE, AGREEMENT)


def flag(name: str, label: Text, description: Text, source: str = COMPUTED) -> Field:
    """True or false."""
    return Field(name, pl.Boolean(), label, description, source)


def year(name: str, label: Text, description: Text, source: str = AGREEMENT) -> Field:
    """A calendar year."""
    return Field(name, pl.Int32(), label, description, source, "year", minimum=2003, maximum=2100)


def date(name: str, label: Text, description: Text, source: str) -> Field:
    """A day."""
    return Field(name, pl.Date(), label, description, source, "date")


def moment(name: str, label: Text, description: Text, source: str) -> Field:
    """A point in time, in UTC."""
    return Field(name, pl.Datetime("us", "UTC"), label, description, source)


def money(name: str, label: Text, description: Text, source: str = COMPUTED, minimum: int | None = 0) -> Field:
    """Whole kronor. `minimum=None` permits negative amounts, which only differences have."""
    lowest = -MOST_SEK if minimum is None else minimum
    return Field(name, pl.Int64(), label, description, source, "SEK", minimum=lowest, maximum=MOST_SEK)


def heads(name: str, label: Text, description: Text, source: str = SCB) -> Field:
    """A number of persons."""
    return Field(name, pl.Int64(), label, description, source, "persons", minimum=0, maximum=20_000_000)


def count(name: str, label: Text, description: Text) -> Field:
    """A number of whatever the label says."""
    return Field(name, pl.Int64(), label, description, COMPUTED, "count", minimum=0, maximum=100_000_000)


def place(name: str, label: Text, description: Text) -> Field:
    """A page, row or column of a document, from 1."""
    return Field(name, pl.Int64(), label, description, PUBLISHED, minimum=1, maximum=10_000_000)


def ratio(name: str, label: Text, description: Text) -> Field:
    """Kronor per person: for display, never for further sums."""
    return Field(name, pl.Float64(), label, description, COMPUTED, "SEK per person", minimum=0.0, maximum=1e6)


def share(name: str, label: Text, description: Text, minimum: float = 0.0, maximum: float = 1.0) -> Field:
    """A part of something, 1.0 being all of it: for display, never for further sums."""
    return Field(name, pl.Float64(), label, description, COMPUTED, "share", minimum=minimum, maximum=maximum)
