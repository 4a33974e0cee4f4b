"""Findings: what a reader of the published documents should know, in a sentence of each language."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from assets.verification.comparable import SUM_OF_LEVEL
from schemas.keys import AMOUNT, all_of
from schemas.money import kronor_en, kronor_sv
from schemas.tables.verification import FINDINGS
from schemas.text import Text
from schemas.vocabulary import ESTIMATED, UNKNOWN
from schemas.written import percent


def findings_of(
    reconciliation: pl.DataFrame,
    all_figures: pl.DataFrame,
    differing: pl.DataFrame,
    rules: pl.DataFrame,
    population: pl.DataFrame,
    backtest: pl.DataFrame,
) -> pl.DataFrame:
    """The table `findings` of all years in the frames.

    `all_figures` holds the published figures of every year, `differing` those that a document prints otherwise.
    """
    rows = [
        *_printed_for_other_year(reconciliation, all_figures),
        *_sums(reconciliation),
        *_partly_known_sums(reconciliation, rules),
        *_mismatches(reconciliation),
        *_copied_otherwise(differing),
        *_estimates(rules, population, backtest),
    ]
    return pl.DataFrame(rows, FINDINGS.schema).sort(FINDINGS.key)


def _printed_for_other_year(reconciliation: pl.DataFrame, all_figures: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Figures that are this year's allocation to the krona, but stand under another year in their source."""
    printed = all_figures.filter(pl.col("printed_for_year").is_not_null()).select(*_FIGURE_KEY, "printed_for_year")
    exact = reconciliation.filter(pl.col("verdict") == "exact")
    for row in exact.join(printed, on=list(_FIGURE_KEY), validate="1:1").iter_rows(named=True):
        same_pot = all_of(row, "programme", "pot_id", "recipient_type", "recipient_code", "source_id")
        own = all_figures.filter(same_pot, pl.col("year") == row["printed_for_year"]).get_column("published_sek")
        right: int | None = own.to_list()[0] if len(own) else None
        year, other, amount = row["year"], row["printed_for_year"], row["published_sek"]
        yield _finding(
            row,
            "printed_for_other_year",
            "warning",
            Text(
                f"{kronor_sv(amount)} anges i källan för {other} men är på kronan fördelningen för {year}"
                + (f"; för {other} anger samma källa {kronor_sv(right)}." if right is not None else "."),
                f"{kronor_en(amount)} is printed for {other} but is to the krona the allocation of {year}"
                + (f"; for {other} the same source states {kronor_en(right)}." if right is not None else "."),
            ),
            {"published_sek": amount, "allocation_year": year, "printed_for_year": other, "other_year_sek": right},
        )


_FIGURE_KEY = (*AMOUNT, "source_id", "recipient_name")


def _sums(reconciliation: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in reconciliation.filter(pl.col("cause") == "sum_of_unrounded_parts").iter_rows(named=True):
        stated, parts = row["published_sek"], row["computed_sek"]
        yield _finding(
            row,
            "sum_of_unrounded_parts",
            "info",
            Text(
                f"Den tryckta summan {kronor_sv(stated)} är gjord på oavrundade delar; de tryckta delarna summerar"
                f" till {kronor_sv(parts)}.",
                f"The printed total {kronor_en(stated)} was made of unrounded parts; the printed parts sum to"
                f" {kronor_en(parts)}.",
            ),
            {"published_sek": stated, "sum_of_printed_parts_sek": parts},
        )


def _partly_known_sums(reconciliation: pl.DataFrame, rules: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Printed sums of a level where some pot has no known rule: what the known rules give, and what that leaves."""
    for row in reconciliation.filter(pl.col("cause") == "partly_unknown_rule").iter_rows(named=True):
        level = SUM_OF_LEVEL[row["pot_id"]]
        unknown = rules.filter(
            all_of(row, "programme", "year"),
            pl.col("rule") == UNKNOWN,
            pl.col("recipient_type").is_in([level, UNKNOWN]),
        )
        stated, known, unknown_sek = row["published_sek"], row["computed_sek"], int(unknown["amount_sek"].sum())
        left = stated - known
        share = left / unknown_sek
        yield _finding(
            row,
            "partly_known_sum",
            "info",
            Text(
                f"Kända regler ger {kronor_sv(known)} av tryckta {kronor_sv(stated)}; resten, {kronor_sv(left)}, är"
                f" {percent(share, 1, 'sv')} av de {kronor_sv(unknown_sek)} vars regel är okänd.",
                f"Known rules give {kronor_en(known)} of the printed {kronor_en(stated)}; the rest, {kronor_en(left)},"
                f" is {percent(share, 1, 'en')} of the {kronor_en(unknown_sek)} whose rule is unknown.",
            ),
            {"published_sek": stated, "known_sek": known, "unknown_pots_sek": unknown_sek},
        )


def _mismatches(reconciliation: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in reconciliation.filter(pl.col("verdict") == "mismatch").iter_rows(named=True):
        stated, computed = row["published_sek"], row["computed_sek"]
        yield _finding(
            row,
            "mismatch",
            "error",
            Text(
                f"Publicerat {kronor_sv(stated)}, beräknat {kronor_sv(computed)}; skillnaden är oförklarad.",
                f"Published {kronor_en(stated)}, computed {kronor_en(computed)}; the difference is unexplained.",
            ),
            {"published_sek": stated, "computed_sek": computed},
        )


def _copied_otherwise(differing: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Figures copied by hand that the archived document does not print so; the copied one is used until mended."""
    for row in differing.iter_rows(named=True):
        printed, copied = row["published_sek"], row["curated_sek"]
        place = {name: row[name] for name in ("page", "row", "column")}
        yield _finding(
            row,
            "curated_differs_from_document",
            "error",
            Text(
                f"Avskrivet {kronor_sv(copied)}, men {row['document_id']} har {kronor_sv(printed)} på sidan"
                f" {row['page']}, rad {row['row']}.",
                f"Copied as {kronor_en(copied)}, but {row['document_id']} prints {kronor_en(printed)} on page"
                f" {row['page']}, row {row['row']}.",
            ),
            {"curated_sek": copied, "printed_sek": printed, **place},
        )


def _estimates(rules: pl.DataFrame, population: pl.DataFrame, backtest: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """One finding per pot that rests on estimated head counts: how far the method misses where the truth is known."""
    base = ["year", "table_id", "reference_date", "ages"]
    errors = backtest.group_by(base).agg(
        known=pl.len(),
        mean=pl.col("error_share").abs().mean(),
        worst=pl.col("error_share").abs().max(),
        worst_code=pl.col("region_code").sort_by(pl.col("error_share").abs()).last(),
    )
    counts = population.filter(pl.col("basis") == ESTIMATED).group_by(base).agg(estimated=pl.len())
    for row in rules.join(errors, on=base).join(counts, on=base).sort("programme", "pot_id").iter_rows(named=True):
        mean, worst, code = row["mean"], row["worst"], row["worst_code"]
        yield _finding(
            {**row, "recipient_code": "*"},
            "estimate_backtest",
            "info",
            Text(
                f"{row['estimated']} folkmängdstal är skattade. På de {row['known']} kända avviker metoden i medel"
                f" {percent(mean, 1, 'sv')} och som mest {percent(worst, 1, 'sv')} ({code}).",
                f"{row['estimated']} head counts are estimated. On the {row['known']} known ones the method errs by"
                f" {percent(mean, 1, 'en')} on average and {percent(worst, 1, 'en')} at most ({code}).",
            ),
            {"estimated": row["estimated"], "known": row["known"], "mean_abs_error": mean, "max_abs_error": worst},
        )


def _finding(row: dict[str, Any], kind: str, severity: str, message: Text, evidence: dict[str, Any]) -> dict[str, Any]:
    subject = f"{row['pot_id']} {row['recipient_type']} {row['recipient_code']}"
    return {
        "programme": row["programme"],
        "year": row["year"],
        "finding_id": f"{kind}: {subject}",
        "kind": kind,
        "severity": severity,
        "subject": subject,
        "message_sv": message.sv,
        "message_en": message.en,
        "evidence": json.dumps(evidence, sort_keys=True),
    }
