"""Small worlds to break: three tables of two years, two products, a version before, an archive.

A template is made once; each fault gets its own copy. Tables and their rows are real, taken from a finished run.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.storage.parquet import write_table
from assets.storage.products import Part, Product, fingerprint
from assets.storage.published import PublishedVersion
from assets.storage.publishing import Contents, prune, publish, roll_back
from assets.storage.raw_archive import Manifest, RawArchive
from assets.storage.table_files import file_name
from assets.storage.versions import version_ids, version_of
from schemas.table import Table
from schemas.tables.registry import TABLES as ALL

TABLES: Final[dict[str, Table]] = {name: ALL[name] for name in ("coverage", "pots", "deadlines")}
KEPT, CHANGED = 2024, 2025
YEARS: Final = (KEPT, CHANGED)
ANSWER: Final = b'{"label": "an answer of SCB", "value": [' + b"10565, " * 400 + b"0]}"
ANSWERS: Final = "folkmangd_1_november-2024"
_HOW_IT_CAME: Final[dict[str, Any]] = {
    "url": "https://example.org/tables/X/data",
    "method": "POST",
    "request_body": None,
    "status": 200,
    "fetched_at": "2026-08-20T06:15:00+00:00",
    "seconds": 0.5,
    "table_id": "X",
    "updated": None,
    "language": "sv",
    "limits": None,
    "parser_version": "1",
}


@dataclass(frozen=True)
class World:
    """A folder with everything that a fault may touch."""

    folder: Path

    @property
    def out(self) -> Path:
        """Where versions are published."""
        return self.folder / "out"

    @property
    def work(self) -> Path:
        """Where tables wait to be published."""
        return self.out / "work"

    @property
    def given(self) -> Path:
        """What a run would compute: the tables of both years, never touched by a fault."""
        return self.folder / "given"

    @property
    def raw(self) -> Path:
        """The archive."""
        return self.folder / "raw"


def products(contents: Contents) -> Iterator[Product]:
    """A product that follows the tables, and one that never changes and is taken over from version to version."""
    rests_on = fingerprint(dict(contents.sha256))
    yield Product("notes", "1", rests_on, lambda: [Part("all", rests_on, lambda: _notes(contents))])
    yield Product("static", "1", "1", lambda: [Part("all", "1", lambda: {"static/style.css": b"p {}\n" * 900})])


def _notes(contents: Contents) -> dict[str, bytes]:
    return {f"notes/{name}.csv": table.write_csv().encode() for name, table in contents.tables.items()}


# --- what a process does until a fault strikes it ------------------------------------------------------------


def write(world: World, years: tuple[int, ...] = YEARS) -> None:
    """Write the tables of `years` to the work folder, as the assets of a run do."""
    for table in TABLES.values():
        for year in years:
            write_table(world.work, table, pl.read_parquet(world.given / file_name(table, year)), {year: {}})


def publish_years(world: World, years: tuple[int, ...]) -> PublishedVersion:
    """Publish what waits in the work folder."""
    return publish(world.out, world.work, TABLES, years, lambda year: {"year": str(year)}, lambda _: None, products)


def one_year(world: World) -> None:
    """Publish the changed year; the other is kept."""
    publish_years(world, (CHANGED,))


def all_years(world: World) -> None:
    """Compute and publish everything: what an undisturbed run does, whatever came before."""
    write(world)
    publish_years(world, YEARS)


def go_back(world: World) -> None:
    """Let readers see the oldest version."""
    roll_back(world.out, version_of(world.out, version_ids(world.out)[0]))


def prune_to_one(world: World) -> None:
    """Remove all versions but the current one."""
    prune(world.out, 1)


def archive(world: World) -> None:
    """Keep what was fetched."""
    RawArchive(world.raw).keep(ANSWERS, ANSWER, _HOW_IT_CAME)


def read_archive(world: World) -> None:
    """Read all that was kept, as a run from the archive does."""
    kept = RawArchive(world.raw)
    for manifest in kept.manifests(ANSWERS):
        _require_same(kept.read(manifest.sha256), manifest)


def _require_same(body: bytes, manifest: Manifest) -> None:
    if hashlib.sha256(body).hexdigest() != manifest.sha256 or body != ANSWER:
        msg = "the archive gave other bytes than were kept"
        raise AssertionError(msg)


OPERATIONS: Final = {
    operation.__name__: operation for operation in (one_year, all_years, go_back, prune_to_one, archive, read_archive)
}


# --- templates ------------------------------------------------------------------------------------------------


def templates(tables: Path, folder: Path) -> dict[str, World]:
    """Worlds to copy from, made of the tables of a finished run in the folder `tables`, below `folder`.

    `nothing` has tables that wait for their first publication; in `old` another version is published, in `new` this
    one; in `both` one after the other.
    """
    nothing = World(folder / "nothing")
    for table in TABLES.values():
        for year in YEARS:
            target = nothing.given / file_name(table, year)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tables / file_name(table, year), target)
    write(nothing)
    old = copy(nothing, folder / "old")
    for name, frame in _earlier(old).items():
        write_table(old.work, TABLES[name], frame, {CHANGED: {}})
    publish_years(old, YEARS)
    write(old)
    archive(old)
    new = copy(nothing, folder / "new")
    publish_years(new, YEARS)
    both = copy(old, folder / "both")
    publish_years(both, YEARS)
    return {"nothing": nothing, "old": old, "new": new, "both": both}


def _earlier(world: World) -> dict[str, pl.DataFrame]:
    """The tables of the changed year with other values in them, all within their contracts."""
    changes = {
        "coverage": pl.col("pots_count") + 1,
        "pots": pl.col("name_en") + " (earlier)",
        "deadlines": pl.col("source_title") + " (earlier)",
    }
    return {
        name: pl.read_parquet(world.given / file_name(TABLES[name], CHANGED)).with_columns(change)
        for name, change in changes.items()
    }


def copy(world: World, folder: Path) -> World:
    """A world of its own with the same content; links between its files are not kept, so that damage stays local."""
    shutil.copytree(world.folder, folder, symlinks=True)
    return World(folder)
