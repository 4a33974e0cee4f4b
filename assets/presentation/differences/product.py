"""The change log as a product of a version: what it changes against the version before, and the history so far."""

import json
from pathlib import Path
from typing import Any, Final, get_args

import polars as pl

from assets.presentation.differences import history
from assets.presentation.differences.compare import NEEDED, difference
from assets.presentation.differences.markdown import page
from assets.presentation.differences.telling import other_years, read_needed, told
from assets.presentation.recipe import recipe
from assets.storage import versions
from assets.storage.products import Part, Product, fingerprint
from assets.storage.published import PublishedVersion
from assets.storage.publishing import Contents
from assets.storage.table_files import year_of
from schemas.errors import DataRefused
from schemas.text import Language

_NOTHING: Final[dict[str, Any]] = {"is_equal": None, "summary": None}


def changes(contents: Contents) -> Product:
    """`changes.json`, `changes.sv.md` and `changes.en.md`: the difference to `contents.previous`.

    A version before this one that cannot be read (damaged, or written by another Kronvis) does not stop the new one:
    the log then says that nothing was compared, and why.
    """
    previous = contents.previous
    earlier = None if previous is None else previous.id
    return Product(
        name="changes",
        recipe=recipe("differences", Path(versions.__file__)),
        rests_on=fingerprint([earlier, contents.sha256]),
        parts=lambda: [_part(contents, earlier)],
    )


def _part(contents: Contents, earlier: str | None) -> Part:
    before = history.history_of(contents.previous)
    return Part("changes", fingerprint([earlier, contents.sha256, before]), lambda: _files(contents, before))


def _files(contents: Contents, before: list[history.Entry]) -> dict[str, bytes]:
    log = {"form": history.FORM, **_log(contents), "history": before}
    languages: tuple[Language, ...] = get_args(Language)
    pages = {f"changes.{lang}.md": page(log, lang).encode() for lang in languages}
    return {history.FILE: (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode(), **pages}


def _log(contents: Contents) -> dict[str, Any]:
    """All of `changes.json` but the history: `state`, `previous`, and the difference or why there is none."""
    previous = contents.previous
    if previous is None:
        return {"state": history.FIRST, "previous": None, **_NOTHING}
    compared_with = {"version": previous.id, "created_at": previous.manifest["created_at"]}
    try:
        found = _compared(contents, previous)
    except DataRefused as error:
        reason = f"{error.where}: {error.what}"
        return {"state": history.NOT_COMPARED, "previous": compared_with, "reason": reason, **_NOTHING}
    state = history.EQUAL if found["is_equal"] else history.CHANGED
    around = other_years(previous.manifest["years"], _years(contents))
    return {"state": state, "previous": compared_with, **around, **found}


def _compared(contents: Contents, previous: PublishedVersion) -> dict[str, Any]:
    """The difference; years whose files are the same bytes are not set beside each other, only looked at."""
    years = _years(contents) | set(previous.manifest["years"])
    same = {year for year in years if all(_is_same(contents, previous, table.name, year) for table in NEEDED)}
    versions.require_whole(previous, NEEDED, sorted(same))
    other = sorted(years - same)
    after = {
        table.name: contents.tables[table.name].select(columns).filter(pl.col("year").is_in(other))
        for table, columns in NEEDED.items()
    }
    return told(difference(read_needed(previous, other), after))


def _years(contents: Contents) -> set[int]:
    """The years of the version that is being made: those that its files are of."""
    return {year_of(path) for path in contents.sha256}


def _is_same(contents: Contents, previous: PublishedVersion, table: str, year: int) -> bool:
    path = f"{table}/{table}_{year}.parquet"
    entry = previous.manifest["files"].get(path)
    return entry is not None and entry["sha256"] == contents.sha256.get(path)
