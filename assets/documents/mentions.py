"""Amounts in running text: what is said beside them of whose money it is, and of what.

Only what stands in the same clause counts. A rate (kronor per municipality) is nobody's amount. Tables are for
`tables.py`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assets.documents.amounts import Amount, AmountInText, Unreadable, amounts_in
from assets.documents.found import Figure, Recipient, Role, Unread
from assets.documents.headings import Context, Paragraph, unique, years_in
from assets.documents.names import Names
from schemas.fields import COUNTY, REGION

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
_IN_PARENTHESES: Final = re.compile(r"\(\s*\w+\s*:?\s*$")
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
class _Mention:
    """What is known of an amount besides its number."""

    role: Role
    may_be: tuple[Recipient, ...]
    above: Context


def mentions_in(
    paragraphs: Sequence[Paragraph], context_of: Callable[[int], Context], names: Names, county_code: str | None
) -> Iterator[Figure | Unread]:
    """Every amount with a unit in the paragraphs.

    `context_of` says what stands above a line; `county_code` is the county that "regionen" and "länet" mean.
    """
    for paragraph in paragraphs:
        found = list(amounts_in(paragraph.text))
        for number, amount in enumerate(found):
            reading = amount.reading
            if isinstance(reading, Amount):
                before = found[number - 1].end if number else 0
                after = found[number + 1].start if number + 1 < len(found) else len(paragraph.text)
                clause = _clause(paragraph.text, amount, before, after)
                said = _said(paragraph.text, clause, amount, names, county_code)
                role = _role(paragraph.text, clause, amount)
                about = _Mention(role, () if role == "total" else said, context_of(paragraph.first))
                yield _figure(paragraph, amount, reading, about)
            else:
                yield _unread(paragraph, amount, reading)


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
    begin = _NUMBER_MARK.match(text)
    found = _SENTENCE.finditer(text, begin.end() if begin else 0)
    ends = [match.end() for match in found if not _is_inside(text, match.start())]
    start = max((end for end in ends if end <= position), default=0)
    stop = min((end for end in ends if end > position), default=len(text))
    return " ".join(text[start:stop].split())


def _is_inside(text: str, position: int) -> bool:
    return text.count("(", 0, position) > text.count(")", 0, position)


def _clause(text: str, amount: AmountInText, before: int, after: int) -> tuple[int, int]:
    """From the last boundary or amount before to the next; a parenthesis right before the amount belongs to it."""
    left = max((match.end() for match in _BOUNDARY.finditer(text, before, amount.start)), default=before)
    right = min((match.start() for match in _BOUNDARY.finditer(text, amount.end, after)), default=after)
    if text[before:left].endswith(")") and not text[left : amount.start].strip():
        left = max(before, text.rfind("(", before, left))
    return left, right


def _said(
    text: str, clause: tuple[int, int], amount: AmountInText, names: Names, county_code: str | None
) -> tuple[Recipient, ...]:
    """Whom the words of the clause mean: the nearest before the amount, or nearer still after "till"."""
    left, right = clause
    # What stands after "till" right behind another amount is said of that one.
    taken = _TO_WHOM.match(text, left, amount.start) if left and text[left - 1].isalnum() else None
    before = _words(text, left, amount.start, names, county_code)
    before = [one for one in before if not (taken and one.start == taken.end())]
    after = [
        one for one in _words(text, amount.end, right, names, county_code) if _TO.search(text, amount.end, one.start)
    ]
    if after and (not before or after[0].start - amount.end < amount.start - before[-1].end):
        return after[0].may_be
    if not before:
        return ()
    joined = before[-2:] if len(before) > 1 and _AND.fullmatch(text, before[-2].end, before[-1].start) else before[-1:]
    return tuple(sorted({one for word in joined for one in word.may_be}))


def _words(text: str, start: int, end: int, names: Names, county_code: str | None) -> list[_Said]:
    """All words for recipients between two characters, in their order."""
    stretch = text[start:end]
    said = [_Said(start + first, start + last, match.recipients) for first, last, match in names.named_in(stretch)]
    for word in _ROLE.finditer(stretch):
        if any(one.start < start + word.end() and start + word.start() < one.end for one in said):
            continue
        kind = None if word["other"] else REGION if word["region"] else COUNTY
        whom = (Recipient(kind, county_code),) if kind and county_code else ()
        said.append(_Said(start + word.start(), start + word.end(), whom))
    return sorted(said, key=lambda one: one.start)


def _role(text: str, clause: tuple[int, int], amount: AmountInText) -> Role:
    """A total if the words right before say so; what a recipient gets in all, or a section, is a mention."""
    before = text[clause[0] : amount.start]
    if not _TOTAL.search(before) or _RECEIVES.search(before):
        return "mention"
    of_section = _IN_PARENTHESES.search(text[: amount.start]) and text[amount.end :].lstrip().startswith(")")
    return "mention" if of_section or _TO.search(text[amount.end : clause[1]][:6]) else "total"


def _figure(paragraph: Paragraph, amount: AmountInText, reading: Amount, about: _Mention) -> Figure:
    sentence = sentence_at(paragraph.text, amount.start)
    own_years = years_in(paragraph.heading) if paragraph.heading else ()
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
        years=unique([*years_in(sentence), *own_years, *about.above.years]),
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
