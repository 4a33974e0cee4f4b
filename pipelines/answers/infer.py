"""The rule and head counts that give the amounts of a table, as plain data."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.documents.found import Figure, Found
from assets.population.recipients import read_register, recipients_of
from assets.population.snapshot import read_snapshot
from assets.verification.inference.counts_on_hand import CountsOnHand
from assets.verification.inference.infer import infer_table
from assets.verification.inference.windows import Totals
from pipelines.answers.inspect import read_figures
from pipelines.settings import Settings
from schemas.errors import DataRefused, UsageError, listed

# More than the nation has inhabitants; ten times as many would take minutes and most of the memory.
_MOST_TOTALS: Final = 20_000_000


@dataclass(frozen=True)
class Asked:
    """What is known of the rule behind a table: the pot, everybody's base, how many share it, and where to search."""

    pot_sek: int
    base_sek: int
    recipients: int | None
    ages: str
    date: dt.date
    totals: Totals | None
    column: str | None


def totals_asked(written: str | None) -> Totals | None:
    """`2200000..2350000` as totals to search."""
    if written is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9})", written)
    if match is None:
        raise UsageError(f"--totals {written!r} is not understood", remedy="write --totals 2200000..2350000")
    totals = Totals(int(match[1]), int(match[2]))
    if totals.last - totals.first >= _MOST_TOTALS:
        what = (
            f"--totals {written} are {totals.last - totals.first + 1:,} totals; at most {_MOST_TOTALS:,} are searched"
        )
        raise UsageError(what, remedy="search a narrower range, or near a --date")
    return totals


def infer_from(settings: Settings, file: Path, asked: Asked) -> dict[str, Any]:
    """The national totals, head counts and roundings that give the amounts of the table in a document."""
    _, found = read_figures(settings, file, None)
    rows = _one_table(file, found, asked.column)
    kind = rows[0].may_be[0].recipient_type
    recipients = asked.recipients or len(_today(settings, kind))
    searched = asked.totals or _totals(settings, asked)
    amounts = pl.DataFrame(
        [(figure.may_be[0].recipient_code, figure.amount_sek) for figure in rows],
        {"recipient_code": pl.String, "amount_sek": pl.Int64},
        orient="row",
    )
    inference = infer_table(amounts, asked.pot_sek, recipients, searched, asked.base_sek)
    return {
        "file": file.name,
        "figures": amounts.height,
        "recipients": recipients,
        "pot_sek": asked.pot_sek,
        "base_sek": asked.base_sek,
        "searched": [searched.first, searched.last],
        "verdict": inference.verdict,
        "total": inference.total,
        "solutions": {name: fit.solutions for name, fit in inference.solutions.fits.items()},
        "totals": {name: fit.totals for name, fit in inference.solutions.fits.items() if fit.solutions},
        "head_counts": inference.head_counts.to_dicts(),
        "sentences_sv": [text.sv for text in inference.sentences],
        "sentences_en": [text.en for text in inference.sentences],
    }


def _one_table(file: Path, found: Found, column: str | None) -> list[Figure]:
    """The rows of the column asked for, or of the only one with the most rows."""
    columns: dict[tuple[int | None, str], list[Figure]] = {}
    for figure in found.figures:
        if figure.role == "recipient" and (column is None or column.casefold() in figure.header.casefold()):
            columns.setdefault((figure.table, figure.header), []).append(figure)
    most = max(map(len, columns.values()), default=0)
    largest = [rows for rows in columns.values() if len(rows) == most]
    if not largest:
        raise DataRefused(file.name, "no column of amounts per recipient was found", remedy="try `kronvis inspect`")
    if len(largest) > 1:
        headings = listed(sorted({rows[0].header for rows in largest}))
        raise UsageError(f"{file.name} has several columns of {most} amounts", remedy=f"choose --column of {headings}")
    if any(figure.step_sek > 1 for figure in largest[0]):
        raise DataRefused(file.name, "the amounts are not printed to the krona, so nothing can be solved from them")
    return largest[0]


def _today(settings: Settings, kind: str) -> pl.DataFrame:
    years = AgreementFiles(settings.data / "agreements").years()
    return recipients_of(read_register(settings.data / "geography"), years[-1]).filter(pl.col("recipient_type") == kind)


def _totals(settings: Settings, asked: Asked) -> Totals:
    near = CountsOnHand(read_snapshot(settings.data / "population")).totals_near(asked.ages, asked.date)
    if near is None:
        raise UsageError(f"no national total of ages {asked.ages} is on hand", remedy="give --totals FIRST..LAST")
    return near[0]
