"""Assets of the reporting stage: what each recipient and each county gets in all."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import display_bases_of
from assets.allocation.year import split_of_year
from assets.grant_years import grant_years
from assets.population.recipients import Register
from assets.population.source import PopulationSource
from assets.reporting.changes import change_causes_of, previous_years
from assets.reporting.totals import compared_with_previous, county_overview_of, recipient_totals_of


@dg.asset
def recipient_totals(
    context: dg.AssetExecutionContext,
    allocations: pl.DataFrame,
    rules: pl.DataFrame,
    population: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    register: dg.ResourceParam[Register],
    population_source: dg.ResourceParam[PopulationSource],
) -> pl.DataFrame:
    """The sum per recipient, per head and against the year before, which is computed anew if not in the run."""
    years = grant_years(context)
    totals = recipient_totals_of(allocations, rules, population, display_bases_of(agreements.of_years(years)))
    previous = [totals]
    for year in sorted({year - 1 for year in years} & set(agreements.years()) - set(years)):
        split = split_of_year(year, agreements, register, population_source)
        previous.append(recipient_totals_of(*split, display_bases_of(agreements.of_year(year))))
    return compared_with_previous(totals, pl.concat(previous))


@dg.asset
def county_overview(recipient_totals: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """All that goes to a county: its municipalities, its region and the county-joint money."""
    return county_overview_of(recipient_totals, rules, recipients)


@dg.asset
def change_causes(
    context: dg.AssetExecutionContext,
    allocations: pl.DataFrame,
    rules: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    register: dg.ResourceParam[Register],
    population_source: dg.ResourceParam[PopulationSource],
) -> pl.DataFrame:
    """Why each amount is another one than in the programme's agreement before, which is computed anew if needed."""
    years = grant_years(context)
    on_file = {programme: agreements.years(programme) for programme in agreements.programmes()}
    pairs = previous_years(on_file, years)
    splits = [
        split_of_year(year, agreements, register, population_source)
        for year in sorted(set(pairs.get_column("year_previous")) - set(years))
    ]
    return change_causes_of(
        pl.concat([allocations, *(split[0] for split in splits)]),
        pl.concat([rules, *(split[1] for split in splits)]),
        pairs,
    )
