"""`kronvis inspect`: whether the amounts in a document are right."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json, say
from schemas.errors import EXIT_REFUSED


def inspect(
    document: Annotated[Path, typer.Argument(help="A PDF, HTML, XLSX, CSV or text document.")],
    *,
    year: Annotated[int | None, typer.Option("--year", help="Only ask whether it is this grant year.")] = None,
    programme: Annotated[str | None, typer.Option(help="Only ask whether it is this programme.")] = None,
    source_id: Annotated[
        str | None, typer.Option("--source", help="The id of the document, if sources on file cite it.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write what was recognised as a file of published figures, to review.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Read the amounts per recipient out of a document, say what they are, whether they are right and where not.

    Ends with 1 if an amount differs without a named cause, or something is wrong with a table.
    """
    from pipelines.answers.inspect import inspect_document, save_for_review
    from pipelines.terminal.inspect import show

    settings = settings_from_environment()
    told, result = inspect_document(settings, document, programme=programme, year=year, source_id=source_id)
    saved = save_for_review(result, save) if save else []
    if as_json:
        print_json({**told, "saved": saved})
    else:
        show(told, lang)
    for file in saved:
        say(f"saved for review: {file}")
    if told["verdicts"].get("mismatch") or any(one["severity"] == "error" for one in told["findings"]):
        raise typer.Exit(EXIT_REFUSED)
