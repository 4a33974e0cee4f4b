"""From candidates to kronor: the carried-over rules with a forecast population, and how far the amounts may be off.

The split itself is the allocation stage's; here its input is made and its result labelled. Nothing here is decided.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.forecast.assumptions import LEVELS, Candidate, Plan
from assets.forecast.forecast import BaseForecast
from assets.population.bases import Base, territory_of
from schemas.tables.forecast import FORECAST
from schemas.tables.population import POPULATION
from schemas.vocabulary import ASSUMED, ESTIMATED, FORECAST_STATUS, NEAREST

_RECIPIENT: Final = ("pot_id", "recipient_type", "recipient_code")
_TERRITORY: Final = {kind: territory_of(kind) for kind in LEVELS}
_UNITS: Final = pl.col("rest_sek").alias(UNITS)
_NEAREST: Final = pl.lit(NEAREST).alias(ROUNDING)


def candidate_rules(candidate: Candidate, agreements: AgreementFiles) -> pl.DataFrame:
    """The rules of the candidate's pots, as table `rules` has them, for its target year."""
    carried = rules_of([agreements.load(candidate.programme, candidate.rules_year)])
    without_base = pl.col("pot_id").is_in(candidate.without_base)
    return carried.filter(pl.col("pot_id").is_in(list(candidate.pots))).with_columns(
        year=pl.lit(candidate.target_year, pl.Int32),
        amount_sek=pl.col("pot_id").replace_strict(candidate.pots, return_dtype=pl.Int64),
        table_id=pl.when(pl.col("table_id").is_not_null()).then(pl.lit(candidate.table)),
        reference_date=pl.when(pl.col("table_id").is_not_null()).then(pl.lit(candidate.reference_date)),
        rule=pl.when(without_base).then(pl.col("rule").map_elements(_without_base, pl.String)).otherwise("rule"),
    )


def _without_base(rule: str) -> str:
    stated = json.loads(rule)
    stated["rule"].pop("base_sek", None)
    return json.dumps(stated, sort_keys=True)


def asked_bases(rules: pl.DataFrame) -> set[Base]:
    """The head counts that the rules ask for."""
    asked = rules.filter(pl.col("ages").is_not_null())
    columns = asked.select("table_id", "reference_date", "ages", "recipient_type").iter_rows()
    return {Base(table, day, ages, territory_of(recipients)) for table, day, ages, recipients in columns}


def forecast_rows(
    candidate: Candidate,
    rules: pl.DataFrame,
    recipients: pl.DataFrame,
    bases: Mapping[Base, BaseForecast],
    plan: Plan,
) -> pl.DataFrame:
    """The rows of table `forecast` for one candidate, but for `year` and the comparison with the previous rules.

    `rules` are the candidate's (`candidate_rules`), `recipients` those of its target year, and `bases` answers what
    the rules ask for.
    """
    needed = [bases[base] for base in sorted(asked_bases(rules))]
    population = [POPULATION.empty(), *(_as_population(candidate.target_year, one) for one in needed)]
    split = allocate(rules, recipients, pl.concat(population))
    rows = (
        split.join(rules.select("pot_id", pot_sek="amount_sek"), on="pot_id", validate="m:1")
        .with_columns(region_type=pl.col("recipient_type").replace_strict(_TERRITORY))
        .join(
            pl.concat([_intervals(one, plan) for one in needed]),
            left_on=["ages", "region_type", "recipient_code"],
            right_on=["ages", "region_type", "region_code"],
            how="left",
            validate="m:1",
        )
        .with_columns(rest_sek=pl.col("pot_sek") - pl.col("base_sek").sum().over("pot_id"))
        .sort(_RECIPIENT)
    )
    stated = {level: " ".join(plan.stated_for(candidate, level)) for level in LEVELS}
    return rows.with_columns(
        target_year=pl.lit(candidate.target_year, pl.Int32),
        candidate=pl.lit(candidate.id),
        is_main_candidate=pl.lit(candidate.is_main),
        amount_low_sek=pl.min_horizontal("amount_sek", _amount_with(rows, "population_low")),
        amount_high_sek=pl.max_horizontal("amount_sek", _amount_with(rows, "population_high")),
        assumptions=pl.concat_str(
            pl.col("recipient_type").replace_strict(stated),
            pl.col("method_assumptions"),
            separator=" ",
            ignore_nulls=True,
        ),
        evidence=pl.lit(ASSUMED),
        status=pl.lit(FORECAST_STATUS),
    )


def compared(rows: pl.DataFrame, year: int, previous: pl.DataFrame) -> pl.DataFrame:
    """The table `forecast` of partition `year`: `rows` of candidates beside what `previous` rules gave.

    `previous` is `allocations` of the year whose rules are carried over.
    """
    before = previous.select(
        "programme",
        *_RECIPIENT,
        previous_year="year",
        amount_previous_sek="amount_sek",
        previous_status="status",
    )
    return (
        rows.with_columns(year=pl.lit(year, pl.Int32))
        .join(before, on=["programme", *_RECIPIENT], how="left", validate="m:1")
        .with_columns(change_sek=pl.col("amount_sek") - pl.col("amount_previous_sek"))
        .select(FORECAST.schema.names())
        .sort(FORECAST.key)
    )


def _as_population(year: int, forecast: BaseForecast) -> pl.DataFrame:
    """The forecast in the form of table `population`, which the split reads; it is never written as such."""
    base = forecast.base
    fixed: dict[str, Any] = {
        "year": year,
        "reference_date": base.reference_date,
        "table_id": base.table_id,
        "ages": base.ages,
        "region_type": base.region_type,
        "basis": ESTIMATED,
        "population_date": base.reference_date,
        "is_perturbed": False,
        "source": forecast.method,
        "derived_from": None,
        "extracted_at": None,
        "sha256": "0" * 64,
    }
    asked = pl.DataFrame([fixed], {name: POPULATION.schema[name] for name in fixed})
    return asked.join(forecast.counts.select("region_code", "population"), how="cross").select(
        POPULATION.schema.names()
    )


def _intervals(forecast: BaseForecast, plan: Plan) -> pl.DataFrame:
    """`ages, region_type, region_code, population_low, population_high, method, method_assumptions`."""
    return forecast.counts.select(
        pl.lit(forecast.base.ages).alias("ages"),
        pl.lit(forecast.base.region_type).alias("region_type"),
        "region_code",
        "population_low",
        "population_high",
        method=pl.lit(forecast.method),
        method_assumptions=pl.lit(" ".join(plan.methods[forecast.method])),
    )


def _amount_with(rows: pl.DataFrame, own: str) -> pl.Series:
    """Each row's amount if its own head count were that in `own` and all others' stayed; null for fixed amounts."""
    variable = rows.with_row_index("row").filter(pl.col(own).is_not_null())
    alone = variable.select("row", "base_sek", pl.lit("own").alias(CODE), _UNITS, _NEAREST, pl.col(own).alias(WEIGHT))
    rest = pl.col("population_total") - pl.col("population")
    others = variable.select("row", "base_sek", pl.lit("rest").alias(CODE), _UNITS, _NEAREST, rest.alias(WEIGHT))
    parts = apportion(pl.concat([alone, others]), ["row"]).filter(pl.col(CODE) == "own")
    amounts = parts.select("row", amount=pl.col("base_sek") + pl.col(PART))
    return rows.with_row_index("row").join(amounts, on="row", how="left", maintain_order="left").get_column("amount")
