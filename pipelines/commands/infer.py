"""`kronvis infer`: the rule and head counts behind a table of amounts."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.commands.options import Ages, Json, Lang, ages_asked, date_asked, language
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json
from schemas.money import MOST_SEK

# Thirty times as many as there are municipalities.
_MOST_RECIPIENTS: Final = 10_000


def infer(
    table: Annotated[Path, typer.Argument(help="A document with a column of amounts per recipient.")],
    *,
    pot: Annotated[int, typer.Option("--pot", min=1, max=MOST_SEK, help="The pot, in kronor.")],
    base: Annotated[
        int, typer.Option("--base", min=0, max=MOST_SEK, help="The base amount of each recipient, in kronor.")
    ] = 0,
    recipients: Annotated[
        int | None,
        typer.Option(min=1, max=_MOST_RECIPIENTS, help="How many share the pot; by default all of their kind."),
    ] = None,
    ages: Ages = "all",
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Search near the nation’s count of it.")
    ] = None,
    totals: Annotated[str | None, typer.Option(metavar="FIRST..LAST", help="The national totals to search.")] = None,
    column: Annotated[str | None, typer.Option(help="Part of the heading, if there are several columns.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Solve national total, every head count and rounding from a table of amounts alone; says so if it is ambiguous."""
    from pipelines.answers.infer import Asked, infer_from, totals_asked
    from pipelines.terminal.inspect import show_inference

    chosen = language(lang)
    day = date_asked(date) if date else dt.datetime.now(dt.UTC).date()
    asked = Asked(pot, base, recipients, ages_asked(ages), day, totals_asked(totals), column)
    told = infer_from(settings_from_environment(), table, asked)
    if as_json:
        print_json(told)
    else:
        show_inference(told, chosen)
