"""What the baseline scripts wrote, held against a published version and against fractions.

    python -m benchmarks.baselines.check WRITTEN PUBLISHED [FIRST..LAST]

Every table that the scripts write is compared cell by cell, in the columns they have; the names below say what is not.
Then the parts of every pot are recomputed with `fractions.Fraction` from what the script wrote, and so are pots made up
by chance, small ones with ties and the largest that may be, under all three roundings. Exits with 1 on a difference.
Start it as a process of its own where memory is measured: a child's peak begins with the size of its parent.
"""

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any, Final

import pandas as pd
import polars as pl

from benchmarks.baselines import main_job_pandas, main_job_polars
from benchmarks.baselines.contracts import MOST_PERSONS, MOST_SEK
from schemas.tables.registry import TABLES
from schemas.vocabulary import ROUNDINGS

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


def rounding_differences(share: Callable[[Any, list[str]], Any], frame: Callable[..., Any], pots: int) -> list[str]:
    """Where a script's `share` is not exact, in pots made up by chance; `frame` makes its kind of data frame."""
    chance = random.Random(2)
    rows: list[dict[str, Any]] = []
    for pot in range(pots):
        most_sek, most_persons = chance.choice([(20, 4), (MOST_SEK, MOST_PERSONS), (300_000_000, 100_000)])
        weights = [chance.randint(0, most_persons) for _ in range(chance.randint(1, 30))]
        one = {"pot": pot, "units": chance.randint(0, most_sek), "rounding": chance.choice(ROUNDINGS)}
        codes = [f"{code:04}" for code in chance.sample(range(10_000), len(weights))]
        rows += [
            {**one, "weight": weight, "code": code} for code, weight in zip(codes, weights, strict=True) if any(weights)
        ]
    handed = {(row["pot"], row["code"]): row["part"] for row in _rows(share(frame(rows), ["pot"]))}
    found = []
    for pot, members in itertools.groupby(rows, key=lambda row: int(row["pot"])):
        ordered = sorted(members, key=lambda row: str(row["code"]))
        alike = [{"base_sek": 0, "population": row["weight"]} for row in ordered]
        parts = exact_parts({"amount_sek": ordered[0]["units"], "rounding": ordered[0]["rounding"]}, alike)
        theirs = [handed[pot, row["code"]] for row in ordered]
        if theirs != parts:
            found.append(f"{ordered[0]['rounding']} of {ordered[0]['units']}: {theirs}, exactly {parts}")
    return found


def _rows(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_dict("records"))


def main() -> int:
    """Print what differs; 1 if anything does."""
    first, last = map(int, (sys.argv[3] if len(sys.argv) > len("123") else "2016..2026").split(".."))
    found = differences(Path(sys.argv[1]), Path(sys.argv[2]), range(first, last + 1))
    found += rounding_differences(main_job_pandas.share, pd.DataFrame, 600)
    found += rounding_differences(main_job_polars.share, pl.DataFrame, 600)
    print(
        "\n".join(found) or f"{len(WRITTEN)} tables of {first}–{last} agree; not written: {', '.join(TABLES_LEFT_OUT)}"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
