"""The report as a product of a version: its pages in both languages, and the files they share."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from assets.presentation.recipe import recipe
from assets.presentation.report import checks, counties, overview, recipients
from assets.presentation.report.outside import made_harmless
from assets.presentation.report.page import Page, View
from assets.presentation.report.rendering import STATIC, landing, render
from assets.presentation.report.search import script
from assets.storage.products import Part, Product, fingerprint
from assets.storage.publishing import Contents
from schemas.text import Language

_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def report(contents: Contents, data: Path) -> Product:
    """All pages below `report/`; a page is rendered anew only where it says something else than last time."""
    outlines = data / "geography" / "outlines.json"
    return Product(
        name="report",
        recipe=recipe("report", outlines),
        rests_on=fingerprint(contents.sha256),
        parts=lambda: _parts(contents, outlines),
    )


def _parts(contents: Contents, outlines: Path) -> Iterator[Part]:
    contents = replace(contents, tables=made_harmless(contents.tables))
    yield _shared(contents)
    for page in (
        *overview.pages(contents, outlines),
        *recipients.pages(contents),
        *counties.pages(contents),
        *checks.pages(contents),
    ):
        yield _page(page)


def _shared(contents: Contents) -> Part:
    """What all pages use, and the page that leads to them."""
    files = {f"report/static/{file.name}": file.read_bytes() for file in sorted(STATIC.iterdir())}
    search = script(contents.tables["recipients"])
    files |= {"report/static/search.js": search, "report/index.html": landing()}
    return Part("static", fingerprint([sorted(files), search.decode()]), lambda: files)


def _page(page: Page) -> Part:
    views: dict[Language, View] = {lang: page.view(lang) for lang in _LANGUAGES}

    def files() -> dict[str, bytes]:
        return {f"report/{lang}/{page.path}": render(page, view, lang) for lang, view in views.items()}

    return Part(page.path, fingerprint(views), files)
