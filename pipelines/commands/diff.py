"""`kronvis diff`: what changed between two published versions."""

from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang, Out, language
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json


def diff(
    before: Annotated[
        str, typer.Argument(metavar="V1", help="A version: id, its beginning, current or previous.")
    ] = "previous",
    after: Annotated[str, typer.Argument(metavar="V2", help="The version to compare it with.")] = "current",
    *,
    year: Annotated[int | None, typer.Option("--year", help="Only this grant year.")] = None,
    recipient: Annotated[str | None, typer.Option("--recipient", help="Only this recipient: a name or code.")] = None,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two published versions, in money and why."""
    from pipelines.answers.diff import diff as compared
    from pipelines.terminal.diff import show

    told = compared(settings_from_environment(out=out), before, after, year, recipient)
    if as_json:
        print_json(told)
    else:
        show(told, language(lang))
