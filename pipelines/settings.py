"""Where things are: the data folder and the output folder. One object, made once, handed down."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from assets.storage.objects.place import Place, place_of
from schemas.errors import UsageError, listed

ROOT: Final = Path(__file__).resolve().parents[1]
SCB_URL: Final = "https://statistikdatabasen.scb.se/api/v2"
SCB_URL_V1: Final = "https://api.scb.se/OV0104/v1/doris"

PopulationSourceName = Literal["embedded", "scb", "archive"]
ScbApi = Literal["v2", "v1"]


@dataclass(frozen=True)
class Settings:
    """Folders of a run and where its population comes from.

    `data` holds the tracked inputs, `out` what is produced, `raw` what was fetched.
    """

    data: Path
    out: Path
    raw: Path = ROOT / "data" / "raw"
    source: PopulationSourceName = "embedded"
    scb_url: str = SCB_URL
    scb_api: ScbApi = "v2"
    # Whether a run may fetch registered documents that have never been fetched.
    fetch_documents: bool = False
    # Whether a version holds tables only, without report, workbooks and catalogue.
    tables_only: bool = False
    # How many versions stay on disk, the current one among them; None keeps them all.
    keep_versions: int | None = None
    # Where a published version is sent, or None.
    send_to: Place | None = None
    # Whether a backfill from the UI is one run per year, for several workers, instead of one run for all its years.
    run_per_year: bool = False
    # How long a publication waits for another one to end before it is refused.
    wait_seconds: int = 0

    @property
    def work(self) -> Path:
        """Where tables are written before they are published."""
        return self.out / "work"


def settings_from_environment(**chosen: Any) -> Settings:
    """Settings from the environment; `chosen` values that are not None come before it.

    `KRONVIS_DATA`, `KRONVIS_OUT`, `KRONVIS_RAW` are folders (by default below this checkout's `data/`);
    `KRONVIS_SOURCE` is embedded, scb or archive; `KRONVIS_SCB_URL` and `KRONVIS_SCB_API` (v2, v1) are the service;
    `KRONVIS_FETCH_DOCUMENTS=1` lets a run fetch registered documents; `KRONVIS_TABLES_ONLY=1` leaves out the products;
    `KRONVIS_KEEP_VERSIONS` is how many versions stay on disk, by default all; `KRONVIS_RUN_PER_YEAR=1` lets a backfill
    from the UI be one run per year; `KRONVIS_WAIT_SECONDS` is how long to wait for another publication, by default 0;
    `KRONVIS_SEND_TO` is the object storage that versions are sent to, `s3://bucket/prefix`.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    told = {**_from_environment(), **given}
    if told["source"] not in get_args(PopulationSourceName) or told["scb_api"] not in get_args(ScbApi):
        raise UsageError(
            f"source {told['source']!r} with api {told['scb_api']!r} is not known",
            remedy=f"source is {listed(get_args(PopulationSourceName))}; api is {listed(get_args(ScbApi))}",
        )
    url = told["scb_url"] or (SCB_URL if told["scb_api"] == "v2" else SCB_URL_V1)
    # Not `Path.resolve`: before Python 3.13 it ends on a link that leads to itself.
    folders = {name: Path(os.path.realpath(told[name])) for name in ("data", "out", "raw")}
    return Settings(
        **folders,
        source=told["source"],
        scb_url=url,
        scb_api=told["scb_api"],
        fetch_documents=told["fetch_documents"],
        tables_only=told["tables_only"],
        keep_versions=_number_of_versions(told["keep_versions"]),
        send_to=place_of(told["send_to"]) if told["send_to"] else None,
        run_per_year=told["run_per_year"],
        wait_seconds=_seconds(told["wait_seconds"]),
    )


def _number_of_versions(written: str) -> int | None:
    if not written:
        return None
    if not written.isdecimal() or int(written) == 0:
        raise UsageError(f"KRONVIS_KEEP_VERSIONS {written!r} is not a number of versions", remedy="1 or more, or empty")
    return int(written)


def _seconds(written: str) -> int:
    if not written.isdecimal():
        raise UsageError(f"KRONVIS_WAIT_SECONDS {written!r} is not a number of seconds", remedy="0 or more")
    return int(written)


def _from_environment() -> dict[str, Any]:
    environment = os.environ
    return {
        "data": environment.get("KRONVIS_DATA") or ROOT / "data",
        "out": environment.get("KRONVIS_OUT") or ROOT / "data" / "out",
        "raw": environment.get("KRONVIS_RAW") or ROOT / "data" / "raw",
        "source": environment.get("KRONVIS_SOURCE", "embedded"),
        "scb_url": environment.get("KRONVIS_SCB_URL", ""),
        "scb_api": environment.get("KRONVIS_SCB_API", "v2"),
        "fetch_documents": environment.get("KRONVIS_FETCH_DOCUMENTS", "") == "1",
        "tables_only": environment.get("KRONVIS_TABLES_ONLY", "") == "1",
        "keep_versions": environment.get("KRONVIS_KEEP_VERSIONS", ""),
        "send_to": environment.get("KRONVIS_SEND_TO", ""),
        "run_per_year": environment.get("KRONVIS_RUN_PER_YEAR", "") == "1",
        "wait_seconds": environment.get("KRONVIS_WAIT_SECONDS", "0"),
    }
