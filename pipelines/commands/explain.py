"""`kronvis explain`: reads its arguments itself, because typer loads longer than an explanation takes."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import print_json
from schemas.text import Language
from schemas.vocabulary import RECIPIENT_TYPES


def command(arguments: Sequence[str]) -> None:
    """`kronvis explain …`: print an explanation. Raises as `explain` does; ends with 2 on arguments it cannot read."""
    from pipelines.answers.explain import explain
    from pipelines.terminal.explain import show

    asked = _parser().parse_args(arguments)
    settings = settings_from_environment(out=asked.out)
    result = explain(settings, asked.year, asked.recipient, asked.pot, asked.lang, asked.against, asked.type)
    if asked.json:
        print_json(result)
    else:
        show(result)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kronvis explain",
        description="Explain what a recipient gets: formula, rule, documents, head counts, causes of change.",
        epilog='Example: kronvis explain 2025 "Dalarnas län" --against 2024 --lang en',
    )
    parser.add_argument("year", type=int, help="The grant year.")
    parser.add_argument("recipient", help="A name or a code: Falun, 2080, 'Region Dalarna', 20, SKR.")
    parser.add_argument("--pot", metavar="ID", help="Only this pot.")
    parser.add_argument("--against", type=int, metavar="YEAR", help="Also the change from that earlier year.")
    parser.add_argument("--type", choices=RECIPIENT_TYPES, help="Only this role of a name that has several.")
    parser.add_argument("--lang", choices=get_args(Language), default="sv", help="Swedish (default) or English.")
    parser.add_argument("--out", type=Path, help="Folder that was published to; by default data/out.")
    parser.add_argument("--json", action="store_true", help="Machine-readable output on stdout.")
    return parser
