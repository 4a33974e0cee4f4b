"""The page of method: how an amount comes about, what the words mean, what is not known, and how good the figures are.

What the page says in numbers is counted in the tables; the sentences around the numbers are in `method.html`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import polars as pl

from assets.presentation.programmes import programme_name
from assets.presentation.report.labels import UI
from assets.presentation.report.method_example import example
from assets.presentation.report.names import LONGEST_NAME, Names, names_in
from assets.presentation.report.page import Page, View
from assets.storage.publishing import Contents
from schemas.fields.registry import FIELDS
from schemas.plain_text import harmless
from schemas.text import Language, Text
from schemas.vocabulary import BASES, DECIDED, EVIDENCE, NOT_COMPUTED, PRELIMINARY, ROUNDINGS, UNKNOWN
from schemas.written import age_band

_STATUS: Final = FIELDS["status"].allowed or ()
_DESCRIPTION: Final = Text(
    "Hur ett belopp blir till, vad det vilar på, vad som inte är känt och hur bra siffrorna är.",
    "How an amount comes about, what it rests on, what is not known, and how good the figures are.",
)
# The methods of the forecast; one that is not here is shown by its name in code letters.
_METHODS: Final = {
    "between-counts": Text("rät linje mellan två räkningar", "a straight line between two counts"),
    "own-trend": Text("länets egen tillväxt fortsätter", "the county’s own growth goes on"),
    "cohorts-in-county": Text("födelseårgångar inom länet", "birth cohorts within the county"),
    "cohorts": Text("födelseårgångar", "birth cohorts"),
    "on-hand": Text("folkmängd till hands", "count on hand"),
}


def pages(contents: Contents) -> Iterator[Page]:
    """`method.html`."""
    yield Page("method.html", "method.html", partial(_view, contents.tables, names_in(contents.tables)))


def _view(tables: Mapping[str, pl.DataFrame], names: Names, lang: Language) -> View:
    return {
        "title": UI["method"].of(lang),
        "description": _DESCRIPTION.of(lang),
        "crumbs": [(UI["start"].of(lang), "index.html"), (UI["method"].of(lang), None)],
        "example": example(tables, names, lang),
        "roundings": _roundings(tables["pots"]),
        "rounding_evidence": _counted(tables["rules"], "evidence_rounding", EVIDENCE),
        "evidence": _counted(tables["pots"], "evidence", EVIDENCE),
        "basis": _counted(tables["allocations"], "population_basis", BASES),
        "status": _counted(tables["allocations"], "status", (DECIDED, PRELIMINARY)),
        "pots_by_status": _counted(tables["pots"], "status", _STATUS),
        "coverage": _coverage(tables, lang),
        "never_split": _never_split(tables["pots"], names, lang),
        "asked_scb": tables["scb_population_raw"].height > 0,
        "counts": _head_counts(tables["population"], lang),
        "forecast": _forecast(tables, lang),
        "quality": _quality(tables),
    }


# --- words and how often they apply -------------------------------------------------------------------------------


def _counted(rows: pl.DataFrame, column: str, values: Sequence[str]) -> dict[str, int]:
    """How many rows have each of the values."""
    counts = Counter(rows.get_column(column).drop_nulls().to_list())
    return {value: counts.get(value, 0) for value in values}


def _roundings(pots: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Per convention: in how many pots, and how far their amounts lie from the pot, kronor at most."""
    told = {}
    for convention in ROUNDINGS:
        own = pots.filter(rounding=convention).get_column("residual_sek").drop_nulls().abs()
        told[convention] = {"pots": pots.filter(rounding=convention).height, "most_sek": max(own.to_list(), default=0)}
    return told


# --- what is not known --------------------------------------------------------------------------------------------


def _coverage(tables: Mapping[str, pl.DataFrame], lang: Language) -> list[dict[str, Any]]:
    """One entry per agreement: the money by evidence, and the share of it that is split here."""
    entries = []
    groups = tables["coverage"].sort("year", "programme").group_by("year", "programme", maintain_order=True)
    for (year, programme), rows in groups:
        by_evidence = dict(rows.select("evidence", "amount_sek").iter_rows())
        total = rows.get_column("agreement_total_sek").to_list()[0]
        unknown = by_evidence.get(UNKNOWN, 0)
        entries.append(
            {
                "year": year,
                "programme": programme_name(str(programme), lang),
                "total_sek": total,
                **{f"{name}_sek": by_evidence.get(name, 0) for name in EVIDENCE},
                "share": (total - unknown) / total if total else 0.0,
            }
        )
    return entries


def _never_split(pots: pl.DataFrame, names: Names, lang: Language) -> list[dict[str, Any]]:
    """Pots without a known rule."""
    return [
        {
            "year": row["year"],
            "programme": programme_name(row["programme"], lang),
            "pot": names.pot(row["programme"], row["year"], row["pot_id"], lang),
            "kind": row["recipient_type"],
            "amount_sek": row["amount_sek"],
        }
        for row in pots.filter(status=NOT_COMPUTED).sort("year", "programme", "pot_id").to_dicts()
    ]


# --- head counts --------------------------------------------------------------------------------------------------


def _head_counts(population: pl.DataFrame, lang: Language) -> list[dict[str, Any]]:
    """One entry per base and origin: what the rules ask for, and what stands in for it."""
    base = ["year", "reference_date", "table_id", "ages", "region_type"]
    origin = ["basis", "population_date", "source", "is_perturbed"]
    groups = population.group_by(*base, *origin).agg(territories=pl.len())
    return [
        {
            **{name: row[name] for name in ("year", "table_id", "region_type", "basis", "is_perturbed", "territories")},
            "ages": age_band(row["ages"], lang),
            "reference_date": row["reference_date"].isoformat(),
            "population_date": row["population_date"].isoformat(),
            "source": harmless(row["source"], LONGEST_NAME),
        }
        for row in groups.sort(*base, *origin).to_dicts()
    ]


# --- forecast -----------------------------------------------------------------------------------------------------


def _forecast(tables: Mapping[str, pl.DataFrame], lang: Language) -> dict[str, Any]:
    """Which years are forecast, and how the methods in use have done."""
    group = ["test_kind", "region_type", "ages", "method"]
    used = (
        tables["forecast_backtest"]
        .filter("is_used")
        .group_by(group)
        .agg(
            tests=pl.len(),
            error=pl.col("mean_abs_error_share").mean(),
            better=pl.col("better_than_nation").mean(),
            coverage=pl.col("interval_coverage").mean(),
        )
        .sort(group)
    )
    return {
        "years": tables["forecast"].get_column("target_year").unique().sort().to_list(),
        "tests": [
            {
                **{name: row[name] for name in ("test_kind", "region_type", "tests", "error", "better", "coverage")},
                "ages": age_band(row["ages"], lang),
                "method": _METHODS[row["method"]].of(lang) if row["method"] in _METHODS else None,
                "method_id": row["method"],
            }
            for row in used.to_dicts()
        ],
    }


# --- quality ------------------------------------------------------------------------------------------------------


def _quality(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The numbers of the quality report."""
    coverage, verdicts = tables["coverage"], Counter(tables["reconciliation"].get_column("verdict").to_list())
    agreements = coverage.unique(["programme", "year"], keep="first")
    total = int(agreements.get_column("agreement_total_sek").sum())
    unknown = int(coverage.filter(evidence=UNKNOWN).get_column("amount_sek").sum())
    amounts = tables["allocations"].group_by("status").agg(pl.col("amount_sek").sum())
    years = coverage.get_column("year")
    return {
        "first_year": years.min(),
        "last_year": years.max(),
        "agreements": agreements.height,
        "total_sek": total,
        "split_sek": total - unknown,
        "split_share": (total - unknown) / total if total else 0.0,
        "figures": sum(verdicts.values()),
        "exact": verdicts["exact"],
        "independent": tables["reconciliation"].filter(verdict="exact", independence="independent").height,
        "mismatch": verdicts["mismatch"],
        "amounts": tables["allocations"].height,
        **{f"{name}_sek": 0 for name in (DECIDED, PRELIMINARY)},
        **{f"{name}_sek": amount for name, amount in amounts.iter_rows()},
        "wholly_known": _wholly_known(coverage),
        "perturbed": tables["population"].filter("is_perturbed").height,
        "head_counts": tables["population"].height,
        "newest_count": _newest(tables["population"]),
    }


def _wholly_known(coverage: pl.DataFrame) -> list[int]:
    """Years in which no money of any agreement is without a rule."""
    open_years = set(coverage.filter(pl.col("evidence") == UNKNOWN, pl.col("amount_sek") > 0).get_column("year"))
    return [year for year in coverage.get_column("year").unique().sort() if year not in open_years]


def _newest(population: pl.DataFrame) -> str | None:
    """The latest day that head counts in use refer to."""
    days = population.get_column("population_date").sort().to_list()
    return days[-1].isoformat() if days else None
