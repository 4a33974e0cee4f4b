"""Vintages: the answers SCB has given for a base, oldest first, and the one that the years rest on.

A later answer with other values stands beside the earlier one. The first is what was decided on, until somebody
adopts another; adoptions are lines that are only ever added.
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.population.bases import Base
from assets.storage.raw_archive import Manifest, RawArchive
from assets.storage.whole_files import sync_folder
from schemas.errors import DataRefused, UsageError, at_line, listed

ADOPTIONS: Final = "adoptions.jsonl"
# Which part of which answer a manifest is about, and what was asked for.
_PLACE: Final = {"vintage": str, "part": int, "parts": int, "cells": int, "regions": list}
_ASIDE: Final = "move the manifest away and fetch again; what is already published stays as it is"


@dataclass(frozen=True)
class Vintage:
    """One complete answer for a base: its id and the manifests of its parts, in their order."""

    id: str
    parts: tuple[Manifest, ...]

    @property
    def fetched_at(self) -> dt.datetime:
        """When the last part came."""
        return max(dt.datetime.fromisoformat(part.fetched_at) for part in self.parts)


def archive_name(base: Base) -> str:
    """The name that a base's answers are kept under; one answer holds counties and municipalities alike."""
    return f"{base.table_id}_{base.reference_date}_{base.ages}"


def vintage_id(part_hashes: Sequence[str]) -> str:
    """The hash of the answer, or of the hashes of its parts."""
    return part_hashes[0] if len(part_hashes) == 1 else hashlib.sha256("".join(part_hashes).encode()).hexdigest()


def vintages(archive: RawArchive, base: Base) -> list[Vintage]:
    """All complete answers for `base`, oldest first; one that came twice is one vintage."""
    by_id: dict[str, dict[int, Manifest]] = {}
    for manifest in archive.manifests(archive_name(base)):
        _require_place(manifest)
        parts = by_id.setdefault(manifest.extra["vintage"], {})
        parts.setdefault(manifest.extra["part"], manifest)
    complete = [
        Vintage(name, tuple(parts[number] for number in sorted(parts)))
        for name, parts in by_id.items()
        if len(parts) == next(iter(parts.values())).extra["parts"]
    ]
    for vintage in complete:
        if vintage_id([part.sha256 for part in vintage.parts]) != vintage.id:
            where = f"raw archive, vintage {vintage.id[:12]} of {archive_name(base)}"
            raise DataRefused(where, "is not that of its parts; a manifest was changed", remedy=_ASIDE)
    return complete


def _require_place(manifest: Manifest) -> None:
    """What a fetch wrote of the answer's place is there; `type`, because True is a whole number too."""
    wrong = [key for key, kind in _PLACE.items() if type(manifest.extra.get(key)) is not kind]
    if wrong:
        where = f"raw archive, manifest of {manifest.name}, {manifest.fetched_at}"
        raise DataRefused(where, f"does not tell {listed(wrong)} as a fetch writes it", remedy=_ASIDE)


def latest_vintage(archive: RawArchive, base: Base) -> Vintage | None:
    """The complete answer that came last: SCB may have gone back to an earlier one."""
    known = {vintage.id: vintage for vintage in vintages(archive, base)}
    came = [manifest.extra["vintage"] for manifest in archive.manifests(archive_name(base))]
    return next((known[name] for name in reversed(came) if name in known), None)


def decided_vintage(archive: RawArchive, base: Base, adoptions: dict[str, str]) -> Vintage | None:
    """The vintage that years rest on: the adopted one, else the first; None if nothing was fetched."""
    known = vintages(archive, base)
    adopted = adoptions.get(archive_name(base))
    if adopted is None:
        return known[0] if known else None
    for vintage in known:
        if vintage.id == adopted:
            return vintage
    raise DataRefused(f"population {base}", f"the adopted vintage {adopted[:12]} is not in the archive")


def read_adoptions(raw: Path) -> dict[str, str]:
    """Archive name → id of the adopted vintage; the last line about a base counts."""
    file = raw / ADOPTIONS
    adopted: dict[str, str] = {}
    lines = file.read_bytes().splitlines() if file.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            adopted[str(entry["base"])] = str(entry["vintage"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DataRefused(at_line(file, number), "is not an adoption", remedy="remove the broken line") from None
    return adopted


def adopt(raw: Path, archive: RawArchive, base: Base, vintage: str) -> Vintage:
    """Let the years that ask for `base` rest on `vintage` (the beginning of its id) from now on."""
    known = vintages(archive, base)
    matching = [one for one in known if one.id.startswith(vintage)] if vintage else []
    if len(matching) != 1:
        ids = [f"{one.id[:12]} ({one.fetched_at:%Y-%m-%d})" for one in known]
        raise UsageError(f"{vintage!r} names {len(matching)} vintages of {base}", remedy=f"there are: {listed(ids)}")
    entry = {"base": archive_name(base), "vintage": matching[0].id, "adopted_at": f"{dt.datetime.now(dt.UTC):%FT%TZ}"}
    with (raw / ADOPTIONS).open("a", encoding="utf-8") as out:
        out.write(json.dumps(entry, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())
    sync_folder(raw)
    return matching[0]
