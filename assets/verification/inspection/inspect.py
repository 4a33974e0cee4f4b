"""Inspecting what was found in a document: recognised, reconciled, inferred, examined; nothing is printed here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.documents.found import Figure, Found, Unread
from assets.population.snapshot import Snapshot
from assets.verification.alarms import findings as findings_of_table
from assets.verification.comparable import SUM_OF_LEVEL
from assets.verification.extracted import differing
from assets.verification.findings import findings_of
from assets.verification.inference.vintages import vintage_inference_of
from assets.verification.inspection.agreement_amounts import AgreementAmount, agreement_amounts
from assets.verification.inspection.as_published import as_published
from assets.verification.inspection.known import Known
from assets.verification.inspection.recognise import Recognised, Unrecognised, recognise
from assets.verification.reconcile import reconcile
from assets.verification.references import References
from assets.verification.sentinel.table import PrintedTable
from schemas.tables.documents import DOCUMENT_FIGURES
from schemas.tables.verification import FINDINGS
from schemas.vocabulary import RECIPIENT_TYPES


@dataclass(frozen=True, eq=False)
class Inspection:
    """Tables as of the pipeline, for one document; and what could not be read or placed."""

    source_id: str
    figures: pl.DataFrame
    reconciliation: pl.DataFrame
    inference: pl.DataFrame
    findings: pl.DataFrame
    recognised: tuple[Recognised, ...]
    of_the_agreement: tuple[AgreementAmount, ...]
    unrecognised: tuple[Unrecognised, ...]
    unread: tuple[Unread, ...]


def inspect(
    found: Found, known: Known, snapshot: Snapshot, *, source_id: str | None, unnamed: str = "document"
) -> Inspection:
    """Everything that can be said of the amounts in `found`.

    `source_id` is the source on file that the document is; if None it is looked for among those whose figures are on
    file, so that an amount that a rule was solved from does not count as proving it. `unnamed` is what it is called
    if it is none of these.
    """
    recognition = recognise(found, known)
    figures = as_published(list(recognition.recognised), source_id or unnamed, known.recipients)
    if source_id is None:
        source_id = _source_on_file(figures, known) or unnamed
        figures = figures.with_columns(source_id=pl.lit(source_id))
    reconciliation = reconcile(figures, known.rules, known.allocations, known.published)
    others = known.published.all_figures().filter(pl.col("source_id") != source_id)
    said = findings_of(
        reconciliation,
        pl.concat([figures, others]),
        differing(known.published.all_figures(), DOCUMENT_FIGURES.empty()),
        known.rules,
        known.population.clear(),
        known.backtest.clear(),
    )
    references = References(known.rules, known.recipients, known.allocations, others, snapshot)
    stated = agreement_amounts(recognition.unrecognised, known)
    taken = {item.figure for item in stated}
    alarms = list(_alarms(recognition.recognised, found, references))
    return Inspection(
        source_id,
        figures,
        reconciliation,
        vintage_inference_of(figures, known.rules, known.recipients, snapshot),
        _without_echo(said, pl.DataFrame(alarms, FINDINGS.schema)),
        recognition.recognised,
        stated,
        tuple(item for item in recognition.unrecognised if item.figure not in taken),
        found.unread,
    )


def _source_on_file(figures: pl.DataFrame, known: Known) -> str | None:
    """The source most of whose like figures are on file to the krona, if these are at least half of the document's."""
    figure = ["programme", "year", "pot_id", "recipient_type", "recipient_code", "published_sek"]
    on_file = known.published.all_figures().select(*figure, on_file="source_id")
    counted = (
        figures.join(on_file, on=figure).group_by("on_file").len().sort("len", "on_file", descending=[True, False])
    )
    if counted.is_empty() or 2 * counted["len"][0] < figures.height:
        return None
    return str(counted["on_file"][0])


def _without_echo(said: pl.DataFrame, alarms: pl.DataFrame) -> pl.DataFrame:
    """A mismatch that an alarm explains is not told twice."""
    told = alarms.select("programme", "year", subject=pl.col("subject"), kind=pl.lit("mismatch")).unique()
    rest = said.join(told, on=["programme", "year", "subject", "kind"], how="anti")
    return pl.concat([alarms, rest]).sort("year", "programme", maintain_order=True)


def _alarms(recognised: tuple[Recognised, ...], found: Found, references: References) -> Iterator[dict[str, Any]]:
    tables: dict[tuple[Any, ...], list[Recognised]] = {}
    for item in recognised:
        if item.figure.table is not None and item.pot.pot_id not in SUM_OF_LEVEL:
            tables.setdefault((item.figure.table, item.pot), []).append(item)
    for items in tables.values():
        pot = items[0].pot
        reference = references.of(pot.programme, pot.year, pot.pot_id)
        if reference is not None and pot.recipient_type in RECIPIENT_TYPES:
            yield from findings_of_table(reference, _printed(items, found.figures))


def _printed(items: list[Recognised], figures: tuple[Figure, ...]) -> PrintedTable:
    """The table as printed, with the total that sums all of it, if one is printed."""
    rows = [(item.recipient_code, item.figure.code, item.figure.amount_sek) for item in items]
    schema = {"recipient_code": pl.String, "printed_code": pl.String, "amount_sek": pl.Int64}
    places = {item.figure.place for item in items}
    totals = [one.amount_sek for one in figures if one.role == "total" and places <= set(one.parts)]
    return PrintedTable(
        pl.DataFrame(rows, schema, orient="row"),
        totals[-1] if totals else None,
        max(item.figure.step_sek for item in items),
    )
