"""Which count a published pot went by: every total that its amounts allow, and every count on hand, beside them.

One row per pot and candidate. A solved total rests on the amounts alone; a count on hand is put through the pot's
rule and compared to the krona. A fit is no proof: the count must have been out when the amounts were decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.allocation.base_amounts import POT, recipient_rows
from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from assets.population.bases import Base, territory_of
from assets.population.snapshot import Snapshot
from assets.verification.inference.counts_on_hand import CountOnHand, CountsOnHand
from assets.verification.inference.search import Search
from assets.verification.inference.solve import Fit, missed_by, solve
from assets.verification.inference.table import PublishedTable, published_table
from assets.verification.inference.windows import Sharing, Totals
from schemas.tables.verification import VINTAGE_INFERENCE
from schemas.vocabulary import NEAREST, OFFICIAL, ROUNDINGS, UNKNOWN

# Solved totals named one by one; more are counted and make one row without a total.
NAMED: Final = 20
# A bare national total is tried only where it would fit by chance less often than this.
_CHANCE: Final = 0.01


def vintage_inference_of(
    figures: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame, snapshot: Snapshot
) -> pl.DataFrame:
    """The table `vintage_inference`: every candidate of every pot with exact figures, a known rule and a variable part.

    The frames are the tables `published_figures`, `rules` and `recipients` of any years. Totals are searched within
    three per cent of SCB's national total nearest to the day of the rule; a part of a table only for the nearest
    krona, which is all that it can decide.
    """
    on_hand = CountsOnHand(snapshot)
    pots = list(_published_pots(figures, rules, recipients))
    counts = [(pot, count) for pot in pots for count in on_hand.near(pot.base, pot.recipients)]
    rows = [
        *(row for pot in pots for row in _solved(pot, on_hand)),
        *_complete([(pot, count) for pot, count in counts if count.is_complete]),
        *(row for pot, count in counts if not count.is_complete for row in _partial(pot, count)),
    ]
    return pl.DataFrame(rows, VINTAGE_INFERENCE.schema).sort(VINTAGE_INFERENCE.key)


@dataclass(frozen=True, eq=False)
class _Pot:
    """A published pot: `rows` are all its recipients with their base, `printed` the figures that are on hand."""

    programme: str
    year: int
    pot_id: str
    recipient_type: str
    base: Base
    variable_sek: int
    rows: pl.DataFrame
    printed: pl.DataFrame
    recipients: pl.DataFrame

    def table(self) -> PublishedTable | None:
        """The figures to solve; recipients with two amounts are left out, since one of them is wrong."""
        once = self.printed.filter(pl.col("recipient_code").is_unique())
        if once.is_empty():
            return None
        bases_sek = int(self.rows.get_column("base_sek").sum())
        return published_table(once, self.variable_sek + bases_sek, self.rows.height, bases_sek=bases_sek)

    def row(self, candidate: str, rounding: str, verdict: str, **known: object) -> dict[str, object]:
        """A row of the table; what is not known of the candidate is null."""
        return {
            **dict.fromkeys(VINTAGE_INFERENCE.schema.names()),
            "programme": self.programme,
            "year": self.year,
            "pot_id": self.pot_id,
            "candidate": f"{candidate} {rounding}",
            "recipient_type": self.recipient_type,
            "rounding": rounding,
            "figures": self.printed.height,
            "verdict": verdict,
            **known,
        }


def _published_pots(figures: pl.DataFrame, rules: pl.DataFrame, recipients: pl.DataFrame) -> Iterator[_Pot]:
    figure = [*POT, "recipient_type", "recipient_code"]
    exact = figures.filter(pl.col("precision") == "exact").select(*figure, amount_sek="published_sek").unique()
    computable = rules.filter(pl.col("rule") != UNKNOWN, pl.col("rounding").is_not_null())
    rows = recipient_rows(computable.join(exact, on=[*POT, "recipient_type"], how="semi"), recipients)
    for (_, year, _), members in rows.sort(figure).group_by(POT, maintain_order=True):
        pot = members.row(0, named=True)
        printed = exact.join(members.select(*figure, "base_sek"), on=figure).sort(*figure, "amount_sek")
        if printed.is_empty():
            continue
        yield _Pot(
            pot["programme"],
            pot["year"],
            pot["pot_id"],
            pot["recipient_type"],
            Base(pot["table_id"], pot["reference_date"], pot["ages"], territory_of(pot["recipient_type"])),
            int(pot["amount_sek"] - members.get_column("base_sek").sum()),
            members.select("recipient_code", "base_sek"),
            printed.select("recipient_code", "amount_sek", "base_sek"),
            recipients.filter(pl.col("year") == year),
        )


# --- totals that the amounts allow ----------------------------------------------------------------------------------


def _solved(pot: _Pot, on_hand: CountsOnHand) -> Iterator[dict[str, object]]:
    table, searched = pot.table(), on_hand.totals_near(pot.base.ages, pot.base.reference_date)
    if table is None or searched is None:
        return
    days = {
        total: vintage.reference_date
        for vintage, total in on_hand.nations(pot.base.ages).items()
        if vintage.basis == OFFICIAL
    }
    found = solve(table, searched[0], ROUNDINGS if table.is_whole else (NEAREST,))
    for fit in found.fits.values():
        totals, count, misses, verdict = _found(fit)
        solved = table.figures.height
        known = {"figures": solved, "matches": solved - misses, "solutions": fit.solutions}
        if count > NAMED or not totals:
            yield pot.row("solved", fit.rounding, verdict, **known)
            continue
        for total in totals:
            yield pot.row(
                f"solved {total}", fit.rounding, verdict, total=total, reference_date=days.get(total), **known
            )


def _found(fit: Fit) -> tuple[list[int], int, int, str]:
    """The totals that fit, or come nearest: some of them, how many, the figures they miss, and the verdict."""
    if fit.nearly is None:
        return fit.totals, fit.solutions, 0, fit.verdict
    nearest = fit.nearly.rows.get_column("total").unique().sort().to_list()
    return nearest, fit.nearly.totals, fit.nearly.misses, "misses"


# --- counts on hand -------------------------------------------------------------------------------------------------


def _complete(counts: Sequence[tuple[_Pot, CountOnHand]]) -> Iterator[dict[str, object]]:
    """Complete counts put through the rules; all pots, counts and conventions in one frame."""
    if not counts:
        return
    weights = pl.concat(
        pot.rows.join(count.counts, on="recipient_code").select(
            pl.lit(place, pl.Int64).alias("place"),
            pl.lit(pot.variable_sek, pl.Int64).alias(UNITS),
            pl.col("recipient_code").alias(CODE),
            pl.col("population").alias(WEIGHT),
            "base_sek",
        )
        for place, (pot, count) in enumerate(counts)
    )
    split = apportion(weights.join(pl.DataFrame({ROUNDING: ROUNDINGS}), how="cross"), ["place", ROUNDING])
    printed = pl.concat(
        pot.printed.select(pl.lit(place, pl.Int64).alias("place"), pl.col("recipient_code").alias(CODE), "amount_sek")
        for place, (pot, _) in enumerate(counts)
    )
    is_met = pl.col("base_sek") + pl.col(PART) == pl.col("amount_sek")
    matches = split.join(printed, on=["place", CODE]).group_by("place", ROUNDING).agg(is_met.sum().cast(pl.Int64))
    for place, rounding, met in matches.rows():
        pot, count = counts[place]
        yield _tried(pot, count, rounding, met)


def _partial(pot: _Pot, count: CountOnHand) -> Iterator[dict[str, object]]:
    """Some head counts and the nation, or the nation alone: what they give to the nearest krona."""
    table = pot.table()
    if count.counts.is_empty():
        if table is not None and _by_chance(table, count.total) < _CHANCE:
            met = table.figures.height - len(missed_by(table, count.total, NEAREST))
            yield _tried(pot, count, NEAREST, met, " total alone")
        return
    known = pot.printed.join(count.counts, on="recipient_code").with_columns(total=pl.lit(count.total, pl.Int64))
    if not known.is_empty():
        sharing = Sharing(pot.variable_sek, pot.variable_sek, count.total)
        is_met = pl.col("base_sek") + sharing.part(pl.col("population")) == pl.col("amount_sek")
        yield _tried(pot, count, NEAREST, int(known.select(is_met.sum()).item()))


def _by_chance(table: PublishedTable, total: int) -> float:
    """How likely it is that `total` fits amounts that have nothing to do with it."""
    return Search(table, Totals(total, total), NEAREST, None).by_chance()


def _tried(pot: _Pot, count: CountOnHand, rounding: str, matches: int, part: str = "") -> dict[str, object]:
    return pot.row(
        f"{count.vintage}{part}",
        rounding,
        "fits" if matches == pot.printed.height else "misses",
        total=count.total,
        reference_date=count.vintage.reference_date,
        matches=matches,
        population_basis=count.vintage.basis,
    )
