"""Reading what is published: which version readers see, its tables, and whether its files are as they were published.

Light, so that what only reads answers at once: nothing here loads what writes Parquet or holds contracts. How a
version comes about is `publishing.py`; naming earlier ones is `versions.py`.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.storage.products import CHECKSUMS, MANIFEST, files_of
from assets.storage.table_files import file_name
from schemas.errors import CannotPublish, DataRefused
from schemas.table import Table

# The folder of a version; whatever else somebody puts beside them is not ours.
_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z-[0-9a-f]{8}")
_LINK_ANEW: Final = "remove this link and run all years again, or let it lead to an earlier version"


@dataclass(frozen=True)
class PublishedVersion:
    """What readers see now, and whether this publication changed it."""

    id: str
    folder: Path
    is_new: bool
    manifest: dict[str, Any]
    # Files of products that this publication made; the others are those of the version before.
    files_made: int = 0


def current_version(out: Path) -> PublishedVersion | None:
    """The published version, or None; `CannotPublish` if `current` is something else than a link to a readable one."""
    link = out / "current"
    if not link.is_symlink():
        if link.exists():
            raise CannotPublish(str(link), "is a folder, not a link", remedy="move it away; publishing replaces a link")
        return None
    try:
        # Resolved before anything is read: the link may move meanwhile.
        folder = link.resolve()
        manifest = read_manifest(folder)
    except (OSError, ValueError, RuntimeError) as error:
        what = f"points at a version without a readable manifest: {error}"
        raise CannotPublish(str(link), what, remedy=_LINK_ANEW) from None
    if manifest is None:
        raise CannotPublish(
            str(link), "points at a version whose manifest is not what was published", remedy=_LINK_ANEW
        )
    return PublishedVersion(folder.name, folder, is_new=False, manifest=manifest)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a version; None if it is not the one that the checksums beside it have, or of another form.

    `OSError`, `ValueError` or, for text nested without end, `RecursionError` if it cannot be read at all.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest if _has_the_form(manifest) and not _has_other_manifest(folder) else None


def _has_the_form(told: Any) -> bool:
    """Whether the parts that every version has are there, each of its kind."""
    try:
        hashes = [entry["sha256"] for entry in all_files(told).values()]
        dt.datetime.fromisoformat(told.get("created_at", "2016-01-01"))
        return all(isinstance(one, str) for one in hashes) and all(type(year) is int for year in told["years"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def all_files(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Path → hash and size of every file of a version: tables and products."""
    return {**manifest["files"], **files_of(manifest.get("products", {}))}


def version_folders(out: Path) -> list[Path]:
    """The folders of all versions, oldest first; what an interrupted run left half-built is none."""
    return sorted(
        folder for folder in (out / "versions").glob("[0-9]*") if folder.is_dir() and _ID.fullmatch(folder.name)
    )


def damage(version: PublishedVersion) -> list[str]:
    """Files of a version that are missing or are not the bytes that were published; so too its list of checksums."""
    files = [
        name
        for name, entry in all_files(version.manifest).items()
        if not (version.folder / name).is_file() or sha256_of(version.folder / name) != entry["sha256"]
    ]
    return files if _has_its_checksums(version) else [*files, CHECKSUMS]


def read_published(version: PublishedVersion, table: Table, years: Iterable[int]) -> pl.DataFrame:
    """A table of a published version; `DataRefused` if a file is missing or not the bytes that were published."""
    return pl.concat([table.empty(), *(read_file(version, file_name(table, year)) for year in years)])


def read_file(version: PublishedVersion, name: str) -> pl.DataFrame:
    """One file of a published version, as `read_published`; hash and content are of one reading."""
    file = version.folder / name
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != version.manifest["files"].get(name, {}).get("sha256"):
        raise DataRefused(str(file), "is missing or not what was published", remedy="run `kronvis run` again")
    return pl.read_parquet(content)


def _hashes(manifest: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in all_files(manifest).items()}


def _checksums(hashes: Mapping[str, str]) -> bytes:
    """In the form that `sha256sum -c` reads."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items())).encode()


def _has_other_manifest(folder: Path) -> bool:
    """Whether the checksums have another manifest; those of the first versions have none."""
    checksums = folder / CHECKSUMS
    lines = checksums.read_bytes().splitlines() if checksums.is_file() else []
    known = [line.partition(b"  ")[0] for line in lines if line.endswith(b"  " + MANIFEST.encode())]
    return known not in ([], [sha256_of(folder / MANIFEST).encode()])


def _has_its_checksums(version: PublishedVersion) -> bool:
    checksums = version.folder / CHECKSUMS
    told = (version.folder / MANIFEST).read_bytes()
    return checksums.is_file() and checksums.read_bytes() in checksums_of(version.manifest, told)


def checksums_of(manifest: Mapping[str, Any], told: bytes) -> tuple[bytes, bytes]:
    """What `SHA256SUMS` may say beside a manifest of bytes `told`: with it, or, as in the first versions, without."""
    hashes = _hashes(manifest)
    return _checksums({**hashes, MANIFEST: hashlib.sha256(told).hexdigest()}), _checksums(hashes)


def sha256_of(file: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
