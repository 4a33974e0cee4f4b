"""The table `scenario`: amounts on both sides with what a reader wants beside them, written below its own folder.

Amounts come in as they are; ratios and classes are display values, added last.
"""

from pathlib import Path
from typing import Final

import polars as pl

from assets.agreements.model import Agreement
from assets.population.bases import ALL_AGES, territory_of
from assets.scenarios.reform import NamedReform
from assets.storage.parquet import WrittenFile, write_table
from assets.storage.whole_files import whole_file
from schemas.tables.scenarios import SCENARIO
from schemas.vocabulary import MUNICIPALITY, NATIONAL, PRELIMINARY, RECIPIENT_TYPES, SCENARIO_STATUS

# Classes of Kronvis' own, by the least number of inhabitants, the largest first.
SIZE_CLASSES: Final = {
    100_000: "100000-",
    50_000: "50000-99999",
    20_000: "20000-49999",
    10_000: "10000-19999",
    5_000: "5000-9999",
    0: "0-4999",
}


def rows_of(named: NamedReform, amounts: pl.DataFrame, pots: pl.DataFrame, inhabitants: pl.DataFrame) -> pl.DataFrame:
    """The table of one reform.

    `amounts` has the columns of `allocations` under the reform, `amount_decided_sek` and `was_preliminary`; `pots`
    says the evidence of each pot; `inhabitants` is what `inhabitants_of` gives.
    """
    decided, scenario = pl.col("amount_decided_sek"), pl.col("amount_sek")
    is_preliminary = pl.col("was_preliminary") | (pl.col("status") == PRELIMINARY)
    return (
        amounts.join(inhabitants, on=["recipient_type", "recipient_code"], how="left", validate="m:1")
        .join(pots.select("pot_id", "evidence"), on="pot_id", how="left", validate="m:1")
        .with_columns(
            scenario_id=pl.lit(named.id),
            amount_scenario_sek=scenario,
            change_sek=scenario - decided,
            change_share=pl.when(decided != 0).then((scenario - decided) / decided),
            sek_per_inhabitant_decided=decided / pl.col("inhabitants"),
            sek_per_inhabitant_scenario=scenario / pl.col("inhabitants"),
            size_class=_size_class(),
            status=pl.when(is_preliminary).then(pl.lit(PRELIMINARY)).otherwise(pl.lit(SCENARIO_STATUS)),
            reform_sha256=pl.lit(named.reform.sha256),
        )
        .select(SCENARIO.schema.names())
        .sort(SCENARIO.key)
    )


def write_scenario(
    rows: pl.DataFrame, named: NamedReform, reform_file: Path, folder: Path, inputs: dict[str, str]
) -> WrittenFile:
    """Write the rows as one Parquet below `folder`, and the reform beside it; never into a published version.

    `inputs` is what the year rests on (name → sha256), for the footer.
    """
    with whole_file(folder / f"{named.id}.yaml") as copy:
        copy.write_bytes(reform_file.read_bytes())
    reform = named.reform
    (written,) = write_table(folder, SCENARIO, rows, {reform.year: {**inputs, "reform": reform.sha256}})
    return written


def inhabitants_of(agreement: Agreement, population: pl.DataFrame) -> pl.DataFrame:
    """`recipient_type, recipient_code, inhabitants`: all ages on the agreement's own date, where on hand."""
    base = agreement.population
    asked = pl.lit(value=False)
    if base is not None:
        asked = (pl.col("table_id") == base.table) & (pl.col("reference_date") == base.reference_date)
    counts = population.filter(asked, pl.col("ages") == ALL_AGES)
    territory = {kind: territory_of(kind) for kind in RECIPIENT_TYPES if kind != NATIONAL}
    kinds = pl.DataFrame(list(territory.items()), ["recipient_type", "region_type"], orient="row")
    return counts.join(kinds, on="region_type").select(
        "recipient_type", recipient_code="region_code", inhabitants="population"
    )


def _size_class() -> pl.Expr:
    """The class of a municipality by its inhabitants; null for others and where the count is not on hand."""
    found = pl.lit(None, pl.String)
    for least, name in reversed(SIZE_CLASSES.items()):
        found = pl.when(pl.col("inhabitants") >= least).then(pl.lit(name)).otherwise(found)
    return pl.when(pl.col("recipient_type") == MUNICIPALITY).then(found)
