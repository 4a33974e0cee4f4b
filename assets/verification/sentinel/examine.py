"""The examination of a table: every alarm about it, each cause tried from the most certain to the vaguest.

First what the table is (the pot, or another year or count altogether), then its rows against that, then who is in it,
and last its total. An error of one row never changes what the others are measured by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assets.verification.sentinel.alarms import (
    about,
    merged,
    rounding_alarm,
    row_alarm,
    swap_alarm,
    table_alarm,
    total_alarm,
)
from assets.verification.sentinel.causes import Suspect, causes_of, swapped
from assets.verification.sentinel.coverage import doubled, lost_zeros, missing, read_rows
from assets.verification.sentinel.measured import Measured, measure, rounded_otherwise, rows_that_fit
from assets.verification.sentinel.standards import Exact
from assets.verification.sentinel.table import Alarm, PrintedTable, Reference, Row
from assets.verification.sentinel.totals import Parts, Verdict, judge_pot, judge_total, unrounded_sum


@dataclass(frozen=True)
class _Column:
    """The rows of a table with the pot they are said to be."""

    reference: Reference
    rows: Sequence[Row]
    step_sek: int
    total_sek: int | None

    @property
    def amounts(self) -> list[int]:
        """All that is printed, dashes left out."""
        return [row.amount_sek for row in self.rows if row.amount_sek is not None]

    @property
    def of_strangers(self) -> list[int]:
        """Amounts of rows that are nobody's in the pot."""
        members = self.reference.members
        return [row.amount_sek for row in self.rows if row.amount_sek is not None and row.code not in members]

    def printed(self, measured: Measured | None = None) -> dict[str, int]:
        """The amount of each recipient; of somebody printed twice the right one, or else the first."""
        printed: dict[str, int] = {}
        for code, _, amount in self.rows:
            if code in self.reference.members and amount is not None:
                is_right = measured is not None and measured.accepts(code, amount)
                printed[code] = amount if is_right else printed.get(code, amount)
        return printed


def examine(table: PrintedTable, reference: Reference) -> tuple[Alarm, ...]:
    """All alarms about `table` if it is the pot of `reference`; empty for a table without errors.

    Rows whose recipient is unknown or has no part in the pot count in the sum and nowhere else.
    """
    rows = read_rows(table.rows, reference)
    column = _Column(reference, rows, table.step_sek, table.printed_total_sek)
    measured = measure(column.printed(), reference, table.step_sek)
    measured = _pinned(column, measured)
    of_rows, changes = _rows(column, measured)
    alarms = [*_whole(column, measured), *of_rows, *_coverage(column, measured)]
    parts = _parts(column, measured, changes)
    verdict = _judge(column, measured, parts)
    if verdict is None and not alarms and not parts.is_sure:
        verdict = judge_pot(parts, reference)
    return (*alarms, *([] if verdict is None else [total_alarm(verdict)]))


def _pinned(column: _Column, measured: Measured) -> Measured:
    """Where one row alone is off and only near counts are on hand, the printed total may say what it should be."""
    printed = column.printed(measured)
    off = measured.suspects(printed)
    if column.total_sek is None or len(off) != 1:
        return measured
    code = off[0]
    right = printed[code] + column.total_sek - sum(column.amounts)
    standard = measured.standards[code]
    if standard.right_sek is not None or not standard.accepts(right):
        return measured
    split = standard.splits[0] if standard.splits else None
    exact = Exact(standard.base_sek, right, standard.people_behind(right), split, column.step_sek)
    return replace(measured, standards={**measured.standards, code: exact})


def _whole(column: _Column, measured: Measured) -> Iterator[Alarm]:
    if measured.frames:
        printed = column.printed(measured)
        fitting = rows_that_fit(measured.frames[0], printed, column.reference, column.step_sek)
        yield table_alarm(measured.frames, list(printed), fitting)


def _rows(column: _Column, measured: Measured) -> tuple[list[Alarm], tuple[int | None, ...]]:
    """Alarms about single amounts, and what mending each changes in the sum (None where that is open)."""
    reference, printed = column.reference, column.printed(measured)
    off = measured.suspects(printed)
    otherwise = rounded_otherwise(printed, measured, reference) if off else None
    if otherwise is not None:
        return [rounding_alarm(otherwise, off, reference)], ()
    suspects = [Suspect(code, printed[code], measured.standards[code], column.step_sek) for code in off]
    # Where most amounts are off and only near counts are on hand, many are by chance about what another should have.
    are_guesses = 2 * len(off) > len(printed) and any(measured.right_sek(code) is None for code in off)
    rings = [] if are_guesses else swapped(suspects)
    exchanged = {suspect.code for ring in rings for suspect in ring}
    single = [
        row_alarm(causes_of(suspect, reference), suspect, reference)
        for suspect in suspects
        if suspect.code not in exchanged
    ]
    changes = tuple(
        None if alarm.corrected_sek is None else alarm.corrected_sek - printed[alarm.recipient_codes[0]]
        for alarm in single
    )
    alarms = [*(swap_alarm(ring, reference) for ring in rings), *single]
    return merged(alarms, len(printed), are_guesses=are_guesses), changes


def _coverage(column: _Column, measured: Measured) -> Iterator[Alarm]:
    """Recipients printed twice, missing ones, and codes without their zeros."""
    reference = column.reference
    lacking = missing(column.rows, reference)
    for code, amounts in doubled(column.rows).items():
        surplus = [amount for amount in amounts if amount is not None and not measured.accepts(code, amount)]
        owner = next((other for other in lacking if any(measured.accepts(other, amount) for amount in surplus)), None)
        lacking = [other for other in lacking if other != owner]
        whose = {} if owner is None else {"row_of": owner}
        codes = [code] if owner is None else [code, owner]
        yield about("doubled_recipient", codes, reference, {"amounts": amounts, **whose}, measured.right_sek(code))
    if lacking:
        right = measured.right_sek(lacking[0]) if len(lacking) == 1 else None
        yield about("missing_recipient", lacking, reference, {}, right)
    zeros = lost_zeros(column.rows)
    if zeros:
        evidence = {"printed_codes": ", ".join(str(row.printed_code) for row in zeros)}
        yield about("lost_leading_zero", [str(row.code) for row in zeros], reference, evidence)


def _parts(column: _Column, measured: Measured, changes: tuple[int | None, ...]) -> Parts:
    """What the total may be the sum of. `changes` are what mending single rows does to it."""
    printed, reference = column.printed(measured), column.reference
    lacking = missing(column.rows, reference)
    members = set(printed) | set(lacking)
    is_complete = members == set(reference.members) and not measured.frames and not column.of_strangers
    added = [measured.right_sek(code) for code in lacking]
    known = [right for right in added if right is not None]
    measures = [(measured.standards.get(code), amount) for code, amount in printed.items()]
    return Parts(
        amounts=tuple(column.amounts),
        unrounded=unrounded_sum([*measures, *((None, amount) for amount in column.of_strangers)], column.step_sek),
        corrections=(
            *changes,
            sum(printed.values()) + sum(column.of_strangers) - sum(column.amounts),
            sum(known) if len(known) == len(added) else None,
        ),
        pot_sek=reference.pot_sek if is_complete else None,
        wider_sek=frozenset() if is_complete else _wider_sums(printed, measured, reference),
        step_sek=column.step_sek,
        is_sure=all(measured.right_sek(code) is not None for code in printed),
    )


def _wider_sums(printed: Mapping[str, int], measured: Measured, reference: Reference) -> frozenset[int]:
    """What the total of an excerpt may be: of the pot, all recipients, or all of the one county of the rows.

    Where the rows are another table's, the total may still be the pot's.
    """
    members, counties = reference.members, reference.counties
    if measured.frames:
        return frozenset({reference.pot_sek, sum(members[code].amount_sek for code in printed)})
    sums = {reference.pot_sek, sum(member.amount_sek for member in members.values())}
    here = {counties.get(code) for code in printed}
    if len(here) == 1:
        sums.add(sum(member.amount_sek for code, member in members.items() if counties.get(code) in here))
    return frozenset(sums)


def _judge(column: _Column, measured: Measured, parts: Parts) -> Verdict | None:
    """The printed total; of another table on near counts, only that table's own sum could be told."""
    is_near = not all(column.reference.members[code].is_exact for code in column.printed())
    if column.total_sek is None or not parts.amounts or (measured.frames and is_near):
        return None
    return judge_total(column.total_sek, parts)
