"""The running history: what each earlier version changed, in short, carried on from its own `changes.json`.

A version cannot name itself while it is made, so it is the next one that writes its entry.
"""

import hashlib
import json
from typing import Any, Final

from assets.storage.products import files_of
from assets.storage.published import PublishedVersion
from assets.storage.versions import version_ids, version_of
from schemas.errors import DataRefused

FILE: Final = "changes.json"
# Of the form of the file; one of another form is not read.
FORM: Final = 1
MOST: Final = 50

# What a version says of itself and the one before it.
FIRST: Final = "first"
EQUAL: Final = "equal"
CHANGED: Final = "changed"
NOT_COMPARED: Final = "not_compared"
# What is said of a version whose own words are not to be had.
NO_LOG: Final = "no_log"

Entry = dict[str, Any]


def history_of(previous: PublishedVersion | None) -> list[Entry]:
    """One entry per earlier version, the latest first, at most `MOST`: id, time, what it was compared with, summary.

    A version without a whole change log (published without products, or damaged since) is named all the same, and
    the history goes on from the version before it.
    """
    if previous is None:
        return []
    out = previous.folder.parent.parent
    earlier = [one for one in version_ids(out) if one < previous.id]
    entries: list[Entry] = []
    for version_id in [previous.id, *reversed(earlier)][:MOST]:
        try:
            version = previous if version_id == previous.id else version_of(out, version_id)
        except DataRefused as error:
            entries.append(_entry(version_id, None, NO_LOG, reason=str(error)))
            continue
        log = _log_of(version)
        if log is None:
            entries.append(_entry(version_id, version.manifest["created_at"], NO_LOG))
            continue
        entries.append(
            _entry(
                version_id,
                version.manifest["created_at"],
                log["state"],
                compared_with=None if log["previous"] is None else log["previous"]["version"],
                summary=log["summary"],
            )
        )
        return [*entries, *log["history"]][:MOST]
    return entries


def _entry(version_id: str, created_at: str | None, state: str, **more: Any) -> Entry:
    return {
        "version": version_id,
        "created_at": created_at,
        "state": state,
        "compared_with": None,
        "summary": None,
    } | more


def _log_of(version: PublishedVersion) -> dict[str, Any] | None:
    """What a version's `changes.json` says, if it is the bytes that were published."""
    known = files_of(version.manifest.get("products", {})).get(FILE)
    if known is None:
        return None
    try:
        content = (version.folder / FILE).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != known["sha256"]:
        return None
    log: dict[str, Any] = json.loads(content)
    return log if log.get("form") == FORM else None
