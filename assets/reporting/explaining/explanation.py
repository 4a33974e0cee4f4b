"""The explanation of a recipient's year as plain data: every pot, its formula, its rule, its cells, its documents.

Reads published tables of one year; how they come here and how the result is shown is for others.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.population.bases import territory_of
from assets.reporting.explaining.arithmetic import worked
from assets.reporting.explaining.wording import (
    EVIDENCE,
    basis_told,
    formula,
    money,
    not_split,
    preliminary,
    rounding_direction,
    rounding_told,
    say,
    sentence,
    sum_told,
)
from schemas.errors import DataRefused
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, LARGEST_RECIPIENT, LARGEST_REMAINDER, MUNICIPALITY, NEAREST, PRELIMINARY, UNKNOWN

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]
# Programme and pot; kind of recipient and code.
PotKey = tuple[str, str]
RecipientKey = tuple[str, str]

# The tables that an explanation is made from.
NEEDED: Final = ("allocations", "rules", "sources", "population", "recipient_totals", "county_overview")

_SOURCE: Final = ("source_id", "title", "publisher", "page", "url", "published_on", "note")
_CELL: Final = (
    "table_id",
    "reference_date",
    "ages",
    "region_code",
    "population",
    "population_date",
    "basis",
    "is_perturbed",
    "source",
    "derived_from",
    "extracted_at",
    "sha256",
)
_CELL_KEY: Final = ("table_id", "reference_date", "ages", "region_type", "region_code")
_ROUNDING_STEPS: Final = {
    NEAREST: ("whole_sek", "remainder", "left_over_sek"),
    LARGEST_REMAINDER: ("whole_sek", "remainder", "to_hand_out_sek", "place"),
    LARGEST_RECIPIENT: ("whole_sek", "remainder", "nearest_sek", "left_over_sek", "size_place"),
}
_COMPLETE: Final = {
    True: Text(
        "Alla pengar till detta slag av mottagare har en känd regel.",
        "All money to this kind of recipient has a known rule.",
    ),
    False: Text(
        "Delsumma: en del av pengarna till detta slag av mottagare har ingen känd regel.",
        "A part only: some of the money to this kind of recipient has no known rule.",
    ),
}
_COUNTY: Final = Text("Till länet går {total}: {levels}.", "The county gets {total}: {levels}.")
_PART_OF_COUNTY: Final = Text(
    "Delsumma: en del av pengarna till länet har ingen känd regel.",
    "A part only: some of the money to the county has no known rule.",
)
_LEVELS: Final = {
    "municipality_sek": Text("{amount} till {count} kommuner", "{amount} to {count} municipalities"),
    "region_sek": Text("{amount} till regionen", "{amount} to the region"),
    "county_sek": Text("{amount} länsgemensamt", "{amount} county-joint"),
}


@dataclass(frozen=True)
class ExplainedYear:
    """The tables of a year, laid out so that nobody's explanation has to search them; made by `laid_out`."""

    rules: Mapping[PotKey, Row]
    # Rows of allocations with the steps of their arithmetic, pot by pot and recipient by recipient.
    pots: Mapping[PotKey, list[Row]]
    rows: Mapping[RecipientKey, list[Row]]
    totals: Mapping[RecipientKey, list[Row]]
    # By table, day, ages, kind of territory and its code.
    cells: Mapping[tuple[Any, ...], Row]
    sources: Mapping[str, Mapping[str, Row]]
    counties: Mapping[str, list[Row]]
    # How many municipalities of a county get something, by programme and county.
    municipalities: Mapping[tuple[str, str], int]


def laid_out(tables: Tables) -> ExplainedYear:
    """What explanations of one year look things up in; `tables` holds `NEEDED` for that year."""
    steps = worked(tables["allocations"], tables["rules"]).sort("programme", "pot_id").to_dicts()
    totals = tables["recipient_totals"].sort("programme").to_dicts()
    return ExplainedYear(
        rules={_pot_key(row): row for row in tables["rules"].sort("programme", "pot_id").to_dicts()},
        pots=_grouped(steps, _pot_key),
        rows=_grouped(steps, _recipient_key),
        totals=_grouped(totals, _recipient_key),
        cells={tuple(row[name] for name in _CELL_KEY): row for row in tables["population"].to_dicts()},
        sources={
            programme: {row["source_id"]: row for row in rows}
            for programme, rows in _grouped(tables["sources"].to_dicts(), lambda row: row["programme"]).items()
        },
        counties=_grouped(tables["county_overview"].sort("programme").to_dicts(), lambda row: row["county_code"]),
        municipalities=Counter(
            (row["programme"], row["county_code"]) for row in totals if row["recipient_type"] == MUNICIPALITY
        ),
    )


def explain_recipient(tables: Tables, recipient: Row, lang: Language) -> dict[str, Any]:
    """`explained` for a single recipient, from the tables of its year."""
    of_kind = tables["allocations"].filter(recipient_type=recipient["recipient_type"])
    return explained(laid_out({**tables, "allocations": of_kind}), recipient, lang)


def explained(year: ExplainedYear, recipient: Row, lang: Language) -> dict[str, Any]:
    """All pots of one row of `recipients` in its year, those that are not split, and what they add up to.

    Amounts are whole kronor; texts are in `lang`. Raises `DataRefused` for an amount that does not follow from its
    rule and population.
    """
    kind, key = recipient["recipient_type"], _recipient_key(recipient)
    mine = year.rows.get(key, [])
    _require_explained(mine)
    unknown = [
        rule for rule in year.rules.values() if rule["rule"] == UNKNOWN and rule["recipient_type"] in (kind, UNKNOWN)
    ]
    told = {name: recipient[name] for name in ("year", "recipient_type", "recipient_code", "recipient_name")}
    return {
        **told,
        "totals": [_total(row, mine, lang) for row in year.totals.get(key, [])],
        "pots": [_pot(row, year, lang) for row in mine],
        "not_split": [_not_split(rule, recipient["recipient_name"], year, lang) for rule in unknown],
        # Nobody but a county has rows of `county_overview`.
        "county": [_county(row, year, lang) for row in (year.counties.get(key[1], []) if kind == COUNTY else [])],
    }


def _pot_key(row: Row) -> PotKey:
    return row["programme"], row["pot_id"]


def _recipient_key(row: Row) -> RecipientKey:
    return row["recipient_type"], row["recipient_code"]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows under each key, in the order in which they come."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _require_explained(rows: list[Row]) -> None:
    for row in rows:
        if row["explained_sek"] != row["amount_sek"]:
            raise DataRefused(
                f"table allocations, {row['year']} {row['pot_id']}, {row['recipient_type']} {row['recipient_code']}",
                f"says {row['amount_sek']} kr, but rule and population make {row['explained_sek']} kr",
                remedy="run `kronvis run` again; if it stays, it is a bug",
            )


def _total(total: Row, pots: list[Row], lang: Language) -> dict[str, Any]:
    """The sum of a programme."""
    amounts = [row["amount_sek"] for row in pots if row["programme"] == total["programme"]]
    return {
        "programme": total["programme"],
        "amount_sek": total["amount_sek"],
        "formula": sum_told(amounts, lang),
        "is_complete": total["is_complete"],
        "completeness": say(_COMPLETE[total["is_complete"]], lang),
        "status": total["status"],
    }


def _pot(row: Row, year: ExplainedYear, lang: Language) -> dict[str, Any]:
    rule, pot_rows = year.rules[_pot_key(row)], year.pots[_pot_key(row)]
    says = json.loads(rule["rule"])["rule"]
    cell = _cell(row, rule, year)
    return {
        "programme": row["programme"],
        "pot_id": row["pot_id"],
        "name": rule[f"name_{lang}"],
        "amount_sek": row["amount_sek"],
        "base_sek": row["base_sek"],
        "variable_sek": row["variable_sek"],
        "status": row["status"],
        "sentence": sentence(row, rule[f"name_{lang}"], lang, is_listed="amounts" in says),
        "preliminary": preliminary(cell, lang) if cell and row["status"] == PRELIMINARY else None,
        "formula": formula(row, [one["base_sek"] for one in pot_rows], lang),
        "rounding": _rounding(row, rule, pot_rows, lang),
        "pot": {
            "amount_sek": row["pot_sek"],
            "recipients": len(pot_rows),
            "bases_sek": row["bases_sek"],
            "shared_sek": row["rest_sek"],
            "residual_sek": row["pot_sek"] - sum(one["amount_sek"] for one in pot_rows),
        },
        "rule": _rule(rule, lang),
        "population": _population(row, cell, lang) if cell else None,
        "sources": _sources(rule, year),
    }


def _rounding(row: Row, rule: Row, pot_rows: list[Row], lang: Language) -> dict[str, Any]:
    """The convention and its effect on the row, in numbers and in words."""
    told = {"convention": row["rounding"], "text": rounding_told(row, pot_rows, lang)}
    if row["rounding"] is None:
        return told
    return {
        **told,
        "evidence": rule["evidence_rounding"],
        "direction": rounding_direction(row),
        "denominator": row["population_total"],
        **{name: row[name] for name in _ROUNDING_STEPS[row["rounding"]]},
    }


def _rule(rule: Row, lang: Language) -> dict[str, Any]:
    """The version of the rule and how sure each part of it is."""
    evidence = {part: rule[f"evidence_{part}"] for part in ("amount", "rule", "rounding", "date")}
    return {
        "rule_sha256": rule["rule_sha256"],
        "rule": None if rule["rule"] == UNKNOWN else json.loads(rule["rule"]),
        "evidence": evidence,
        "evidence_told": {part: say(EVIDENCE[value], lang) for part, value in evidence.items() if value is not None},
        "inferred_from": (rule["rule_inferred_from"] or "").split(),
        "note": rule[f"note_{lang}"],
    }


def _cell(row: Row, rule: Row, year: ExplainedYear) -> Row | None:
    """The recipient's row of `population`; None for fixed amounts."""
    if row["rounding"] is None:
        return None
    base = (rule["table_id"], rule["reference_date"], rule["ages"])
    return year.cells[*base, territory_of(row["recipient_type"]), row["recipient_code"]]


def _population(row: Row, cell: Row, lang: Language) -> dict[str, Any]:
    """The cell that the amount rests on, and the denominator with the checksum of all its cells."""
    return {
        "cells": [{**{name: _written(cell[name]) for name in _CELL}, "told": basis_told(cell, lang)}],
        "population_total": row["population_total"],
        "population_sha256": row["population_sha256"],
    }


def _sources(rule: Row, year: ExplainedYear) -> list[dict[str, Any]]:
    """The documents of a rule, in its order."""
    on_hand = year.sources.get(rule["programme"], {})
    return [{name: _written(on_hand[one].get(name)) for name in _SOURCE} for one in rule["sources"].split()]


def _written(value: Any) -> Any:
    """Days and times as text, which JSON lacks."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _not_split(rule: Row, name: str, year: ExplainedYear, lang: Language) -> dict[str, Any]:
    return {
        "programme": rule["programme"],
        "pot_id": rule["pot_id"],
        "name": rule[f"name_{lang}"],
        "recipient_type": rule["recipient_type"],
        "pot_sek": rule["amount_sek"],
        "contains": (rule["contains"] or "").split(),
        "sentence": not_split(rule, name, lang),
        "rule": _rule(rule, lang),
        "sources": _sources(rule, year),
    }


def _county(row: Row, year: ExplainedYear, lang: Language) -> dict[str, Any]:
    """All that goes to the county, level by level."""
    levels = {name: row[name] for name in _LEVELS if row[name] is not None}
    count = year.municipalities.get((row["programme"], row["county_code"]), 0)
    parts = [say(_LEVELS[name], lang, amount=money(amount, lang), count=count) for name, amount in levels.items()]
    return {
        "programme": row["programme"],
        "total_sek": row["total_sek"],
        **levels,
        "municipalities": count,
        "sentence": say(_COUNTY, lang, total=money(row["total_sek"], lang), levels=", ".join(parts)),
        "completeness": None if row["is_complete"] else say(_PART_OF_COUNTY, lang),
        "formula": sum_told(list(levels.values()), lang),
        "is_complete": row["is_complete"],
        "status": row["status"],
    }
