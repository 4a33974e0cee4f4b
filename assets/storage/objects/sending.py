"""Sending a version: every file there and whole before the pointer moves, so that readers see old or new.

An interrupted sending is continued by the next one: what is there and whole is not sent again. Files of a version lie
below `versions/<id>/` with the same names as on disk; the manifest is written last and removed first.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from assets.storage.objects.pointer import VERSION_ID, Held, Pointer, move_pointer, read_pointer
from assets.storage.objects.store import CannotSend, Listed, Store, md5_of
from assets.storage.products import CHECKSUMS, MANIFEST
from assets.storage.published import PublishedVersion, all_files, checksums_of
from schemas.errors import UsageError, listed

_VERSIONS: Final = "versions"
_AT_ONCE: Final = 8

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Sent:
    """What sending did. `files` are all of the version, `uploaded` those that were not there, or not whole."""

    version: str
    address: str
    files: int
    uploaded: int
    bytes_uploaded: int
    pointer_moved: bool
    removed: list[str]


class _File(NamedTuple):
    """A file of a version as it must be in the store."""

    name: str
    size: int
    md5: str
    # Whether its tag in the store is the MD5: where it is not, its bytes were read back.
    is_new: bool


def folder_of(version: str) -> str:
    """Where the files of a version lie."""
    return f"{_VERSIONS}/{version}"


def send(version: PublishedVersion, store: Store, keep: int | None = None) -> Sent:
    """Bring a published version to the store, verify it there, and let readers see it.

    With `keep`, versions beyond the latest `keep` up to this one are removed once the pointer has moved; younger ones
    may be on their way and are left alone. Raises `CannotSend` if a local file is not as it was published, readers
    already see a later version, or what is stored does not become whole; `MovedMeanwhile` if another sender was
    first; `StoreUnavailable` if the service fails. The pointer is then as it was, or where somebody else put it.
    """
    held = read_pointer(store)
    _require_not_earlier(version.id, held, store)
    sent = _bring(version, store)
    manifest = (version.folder / MANIFEST).read_bytes()
    wanted = _pointer_to(version.manifest, manifest, held)
    if keep is not None:
        wanted = replace(wanted, oldest=_oldest_kept(store, wanted, keep))
    moved = wanted != held.pointer
    if moved:
        move_pointer(store, held, wanted)
    removed = _remove_older(store, wanted.oldest) if keep is not None else []
    uploaded = [file for file in sent if file.is_new]
    return Sent(
        version.id,
        store.place.address(folder_of(version.id)),
        files=len(sent),
        uploaded=len(uploaded),
        bytes_uploaded=sum(file.size for file in uploaded),
        pointer_moved=moved,
        removed=removed,
    )


def point_at(version: str, store: Store) -> Pointer:
    """Let readers see another version that is kept, after every byte of it was read and found as it was published.

    `UsageError` if it is no version's id; `CannotSend` if it is not there or not whole; `MovedMeanwhile` if somebody
    moved the pointer, or began to remove old versions, while it was read.
    """
    if not VERSION_ID.fullmatch(version):
        raise UsageError("that is not the id of a version", remedy="an id looks like 20261101T120000.000000Z-1a2b3c4d")
    held = read_pointer(store)
    if held.pointer is None or version < held.pointer.oldest:
        raise CannotSend(store.place.address(), f"version {version} is not kept there", remedy=_another(store))
    wanted = _pointer_to(*_whole_manifest(version, store), held)
    if wanted != held.pointer:
        move_pointer(store, held, wanted)
    return wanted


def versions_sent(store: Store) -> list[str]:
    """The ids of all versions in the store that were sent whole, oldest first."""
    ids = [one for one in store.folders(_VERSIONS) if VERSION_ID.fullmatch(one)]
    return [one for one in ids if store.has(f"{folder_of(one)}/{MANIFEST}")]


def _require_not_earlier(version: str, held: Held, store: Store) -> None:
    """A sending that was late, or is repeated, must not take readers back."""
    if held.pointer is not None and held.pointer.version > version:
        raise CannotSend(
            store.place.address(),
            f"readers see version {held.pointer.version}, which is later than {version}",
            remedy=f"to take them back: `kronvis send --back {version}`",
        )


def _bring(version: PublishedVersion, store: Store) -> list[_File]:
    """Upload what is missing or not whole, the manifest last; then see that all of it lies there, and no more."""
    there = store.listed(folder_of(version.id))
    hashes = {name: entry["sha256"] for name, entry in all_files(version.manifest).items()}
    bring = partial(_bring_file, version, store, there)
    files = _all_at_once(lambda name: bring(name, hashes[name]), sorted(hashes))
    _require_own_manifest(version)
    files += [bring(name, None) for name in (CHECKSUMS, MANIFEST)]
    _require_as_sent(files, store.listed(folder_of(version.id)), version.id, store)
    return files


def _bring_file(
    version: PublishedVersion, store: Store, there: dict[str, Listed], name: str, sha256: str | None
) -> _File:
    """One file: left as it is if it is there and whole, uploaded otherwise."""
    content = _read_local(version.folder / name, sha256)
    path, md5 = f"{folder_of(version.id)}/{name}", md5_of(content)
    found = there.get(name)
    if found is not None and found.size == len(content) and _is_stored(store, path, content, found.tag):
        return _File(name, len(content), md5, is_new=False)
    tag = store.write(path, content)
    if not _is_stored(store, path, content, tag):
        raise CannotSend(
            store.place.address(path),
            "is not there as it was sent",
            remedy="`kronvis send` again; if it stays so, the service is at fault",
        )
    return _File(name, len(content), md5, is_new=True)


def _is_stored(store: Store, path: str, content: bytes, tag: str) -> bool:
    """Whether the store holds `content`: it says so by its MD5, or what is read back is the same."""
    if tag == md5_of(content):
        return True
    read = store.read(path)
    return read is not None and read.content == content


def _read_local(file: Path, sha256: str | None) -> bytes:
    """A file of the version on disk, as it was published."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = None
    if content is None or (sha256 is not None and hashlib.sha256(content).hexdigest() != sha256):
        raise CannotSend(
            str(file), "is missing or not what was published, and is not sent", remedy="run the years again"
        )
    return content


def _require_own_manifest(version: PublishedVersion) -> None:
    """Manifest and checksums on disk are those of this version: they have no hash of their own to be held against."""
    sums = (version.folder / CHECKSUMS).read_bytes()
    told = (version.folder / MANIFEST).read_bytes()
    if json.loads(told) != version.manifest or sums not in checksums_of(version.manifest, told):
        raise CannotSend(
            str(version.folder), "manifest and checksums are not what was published", remedy="run the years again"
        )


def _require_as_sent(files: list[_File], there: dict[str, Listed], version: str, store: Store) -> None:
    """The listing shows every file in its size and nothing else: readers take all files of a folder for a table."""
    wanted = {file.name: file.size for file in files}
    wrong = sorted(
        name for name in wanted.keys() | there.keys() if name not in there or there[name].size != wanted.get(name)
    )
    if wrong:
        raise CannotSend(
            store.place.address(folder_of(version)),
            f"holds what does not belong to the version, or not all of it: {listed(wrong[:3])}",
            remedy="`kronvis send` again; remove by hand what is not in the version's manifest",
        )


def _pointer_to(manifest: dict[str, Any], content: bytes, held: Held) -> Pointer:
    return Pointer(
        version=manifest["version"],
        content_sha256=manifest["content_sha256"],
        created_at=manifest["created_at"],
        manifest_sha256=hashlib.sha256(content).hexdigest(),
        oldest="" if held.pointer is None else held.pointer.oldest,
    )


def _oldest_kept(store: Store, wanted: Pointer, keep: int) -> str:
    """The oldest of the latest `keep` whole versions up to the one wanted."""
    until = [one for one in versions_sent(store) if wanted.oldest <= one <= wanted.version]
    return until[-max(keep, 1) :][0]


def _remove_older(store: Store, oldest: str) -> list[str]:
    """Remove versions older than `oldest`, which nobody may point at any more; the manifest goes first."""
    surplus = [one for one in store.folders(_VERSIONS) if VERSION_ID.fullmatch(one) and one < oldest]
    for version in surplus:
        folder = folder_of(version)
        store.remove(f"{folder}/{MANIFEST}")
        _all_at_once(store.remove, [f"{folder}/{name}" for name in store.listed(folder)])
    return surplus


def _whole_manifest(version: str, store: Store) -> tuple[dict[str, Any], bytes]:
    """The manifest of a version in the store and its bytes, after all files were read and are what it says."""
    folder = folder_of(version)
    read = store.read(f"{folder}/{MANIFEST}")
    if read is None:
        raise CannotSend(store.place.address(folder), "is not there, or was never whole", remedy=_another(store))
    damaged = _damage(version, read.content, store)
    if damaged:
        raise CannotSend(
            store.place.address(folder),
            f"is damaged ({listed(damaged[:3])}) and is not shown to readers",
            remedy=_another(store),
        )
    return json.loads(read.content), read.content


def _damage(version: str, content: bytes, store: Store) -> list[str]:
    """Files of a version in the store that are missing, too many, or not what its manifest says."""
    folder = folder_of(version)
    try:
        manifest = json.loads(content)
        allowed = {name: {entry["sha256"]} for name, entry in all_files(manifest).items()}
        is_its_own = manifest["version"] == version and manifest["content_sha256"][:8] == version[-8:]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [MANIFEST]
    if not is_its_own:
        return [MANIFEST]
    allowed[CHECKSUMS] = {hashlib.sha256(sums).hexdigest() for sums in checksums_of(manifest, content)}

    def is_whole(name: str) -> bool:
        read = store.read(f"{folder}/{name}")
        return read is not None and hashlib.sha256(read.content).hexdigest() in allowed[name]

    names = sorted(allowed)
    broken = [name for name, whole in zip(names, _all_at_once(is_whole, names), strict=True) if not whole]
    return broken + sorted(store.listed(folder).keys() - allowed.keys() - {MANIFEST})


def _another(store: Store) -> str:
    """Which versions there are, for a person who has to choose one."""
    return f"choose one that is there: {listed(versions_sent(store)[-5:])}"


def _all_at_once(do: Callable[[T], R], of: Iterable[T]) -> list[R]:
    """`do` with each of `of`, some at a time; the first failure ends it, and what was not begun is not done."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(do, of))
