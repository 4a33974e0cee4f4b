"""`kronvis fetch`: counts from SCB, and registered documents, into the archive."""

import sys
from typing import Annotated

import typer

from pipelines.commands.options import Ages, Api, BaseName, BaseUrl, Date, Json, base_asked
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json
from schemas.plain_text import harmless

fetch_app = typer.Typer(
    help="Fetch from SCB, and registered documents, into the archive.", no_args_is_help=True, rich_markup_mode=None
)


@fetch_app.command(epilog="Example: kronvis fetch population --base 1-november --date 2024-11-01 --ages 0-18")
def population(
    *,
    base: BaseName,
    date: Date,
    ages: Ages = "all",
    base_url: BaseUrl = None,
    api: Api = None,
    as_json: Json = False,
) -> None:
    """Fetch one count from SCB, check it at the door and keep it; later vintages stand beside earlier ones."""
    from pipelines.answers.fetch import fetch_population

    asked = base_asked(base, date, ages)
    told = fetch_population(settings_from_environment(source="scb", scb_url=base_url, scb_api=api), asked)
    if as_json:
        print_json(told)
    else:
        sys.stdout.writelines(f"{name:8} {harmless(str(value))}\n" for name, value in told.items())


@fetch_app.command(epilog="Example: kronvis fetch documents --programme kvinnors-halsa")
def documents(
    *,
    document: Annotated[
        list[str] | None, typer.Option("--id", help="Only this one; may be given several times.")
    ] = None,
    programme: Annotated[str | None, typer.Option(help="Only those of this programme.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch the registered documents; each is tried, and the bytes are kept before anybody reads them."""
    from pipelines.answers.fetch import fetch_documents

    told = fetch_documents(settings_from_environment(), programme, document or [])
    if as_json:
        print_json(told)
    else:
        sys.stdout.writelines(
            harmless(f"{one['programme']}/{one['document']}: {one.get('why', one['outcome'])}") + "\n" for one in told
        )
    failed = max((one.get("exit_code", 0) for one in told), default=0)
    if failed:
        raise typer.Exit(failed)
