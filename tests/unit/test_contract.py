"""The contract: every constraint that a table declares is broken once, and each breach is refused by name.

Generated from `schemas.tables.TABLES`: a new column is tested without a line here; a new row rule or pattern needs
an example of a breach below, and the tests fail until it has one.
"""

import datetime as dt
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandera.config
import polars as pl
import pytest

from schemas import fields
from schemas.contract import enforce, pandera_schema
from schemas.errors import DataRefused
from schemas.fields import Field
from schemas.table import Column, RowRule, Table
from schemas.tables import TABLES
from tests.domain import ROOT

ROWS: Final = 3

# --- valid rows ----------------------------------------------------------------------------------------------

# One valid value per row number, for every pattern in use.
MATCHING: Final[dict[str, Callable[[int], str]]] = {
    fields.ID: lambda row: f"example-{row}",
    fields.NOT_BLANK: lambda row: f"Några ord {row}",
    fields.RECIPIENT_CODE: lambda row: f"{row // 99 + 1:02d}{row % 99:02d}",
    fields.TERRITORY_CODE: lambda row: f"{row // 99 + 1:02d}{row % 99:02d}",
    fields.COUNTY_CODE: lambda row: f"{row // 99 + 1:02d}",
    fields.AGES: lambda row: f"0-{row}",
    fields.SHA256: lambda row: f"{row:064x}",
    r"^https?://\S+$": lambda row: f"https://example.org/{row}",
}

# Values that keep the row rules, where the generated ones would not.
FITTING: Final[dict[str, dict[str, Any]]] = {
    "population_backtest": {"error_count": 0},
    "allocations": {"base_sek": 400, "variable_sek": 600},
    "pots": {"residual_sek": 0},
    "published_figures": {"rounded_to_sek": None},
    "reconciliation": {"difference_sek": 0},
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


# --- broken values ---------------------------------------------------------------------------------------------

# Codes are digits 0–9 only, of one length; texts have no line break and no blanks around them.
NO_MATCH: Final[dict[str, tuple[str, ...]]] = {
    fields.ID: ("", "example\n", "Example", "exämple", "two words", "-example", "example-", "a--b"),
    fields.NOT_BLANK: ("", " ", "text\n", "\ntext", " text", "text ", "text\u00a0", "two\nlines"),
    fields.RECIPIENT_CODE: ("", "114", "01145", "0114\n", "0114x", "٠١١٤", "０１１４", "SKR\n", "SKRs", "skr", " 0114"),
    fields.TERRITORY_CODE: ("", "114", "01145", "0114\n", "0114x", "٠١", "٠١١٤", "SKR", "0114 "),
    fields.COUNTY_CODE: ("", "1", "001", "01\n", "01x", "٠١", "０１", "0114"),
    fields.AGES: ("", "0–18", "0-18\n", "0-1234", "٠-١٨", "18", "All", "all ", "True-18", "-1-18"),
    fields.SHA256: ("", "0" * 63, "0" * 65, "0" * 63 + "\n", "0" * 64 + "\n", "A" * 64, "g" * 64, "٠" * 64),
    r"^https?://\S+$": ("", "example.org", "ftp://example.org", "https://", "https://a b", "https://a\n", "xhttp://a"),
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
        for text in ("", "nonsense", f"{known}\n", f"{known} ", known.upper()):
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
    for value in (math.nextafter(field.maximum, math.inf), math.inf):
        yield BadValue(name, "less_than_or_equal_to", value)
    yield BadValue(name, "less_than_or_equal_to" if column.nullable else "not_nullable", math.nan)


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
    ("published_figures", "rounded_figures_say_to_what"): {"precision": "rounded"},
    ("reconciliation", "difference_is_computed_minus_published"): {
        "verdict": "mismatch",
        "difference_sek": 1,
    },
    ("reconciliation", "exact_means_zero_kronor"): {"computed_sek": 999, "difference_sek": -1},
    ("reconciliation", "explained_names_its_cause"): {"verdict": "explained", "cause": None},
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


# --- what is refused, and what the message says -----------------------------------------------------------------


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


TABLE_NAMES: Final = list(TABLES)
COLUMNS: Final = [(table.name, column.name) for table in TABLES.values() for column in table.columns]


def column_of(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


# --- tests -------------------------------------------------------------------------------------------------------


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
        assert said.get((column, check), 0) == len(tried), f"{check} let through one of {tried}"


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_valid_columns_are_not_complained_about(name: str) -> None:
    """The frame of all bad values is complained about for what is bad in it and nothing else."""
    table = TABLES[name]
    expected = {(bad.column, bad.check) for column in table.columns for bad in bad_values(column)}
    assert {about for about in complaints_about_values(name) if about[0] != name} == expected


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_one_bad_value_alone_refuses_the_table(name: str, column: str) -> None:
    table = TABLES[name]
    breaches = list(bad_values(column_of(table, column)))
    if not breaches:
        assert table.schema[column] in (pl.Date(), pl.Datetime("us", "UTC"), pl.Boolean())
        return
    frame = pl.concat([valid_frame(table, 8).tail(2), with_bad_values(table, breaches[-1:])])
    assert column in {about for about, _ in complaints(refusal(table, frame))}


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_wrong_type_is_refused(name: str, column: str) -> None:
    table = TABLES[name]
    wrong = WRONG_TYPE[table.schema[column]]
    other = wrong[len(column) % len(wrong)]
    frame = valid_frame(table).with_columns(pl.lit(None, other).alias(column))
    error = refusal(table, frame)
    assert f"  {column}: dtype(" in error.what, error.what


@pytest.mark.parametrize("dtype", WRONG_TYPE, ids=str)
def test_no_type_stands_in_for_another(dtype: pl.DataType) -> None:
    """Every wrong type of every type, on the first column that has it."""
    table, column = next(
        (table, column.name) for table in TABLES.values() for column in table.columns if column.field.dtype == dtype
    )
    for wrong in WRONG_TYPE[dtype]:
        error = refusal(table, valid_frame(table).with_columns(pl.lit(None, wrong).alias(column)))
        assert complaints(error)[column, "dtype"] == 1, error.what


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_types_are_tested_on_values_too(name: str) -> None:
    """Numbers as text, and the like, are not converted."""
    table = TABLES[name]
    as_text = valid_frame(table).with_columns(pl.col(table.columns[0].name).cast(pl.Binary))
    first_number = next((column.name for column in table.columns if table.schema[column.name].is_numeric()), None)
    assert first_number is not None
    as_text = as_text.with_columns(pl.col(first_number).cast(pl.String))
    said = complaints(refusal(table, as_text))
    assert (table.columns[0].name, "dtype") in said
    assert (first_number, "dtype") in said


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_broken_row_rule_is_refused(name: str, rule: str) -> None:
    table = TABLES[name]
    said = complaints(refusal(table, with_broken_rule(table, rule)))
    assert said == {(name, _rule(table, rule).description.en.partition("(")[0]): 1}


def _rule(table: Table, name: str) -> RowRule:
    return next(rule for rule in table.rules if rule.name == name)


def test_every_row_rule_has_a_breach_and_no_breach_is_left_over() -> None:
    assert set(BREAKING) == set(RULES)


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_key_given_twice_is_refused(name: str) -> None:
    table = TABLES[name]
    frame = valid_frame(table)
    said = complaints(refusal(table, pl.concat([frame, frame.head(1)])))
    assert said == {(name, "multiple_fields_uniqueness"): 2 * len(table.key)} or said == {
        (name, "multiple_fields_uniqueness"): 2
    }


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_rows_that_differ_in_one_key_column_only_are_kept(name: str) -> None:
    """The key is the grain: a difference in any one of its columns makes another row."""
    table = TABLES[name]
    row = valid_row(table, 0)
    varied = [row | {column: other} for column in table.key if (other := _other_value(table, column)) is not None]
    frame = pl.DataFrame([row, *varied], table.schema, strict=True)
    said = _complaints_or_none(table, frame)
    assert (name, "multiple_fields_uniqueness") not in said


def _other_value(table: Table, name: str) -> Any:
    field = column_of(table, name).field
    if field.allowed is not None:
        return field.allowed[-1]
    return 2024 if field.dtype == pl.Int32() else None if field.pattern is None else valid_value(field, 1)


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_missing_column_is_refused(name: str, column: str) -> None:
    error = refusal(TABLES[name], valid_frame(TABLES[name]).drop(column))
    assert f"column_in_dataframe – broken 1 time(s): {column}" in error.what


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


# --- pandera's switches change nothing -----------------------------------------------------------------------------


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


BY_VALUE: Final = {"pattern", "minimum", "allowed", "null", "row rule", "key"}


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
    """Run in a process of its own, under pandera's switches."""
    passed = {"enforce": sorted(accepted_breaches(enforce)), "plain": sorted(accepted_breaches(plain_pandera))}
    sys.stdout.write(json.dumps(passed))


@pytest.mark.parametrize(
    ("switch", "value", "plain_lets_through"),
    [
        ("PANDERA_VALIDATION_ENABLED", "False", {*BY_VALUE, "type", "column"}),
        ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY", {"pattern", "minimum", "allowed", "row rule"}),
    ],
)
def test_pandera_switch_in_the_environment_changes_nothing(
    switch: str, value: str, plain_lets_through: set[str]
) -> None:
    command = [sys.executable, "-c", f"import {__name__} as test; test.print_what_passes()"]
    run = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=os.environ | {switch: value}, check=True, capture_output=True, text=True
    )
    passed = json.loads(run.stdout)
    assert set(passed["plain"]) >= plain_lets_through, "the switch does nothing, so this test proves nothing"
    assert passed["enforce"] == []


def test_sample_is_refused_without_any_switch() -> None:
    assert accepted_breaches(enforce) == set()


def test_switches_are_as_they_were_after_a_check() -> None:
    with pandera.config.config_context(validation_enabled=False):
        assert accepted_breaches(enforce) == set()
        assert pandera.config.get_config_context().validation_enabled is False
