"""A county's onward split in kronor: its parts, and their shares by population or equally, to the krona.

What is not known is a row without an amount; nothing is split whose size is not known. The files are read by
`sub_allocations.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.county.allocated import PRELIMINARY as ON_STAND_IN
from assets.county.allocated import ROUNDED
from assets.county.sub_allocations import (
    EQUAL,
    REMAINDER,
    Part,
    SplitPot,
    SubAllocation,
    base_of,
    place_of,
)
from assets.population.bases import AskedBases, Base
from assets.population.recipients import Register, recipients_of
from assets.population.source import PopulationSource, population_of
from schemas.errors import DataRefused
from schemas.tables.county import SUB_ALLOCATIONS
from schemas.tables.population import POPULATION
from schemas.vocabulary import COUNTY, DECIDED, DERIVED, MUNICIPALITY, NOT_COMPUTED, OFFICIAL, PRELIMINARY, REGION

_ROW: Final = SUB_ALLOCATIONS.schema.names()
_RECIPIENT: Final = ("recipient_type", "recipient_code", "recipient_name")
_SMALLEST_STEP: Final = 2
_POT: Final = ("programme", "year", "county_code", "pot_id", "part_id")


@dataclass(frozen=True)
class Sum:
    """An amount; `step` is what its source rounded it to, 0 if it is exact."""

    sek: int
    step: int = 0
    is_preliminary: bool = False


@dataclass(frozen=True)
class Ground:
    """What the splits stand on: allocated amounts (`allocated.py`), the tables `recipients` and `population`."""

    amounts: pl.DataFrame
    recipients: pl.DataFrame
    population: pl.DataFrame


def counted_for(
    splits: Iterable[SubAllocation], agreements: AgreementFiles, register: Register, source: PopulationSource
) -> pl.DataFrame:
    """Rows of the table `population` for the parts by population; a count that is not on hand has none."""
    asked: dict[int, set[Base]] = {}
    for split in splits:
        agreement = agreements.load(split.programme, split.year)
        bases = {base_of(agreement, pot.id, part) for pot in split.pots for part in pot.parts}
        asked.setdefault(split.year, set()).update(base for base in bases if base is not None)
    counted = [
        population_of(year, AskedBases(frozenset(), frozenset(bases)), source, recipients_of(register, year))[0]
        for year, bases in asked.items()
    ]
    return pl.concat([POPULATION.empty(), *counted])


def split_onward(splits: Iterable[SubAllocation], agreements: AgreementFiles, ground: Ground) -> pl.DataFrame:
    """The table `sub_allocations`.

    Raises `DataRefused` for parts that come to more than the county's pot, or that leave some of it to nobody.
    """
    rows: list[dict[str, Any]] = []
    for split in splits:
        for pot in split.pots:
            sums = sums_of(pot, _allocated(split, pot.id, ground.amounts), place_of(split, pot.id))
            for part in pot.parts:
                base = base_of(agreements.load(split.programme, split.year), pot.id, part)
                members = _members(split, part, base, ground) if sums[part.id] else [_together(split, part, ground)]
                rows += _rows(split, pot.id, part, sums[part.id], members)
    frame = pl.DataFrame(rows, {**SUB_ALLOCATIONS.schema, WEIGHT: pl.Int64, ROUNDING: pl.String})
    return _shared(frame).select(_ROW).sort(SUB_ALLOCATIONS.key)


def sums_of(pot: SplitPot, whole: Sum | None, where: str) -> dict[str, Sum | None]:
    """What each part comes to, None where that is not known; raises `DataRefused` if they do not fit the pot."""
    sums = {part.id: _own_sum(part, whole) for part in pot.parts if part.amount_rule != REMAINDER}
    known = [one for one in sums.values() if one is not None]
    left = None if whole is None else whole.sek - sum(one.sek for one in known)
    # Rounded amounts can miss each other by half of their steps together.
    slack = sum(one.step for one in [*known, *([whole] if whole else [])])
    if left is not None and 2 * left < -slack:
        raise DataRefused(where, f"the parts come to {-left} kr more than the county's pot")
    rest = [part.id for part in pot.parts if part.amount_rule == REMAINDER]
    if left is not None and not rest and len(known) == len(sums) and 2 * left > slack:
        raise DataRefused(where, f"the parts leave {left} kr of the county's pot", remedy="add a part: remainder")
    for part_id in rest:
        is_known = left is not None and len(known) == len(sums)
        sums[part_id] = _remainder(max(left, 0), [*known, whole]) if is_known and left is not None and whole else None
    return sums


def _own_sum(part: Part, whole: Sum | None) -> Sum | None:
    step = part.rounded_to_sek or 0
    if part.amounts is not None:
        return Sum(sum(part.amounts.values()), step * len(part.amounts))
    if part.amount is None or part.amount.sek is None:
        return _share(part.amount.share, whole) if part.amount and part.amount.share and whole else None
    return Sum(part.amount.sek, step)


def _share(share: tuple[int, int], whole: Sum) -> Sum:
    """The nearest krona, half up; what is uncertain about the whole is so in proportion."""
    above, below = share
    step = max(-(-whole.step * above // below), _SMALLEST_STEP) if whole.step else 0
    return Sum((2 * whole.sek * above + below) // (2 * below), step, whole.is_preliminary)


def _remainder(left: int, others: list[Sum]) -> Sum:
    return Sum(left, max(one.step for one in others), any(one.is_preliminary for one in others))


def _allocated(split: SubAllocation, pot_id: str, amounts: pl.DataFrame) -> Sum | None:
    found = amounts.filter(
        pl.col("programme") == split.programme,
        pl.col("year") == split.year,
        pl.col("county_code") == split.county,
        pl.col("pot_id") == pot_id,
    )
    for row in found.iter_rows(named=True):
        step = row["rounded_to_sek"] if row["origin"] == ROUNDED else 0
        return Sum(row["amount_sek"], step, row["origin"] == ON_STAND_IN)
    return None


def _members(split: SubAllocation, part: Part, base: Base | None, ground: Ground) -> list[dict[str, Any]]:
    """Who gets a part of known size; those who share it have a `WEIGHT`."""
    here = ground.recipients.filter(pl.col("year") == split.year, pl.col("county_code") == split.county)
    municipalities = here.filter(pl.col("recipient_type") == MUNICIPALITY).select(_RECIPIENT).sort("recipient_code")
    if part.amounts is not None:
        return municipalities.filter(pl.col("recipient_code").is_in(list(part.amounts))).to_dicts()
    if part.key == EQUAL:
        return municipalities.with_columns(pl.lit(1, pl.Int64).alias(WEIGHT)).to_dicts()
    counts = ground.population.filter(pl.col("year") == split.year)
    counted = _counted(municipalities, base, counts) if base else None
    return [_together(split, part, ground)] if counted is None else counted.to_dicts()


def _together(split: SubAllocation, part: Part, ground: Ground) -> dict[str, Any]:
    """The one that the part goes to, or that stands for all who share what is not split."""
    kind = MUNICIPALITY if part.to.isdecimal() else part.to
    code = part.to if part.to.isdecimal() else split.county
    named = kind if kind in (MUNICIPALITY, REGION) else COUNTY
    name = ground.recipients.filter(
        pl.col("year") == split.year, pl.col("recipient_type") == named, pl.col("recipient_code") == code
    ).get_column("recipient_name")
    return {"recipient_type": kind, "recipient_code": code, "recipient_name": name.item()}


def _counted(municipalities: pl.DataFrame, base: Base, population: pl.DataFrame) -> pl.DataFrame | None:
    """The municipalities with their head counts of `base`; None unless all of them are on hand."""
    counts = population.filter(
        pl.col("table_id") == base.table_id,
        pl.col("reference_date") == base.reference_date,
        pl.col("ages") == base.ages,
        pl.col("region_type") == base.region_type,
    ).select(
        recipient_code="region_code",
        population="population",
        population_basis="basis",
        ages="ages",
        reference_date="reference_date",
    )
    counted = municipalities.join(counts, on="recipient_code", how="inner", validate="1:1", maintain_order="left")
    whole = counted.height == municipalities.height and counted.get_column("population").sum() > 0
    return counted.with_columns(pl.col("population").alias(WEIGHT)) if whole else None


def _rows(
    split: SubAllocation, pot_id: str, part: Part, amount: Sum | None, members: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    step = part.rounded_to_sek or (amount.step if amount else 0)
    for member in members:
        sek = amount.sek if amount else None
        if part.amounts is not None:
            sek = part.amounts[member["recipient_code"]]
        yield {
            "programme": split.programme,
            "year": split.year,
            "county_code": split.county,
            "pot_id": pot_id,
            "part_id": part.id,
            **member,
            "amount_sek": sek,
            "key": part.key,
            "amount_rule": part.amount_rule,
            "precision": None if amount is None else "rounded" if step else "exact",
            "rounded_to_sek": step or None,
            "sources": " ".join(part.sources),
            "evidence": part.evidence,
            "status": _status(amount, member.get("population_basis")),
            "part_name_sv": part.name.sv,
            "part_name_en": part.name.en,
            "note_sv": part.note.sv if part.note else None,
            "note_en": part.note.en if part.note else None,
            ROUNDING: part.rounding if WEIGHT in member else None,
        }


def _status(amount: Sum | None, basis: str | None) -> str:
    if amount is None:
        return NOT_COMPUTED
    is_decided = not amount.is_preliminary and basis in (None, OFFICIAL, DERIVED)
    return DECIDED if is_decided else PRELIMINARY


def _shared(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a part that is shared get their share of its sum; the others stay as they are."""
    single = rows.filter(pl.col(WEIGHT).is_null())
    shared = rows.filter(pl.col(WEIGHT).is_not_null())
    handed_out = apportion(
        shared.with_columns(pl.col("amount_sek").alias(UNITS), pl.col("recipient_code").alias(CODE)), _POT
    ).with_columns(amount_sek=pl.col(PART))
    return pl.concat([single, handed_out.select(rows.columns)])
