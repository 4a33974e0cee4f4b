"""Why an amount is another one than in the agreement before: the change split into causes, to the krona.

An amount is base + (pot − all bases) · people / all people. One after the other takes its new value, in the order
rule, pot size, own population, national population; each step is an exact fraction, rounded once to whole kronor, so
the steps add up. What the rounding conventions did beyond that is the last cause.

    rule                  base amounts, the ages of the key, a pot that is new or has ended
    pot size              also the whole of a fixed amount that is all of its pot
    own population        with everybody else's as before
    national population   everybody else's

Two agreements are compared here; two versions of the same agreement are split the same way (`with_parts`, `beside`,
`split_into_causes`).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from assets.reporting.totals import completeness
from schemas.tables.changes import CHANGE_CAUSES
from schemas.vocabulary import DECIDED, PRELIMINARY

_POT: Final = ("programme", "year", "pot_id")
_ROW: Final = ("programme", "year", "year_previous", "recipient_type", "recipient_code", "pot_id")
_KIND: Final = ("programme", "year", "recipient_type")
# What the amount of a row is made of.
_PARTS: Final = ("base_sek", "bases_sek", "pot_sek", "people", "total", "ages")


def previous_years(agreements: Mapping[str, Iterable[int]], years: Iterable[int]) -> pl.DataFrame:
    """`programme, year, year_previous` for those of `years` that have a year before; `agreements` is all on file."""
    chosen = set(years)
    pairs = [
        (programme, year, previous)
        for programme, on_file in agreements.items()
        for previous, year in pairwise(sorted(on_file))
        if year in chosen
    ]
    names = ("programme", "year", "year_previous")
    return pl.DataFrame(pairs, {name: CHANGE_CAUSES.schema[name] for name in names}, orient="row")


def change_causes_of(allocations: pl.DataFrame, rules: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The table `change_causes` for `pairs` (`programme, year, year_previous`); the frames hold both years of each.

    A pot has rows where its rule is known in both years. If it stands in one of them only, it has rows where all
    money to that kind of recipient has a known rule in the other; otherwise it may lie inside what is not known.
    """
    rows = _tellable(_side_by_side(with_parts(allocations, rules), pairs), completeness(rules))
    return (
        split_into_causes(rows)
        .with_columns(
            amount_sek=pl.col("amount_sek").fill_null(0),
            amount_previous_sek=pl.col("amount_sek_before").fill_null(0),
            status=pl.when(_either_is(PRELIMINARY)).then(pl.lit(PRELIMINARY)).otherwise(pl.lit(DECIDED)),
        )
        .select(CHANGE_CAUSES.schema.names())
        .sort(CHANGE_CAUSES.key)
    )


def split_into_causes(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `change_sek`, `continuity` and the causes, which add up to it, to what `beside` gives.

    A row of one side only has no amount on the other, counts as 0 there, and changes by the rule alone.
    """
    change = pl.col("amount_sek").fill_null(0) - pl.col("amount_sek_before").fill_null(0)
    steps = _steps(rows.with_columns(continuity=_continuity())).with_columns(change_sek=change)
    return steps.with_columns(
        _cause("rule_sek", pl.col("_rule") - pl.col("_start"), one_sided="change_sek"),
        _cause("pot_size_sek", pl.col("_pot") - pl.col("_rule")),
        _cause("own_population_sek", pl.col("_own") - pl.col("_pot")),
        _cause("national_population_sek", pl.col("_end") - pl.col("_own")),
        _cause("rounding_sek", pl.col("change_sek") - (pl.col("_end") - pl.col("_start"))),
    )


def _cause(name: str, step: pl.Expr, one_sided: str | int = 0) -> pl.Expr:
    """The step where the pot is there in both years; the rule's doing, and nothing else's, where it is not."""
    return pl.when(pl.col("continuity") == "continued").then(step).otherwise(one_sided).alias(name)


def with_parts(allocations: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Rows of `allocations` with what their amount is made of; a fixed amount is its base, and nobody's share."""
    pots = rules.select(*_POT, pot_sek="amount_sek")
    return allocations.join(pots, on=_POT, validate="m:1").select(
        *_KIND,
        "recipient_code",
        "pot_id",
        "recipient_name",
        "county_code",
        "amount_sek",
        "status",
        "base_sek",
        "pot_sek",
        "ages",
        bases_sek=pl.col("base_sek").sum().over(_POT),
        people=pl.col("population").fill_null(0),
        total=pl.col("population_total").fill_null(0),
    )


def beside(now: pl.DataFrame, before: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Rows of `with_parts` beside the row of the same key `on` in `before`, whose columns end in `_before`.

    A row of one side only has nulls on the other, and its name and county all the same.
    """
    joined = now.join(before, on=on, how="full", coalesce=True, suffix="_before", validate="1:1")
    return joined.with_columns(pl.coalesce(name, f"{name}_before") for name in ("recipient_name", "county_code"))


def _side_by_side(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Each row beside the same recipient's row of the same pot in the year before."""
    now = rows.join(pairs, on=["programme", "year"], validate="m:1")
    before = rows.rename({"year": "year_previous"}).join(pairs, on=["programme", "year_previous"], validate="m:1")
    return beside(now, before, _ROW)


def _tellable(rows: pl.DataFrame, complete: pl.DataFrame) -> pl.DataFrame:
    last_time = complete.rename({"year": "year_previous", "is_complete": "was_complete"})
    known = rows.join(complete, on=_KIND, how="left", validate="m:1").join(
        last_time, on=["programme", "year_previous", "recipient_type"], how="left", validate="m:1"
    )
    here, there = pl.col("amount_sek").is_not_null(), pl.col("amount_sek_before").is_not_null()
    return known.filter((here & there) | (here & pl.col("was_complete")) | (there & pl.col("is_complete")))


def _steps(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the exact value at each step in whole kronor: `_start`, `_rule`, `_pot`, `_own`, `_end`."""
    base, bases, pot, people, total, ages = (pl.col(name) for name in _PARTS)
    base_before, bases_before, pot_before, people_before, total_before, ages_before = (
        pl.col(f"{name}_before") for name in _PARTS
    )
    # Other ages are other people: their number under the new rule is not known for the old day.
    same_people = (ages == ages_before) & (total > 0) & (total_before > 0)
    old_people = pl.when(same_people).then(people_before).otherwise(people)
    old_total = pl.when(same_people).then(total_before).otherwise(total)
    # A pot too small for the new base amounts cannot be split by the new rule: both change at once.
    old_pot = pl.when(pot_before < bases).then(pot).otherwise(pot_before)
    has_it_all = (base == pot) & (base_before == pot_before)
    start = base_before + _part(pot_before - bases_before, people_before, total_before)
    return rows.with_columns(
        _start=start,
        _rule=pl.when(has_it_all).then(start).otherwise(base + _part(old_pot - bases, old_people, old_total)),
        _pot=base + _part(pot - bases, old_people, old_total),
        _own=base + _part(pot - bases, people, old_total - old_people + people),
        _end=base + _part(pot - bases, people, total),
    )


def _part(rest: pl.Expr, people: pl.Expr, total: pl.Expr) -> pl.Expr:
    """The rest · people / total to the nearest krona, a half up; products in Int128."""
    wide = pl.max_horizontal(total, 1).cast(pl.Int128)
    return ((2 * rest.cast(pl.Int128) * people.cast(pl.Int128) + wide) // (2 * wide)).cast(pl.Int64)


def _continuity() -> pl.Expr:
    return (
        pl.when(pl.col("amount_sek_before").is_null())
        .then(pl.lit("new"))
        .when(pl.col("amount_sek").is_null())
        .then(pl.lit("ended"))
        .otherwise(pl.lit("continued"))
    )


def _either_is(status: str) -> pl.Expr:
    return pl.any_horizontal((pl.col(name) == status).fill_null(value=False) for name in ("status", "status_before"))
