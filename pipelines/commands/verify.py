"""`kronvis verify`: every published figure beside the computed one."""

import typer

from pipelines.commands.options import Json, Out, Year, Years, years_asked
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json
from schemas.errors import EXIT_REFUSED


def verify(*, year: Year = None, years: Years = None, out: Out = None, as_json: Json = False) -> None:
    """Show every published figure beside the computed one; ends with 1 if any differs without a named cause."""
    from pipelines.answers import verify as answers
    from pipelines.answers.version import chosen_years, published_version
    from pipelines.terminal.verify import show_verification

    version = published_version(settings_from_environment(out=out))
    result = answers.verification(version, chosen_years(version, years_asked(year or [], years)))
    if as_json:
        print_json(result)
    else:
        show_verification(result)
    if result["verdicts"]["mismatch"]:
        raise typer.Exit(EXIT_REFUSED)
