"""`kronvis what-if`: who would gain and lose under another rule."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang, Out, language
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json
from schemas.errors import UsageError


def what_if(
    reform: Annotated[Path, typer.Argument(help="A reform, or with --grid a grid of variants, as YAML.")],
    *,
    year: Annotated[int | None, typer.Option("--year", help="Apply it to the agreement of another year.")] = None,
    grid: Annotated[bool, typer.Option("--grid", help="The file is a grid: compute every variant.")] = False,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show who would gain and lose under another rule; written beside the published amounts, never among them."""
    from pipelines.answers import what_if as scenarios
    from pipelines.terminal.what_if import show, show_grid

    settings = settings_from_environment(out=out)
    if grid and year is not None:
        raise UsageError("a grid states its own year", remedy="leave out --year")
    told = scenarios.what_if_grid(settings, reform) if grid else scenarios.what_if(settings, reform, year)
    if as_json:
        print_json(told)
    elif grid:
        show_grid(told, language(lang))
    else:
        show(told, language(lang))
