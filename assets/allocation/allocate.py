"""The exact split: rules, recipients and population in; whole kronor per pot and recipient out.

    amount = base + the recipient's part of (pot − all bases), in proportion to population

in integers only, rounded as the pot's convention says. The sum of a pot's rows plus its residual is the pot.
"""

import hashlib
from typing import Any

import polars as pl

from assets.allocation.base_amounts import POT, recipient_rows
from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.population.bases import territory_of
from schemas.errors import DataRefused
from schemas.tables.allocation import ALLOCATIONS
from schemas.vocabulary import DECIDED, DERIVED, OFFICIAL, PRELIMINARY


def allocate(rules: pl.DataFrame, recipients: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """The table `allocations` of all years in the frames, for the pots whose rule is known.

    Raises `DataRefused` for a pot smaller than its base amounts, fixed amounts that do not add up to their pot,
    missing or negative population, and a variable part with nobody to share it.
    """
    rows = _with_population(recipient_rows(rules, recipients), population).sort(ALLOCATIONS.key)
    rows = rows.with_columns(variable_pot_sek=pl.col("amount_sek") - pl.col("base_sek").sum().over(POT))
    _refuse_impossible(rows)
    fixed = rows.filter(pl.col("rounding").is_null()).with_columns(
        variable_sek=pl.lit(0, pl.Int64), population_total=pl.lit(None, pl.Int64)
    )
    shared = _share(rows.filter(pl.col("rounding").is_not_null()))
    return _described(pl.concat([fixed, shared], how="diagonal")).sort(ALLOCATIONS.key)


def _with_population(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    territory = {kind: territory_of(kind) for kind in rows.get_column("recipient_type").unique()}
    base = ["year", "table_id", "reference_date", "ages", "region_type", "region_code"]
    return rows.with_columns(
        region_type=pl.col("recipient_type").replace_strict(territory, return_dtype=pl.String),
        region_code=pl.col("recipient_code"),
    ).join(
        population.select(*base, "population", "basis", "source", "derived_from"), on=base, how="left", validate="m:1"
    )


def _refuse_impossible(rows: pl.DataFrame) -> None:
    variable = pl.col("rounding").is_not_null()
    problems = (
        (
            pl.col("variable_pot_sek") < 0,
            "the base amounts are larger than the pot, which leaves {variable_pot_sek} kr",
        ),
        (~variable & (pl.col("variable_pot_sek") != 0), "the fixed amounts leave {variable_pot_sek} kr of the pot"),
        (variable & pl.col("population").is_null(), "no population for {recipient_type} {recipient_code}"),
        (variable & (pl.col("population") < 0), "negative population for {recipient_type} {recipient_code}"),
        (
            variable & (pl.col("variable_pot_sek") > 0) & (pl.col("population").sum().over(POT) == 0),
            "there is nobody to share {variable_pot_sek} kr by population",
        ),
    )
    for broken, message in problems:
        bad = rows.filter(broken)
        if not bad.is_empty():
            row = bad.row(0, named=True)
            where = f"data/agreements/{row['programme']}/{row['year']}.yaml, pot {row['pot_id']}"
            raise DataRefused(where, message.format_map(row), remedy=_remedy(row))


def _remedy(row: dict[str, Any]) -> str:
    if row["rounding"] is not None and row["population"] is None:
        return f"the population table has no {row['table_id']} {row['reference_date']}, ages {row['ages']}, for it"
    return "compare amount_sek and base_sek with the source"


def _share(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `variable_sek` and `population_total` to the rows of pots with a variable part."""
    total = pl.col("population").sum().over(POT)
    handed_out = apportion(
        rows.with_columns(
            pl.col("variable_pot_sek").alias(UNITS),
            # A pot that its base amounts use up has nothing to share, whoever lives there.
            pl.when(total == 0).then(1).otherwise("population").alias(WEIGHT),
            pl.col("recipient_code").alias(CODE),
            pl.col("rounding").alias(ROUNDING),
        ),
        POT,
    )
    return handed_out.with_columns(variable_sek=pl.col(PART), population_total=total).drop(UNITS, WEIGHT, CODE, PART)


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    basis = pl.col("basis")
    decided = basis.is_null() | basis.is_in([OFFICIAL, DERIVED])
    return (
        rows.with_columns(
            amount_sek=pl.col("base_sek") + pl.col("variable_sek"),
            population_basis=basis,
            population_source=pl.col("source"),
            population_derived_from=pl.col("derived_from"),
            status=pl.when(decided).then(pl.lit(DECIDED)).otherwise(pl.lit(PRELIMINARY)),
        )
        .join(_population_hashes(rows), on=POT, how="left", validate="m:1")
        .select(ALLOCATIONS.schema.names())
    )


def _population_hashes(rows: pl.DataFrame) -> pl.DataFrame:
    """`population_sha256` per pot: over `code:persons` of all its recipients in the order of their codes."""
    counted = rows.filter(pl.col("population").is_not_null()).sort("recipient_code")
    line = pl.concat_str("recipient_code", pl.lit(":"), "population")
    lines = counted.group_by(POT, maintain_order=True).agg(line.str.join("\n").alias("lines"))
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in lines.get_column("lines")]
    return lines.select(*POT, pl.Series("population_sha256", hashes, pl.String))
