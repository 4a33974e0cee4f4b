"""Two versions beside each other: whose amount is another one, and why, to the krona.

An amount changes because its rule, its pot or a head count does; the causes are those of `assets/reporting/changes.py`
and add up. What was changed by name (a field of a rule, the basis of a count) is `reasons.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from assets.presentation.differences.reasons import PotKey, counts_beside, population_changes, reasons_of
from assets.reporting.changes import beside, split_into_causes, with_parts
from schemas.table import Table
from schemas.tables.agreements import RULES
from schemas.tables.allocation import ALLOCATIONS, POTS
from schemas.tables.changes import CAUSES
from schemas.tables.population import POPULATION
from schemas.tables.verification import RECONCILIATION
from schemas.vocabulary import DECIDED, PRELIMINARY

Frames = Mapping[str, pl.DataFrame]

# What is compared; a version has to have just these.
NEEDED: Final[Mapping[Table, tuple[str, ...]]] = {
    ALLOCATIONS: (
        *("programme", "year", "pot_id", "recipient_type", "recipient_code", "recipient_name", "county_code"),
        *("base_sek", "amount_sek", "population", "population_total", "ages"),
        *("population_basis", "population_source", "population_derived_from", "status"),
    ),
    RULES: (
        *("programme", "year", "pot_id", "name_sv", "name_en", "recipient_type", "amount_sek", "rule"),
        *("table_id", "reference_date", "ages", "rounding"),
        *("evidence_amount", "evidence_rule", "evidence_rounding", "evidence_date", "rule_sha256"),
    ),
    POTS: ("programme", "year", "pot_id", "residual_sek", "status"),
    RECONCILIATION: (
        *("programme", "year", "pot_id", "recipient_type", "recipient_code", "source_id", "recipient_name"),
        *("published_sek", "difference_sek", "verdict"),
    ),
    POPULATION: (
        *("year", "reference_date", "table_id", "region_code", "ages", "region_type"),
        *("population", "basis", "population_date", "source", "sha256"),
    ),
}

POT: Final = ("programme", "year", "pot_id")
ROW: Final = (*POT, "recipient_type", "recipient_code")
_RECIPIENT: Final = ("year", "recipient_type", "recipient_code")
_FIGURE: Final = (*ROW, "source_id")
_CHANGE: Final = pl.col("change_sek")
_STATUS_COUNTS: Final = ("became_decided", "became_preliminary", "status_only")
_KIND_OF_CHANGE: Final = {"continued": "changed", "new": "new", "ended": "removed"}


@dataclass(frozen=True)
class Difference:
    """What changed from one version to another; every frame is empty where nothing did.

    rows         one per pot and recipient with another amount or status, or on one side only: amounts before and
                 after (null where there is no row), change, causes that add up to it, status before and after
    pots         one per pot with such rows, with reasons, or with another residual or status: sums and counts
    recipients   one per year and recipient with such rows: all its money before and after
    verdicts     one per published figure whose verdict or difference is another one
    population   one per year and count whose cells are others: how many, and in what
    reasons      what was changed, by name, of a pot
    """

    rows: pl.DataFrame
    pots: pl.DataFrame
    recipients: pl.DataFrame
    verdicts: pl.DataFrame
    population: pl.DataFrame
    reasons: Mapping[PotKey, tuple[dict[str, Any], ...]]

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same."""
        return all(frame.is_empty() for frame in (self.rows, self.pots, self.verdicts, self.population))


def difference(before: Frames, after: Frames) -> Difference:
    """What changed from the tables `before` to those `after`: by table name, any years, columns as `NEEDED`."""
    every = _every_row(before, after)
    rows = every.filter(_is_told())
    reasons = reasons_of(before, after, counts_beside(before, after))
    return Difference(
        rows=rows.select(
            *ROW,
            "recipient_name",
            "county_code",
            "amount_before_sek",
            "amount_after_sek",
            "change_sek",
            *CAUSES,
            "continuity",
            "status_before",
            "status_after",
        ),
        pots=_pots(_both_rules(before, after), every, reasons),
        recipients=_recipients(every),
        verdicts=_verdicts(before["reconciliation"], after["reconciliation"]),
        population=population_changes(before["population"], after["population"]),
        reasons=reasons,
    )


def _is_told() -> pl.Expr:
    """Another amount or status; a row of one side only has no status on the other."""
    return (_CHANGE != 0) | ~pl.col("status_before").eq_missing(pl.col("status_after"))


def _every_row(before: Frames, after: Frames) -> pl.DataFrame:
    """All rows of both versions side by side, with causes."""
    now, then = (with_parts(frames["allocations"], frames["rules"]) for frames in (after, before))
    return (
        split_into_causes(beside(now, then, ROW))
        .rename({"amount_sek": "amount_after_sek", "amount_sek_before": "amount_before_sek", "status": "status_after"})
        .with_columns(pl.col("continuity").replace_strict(_KIND_OF_CHANGE, return_dtype=pl.String))
        .sort(ROW)
    )


def _both_rules(before: Frames, after: Frames) -> pl.DataFrame:
    """Every pot of either version: name, kind of recipient, kronor, residual and status before and after."""
    now, then = (
        frames["rules"]
        .select(*POT, "recipient_type", "name_sv", "name_en", pot_sek="amount_sek")
        .join(frames["pots"].select(*POT, "residual_sek", "status"), on=POT, how="left", validate="1:1")
        for frames in (after, before)
    )
    joined = now.join(then, on=POT, how="full", coalesce=True, suffix="_before", validate="1:1")
    named = [pl.coalesce(name, f"{name}_before") for name in ("recipient_type", "name_sv", "name_en")]
    return joined.select(
        *POT,
        *named,
        pot_before_sek="pot_sek_before",
        pot_after_sek="pot_sek",
        residual_before_sek="residual_sek_before",
        residual_after_sek="residual_sek",
        status_before="status_before",
        status_after="status",
    )


def _sums() -> list[pl.Expr]:
    """What is counted and added up over rows of `_every_row`."""
    before, after = pl.col("status_before"), pl.col("status_after")
    changes = {
        "became_decided": ((before != after) & (after == DECIDED)).fill_null(value=False),
        "became_preliminary": ((before != after) & (after == PRELIMINARY)).fill_null(value=False),
        # Of these, those whose amount is the same.
        "status_only": ((before != after) & (_CHANGE == 0)).fill_null(value=False),
    }
    return [
        pl.col("amount_before_sek", "amount_after_sek").sum(),
        _CHANGE.sum(),
        *(pl.col(cause).sum() for cause in CAUSES),
        _CHANGE.filter(_CHANGE > 0).sum().alias("moved_sek"),
        *((_CHANGE * sign > 0).sum().cast(pl.Int64).alias(name) for name, sign in (("up", 1), ("down", -1))),
        *(change.sum().cast(pl.Int64).alias(name) for name, change in changes.items()),
        _is_told().any().alias("_told"),
    ]


def _pots(rules: pl.DataFrame, every: pl.DataFrame, reasons: Mapping[PotKey, Any]) -> pl.DataFrame:
    """The pots to tell of, with sums over their rows and who changes most."""
    most = (
        every.sort(_CHANGE.abs(), *ROW, descending=[True, *(False for _ in ROW)])
        .filter(_CHANGE != 0)
        .group_by(POT, maintain_order=True)
        .agg(
            largest_code=pl.col("recipient_code").first(),
            largest_name=pl.col("recipient_name").first(),
            largest_sek=_CHANGE.first(),
        )
    )
    by_name = pl.DataFrame([*reasons], {name: rules.schema[name] for name in POT}, orient="row")
    other_figures = ~pl.all_horizontal(
        pl.col(f"{name}_before{unit}").eq_missing(pl.col(f"{name}_after{unit}"))
        for name, unit in (("residual", "_sek"), ("status", ""))
    )
    counts = ("change_sek", *CAUSES, "moved_sek", "up", "down", *_STATUS_COUNTS)
    return (
        rules.join(every.group_by(POT).agg(*_sums()), on=POT, how="left", validate="1:1")
        .join(by_name.with_columns(_named=pl.lit(value=True)), on=POT, how="left", validate="1:1")
        .filter(pl.col("_told").fill_null(value=False) | pl.col("_named").is_not_null() | other_figures)
        .join(most, on=POT, how="left", validate="1:1")
        .with_columns(pl.col(counts).fill_null(0))
        .drop("_told", "_named")
        .sort(POT)
    )


def _recipients(every: pl.DataFrame) -> pl.DataFrame:
    """All money of a recipient in a year, where any of it is told of."""
    return (
        every.group_by(_RECIPIENT)
        .agg(pl.col("recipient_name").last(), *_sums())
        .filter("_told")
        .drop("_told", "up", "down", "moved_sek")
        .sort(_RECIPIENT)
    )


def _verdicts(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Published figures with another verdict or difference, or that are on one side only."""
    joined = after.join(before, on=_FIGURE, how="full", coalesce=True, suffix="_before", validate="1:1")
    told = ("verdict", "difference_sek", "published_sek")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in told)
    return (
        joined.filter(~same)
        .select(
            *_FIGURE,
            pl.coalesce("recipient_name", "recipient_name_before"),
            published_before_sek="published_sek_before",
            published_after_sek="published_sek",
            difference_before_sek="difference_sek_before",
            difference_after_sek="difference_sek",
            verdict_before="verdict_before",
            verdict_after="verdict",
        )
        .sort(_FIGURE)
    )
