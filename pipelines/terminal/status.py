"""How the state of what is published looks."""

from typing import Any

from rich.console import Console

from pipelines.terminal.console import RESULTS
from schemas.written import number


def show_status(result: dict[str, Any], console: Console = RESULTS) -> None:
    """The published version in a few lines."""
    damaged = ", ".join(result["damaged"])
    stale = ", ".join(str(year) for year in result["stale_years"])
    for label, told in (
        ("version", f"{result['version']}, made {result['created_at']}"),
        ("folder", result["folder"]),
        ("years", f"{result['years'][0]}–{result['years'][-1]} ({len(result['years'])})"),
        ("files", f"{result['files']}, {number(result['rows'], 'en')} rows, {number(result['bytes'], 'en')} bytes"),
        ("integrity", f"DAMAGED: {damaged}" if damaged else "every file is as it was published"),
        ("inputs", f"changed since for {stale}: run them again" if stale else "unchanged since"),
    ):
        console.print(f"{label:9} {told}", soft_wrap=True)
