"""The change log as a page of Markdown, in Swedish and English, from the plain data of `changes.json`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from assets.presentation.differences import history
from assets.presentation.differences.wording import EQUAL, causes_told, headline, pot_name, pot_told, verdicts_told
from assets.presentation.differences.words import LONGEST_NAME
from schemas.called import KINDS
from schemas.plain_text import harmless
from schemas.text import Language, Text
from schemas.written import money, number, say

MOST_RECIPIENTS: Final = 25

_TITLE: Final = Text("Vad som ändrats", "What changed")
_FIRST: Final = Text("Detta är den första versionen; det finns ingen att jämföra med.", "This is the first version.")
_COMPARED: Final = Text("Jämfört med version {version}, skapad {at}.", "Compared with version {version}, made {at}.")
_NOT_COMPARED: Final = Text(
    "Ingen jämförelse kunde göras med version {version}: {why}.",
    "No comparison could be made with version {version}: {why}.",
)
_POTS: Final = Text("Pott för pott", "Pot by pot")
_RECIPIENTS: Final = Text("Mottagare som ändras mest", "Recipients that change most")
_COLUMNS: Final = Text("år|mottagare|före|efter|förändring|därav", "year|recipient|before|after|change|of which")
_MORE: Final = Text("… och {many} till, alla i changes.json.", "… and {many} more, all in changes.json.")
_RECONCILIATION: Final = Text("Avstämning mot publicerade tal", "Reconciliation with published figures")
_YEARS: Final = {
    "years_added": Text("Nya år: {years}.", "New years: {years}."),
    "years_removed": Text("År som inte längre finns: {years}.", "Years that are no longer there: {years}."),
}
_HISTORY: Final = Text("Tidigare versioner", "Earlier versions")
_HISTORY_COLUMNS: Final = Text("version|skapad|vad den ändrade", "version|made|what it changed")
_STATES: Final = {
    history.FIRST: Text("den första versionen", "the first version"),
    history.EQUAL: EQUAL,
    history.NOT_COMPARED: Text("kunde inte jämföras", "could not be compared"),
    history.NO_LOG: Text("har ingen ändringslogg", "has no change log"),
}

# A backslash before any of these makes it a character like others: tables, emphasis, code, links (bare addresses too)
# and mathematics need them. No name stands first in its line. What HTML reads is written as HTML wants it.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]#!|~:.@^$])")
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escaped(name: str) -> str:
    """A name from outside, as Markdown that shows just that name: one line, no markup, no HTML, of bounded length."""
    return "".join(_HTML.get(sign, sign) for sign in _MARKUP.sub(r"\\\1", harmless(name, LONGEST_NAME)))


def page(log: dict[str, Any], lang: Language) -> str:
    """The whole page of a change log."""
    lines = [f"# {_TITLE.of(lang)}", "", *_body(log, lang), *_history(log["history"], lang)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _body(log: dict[str, Any], lang: Language) -> Iterator[str]:
    if log["state"] == history.FIRST:
        yield from (_FIRST.of(lang), "")
        return
    version = f"`{log['previous']['version']}`"
    if log["state"] == history.NOT_COMPARED:
        yield from (say(_NOT_COMPARED, lang, version=version, why=escaped(log["reason"])), "")
        return
    yield from (say(_COMPARED, lang, version=version, at=log["previous"]["created_at"]), "")
    yield from (EQUAL.of(lang) if log["is_equal"] else headline(log["summary"], lang), "")
    for name, text in _YEARS.items():
        if log[name]:
            yield from (say(text, lang, years=", ".join(map(str, log[name]))), "")
    yield from _pots(log["pots"], lang)
    yield from _recipients(log["recipients"], lang)
    yield from _listing(_RECONCILIATION.of(lang), verdicts_told(log["summary"], lang))


def _listing(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield from (f"## {title}", "", *(f"- {item}" for item in items), "")


def _pots(pots: list[dict[str, Any]], lang: Language) -> Iterator[str]:
    yield from _listing(
        _POTS.of(lang),
        [f"**{pot_name(pot, lang, escaped)}**: {'; '.join(pot_told(pot, lang, escaped))}." for pot in pots],
    )


def _recipients(recipients: list[dict[str, Any]], lang: Language) -> Iterator[str]:
    changed = [one for one in recipients if one["change_sek"]]
    if not changed:
        return
    rows = [
        (
            str(one["year"]),
            f"{escaped(one['recipient_name'])} ({KINDS[one['recipient_type']].of(lang)})",
            money(one["amount_before_sek"], lang),
            money(one["amount_after_sek"], lang),
            money(one["change_sek"], lang, signed=True),
            causes_told(one, lang),
        )
        for one in changed[:MOST_RECIPIENTS]
    ]
    yield from (f"## {_RECIPIENTS.of(lang)}", "", *_table(_COLUMNS.of(lang), rows, "r l r r r l"), "")
    if len(changed) > MOST_RECIPIENTS:
        yield from (say(_MORE, lang, many=number(len(changed) - MOST_RECIPIENTS, lang)), "")


def _history(entries: list[dict[str, Any]], lang: Language) -> Iterator[str]:
    if not entries:
        return
    rows = [
        (
            f"`{entry['version']}`",
            entry["created_at"] or "–",
            headline(entry["summary"], lang) if entry["state"] == history.CHANGED else _STATES[entry["state"]].of(lang),
        )
        for entry in entries
    ]
    yield from (f"## {_HISTORY.of(lang)}", "", *_table(_HISTORY_COLUMNS.of(lang), rows, "l l l"), "")


def _table(columns: str, rows: Sequence[tuple[str, ...]], sides: str) -> Iterator[str]:
    headings = columns.split("|")
    yield f"| {' | '.join(headings)} |"
    yield "|" + "|".join("---:" if side == "r" else "---" for side in sides.split()) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
