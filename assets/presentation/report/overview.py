"""The start page, a page per year, and a page per year with all municipalities: and what the start says."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from assets.presentation.report.agreements import agreements, headline
from assets.presentation.report.labels import UI
from assets.presentation.report.maps import read_outlines
from assets.presentation.report.overview_words import words
from assets.presentation.report.page import Page, View
from assets.presentation.report.years import has_ranking, ranking_path, ranking_view, split, year_path, year_view
from assets.storage.publishing import Contents
from schemas.text import Language


def pages(contents: Contents, outlines: Path) -> Iterator[Page]:
    """The pages, each the same in both languages."""
    shapes = read_outlines(outlines)
    rows = agreements(contents.tables)
    yield Page("index.html", "index.html", partial(_start, contents, rows))
    for year in sorted({row["year"] for row in rows}):
        of_year = [row for row in rows if row["year"] == year]
        yield Page(year_path(year), "year.html", partial(year_view, contents, shapes, of_year))
        if has_ranking(contents.tables, year):
            yield Page(ranking_path(year), "ranking.html", partial(ranking_view, contents.tables, of_year))


def _start(contents: Contents, rows: list[dict[str, Any]], lang: Language) -> View:
    """The start page: the latest agreement that is computed as a whole, and a list of all."""
    chosen = headline(rows)
    year = chosen["year"]
    t = words(lang, year=year)
    return {
        "title": t["start_title"],
        "description": t["about"],
        "crumbs": [[UI["start"].of(lang), None]],
        "t": t,
        "headline": chosen,
        "split": split(contents.tables, chosen, lang),
        "year_page": year_path(year),
        "ranking_page": ranking_path(year) if has_ranking(contents.tables, year) else None,
        "agreements": [{**row, "page": year_path(row["year"])} for row in rows],
    }
