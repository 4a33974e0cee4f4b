"""How results look on a terminal: tables and progress. Colour only on a terminal; data never goes through here."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipelines.summary import VERDICTS

MESSAGES: Final = Console(stderr=True, highlight=False)
RESULTS: Final = Console(highlight=False)

VERDICT_STYLES: Final = {
    "exact": "green",
    "explained": "green",
    "rounded_match": "cyan",
    "not_comparable": "yellow",
    "no_rule": "dim",
    "mismatch": "bold red",
}
# A pot with at least this many figures, all exact, is told in one line.
_MANY: Final = 5


class Steps:
    """A progress bar over the steps of a run; silent where nobody watches."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)

    def __call__(self, step: str, steps: int) -> None:
        """Count one finished step."""
        self._progress.update(self._task, total=steps, description=step.replace("__", " · "))
        self._progress.advance(self._task)

    def fetched(self, count: str) -> None:
        """Tell which count of SCB's has come; how many there are is not known beforehand."""
        self._progress.update(self._task, description=f"SCB: {count}")


@contextmanager
def watching(*, quiet: bool) -> Iterator[Steps]:
    """Show progress on stderr while a run goes on, if that is a terminal."""
    columns = (TextColumn("{task.description:<40.40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=MESSAGES, transient=True, disable=quiet or not MESSAGES.is_terminal) as progress:
        yield Steps(progress)


def show_summary(rows: list[dict[str, Any]], console: Console = RESULTS) -> None:
    """One line per agreement: money, how much of it is computed, and how it agrees with what was published."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="Agreements, million kronor", title_justify="left")
    table.add_column("year")
    table.add_column("programme", no_wrap=True)
    for heading in ("agreed", "computed", "", "prelim."):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("published figures")
    for row in sorted(rows, key=lambda one: (one["year"], one["programme"])):
        table.add_row(
            str(row["year"]),
            row["programme"],
            _millions(row["agreement_total_sek"]),
            _millions(row["computed_sek"]),
            f"{row['computed_share']:.0%}",
            _millions(row["preliminary_sek"]) if row["preliminary_sek"] else "",
            _verdicts(row),
        )
    console.print(table)
    if any(row["preliminary_sek"] for row in rows):
        console.print("prelim.: rests on stand-in head counts until SCB's own are on hand.", style="dim")
    if any(row["unknown_sek"] for row in rows):
        console.print("Money that is not computed has no known rule; it is listed in `pots`, never split.", style="dim")


def _verdicts(row: dict[str, Any]) -> Text:
    counted = [(f"{row[verdict]} {verdict}", VERDICT_STYLES[verdict]) for verdict in VERDICTS if row[verdict]]
    return Text(", ").join([Text(*part) for part in counted])


def _millions(amount: int) -> str:
    return f"{amount / 1_000_000:,.1f}".removesuffix(".0")


def show_verification(result: dict[str, Any]) -> None:
    """Every published figure with its verdict, then the findings."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=f"Published figures, version {result['version']}")
    table.add_column("figure", min_width=33)
    for heading in ("published kr", "difference"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    grain = itemgetter("year", "programme", "pot_id")
    for (year, _, pot_id), group in groupby(sorted(result["figures"], key=grain), key=grain):
        figures = list(group)
        if len(figures) >= _MANY and {row["verdict"] for row in figures} == {"exact"}:
            together = sum(row["published_sek"] for row in figures)
            cells = (f"{len(figures)} figures", f"{together:,}", "0", f"{len(figures)} exact")
            table.add_row(f"{year} {pot_id}\n  {cells[0]}", *cells[1:3], Text(cells[3], style=VERDICT_STYLES["exact"]))
            continue
        for row in figures:
            table.add_row(
                f"{year} {pot_id}\n  {row['recipient_code']} {row['recipient_name']}",
                f"{row['published_sek']:,}",
                "" if row["difference_sek"] is None else f"{row['difference_sek']:+,}".replace("+0", "0"),
                Text(row["verdict"], style=VERDICT_STYLES[row["verdict"]]).append(_because(row["cause"]), style="dim"),
            )
    RESULTS.print(table)
    for finding in result["findings"]:
        RESULTS.print(Text.assemble((finding["severity"], "bold"), f" {finding['year']}: {finding['message_en']}"))
    counts = ", ".join(f"{count} {verdict}" for verdict, count in result["verdicts"].items() if count)
    RESULTS.print(counts or "no published figures for these years", style="bold")


def _because(cause: str | None) -> str:
    return "" if cause is None else f" ({cause.replace('_', ' ')})"


def show_status(result: dict[str, Any]) -> None:
    """The published version in a few lines."""
    RESULTS.print(f"version   {result['version']}, made {result['created_at']}", soft_wrap=True)
    RESULTS.print(f"folder    {result['folder']}", soft_wrap=True)
    RESULTS.print(f"years     {result['years'][0]}–{result['years'][-1]} ({len(result['years'])})")
    RESULTS.print(f"files     {result['files']}, {result['rows']:,} rows, {result['bytes']:,} bytes")
    damaged = ", ".join(result["damaged"])
    RESULTS.print(f"integrity {f'DAMAGED: {damaged}' if damaged else 'every file is as it was published'}")
    stale = ", ".join(str(year) for year in result["stale_years"])
    RESULTS.print(f"inputs    {f'changed since for {stale}: run them again' if stale else 'unchanged since'}")


def show_published(version_id: str, folder: str, *, is_new: bool) -> None:
    """Where the results are."""
    news = "published" if is_new else "unchanged; still published"
    RESULTS.print(f"Version {version_id} {news}: {folder}", soft_wrap=True, style="bold")
