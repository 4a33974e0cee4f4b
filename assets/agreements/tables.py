"""Agreements as tables: `rules` (one row per pot) and `sources` (one row per document)."""

from collections.abc import Iterable

import polars as pl

from assets.agreements.model import Agreement, Pot, Source, normalised_rule, rule_sha256
from schemas.tables.agreements import RULES, SOURCES
from schemas.vocabulary import UNKNOWN


def rules_of(agreements: Iterable[Agreement]) -> pl.DataFrame:
    """The table `rules`."""
    rows = [_rule_row(agreement, pot) for agreement in agreements for pot in agreement.pots]
    return pl.DataFrame(rows, RULES.schema).sort(RULES.key)


def sources_of(agreements: Iterable[Agreement]) -> pl.DataFrame:
    """The table `sources`."""
    rows = [
        source_row(agreement.programme, agreement.year, source_id, source)
        for agreement in agreements
        for source_id, source in agreement.sources.items()
    ]
    return pl.DataFrame(rows, SOURCES.schema).sort(SOURCES.key)


def _rule_row(agreement: Agreement, pot: Pot) -> dict[str, object]:
    base = agreement.base_of(pot) if pot.is_variable else None
    asked = agreement.asked_base(pot)
    return {
        "programme": agreement.programme,
        "year": agreement.year,
        "pot_id": pot.id,
        "name_sv": pot.name.sv,
        "name_en": pot.name.en,
        "focus_area": pot.focus_area,
        "recipient_type": pot.recipients,
        "amount_sek": pot.amount_sek,
        "agreement_total_sek": agreement.total_sek,
        "rule": UNKNOWN if pot.rule is None else normalised_rule(pot, base),
        "table_id": base.table if base else None,
        "reference_date": base.reference_date if base else None,
        "ages": asked.ages if asked else None,
        "rounding": pot.rounding,
        "evidence_amount": pot.evidence.amount,
        "evidence_rule": pot.evidence.rule or UNKNOWN,
        "evidence_rounding": pot.evidence.rounding,
        "evidence_date": base.evidence if base else None,
        "rule_inferred_from": " ".join(pot.rule_inferred_from) or None,
        "contains": " ".join(pot.contains) or None,
        "sources": " ".join(pot.sources),
        "note_sv": pot.note.sv if pot.note else None,
        "note_en": pot.note.en if pot.note else None,
        "rule_sha256": rule_sha256(pot, base),
    }


def source_row(programme: str, year: int, source_id: str, source: Source) -> dict[str, object]:
    """One row of the table `sources`."""
    described = source.model_dump(include={"title", "publisher", "url", "page", "published_on", "note"})
    return {"programme": programme, "year": year, "source_id": source_id, **described}


def display_bases_of(agreements: Iterable[Agreement]) -> pl.DataFrame:
    """`programme, year, table_id, reference_date`: the count that an agreement's figures per head rest on."""
    rows = [
        (agreement.programme, agreement.year, agreement.population.table, agreement.population.reference_date)
        for agreement in agreements
        if agreement.population is not None
    ]
    names = ("programme", "year", "table_id", "reference_date")
    return pl.DataFrame(rows, {name: RULES.schema[name] for name in names}, orient="row")
