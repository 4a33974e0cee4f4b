"""What changed between two published versions: reading them through their checksums, and showing the difference."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from assets.presentation.differences.compare import NEEDED, difference
from assets.presentation.differences.telling import only_of, other_years, read_needed, told
from assets.presentation.differences.wording import (
    EQUAL,
    KINDS,
    headline,
    pot_name,
    pot_told,
    row_told,
    terminal,
    verdicts_told,
)
from assets.reporting.explaining.lookup import find_recipients
from assets.reporting.explaining.wording import number
from assets.storage.publishing import PublishedVersion
from assets.storage.versions import (
    CURRENT,
    PREVIOUS,
    read_columns,
    require_whole,
    version_named,
    years_that_differ,
)
from pipelines.settings import Settings
from pipelines.terminal import RESULTS
from schemas.errors import UsageError, listed
from schemas.tables.population import RECIPIENTS
from schemas.text import Language, Text

_MOST: Final = 10
_INDENT: Final = "  "
_BEFORE: Final = Text("före ", "before")
_AFTER: Final = Text("efter", "after ")
_NAMES: Final = ("year", "recipient_type", "recipient_code", "recipient_name")
_MORE: Final = Text("… och {many} till (--json visar alla)", "… and {many} more (--json shows all)")
_MOVERS: Final = Text("Ändras mest, kr", "Change most, kr")
_COLUMNS: Final = (Text("före", "before"), Text("efter", "after"), Text("ändring", "change"))
_UNCHANGED: Final = Text("Inget ändras för {who}.", "Nothing changes for {who}.")
_YEARS: Final = {
    "years_added": Text("Nya år: ", "New years: "),
    "years_removed": Text("År som inte längre finns: ", "Years no longer there: "),
}


def diff(
    settings: Settings,
    before: str = PREVIOUS,
    after: str = CURRENT,
    year: int | None = None,
    recipient: str | None = None,
) -> dict[str, Any]:
    """What changed from version `before` to version `after`, as plain data (`telling.told`) with both versions named.

    A version is an id, the beginning of one only, `current` or `previous`; `year` and `recipient` (a name or code)
    leave only what concerns them. Raises `UsageError` for what does not exist, `DataRefused` for a file that is not as
    it was published, or a version of another Kronvis that lacks a table or column.
    """
    versions = [version_named(settings.out, name) for name in (before, after)]
    years = _years(versions, year)
    whole = {**_around(versions, years), **_told(versions, years)}
    if recipient is None:
        return whole
    meant = _meant(versions, years, recipient)
    found = only_of(whole, [(one["recipient_type"], one["recipient_code"]) for one in meant])
    return {**found, "recipient": [{name: one[name] for name in _NAMES[1:]} for one in meant]}


def _years(versions: list[PublishedVersion], year: int | None) -> list[int]:
    """The years of either version, or the one asked for, which both must have."""
    if year is None:
        return sorted({one for version in versions for one in version.manifest["years"]})
    for version in versions:
        if year not in version.manifest["years"]:
            has = listed(version.manifest["years"])
            raise UsageError(f"version {version.id} has no year {year}", remedy=f"it has {has}")
    return [year]


def _told(versions: list[PublishedVersion], years: list[int]) -> dict[str, Any]:
    """The difference; a year whose files are the same bytes is only looked at, so that damage is seen."""
    before, after = versions
    differing = [year for year in years_that_differ(before, after, NEEDED) if year in years]
    for version in versions:
        require_whole(version, NEEDED, [year for year in years if year not in differing])
    return told(difference(read_needed(before, differing), read_needed(after, differing)))


def _around(versions: list[PublishedVersion], years: list[int]) -> dict[str, Any]:
    before, after = versions
    named = {
        side: {"version": version.id, "created_at": version.manifest["created_at"]}
        for side, version in (("before", before), ("after", after))
    }
    return {**named, "years": years, **other_years(before.manifest["years"], after.manifest["years"])}


def _meant(versions: list[PublishedVersion], years: list[int], asked: str) -> list[dict[str, Any]]:
    """Everybody whom `asked` means in either version, under the latest name."""
    everybody = pl.concat([read_columns(version, RECIPIENTS, _NAMES, years) for version in reversed(versions)])
    latest = everybody.unique(_NAMES[1:], keep="first", maintain_order=True).sort(
        "year", descending=True, maintain_order=True
    )
    found = find_recipients(latest.to_dicts(), asked)
    return list({(one["recipient_type"], one["recipient_code"]): one for one in reversed(found)}.values())


# --- showing -------------------------------------------------------------------------------------------------------


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
        sign = "+" if one["change_sek"] > 0 else ""
        table.add_row(
            Line(f"{one['year']} {_recipient(one, lang)}"),
            number(one["amount_before_sek"], lang),
            number(one["amount_after_sek"], lang),
            f"{sign}{number(one['change_sek'], lang)}".replace("-", "−"),
        )
    return table


def _more(many: int, lang: Language) -> str:
    return _MORE.of(lang).format(many=number(many - _MOST, lang))
