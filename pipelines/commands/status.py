"""`kronvis status`: what is published, whether it is whole, what is overdue."""

import sys
from typing import Annotated

import typer

from pipelines.commands.options import Json, Out
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json, say
from schemas.errors import EXIT_REFUSED


def status(
    *,
    require_due: Annotated[
        bool, typer.Option("--require-due", help="Also end with 1 if a year that should be published by now is not.")
    ] = False,
    out: Out = None,
    as_json: Json = False,
    for_monitor: Annotated[
        bool, typer.Option("--metrics", help="Prometheus text on stdout, and in the file KRONVIS_METRICS names.")
    ] = False,
) -> None:
    """Show what is published, whether its files are whole, whether inputs have changed since, and what is overdue."""
    settings = settings_from_environment(out=out)
    if for_monitor:
        from pipelines.operations.metrics import metrics, write_metrics

        text = metrics(settings)
        sys.stdout.write(text)
        write_metrics(text)
        return
    from pipelines.answers import status as answers
    from pipelines.terminal.status import show_status

    result = answers.status(settings)
    if as_json:
        print_json(result)
    else:
        show_status(result)
        for late in result["overdue"]:
            say(f"overdue: {late['programme']} {late['year']} was due {late['due']}; {late['remedy']}")
    if result["damaged"] or (require_due and result["overdue"]):
        raise typer.Exit(EXIT_REFUSED)
