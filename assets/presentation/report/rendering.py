"""From what a page says to the bytes of the page: Jinja2 with everything escaped, and how values are written."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.presentation.programmes import programme_name
from assets.presentation.report.labels import UI, label
from assets.presentation.report.page import Page, View
from schemas.product import ATTRIBUTION, LICENCE, TITLE, VERSION
from schemas.text import Language
from schemas.written import day, decimals, money, number, percent

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
_OTHER: Final[dict[Language, Language]] = {"sv": "en", "en": "sv"}
_MISSING: Final = "–"


def render(page: Page, view: View, lang: Language) -> bytes:
    """The page in one language as UTF-8. A view that lacks what the template asks for is a bug and raises."""
    up = "../" * page.path.count("/")
    places: dict[str, Callable[[str], str]] = {
        # Links are relative, so that the report works from a disk, a stick or any server.
        "url": lambda path: up + path,
        "static": lambda name: f"{up}../static/{name}",
        "in_version": lambda path: f"{up}../../{path}",
    }
    template = _environment(lang).get_template(page.template)
    text = template.render(view, path=page.path, other_language=f"{up}../{_OTHER[lang]}/{page.path}", **places)
    return text.encode()


def landing() -> bytes:
    """The page above both languages; it leads to the Swedish start page at once, and shows the way to the English."""
    titles = {lang: TITLE.of(lang) for lang in _OTHER}
    return _environment("sv").get_template("landing.html").render(titles=titles).encode()


@cache
def _environment(lang: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        lang=lang,
        other_lang=_OTHER[lang],
        site=TITLE.of(lang),
        version=VERSION,
        licence=LICENCE,
        attribution=ATTRIBUTION,
        ui={name: text.of(lang) for name, text in UI.items()},
    )
    environment.filters.update(_filters(lang))
    return environment


def _filters(lang: Language) -> dict[str, Callable[..., Any]]:
    """How values are written; all of them show a dash for what is missing."""

    def shown(write: Callable[[Any], str]) -> Callable[[Any], str]:
        return lambda value: _MISSING if value is None else write(value)

    return {
        # Whole kronor with their unit, without it, and with a sign for changes.
        "kr": shown(lambda amount: money(amount, lang)),
        "change": shown(lambda amount: money(amount, lang, signed=True)),
        "num": shown(lambda value: number(value, lang)),
        # A change in a column whose heading names the unit.
        "signed": shown(lambda amount: number(amount, lang, signed=True)),
        # Kronor per head and other display values, two decimals; shares in per cent, one decimal.
        "ratio": shown(lambda value: decimals(value, 2, lang)),
        "percent": shown(lambda value: percent(value, 1, lang)),
        "day": shown(lambda date: day(dt.date.fromisoformat(date), lang)),
        "label": lambda value: label(value, lang),
        "programme_name": lambda programme: programme_name(programme, lang),
    }
