"""Three questions to the published tables, with plots: `make notebook`, or as a script, which only computes.

Reads nothing but Parquet below `data/out/current` (or `KRONVIS_OUT`). Amounts stay whole kronor; what is divided
is for showing only.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Kronvis: three questions")

with app.setup:
    import os
    import sys
    from pathlib import Path
    from typing import Final, Literal

    import altair as alt
    import marimo as mo
    import polars as pl

    TABLES: Final = (
        "allocations",
        "county_overview",
        "findings",
        "population",
        "population_backtest",
        "pots",
        "published_figures",
        "reconciliation",
        "vintage_inference",
    )
    PROGRAMME: Final = "psykisk-halsa"
    # The year and pot of the first question: a base amount per municipality, the rest by children aged 0–18.
    YEAR: Final = 2025
    POT: Final = "children-youth-municipality"

    LEVELS: Final = {
        "municipality": "Municipalities (kommuner)",
        "region": "Regions (regioner)",
        "county": "County-joint (länsgemensamt)",
        "national": "SKR (nationell nivå)",
        "unknown": "Recipient not known (okänd)",
        "all": "All levels together (samtliga)",
    }
    STATUS: Final = {
        "decided": "decided (beslutat)",
        "preliminary": "preliminary (preliminärt)",
        "not_computed": "no known rule (okänd regel)",
    }
    VERDICTS: Final = {
        "exact": "exact: 0 kr",
        "explained": "explained: a named cause",
        "rounded_match": "agrees as far as it is written out",
        "not_comparable": "not comparable: preliminary",
        "no_rule": "no known rule",
        "mismatch": "mismatch: unexplained",
    }
    INDEPENDENCE: Final = {
        "independent": "Independent (oberoende)",
        "self_derived": "Solved from this very source (löst ur källan)",
        "none": "Not computed (inte beräknat)",
    }
    # Told apart in print without colour too: dark, light, white with a broken outline.
    DARK: Final = "#1f4e79"
    LIGHT: Final = "#8fb8de"
    GREY: Final = "#595959"
    PALE: Final = "#ececec"
    RUST: Final = "#b3541e"


@app.function
def published_folder(out: Path) -> Path:
    """The published version that `current` points at, resolved once; `LookupError` if nothing fit is published."""
    folder = (out / "current").resolve()
    if not (folder / "manifest.json").is_file():
        raise LookupError(f"Nothing is published in {out}: run `make run` first (or set KRONVIS_OUT).")
    if not (folder / "allocations" / f"allocations_{YEAR}.parquet").is_file():
        raise LookupError(f"{folder} has no year {YEAR}: run `make run`, which publishes all years.")
    return folder


@app.function
def bases(allocations: pl.DataFrame) -> pl.DataFrame:
    """The first question's pot, one row per municipality, most kronor per child first.

    `sek_per_child` and `base_share` are display values.
    """
    return (
        allocations.filter(programme=PROGRAMME, year=YEAR, pot_id=POT)
        .with_columns(
            sek_per_child=pl.col("amount_sek") / pl.col("population"),
            base_share=pl.col("base_sek") / pl.col("amount_sek"),
            shown_status=pl.col("status").replace_strict(STATUS),
        )
        .select(
            "recipient_name",
            "amount_sek",
            "base_sek",
            "variable_sek",
            "population",
            "population_total",
            "sek_per_child",
            "base_share",
            "status",
            "shown_status",
        )
        .sort("sek_per_child", "recipient_name", descending=[True, False])
    )


@app.function
def labelled(rows: pl.DataFrame) -> pl.DataFrame:
    """The municipalities named in the plots: four of Dalarna and the two ends, with the text and where it goes."""
    most, least = rows["recipient_name"].first(), rows["recipient_name"].last()
    place = {most: "right", "Orsa": "right", "Borlänge": "right", "Vansbro": "below", "Falun": "below", least: "left"}
    return rows.filter(pl.col("recipient_name").is_in(list(place))).with_columns(
        label=pl.format("{} {} kr", "recipient_name", pl.col("sek_per_child").round(1)),
        share_label=pl.format("{} {} %", "recipient_name", (pl.col("base_share") * 100).round(0).cast(pl.Int64)),
        place=pl.col("recipient_name").replace_strict(place),
    )


@app.function
def children_axis() -> alt.X:
    """The number of children on a log axis."""
    title = "Children aged 0–18 (barn), log scale"
    return alt.X("population:Q", title=title).scale(type="log", nice=False, padding=12).axis(format=",d", tickCount=6)


@app.function
def municipality_points(rows: pl.DataFrame, y: alt.Y) -> alt.Chart:
    """One point per municipality; the decided ones are larger and lie on top."""
    domain = [STATUS["decided"], STATUS["preliminary"]]
    return (
        alt.Chart(rows.sort("status", descending=True))
        .mark_point(filled=True, opacity=0.9, stroke=DARK, strokeWidth=0.4)
        .encode(
            x=children_axis(),
            y=y,
            color=alt.Color("shown_status:N", title="Status").scale(domain=domain, range=[RUST, LIGHT]),
            shape=alt.Shape("shown_status:N", title="Status").scale(domain=domain, range=["diamond", "circle"]),
            size=alt.Size("shown_status:N", title="Status").scale(domain=domain, range=[90, 40]),
            tooltip=["recipient_name", "amount_sek", "base_sek", "population", "status"],
        )
    )


@app.function
def names(rows: pl.DataFrame, y: str, text: str) -> alt.LayerChart | alt.FacetChart:
    """The names beside the points: to the right, to the left, or below where two lie close."""
    offsets: dict[str, tuple[Literal["left", "right"], int, int]] = {
        "right": ("left", 8, -8),
        "left": ("right", 4, -12),
        "below": ("right", 4, 26),
    }
    return alt.layer(
        *(
            alt.Chart(labelled(rows).filter(place=place))
            .mark_text(align=align, dx=dx, dy=dy, fontSize=11)
            .encode(x=children_axis(), y=y, text=text)
            for place, (align, dx, dy) in offsets.items()
        )
    )


@app.function
def draw_bases(rows: pl.DataFrame) -> alt.VConcatChart:
    """Kronor per child, and the base amount's share, against the number of children on a log axis."""
    added = rows.select(pl.sum("variable_sek") / pl.first("population_total")).item()
    floor = alt.Chart(pl.DataFrame({"added": [added]})).mark_rule(strokeDash=[5, 4], color=GREY).encode(y="added:Q")
    per_child = municipality_points(rows, alt.Y("sek_per_child:Q", title="SEK per child (kr per barn)"))
    share = municipality_points(
        rows, alt.Y("base_share:Q", title="Share of the amount, per cent").axis(format=".0%").scale(domain=[0, 1])
    )
    upper = (floor + per_child + names(rows, "sek_per_child:Q", "label:N")).properties(
        width=640, height=300, title=f"SEK per child; broken line: what each child adds, {added:.2f} kr"
    )
    lower = (share + names(rows, "base_share:Q", "share_label:N")).properties(
        width=640, height=220, title="The base amount (grundbelopp) as a share of what the municipality gets"
    )
    most, least = rows.row(0, named=True), rows.row(-1, named=True)
    return (
        alt.vconcat(upper, lower)
        .properties(
            title=f"{YEAR}: the fewer the children, the more the equal base amount matters",
            description=(
                f"Two scatter plots of {rows.height} municipalities against their number of children, log scale. SEK "
                f"per child falls from {most['sek_per_child']:.0f} ({most['recipient_name']}) to "
                f"{least['sek_per_child']:.0f} ({least['recipient_name']}), the base amount's share from "
                f"{most['base_share']:.0%} to {least['base_share']:.0%}."
            ),
        )
        .configure_title(anchor="start")
    )


@app.function
def money(allocations: pl.DataFrame, pots: pl.DataFrame, county: str | None = None) -> pl.DataFrame:
    """`year, recipient_type, status, amount_sek`: what is computed, and for the nation the pots without a rule.

    How much of a pot without a known rule goes to one county nobody knows: no row then; see `gaps`.
    """
    key = ["year", "recipient_type", "status"]
    mine = allocations.filter(programme=PROGRAMME)
    if county is not None:
        mine = mine.filter(county_code=county)
    computed = mine.group_by(key).agg(pl.sum("amount_sek"))
    unknown = pots.filter(programme=PROGRAMME, status="not_computed").group_by(key).agg(pl.sum("amount_sek"))
    return (computed if county is not None else pl.concat([computed, unknown])).sort(key)


@app.function
def gaps(pots: pl.DataFrame) -> pl.DataFrame:
    """`year, recipient_type, amount_sek`: where a level's bar may be a part, and the nation's money it may lack.

    Money whose recipient is not known may go to any level, so it is a gap in all of those that a county has.
    """
    unknown = pots.filter(programme=PROGRAMME, status="not_computed").select("year", "recipient_type", "amount_sek")
    levels = pl.DataFrame({"level": ["municipality", "region", "county"]})
    return (
        unknown.join(levels, how="cross")
        .filter((pl.col("recipient_type") == pl.col("level")) | (pl.col("recipient_type") == "unknown"))
        .group_by("year", recipient_type="level")
        .agg(pl.sum("amount_sek"))
        .sort("year", "recipient_type")
    )


@app.function
def stacked(rows: pl.DataFrame) -> pl.DataFrame:
    """Money with where its bar begins and ends, `from_sek` and `to_sek`: decided at the bottom, unknown on top."""
    order = pl.col("status").replace_strict({name: at for at, name in enumerate(STATUS)}, return_dtype=pl.Int64)
    ends = pl.col("amount_sek").cum_sum().over("year", "recipient_type")
    return rows.sort("year", "recipient_type", order).with_columns(
        to_sek=ends,
        from_sek=ends - pl.col("amount_sek"),
        level=pl.col("recipient_type").replace_strict(LEVELS),
        shown_status=pl.col("status").replace_strict(STATUS),
    )


@app.function
def year_axis(years: list[int]) -> alt.X:
    """The grant years, those without any money too."""
    return alt.X("year:O", title="Grant year (bidragsår)").scale(domain=years).axis(labelAngle=-90)


@app.function
def status_colour() -> alt.Color:
    """One colour per status, always all three, so that a missing one is seen to be missing."""
    return alt.Color("shown_status:N", title="Status").scale(domain=list(STATUS.values()), range=[DARK, LIGHT, PALE])


@app.function
def money_bars(years: list[int], top: int) -> alt.Chart:
    """Bars of `stacked` money up to `top` kronor; what has no known rule is pale with a broken outline."""
    broken = alt.when(alt.datum.status == "not_computed").then(alt.value([3, 2])).otherwise(alt.value([1, 0]))
    million = "format(datum.value / 1e6, ',')"
    return (
        alt.Chart()
        .mark_bar(stroke=GREY, strokeWidth=0.7)
        .encode(
            x=year_axis(years),
            y=alt.Y("from_sek:Q", title="SEK million (mnkr)").axis(labelExpr=million).scale(domain=[0, top * 9 // 8]),
            y2="to_sek:Q",
            color=status_colour(),
            strokeDash=broken,
            tooltip=["year:O", "level:N", "shown_status:N", "amount_sek:Q"],
        )
    )


@app.function
def panels(layers: alt.LayerChart | alt.FacetChart, title: str, description: str) -> alt.FacetChart:
    """One panel per level, in their order."""
    return (
        layers.properties(width=225, height=190)
        .facet(facet=alt.Facet("level:N", title=None, sort=list(LEVELS.values())), columns=3)
        .properties(title=title, description=description)
    )


@app.function
def draw_nation(rows: pl.DataFrame, years: list[int]) -> alt.FacetChart:
    """All money of the programme, per level and status; money without a known rule with its size in millions."""
    sizes = (
        alt.Chart()
        .transform_filter(alt.datum.status == "not_computed")
        .transform_calculate(million="format(datum.amount_sek / 1e6, ',.0f')")
        .mark_text(dy=-5, fontSize=9, color="#222222")
        .encode(x=year_axis(years), y="to_sek:Q", text="million:N")
    )
    unknown = rows.filter(status="not_computed")["amount_sek"].sum()
    key = ["year", "recipient_type", "status"]
    together = rows.with_columns(recipient_type=pl.lit("all")).group_by(key).agg(pl.sum("amount_sek"))
    bars = stacked(pl.concat([rows, together]))
    return panels(
        alt.layer(money_bars(years, bars.select(pl.max("to_sek")).item()), sizes, data=bars),
        f"The nation {years[0]}–{years[-1]}: what is computed, and what has no known rule (figures: SEK million)",
        f"Bars per grant year in one panel per level, and one for all. SEK {unknown:,} of all years has no known rule "
        "and is shown pale with a broken outline and its size; the rest is decided or preliminary.",
    )


@app.function
def draw_county(rows: pl.DataFrame, missing: pl.DataFrame, years: list[int], name: str) -> alt.FacetChart:
    """What is computed for one county; years of `missing` are shaded from floor to ceiling: no amount is drawn."""
    shaded = missing.select("year", "recipient_type", status=pl.lit("not_computed"), nation_sek="amount_sek")
    marks = shaded.with_columns(
        level=pl.col("recipient_type").replace_strict(LEVELS),
        shown_status=pl.col("status").replace_strict(STATUS),
        sign=pl.lit("?"),
    )
    is_gap = alt.datum.status == "not_computed"
    shade = (
        alt.Chart()
        .transform_filter(is_gap)
        .mark_bar(stroke=GREY, strokeDash=[3, 2], strokeWidth=0.7)
        .encode(
            x=year_axis(years),
            y=alt.value(0),
            y2=alt.value("height"),
            color=status_colour(),
            tooltip=["year:O", "level:N", "nation_sek:Q"],
        )
    )
    signs = (
        alt.Chart()
        .transform_filter(is_gap)
        .mark_text(fontSize=12, fontWeight="bold", color="#222222")
        .encode(x=year_axis(years), y=alt.value(9), text="sign:N")
    )
    bars = stacked(rows)
    known = money_bars(years, bars.select(pl.max("to_sek")).item()).transform_filter(alt.datum.status != "not_computed")
    return panels(
        alt.layer(shade, known, signs, data=pl.concat([marks, bars], how="diagonal")),
        f"{name} {years[0]}–{years[-1]}: what is computed; ? = may lack money that has no known rule",
        f"Bars per grant year in one panel per level, for {name}: SEK {rows['amount_sek'].sum():,} is computed. "
        f"In {missing.height} pairs of level and year, shaded and marked with a question mark, the county's part of "
        "money without a known rule is missing.",
    )


@app.function
def verdicts(reconciliation: pl.DataFrame) -> pl.DataFrame:
    """`year, verdict, independence, figures, largest_sek`: how the published figures came out, all programmes.

    `largest_sek` is the largest distance of a figure from the computed one, null where nothing is computed.
    """
    return (
        reconciliation.group_by("year", "verdict", pl.col("independence").fill_null("none"))
        .agg(figures=pl.len().cast(pl.Int64), largest_sek=pl.col("difference_sek").abs().max())
        .sort("year", "independence", "verdict")
    )


@app.function
def not_exact(reconciliation: pl.DataFrame, published_figures: pl.DataFrame) -> pl.DataFrame:
    """The published figures that are not met with 0 kr, with what they were rounded to and why they differ."""
    key = ["programme", "year", "pot_id", "recipient_type", "recipient_code", "source_id", "recipient_name"]
    return (
        reconciliation.filter(pl.col("verdict") != "exact")
        .join(published_figures.select(*key, "rounded_to_sek"), on=key, how="left", validate="1:1")
        .select(
            "year",
            "recipient_name",
            "pot_id",
            "published_sek",
            "computed_sek",
            "difference_sek",
            "verdict",
            "cause",
            "rounded_to_sek",
        )
        .sort("year", "recipient_name", "pot_id")
    )


@app.function
def draw_verdicts(rows: pl.DataFrame, years: list[int]) -> alt.FacetChart:
    """Number of published figures per year and verdict; figures that the rule was solved from stand apart."""
    shown = rows.with_columns(
        shown_verdict=pl.col("verdict").replace_strict(VERDICTS),
        column=pl.col("independence").replace_strict(INDEPENDENCE),
        order=pl.col("verdict").replace_strict({name: at for at, name in enumerate(VERDICTS)}, return_dtype=pl.Int64),
    )
    counts = dict(rows.group_by("verdict").agg(pl.sum("figures")).sort("verdict").iter_rows())
    fills = (DARK, RUST, "#7fa650", LIGHT, PALE, "#000000")
    return (
        alt.Chart(shown)
        .mark_bar(stroke=GREY, strokeWidth=0.6)
        .encode(
            x=year_axis(years),
            y=alt.Y("figures:Q", title="Published figures (antal belopp)"),
            color=alt.Color("shown_verdict:N", title="Verdict (utfall)").scale(
                domain=list(VERDICTS.values()), range=list(fills)
            ),
            order="order:Q",
            tooltip=["year:O", "shown_verdict:N", "column:N", "figures:Q", "largest_sek:Q"],
        )
        .properties(width=225, height=190)
        .facet(column=alt.Column("column:N", title=None, sort=list(INDEPENDENCE.values())))
        .properties(
            title=f"Do {rows['figures'].sum()} published figures agree with the rules?",
            description="Stacked bars per grant year in three panels: "
            + ", ".join(f"{VERDICTS[verdict]} {count}" for verdict, count in counts.items())
            + ".",
        )
    )


@app.function
def all_ages_instead(
    allocations: pl.DataFrame, population: pl.DataFrame, reconciliation: pl.DataFrame, pots: pl.DataFrame
) -> pl.DataFrame:
    """Published amounts of the first question's pot beside the rule and beside the rule with everybody counted.

    The all-ages count on hand stands in for the rule's day, too. Integers throughout: half a krona is rounded up.
    """
    everybody = population.filter(year=YEAR, region_type="municipality", ages="all")
    heads = pl.col("population_right")
    pot = pots.filter(programme=PROGRAMME, year=YEAR, pot_id=POT)["amount_sek"].item()
    wrong = (
        allocations.filter(programme=PROGRAMME, year=YEAR, pot_id=POT)
        .join(everybody, left_on="recipient_code", right_on="region_code", validate="1:1")
        .with_columns(
            all_ages_sek=pl.col("base_sek")
            + (2 * (pot - pl.col("base_sek").sum()) * heads + heads.sum()) // (2 * heads.sum())
        )
    )
    key = ["programme", "year", "pot_id", "recipient_code"]
    printed = reconciliation.filter(pl.col("precision") == "exact")
    return (
        printed.join(wrong, on=key, validate="1:1")
        .with_columns(off_sek=pl.col("all_ages_sek") - pl.col("published_sek"))
        .select("recipient_name", "published_sek", "computed_sek", "difference_sek", "all_ages_sek", "off_sek")
        .sort("off_sek", "recipient_name")
    )


@app.function
def draw_all_ages(rows: pl.DataFrame) -> alt.LayerChart:
    """How far each published amount is from the rule (0–18) and from the rule with all ages."""
    order = rows["recipient_name"].to_list()
    counted = {"difference_sek": "children 0–18, as the rule says", "off_sek": "all ages (proxy)"}
    long = rows.unpivot(on=list(counted), index="recipient_name", variable_name="count", value_name="kr").with_columns(
        count=pl.col("count").replace_strict(counted)
    )
    y = alt.Y("recipient_name:N", title="Municipality (kommun)", sort=order)
    domain = list(counted.values())
    points = (
        alt.Chart(long)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("kr:Q", title="Computed minus published, SEK (kr)").axis(format=",d"),
            y=y,
            color=alt.Color("count:N", title="Counted").scale(domain=domain, range=[DARK, RUST]),
            shape=alt.Shape("count:N", title="Counted").scale(domain=domain, range=["square", "circle"]),
            tooltip=["recipient_name", "count", "kr"],
        )
    )
    met, off = rows.filter(off_sek=0).height, rows.select("off_sek")
    lines = alt.Chart(rows).mark_rule(color=GREY, strokeWidth=0.8)
    return (lines.encode(y=y, x="difference_sek:Q", x2="off_sek:Q") + points).properties(
        width=520,
        height=300,
        title=f"{YEAR}: with everybody counted {met} of {rows.height} published amounts come out",
        description=(
            f"Dots for {rows.height} municipalities: 0 kr from the published amount with children 0–18; with all ages "
            f"between {off.min().item():,} and {off.max().item():,} kr off."
        ),
    )


@app.function
def per_year(rows: pl.DataFrame, pots: pl.DataFrame) -> pl.DataFrame:
    """The nation's money per year and status, and what rounding leaves of the agreement's total."""
    agreed = pots.filter(programme=PROGRAMME).group_by("year").agg(agreement_sek=pl.sum("amount_sek"))
    sums = [pl.col("amount_sek").filter(status=status).sum().alias(f"{status}_sek") for status in STATUS]
    return (
        rows.group_by("year")
        .agg(*sums, shown=pl.sum("amount_sek"))
        .join(agreed, on="year", validate="1:1")
        .with_columns(left_by_rounding_sek=pl.col("agreement_sek") - pl.col("shown"))
        .drop("shown")
        .sort("year")
    )


@app.function
def shown_table(rows: pl.DataFrame, label: str) -> mo.ui.table:
    """A table to read: whole kronor with separators, years and names as they are."""
    money_columns = [name for name in rows.columns if name.endswith("_sek")]
    return mo.ui.table(
        rows.with_columns(pl.col("^year$").cast(pl.String)),
        selection=None,
        pagination=False,
        show_download=False,
        show_column_summaries=False,
        show_data_types=False,
        label=label,
        format_mapping=dict.fromkeys(money_columns, with_separators),
    )


@app.function
def with_separators(amount: int | None) -> str:
    """1,309,672, or nothing where there is no amount."""
    return "" if amount is None else f"{amount:,}"


@app.function
def how_sure(rows: pl.DataFrame, backtest: pl.DataFrame) -> str:
    """How many of the first question's amounts are decided, and how far the estimate of the others errs."""
    counts = dict(rows.group_by("status").len().iter_rows())
    decided, preliminary = counts.get("decided", 0), counts.get("preliminary", 0)
    told = f"*How sure:* {decided} municipalities are decided, {preliminary} preliminary."
    errors = backtest.filter(year=YEAR, ages="0-18").select(pl.col("error_share").abs())
    if errors.is_empty():
        return told
    mean, most = errors.mean().item(), errors.max().item()
    return (
        f"{told} The preliminary ones rest on estimated numbers of children; where the number is known, the estimate "
        f"errs by {mean:.1%} on average and {most:.1%} at most."
    )


@app.function
def stood_in(reconciliation: pl.DataFrame) -> str:
    """The published figures that only a stand-in count can be held against, and how far it is from them."""
    rows = reconciliation.filter(verdict="not_comparable", cause="preliminary_population")
    if rows.is_empty():
        return "No figure rests on a stand-in count."
    off = rows.select(pl.col("difference_sek").abs())
    return (
        f"{rows.height} figures cannot be compared, because the head counts of another day stand in for the rule's "
        f"(proxy): they are {off.min().item():,}–{off.max().item():,} kr away and never counted as agreeing."
    )


@app.function
def other_counts(vintage_inference: pl.DataFrame) -> str:
    """Which national totals and counts give the published amounts of the first question's pot."""
    tried = vintage_inference.filter(programme=PROGRAMME, year=YEAR, pot_id=POT)
    told = [
        f"Of the national totals searched exactly one, {total:,} children, gives all {figures} published amounts of "
        f"the {YEAR} municipal pot."
        for total, figures in tried.filter(verdict="unique").select("total", "figures").iter_rows()
    ]
    official = tried.filter(population_basis="official")
    best = official.select(pl.max("matches")).item()
    return " ".join([*told, f"Of the {official.height} official counts and roundings on hand the best gives {best}."])


@app.function
def in_swedish(number: float, decimals: int = 0) -> str:
    """A number as Swedish writes it: 1 309 672 or 245,40."""
    return f"{number:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


@app.cell
def _():
    out = Path(os.environ.get("KRONVIS_OUT") or Path(__file__).resolve().parents[2] / "data" / "out")
    try:
        folder = published_folder(out)
    except LookupError as nothing:
        if not mo.running_in_notebook():
            sys.exit(str(nothing))
        mo.stop(True, mo.callout(str(nothing), kind="danger"))  # noqa: FBT003 - marimo's own signature
    tables = {name: pl.read_parquet(folder / name / "*.parquet") for name in TABLES}
    years = sorted(tables["pots"]["year"].unique().to_list())
    base_rows = bases(tables["allocations"])
    nation_rows = money(tables["allocations"], tables["pots"])
    verdict_rows = verdicts(tables["reconciliation"])
    return base_rows, folder, nation_rows, tables, verdict_rows, years


@app.cell
def _(base_rows, folder, nation_rows, verdict_rows, years):
    per_child = dict(base_rows.select("recipient_name", "sek_per_child").iter_rows())
    words = {"decided": "beslutat", "preliminary": "preliminärt"}
    svenska = {name: words[status] for name, status in base_rows.select("recipient_name", "status").iter_rows()}
    without_rule = nation_rows.filter(status="not_computed")["amount_sek"].sum()
    counts = dict(verdict_rows.group_by("verdict").agg(pl.sum("figures")).iter_rows())
    mo.md(
        f"""
        # Three questions to Kronvis

        *På svenska i korthet.* Det lika grundbeloppet gör att Orsa {YEAR} får {in_swedish(per_child["Orsa"], 2)} kr per
        barn ({svenska["Orsa"]}) och Falun {in_swedish(per_child["Falun"], 2)} kr ({svenska["Falun"]}). Av alla pengar
        {years[0]}–{years[-1]} saknar {in_swedish(without_rule // 1_000_000)} mnkr känd fördelningsregel; de visas
        streckade och fördelas aldrig. Av {sum(counts.values())} publicerade belopp stämmer {counts["exact"]} på kronan,
        {counts.get("explained", 0)} skiljer sig av namngiven orsak och {counts.get("mismatch", 0)} är oförklarade;
        resten är preliminära, avrundade eller utan känd regel.

        Everything below is read from the published version `{folder.name}`. *Decided* (beslutat) rests on head counts
        that are official or solved from published amounts; *preliminary* (preliminärt) on estimated counts or those of
        another day. Money *without a known rule* (okänd regel) is shown whole and never split. Kronor are whole;
        ratios are for reading only.
        """
    )
    return (per_child,)


@app.cell
def _(base_rows, per_child, tables):
    bases_chart = draw_bases(base_rows)
    orsa, falun = (base_rows.row(by_predicate=pl.col("recipient_name") == n, named=True) for n in ("Orsa", "Falun"))
    orsa_each, falun_each = per_child["Orsa"], per_child["Falun"]
    most, least = base_rows.row(0, named=True), base_rows.row(-1, named=True)
    base, children = orsa["base_sek"], orsa["population_total"]
    mostly_base = base_rows.filter(2 * pl.col("base_sek") > pl.col("amount_sek")).height
    gaining = base_rows.filter(pl.col("population") * base_rows.height < children).height
    mo.vstack(
        [
            mo.md(
                f"""
                ## 1. Where do the equal base amounts matter most?

                In the municipal pot of {YEAR} every municipality (kommun) gets a base amount (grundbelopp) of
                {base:,} kr, and the rest follows the number of children aged 0–18. So **Orsa gets {orsa_each:.2f} kr
                per child against Falun {falun_each:.2f} kr**: {orsa["amount_sek"]:,} kr for {orsa["population"]:,}
                children ({orsa["status"]}), and {falun["amount_sek"]:,} kr for {falun["population"]:,}
                ({falun["status"]}). Vansbro gets {per_child["Vansbro"]:.2f}, Borlänge {per_child["Borlänge"]:.2f}.

                In {mostly_base} of {base_rows.height} municipalities the base amount is more than half of the money.
                Against a split by children alone it moves money to the {gaining} that have fewer children than the
                average, {children // base_rows.height:,}. The ends: {most["recipient_name"]}
                {most["sek_per_child"]:.1f} kr per child ({most["status"]}), {least["recipient_name"]}
                {least["sek_per_child"]:.1f} kr ({least["status"]}).

                {how_sure(base_rows, tables["population_backtest"])}
                """
            ),
            bases_chart,
        ]
    )
    return (bases_chart,)


@app.cell
def _(nation_rows, tables, years):
    nation_chart = draw_nation(nation_rows, years)
    year_table = per_year(nation_rows, tables["pots"])
    agreed, lacking = year_table.select(pl.sum("agreement_sek", "not_computed_sek")).row(0)
    nobody = nation_rows.filter(recipient_type="unknown")["amount_sek"].sum()
    whole_years = year_table.filter(not_computed_sek=0)["year"].to_list()
    others = tables["allocations"].filter(pl.col("programme") != PROGRAMME)
    mo.vstack(
        [
            mo.md(
                f"""
                ## 2. How has the money developed, and how much of it do we know?

                The agreements of {years[0]}–{years[-1]} hold SEK {agreed:,}. Of that SEK {lacking:,}
                ({lacking / agreed:.0%}) has no known rule, and for SEK {nobody:,} of it not even the kind of recipient
                is known. A bar that is missing is therefore not a grant that was missing. All money is computed only in
                {", ".join(map(str, whole_years))}. What rounding leaves is at most
                {year_table.select(pl.col("left_by_rounding_sek").abs().max()).item()} kr a year.

                Not in the bars: the programme for women's health (kvinnors hälsa), SEK
                {others["amount_sek"].sum():,} computed in {", ".join(map(str, sorted(others["year"].unique())))}.
                """
            ),
            nation_chart,
            shown_table(year_table, "The nation, SEK per year and status"),
        ]
    )
    return nation_chart, year_table


@app.cell
def _(tables):
    named = tables["county_overview"].select("county_name", "county_code").unique().sort("county_code")
    county = mo.ui.dropdown(dict(named.iter_rows()), value="Dalarnas län", label="County (län)")
    return (county,)


@app.cell
def _(county, tables, years):
    county_rows = money(tables["allocations"], tables["pots"], county.value)
    missing = gaps(tables["pots"])
    county_chart = draw_county(county_rows, missing, years, county.selected_key)
    complete = county_rows.filter(~pl.col("year").is_in(missing["year"].unique().to_list()))
    sums = complete.group_by("year", maintain_order=True).agg(
        pl.sum("amount_sek"), preliminary=pl.col("amount_sek").filter(status="preliminary").sum()
    )
    told = "; ".join(f"{year}: SEK {whole:,}, of which {part:,} preliminary" for year, whole, part in sums.iter_rows())
    mo.vstack(
        [
            mo.md(
                f"""
                ### One county

                How much of a pot without a known rule went to one county nobody knows, so no bar can be drawn for it:
                those years are shaded and marked "?". Years can only be compared where nothing is missing; for
                {county.selected_key}: {told}.
                """
            ),
            county,
            county_chart,
        ]
    )
    return county_chart, county_rows, missing


@app.cell
def _(tables, verdict_rows, years):
    verdict_chart = draw_verdicts(verdict_rows, years)
    reconciliation = tables["reconciliation"]
    exact, explained, mismatch, rounded, no_rule = (
        reconciliation.filter(verdict=verdict)
        for verdict in ("exact", "explained", "mismatch", "rounded_match", "no_rule")
    )
    causes = tables["findings"].filter(pl.col("kind").is_in(explained["cause"].to_list()))["message_en"].to_list()
    mo.vstack(
        [
            mo.md(
                f"""
                ## 3. Do the published figures agree with the rules?

                **{exact.height} of {reconciliation.height} published figures come out to the krona,
                {explained.height} differs for a named reason, {mismatch.height} are unexplained.** The explained
                difference is {explained["difference_sek"].abs().sum()} kr: {" ".join(causes)}

                A figure may not prove itself: {exact.filter(independence="self_derived").height} of the exact ones
                come from sources that a head count or rule was solved from. They show that one rule and one whole
                number of persons each fit, not that Kronvis knew the numbers before;
                {exact.filter(independence="independent").height} are independent.

                {stood_in(reconciliation)} {rounded.height} are printed rounded and agree as far as they are written
                out; {no_rule.height} belong to money without a known rule.
                """
            ),
            verdict_chart,
            shown_table(not_exact(reconciliation, tables["published_figures"]), "All figures that are not exact"),
        ]
    )
    return (verdict_chart,)


@app.cell
def _(tables):
    age_rows = all_ages_instead(tables["allocations"], tables["population"], tables["reconciliation"], tables["pots"])
    ages_chart = draw_all_ages(age_rows)
    off, met = age_rows.select("off_sek"), age_rows.filter(off_sek=0).height
    mo.vstack(
        [
            mo.md(
                f"""
                ### Could another count give the same amounts?

                {other_counts(tables["vintage_inference"])}

                And had somebody counted *everybody* instead of those aged 0–18, {met} of the {age_rows.height}
                published amounts would have come out: they would be {off.min().item():+,} to
                {off.max().item():+,} kr off, in favour of municipalities with few children among their
                inhabitants. (The all-ages count on hand is a stand-in (proxy) of another day, too.)
                """
            ),
            ages_chart,
            shown_table(age_rows, "Published, by the rule, and with all ages"),
        ]
    )
    return age_rows, ages_chart


if __name__ == "__main__":
    app.run()
