"""How the outcome of a reform or a grid looks on a terminal, in Swedish or English."""

from collections.abc import Callable
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipelines.terminal.console import RESULTS
from pipelines.terminal.numbers import change_if_known
from schemas.called import LEVELS
from schemas.text import Language, Text
from schemas.vocabulary import COUNTY, NATIONAL
from schemas.written import decimals, money, number

_KINDS: Final = {**LEVELS, COUNTY: Text("län (gemensamt)", "counties (jointly)"), NATIONAL: Text("SKR", "SKR")}
# How much an amount changes: in kronor, of what it was, per inhabitant.
_CHANGE: Final = (Text("förändring", "change"), Text("%", "%"), Text("kr/inv", "SEK/inh."))


def show(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """The headline, who wins and loses by kind, size class and county, and the largest changes each way."""
    _show_headline(result, lang, console)
    by = (
        (
            "by_recipient_type",
            Text("mottagare", "recipients"),
            lambda row: _KINDS[row["recipient_type"]].of(lang),
        ),
        ("by_size_class", Text("invånare", "inhabitants"), lambda row: _size_class(row["size_class"], lang)),
        ("by_county", Text("län", "county"), lambda row: row["county_name"]),
    )
    for part, heading, name in by:
        if result[part]:
            console.print(_groups(result[part], heading.of(lang), name, lang))
    for part, title in (
        ("winners", Text("Vinner mest", "Largest gains")),
        ("losers", Text("Förlorar mest", "Largest losses")),
    ):
        if result[part]:
            console.print(_largest(result[part], title.of(lang), lang))
    told = Text("Ett antagande, inget beslut. Skrivet till", "An assumption, no decision. Written to")
    console.print(f"{told.of(lang)} {result['file']}", soft_wrap=True, style="dim")


def show_grid(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """How many variants were computed, and where they are."""
    years = ", ".join(map(str, result["years"]))
    variants, rows = (number(result[name], lang) for name in ("variants", "rows"))
    counted = Text(
        f"{variants} varianter av {years}, {rows} rader på {decimals(result['seconds'], 1, lang)} s",
        f"{variants} variants of {years}, {rows} rows in {decimals(result['seconds'], 1, lang)} s",
    )
    console.print(f"{result['title'][lang]}: {counted.of(lang)}", style="bold")
    for file in result["files"]:
        console.print(file, soft_wrap=True)


def _show_headline(result: dict[str, Any], lang: Language, console: Console) -> None:
    head = result["headline"]
    moved = money(head["gained_sek"], lang)
    residuals = [money(head[f"residual_{side}_sek"], lang) for side in ("decided", "scenario")]
    total = money(head["total_scenario_sek"], lang)
    lines = [
        Text(
            f"{head['winners']} vinner, {head['losers']} förlorar, av {head['recipients']} mottagare. {moved} flyttas.",
            f"{head['winners']} win, {head['losers']} lose, of {head['recipients']} recipients. {moved} move.",
        ),
        Text(
            f"Potterna: {total}. Avrundningen lämnar {residuals[0]} av dem, med reformen {residuals[1]}.",
            f"The pots: {total}. Rounding leaves {residuals[0]} of them, under the reform {residuals[1]}.",
        ),
    ]
    if head["preliminary"]:
        lines.append(
            Text(
                f"{head['preliminary']} mottagares belopp vilar på skattad eller ersatt folkmängd.",
                f"The amounts of {head['preliminary']} recipients rest on estimated or stand-in head counts.",
            )
        )
    console.print(f"{result['title'][lang]} – {result['programme']} {result['year']}", style="bold")
    for line in lines:
        console.print(line.of(lang))


def _groups(rows: list[dict[str, Any]], heading: str, name: Callable[[dict[str, Any]], str], lang: Language) -> Table:
    table = _table(
        heading,
        Text("vinner", "win"),
        Text("förlorar", "lose"),
        *_CHANGE,
        lang=lang,
    )
    for row in rows:
        table.add_row(
            name(row),
            str(row["winners"]),
            str(row["losers"]),
            *_change(row, lang),
        )
    return table


def _largest(rows: list[dict[str, Any]], title: str, lang: Language) -> Table:
    table = _table(
        title,
        Text("gällande", "decided"),
        Text("reform", "reform"),
        *_CHANGE,
        lang=lang,
    )
    for row in rows:
        table.add_row(
            f"{row['recipient_code']} {row['recipient_name']}",
            number(row["amount_decided_sek"], lang),
            number(row["amount_scenario_sek"], lang),
            *_change(row, lang),
        )
    return table


def _change(row: dict[str, Any], lang: Language) -> tuple[str, str, str]:
    """What stands below `_CHANGE`; groups by kind of recipient have no inhabitants."""
    share = row["change_share"]
    return (
        number(row["change_sek"], lang, signed=True),
        change_if_known(None if share is None else 100 * share, 1, lang),
        change_if_known(row.get("change_per_inhabitant_sek"), 2, lang),
    )


def _size_class(bounds: str, lang: Language) -> str:
    """`10 000–19 999` of `10000-19999`; the largest has no upper bound."""
    lowest, _, highest = bounds.partition("-")
    return f"{number(int(lowest), lang)}–{number(int(highest), lang) if highest else ''}"


def _table(first: str, *headings: Text, lang: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading.of(lang), justify="right", no_wrap=True)
    return table
