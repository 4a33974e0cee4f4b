"""How a county's report of use looks on a terminal, in Swedish or English."""

from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Shown

from assets.county.findings import ERROR, WARNING
from pipelines.terminal.console import RESULTS
from schemas.called import FOLLOW_UP_SHORT
from schemas.text import Language, Text
from schemas.written import number

_AMOUNTS: Final = {
    "allocated_sek": Text("tilldelat", "allocated"),
    "requisitioned_sek": Text("rekvirerat", "claimed"),
    "used_sek": Text("förbrukat", "used"),
    "saved_sek": Text("sparat", "saved"),
    "repaid_sek": Text("återbetalat", "repaid"),
    "reported_sek": Text("redovisat", "reported"),
    "unexplained_sek": Text("oförklarat", "unexplained"),
}
_VERDICT_STYLES: Final = {
    "accounted": "green",
    "unexplained": "bold red",
    "exceeds": "bold red",
    "other_allocation": "bold red",
    "incomplete": "yellow",
    "not_reported": "dim",
}
_SEVERITIES: Final = {
    ERROR: (Text("fel", "error"), "bold red"),
    WARNING: (Text("obs", "note"), "yellow"),
}


def show_report(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """A report's rows with their verdicts, then what was found, with row and column."""
    head = f"{result['county_name']} {result['year']}, {result['programme']}"
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=head, title_justify="left")
    table.add_column(Text("pott", "pot").of(lang))
    shown = [name for name in _AMOUNTS if any(row[name] is not None for row in result["rows"])]
    for name in shown:
        table.add_column(_AMOUNTS[name].of(lang), justify="right", no_wrap=True)
    table.add_column(Text("utfall", "verdict").of(lang))
    for row in result["rows"]:
        amounts = ["" if row[name] is None else number(row[name], lang) for name in shown]
        verdict = Shown(FOLLOW_UP_SHORT[row["verdict"]].of(lang), style=_VERDICT_STYLES[row["verdict"]])
        table.add_row(row["pot_id"], *amounts, verdict)
    console.print(table)
    for finding in result["findings"]:
        severity, style = _SEVERITIES[finding["severity"]]
        place = f" {finding[f'place_{lang}']}" if finding[f"place_{lang}"] else ""
        text = f"{place}: {finding[f'message_{lang}']}"
        # Wrapped by the terminal: lines are not to be broken inside an amount.
        console.print(Shown.assemble((severity.of(lang), style), text), soft_wrap=True)
    told = Text(
        f"{result['errors']} fel, {result['warnings']} att se över" if result["findings"] else "Redovisningen håller.",
        f"{result['errors']} errors, {result['warnings']} notes" if result["findings"] else "The report holds.",
    )
    console.print(told.of(lang), style="bold")
