"""Asset checks: the contract of every table as it lies on disk, and the control totals between tables.

The contract is enforced before the write; these report it and stop what is downstream, publication first of all.
"""

import dagster as dg

from assets.grant_years import grant_years
from assets.storage.parquet import read_stored, read_table, require_contract
from assets.storage.table_files import year_of
from assets.verification.controls import CONTROLS, Control
from pipelines.settings import Settings
from pipelines.ui.shown import preview
from pipelines.ui.told_of_checks import told_of_contract, told_of_control
from schemas.errors import DataRefused
from schemas.plain_text import harmless
from schemas.table import Table
from schemas.tables.registry import TABLES


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
        blocking=True,
    )
    def contract(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        stored = read_stored(settings.work, table, _years(settings, table, context))
        broken: list[str] = []
        try:
            require_contract(table, stored)
        except DataRefused as error:
            broken = [harmless(line) for line in str(error).split("\n")]
        told = told_of_contract(table, stored.frame, broken)
        return dg.AssetCheckResult(passed=not broken, description="\n".join(broken) or None, metadata=told)

    return contract


def _control_check(control: Control, settings: Settings) -> dg.AssetChecksDefinition:
    shown_on, *others = control.tables

    @dg.asset_check(
        asset=shown_on,
        name=control.name,
        description=control.description.en,
        additional_deps=others,
        blocking=control.is_blocking,
    )
    def check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        tables = {
            name: read_table(settings.work, TABLES[name], _years(settings, TABLES[name], context))
            for name in control.tables
        }
        broken = control.broken(tables)
        told = told_of_control(tables, broken)
        if broken.is_empty():
            return dg.AssetCheckResult(passed=True, metadata=told)
        first = harmless(str(broken.row(0, named=True)))
        description = f"{control.description.en} Broken {broken.height} time(s), first: {first}"
        return dg.AssetCheckResult(
            passed=False, description=description, metadata={**told, "broken rows": preview(broken)}
        )

    return check


def _years(settings: Settings, table: Table, context: dg.AssetCheckExecutionContext) -> list[int]:
    """The years of the run, or all that lie on disk if the check is executed by itself.

    Checks have no partitions: Dagster attributes what a run over many years found to none of them, and would show
    every check as skipped.
    """
    run = context.op_execution_context
    is_for_years = run.has_partition_key or run.has_partition_key_range
    return grant_years(run) if is_for_years else _years_on_disk(settings, table)


def _years_on_disk(settings: Settings, table: Table) -> list[int]:
    files = (settings.work / table.name).glob(f"{table.name}_*.parquet")
    return sorted(year_of(file.name) for file in files)
