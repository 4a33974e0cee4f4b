"""The command line: one command per line, in the order of `kronvis --help`; each has its module beside this one.

Data on stdout, messages on stderr; 0 done, 1 refused or mismatch, 2 usage, 3 source unavailable. A command imports
what it needs when it is called, so that help answers at once: Dagster only if it runs something.
"""

import typer

from pipelines.commands.adopt import adopt
from pipelines.commands.county import county_app
from pipelines.commands.dictionary import dictionary
from pipelines.commands.diff import diff
from pipelines.commands.doctor import doctor
from pipelines.commands.fetch import fetch_app
from pipelines.commands.forecast import forecast
from pipelines.commands.infer import infer
from pipelines.commands.inspect import inspect
from pipelines.commands.rollback import rollback
from pipelines.commands.run import run
from pipelines.commands.send import send
from pipelines.commands.status import status
from pipelines.commands.verify import verify
from pipelines.commands.what_if import what_if

app = typer.Typer(
    name="kronvis",
    help="Recomputes, reconciles and explains state grants for mental health, krona by krona.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def explain(context: typer.Context) -> None:
    """Explain what a recipient gets: formula, rule, documents, head counts, causes of change."""
    from pipelines.commands.explain import command

    command(context.args)


app.command(epilog="Example: kronvis run --years 2023..2025")(run)
app.command(epilog="Example: kronvis verify --year 2025 --json")(verify)
app.command(epilog="Example: kronvis status --json")(status)
app.command(epilog="Example: kronvis diff previous current --year 2025 --recipient Falun")(diff)
app.command(epilog="Example: kronvis rollback previous")(rollback)
app.command(epilog="Example: kronvis send")(send)
app.command(epilog="Example: kronvis inspect fordelning-2025.pdf --year 2025")(inspect)
app.command(epilog="Example: kronvis infer kommuner-2025.csv --pot 250000000 --base 200000 --ages 0-18")(infer)
app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
    epilog="Example: kronvis explain 2025 Falun --against 2024",
)(explain)
app.command(name="what-if", epilog="Example: kronvis what-if data/reforms/base-300000.yaml")(what_if)
app.command(epilog="Example: kronvis forecast 2026 Falun")(forecast)
app.command(epilog="Example: kronvis doctor --offline")(doctor)
app.command(epilog="Example: kronvis adopt 3fa9c1d2 --base 1-november --date 2024-11-01 --ages 0-18")(adopt)
app.command(epilog="Example: kronvis dictionary > docs/reference/data-dictionary.md")(dictionary)
app.add_typer(county_app, name="county")
app.add_typer(fetch_app, name="fetch")
