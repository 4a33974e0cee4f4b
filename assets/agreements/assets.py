"""Assets of the agreements stage: what the years' agreements say."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.grant_years import grant_years


@dg.asset
def rules(context: dg.AssetExecutionContext, agreements: dg.ResourceParam[AgreementFiles]) -> pl.DataFrame:
    """Size, rule, base and evidence of every pot."""
    return rules_of(agreements.of_years(grant_years(context)))
