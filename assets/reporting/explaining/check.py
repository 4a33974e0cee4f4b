"""Whether every published amount can be explained: rows that do not lead back to rule, document, cells and parts.

The same steps as an explanation takes, for all rows of all years at once. Nothing is expected to be found.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from assets.population.bases import ALL_AGES, CHILDREN, territory_of
from assets.reporting.explaining.arithmetic import worked
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, RECIPIENT_TYPES, REGION, UNKNOWN

Tables = Mapping[str, pl.DataFrame]

_POT: Final = ("programme", "year", "pot_id")
_RECIPIENT: Final = ("programme", "year", "recipient_type", "recipient_code")
_COUNTY_ROW: Final = ("programme", "year", "county_code")
_BASE: Final = ("year", "table_id", "reference_date", "ages", "region_type", "region_code")
_LEVELS: Final = (MUNICIPALITY, REGION, COUNTY)
# Head counts shown beside sums, and their ages.
_SHOWN: Final = {"population": ALL_AGES, "children": CHILDREN}
_FOUND: Final = {"table": pl.String, "programme": pl.String, "year": pl.Int32, "row": pl.String, "reason": pl.String}


def unexplained(tables: Tables) -> pl.DataFrame:
    """`table, programme, year, row, reason` for every row that does not resolve; empty if all do.

    `tables` holds whole years of allocations, rules, sources, population, recipients, pots, recipient_totals,
    county_overview and change_causes.
    """
    found = [*_rules(tables), *_allocations(tables), *_pots(tables), *_totals(tables), *_counties(tables)]
    return pl.concat([pl.DataFrame(schema=_FOUND), *found, *_changes(tables)])


def _where(rows: pl.DataFrame, table: str, key: Iterable[str], problems: Mapping[str, pl.Expr]) -> list[pl.DataFrame]:
    """The rows that have a problem; an answer that is null counts as one."""
    return [
        rows.filter(broken.fill_null(value=True)).select(
            pl.lit(table).alias("table"),
            "programme",
            "year",
            pl.concat_str([name for name in key if name not in ("programme", "year")], separator=" ").alias("row"),
            pl.lit(reason).alias("reason"),
        )
        for reason, broken in problems.items()
    ]


# --- rules: the text is the version it claims to be, and its documents are on file ---------------------------------


def _rules(tables: Tables) -> list[pl.DataFrame]:
    rules = tables["rules"]
    texts = [_canonical(row) for row in rules.iter_rows(named=True)]
    hashed = rules.with_columns(
        pl.Series("_text", texts, pl.String),
        pl.Series("_sha256", [hashlib.sha256(text.encode()).hexdigest() for text in texts], pl.String),
    )
    problems = {
        "the hash is not that of the rule": pl.col("_sha256") != pl.col("rule_sha256"),
        "the rule's text says something else than its columns": (pl.col("rule") != UNKNOWN)
        & (pl.col("_text") != pl.col("rule")),
    }
    return [
        *_where(hashed, "rules", _POT, problems),
        *_without_document(rules, "rules", _POT, "sources", tables["sources"]),
        *_without_document(rules, "rules", _POT, "rule_inferred_from", tables["sources"]),
    ]


def _without_document(
    rows: pl.DataFrame, table: str, key: tuple[str, ...], column: str, sources: pl.DataFrame
) -> list[pl.DataFrame]:
    """The rows that name a document, in a column of ids separated by spaces, that is not in `sources`."""
    named = rows.select(*key, source_id=pl.col(column).str.split(" ")).explode("source_id").drop_nulls("source_id")
    documents = sources.select("programme", "year", "source_id", "title")
    found = named.join(documents, on=["programme", "year", "source_id"], how="left", validate="m:1")
    return _where(found, table, key, {f"a document of {column} is not in sources": pl.col("title").is_null()})


def _canonical(row: Mapping[str, Any]) -> str:
    """The rule's text, with what stands in columns of its own taken from there."""
    rule = UNKNOWN if row["rule"] == UNKNOWN else json.loads(row["rule"])["rule"]
    decisive = {
        "amount_sek": row["amount_sek"],
        "recipients": row["recipient_type"],
        "rule": rule,
        "rounding": row["rounding"],
        "population": [row["table_id"], str(row["reference_date"])] if row["table_id"] else None,
    }
    return json.dumps(decisive, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# --- allocations: rule, base amount, cell, denominator, rounding -----------------------------------------------------


def _allocations(tables: Tables) -> list[pl.DataFrame]:
    key = (*_POT, "recipient_type", "recipient_code")
    rows = _with_cells(_with_rule(worked(tables["allocations"], tables["rules"]), tables), tables["population"])
    shared = pl.col("rounding").is_not_null()
    problems = {
        "no rule, or another version of it": pl.col("rule_sha256") != pl.col("rule_version"),
        "split although the rule is unknown": pl.col("rule") == UNKNOWN,
        "rounding or base is not the rule's": ~pl.all_horizontal(
            pl.col(name).eq_missing(pl.col(f"rule_{name}")) for name in ("rounding", "ages", "reference_date")
        ),
        "the base amount is not the rule's": pl.col("base_sek") != pl.col("rule_base_sek"),
        "no cell of the population": shared & pl.col("cell_sha256").is_null(),
        "the head count is not the cell's": shared & (pl.col("population") != pl.col("cell_population")),
        "basis or source is not the cell's": ~pl.all_horizontal(
            pl.col(f"population_{name}").eq_missing(pl.col(f"cell_{name}"))
            for name in ("basis", "source", "derived_from")
        ),
        "the denominator is not the sum of the cells": shared
        & (pl.col("population_total") != pl.col("cell_population").sum().over(_POT)),
        "the parts do not make the amount": pl.col("base_sek") + pl.col("variable_sek") != pl.col("amount_sek"),
        "rule and population make another amount": pl.col("explained_sek") != pl.col("amount_sek"),
    }
    hashes = rows.filter(shared).join(_population_hashes(rows), on=_POT, how="left", validate="m:1")
    checksum = {"the checksum is not that of the cells": pl.col("population_sha256") != pl.col("cells_sha256")}
    return [
        *_where(rows, "allocations", key, problems),
        *_where(hashes, "allocations", key, checksum),
        *_without_document(rows, "allocations", key, "population_derived_from", tables["sources"]),
    ]


def _with_rule(rows: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Add what the rule says of the row: its version, base, rounding, and `rule_base_sek`."""
    rules = tables["rules"].select(
        *_POT,
        "rule",
        "table_id",
        rule_version="rule_sha256",
        rule_rounding="rounding",
        rule_ages="ages",
        rule_reference_date="reference_date",
    )
    classes = tables["recipients"].select("year", "recipient_type", "recipient_code", "recipient_class")
    of_class, listed = _base_amounts(tables["rules"])
    default = of_class.filter(recipient_class="default").select(*_POT, default_sek="class_sek")
    return (
        rows.join(rules, on=_POT, how="left", validate="m:1")
        .join(classes, on=["year", "recipient_type", "recipient_code"], how="left", validate="m:1")
        .join(of_class, on=[*_POT, "recipient_class"], how="left", validate="m:1")
        .join(default, on=_POT, how="left", validate="m:1")
        .join(listed, on=[*_POT, "recipient_code"], how="left", validate="m:1")
        .with_columns(rule_base_sek=pl.coalesce("listed_sek", "class_sek", "default_sek"))
    )


def _base_amounts(rules: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The fixed amounts in the rules: by class of recipient (0 where a rule has none), and listed by recipient."""
    of_class, listed = [], []
    for row in rules.filter(pl.col("rule") != UNKNOWN).iter_rows(named=True):
        rule, pot = json.loads(row["rule"])["rule"], [row[name] for name in _POT]
        if "amounts" in rule:
            listed += [(*pot, code, amount) for code, amount in rule["amounts"].items()]
        else:
            of_class += [(*pot, name, amount) for name, amount in rule.get("base_sek", {"default": 0}).items()]
    pot_schema = dict(rules.select(_POT).schema)
    return (
        pl.DataFrame(of_class, {**pot_schema, "recipient_class": pl.String, "class_sek": pl.Int64}, orient="row"),
        pl.DataFrame(listed, {**pot_schema, "recipient_code": pl.String, "listed_sek": pl.Int64}, orient="row"),
    )


def _with_cells(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Add the cell of `population` that the rule's base and the recipient lead to, as `cell_…`."""
    cells = population.select(
        *_BASE,
        cell_population="population",
        cell_basis="basis",
        cell_source="source",
        cell_sha256="sha256",
        cell_derived_from="derived_from",
    )
    asked = rows.with_columns(region_type=_territory(), region_code="recipient_code")
    return asked.join(cells, on=_BASE, how="left", validate="m:1")


def _population_hashes(rows: pl.DataFrame) -> pl.DataFrame:
    """`cells_sha256` per pot, over `code:persons` of its cells in the order of their codes."""
    line = pl.concat_str("recipient_code", pl.lit(":"), "cell_population")
    lines = rows.sort("recipient_code").group_by(_POT, maintain_order=True).agg(line.str.join("\n").alias("lines"))
    hashes = [hashlib.sha256((text or "").encode()).hexdigest() for text in lines.get_column("lines")]
    return lines.select(*_POT, pl.Series("cells_sha256", hashes, pl.String))


# --- sums ----------------------------------------------------------------------------------------------------------


def _pots(tables: Tables) -> list[pl.DataFrame]:
    sums = tables["allocations"].group_by(_POT).agg(rows_sek=pl.col("amount_sek").sum(), rows=pl.len())
    rules = tables["rules"].select(*_POT, "rule", rule_sek="amount_sek", rule_version="rule_sha256")
    rows = tables["pots"].join(sums, on=_POT, how="left").join(rules, on=_POT, how="left", validate="1:1")
    split = pl.col("rows_sek").is_not_null()
    return _where(
        rows,
        "pots",
        _POT,
        {
            "no rule, or another version of it": pl.col("rule_sha256") != pl.col("rule_version"),
            "the size is not the rule's": pl.col("amount_sek") != pl.col("rule_sek"),
            "the rule is known but nobody has an amount, or the other way round": split == (pl.col("rule") == UNKNOWN),
            "the recipients' amounts are not what was allocated": ~pl.col("allocated_sek").eq_missing(
                pl.col("rows_sek")
            ),
            "allocated and residual do not make the pot": split
            & (pl.col("allocated_sek") + pl.col("residual_sek") != pl.col("amount_sek")),
            "the number of recipients is another": pl.col("recipients_count") != pl.col("rows").fill_null(0),
        },
    )


def _totals(tables: Tables) -> list[pl.DataFrame]:
    sums = tables["allocations"].group_by(_RECIPIENT).agg(rows_sek=pl.col("amount_sek").sum())
    before = tables["recipient_totals"].select(
        "programme",
        (pl.col("year") + 1).cast(pl.Int32),
        "recipient_type",
        "recipient_code",
        before_sek="amount_sek",
    )
    rows = (
        tables["recipient_totals"]
        .join(sums, on=_RECIPIENT, how="left", validate="1:1")
        .join(before, on=_RECIPIENT, how="left", validate="1:1")
    )
    changed = pl.col("change_sek").is_not_null()
    problems = {
        "the pots do not make the sum": pl.col("amount_sek") != pl.col("rows_sek"),
        "the change is not from last year's sum": changed
        & (pl.col("amount_sek") - pl.col("change_sek") != pl.col("before_sek")),
        "no cell of the population shown": _no_cell("population"),
        "no cell of the children shown": _no_cell("children"),
    }
    return _where(_with_cells_shown(rows, tables["population"]), "recipient_totals", _RECIPIENT, problems)


def _counties(tables: Tables) -> list[pl.DataFrame]:
    levels = (
        tables["recipient_totals"]
        .filter(pl.col("recipient_type") != NATIONAL)
        .group_by(_COUNTY_ROW)
        .agg(_level(kind).alias(f"of_{kind}") for kind in _LEVELS)
    )
    overview = tables["county_overview"].with_columns(recipient_type=pl.lit(COUNTY), recipient_code="county_code")
    rows = overview.join(levels, on=_COUNTY_ROW, how="left", validate="1:1")
    problems = {
        **{
            f"its sum of level {kind} is another": ~pl.col(f"{kind}_sek").eq_missing(pl.col(f"of_{kind}"))
            for kind in _LEVELS
        },
        "the levels do not make the total": pl.sum_horizontal(f"of_{kind}" for kind in _LEVELS) != pl.col("total_sek"),
        "no cell of the population shown": _no_cell("population"),
    }
    return _where(_with_cells_shown(rows, tables["population"]), "county_overview", _COUNTY_ROW, problems)


def _level(kind: str) -> pl.Expr:
    """The sum of a level; null where nobody of it has anything."""
    amounts = pl.col("amount_sek").filter(pl.col("recipient_type") == kind)
    return pl.when(amounts.len() > 0).then(amounts.sum())


def _with_cells_shown(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Add `<name>_cell`, true where the head count shown beside a sum stands in `population` with the same basis."""
    rows = rows.with_columns(region_type=_territory())
    for name, ages in _SHOWN.items():
        if name in rows.columns:
            shown = {name: "population", f"{name}_basis": "basis"}
            cells = population.filter(ages=ages).select("year", "region_type", recipient_code="region_code", **shown)
            is_cell = cells.unique().with_columns(pl.lit(value=True).alias(f"{name}_cell"))
            rows = rows.join(is_cell, on=is_cell.columns[:-1], how="left", validate="m:1")
    return rows


def _no_cell(name: str) -> pl.Expr:
    return pl.col(name).is_not_null() & pl.col(f"{name}_cell").is_null()


def _territory() -> pl.Expr:
    territories = {kind: territory_of(kind) for kind in RECIPIENT_TYPES}
    return pl.col("recipient_type").replace_strict(territories, return_dtype=pl.String)


def _changes(tables: Tables) -> list[pl.DataFrame]:
    amounts = tables["allocations"].select(*_RECIPIENT, "pot_id", row_sek="amount_sek")
    before = amounts.rename({"year": "year_previous", "row_sek": "before_sek"})
    rows = tables["change_causes"].join(amounts, on=[*_RECIPIENT, "pot_id"], how="left", validate="1:1")
    rows = rows.join(
        before,
        on=["programme", "year_previous", "recipient_type", "recipient_code", "pot_id"],
        how="left",
        validate="1:1",
    )
    return _where(
        rows,
        "change_causes",
        (*_RECIPIENT, "pot_id"),
        {
            "the amount is not the recipient's": pl.col("amount_sek") != pl.col("row_sek").fill_null(0),
            "the amount before is not the recipient's": pl.col("amount_previous_sek")
            != pl.col("before_sek").fill_null(0),
        },
    )
