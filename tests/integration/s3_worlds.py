"""Small versions to send, and a store to send them to."""

import os
from pathlib import Path

import polars as pl

from assets.storage.objects.place import Place
from assets.storage.objects.store import Patience, Store, open_store
from assets.storage.parquet import write_table
from assets.storage.published import PublishedVersion
from assets.storage.publishing import publish
from schemas.tables.allocation import COVERAGE
from tests.integration.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY

PLACE = Place(BUCKET, "grants/kronvis")
YEARS = range(2016, 2027)
IMPATIENT = Patience(request_seconds=1.0, retries=2, retry_seconds=5.0)


def environment(url: str) -> dict[str, str]:
    """What a sender's environment says, with everything else of AWS left out."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    return {**rest, **ours, "AWS_REGION": "eu-north-1"}


def store_at(place: Place = PLACE) -> Store:
    """The store of the environment, for tests that need not wait."""
    return open_store(place, IMPATIENT)


def published(out: Path, amount: int) -> PublishedVersion:
    """A version with one table of all years, every row of it with the same amount."""
    work = out / "work"
    for year in YEARS:
        row = {
            "programme": "test",
            "year": year,
            "evidence": "verified",
            "pots_count": 1,
            "amount_sek": amount,
            "agreement_total_sek": 10_000,
            "coverage_share": amount / 10_000,
        }
        write_table(work, COVERAGE, pl.DataFrame([row], COVERAGE.schema), {year: {}})
    return publish(out, work, {"coverage": COVERAGE}, YEARS, lambda _year: {}, lambda _tables: None)
