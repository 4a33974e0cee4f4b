"""What changed, in words for people who know money and not tables, in Swedish and English.

Works on the plain data of `telling.py`. Names come from outside: each passes through `shown`, with which whoever
prints makes it harmless for the place where it is to stand.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from assets.presentation.differences import reasons
from assets.reporting.explaining.change import CAUSE_NAMES
from assets.reporting.explaining.wording import EVIDENCE, age_band, day, money, number, say
from schemas.plain_text import harmless
from schemas.tables.changes import CAUSES
from schemas.text import Language, Text
from schemas.vocabulary import (
    COUNTY,
    DECIDED,
    DERIVED,
    ESTIMATED,
    LARGEST_RECIPIENT,
    LARGEST_REMAINDER,
    MUNICIPALITY,
    NATIONAL,
    NEAREST,
    NOT_COMPUTED,
    OFFICIAL,
    PRELIMINARY,
    PROXY,
    REGION,
    UNKNOWN,
)

Row = Mapping[str, Any]
Shown = Callable[[str], str]

LONGEST_NAME: Final = 100
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

WORDS: Final = {
    DECIDED: Text("beslutat", "decided"),
    PRELIMINARY: Text("preliminärt", "preliminary"),
    NOT_COMPUTED: Text("inte beräknat", "not computed"),
    OFFICIAL: Text("SCB:s egna tal", "SCB's own counts"),
    DERIVED: Text("tal lösta ur publicerade belopp", "counts solved from published amounts"),
    ESTIMATED: Text("skattade tal", "estimated counts"),
    PROXY: Text("tal för ett annat datum", "counts of another date"),
    NEAREST: Text("närmaste krona", "nearest krona"),
    LARGEST_REMAINDER: Text("största rest", "largest remainder"),
    LARGEST_RECIPIENT: Text("resten till den största", "the rest to the largest"),
    "exact": Text("stämmer på kronan", "agrees to the krona"),
    "explained": Text("förklarad skillnad", "explained difference"),
    "rounded_match": Text("stämmer avrundat", "agrees when rounded"),
    "not_comparable": Text("kan inte jämföras", "not comparable"),
    "no_rule": Text("okänd regel", "unknown rule"),
    "mismatch": Text("stämmer inte", "does not agree"),
    "folkmangd_1_november": Text("folkmängd 1 november", "population on 1 November"),
    "folkmangd_31_december": Text("folkmängd 31 december", "population on 31 December"),
    "folkmangd_month_end": Text("folkmängd vid månadens slut", "population at the end of a month"),
    MUNICIPALITY: Text("kommuner", "municipalities"),
    REGION: Text("regioner", "regions"),
    COUNTY: Text("län", "counties"),
    NATIONAL: Text("nationellt", "national"),
    UNKNOWN: Text("okänd mottagare", "recipient unknown"),
}
KINDS: Final = {
    MUNICIPALITY: Text("kommun", "municipality"),
    REGION: Text("region", "region"),
    COUNTY: Text("län", "county"),
    NATIONAL: Text("nationellt", "national"),
}
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
_EVIDENCE_OF: Final = {
    "amount": Text("belägg för beloppet", "evidence of the amount"),
    "rule": Text("belägg för regeln", "evidence of the rule"),
    "rounding": Text("belägg för avrundningen", "evidence of the rounding"),
    "date": Text("belägg för datumet", "evidence of the date"),
}
_PLAIN_REASONS: Final = {
    reasons.POT_ADDED: Text("potten är ny", "the pot is new"),
    reasons.POT_REMOVED: Text("potten finns inte längre", "the pot is no longer there"),
    reasons.RULE_KNOWN: Text("regeln är nu känd", "the rule is now known"),
    reasons.RULE_UNKNOWN: Text("regeln är inte längre känd", "the rule is no longer known"),
}
EQUAL: Final = Text(
    "Inga belopp, regler, folkmängder eller utfall av avstämningen skiljer.",
    "No amounts, rules, head counts or verdicts differ.",
)
_HEADLINE: Final = Text("{pots} berörs: {told}.", "{pots} concerned: {told}.")
_NO_AMOUNTS: Final = Text("inga belopp ändras", "no amounts change")
_MOVED: Final = Text("{moved} flyttas, netto {net}", "{moved} move, net {net}")
_LARGEST: Final = Text("störst: {name} {change}", "largest: {name} {change}")
_WHY: Final = Text("varför: {why}", "why: {why}")
_WHY_POT: Final = Text("i potten: {why}", "in the pot: {why}")
_ABSENT: Final = Text("finns inte", "not there")
_EXACTLY: Final = Text("till kronan: {parts}", "to the krona: {parts}")
_INSTEAD: Final = Text("{after} i stället för {before} ({many})", "{after} instead of {before} ({many})")


def terminal(name: str) -> str:
    """A name as it may stand on a terminal."""
    return harmless(name, LONGEST_NAME)


def word(value: str | None, lang: Language) -> str:
    """The word for a category; one that another Kronvis used and this one does not know stands for itself."""
    if value is None:
        return "–"
    return WORDS[value].of(lang) if value in WORDS else terminal(value)


def counted(many: int, one: Text, several: Text, lang: Language) -> str:
    """`1 belopp`, `275 belopp`."""
    return f"{number(many, lang)} {(one if many == 1 else several).of(lang)}"


def recipients_counted(many: int, lang: Language) -> str:
    """`275 mottagare`."""
    return counted(many, Text("mottagare", "recipient"), Text("mottagare", "recipients"), lang)


def headline(summary: Row, lang: Language) -> str:
    """All in one line: pots, amounts that change, money, statuses."""
    pots = counted(summary["pots"], Text("pott", "pot"), Text("potter", "pots"), lang)
    parts = [f"{_changed(summary, lang)}, {_money(summary, 'net_sek', lang)}"]
    if not summary["up"] and not summary["down"]:
        parts = [_NO_AMOUNTS.of(lang)]
    became = {
        f"became_{status}": sum(move["rows"] for move in summary["statuses"] if move["after"] == status)
        for status in (DECIDED, PRELIMINARY)
    }
    same = sum(move["rows"] for move in summary["statuses"] if move["amount_is_the_same"])
    return say(_HEADLINE, lang, pots=pots, told="; ".join([*parts, *_statuses({**became, "status_only": same}, lang)]))


def pot_name(pot: Row, lang: Language, shown: Shown) -> str:
    """`2025 psykisk-halsa, Personer med komplexa behov (län)`."""
    kind = word(pot["recipient_type"], lang)
    return f"{pot['year']} {shown(pot['programme'])}, {shown(pot[f'name_{lang}'])} ({kind})"


def pot_told(pot: Row, lang: Language, shown: Shown) -> list[str]:
    """What happened to a pot: how many get another amount and how much moves; who most; status; why; to the krona."""
    told = [f"{_changed(pot, lang)}, {_money(pot, 'change_sek', lang)}"]
    if not pot["up"] and not pot["down"]:
        told = [_NO_AMOUNTS.of(lang)]
    else:
        change = money(pot["largest_sek"], lang, signed=True)
        told.append(say(_LARGEST, lang, name=shown(pot["largest_name"]), change=change))
    told += _statuses(pot, lang)
    why = reasons_told(pot["reasons"], lang, shown)
    if why:
        told.append(say(_WHY, lang, why="; ".join(why)))
    parts = causes_told(pot, lang)
    return [*told, say(_EXACTLY, lang, parts=parts)] if parts else told


def row_told(row: Row, pot: Row, lang: Language, shown: Shown) -> list[str]:
    """What happened to one recipient's amount of a pot: before and after, status, why, to the krona."""
    before, after = (
        _ABSENT.of(lang) if row[name] is None else money(row[name], lang)
        for name in ("amount_before_sek", "amount_after_sek")
    )
    told = [f"{before} → {after}: {money(row['change_sek'], lang, signed=True)}"]
    if row["status_before"] != row["status_after"]:
        told.append(f"{word(row['status_before'], lang)} → {word(row['status_after'], lang)}")
    why, parts = reasons_told(pot["reasons"], lang, shown), causes_told(row, lang)
    if why:
        told.append(say(_WHY_POT, lang, why="; ".join(why)))
    return [*told, say(_EXACTLY, lang, parts=parts)] if parts else told


def causes_told(row: Row, lang: Language) -> str:
    """`regeln +7 kr, pottens storlek −12 kr`; causes of 0 kr are left out."""
    return ", ".join(
        f"{CAUSE_NAMES[cause].of(lang)} {money(row[cause], lang, signed=True)}" for cause in CAUSES if row[cause]
    )


def _changed(counts: Row, lang: Language) -> str:
    changed = counted(
        counts["up"] + counts["down"],
        Text("belopp ändras", "amount changes"),
        Text("belopp ändras", "amounts change"),
        lang,
    )
    if not counts["up"] or not counts["down"]:
        return changed
    up, down = number(counts["up"], lang), number(counts["down"], lang)
    return f"{changed} ({say(Text('{up} upp, {down} ned', '{up} up, {down} down'), lang, up=up, down=down)})"


def _money(counts: Row, net: str, lang: Language) -> str:
    """Money moves where some get more and others less; where all go one way it is only more, or less."""
    told_net = money(counts[net], lang, signed=True)
    if counts["up"] and counts["down"]:
        return say(_MOVED, lang, moved=money(counts["moved_sek"], lang), net=told_net)
    return told_net


def _statuses(pot: Row, lang: Language) -> list[str]:
    told = [
        f"{number(pot[name], lang)} {text.of(lang)}"
        for name, text in (
            ("became_decided", Text("nu beslutade i stället för preliminära", "now decided instead of preliminary")),
            ("became_preliminary", Text("nu preliminära i stället för beslutade", "now preliminary, not decided")),
        )
        if pot[name]
    ]
    if pot["status_only"]:
        same = Text("{many} av dem med samma belopp", "{many} of them with the same amount")
        told.append(say(same, lang, many=number(pot["status_only"], lang)))
    return [", ".join(told)] if told else []


# --- why --------------------------------------------------------------------------------------------------------------


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
    return f"{_EVIDENCE_OF[change['field']].of(lang)}: {before} → {after}"


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


# --- reconciliation ---------------------------------------------------------------------------------------------------


def verdicts_told(summary: Row, lang: Language) -> list[str]:
    """`16 publicerade tal: stämmer på kronan → stämmer inte`."""
    one, several = Text("publicerat tal", "published figure"), Text("publicerade tal", "published figures")
    absent = _ABSENT.of(lang)
    return [
        f"{counted(move['figures'], one, several, lang)}: "
        + " → ".join(absent if move[side] is None else word(move[side], lang) for side in ("before", "after"))
        for move in summary["verdicts"]
    ]
