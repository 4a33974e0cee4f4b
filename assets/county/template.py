"""The form as a county gets it: its pots of the year, with the allocated amounts that are known to the krona."""

import polars as pl

from assets.agreements.model import Agreement
from assets.county.allocated import COMPUTED, PRELIMINARY, PUBLISHED
from assets.county.form import SUM, Form, Line, numbered
from assets.county.sub_allocations import county_pots
from schemas.errors import UsageError
from schemas.money import kronor_en, kronor_sv

_SUM_NAME = "Summa / Sum"


def filled_in_advance(agreement: Agreement, county_code: str, amounts: pl.DataFrame) -> Form:
    """A line per pot of the counties and one for their sum; `amounts` are those of `allocated_amounts`.

    An amount that is only preliminary is left to the county, with a note. Raises `UsageError` for an agreement
    without joint money.
    """
    names = {pot.id: f"{pot.name.sv} / {pot.name.en}" for pot in agreement.pots}
    pots = [pot_id for pot_id in county_pots(agreement) if pot_id != SUM]
    if not pots:
        raise UsageError(f"the agreement {agreement.programme} {agreement.year} has no joint money of the counties")
    own = amounts.filter(
        pl.col("programme") == agreement.programme,
        pl.col("year") == agreement.year,
        pl.col("county_code") == county_code,
    )
    known = {row["pot_id"]: row for row in own.iter_rows(named=True)}
    lines = [
        Line(
            0,
            agreement.programme,
            agreement.year,
            county_code,
            pot_id,
            names.get(pot_id),
            allocated_sek=_exact(known.get(pot_id)),
            note=_note(known.get(pot_id)),
        )
        for pot_id in pots
    ]
    given = [line.allocated_sek for line in lines if line.allocated_sek is not None]
    total = sum(given) if len(given) == len(lines) else None
    sums = Line(0, agreement.programme, agreement.year, county_code, SUM, _SUM_NAME, allocated_sek=total)
    return numbered([*lines, sums])


def _exact(known: dict[str, object] | None) -> int | None:
    amount = known["amount_sek"] if known and known["origin"] in (PUBLISHED, COMPUTED) else None
    return amount if isinstance(amount, int) else None


def _note(known: dict[str, object] | None) -> str | None:
    if known is None or known["origin"] != PRELIMINARY or not isinstance(known["amount_sek"], int):
        return None
    amount = known["amount_sek"]
    return (
        f"Preliminärt beräknat {kronor_sv(amount)}: skriv det beslutade beloppet."
        f" / Computed preliminarily, {kronor_en(amount)}: write the decided amount."
    )
