"""Amounts of the agreement itself: its total, a level's sum, a whole pot; documents state these beside the split."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from assets.documents.found import Figure
from assets.verification.inspection.known import Known
from assets.verification.inspection.recognise import Unrecognised
from schemas.text import Text


@dataclass(frozen=True)
class AgreementAmount:
    """An amount that is not a recipient's: `what` of the agreement of `year` it equals, as far as it is written out."""

    figure: Figure
    programme: str
    year: int
    what: Text


def agreement_amounts(left: tuple[Unrecognised, ...], known: Known) -> tuple[AgreementAmount, ...]:
    """Those among the amounts nobody receives that the agreement of the year the document names states."""
    stated = list(_stated(known.rules))
    return tuple(found for item in left for found in _equal(item.figure, stated)[:1])


def _equal(figure: Figure, stated: list[tuple[str, int, int, Text]]) -> list[AgreementAmount]:
    step = figure.step_sek
    return [
        AgreementAmount(figure, programme, year, what)
        for programme, year, amount, what in stated
        if figure.years[:1] == (year,) and (2 * amount + step) // (2 * step) * step == figure.amount_sek
    ]


def _stated(rules: pl.DataFrame) -> Iterator[tuple[str, int, int, Text]]:
    """`programme, year, amount, what`, the widest first: the total, the levels, the pots."""
    agreement = ("programme", "year")
    for programme, year, total in rules.select(*agreement, "agreement_total_sek").unique().sort(agreement).rows():
        yield programme, year, total, Text("hela överenskommelsen", "the whole agreement")
    levels = rules.group_by(*agreement, "recipient_type").agg(pl.col("amount_sek").sum())
    for programme, year, level, amount in levels.sort(*agreement, "recipient_type").rows():
        yield programme, year, amount, Text(f"alla potter till {level}", f"all pots to {level}")
    for programme, year, amount, sv, en in rules.select(*agreement, "amount_sek", "name_sv", "name_en").rows():
        yield programme, year, amount, Text(f"potten {sv}", f"the pot {en}")
