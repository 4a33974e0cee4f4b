"""`kronvis county`: following a county's joint money."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import Json, Lang, Out, Year, Years, language, years_asked
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json, say
from schemas.errors import EXIT_REFUSED

county_app = typer.Typer(help="Follow a county’s joint money.", no_args_is_help=True, rich_markup_mode=None)


@county_app.command(epilog="Example: kronvis county template 2025 Dalarna dalarna-2025.xlsx")
def template(
    year: Annotated[int, typer.Argument(help="The grant year.")],
    county: Annotated[str, typer.Argument(help="A name or code.")],
    file: Annotated[Path, typer.Argument(help="Where to write the form: .csv or .xlsx.")],
    *,
    programme: Annotated[str, typer.Option(help="The programme.")] = "psykisk-halsa",
    out: Out = None,
) -> None:
    """Write the form for a county's report of use, its pots and amounts filled in."""
    from pipelines.answers.county import write_template

    write_template(settings_from_environment(out=out), year, county, programme, file)
    say(f"written: {file}; fill in what was claimed, used, saved and paid back, then `kronvis county check {file}`")


@county_app.command(epilog="Example: kronvis county check dalarna-2025.xlsx")
def check(
    file: Annotated[Path, typer.Argument(help="A filled-in form, .csv or .xlsx.")],
    *,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Check a county's report of use; ends with 1 if something in it is wrong."""
    from pipelines.answers.county import check_report
    from pipelines.terminal.county import show_report

    told = check_report(settings_from_environment(out=out), file)
    if as_json:
        print_json(told)
    else:
        show_report(told, language(lang))
    if told["errors"]:
        raise typer.Exit(EXIT_REFUSED)


@county_app.command(epilog="Example: kronvis county calendar > datum.ics")
def calendar(*, year: Year = None, years: Years = None, lang: Lang = "sv") -> None:
    """Print the known last days of claims, reports and repayments as a calendar (iCalendar)."""
    from pipelines.answers.county import calendar_text

    # The line ends of a calendar are part of the format.
    sys.stdout.buffer.write(
        calendar_text(settings_from_environment(), years_asked(year or [], years), language(lang)).encode()
    )
