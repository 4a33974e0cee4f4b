"""The main job as one pandas script: no orchestration, no events, no manifest, no atomic publication.

    python -m benchmarks.baselines.main_job_pandas FIRST..LAST OUT [URL]

Reads the agreements, the register, the published figures and the head counts, embedded or, with a URL, of SCB there;
writes `<table>_<year>.parquet` for ten tables, each held against a pandera schema first. Raises `ValueError` for data
that break a rule, and pandera's `SchemaErrors` for a table that is not what its schema says.
"""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

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
DAY = "datetime64[s]"
TYPES = {"year": "int64", "base_sek": "int64", "amount_sek": "int64", "reference_date": DAY}
TYPES |= {"agreement_total_sek": "int64", "printed_for_year": "Int64", "rounded_to_sek": "Int64"}
# Kind of values → type, and type if some may be empty.
KINDS = {
    "text": ("str", "str"),
    "year": ("int64", "Int64"),
    "whole": ("int64", "Int64"),
    "share": ("float64", "Float64"),
    "day": (DAY, DAY),
    "flag": ("bool", "boolean"),
}
Series = dict[str, tuple[dict[str, Any], pd.DataFrame]]


def refuse(bad: pd.DataFrame, what: str) -> None:
    """Raise if there are rows that break a rule, showing the first of them."""
    if len(bad):
        raise ValueError(f"{what}: {bad.iloc[0].to_dict()}")


def frame(rows: Any, *columns: str) -> pd.DataFrame:
    """Rows with these columns, text if `TYPES` says nothing else."""
    return pd.DataFrame(rows, columns=columns).astype({name: TYPES.get(name, "str") for name in columns})


def without(rows: pd.DataFrame, others: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """The rows that are not among the others."""
    return rows[
        rows.merge(others[on].drop_duplicates(), on=on, how="left", indicator=True)["_merge"].eq("left_only").array
    ]


def rules_of(agreements: list[dict[str, Any]]) -> pd.DataFrame:
    """The table `rules`, one row per pot."""
    rows = [rule_row(agreement, pot) for agreement in agreements for pot in agreement["pots"]]
    rules = frame(rows, *TABLES["rules"].replace("?", "").replace("|", "").split())
    known = rules["rounding"].isin(["nearest", "largest_remainder", "largest_recipient"])
    refuse(rules[rules["table_id"].notna() != known], "a variable part needs a known rounding")
    refuse(rules[rules["rule"].eq("unknown") != rules["evidence_rule"].eq("unknown")], "evidence of a rule")
    return rules


def recipients_of(years: list[int]) -> pd.DataFrame:
    """The table `recipients`: who exists on 1 January of each year, and in which class."""
    classes = read_yaml("geography", "recipient_classes.yaml")
    class_of = {county: name for name, one in classes.items() for county in one["county_codes"]}
    register = pd.read_csv(DATA / "geography" / "recipients.csv", dtype="str")
    rows = register.merge(pd.DataFrame({"year": years}), how="cross")
    day = pd.to_datetime(rows["year"].astype("str") + "-01-01")
    begins, ends = pd.to_datetime(rows["valid_from"]), pd.to_datetime(rows["valid_to"])
    rows = rows[(begins.isna() | (begins <= day)) & (ends.isna() | (ends >= day))].reset_index(drop=True)
    rows["recipient_class"] = rows["county_code"].map(class_of).fillna("default")
    code, county, kind = rows["recipient_code"], rows["county_code"], rows["recipient_type"]
    digits = np.where(kind.eq("municipality"), code.str.fullmatch("[0-9]{4}"), code.str.fullmatch("[0-9]{2}"))
    is_local = kind.isin(LEVELS) & digits & code.str[:2].eq(county)
    refuse(rows[~(is_local | (kind.eq("national") & county.isna()))], "an entry of the register")
    return rows


def read_series() -> Series:
    """The embedded series of head counts by id: what is said of each, and its table."""
    series = {}
    for one in read_yaml("population", "series.yaml")["series"]:
        file = DATA / "population" / one["file"]
        wide = pd.read_csv(file, dtype={"region_code": "str"}).astype({"reference_date": DAY})
        cells = wide.iloc[:, 2:]
        refuse(
            wide[(cells.isna() | (cells < 0) | (cells > MOST_PERSONS)).any(axis=1)],
            f"{file}: an empty or impossible head count",
        )
        refuse(wide[wide.duplicated(["region_code", "reference_date"])], f"{file}: a row twice")
        if len(wide) != one["rows"]:
            raise ValueError(f"{file}: {len(wide)} rows, not {one['rows']}")
        series[one["id"]] = one, wide
    return series


def counts_of(wide: pd.DataFrame, ages: str) -> pd.DataFrame:
    """`region_code, population_date, population` of the ages; no rows if the columns do not give them."""
    columns = columns_for(list(wide.columns[2:]), ages)
    rows = wide if columns else wide.iloc[:0]
    counts = rows[["region_code", "reference_date"]].rename(columns={"reference_date": "population_date"})
    return counts.assign(population=rows[columns].sum(axis=1).astype("int64"))


def described(counts: pd.DataFrame, one: dict[str, Any], basis: str, remark: str = "") -> pd.DataFrame:
    """Counts with what is said of the series they come from."""
    solved = {pd.Timestamp(day): " ".join(names) for day, names in one["derived_from"].items()}
    return counts.assign(
        basis=basis,
        is_perturbed=one["is_perturbed"],
        source=one["scb_table"] + remark,
        derived_from=counts["population_date"].map(solved).astype("str"),
    )


def offers_of(series: Series, bands: list[str], codes: dict[str, set[str]]) -> pd.DataFrame:
    """Every complete count on hand, by ages, kind of territory and day; counties also as municipalities summed."""
    offers = []
    for (order, (one, wide)), ages, kind in itertools.product(enumerate(series.values()), bands, codes):
        is_summed = kind not in one["region_types"]
        counted = "municipality" if is_summed else kind
        if counted not in one["region_types"]:
            continue
        counts = counts_of(wide, ages)
        counts = counts[counts["region_code"].isin(codes[counted])]
        counts = counts[counts.groupby("population_date")["region_code"].transform("size") == len(codes[counted])]
        if is_summed:
            counts = counts.assign(region_code=counts["region_code"].str[:2])
            counts = counts.groupby(["region_code", "population_date"], as_index=False)["population"].sum()
        counts = described(counts, one, one["basis"], ", municipalities summed" if is_summed else "")
        offers.append(counts.assign(ages=ages, region_type=kind, offered_table=one["table"], order=order))
    return pd.concat([offer for offer in offers if len(offer)], ignore_index=True)


def estimated(recipe: dict[str, Any], series: Series, codes: set[str]) -> pd.DataFrame:
    """Known counts as they are; the others share what is left of the total like the same cohorts another day."""
    ages, day = ages_text(recipe["base"]["ages"]), pd.Timestamp(recipe["base"]["reference_date"])
    (known_by, known), (given_by, given) = series[recipe["known"]["series"]], series[recipe["weights"]["series"]]
    total = counts_of(series[recipe["total"]["series"]][1], ages)
    total = total[total["population_date"].eq(day) & total["region_code"].eq(recipe["total"]["region_code"])]
    known = counts_of(known, ages)
    known = known[known["population_date"].eq(day) & known["region_code"].isin(codes)]
    given = counts_of(given, ages_text(recipe["weights"]["ages"]))
    given = given[given["population_date"].eq(pd.Timestamp(recipe["weights"]["reference_date"]))]
    if set(given["region_code"]) != codes:
        raise ValueError(f"{recipe['id']}: the weights do not cover every territory")
    left = total["population"].item() - known["population"].sum()
    unknown = given[~given["region_code"].isin(known["region_code"])].assign(
        pot=0, units=left, weight=given["population"], code=given["region_code"], rounding="largest_remainder"
    )
    parts = share(unknown, ["pot"])[["region_code", "population_date", "part"]].rename(columns={"part": "population"})
    return pd.concat([described(known, known_by, "derived"), described(parts, given_by, "estimated")])


def displayed(agreements: list[dict[str, Any]]) -> pd.DataFrame:
    """`programme, year, table_id, reference_date`: the count that an agreement's figures per head rest on."""
    said = [(one["programme"], one["year"], one["population"]) for one in agreements if "population" in one]
    rows = [(programme, year, base["table"], base["reference_date"]) for programme, year, base in said]
    return frame(rows, "programme", "year", "table_id", "reference_date")


def bases_of(rules: pd.DataFrame, display: pd.DataFrame) -> pd.DataFrame:
    """`BASE, is_required`: what pots go by, and what is shown beside the amounts and may be missing."""
    asked = rules.assign(region_type=rules["recipient_type"].map(TERRITORY), is_required=True)
    asked = asked.dropna(subset="table_id")
    shown = [{"ages": ages, "region_type": kind} for ages in ("all", "0-18") for kind in ("municipality", "county")]
    beside = display.merge(pd.DataFrame(shown), how="cross").assign(is_required=False)
    both = pd.concat([one[[*BASE, "is_required"]] for one in (asked, beside)])
    return both.groupby(BASE, as_index=False)["is_required"].any()


def population_of(bases: pd.DataFrame, recipients: pd.DataFrame) -> pd.DataFrame:
    """The table `population`: SCB's own count, else one solved from amounts, else an estimate, else a day nearby."""
    series = read_series()
    codes = {
        kind: set(recipients.query("recipient_type == @kind")["recipient_code"]) for kind in ("municipality", "county")
    }
    years = recipients.groupby(["recipient_type", "recipient_code"])["year"].nunique()
    if years.nunique() != 1:
        raise ValueError("the recipients are not the same in all years")
    offers = offers_of(series, sorted(set(bases["ages"])), codes)
    offer = ["ages", "region_type", "population_date", "order"]
    days = bases.merge(offers[[*offer, "basis", "offered_table"]].drop_duplicates(), on=["ages", "region_type"])
    same = days["offered_table"].eq(days["table_id"]) & days["population_date"].eq(days["reference_date"])
    is_official = days["basis"].eq("official")
    days["rank"] = np.select([~same, is_official], [PROXY, OFFICIAL], DERIVED)
    days["distance"] = (days["population_date"] - days["reference_date"]).dt.days.abs()
    days["is_solved"] = ~is_official
    chosen = (
        days[days["distance"] <= PROXY_MOST_DAYS]
        .sort_values(["rank", "distance", "population_date", "is_solved", "order"])
        .drop_duplicates(BASE)
    )
    population = chosen.drop(columns=["basis", "offered_table"]).merge(offers, on=offer)
    population["basis"] = population["basis"].mask(population["rank"] == PROXY, "proxy")
    for recipe in read_yaml("population", "estimates.yaml")["estimates"]:
        base = recipe["base"]
        wanted = (base["reference_date"], base["table"], ages_text(base["ages"]), base["region_type"])
        estimate = bases.merge(frame([wanted], *BASE[1:]), on=BASE[1:])
        estimate = without(estimate, chosen[chosen["rank"] < PROXY], BASE)
        estimate = estimate.merge(estimated(recipe, series, codes[base["region_type"]]), how="cross")
        population = pd.concat([without(population, estimate, BASE), estimate], ignore_index=True)
    refuse(without(bases[bases["is_required"]], population, BASE), "there is no head count")
    return population


def counted_by_scb(url: str, bases: pd.DataFrame, recipients: pd.DataFrame) -> pd.DataFrame:
    """The table `population` as SCB answers; what is only displayed is left out where no table has it."""
    from benchmarks.baselines.scb import Scb

    scb = Scb(url, set(recipients.loc[recipients["recipient_type"].isin(["municipality", "county"]), "recipient_code"]))
    asked = bases[["table_id", "reference_date", "ages"]].drop_duplicates()
    rows = [row for base, day, ages in asked.itertuples(index=False) for row in scb.counts(base, day.date(), ages)]
    counts = pd.DataFrame(rows).astype({"reference_date": DAY})
    population = bases.merge(counts, on=BASE[1:])
    refuse(without(bases[bases["is_required"]], population, BASE), "there is no head count")
    said = {"basis": "official", "is_perturbed": False, "population_date": population["reference_date"]}
    return population.assign(**said, derived_from=None).astype({"derived_from": "str"})


def share(rows: pd.DataFrame, pot: list[str]) -> pd.DataFrame:
    """Add `part`: the whole `units` of each row of a pot, by `weight`, rounded as `rounding` says; ties by `code`."""
    rows = rows.reset_index(drop=True)
    units, weight = rows["units"], rows["weight"]
    total = rows.groupby(pot)["weight"].transform("sum")
    rows["floor"], rows["remainder"] = units * weight // total, units * weight % total
    rows["nearest"] = (2 * units * weight + total) // (2 * total)
    sums = rows.groupby(pot)[["floor", "nearest"]].transform("sum")
    down = {"ascending": [False, True]}
    by_remainder = rows.sort_values(["remainder", "code"], **down).groupby(pot).cumcount()
    by_weight = rows.sort_values(["weight", "code"], **down).groupby(pot).cumcount()
    gets_one = by_remainder.sort_index() < units - sums["floor"]
    is_largest = by_weight.sort_index() == 0
    conventions = [rows["rounding"].eq("largest_remainder"), rows["rounding"].eq("largest_recipient") & is_largest]
    parts = [rows["floor"] + gets_one, rows["nearest"] + units - sums["nearest"]]
    return rows.assign(part=np.select(conventions, parts, rows["nearest"]))


def base_amounts(rules: pd.DataFrame, recipients: pd.DataFrame) -> pd.DataFrame:
    """The recipients of every pot with a known rule, with `base_sek`: by class, or as listed by recipient."""
    by_class, listed, classes = [], [], {"default", *recipients["recipient_class"]}
    known = rules.loc[rules["rule"].ne("unknown"), [*POT, "recipient_type", "rule"]]
    for *pot, text in known.itertuples(index=False):
        rule = json.loads(text)
        base = rule.get("base_sek", 0)
        base = base if isinstance(base, dict) else {"default": base}
        if base.keys() - classes:
            raise ValueError(f"{pot}: no recipient has class {base.keys() - classes}")
        if "amounts" in rule:
            listed += [(*pot, code, amount) for code, amount in rule["amounts"].items()]
        else:
            by_class += [(*pot, name, base.get(name, base["default"])) for name in classes]
    rows = [
        frame(amounts, *POT, "recipient_type", column, "base_sek").merge(
            recipients, on=["year", "recipient_type", column]
        )
        for column, amounts in (("recipient_class", by_class), ("recipient_code", listed))
    ]
    return pd.concat(rows, ignore_index=True)


def status_of(is_preliminary: Any) -> Any:
    """`preliminary` or `decided`."""
    return np.where(is_preliminary, "preliminary", "decided")


def allocate(rules: pd.DataFrame, recipients: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """The table `allocations`: whole kronor per pot and recipient, for every pot whose rule is known."""
    said = {name: f"population_{name}" for name in ("basis", "source", "derived_from")}
    heads = population[[*BASE, "region_code", "population", *said]].rename(
        columns={**said, "region_code": "recipient_code"}
    )
    members = recipients.groupby(["year", "recipient_type"]).size().rename("members")
    rows = base_amounts(rules, recipients).merge(rules, on=[*POT, "recipient_type"])
    rows = rows.join(members, on=["year", "recipient_type"]).assign(region_type=rows["recipient_type"].map(TERRITORY))
    rows = rows.merge(heads, on=[*BASE, "recipient_code"], how="left", validate="m:1")
    rows["units"] = rows["amount_sek"] - rows.groupby(POT)["base_sek"].transform("sum")
    variable, size = rows["rounding"].notna(), rows.groupby(POT)["year"].transform("size")
    refuse(without(rules[rules["rule"].ne("unknown")], rows, POT), "nobody gets the pot")
    refuse(rows[size != rows["members"]], "the pot does not list every recipient once")
    refuse(rows[rows["units"] < 0], "the base amounts are larger than the pot")
    refuse(rows[~variable & rows["units"].ne(0)], "the fixed amounts leave some of the pot")
    refuse(rows[variable & rows["population"].isna()], "there is no head count")
    shared = rows.assign(code=rows["recipient_code"])[variable].astype({"population": "int64"})
    shared["weight"], shared["population_total"] = (
        shared["population"],
        shared.groupby(POT)["population"].transform("sum"),
    )
    refuse(shared[shared["population_total"].eq(0)], "there is nobody to share it")
    fixed = rows[~variable].assign(part=0, population_total=pd.NA)
    whole = {"population": "Int64", "population_total": "Int64", "part": "int64"}
    allocations = pd.concat([fixed.astype(whole), share(shared, POT).astype(whole)], ignore_index=True)
    allocations["status"] = status_of(allocations["population_basis"].isin(["estimated", "proxy"]))
    return allocations.assign(
        variable_sek=allocations["part"], amount_sek=allocations["base_sek"] + allocations["part"]
    )


def pots_of(rules: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """The table `pots`: what is allocated of each, and what rounding leaves."""
    sums = (
        allocations.assign(is_preliminary=allocations["status"].eq("preliminary"))
        .groupby(POT, as_index=False)
        .agg(
            allocated_sek=("amount_sek", "sum"),
            recipients_count=("amount_sek", "size"),
            is_preliminary=("is_preliminary", "any"),
        )
    )
    pots = rules.merge(sums.assign(status=status_of(sums["is_preliminary"])), on=POT, how="left", validate="1:1")
    pots = pots.astype({"allocated_sek": "Int64"}).fillna({"status": "not_computed", "recipients_count": 0})
    inferred = pots[["evidence_amount", "evidence_rule"]].eq("inferred").any(axis=1)
    pots["evidence"] = np.select([pots["evidence_rule"].eq("unknown"), inferred], ["unknown", "inferred"], "verified")
    return pots.assign(residual_sek=pots["amount_sek"] - pots["allocated_sek"]).astype({"recipients_count": "int64"})


def coverage_of(pots: pd.DataFrame) -> pd.DataFrame:
    """The table `coverage`: the money of each agreement by evidence."""
    coverage = pots.groupby(["programme", "year", "evidence", "agreement_total_sek"], as_index=False).agg(
        pots_count=("pot_id", "size"), amount_sek=("amount_sek", "sum")
    )
    return coverage.assign(coverage_share=coverage["amount_sek"] / coverage["agreement_total_sek"])


def completeness(rules: pd.DataFrame) -> pd.DataFrame:
    """`KIND, is_complete`: whether all money to that kind of recipient has a known rule."""
    pairs = rules.merge(pd.DataFrame({"kind": list(TERRITORY)}), how="cross")
    to_kind = pairs["recipient_type"].eq("unknown") | pairs["recipient_type"].eq(pairs["kind"])
    pairs["is_complete"] = ~(to_kind & pairs["rule"].eq("unknown"))
    complete = pairs.groupby(["programme", "year", "kind"], as_index=False)["is_complete"].all()
    return complete.rename(columns={"kind": "recipient_type"})


def totals_of(
    allocations: pd.DataFrame, complete: pd.DataFrame, population: pd.DataFrame, display: pd.DataFrame
) -> pd.DataFrame:
    """The table `recipient_totals`: sums, per head, and against the year before."""
    kinds = pd.DataFrame({"recipient_type": LEVELS, "region_type": [TERRITORY[level] for level in LEVELS]})
    heads = population.merge(display, on=["year", "table_id", "reference_date"]).merge(kinds, on="region_type")
    heads = heads.rename(columns={"region_code": "recipient_code", "basis": "population_basis"})
    heads = heads.astype({"population": "Int64"})[[*RECIPIENT, "ages", "population", "population_basis"]]
    children = heads[heads["ages"].eq("0-18")].rename(columns=lambda name: name.replace("population", "children"))
    totals = (
        allocations.assign(is_preliminary=allocations["status"].eq("preliminary"))
        .groupby(RECIPIENT, as_index=False)
        .agg(
            {
                "recipient_name": "first",
                "county_code": "first",
                "amount_sek": "sum",
                "base_sek": "sum",
                "is_preliminary": "any",
            }
        )
        .merge(complete, on=KIND, validate="m:1")
        .merge(heads[heads["ages"].eq("all")], on=RECIPIENT, how="left", validate="1:1")
        .merge(children.drop(columns="ages"), on=RECIPIENT, how="left", validate="1:1")
    )
    amount = totals["amount_sek"]
    totals["status"] = status_of(totals["is_preliminary"])
    totals["sek_per_inhabitant"], totals["sek_per_child"] = amount / totals["population"], amount / totals["children"]
    totals["base_share"] = (totals["base_sek"] / amount).where(amount > 0, 0.0)
    rank = totals.groupby(KIND)["sek_per_inhabitant"].rank("min", ascending=False)
    before = totals.loc[totals["is_complete"], [*RECIPIENT, "amount_sek"]].rename(columns={"amount_sek": "before"})
    before["year"] += 1
    totals = totals.assign(rank_per_inhabitant=rank.astype("Int64")).merge(
        before, on=RECIPIENT, how="left", validate="1:1"
    )
    totals["amount_previous_sek"] = totals["before"].astype("Int64").where(totals["is_complete"])
    return totals.assign(change_sek=totals["amount_sek"] - totals["amount_previous_sek"])


def overview_of(totals: pd.DataFrame, complete: pd.DataFrame, recipients: pd.DataFrame) -> pd.DataFrame:
    """The table `county_overview`: all that goes to a county."""
    key = ["programme", "year", "county_code"]
    local = totals[totals["recipient_type"].isin(LEVELS)]
    # Empty, not 0, where nothing of the level is computed.
    levels = local.astype({"amount_sek": "Int64"}).groupby([*key, "recipient_type"])["amount_sek"].sum().unstack()
    levels = levels.reindex(columns=LEVELS).astype("Int64").add_suffix("_sek")
    sums = local.groupby(key).agg(total_sek=("amount_sek", "sum"), is_preliminary=("is_preliminary", "any"))
    heads = local[local["recipient_type"].ne("municipality")].groupby(key)[["population", "population_basis"]].first()
    names = recipients[recipients["recipient_type"].eq("county")][["year", "county_code", "recipient_name"]]
    whole = complete[complete["recipient_type"].isin(LEVELS)].groupby(["programme", "year"])["is_complete"].all()
    overview = (
        sums.join([levels, heads])
        .reset_index()
        .merge(names.rename(columns={"recipient_name": "county_name"}), on=["year", "county_code"])
        .join(whole, on=["programme", "year"])
    )
    refuse(overview[overview["total_sek"].ne(overview[levels.columns].sum(axis=1))], "the levels do not add up")
    per_inhabitant = overview["total_sek"] / overview["population"]
    return overview.assign(status=status_of(overview["is_preliminary"]), sek_per_inhabitant=per_inhabitant)


def figures_of(agreements: list[dict[str, Any]]) -> pd.DataFrame:
    """The table `published_figures` of the agreements' years."""
    common = read_yaml("published", "sources.yaml")
    described = [(one["programme"], one["year"], name) for one in agreements for name in one["sources"] | common]
    sources = frame(described, "programme", "year", "source_id")
    files = sorted((DATA / "published").glob("*.csv"))
    figures = pd.concat(pd.read_csv(file, dtype="str").assign(programme=file.stem) for file in files)
    figures = figures[figures["year"].notna()].astype({name: TYPES[name] for name in figures.columns if name in TYPES})
    figures = figures.merge(sources[["programme", "year"]].drop_duplicates(), on=["programme", "year"])
    refuse(without(figures, sources, ["programme", "year", "source_id"]), "the source is not described")
    refuse(figures[figures["precision"].eq("rounded") == figures["rounded_to_sek"].isna()], "rounded to what?")
    return figures.rename(columns={"amount_sek": "published_sek"})


def computed_amounts(allocations: pd.DataFrame) -> pd.DataFrame:
    """`FIGURE, computed_sek, is_preliminary`, as published: by recipient, by county, and in all of a level."""
    single = allocations.assign(is_preliminary=allocations["status"].eq("preliminary"))
    municipal = single[single["recipient_type"].eq("municipality")]
    in_county = municipal.assign(recipient_type="municipalities_in_county", recipient_code=municipal["county_code"])
    each = pd.concat([single, in_county], ignore_index=True)
    level = each["recipient_type"].replace("municipalities_in_county", "municipality")
    shapes = pd.concat([each, each.assign(pot_id="sum-" + level)])
    sums = shapes.groupby(FIGURE, as_index=False)[["amount_sek", "is_preliminary"]].agg(
        {"amount_sek": "sum", "is_preliminary": "any"}
    )
    return sums.rename(columns={"amount_sek": "computed_sek"}).astype({"computed_sek": "Int64"})


def gaps_of(rules: pd.DataFrame, complete: pd.DataFrame) -> pd.DataFrame:
    """`POT, gap` for every id that a figure may have: why it cannot be computed, empty if it can."""
    of_pot = rules.assign(gap=rules["rule"].map({"unknown": "rule_unknown"}))
    inside = rules.dropna(subset="contains")
    inside = inside.assign(pot_id=inside["contains"].str.split(" ")).explode("pot_id")
    sums = complete[complete["recipient_type"].isin(LEVELS)]
    of_sum = sums["is_complete"].map({False: "partly_unknown_rule"})
    sums = sums.assign(pot_id="sum-" + sums["recipient_type"], gap=of_sum)
    gaps = pd.concat([of_pot, inside.assign(gap="inside_unidentified_pot"), sums], ignore_index=True)
    return gaps[[*POT, "gap"]].astype({"gap": "str", "pot_id": "str"})


def reconcile(figures: pd.DataFrame, gaps: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """The table `reconciliation`: every published figure beside the computed one, with a verdict."""
    state = figures[figures["recipient_type"].ne("local_share")]
    refuse(without(state, gaps, POT), "the agreement has no such pot")
    rows = state.merge(gaps, on=POT, validate="m:1").merge(computed_amounts(allocations), on=FIGURE, how="left")
    computed, published, step = rows["computed_sek"], rows["published_sek"], rows["rounded_to_sek"]
    is_gap, is_rounded, is_preliminary = rows["gap"].notna(), step.notna(), rows["is_preliminary"].eq(1)
    refuse(rows[~is_gap & computed.isna()], "the pot has no such recipient")
    agrees = ((2 * computed + step) // (2 * step) * step).eq(published).fillna(value=False)
    is_exact = computed.eq(published).fillna(value=False)
    rows["verdict"] = np.select(
        [is_gap, is_rounded & agrees, ~is_rounded & is_preliminary, ~is_rounded & is_exact],
        ["no_rule", "rounded_match", "not_comparable", "exact"],
        "mismatch",
    )
    rows["cause"] = rows["gap"].mask(~is_gap & is_preliminary, "preliminary_population")
    rows["cause"] = rows["cause"].mask(rows["gap"].eq("partly_unknown_rule") & computed.isna(), "rule_unknown")
    return rows.assign(difference_sek=(computed - published).mask(is_gap))


def contract(name: str) -> pa.DataFrameSchema:
    """What a table must hold before it is written."""
    columns = {
        column: pa.Column(KINDS[values.kind][may_be_empty], checks_of(values, pa.Check), nullable=may_be_empty)
        for column, values, may_be_empty in columns_of(name)
    }
    return pa.DataFrameSchema(columns, name=name, unique=key_of(name), strict=True, ordered=True)


def write(name: str, table: pd.DataFrame, years: list[int], out: Path) -> None:
    """Hold a table against its contract and write one file per year."""
    schema = contract(name)
    table = table.loc[table["year"].isin(years), list(schema.columns)].sort_values(key_of(name))
    schema.validate(table, lazy=True)
    for year in years:
        table[table["year"].eq(year)].to_parquet(out / f"{name}_{year}.parquet", index=False)


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
