"""The main job as one polars script: no orchestration, no events, no manifest, no atomic publication.

    python -m benchmarks.baselines.main_job_polars FIRST..LAST OUT [URL]

Reads the agreements, the register, the published figures and the head counts, embedded or, with a URL, of SCB there;
writes `<table>_<year>.parquet` for ten tables, each held against a pandera schema first. Raises `ValueError` for data
that break a rule, and pandera's `SchemaErrors` for a table that is not what its schema says.
"""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from benchmarks.baselines.contracts import MOST_PERSONS, checks_of, columns_of, key_of
from benchmarks.baselines.tracked import DATA, TABLES, ages_text, columns_for, read_agreements, read_yaml, rule_row

POT, RECIPIENT = ["programme", "year", "pot_id"], ["programme", "year", "recipient_type", "recipient_code"]
FIGURE, KIND = [*POT, "recipient_type", "recipient_code"], RECIPIENT[:3]
BASE = ["year", "reference_date", "table_id", "ages", "region_type"]
TERRITORY = {"municipality": "municipality", "region": "county", "county": "county", "national": None}
LEVELS = ["municipality", "region", "county"]
# What is taken first: SCB's own count of the day, one solved from published amounts, one of a day nearby.
OFFICIAL, DERIVED, PROXY = range(3)
PROXY_MOST_DAYS = 3 * 366
TYPES = {"year": pl.Int32, "reference_date": pl.Date, "base_sek": pl.Int64, "amount_sek": pl.Int64}
TYPES |= {"agreement_total_sek": pl.Int64, "printed_for_year": pl.Int32, "rounded_to_sek": pl.Int64}
KINDS = {
    "text": pl.String,
    "year": pl.Int32,
    "whole": pl.Int64,
    "share": pl.Float64,
    "day": pl.Date,
    "flag": pl.Boolean,
}
Series = dict[str, tuple[dict[str, Any], pl.DataFrame]]


def refuse(bad: pl.DataFrame, what: str) -> None:
    """Raise if there are rows that break a rule, showing the first of them."""
    if not bad.is_empty():
        raise ValueError(f"{what}: {bad.row(0, named=True)}")


def text(*columns: str) -> dict[str, Any]:
    """A schema: the columns with their types, text if nothing else is said."""
    return {name: TYPES.get(name, pl.String) for name in columns}


def rules_of(agreements: list[dict[str, Any]]) -> pl.DataFrame:
    """The table `rules`, one row per pot."""
    rows = [rule_row(agreement, pot) for agreement in agreements for pot in agreement["pots"]]
    rules = pl.DataFrame(rows, text(*TABLES["rules"].replace("?", "").replace("|", "").split()))
    known = pl.col("rounding").is_in(["nearest", "largest_remainder", "largest_recipient"]).fill_null(value=False)
    refuse(rules.filter(pl.col("table_id").is_not_null() != known), "a variable part needs a known rounding")
    refuse(rules.filter((pl.col("rule") == "unknown") != (pl.col("evidence_rule") == "unknown")), "evidence of a rule")
    return rules


def recipients_of(years: list[int]) -> pl.DataFrame:
    """The table `recipients`: who exists on 1 January of each year, and in which class."""
    classes = read_yaml("geography", "recipient_classes.yaml")
    class_of = {county: name for name, one in classes.items() for county in one["county_codes"]}
    day, from_day, to_day = pl.date("year", 1, 1), pl.col("valid_from").str.to_date(), pl.col("valid_to").str.to_date()
    register = pl.read_csv(DATA / "geography" / "recipients.csv", infer_schema=False)
    recipients = (
        register.join(pl.DataFrame({"year": years}, {"year": pl.Int32}), how="cross")
        .filter((from_day <= day).fill_null(value=True), (to_day >= day).fill_null(value=True))
        .with_columns(recipient_class=pl.col("county_code").replace_strict(class_of, default="default"))
    )
    code, county = pl.col("recipient_code"), pl.col("county_code")
    pattern = pl.when(recipient_type="municipality").then(pl.lit("^[0-9]{4}$")).otherwise(pl.lit("^[0-9]{2}$"))
    is_local = pl.col("recipient_type").is_in(LEVELS) & code.str.contains(pattern) & code.str.starts_with(county)
    is_national = (pl.col("recipient_type") == "national") & county.is_null()
    refuse(recipients.filter(~(is_local | is_national).fill_null(value=False)), "an entry of the register")
    return recipients


def read_series() -> Series:
    """The embedded series of head counts by id: what is said of each, and its table."""
    series = {}
    for one in read_yaml("population", "series.yaml")["series"]:
        file = DATA / "population" / one["file"]
        wide = pl.read_csv(file, schema_overrides={"region_code": pl.String, "reference_date": pl.Date})
        cells = pl.exclude("region_code", "reference_date")
        bad = pl.any_horizontal(~cells.is_between(0, MOST_PERSONS).fill_null(value=False))
        refuse(wide.filter(bad), f"{file}: an empty or impossible head count")
        refuse(wide.filter(pl.struct("region_code", "reference_date").is_duplicated()), f"{file}: a row twice")
        if wide.height != one["rows"]:
            raise ValueError(f"{file}: {wide.height} rows, not {one['rows']}")
        series[one["id"]] = one, wide
    return series


def counts_of(wide: pl.DataFrame, ages: str) -> pl.DataFrame:
    """`region_code, population_date, population` of the ages; no rows if the columns do not give them."""
    columns = columns_for(wide.columns[2:], ages)
    persons = pl.sum_horizontal(columns or [pl.lit(0)]).cast(pl.Int64)
    rows = wide if columns else wide.clear()
    return rows.select("region_code", population_date="reference_date", population=persons)


def described(counts: pl.DataFrame, one: dict[str, Any], basis: str, remark: str = "") -> pl.DataFrame:
    """Counts with what is said of the series they come from."""
    solved = {day: " ".join(names) for day, names in one["derived_from"].items()}
    derived_from = (
        pl.col("population_date").cast(pl.String).replace_strict(solved, default=None, return_dtype=pl.String)
    )
    said = {"basis": basis, "is_perturbed": one["is_perturbed"], "source": one["scb_table"] + remark}
    return counts.with_columns(**{name: pl.lit(value) for name, value in said.items()}, derived_from=derived_from)


def offers_of(series: Series, bands: list[str], codes: dict[str, list[str]]) -> pl.DataFrame:
    """Every complete count on hand, by ages, kind of territory and day; counties also as municipalities summed."""
    offers = []
    for (order, (one, wide)), ages, kind in itertools.product(enumerate(series.values()), bands, codes):
        is_summed = kind not in one["region_types"]
        counted = "municipality" if is_summed else kind
        if counted not in one["region_types"]:
            continue
        counts = counts_of(wide, ages).filter(pl.col("region_code").is_in(codes[counted]))
        counts = counts.filter(pl.len().over("population_date") == len(codes[counted]))
        if is_summed:
            county = pl.col("region_code").str.head(2)
            counts = counts.group_by(county, "population_date").agg(pl.col("population").sum())
        counts = described(counts, one, one["basis"], ", municipalities summed" if is_summed else "")
        offer = {"ages": ages, "region_type": kind, "offered_table": one["table"], "order": order}
        offers.append(counts.with_columns(**{name: pl.lit(value) for name, value in offer.items()}))
    return pl.concat(offers)


def estimated(recipe: dict[str, Any], series: Series, codes: list[str]) -> pl.DataFrame:
    """Known counts as they are; the others share what is left of the total like the same cohorts another day."""
    ages, day = ages_text(recipe["base"]["ages"]), recipe["base"]["reference_date"]
    (known_by, known), (given_by, given) = series[recipe["known"]["series"]], series[recipe["weights"]["series"]]
    total = counts_of(series[recipe["total"]["series"]][1], ages)
    total = total.filter(population_date=day, region_code=recipe["total"]["region_code"])
    known = counts_of(known, ages).filter(pl.col("region_code").is_in(codes), population_date=day)
    given = counts_of(given, ages_text(recipe["weights"]["ages"]))
    given = given.filter(population_date=recipe["weights"]["reference_date"])
    if set(given["region_code"]) != set(codes):
        raise ValueError(f"{recipe['id']}: the weights do not cover every territory")
    left = total["population"].item() - known["population"].sum()
    unknown = given.join(known, on="region_code", how="anti").with_columns(
        pot=0, units=left, weight="population", code="region_code", rounding=pl.lit("largest_remainder")
    )
    parts = share(unknown, ["pot"]).select("region_code", "population_date", population="part")
    return pl.concat([described(known, known_by, "derived"), described(parts, given_by, "estimated")])


def displayed(agreements: list[dict[str, Any]]) -> pl.DataFrame:
    """`programme, year, table_id, reference_date`: the count that an agreement's figures per head rest on."""
    said = [(one["programme"], one["year"], one["population"]) for one in agreements if "population" in one]
    rows = [(programme, year, base["table"], base["reference_date"]) for programme, year, base in said]
    return pl.DataFrame(rows, text("programme", "year", "table_id", "reference_date"), orient="row")


def bases_of(rules: pl.DataFrame, display: pl.DataFrame) -> pl.DataFrame:
    """`BASE, is_required`: what pots go by, and what is shown beside the amounts and may be missing."""
    territory = pl.col("recipient_type").replace_strict(TERRITORY)
    asked = rules.drop_nulls("table_id").select(*BASE[:-1], region_type=territory, is_required=True)
    shown = [{"ages": ages, "region_type": kind} for ages in ("all", "0-18") for kind in ("municipality", "county")]
    beside = display.join(pl.DataFrame(shown), how="cross").select(*BASE, is_required=False)
    return pl.concat([asked, beside]).group_by(BASE).agg(pl.col("is_required").any())


def population_of(bases: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """The table `population`: SCB's own count, else one solved from amounts, else an estimate, else a day nearby."""
    series = read_series()
    kinds = ("municipality", "county")
    codes = {kind: recipients.filter(recipient_type=kind)["recipient_code"].unique().to_list() for kind in kinds}
    if recipients.filter(pl.len().over("recipient_type", "recipient_code") != pl.col("year").n_unique()).height:
        raise ValueError("the recipients are not the same in all years")
    offers = offers_of(series, bases["ages"].unique().to_list(), codes)
    same = (pl.col("offered_table") == pl.col("table_id")) & (pl.col("population_date") == pl.col("reference_date"))
    rank = pl.when(~same).then(PROXY).when(basis="official").then(OFFICIAL).otherwise(DERIVED)
    distance = (pl.col("population_date") - pl.col("reference_date")).dt.total_days().abs()
    offer = ["ages", "region_type", "population_date", "order"]
    chosen = (
        bases.join(offers.select(*offer, "basis", "offered_table").unique(), on=["ages", "region_type"])
        .with_columns(rank=rank, distance=distance)
        .filter(pl.col("distance") <= PROXY_MOST_DAYS)
        .sort("rank", "distance", "population_date", pl.col("basis") != "official", "order")
        .unique(BASE, keep="first", maintain_order=True)
    )
    found = chosen.drop("basis").join(offers, on=offer)
    proxy = pl.when(rank=PROXY).then(pl.lit("proxy")).otherwise("basis").alias("basis")
    population = found.with_columns(proxy)
    for recipe in read_yaml("population", "estimates.yaml")["estimates"]:
        base = recipe["base"]
        wanted = {name: base[name] for name in ("reference_date", "region_type")}
        wanted |= {"table_id": base["table"], "ages": ages_text(base["ages"])}
        better = chosen.filter(pl.col("rank") < PROXY)
        estimate = bases.filter(**wanted).join(better, on=BASE, how="anti")
        estimate = estimate.join(estimated(recipe, series, codes[base["region_type"]]), how="cross")
        population = pl.concat([population.join(estimate, on=BASE, how="anti"), estimate], how="diagonal")
    refuse(bases.filter("is_required").join(population, on=BASE, how="anti"), "there is no head count")
    return population


def counted_by_scb(url: str, bases: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """The table `population` as SCB answers; what is only displayed is left out where no table has it."""
    from benchmarks.baselines.scb import Scb

    scb = Scb(url, set(recipients.filter(pl.col("recipient_type").is_in(["municipality", "county"]))["recipient_code"]))
    asked = bases.select("table_id", "reference_date", "ages").unique(maintain_order=True)
    counts = pl.DataFrame([row for base in asked.iter_rows() for row in scb.counts(*base)])
    population = bases.join(counts, on=BASE[1:])
    refuse(bases.filter("is_required").join(population, on=BASE, how="anti"), "there is no head count")
    return population.with_columns(
        basis=pl.lit("official"),
        is_perturbed=pl.lit(value=False),
        population_date="reference_date",
        derived_from=pl.lit(None, pl.String),
    )


def share(rows: pl.DataFrame, pot: list[str]) -> pl.DataFrame:
    """Add `part`: the whole `units` of each row of a pot, by `weight`, rounded as `rounding` says; ties by `code`."""
    units, weight, total = pl.col("units"), pl.col("weight"), pl.col("weight").sum().over(pot)
    place = pl.int_range(pl.len()).over(pot)
    rows = rows.with_columns(
        floor=units * weight // total,
        remainder=units * weight % total,
        nearest=(2 * units * weight + total) // (2 * total),
    )
    rows = rows.sort("weight", "code", descending=[True, False]).with_columns(is_largest=place == 0)
    rows = rows.sort("remainder", "code", descending=[True, False]).with_columns(
        gets_one=place < units - pl.col("floor").sum().over(pot),
        residual=units - pl.col("nearest").sum().over(pot),
    )
    part = (
        pl.when(rounding="largest_remainder")
        .then(pl.col("floor") + pl.col("gets_one"))
        .when(pl.col("is_largest"), rounding="largest_recipient")
        .then(pl.col("nearest") + pl.col("residual"))
        .otherwise("nearest")
    )
    return rows.with_columns(part=part)


def base_amounts(rules: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """The recipients of every pot with a known rule, with `base_sek`: by class, or as listed by recipient."""
    by_class, listed, classes = [], [], {"default", *recipients["recipient_class"]}
    for *pot, rule_text in rules.filter(pl.col("rule") != "unknown").select(*POT, "recipient_type", "rule").rows():
        rule = json.loads(rule_text)
        base = rule.get("base_sek", 0)
        base = base if isinstance(base, dict) else {"default": base}
        if base.keys() - classes:
            raise ValueError(f"{pot}: no recipient has class {base.keys() - classes}")
        if "amounts" in rule:
            listed += [(*pot, code, amount) for code, amount in rule["amounts"].items()]
        else:
            by_class += [(*pot, name, base.get(name, base["default"])) for name in classes]
    rows = [
        pl.DataFrame(amounts, text(*POT, "recipient_type", column, "base_sek"), orient="row").join(
            recipients, on=["year", "recipient_type", column]
        )
        for column, amounts in (("recipient_class", by_class), ("recipient_code", listed))
    ]
    return pl.concat(rows, how="diagonal")


def status_of(is_preliminary: pl.Expr) -> pl.Expr:
    """`preliminary` or `decided`."""
    return pl.when(is_preliminary).then(pl.lit("preliminary")).otherwise(pl.lit("decided")).alias("status")


ANY_PRELIMINARY = (pl.col("status") == "preliminary").any()


def allocate(rules: pl.DataFrame, recipients: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """The table `allocations`: whole kronor per pot and recipient, for every pot whose rule is known."""
    said = {name: f"population_{name}" for name in ("basis", "source", "derived_from")}
    heads = population.select(*BASE, "population", *said, code="region_code", weight="population").rename(said)
    members = recipients.group_by("year", "recipient_type").agg(members=pl.len())
    rows = (
        base_amounts(rules, recipients)
        .join(rules, on=[*POT, "recipient_type"])
        .join(members, on=["year", "recipient_type"])
        .with_columns(
            units=pl.col("amount_sek") - pl.col("base_sek").sum().over(POT),
            code="recipient_code",
            region_type=pl.col("recipient_type").replace_strict(TERRITORY),
        )
        .join(heads, on=[*BASE, "code"], how="left", validate="m:1")
    )
    variable = pl.col("rounding").is_not_null()
    refuse(rules.filter(pl.col("rule") != "unknown").join(rows, on=POT, how="anti"), "nobody gets the pot")
    refuse(rows.filter(pl.len().over(POT) != pl.col("members")), "the pot does not list every recipient once")
    refuse(rows.filter(pl.col("units") < 0), "the base amounts are larger than the pot")
    refuse(rows.filter(~variable, pl.col("units") != 0), "the fixed amounts leave some of the pot")
    refuse(rows.filter(variable, pl.col("population").is_null()), "there is no head count")
    refuse(rows.filter(variable, pl.col("population").sum().over(POT) == 0), "there is nobody to share it")
    shared = share(rows.filter(variable), POT).with_columns(population_total=pl.col("population").sum().over(POT))
    allocations = pl.concat([rows.filter(~variable), shared], how="diagonal")
    allocations = allocations.with_columns(
        status_of(pl.col("population_basis").is_in(["estimated", "proxy"])), variable_sek=pl.col("part").fill_null(0)
    )
    return allocations.with_columns(amount_sek=pl.col("base_sek") + pl.col("variable_sek"))


def pots_of(rules: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """The table `pots`: what is allocated of each, and what rounding leaves."""
    sums = allocations.group_by(POT).agg(
        status_of(ANY_PRELIMINARY), allocated_sek=pl.col("amount_sek").sum(), recipients_count=pl.len().cast(pl.Int64)
    )
    inferred = pl.any_horizontal(pl.col("evidence_amount", "evidence_rule") == "inferred")
    weaker = pl.when(evidence_rule="unknown").then(pl.lit("unknown")).when(inferred).then(pl.lit("inferred"))
    return rules.join(sums, on=POT, how="left", validate="1:1").with_columns(
        pl.col("recipients_count").fill_null(0),
        pl.col("status").fill_null("not_computed"),
        residual_sek=pl.col("amount_sek") - pl.col("allocated_sek"),
        evidence=weaker.otherwise(pl.lit("verified")),
    )


def coverage_of(pots: pl.DataFrame) -> pl.DataFrame:
    """The table `coverage`: the money of each agreement by evidence."""
    return (
        pots.group_by("programme", "year", "evidence", "agreement_total_sek")
        .agg(pl.len().cast(pl.Int64).alias("pots_count"), pl.col("amount_sek").sum())
        .with_columns(coverage_share=pl.col("amount_sek") / pl.col("agreement_total_sek"))
    )


def completeness(rules: pl.DataFrame) -> pl.DataFrame:
    """`KIND, is_complete`: whether all money to that kind of recipient has a known rule."""
    to_kind = (pl.col("recipient_type") == "unknown") | (pl.col("recipient_type") == pl.col("kind"))
    return (
        rules.join(pl.DataFrame({"kind": list(TERRITORY)}), how="cross")
        .group_by("programme", "year", "kind")
        .agg(is_complete=~(to_kind & (pl.col("rule") == "unknown")).any())
        .rename({"kind": "recipient_type"})
    )


def totals_of(
    allocations: pl.DataFrame, complete: pl.DataFrame, population: pl.DataFrame, display: pl.DataFrame
) -> pl.DataFrame:
    """The table `recipient_totals`: sums, per head, and against the year before."""
    kinds = pl.DataFrame({"recipient_type": LEVELS, "region_type": [TERRITORY[level] for level in LEVELS]})
    heads = (
        population.join(display, on=["year", "table_id", "reference_date"])
        .join(kinds, on="region_type")
        .rename({"region_code": "recipient_code"})
    )
    inhabitants = heads.filter(ages="all").select(*RECIPIENT, "population", population_basis="basis")
    children = heads.filter(ages="0-18").select(*RECIPIENT, children="population", children_basis="basis")
    amount, per_inhabitant = pl.col("amount_sek"), pl.col("amount_sek") / pl.col("population")
    totals = (
        allocations.group_by(RECIPIENT)
        .agg(
            pl.col("recipient_name", "county_code").first(),
            pl.col("amount_sek", "base_sek").sum(),
            status_of(ANY_PRELIMINARY),
        )
        .join(complete, on=KIND, validate="m:1")
        .join(inhabitants, on=RECIPIENT, how="left", validate="1:1")
        .join(children, on=RECIPIENT, how="left", validate="1:1")
        .with_columns(
            sek_per_inhabitant=per_inhabitant,
            sek_per_child=amount / pl.col("children"),
            base_share=pl.when(amount > 0).then(pl.col("base_sek") / amount).otherwise(0.0),
            rank_per_inhabitant=per_inhabitant.rank("min", descending=True).over(KIND).cast(pl.Int64),
        )
    )
    before = totals.filter("is_complete").select(*RECIPIENT, before="amount_sek").with_columns(pl.col("year") + 1)
    previous = pl.when("is_complete").then("before")
    return totals.join(before, on=RECIPIENT, how="left", validate="1:1").with_columns(
        amount_previous_sek=previous, change_sek=amount - previous
    )


def overview_of(totals: pl.DataFrame, complete: pl.DataFrame, recipients: pl.DataFrame) -> pl.DataFrame:
    """The table `county_overview`: all that goes to a county."""
    local, kind = pl.col("recipient_type").is_in(LEVELS), pl.col("recipient_type")
    amounts = {level: pl.col("amount_sek").filter(kind == level) for level in LEVELS}
    sums = (
        totals.filter(local)
        .group_by("programme", "year", "county_code")
        .agg(
            status_of(ANY_PRELIMINARY),
            pl.col("population", "population_basis").filter(kind != "municipality").first(),
            # Empty, not 0, where nothing of the level is computed.
            *(pl.when(one.len() > 0).then(one.sum()).alias(f"{level}_sek") for level, one in amounts.items()),
            total_sek=pl.col("amount_sek").sum(),
        )
    )
    names = recipients.filter(recipient_type="county").select("year", "county_code", county_name="recipient_name")
    whole = complete.filter(local).group_by("programme", "year").agg(pl.col("is_complete").all())
    overview = sums.join(names, on=["year", "county_code"]).join(whole, on=["programme", "year"])
    levels = pl.sum_horizontal(f"{level}_sek" for level in LEVELS)
    refuse(overview.filter(pl.col("total_sek") != levels), "the levels do not add up")
    return overview.with_columns(sek_per_inhabitant=pl.col("total_sek") / pl.col("population"))


def figures_of(agreements: list[dict[str, Any]]) -> pl.DataFrame:
    """The table `published_figures` of the agreements' years."""
    common = read_yaml("published", "sources.yaml")
    described = [(one["programme"], one["year"], name) for one in agreements for name in one["sources"] | common]
    sources = pl.DataFrame(described, text("programme", "year", "source_id"), orient="row")
    files = sorted((DATA / "published").glob("*.csv"))
    figures = pl.concat(
        pl.read_csv(file, schema_overrides=TYPES, infer_schema=False).with_columns(programme=pl.lit(file.stem))
        for file in files
    )
    figures = figures.join(sources, on=["programme", "year"], how="semi").rename({"amount_sek": "published_sek"})
    refuse(figures.join(sources, on=["programme", "year", "source_id"], how="anti"), "the source is not described")
    is_rounded = pl.col("precision") == "rounded"
    refuse(figures.filter(is_rounded == pl.col("rounded_to_sek").is_null()), "rounded to what?")
    return figures


def computed_amounts(allocations: pl.DataFrame) -> pl.DataFrame:
    """`FIGURE, computed_sek, is_preliminary`, as published: by recipient, by county, and in all of a level."""
    single = allocations.with_columns(is_preliminary=pl.col("status") == "preliminary")
    in_county = {"recipient_type": pl.lit("municipalities_in_county"), "recipient_code": pl.col("county_code")}
    each = pl.concat([single, single.filter(recipient_type="municipality").with_columns(**in_county)])
    level = pl.col("recipient_type").replace("municipalities_in_county", "municipality")
    shapes = pl.concat([each, each.with_columns(pot_id="sum-" + level)])
    return shapes.group_by(FIGURE).agg(pl.col("is_preliminary").any(), computed_sek=pl.col("amount_sek").sum())


def gaps_of(rules: pl.DataFrame, complete: pl.DataFrame) -> pl.DataFrame:
    """`POT, gap` for every id that a figure may have: why it cannot be computed, empty if it can."""
    of_pot = pl.when(rule="unknown").then(pl.lit("rule_unknown"))
    of_sum = pl.when(~pl.col("is_complete")).then(pl.lit("partly_unknown_rule"))
    inside = rules.drop_nulls("contains").with_columns(pot_id=pl.col("contains").str.split(" ")).explode("pot_id")
    sums = complete.filter(pl.col("recipient_type").is_in(LEVELS))
    return pl.concat(
        [
            rules.select(*POT, gap=of_pot),
            inside.select(*POT, gap=pl.lit("inside_unidentified_pot")),
            sums.select("programme", "year", pot_id="sum-" + pl.col("recipient_type"), gap=of_sum),
        ]
    )


def reconcile(figures: pl.DataFrame, gaps: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """The table `reconciliation`: every published figure beside the computed one, with a verdict."""
    state = figures.filter(pl.col("recipient_type") != "local_share")
    refuse(state.join(gaps, on=POT, how="anti"), "the agreement has no such pot")
    rows = state.join(gaps, on=POT, validate="m:1").join(computed_amounts(allocations), on=FIGURE, how="left")
    computed, published, step = pl.col("computed_sek"), pl.col("published_sek"), pl.col("rounded_to_sek")
    refuse(rows.filter(pl.col("gap").is_null(), computed.is_null()), "the pot has no such recipient")
    is_gap, is_rounded, is_preliminary = pl.col("gap").is_not_null(), step.is_not_null(), pl.col("is_preliminary")
    verdict = (
        pl.when(is_gap)
        .then(pl.lit("no_rule"))
        .when(is_rounded & ((2 * computed + step) // (2 * step) * step == published))
        .then(pl.lit("rounded_match"))
        .when(~is_rounded & is_preliminary)
        .then(pl.lit("not_comparable"))
        .when(~is_rounded & (computed == published))
        .then(pl.lit("exact"))
        .otherwise(pl.lit("mismatch"))
    )
    nothing_known = (pl.col("gap") == "partly_unknown_rule") & computed.is_null()
    cause = (
        pl.when(nothing_known)
        .then(pl.lit("rule_unknown"))
        .when(is_gap)
        .then("gap")
        .when(is_preliminary)
        .then(pl.lit("preliminary_population"))
    )
    difference = pl.when(~is_gap).then(computed - published)
    return rows.with_columns(verdict=verdict, cause=cause, difference_sek=difference)


def contract(name: str) -> pa.DataFrameSchema:
    """What a table must hold before it is written."""
    columns = {
        column: pa.Column(KINDS[values.kind], checks_of(values, pa.Check), nullable=may_be_empty)
        for column, values, may_be_empty in columns_of(name)
    }
    return pa.DataFrameSchema(columns, name=name, unique=key_of(name), strict=True, ordered=True)


def write(name: str, table: pl.DataFrame, years: list[int], out: Path) -> None:
    """Hold a table against its contract and write one file per year."""
    schema = contract(name)
    table = table.select(*schema.columns).filter(pl.col("year").is_in(years)).sort(key_of(name))
    schema.validate(table, lazy=True)
    for year in years:
        table.filter(year=year).write_parquet(out / f"{name}_{year}.parquet")


def main(years: str, out: Path, url: str = "") -> None:
    """Compute the years and the one before the first, which amounts are compared with; write those asked for."""
    first, last = map(int, years.split(".."))
    asked = list(range(first, last + 1))
    agreements = read_agreements([first - 1, *asked])
    if missing := set(asked) - {agreement["year"] for agreement in agreements}:
        raise ValueError(f"there is no agreement of {missing}")
    rules, recipients = rules_of(agreements), recipients_of([first - 1, *asked])
    display, complete, figures = displayed(agreements), completeness(rules), figures_of(agreements)
    bases = bases_of(rules, display)
    population = counted_by_scb(url, bases, recipients) if url else population_of(bases, recipients)
    allocations = allocate(rules, recipients, population)
    pots, totals = pots_of(rules, allocations), totals_of(allocations, complete, population, display)
    tables = {
        "recipients": recipients,
        "population": population,
        "rules": rules,
        "allocations": allocations,
        "pots": pots,
        "coverage": coverage_of(pots),
        "published_figures": figures,
        "reconciliation": reconcile(figures, gaps_of(rules, complete), allocations),
        "recipient_totals": totals,
        "county_overview": overview_of(totals, complete, recipients),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write(name, table, asked, out)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
