"""The versions that were published and are still on disk: naming one, and reading its tables years later.

Only what is the very bytes that were published is read. A version may have been written by an earlier Kronvis, so
every table and column that is read is asked for by name, and refused by name where it is not there.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from assets.storage.published import PublishedVersion, current_version, read_manifest, version_folders
from assets.storage.table_files import file_name
from schemas.errors import DataRefused, UsageError, listed
from schemas.plain_text import harmless
from schemas.table import Table

CURRENT: Final = "current"
PREVIOUS: Final = "previous"
_MOST_LISTED: Final = 10
_OTHER_KRONVIS: Final = "it was written by another Kronvis; compare versions that both have it"
_NOT_WHOLE: Final = "`kronvis run` publishes the current version anew; an earlier one cannot be restored"


def version_ids(out: Path) -> list[str]:
    """The ids of all versions in the folder `out`, oldest first (an id begins with the time of publication)."""
    return [folder.name for folder in version_folders(out)]


def version_named(out: Path, name: str) -> PublishedVersion:
    """The version that `name` means: an id, the beginning of one only, `current`, or `previous` (the one before it).

    Raises `UsageError` if there is none or several, `DataRefused` if its manifest cannot be read.
    """
    ids = version_ids(out)
    now = current_version(out)
    if now is None:
        raise UsageError(f"nothing is published in {out}", remedy="run `kronvis run` first")
    if name == CURRENT:
        return now
    if name == PREVIOUS:
        return version_of(out, _before(ids, now.id))
    found = [one for one in ids if one == name] or [one for one in ids if name and one.startswith(name)]
    if len(found) != 1:
        what = "means several versions" if found else "is no version"
        remedy = f"there is {_shown(found or ids)}; or write {CURRENT} or {PREVIOUS}"
        raise UsageError(f"{harmless(name, 100)!r} {what}", remedy=remedy)
    return version_of(out, found[0])


def version_of(out: Path, version_id: str) -> PublishedVersion:
    """The version with this very id; `DataRefused` if its manifest cannot be read."""
    folder = out / "versions" / version_id
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError, RecursionError) as error:
        what = f"has no readable manifest: {error}"
        raise DataRefused(f"version {version_id}", what, remedy="choose another version") from None
    if manifest is None or "created_at" not in manifest:
        raise DataRefused(
            f"version {version_id}",
            "has a manifest that is not what was published, or of another form",
            remedy=_OTHER_KRONVIS,
        )
    return PublishedVersion(version_id, folder, is_new=False, manifest=manifest)


def _before(ids: Sequence[str], current: str) -> str:
    earlier = [one for one in ids if one < current]
    if not earlier:
        remedy = f"there is {_shown(ids)}; there is something to compare when more has been published"
        raise UsageError("there is no version before the current one", remedy=remedy)
    return earlier[-1]


def _shown(ids: Sequence[str]) -> str:
    """The latest ids, and how many more there are."""
    latest = list(reversed(ids))[:_MOST_LISTED]
    more = len(ids) - len(latest)
    return listed([*latest, *([f"{more} earlier"] if more else [])])


def years_that_differ(before: PublishedVersion, after: PublishedVersion, tables: Iterable[Table]) -> list[int]:
    """The years of either version in which a file of `tables` is not the same bytes in both, by their manifests."""
    chosen = list(tables)
    years = sorted({*before.manifest["years"], *after.manifest["years"]})
    return [
        year for year in years if any(_sha256(before, table, year) != _sha256(after, table, year) for table in chosen)
    ]


def read_columns(version: PublishedVersion, table: Table, columns: Sequence[str], years: Iterable[int]) -> pl.DataFrame:
    """`columns` of a table, its key among them, for those of `years` that the version has.

    Raises `DataRefused` for a file that is missing or not what was published, and for a table or column that the
    version does not have, or has with another type or key.
    """
    schema = pl.Schema({name: table.schema[name] for name in columns})
    on_hand = set(version.manifest["years"])
    frames = [_read(version, table, schema, year) for year in years if year in on_hand]
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def require_whole(version: PublishedVersion, tables: Iterable[Table], years: Iterable[int]) -> None:
    """Refuse, as `read_columns` does, files that are missing or not what was published; nothing is parsed."""
    on_hand = set(version.manifest["years"])
    chosen = [year for year in years if year in on_hand]
    for table in tables:
        for year in chosen:
            _bytes(version, table, year)


def _sha256(version: PublishedVersion, table: Table, year: int) -> str | None:
    entry = version.manifest["files"].get(file_name(table, year))
    return None if entry is None else str(entry["sha256"])


def _bytes(version: PublishedVersion, table: Table, year: int) -> bytes:
    """The file as it was published. Hash and content are of one reading, so nothing can come between."""
    where, known = f"version {version.id}", _sha256(version, table, year)
    if known is None:
        raise DataRefused(where, f"has no table {table.name} for {year}", remedy=_OTHER_KRONVIS)
    name = file_name(table, year)
    try:
        content = (version.folder / name).read_bytes()
    except OSError:
        raise DataRefused(where, f"{name} is missing", remedy=_NOT_WHOLE) from None
    if hashlib.sha256(content).hexdigest() != known:
        raise DataRefused(where, f"{name} is not what was published", remedy=_NOT_WHOLE)
    return content


def _read(version: PublishedVersion, table: Table, schema: pl.Schema, year: int) -> pl.DataFrame:
    content = _bytes(version, table, year)
    found = pl.read_parquet_schema(io.BytesIO(content))
    for name, dtype in schema.items():
        if found.get(name) != dtype:
            what = "is not there" if name not in found else f"is {found[name]}, not {dtype}"
            where = f"version {version.id}, table {table.name}, {year}"
            raise DataRefused(where, f"column {name} {what}", remedy=_OTHER_KRONVIS)
    frame = pl.read_parquet(io.BytesIO(content), columns=schema.names())
    if frame.select(table.key).is_duplicated().any():
        where = f"version {version.id}, table {table.name}, {year}"
        raise DataRefused(where, f"two rows share {listed(table.key)}", remedy=_OTHER_KRONVIS)
    return frame
