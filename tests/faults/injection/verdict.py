"""What became of a fault, and of all faults of a kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Verdict:
    """What became of one fault.

    `struck`: it hit before the work was done. `survived`: whoever read saw the old or the new content whole, or was
    told of the damage. `recovered`: the next undisturbed run gave the very bytes, and nothing was left lying about.
    """

    kind: str
    what: str
    struck: bool
    survived: bool
    recovered: bool
    views: int = 0
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of fault: all its cases, or as many different ones as are asked for."""

    name: str
    cases: Sequence[Callable[[], Verdict]] = ()
    draw: Callable[[], Verdict] | None = None
    # How many are drawn, beside other kinds that are drawn.
    weight: int = 1


@dataclass(frozen=True)
class Row:
    """A line of the table of faults."""

    kind: str
    injected: int
    survived: int
    recovered: int
    lost: int


def rows(verdicts: Iterable[Verdict]) -> list[Row]:
    """The table; a fault that came too late to strike is not counted."""
    by_kind: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.struck:
            by_kind.setdefault(verdict.kind, []).append(verdict)
    return [_row(kind, those) for kind, those in sorted(by_kind.items())]


def _row(kind: str, verdicts: Sequence[Verdict]) -> Row:
    return Row(
        kind,
        len(verdicts),
        sum(verdict.survived for verdict in verdicts),
        sum(verdict.recovered for verdict in verdicts),
        sum(not (verdict.survived and verdict.recovered) for verdict in verdicts),
    )


def total(table: Sequence[Row]) -> Row:
    """The last line."""
    return Row(
        "all",
        sum(row.injected for row in table),
        sum(row.survived for row in table),
        sum(row.recovered for row in table),
        sum(row.lost for row in table),
    )


_TITLES: Final = ("kind", "injected", "survived", "recovered identically", "lost")


def markdown(table: Sequence[Row]) -> str:
    """The table for the documents and the terminal."""
    lines = [f"| {' | '.join(_TITLES)} |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {row.kind} | {row.injected:,} | {row.survived:,} | {row.recovered:,} | {row.lost:,} |"
        for row in (*table, total(table))
    ]
    return "\n".join(lines) + "\n"
