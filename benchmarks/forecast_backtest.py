"""The back-test of the forecasts: errors of every method against the two naive baselines.

    python -m benchmarks.forecast_backtest [--years] [--markdown]

A row per series of tests and method; with `--years` a row per test. `%` is the mean absolute error, `less than` how
much of a baseline's mean error in persons is gone (negative: more). Kronor are per recipient, had the variable parts
of the pots of 2025 been split by the forecast.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.forecast.scores import overview_of
from assets.forecast.tables import OnFile, backtests_of, read_inputs
from assets.population.recipients import read_register
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot

Columns = dict[str, tuple[str, Callable[[Any], str]]]
DATA = Path(__file__).resolve().parents[1] / "data"


def backtest() -> pl.DataFrame:
    """The table `forecast_backtest` of the tracked data."""
    snapshot = read_snapshot(DATA / "population")
    on_file = OnFile(AgreementFiles(DATA / "agreements"), read_register(DATA / "geography"), EmbeddedSource(snapshot))
    inputs = read_inputs(DATA / "forecast", snapshot)
    programme = inputs.plan.candidates[0].programme
    return backtests_of(max(on_file.agreements.years(programme)), inputs, on_file)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f} %"


def _or_blank(form: str) -> Callable[[Any], str]:
    return lambda value: "" if value is None else format(value, form)


_SHARED: Columns = {
    "method": ("method", str),
    "mean_abs_error": ("persons", _or_blank(",.1f")),
    "mean_abs_error_share": ("%", lambda value: f"{100 * value:.3f}"),
    "error_sek": ("kr", _or_blank(",.0f")),
    "better_than_carry": ("less than last count", _percent),
    "better_than_nation": ("less than nation", _percent),
    "interval_coverage": ("80 % covers", lambda value: "" if value is None else f"{100 * value:.0f} %"),
}
OVERVIEW: Columns = {"tests": ("tests", str), **_SHARED}
BY_YEAR: Columns = {"reference_date": ("day", str), "origin_date": ("from", str), **_SHARED}


def lines(table: pl.DataFrame, columns: Columns, *, markdown: bool) -> list[str]:
    """The table as text, a heading per series of tests."""
    found = []
    for (kind, territory, ages), rows in table.group_by("test_kind", "region_type", "ages", maintain_order=True):
        cells = [[form(row[name]) for name, (_, form) in columns.items()] for row in rows.iter_rows(named=True)]
        headings = [heading for heading, _ in columns.values()]
        found += ["", f"{'### ' if markdown else ''}{territory}, ages {ages}, {kind}", ""]
        found += _markdown(headings, cells) if markdown else _aligned(headings, cells)
    return found


def _markdown(headings: list[str], cells: list[list[str]]) -> list[str]:
    rows = [headings, ["---" if heading in ("method", "day", "from") else "---:" for heading in headings], *cells]
    return [f"| {' | '.join(row)} |" for row in rows]


def _aligned(headings: list[str], cells: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [headings, *cells]]


def main() -> None:
    """Compute and print."""
    table = backtest()
    if "--years" in sys.argv:
        kronor = pl.col("abs_error_sek") / pl.col("territories")
        shown, columns = table.with_columns(error_sek=kronor), BY_YEAR
    else:
        shown, columns = overview_of(table), OVERVIEW
    print("\n".join(lines(shown, columns, markdown="--markdown" in sys.argv)[1:]))


if __name__ == "__main__":
    main()
