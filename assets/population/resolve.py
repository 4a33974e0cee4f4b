"""From the base a pot asks for to head counts, each with its basis.

In this order: SCB's own cells of that day (official), counts solved from published amounts (derived), the recipe
that is stated for the base (estimated), the same ages on the nearest other day (proxy). Nothing is mixed silently:
every row says what it is.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.population.bases import Base, age_bounds
from assets.population.estimate import backtest, estimate
from assets.population.snapshot import EstimateRecipe, Series, Snapshot
from assets.population.source import COUNTS, Answer
from schemas.errors import DataRefused
from schemas.tables.population import POPULATION
from schemas.vocabulary import DERIVED, ESTIMATED, MUNICIPALITY, OFFICIAL, PROXY

# A count further away than this says too little about the day asked for to stand in for it.
PROXY_MOST_DAYS: Final = 3 * 366


@dataclass(frozen=True)
class _Offer:
    """One series that can answer on one day, possibly by adding municipalities up to counties."""

    series: Series
    date: dt.date
    counts: pl.DataFrame
    is_summed: bool


@dataclass(frozen=True)
class EmbeddedSource:
    """The snapshot that comes with the project, as a source of population."""

    snapshot: Snapshot
    name: str = "embedded"

    def answer(self, base: Base, recipients: pl.DataFrame) -> Answer | None:
        """The best basis on hand."""
        return resolve(base, self.snapshot, recipients)

    def without_answer(self, base: Base) -> DataRefused:
        """Nothing on the day, nothing near it."""
        return DataRefused(
            f"population {base}",
            "the embedded snapshot does not have it, nor a count within three years of it",
            remedy="fetch it with `kronvis run --source scb`, or add a series to data/population/series.yaml",
        )


def resolve(base: Base, snapshot: Snapshot, recipients: pl.DataFrame) -> Answer | None:
    """Counts for `base` of all its territories in `recipients`, on the best basis on hand; None if there is none.

    Beside the columns every source gives, `counts` has `series`, the id of the series each count comes from.
    """
    codes = {kind: tuple(_codes(recipients, kind)) for kind in {MUNICIPALITY, base.region_type}}
    offers = [offer for series in snapshot.series.values() for offer in _offers(series, base, snapshot, codes)]
    same_day = [offer for offer in offers if offer.series.table == base.table_id and offer.date == base.reference_date]
    for basis in (OFFICIAL, DERIVED):
        for offer in same_day:
            if offer.series.basis == basis:
                return Answer(_described(_counts(offer, basis), snapshot))
    for recipe in snapshot.estimates:
        if _recipe_base(recipe) == base:
            return _estimated(recipe, snapshot, _codes(recipients, base.region_type))
    nearby = [offer for offer in offers if _distance(offer, base) <= PROXY_MOST_DAYS]
    if not nearby:
        return None
    # On equal distance the earlier day, which was known first; then SCB's own series before solved ones.
    best = min(nearby, key=lambda offer: (_distance(offer, base), offer.date, offer.series.basis != OFFICIAL))
    return Answer(_described(_counts(best, PROXY), snapshot))


def _codes(recipients: pl.DataFrame, region_type: str) -> pl.Series:
    return recipients.filter(pl.col("recipient_type") == region_type).get_column("recipient_code").sort()


def _offers(series: Series, base: Base, snapshot: Snapshot, codes: Mapping[str, tuple[str, ...]]) -> list[_Offer]:
    """What `series` offers for the ages of `base` and its territories in `codes`; worked out once for all days."""
    counted = base.region_type if base.region_type in series.region_types else MUNICIPALITY
    key = (series.id, base.ages, base.region_type, codes[counted])
    offers = snapshot.worked_out.get(key)
    if not isinstance(offers, list):
        offers = snapshot.worked_out[key] = list(_days_offered(series, base, snapshot, counted, codes[counted]))
    return offers


def _days_offered(
    series: Series, base: Base, snapshot: Snapshot, counted: str, codes: tuple[str, ...]
) -> Iterable[_Offer]:
    """The days on which `series` has the asked ages for every territory, or for all their municipalities."""
    if counted not in series.region_types:
        return
    cells = snapshot.cells(series)
    tiles = _tiles(cells.select("first_age", "last_age").unique(), *age_bounds(base.ages))
    if tiles is None:
        return
    is_summed = counted != base.region_type
    counts = (
        cells.join(tiles, on=["first_age", "last_age"], how="semi")
        .filter(pl.col("region_code").is_in(codes))
        .group_by("reference_date", "region_code")
        .agg(pl.col("population").sum())
    )
    for (date,), day in counts.group_by("reference_date"):
        if day.height == len(codes) and isinstance(date, dt.date):
            yield _Offer(series, date, _of_counties(day) if is_summed else _sorted(day), is_summed)


def _of_counties(municipalities: pl.DataFrame) -> pl.DataFrame:
    """Municipal counts added up by the county that opens their code."""
    county = pl.col("region_code").str.slice(0, 2)
    return _sorted(municipalities.group_by(county).agg(pl.col("population").sum()))


def _sorted(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.select("region_code", "population").sort("region_code")


def _tiles(bands: pl.DataFrame, first: int, last: int) -> pl.DataFrame | None:
    """The fewest age bands that cover first–last exactly, without overlap; None if they cannot."""
    by_first: dict[int, list[int]] = {}
    for start, end in bands.rows():
        by_first.setdefault(start, []).append(end)
    chosen: list[tuple[int, int]] = []
    while first <= last:
        fitting = [end for end in by_first.get(first, []) if end <= last]
        if not fitting:
            return None
        chosen.append((first, max(fitting)))
        first = max(fitting) + 1
    return pl.DataFrame(chosen, bands.select("first_age", "last_age").schema, orient="row")


def _distance(offer: _Offer, base: Base) -> int:
    return abs((offer.date - base.reference_date).days)


def _counts(offer: _Offer, basis: str) -> pl.DataFrame:
    return offer.counts.with_columns(
        basis=pl.lit(basis),
        population_date=pl.lit(offer.date, pl.Date),
        series=pl.lit(offer.series.id),
        is_summed=pl.lit(offer.is_summed),
    )


def _recipe_base(recipe: EstimateRecipe) -> Base:
    base = recipe.base
    return Base(base.table, base.reference_date, "-".join(map(str, base.ages)), base.region_type)


def _estimated(recipe: EstimateRecipe, snapshot: Snapshot, codes: pl.Series) -> Answer:
    date = recipe.base.reference_date
    total = _cells_on(snapshot, recipe.total.series, date, recipe.base.ages).filter(
        pl.col("region_code") == recipe.total.region_code
    )
    if total.height != 1:
        raise DataRefused(f"estimate {recipe.id}", f"series {recipe.total.series} has no total for {date}")
    known = _cells_on(snapshot, recipe.known.series, date, recipe.base.ages).filter(
        pl.col("region_code").is_in(codes.implode())
    )
    weights = _cells_on(snapshot, recipe.weights.series, recipe.weights.reference_date, recipe.weights.ages)
    if weights.get_column("region_code").to_list() != codes.to_list():
        raise DataRefused(f"estimate {recipe.id}", f"series {recipe.weights.series} does not cover every territory")
    persons = int(total.get_column("population").item())
    counts = estimate(persons, known, weights).select(
        "region_code",
        "population",
        basis=pl.when("is_known").then(pl.lit(DERIVED)).otherwise(pl.lit(ESTIMATED)),
        population_date=pl.when("is_known").then(pl.lit(date)).otherwise(pl.lit(recipe.weights.reference_date)),
        series=pl.when("is_known").then(pl.lit(recipe.known.series)).otherwise(pl.lit(recipe.weights.series)),
        is_summed=pl.lit(value=False),
    )
    return Answer(_described(counts, snapshot), backtest(persons, known, weights))


def _cells_on(snapshot: Snapshot, series_id: str, date: dt.date, ages: list[int]) -> pl.DataFrame:
    """`region_code, population` of one series, day and age band, sorted by code."""
    cells = snapshot.cells(snapshot.series[series_id]).filter(pl.col("reference_date") == date)
    tiles = _tiles(cells.select("first_age", "last_age").unique(), ages[0], ages[1])
    if tiles is None:
        raise DataRefused(f"series {series_id}", f"has no ages {ages[0]}–{ages[1]} on {date}")
    chosen = cells.join(tiles, on=["first_age", "last_age"], how="semi")
    return chosen.group_by("region_code").agg(pl.col("population").sum()).sort("region_code")


def _described(counts: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """`counts` with what is known of the series behind each row."""
    summed = pl.when("is_summed").then(pl.lit(", municipalities summed")).otherwise(pl.lit(""))
    return counts.join(_provenance(counts, snapshot), on=["series", "population_date"], validate="m:1").select(
        *(name for name in COUNTS if name not in ("source", "extracted_at")),
        pl.concat_str("source", summed),
        pl.lit(None, POPULATION.schema["extracted_at"]).alias("extracted_at"),
        "series",
    )


def _provenance(counts: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """What is said about each series and day used: source, what it was solved from, noise, checksum."""
    rows = []
    for series_id, date in counts.select("series", "population_date").unique().sort("series").rows():
        series = snapshot.series[series_id]
        solved_from = " ".join(series.derived_from.get(str(date), ())) or None
        rows.append((series_id, date, series.scb_table, solved_from, series.is_perturbed, series.sha256))
    schema = {
        "series": pl.String,
        "population_date": pl.Date,
        "source": pl.String,
        "derived_from": pl.String,
        "is_perturbed": pl.Boolean,
        "sha256": pl.String,
    }
    return pl.DataFrame(rows, schema, orient="row")
