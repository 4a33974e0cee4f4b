"""Assembly: stages, partitions, resources and checks become one set of Dagster definitions.

`build_defs` makes a fresh one each time; the code location, the command line and the tests all call it.
"""

import warnings
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, Final

import dagster as dg

import assets.agreements.assets
import assets.allocation.assets
import assets.county.assets
import assets.documents.assets
import assets.forecast.assets
import assets.population.assets
import assets.reporting.assets
import assets.scenarios.assets
import assets.verification.assets
from assets.agreements.files import AgreementFiles
from assets.county.deadlines import DeadlineFiles
from assets.county.follow_up import FollowUpFiles
from assets.county.sub_allocations import SubAllocationFiles
from assets.population.recipients import Register, read_register
from assets.population.snapshot import Snapshot, read_snapshot
from assets.verification.published import PublishedFiles
from pipelines.checks import build_checks
from pipelines.io_manager import ParquetIOManager
from pipelines.partitions import GRANT_YEARS, backfill_policy
from pipelines.publication import build_publication
from pipelines.schedules import build_jobs, build_schedules, build_year_is_there
from pipelines.sensors import build_sensors
from pipelines.settings import Settings
from pipelines.sources import bringing, documents, forecast_inputs, name_book, population_source
from pipelines.ui.metadata import column_schema
from schemas.tables.registry import TABLES

# The stages in the order of the flow; the name of a stage is the name of its asset group.
STAGES: Final[dict[str, ModuleType]] = {
    "population": assets.population.assets,
    "agreements": assets.agreements.assets,
    "documents": assets.documents.assets,
    "allocation": assets.allocation.assets,
    "verification": assets.verification.assets,
    "county": assets.county.assets,
    "scenarios": assets.scenarios.assets,
    "forecast": assets.forecast.assets,
    "reporting": assets.reporting.assets,
}


def build_defs(settings: Settings, resource_overrides: dict[str, Any] | None = None) -> dg.Definitions:
    """All definitions for `settings`; `resource_overrides` replaces resources by name, for tests."""
    with warnings.catch_warnings():
        # Backfill policies are beta and partitioned checks preview in Dagster 1.13; both are pinned and tested.
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.Definitions(
            assets=[*_tables(settings), build_publication(settings)],
            asset_checks=[*build_checks(settings), build_year_is_there(settings)],
            jobs=build_jobs(),
            schedules=build_schedules(settings),
            sensors=build_sensors(settings),
            resources={**_resources(settings), **(resource_overrides or {})},
            # A process per step costs seconds; a step of ours takes hundredths.
            executor=dg.in_process_executor,
        )


def _tables(settings: Settings) -> list[dg.AssetsDefinition]:
    policy = backfill_policy(run_per_year=settings.run_per_year)
    found = [
        asset
        for stage, module in STAGES.items()
        for asset in dg.load_assets_from_modules([module], group_name=stage, backfill_policy=policy)
        if isinstance(asset, dg.AssetsDefinition)
    ]
    return list(dg.map_asset_specs(_with_partitions_and_schema, found))


def _with_partitions_and_schema(spec: dg.AssetSpec) -> dg.AssetSpec:
    table = TABLES[spec.key.path[-1]]
    return spec.replace_attributes(
        partitions_def=GRANT_YEARS,
        description=f"{table.description.en}\n\n{table.description.sv}",
        metadata={**spec.metadata, "dagster/column_schema": column_schema(table)},
        kinds={"polars", "parquet"},
    )


def _resources(settings: Settings) -> dict[str, Any]:
    return {
        "agreements": AgreementFiles(settings.data / "agreements"),
        "register": _register(settings),
        "population_source": _with_snapshot(partial(population_source, settings)),
        "snapshot": dg.ResourceDefinition(lambda _context: read_snapshot(settings.data / "population")),
        "scb": dg.ResourceDefinition(lambda _context: bringing(settings)),
        "documents": dg.ResourceDefinition(lambda _context: documents(settings)),
        "names": dg.ResourceDefinition(lambda _context: name_book(settings)),
        "onward_splits": SubAllocationFiles(settings.data / "sub_allocations"),
        "follow_ups": FollowUpFiles(settings.data / "follow_up"),
        "deadline_files": DeadlineFiles(settings.data / "agreements"),
        "forecast_inputs": _with_snapshot(partial(forecast_inputs, settings)),
        "published": PublishedFiles(settings.data / "published"),
        "io_manager": dg.IOManagerDefinition(lambda _context: ParquetIOManager(settings)),
    }


def _with_snapshot(made_of: Callable[[Snapshot], object]) -> dg.ResourceDefinition:
    """A resource made of the run's snapshot, so that its files are read once and looked into by all."""
    return dg.ResourceDefinition(
        lambda context: made_of(context.resources.snapshot), required_resource_keys={"snapshot"}
    )


def _register(settings: Settings) -> dg.ResourceDefinition:
    """Read when a run starts, not when the code is loaded: a bad file must not take the whole location down."""

    def register(_context: dg.InitResourceContext) -> Register:
        return read_register(settings.data / "geography")

    return dg.ResourceDefinition(register)
