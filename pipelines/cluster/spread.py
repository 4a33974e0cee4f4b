"""Asking a cluster for years, and waiting: `python -m pipelines.cluster.spread --first 2016 --last 2026`.

The same as choosing all assets and some years under *Materialize* in the UI: Dagster's daemon asks for one run per
year, which the workers share, and then for one run that publishes the years of which every table was made.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Final

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.utils import make_new_backfill_id

from assets.agreements.files import AgreementFiles
from pipelines.build import build_defs
from pipelines.cluster.launcher import years_of
from pipelines.settings import Settings, settings_from_environment
from schemas.errors import EXIT_REFUSED, UsageError

_LOOK_EVERY_SECONDS: Final = 2.0
_ENDED: Final = {
    BulkActionStatus.COMPLETED_SUCCESS,
    BulkActionStatus.COMPLETED_FAILED,
    BulkActionStatus.COMPLETED,
    BulkActionStatus.FAILED,
    BulkActionStatus.CANCELED,
}


def main() -> int:
    """Ask, wait, and tell what became of each run; 1 if a year could not be computed or published."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.cluster.spread", description=__doc__)
    parser.add_argument("--first", type=int, help="first grant year; by default the first with an agreement on file")
    parser.add_argument("--last", type=int, help="last grant year; by default the last with an agreement on file")
    arguments = parser.parse_args()
    settings = settings_from_environment()
    on_file = AgreementFiles(settings.data / "agreements").years()
    years = range(arguments.first or min(on_file), (arguments.last or max(on_file)) + 1)
    with dg.DagsterInstance.get() as instance:
        backfill = ask_for(instance, settings, years)
        _say(f"backfill {backfill}: asked for {years[0]}–{years[-1]}")
        status = _wait_for(instance, backfill)
        _say(f"backfill {backfill}: {status.value.lower()}")
    return 0 if status in {BulkActionStatus.COMPLETED_SUCCESS, BulkActionStatus.COMPLETED} else EXIT_REFUSED


def ask_for(instance: dg.DagsterInstance, settings: Settings, years: Sequence[int]) -> str:
    """The id of a new backfill of all assets for `years`; `UsageError` if it would be one run for all of them."""
    if not settings.run_per_year:
        raise UsageError("all years would be one run, for one worker", remedy="set KRONVIS_RUN_PER_YEAR=1 everywhere")
    graph = build_defs(settings).resolve_asset_graph()
    backfill = PartitionBackfill.from_asset_partitions(
        backfill_id=make_new_backfill_id(),
        asset_graph=graph,
        partition_names=[str(year) for year in years],
        asset_selection=sorted(graph.materializable_asset_keys),
        backfill_timestamp=time.time(),
        tags={},
        dynamic_partitions_store=instance,
        all_partitions=False,
        title=f"Grant years {years[0]}–{years[-1]}",
        description=None,
        run_config=None,
    )
    instance.add_backfill(backfill)
    return backfill.backfill_id


def _wait_for(instance: dg.DagsterInstance, backfill_id: str) -> BulkActionStatus:
    """Follow the runs of a backfill to its end, telling of each change."""
    told: dict[str, dg.DagsterRunStatus] = {}
    while True:
        backfill = instance.get_backfill(backfill_id)
        for run in instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": backfill_id})):
            if told.get(run.run_id) is not run.status:
                told[run.run_id] = run.status
                _say(f"{years_of(run)} {run.status.value.lower()} (run {run.run_id[:8]})")
        if backfill is not None and backfill.status in _ENDED:
            return backfill.status
        time.sleep(_LOOK_EVERY_SECONDS)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)  # noqa: T201 - progress, for a person or a log


if __name__ == "__main__":
    sys.exit(main())
