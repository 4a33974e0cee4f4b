"""Assets of the agreements stage: the year's rules and the documents they stand in."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of, sources_of


@dg.asset
def rules(context: dg.AssetExecutionContext, agreements: dg.ResourceParam[AgreementFiles]) -> pl.DataFrame:
    """Size, rule, base and evidence of every pot of the year."""
    return rules_of(agreements.of_year(int(context.partition_key)))


@dg.asset
def sources(context: dg.AssetExecutionContext, agreements: dg.ResourceParam[AgreementFiles]) -> pl.DataFrame:
    """The documents that the year's rules refer to."""
    return sources_of(agreements.of_year(int(context.partition_key)))
