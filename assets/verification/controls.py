"""Control totals: what must hold between the tables before anything is published.

Each control is a pure function of tables that returns the rows that break it; none means it holds. `pipelines`
shows them as asset checks and refuses to publish when one fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.errors import DataRefused
from schemas.keys import POT
from schemas.text import Text
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, NEAREST, NOT_COMPUTED, REGION, UNKNOWN

AGREEMENT: Final = ("programme", "year")
# Since 2003-01-01 there have been as many as this, Gotland once in each role.
RECIPIENTS_OF_KIND: Final = {MUNICIPALITY: 290, REGION: 21, COUNTY: 21, NATIONAL: 1}

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Control:
    """A condition on `tables`, shown on the first of them; `broken` returns the rows that break it.

    One that does not block is reported and published all the same: readers must see what disagrees.
    """

    name: str
    description: Text
    tables: tuple[str, ...]
    broken: Callable[[Tables], pl.DataFrame]
    is_blocking: bool = True


def _counts(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    expected = pl.col("recipient_type").replace_strict(RECIPIENTS_OF_KIND, return_dtype=pl.Int64)
    return rows.group_by(*by, "recipient_type").agg(found=pl.len().cast(pl.Int64)).with_columns(expected=expected)


def _register_is_whole(tables: Tables) -> pl.DataFrame:
    return _counts(tables["recipients"], ("year",)).filter(pl.col("found") != pl.col("expected"))


def _allocations_follow_the_rules(tables: Tables) -> pl.DataFrame:
    """Every computable pot is allocated by the rule as it reads now, and no other pot is."""
    rules = tables["rules"].filter(pl.col("rule") != UNKNOWN).select(*POT, "rule_sha256")
    allocated = tables["allocations"].select(*POT, "rule_sha256").unique()
    return pl.concat(
        [rules.join(allocated, on=rules.columns, how="anti"), allocated.join(rules, on=rules.columns, how="anti")]
    )


def _every_recipient_once(tables: Tables) -> pl.DataFrame:
    return _counts(tables["allocations"], POT).filter(pl.col("found") != pl.col("expected"))


def _pots_make_the_agreement(tables: Tables) -> pl.DataFrame:
    sums = tables["rules"].group_by(*AGREEMENT, "agreement_total_sek").agg(pots_sek=pl.col("amount_sek").sum())
    return sums.filter(pl.col("pots_sek") != pl.col("agreement_total_sek"))


def _rows_make_the_pot(tables: Tables) -> pl.DataFrame:
    sums = tables["allocations"].group_by(POT).agg(rows_sek=pl.col("amount_sek").sum())
    pots = tables["pots"].filter(pl.col("status") != NOT_COMPUTED)
    whole = pl.col("rows_sek") + pl.col("residual_sek")
    return pots.join(sums, on=POT, how="left").filter(whole.ne_missing(pl.col("amount_sek")))


def _residual_is_roundings(tables: Tables) -> pl.DataFrame:
    """In T-ths of a krona, T the denominator: the roundings of all rows add up to minus the residual, exactly."""
    pots = tables["pots"].select(*POT, "residual_sek", pot_sek="amount_sek")
    rows = tables["allocations"].filter(pl.col("population_total").is_not_null()).join(pots, on=POT, validate="m:1")
    total = pl.col("population_total").cast(pl.Int128)
    shared = (pl.col("pot_sek") - pl.col("base_sek").sum().over(POT)).cast(pl.Int128)
    rounding = pl.col("variable_sek").cast(pl.Int128) * total - shared * pl.col("population")
    # Nearest krona: no row is rounded by more than half a krona. The other conventions leave no residual.
    too_far = (
        pl.when(pl.col("rounding") == NEAREST).then(2 * rounding.abs() > total).otherwise(pl.col("residual_sek") != 0)
    )
    return (
        rows.with_columns(rounding_by=rounding, is_too_far=too_far)
        .group_by(*POT, "residual_sek", "population_total")
        .agg(pl.col("rounding_by").sum(), pl.col("is_too_far").any())
        .filter(pl.col("is_too_far") | (pl.col("rounding_by") != -pl.col("residual_sek") * pl.col("population_total")))
        .with_columns(pl.col("rounding_by").cast(pl.Int64))
    )


def _coverage_makes_the_agreement(tables: Tables) -> pl.DataFrame:
    sums = tables["coverage"].group_by(*AGREEMENT, "agreement_total_sek").agg(covered_sek=pl.col("amount_sek").sum())
    return sums.filter(pl.col("covered_sek") != pl.col("agreement_total_sek"))


def _totals_make_the_allocations(tables: Tables) -> pl.DataFrame:
    return _differing(tables["recipient_totals"], tables["allocations"], [*AGREEMENT, "recipient_type"], "amount_sek")


def _counties_make_the_totals(tables: Tables) -> pl.DataFrame:
    local = tables["recipient_totals"].filter(pl.col("recipient_type") != NATIONAL)
    counties = tables["county_overview"].with_columns(amount_sek=pl.col("total_sek"))
    return _differing(counties, local, [*AGREEMENT, "county_code"], "amount_sek")


def _nothing_unexplained(tables: Tables) -> pl.DataFrame:
    return tables["reconciliation"].filter(pl.col("verdict") == "mismatch")


def _differing(left: pl.DataFrame, right: pl.DataFrame, by: list[str], column: str) -> pl.DataFrame:
    """Groups whose sums differ, or that only one side has."""
    sums = [frame.group_by(by).agg(pl.col(column).sum()) for frame in (left, right)]
    both = sums[0].join(sums[1], on=by, how="full", coalesce=True, suffix="_other")
    return both.filter(pl.col(column).ne_missing(pl.col(f"{column}_other")))


def require_controls(tables: Tables) -> None:
    """Raise `DataRefused` for the first blocking control that `tables` break, with the first row that breaks it."""
    for control in (control for control in CONTROLS if control.is_blocking):
        broken = control.broken(tables)
        if not broken.is_empty():
            row = broken.row(0, named=True)
            raise DataRefused(
                f"control {control.name}",
                f"{control.description.en} Broken {broken.height} time(s), first: {row}",
                remedy="nothing was published; run all tables of the year together",
            )


CONTROLS: Final = (
    Control(
        "register_is_whole",
        Text("290 kommuner, 21 regioner, 21 län och SKR.", "290 municipalities, 21 regions, 21 counties and SKR."),
        ("recipients",),
        _register_is_whole,
    ),
    Control(
        "pots_make_the_agreement",
        Text("Potterna summerar till överenskommelsen.", "The pots add up to the agreement."),
        ("rules",),
        _pots_make_the_agreement,
    ),
    Control(
        "allocations_follow_the_rules",
        Text("Varje pott med känd regel är fördelad enligt den.", "Every pot with a known rule is allocated by it."),
        ("allocations", "rules"),
        _allocations_follow_the_rules,
    ),
    Control(
        "every_recipient_once",
        Text(
            "Varje pott når varje mottagare av sitt slag en gång.", "Each pot reaches every recipient of its kind once."
        ),
        ("allocations",),
        _every_recipient_once,
    ),
    Control(
        "rows_make_the_pot",
        Text("Raderna och avrundningsdifferensen är potten.", "The rows and the residual make the pot."),
        ("pots", "allocations"),
        _rows_make_the_pot,
    ),
    Control(
        "residual_is_roundings",
        Text(
            "Avrundningsdifferensen är summan av radernas avrundningar, var och en högst en halv krona.",
            "The residual is the sum of the rows’ roundings, each of half a krona at most.",
        ),
        ("pots", "allocations"),
        _residual_is_roundings,
    ),
    Control(
        "coverage_makes_the_agreement",
        Text("Täckningens delar summerar till överenskommelsen.", "The parts of the coverage make the agreement."),
        ("coverage",),
        _coverage_makes_the_agreement,
    ),
    Control(
        "nothing_unexplained",
        Text(
            "Inget publicerat belopp avviker utan namngiven orsak.",
            "No published figure differs without a named cause.",
        ),
        ("reconciliation",),
        _nothing_unexplained,
        is_blocking=False,
    ),
    Control(
        "totals_make_the_allocations",
        Text("Mottagarnas summor är fördelningen.", "The recipients’ totals make the allocations."),
        ("recipient_totals", "allocations"),
        _totals_make_the_allocations,
    ),
    Control(
        "counties_make_the_totals",
        Text("Länens summor är mottagarnas.", "The counties’ totals make the recipients'."),
        ("county_overview", "recipient_totals"),
        _counties_make_the_totals,
    ),
)
