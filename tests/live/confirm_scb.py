"""Asks SCB what the project takes for granted of it, and prints what it finds beside what is expected.

    python -m tests.live.confirm_scb [ADDRESS]

Each line ends with `as expected` or `DIFFERENT`; the exit code is the number of differences. What is confirmed here
can lose its `unconfirmed` remark in data/population/tables.yaml.
"""

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.population.bases import Base
from assets.population.scb.exchange import PxWebRequest
from assets.population.scb.fetch import ScbAccess
from assets.population.scb.source import ArchiveSource
from pipelines.settings import SCB_URL, Settings
from pipelines.sources import scb_access
from schemas.errors import KronvisError
from tests.domain import DATA, recipients_in

NOVEMBER = "folkmangd_1_november"
DAY = dt.date(2024, 11, 1)
# Falun and Borlänge, ages 0–18, as solved from the published amounts of 2025.
CHILDREN = {"2080": 13_093, "2081": 11_272}
LOWEST_SHARE, HIGHEST_SHARE = 0.0270486630, 0.0270486649


@dataclass(frozen=True)
class Finding:
    """One thing that was looked up."""

    about: str
    found: str
    is_as_expected: bool


def findings(access: ScbAccess) -> Iterator[Finding]:
    """Ask, one thing after the other; a refusal is a finding too."""
    limits = access.client.limits()
    told = (limits.max_cells, limits.max_calls, limits.window_seconds)
    yield Finding("cells a call, calls a window, seconds of a window", str(told), told == (150_000, 30, 10))
    for table in access.tables:
        request = PxWebRequest("GET", f"/tables/{table.id}", {"lang": "sv"}, None, 0, table.id)
        about = json.loads(access.client.fetch(request).body)
        last = about.get("lastPeriod")
        fits = table.last_period is None or last == table.last_period
        yield Finding(f"{table}: last period, updated", f"{last}, {about.get('updated')}", fits)
    yield _share_of_dalarna(access)
    yield _children(access)
    yield _table_of_november_2025(access)


def _counts(access: ScbAccess, ages: str, region_type: str) -> dict[str, int]:
    base = Base(NOVEMBER, DAY, ages, region_type)
    access.fetch(base, recipients_in(DAY.year))
    answer = ArchiveSource(access.archive, access.tables, {}).answer(base, recipients_in(DAY.year))
    return {} if answer is None else dict(answer.counts.select("region_code", "population").rows())


def _share_of_dalarna(access: ScbAccess) -> Finding:
    counts = _counts(access, "all", "county")
    share = counts["20"] / sum(counts.values())
    about = "Dalarna's share on 1 November 2024 is what the amounts of 2025 imply"
    return Finding(
        about, f"{counts['20']} / {sum(counts.values())} = {share:.10f}", LOWEST_SHARE < share < HIGHEST_SHARE
    )


def _children(access: ScbAccess) -> Finding:
    counts = _counts(access, "0-18", "municipality")
    found = {code: counts[code] for code in CHILDREN}
    return Finding("ages 0–18 on 1 November 2024, age at the end of the year", str(found), found == CHILDREN)


def _table_of_november_2025(access: ScbAccess) -> Finding:
    request = PxWebRequest("GET", "/tables", {"lang": "sv", "query": "1 november"}, None, 0, "search")
    tables = json.loads(access.client.fetch(request).body).get("tables", [])
    found = ", ".join(f"{table['id']} {table.get('label', '')[:60]}" for table in tables) or "none"
    known = {table.id for table in access.tables}
    return Finding("tables of 1 November", found, {table["id"] for table in tables} <= known)


def main(address: str = SCB_URL) -> int:
    """Print every finding; the number of those that differ."""
    differences = 0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(DATA, Path(folder), Path(folder) / "raw", "scb", address)
        try:
            for finding in findings(scb_access(settings)):
                differences += not finding.is_as_expected
                told = "as expected" if finding.is_as_expected else "DIFFERENT"
                sys.stdout.write(f"{finding.about}: {finding.found}: {told}\n")
        except KronvisError as error:
            sys.stdout.write(f"stopped: {error}\n")
            differences += 1
    return differences


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
