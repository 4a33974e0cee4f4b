"""`kronvis run`: compute, check and publish, and tell what became of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.options import Api, BaseUrl, Json, Out, Year, Years, years_asked
from pipelines.footprint import keep_small
from pipelines.settings import Settings, settings_from_environment
from pipelines.terminal.ending import print_json, say
from schemas.errors import EXIT_REFUSED, UsageError, listed

if TYPE_CHECKING:
    from pipelines.running.backfill import Outcome

Programme = Annotated[
    str | None,
    typer.Option(help="Only the years in which this programme has an agreement; a year is always whole."),
]
Source = Annotated[
    str | None, typer.Option(help="embedded (default), scb (ask SCB first) or archive (what was fetched before).")
]
FetchDocuments = Annotated[
    bool, typer.Option("--fetch-documents", help="Also fetch registered documents that were never fetched.")
]
TablesOnly = Annotated[bool, typer.Option("--tables-only", help="Leave out report, workbooks and catalogue.")]
FailedOnly = Annotated[
    bool,
    typer.Option(
        "--failed-only", help="Only years that were refused, never reached, or whose files have changed since."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no table.")]


def run(
    *,
    year: Year = None,
    years: Years = None,
    programme: Programme = None,
    source: Source = None,
    base_url: BaseUrl = None,
    api: Api = None,
    fetch_documents: FetchDocuments = False,
    tables_only: TablesOnly = False,
    failed_only: FailedOnly = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
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
    _require_way_to_send(settings)
    if failed_only and not (chosen := _left_to_do(settings, chosen)):
        return

    from pipelines.operations.metrics import run_recorded
    from pipelines.operations.notify import failures_told
    from pipelines.running.backfill import run_what_holds
    from pipelines.running.run import run_years
    from pipelines.terminal.progress import watching

    with (
        run_recorded(settings) as record,
        failures_told(f"kronvis run of {listed(chosen)}") as outbox,
        watching(quiet=quiet or as_json) as steps,
    ):
        outcome = run_what_holds(lambda some: run_years(settings, some, steps, steps.fetched), chosen)
        record.refused_years = sorted(outcome.refused)
    rows = _agreements(outcome, chosen)
    outbox.tell_of_run(settings, outcome.refused, rows)
    _tell(settings, outcome, chosen, rows, as_json=as_json, quiet=quiet)
    _end(outcome, rows)


def _years_to_run(settings: Settings, year: list[int], years: str | None, programme: str | None) -> list[int]:
    """The grant years asked for, each with an agreement on file; all on file by default."""
    from assets.agreements.files import AgreementFiles

    agreements = AgreementFiles(settings.data / "agreements")
    on_file = agreements.years(programme)
    chosen = years_asked(year, years) or on_file
    for one in chosen:
        if one not in on_file and programme is not None:
            raise UsageError(f"{programme} has no agreement for {one}", remedy=f"it has {', '.join(map(str, on_file))}")
    agreements.require_on_file(chosen)
    return chosen


def _require_way_to_send(settings: Settings) -> None:
    """Before what computes is loaded: versions that are to be sent can be."""
    from pipelines.operations.send import require_way

    require_way(settings)


def _left_to_do(settings: Settings, chosen: list[int]) -> list[int]:
    """Those of the chosen years that are not published as they stand; said if there is none."""
    from pipelines.running.backfill import not_published_as_they_stand

    left = not_published_as_they_stand(settings, chosen)
    if not left:
        say("nothing to do: every year asked for is published as its files stand")
    return left


def _agreements(outcome: "Outcome", chosen: list[int]) -> list[dict[str, Any]]:
    """Say which years were refused; of the others, a row per agreement."""
    from pipelines.answers.summary import summary

    for year, refusal in sorted(outcome.refused.items()):
        say(f"{year} was refused: {refusal}")
    return [] if outcome.version is None else summary(outcome.version, _computed(outcome, chosen))


def _computed(outcome: "Outcome", chosen: list[int]) -> list[int]:
    return [year for year in chosen if year not in outcome.refused]


def _tell(
    settings: Settings, outcome: "Outcome", chosen: list[int], rows: list[dict[str, Any]], *, as_json: bool, quiet: bool
) -> None:
    """What readers see now, for machines or for people; nothing if no year could be published."""
    version = outcome.version
    if version is not None and as_json:
        refused = {year: str(refusal) for year, refusal in outcome.refused.items()}
        told = {"version": version.id, "folder": str(version.folder), "years": _computed(outcome, chosen)}
        print_json({**told, "refused": refused, "agreements": rows})
    elif version is not None and not quiet:
        from pipelines.terminal.summary import show_published, show_summary

        show_summary(rows)
        show_published(version.id, str(settings.out / "current"), is_new=version.is_new)


def _end(outcome: "Outcome", rows: list[dict[str, Any]]) -> None:
    """End with 1 if a year was refused, or a figure differs without a named cause."""
    if outcome.refused:
        raise typer.Exit(EXIT_REFUSED)
    if any(row["mismatch"] for row in rows):
        say("published, but a published figure differs without a named cause; see `kronvis verify`")
        raise typer.Exit(EXIT_REFUSED)
