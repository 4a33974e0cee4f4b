"""What changed between two published versions, read through their checksums."""

from typing import Any, Final

import polars as pl

from assets.presentation.differences.compare import NEEDED, difference
from assets.presentation.differences.telling import only_of, other_years, read_needed, told
from assets.reporting.explaining.lookup import find_recipients
from assets.storage.published import PublishedVersion
from assets.storage.versions import (
    CURRENT,
    PREVIOUS,
    read_columns,
    require_whole,
    version_named,
    years_that_differ,
)
from pipelines.settings import Settings
from schemas.errors import UsageError, listed
from schemas.tables.population import RECIPIENTS

_NAMES: Final = ("year", "recipient_type", "recipient_code", "recipient_name")


def diff(
    settings: Settings,
    before: str = PREVIOUS,
    after: str = CURRENT,
    year: int | None = None,
    recipient: str | None = None,
) -> dict[str, Any]:
    """What changed from version `before` to version `after`, as plain data (`telling.told`) with both versions named.

    A version is an id, the beginning of one only, `current` or `previous`; `year` and `recipient` (a name or code)
    leave only what concerns them. Raises `UsageError` for what does not exist, `DataRefused` for a file that is not as
    it was published, or a version of another Kronvis that lacks a table or column.
    """
    versions = [version_named(settings.out, name) for name in (before, after)]
    years = _years(versions, year)
    whole = {**_around(versions, years), **_told(versions, years)}
    if recipient is None:
        return whole
    meant = _meant(versions, years, recipient)
    found = only_of(whole, [(one["recipient_type"], one["recipient_code"]) for one in meant])
    return {**found, "recipient": [{name: one[name] for name in _NAMES[1:]} for one in meant]}


def _years(versions: list[PublishedVersion], year: int | None) -> list[int]:
    """The years of either version, or the one asked for, which both must have."""
    if year is None:
        return sorted({one for version in versions for one in version.manifest["years"]})
    for version in versions:
        if year not in version.manifest["years"]:
            has = listed(version.manifest["years"])
            raise UsageError(f"version {version.id} has no year {year}", remedy=f"it has {has}")
    return [year]


def _told(versions: list[PublishedVersion], years: list[int]) -> dict[str, Any]:
    """The difference; a year whose files are the same bytes is only looked at, so that damage is seen."""
    before, after = versions
    differing = [year for year in years_that_differ(before, after, NEEDED) if year in years]
    for version in versions:
        require_whole(version, NEEDED, [year for year in years if year not in differing])
    return told(difference(read_needed(before, differing), read_needed(after, differing)))


def _around(versions: list[PublishedVersion], years: list[int]) -> dict[str, Any]:
    before, after = versions
    named = {
        side: {"version": version.id, "created_at": version.manifest["created_at"]}
        for side, version in (("before", before), ("after", after))
    }
    return {**named, "years": years, **other_years(before.manifest["years"], after.manifest["years"])}


def _meant(versions: list[PublishedVersion], years: list[int], asked: str) -> list[dict[str, Any]]:
    """Everybody whom `asked` means in either version, under the latest name."""
    everybody = pl.concat([read_columns(version, RECIPIENTS, _NAMES, years) for version in reversed(versions)])
    latest = everybody.unique(_NAMES[1:], keep="first", maintain_order=True).sort(
        "year", descending=True, maintain_order=True
    )
    found = find_recipients(latest.to_dicts(), asked)
    return list({(one["recipient_type"], one["recipient_code"]): one for one in reversed(found)}.values())
