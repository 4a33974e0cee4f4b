"""Municipalities that become one recipient: one row, one base amount, summed head counts and decided amounts."""

from collections.abc import Iterable, Sequence

import polars as pl

from assets.scenarios.reform import Merger
from schemas.errors import DataRefused
from schemas.vocabulary import BASES, MUNICIPALITY

_PEOPLE = "population"


def merged_recipients(recipients: pl.DataFrame, mergers: Iterable[Merger], where: str) -> pl.DataFrame:
    """`recipients` of one year with each merger's municipalities as one, under the first one's code.

    Raises `DataRefused` for a code that no municipality has, and for a merger across a county border.
    """
    known = dict(recipients.filter(_is_municipality()).select("recipient_code", "county_code").iter_rows())
    for merger in mergers:
        unknown = [code for code in merger.codes if code not in known]
        if unknown:
            raise DataRefused(where, f"merger {merger.name}: no municipality has the code {unknown[0]}")
        if len({known[code] for code in merger.codes}) > 1:
            raise DataRefused(
                where,
                f"merger {merger.name}: the municipalities lie in different counties",
                remedy="a county border does not move here; merge within one county",
            )
        absorbed = _is_municipality() & pl.col("recipient_code").is_in(merger.codes[1:])
        is_first = _is_municipality() & (pl.col("recipient_code") == merger.codes[0])
        name = pl.when(is_first).then(pl.lit(merger.name)).otherwise("recipient_name")
        recipients = recipients.filter(~absorbed).with_columns(recipient_name=name)
    return recipients


def merged_population(population: pl.DataFrame, mergers: Sequence[Merger]) -> pl.DataFrame:
    """`population` with the municipalities of a merger counted as one, on the weakest basis among them."""
    into = _into(mergers)
    concerned = pl.col("region_code").is_in(list(into))
    base = ["year", "reference_date", "table_id", "region_code", "ages"]
    summed = (
        population.filter(concerned)
        .with_columns(pl.col("region_code").replace(into))
        .group_by(base, maintain_order=True)
        .agg(
            pl.col(_PEOPLE).sum(),
            # BASES runs from the surest to the weakest.
            pl.col("basis").cast(pl.Enum(BASES)).max().cast(pl.String),
            pl.exclude(_PEOPLE, "basis").first(),
        )
    )
    return pl.concat([population.filter(~concerned), summed.select(population.columns)])


def merged_code(mergers: Sequence[Merger]) -> pl.Expr:
    """`recipient_code`, where a municipality that merged has the code of the first one."""
    return (
        pl.when(_is_municipality()).then(pl.col("recipient_code").replace(_into(mergers))).otherwise("recipient_code")
    )


def _into(mergers: Sequence[Merger]) -> dict[str, str]:
    return {code: merger.codes[0] for merger in mergers for code in merger.codes}


def _is_municipality() -> pl.Expr:
    return pl.col("recipient_type") == MUNICIPALITY
