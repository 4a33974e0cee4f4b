"""The command line. Data on stdout, messages on stderr; 0 done, 1 refused or mismatch, 2 usage, 3 source unavailable.

Dagster is imported by the commands that run something, never by those that only read.
"""

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from assets.agreements.files import AgreementFiles
from pipelines.settings import Settings, settings_from_environment
from schemas.errors import EXIT_REFUSED, KronvisError, UsageError

# What nobody foresaw is told apart from refused data.
EXIT_BUG: Final = 70

app = typer.Typer(
    name="kronvis",
    help="Recomputes, reconciles and explains state grants for mental health, krona by krona.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Year = Annotated[list[int] | None, typer.Option("--year", help="A grant year; may be given several times.")]
Years = Annotated[str | None, typer.Option("--years", metavar="A..B", help="A range of grant years, both included.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder to publish to; by default data/out.")]


@app.command(epilog="Example: kronvis run --years 2023..2025")
def run(
    *,
    year: Year = None,
    years: Years = None,
    programme: Annotated[
        str | None,
        typer.Option(help="Only the years in which this programme has an agreement; a year is always whole."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no table.")] = False,
) -> None:
    """Compute, check and publish all agreements on file, or the years asked for."""
    settings = settings_from_environment(out)
    chosen = _years_to_run(settings, year or [], years, programme)

    from pipelines import summary, terminal
    from pipelines.run import run_years

    with terminal.watching(quiet=quiet or as_json) as steps:
        version = run_years(settings, chosen, steps)
    rows = summary.summary(version, chosen)
    if as_json:
        _print_json({"version": version.id, "folder": str(version.folder), "years": chosen, "agreements": rows})
    elif not quiet:
        terminal.show_summary(rows)
        terminal.show_published(version.id, str(settings.out / "current"), is_new=version.is_new)


@app.command(epilog="Example: kronvis verify --year 2025 --json")
def verify(*, year: Year = None, years: Years = None, out: Out = None, as_json: Json = False) -> None:
    """Show every published figure beside the computed one; ends with 1 if any differs without a named cause."""
    from pipelines import summary, terminal

    version = summary.published_version(settings_from_environment(out))
    result = summary.verification(version, summary.chosen_years(version, _asked(year or [], years)))
    if as_json:
        _print_json(result)
    else:
        terminal.show_verification(result)
    if result["verdicts"]["mismatch"]:
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis status --json")
def status(*, out: Out = None, as_json: Json = False) -> None:
    """Show what is published, whether its files are whole, and whether inputs have changed since."""
    from pipelines import summary, terminal

    result = summary.status(settings_from_environment(out))
    if as_json:
        _print_json(result)
    else:
        terminal.show_status(result)
    if result["damaged"]:
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis dictionary > docs/data-dictionary.md")
def dictionary(*, as_json: Json = False) -> None:
    """Print the data dictionary: every table, column, unit and rule, in Swedish and English."""
    from schemas.dictionary import describe, markdown
    from schemas.tables import TABLES

    if as_json:
        _print_json([describe(table) for table in TABLES.values()])
    else:
        sys.stdout.write(markdown(TABLES.values()))


def main() -> None:
    """Run the command line; every error a person can cause ends in one message and a stable exit code."""
    try:
        app(standalone_mode=True)
    except KronvisError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("interrupted; the published version is as it was")
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last resort, so that a bug does not end like refused data
        _say("this is a bug in Kronvis; the published version is as it was. What follows tells where.")
        import traceback

        traceback.print_exc()
        sys.exit(EXIT_BUG)


def _say(message: str) -> None:
    sys.stderr.write(f"kronvis: {message}\n")


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def _years_to_run(settings: Settings, year: list[int], years: str | None, programme: str | None) -> list[int]:
    """The grant years asked for, each with an agreement that loads; all on file by default."""
    agreements = AgreementFiles(settings.data / "agreements")
    on_file = agreements.years(programme)
    chosen = _asked(year, years) or on_file
    for one in chosen:
        if one not in on_file and programme is not None:
            raise UsageError(f"{programme} has no agreement for {one}", remedy=f"it has {', '.join(map(str, on_file))}")
    agreements.of_years(chosen)
    return chosen


def _asked(year: list[int], years: str | None) -> list[int]:
    if years is None:
        return sorted(set(year))
    match = re.fullmatch(r"([0-9]{4})\.\.([0-9]{4})", years)
    if match is None or year:
        raise UsageError(f"--years {years!r} is not understood", remedy="write --years 2023..2025, or --year, not both")
    first, last = int(match[1]), int(match[2])
    if first > last:
        raise UsageError(f"--years {years!r} ends before it begins", remedy=f"write --years {last}..{first}")
    return list(range(first, last + 1))
