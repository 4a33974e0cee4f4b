"""The page of the documents: what was injected, and what became of it."""

import os
import platform
from collections.abc import Sequence
from typing import Final

import polars as pl

from tests.faults.injection.verdict import Row, Verdict, markdown

_PAGE: Final = """# Faults

    make faults
    # python -m tests.faults.injection --faults 2000 --report faults.json --page docs/explanation/faults.md

Injects faults on purpose and looks what becomes of what is published. `make test` has a short form of it
(`tests/faults/test_injection.py`).

{table}
*Survived*: a reader who resolves `current`, holds every file against the manifest and `SHA256SUMS` and every table
against its contract, saw the old content or the new one, whole; where published bytes were spoilt on purpose, it was
told, with a way out. *Recovered identically*: the next undisturbed run gave the very bytes that an untroubled one
gives, and left nothing lying about. *Lost* is everything else. A fault that came too late to strike is not counted:
{late} did. A second reader looked all the time, {views:,} times in all, and what it saw counts too.

Most faults strike publishing and the archive, in a process forked for each (three tables, two years, two products, real
rows). Every step that changes the disk is struck in turn: a file created, flushed, linked, renamed, removed. A power
cut is a kill after which all bytes that nobody had flushed are cut from their files. Where it says `kronvis run`, a
whole process is struck, products included, up to three times in a row before one is left alone.

Not shown: a bit that flips in a work file between its writing and its publication, seconds later in the same run, and
that leaves it readable and within its contract. Power is cut in a simulation, not in a machine.

Measured on {machine}.
"""


def page(table: Sequence[Row], verdicts: Sequence[Verdict]) -> str:
    """`docs/explanation/faults.md` as it is to stand."""
    return _PAGE.format(
        table=markdown(table),
        late=sum(not verdict.struck for verdict in verdicts),
        views=sum(verdict.views for verdict in verdicts),
        machine=f"{platform.system()} {platform.machine()} with {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, polars {pl.__version__}",
    )
