"""Brings what was last measured into the page that shows it (`docs/explanation/benchmarks.md`).

    python -m benchmarks.page

Only what lies between the two markers is written; the rest of the page is by hand.
"""

import json
from pathlib import Path
from typing import Any, Final

from benchmarks.__main__ import SPEED
from benchmarks.harness import RESULTS, ROOT, as_markdown

PAGE: Final = ROOT / "docs" / "explanation" / "benchmarks.md"
BEGIN: Final = "<!-- measured: written by `python -m benchmarks.page` -->"
END: Final = "<!-- end of what was measured -->"


def results(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """The records on file, in the order of the page; raises `FileNotFoundError` if one was never measured."""
    return [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in SPEED]


def with_measured(page: str, records: list[dict[str, Any]]) -> str:
    """The page with the measured part made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([f"{before}{BEGIN}", "", _machine(records[0]), "", *map(as_markdown, records), f"{END}{after}"])


def _machine(record: dict[str, Any]) -> str:
    told = record["machine"]
    libraries = ", ".join(f"{name} {told[name]}" for name in ("python", "polars", "dagster", "pandera", "pyarrow"))
    place = f"{told['cores']} cores ({told['processor']}), {told['memory_gib']} GiB, {told['system']}"
    return f"Measured on {place}; {libraries}."


def main() -> None:
    """Write the page."""
    PAGE.write_text(with_measured(PAGE.read_text(encoding="utf-8"), results()), encoding="utf-8")


if __name__ == "__main__":
    main()
