"""What a county's own onward split may say: strict models of `data/sub_allocations/<programme>/<year>-<county>.yaml`.

The format is explained by `data/sub_allocations/template.yaml`. What the parts come to in kronor is `split.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import polars as pl
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, BothLanguages, Identifier, Kronor, Variable
from assets.population.bases import Base
from assets.population.recipients import Register, recipients_of
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, at_line, listed
from schemas.patterns import COUNTY_CODE, MUNICIPALITY_CODE
from schemas.vocabulary import COUNTY, MUNICIPALITY, REGION, UNKNOWN

MUNICIPALITIES: Final = "municipalities"
JOINT: Final = "joint"
SUM: Final = "sum-county"
STATED: Final = "stated"
SHARE: Final = "share"
REMAINDER: Final = "remainder"
POPULATION: Final = "population"
EQUAL: Final = "equal"

_SHARE: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
_FILE: Final = re.compile(r"([0-9]{4})-([0-9]{2})")


class Amount(StrictModel):
    """What a part comes to: stated kronor, a share of the county's pot, what the others leave, or unknown."""

    rule: Literal["stated", "share", "remainder", "unknown"]
    sek: Kronor | None = None
    share: tuple[int, int] | None = None


def _amount(value: Any) -> Any:
    match value:
        case "remainder" | "unknown":
            return Amount(rule=value)
        case int() if not isinstance(value, bool) and value >= 0:
            return Amount(rule=STATED, sek=value)
        case str() if match := _SHARE.fullmatch(value):
            above, below = int(match[1]), int(match[2])
            if above <= below:
                return Amount(rule=SHARE, share=(above, below))
    raise ValueError("amount must be whole kronor, a share of the pot such as 1/2, `remainder` or `unknown`")


def _ages(value: Any) -> Any:
    """An age band as the agreements write it."""
    try:
        return Variable.model_validate({"key": POPULATION, "ages": value}).ages
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


class Part(StrictModel):
    """A part of the county's pot: how much, to whom, by which key, and how sure that is."""

    id: Identifier
    name: BothLanguages
    to: Annotated[str, Field(pattern=f"^({MUNICIPALITIES}|{REGION}|{JOINT}|{UNKNOWN}|[0-9]{{4}})$")]
    key: Literal["population", "equal", "listed", "project", "unknown"]
    amount: Annotated[Amount | None, BeforeValidator(_amount)] = None
    amounts: dict[Annotated[str, Field(pattern=MUNICIPALITY_CODE)], Kronor] | None = None
    rounded_to_sek: Annotated[Kronor, Field(ge=2)] | None = None
    ages: Annotated[str, BeforeValidator(_ages)] | None = None
    rounding: Literal["largest_remainder", "largest_recipient"] | None = None
    evidence: Literal["verified", "inferred", "unknown"]
    sources: Annotated[list[Identifier], Field(min_length=1)]
    note: BothLanguages | None = None

    @property
    def amount_rule(self) -> str:
        """How the part's amount is given; listed amounts are stated ones."""
        return STATED if self.amount is None else self.amount.rule

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.key == "listed") != (self.amounts is not None) or (self.amount is None) != (self.amounts is not None):
            raise RefusedAt("a listed part has amounts by municipality code; every other part has one amount", "key")
        if self.key in (POPULATION, EQUAL, "listed") and self.to != MUNICIPALITIES:
            raise RefusedAt(f"the key {self.key} shares among municipalities, so `to` must be municipalities", "to")
        if self.key == "project" and self.to == MUNICIPALITIES:
            raise RefusedAt("a project goes to one recipient: region, joint, unknown or a municipality's code", "to")
        if (self.key == POPULATION) != (self.ages is not None):
            raise RefusedAt("ages is given exactly where the key is population", "key")
        is_shared = self.key in (POPULATION, EQUAL) and self.amount_rule != UNKNOWN
        if is_shared != (self.rounding is not None):
            raise RefusedAt("rounding is given exactly where an amount is shared by population or equally", "key")
        if self.rounded_to_sek is not None and self.amount_rule != STATED:
            raise RefusedAt("only stated amounts are rounded by their source", "rounded_to_sek")
        if (self.evidence == UNKNOWN) != (self.key == UNKNOWN and self.amount_rule == UNKNOWN):
            raise RefusedAt("evidence is unknown exactly where neither key nor amount is known", "evidence")
        return self


class SplitPot(StrictModel):
    """A pot of the county, or a sum of pots, and the parts it is split into."""

    id: Identifier
    parts: Annotated[list[Part], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        ids = [part.id for part in self.parts]
        for index, part in enumerate(self.parts):
            if part.id in ids[:index]:
                raise RefusedAt(f"part {part.id} stands twice", "parts", index)
        if sum(part.amount_rule == REMAINDER for part in self.parts) > 1:
            raise RefusedAt("only one part can be the remainder", "parts")
        return self


class SubAllocation(StrictModel):
    """The onward split of one county and year."""

    programme: Identifier
    year: Annotated[int, Field(ge=2003, le=2100)]
    county: Annotated[str, Field(pattern=COUNTY_CODE)]
    pots: Annotated[list[SplitPot], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_pot_once(self) -> Self:
        ids = [pot.id for pot in self.pots]
        for index, pot in enumerate(self.pots):
            if pot.id in ids[:index]:
                raise RefusedAt(f"pot {pot.id} stands twice", "pots", index)
        return self


@dataclass(frozen=True)
class SubAllocationFiles:
    """The folder `data/sub_allocations`; it need not be there."""

    folder: Path

    def of_years(
        self, years: Iterable[int], agreements: AgreementFiles, register: Register, sources: Iterable[str]
    ) -> list[SubAllocation]:
        """The splits of `years`, by programme, year and county; `DataRefused` with file and line for a broken rule.

        `sources` are the ids that a part may cite beside those of its year's agreement.
        """
        chosen, others = set(years), frozenset(sources)
        files = sorted(file for file in self.folder.glob("*/*.yaml"))
        return [
            _load(file, agreements, register, others)
            for file in files
            if (match := _FILE.fullmatch(file.stem)) is None or int(match[1]) in chosen
        ]


def base_of(agreement: Agreement, pot_id: str, part: Part) -> Base | None:
    """The count that a part by population rests on: that of the pot in the agreement; None if it states none."""
    own = next((pot.population for pot in agreement.pots if pot.id == pot_id), None)
    base = own or agreement.population
    if base is None or part.ages is None:
        return None
    return Base(base.table, base.reference_date, part.ages, MUNICIPALITY)


def place_of(split: SubAllocation, pot_id: str) -> str:
    """File and pot, for a message."""
    return f"data/sub_allocations/{split.programme}/{split.year}-{split.county}.yaml, pot {pot_id}"


def _load(file: Path, agreements: AgreementFiles, register: Register, others: frozenset[str]) -> SubAllocation:
    match = _FILE.fullmatch(file.stem)
    if match is None:
        raise DataRefused(at_line(file, None), "is not named after its year and county", remedy="such as 2020-01.yaml")
    agreement = agreements.load(file.parent.name, int(match[1]))
    names = recipients_of(register, agreement.year)
    return load_yaml(file, _model_of(agreement, match[2], names, {*agreement.sources, *others}))


def _model_of(agreement: Agreement, county: str, names: pl.DataFrame, sources: set[str]) -> type[SubAllocation]:
    """The file as a model that knows its agreement and county: only while validating are lines known."""
    here = names.filter(pl.col("county_code") == county)
    codes = set(here.filter(pl.col("recipient_type") == MUNICIPALITY).get_column("recipient_code"))
    pots = county_pots(agreement)

    class Known(SubAllocation):
        @model_validator(mode="after")
        def _is_known(self) -> Self:
            if (self.programme, self.year, self.county) != (agreement.programme, agreement.year, county) or not codes:
                raise RefusedAt("the folder is the programme and the file name the year and county", "county")
            for number, pot in enumerate(self.pots):
                if pot.id not in pots:
                    raise RefusedAt(f"{pot.id} is no pot of the counties; these are {listed(pots)}", "pots", number)
                for index, part in enumerate(pot.parts):
                    _require_part(part, codes, sources, ("pots", number, "parts", index))
            return self

    return Known


def county_pots(agreement: Agreement) -> list[str]:
    """Ids that money to the counties can have: the agreement's own pots, those known to lie inside one, their sum."""
    own = [pot.id for pot in agreement.pots if pot.recipients == COUNTY]
    inside = [name for pot in agreement.pots if pot.recipients == UNKNOWN for name in pot.contains]
    return [*own, *inside, SUM]


def _require_part(part: Part, codes: set[str], sources: set[str], at: tuple[str, int, str, int]) -> None:
    named = {*(part.amounts or {})} | ({part.to} if part.to.isdecimal() else set())
    for code in sorted(named - codes):
        raise RefusedAt(f"{code} is no municipality of the county", *at)
    for source in part.sources:
        if source not in sources:
            raise RefusedAt(f"source {source} is on file neither for the agreement nor for figures", *at, "sources")
