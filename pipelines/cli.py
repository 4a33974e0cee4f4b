"""The command line. Data on stdout, messages on stderr; 0 done, 1 refused or mismatch, 2 usage, 3 source unavailable.

Dagster is imported by the commands that run something, never by those that only read.
"""

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from pipelines.ending import ending, print_json, say
from pipelines.footprint import keep_small
from pipelines.settings import Settings, settings_from_environment
from schemas.errors import EXIT_REFUSED, UsageError, listed
from schemas.plain_text import harmless
from schemas.text import Language

if TYPE_CHECKING:
    from assets.population.bases import Base

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
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="Another address of SCB's service.")]
Api = Annotated[str | None, typer.Option("--api", help="Version of SCB's service: v2 (default) or v1.")]
BaseName = Annotated[str, typer.Option("--base", help="1-november, 31-december or month-end.")]
Date = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The reference date.")]
Ages = Annotated[str, typer.Option("--ages", help="all, or a band such as 0-18.")]
Lang = Annotated[str, typer.Option("--lang", help="sv or en.")]
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
    source: Annotated[
        str | None, typer.Option(help="embedded (default), scb (ask SCB first) or archive (what was fetched before).")
    ] = None,
    base_url: BaseUrl = None,
    api: Api = None,
    fetch_documents: Annotated[
        bool, typer.Option("--fetch-documents", help="Also fetch registered documents that were never fetched.")
    ] = False,
    tables_only: Annotated[
        bool, typer.Option("--tables-only", help="Leave out report, workbooks and catalogue.")
    ] = False,
    failed_only: Annotated[
        bool,
        typer.Option(
            "--failed-only", help="Only years that were refused, never reached, or whose files have changed since."
        ),
    ] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no table.")] = False,
) -> None:
    """Compute, check and publish all agreements on file, or the years asked for.

    A year that is refused does not undo the others: it is named with its reason, and the command ends with 1.
    """
    keep_small()
    settings = settings_from_environment(
        out=out,
        source=source,
        scb_url=base_url,
        scb_api=api,
        fetch_documents=fetch_documents or None,
        tables_only=tables_only or None,
    )
    chosen = _years_to_run(settings, year or [], years, programme)

    from pipelines.send import require_way

    require_way(settings)
    from pipelines import notify, summary, terminal
    from pipelines.backfill import not_published_as_they_stand, run_what_holds
    from pipelines.metrics import run_recorded
    from pipelines.run import run_years

    if failed_only:
        chosen = not_published_as_they_stand(settings, chosen)
        if not chosen:
            say("nothing to do: every year asked for is published as its files stand")
            return
    with (
        run_recorded(settings) as record,
        notify.failures_told(f"kronvis run of {listed(chosen)}") as outbox,
        terminal.watching(quiet=quiet or as_json) as steps,
    ):
        outcome = run_what_holds(lambda some: run_years(settings, some, steps, steps.fetched), chosen)
        record.refused_years = sorted(outcome.refused)
    for year_refused, refusal in sorted(outcome.refused.items()):
        say(f"{year_refused} was refused: {refusal}")
    version = outcome.version
    computed = [one for one in chosen if one not in outcome.refused]
    rows = [] if version is None else summary.summary(version, computed)
    outbox.tell_of_run(settings, outcome.refused, rows)
    if version is None:
        raise typer.Exit(EXIT_REFUSED)
    if as_json:
        refused = {one: str(refusal) for one, refusal in outcome.refused.items()}
        print_json(
            {
                "version": version.id,
                "folder": str(version.folder),
                "years": computed,
                "refused": refused,
                "agreements": rows,
            }
        )
    elif not quiet:
        terminal.show_summary(rows)
        terminal.show_published(version.id, str(settings.out / "current"), is_new=version.is_new)
    if outcome.refused:
        raise typer.Exit(EXIT_REFUSED)
    if any(row["mismatch"] for row in rows):
        say("published, but a published figure differs without a named cause; see `kronvis verify`")
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis verify --year 2025 --json")
def verify(*, year: Year = None, years: Years = None, out: Out = None, as_json: Json = False) -> None:
    """Show every published figure beside the computed one; ends with 1 if any differs without a named cause."""
    from pipelines import summary, terminal

    version = summary.published_version(settings_from_environment(out=out))
    result = summary.verification(version, summary.chosen_years(version, _asked(year or [], years)))
    if as_json:
        print_json(result)
    else:
        terminal.show_verification(result)
    if result["verdicts"]["mismatch"]:
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis status --json")
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
    from pipelines import summary, terminal

    settings = settings_from_environment(out=out)
    if for_monitor:
        from pipelines.metrics import metrics, write_metrics

        text = metrics(settings)
        sys.stdout.write(text)
        write_metrics(text)
        return
    result = summary.status(settings)
    if as_json:
        print_json(result)
    else:
        terminal.show_status(result)
        for late in result["overdue"]:
            say(f"overdue: {late['programme']} {late['year']} was due {late['due']}; {late['remedy']}")
    if result["damaged"] or (require_due and result["overdue"]):
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis diff previous current --year 2025 --recipient Falun")
def diff(
    before: Annotated[
        str, typer.Argument(metavar="V1", help="A version: id, its beginning, current or previous.")
    ] = "previous",
    after: Annotated[str, typer.Argument(metavar="V2", help="The version to compare it with.")] = "current",
    *,
    year: Annotated[int | None, typer.Option("--year", help="Only this grant year.")] = None,
    recipient: Annotated[str | None, typer.Option("--recipient", help="Only this recipient: a name or code.")] = None,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two published versions, in money and why."""
    from pipelines.diff import diff as compared
    from pipelines.diff import show

    told = compared(settings_from_environment(out=out), before, after, year, recipient)
    if as_json:
        print_json(told)
    else:
        show(told, _lang(lang))


@app.command(epilog="Example: kronvis rollback previous")
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


@app.command(epilog="Example: kronvis send")
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

    from pipelines.send import send_again, take_back

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


@app.command(epilog="Example: kronvis inspect fordelning-2025.pdf --year 2025")
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
    from pipelines import terminal_inspection
    from pipelines.inspection import inspect_document, save_for_review

    settings = settings_from_environment()
    told, result = inspect_document(settings, document, programme=programme, year=year, source_id=source_id)
    saved = save_for_review(result, save) if save else []
    if as_json:
        print_json({**told, "saved": saved})
    else:
        terminal_inspection.show(told, lang)
    for file in saved:
        say(f"saved for review: {file}")
    if told["verdicts"].get("mismatch") or any(one["severity"] == "error" for one in told["findings"]):
        raise typer.Exit(EXIT_REFUSED)


@app.command(epilog="Example: kronvis infer kommuner-2025.csv --pot 250000000 --base 200000 --ages 0-18")
def infer(
    table: Annotated[Path, typer.Argument(help="A document with a column of amounts per recipient.")],
    *,
    pot: Annotated[int, typer.Option("--pot", help="The pot, in kronor.")],
    base: Annotated[int, typer.Option("--base", help="The base amount of each recipient, in kronor.")] = 0,
    recipients: Annotated[
        int | None, typer.Option(help="How many share the pot; by default all of their kind.")
    ] = None,
    ages: Ages = "all",
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Search near the nation's count of it.")
    ] = None,
    totals: Annotated[str | None, typer.Option(metavar="FIRST..LAST", help="The national totals to search.")] = None,
    column: Annotated[str | None, typer.Option(help="Part of the heading, if there are several columns.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Solve national total, every head count and rounding from a table of amounts alone; says so if it is ambiguous."""
    from pipelines import terminal_inspection
    from pipelines.inspection import Asked, infer_from, totals_asked

    day = _date(date) if date else dt.datetime.now(dt.UTC).date()
    asked = Asked(pot, base, recipients, ages, day, totals_asked(totals), column)
    told = infer_from(settings_from_environment(), table, asked)
    if as_json:
        print_json(told)
    else:
        terminal_inspection.show_inference(told, lang)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
    epilog="Example: kronvis explain 2025 Falun --against 2024",
)
def explain(context: typer.Context) -> None:
    """Explain what a recipient gets: formula, rule, documents, head counts, causes of change."""
    from pipelines.explain import command

    command(context.args)


@app.command(name="what-if", epilog="Example: kronvis what-if data/reforms/base-300000.yaml")
def what_if(
    reform: Annotated[Path, typer.Argument(help="A reform, or with --grid a grid of variants, as YAML.")],
    *,
    year: Annotated[int | None, typer.Option("--year", help="Apply it to the agreement of another year.")] = None,
    grid: Annotated[bool, typer.Option("--grid", help="The file is a grid: compute every variant.")] = False,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show who would gain and lose under another rule; written beside the published amounts, never among them."""
    from pipelines import what_if as scenarios

    settings = settings_from_environment(out=out)
    if grid and year is not None:
        raise UsageError("a grid states its own year", remedy="leave out --year")
    told = scenarios.what_if_grid(settings, reform) if grid else scenarios.what_if(settings, reform, year)
    if as_json:
        print_json(told)
    elif grid:
        scenarios.show_grid(told, _lang(lang))
    else:
        scenarios.show(told, _lang(lang))


@app.command(epilog="Example: kronvis forecast 2026 Falun")
def forecast(
    year: Annotated[int, typer.Argument(help="A grant year whose split is not decided.")],
    recipient: Annotated[str | None, typer.Argument(help="A name or code; by default sums by level.")] = None,
    *,
    candidate: Annotated[str | None, typer.Option(help="Other assumptions than the main ones.")] = None,
    lang: Lang = "sv",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Look ahead: amounts under stated assumptions, with intervals. Never decided, and never among decided amounts."""
    from pipelines.forecast import forecast as looked_ahead
    from pipelines.forecast import show

    told = looked_ahead(settings_from_environment(out=out), year, recipient, candidate)
    if as_json:
        print_json(told)
    else:
        show(told, _lang(lang))


@app.command(epilog="Example: kronvis doctor --offline")
def doctor(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask whether SCB answers.")] = False,
    lang: Lang = "en",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Look whether this machine can compute and publish; ends with 1 if something would stop a run."""
    from pipelines.doctor import as_data, diagnosis, show, worst

    language = _lang(lang)
    told = diagnosis(out, offline=offline)
    if as_json:
        print_json(as_data(told, language))
    else:
        show(told, language)
    if worst(told) == "wrong":
        raise typer.Exit(EXIT_REFUSED)


county_app = typer.Typer(help="Follow a county's joint money.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(county_app, name="county")


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
    from pipelines.county import write_template

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
    from pipelines.county import check_report, show_report

    told = check_report(settings_from_environment(out=out), file)
    if as_json:
        print_json(told)
    else:
        show_report(told, _lang(lang))
    if told["errors"]:
        raise typer.Exit(EXIT_REFUSED)


@county_app.command(epilog="Example: kronvis county calendar > datum.ics")
def calendar(*, year: Year = None, years: Years = None, lang: Lang = "sv") -> None:
    """Print the known last days of claims, reports and repayments as a calendar (iCalendar)."""
    from pipelines.county import calendar_text

    # The line ends of a calendar are part of the format.
    sys.stdout.buffer.write(calendar_text(settings_from_environment(), _asked(year or [], years), _lang(lang)).encode())


fetch_app = typer.Typer(
    help="Fetch from SCB, and registered documents, into the archive.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(fetch_app, name="fetch")


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
    from assets.population.recipients import read_register, recipients_of
    from pipelines.sources import scb_access

    asked = _base(base, date, ages)
    settings = settings_from_environment(source="scb", scb_url=base_url, scb_api=api)
    recipients = recipients_of(read_register(settings.data / "geography"), asked.reference_date.year)
    outcome = scb_access(settings).fetch(asked, recipients)
    parts = outcome.vintage.parts
    told = {
        "base": str(asked),
        "vintage": outcome.vintage.id,
        "is_new": outcome.is_new,
        "table": parts[0].table_id,
        "updated": parts[0].updated,
        "bytes": sum(part.bytes for part in parts),
        "cells": sum(part.extra["cells"] for part in parts),
        "seconds": sum(part.seconds for part in parts),
        "archive": str(settings.raw),
    }
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
    from pipelines.inspection import fetch_documents

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


@app.command(epilog="Example: kronvis adopt 3fa9c1d2 --base 1-november --date 2024-11-01 --ages 0-18")
def adopt(vintage: str, *, base: BaseName, date: Date, ages: Ages = "all") -> None:
    """Let the years that ask for a count rest on another vintage of it from now on."""
    from assets.population.scb.vintages import adopt as adopt_vintage
    from assets.storage.raw_archive import RawArchive

    settings = settings_from_environment()
    adopted = adopt_vintage(settings.raw, RawArchive(settings.raw), _base(base, date, ages), vintage)
    say(f"adopted {adopted.id[:12]} of {adopted.fetched_at:%Y-%m-%d}; run `kronvis run --source archive` to use it")


@app.command(epilog="Example: kronvis dictionary > docs/reference/data-dictionary.md")
def dictionary(*, as_json: Json = False) -> None:
    """Print the data dictionary: every table, column, unit and rule, in Swedish and English."""
    from schemas.dictionary import describe, markdown
    from schemas.tables.registry import ALL_TABLES

    if as_json:
        print_json([describe(table) for table in ALL_TABLES.values()])
    else:
        sys.stdout.write(markdown(ALL_TABLES.values()))


def main() -> None:
    """Run the command line; every error a person can cause ends in one message and a stable exit code."""
    ending(lambda: app(standalone_mode=True))


def _years_to_run(settings: Settings, year: list[int], years: str | None, programme: str | None) -> list[int]:
    """The grant years asked for, each with an agreement on file; all on file by default."""
    from assets.agreements.files import AgreementFiles

    agreements = AgreementFiles(settings.data / "agreements")
    on_file = agreements.years(programme)
    chosen = _asked(year, years) or on_file
    for one in chosen:
        if one not in on_file and programme is not None:
            raise UsageError(f"{programme} has no agreement for {one}", remedy=f"it has {', '.join(map(str, on_file))}")
    agreements.require_on_file(chosen)
    return chosen


def _base(name: str, date: str, ages: str) -> "Base":
    """The base that the options describe."""
    from assets.population.bases import Base

    tables = {
        "1-november": "folkmangd_1_november",
        "31-december": "folkmangd_31_december",
        "month-end": "folkmangd_month_end",
    }
    band = re.fullmatch(r"all|([0-9]{1,3})-([0-9]{1,3})", ages)
    if name not in tables or band is None:
        raise UsageError(
            f"--base {name} --ages {ages} is not understood",
            remedy="base is 1-november, 31-december or month-end; ages is all, or a band such as 0-18",
        )
    return Base(tables[name], _date(date), ages, "municipality")


def _date(written: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise UsageError(f"--date {written!r} is not a date", remedy="write it as 2024-11-01") from None


def _lang(written: str) -> Language:
    for known in get_args(Language):
        if written == known:
            return known  # type: ignore[no-any-return]  # one of the literals
    raise UsageError(f"--lang {written!r} is not known", remedy="it is sv or en")


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
