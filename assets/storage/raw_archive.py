"""The archive of what was fetched: bytes under their own hash, and beside them how and when they came.

Nothing is parsed that is not kept here first, and nothing that is kept is changed or deleted. Knows bytes and
manifests, not what the bytes mean; whether an answer is good enough to be kept is decided by who fetched it.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import count
from pathlib import Path
from typing import Any, Final

from assets.storage.whole_files import sync_folder, whole_file
from schemas.errors import DataRefused, at_line, listed

# A name is a folder: no separator, and no leading dot, so neither `..` nor something hidden.
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# All other headers are left out: they say nothing about the data, and may hold a cookie.
_HEADERS_KEPT: Final = ("content-type", "content-length", "date", "etag", "last-modified", "retry-after")
_HEADERS_KEPT_PREFIX: Final = "x-rate-limit-"
_REMEDY: Final = "move it away and fetch again; what is already published stays as it is"


@dataclass(frozen=True)
class Manifest:
    """How the bytes with the hash `sha256` came, and what was asked for."""

    name: str
    url: str
    method: str
    request_body: str | None
    status: int
    headers: dict[str, str]
    fetched_at: str
    seconds: float
    table_id: str
    updated: str | None
    language: str
    limits: dict[str, int] | None
    bytes: int
    sha256: str
    parser_version: str
    extra: dict[str, Any]


# The JSON types of each field; `type(value)` is looked up, so that true is not taken for a number.
_TEXT: Final = (str,)
_TEXT_OR_NONE: Final = (str, type(None))
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "name": _TEXT,
    "url": _TEXT,
    "method": _TEXT,
    "request_body": _TEXT_OR_NONE,
    "status": (int,),
    "headers": (dict,),
    "fetched_at": _TEXT,
    "seconds": (int, float),
    "table_id": _TEXT,
    "updated": _TEXT_OR_NONE,
    "language": _TEXT,
    "limits": (dict, type(None)),
    "bytes": (int,),
    "sha256": _TEXT,
    "parser_version": _TEXT,
    "extra": (dict,),
}


class RawArchive:
    """The archive in `folder`, which is made with the first thing kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, body: bytes, manifest: Mapping[str, Any]) -> Manifest:
        """Keep `body` and then its manifest, so that no manifest speaks of bytes that are not there.

        `manifest` has the fields of `Manifest` except those that are found out here: name, bytes, sha256; `headers`
        and `extra` may be left out. `DataRefused` if a field is missing, or if the hash is taken by damaged bytes.
        """
        complete = _completed(name, body, manifest)
        self._put_bytes(self._path(complete.sha256), body, complete.sha256)
        self._put_manifest(self._folder / "manifests" / name, complete, {})
        return complete

    def hold(self, body: bytes) -> str:
        """Put the bytes on disk before anybody looks into them; gives their hash. A manifest follows, or quarantine."""
        sha256 = hashlib.sha256(body).hexdigest()
        self._put_bytes(self._path(sha256), body, sha256)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash; `DataRefused` if they are not there or no longer have it."""
        if not _SHA256.fullmatch(sha256):
            raise DataRefused(str(self._folder), f"{sha256[:80]!r} is not a SHA-256 in hexadecimal")
        return _verified(self._path(sha256), sha256)

    def manifests(self, name: str) -> list[Manifest]:
        """All that was kept under `name`, oldest first; `DataRefused` if a manifest cannot be read."""
        folder = self._folder / "manifests" / _safe(name)
        found = [_read_manifest(file, name) for file in sorted(folder.glob("*.json"))]
        return sorted(found, key=lambda manifest: dt.datetime.fromisoformat(manifest.fetched_at))

    def quarantine(self, name: str, body: bytes, manifest: Mapping[str, Any], reason: str) -> Path:
        """Put aside an answer that is not to be used, with the reason; gives the path of its manifest."""
        complete = _completed(name, body, manifest)
        folder = self._folder / "quarantine" / name
        self._put_bytes(folder / complete.sha256, body, complete.sha256)
        return self._put_manifest(folder, complete, {"quarantine_reason": reason})

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _put_bytes(self, file: Path, body: bytes, sha256: str) -> None:
        if file.exists():
            _verified(file, sha256)
        else:
            self._write(file, body)

    def _put_manifest(self, folder: Path, manifest: Manifest, more: Mapping[str, Any]) -> Path:
        """Write the manifest under the first free name, unless the very same is there already."""
        told = {**asdict(manifest), **more}
        content = f"{json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
        free_or_same = (file for file in _files(folder, manifest) if not file.exists() or file.read_bytes() == content)
        file = next(free_or_same)
        if not file.exists():
            self._write(file, content)
        return file

    def _write(self, file: Path, content: bytes) -> None:
        """Whole or not at all, and surviving a power cut together with the folders that were made for it."""
        with whole_file(file) as temporary:
            temporary.write_bytes(content)
        for parent in file.parents:
            if parent.is_relative_to(self._folder):
                sync_folder(parent)


def _safe(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise DataRefused("raw archive", f"{name[:100]!r} is not a name that can be a folder")
    return name


def _completed(name: str, body: bytes, manifest: Mapping[str, Any]) -> Manifest:
    """The manifest as it will be read back: what JSON cannot hold fails here, before anything is written."""
    headers = {key.lower(): value for key, value in manifest.get("headers", {}).items()}
    told = {
        "extra": {},
        **manifest,
        "headers": {key: headers[key] for key in sorted(headers) if _is_kept(key)},
        "name": _safe(name),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return _checked(json.loads(json.dumps(told, allow_nan=False)), f"manifest of {name}")


def _is_kept(header: str) -> bool:
    return header in _HEADERS_KEPT or header.startswith(_HEADERS_KEPT_PREFIX)


def _files(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """`20260820T061500Z-0123456789ab.json`, then the same with `-2`, `-3` and so on."""
    fetched_at = dt.datetime.fromisoformat(manifest.fetched_at)
    stem = f"{fetched_at:%Y%m%dT%H%M%SZ}-{manifest.sha256[:12]}"
    yield folder / f"{stem}.json"
    for number in count(2):
        yield folder / f"{stem}-{number}.json"


def _verified(file: Path, sha256: str) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise DataRefused(at_line(file, None), f"cannot be read: {error.strerror}", remedy="fetch again") from None
    if hashlib.sha256(body).hexdigest() != sha256:
        raise DataRefused(at_line(file, None), "is not what was kept: its bytes have another hash", remedy=_REMEDY)
    return body


def _read_manifest(file: Path, name: str) -> Manifest:
    where = at_line(file, None)
    try:
        told = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DataRefused(where, f"is not a readable manifest: {error}", remedy=_REMEDY) from None
    manifest = _checked(told, where)
    if manifest.name != name:
        raise DataRefused(where, f"is the manifest of {manifest.name!r}, not of {name!r}", remedy=_REMEDY)
    return manifest


def _checked(told: Any, where: str) -> Manifest:
    """The manifest in `told`, with just the fields and types it is to have."""
    expected = [field.name for field in fields(Manifest)]
    if not isinstance(told, dict) or set(told) != set(expected):
        differing = sorted(set(told) ^ set(expected)) if isinstance(told, dict) else expected
        raise DataRefused(where, f"missing or unknown fields: {listed(differing)}")
    wrong = [field for field in expected if type(told[field]) not in _TYPES[field]]
    if wrong:
        raise DataRefused(where, f"has values of the wrong type in {listed(wrong)}")
    if not _SHA256.fullmatch(told["sha256"]) or not _is_utc(told["fetched_at"]):
        raise DataRefused(where, "sha256 must be 64 hexadecimal digits and fetched_at a time in UTC")
    return Manifest(**told)


def _is_utc(written: str) -> bool:
    try:
        return dt.datetime.fromisoformat(written).utcoffset() == dt.timedelta(0)
    except ValueError:
        return False
