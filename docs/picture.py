"""Draws docs/images/run.svg, what a run says, from what is published now: `make picture`."""

import io
import re
from pathlib import Path

from rich.console import Console

from pipelines.answers.summary import summary
from pipelines.answers.version import published_version
from pipelines.settings import settings_from_environment
from pipelines.terminal.summary import show_summary

PICTURE = Path(__file__).parent / "images" / "run.svg"


def main() -> None:
    """Record the summary table and save it as SVG without references to web fonts."""
    settings = settings_from_environment()
    version = published_version(settings)
    console = Console(record=True, width=98, highlight=False, force_terminal=True, file=io.StringIO())
    show_summary(summary(version, version.manifest["years"]), console)
    svg = console.export_svg(title="kronvis run")
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
