"""What counties were allocated, as far as it is known: the ground that onward splits and reports of use stand on.

A figure printed to the krona comes before a computed amount, and that before a rounded figure. Nothing is split here.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import AskedBases
from assets.population.recipients import Register, recipients_of
from assets.population.source import PopulationSource, population_of
from schemas.vocabulary import COUNTY, DECIDED, INFERRED, UNKNOWN, VERIFIED

PUBLISHED: Final = "published"
COMPUTED: Final = "computed"
# Known, but not to the krona that was decided.
ROUNDED: Final = "rounded"
PRELIMINARY: Final = "preliminary"

_ORDER: Final = (PUBLISHED, COMPUTED, ROUNDED, PRELIMINARY)
_KEY: Final = ("programme", "year", "county_code", "pot_id")
# Columns of `allocated_amounts`.
SCHEMA: Final = pl.Schema(
    {
        "programme": pl.String(),
        "year": pl.Int32(),
        "county_code": pl.String(),
        "pot_id": pl.String(),
        "amount_sek": pl.Int64(),
        "rounded_to_sek": pl.Int64(),
        "origin": pl.String(),
        "evidence": pl.String(),
    }
)


def allocated_amounts(allocations: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The best that is known of each county's pots, by the columns of `SCHEMA`; one row per county and pot.

    `allocations` and `figures` are frames of the tables `allocations` and `published_figures`, of any years. `origin`
    is published, computed, rounded (`rounded_to_sek` is its step) or preliminary (on a stand-in population).
    """
    computed = allocations.filter(pl.col("recipient_type") == COUNTY).select(
        *_KEY[:2],
        pl.col("recipient_code").alias("county_code"),
        "pot_id",
        "amount_sek",
        rounded_to_sek=pl.lit(None, pl.Int64),
        origin=pl.when(pl.col("status") == DECIDED).then(pl.lit(COMPUTED)).otherwise(pl.lit(PRELIMINARY)),
        evidence=pl.when(pl.all_horizontal(pl.col("evidence_amount", "evidence_rule") == VERIFIED))
        .then(pl.lit(VERIFIED))
        .otherwise(pl.lit(INFERRED)),
    )
    # A figure that its source prints for another year is no evidence of what was allocated in this one.
    printed = figures.filter(pl.col("recipient_type") == COUNTY, pl.col("printed_for_year").is_null()).select(
        *_KEY[:2],
        pl.col("recipient_code").alias("county_code"),
        "pot_id",
        pl.col("published_sek").alias("amount_sek"),
        "rounded_to_sek",
        origin=pl.when(pl.col("precision") == "exact").then(pl.lit(PUBLISHED)).otherwise(pl.lit(ROUNDED)),
        evidence=pl.lit(VERIFIED),
    )
    rank = pl.col("origin").replace_strict({name: place for place, name in enumerate(_ORDER)})
    known = pl.concat([computed, printed], how="vertical_relaxed").match_to_schema(SCHEMA)
    return known.sort(*_KEY, rank, "amount_sek").unique(_KEY, keep="first", maintain_order=True)


def county_allocations(
    years: Iterable[int], agreements: AgreementFiles, register: Register, source: PopulationSource
) -> list[pl.DataFrame]:
    """The counties' rows of `allocations` of each year, computed from its files; for years outside a run.

    A pot whose population is not on hand is left out.
    """
    return [_of_year(year, agreements, register, source) for year in years]


def _of_year(year: int, agreements: AgreementFiles, register: Register, source: PopulationSource) -> pl.DataFrame:
    pots = [
        (agreement, pot) for agreement in agreements.of_year(year) for pot in agreement.pots if pot.recipients == COUNTY
    ]
    bases = frozenset(base for agreement, pot in pots if (base := agreement.asked_base(pot)) is not None)
    recipients = recipients_of(register, year)
    population, _ = population_of(year, AskedBases(frozenset(), bases), source, recipients)
    answered = population.select("table_id", "reference_date", "ages").unique()
    rules = rules_of(agreements.of_year(year)).filter(pl.col("recipient_type") == COUNTY, pl.col("rule") != UNKNOWN)
    fixed = rules.filter(pl.col("rounding").is_null())
    shared = rules.join(answered, on=answered.columns, how="semi")
    return allocate(pl.concat([fixed, shared]), recipients, population)
