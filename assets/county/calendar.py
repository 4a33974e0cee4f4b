"""Deadlines as a calendar (RFC 5545, `.ics`): one all-day event per known date. What has no date has no event."""

import datetime as dt
from typing import Any, Final

import polars as pl

from schemas.product import VERSION
from schemas.text import Language, Text

_LONGEST_LINE: Final = 75
_WHAT: Final = {
    "requisition": Text("Sista dag att rekvirera", "Last day to claim"),
    "report": Text("Sista dag att redovisa", "Last day to account"),
    "repayment": Text("Sista dag att betala tillbaka", "Last day to repay"),
}
_EVIDENCE: Final = {
    "verified": Text("Står i källan.", "Stated by the source."),
    "inferred": Text("Slutsats, står inte i källan.", "Inferred, not stated by the source."),
}
_SOURCE: Final = Text("Källa", "Source")
_NAME: Final = Text("Sista dagar, statsbidrag", "Deadlines of state grants")


def calendar(deadlines: pl.DataFrame, lang: Language) -> str:
    """The dates of a frame of table `deadlines` as the text of an iCalendar file.

    The same rows give the same bytes; an event keeps its UID when its date changes, so that an import moves it.
    """
    dated = deadlines.filter(pl.col("date").is_not_null()).sort("date", "programme", "year", "kind")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Kronvis//Kronvis {VERSION}//{lang.upper()}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(_NAME.of(lang))}",
        *(line for row in dated.iter_rows(named=True) for line in _event(row, lang)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(row: dict[str, Any], lang: Language) -> list[str]:
    day: dt.date = row["date"]
    source = ", ".join(part for part in (row["source_title"], row["url"]) if part)
    about = [row[f"note_{lang}"], _EVIDENCE[row["evidence"]].of(lang), f"{_SOURCE.of(lang)}: {source}"]
    summary = f"{_WHAT[row['kind']].of(lang)}: {row[f'agreement_title_{lang}']}"
    description = "\n".join(part for part in about if part)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{row['programme']}-{row['year']}-{row['kind']}@kronvis",
        # When the entry was last looked over, not when the file is made: the same data give the same calendar.
        f"DTSTAMP:{row['still_valid_on']:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(description)}",
    ]
    if row["url"]:
        lines.append(f"URL:{row['url']}")
    return [*lines, f"CATEGORIES:{_escaped(row['programme'])}", "TRANSP:TRANSPARENT", "END:VEVENT"]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, never through a character; each but the first begins with a space."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LONGEST_LINE:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return "\r\n".join([*pieces, piece])
