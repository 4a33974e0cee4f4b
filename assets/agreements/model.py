"""What an agreement file may say: strict models of agreements, pots, rules and sources.

The format is explained in `docs/reference/agreement-file.md`. Reading the files and applying supplements is `files.py`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from assets.population.bases import ALL_AGES, OLDEST, Base, TableId, territory_of
from assets.storage.yaml_files import RefusedAt, StrictModel
from schemas.money import MOST_SEK
from schemas.patterns import ID
from schemas.vocabulary import NATIONAL, UNKNOWN

Evidence = Literal["verified", "inferred"]
RecipientType = Literal["municipality", "region", "county", "national", "unknown"]
Rounding = Literal["nearest", "largest_remainder", "largest_recipient"]
Kronor = Annotated[int, Field(ge=0, le=MOST_SEK)]
Identifier = Annotated[str, Field(pattern=ID)]


class BothLanguages(StrictModel):
    """One text in Swedish and English."""

    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Source(StrictModel):
    """A document that a figure or a rule comes from."""

    title: str
    publisher: str
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    published_on: dt.date | None = None
    page: str | None = None
    note: str | None = None


class PopulationBase(StrictModel):
    """Which count, of which day, the variable parts rest on, and how sure that is."""

    table: TableId
    reference_date: dt.date
    evidence: Evidence
    note: BothLanguages | None = None


def _ages(value: Any) -> Any:
    """`all`, or [first, last] with both ages included, as the text that tables use."""
    if value == ALL_AGES:
        return ALL_AGES
    match value:
        case [int(first), int(last)] if not isinstance(first, bool) and 0 <= first <= last <= OLDEST:
            return f"{first}-{last}"
    raise ValueError(f"ages must be `all` or [first, last] with 0 ≤ first ≤ last ≤ {OLDEST}")


class Variable(StrictModel):
    """The part by key: what is left of the pot after the base amounts, in proportion to the population."""

    key: Literal["population"]
    ages: Annotated[str, BeforeValidator(_ages)]


def _by_class(value: Any) -> Any:
    """One base amount for all is the amount of the class `default`."""
    return {"default": value} if isinstance(value, int) else value


class Rule(StrictModel):
    """Base amounts by class, a part by population, or amounts listed by recipient code."""

    base_sek: Annotated[dict[Identifier, Kronor], BeforeValidator(_by_class)] | None = None
    variable: Variable | None = None
    amounts: dict[str, Kronor] | None = None

    @model_validator(mode="after")
    def _is_one_of_the_forms(self) -> Self:
        if self.amounts is not None and (self.base_sek is not None or self.variable is not None):
            raise ValueError("a rule lists amounts by recipient, or has base_sek and variable, not both")
        if self.amounts is None and self.base_sek is None and self.variable is None:
            raise ValueError("a rule needs base_sek, variable or amounts")
        if self.amounts is not None and not self.amounts:
            raise ValueError("amounts lists no recipient")
        if self.base_sek is not None and "default" not in self.base_sek:
            raise ValueError("base_sek by class needs a default")
        return self


class PotEvidence(StrictModel):
    """How sure the amount, the rule and the rounding convention are."""

    amount: Evidence
    rule: Evidence | None = None
    rounding: Evidence | None = None


def _known_rule(value: Any) -> Any:
    """`unknown` is a rule nobody has established; leaving the rule out is an oversight."""
    if value is None:
        raise ValueError("the rule is empty; write `rule: unknown` if it is not established")
    return None if value == UNKNOWN else value


class Pot(StrictModel):
    """The smallest part of an agreement with a rule of its own."""

    id: Identifier
    name: BothLanguages
    focus_area: Identifier
    recipients: RecipientType
    amount_sek: Kronor
    rule: Annotated[Rule | None, BeforeValidator(_known_rule)]
    contains: tuple[Identifier, ...] = Field(default=(), strict=False)
    rounding: Rounding | None = None
    population: PopulationBase | None = None
    evidence: PotEvidence
    rule_inferred_from: tuple[Identifier, ...] = Field(default=(), strict=False)
    sources: Annotated[list[Identifier], Field(min_length=1)]
    note: BothLanguages | None = None

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if (self.rule is None) != (self.evidence.rule is None):
            raise ValueError("evidence.rule is given exactly where the rule is known")
        if self.rule is not None and self.recipients == UNKNOWN:
            raise ValueError("a known rule needs known recipients")
        if self.contains and self.rule is not None:
            raise ValueError("only a pot whose rule is unknown can contain others")
        if not (self.is_variable == (self.rounding is not None) == (self.evidence.rounding is not None)):
            raise ValueError("rounding and evidence.rounding are given exactly where there is a variable part")
        if self.recipients == NATIONAL and self.is_variable:
            raise ValueError("money to a national recipient has no population to go by")
        return self

    @property
    def is_variable(self) -> bool:
        """Whether part of the pot goes by population."""
        return self.rule is not None and self.rule.variable is not None


class Agreement(StrictModel):
    """The agreement of one programme and year, as its file states it, supplements applied."""

    programme: Identifier
    year: Annotated[int, Field(ge=2003, le=2100)]
    title: BothLanguages
    case_number: str | None = None
    total_sek: Kronor
    total_evidence: Evidence
    population: PopulationBase | None = None
    pots: Annotated[list[Pot], Field(min_length=1)]
    sources: dict[Identifier, Source]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        self.require_whole()
        return self

    def require_whole(self) -> None:
        """Pots of different ids, with sources and base, that add up to the total; raises `RefusedAt` otherwise."""
        require_pots(self.pots, self.sources)
        for index, pot in enumerate(self.pots):
            if pot.is_variable and self.base_of(pot) is None:
                raise RefusedAt(f"pot {pot.id} goes by population, but no population base is given", "pots", index)
        parts, total = sum(pot.amount_sek for pot in self.pots), self.total_sek
        if parts != total:
            raise RefusedAt(
                f"the pots add up to {parts} kr, {parts - total:+d} kr against total_sek {total}", "total_sek"
            )

    def base_of(self, pot: Pot) -> PopulationBase | None:
        """The population base that a pot with a variable part rests on."""
        return pot.population or self.population

    def asked_base(self, pot: Pot) -> Base | None:
        """The same as a request to the population stage; None for fixed amounts and unknown rules."""
        base = self.base_of(pot)
        if pot.rule is None or pot.rule.variable is None or base is None:
            return None
        return Base(base.table, base.reference_date, pot.rule.variable.ages, territory_of(pot.recipients))


class Supplement(StrictModel):
    """A supplementary agreement: pots that replace those of the same id or are added, and the new total."""

    programme: Identifier
    year: int
    amends: int
    title: BothLanguages
    case_number: str | None = None
    total_sek: Kronor
    total_evidence: Evidence
    pots: Annotated[list[Pot], Field(min_length=1)]
    sources: dict[Identifier, Source]

    @model_validator(mode="after")
    def _amends_its_year(self) -> Self:
        if self.amends != self.year:
            raise ValueError(f"year is {self.year} but amends is {self.amends}")
        require_pots(self.pots, self.sources)
        return self


def require_pots(pots: Sequence[Pot], sources: Mapping[str, Source]) -> None:
    """Pots of different ids whose sources are defined; raises `RefusedAt` otherwise."""
    seen: set[str] = set()
    for index, pot in enumerate(pots):
        if pot.id in seen:
            raise RefusedAt(f"pot {pot.id} stands twice", "pots", index)
        seen.add(pot.id)
        for source in (*pot.sources, *pot.rule_inferred_from):
            if source not in sources:
                raise RefusedAt(f"pot {pot.id} refers to source {source}, not found under sources", "pots", index)


def normalised_rule(pot: Pot, base: PopulationBase | None) -> str:
    """All that decides the pot's split, as canonical JSON; the same rule gives the same text."""
    decisive = {
        "amount_sek": pot.amount_sek,
        "recipients": pot.recipients,
        "rule": pot.rule.model_dump(exclude_none=True) if pot.rule else UNKNOWN,
        "rounding": pot.rounding,
        "population": [base.table, str(base.reference_date)] if base and pot.is_variable else None,
    }
    return json.dumps(decisive, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def rule_sha256(pot: Pot, base: PopulationBase | None) -> str:
    """SHA-256 of the normalised rule: a comment does not change it, a value does."""
    return hashlib.sha256(normalised_rule(pot, base).encode()).hexdigest()
