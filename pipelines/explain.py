"""Explaining amounts of the published version: reading the year's few files, and showing the result.

Meant to answer at once, so nothing is imported here that an explanation can do without: no Dagster, no contract
checks, no typer (which takes longer to load than an explanation takes), rich only where somebody watches, and causes
of change only where they are asked for.
"""

import argparse
import hashlib
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

import polars as pl

from assets.reporting.explaining.explanation import NEEDED, explain_recipient
from assets.reporting.explaining.lookup import find_recipients
from assets.reporting.explaining.wording import EVIDENCE_OF, KINDS, age_band, money, number, say
from pipelines.ending import print_json
from pipelines.settings import Settings, settings_from_environment
from schemas.errors import DataRefused, UsageError, listed
from schemas.plain_text import harmless
from schemas.text import Language, Text
from schemas.vocabulary import RECIPIENT_TYPES

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


def explain(
    settings: Settings,
    year: int,
    recipient: str,
    pot: str | None = None,
    lang: Language = "sv",
    against: int | None = None,
    recipient_type: str | None = None,
) -> dict[str, Any]:
    """What the published version says of a recipient's year, explained; plain data that JSON can hold.

    `recipient` is a name or code; a bare place name means all its roles, `recipient_type` picks one. `pot` leaves
    only that pot, `against` adds the change from an earlier year. Raises `UsageError` for what does not exist and
    `DataRefused` for a file that is not as it was published.
    """
    if lang not in get_args(Language):
        raise UsageError(f"--lang {lang!r} is not known", remedy=f"it is {listed(get_args(Language))}")
    published = _published(settings.out)
    _require_years(published, year, against)
    tables = {name: published.read(name, year) for name in NEEDED}
    meant = find_recipients(published.read("recipients", year).to_dicts(), recipient, recipient_type)
    explained = [explain_recipient(tables, one, lang) for one in meant]
    if against is not None:
        from assets.reporting.explaining.change import explain_change  # noqa: PLC0415 - only where it is asked for

        allocations, rules = (
            pl.concat([tables[name], published.read(name, against)]) for name in ("allocations", "rules")
        )
        for told, one in zip(explained, meant, strict=True):
            told["change"] = explain_change(allocations, rules, one, against, lang)
    if pot is not None:
        explained = _only(pot, explained)
    return {"version": published.folder.name, "year": year, "language": lang, "recipients": explained}


# --- the command -----------------------------------------------------------------------------------------------------


def command(arguments: Sequence[str]) -> None:
    """`kronvis explain …`: print an explanation. Raises as `explain` does; ends with 2 on arguments it cannot read."""
    asked = _parser().parse_args(arguments)
    settings = settings_from_environment(out=asked.out)
    result = explain(settings, asked.year, asked.recipient, asked.pot, asked.lang, asked.against, asked.type)
    if asked.json:
        print_json(result)
    else:
        show(result)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kronvis explain",
        description="Explain what a recipient gets: formula, rule, documents, head counts, causes of change.",
        epilog='Example: kronvis explain 2025 "Dalarnas län" --against 2024 --lang en',
    )
    parser.add_argument("year", type=int, help="The grant year.")
    parser.add_argument("recipient", help="A name or a code: Falun, 2080, 'Region Dalarna', 20, SKR.")
    parser.add_argument("--pot", metavar="ID", help="Only this pot.")
    parser.add_argument("--against", type=int, metavar="YEAR", help="Also the change from that earlier year.")
    parser.add_argument("--type", choices=RECIPIENT_TYPES, help="Only this role of a name that has several.")
    parser.add_argument("--lang", choices=get_args(Language), default="sv", help="Swedish (default) or English.")
    parser.add_argument("--out", type=Path, help="Folder that was published to; by default data/out.")
    parser.add_argument("--json", action="store_true", help="Machine-readable output on stdout.")
    return parser


# --- reading -------------------------------------------------------------------------------------------------------


class _Published(NamedTuple):
    """The version that readers see."""

    folder: Path
    manifest: dict[str, Any]

    def read(self, table: str, year: int) -> pl.DataFrame:
        """One table of one year, from bytes that are those that were published."""
        name = f"{table}/{table}_{year}.parquet"
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(name, {}).get("sha256"):
            raise DataRefused(
                str(self.folder / name), "is missing or not what was published", remedy="run `kronvis run` again"
            )
        return pl.read_parquet(content)


def _published(out: Path) -> _Published:
    link = out / "current"
    if not link.exists():
        raise UsageError(f"nothing is published in {out}", remedy="run `kronvis run` first")
    folder = link.resolve()
    try:
        return _Published(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataRefused(str(link), f"points at a version without a readable manifest: {error}") from None


def _require_years(published: _Published, year: int, against: int | None) -> None:
    on_hand = published.manifest["years"]
    for asked in (year,) if against is None else (year, against):
        if asked not in on_hand:
            raise UsageError(f"{asked} is not published", remedy=f"years published: {listed(on_hand)}")
    if against is not None and against >= year:
        raise UsageError(f"--against {against} is not before {year}", remedy="compare with an earlier year")


def _only(pot: str, explained: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The explanations that have the pot, with nothing but it; sums over pots are left out."""
    kept = []
    for told in explained:
        parts = {name: [one for one in told[name] if one["pot_id"] == pot] for name in ("pots", "not_split")}
        change = (
            {name: [one for one in told["change"][name] if one["pot_id"] == pot] for name in ("pots", "not_told")}
            if "change" in told
            else {}
        )
        if any(parts.values()) or any(change.values()):
            rest = {"change": {**told["change"], **change, "sum": None}} if change else {}
            kept.append({**told, **parts, **rest, "totals": [], "county": []})
    if not kept:
        names = listed([told["recipient_name"] for told in explained])
        there = sorted({one["pot_id"] for told in explained for name in ("pots", "not_split") for one in told[name]})
        raise UsageError(f"{names} has no pot {pot!r}", remedy=f"there is {listed(there)}")
    return kept


# --- showing -------------------------------------------------------------------------------------------------------


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
