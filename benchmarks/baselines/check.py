"""What the baseline scripts wrote, held against a published version and against fractions.

    python -m benchmarks.baselines.check WRITTEN PUBLISHED [FIRST..LAST]

Every table that the scripts write is compared cell by cell, in the columns they have; `COMPARED_LESS` and `LEFT_OUT`
say what is not. Then the parts of every pot are recomputed with `fractions.Fraction` from what the script wrote.
"""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.tables import TABLES

WRITTEN: Final = (
    "recipients",
    "population",
    "rules",
    "allocations",
    "pots",
    "coverage",
    "published_figures",
    "reconciliation",
    "recipient_totals",
    "county_overview",
)
# Columns of those tables that the scripts leave out.
COLUMNS_LEFT_OUT: Final = {
    "population": {"extracted_at", "sha256"},
    "rules": {"rule_sha256"},
    "allocations": {"rule_sha256", "population_sha256"},
    "pots": {"rule_sha256"},
    # Nothing has been read from documents, so the first is always `curated` and the others are empty.
    "published_figures": {"origin", "page", "row", "column"},
    # Whether a figure was used to solve the rule or the head counts it is compared with.
    "reconciliation": {"independence"},
}
# The scripts write the rule as the agreement states it, the pipeline with all that decides the split.
COLUMNS_NOT_COMPARED: Final = {"rules": {"rule"}}
# A printed sum is not told apart from the sum of its unrounded parts: such a row stays `no_rule` in the scripts.
EXPLAINED: Final = "explained"
TABLES_LEFT_OUT: Final = tuple(name for name in TABLES if name not in WRITTEN)


def differences(written: Path, published: Path, years: range) -> list[str]:
    """What is not as it should be, one sentence each; `published` is the folder of a version."""
    found = [line for name in WRITTEN for year in years for line in _table_differences(name, year, written, published)]
    return found + [line for year in years for line in _exact_differences(year, written)]


def _read(folder: Path, name: str, year: int) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}_{year}.parquet")


def _table_differences(name: str, year: int, written: Path, published: Path) -> Iterator[str]:
    table = TABLES[name]
    theirs, ours = _read(written, name, year), _read(published / name, name, year)
    left_out = COLUMNS_LEFT_OUT.get(name, set())
    if set(theirs.columns) != set(table.schema.names()) - left_out:
        yield f"{name} {year}: columns differ by {set(theirs.columns) ^ (set(table.schema.names()) - left_out)}"
        return
    columns = [column for column in theirs.columns if column not in COLUMNS_NOT_COMPARED.get(name, set())]
    # Dates may be written as timestamps at midnight, and a column of an empty table without a type.
    theirs = theirs.select(pl.col(column).cast(table.schema[column]) for column in columns).sort(table.key)
    ours = ours.select(columns).sort(table.key)
    if name == "reconciliation":
        kept = ours.select(*table.key, is_kept=pl.col("verdict") != EXPLAINED)
        theirs = theirs.join(kept.filter(~pl.col("is_kept")), on=table.key, how="anti").sort(table.key)
        ours = ours.filter(pl.col("verdict") != EXPLAINED)
    if theirs.height != ours.height:
        yield f"{name} {year}: {theirs.height} rows, published {ours.height}"
        return
    for column in columns:
        unequal = ~theirs.get_column(column).eq_missing(ours.get_column(column))
        if unequal.any():
            row = {key: theirs.filter(unequal).get_column(key)[0] for key in table.key}
            values = theirs.get_column(column).filter(unequal)[0], ours.get_column(column).filter(unequal)[0]
            yield f"{name} {year}: {unequal.sum()} × {column}, first {row}: {values[0]!r}, published {values[1]!r}"


def _exact_differences(year: int, written: Path) -> Iterator[str]:
    """The variable parts of every pot of the year that are not the exact ones."""
    rules = {(row["programme"], row["pot_id"]): row for row in _read(written, "rules", year).iter_rows(named=True)}
    allocations = _read(written, "allocations", year)
    for (programme, pot_id), pot in sorted(allocations.group_by("programme", "pot_id"), key=lambda one: one[0]):
        rule = rules[str(programme), str(pot_id)]
        rows = sorted(pot.iter_rows(named=True), key=lambda row: str(row["recipient_code"]))
        is_by_class = "amounts" not in json.loads(rule["rule"])
        parts = exact_parts(rule, rows) if rule["rounding"] else [0] * len(rows)
        for row, part in zip(rows, parts, strict=True):
            if (row["variable_sek"], row["amount_sek"]) != (part, row["base_sek"] + part):
                yield f"{programme} {year} {pot_id} {row['recipient_code']}: {row['variable_sek']}, exactly {part}"
        if not is_by_class and sum(row["amount_sek"] for row in rows) != rule["amount_sek"]:
            yield f"{programme} {year} {pot_id}: the listed amounts do not add up"


def exact_parts(rule: dict[str, Any], rows: list[dict[str, Any]]) -> list[int]:
    """The variable part of each row of a pot, by fractions; `rows` in the order of their codes, which breaks ties."""
    left = rule["amount_sek"] - sum(row["base_sek"] for row in rows)
    people = sum(row["population"] for row in rows)
    exact = [Fraction(left * row["population"], people) for row in rows]
    if rule["rounding"] == "largest_remainder":
        parts = [floor(share) for share in exact]
        by_remainder = sorted(range(len(rows)), key=lambda at: parts[at] - exact[at])
        for at in by_remainder[: left - sum(parts)]:
            parts[at] += 1
        return parts
    parts = [floor(share + Fraction(1, 2)) for share in exact]
    if rule["rounding"] == "largest_recipient":
        largest = max(range(len(rows)), key=lambda at: rows[at]["population"])
        parts[largest] += left - sum(parts)
    return parts


def main() -> int:
    """Print what differs; 1 if anything does."""
    first, last = map(int, (sys.argv[3] if len(sys.argv) > len("123") else "2016..2026").split(".."))
    found = differences(Path(sys.argv[1]), Path(sys.argv[2]), range(first, last + 1))
    print(
        "\n".join(found) or f"{len(WRITTEN)} tables of {first}–{last} agree; not written: {', '.join(TABLES_LEFT_OUT)}"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
