"""What people meet Kronvis in: the terminal they read it on, the browser its report is tested in."""

import os
import shutil
import sys
from typing import Final

from pipelines.operations.checks.finding import Finding, both
from pipelines.settings import Settings
from schemas.text import Text

_NARROWEST_TABLE: Final = 80


def terminal(_settings: Settings) -> Finding:
    """Whether å, ä and ö can be written, and how wide tables may be."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    width = shutil.get_terminal_size().columns
    if encoding != "utf8":
        found = Text(f"skriver {encoding or 'okänt'}, inte UTF-8", f"writes {encoding or 'unknown'}, not UTF-8")
        return Finding("note", found, both("export PYTHONUTF8=1 LC_ALL=C.UTF-8"))
    if width < _NARROWEST_TABLE:
        found = Text(f"UTF-8, {width} tecken: rader i stället för tabeller", f"UTF-8, {width} wide: lines, not tables")
        return Finding("note", found)
    return Finding("fine", Text(f"UTF-8, {width} tecken", f"UTF-8, {width} wide"))


def browser(_settings: Settings) -> Finding:
    """Whether there is a Chromium for the tests of the report; nothing else needs it."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program and os.access(program, os.X_OK):
        return Finding("fine", both(program))
    found = Text("ingen; tests/browser hoppas över", "none; tests/browser is left out")
    return Finding("note", found, Text("installera chromium, eller sätt CHROMIUM", "install chromium, or set CHROMIUM"))
