"""The last asset: publish the years of the run, after every table and every blocking check."""

from typing import Final

import dagster as dg

from assets.grant_years import grant_years
from assets.presentation.products import products_of
from assets.storage.inputs import input_hashes
from assets.storage.publishing import no_products, publish
from assets.verification.controls import require_controls
from pipelines.partitions import GRANT_YEARS
from pipelines.settings import Settings
from schemas.tables import TABLES

PUBLICATION: Final = "published_version"


def build_publication(settings: Settings) -> dg.AssetsDefinition:
    """The asset `published_version`: readers see the new version only when it is whole."""

    @dg.asset(
        name=PUBLICATION,
        group_name="publication",
        deps=list(TABLES),
        partitions_def=GRANT_YEARS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="All tables read again from disk, held against their contracts, and published in one step.",
        kinds={"parquet"},
    )
    def published_version(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        version = publish(
            settings.out,
            settings.work,
            TABLES,
            grant_years(context),
            lambda year: input_hashes(settings.data, year),
            require_controls,
            no_products if settings.tables_only else lambda contents: products_of(contents, settings.data),
        )
        return dg.MaterializeResult(
            metadata={
                "version": version.id,
                "is_new": version.is_new,
                "folder": dg.MetadataValue.path(version.folder),
                "years": dg.MetadataValue.json(version.manifest["years"]),
                "files": len(version.manifest["files"]),
                "content_sha256": version.manifest["content_sha256"],
            }
        )

    return published_version
