"""The sentinel's alarms about printed tables, as rows of the table `findings`."""

import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from assets.verification.comparable import SUM_OF_LEVEL
from assets.verification.references import References
from assets.verification.sentinel.examine import examine
from assets.verification.sentinel.table import Alarm, PrintedTable, Reference
from schemas.tables.verification import FINDINGS
from schemas.vocabulary import RECIPIENT_TYPES

_TABLE: Final = ("programme", "year", "pot_id", "source_id")
_SHOWN: Final = 5


def alarms_of(figures: pl.DataFrame, references: References) -> pl.DataFrame:
    """The table `findings` of everything that is wrong with the published tables in `figures`."""
    rows = [row for reference, table in _printed_tables(figures, references) for row in findings(reference, table)]
    return pl.DataFrame(rows, FINDINGS.schema).sort(FINDINGS.key)


def _printed_tables(figures: pl.DataFrame, references: References) -> Iterator[tuple[Reference, PrintedTable]]:
    """Each pot's exact figures of single recipients, by source; an excerpt that leaves nothing out has no total."""
    single = figures.filter(
        pl.col("precision") == "exact",
        pl.col("recipient_type").is_in(RECIPIENT_TYPES),
        ~pl.col("pot_id").is_in(list(SUM_OF_LEVEL)),
    )
    for _, rows in single.sort(*_TABLE, "recipient_code").group_by(_TABLE, maintain_order=True):
        programme, year, pot_id = rows.select(_TABLE[:3]).row(0)
        reference = references.of(programme, year, pot_id)
        if reference is not None:
            printed = rows.select(
                "recipient_code", pl.lit(None, pl.String).alias("printed_code"), amount_sek="published_sek"
            )
            yield reference, PrintedTable(printed, None)


def findings(reference: Reference, table: PrintedTable) -> Iterator[dict[str, Any]]:
    """What is wrong with one printed table, as rows of `findings`."""
    for number, alarm in enumerate(examine(table, reference), start=1):
        subject = f"{reference.pot_id} {reference.recipient_type} {_whose(alarm)}".strip()
        yield {
            "programme": reference.programme,
            "year": reference.year,
            "finding_id": f"{alarm.kind}: {subject} #{number}",
            "kind": alarm.kind,
            "severity": alarm.severity,
            "subject": subject,
            "message_sv": alarm.message.sv,
            "message_en": alarm.message.en,
            "evidence": json.dumps(_evidence(alarm), sort_keys=True, ensure_ascii=False, default=str),
        }


def _whose(alarm: Alarm) -> str:
    codes = alarm.recipient_codes
    return " ".join(codes) if len(codes) <= _SHOWN else f"{len(codes)} recipients"


def _evidence(alarm: Alarm) -> dict[str, Any]:
    return {**alarm.evidence, "printed_sek": alarm.printed_sek, "corrected_sek": alarm.corrected_sek}
