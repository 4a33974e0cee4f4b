"""How an explanation looks: wrapped and in colour on a terminal, else a line per statement; rich only where needed."""

import sys
import textwrap
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any, Final, NamedTuple

from assets.reporting.explaining.wording import EVIDENCE_OF, KINDS, age_band, money, number, say
from schemas.plain_text import harmless
from schemas.text import Language, Text

# An explanation may be long; a hostile name may not.
_LONGEST_LINE: Final = 5000
_NOT_SPLIT: Final = Text("Fördelas inte", "Not split")
_CHANGE: Final = Text("Från {previous} till {year}", "From {previous} to {year}")
_NO_CHANGE_TOLD: Final = Text("Inget sägs om {pot}: {reason}.", "Nothing is said of {pot}: {reason}.")
_NOTHING: Final = Text("Inget belopp är beräknat.", "No amount is computed.")
_LABELS: Final = {
    "rounding": Text("Avrundning", "Rounding"),
    "population": Text("Folkmängd", "Population"),
    "total": Text("Nämnare", "Denominator"),
    "rule": Text("Regel", "Rule"),
    "note": Text("Anmärkning", "Note"),
    "source": Text("Källa", "Source"),
    "sum": Text("Summa", "Sum"),
    "sum_told": Text("Summa av det som kan sägas", "Sum of what can be told"),
}
_PAGE: Final = Text("s. {page}", "p. {page}")
_NO_ADDRESS: Final = Text("utan känd adress", "no address known")


class _Line(NamedTuple):
    text: str
    indent: int = 0
    style: str = ""


def show(result: dict[str, Any]) -> None:
    """Print an explanation: wrapped and in colour on a terminal, one line per statement elsewhere."""
    lines = [line._replace(text=harmless(line.text, _LONGEST_LINE)) for line in _lines(result)]
    if not sys.stdout.isatty():
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        sys.stdout.writelines(f"{' ' * line.indent}{line.text}\n" for line in lines)
        return
    from rich import console, text  # noqa: PLC0415 - a tenth of the time, for terminals only

    terminal = console.Console(highlight=False)
    for line in lines:
        for piece in _wrapped(line, terminal.width):
            terminal.print(text.Text(piece, style=line.style), soft_wrap=True)


def _wrapped(line: _Line, width: int) -> list[str]:
    """The line in pieces that fit; amounts stay whole, since only plain spaces are broken at."""
    margin = " " * line.indent
    wrapper = textwrap.TextWrapper(width, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)
    return wrapper.wrap(line.text) or [""]


def _lines(result: dict[str, Any]) -> Iterator[_Line]:
    lang: Language = result["language"]
    for index, told in enumerate(result["recipients"]):
        if index:
            yield _Line("")
        kind = say(KINDS[told["recipient_type"]], lang)
        yield _Line(f"{told['recipient_name']} – {kind} {told['recipient_code']}, {told['year']}", style="bold")
        yield from _sum_lines(told, lang)
        for pot in told["pots"]:
            yield from _pot_lines(pot, lang)
        for pot in told["not_split"]:
            yield from _not_split_lines(pot, lang)
        if "change" in told:
            yield from _change_lines(told["change"], lang)


def _sum_lines(told: dict[str, Any], lang: Language) -> Iterator[_Line]:
    for total in told["totals"]:
        yield _Line(f"{total['programme']}: {total['formula']}", 2)
        yield _Line(total["completeness"], 2, "dim" if total["is_complete"] else "yellow")
    for county in told["county"]:
        yield _Line(f"{county['programme']}: {county['sentence']}", 2)
        if county["completeness"]:
            yield _Line(county["completeness"], 2, "yellow")
    if not told["pots"]:
        yield _Line(say(_NOTHING, lang), 2)


def _pot_lines(pot: dict[str, Any], lang: Language) -> Iterator[_Line]:
    yield _Line("")
    yield _Line(f"{pot['name']} ({pot['programme']}, {pot['pot_id']})", 2, "bold")
    yield _Line(pot["sentence"], 4)
    yield _Line(pot["formula"], 4, "green")
    if pot["preliminary"]:
        yield _Line(pot["preliminary"], 4, "yellow")
    yield _labelled("rounding", pot["rounding"]["text"], lang)
    if pot["population"]:
        yield from _population_lines(pot["population"], lang)
    yield from _rule_lines(pot, lang)


def _population_lines(population: dict[str, Any], lang: Language) -> Iterator[_Line]:
    for cell in population["cells"]:
        what = f"{cell['region_code']}, {age_band(cell['ages'], lang)}, {cell['population_date']}"
        where = f"{cell['source']}, sha256 {cell['sha256']}"
        yield _labelled("population", f"{number(cell['population'], lang)} ({what}): {cell['told']}; {where}", lang)
    total = f"{number(population['population_total'], lang)}, sha256 {population['population_sha256']}"
    yield _labelled("total", total, lang)


def _rule_lines(pot: dict[str, Any], lang: Language) -> Iterator[_Line]:
    rule = pot["rule"]
    evidence = "; ".join(f"{say(EVIDENCE_OF[part], lang)}: {told}" for part, told in rule["evidence_told"].items())
    yield _labelled("rule", f"sha256 {rule['rule_sha256']}; {evidence}", lang)
    if rule["note"]:
        yield _labelled("note", rule["note"], lang)
    for source in pot["sources"]:
        page = say(_PAGE, lang, page=source["page"]) if source["page"] else None
        parts = (source["title"], source["publisher"], source["published_on"], page)
        described = ", ".join(part for part in parts if part)
        yield _labelled("source", f"{described}; {source['url'] or say(_NO_ADDRESS, lang)}", lang)


def _not_split_lines(pot: dict[str, Any], lang: Language) -> Iterator[_Line]:
    yield _Line("")
    yield _Line(f"{say(_NOT_SPLIT, lang)}: {pot['name']} ({pot['programme']}, {pot['pot_id']})", 2, "bold yellow")
    yield _Line(pot["sentence"], 4)
    yield from _rule_lines(pot, lang)


def _change_lines(change: dict[str, Any], lang: Language) -> Iterator[_Line]:
    yield _Line("")
    yield _Line(say(_CHANGE, lang, previous=change["year_previous"], year=change["year"]), 2, "bold")
    for pot in change["pots"]:
        yield _Line(pot["sentence"], 4)
        yield _Line(pot["formula"], 6, "green")
    if change["sum"] and len(change["pots"]) > 1:
        yield _labelled("sum_told" if change["not_told"] else "sum", change["sum"]["formula"], lang)
    for pot in change["not_told"]:
        name = f"{pot['name']} {pot['year']}, {money(pot['pot_sek'], lang)}"
        yield _Line(say(_NO_CHANGE_TOLD, lang, pot=name, reason=pot["reason"]), 4, "yellow")
    if change["pots"]:
        yield _Line(change["order"], 4, "dim")


def _labelled(label: str, text: str, lang: Language) -> _Line:
    return _Line(f"{say(_LABELS[label], lang)}: {text}", 4, "dim")
