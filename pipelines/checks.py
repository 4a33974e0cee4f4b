"""Asset checks: the contract of every table as it lies on disk, and the control totals between tables.

The contract is enforced before the write; these report it and stop what is downstream, publication first of all.
"""

import dagster as dg
import polars as pl

from assets.grant_years import grant_years
from assets.storage.parquet import read_table
from assets.verification.controls import CONTROLS, Control
from pipelines.metadata import described, preview
from pipelines.partitions import GRANT_YEARS
from pipelines.settings import Settings
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.table import Table
from schemas.tables import TABLES


def build_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """One contract check per table and one check per control; they block unless the control says otherwise."""
    return [
        *(_contract_check(table, settings) for table in TABLES.values()),
        *(_control_check(control, settings) for control in CONTROLS),
    ]


def _contract_check(table: Table, settings: Settings) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=table.name,
        name="contract",
        description=f"{table.name} on disk keeps its contract; key {', '.join(table.key)}",
        partitions_def=GRANT_YEARS,
        blocking=True,
    )
    def contract(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        frame = _frame(settings, table, context)
        try:
            enforce(table, frame)
        except DataRefused as error:
            return dg.AssetCheckResult(passed=False, description=str(error))
        return dg.AssetCheckResult(passed=True, metadata={**described(frame), "columns": len(table.columns)})

    return contract


def _control_check(control: Control, settings: Settings) -> dg.AssetChecksDefinition:
    shown_on, *others = control.tables

    @dg.asset_check(
        asset=shown_on,
        name=control.name,
        description=control.description.en,
        additional_deps=others,
        partitions_def=GRANT_YEARS,
        blocking=control.is_blocking,
    )
    def check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        tables = {name: _frame(settings, TABLES[name], context) for name in control.tables}
        broken = control.broken(tables)
        rows = {f"rows in {name}": frame.height for name, frame in tables.items()}
        if broken.is_empty():
            return dg.AssetCheckResult(passed=True, metadata={**rows, "preview": preview(tables[shown_on])})
        description = f"{control.description.en} Broken {broken.height} time(s), first: {broken.row(0, named=True)}"
        return dg.AssetCheckResult(
            passed=False, description=description, metadata={**rows, "broken": broken.height, "rows": preview(broken)}
        )

    return check


def _frame(settings: Settings, table: Table, context: dg.AssetCheckExecutionContext) -> pl.DataFrame:
    """The years of the run as they lie on disk."""
    return read_table(settings.work, table, grant_years(context.op_execution_context))
