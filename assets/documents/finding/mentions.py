"""Amounts in running text: what is said beside them of whose money it is, and of what.

Only what stands in the same clause counts. A rate (kronor per municipality) is nobody's amount. Tables are for
`tables.py`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assets.documents.finding.amounts import Amount, AmountInText, Unreadable, amounts_in
from assets.documents.finding.headings import Context, Paragraph, unique, years_in
from assets.documents.found import Figure, Recipient, Role, Unread
from assets.documents.names import Names
from schemas.vocabulary import COUNTY, REGION

_BOUNDARY: Final = re.compile(r"(?<!\d)[.,;!?]|[.,;!?](?!\d)|[()]")
_SENTENCE: Final = re.compile(r"(?<![\s(.]\w)(?<!milj)(?<!\bca)[.!?](?=\s+[A-ZÅÄÖ(”\"])|(?<=[a-zåäö]{4})[.!?](?=\s+\d)")
_NUMBER_MARK: Final = re.compile(r"\s*(?:\d{1,2}\.)+")
_ROLE: Final = re.compile(
    r"(?P<other>länets\s+kommuner|kommunerna|kommuner|regionerna|regioner|länen|länsvis|landstingen|huvudmännen)\b"
    r"|(?P<region>region(?:en|ens)?|landstinget)\b|(?P<county>län(?:et|ets)?|läns-?gemensam\w*|länsnivå)\b",
    re.IGNORECASE,
)
_TO: Final = re.compile(r"\b(?:till|åt)\s+(?:de\s+|alla\s+|samtliga\s+|landets\s+)?$", re.IGNORECASE)
_TO_WHOM: Final = re.compile(r"\s*(?:till|åt)\s+(?:de\s+|alla\s+|samtliga\s+|landets\s+)?", re.IGNORECASE)
_AND: Final = re.compile(r"\s*(?:och|samt|/|&)\s*", re.IGNORECASE)
_TOTAL: Final = re.compile(
    r"\b(?:totalt|totalsumma\w*|summa|sammanlagt|sammantaget)\s*(?:[:=]|är|blir|uppgår\s+till|på|om)?\s*$",
    re.IGNORECASE,
)
# A section's own sum: "(totalt 1 000 000 kr)".
_OPENS_WITH_WORD: Final = re.compile(r"\(\s*\w+\s*:?\s*$")
_CLOSES: Final = re.compile(r"\s*\)")
_NEAR: Final = 400
_LONGEST_SENTENCE: Final = 1_000
_RECEIVES: Final = re.compile(
    r"\b(?:får|fått|tilldelas|tilldelats|erhåller|erhållit|beviljas|beviljats)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _Said:
    """A word for a recipient: its place in the text, and whom it means; nobody certain for plurals."""

    start: int
    end: int
    may_be: tuple[Recipient, ...]


@dataclass(frozen=True)
class _Clause:
    """The words before and after an amount, up to the next boundary or amount on either side.

    `of_section` if the amount stands in parentheses with one word; `follows_amount` if another stands right before.
    """

    before: str
    after: str
    of_section: bool
    follows_amount: bool


@dataclass(frozen=True)
class _Mention:
    """What is known of an amount besides its number."""

    role: Role
    may_be: tuple[Recipient, ...]
    above: Context


def mentions_in(
    paragraphs: Sequence[Paragraph], contexts: Sequence[Context], names: Names, county_code: str | None
) -> Iterator[Figure | Unread]:
    """Every amount with a unit in the paragraphs.

    `contexts` says what stands above each line; `county_code` is the county that "regionen" and "länet" mean.
    """
    for paragraph in paragraphs:
        found = list(amounts_in(paragraph.text))
        for number, amount in enumerate(found):
            reading = amount.reading
            if isinstance(reading, Unreadable):
                yield _unread(paragraph, amount, reading)
                continue
            clause = _clause(paragraph.text, found, number)
            role = _role(clause)
            may_be = () if role == "total" else _said(clause, names, county_code)
            yield _figure(paragraph, amount, reading, _Mention(role, may_be, contexts[paragraph.first]))


def said_counties(paragraphs: Sequence[Paragraph], names: Names) -> set[str]:
    """The counties whose region or county is named in the text, RSS Dalarna included."""
    found: set[str] = set()
    for paragraph in paragraphs:
        matches = [match for _, _, match in names.named_in(paragraph.text)]
        for short in re.findall(r"\bRSS[ -]((?:[A-ZÅÄÖ]\w+[ /-]?){1,2})", paragraph.text):
            matches += [match for text in (short, short.split()[0]) if (match := names.match(text.strip()))][:1]
        of_county = (one for match in matches for one in match.recipients if one.recipient_type in (REGION, COUNTY))
        found |= {one.recipient_code for one in of_county}
    return found


def sentence_at(text: str, position: int) -> str:
    """The sentence around a character, on one line; what parentheses hold is not taken apart."""
    offset = max(0, position - _LONGEST_SENTENCE)
    near, position = text[offset : position + _LONGEST_SENTENCE], position - offset
    begin = _NUMBER_MARK.match(near)
    found = _SENTENCE.finditer(near, begin.end() if begin else 0)
    ends = [match.end() for match in found if not _is_inside(near, match.start())]
    start = max((end for end in ends if end <= position), default=0)
    stop = min((end for end in ends if end > position), default=len(near))
    return " ".join(near[start:stop].split())


def _is_inside(text: str, position: int) -> bool:
    return text.count("(", 0, position) > text.count(")", 0, position)


def _clause(text: str, amounts: Sequence[AmountInText], number: int) -> _Clause:
    """From the last boundary or amount before to the next; a parenthesis right before the amount belongs to it."""
    amount = amounts[number]
    first = max(amounts[number - 1].end if number else 0, amount.start - _NEAR)
    last = min(amounts[number + 1].start if number + 1 < len(amounts) else len(text), amount.end + _NEAR)
    left = max((match.end() for match in _BOUNDARY.finditer(text, first, amount.start)), default=first)
    right = min((match.start() for match in _BOUNDARY.finditer(text, amount.end, last)), default=last)
    of_section = _OPENS_WITH_WORD.search(text[first : amount.start]) and _CLOSES.match(text, amount.end)
    if text[first:left].endswith(")") and not text[left : amount.start].strip():
        left = max(first, text.rfind("(", first, left))
    follows_amount = number > 0 and left == amounts[number - 1].end
    return _Clause(text[left : amount.start], text[amount.end : right], bool(of_section), follows_amount)


def _said(clause: _Clause, names: Names, county_code: str | None) -> tuple[Recipient, ...]:
    """Whom the words of the clause mean: the nearest before the amount, or nearer still after "till"."""
    before = _words(clause.before, names, county_code)
    taken = _TO_WHOM.match(clause.before) if clause.follows_amount else None
    # What stands after "till" right behind another amount is said of that one.
    before = [one for one in before if not (taken and one.start == taken.end())]
    after = [one for one in _words(clause.after, names, county_code) if _TO.search(clause.after[: one.start])]
    if after and (not before or after[0].start < len(clause.before) - before[-1].end):
        return after[0].may_be
    is_pair = len(before) > 1 and _AND.fullmatch(clause.before, before[-2].end, before[-1].start)
    return tuple(sorted({one for word in (before[-2:] if is_pair else before[-1:]) for one in word.may_be}))


def _words(text: str, names: Names, county_code: str | None) -> list[_Said]:
    """All words for recipients, in their order."""
    said = [_Said(start, end, match.recipients) for start, end, match in names.named_in(text)]
    for word in _ROLE.finditer(text):
        if any(one.start < word.end() and word.start() < one.end for one in said):
            continue
        kind = None if word["other"] else REGION if word["region"] else COUNTY
        said.append(_Said(word.start(), word.end(), (Recipient(kind, county_code),) if kind and county_code else ()))
    return sorted(said, key=lambda one: one.start)


def _role(clause: _Clause) -> Role:
    """A total if the words right before say so; what a recipient gets in all, or a section, is a mention."""
    is_total = _TOTAL.search(clause.before) and not _RECEIVES.search(clause.before)
    return "total" if is_total and not clause.of_section and not _TO_WHOM.match(clause.after) else "mention"


def _figure(paragraph: Paragraph, amount: AmountInText, reading: Amount, about: _Mention) -> Figure:
    sentence = sentence_at(paragraph.text, amount.start)
    return Figure(
        place=paragraph.piece_at(amount.start).place,
        role=about.role,
        text=paragraph.text[amount.start : amount.end],
        amount_sek=reading.sek,
        step_sek=reading.step_sek,
        table=None,
        may_be=about.may_be,
        name=None,
        code=None,
        header="",
        heading=paragraph.heading or about.above.heading,
        sentence=sentence,
        years=unique([*years_in(sentence), *paragraph.years, *about.above.years]),
    )


def _unread(paragraph: Paragraph, amount: AmountInText, why: Unreadable) -> Unread:
    text = paragraph.text[amount.start : amount.end]
    return Unread(
        place=paragraph.piece_at(amount.start).place,
        kind="unreadable_amount",
        text=text,
        message_sv=f"”{text}” är inte läst som ett belopp: {why.why_sv}",
        message_en=f"“{text}” is not read as an amount: {why.why_en}",
    )
