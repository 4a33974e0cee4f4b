"""Why one amount may be wrong: the named causes that explain it, the likeliest first, and what is said if none does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assets.verification.sentinel import digits
from assets.verification.sentinel.frames import other_vintages
from assets.verification.sentinel.standards import Exact, Standard
from assets.verification.sentinel.table import Reference

THOUSAND: Final = 1_000
MILLION: Final = 1_000_000
# A difference in the last two digits may be a slip of the pen, whatever else it may be.
_SLIP_SEK: Final = 100


@dataclass(frozen=True)
class Cause:
    """A kind of alarm, the amount that would then be right (None if that stays open), and details for the evidence."""

    kind: str
    right_sek: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Suspect:
    """A row whose amount is wrong, and what measures it. `step_sek` is what the table is printed to."""

    code: str
    printed_sek: int
    standard: Standard
    step_sek: int


def causes_of(suspect: Suspect, reference: Reference) -> list[Cause]:
    """All causes that explain the amount to the krona, then what it is if it is none of these; never empty."""
    exact = [
        *_unit(suspect),
        *_base(suspect),
        *_stale(suspect, reference),
        *_vintage(suspect, reference),
        *_digit_swap(suspect),
    ]
    return _once([*exact, *_unnamed(suspect, reference, is_explained=bool(exact))])


def swapped(suspects: Iterable[Suspect]) -> list[tuple[Suspect, ...]]:
    """Groups of suspects that have each other's amounts: pairs, or a ring where the amounts have slipped on."""
    left = {suspect.code: suspect for suspect in suspects}
    groups = []
    for code in list(left):
        ring = _ring(left[code], left) if code in left else ()
        if ring:
            groups.append(ring)
            for member in ring:
                del left[member.code]
    return groups


def _ring(first: Suspect, left: Mapping[str, Suspect]) -> tuple[Suspect, ...]:
    """Follow the amounts from owner to owner until they come back to `first`; a pair is preferred."""
    owners = _owners(first, left.values())
    for owner in owners:
        if first in _owners(owner, [first]):
            return first, owner
    ring = [first]
    while len(owners) == 1 and owners[0] not in ring:
        ring.append(owners[0])
        owners = _owners(ring[-1], left.values())
    return tuple(ring) if len(ring) > 1 and owners == [first] else ()


def _owners(suspect: Suspect, others: Iterable[Suspect]) -> list[Suspect]:
    """Those whose amount the suspect may have been given."""
    return [other for other in others if other.standard.accepts(suspect.printed_sek)]


def _unit(suspect: Suspect) -> Iterator[Cause]:
    """Thousands or millions among kronor, rounded or cut off; or kronor among thousands."""
    printed, standard = suspect.printed_sek, suspect.standard
    for factor in (THOUSAND, MILLION):
        if printed > 0 and standard.is_about(printed * factor, factor * suspect.step_sek):
            yield Cause("wrong_unit", standard.right_sek, {"factor": factor, "direction": "too_small"})
        if standard.is_about(printed // factor, suspect.step_sek):
            yield Cause("wrong_unit", standard.right_sek, {"factor": factor, "direction": "too_large"})


def _base(suspect: Suspect) -> Iterator[Cause]:
    base = suspect.standard.base_sek
    without, twice = suspect.printed_sek + base, suspect.printed_sek - base
    if suspect.standard.accepts(without):
        yield Cause("base_forgotten", without, {"base_sek": base})
    if suspect.standard.accepts(twice):
        yield Cause("base_doubled", twice, {"base_sek": base})


def _stale(suspect: Suspect, reference: Reference) -> Iterator[Cause]:
    for entry in reference.entries.get(suspect.code, ()):
        if _is_printed_as(entry.amount_sek, suspect):
            detail = {"programme": entry.programme, "year": entry.year, "pot_id": entry.pot_id}
            yield Cause("stale_row", suspect.standard.right_sek, detail)


def _vintage(suspect: Suspect, reference: Reference) -> Iterator[Cause]:
    """The row's part by another count: with that count's own total, or put in among the others."""
    frames = other_vintages(reference)
    for label, people_of in reference.people_by_vintage.items():
        people = people_of.get(suspect.code)
        if people is None:
            continue
        amounts = [suspect.standard.base_sek + split.part_of(people) for split in suspect.standard.splits]
        if label in frames:
            amounts.append(frames[label].amounts[suspect.code])
        if any(_is_printed_as(amount, suspect) for amount in amounts):
            detail = {"vintage": label, "people": people}
            yield Cause("other_vintage_row", suspect.standard.right_sek, detail)


def _digit_swap(suspect: Suspect) -> Iterator[Cause]:
    """Where only near counts are on hand, too many swaps of distant digits would do; neighbours are swapped most."""
    only_neighbours = suspect.standard.right_sek is None
    for before in digits.unswapped(suspect.printed_sek // suspect.step_sek, only_neighbours=only_neighbours):
        if suspect.standard.accepts(before * suspect.step_sek):
            yield Cause("digit_swap", before * suspect.step_sek, {})


def _unnamed(suspect: Suspect, reference: Reference, *, is_explained: bool) -> Iterator[Cause]:
    printed, standard = suspect.printed_sek, suspect.standard
    right = standard.right_sek
    off = {} if right is None else {"difference_sek": printed - right}
    by_kronor = Cause("off_by_kronor", right, off)
    is_slip = right is None or abs(printed - right) < _SLIP_SEK
    if standard.is_far(printed):
        yield from _outlier(suspect, off, is_explained=is_explained)
        return
    people = standard.people_behind(printed)
    if people is not None and not is_explained:
        yield Cause("other_head_count", right, {"people": people, **off, **_of_others(suspect, reference)})
        if is_slip:
            yield by_kronor
    elif is_slip or not is_explained:
        yield by_kronor


def _outlier(suspect: Suspect, off: Mapping[str, int], *, is_explained: bool) -> Iterator[Cause]:
    printed, step = suspect.printed_sek // suspect.step_sek, suspect.step_sek
    slips = (
        ("doubled", [printed // 2] if printed % 2 == 0 else []),
        ("halved", [2 * printed]),
        ("digit_added", digits.with_a_digit_removed(printed)),
        ("digit_lost", digits.with_a_digit_inserted(printed)),
    )
    named = False
    for slip, before in slips:
        for amount in sorted({number * step for number in before if suspect.standard.accepts(number * step)}):
            named = True
            yield Cause("per_capita_outlier", amount, {"slip": slip, **off})
    if not named and not is_explained:
        yield Cause("per_capita_outlier", suspect.standard.right_sek, off)


def _of_others(suspect: Suspect, reference: Reference) -> dict[str, Any]:
    """Whose right amount it is, if it is another's."""
    members = reference.members.items()
    others = [code for code, member in members if code != suspect.code and _is_printed_as(member.amount_sek, suspect)]
    return {"amount_of": others} if others else {}


def _is_printed_as(amount: int, suspect: Suspect) -> bool:
    return Exact(0, amount, None, None, suspect.step_sek).accepts(suspect.printed_sek)


def _once(causes: Iterable[Cause]) -> list[Cause]:
    kept: list[Cause] = []
    for cause in causes:
        if cause not in kept:
            kept.append(cause)
    return kept
