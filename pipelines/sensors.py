"""Sensors: what makes a run without a person. Each asks for runs with an explicit key, so nothing runs twice."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

import dagster as dg

from assets.agreements.files import AgreementFiles
from assets.population.scb.exchange import PxWebRequest
from assets.population.scb.fetch import ScbAccess
from assets.population.scb.register import ScbTable, table_for
from assets.storage.inputs import input_hashes
from assets.storage.published import current_version
from pipelines.answers.summary import summary
from pipelines.operations.notify import message_of_failure, outbox_from_environment
from pipelines.partitions import GRANT_YEARS
from pipelines.publication import PUBLICATION
from pipelines.settings import Settings
from pipelines.sources import scb_access
from schemas.errors import DataRefused, SourceRefused, SourceUnavailable, listed
from schemas.tables.registry import TABLES

_EVERY_SECONDS: Final = 6 * 3600
_LOOK_AT_FILES_SECONDS: Final = 300
_NOBODY_IS_TOLD: Final = "KRONVIS_NOTIFY names nobody to tell"
_PARTITION_TAGS: Final = (
    "dagster/partition",
    "dagster/asset_partition_range_start",
    "dagster/asset_partition_range_end",
)


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """All sensors, stopped until somebody starts them in the UI."""
    return [_scb_publications(settings), _new_agreements(settings), _failed_runs_told(), _finished_runs_told(settings)]


def _scb_publications(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        target=dg.AssetSelection.assets(*TABLES, PUBLICATION),
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
    )
    def scb_publications(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Notices when SCB has published anew, and asks for the years whose rules rest on that table."""
        if settings.source != "scb":
            return dg.SkipReason(f"the population source is {settings.source}; set KRONVIS_SOURCE=scb to ask SCB")
        access = scb_access(settings)
        try:
            now = {table.id: stamp(access, table) for table in access.tables}
        except (SourceUnavailable, DataRefused) as error:
            return dg.SkipReason(str(error))
        seen: dict[str, Any] = json.loads(context.cursor or "{}")
        news = {name: told for name, told in now.items() if name in seen and seen[name] != told}
        agreements = AgreementFiles(settings.data / "agreements")
        requests = [
            dg.RunRequest(partition_key=str(year), run_key=f"{year}-{table}-{news[table]}")
            for year, table in years_and_tables(agreements, access.tables)
            if table in news
        ]
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(now, sort_keys=True))

    return scb_publications


def _new_agreements(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        target=dg.AssetSelection.assets(*TABLES, PUBLICATION),
        minimum_interval_seconds=_LOOK_AT_FILES_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
    )
    def new_agreements(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Notices new and changed tracked files, and asks for the years that rest on them, once per content."""
        agreements = AgreementFiles(settings.data / "agreements")
        try:
            now = {str(year): _hash_of_inputs(settings, year) for year in agreements.years()}
        except DataRefused as error:
            return dg.SkipReason(str(error))
        if context.cursor is None:
            return dg.SensorResult(skip_reason="the files as they are now are remembered", cursor=json.dumps(now))
        seen: dict[str, str] = json.loads(context.cursor)
        changed = [year for year in now if seen.get(year) != now[year]]
        faults = {year: fault for year in changed if (fault := _fault_of(agreements, year)) is not None}
        for fault in faults.values():
            context.log.warning(fault)
        # A year at fault is looked at again each time, until its files load.
        remembered = {year: seen.get(year, "") if year in faults else now[year] for year in now}
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(partition_key=year, run_key=f"{year}-{now[year]}")
                for year in changed
                if year not in faults
            ],
            skip_reason="\n".join(faults.values()) if faults and len(faults) == len(changed) else None,
            cursor=json.dumps(remembered),
        )

    return new_agreements


def _hash_of_inputs(settings: Settings, year: int) -> str:
    """One hash of all tracked files that a year rests on."""
    hashes = json.dumps(input_hashes(settings.data, year), sort_keys=True)
    return hashlib.sha256(hashes.encode()).hexdigest()[:12]


def _fault_of(agreements: AgreementFiles, year: str) -> str | None:
    """Why a year cannot be asked for, or None."""
    if year not in GRANT_YEARS.get_partition_keys():
        return f"{year} is not a grant year yet: agreements of next year are the latest that are computed"
    try:
        agreements.of_year(int(year))
    except DataRefused as error:
        return str(error)
    return None


def _failed_runs_told() -> dg.SensorDefinition:
    @dg.run_failure_sensor(name="failed_runs_told", default_status=dg.DefaultSensorStatus.STOPPED)
    def failed_runs_told(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        """Tells of each failed run where `KRONVIS_NOTIFY` says."""
        outbox = outbox_from_environment()
        if outbox.notifier is None:
            return dg.SkipReason(_NOBODY_IS_TOLD)
        run, years = context.dagster_run, _years_of(context.dagster_run)
        what = f"run {run.run_id[:8]} of {listed(years)}" if years else f"run {run.run_id[:8]} ({run.job_name})"
        outbox.tell(message_of_failure(what, _why(context)))
        return None

    return failed_runs_told


def _why(context: dg.RunFailureSensorContext) -> str:
    """The innermost reason of each failed step; the run's own message where no step failed."""
    reasons = []
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            reasons.append(error.message.strip())
    return "\n".join(dict.fromkeys(reasons)) or str(context.failure_event.message)


def _finished_runs_told(settings: Settings) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="finished_runs_told",
        default_status=dg.DefaultSensorStatus.STOPPED,
    )
    def finished_runs_told(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        """Tells of published figures that differ, and of what is overdue, where `KRONVIS_NOTIFY` says."""
        outbox = outbox_from_environment()
        if outbox.notifier is None:
            return dg.SkipReason(_NOBODY_IS_TOLD)
        version = current_version(settings.out)
        on_hand = [] if version is None else version.manifest["years"]
        years = [year for year in _years_of(context.dagster_run) if year in on_hand]
        outbox.tell_of_run(settings, {}, summary(version, years) if version and years else [])
        return None

    return finished_runs_told


def _years_of(run: dg.DagsterRun) -> list[int]:
    """The grant years of a run: of its partition, or of its range."""
    keys = [int(run.tags[tag]) for tag in _PARTITION_TAGS if tag in run.tags]
    return list(range(min(keys), max(keys) + 1)) if keys else []


def stamp(access: ScbAccess, table: ScbTable) -> str:
    """SCB's own stamp of a table and the hash of what it says of itself; changes with every publication.

    `SourceRefused` for an answer without that stamp, such as a page about maintenance: it is no news of the table.
    """
    request = PxWebRequest("GET", f"/tables/{table.id}", {"lang": "sv"}, None, 0, f"{table}, when it was updated")
    try:
        told = json.loads(access.client.fetch(request).body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("updated"), str):
        raise SourceRefused(request.label, "the answer does not tell it", remedy="ask again later")
    decisive = {name: told.get(name) for name in ("updated", "firstPeriod", "lastPeriod", "discontinued")}
    digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
    return f"{decisive['updated']}-{digest[:12]}"


def years_and_tables(agreements: AgreementFiles, tables: tuple[ScbTable, ...]) -> Iterator[tuple[int, str]]:
    """Each grant year with each of SCB's tables that its rules rest on, once."""
    for year in agreements.years():
        found = set()
        for base in agreements.bases(year).required:
            try:
                found.add(table_for(tables, base.table_id, base.reference_date).id)
            except DataRefused:
                continue  # No table has that day; there is nothing to be noticed.
        yield from ((year, table) for table in sorted(found))
