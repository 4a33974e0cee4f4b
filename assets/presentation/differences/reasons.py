"""What was changed, by name, of a pot between two versions: its rule and which field of it, evidence, head counts.

A reason is plain data: `kind` and what belongs to it. Amounts and causes are `compare.py`'s business.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from assets.population.bases import territory_of
from schemas.vocabulary import RECIPIENT_TYPES, UNKNOWN

PotKey = tuple[str, int, str]
Reason = dict[str, Any]

POT_ADDED: Final = "pot_added"
POT_REMOVED: Final = "pot_removed"
RULE_KNOWN: Final = "rule_known"
RULE_UNKNOWN: Final = "rule_unknown"
RULE_CHANGED: Final = "rule_changed"
EVIDENCE_CHANGED: Final = "evidence_changed"
RECIPIENTS_CHANGED: Final = "recipients_changed"
POPULATION_CHANGED: Final = "population_changed"

_POT: Final = ("programme", "year", "pot_id")
_RECIPIENT: Final = (*_POT, "recipient_type", "recipient_code")
_COUNT: Final = ("year", "reference_date", "table_id", "ages", "region_type")
_CELL: Final = (*_COUNT, "region_code")
# Fields of a rule that are columns of the table `rules`, in the order in which they are told.
_COLUMNS: Final = {
    "amount": "amount_sek",
    "recipients": "recipient_type",
    "ages": "ages",
    "date": "reference_date",
    "table": "table_id",
    "rounding": "rounding",
}
_EVIDENCE: Final = ("amount", "rule", "rounding", "date")
# What a head count rests on, beside the number itself.
_ORIGIN: Final = ("basis", "source", "derived_from", "population_date")


def reasons_of(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], counts: pl.DataFrame
) -> dict[PotKey, tuple[Reason, ...]]:
    """The reasons of every pot that has one; `counts` is `counts_beside`."""
    then, now = (_by_pot(frames["rules"]) for frames in (before, after))
    receiving = _recipient_reasons(before["allocations"], after["allocations"])
    counted = _population_reasons(counts)
    found = {}
    for key in sorted(then.keys() | now.keys()):
        of_rule = _rule_reasons(then.get(key), now.get(key))
        reasons = (*of_rule, *receiving.get(key, ()), *counted.get(key, ()))
        if reasons:
            found[key] = reasons
    return found


def _by_pot(rules: pl.DataFrame) -> dict[PotKey, Mapping[str, Any]]:
    return {(row["programme"], row["year"], row["pot_id"]): row for row in rules.to_dicts()}


# --- rules ------------------------------------------------------------------------------------------------------------


def _rule_reasons(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Reason]:
    if before is None or after is None:
        return [{"kind": POT_ADDED if before is None else POT_REMOVED}]
    reasons: list[Reason] = []
    known_before, known_after = before["rule"] != UNKNOWN, after["rule"] != UNKNOWN
    if known_before != known_after:
        reasons.append({"kind": RULE_KNOWN if known_after else RULE_UNKNOWN})
    elif before["rule_sha256"] != after["rule_sha256"]:
        fields = _changes(_fields(before), _fields(after))
        # Another hash and no field that is known here: another Kronvis has a rule decided by something more.
        reasons.append({"kind": RULE_CHANGED, "fields": fields or [{"field": "other", "before": None, "after": None}]})
    evidence = _changes(*({name: row[f"evidence_{name}"] for name in _EVIDENCE} for row in (before, after)))
    return [*reasons, {"kind": EVIDENCE_CHANGED, "fields": evidence}] if evidence else reasons


def _fields(rule: Mapping[str, Any]) -> dict[str, Any]:
    """All that the hash of a rule covers, by name: base and listed amounts stand in the rule's text only."""
    told = {name: rule[column] for name, column in _COLUMNS.items()}
    told["date"] = None if told["date"] is None else str(told["date"])
    if rule["rule"] == UNKNOWN:
        return told
    written = json.loads(rule["rule"]).get("rule", {})
    key = written.get("variable", {}).get("key")
    return {**told, "base": written.get("base_sek"), "amounts": written.get("amounts"), "key": key}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]


# --- recipients -------------------------------------------------------------------------------------------------------


def _recipient_reasons(before: pl.DataFrame, after: pl.DataFrame) -> dict[PotKey, tuple[Reason, ...]]:
    """How many share a pot that did not, and the other way round, where it is split in both versions."""
    sides = [frame.select(*_RECIPIENT, _there=pl.lit(value=True)) for frame in (after, before)]
    rows = sides[0].join(sides[1], on=_RECIPIENT, how="full", coalesce=True, suffix="_before", validate="1:1")
    here, there = (pl.col(name).is_not_null() for name in ("_there", "_there_before"))
    counts = (
        rows.group_by(_POT)
        .agg(new=(~there).sum(), removed=(~here).sum(), is_in_both=here.any() & there.any())
        .filter("is_in_both", (pl.col("new") > 0) | (pl.col("removed") > 0))
    )
    return {
        (row["programme"], row["year"], row["pot_id"]): (
            {"kind": RECIPIENTS_CHANGED, "new": row["new"], "removed": row["removed"]},
        )
        for row in counts.to_dicts()
    }


# --- head counts ------------------------------------------------------------------------------------------------------


def counts_beside(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The head counts of recipients that share a pot in both versions: number and origin, before and after."""
    now, then = (_counts(frames) for frames in (after, before))
    return now.join(then, on=_RECIPIENT, how="inner", suffix="_before", validate="1:1")


def _counts(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows of `allocations` that rest on a head count, with the day and the file that it is of."""
    bases = frames["rules"].select(*_POT, "table_id", "reference_date")
    territories = {kind: territory_of(kind) for kind in RECIPIENT_TYPES}
    cells = frames["population"].select(*_CELL, "population_date", "sha256")
    return (
        frames["allocations"]
        .filter(pl.col("population").is_not_null())
        .join(bases, on=_POT, validate="m:1")
        .with_columns(
            region_type=pl.col("recipient_type").replace_strict(territories, return_dtype=pl.String),
            region_code="recipient_code",
        )
        .join(cells, on=_CELL, how="left", validate="m:1")
        .select(
            *_RECIPIENT,
            "population",
            "population_total",
            "population_date",
            "sha256",
            basis="population_basis",
            source="population_source",
            derived_from="population_derived_from",
        )
    )


def _population_reasons(counts: pl.DataFrame) -> dict[PotKey, tuple[Reason, ...]]:
    """One reason per pot of which a head count, or what one rests on, is another one."""
    rows = counts.filter(_differs("population", *_ORIGIN))
    found: dict[PotKey, tuple[Reason, ...]] = {}
    for (programme, year, pot_id), group in rows.group_by(_POT, maintain_order=True):
        first = group.row(0, named=True)
        reason = {
            "kind": POPULATION_CHANGED,
            "counts_changed": group.filter(_differs("population")).height,
            "total_before": first["population_total_before"],
            "total_after": first["population_total"],
            **{name: _moves(group, name) for name in _ORIGIN},
            "other_file": group.filter(_differs("sha256")).height,
        }
        found[str(programme), int(str(year)), str(pot_id)] = (reason,)
    return found


def _differs(*names: str) -> pl.Expr:
    return pl.any_horizontal(~pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in names)


def _moves(rows: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """How many recipients went from which value to which, the most first."""
    before = f"{name}_before"
    pairs = rows.filter(_differs(name)).group_by(before, name).agg(recipients=pl.len())
    ordered = pairs.sort("recipients", before, name, descending=[True, False, False], nulls_last=True)
    return [
        {"before": _plain(then), "after": _plain(now), "recipients": many} for then, now, many in ordered.iter_rows()
    ]


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def population_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Per year and count (table, day, ages, kind of territory): how many cells are others, and in what.

    `other_file` counts cells of the same number and origin that were read from a file with other bytes.
    """
    side = [frame.with_columns(_there=pl.lit(value=True)) for frame in (after, before)]
    cells = side[0].join(side[1], on=_CELL, how="full", coalesce=True, suffix="_before", validate="1:1")
    both = pl.col("_there").is_not_null() & pl.col("_there_before").is_not_null()
    other_number, other_origin = _differs("population"), _differs("basis", "source", "population_date")
    kinds = {
        "new": pl.col("_there_before").is_null(),
        "removed": pl.col("_there").is_null(),
        "other_number": both & other_number,
        "other_origin": both & other_origin,
        "other_file": both & ~other_number & ~other_origin & _differs("sha256"),
    }
    return (
        cells.group_by(_COUNT)
        .agg(kind.sum().cast(pl.Int64).alias(name) for name, kind in kinds.items())
        .filter(pl.any_horizontal(pl.col(name) > 0 for name in kinds))
        .sort(_COUNT)
    )
