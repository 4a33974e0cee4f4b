"""How results look on a terminal: tables and progress. Colour only on a terminal; data never goes through here.

Narrow terminals get the same facts line by line instead of a table, so that no figure is cut.
"""

import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from pipelines.summary import VERDICTS
from schemas.plain_text import harmless

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
_NARROWEST_TABLE: Final = 80
_LONGEST_NAME: Final = 60
_LAST: Final = "publishing"
# The last step publishes and makes the report: it takes as long as this many of the others.
_LAST_WEIGHS: Final = 20
_ENOUGH_TO_TELL: Final = 5


class HarmlessConsole(Console):
    """A console whose text cannot act: controls, turned direction, markup; nor fail where letters are missing.

    Names and messages come from documents; whatever prints here need not think of that.
    """

    def __init__(self, **chosen: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **chosen)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of `renderable`, each with harmless text that the output can write."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(self._writable(segment.text), segment.style)

    def _writable(self, text: str) -> str:
        shown = "\n".join(harmless(line, longest=len(line) + 1) for line in text.split("\n"))
        return shown.encode(self.encoding, "replace").decode(self.encoding)


MESSAGES: Final = HarmlessConsole(stderr=True)
RESULTS: Final = HarmlessConsole()


class Steps:
    """A progress bar over the steps of a run; silent where nobody watches."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)
        self._finished: list[float] = []

    def __call__(self, step: str, steps: int) -> None:
        """Count one finished step of a run of so many; a further run begins anew."""
        if len(self._finished) >= steps:
            self._finished.clear()
        self._finished.append(time.monotonic())
        self._progress.update(
            self._task,
            total=steps,
            completed=len(self._finished),
            description=_LAST if len(self._finished) == steps - 1 else step.replace("__", " · "),
            ends_at=ends_at(self._finished, steps),
        )

    def fetched(self, count: str) -> None:
        """Tell which count of SCB's has come; how many there are is not known beforehand."""
        self._progress.update(self._task, description=f"SCB: {count}")


def ends_at(finished: Sequence[float], steps: int) -> float | None:
    """When a run of `steps` steps will probably end, from the times at which steps have finished; None if too early.

    What came before the first step is not repeated and says nothing of the others.
    """
    if not _ENOUGH_TO_TELL <= len(finished) < steps:
        return None
    a_step = (finished[-1] - finished[0]) / (len(finished) - 1)
    return finished[-1] + a_step * (steps - 1 - len(finished) + _LAST_WEIGHS)


class _TimeLeft(ProgressColumn):
    """`≈ 7 s left`; how long it has been going on where nothing can be said of that."""

    def render(self, task: Task) -> Text:
        end: float | None = task.fields.get("ends_at")
        left = 0 if end is None else round(end - time.monotonic())
        return Text(f"≈ {left} s left" if left > 0 else f"{task.elapsed or 0:.0f} s", style="progress.remaining")


@contextmanager
def watching(*, quiet: bool, console: Console = MESSAGES) -> Iterator[Steps]:
    """Show progress on stderr while a run goes on, if that is a terminal that can move its cursor."""
    width = min(40, console.width // 3)
    columns = (
        TextColumn(f"{{task.description:<{width}.{width}}}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        _TimeLeft(),
    )
    hidden = quiet or not console.is_terminal or console.is_dumb_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden, expand=True) as progress:
        yield Steps(progress)


def show_summary(rows: list[dict[str, Any]], console: Console = RESULTS) -> None:
    """One line per agreement: money, how much of it is computed, and how it agrees with what was published."""
    ordered = sorted(rows, key=lambda one: (one["year"], one["programme"]))
    title = "Agreements, million kronor"
    if console.width < _NARROWEST_TABLE:
        console.print(title, style="italic")
        for row in ordered:
            _show_agreement(row, console)
    else:
        console.print(_agreements_table(ordered, title))
    if any(row["preliminary_sek"] for row in rows):
        console.print("prelim.: rests on stand-in head counts until SCB's own are on hand.", style="dim")
    if any(row["unknown_sek"] for row in rows):
        console.print("Money that is not computed has no known rule; it is listed in `pots`, never split.", style="dim")


def _agreements_table(rows: list[dict[str, Any]], title: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
    table.add_column("year", no_wrap=True)
    table.add_column("programme", no_wrap=True)
    for heading in ("agreed", "computed", "", "prelim."):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("published figures")
    for row in rows:
        table.add_row(
            str(row["year"]),
            _name(row["programme"]),
            _millions(row["agreement_total_sek"]),
            _millions(row["computed_sek"]),
            _share(row),
            _millions(row["preliminary_sek"]) if row["preliminary_sek"] else "",
            _verdicts(row),
        )
    return table


def _show_agreement(row: dict[str, Any], console: Console) -> None:
    """The same as a row of the table, in lines of at most 40 characters."""
    console.print(Text(f"{row['year']} ").append(_name(row["programme"])).append(f"  {_share(row)}"), style="bold")
    agreed, computed = _millions(row["agreement_total_sek"]), _millions(row["computed_sek"])
    console.print(f"  agreed {agreed}, computed {computed}")
    if row["preliminary_sek"]:
        console.print(f"  prelim. {_millions(row['preliminary_sek'])}")
    for part in _verdicts(row).split(", "):
        console.print(Text("  ").append(part))


def _share(row: dict[str, Any]) -> str:
    """Whole percent; 100 % is said of all of it only."""
    is_whole = row["computed_sek"] == row["agreement_total_sek"]
    return "100%" if is_whole else f"{min(row['computed_share'], 0.99):.0%}"


def _name(text: str) -> Text:
    return Text(harmless(text, _LONGEST_NAME))


def _verdicts(row: dict[str, Any]) -> Text:
    counted = [(f"{row[verdict]} {verdict}", VERDICT_STYLES[verdict]) for verdict in VERDICTS if row[verdict]]
    return Text(", ").join([Text(*part) for part in counted])


def _millions(amount: int) -> str:
    return f"{amount / 1_000_000:,.1f}".removesuffix(".0")


def show_verification(result: dict[str, Any], console: Console = RESULTS) -> None:
    """Every published figure with its verdict, then the findings."""
    title = f"Published figures, version {result['version']}"
    grain = itemgetter("year", "programme", "pot_id")
    pots = [list(group) for _, group in groupby(sorted(result["figures"], key=grain), key=grain)]
    lines = [line for figures in pots for line in _figure_lines(figures)]
    if console.width < _NARROWEST_TABLE:
        console.print(title, style="italic")
        for figure, published, difference, verdict in lines:
            console.print(figure)
            console.print(f"  {published} kr{f', difference {difference}' if difference not in ('', '0') else ''}")
            console.print(Text("  ").append(verdict))
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title)
        table.add_column("figure", min_width=33)
        for heading in ("published kr", "difference"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("verdict", overflow="fold")
        for line in lines:
            table.add_row(*line)
        console.print(table)
    for finding in result["findings"]:
        show_paragraph(f"{finding['severity']} {finding['year']}: {finding['message_en']}", console)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in result["verdicts"].items() if count)
    console.print(counts or "no published figures for these years", style="bold")


def _figure_lines(figures: list[dict[str, Any]]) -> Iterator[tuple[Text, str, str, Text]]:
    """Figure, published kronor, difference and verdict; a pot where many figures are exact is one line."""
    pot = Text(f"{figures[0]['year']} ").append(_name(figures[0]["pot_id"])).append("\n  ")
    if len(figures) >= _MANY and {row["verdict"] for row in figures} == {"exact"}:
        together = sum(row["published_sek"] for row in figures)
        exact = Text(f"{len(figures)} exact", style=VERDICT_STYLES["exact"])
        yield pot + Text(f"{len(figures)} figures"), f"{together:,}", "0", exact
        return
    for row in figures:
        yield (
            pot + _name(f"{row['recipient_code']} {row['recipient_name']}"),
            f"{row['published_sek']:,}",
            "" if row["difference_sek"] is None else f"{row['difference_sek']:+,}".replace("+0", "0"),
            Text(row["verdict"], style=VERDICT_STYLES[row["verdict"]]).append(_because(row["cause"]), style="dim"),
        )


def _because(cause: str | None) -> str:
    return "" if cause is None else f" ({cause.replace('_', ' ')})"


def show_paragraph(text: str, console: Console = RESULTS, style: str = "") -> None:
    """A sentence or two: on a terminal wrapped at spaces but never inside an amount, one line elsewhere."""
    shown = harmless(text, longest=2_000)
    # rich would break a line at a no-break space.
    lines = textwrap.wrap(shown, console.width, break_on_hyphens=False) if console.is_terminal else [shown]
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)


def show_begun(begin: str, rest: str, style: str = "", console: Console = RESULTS) -> None:
    """A line whose beginning has a style; on a terminal wrapped at spaces, all of it set in alike."""
    told = harmless(rest, longest=2_000)
    wide = max(console.width - len(begin), 1)
    lines = textwrap.wrap(told, wide, break_on_hyphens=False) if console.is_terminal else [told]
    for number, line in enumerate(lines or [""]):
        shown = Text(begin, style=style) if number == 0 else Text(" " * len(begin))
        console.print(shown.append(line, style="default"), soft_wrap=True)


def show_status(result: dict[str, Any], console: Console = RESULTS) -> None:
    """The published version in a few lines."""
    damaged = ", ".join(result["damaged"])
    stale = ", ".join(str(year) for year in result["stale_years"])
    for label, told in (
        ("version", f"{result['version']}, made {result['created_at']}"),
        ("folder", result["folder"]),
        ("years", f"{result['years'][0]}–{result['years'][-1]} ({len(result['years'])})"),
        ("files", f"{result['files']}, {result['rows']:,} rows, {result['bytes']:,} bytes"),
        ("integrity", f"DAMAGED: {damaged}" if damaged else "every file is as it was published"),
        ("inputs", f"changed since for {stale}: run them again" if stale else "unchanged since"),
    ):
        console.print(f"{label:9} {told}", soft_wrap=True)


def show_published(version_id: str, folder: str, *, is_new: bool, console: Console = RESULTS) -> None:
    """Where the results are."""
    news = "published" if is_new else "unchanged; still published"
    console.print(f"Version {version_id} {news}: {folder}", soft_wrap=True, style="bold")
    report = Path(folder) / "report" / "index.html"
    if report.is_file():
        console.print(f"Report for people: {report}", soft_wrap=True)
