"""Why a pot's amounts are others, in words: what changed in its rule, its evidence, its recipients and head counts.

Works on the reasons that `reasons.py` found.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from assets.presentation.differences import reasons
from assets.presentation.differences.words import WORDS, Row, Shown, counted, recipients_counted, word
from schemas.called import EVIDENCE, EVIDENCE_OF
from schemas.text import Language, Text
from schemas.written import age_band, day, money, number, say

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELDS: Final = {
    "amount": Text("pottens belopp", "the amount of the pot"),
    "recipients": Text("mottagare", "recipients"),
    "base": Text("grundbelopp", "base amount"),
    "amounts": Text("listade belopp", "listed amounts"),
    "key": Text("fördelningsnyckel", "key"),
    "ages": Text("åldrar", "ages"),
    "date": Text("folkmängdens datum", "date of the population"),
    "table": Text("folkmängdens tabell", "table of the population"),
    "rounding": Text("avrundning", "rounding"),
}
_EVIDENCE_OF: Final = Text("belägg för {part}", "evidence of {part}")
_PLAIN_REASONS: Final = {
    reasons.POT_ADDED: Text("potten är ny", "the pot is new"),
    reasons.POT_REMOVED: Text("potten finns inte längre", "the pot is no longer there"),
    reasons.RULE_KNOWN: Text("regeln är nu känd", "the rule is now known"),
    reasons.RULE_UNKNOWN: Text("regeln är inte längre känd", "the rule is no longer known"),
}
_INSTEAD: Final = Text("{after} i stället för {before} ({many})", "{after} instead of {before} ({many})")


def reasons_told(found: Iterable[Row], lang: Language, shown: Shown) -> list[str]:
    """Each reason in a few words."""
    told: list[str] = []
    for reason in found:
        kind = reason["kind"]
        if kind == reasons.RULE_CHANGED:
            told += [_field_told(change, lang, shown) for change in reason["fields"]]
        elif kind == reasons.EVIDENCE_CHANGED:
            told += [_evidence_told(change, lang) for change in reason["fields"]]
        elif kind == reasons.RECIPIENTS_CHANGED:
            told += _recipients_told(reason, lang)
        elif kind == reasons.POPULATION_CHANGED:
            told += _population_told(reason, lang, shown)
        else:
            told.append(_PLAIN_REASONS[kind].of(lang))
    return told


def _field_told(change: Row, lang: Language, shown: Shown) -> str:
    if change["field"] == "other":
        return Text("regeln ändrad", "the rule changed").of(lang)
    before, after = (_value(change["field"], change[side], lang, shown) for side in ("before", "after"))
    return f"{_FIELDS[change['field']].of(lang)} {before} → {after}"


def _value(field: str, value: Any, lang: Language, shown: Shown) -> str:
    """The value of a field of a rule, as people write it."""
    if value is None:
        return Text("inget", "none").of(lang)
    if isinstance(value, int):
        return money(value, lang)
    if isinstance(value, dict):
        return _amounts(value, lang, shown)
    if field == "ages":
        return age_band(value, lang)
    if field == "date":
        return _day(value, lang)
    return WORDS[value].of(lang) if value in WORDS else shown(value)


def _amounts(amounts: Mapping[str, int], lang: Language, shown: Shown) -> str:
    """`200 000 kr`, or by class or recipient; many are only counted."""
    if set(amounts) == {"default"}:
        return money(amounts["default"], lang)
    few = 4
    if len(amounts) > few:
        return counted(len(amounts), Text("belopp", "amount"), Text("belopp", "amounts"), lang)
    return "(" + ", ".join(f"{shown(name)} {money(amount, lang)}" for name, amount in amounts.items()) + ")"


def _evidence_told(change: Row, lang: Language) -> str:
    before, after = (
        EVIDENCE[change[side]].of(lang) if change[side] in EVIDENCE else word(change[side], lang)
        for side in ("before", "after")
    )
    part = say(_EVIDENCE_OF, lang, part=EVIDENCE_OF[change["field"]].of(lang))
    return f"{part}: {before} → {after}"


def _recipients_told(reason: Row, lang: Language) -> list[str]:
    texts = {
        "new": Text("{many} till får del av potten", "{many} more share the pot"),
        "removed": Text("{many} färre får del av potten", "{many} fewer share the pot"),
    }
    return [say(text, lang, many=number(reason[name], lang)) for name, text in texts.items() if reason[name]]


def _population_told(reason: Row, lang: Language, shown: Shown) -> list[str]:
    """What the head counts rest on now, and before; if that is the same, how many are others."""
    told = [
        say(
            _INSTEAD,
            lang,
            after=_origin(move["after"], lang, shown),
            before=_origin(move["before"], lang, shown),
            many=recipients_counted(move["recipients"], lang),
        )
        for name in ("basis", "population_date", "source")
        # Another basis comes with another day and source; one of them says it.
        for move in (reason[name] if not (name != "basis" and reason["basis"]) else ())
    ]
    if reason["counts_changed"]:
        told.append(
            counted(
                reason["counts_changed"],
                Text("folkmängd ändrad", "head count changed"),
                Text("folkmängder ändrade", "head counts changed"),
                lang,
            )
        )
    return told or [Text("folkmängderna har ett annat underlag", "the head counts rest on something else").of(lang)]


def _origin(value: str | None, lang: Language, shown: Shown) -> str:
    if value is None:
        return "–"
    if value in WORDS:
        return WORDS[value].of(lang)
    if _DATE.fullmatch(value):
        return say(Text("tal för {day}", "counts of {day}"), lang, day=_day(value, lang))
    return shown(value)


def _day(written: str, lang: Language) -> str:
    return day(dt.date.fromisoformat(written), lang)
