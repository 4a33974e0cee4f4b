"""How the agreements of a run look: a line each, and where the results are."""

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.terminal.console import NARROWEST_TABLE, RESULTS, VERDICT_STYLES, short
from pipelines.terminal.numbers import millions


def show_summary(rows: list[dict[str, Any]], console: Console = RESULTS) -> None:
    """One line per agreement: money, how much of it is computed, and how it agrees with what was published."""
    ordered = sorted(rows, key=lambda one: (one["year"], one["programme"]))
    title = "Agreements, million kronor"
    if console.width < NARROWEST_TABLE:
        console.print(title, style="italic")
        for row in ordered:
            _show_agreement(row, console)
    else:
        console.print(_agreements_table(ordered, title))
    if any(row["preliminary_sek"] for row in rows):
        console.print("prelim.: rests on stand-in head counts until SCB’s own are on hand.", style="dim")
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
            short(row["programme"]),
            millions(row["agreement_total_sek"]),
            millions(row["computed_sek"]),
            _share(row),
            millions(row["preliminary_sek"]) if row["preliminary_sek"] else "",
            _verdicts(row),
        )
    return table


def _show_agreement(row: dict[str, Any], console: Console) -> None:
    """The same as a row of the table, in lines of at most 40 characters."""
    console.print(Text(f"{row['year']} ").append(short(row["programme"])).append(f"  {_share(row)}"), style="bold")
    agreed, computed = millions(row["agreement_total_sek"]), millions(row["computed_sek"])
    console.print(f"  agreed {agreed}, computed {computed}")
    if row["preliminary_sek"]:
        console.print(f"  prelim. {millions(row['preliminary_sek'])}")
    for part in _verdicts(row).split(", "):
        console.print(Text("  ").append(part))


def _share(row: dict[str, Any]) -> str:
    """Whole percent; 100 % is said of all of it only."""
    is_whole = row["computed_sek"] == row["agreement_total_sek"]
    return "100%" if is_whole else f"{min(row['computed_share'], 0.99):.0%}"


def _verdicts(row: dict[str, Any]) -> Text:
    counted = [(f"{row[verdict]} {verdict}", VERDICT_STYLES[verdict]) for verdict in VERDICT_STYLES if row[verdict]]
    return Text(", ").join([Text(*part) for part in counted])


def show_published(version_id: str, folder: str, *, is_new: bool, console: Console = RESULTS) -> None:
    """Where the results are."""
    news = "published" if is_new else "unchanged; still published"
    console.print(f"Version {version_id} {news}: {folder}", soft_wrap=True, style="bold")
    report = Path(folder) / "report" / "index.html"
    if report.is_file():
        console.print(f"Report for people: {report}", soft_wrap=True)
