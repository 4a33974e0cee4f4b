"""What a table is held against, from the tables of the pipeline: the pot, other counts, and other years and pots."""

from typing import Final

import polars as pl

from assets.verification.sentinel.table import Reference
from schemas.errors import DataRefused
from schemas.keys import POT, of_pot

_HISTORY_KEY: Final = (*POT, "recipient_code")


def reference_of(
    pot: tuple[str, int, str],
    allocations: pl.DataFrame,
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    *,
    published: pl.DataFrame,
    vintages: dict[str, pl.DataFrame],
) -> Reference:
    """The reference of `pot` (programme, year, pot_id), whose rule must be known.

    `allocations`, `rules` and `recipients` are the tables of all years on hand, `published` is `published_figures`;
    their amounts of other years and pots are the history. Raises `DataRefused` for a pot that is not allocated.
    """
    programme, year, pot_id = pot
    is_pot = of_pot(programme, year, pot_id)
    rows = allocations.filter(is_pot)
    if rows.is_empty():
        raise DataRefused(f"{programme} {year}", f"pot {pot_id} has no allocation", remedy="its rule is not known")
    first = rows.row(0, named=True)
    kind = first["recipient_type"]
    same_kind = pl.col("recipient_type") == kind
    history = pl.concat(
        [
            allocations.filter(same_kind, ~is_pot).select(*_HISTORY_KEY, "amount_sek", origin=pl.lit("computed")),
            published.filter(same_kind, ~is_pot, pl.col("precision") == "exact").select(
                *_HISTORY_KEY, amount_sek="published_sek", origin=pl.lit("published")
            ),
        ]
    )
    return Reference(
        programme=programme,
        year=year,
        pot_id=pot_id,
        recipient_type=kind,
        expected=rows.select("recipient_code", "base_sek", "population", "population_basis", "amount_sek"),
        variable_pot_sek=rules.filter(is_pot)["amount_sek"].item() - rows["base_sek"].sum(),
        population_total=first["population_total"],
        rounding=first["rounding"],
        vintages=vintages,
        history=history,
        recipients=recipients.filter(pl.col("year") == year, same_kind),
    )
