"""`kronvis forecast`: what an open year may bring."""

from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang, Out, language
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json


def forecast(
    year: Annotated[int, typer.Argument(help="A grant year whose split is not decided.")],
    recipient: Annotated[str | None, typer.Argument(help="A name or code; by default sums by level.")] = None,
    *,
    candidate: Annotated[str | None, typer.Option(help="Other assumptions than the main ones.")] = None,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Look ahead: amounts under stated assumptions, with intervals. Never decided, and never among decided amounts."""
    from pipelines.answers.forecast import forecast as looked_ahead
    from pipelines.terminal.forecast import show

    told = looked_ahead(settings_from_environment(out=out), year, recipient, candidate)
    if as_json:
        print_json(told)
    else:
        show(told, language(lang))
