"""Tables of amounts with one known error each, drawn at random from a seed.

What an error is, is written down here on its own: nothing of `assets/verification/sentinel` is used, and no code is
shared with it. Amounts are split by the oracle of the tests, in exact fractions.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from tests.oracle import CONVENTIONS

_MOST_KRONOR: Final = 40
_HALF: Final = Fraction(1, 2)
_REDRAWS: Final = 40
# Fewer rows than this are no table of which one can be missing, or which can be another one altogether.
_FEWEST_OF_TABLE: Final = 5
_EXCERPT: Final = (4, 9)
Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Pot:
    """A pot as it was split, and what else its errors are drawn from: other counts, and other years and pots."""

    programme: str
    year: int
    pot_id: str
    recipient_type: str
    pot_sek: int
    rounding: str
    bases: Amounts
    people: Amounts
    counties: Mapping[str, str]
    vintages: Mapping[str, Amounts]
    elsewhere: Mapping[tuple[str, int, str], Amounts]

    @cached_property
    def shared_sek(self) -> int:
        """What the base amounts leave."""
        return self.pot_sek - sum(self.bases.values())

    @cached_property
    def amounts(self) -> Amounts:
        """The right amounts."""
        return self.by_people(self.people)

    def by_people(self, people: Amounts) -> Amounts:
        """The amounts if these were the people."""
        parts = CONVENTIONS[self.rounding](self.shared_sek, people)
        return {code: self.bases[code] + part for code, part in parts.items()}

    def of_people(self, code: str, people: int) -> int:
        """One recipient's amount if it had so many people and all others were as they are."""
        part = Fraction(self.shared_sek * people, sum(self.people.values()))
        return self.bases[code] + int(part + _HALF)


@dataclass(frozen=True)
class Line:
    """A printed row."""

    code: str
    printed_code: str | None
    amount_sek: int


@dataclass(frozen=True)
class Sheet:
    """A printed column of amounts; `covers_all` is true for whole kinds and whole counties, false for excerpts."""

    lines: tuple[Line, ...]
    total_sek: int | None
    covers_all: bool

    @property
    def codes(self) -> list[str]:
        """Of all rows, in printed order."""
        return [line.code for line in self.lines]

    @property
    def sum_sek(self) -> int:
        """Of all rows."""
        return sum(line.amount_sek for line in self.lines)

    def with_amounts(self, changes: Amounts) -> "Sheet":
        """The sheet with other amounts for some recipients."""
        lines = (replace(line, amount_sek=changes.get(line.code, line.amount_sek)) for line in self.lines)
        return replace(self, lines=tuple(lines))

    def amount_of(self, code: str) -> int:
        """What is printed for a recipient."""
        return next(line.amount_sek for line in self.lines if line.code == code)


@dataclass(frozen=True)
class Corrupted:
    """A sheet with one error: its kind, and the recipients it is about (none for an error of the table or total)."""

    sheet: Sheet
    kind: str
    codes: frozenset[str]


Draw = tuple[Sheet, frozenset[str]] | None
Corruption = Callable[[Sheet, Pot, random.Random], Draw]


def perturbed(pot: Pot, chance: random.Random, spread: float) -> Pot:
    """The pot on counts that differ from the known ones by about `spread`, each on its own."""
    people = {code: max(1, round(count * chance.lognormvariate(0, spread))) for code, count in pot.people.items()}
    return replace(pot, people=people)


def clean_sheet(pot: Pot, chance: random.Random) -> Sheet:
    """All recipients, one county's, or an excerpt of some, in the order of codes or any; with or without a total."""
    everybody = sorted(pot.people)
    counties = sorted(set(pot.counties.values()))
    county = chance.choice(counties)
    whole_county = [code for code in everybody if pot.counties[code] == county]
    kind = chance.choice(("all", "all", "county", "county", "excerpt"))
    chosen, covers_all = everybody, True
    if kind == "county" and len(whole_county) > 1:
        chosen = whole_county
    elif kind == "excerpt":
        chosen, covers_all = chance.sample(everybody, chance.randint(*_EXCERPT)), False
    with_codes = _even(chance)
    lines = tuple(Line(code, code if with_codes else None, pot.amounts[code]) for code in chosen)
    sheet = Sheet(lines, None, covers_all)
    return replace(sheet, total_sek=sheet.sum_sek) if _even(chance) else sheet


def corrupted(sheet: Sheet, pot: Pot, kind: str, chance: random.Random) -> Corrupted | None:
    """The sheet with an error of this kind; None if the sheet cannot have one.

    A draw that changes nothing is drawn again. The total is left as it was or made anew from the rows.
    """
    for _ in range(_REDRAWS):
        drawn = CORRUPTIONS[kind](sheet, pot, chance)
        if drawn is not None and drawn[0] != sheet:
            damaged, codes = drawn
            if damaged.total_sek is not None and kind not in TOTALS and _even(chance):
                damaged = replace(damaged, total_sek=damaged.sum_sek)
            return Corrupted(damaged, kind, codes)
    return None


def _even(chance: random.Random) -> bool:
    return chance.random() < _HALF


def _one(code: str, amount: int, sheet: Sheet) -> Draw:
    if amount < 0 or amount == sheet.amount_of(code):
        return None
    return sheet.with_amounts({code: amount}), frozenset([code])


def _off_by_kronor(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    return _one(code, sheet.amount_of(code) + chance.choice((-1, 1)) * chance.randint(1, _MOST_KRONOR), sheet)


def _neighbours_swapped(number: int, chance: random.Random) -> int:
    text = list(str(number))
    place = chance.randrange(len(text) - 1)
    text[place], text[place + 1] = text[place + 1], text[place]
    return int("".join(text))


def _digit_swap(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    return _one(code, _neighbours_swapped(sheet.amount_of(code), chance), sheet)


def _recipients_swapped(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    one, other = chance.sample(sheet.codes, 2)
    swapped = {one: sheet.amount_of(other), other: sheet.amount_of(one)}
    return sheet.with_amounts(swapped), frozenset([one, other])


def _other_vintage_row(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    """One row by another count: with that count's total, or with its people put among the others."""
    code = chance.choice(sheet.codes)
    people = pot.vintages[chance.choice(sorted(pot.vintages))]
    if _even(chance):
        return _one(code, pot.by_people(people)[code], sheet)
    return _one(code, pot.of_people(code, people[code]), sheet)


def _other_vintage_table(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    amounts = pot.by_people(pot.vintages[chance.choice(sorted(pot.vintages))])
    return _whole(amounts, sheet)


def _whole(amounts: Amounts, sheet: Sheet) -> Draw:
    """All rows of another table; most of them must then be others."""
    if not all(code in amounts for code in sheet.codes) or len(sheet.codes) < _FEWEST_OF_TABLE:
        return None
    changed = sheet.with_amounts({code: amounts[code] for code in sheet.codes})
    same = sum(amounts[line.code] == line.amount_sek for line in sheet.lines)
    return (changed, frozenset(sheet.codes)) if 4 * same < len(sheet.codes) else None


def _stale_row(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    amounts = pot.elsewhere[chance.choice(sorted(pot.elsewhere))]
    return _one(code, amounts[code], sheet) if code in amounts else None


def _wrong_year_table(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    return _whole(pot.elsewhere[chance.choice(sorted(pot.elsewhere))], sheet)


def _wrong_unit(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    amount, factor = sheet.amount_of(code), chance.choice((1_000, 1_000, 1_000_000))
    small = (2 * amount + factor) // (2 * factor)
    wrong = chance.choice((small, amount * factor))
    return _one(code, wrong, sheet) if wrong else None


def _lost_leading_zero(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    with_zero = [code for code in sheet.codes if code.startswith("0")]
    if not with_zero:
        return None
    lost = set(with_zero) if _even(chance) else {chance.choice(with_zero)}
    lines = (
        replace(line, printed_code=line.code.lstrip("0") if line.code in lost else line.code) for line in sheet.lines
    )
    return replace(sheet, lines=tuple(lines)), frozenset(lost)


def _missing_recipient(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    if not sheet.covers_all or len(sheet.codes) < _FEWEST_OF_TABLE:
        return None
    code = chance.choice(sheet.codes)
    return replace(sheet, lines=tuple(line for line in sheet.lines if line.code != code)), frozenset([code])


def _doubled_recipient(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    """The same row again, or another year's amount for the same recipient."""
    line = chance.choice(sheet.lines)
    others = [amounts[line.code] for amounts in pot.elsewhere.values() if line.code in amounts]
    again = line if _even(chance) or not others else replace(line, amount_sek=chance.choice(others))
    place = chance.randrange(len(sheet.lines) + 1)
    return replace(sheet, lines=(*sheet.lines[:place], again, *sheet.lines[place:])), frozenset([line.code])


def _total_by_rounding(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    """The sum made of parts before rounding, or the pot itself: neither is an error."""
    people = sum(pot.people[code] for code in sheet.codes)
    exact = Fraction(pot.shared_sek * people, sum(pot.people.values()))
    unrounded = sum(pot.bases[code] for code in sheet.codes) + int(exact + _HALF)
    whole = [pot.pot_sek] if len(sheet.codes) == len(pot.people) else []
    total = chance.choice([unrounded, *whole])
    return None if total == sheet.sum_sek else (replace(sheet, total_sek=total), frozenset())


def _total_error(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    """A slip in the total, or a row that was left out of it or counted twice; never what rounding explains."""
    right, row = sheet.sum_sek, chance.choice(sheet.lines).amount_sek
    slip = chance.choice((-1, 1)) * chance.randint(1, _MOST_KRONOR)
    total = chance.choice((right + slip, _neighbours_swapped(right, chance), right - row, right + row))
    people = sum(pot.people[code] for code in sheet.codes)
    bases = sum(pot.bases[code] for code in sheet.codes)
    exact = bases + Fraction(pot.shared_sek * people, sum(pot.people.values()))
    if abs(total - exact) <= _HALF or total in (right, pot.pot_sek):
        return None
    return replace(sheet, total_sek=total), frozenset()


def _base_forgotten(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    return _one(code, sheet.amount_of(code) - pot.bases[code], sheet)


def _base_doubled(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    code = chance.choice(sheet.codes)
    return _one(code, sheet.amount_of(code) + pot.bases[code], sheet)


def _per_capita_outlier(sheet: Sheet, _: Pot, chance: random.Random) -> Draw:
    """Twice the amount, or a digit added or lost."""
    code = chance.choice(sheet.codes)
    amount = sheet.amount_of(code)
    text, slip = str(amount), chance.choice(("doubled", "added", "lost"))
    place = chance.randrange(len(text))
    if slip == "doubled":
        return _one(code, 2 * amount, sheet)
    if slip == "added":
        return _one(code, int(f"{text[:place]}{chance.randrange(10)}{text[place:]}"), sheet)
    return _one(code, int(text[:place] + text[place + 1 :]), sheet)


def _other_head_count(sheet: Sheet, pot: Pot, chance: random.Random) -> Draw:
    """A count that nobody has published: a few per cent off."""
    code = chance.choice(sheet.codes)
    people = pot.people[code]
    other = people + chance.choice((-1, 1)) * max(1, round(people * chance.uniform(0.002, 0.08)))
    return _one(code, pot.of_people(code, other), sheet)


TOTALS: Final = ("total_by_rounding", "total_error")
CORRUPTIONS: Final[Mapping[str, Corruption]] = {
    "off_by_kronor": _off_by_kronor,
    "digit_swap": _digit_swap,
    "recipients_swapped": _recipients_swapped,
    "other_vintage_row": _other_vintage_row,
    "other_vintage_table": _other_vintage_table,
    "stale_row": _stale_row,
    "wrong_year_table": _wrong_year_table,
    "wrong_unit": _wrong_unit,
    "lost_leading_zero": _lost_leading_zero,
    "missing_recipient": _missing_recipient,
    "doubled_recipient": _doubled_recipient,
    "total_by_rounding": _total_by_rounding,
    "total_error": _total_error,
    "base_forgotten": _base_forgotten,
    "base_doubled": _base_doubled,
    "per_capita_outlier": _per_capita_outlier,
    "other_head_count": _other_head_count,
}
