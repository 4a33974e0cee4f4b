"""What is examined and what it is held against: a printed table, the pot it is said to be, and an alarm about it.

Plain data; nothing is judged here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from schemas.text import Text
from schemas.vocabulary import DERIVED, OFFICIAL


class Row(NamedTuple):
    """One printed row. `code` is whose amount it is, as far as that is known; a dash cell has no amount."""

    code: str | None
    printed_code: str | None
    amount_sek: int | None


@dataclass(frozen=True, eq=False)
class PrintedTable:
    """One column of amounts, in printed order: `recipient_code?, printed_code?, amount_sek?`.

    `step_sek` is what the amounts are printed to (1 000 for thousands); `amount_sek` is in kronor all the same.
    """

    rows: pl.DataFrame
    printed_total_sek: int | None
    step_sek: int = 1


class Member(NamedTuple):
    """What a recipient gets of the pot by the rule; `people` is None where nothing depends on them."""

    base_sek: int
    people: int | None
    amount_sek: int
    is_exact: bool


class Entry(NamedTuple):
    """An amount of the same recipient in another year or pot."""

    programme: str
    year: int
    pot_id: str
    origin: str
    amount_sek: int


@dataclass(frozen=True, eq=False)
class Reference:
    """The pot that a table is said to be, and what else is on hand for the same kind of recipient.

    `expected` has `recipient_code, base_sek, population?, population_basis?, amount_sek` of everybody who has a part
    in the pot; `vintages` other counts of the same ages by label (`recipient_code, population`); `history` the
    amounts of other years and pots (`programme, year, pot_id, origin, recipient_code, amount_sek`; `origin` tells
    published from computed);
    `recipients` at least `recipient_code, recipient_name, county_code`. A pot of fixed amounts has no
    `population_total` and no `rounding`.
    """

    programme: str
    year: int
    pot_id: str
    recipient_type: str
    expected: pl.DataFrame
    variable_pot_sek: int
    population_total: int | None
    rounding: str | None
    vintages: dict[str, pl.DataFrame]
    history: pl.DataFrame
    recipients: pl.DataFrame

    @cached_property
    def members(self) -> dict[str, Member]:
        """By code. Official and solved counts, and fixed amounts, are exact; estimates and proxies are only near."""
        exact = (None, OFFICIAL, DERIVED)
        columns = ("recipient_code", "base_sek", "population", "amount_sek", "population_basis")
        return {
            code: Member(base, people, amount, self.variable_pot_sek == 0 or basis in exact)
            for code, base, people, amount, basis in self.expected.select(columns).rows()
        }

    @cached_property
    def people_by_vintage(self) -> dict[str, dict[str, int]]:
        """Head counts by label and code, of the pot's recipients only."""
        counted = {
            label: dict(frame.select("recipient_code", "population").rows()) for label, frame in self.vintages.items()
        }
        return {
            label: {code: counts[code] for code in self.members if code in counts} for label, counts in counted.items()
        }

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """Amounts of other years and pots by recipient code, the latest year first."""
        own = (self.programme, self.year, self.pot_id)
        found: dict[str, list[Entry]] = {}
        columns = (*Entry._fields, "recipient_code")
        for *entry, code in self.history.select(columns).unique().sort(columns).rows():
            if tuple(entry[:3]) != own:
                found.setdefault(code, []).append(Entry(*entry))
        return {code: sorted(entries, key=lambda entry: -entry.year) for code, entries in found.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by code."""
        return dict(self.recipients.select("recipient_code", "recipient_name").rows())

    @cached_property
    def counties(self) -> dict[str, str | None]:
        """County codes by code."""
        return dict(self.recipients.select("recipient_code", "county_code").rows())

    @property
    def pot_sek(self) -> int:
        """The whole pot."""
        return self.variable_pot_sek + sum(member.base_sek for member in self.members.values())


@dataclass(frozen=True)
class Alarm:
    """One error, or one oddity, of the table. `kind` is one of `schemas.vocabulary.ALARM_KINDS`.

    `printed_sek` is the amount in question, `corrected_sek` the right one; both only where there is just one.
    `evidence` holds what JSON holds; `candidates` in it lists the causes that explain the amount equally well, the
    likeliest first.
    """

    kind: str
    recipient_codes: tuple[str, ...]
    printed_sek: int | None
    corrected_sek: int | None
    evidence: dict[str, Any]
    message: Text

    @property
    def severity(self) -> str:
        """`error`; `warning` where amounts are right or only implausible; `info` for what rounding explains."""
        if self.kind == "total_by_rounding" or "rounding" in self.evidence:
            return "info"
        is_vague = self.kind == "per_capita_outlier" and "slip" not in self.evidence
        return "warning" if is_vague or self.kind == "lost_leading_zero" else "error"
