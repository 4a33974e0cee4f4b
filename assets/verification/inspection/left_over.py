"""Amounts that no pot alone fits, told by the amounts that are recognised: by elimination, as repeated, as sums."""

from collections.abc import Iterable

from assets.documents.found import Figure
from assets.verification.comparable import SUM_OF_LEVEL
from assets.verification.inspection.recognised import Pot, Recognised, Recognition, Unrecognised, whom


def by_elimination(
    recognised: list[Recognised], unrecognised: list[Unrecognised], county_code: str | None
) -> tuple[list[Recognised], list[Unrecognised]]:
    """A recipient has one amount of a pot: a candidate that another amount of the document is, is none."""
    taken = {(item.pot, item.recipient_code) for item in recognised}
    found: list[Recognised] = []
    left: list[Unrecognised] = []
    for item in unrecognised:
        who = whom(item.figure, county_code)
        free = [
            (pot, one.recipient_code)
            for pot in item.candidates
            for one in who
            if one.recipient_type == pot.recipient_type and (pot, one.recipient_code) not in taken
        ]
        if len(item.candidates) > 1 and len(free) == 1:
            found.append(Recognised(item.figure, *free[0], "words"))
            taken.add(free[0])
        else:
            left.append(item)
    return [*recognised, *found], left


def not_repeated(recognised: list[Recognised], unrecognised: list[Unrecognised]) -> list[Unrecognised]:
    """Without amounts that running text states again to the krona."""
    known = {item.figure.amount_sek for item in recognised if item.figure.step_sek == 1}
    return [item for item in unrecognised if item.figure.role == "recipient" or item.figure.amount_sek not in known]


def with_sums(recognised: list[Recognised], unrecognised: list[Unrecognised], county_code: str | None) -> Recognition:
    """Totals that the recognised amounts of one recipient and year add up to, but for the roundings of the parts."""
    sums: list[Recognised] = []
    for item in unrecognised:
        candidates = [] if item.figure.role == "recipient" else list(_sums_near(item.figure, recognised, county_code))
        if len(candidates) == 1:
            sums.append(candidates[0])
    taken = {item.figure for item in sums}
    return Recognition((*recognised, *sums), tuple(item for item in unrecognised if item.figure not in taken))


def _sums_near(figure: Figure, recognised: list[Recognised], county_code: str | None) -> Iterable[Recognised]:
    parts: dict[tuple[str, int, str, str], dict[str, int]] = {}
    for item in recognised:
        pot = item.pot
        if pot.pot_id not in SUM_OF_LEVEL and item.recipient_code == county_code and item.printed_for_year is None:
            key = (pot.programme, pot.year, pot.recipient_type, item.recipient_code)
            parts.setdefault(key, {})[pot.pot_id] = item.figure.amount_sek
    for (programme, year, kind, code), amounts in sorted(parts.items()):
        level = f"sum-{kind}"
        # Each part was rounded by at most half a krona.
        off = abs(sum(amounts.values()) - figure.amount_sek)
        if level in SUM_OF_LEVEL and len(amounts) > 1 and 2 * off <= len(amounts):
            yield Recognised(figure, Pot(programme, year, level, kind), code, "sum")
