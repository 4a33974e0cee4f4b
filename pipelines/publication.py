"""The last asset: publish the years of the run, after every table and every blocking check."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import dagster as dg

from assets.grant_years import grant_years
from assets.storage.inputs import input_hashes
from assets.storage.products import Product, files_of
from assets.storage.published import PublishedVersion
from assets.storage.publishing import Contents, no_products, prune, publish
from assets.verification.controls import require_controls
from pipelines.operations.send import send_published
from pipelines.partitions import GRANT_YEARS
from pipelines.settings import Settings
from schemas.errors import BeingPublished
from schemas.tables.registry import TABLES

PUBLICATION: Final = "published_version"
_LOOK_EVERY_SECONDS: Final = 0.2
_Done = TypeVar("_Done")


def publish_years(settings: Settings, years: Iterable[int]) -> PublishedVersion:
    """Publish the tables of `years` from the work folder, with all products unless only tables are wanted.

    Waits as long as the settings allow for another publication to end; then `BeingPublished`.
    """
    chosen = list(years)
    version = _when_it_is_our_turn(settings.wait_seconds, lambda: _publish(settings, chosen))
    if settings.keep_versions is not None:
        # Whoever is publishing now removes what is too much after us.
        with suppress(BeingPublished):
            prune(settings.out, settings.keep_versions)
    if settings.send_to is not None:
        send_published(settings, version)
    return version


def _publish(settings: Settings, years: list[int]) -> PublishedVersion:
    return publish(
        settings.out,
        settings.work,
        TABLES,
        years,
        lambda year: input_hashes(settings.data, year),
        require_controls,
        no_products if settings.tables_only else _products_from(settings.data),
    )


def _products_from(data: Path) -> Callable[[Contents], list[Product]]:
    """All products; what makes pages and workbooks is loaded only for a run that makes them."""
    from assets.presentation.products import products_of  # noqa: PLC0415

    return lambda contents: products_of(contents, data)


def _when_it_is_our_turn(seconds: int, act: Callable[[], _Done]) -> _Done:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except BeingPublished:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOOK_EVERY_SECONDS)


def build_publication(settings: Settings) -> dg.AssetsDefinition:
    """The asset `published_version`: readers see the new version only when it is whole."""

    @dg.asset(
        name=PUBLICATION,
        group_name="publication",
        deps=list(TABLES),
        partitions_def=GRANT_YEARS,
        # However the years are computed, one run publishes all that are finished.
        backfill_policy=dg.BackfillPolicy.single_run(),
        description=(
            "All tables read again from disk, held against their contracts, and published in one step together with "
            "what is made from them: report, workbooks, CSV twins, catalogue, changes."
        ),
        kinds={"parquet"},
        # Where an instance limits its pools, one run at a time publishes, whichever machine it is on.
        pool=PUBLICATION,
    )
    def published_version(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        version = publish_years(settings, grant_years(context))
        return dg.MaterializeResult(
            metadata={
                "version": version.id,
                "is_new": version.is_new,
                "folder": dg.MetadataValue.path(version.folder),
                **_report(version),
                "years": ", ".join(str(year) for year in version.manifest["years"]),
                "tables": len(version.manifest["files"]),
                "products": dg.MetadataValue.md(_products(version)),
                "files_made_anew": version.files_made,
                "content_sha256": version.manifest["content_sha256"],
            }
        )

    return published_version


def _report(version: PublishedVersion) -> dict[str, dg.MetadataValue]:
    page = version.folder / "report" / "index.html"
    return {"report": dg.MetadataValue.path(page)} if page.is_file() else {}


def _products(version: PublishedVersion) -> str:
    """What is published beside the tables, as a Markdown table."""
    lines = ["| product | files | MB |", "|---|---:|---:|"]
    for name, product in version.manifest["products"].items():
        files = files_of({name: product}).values()
        lines.append(f"| {name} | {len(files)} | {sum(file['bytes'] for file in files) / 1e6:.1f} |")
    return "\n".join(lines)
