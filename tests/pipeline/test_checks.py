"""Control totals and asset checks: each one fails when what it guards is broken, and then nothing is published."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets.storage.parquet import read_table
from assets.verification.controls import CONTROLS, Tables, require_controls
from pipelines.build import build_defs
from pipelines.running.run import run_years
from schemas.errors import DataRefused
from schemas.tables.registry import TABLES
from tests.published import ALL_YEARS, Published, quiet

YEAR = 2025


def _plus_one(column: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """One krona more in the first row."""
    first = pl.int_range(pl.len()) == 0
    return lambda frame: frame.with_columns(pl.when(first).then(pl.col(column) + 1).otherwise(column).alias(column))


def _two_rows_shifted(frame: pl.DataFrame) -> pl.DataFrame:
    """A krona from one row of a pot with a variable part to another: all sums still hold."""
    rows = frame.with_row_index("_row")
    pot = (pl.col("pot_id") == "complex-needs-region") & (pl.col("recipient_code").is_in(["01", "03"]))
    shift = pl.when(pl.col("recipient_code") == "01").then(1).otherwise(-1)
    return rows.with_columns(
        pl.when(pot).then(pl.col(name) + shift).otherwise(name).alias(name) for name in ("variable_sek", "amount_sek")
    ).drop("_row")


def _one_mismatch(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("mismatch")).otherwise("verdict").alias("verdict")
    )


def _without_first(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.slice(1)


BROKEN: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "register_is_whole": ("recipients", _without_first),
    "pots_make_the_agreement": ("rules", _plus_one("amount_sek")),
    "allocations_follow_the_rules": ("rules", lambda frame: frame.with_columns(rule_sha256=pl.lit("0" * 64))),
    "every_recipient_once": ("allocations", _without_first),
    "rows_make_the_pot": ("allocations", _plus_one("amount_sek")),
    "residual_is_roundings": ("allocations", _two_rows_shifted),
    "coverage_makes_the_agreement": ("coverage", _plus_one("amount_sek")),
    "nothing_unexplained": ("reconciliation", _one_mismatch),
    "totals_make_the_allocations": ("recipient_totals", _plus_one("amount_sek")),
    "counties_make_the_totals": ("county_overview", _plus_one("total_sek")),
}


@pytest.fixture(scope="module")
def tables(history: Published) -> Tables:
    return {name: history.table(name, YEAR) for name in TABLES}


def test_the_published_tables_keep_every_control(tables: Tables) -> None:
    for control in CONTROLS:
        assert control.broken(tables).is_empty(), control.name
    require_controls(tables)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_every_control_bites(tables: Tables, control: Any) -> None:
    name, spoil = BROKEN[control.name]
    spoilt = {**tables, name: spoil(tables[name])}
    assert not control.broken(spoilt).is_empty()
    if control.is_blocking:
        with pytest.raises(DataRefused, match="control"):
            require_controls(spoilt)
    else:
        require_controls(spoilt)


def test_a_pot_under_nearest_may_not_hide_a_shifted_krona(tables: Tables) -> None:
    spoilt = {**tables, "allocations": _two_rows_shifted(tables["allocations"])}
    assert [c.name for c in CONTROLS if not c.broken(spoilt).is_empty()] == ["residual_is_roundings"]


def test_every_table_and_control_is_an_asset_check(history: Published) -> None:
    defs = build_defs(history.settings)
    specs = [spec for check in defs.asset_checks or () for spec in check.check_specs]
    names = {(spec.asset_key.path[-1], spec.name) for spec in specs}
    of_tables = {(name, "contract") for name in TABLES} | {(c.tables[0], c.name) for c in CONTROLS}
    assert names == of_tables | {("published_version", "year_is_there")}
    # Readers must see what disagrees: a mismatch is reported and published, and a late year holds nobody else up.
    assert {spec.name for spec in specs if not spec.blocking} == {"nothing_unexplained", "year_is_there"}


def test_a_broken_control_shows_which_years_and_rows(own_history: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    """Executed by themselves, as with the UI's button, checks look at all years that lie on disk."""
    hostile = pl.DataFrame({"year": [YEAR], "name": ["<script>\x1b[2J"]})
    broken = [c if c.name != "rows_make_the_pot" else _never_holds(c, hostile) for c in CONTROLS]
    monkeypatch.setattr("pipelines.checks.CONTROLS", broken)
    selection = dg.AssetSelection.checks(
        dg.AssetCheckKey(dg.AssetKey("pots"), "rows_make_the_pot"), dg.AssetCheckKey(dg.AssetKey("pots"), "contract")
    )
    only = dg.Definitions(
        asset_checks=build_defs(own_history.settings).asset_checks, jobs=[dg.define_asset_job("only", selection)]
    )
    result = only.resolve_job_def("only").execute_in_process(
        instance=dg.DagsterInstance.ephemeral(), raise_on_error=False
    )
    told = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert told["contract"].passed
    assert not told["rows_make_the_pot"].passed
    assert "\x1b" not in (told["rows_make_the_pot"].description or "")
    results = told["rows_make_the_pot"].metadata["results"]
    assert isinstance(results, dg.TableMetadataValue)
    assert {row.data["year"]: row.data["result"] for row in results.records} == {
        **dict.fromkeys(map(str, ALL_YEARS), "pass"),
        str(YEAR): "FAIL",
    }
    assert "\\<script\\>" in str(told["rows_make_the_pot"].metadata["broken rows"].value)


def test_checks_belong_to_no_partition(history: Published) -> None:
    """Dagster gives what a run over many years found to no partition, and would show partitioned checks as skipped."""
    for check in build_defs(history.settings).asset_checks or ():
        assert check.partitions_def is None


def test_every_control_says_which_years_break_it(tables: Tables) -> None:
    for control in CONTROLS:
        name, spoil = BROKEN[control.name]
        assert "year" in control.broken({**tables, name: spoil(tables[name])}).columns, control.name


def test_a_failing_check_stops_publication_and_says_which(
    own_history: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_history.hashes()
    always = pl.DataFrame({"year": [YEAR]})
    broken = [c if c.name != "rows_make_the_pot" else _never_holds(c, always) for c in CONTROLS]
    monkeypatch.setattr("pipelines.checks.CONTROLS", broken)
    with pytest.raises(DataRefused, match=r"pots\.rows_make_the_pot"):
        run_years(own_history.settings, [YEAR], quiet)
    assert own_history.hashes() == before


def _never_holds(control: Any, rows: pl.DataFrame) -> Any:
    return type(control)(control.name, control.description, control.tables, lambda _tables: rows)


def test_publishing_alone_checks_what_lies_in_the_work_folder(own_history: Published) -> None:
    """Someone materialises only the last asset while the work folder holds tables that do not fit together."""
    settings, before = own_history.settings, own_history.hashes()
    frame = read_table(settings.work, TABLES["coverage"], [YEAR])
    file = settings.work / f"coverage/coverage_{YEAR}.parquet"
    file.unlink()
    _plus_one("amount_sek")(frame).write_parquet(file)
    job = build_defs(settings).resolve_implicit_global_asset_job_def()
    with pytest.raises(DataRefused, match="coverage"):
        job.execute_in_process(
            partition_key=str(YEAR),
            asset_selection=[dg.AssetKey("published_version")],
            instance=dg.DagsterInstance.ephemeral(),
        )
    assert own_history.hashes() == before
