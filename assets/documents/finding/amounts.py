"""Reading amounts of kronor as documents print them: exactly, or not at all.

One cell of a table, or the amounts in a line of text. Integers only. What a column means is for `columns.py`, whose
money it is for `tables.py` and `mentions.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from schemas.money import MOST_SEK

KRONA: Final = 1
_THOUSAND: Final = 1_000
_MILLION: Final = 1_000_000
_BILLION: Final = 1_000_000_000

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPACES: Final = dict.fromkeys([0x09, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000], " ")
_APOSTROPHES: Final = dict.fromkeys(map(ord, "’‘`´′"), "'")
_MINUSES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_ALIKE: Final = {**_SPACES, **_APOSTROPHES, **_MINUSES}
_DASHES: Final = frozenset({"", "-", "--", ".", "..", "...", "…", "n/a", "na", "n.a.", "e.t.", "x", "saknas"})

_KR: Final = r"(?:kronor|krona|kr\b\.?|sek\b)"
_UNIT: Final = re.compile(
    rf"(?P<u{_BILLION}>(?:miljarder|miljard|mdkr|mdr|mrd|md(?=\s*kr))\b\.?(?:\s*{_KR})?)"
    rf"|(?P<u{_MILLION}>(?:miljoner|miljon|milj|mnkr|mkr|msek|mn)\b\.?(?:\s*{_KR})?)"
    rf"|(?P<u{_THOUSAND}>(?:tkr|kkr|tsek|ksek)\b\.?|(?:tusentals?|tusen)\s*{_KR})"
    rf"|(?P<u{KRONA}>{_KR}|[:,]\s?-(?!\d))",
    re.IGNORECASE,
)
# A heading of thousands may also read "1 000 kr" or "tusental".
_HEADING_OF_THOUSANDS: Final = re.compile(
    rf"(?<!\d)(?<!\d )1[ .]?000(?:\s*-?\s*tals?)?\s*{_KR}|{_KR}\s*1[ .]?000(?![ .]?\d)|\btusen(?:tals?)?\b",
    re.IGNORECASE,
)
_RATE: Final = re.compile(
    r"\s*(?:(?:miljon|miljoner|kronor|kr)\b\s*)*(?:(?:/|\bper\b|\b(?:för|till|i)\s+varje\b)\s*"
    r"(?:kommun|län\b|region|landsting|huvudman|mottagare|inv|person|barn|elev|capita|dygn|styck|st\b)|\bvardera\b)",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\s+(?:\w+[ae]\s+)?(?:invånare|inv\b|människor|personer|individer|svenskar|barn|elever|besök|patienter|vuxna|ton\b)",
    re.IGNORECASE,
)
_OF_MONEY: Final = re.compile(
    r"kron(?:a|or)|\bkr\b|medel|bidrag|stöd|tilldel|avs[aä]tt|fördel|satsning|anslag|pengar|budget|kost", re.IGNORECASE
)
_LEADING_MARKS: Final = re.compile(r"^[*†‡¹²³⁰⁴-⁹\s]+")
_FOOTNOTE: Final = re.compile(r"\s*(?:[*†‡]+|[¹²³⁰⁴-⁹]+|\[\d{1,2}\])$")
_FOOTNOTE_WITH_PARENTHESIS: Final = re.compile(
    r"(?:\s*[¹²³⁰⁴-⁹]+|\s+(?:\d{1,2}|[a-zA-Z])|(?<=\d)[a-zA-Z]|(?<=[a-zA-Z-])\d)\)$"
)
_SPACE_GROUPS: Final = r"\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+"
_SWEDISH: Final = re.compile(rf"(?P<whole>{_SPACE_GROUPS}|\d{{1,3}}(?:\.\d{{3}})+|\d+)(?:,(?P<decimals>\d+))?")
_ENGLISH: Final = re.compile(rf"(?P<whole>{_SPACE_GROUPS}|\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.(?P<decimals>\d+))?")
# Groups have three digits, so what follows the last one and stands before a parenthesis is a mark: `354 6741)`.
_GLUED_FOOTNOTE: Final = re.compile(rf"({_SPACE_GROUPS}|\d{{1,3}}(?:\.\d{{3}})+)\d{{1,2}}\)")
_ONLY_NUMBER: Final = re.compile(r"-?\s*\d[\d .,']*")
# Dates, times, ages, telephone and case numbers, ranges and per cent.
_SOMETHING_ELSE: Final = re.compile(r"\d\s*[-/:]\s*\d|[%‰]")
_LIST_MARK: Final = re.compile(r"(?:\d{1,2}\.){2}\d{2,4}|\d{1,3}[.)]|(?:\d{1,2}\.)+\d{1,2}\.?")
_RUN: Final = re.compile(r"\d(?:[ .,']?\d)*$")
_LONGEST_RUN: Final = 40
_LONGEST_CELL: Final = 60
_NEAR: Final = 200
_IN_GROUP: Final = 3
_YEAR_BEFORE: Final = re.compile(r".*(?<!\d)(?:19|20)\d{2} (?=(?:\d{1,3}(?: \d{3})*|\d+)(?:,\d+)?$)")

Writing = Literal["unit", "grouped", "bare"]


@dataclass(frozen=True)
class Amount:
    """`sek` whole kronor, printed in steps of `step_sek`; `writing` is what the text itself says for kronor.

    A `unit` stands beside the number, its digits are `grouped`, or it is a `bare` integer that could be anything.
    """

    sek: int
    step_sek: int
    writing: Writing


@dataclass(frozen=True)
class Unreadable:
    """It looks like an amount and cannot be read to the krona; why."""

    why_sv: str
    why_en: str


@dataclass(frozen=True)
class AmountInText:
    """An amount in running text: the characters from `start` to before `end`."""

    start: int
    end: int
    reading: Amount | Unreadable


_GROUPS: Final = Unreadable("siffrorna är inte grupperade tre och tre", "the digits are not grouped in threes")
_NOT_WHOLE: Final = Unreadable("beloppet är inte i hela kronor", "the amount is not in whole kronor")
_COMMA: Final = Unreadable("kommat kan skilja tusental eller decimaler", "the comma may mark thousands or decimals")
_POINT: Final = Unreadable("punkten kan skilja tusental eller decimaler", "the point may mark thousands or decimals")
_TOO_LARGE: Final = Unreadable("beloppet är större än något statsbidrag", "the amount is larger than any grant")
_SIGN: Final = Unreadable("tecknet går inte att tyda", "it cannot be told whether the amount is negative")
_RANGE: Final = Unreadable("ett spann är inget belopp", "a range is no amount")


def plain(text: str) -> str:
    """`text` with one kind of space, minus and apostrophe and nothing invisible, ends stripped."""
    return text.translate(_INVISIBLE).translate(_ALIKE).strip()


def is_dash(text: str) -> bool:
    """An empty cell, a dash, two points, n/a: nothing is said, which is not zero."""
    return plain(text).casefold() in _DASHES


def read_amount(text: str, unit_sek: int | None = None, *, commas_group: bool = False) -> Amount | Unreadable | None:
    """The amount in a cell; None if the cell holds none (a dash, words, a date, per cent, a rate).

    `unit_sek` is what the column counts in, 1 000 for tkr; a unit in the cell itself goes before it.
    `commas_group` says that other cells of the column separate thousands by commas.
    """
    if len(text) > _LONGEST_CELL or is_dash(text):
        return None
    body, is_negative = _signed(_without_marks(plain(text)))
    if body is None:
        return _SIGN
    reading = _read_unsigned(body, unit_sek, commas_group=commas_group)
    if not isinstance(reading, Amount):
        return reading
    return replace(reading, sek=-reading.sek) if is_negative else reading


def amounts_in(text: str) -> Iterator[AmountInText]:
    """Every amount with a unit in running text; rates such as 2 miljoner/län and ten million people are none.

    An amount beyond every grant is left out too: it speaks of something else.
    """
    smooth = text.translate(_ALIKE)
    for unit in _UNIT.finditer(smooth):
        # What decides stands near; a window keeps long texts quick.
        offset = max(0, unit.start() - _NEAR)
        found = _amount_at(smooth[offset : unit.end() + _NEAR], unit.start() - offset)
        if found:
            yield AmountInText(found.start + offset, found.end + offset, found.reading)


def is_unit(text: str) -> bool:
    """A unit alone, as in a column of its own beside the numbers or over them; `1 000 kr` is one."""
    words = plain(text)
    return _UNIT.fullmatch(words) is not None or _HEADING_OF_THOUSANDS.fullmatch(words.strip("()")) is not None


def has_unit(text: str) -> bool:
    """A unit of money stands somewhere in `text`."""
    words = plain(text)
    return any(not _is_part_of_word(words, unit) for unit in _UNIT.finditer(words))


def unit_of_heading(text: str) -> int | None:
    """What a heading says its amounts are counted in, 1 or 1 000 or 1 000 000 kronor; None if it does not say.

    A heading that holds an amount itself ("250 mnkr") says nothing about the column.
    """
    words = plain(text)
    if _HEADING_OF_THOUSANDS.search(words):
        return _THOUSAND
    units = (unit for unit in _UNIT.finditer(words) if not _is_part_of_word(words, unit))
    sizes = [_size(unit) for unit in units if not re.search(r"\d\s*$", words[: unit.start()])]
    return sizes[-1] if sizes else None


def says_rate(text: str) -> bool:
    """A heading of kronor per inhabitant, kr/inv or per municipality."""
    words = plain(text)
    return any(_RATE.match(words, unit.end()) for unit in _UNIT.finditer(words))


def _size(unit: re.Match[str]) -> int:
    return int(str(unit.lastgroup).removeprefix("u"))


def _is_part_of_word(text: str, unit: re.Match[str]) -> bool:
    """The letters of the unit go on at either side, as in SEKTOR."""
    before, after = text[: unit.start()][-1:], text[unit.end() :][:1]
    return unit.group()[0].isalpha() and (before.isalpha() or after.isalpha())


def _without_marks(text: str) -> str:
    """`text` without footnote marks and asterisks."""
    text = _LEADING_MARKS.sub("", text.replace("**", "").strip())
    while True:
        marks = _FOOTNOTE if text.count("(") == text.count(")") else _FOOTNOTE_WITH_PARENTHESIS
        shorter = marks.sub("", text)
        if shorter in (text, ""):
            break
        text = shorter
    glued = _GLUED_FOOTNOTE.fullmatch(text)
    return glued[1] if glued else text


def _signed(text: str) -> tuple[str | None, bool]:
    """`text` without its sign, and whether it is negative; None if that cannot be told."""
    inner = re.fullmatch(r"\(([^()]*\d[^()]*)\)\s*([^()]*)", text)
    if inner:
        is_number = re.fullmatch(r"\s*\d[\d .,']*", inner[1])
        return (f"{inner[1].strip()} {inner[2]}".strip(), True) if is_number else (None, False)
    trailing = re.fullmatch(r"(\d[\d .']*)-", text)
    if trailing:
        return (None, False) if trailing[1].endswith(" ") else (trailing[1], True)
    if text.startswith("-"):
        return (text[1:], True) if re.fullmatch(r"-\d[^-]*(?:[:,]\s?-)?", text) else (None, False)
    return text, False


def _without_unit(text: str) -> tuple[str | None, int | None]:
    """The number and the unit beside it, if any; no number if there are words as well, or if it is a rate."""
    units = [unit for unit in _UNIT.finditer(text) if not _is_part_of_word(text, unit)]
    before, after = (text[: units[0].start()].strip(), text[units[0].end() :].strip()) if units else (text, "")
    number = before or after
    has_words = (before and after) or re.search(r"[^\W\d_]", number) or not re.search(r"\d", number)
    return (None, None) if has_words else (number, _size(units[0]) if units else None)


def _read_unsigned(text: str, unit_sek: int | None, *, commas_group: bool) -> Amount | Unreadable | None:
    number, own_unit_sek = _without_unit(text)
    if number is None:
        return None
    if _SOMETHING_ELSE.search(number):
        return None if own_unit_sek is None else _RANGE
    if own_unit_sek is not None:
        reading = _read_number(number, own_unit_sek, commas_group=commas_group)
        return replace(reading, writing="unit") if isinstance(reading, Amount) else reading
    if unit_sek in (None, KRONA) and _LIST_MARK.fullmatch(number):
        return None
    return _read_number(number, unit_sek, commas_group=commas_group)


def _read_number(number: str, unit_sek: int | None, *, commas_group: bool) -> Amount | Unreadable | None:
    """Digits, separators and decimals, counted in `unit_sek`."""
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", number) and not commas_group and unit_sek in (None, KRONA, _THOUSAND):
        return _COMMA
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", number) and unit_sek not in (None, KRONA):
        return _POINT
    forms = (_ENGLISH, _SWEDISH) if commas_group else (_SWEDISH, _ENGLISH)
    parts = forms[0].fullmatch(number) or forms[1].fullmatch(number)
    if parts is None:
        return _GROUPS if _ONLY_NUMBER.fullmatch(number) or unit_sek is not None else None
    digits, decimals = re.sub(r"\D", "", parts["whole"]), parts["decimals"] or ""
    is_bare = digits == parts["whole"]
    if digits.startswith("0") and len(digits) > 1:
        return None if is_bare else _GROUPS
    if unit_sek is None and decimals and (len(decimals) == 1 or (is_bare and len(digits) <= _IN_GROUP)):
        return None
    return _exact(digits, decimals, unit_sek or KRONA, "bare" if is_bare else "grouped")


def _exact(digits: str, decimals: str, unit_sek: int, writing: Writing) -> Amount | Unreadable:
    if len(digits) > len(str(MOST_SEK)):
        return _TOO_LARGE
    steps = 10 ** len(decimals)
    sek, rest = divmod(int(digits + decimals) * unit_sek, steps)
    if rest:
        return _NOT_WHOLE
    return Amount(sek, max(KRONA, unit_sek // steps), writing) if sek <= MOST_SEK else _TOO_LARGE


def _amount_at(text: str, place: int) -> AmountInText | None:
    """The amount whose unit begins at `place`."""
    unit = _UNIT.match(text, place)
    if unit is None or _is_part_of_word(text, unit) or _is_no_money(text, unit):
        return None
    start, end, found = _number_beside(text, unit)
    if found is None or _is_unit_alone(text, start, found):
        return None
    reading = found if isinstance(found, Unreadable) else _in_text(found, _size(unit))
    # A point after kr. may end the sentence as well.
    return None if reading is _TOO_LARGE else AmountInText(start, end - text[:end].endswith("."), reading)


def _in_text(number: str, unit_sek: int) -> Amount | Unreadable:
    reading = _read_number(number.removeprefix("-"), unit_sek, commas_group=False)
    if not isinstance(reading, Amount):
        return reading or _GROUPS
    return Amount(-reading.sek if number.startswith("-") else reading.sek, reading.step_sek, "unit")


def _is_no_money(text: str, unit: re.Match[str]) -> bool:
    """A rate; or millions of something, in a text that speaks of no money."""
    if _RATE.match(text, unit.end()):
        return True
    is_count = re.fullmatch(r"(?:miljon|miljard|milj|mn)(?:er)?\.?", unit.group(), re.IGNORECASE)
    return is_count is not None and bool(_COUNTED.match(text, unit.end()) or not _OF_MONEY.search(text))


def _number_beside(text: str, unit: re.Match[str]) -> tuple[int, int, str | Unreadable | None]:
    """Where the number before the unit begins and the amount ends, and its digits; SEK may stand before them."""
    before = text[: unit.start()].rstrip()
    run = _RUN.search(before, max(0, len(before) - _LONGEST_RUN))
    if run is None:
        ahead = re.compile(r" ?(\d(?:[ .,']?\d)*)").match(text, unit.end()) if unit.group() == "SEK" else None
        return (unit.start(), ahead.end(), ahead[1]) if ahead else (0, 0, None)
    year = _YEAR_BEFORE.match(run.group())
    if year:
        start = run.start() + year.end()
        return start, unit.end(), before[start:]
    return _with_sign(before, run, unit.end())


def _with_sign(before: str, run: re.Match[str], end: int) -> tuple[int, int, str | Unreadable]:
    """A minus right before the number counts, unless it may be the mark of a list item or of a range."""
    start = run.start()
    ahead = before[max(0, start - _LONGEST_RUN) : start].rsplit("\n", 1)[-1]
    if re.search(r"\d\s*-\s*$|\bmellan\s+[\d .,']+\s+och\s+$", ahead, re.IGNORECASE):
        return start, end, _RANGE
    if ahead.endswith("-"):
        is_minus = re.search(r"\S.*[\s(]-$", ahead)
        return (start - 1, end, f"-{run.group()}") if is_minus else (start, end, _SIGN)
    if re.search(r"[\w.,:/]$", ahead):
        return start, end, _GROUPS
    return start, end, run.group()


def _is_unit_alone(text: str, start: int, number: str | Unreadable) -> bool:
    """Such as "Belopp i 1 000 kr", which says what a table counts in."""
    return number in ("1 000", "1000") and bool(re.search(r"\b(?:i|belopp)[\s(]*$", text[:start], re.IGNORECASE))
