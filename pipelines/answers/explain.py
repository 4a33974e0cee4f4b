"""Explaining amounts of the published version, from the year's few files.

Meant to answer at once, so nothing is imported here that an explanation can do without: no Dagster, no contract
checks, no typer (which takes longer to load than an explanation takes), and causes of change only where they are
asked for.
"""

from typing import Any, get_args

import polars as pl

from assets.reporting.explaining.explanation import NEEDED, explain_recipient
from assets.reporting.explaining.lookup import find_recipients
from assets.storage.published import PublishedVersion, read_file
from assets.storage.table_files import file_of
from pipelines.answers.version import published_version
from pipelines.settings import Settings
from schemas.errors import UsageError, listed
from schemas.text import Language


def explain(
    settings: Settings,
    year: int,
    recipient: str,
    pot: str | None = None,
    lang: Language = "sv",
    against: int | None = None,
    recipient_type: str | None = None,
) -> dict[str, Any]:
    """What the published version says of a recipient's year, explained; plain data that JSON can hold.

    `recipient` is a name or code; a bare place name means all its roles, `recipient_type` picks one. `pot` leaves
    only that pot, `against` adds the change from an earlier year. Raises `UsageError` for what does not exist and
    `DataRefused` for a file that is not as it was published.
    """
    if lang not in get_args(Language):
        raise UsageError(f"--lang {lang!r} is not known", remedy=f"it is {listed(get_args(Language))}")
    version = published_version(settings)
    _require_years(version, year, against)
    tables = {name: read_file(version, file_of(name, year)) for name in NEEDED}
    everybody = read_file(version, file_of("recipients", year))
    meant = find_recipients(everybody.to_dicts(), recipient, recipient_type)
    explained = [explain_recipient(tables, one, lang) for one in meant]
    if against is not None:
        from assets.reporting.explaining.change import explain_change  # noqa: PLC0415 - only where it is asked for

        allocations, rules = (
            pl.concat([tables[name], read_file(version, file_of(name, against))]) for name in ("allocations", "rules")
        )
        for told, one in zip(explained, meant, strict=True):
            told["change"] = explain_change(allocations, rules, one, against, lang)
    if pot is not None:
        explained = _only(pot, explained)
    return {"version": version.id, "year": year, "language": lang, "recipients": explained}


def _require_years(version: PublishedVersion, year: int, against: int | None) -> None:
    on_hand = version.manifest["years"]
    for asked in (year,) if against is None else (year, against):
        if asked not in on_hand:
            raise UsageError(f"{asked} is not published", remedy=f"years published: {listed(on_hand)}")
    if against is not None and against >= year:
        raise UsageError(f"--against {against} is not before {year}", remedy="compare with an earlier year")


def _only(pot: str, explained: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The explanations that have the pot, with nothing but it; sums over pots are left out."""
    kept = []
    for told in explained:
        parts = {name: [one for one in told[name] if one["pot_id"] == pot] for name in ("pots", "not_split")}
        change = (
            {name: [one for one in told["change"][name] if one["pot_id"] == pot] for name in ("pots", "not_told")}
            if "change" in told
            else {}
        )
        if any(parts.values()) or any(change.values()):
            rest = {"change": {**told["change"], **change, "sum": None}} if change else {}
            kept.append({**told, **parts, **rest, "totals": [], "county": []})
    if not kept:
        names = listed([told["recipient_name"] for told in explained])
        there = sorted({one["pot_id"] for told in explained for name in ("pots", "not_split") for one in told[name]})
        raise UsageError(f"{names} has no pot {pot!r}", remedy=f"there is {listed(there)}")
    return kept
