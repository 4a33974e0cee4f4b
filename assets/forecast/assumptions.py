"""What forecasts assume: the numbers of the methods, the assumptions in words, and the candidates for the rules.

Read from `data/forecast/`; everything there is `assumed` and says what it rests on. Nothing is computed here.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, model_validator

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, BothLanguages, Identifier, Kronor
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.errors import DataRefused, UsageError, at_line, listed
from schemas.vocabulary import COUNTY, MUNICIPALITY, REGION

Level = Literal["municipality", "region", "county"]
Days = Annotated[int, Field(ge=0, le=400)]
LEVELS: Final = (MUNICIPALITY, REGION, COUNTY)


class Unborn(StrictModel):
    """Of the children aged 0 at a year's end, `children` of `of` were not yet counted on 1 November."""

    children: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(gt=0)]


class KnownAfterDays(StrictModel):
    """Days from a count's own day until it is published."""

    folkmangd_1_november: Days
    folkmangd_31_december: Days
    folkmangd_month_end: Days


class Parameters(StrictModel):
    """The numbers that the methods need."""

    known_after_days: KnownAfterDays
    unborn: Unborn
    noise_persons: Annotated[int, Field(ge=0)]
    interval_percent: Annotated[int, Field(ge=1, le=99)]


class Assumption(StrictModel):
    """One thing taken for granted, and what it rests on; of money to just these `levels`, if any are named."""

    id: Identifier
    evidence: Literal["assumed"]
    levels: list[Level] = Field(default_factory=lambda: list(get_args(Level)))
    text: BothLanguages
    rests_on: BothLanguages


class _AssumptionsFile(StrictModel):
    parameters: Parameters
    methods: dict[Identifier, list[Identifier]]
    assumptions: list[Assumption]


class Candidate(StrictModel):
    """Rules that a year may get: those of `rules_year` with other pot sizes, another count, or without base amounts."""

    id: Identifier
    programme: Identifier
    target_year: int
    is_main: bool
    title: BothLanguages
    rules_year: int
    table: Literal["folkmangd_1_november", "folkmangd_31_december", "folkmangd_month_end"]
    reference_date: dt.date
    level_sums_of: int
    pots: dict[Identifier, Kronor]
    without_base: list[Identifier]
    assumptions: Annotated[list[Identifier], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        strangers = set(self.without_base) - set(self.pots)
        if strangers:
            raise RefusedAt(f"without_base names {min(strangers)}, which is none of its pots", "without_base")
        if self.rules_year >= self.target_year:
            raise RefusedAt(f"rules of {self.rules_year} cannot be carried over to {self.target_year}", "rules_year")
        return self


class _CandidatesFile(StrictModel):
    candidates: list[Candidate]


@dataclass(frozen=True)
class Plan:
    """All that is assumed: `methods` names the assumptions behind each method, `candidates` keep the file's order."""

    parameters: Parameters
    methods: dict[str, list[str]]
    assumptions: dict[str, Assumption]
    candidates: tuple[Candidate, ...]

    def stated_for(self, candidate: Candidate, level: str) -> list[str]:
        """The candidate's assumptions that concern money to a kind of recipient."""
        return [name for name in candidate.assumptions if level in self.assumptions[name].levels]

    def target_years(self) -> list[int]:
        """The years that there are candidates for, sorted."""
        return sorted({candidate.target_year for candidate in self.candidates})

    def of_year(self, target_year: int) -> list[Candidate]:
        """The candidates for a year, the main one first; `UsageError` if there is none."""
        found = [candidate for candidate in self.candidates if candidate.target_year == target_year]
        if not found:
            raise UsageError(
                f"there is no forecast for {target_year}",
                remedy=f"forecasts on file: {listed(self.target_years())}; add one to data/forecast/candidates.yaml",
            )
        return sorted(found, key=lambda candidate: not candidate.is_main)


def read_plan(folder: Path) -> Plan:
    """Read `assumptions.yaml` and `candidates.yaml` in `folder`; raises `DataRefused` for what contradicts itself."""
    stated = load_yaml(folder / "assumptions.yaml", _AssumptionsFile)
    file = folder / "candidates.yaml"
    candidates = tuple(load_yaml(file, _CandidatesFile).candidates)
    assumptions = {assumption.id: assumption for assumption in stated.assumptions}
    if len(assumptions) != len(stated.assumptions):
        raise DataRefused(at_line(folder / "assumptions.yaml", None), "two assumptions have the same id")
    named = [name for names in stated.methods.values() for name in names]
    named += [name for candidate in candidates for name in candidate.assumptions]
    unknown = sorted(set(named) - set(assumptions))
    if unknown:
        raise DataRefused(at_line(file, None), f"assumption {unknown[0]} is named, but assumptions.yaml has none")
    _require_one_main(candidates, file)
    return Plan(stated.parameters, stated.methods, assumptions, candidates)


def _require_one_main(candidates: tuple[Candidate, ...], file: Path) -> None:
    for programme, year in sorted({(candidate.programme, candidate.target_year) for candidate in candidates}):
        alike = [one for one in candidates if (one.programme, one.target_year) == (programme, year)]
        if len({one.id for one in alike}) != len(alike):
            raise DataRefused(at_line(file, None), f"two candidates for {programme} {year} have the same id")
        if sum(one.is_main for one in alike) != 1:
            raise DataRefused(at_line(file, None), f"{programme} {year} needs exactly one candidate with is_main: true")


def require_pots(candidate: Candidate, agreements: AgreementFiles) -> None:
    """The pots exist under the carried-over rules and add up to the level sums; raises `DataRefused` otherwise."""
    where = f"data/forecast/candidates.yaml, {candidate.id} {candidate.target_year}"
    pots = {pot.id: pot for pot in agreements.load(candidate.programme, candidate.rules_year).pots}
    unknown = sorted(name for name in candidate.pots if name not in pots or pots[name].rule is None)
    if unknown:
        raise DataRefused(where, f"{candidate.rules_year} has no pot {unknown[0]} with a known rule")
    level_sums = level_sums_of(agreements.load(candidate.programme, candidate.level_sums_of))
    for level in LEVELS:
        given = sum(amount for name, amount in candidate.pots.items() if pots[name].recipients == level)
        if given != level_sums[level]:
            raise DataRefused(
                where,
                f"its pots to {level} add up to {given} kr; {candidate.level_sums_of} gives {level_sums[level]} kr",
            )


def level_sums_of(agreement: Agreement) -> dict[str, int]:
    """Kronor to municipalities, regions and counties in an agreement, rules known or not."""
    return {level: sum(pot.amount_sek for pot in agreement.pots if pot.recipients == level) for level in LEVELS}


def is_open(candidate: Candidate, agreements: AgreementFiles) -> bool:
    """Whether the target year's split is still to be told; a year with known rules is never forecast."""
    if candidate.target_year not in agreements.years(candidate.programme):
        return True
    pots = agreements.load(candidate.programme, candidate.target_year).pots
    return any(pot.rule is None for pot in pots)
