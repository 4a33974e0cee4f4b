"""The explanation of a recipient's year as plain data: every pot, its formula, its rule, its cells, its documents.

Reads published tables of one year; how they come here and how the result is shown is for others.
"""

import datetime as dt
import json
from collections.abc import Mapping
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
from schemas.fields import COUNTY, LARGEST_RECIPIENT, LARGEST_REMAINDER, MUNICIPALITY, NEAREST, PRELIMINARY, UNKNOWN
from schemas.product import Language, Text

Tables = Mapping[str, pl.DataFrame]
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


def explain_recipient(tables: Tables, recipient: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """All pots of one row of `recipients` in its year, those that are not split, and what they add up to.

    `tables` holds `NEEDED` for that year. Amounts are whole kronor; texts are in `lang`. Raises `DataRefused` for an
    amount that does not follow from its rule and population.
    """
    kind, code = recipient["recipient_type"], recipient["recipient_code"]
    steps = worked(tables["allocations"].filter(recipient_type=kind), tables["rules"])
    mine = steps.filter(recipient_code=code).sort("programme", "pot_id").to_dicts()
    _require_explained(mine)
    unknown = tables["rules"].filter(pl.col("rule") == UNKNOWN, pl.col("recipient_type").is_in([kind, UNKNOWN]))
    told = {name: recipient[name] for name in ("year", "recipient_type", "recipient_code", "recipient_name")}
    return {
        **told,
        "totals": [_total(row, mine, lang) for row in _rows_of(tables["recipient_totals"], kind, code)],
        "pots": [_pot(row, steps, tables, lang) for row in mine],
        "not_split": [
            _not_split(rule, recipient["recipient_name"], tables, lang)
            for rule in unknown.sort("programme", "pot_id").to_dicts()
        ],
        "county": [_county(row, tables, lang) for row in _counties(tables, recipient)],
    }


def _require_explained(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["explained_sek"] != row["amount_sek"]:
            raise DataRefused(
                f"table allocations, {row['year']} {row['pot_id']}, {row['recipient_type']} {row['recipient_code']}",
                f"says {row['amount_sek']} kr, but rule and population make {row['explained_sek']} kr",
                remedy="run `kronvis run` again; if it stays, it is a bug",
            )


def _rows_of(table: pl.DataFrame, kind: str, code: str) -> list[dict[str, Any]]:
    return table.filter(recipient_type=kind, recipient_code=code).sort("programme").to_dicts()


def _total(total: Mapping[str, Any], pots: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
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


def _pot(row: Mapping[str, Any], steps: pl.DataFrame, tables: Tables, lang: Language) -> dict[str, Any]:
    rule = tables["rules"].row(by_predicate=_same(row, "programme", "pot_id"), named=True)
    pot_rows = steps.filter(_same(row, "programme", "pot_id")).to_dicts()
    says = json.loads(rule["rule"])["rule"]
    cell = _cell(row, rule, tables["population"])
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
        "sources": _sources(rule, tables["sources"]),
    }


def _rounding(
    row: Mapping[str, Any], rule: Mapping[str, Any], pot_rows: list[dict[str, Any]], lang: Language
) -> dict[str, Any]:
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


def _rule(rule: Mapping[str, Any], lang: Language) -> dict[str, Any]:
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


def _cell(row: Mapping[str, Any], rule: Mapping[str, Any], population: pl.DataFrame) -> dict[str, Any] | None:
    """The recipient's row of `population`; None for fixed amounts."""
    if row["rounding"] is None:
        return None
    return population.row(
        by_predicate=_same(rule, "table_id", "reference_date", "ages")
        & (pl.col("region_type") == territory_of(row["recipient_type"]))
        & (pl.col("region_code") == row["recipient_code"]),
        named=True,
    )


def _population(row: Mapping[str, Any], cell: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """The cell that the amount rests on, and the denominator with the checksum of all its cells."""
    return {
        "cells": [{**{name: _written(cell[name]) for name in _CELL}, "told": basis_told(cell, lang)}],
        "population_total": row["population_total"],
        "population_sha256": row["population_sha256"],
    }


def _sources(rule: Mapping[str, Any], sources: pl.DataFrame) -> list[dict[str, Any]]:
    """The documents of a rule, in its order."""
    on_hand = {row["source_id"]: row for row in sources.filter(_same(rule, "programme")).to_dicts()}
    return [{name: _written(on_hand[one].get(name)) for name in _SOURCE} for one in rule["sources"].split()]


def _written(value: Any) -> Any:
    """Days and times as text, which JSON lacks."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _not_split(rule: Mapping[str, Any], name: str, tables: Tables, lang: Language) -> dict[str, Any]:
    return {
        "programme": rule["programme"],
        "pot_id": rule["pot_id"],
        "name": rule[f"name_{lang}"],
        "recipient_type": rule["recipient_type"],
        "pot_sek": rule["amount_sek"],
        "contains": (rule["contains"] or "").split(),
        "sentence": not_split(rule, name, lang),
        "rule": _rule(rule, lang),
        "sources": _sources(rule, tables["sources"]),
    }


def _counties(tables: Tables, recipient: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `county_overview` that belong to a county; nobody else has any."""
    if recipient["recipient_type"] != COUNTY:
        return []
    return tables["county_overview"].filter(county_code=recipient["recipient_code"]).sort("programme").to_dicts()


def _county(row: Mapping[str, Any], tables: Tables, lang: Language) -> dict[str, Any]:
    """All that goes to the county, level by level."""
    levels = {name: row[name] for name in _LEVELS if row[name] is not None}
    in_county = tables["recipient_totals"].filter(
        _same(row, "programme", "county_code"), pl.col("recipient_type") == MUNICIPALITY
    )
    parts = [
        say(_LEVELS[name], lang, amount=money(amount, lang), count=in_county.height) for name, amount in levels.items()
    ]
    return {
        "programme": row["programme"],
        "total_sek": row["total_sek"],
        **levels,
        "municipalities": in_county.height,
        "sentence": say(_COUNTY, lang, total=money(row["total_sek"], lang), levels=", ".join(parts)),
        "completeness": None if row["is_complete"] else say(_PART_OF_COUNTY, lang),
        "formula": sum_told(list(levels.values()), lang),
        "is_complete": row["is_complete"],
        "status": row["status"],
    }


def _same(row: Mapping[str, Any], *names: str) -> pl.Expr:
    """The rows that have the same values under these names."""
    return pl.all_horizontal(pl.col(name) == row[name] for name in names)
