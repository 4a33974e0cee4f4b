"""Sensors: what makes a run without a person. Each asks for runs with an explicit key, so nothing runs twice."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

import dagster as dg

from assets.agreements.files import AgreementFiles
from assets.population.scb.client import PxWebRequest
from assets.population.scb.fetch import ScbAccess
from assets.population.scb.register import ScbTable, table_for
from pipelines.publication import PUBLICATION
from pipelines.settings import Settings
from pipelines.sources import scb_access
from schemas.errors import DataRefused, SourceUnavailable
from schemas.tables import TABLES

_EVERY_SECONDS: Final = 6 * 3600


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """All sensors, stopped until somebody starts them in the UI."""
    return [_scb_publications(settings)]


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


def stamp(access: ScbAccess, table: ScbTable) -> str:
    """SCB's own stamp of a table and the hash of what it says of itself; changes with every publication."""
    request = PxWebRequest("GET", f"/tables/{table.id}", {"lang": "sv"}, None, 0, f"{table}, when it was updated")
    told = json.loads(access.client.fetch(request).body)
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
