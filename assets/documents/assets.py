"""Assets of the documents stage: which documents there are, and the amounts that stand in them."""

import dagster as dg
import polars as pl

from assets.agreements.files import AgreementFiles
from assets.documents.bring import Bringer
from assets.documents.fetch import documents_raw_table
from assets.documents.names import NameBook
from assets.documents.registered import figures_of_documents
from assets.grant_years import grant_years
from schemas.tables.documents import AGREEMENT_DOCUMENTS_RAW


@dg.asset
def agreement_documents_raw(
    context: dg.AssetExecutionContext,
    agreements: dg.ResourceParam[AgreementFiles],
    documents: dg.ResourceParam[Bringer],
) -> pl.DataFrame:
    """The registered documents, brought into the archive as far as they can be had."""
    years = grant_years(context)
    documents.files.require_known(agreements)
    registered = documents.files.of_years(years)
    problems = documents.bring(registered)
    rows = documents_raw_table(registered, documents.access.archive)
    told = [{**row, "problem": problems.get((row["programme"], row["document_id"]))} for row in rows]
    table = pl.DataFrame(told, AGREEMENT_DOCUMENTS_RAW.schema)
    return table.filter(pl.col("year").is_in(years)).sort(AGREEMENT_DOCUMENTS_RAW.key)


@dg.asset
def document_figures(
    context: dg.AssetExecutionContext,
    agreement_documents_raw: pl.DataFrame,
    recipients: pl.DataFrame,
    documents: dg.ResourceParam[Bringer],
    names: dg.ResourceParam[NameBook],
) -> pl.DataFrame:
    """The amounts of the registered tables, read out of the archived bytes."""
    registered = documents.files.of_years(grant_years(context))
    return figures_of_documents(registered, agreement_documents_raw, documents.access.archive, recipients, names)
