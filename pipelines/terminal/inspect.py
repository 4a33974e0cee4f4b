"""How an inspected document and a solved table look on a terminal, in Swedish or English."""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Shown

from pipelines.terminal.console import RESULTS, VERDICT_STYLES
from schemas.called import VERDICT
from schemas.errors import UsageError
from schemas.text import Text
from schemas.written import number_text

InLang = Callable[[Text], str]

# A column with at least this many amounts, all exact, is told in one line.
_MANY: Final = 5
_LISTED: Final = 12
# Fewer amounts than this solve nothing.
_TABLE: Final = 3
_GIVING: Final = ("unique", "fits")
_SEVERITY: Final = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_SEVERITY_NAMES: Final = {
    "error": Text("fel", "error"),
    "warning": Text("varning", "warning"),
    "info": Text("upplysning", "note"),
}
_HEADINGS: Final = (
    Text("pott och mottagare", "pot and recipient"),
    Text("plats", "place"),
    Text("tryckt kr", "printed SEK"),
    Text("differens", "difference"),
    Text("utfall", "verdict"),
)


def show(told: dict[str, Any], lang: str) -> None:
    """The verdict on every recognised amount, what rests on what, the findings, and what was left."""
    in_lang = _chooser(lang)
    document = told["document"]
    title = f" · {document['title']}" if document["title"] else ""
    pages = in_lang(Text("sida", "page") if document["pages"] == 1 else Text("sidor", "pages"))
    RESULTS.print(f"{document['file']} ({document['kind']}, {document['pages']} {pages}){title}", style="bold")
    if told["figures"]:
        RESULTS.print(_verdict_table(told["figures"], in_lang))
    _show_inference_rows(told["inference"], in_lang)
    for finding in told["findings"]:
        severity = finding["severity"]
        message = f" {finding['year']}: {finding[f'message_{lang}']}"
        RESULTS.print(Shown.assemble((in_lang(_SEVERITY_NAMES[severity]), _SEVERITY[severity]), message))
    _show_rest(told, in_lang, lang)
    counts = ", ".join(f"{count} {in_lang(VERDICT[verdict])}" for verdict, count in told["verdicts"].items())
    nothing = Text("inget belopp känns igen", "no amount was recognised")
    RESULTS.print(counts or in_lang(nothing), style="bold")


def _chooser(lang: str) -> InLang:
    if lang not in ("sv", "en"):
        raise UsageError(f"--lang {lang!r} is not known", remedy="it is sv or en")
    return itemgetter(("sv", "en").index(lang))


def _verdict_table(figures: list[dict[str, Any]], in_lang: InLang) -> Table:
    """One heading per pot; amounts that are right are told together, the others one by one."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, heading in enumerate(_HEADINGS):
        table.add_column(in_lang(heading), justify="right" if index in (2, 3) else "left", no_wrap=index in (1, 2, 3))
    grain = itemgetter("year", "programme", "pot_id", "recipient_type")
    for (year, _, pot_id, _), group in groupby(sorted(figures, key=grain), key=grain):
        rows = list(group)
        exact = [row for row in rows if row["verdict"] == "exact"]
        together = exact if len(exact) >= _MANY else []
        table.add_row(Shown(f"{year} {pot_id}", style="bold"))
        if together:
            amount = sum(row["published_sek"] for row in together)
            counted = in_lang(Text(f"  {len(together)} belopp", f"  {len(together)} amounts"))
            table.add_row(counted, "", _number(amount, in_lang), "0", _verdict(together[0], in_lang))
        for row in rows:
            if row not in together:
                table.add_row(
                    f"  {row['recipient_code']} {row['recipient_name']}",
                    _place(row),
                    _number(row["published_sek"], in_lang),
                    _difference(row["difference_sek"], in_lang),
                    _verdict(row, in_lang),
                )
    return table


def _verdict(row: dict[str, Any], in_lang: InLang) -> Shown:
    shown = Shown(in_lang(VERDICT[row["verdict"]]), style=VERDICT_STYLES[row["verdict"]])
    if row["independence"] == "self_derived":
        # The rule or the head counts were solved from this very document, so it proves nothing about them.
        shown.append(in_lang(Text(" (ur sig självt)", " (self-derived)")), style="dim")
    return shown


def _number(value: int, in_lang: InLang) -> str:
    return in_lang(number_text(value))


def _difference(kronor: int | None, in_lang: InLang) -> str:
    if kronor is None:
        return ""
    return in_lang(number_text(kronor, signed=True))


def _told_place(one: dict[str, Any], in_lang: InLang) -> str:
    return in_lang(Text(one["place_sv"], one["place"]))


def _place(row: dict[str, Any]) -> str:
    return f"{row['page']}:{row['row']}:{row['column']}"


def _show_inference_rows(rows: list[dict[str, Any]], in_lang: InLang) -> None:
    """Per pot what gives all its amounts; where nothing does, nothing is said here: the findings do."""
    tables = [row for row in rows if row["figures"] >= _TABLE]
    for row in sorted((row for row in tables if row["verdict"] in _GIVING), key=lambda row: row["verdict"] != "unique"):
        says = Text(
            f"{row['year']} {row['pot_id']}: {row['matches']} av {row['figures']} belopp ur {row['candidate']}",
            f"{row['year']} {row['pot_id']}: {row['matches']} of {row['figures']} amounts from {row['candidate']}",
        )
        RESULTS.print(in_lang(says), style="dim")


def _show_rest(told: dict[str, Any], in_lang: InLang, lang: str) -> None:
    for one in told["of_the_agreement"]:
        RESULTS.print(
            f"= {_told_place(one, in_lang)}: {one['text']} – {one[f'what_{lang}']} {one['year']}", style="dim"
        )
    for one in told["not_recognised"][:_LISTED]:
        candidates = f" ({', '.join(one['candidates'])})" if one["candidates"] else ""
        RESULTS.print(f"? {_told_place(one, in_lang)}: {one['text']} – {one[f'why_{lang}']}{candidates}", style="dim")
    left = len(told["not_recognised"]) - _LISTED
    if left > 0:
        RESULTS.print(in_lang(Text(f"… och {left} belopp till (--json)", f"… and {left} more (--json)")), style="dim")
    for one in told["not_read"]:
        RESULTS.print(f"! {_told_place(one, in_lang)}: {one[f'message_{lang}']}", style="yellow")


def show_inference(told: dict[str, Any], lang: str) -> None:
    """What was solved from a table, in sentences, and the head counts if there is one solution."""
    in_lang = _chooser(lang)
    first, last = told["searched"]
    searched = Text(
        f"{told['figures']} belopp, rikstal {_number(first, in_lang)}–{_number(last, in_lang)} prövade",
        f"{told['figures']} amounts, totals {_number(first, in_lang)}–{_number(last, in_lang)} tried",
    )
    RESULTS.print(in_lang(searched), style="dim")
    for sentence in told[f"sentences_{lang}"]:
        RESULTS.print(sentence)
    if told["head_counts"]:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column(in_lang(Text("kod", "code")))
        table.add_column(in_lang(Text("personer", "persons")), justify="right")
        for row in told["head_counts"]:
            table.add_row(row["recipient_code"], _number(row["population"], in_lang))
        RESULTS.print(table)
