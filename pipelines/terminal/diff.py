"""How a difference between two versions looks on a terminal, in Swedish or English."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from assets.presentation.differences.wording import EQUAL, headline, pot_name, pot_told, row_told, verdicts_told
from assets.presentation.differences.words import terminal
from pipelines.terminal.console import RESULTS
from schemas.called import KINDS
from schemas.text import Language, Text
from schemas.written import number

_MOST: Final = 10
_INDENT: Final = "  "
_BEFORE: Final = Text("före ", "before")
_AFTER: Final = Text("efter", "after ")
_MORE: Final = Text("… och {many} till (--json visar alla)", "… and {many} more (--json shows all)")
_MOVERS: Final = Text("Ändras mest, kr", "Change most, SEK")
_COLUMNS: Final = (Text("före", "before"), Text("efter", "after"), Text("ändring", "change"))
_UNCHANGED: Final = Text("Inget ändras för {who}.", "Nothing changes for {who}.")
_YEARS: Final = {
    "years_added": Text("Nya år: ", "New years: "),
    "years_removed": Text("År som inte längre finns: ", "Years no longer there: "),
}


class _Line(NamedTuple):
    text: str
    indent: int = 0
    style: str = ""


def show(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """Print a difference: in one line if there is none, else pots with reasons, then who changes most."""
    for line in _lines(result, lang):
        margin = _INDENT * line.indent
        wrapper = textwrap.TextWrapper(
            console.width, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
        )
        # Amounts stay whole: a no-break space is no place to wrap at, which rich itself does not heed.
        for piece in wrapper.wrap(line.text) or [""]:
            console.print(Line(piece, style=line.style), soft_wrap=True)
    changed = [one for one in result["recipients"] if one["change_sek"]]
    if changed and "recipient" not in result:
        console.print(_movers(changed[:_MOST], lang))
        if len(changed) > _MOST:
            console.print(Line(_more(len(changed), lang), style="dim"))


def _lines(result: dict[str, Any], lang: Language) -> Iterator[_Line]:
    who = ", ".join(_recipient(one, lang) for one in result.get("recipient", []))
    if result["is_equal"]:
        yield _Line(_UNCHANGED.of(lang).format(who=who) if who else EQUAL.of(lang))
    else:
        yield _Line(f"{_BEFORE.of(lang)} {result['before']['version']}", style="dim")
        yield _Line(f"{_AFTER.of(lang)} {result['after']['version']}", style="dim")
        yield _Line(
            f"{who}: {headline(result['summary'], lang)}" if who else headline(result["summary"], lang), 0, "bold"
        )
        yield from (_row_lines if who else _pot_lines)(result, lang)
        yield from (_Line(told) for told in verdicts_told(result["summary"], lang))
    yield from _other_lines(result, lang)


def _pot_lines(result: dict[str, Any], lang: Language) -> Iterator[_Line]:
    for pot in result["pots"][:_MOST]:
        yield _Line("")
        yield _Line(pot_name(pot, lang, terminal), style="bold")
        yield from (_Line(told, 1) for told in pot_told(pot, lang, terminal))
    if len(result["pots"]) > _MOST:
        yield _Line(_more(len(result["pots"]), lang), style="dim")
    yield _Line("")


def _row_lines(result: dict[str, Any], lang: Language) -> Iterator[_Line]:
    """Row by row, for the recipients asked for."""
    pots = {(pot["programme"], pot["year"], pot["pot_id"]): pot for pot in result["pots"]}
    latest_first = sorted(result["rows"], key=lambda row: -row["year"])
    for row in latest_first:
        pot = pots[row["programme"], row["year"], row["pot_id"]]
        yield _Line("")
        yield _Line(f"{_recipient(row, lang)}: {pot_name(pot, lang, terminal)}", style="bold")
        yield from (_Line(told, 1) for told in row_told(row, pot, lang, terminal))
    yield _Line("")


def _other_lines(result: dict[str, Any], lang: Language) -> Iterator[_Line]:
    for name, text in _YEARS.items():
        if result[name]:
            yield _Line(text.of(lang) + ", ".join(map(str, result[name])))


def _recipient(one: dict[str, Any], lang: Language) -> str:
    return f"{terminal(one['recipient_name'])} ({KINDS[one['recipient_type']].of(lang)})"


def _movers(recipients: list[dict[str, Any]], lang: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=_MOVERS.of(lang), title_justify="left")
    table.add_column("", overflow="fold")
    for heading in _COLUMNS:
        table.add_column(heading.of(lang), justify="right", no_wrap=True)
    for one in recipients:
        table.add_row(
            Line(f"{one['year']} {_recipient(one, lang)}"),
            number(one["amount_before_sek"], lang),
            number(one["amount_after_sek"], lang),
            number(one["change_sek"], lang, signed=True),
        )
    return table


def _more(many: int, lang: Language) -> str:
    return _MORE.of(lang).format(many=number(many - _MOST, lang))
