"""What changed, in words for people who know money and not tables, in Swedish and English.

Works on the plain data of `telling.py`. Names come from outside: each passes through `shown`, with which whoever
prints makes it harmless for the place where it is to stand.
"""

from typing import Final

from assets.presentation.differences.why import reasons_told
from assets.presentation.differences.words import Row, Shown, counted, word
from assets.reporting.explaining.change import CAUSE_NAMES
from schemas.tables.changes import CAUSES
from schemas.text import Language, Text
from schemas.vocabulary import DECIDED, PRELIMINARY
from schemas.written import money, number, say

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
