"""Publishing: a whole version or nothing. Readers see the old version or the new one, never a mix.

A version is a folder `versions/<id>` with one Parquet file per table and year, the products made from them (report,
workbooks, catalogue …) and a `manifest.json`; the link `current` points at one of them and is replaced in one step.
Versions are never changed once they have their name. Reading what is published is `published.py`.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandera
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from assets.storage.held import are_held, remember
from assets.storage.parquet import parse, parse_files, parsing
from assets.storage.products import CHECKSUMS, MANIFEST, Product, bring_products, fingerprint, recipe_of
from assets.storage.published import (
    PublishedVersion,
    checksums_of,
    current_version,
    damage,
    sha256_of,
    version_folders,
)
from assets.storage.table_files import file_name, year_of
from assets.storage.whole_files import TEMPORARY_PREFIX, sync_file, sync_folder
from schemas.contract import enforce
from schemas.dictionary import arrow_schema
from schemas.errors import BeingPublished, DataRefused, listed
from schemas.product import VERSION
from schemas.table import Table

_SCHEMAS: Final = Path(__file__).resolve().parents[2] / "schemas"
_BUILDING: Final = ".building-"
_ABANDONED_SECONDS: Final = 3600


@dataclass(frozen=True)
class Contents:
    """What products are made from: all tables about to be published, the hash of each file, the version before."""

    tables: Mapping[str, pl.DataFrame]
    sha256: Mapping[str, str]
    previous: PublishedVersion | None


def no_products(_contents: Contents) -> list[Product]:
    """Publish tables only."""
    return []


def publish(
    out: Path,
    work: Path,
    tables: Mapping[str, Table],
    years: Iterable[int],
    inputs: Callable[[int], dict[str, str]],
    require: Callable[[dict[str, pl.DataFrame]], None],
    products: Callable[[Contents], Iterable[Product]] = no_products,
) -> PublishedVersion:
    """Publish `years` from `work` together with the other years of the current version.

    The hash of every file is taken from disk first; bytes that are not known to keep their contract (`held.py`) are
    held against it, and `require` sees all tables together. `DataRefused` if a contract or `require` refuses, if
    `current` is not a link, or if another publication is running. The old version then stays as it was. `products`
    are made from the tables when all is well.
    """
    with _lock(out):
        _clean(out, work)
        previous = current_version(out)
        building = out / "versions" / f"{_BUILDING}{os.getpid()}"
        building.mkdir(parents=True)
        chosen = sorted(set(years))
        kept = {} if previous is None else _keep_other_years(previous, chosen, building)
        names = [file_name(table, year) for table in tables.values() for year in chosen]
        entries = dict(sorted({**kept, **{name: _take(work / name, building / name) for name in names}}.items()))
        hashes = {name: entry["sha256"] for name, entry in entries.items()}
        whole = {name: _read_whole(building, table, _of_table(table, hashes)) for name, table in tables.items()}
        require(whole)
        wanted = list(products(Contents(whole, hashes, previous)))
        content = fingerprint([entries, {product.name: product.recipe for product in wanted}])
        if previous is not None and previous.manifest["content_sha256"] == content and not damage(previous):
            shutil.rmtree(building)
            return previous
        before = {} if previous is None else previous.manifest
        brought = bring_products(
            wanted, building, None if previous is None else previous.folder, before.get("products", {})
        )
        # A year that is only kept rests on what it was made from, not on what the files say now.
        made_from = {**before.get("inputs", {}), **{str(year): inputs(year) for year in chosen}}
        manifest = {
            "content_sha256": content,
            "contract_sha256": contract_sha256(),
            "inputs": made_from,
            "files": entries,
            "products": brought.manifest,
        }
        return replace(_switch(out, building, manifest), files_made=brought.made)


def roll_back(out: Path, version: PublishedVersion) -> None:
    """Let readers see `version` again, in one step; `DataRefused` if a file of it is not as it was published."""
    with _lock(out):
        damaged = damage(version)
        if damaged:
            raise DataRefused(
                f"version {version.id}",
                f"is damaged ({listed(damaged[:3])}) and is not shown to readers",
                remedy="choose another version, or run the years again",
            )
        _point_at(out, version.folder)


def prune(out: Path, keep: int) -> list[str]:
    """Remove the oldest versions beyond the latest `keep`, never the current one; the ids of those removed.

    A version is renamed before it is removed, so that no reader finds half of it under its name; what an interrupted
    removal left is removed too.
    """
    with _lock(out):
        _remove_half_versions(out)
        current = (out / "current").resolve()
        surplus = [folder for folder in version_folders(out)[: -max(keep, 1)] if folder != current]
        for folder in surplus:
            doomed = folder.with_name(f"{_BUILDING}{folder.name}")
            folder.rename(doomed)
            shutil.rmtree(doomed)
        return [folder.name for folder in surplus]


@contextmanager
def _lock(out: Path) -> Iterator[None]:
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingPublished(
                str(out), "is being published by another run", remedy="wait for it, then run again"
            ) from None
        yield


def _clean(out: Path, work: Path) -> None:
    """Remove what interrupted runs left behind, by our own prefixes only.

    Half-built versions belong to nobody, since the lock is ours; a temporary file may be somebody's who is writing
    it now, unless it is old.
    """
    _remove_half_versions(out)
    for leftover in (*out.glob(f"{TEMPORARY_PREFIX}*"), *work.glob(f"*/{TEMPORARY_PREFIX}*")):
        if time.time() - leftover.lstat().st_mtime > _ABANDONED_SECONDS:
            _remove(leftover)


def _remove_half_versions(out: Path) -> None:
    for leftover in (out / "versions").glob(f"{_BUILDING}*"):
        _remove(leftover)


def _remove(path: Path) -> None:
    """Remove whatever has this name, if anything has."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _keep_other_years(previous: PublishedVersion, years: list[int], building: Path) -> dict[str, dict[str, Any]]:
    """Take over the files of all years but `years`, and what the manifest says of them.

    If the contracts are those under which they were published, they are known to keep them.
    """
    endings = tuple(f"_{year}.parquet" for year in years)
    kept = {name: _keep(previous, name, building) for name in previous.manifest["files"] if not name.endswith(endings)}
    if previous.manifest.get("contract_sha256") == contract_sha256():
        remember({name: entry["sha256"] for name, entry in kept.items()})
    return kept


def _bring(source: Path, target: Path) -> None:
    """Bring a finished file into the version: by link where the disk allows it, since neither is changed again."""
    if not source.is_file():
        raise DataRefused(str(source), "is not there to be published", remedy="run the year again")
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync_file(target)


def _keep(previous: PublishedVersion, name: str, building: Path) -> dict[str, Any]:
    """Take over a file of another year, if it is the bytes that were published.

    Damage must not get a new hash and pass for whole, and spoilt bytes are not parsed at all.
    """
    entry: dict[str, Any] = previous.manifest["files"][name]
    _bring(previous.folder / name, building / name)
    if sha256_of(building / name) != entry["sha256"]:
        raise DataRefused(name, "is not what was published", remedy=f"run {year_of(name)} again, or all years")
    return entry


def _take(source: Path, target: Path) -> dict[str, Any]:
    """Take a file that was just made."""
    _bring(source, target)
    body = target.read_bytes()
    with parsing(source):
        rows = pq.read_metadata(pa.BufferReader(body)).num_rows
    return {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body), "rows": rows}


def _of_table(table: Table, hashes: Mapping[str, str]) -> dict[str, str]:
    return {name: sha256 for name, sha256 in hashes.items() if name.startswith(f"{table.name}/")}


def _read_whole(building: Path, table: Table, hashes: Mapping[str, str]) -> pl.DataFrame:
    """All years of a table from disk, its contract kept. Nobody changes the files any more, so their hashes stand."""
    files = [building / name for name in hashes]
    if are_held(hashes):
        return parse_files(files)
    bodies = {file: file.read_bytes() for file in files}
    for file, body in bodies.items():
        with parsing(file):
            schema = pq.read_schema(pa.BufferReader(body))
        if not schema.equals(arrow_schema(table), check_metadata=False):
            raise DataRefused(str(file), f"does not have the columns of {table.name}", remedy="run its year again")
    whole = enforce(table, parse(bodies), where="as it is about to be published")
    remember(hashes)
    return whole


@cache
def contract_sha256() -> str:
    """The fingerprint of what decides whether a table keeps its contract: the schemas and the libraries that check."""
    return fingerprint([recipe_of(_SCHEMAS), pandera.__version__, pl.__version__])


def _switch(out: Path, building: Path, known: dict[str, Any]) -> PublishedVersion:
    """Name the finished folder, and let readers see it."""
    created = dt.datetime.now(dt.UTC)
    version = _next_id(out, created, known["content_sha256"])
    years = sorted({year_of(name) for name in known["files"]})
    manifest = {
        **known,
        "version": version,
        "created_at": created.isoformat(timespec="seconds"),
        "kronvis": VERSION,
        "years": years,
    }
    told = f"{json.dumps(manifest, indent=1, sort_keys=True)}\n".encode()
    checksums, _ = checksums_of(manifest, told)
    for name, content in ((MANIFEST, told), (CHECKSUMS, checksums)):
        (building / name).write_bytes(content)
        sync_file(building / name)
    for folder in (building, *(path for path in building.rglob("*") if path.is_dir())):
        sync_folder(folder)
    final = out / "versions" / version
    building.rename(final)
    sync_folder(final.parent)
    _point_at(out, final)
    return PublishedVersion(version, final, is_new=True, manifest=manifest)


def _next_id(out: Path, now: dt.datetime, content: str) -> str:
    """Time and content; ids sort in the order of publication, also where the clock has been set back."""
    stamp = f"{now:%Y%m%dT%H%M%S.%f}Z"
    latest = max((folder.name for folder in version_folders(out)), default="").partition("-")[0]
    if latest >= stamp:
        after = dt.datetime.strptime(latest, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=dt.UTC) + dt.timedelta(microseconds=1)
        stamp = f"{after:%Y%m%dT%H%M%S.%f}Z"
    return f"{stamp}-{content[:8]}"


def _point_at(out: Path, version: Path) -> None:
    """Let `current` be `version`, in one step."""
    link = out / f"{TEMPORARY_PREFIX}current"
    _remove(link)
    link.symlink_to(version.relative_to(out))
    link.replace(out / "current")
    sync_folder(out)
