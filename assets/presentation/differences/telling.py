"""A difference as plain data that JSON can hold: what `changes.json` and `kronvis diff --json` say."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

import polars as pl

from assets.presentation.differences.compare import NEEDED, Difference
from assets.storage.published import PublishedVersion
from assets.storage.versions import read_columns
from schemas.tables.changes import CAUSES

Told = dict[str, Any]

_PROGRAMME_OF_POT = ("programme", "year", "pot_id")


def read_needed(version: PublishedVersion, years: Iterable[int]) -> dict[str, pl.DataFrame]:
    """The tables that are compared, of those of `years` that a version has; raises as `read_columns` does."""
    chosen = list(years)
    return {table.name: read_columns(version, table, columns, chosen) for table, columns in NEEDED.items()}


def other_years(before: Iterable[int], after: Iterable[int]) -> Told:
    """`years_added` and `years_removed`: what only one of two versions has."""
    then, now = set(before), set(after)
    return {"years_added": sorted(now - then), "years_removed": sorted(then - now)}


def told(found: Difference) -> Told:
    """A difference as plain data: `is_equal`, `summary`, and lists, amounts in whole kronor.

    `pots` (with `reasons`) and `recipients` come with the largest change first; `rows`, `verdicts` and `population`
    are as in `Difference`.
    """
    rows, recipients = found.rows.to_dicts(), found.recipients.to_dicts()
    pots = [
        {**pot, "reasons": list(found.reasons.get((pot["programme"], pot["year"], pot["pot_id"]), ()))}
        for pot in found.pots.to_dicts()
    ]
    verdicts = found.verdicts.to_dicts()
    return {
        "is_equal": found.is_empty,
        "summary": _summary(pots, rows, recipients, verdicts),
        "pots": sorted(pots, key=lambda pot: (-max(pot["moved_sek"], abs(pot["change_sek"])), -pot["year"])),
        "recipients": sorted(recipients, key=lambda one: (-abs(one["change_sek"]), -one["year"])),
        "rows": rows,
        "verdicts": verdicts,
        "population": [_plain(row) for row in found.population.to_dicts()],
    }


def only_of(whole: Told, recipients: Iterable[tuple[str, str]]) -> Told:
    """The same for some recipients (kind, code) only: their rows, and the pots of these, which stay whole pots."""
    wanted = set(recipients)
    kept = {
        part: [one for one in whole[part] if (one["recipient_type"], one["recipient_code"]) in wanted]
        for part in ("rows", "recipients", "verdicts")
    }
    concerned = {tuple(row[name] for name in _PROGRAMME_OF_POT) for row in kept["rows"]}
    pots = [pot for pot in whole["pots"] if tuple(pot[name] for name in _PROGRAMME_OF_POT) in concerned]
    return {
        **whole,
        **kept,
        "pots": pots,
        "population": [],
        "is_equal": not any(kept.values()),
        "summary": _summary(pots, kept["rows"], kept["recipients"], kept["verdicts"]),
    }


def _summary(pots: list[Told], rows: list[Told], recipients: list[Told], verdicts: list[Told]) -> Told:
    """Sums over all pots and years, and how many statuses and verdicts went from what to what."""
    changes = [row["change_sek"] for row in rows]
    statuses = Counter(
        (row["status_before"], row["status_after"], row["change_sek"] == 0)
        for row in rows
        if row["continuity"] == "changed" and row["status_before"] != row["status_after"]
    )
    verdict_moves = Counter(
        (one["verdict_before"], one["verdict_after"])
        for one in verdicts
        if one["verdict_before"] != one["verdict_after"]
    )
    return {
        "years": sorted({pot["year"] for pot in pots} | {one["year"] for one in verdicts}),
        "pots": len(pots),
        "amounts": dict(Counter(row["continuity"] for row in rows)),
        "recipients": len({(one["recipient_type"], one["recipient_code"]) for one in recipients}),
        "up": sum(change > 0 for change in changes),
        "down": sum(change < 0 for change in changes),
        "moved_sek": sum(change for change in changes if change > 0),
        "net_sek": sum(changes),
        **{cause: sum(row[cause] for row in rows) for cause in CAUSES},
        "statuses": [
            {"before": before, "after": after, "amount_is_the_same": same, "rows": many}
            for (before, after, same), many in sorted(statuses.items())
        ],
        "verdicts": [
            {"before": before, "after": after, "figures": many}
            for (before, after), many in sorted(verdict_moves.items(), key=lambda item: (-item[1], str(item[0])))
        ],
    }


def _plain(row: Told) -> Told:
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in row.items()}
