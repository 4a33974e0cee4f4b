"""Products of a version: files made from its tables for people and catalogues, and made anew only where they must be.

Knows files and fingerprints; what a product holds is `assets/presentation/`. A product has parts, and a part is what
is made in one go: if neither what it rests on nor the recipe has changed, its files are taken from the version before.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from assets.storage.whole_files import sync_file
from schemas.errors import DataRefused

# Written last, by whoever publishes the version.
# What a version says of itself; no product may take these names.
MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "SHA256SUMS"
_BUG: Final = "this is a bug in a product"


@dataclass(frozen=True)
class Part:
    """Files that are made together: `rests_on` is the fingerprint of what they say, `files` makes them."""

    name: str
    rests_on: str
    files: Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True)
class Product:
    """Something made from the tables of a version: report, workbooks, catalogue.

    `recipe` is the fingerprint of the code and the other files that make it, `rests_on` that of the tables' files it
    reads. If both are as last time its parts are not even looked at.
    """

    name: str
    recipe: str
    rests_on: str
    parts: Callable[[], Iterable[Part]]


@dataclass(frozen=True)
class Brought:
    """The products of a version: its part of the manifest, and how many files were made and how many taken over."""

    manifest: dict[str, Any]
    made: int
    kept: int


def fingerprint(value: Any) -> str:
    """The sha256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def recipe_of(*places: Path) -> str:
    """The fingerprint of files and of all files below folders: the code, templates and data that make a product.

    `FileNotFoundError` if one of the places is not there: without it the fingerprint would never change.
    """
    for place in places:
        place.stat()
    files = {file for place in places for file in ([place] if place.is_file() else place.rglob("*"))}
    kept = sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
    return fingerprint([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in kept])


def bring_products(
    products: Iterable[Product], version: Path, previous: Path | None, known: Mapping[str, Any]
) -> Brought:
    """Make the products in the folder `version`, or take them from the folder `previous`.

    `known` is what the manifest of the previous version says of its products. A file of the previous version that is
    not the bytes that were published is made again. Raises `DataRefused` for a path that leaves the version or is
    claimed twice, and for two products, or two parts of one, of the same name.
    """
    taker = _Taker(version, previous)
    manifest: dict[str, Any] = {}
    for product in products:
        _require_new(product.name, manifest)
        manifest[product.name] = _bring(product, taker, known.get(product.name))
    return Brought(manifest, taker.made, taker.kept)


def files_of(products: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Path → hash and size, for all files of all products of a manifest."""
    return {
        path: entry
        for product in products.values()
        for part in product["parts"].values()
        for path, entry in part["files"].items()
    }


def _bring(product: Product, taker: "_Taker", known: Mapping[str, Any] | None) -> dict[str, Any]:
    made_by = {"recipe": product.recipe, "rests_on": product.rests_on}
    before = known if known is not None and known["recipe"] == product.recipe else None
    if before is not None and before["rests_on"] == product.rests_on and taker.take_all(before["parts"].values()):
        return {**made_by, "parts": before["parts"]}
    parts: dict[str, Any] = {}
    for part in product.parts():
        _require_new(part.name, parts)
        last = None if before is None else before["parts"].get(part.name)
        if last is None or last["rests_on"] != part.rests_on or not taker.take_all([last]):
            last = {"rests_on": part.rests_on, "files": taker.make(part.files())}
        parts[part.name] = last
    return {**made_by, "parts": parts}


def _require_new(name: str, known: Mapping[str, Any]) -> None:
    """A second one of the same name would push the files of the first out of the manifest."""
    if name in known:
        raise DataRefused(name, "is there twice among the products or their parts", remedy=_BUG)


class _Taker:
    """Puts files into the version that is being built, and counts them."""

    def __init__(self, version: Path, previous: Path | None) -> None:
        self._version = version
        self._previous = previous
        self.made = 0
        self.kept = 0

    def take_all(self, parts: Iterable[Mapping[str, Any]]) -> bool:
        """Take the files of `parts` from the previous version; False, and none taken, if one is not whole."""
        files = {path: entry["sha256"] for part in parts for path, entry in part["files"].items()}
        if self._previous is None or not all(self._is_whole(path, sha256) for path, sha256 in files.items()):
            return False
        for path in files:
            source, target = self._previous / path, self._target(path)
            try:
                os.link(source, target)
            except OSError:
                shutil.copyfile(source, target)
                sync_file(target)
        self.kept += len(files)
        return True

    def make(self, files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
        """Write new files."""
        entries = {}
        for path, content in sorted(files.items()):
            target = self._target(path)
            target.write_bytes(content)
            sync_file(target)
            entries[path] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        self.made += len(entries)
        return entries

    def _is_whole(self, path: str, sha256: str) -> bool:
        file = self._previous / path if self._previous is not None else Path(path)
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256

    def _target(self, path: str) -> Path:
        """Where a file belongs; its folder is made."""
        pure = PurePosixPath(path)
        target = self._version / pure
        if pure.is_absolute() or ".." in pure.parts or str(pure) in (MANIFEST, CHECKSUMS) or target.exists():
            raise DataRefused(path, "is no place of its own in a version", remedy=_BUG)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise DataRefused(path, "lies below a file of the version", remedy=_BUG) from None
        return target
