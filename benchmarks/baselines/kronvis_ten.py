"""Kronvis on the ten tables that the independent scripts make, and on no others: the same work, in its own way.

    python -m benchmarks.baselines.kronvis_ten FIRST..LAST OUT [URL]

Its own assets, contracts, checks and events in one Dagster run over all years, atomic writes, and publication; only the
selection is made here, since the product has no such choice. What the ten rest on without being among them is empty in
a run without SCB and without documents, and is handed over as such. Two more tables are computed, held against their
contracts and written, and only not published: `population_backtest`, which comes out of the same step as the head
counts, and with a URL `scb_population_raw`, whose step asks SCB there and keeps the answers.
"""
# ruff: noqa: E402 - as `pipelines/__main__.py` does, the footprint is chosen before anything large is loaded.

import gc
import sys
from pathlib import Path
from typing import Final

from pipelines.footprint import keep_small, seldom_collect

seldom_collect()
keep_small()

import dagster as dg
import polars as pl

from assets.grant_years import grant_years
from assets.storage.inputs import input_hashes
from assets.storage.publishing import publish
from assets.verification.controls import require_controls
from benchmarks.baselines.tracked import TABLES as TEN
from pipelines.build import build_defs
from pipelines.io_manager import ParquetIOManager
from pipelines.partitions import GRANT_YEARS
from pipelines.running.recording import instance_of_run
from pipelines.settings import Settings, settings_from_environment
from schemas.tables.registry import TABLES

# What nobody makes here, and what asking SCB makes.
_EMPTY, _FETCHED = "document_figures", "scb_population_raw"
_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class _WithEmptyInputs(ParquetIOManager):
    """Hands over, empty, what no step of this run makes."""

    def __init__(self, settings: Settings, empty: set[str]) -> None:
        super().__init__(settings)
        self._empty: Final = empty

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """All years of the run in one frame."""
        name = context.asset_key.path[-1]
        return TABLES[name].empty() if name in self._empty else super().load_input(context)


def definitions(settings: Settings) -> dg.Definitions:
    """Those of Kronvis that make and check the ten tables, and their publication."""
    empty = {_EMPTY} if settings.source == "scb" else {_EMPTY, _FETCHED}
    io_manager = dg.IOManagerDefinition(lambda _context: _WithEmptyInputs(settings, empty))
    whole = build_defs(settings, {"io_manager": io_manager})
    chosen = {dg.AssetKey(name) for name in {*TEN, _FETCHED} - empty}
    made = [one for one in whole.assets or () if _made_by(one) & chosen]
    return dg.Definitions(
        assets=[*made, _publication(settings), *(dg.AssetSpec(name) for name in sorted(empty))],
        asset_checks=[one for one in whole.asset_checks or () if _checked_by(one) <= chosen],
        resources=whole.resources,
        executor=whole.executor,
    )


def _made_by(asset: object) -> set[dg.AssetKey]:
    return set(asset.keys) if isinstance(asset, dg.AssetsDefinition) else set()


def _checked_by(check: object) -> set[dg.AssetKey]:
    if not isinstance(check, dg.AssetChecksDefinition):
        raise TypeError(f"{check} is not a check")
    return {key.asset_key for key in check.check_keys}


def _publication(settings: Settings) -> dg.AssetsDefinition:
    """As `pipelines/publication.py`, of the ten tables."""

    @dg.asset(deps=list(TEN), partitions_def=GRANT_YEARS)
    def published_version(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        version = publish(
            settings.out,
            settings.work,
            {name: TABLES[name] for name in TEN},
            grant_years(context),
            lambda year: input_hashes(settings.data, year),
            require_controls,
        )
        return dg.MaterializeResult(metadata={"version": version.id, "tables": len(version.manifest["files"])})

    return published_version


def main(years: str, out: Path, url: str = "") -> None:
    """Compute, check and publish the years; with a `url`, from the head counts of SCB there."""
    first, last = years.split("..")
    asked = {"source": "scb", "scb_url": url, "raw": out / "raw"} if url else {}
    job = definitions(settings_from_environment(out=out, **asked)).resolve_implicit_global_asset_job_def()
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    with instance_of_run() as instance:
        job.execute_in_process(instance=instance, run_config=_QUIET, tags=tags)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
    # As the product's own end: what the process holds need not be taken apart object by object.
    gc.freeze()
