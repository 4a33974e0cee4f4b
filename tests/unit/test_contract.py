"""The contract: every constraint that a table declares is broken once, and each breach is refused by name.

Generated from `schemas.tables.registry.ALL_TABLES`: a new column is tested without a line here; a new row rule or
pattern needs an example of a breach below, and the tests fail until it has one. The last part is the contract on
disk: what a written Parquet file says of itself, and that it is there whole or not at all.
"""

import datetime as dt
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandera.config
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.storage.parquet import WrittenFile, read_table, write_table
from assets.storage.table_files import file_name
from schemas import patterns
from schemas.contract import enforce, pandera_schema
from schemas.dictionary import arrow_schema, describe, markdown
from schemas.errors import DataRefused
from schemas.field import Field
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.table import Column, RowRule, Table
from schemas.tables.registry import ALL_TABLES as TABLES
from tests.domain import ROOT

ROWS: Final = 3

# --- valid rows -----------------------------------------------------------------------------------------------

# One valid value per row number, for every pattern in use.
MATCHING: Final[dict[str, Callable[[int], str]]] = {
    patterns.ID: lambda row: f"example-{row}",
    patterns.NOT_BLANK: lambda row: f"Några ord {row}",
    patterns.RECIPIENT_CODE: lambda row: f"{row // 99 + 1:02d}{row % 99:02d}",
    patterns.TERRITORY_CODE: lambda row: f"{row // 99 + 1:02d}{row % 99:02d}",
    patterns.COUNTY_CODE: lambda row: f"{row // 99 + 1:02d}",
    patterns.AGES: lambda row: f"0-{row}",
    patterns.SHA256: lambda row: f"{row:064x}",
    patterns.URL: lambda row: f"https://example.org/{row}",
}

# Values that keep the row rules, where the generated ones would not.
FITTING: Final[dict[str, dict[str, Any]]] = {
    "population_backtest": {"error_count": 0},
    "allocations": {"base_sek": 400, "variable_sek": 600},
    "pots": {"residual_sek": 0},
    "published_figures": {"rounded_to_sek": None, "origin": "both"},
    "vintage_inference": {"verdict": "fits"},
    "deadlines": {"evidence": "verified"},
    "sub_allocations": {"rounded_to_sek": None},
    "follow_up": {"unexplained_sek": 0, "allocated_sek": 3000},
    "sensitivity": {"is_sensitive": False},
    "scenario": {"change_sek": 0},
    "scenario_grid": {"change_sek": 0},
    "forecast": {"change_sek": 0, "previous_year": 2024},
    "change_causes": {
        "change_sek": 0,
        "year_previous": 2024,
        "rule_sek": 0,
        "pot_size_sek": 0,
        "own_population_sek": 0,
        "national_population_sek": 0,
        "rounding_sek": 0,
    },
    "reconciliation": {"difference_sek": 0},
    "revisions": {"population_revised": 1001, "change_sek": 0},
    "recipient_totals": {"change_sek": 0, "is_complete": True},
    "county_overview": {"municipality_sek": 300, "region_sek": 300, "county_sek": 400},
}


def valid_value(field: Field, row: int) -> Any:
    """A value that keeps the constraints of `field`; texts differ from row to row."""
    if field.allowed is not None:
        return field.allowed[0]
    if field.pattern is not None:
        return MATCHING[field.pattern](row)
    by_type: dict[pl.DataType, Any] = {
        pl.Int32(): 2025,
        pl.Int64(): 1000,
        pl.Float64(): 0.5,
        pl.Boolean(): True,
        pl.Date(): dt.date(2024, 11, 1),
        pl.Datetime("us", "UTC"): dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    }
    return by_type[field.dtype]


def valid_row(table: Table, row: int) -> dict[str, Any]:
    made = {column.name: valid_value(column.field, row) for column in table.columns}
    return made | FITTING.get(table.name, {})


def valid_frame(table: Table, rows: int = ROWS) -> pl.DataFrame:
    return pl.DataFrame([valid_row(table, row) for row in range(rows)], table.schema, strict=True)


# --- broken values --------------------------------------------------------------------------------------------

# Codes are digits 0–9 only, of one length; texts have no line break and no blanks around them.
NO_MATCH: Final[dict[str, tuple[str, ...]]] = {
    patterns.ID: ("", "example\n", "Example", "exämple", "two words", "-example", "example-", "a--b"),
    patterns.NOT_BLANK: ("", " ", "text\n", "\ntext", " text", "text ", "text\u00a0", "two\nlines"),
    patterns.RECIPIENT_CODE: (
        "",
        "114",
        "01145",
        "0114\n",
        "0114x",
        "٠١١٤",
        "０１１４",
        "SKR\n",
        "SKRs",
        "skr",
        " 0114",
    ),
    patterns.TERRITORY_CODE: ("", "114", "01145", "0114\n", "0114x", "٠١", "٠١١٤", "SKR", "0114 "),
    patterns.COUNTY_CODE: ("", "1", "001", "01\n", "01x", "٠١", "０１", "0114"),
    patterns.AGES: ("", "0–18", "0-18\n", "0-1234", "٠-١٨", "18", "All", "all ", "True-18", "-1-18"),
    patterns.SHA256: ("", "0" * 63, "0" * 65, "0" * 63 + "\n", "0" * 64 + "\n", "A" * 64, "g" * 64, "٠" * 64),
    patterns.URL: ("", "example.org", "ftp://example.org", "https://", "https://a b", "https://a\n", "xhttp://a"),
}


@dataclass(frozen=True)
class BadValue:
    """A value that breaks one check of one column; `check` is how a message calls it."""

    column: str
    check: str
    value: Any

    def __str__(self) -> str:
        return f"{self.column} = {self.value!r}"


def bad_values(column: Column) -> Iterator[BadValue]:
    """Every declared constraint of `column`, broken."""
    field, name = column.field, column.name
    if not column.nullable:
        yield BadValue(name, "not_nullable", None)
    if field.pattern is not None:
        for text in NO_MATCH[field.pattern]:
            yield BadValue(name, "str_matches", text)
    if field.allowed is not None:
        known = field.allowed[0]
        for text in ("", "nonsense", f"{known}\n", f"{known} ", known.upper() if known.upper() != known else "x"):
            yield BadValue(name, "isin", text)
    if field.dtype.is_float():
        yield from _bad_shares(column)
    elif field.minimum is not None:
        yield BadValue(name, "greater_than_or_equal_to", int(field.minimum) - 1)
    if field.maximum is not None and not field.dtype.is_float():
        yield BadValue(name, "less_than_or_equal_to", int(field.maximum) + 1)


def _bad_shares(column: Column) -> Iterator[BadValue]:
    """Just outside the bounds, infinite, and no number at all."""
    field, name = column.field, column.name
    assert field.minimum is not None, f"{name}: a float without a minimum lets -inf through"
    assert field.maximum is not None, f"{name}: a float without a maximum lets inf and NaN through"
    for value in (math.nextafter(field.minimum, -math.inf), -math.inf):
        yield BadValue(name, "greater_than_or_equal_to", value)
    # No number at all (NaN) counts as larger than any.
    for value in (math.nextafter(field.maximum, math.inf), math.inf, math.nan):
        yield BadValue(name, "less_than_or_equal_to", value)


def with_bad_values(table: Table, breaches: list[BadValue]) -> pl.DataFrame:
    """One row per breach, valid but for it."""
    rows = [valid_row(table, row) | {bad.column: bad.value} for row, bad in enumerate(breaches)]
    return pl.DataFrame(rows, table.schema, strict=True)


WRONG_TYPE: Final[dict[pl.DataType, tuple[pl.DataType, ...]]] = {
    pl.String(): (pl.Int64(), pl.Categorical()),
    pl.Int32(): (pl.Int64(), pl.String()),
    pl.Int64(): (pl.Int32(), pl.Float64(), pl.String(), pl.Int128()),
    pl.Float64(): (pl.Float32(), pl.Int64()),
    pl.Boolean(): (pl.Int64(), pl.String()),
    pl.Date(): (pl.String(), pl.Datetime("us")),
    pl.Datetime("us", "UTC"): (pl.Datetime("us"), pl.Datetime("ms", "UTC"), pl.String()),
}

# A change to a valid row that breaks just this rule.
BREAKING: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("recipients", "only_national_has_no_county"): {"county_code": None},
    ("recipients", "code_starts_with_county"): {"county_code": "25"},
    ("population", "only_a_stand_in_has_another_date"): {"population_date": dt.date(2025, 12, 31)},
    ("population", "solved_counts_name_their_source"): {"basis": "derived", "derived_from": None},
    ("population_backtest", "error_is_the_difference"): {"error_count": -1},
    ("rules", "base_is_whole_or_absent"): {"rounding": None},
    ("rules", "unknown_rule_is_said_twice"): {"evidence_rule": "unknown"},
    ("allocations", "amount_is_base_plus_variable"): {"amount_sek": 1001},
    ("allocations", "variable_part_rests_on_population"): {"population": None},
    ("allocations", "decided_rests_on_official_or_derived"): {"population_basis": "proxy"},
    ("pots", "residual_is_pot_minus_sum"): {"residual_sek": 1},
    ("pots", "unknown_rule_is_never_split"): {"status": "not_computed"},
    ("coverage", "part_of_the_total"): {"amount_sek": 1001},
    ("agreement_documents_raw", "archived_has_bytes"): {"state": "not_fetched"},
    ("published_figures", "rounded_figures_say_to_what"): {"precision": "rounded"},
    ("published_figures", "what_was_read_has_its_place"): {"page": None},
    ("vintage_inference", "no_more_matches_than_figures"): {"matches": 1001},
    ("vintage_inference", "misses_means_fewer"): {"verdict": "misses"},
    ("reconciliation", "difference_is_computed_minus_published"): {
        "verdict": "mismatch",
        "difference_sek": 1,
    },
    ("reconciliation", "exact_means_zero_kronor"): {"computed_sek": 999, "difference_sek": -1},
    ("reconciliation", "explained_names_its_cause"): {"verdict": "explained", "cause": None},
    ("sub_allocations", "unknown_amounts_are_not_computed"): {"status": "not_computed"},
    ("sub_allocations", "amounts_state_their_precision"): {"precision": None, "rounded_to_sek": None},
    ("deadlines", "unknown_dates_are_empty"): {"evidence": "unknown"},
    ("deadlines", "dates_have_a_source"): {"source_id": None},
    ("follow_up", "unexplained_is_what_is_left"): {"used_sek": 999},
    ("follow_up", "accounted_leaves_nothing"): {"used_sek": 999, "unexplained_sek": 1},
    ("follow_up", "allocated_says_where_from"): {"allocated_from": None},
    ("sensitivity", "amount_lies_between_lowest_and_highest"): {"amount_lowest_sek": 1001},
    ("sensitivity", "sensitive_means_more_than_one_per_cent"): {"is_sensitive": True},
    ("scenario", "change_is_scenario_minus_decided"): {"change_sek": 1},
    ("scenario", "only_an_assumed_rule_changes_amounts"): {
        "evidence": "verified",
        "change_sek": 5,
        "amount_scenario_sek": 1005,
    },
    ("scenario_grid", "change_is_scenario_minus_decided"): {"change_sek": 1},
    ("forecast", "amount_lies_in_its_interval"): {"amount_low_sek": 1001},
    ("forecast", "population_lies_in_its_interval"): {"population_high": 999},
    ("forecast", "change_is_forecast_minus_previous"): {"change_sek": 1},
    ("forecast", "previous_year_is_earlier"): {"previous_year": 2025},
    ("change_causes", "change_is_the_difference"): {"change_sek": 1, "rule_sek": 1},
    ("change_causes", "causes_add_up_to_the_change"): {"own_population_sek": 1},
    ("change_causes", "previous_is_before"): {"year_previous": 2025},
    ("change_causes", "new_or_ended_is_a_matter_of_the_rule"): {
        "continuity": "new",
        "rule_sek": 5,
        "rounding_sek": -5,
    },
    ("revisions", "change_is_revised_minus_decided"): {"change_sek": 1},
    ("revisions", "something_is_revised"): {"population_revised": 1000},
    ("recipient_totals", "change_is_the_difference"): {"change_sek": 1},
    ("recipient_totals", "change_only_between_complete_years"): {"is_complete": False},
    ("county_overview", "total_is_the_sum_of_the_levels"): {"total_sek": 999},
}
RULES: Final = [(table.name, rule.name) for table in TABLES.values() for rule in table.rules]


def with_broken_rule(table: Table, rule: str) -> pl.DataFrame:
    """Valid rows but for the second, which breaks `rule`."""
    rows = [valid_row(table, row) for row in range(ROWS)]
    rows[1] |= BREAKING[table.name, rule]
    return pl.DataFrame(rows, table.schema, strict=True)


# --- what is refused, and what the message says ---------------------------------------------------------------


def refusal(table: Table, frame: Any) -> DataRefused:
    """The error that `enforce` raises for `frame`; a failed test if it lets the frame pass."""
    with pytest.raises(DataRefused) as caught:
        enforce(table, frame, where="year 2025")
    assert type(caught.value) is DataRefused
    assert caught.value.where == f"table {table.name}, year 2025"
    return caught.value


def complaints(error: DataRefused) -> dict[tuple[str, str], int]:
    """`(column, check) → rows` as the message tells it; row rules and the frame itself stand under the table."""
    lines = [line for line in error.what.splitlines() if line.startswith("  ") and " – broken " in line]
    told = {}
    for line in lines:
        column, _, rest = line.strip().partition(": ")
        check, _, count = rest.partition(" – broken ")
        told[column, check.partition("(")[0]] = int(count.partition(" ")[0])
    return told


@cache
def complaints_about_values(table_name: str) -> dict[tuple[str, str], int]:
    """What is said of the frame that holds all bad values of a table, each in a row of its own."""
    table = TABLES[table_name]
    breaches = [bad for column in table.columns for bad in bad_values(column)]
    return complaints(refusal(table, with_bad_values(table, breaches)))


def rule_as_told(rule: RowRule) -> str:
    """A row rule as `complaints` reads it from a message."""
    return rule.description.en.partition("(")[0]


TABLE_NAMES: Final = list(TABLES)
COLUMNS: Final = [(table.name, column.name) for table in TABLES.values() for column in table.columns]


def column_of(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


# --- tests ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_valid_rows_are_returned_unchanged(name: str) -> None:
    frame = valid_frame(TABLES[name])
    assert enforce(TABLES[name], frame) is frame


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_bounds_themselves_are_allowed(name: str) -> None:
    """Both ends of every range are inclusive: no complaint about the column, whatever the row rules say."""
    table = TABLES[name]
    bounded = [column for column in table.columns if column.field.maximum is not None]
    rows = [
        valid_row(table, row) | {column.name: getattr(column.field, end)}
        for row, (column, end) in enumerate((column, end) for column in bounded for end in ("minimum", "maximum"))
    ]
    said = _complaints_or_none(table, pl.DataFrame(rows, table.schema, strict=True))
    assert {column for column, _ in said} <= {table.name}, said


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_nullable_columns_may_be_null(name: str) -> None:
    table = TABLES[name]
    nullable = [column.name for column in table.columns if column.nullable]
    rows = [valid_row(table, row) | {column: None} for row, column in enumerate(nullable)]
    frame = pl.DataFrame(rows or [valid_row(table, 0)], table.schema, strict=True)
    said = _complaints_or_none(table, frame)
    assert {column for column, _ in said} <= {table.name}, said


def _complaints_or_none(table: Table, frame: pl.DataFrame) -> dict[tuple[str, str], int]:
    try:
        enforce(table, frame)
    except DataRefused as error:
        return complaints(error)
    return {}


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_every_bad_value_of_a_column_is_refused(name: str, column: str) -> None:
    breaches = list(bad_values(column_of(TABLES[name], column)))
    said = complaints_about_values(name)
    for check in {bad.check for bad in breaches}:
        tried = [str(bad) for bad in breaches if bad.check == check]
        told = said.get((column, check), 0)
        # pandera counts NaN as null too, so a float column may be told more nulls than there are.
        assert told == len(tried) or (check == "not_nullable" and told > len(tried)), f"{check}: {tried}"


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_nothing_but_the_bad_values_is_complained_about(name: str) -> None:
    table = TABLES[name]
    expected = {(bad.column, bad.check) for column in table.columns for bad in bad_values(column)}
    of_the_frame = {(name, rule_as_told(rule)) for rule in table.rules} | {(name, "multiple_fields_uniqueness")}
    assert set(complaints_about_values(name)) - of_the_frame == expected


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_one_bad_value_among_good_rows_refuses_the_table(name: str) -> None:
    table = TABLES[name]
    bad = next(bad for column in reversed(table.columns) for bad in bad_values(column))
    frame = pl.concat([valid_frame(table, 8).tail(2), with_bad_values(table, [bad])])
    assert complaints(refusal(table, frame))[bad.column, bad.check] == 1


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_wrong_type_of_every_column_is_refused(name: str) -> None:
    table = TABLES[name]
    wrong = [pl.lit(None, WRONG_TYPE[dtype][-1]).alias(column) for column, dtype in table.schema.items()]
    said = complaints(refusal(table, valid_frame(table).with_columns(wrong)))
    assert {column for column, check in said if check == "dtype"} == set(table.schema)


@pytest.mark.parametrize("dtype", WRONG_TYPE, ids=str)
def test_no_type_stands_in_for_another(dtype: pl.DataType) -> None:
    """Every wrong type of every type, on the first column that has it."""
    table, column = next(
        (table, column.name) for table in TABLES.values() for column in table.columns if column.field.dtype == dtype
    )
    for wrong in WRONG_TYPE[dtype]:
        error = refusal(table, valid_frame(table).with_columns(pl.lit(None, wrong).alias(column)))
        assert complaints(error)[column, "dtype"] == 1, error.what


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_broken_row_rule_is_refused(name: str, rule: str) -> None:
    table = TABLES[name]
    said = complaints(refusal(table, with_broken_rule(table, rule)))
    broken = next(declared for declared in table.rules if declared.name == rule)
    assert said == {(name, rule_as_told(broken)): 1}


# A null on one side leaves the rule without an answer, which is no yes.
UNANSWERED: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("pots", "residual_is_pot_minus_sum"): {"residual_sek": None},
    ("reconciliation", "difference_is_computed_minus_published"): {"verdict": "mismatch", "computed_sek": None},
    ("recipient_totals", "change_is_the_difference"): {"amount_previous_sek": None},
}


@pytest.mark.parametrize(("name", "rule"), UNANSWERED)
def test_row_rule_without_an_answer_is_broken(name: str, rule: str) -> None:
    table = TABLES[name]
    frame = pl.DataFrame([valid_row(table, 0) | UNANSWERED[name, rule]], table.schema, strict=True)
    broken = next(declared for declared in table.rules if declared.name == rule)
    assert complaints(refusal(table, frame)) == {(name, rule_as_told(broken)): 1}


def test_every_row_rule_has_a_breach_and_no_breach_is_left_over() -> None:
    assert set(BREAKING) == set(RULES)


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_key_given_twice_is_refused(name: str) -> None:
    table = TABLES[name]
    frame = valid_frame(table)
    said = complaints(refusal(table, pl.concat([frame, frame.head(1)])))
    assert set(said) == {(name, "multiple_fields_uniqueness")}


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_rows_that_differ_in_one_key_column_only_are_kept(name: str) -> None:
    """The key is the grain: a difference in any one of its columns makes another row."""
    table = TABLES[name]
    row = valid_row(table, 0)
    varied = [row | {column: _other_value(table, column)} for column in table.key]
    frame = pl.DataFrame([row, *varied], table.schema, strict=True)
    said = _complaints_or_none(table, frame)
    assert (name, "multiple_fields_uniqueness") not in said


def _other_value(table: Table, name: str) -> Any:
    field = column_of(table, name).field
    if field.allowed is not None:
        return field.allowed[-1]
    if field.pattern is not None:
        return valid_value(field, 99)
    return {pl.Int32(): 2024, pl.Int64(): 1001, pl.Date(): dt.date(2023, 11, 1)}[field.dtype]


@pytest.mark.parametrize("every_second_from", [0, 1])
@pytest.mark.parametrize("name", TABLE_NAMES)
def test_missing_columns_are_refused_by_name(name: str, every_second_from: int) -> None:
    missing = TABLES[name].schema.names()[every_second_from::2]
    error = refusal(TABLES[name], valid_frame(TABLES[name]).drop(missing))
    assert f"column_in_dataframe – broken {len(missing)} time(s): {', '.join(missing)}" in error.what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_extra_column_is_refused(name: str) -> None:
    error = refusal(TABLES[name], valid_frame(TABLES[name]).with_columns(surplus=pl.lit(1)))
    assert "column_in_schema – broken 1 time(s): surplus" in error.what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_columns_in_another_order_are_refused(name: str) -> None:
    first, second, *rest = TABLES[name].schema.names()
    error = refusal(TABLES[name], valid_frame(TABLES[name]).select(second, first, *rest))
    assert (name, "column_ordered") in complaints(error), error.what
    assert second in error.what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_empty_table_is_refused_unless_it_may_be_empty(name: str) -> None:
    table = TABLES[name]
    if table.may_be_empty:
        assert enforce(table, table.empty()).is_empty()
    else:
        assert "no rows" in refusal(table, table.empty()).what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_empty_table_still_has_its_columns(name: str) -> None:
    table = TABLES[name]
    wrong = table.empty().drop(table.columns[-1].name)
    assert refusal(table, wrong).what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_lazy_frame_is_a_bug_of_the_caller(name: str) -> None:
    lazy: Any = valid_frame(TABLES[name]).lazy()
    with pytest.raises(TypeError, match=f"table {name}: only a collected DataFrame .* not LazyFrame"):
        enforce(TABLES[name], lazy)


def test_message_shows_the_first_cases_and_counts_them_all() -> None:
    table = TABLES["allocations"]
    rows = [valid_row(table, row) | {"recipient_code": f"x{row}"} for row in range(100)]
    error = refusal(table, pl.DataFrame(rows, table.schema, strict=True))
    assert "recipient_code: str_matches" in error.what
    assert "broken 100 time(s): x0, x1, " in error.what
    assert "x99" not in error.what


# --- pandera's switches change nothing ------------------------------------------------------------------------


def sample_of_breaches() -> dict[str, tuple[Table, pl.DataFrame]]:
    """One breach of each kind, over several tables."""
    allocations, population, recipients = (TABLES[name] for name in ("allocations", "population", "recipients"))
    code = BadValue("recipient_code", "str_matches", "٠١١٤")
    negative = BadValue("population", "greater_than_or_equal_to", -1)
    frame = valid_frame(recipients)
    return {
        "pattern": (allocations, with_bad_values(allocations, [code])),
        "minimum": (population, with_bad_values(population, [negative])),
        "allowed": (population, with_bad_values(population, [BadValue("basis", "isin", "guessed")])),
        "null": (allocations, with_bad_values(allocations, [BadValue("amount_sek", "not_nullable", None)])),
        "row rule": (allocations, with_broken_rule(allocations, "amount_is_base_plus_variable")),
        "key": (recipients, pl.concat([frame, frame])),
        "type": (allocations, valid_frame(allocations).with_columns(pl.col("amount_sek").cast(pl.Int32))),
        "column": (recipients, frame.drop("recipient_name")),
    }


def accepted_breaches(check: Callable[[Table, pl.DataFrame], object]) -> set[str]:
    """The breaches of the sample that `check` lets pass."""
    accepted = set()
    for name, (table, frame) in sample_of_breaches().items():
        try:
            check(table, frame)
        except (DataRefused, pandera.errors.SchemaError, pandera.errors.SchemaErrors):
            continue
        accepted.add(name)
    return accepted


def plain_pandera(table: Table, frame: pl.DataFrame) -> None:
    """What the switches would do if `enforce` did not overrule them."""
    pandera_schema(table).validate(frame, lazy=True)


def print_what_passes() -> None:
    """Run in a process of its own, with both of pandera's switches in its environment.

    Checking switched on again, the depth is still the one of the environment.
    """
    passed = {"enforce": accepted_breaches(enforce), "off": accepted_breaches(plain_pandera)}
    with pandera.config.config_context(validation_enabled=True):
        passed |= {"enforce, on": accepted_breaches(enforce), "shallow": accepted_breaches(plain_pandera)}
    sys.stdout.write(json.dumps({name: sorted(found) for name, found in passed.items()}))


SWITCHES: Final = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
OF_THE_SCHEMA: Final = {"type", "column"}


def test_pandera_switches_in_the_environment_change_nothing() -> None:
    command = [sys.executable, "-c", f"import {__name__} as test; test.print_what_passes()"]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | SWITCHES, check=True, capture_output=True, text=True)
    passed = {name: set(found) for name, found in json.loads(run.stdout).items()}
    assert passed["off"] == set(sample_of_breaches()), "the switch does nothing, so this test proves nothing"
    assert {"pattern", "minimum", "allowed", "row rule"} <= passed["shallow"] <= passed["off"] - OF_THE_SCHEMA
    assert passed["enforce"] == set()
    assert passed["enforce, on"] == set()


def test_sample_is_refused_without_any_switch() -> None:
    assert accepted_breaches(enforce) == set()


def test_switches_are_as_they_were_after_a_check() -> None:
    with pandera.config.config_context(validation_enabled=False):
        assert accepted_breaches(enforce) == set()
        assert pandera.config.get_config_context().validation_enabled is False


# --- on disk: what a file says of itself ----------------------------------------------------------------------

INPUTS: Final = {"snapshot": "ab" * 32, "psykisk-halsa/2025.yaml": "cd" * 32}


def many_rows(table: Table) -> pl.DataFrame:
    """Enough rows for an order to show, sorted by key."""
    return valid_frame(table, 300).sort(table.key)


def put(root: Path, table: Table, frame: pl.DataFrame, inputs: dict[str, str] = INPUTS) -> WrittenFile:
    """Write the rows of 2025, which is the year of all valid rows."""
    (told,) = write_table(root, table, frame, {2025: inputs})
    return told


def back(root: Path, table: Table) -> pl.DataFrame:
    return read_table(root, table, [2025])


def of_years(table: Table, *years: int) -> pl.DataFrame:
    """Valid rows of several years."""
    return pl.concat([valid_frame(table).with_columns(pl.lit(year, pl.Int32).alias("year")) for year in years])


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every table, written from shuffled rows."""
    root = tmp_path_factory.mktemp("tables")
    for table in TABLES.values():
        put(root, table, many_rows(table).sample(fraction=1.0, shuffle=True, seed=1))
    return root


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_file_has_the_types_and_nullable_flags_of_the_table(name: str, folder: Path) -> None:
    table = TABLES[name]
    schema = pq.read_schema(folder / file_name(table, 2025))
    assert schema.names == table.schema.names()
    assert schema.equals(arrow_schema(table), check_metadata=False)
    assert {field.name: field.nullable for field in schema} == {
        column.name: column.nullable for column in table.columns
    }


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_file_has_labels_on_every_column(name: str, folder: Path) -> None:
    table = TABLES[name]
    schema = pq.read_schema(folder / file_name(table, 2025))
    for column in table.columns:
        told = {key.decode(): value.decode() for key, value in schema.field(column.name).metadata.items()}
        declared = column.field
        assert told["label_sv"] == declared.label.sv
        assert told["label_en"] == declared.label.en
        assert told["description_sv"] == declared.description.sv
        assert told["description_en"] == declared.description.en
        assert told["unit"] == (declared.unit or "")
        assert told["source"] == declared.source


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_footer_says_what_the_file_is_and_what_it_rests_on(name: str, folder: Path) -> None:
    table = TABLES[name]
    metadata = pq.read_schema(folder / file_name(table, 2025)).metadata
    footer = {key.decode().removeprefix("kronvis:"): value.decode() for key, value in metadata.items()}
    assert json.loads(footer.pop("inputs")) == INPUTS
    assert json.loads(footer.pop("dictionary")) == json.loads(json.dumps(describe(table)))
    assert footer == {
        "title": TITLE.en,
        "title_sv": TITLE.sv,
        "table": name,
        "description": table.description.en,
        "description_sv": table.description.sv,
        "version": VERSION,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
    }


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_values_come_back_as_they_were_sorted_by_key(name: str, folder: Path) -> None:
    table = TABLES[name]
    assert back(folder, table).equals(many_rows(table))
    assert back(folder, table).schema == table.schema
    keys = pq.read_table(folder / file_name(table, 2025), columns=list(table.key)).to_pylist()
    in_order = [tuple(key[name] for name in table.key) for key in keys]
    assert in_order == sorted(in_order)


def test_null_comes_back_as_null(tmp_path: Path) -> None:
    table = TABLES["published_figures"]
    put(tmp_path, table, valid_frame(table))
    assert back(tmp_path, table).get_column("rounded_to_sek").null_count() == ROWS


def test_same_frame_gives_the_same_bytes_in_any_order_and_chunks(tmp_path: Path) -> None:
    table = TABLES["allocations"]
    frame = many_rows(table)
    in_pieces = pl.concat([frame.slice(start, 50) for start in range(0, 300, 50)], rechunk=False)
    assert in_pieces.n_chunks() > 1
    forms = {
        "again": frame,
        "reversed": frame.reverse(),
        "shuffled": frame.sample(fraction=1.0, shuffle=True, seed=2),
        "in pieces": in_pieces,
        "pieces reversed": pl.concat([frame.slice(start, 50) for start in range(250, -50, -50)], rechunk=False),
    }
    first = put(tmp_path / "first", table, frame)
    different = [
        name for name, form in forms.items() if put(tmp_path / name, table, form) != _at(first, tmp_path / name)
    ]
    assert not different


def _at(told: WrittenFile, root: Path) -> WrittenFile:
    """The same rows, size and checksum at another place."""
    return replace(told, path=root / file_name(TABLES["allocations"], 2025))


def test_other_inputs_are_told_in_the_file(tmp_path: Path) -> None:
    table = TABLES["allocations"]
    first = put(tmp_path / "a", table, valid_frame(table), {"snapshot": "1"})
    second = put(tmp_path / "b", table, valid_frame(table), {"snapshot": "2"})
    assert first.sha256 != second.sha256
    reordered = put(tmp_path / "c", table, valid_frame(table), dict(reversed(INPUTS.items())))
    assert reordered.sha256 == put(tmp_path / "d", table, valid_frame(table)).sha256


def test_what_is_told_of_a_written_file_is_true(tmp_path: Path) -> None:
    table = TABLES["pots"]
    told = put(tmp_path, table, valid_frame(table))
    raw = told.path.read_bytes()
    assert told.path == tmp_path / "pots" / "pots_2025.parquet"
    assert (told.rows, told.bytes, told.sha256) == (ROWS, len(raw), sha256(raw).hexdigest())
    assert told.path.stat().st_mode & 0o777 == 0o644
    assert files_below(tmp_path) == ["pots/pots_2025.parquet"]


def test_table_that_may_be_empty_is_written_empty(tmp_path: Path) -> None:
    table = TABLES["allocations"]
    assert put(tmp_path, table, table.empty()).rows == 0
    assert back(tmp_path, table).equals(table.empty())


def test_each_year_has_a_file_of_its_own(tmp_path: Path) -> None:
    table = TABLES["pots"]
    told = write_table(tmp_path, table, of_years(table, 2024, 2025), {2025: {"a": "1"}, 2024: {"a": "2"}})
    assert [file.path.name for file in told] == ["pots_2024.parquet", "pots_2025.parquet"]
    assert read_table(tmp_path, table, [2025]).equals(of_years(table, 2025))
    assert read_table(tmp_path, table, [2025, 2024]).equals(of_years(table, 2024, 2025))
    inputs = [pq.read_schema(file.path).metadata[b"kronvis:inputs"] for file in told]
    assert inputs == [b'{"a": "2"}', b'{"a": "1"}']


def test_years_together_give_the_same_bytes_as_alone(tmp_path: Path) -> None:
    table = TABLES["allocations"]
    together = write_table(tmp_path / "a", table, of_years(table, 2024, 2025), {2024: INPUTS, 2025: INPUTS})
    alone = put(tmp_path / "b", table, of_years(table, 2025))
    assert [file.sha256 for file in together][1] == alone.sha256


def test_rows_of_a_year_that_was_not_asked_for_are_refused(tmp_path: Path) -> None:
    table = TABLES["allocations"]
    with pytest.raises(DataRefused, match="table allocations, year 2025: has rows of 2023"):
        write_table(tmp_path, table, of_years(table, 2023, 2025), {2025: INPUTS})
    assert files_below(tmp_path) == []


def test_year_without_rows_is_refused_before_any_file(tmp_path: Path) -> None:
    table = TABLES["pots"]
    with pytest.raises(DataRefused, match="table pots, year 2026: the table has no rows"):
        write_table(tmp_path, table, of_years(table, 2025), {2025: INPUTS, 2026: INPUTS})
    assert files_below(tmp_path) == []


def test_year_that_was_never_written_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, TABLES["pots"], valid_frame(TABLES["pots"]))
    with pytest.raises(DataRefused, match=r"pots_2024\.parquet: is not there"):
        read_table(tmp_path, TABLES["pots"], [2024, 2025])


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_dictionary_names_every_column_and_constraint(name: str) -> None:
    table = TABLES[name]
    page = markdown([table])
    described = describe(table)
    assert [column["name"] for column in described["columns"]] == table.schema.names()
    assert [rule["name"] for rule in described["rules"]] == [rule.name for rule in table.rules]
    for column, told in zip(table.columns, described["columns"], strict=True):
        assert f"| `{column.name}` |" in page
        assert told["nullable"] == column.nullable
        declared = column.field
        for constraint in ("pattern", "minimum", "maximum", "unit"):
            assert told.get(constraint) == getattr(declared, constraint)
        assert told.get("allowed") == (list(declared.allowed) if declared.allowed else None)
    assert all(rule.description.en in page for rule in table.rules)


# --- on disk: whole or not at all -----------------------------------------------------------------------------


def half_a_file(data: pa.Table, out: Path, **options: Any) -> None:
    """A writer that gives up halfway, as on a full disk."""
    out.write_bytes(b"PAR1" + b"\0" * 100)
    raise OSError(28, "No space left on device")


def interrupted(data: pa.Table, out: Path, **options: Any) -> None:
    """A writer that is stopped by the user."""
    out.write_bytes(b"PAR1")
    raise KeyboardInterrupt


class AnotherFile:
    """A reader that finds something else than was written."""

    def __init__(self, _file: object) -> None: ...

    def read(self, *, use_threads: bool) -> pa.Table:
        assert not use_threads
        return pa.table({"x": [1]})


FAILURES: Final[dict[str, tuple[str, Any, type[BaseException]]]] = {
    "disk full": ("write_table", half_a_file, OSError),
    "interrupted": ("write_table", interrupted, KeyboardInterrupt),
    "does not read back": ("ParquetFile", AnotherFile, OSError),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failed_write_leaves_nothing(failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    function, replacement, error = FAILURES[failure]
    monkeypatch.setattr(pq, function, replacement)
    with pytest.raises(error):
        put(tmp_path, TABLES["pots"], valid_frame(TABLES["pots"]))
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("failure", FAILURES)
def test_failed_write_keeps_the_old_file(failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = put(tmp_path, TABLES["pots"], valid_frame(TABLES["pots"])).path.read_bytes()
    function, replacement, error = FAILURES[failure]
    monkeypatch.setattr(pq, function, replacement)
    with pytest.raises(error):
        put(tmp_path, TABLES["pots"], many_rows(TABLES["pots"]))
    assert (tmp_path / "pots" / "pots_2025.parquet").read_bytes() == old
    assert files_below(tmp_path) == ["pots/pots_2025.parquet"]


def test_refused_frame_writes_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    table = TABLES["pots"]
    old = put(tmp_path, table, valid_frame(table)).path.read_bytes()
    with pytest.raises(DataRefused, match=r"table pots, year 2025.*\n.*Residual"):
        put(tmp_path, table, with_broken_rule(table, "residual_is_pot_minus_sum"))
    with pytest.raises(DataRefused, match="no rows"):
        put(tmp_path, table, table.empty())
    assert (tmp_path / "pots" / "pots_2025.parquet").read_bytes() == old
    assert files_below(tmp_path) == ["pots/pots_2025.parquet"]


ROOM: Final = 2_000
_WITH_LITTLE_ROOM: Final = f"""
import resource, sys
from pathlib import Path
import {__name__} as test
table = test.TABLES["pots"]
resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}))
try:
    test.put(Path(sys.argv[1]), table, test.many_rows(table))
except OSError as error:
    sys.exit(f"refused: {{error}}")
"""


def test_file_larger_than_the_disk_allows_is_not_left_behind(tmp_path: Path) -> None:
    """The system itself refuses the bytes, in a process of its own; the old file stays."""
    table = TABLES["pots"]
    old = put(tmp_path, table, valid_frame(table)).path.read_bytes()
    assert len(old) > ROOM
    command = [sys.executable, "-c", _WITH_LITTLE_ROOM, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert "refused: [Errno 27]" in run.stderr
    assert files_below(tmp_path) == ["pots/pots_2025.parquet"]
    assert (tmp_path / "pots" / "pots_2025.parquet").read_bytes() == old
