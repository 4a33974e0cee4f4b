"""A page per recipient: municipality, region, national. A county's page is in `counties.py`."""

from collections.abc import Iterator
from typing import Any, Final

from assets.presentation.report.amounts import Amounts, Row, laid_out_amounts, path_of
from assets.presentation.report.one_amount import latest_totals, one_amount
from assets.presentation.report.over_time import bars, deadlines, described, files, forecasts, years_of_recipient
from assets.presentation.report.page import Page, View
from assets.presentation.report.words import WORDS
from assets.reporting.explaining.wording import KINDS, say
from assets.storage.publishing import Contents
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL

_START: Final = Text("Start", "Start")


def pages(contents: Contents) -> Iterator[Page]:
    """The pages, each the same in both languages: one for everybody who has been a recipient in any year."""
    amounts = laid_out_amounts(contents.tables, contents.sha256)
    for kind, code in sorted(amounts.recipients):
        if kind != COUNTY:
            yield _page(amounts, kind, code)


def _page(amounts: Amounts, kind: str, code: str) -> Page:
    return Page(path_of(kind, code), "recipient.html", lambda lang: _view(amounts, kind, code, lang))


def _view(amounts: Amounts, kind: str, code: str, lang: Language) -> View:
    recipient = amounts.recipients[kind, code]
    name = recipient["recipient_name"]
    totals = latest_totals(amounts, kind, code)
    county = None if kind == NATIONAL else county_link(amounts, recipient)
    return {
        "title": f"{name} – {say(KINDS[kind], lang)}" if kind == MUNICIPALITY else name,
        "description": described(totals[0] if totals else None, name, kind, lang),
        "crumbs": [
            (say(_START, lang), "index.html"),
            *([] if county is None else [(county["name"], county["path"])]),
            (name, None),
        ],
        "name": name,
        "county": county,
        **parts(amounts, kind, code, lang),
    }


def county_link(amounts: Amounts, recipient: Row) -> dict[str, str]:
    """The county that a recipient lies in: its name and page."""
    code = recipient["county_code"]
    return {"name": amounts.recipients[COUNTY, code]["recipient_name"], "path": path_of(COUNTY, code)}


def parts(amounts: Amounts, kind: str, code: str, lang: Language) -> dict[str, Any]:
    """What the pages of all recipients have: the latest amounts explained, all years, what is ahead, files."""
    totals = latest_totals(amounts, kind, code)
    shown = [(row["programme"], row["year"]) for row in totals]
    return {
        "t": WORDS[lang],
        "kind": kind,
        "code": code,
        "blocks": [one_amount(amounts, row, lang) for row in totals],
        "bars": bars(amounts, kind, code, lang),
        "years": years_of_recipient(amounts, kind, code, lang),
        "forecasts": forecasts(amounts, kind, code, lang),
        # SKR claims and reports nothing: the days are those of municipalities, regions and counties.
        "deadlines": [] if kind == NATIONAL else deadlines(amounts, shown, lang),
        "files": files(amounts, [year for _, year in shown], lang),
    }
