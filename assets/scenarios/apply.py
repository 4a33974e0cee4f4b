"""What a reform gives: the year's agreement split as decided and as reformed, recipient by recipient.

The split itself is the allocation stage's; here the reform's parts are put in their order and the results side by
side. How they become the table is `table.py`. Nothing here is a decided amount.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.agreements.files import display_bases
from assets.agreements.model import Agreement, Pot
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import pots_of
from assets.population.bases import AskedBases, Base
from assets.population.source import PopulationSource, population_of
from assets.scenarios.limits import LIMITS, limited
from assets.scenarios.mergers import merged_code, merged_population, merged_recipients
from assets.scenarios.overlay import in_pot, reformed
from assets.scenarios.pooling import pooled
from assets.scenarios.reform import NamedReform, PotChange
from assets.scenarios.table import inhabitants_of, rows_of
from schemas.errors import DataRefused
from schemas.vocabulary import ASSUMED, MUNICIPALITY, PRELIMINARY

_RECIPIENT: Final = ("pot_id", "recipient_type", "recipient_code")


@dataclass(frozen=True)
class Scenario:
    """`rows` of the table `scenario`; `pots` is what each pot of the agreement holds and hands out, on both sides.

    `pots` has `pot_id, name_sv, name_en, recipient_type, evidence` and, `decided` and `scenario`, the pot's
    `amount_…_sek`, `allocated_…_sek` and `residual_…_sek`; the last two are null where the rule is unknown.
    """

    named: NamedReform
    rows: pl.DataFrame
    pots: pl.DataFrame


@dataclass(frozen=True)
class Ground:
    """What both splits rest on: who the recipients are, and every head count that either rule asks for."""

    recipients: pl.DataFrame
    population: pl.DataFrame


def apply_reform(
    named: NamedReform, agreement: Agreement, recipients: pl.DataFrame, source: PopulationSource
) -> Scenario:
    """The scenario of a reform of `agreement`, with the `recipients` of its year.

    Raises `DataRefused`, pointing at the reform, for one that the agreement, the recipients or the head counts on
    hand do not permit.
    """
    reform = named.reform
    after = reformed(agreement, named)
    asked = {one.asked_base(pot) for one in (agreement, after) for pot in one.pots}
    ground = Ground(recipients, head_counts(named.where, agreement, asked, recipients, source))
    merged = _merged(named, ground)
    decided = allocate(rules_of([agreement]), ground.recipients, ground.population)
    split = _split(named, after, merged)
    beside = split.join(_decided_amounts(named, decided), on=_RECIPIENT, how="left", validate="1:1")
    within = limited(_with_limits(beside, reform.changes), ("pot_id",), named.where)
    final, moved = pooled(within, reform.pooling)
    pots = _pots(named, pots_of(rules_of([agreement]), decided), after, final, moved)
    return Scenario(named, rows_of(named, final, pots, inhabitants_of(agreement, merged.population)), pots)


def head_counts(
    where: str, agreement: Agreement, asked: Set[Base | None], recipients: pl.DataFrame, source: PopulationSource
) -> pl.DataFrame:
    """The table `population` for the `asked` bases, and for the figures per head of the agreement's year.

    Raises `DataRefused` at `where`, the file that asks, if one cannot be answered.
    """
    required = frozenset(base for base in asked if base is not None)
    try:
        bases = AskedBases(required, frozenset(display_bases(agreement)) - required)
        population, _ = population_of(agreement.year, bases, source, recipients)
    except DataRefused as error:
        raise DataRefused(where, f"needs {error.where}: {error.what}", remedy=error.remedy) from error
    return population


def _with_limits(rows: pl.DataFrame, changes: Mapping[str, PotChange]) -> pl.DataFrame:
    limits = [
        (
            pot_id,
            change.max_sek_per_head,
            change.max_gain_percent.permille if change.max_gain_percent else None,
            change.max_loss_percent.permille if change.max_loss_percent else None,
        )
        for pot_id, change in changes.items()
    ]
    schema = {"pot_id": pl.String, **dict.fromkeys(LIMITS, pl.Int64)}
    return rows.join(
        pl.DataFrame(limits, schema, orient="row"), on="pot_id", how="left", validate="m:1", maintain_order="left"
    )


def _merged(named: NamedReform, ground: Ground) -> Ground:
    mergers = named.reform.mergers
    if not mergers:
        return ground
    recipients = merged_recipients(ground.recipients, mergers, named.where)
    return Ground(recipients, merged_population(ground.population, mergers))


def _decided_amounts(named: NamedReform, decided: pl.DataFrame) -> pl.DataFrame:
    """What the decided rule gives, by the recipients that the reform leaves."""
    return (
        decided.with_columns(merged_code(named.reform.mergers).alias("recipient_code"))
        .group_by(_RECIPIENT)
        .agg(
            amount_decided_sek=pl.col("amount_sek").sum(),
            was_preliminary=(pl.col("status") == PRELIMINARY).any(),
        )
    )


def _split(named: NamedReform, after: Agreement, ground: Ground) -> pl.DataFrame:
    for pot in after.pots:
        if pot.rule is not None and pot.rule.base_sek is not None:
            members = ground.recipients.filter(pl.col("recipient_type") == pot.recipients)
            bases_sek = [
                pot.rule.base_sek.get(name, pot.rule.base_sek["default"]) for name in members["recipient_class"]
            ]
            _require_fit(bases_sek, pot, in_pot(named, pot.id))
    try:
        return allocate(rules_of([after]), ground.recipients, ground.population)
    except DataRefused as error:
        pot_named = error.where.rpartition(", ")[2]
        raise DataRefused(f"{named.where}, {pot_named}", error.what, remedy=error.remedy) from error


def _require_fit(bases_sek: list[int], pot: Pot, where: str) -> None:
    """The base amounts leave nothing below zero, and nothing at all where nobody shares what they leave."""
    left = pot.amount_sek - sum(bases_sek)
    if left < 0:
        raise DataRefused(where, too_large_bases(len(bases_sek), sum(bases_sek), pot.amount_sek))
    if left > 0 and not pot.is_variable:
        raise DataRefused(
            where,
            f"the base amounts leave {left} kr of {pot.amount_sek} kr, and the rule does not say who gets them",
            remedy="add `variable: population`, or base amounts that use up the pot",
        )


def too_large_bases(recipients: int, bases_sek: int, amount_sek: int) -> str:
    """Why base amounts do not fit, and how large an equal one can be."""
    return (
        f"the base amounts of {recipients} recipients come to {bases_sek} kr, but the pot has {amount_sek} kr;"
        f" an equal base can be {amount_sek // recipients} kr at most"
    )


def _pots(
    named: NamedReform, decided: pl.DataFrame, after: Agreement, final: pl.DataFrame, moved: Mapping[str, int]
) -> pl.DataFrame:
    amounts = {pot.id: pot.amount_sek + moved.get(pot.id, 0) for pot in after.pots}
    handed_out = final.group_by("pot_id").agg(allocated_scenario_sek=pl.col("amount_sek").sum())
    touched = pl.col("pot_id").is_in(sorted(named.reform.touched_pots()))
    if named.reform.mergers:
        touched |= (pl.col("recipient_type") == MUNICIPALITY) & pl.col("allocated_sek").is_not_null()
    return (
        decided.join(handed_out, on="pot_id", how="left", validate="1:1")
        .with_columns(
            amount_scenario_sek=pl.col("pot_id").replace_strict(amounts, return_dtype=pl.Int64),
            evidence=pl.when(touched).then(pl.lit(ASSUMED)).otherwise("evidence"),
        )
        .select(
            "pot_id",
            "name_sv",
            "name_en",
            "recipient_type",
            "evidence",
            amount_decided_sek="amount_sek",
            allocated_decided_sek="allocated_sek",
            residual_decided_sek="residual_sek",
            amount_scenario_sek="amount_scenario_sek",
            allocated_scenario_sek="allocated_scenario_sek",
            residual_scenario_sek=pl.col("amount_scenario_sek") - pl.col("allocated_scenario_sek"),
        )
        .sort("pot_id")
    )
