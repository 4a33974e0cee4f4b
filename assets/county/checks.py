"""Whether a county's report holds: each line against what was allocated, the lines against each other and the dates.

Everything is told at once, as findings. What cannot be read is found by `reading.py`; tables are made in
`follow_up.py`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from assets.county.expected import Expected, Owner
from assets.county.findings import ERROR, WARNING, Finding
from assets.county.form import KRONOR, LABELS, PLACE, SUM, Form, Line
from schemas.money import kronor_en, kronor_sv
from schemas.text import Text
from schemas.vocabulary import INFERRED, VERIFIED
from schemas.written import joined

# A round amount is allocated in many years and says nothing of which one is meant.
_ROUND: Final = 1_000
_HOW_SURE: Final = {VERIFIED: Text("", ""), INFERRED: Text(" (härledd)", " (inferred)")}
_OWNER: Final = ("programme", "year", "county_code")
_USE: Final = ("used_sek", "saved_sek", "repaid_sek")


def findings_in(form: Form, known: Expected, unreadable: Iterable[Finding] = ()) -> list[Finding]:
    """All that is wrong in a form, in the order of its rows; `unreadable` is what reading it found.

    A line with a cell that cannot be read is told of that alone.
    """
    told = list(unreadable)
    broken = {finding.row for finding in told}
    for line in form.lines:
        told += [*_wrong_owner(line, known.owner, broken), *_unknown_pot(line, known, broken)]
    told += _twice(form)
    broken = {finding.row for finding in told}
    for line in form.pots:
        if line.row not in broken:
            told += _line(line, known)
    told += _missing(form, known)
    if not broken:
        told += [finding for line in form.sums for finding in _sums(line, form)]
    return sorted(told, key=lambda finding: (finding.row or 0, finding.column or 0, finding.kind))


def _wrong_owner(line: Line, owner: Owner, broken: set[int | None]) -> Iterator[Finding]:
    for column in _OWNER:
        right, found = getattr(owner, column), line.value(column)
        if found != right and line.row not in broken:
            shown = Text(f"«{found}»", f"“{found}”") if found is not None else Text("tomt", "empty")
            message = Text(f"är {shown.sv} i en redovisning för {right}", f"is {shown.en} in a report for {right}")
            yield _finding("wrong_owner", ERROR, line, column, message, {"expected": right, "found": found})


def _unknown_pot(line: Line, known: Expected, broken: set[int | None]) -> Iterator[Finding]:
    if line.pot_id not in (*known.pots, SUM) and line.row not in broken:
        pots = (*known.pots, SUM)
        what = Text(
            f"{line.pot_id or 'tomt'} är ingen av länets potter {known.owner.year}: {joined(pots, 'sv')}",
            f"{line.pot_id or 'empty'} is none of the county’s pots in {known.owner.year}: {joined(pots, 'en')}",
        )
        yield _finding("unknown_pot", ERROR, line, "pot_id", what, {"pots": list(known.pots)})


def _twice(form: Form) -> Iterator[Finding]:
    counted = Counter(line.pot_id for line in form.lines if line.pot_id)
    first: dict[str, int] = {}
    for line in form.lines:
        if line.pot_id and counted[line.pot_id] > 1:
            before = first.setdefault(line.pot_id, line.row)
            if before != line.row:
                what = Text(f"{line.pot_id} står redan på rad {before}", f"{line.pot_id} is already on row {before}")
                yield _finding("pot_twice", ERROR, line, "pot_id", what, {"first_row": before})


def _missing(form: Form, known: Expected) -> Iterator[Finding]:
    there = {line.pot_id for line in form.lines}
    for pot_id in known.required:
        if pot_id not in there:
            message = Text(f"Raden för potten {pot_id} saknas.", f"The row of the pot {pot_id} is missing.")
            yield Finding("missing_pot", ERROR, pot_id, None, PLACE["pot_id"], message)


def allocated_of(line: Line, known: Expected) -> tuple[int | None, str | None]:
    """What the county was allocated of the line's pot and from where it is known: the report itself comes last."""
    own = known.own.get(line.pot_id or "")
    if own is not None:
        return own.amount_sek, own.origin
    return line.allocated_sek, None if line.allocated_sek is None else "report"


def _line(line: Line, known: Expected) -> Iterator[Finding]:
    allocated, _ = allocated_of(line, known)
    if allocated is not None:
        yield from _against(allocated, line)
    for column in ("requisitioned_sek", "used_sek", "reported_sek"):
        yield from _other_allocation(line, column, allocated, known)
    yield from _not_stated(line, allocated)
    if known.report_by and line.reported_on and line.reported_on > known.report_by:
        days = (line.reported_on - known.report_by).days
        what = Text(
            f"{days} dagar efter sista dagen {known.report_by}", f"{days} days after the last day {known.report_by}"
        )
        yield _finding(
            "late_report", WARNING, line, "reported_on", what, {"report_by": str(known.report_by), "days": days}
        )


def _against(allocated: int, line: Line) -> Iterator[Finding]:
    if line.allocated_sek not in (None, allocated):
        yield _compared("allocated_differs", line, "allocated_sek", allocated)
    if _is_more(line.requisitioned_sek, allocated):
        yield _compared("requisitioned_exceeds_allocated", line, "requisitioned_sek", allocated)
    if _is_more(line.used_sek, allocated):
        yield _compared("used_exceeds_allocated", line, "used_sek", allocated)
        return
    unexplained = unexplained_of(line, allocated)
    if unexplained:
        yield _unexplained(line, allocated, unexplained)


def unexplained_of(line: Line, allocated: int | None) -> int | None:
    """Allocated − used − saved − repaid; None unless all four are known."""
    parts = [line.kronor(column) for column in _USE]
    if allocated is None or None in parts:
        return None
    return allocated - sum(part for part in parts if part is not None)


def _is_more(amount: int | None, allocated: int) -> bool:
    return amount is not None and amount > allocated


def _compared(kind: str, line: Line, column: str, allocated: int) -> Finding:
    amount = line.kronor(column) or 0
    what = Text(
        f"{kronor_sv(amount)}, men tilldelat är {kronor_sv(allocated)}",
        f"{kronor_en(amount)}, but {kronor_en(allocated)} was allocated",
    )
    return _finding(kind, ERROR, line, column, what, {"amount_sek": amount, "allocated_sek": allocated})


def _unexplained(line: Line, allocated: int, unexplained: int) -> Finding:
    used = allocated - unexplained
    not_claimed = allocated - line.requisitioned_sek if line.requisitioned_sek is not None else 0
    claimed = Text("", "")
    if not_claimed > 0 and unexplained > 0:
        claimed = Text(f"; {kronor_sv(not_claimed)} är inte rekvirerat", f"; {kronor_en(not_claimed)} was not claimed")
    what = Text(
        f"förbrukat, sparat och återbetalat är {kronor_sv(used)} av tilldelade {kronor_sv(allocated)}:"
        f" {kronor_sv(abs(unexplained))} {'oförklarat' if unexplained > 0 else 'för mycket'}{claimed.sv}",
        f"used, saved and repaid come to {kronor_en(used)} of the {kronor_en(allocated)} allocated:"
        f" {kronor_en(abs(unexplained))} {'unexplained' if unexplained > 0 else 'too much'}{claimed.en}",
    )
    evidence = {"allocated_sek": allocated, "explained_sek": used, "unexplained_sek": unexplained}
    return _finding("unexplained", ERROR, line, "used_sek", what, evidence)


def _other_allocation(line: Line, column: str, allocated: int | None, known: Expected) -> Iterator[Finding]:
    """An amount that is to the krona what the county was allocated in another year, or of another pot."""
    amount = line.kronor(column)
    if amount is None or amount % _ROUND == 0 or amount == allocated:
        return
    same = [one for one in known.allocations if one.amount_sek == amount]
    if not same:
        return
    which = Text(
        joined([f"{one.pot_id} {one.year}{_HOW_SURE[one.evidence].sv}" for one in same], "sv"),
        joined([f"{one.pot_id} {one.year}{_HOW_SURE[one.evidence].en}" for one in same], "en"),
    )
    told = Text("", "")
    if allocated is not None:
        year = known.owner.year
        told = Text(f"; {year} tilldelades {kronor_sv(allocated)}", f"; {kronor_en(allocated)} was allocated in {year}")
    what = Text(
        f"{kronor_sv(amount)} är på kronan tilldelningen {which.sv}{told.sv}",
        f"{kronor_en(amount)} is to the krona the allocation {which.en}{told.en}",
    )
    evidence: dict[str, Any] = {
        "amount_sek": amount,
        "allocated_sek": allocated,
        "same_as": [
            {"year": one.year, "pot_id": one.pot_id, "origin": one.origin, "evidence": one.evidence} for one in same
        ],
    }
    yield _finding("other_allocation", ERROR, line, column, what, evidence)


def _not_stated(line: Line, allocated: int | None) -> Iterator[Finding]:
    missing = [] if allocated is not None else ["allocated_sek"]
    missing += [column for column in _USE if line.kronor(column) is None]
    if missing:
        first, *others = missing
        rest = Text("", "")
        if others:
            names = [LABELS[name] for name in others]
            rest = Text(
                f", inte heller {', '.join(name.sv for name in names)}",
                f", nor {', '.join(name.en for name in names)}",
            )
        what = Text(f"inte angivet{rest.sv}", f"not stated{rest.en}")
        yield _finding("not_stated", WARNING, line, first, what, {"missing": missing})


def _sums(line: Line, form: Form) -> Iterator[Finding]:
    """The line of sums, as far as all pots have an amount; where some have none it is no less than the others."""
    for column in KRONOR:
        stated, given = line.kronor(column), [one.kronor(column) for one in form.pots]
        if stated is None:
            continue
        parts = sum(one for one in given if one is not None)
        if stated < parts or (stated > parts and None not in given):
            what = Text(
                f"{kronor_sv(stated)}, men raderna summerar till {kronor_sv(parts)}",
                f"{kronor_en(stated)}, but the rows sum to {kronor_en(parts)}",
            )
            yield _finding("sum_differs", ERROR, line, column, what, {"stated_sek": stated, "sum_sek": parts})


def _finding(kind: str, severity: str, line: Line, column: str, what: Text, evidence: dict[str, Any]) -> Finding:
    label = LABELS[column]
    of_pot = f"{line.pot_id}, " if line.pot_id else ""
    message = Text(f"{of_pot}{label.sv}: {what.sv}.", f"{of_pot}{label.en}: {what.en}.")
    return Finding(kind, severity, line.pot_id, line.row, PLACE[column], message, evidence)
