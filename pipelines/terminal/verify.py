"""How published figures look beside the computed ones."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.terminal.console import NARROWEST_TABLE, RESULTS, VERDICT_STYLES, short, show_paragraph
from schemas.written import number

# A pot with at least this many figures, all exact, is told in one line.
_MANY: Final = 5


def show_verification(result: dict[str, Any], console: Console = RESULTS) -> None:
    """Every published figure with its verdict, then the findings."""
    title = f"Published figures, version {result['version']}"
    grain = itemgetter("year", "programme", "pot_id")
    pots = [list(group) for _, group in groupby(sorted(result["figures"], key=grain), key=grain)]
    lines = [line for figures in pots for line in _figure_lines(figures)]
    if console.width < NARROWEST_TABLE:
        console.print(title, style="italic")
        for figure, published, difference, verdict in lines:
            console.print(figure)
            beside = f"; difference {difference}" if difference not in ("", "0") else ""
            console.print(f"  SEK\u00a0{published}{beside}")
            console.print(Text("  ").append(verdict))
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, title=title)
        table.add_column("figure", min_width=33)
        for heading in ("published SEK", "difference"):
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
    pot = Text(f"{figures[0]['year']} ").append(short(figures[0]["pot_id"])).append("\n  ")
    if len(figures) >= _MANY and {row["verdict"] for row in figures} == {"exact"}:
        together = sum(row["published_sek"] for row in figures)
        exact = Text(f"{len(figures)} exact", style=VERDICT_STYLES["exact"])
        yield pot + Text(f"{len(figures)} figures"), number(together, "en"), "0", exact
        return
    for row in figures:
        yield (
            pot + short(f"{row['recipient_code']} {row['recipient_name']}"),
            number(row["published_sek"], "en"),
            "" if row["difference_sek"] is None else number(row["difference_sek"], "en", signed=True),
            Text(row["verdict"], style=VERDICT_STYLES[row["verdict"]]).append(_because(row["cause"]), style="dim"),
        )


def _because(cause: str | None) -> str:
    return "" if cause is None else f" ({cause.replace('_', ' ')})"
