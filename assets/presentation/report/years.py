"""What the pages of a year say: the split, maps and rankings of each of its agreements."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from assets.presentation.report.amounts import path_of
from assets.presentation.report.flow import flow
from assets.presentation.report.labels import UI
from assets.presentation.report.maps import Classes, Outlines, classify, drawing
from assets.presentation.report.overview_words import RECEIVERS, words
from assets.presentation.report.page import View
from assets.presentation.report.reconciliation import year_page
from assets.storage.publishing import Contents
from schemas.plain_text import harmless
from schemas.text import Language
from schemas.vocabulary import COUNTY, MUNICIPALITY, NOT_COMPUTED, PRELIMINARY, REGION, UNKNOWN

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]

# The tables of a year that readers ask for; all others lie beside them.
_FILES: Final = ("recipient_totals", "allocations", "county_overview", "pots", "reconciliation", "change_causes")
# A measure is one of these classes in the style sheet, whatever it is called.
_LETTERS: Final = "pqrs"


class _Measure(NamedTuple):
    """Something a map can show: its word, code → value, and whether the values are per cent."""

    word: str
    values: dict[str, float | None]
    is_percent: bool = False


def year_path(year: int) -> str:
    """The page of a year."""
    return f"year/{year}.html"


def ranking_path(year: int) -> str:
    """The page with all municipalities of a year."""
    return f"year/{year}-municipalities.html"


def has_ranking(tables: Tables, year: int) -> bool:
    """Whether any municipality has a computed amount in the year."""
    totals = tables["recipient_totals"]
    return not totals.filter(pl.col("year") == year, pl.col("recipient_type") == MUNICIPALITY).is_empty()


def split(tables: Tables, agreement: Row, lang: Language) -> dict[str, Any]:
    """The pots of an agreement as a picture and as a table."""
    pots = _of(tables["pots"], agreement)
    picture = flow(pots, lang)
    return {
        "id": f"{agreement['programme']}-{agreement['year']}",
        "picture": {
            **picture,
            "kinds": [{**kind, "name": RECEIVERS[kind["kind"]].of(lang)} for kind in picture["kinds"]],
        },
        "pots": [
            {
                "name": harmless(pot[f"name_{lang}"]),
                "receivers": RECEIVERS[pot["recipient_type"]].of(lang),
                **{key: pot[key] for key in ("amount_sek", "recipients_count", "residual_sek", "status", "evidence")},
            }
            for pot in pots
        ],
        "has_unknown": any(pot["status"] == NOT_COMPUTED for pot in pots),
        "agreed_sek": agreement["agreed_sek"],
    }


def year_view(contents: Contents, outlines: Outlines, agreements: list[Row], lang: Language) -> View:
    """The page of a year; `agreements` are its rows of `agreements.agreements`."""
    year = agreements[0]["year"]
    t = words(lang, year=year)
    tables = contents.tables
    return {
        **_frame(t["year_title"], t["year_description"], [[str(year), None]], t, lang),
        "year": year,
        "sections": [_section(tables, outlines, row, lang) for row in agreements],
        "ranking_page": ranking_path(year) if has_ranking(tables, year) else None,
        "reconciliation_page": year_page(year) if any(row["verdicts"] for row in agreements) else "reconciliation.html",
        "workbook": f"workbooks/kronvis-{year}-{lang}.xlsx",
        "files": [
            {"table": table, "csv": f"csv/{table}/{table}_{year}.csv", "parquet": f"{table}/{table}_{year}.parquet"}
            for table in _FILES
            if f"{table}/{table}_{year}.parquet" in contents.sha256
        ],
    }


def ranking_view(tables: Tables, agreements: list[Row], lang: Language) -> View:
    """All municipalities of a year, on a page of their own because they are many."""
    year = agreements[0]["year"]
    t = words(lang, year=year)
    counties = _county_names(tables)
    rankings = [(row, _ranking(_totals(tables, row, MUNICIPALITY), counties)) for row in agreements]
    return {
        **_frame(
            t["ranking_municipality"], t["ranking_told"], [[str(year), year_path(year)], [t["ranking"], None]], t, lang
        ),
        "rankings": [{"programme": row["programme"], **ranking} for row, ranking in rankings if ranking["rows"]],
    }


def _frame(title: str, description: str, crumbs: list[list[str | None]], t: dict[str, str], lang: Language) -> View:
    start: list[str | None] = [UI["start"].of(lang), "index.html"]
    return {"title": title, "description": description, "crumbs": [start, *crumbs], "t": t}


def _section(tables: Tables, outlines: Outlines, agreement: Row, lang: Language) -> dict[str, Any]:
    """Everything about one agreement of the year."""
    totals = {kind: _totals(tables, agreement, kind) for kind in (MUNICIPALITY, REGION, COUNTY)}
    overview = _of(tables["county_overview"], agreement)
    return {
        **agreement,
        "split": split(tables, agreement, lang),
        "coverage": _of(tables["coverage"], agreement),
        "maps": [
            _map(outlines, MUNICIPALITY, totals[MUNICIPALITY], _municipal_measures(totals[MUNICIPALITY]))
            or {"level": MUNICIPALITY, "areas": [], **_why_not(tables, agreement, MUNICIPALITY)},
            _map(outlines, COUNTY, overview, _county_measures(overview, totals[COUNTY]))
            or {"level": COUNTY, "areas": [], **_why_not(tables, agreement, COUNTY)},
        ],
        "regions": _ranking(totals[REGION], {}),
        "counties": _county_ranking(overview),
    }


def _map(outlines: Outlines, level: str, rows: list[Row], measures: list[_Measure]) -> dict[str, Any] | None:
    """A map with its measures, or None where no area has a value."""
    if not rows:
        return None
    key, name = ("county_code", "county_name") if level == COUNTY else ("recipient_code", "recipient_name")
    told = [measure for measure in measures if any(value is not None for value in measure.values.values())]
    classed = {measure.word: classify(measure.values) for measure in told}
    letters = dict(zip((word for word, found in classed.items() if found), _LETTERS, strict=False))
    areas = [
        {
            "code": row[key],
            "name": row[name],
            "page": path_of(level, row[key]),
            "status": row["status"],
            "values": [measure.values.get(row[key]) for measure in told],
            "classes": " ".join(
                f"{letters[word]}{found.number[row[key]]}"
                for word, found in classed.items()
                if found and row[key] in found.number
            ),
        }
        for row in rows
    ]
    return {
        **drawing(outlines, level, areas),
        "measures": [_legend(measure, classed[measure.word], letters.get(measure.word), len(rows)) for measure in told],
        "preliminary": sum(row["status"] == PRELIMINARY for row in rows),
        "is_complete": all(row["is_complete"] for row in rows),
    }


def _legend(measure: _Measure, found: Classes | None, letter: str | None, areas: int) -> dict[str, Any]:
    """What stands beside a map for one measure; without classes only how little it differs."""
    values = [value for value in measure.values.values() if value is not None]
    return {
        "word": measure.word,
        "is_percent": measure.is_percent,
        "letter": letter,
        "classes": [list(each) for each in found.classes] if found else [],
        "low": min(values),
        "high": max(values),
        "without": areas - len(values),
    }


def _municipal_measures(rows: list[Row]) -> list[_Measure]:
    return [
        _Measure("per_inhabitant", {row["recipient_code"]: row["sek_per_inhabitant"] for row in rows}),
        _Measure("per_child", {row["recipient_code"]: row["sek_per_child"] for row in rows}),
        _Measure("change", _changes(rows), is_percent=True),
    ]


def _county_measures(overview: list[Row], joint: list[Row]) -> list[_Measure]:
    return [
        _Measure("all_per_inhabitant", {row["county_code"]: row["sek_per_inhabitant"] for row in overview}),
        _Measure("joint_per_inhabitant", {row["recipient_code"]: row["sek_per_inhabitant"] for row in joint}),
        _Measure("joint_per_child", {row["recipient_code"]: row["sek_per_child"] for row in joint}),
        _Measure("joint_change", _changes(joint), is_percent=True),
    ]


def _changes(rows: list[Row]) -> dict[str, float | None]:
    """The change in per cent, where it is told and there was something before."""
    return {
        row["recipient_code"]: 100 * row["change_sek"] / row["amount_previous_sek"]
        if row["change_sek"] is not None and row["amount_previous_sek"]
        else None
        for row in rows
    }


def _why_not(tables: Tables, agreement: Row, level: str) -> dict[str, Any]:
    """Why a level has no amounts: the word that says it, and the money that it is about."""
    pots = _of(tables["pots"], agreement)
    not_split = sum(pot["amount_sek"] for pot in pots if pot["recipient_type"] == level)
    nameless = sum(pot["amount_sek"] for pot in pots if pot["recipient_type"] == UNKNOWN)
    word = "no_split" if not_split else "no_recipient" if nameless else "no_money"
    return {"why_not": word, "amount_sek": not_split or nameless}


def _ranking(rows: list[Row], counties: Mapping[str, str]) -> dict[str, Any]:
    """Recipients by SEK per inhabitant; columns that hold nothing are left out."""
    differs = classify({row["recipient_code"]: row["sek_per_inhabitant"] for row in rows}) is not None
    # Where everybody gets the same per inhabitant, the rest of a division would decide the order.
    ranks = {row["recipient_code"]: row["rank_per_inhabitant"] if differs else None for row in rows}
    ordered = sorted(rows, key=lambda row: (ranks[row["recipient_code"]] or len(rows) + 1, row["recipient_code"]))
    return {
        "has_rank": differs,
        "has_county": bool(counties),
        "has_child": any(row["sek_per_child"] is not None for row in rows),
        "has_change": any(row["change_sek"] is not None for row in rows),
        "rows": [
            {
                "page": path_of(row["recipient_type"], row["recipient_code"]),
                "name": row["recipient_name"],
                "county": counties.get(row["county_code"]),
                "rank": ranks[row["recipient_code"]],
                **{key: row[key] for key in ("amount_sek", "sek_per_inhabitant", "sek_per_child", "change_sek")},
                **{key: row[key] for key in ("base_share", "status")},
            }
            for row in ordered
        ],
    }


def _county_ranking(overview: list[Row]) -> dict[str, Any]:
    """Counties by SEK per inhabitant, with all that goes to each."""
    differs = classify({row["county_code"]: row["sek_per_inhabitant"] for row in overview}) is not None
    ordered = sorted(overview, key=lambda row: -(row["sek_per_inhabitant"] or 0)) if differs else overview
    return {
        "has_rank": differs,
        "rows": [
            {**row, "page": path_of(COUNTY, row["county_code"]), "rank": rank} for rank, row in enumerate(ordered, 1)
        ],
    }


def _totals(tables: Tables, agreement: Row, kind: str) -> list[Row]:
    return [row for row in _of(tables["recipient_totals"], agreement) if row["recipient_type"] == kind]


def _of(table: pl.DataFrame, agreement: Row) -> list[Row]:
    return table.filter(pl.col("programme") == agreement["programme"], pl.col("year") == agreement["year"]).to_dicts()


def _county_names(tables: Tables) -> dict[str, str]:
    """County code → its latest name."""
    counties = tables["recipients"].filter(pl.col("recipient_type") == COUNTY).sort("year")
    return dict(counties.select("recipient_code", "recipient_name").rows())
