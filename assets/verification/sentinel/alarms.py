"""Findings made into alarms: the kind, whom it is about, the amounts, the evidence and the words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from assets.verification.sentinel.causes import Cause, Suspect
from assets.verification.sentinel.frames import Frame
from assets.verification.sentinel.messages import PRINTED_TOTAL, SUM_OF_ROWS, WHOLE_TABLE, message_of, named, some_rows
from assets.verification.sentinel.table import Alarm, Reference
from assets.verification.sentinel.totals import TOTAL_ERROR, Verdict

_FEWEST_TOGETHER: Final = 3
_UNEXPLAINED: Final = "other_head_count"
_UNNAMED: Final = ("off_by_kronor", "other_head_count", "per_capita_outlier")
_SAME: Final = ("factor", "direction", "programme", "year", "pot_id", "vintage", "slip")


def table_alarm(frames: Sequence[Frame], codes: Sequence[str], rows_that_fit: int) -> Alarm:
    """The table is another one altogether."""
    frame = frames[0]
    evidence = {"rows": len(codes), "rows_that_fit": rows_that_fit, **frame.detail}
    candidates = [{"kind": other.kind, **other.detail} for other in frames]
    if len(candidates) > 1:
        evidence["candidates"] = [each for place, each in enumerate(candidates) if each not in candidates[:place]]
    kind = str(frame.kind)
    return Alarm(kind, tuple(codes), None, None, evidence, message_of(kind, WHOLE_TABLE, None, None, evidence))


def rounding_alarm(frame: Frame, codes: Sequence[str], reference: Reference) -> Alarm:
    """The table is right by another rounding convention; that it may be a slip all the same is a candidate."""
    evidence = {**frame.detail, "candidates": [{"kind": "off_by_kronor", **frame.detail}, {"kind": "off_by_kronor"}]}
    return about("off_by_kronor", codes, reference, evidence)


def row_alarm(causes: Sequence[Cause], suspect: Suspect, reference: Reference) -> Alarm:
    """One amount; the first of its causes, and all of them as candidates."""
    evidence = dict(causes[0].detail)
    if len(causes) > 1:
        evidence["candidates"] = [
            {"kind": cause.kind, "right_sek": cause.right_sek, **cause.detail} for cause in causes
        ]
    rights = {cause.right_sek for cause in causes}
    right = rights.pop() if len(rights) == 1 else None
    kind, who = causes[0].kind, named([suspect.code], reference.names)
    message = message_of(kind, who, suspect.printed_sek, right, evidence)
    return Alarm(kind, (suspect.code,), suspect.printed_sek, right, evidence, message)


def swap_alarm(ring: Sequence[Suspect], reference: Reference) -> Alarm:
    """Some recipients have each other's amounts."""
    evidence: dict[str, Any] = {"printed_sek": {suspect.code: suspect.printed_sek for suspect in ring}}
    rights = {suspect.code: suspect.standard.right_sek for suspect in ring}
    if None not in rights.values():
        evidence["right_sek"] = rights
    return about("recipients_swapped", [suspect.code for suspect in ring], reference, evidence)


def about(
    kind: str, codes: Sequence[str], reference: Reference, evidence: dict[str, Any], right_sek: int | None = None
) -> Alarm:
    """An alarm about recipients rather than about one printed amount."""
    message = message_of(kind, named(codes, reference.names), None, right_sek, evidence)
    return Alarm(kind, tuple(codes), None, right_sek, evidence, message)


def total_alarm(verdict: Verdict) -> Alarm:
    """What a total is, if not the sum of its rows."""
    right = verdict.right_sek if verdict.kind == TOTAL_ERROR else None
    what = SUM_OF_ROWS if verdict.printed_sek is None else PRINTED_TOTAL
    message = message_of(verdict.kind, what, verdict.printed_sek, right, verdict.evidence)
    return Alarm(verdict.kind, (), verdict.printed_sek, right, verdict.evidence, message)


def merged(alarms: Sequence[Alarm], rows: int, *, are_guesses: bool) -> list[Alarm]:
    """One alarm for an error that most rows have: the table as a whole was made in that way.

    Guesses that do not agree on a cause are one alarm without any.
    """
    counts = Counter(_error(alarm) for alarm in alarms)
    together = [error for error, count in counts.items() if count >= _FEWEST_TOGETHER and 2 * count > rows]
    if are_guesses and len(alarms) >= _FEWEST_TOGETHER and all(error[0] == _UNEXPLAINED for error in together):
        return [_together(_UNEXPLAINED, alarms, rows)]
    left = [alarm for alarm in alarms if _error(alarm) not in together]
    groups = ([alarm for alarm in alarms if _error(alarm) == error] for error in together)
    return [*left, *(_together(str(_error(same[0])[0]), same, rows) for same in groups)]


def _error(alarm: Alarm) -> tuple[object, ...]:
    """What makes two alarms the same error of two rows; amounts that nothing explains are one for all."""
    is_unnamed = alarm.kind in _UNNAMED and "slip" not in alarm.evidence
    return (_UNEXPLAINED if is_unnamed else alarm.kind, *(alarm.evidence.get(name) for name in _SAME))


def _together(kind: str, same: Sequence[Alarm], rows: int) -> Alarm:
    codes = tuple(code for alarm in same for code in alarm.recipient_codes)
    common = {
        name: value
        for name, value in same[0].evidence.items()
        if all(alarm.evidence.get(name) == value for alarm in same)
    }
    evidence = {"rows": rows, "rows_that_fit": len(codes), **common}
    return Alarm(kind, codes, None, None, evidence, message_of(kind, some_rows(len(codes), rows), None, None, evidence))
