"""`kronvis rollback`: readers see an earlier version again."""

from typing import Annotated

import typer

from pipelines.commands.options import Out
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import say


def rollback(
    version: Annotated[str, typer.Argument(help="A version: id, its beginning, or previous.")] = "previous",
    *,
    out: Out = None,
) -> None:
    """Let readers see an earlier version again, if every file of it is as it was published. Nothing is removed."""
    from assets.storage.publishing import roll_back
    from assets.storage.versions import version_named

    settings = settings_from_environment(out=out)
    chosen = version_named(settings.out, version)
    roll_back(settings.out, chosen)
    say(f"readers see version {chosen.id} now; `kronvis run` publishes anew from the files as they stand")
