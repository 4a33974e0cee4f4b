"""Writes docs/reference/commands.md, every command with its own help: `python -m docs.commands`."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from unittest import mock

import typer
from typer.core import TyperGroup

from pipelines.commands import explain
from pipelines.commands.app import app

PAGE: Final = Path(__file__).parent / "reference" / "commands.md"
# What a page of the site has room for.
_WIDTH: Final = 84
_HEAD: Final = """# Commands

Made by `python -m docs.commands` from what each command says of itself with `--help`; do not edit. `kronvis` is in
`.venv/bin`; `python -m pipelines` is the same.

Exit codes: 0 done · 1 data refused, or a mismatch · 2 usage · 3 source unavailable · 70 a bug ·
130 interrupted. Data go to stdout, messages to stderr.
"""


def helps() -> Iterator[tuple[str, str]]:
    """The words that start each command, and its help; commands of a group after it."""
    kronvis = typer.main.get_command(app)
    for path, text in _of_group(kronvis, typer.Context(kronvis, info_name="kronvis")):
        # It reads its arguments itself, to answer at once.
        yield path, _help_of_explain() if path == "kronvis explain" else text


def _of_group(group: object, parent: typer.Context) -> Iterator[tuple[str, str]]:
    if not isinstance(group, TyperGroup):
        return
    for name in group.list_commands(parent):
        command = group.commands[name]
        context = typer.Context(command, info_name=name, parent=parent, max_content_width=_WIDTH, terminal_width=_WIDTH)
        yield context.command_path, command.get_help(context)
        yield from _of_group(command, context)


def _help_of_explain() -> str:
    said = io.StringIO()
    width = mock.patch.dict(os.environ, COLUMNS=str(_WIDTH))
    with width, contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        explain.command(["--help"])
    return said.getvalue().strip()


def page() -> str:
    """The page as it is to stand."""
    return _HEAD + "".join(f"\n## {path}\n\n```text\n{text}\n```\n" for path, text in helps())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
