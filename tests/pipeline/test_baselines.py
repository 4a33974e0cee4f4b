"""What the main job is timed against does the same work: the same ten tables, held against the same constraints."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import pandera.errors
import polars as pl
import pytest
import requests

from benchmarks.baselines import check, main_job_pandas, main_job_polars
from benchmarks.baselines.contracts import Values, columns_of, key_of
from benchmarks.baselines.loopback import loopback_scb
from benchmarks.baselines.scb import Scb
from benchmarks.baselines.tracked import TABLES as TEN
from benchmarks.main_job import require_same_files
from schemas.tables.registry import TABLES
from tests.domain import ROOT, recipients_in
from tests.integration.scb_stand_in import StandIn
from tests.published import Published

Row = dict[str, Any]
# A text for each pattern, and what is of no kind's type.
FITTING: Final = ("20", "2081", "a-slug", "all")
STRANGE: Final = " "


class Script(NamedTuple):
    """One of the two scripts: its schema of a table, and a frame as the script would make it."""

    contract: Callable[[str], Any]
    frame: Callable[[str, list[Row]], Any]


def polars_frame(table: str, rows: list[Row]) -> pl.DataFrame:
    types = {name: main_job_polars.KINDS[values.kind] for name, values, _ in columns_of(table)}
    return pl.DataFrame(rows, {name: types.get(name) for name in rows[0]})


def pandas_frame(table: str, rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name, values, may_be_empty in columns_of(table):
        if name in frame and frame[name].notna().all():
            frame[name] = frame[name].astype(main_job_pandas.KINDS[values.kind][may_be_empty])
    return frame


SCRIPTS: Final = {
    "polars": Script(main_job_polars.contract, polars_frame),
    "pandas": Script(main_job_pandas.contract, pandas_frame),
}


def held(script: Script, table: str, rows: list[Row]) -> str:
    """What the script's contract says of the rows; empty if it keeps them."""
    try:
        script.contract(table).validate(script.frame(table, rows), lazy=True)
    except pandera.errors.SchemaErrors as error:
        return str(error)
    return ""


def fitting(values: Values) -> Any:
    """A value that a column may hold."""
    if values.kind == "day":
        return pd.Timestamp("2024-11-01").date()
    if values.kind == "flag":
        return True
    if values.kind != "text":
        return values.most if values.kind != "share" else float(values.most or 0)
    pattern = values.pattern or ".*"
    return next((text for text in (*values.allowed, *FITTING) if pd.Series([text]).str.match(pattern).all()), None)


def broken(values: Values, *, may_be_empty: bool) -> Iterator[Any]:
    """Values that a column must not hold, one for each constraint."""
    if not may_be_empty:
        yield None
    if values.least is not None and values.most is not None:
        yield values.least - 1
        yield values.most + 1
    if values.kind == "text":
        yield STRANGE


@pytest.mark.parametrize("library", SCRIPTS)
@pytest.mark.parametrize("table", TEN)
def test_each_constraint_of_a_script_bites(table: str, library: str) -> None:
    script = SCRIPTS[library]
    row = {name: fitting(values) for name, values, _ in columns_of(table)}
    assert not held(script, table, [row])
    kept = [
        (name, value)
        for name, values, may_be_empty in columns_of(table)
        for value in broken(values, may_be_empty=may_be_empty)
        if name not in held(script, table, [{**row, name: value}])
    ]
    assert not kept
    assert held(script, table, [row, row]), "two rows of the same key"
    assert held(script, table, [{**row, "another": "column"}])
    assert held(script, table, [{name: value for name, value in row.items() if name != "year"}])
    assert held(script, table, [dict(reversed(row.items()))]), "in another order"


@pytest.mark.parametrize("library", SCRIPTS)
def test_a_type_bites(library: str) -> None:
    script = SCRIPTS[library]
    row = {name: fitting(values) for name, values, _ in columns_of("coverage")}
    frame = script.frame("coverage", [row])
    other = frame.assign(amount_sek=1.5) if library == "pandas" else frame.with_columns(amount_sek=pl.lit(1.5))
    with pytest.raises(pandera.errors.SchemaErrors, match="amount_sek"):
        script.contract("coverage").validate(other, lazy=True)


@pytest.mark.parametrize("name", TEN)
def test_the_scripts_hold_what_the_published_tables_hold(name: str) -> None:
    """Column by column; what ties columns of a row together is the scripts' own business, and Kronvis' row rules."""
    ours = {column.name: column for column in TABLES[name].columns}
    assert tuple(key_of(name)) == TABLES[name].key
    for column, values, may_be_empty in columns_of(name):
        field = ours[column].field
        assert (column, values.least, values.most) == (column, field.minimum, field.maximum)
        assert (column, values.allowed, values.pattern) == (column, field.allowed or (), field.pattern)
        assert (column, may_be_empty) == (column, ours[column].nullable)


def test_kronvis_on_ten_tables_publishes_the_bytes_of_the_whole_run(history: Published, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.baselines.kronvis_ten", "2025..2025", str(tmp_path / "out")]
    subprocess.run(command, cwd=ROOT, check=True)
    whole = tmp_path / "whole"
    for name in TEN:
        (whole / name).mkdir(parents=True)
        file = f"{name}/{name}_2025.parquet"
        (whole / file).hardlink_to((history.version.folder / file).resolve())
    require_same_files(tmp_path / "out/current", whole)


def test_both_scripts_fetch_what_kronvis_fetches(tmp_path: Path) -> None:
    with loopback_scb() as url:
        for name in ("kronvis_ten", "main_job_pandas", "main_job_polars"):
            command = [sys.executable, "-m", f"benchmarks.baselines.{name}", "2025..2025", str(tmp_path / name), url]
            subprocess.run(command, cwd=ROOT, check=True)
    published = tmp_path / "kronvis_ten/current"
    population = pl.read_parquet(published / "population/population_2025.parquet")
    assert set(population["basis"]) == {"official"}
    assert population.height == 2 * (290 + 21)
    for name in ("main_job_pandas", "main_job_polars"):
        assert check.differences(tmp_path / name, published, range(2025, 2026)) == []


def test_the_scripts_ask_scb_with_care() -> None:
    november = ("folkmangd_1_november", dt.date(2024, 11, 1))
    with StandIn(max_calls=100) as service:
        codes = set(recipients_in(2024).filter(pl.col("recipient_type") != "national")["recipient_code"])
        scb = Scb(service.v2_url, codes)
        assert len(scb.counts(*november, "0-18")) == 290 + 21
        assert scb.counts("folkmangd_1_november", dt.date(2025, 11, 1), "all") == [], "no table has the day"
        with pytest.raises(ValueError, match="noise"):
            scb.counts("folkmangd_31_december", dt.date(2025, 12, 31), "all")
        with pytest.raises(ValueError, match="do not make the nation"):
            Scb(service.v2_url, codes - {"2080"}).counts(*november, "all")
    with StandIn(["status_429", "html"]) as service:
        scb = Scb(service.v2_url, codes)
        for kind in (requests.HTTPError, requests.JSONDecodeError):
            with pytest.raises(kind):
                scb.counts(*november, "all")


def test_versions_that_differ_are_no_contenders(tmp_path: Path) -> None:
    for version in ("whole", "same", "another", "fewer", "more", "empty"):
        for name in TEN:
            (tmp_path / version / name).mkdir(parents=True)
            if version != "empty":
                (tmp_path / version / name / f"{name}_2025.parquet").write_bytes(b"rows")
    (tmp_path / "another/pots/pots_2025.parquet").write_bytes(b"Rows")
    (tmp_path / "fewer/pots/pots_2025.parquet").unlink()
    (tmp_path / "more/pots/pots_2026.parquet").write_bytes(b"rows")
    require_same_files(tmp_path / "same", tmp_path / "whole")
    for version in ("another", "fewer", "more"):
        with pytest.raises(ValueError, match=f"{version} and .* are unlike in .*pots_202"):
            require_same_files(tmp_path / version, tmp_path / "whole")
    with pytest.raises(ValueError, match="anything"):
        require_same_files(tmp_path / "empty", tmp_path / "empty")
