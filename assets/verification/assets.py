"""Assets of the verification stage: what was published, whether it agrees, and what was found."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.grant_years import grant_years
from assets.population.source import PopulationSource
from assets.verification.findings import findings_of
from assets.verification.published import PublishedFiles, all_sources
from assets.verification.reconcile import reconcile
from assets.verification.revisions import revised_population, revisions_of


@dg.asset
def published_figures(
    context: dg.AssetExecutionContext,
    agreements: dg.ResourceParam[AgreementFiles],
    published: dg.ResourceParam[PublishedFiles],
) -> pl.DataFrame:
    """Amounts printed in public documents, with their source."""
    return published.of(agreements.of_years(grant_years(context)))


@dg.asset
def sources(
    context: dg.AssetExecutionContext,
    published_figures: pl.DataFrame,
    allocations: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    published: dg.ResourceParam[PublishedFiles],
) -> pl.DataFrame:
    """The documents that rules, published figures and solved head counts come from."""
    return all_sources(agreements.of_years(grant_years(context)), published_figures, allocations, published)


@dg.asset
def reconciliation(
    published_figures: pl.DataFrame,
    rules: pl.DataFrame,
    allocations: pl.DataFrame,
    published: dg.ResourceParam[PublishedFiles],
) -> pl.DataFrame:
    """Every published figure beside what Kronvis computes, with a verdict."""
    return reconcile(published_figures, rules, allocations, published)


@dg.asset
def findings(
    reconciliation: pl.DataFrame,
    rules: pl.DataFrame,
    population: pl.DataFrame,
    population_backtest: pl.DataFrame,
    published: dg.ResourceParam[PublishedFiles],
) -> pl.DataFrame:
    """What a reader of the published documents should know."""
    return findings_of(reconciliation, published.all_figures(), rules, population, population_backtest)


@dg.asset
def revisions(
    context: dg.AssetExecutionContext,
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    population: pl.DataFrame,
    allocations: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    population_source: dg.ResourceParam[PopulationSource],
) -> pl.DataFrame:
    """Where SCB has later answered otherwise, and what that would do to the amounts."""
    asked = {year: agreements.bases(year) for year in grant_years(context)}
    revised = revised_population(asked, recipients, population_source)
    return revisions_of(rules, recipients, population, allocations, revised)
