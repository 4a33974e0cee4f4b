"""`kronvis doctor`: whether this machine can compute and publish."""

from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang, Out, language
from pipelines.terminal.ending import print_json
from schemas.errors import EXIT_REFUSED


def doctor(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask whether SCB answers.")] = False,
    lang: Lang = "en",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Look whether this machine can compute and publish; ends with 1 if something would stop a run."""
    from pipelines.operations.doctor import as_data, diagnosis, show, worst

    chosen = language(lang)
    told = diagnosis(out, offline=offline)
    if as_json:
        print_json(as_data(told, chosen))
    else:
        show(told, chosen)
    if worst(told) == "wrong":
        raise typer.Exit(EXIT_REFUSED)
