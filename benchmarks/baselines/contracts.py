"""What the ten tables must hold, declared once for both scripts: types, ranges, vocabularies, patterns, keys.

Each script makes pandera schemas of its own library from it. Written from the meaning of the columns; nothing of
Kronvis is imported, and `tests/pipeline/test_baselines.py` compares it with the contracts of the published tables.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.baselines.tracked import TABLES

# As long as these hold, 2 · kronor · persons fits in 64 bits.
MOST_SEK, MOST_PERSONS = 100_000_000_000, 20_000_000


class Values(NamedTuple):
    """What a column holds: `kind` is text, year, whole, share, day or flag; the rest says which values."""

    kind: str
    least: float | None = None
    most: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str | None = None


def _one_of(words: str) -> Values:
    return Values("text", allowed=tuple(words.split()))


_ANY_TEXT, _SLUG = Values("text", pattern=r"^\S(.*\S)?$"), Values("text", pattern="^[a-z0-9]+(-[a-z0-9]+)*$")
_RECIPIENT, _TERRITORY = "([0-9]{2}|[0-9]{4}|SKR)", "([0-9]{2}|[0-9]{4})"
_YEAR, _DAY, _FLAG = Values("year", 2003, 2100), Values("day"), Values("flag")
_KRONOR, _CHANGE = Values("whole", 0, MOST_SEK), Values("whole", -MOST_SEK, MOST_SEK)
_PERSONS, _PER_HEAD, _PART = Values("whole", 0, MOST_PERSONS), Values("share", 0, 1_000_000), Values("share", 0, 1)
_BASIS, _EVIDENCE = _one_of("official derived estimated proxy"), _one_of("verified inferred unknown")
_KINDS = "municipality region county national"

# By name, the same in every table that has the column, but for `_OTHERWISE`; the rest is any text.
_COLUMNS = {
    **dict.fromkeys(["programme", "pot_id", "focus_area", "source_id", "recipient_class"], _SLUG),
    **dict.fromkeys(["year", "printed_for_year"], _YEAR),
    **dict.fromkeys(["reference_date", "population_date"], _DAY),
    **dict.fromkeys(["is_perturbed", "is_complete"], _FLAG),
    **dict.fromkeys(["amount_sek", "amount_previous_sek", "agreement_total_sek", "base_sek", "allocated_sek"], _KRONOR),
    **dict.fromkeys(["municipality_sek", "region_sek", "county_sek", "total_sek"], _KRONOR),
    **dict.fromkeys(["published_sek", "computed_sek"], _KRONOR),
    **dict.fromkeys(["variable_sek", "residual_sek", "change_sek", "difference_sek"], _CHANGE),
    **dict.fromkeys(["population", "population_total", "children"], _PERSONS),
    **dict.fromkeys(["sek_per_inhabitant", "sek_per_child"], _PER_HEAD),
    **dict.fromkeys(["base_share", "coverage_share"], _PART),
    **dict.fromkeys(["basis", "population_basis", "children_basis"], _BASIS),
    **dict.fromkeys(["evidence", "evidence_amount", "evidence_rule"], _EVIDENCE),
    **dict.fromkeys(["evidence_rounding", "evidence_date"], _EVIDENCE),
    "recipient_type": _one_of(_KINDS),
    "region_type": _one_of("municipality county"),
    "recipient_code": Values("text", pattern=f"^{_RECIPIENT}$"),
    "region_code": Values("text", pattern=f"^{_TERRITORY}$"),
    "county_code": Values("text", pattern="^[0-9]{2}$"),
    "ages": Values("text", pattern="^(all|[0-9]{1,3}-[0-9]{1,3})$"),
    "table_id": _one_of("folkmangd_1_november folkmangd_31_december folkmangd_month_end"),
    "rounding": _one_of("nearest largest_remainder largest_recipient"),
    "status": _one_of("decided preliminary not_computed"),
    "precision": _one_of("exact rounded"),
    "verdict": _one_of("exact explained rounded_match not_comparable no_rule mismatch"),
    "cause": _one_of(
        "sum_of_unrounded_parts preliminary_population rule_unknown partly_unknown_rule inside_unidentified_pot"
    ),
    "rounded_to_sek": Values("whole", 2, MOST_SEK),
    "rank_per_inhabitant": Values("whole", 1, 10_000),
    "recipients_count": Values("whole", 0, 10_000),
    "pots_count": Values("whole", 1, 1_000),
}
_POTS = {"recipient_type": _one_of(f"{_KINDS} unknown")}
_FIGURES = {"recipient_type": _one_of(f"{_KINDS} municipalities_in_county local_share")}
_OTHERWISE = {"rules": _POTS, "pots": _POTS, "published_figures": _FIGURES, "reconciliation": _FIGURES}


def key_of(table: str) -> list[str]:
    """The columns that no two rows share."""
    return TABLES[table].partition("|")[0].split()


def columns_of(table: str) -> Iterator[tuple[str, Values, bool]]:
    """Name, values, and whether it may be empty, of each column in its order."""
    values = _COLUMNS | _OTHERWISE.get(table, {})
    for word in TABLES[table].replace("|", "").split():
        name = word.removesuffix("?")
        yield name, values.get(name, _ANY_TEXT), word.endswith("?")


def checks_of(values: Values, check: Any) -> list[Any]:
    """The values as pandera's checks; `check` is its class `Check`."""
    checks = []
    if values.least is not None:
        checks.append(check.in_range(values.least, values.most))
    if values.allowed:
        checks.append(check.isin(values.allowed))
    if values.pattern is not None:
        checks.append(check.str_matches(values.pattern))
    return checks
