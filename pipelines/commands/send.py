"""`kronvis send`: a published version to object storage."""

from typing import Annotated

import typer

from pipelines.commands.options import Json, Out
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json, say


def send(
    version: Annotated[
        str, typer.Argument(help="A version: id, its beginning, current or previous; with --back its whole id.")
    ] = "current",
    *,
    back: Annotated[bool, typer.Option("--back", help="Take readers there back to this version.")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Send what is missing of a published version to object storage, and let readers there see it.

    Where to is `KRONVIS_SEND_TO`, such as s3://bucket/prefix; see docs/how-to/publish-to-object-storage.md.
    """
    from dataclasses import asdict

    from pipelines.operations.send import send_again, take_back

    settings = settings_from_environment(out=out)
    if back:
        told = asdict(take_back(settings, version))
        sentence = f"readers there see {told['version']} now"
    else:
        told = asdict(send_again(settings, version))
        sentence = f"{told['address']}: {told['uploaded']} of {told['files']} files uploaded; readers there see it"
    if as_json:
        print_json(told)
    else:
        say(sentence)
