"""Assets of the verification stage: what was published, whether it agrees, and what was found."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.grant_years import grant_years
from assets.population.snapshot import Snapshot
from assets.population.source import PopulationSource
from assets.verification.alarms import alarms_of
from assets.verification.extracted import differing, united
from assets.verification.findings import findings_of
from assets.verification.inference.vintages import vintage_inference_of
from assets.verification.published import PublishedFiles, all_sources
from assets.verification.reconcile import reconcile
from assets.verification.references import References
from assets.verification.revisions import revised_population, revisions_of
from schemas.tables.verification import FINDINGS


@dg.asset
def published_figures(
    context: dg.AssetExecutionContext,
    document_figures: pl.DataFrame,
    agreements: dg.ResourceParam[AgreementFiles],
    published: dg.ResourceParam[PublishedFiles],
) -> pl.DataFrame:
    """Amounts printed in public documents, with their source: copied by hand, and read from the archived ones."""
    return united(published.of(agreements.of_years(grant_years(context))), document_figures)


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
def vintage_inference(
    published_figures: pl.DataFrame,
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    snapshot: dg.ResourceParam[Snapshot],
) -> pl.DataFrame:
    """Which totals, counts and roundings give the published amounts."""
    return vintage_inference_of(published_figures, rules, recipients, snapshot)


@dg.asset
def findings(
    reconciliation: pl.DataFrame,
    published_figures: pl.DataFrame,
    document_figures: pl.DataFrame,
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    allocations: pl.DataFrame,
    population: pl.DataFrame,
    population_backtest: pl.DataFrame,
    published: dg.ResourceParam[PublishedFiles],
    snapshot: dg.ResourceParam[Snapshot],
) -> pl.DataFrame:
    """What a reader of the published documents should know."""
    on_file = published.all_figures()
    references = References(rules, recipients, allocations, on_file, snapshot, own_year_only=True)
    said = findings_of(
        reconciliation, on_file, differing(on_file, document_figures), rules, population, population_backtest
    )
    return pl.concat([said, alarms_of(published_figures, references)]).sort(FINDINGS.key)


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
