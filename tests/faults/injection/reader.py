"""Somebody who reads what is published, and believes nothing: every hash, every list, every contract is checked."""

import hashlib
import json
import threading
import time
from functools import cache
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import polars as pl

from assets.storage.published import all_files
from schemas.contract import enforce
from schemas.tables.registry import TABLES

NOTHING: Final = "nothing"
_ITSELF: Final = {"manifest.json", "SHA256SUMS"}


class Torn(Exception):
    """What is published is not whole."""


def seen(out: Path) -> str:
    """The content hash of the version that `current` shows, `NOTHING` if there is none; `Torn` if it is not whole."""
    try:
        folder = out / (out / "current").readlink()
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise Torn(f"current is no link: {error}") from None
    try:
        return look(folder)
    except (KeyError, TypeError, AttributeError, OSError) as error:
        raise Torn(f"not as a version is: {type(error).__name__}: {error}") from None


def look(folder: Path) -> str:
    """The content hash of a version, every byte of which is what its manifest and SHA256SUMS say."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        sums = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Torn(f"no readable manifest or checksums: {error}") from None
    files = all_files(manifest)
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    if on_disk - _ITSELF != set(files):
        raise Torn(f"files on disk and in the manifest differ: {sorted((on_disk - _ITSELF) ^ set(files))[:5]}")
    told = {name: sha256 for sha256, _, name in (line.partition("  ") for line in sums.splitlines())}
    for name, entry in files.items():
        content = (folder / name).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if (sha256, len(content)) != (entry["sha256"], entry["bytes"]) or told.get(name) != sha256:
            raise Torn(f"{name} is not what the manifest or SHA256SUMS says")
        if name in manifest["files"]:
            _require_contract(name.partition("/")[0], sha256, folder / name)
    return str(manifest["content_sha256"])


def essence(folder: Path) -> dict[str, Any]:
    """The manifest without what differs between two publications of the same content: id and time."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return {name: value for name, value in manifest.items() if name not in {"version", "created_at"}}


def _require_contract(table: str, sha256: str, file: Path) -> None:
    """The rows keep the contract of their table; the same bytes are held against it once."""
    if sha256 not in _kept_contract():
        enforce(TABLES[table], pl.read_parquet(BytesIO(file.read_bytes())), where="as a reader sees it")
        _kept_contract().add(sha256)


@cache
def _kept_contract() -> set[str]:
    return set()


class Watching:
    """A reader that looks again and again, in a thread, while something happens to `out`."""

    def __init__(self, out: Path, pause: float = 0.03) -> None:
        self.views: list[str] = []
        self.torn: list[str] = []
        self._out = out
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watching":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self.views.append(seen(self._out))
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is reported as what it saw
                self.torn.append(f"{type(error).__name__}: {error}")
            time.sleep(self._pause)
