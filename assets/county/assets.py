"""Assets of the county stage: onward splits, what became of the money, and the dates that bind it."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.county.allocated import allocated_amounts, county_allocations
from assets.county.checks import Expected, Owner, expected
from assets.county.deadlines import DeadlineFiles, deadlines_of, report_by
from assets.county.follow_up import FollowUpFiles, follow_up_of
from assets.county.split import Ground, counted_for, split_onward
from assets.county.sub_allocations import SubAllocationFiles
from assets.grant_years import grant_years
from assets.population.recipients import Register
from assets.population.source import PopulationSource
from assets.verification.published import PublishedFiles
from schemas.tables.county import FOLLOW_UP, FOLLOW_UP_FINDINGS


@dg.asset
def sub_allocations(
    context: dg.AssetExecutionContext,
    recipients: pl.DataFrame,
    allocations: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    register: dg.ResourceParam[Register],
    population_source: dg.ResourceParam[PopulationSource],
    published: dg.ResourceParam[PublishedFiles],
    onward_splits: dg.ResourceParam[SubAllocationFiles],
) -> pl.DataFrame:
    """How counties pass their joint money on, as far as it is known."""
    splits = onward_splits.of_years(grant_years(context), agreements, register, published.sources())
    amounts = allocated_amounts(allocations, published.all_figures())
    counted = counted_for(splits, agreements, register, population_source)
    return split_onward(splits, agreements, Ground(amounts, recipients, counted))


@dg.asset
def deadlines(
    context: dg.AssetExecutionContext,
    agreements: dg.ResourceParam[AgreementFiles],
    deadline_files: dg.ResourceParam[DeadlineFiles],
) -> pl.DataFrame:
    """By when the money of each agreement is to be claimed, accounted for and paid back."""
    return deadlines_of(grant_years(context), deadline_files, agreements)


@dg.multi_asset(outs={table.name: dg.AssetOut() for table in (FOLLOW_UP, FOLLOW_UP_FINDINGS)})
def use_of_money(
    context: dg.AssetExecutionContext,
    allocations: pl.DataFrame,
    deadlines: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    register: dg.ResourceParam[Register],
    population_source: dg.ResourceParam[PopulationSource],
    published: dg.ResourceParam[PublishedFiles],
    follow_ups: dg.ResourceParam[FollowUpFiles],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What counties report of their joint money, and what does not fit; other years' amounts are computed anew."""
    years = grant_years(context)
    reports = follow_ups.of_years(years, agreements, register)
    others = set(agreements.years()) - set(years) if reports else set[int]()
    computed = [allocations, *county_allocations(sorted(others), agreements, register, population_source)]
    amounts = allocated_amounts(pl.concat(computed), published.all_figures())

    def known(owner: Owner) -> Expected:
        agreement = agreements.load(owner.programme, owner.year)
        return expected(agreement, owner.county_code, amounts, report_by(deadlines, owner.programme, owner.year))

    def sources(owner: Owner) -> set[str]:
        return {*agreements.load(owner.programme, owner.year).sources, *published.sources()}

    return follow_up_of(reports, known, sources)
