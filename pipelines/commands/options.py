"""Options that several commands have, and what is understood by them."""

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from schemas.errors import UsageError, listed
from schemas.text import Language

if TYPE_CHECKING:
    from assets.population.bases import Base

Year = Annotated[list[int] | None, typer.Option("--year", help="A grant year; may be given several times.")]
Years = Annotated[str | None, typer.Option("--years", metavar="A..B", help="A range of grant years, both included.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="Another address of SCB’s service.")]
Api = Annotated[str | None, typer.Option("--api", help="Version of SCB’s service: v2 (default) or v1.")]
BaseName = Annotated[str, typer.Option("--base", help="1-november, 31-december or month-end.")]
Date = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The reference date.")]
Ages = Annotated[str, typer.Option("--ages", help="all, or a band such as 0-18.")]
Lang = Annotated[str, typer.Option("--lang", help="sv or en.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder to publish to; by default data/out.")]


def years_asked(year: list[int], years: str | None) -> list[int]:
    """The grant years that `--year` or `--years` ask for, in order; none if neither does."""
    if years is None:
        return sorted(set(year))
    if year:
        raise UsageError("--year and --years are both given", remedy="give one of them")
    match = re.fullmatch(r"([0-9]{4})\.\.([0-9]{4})", years)
    if match is None:
        single = years if re.fullmatch("[0-9]{4}", years) else "2025"
        remedy = f"write --years 2023..2025, or --year {single}"
        raise UsageError(f"--years {years!r} is not understood", remedy=remedy)
    first, last = int(match[1]), int(match[2])
    if first > last:
        raise UsageError(f"--years {years!r} ends before it begins", remedy=f"write --years {last}..{first}")
    return list(range(first, last + 1))


def language(written: str) -> Language:
    """The language of `--lang`; `UsageError` if it is not known."""
    for known in get_args(Language):
        if written == known:
            return known  # type: ignore[no-any-return]  # one of the literals
    raise UsageError(f"--lang {written!r} is not known", remedy="it is sv or en")


def date_asked(written: str) -> dt.date:
    """The day of `--date`; `UsageError` if it is none."""
    try:
        # `fromisoformat` alone would also take weeks.
        return dt.datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        raise UsageError(f"--date {written!r} is not a date", remedy="write it as 2024-11-01") from None


def ages_asked(written: str) -> str:
    """`--ages` as the counts on hand call them; `UsageError` if it is no band from low to high."""
    band = re.fullmatch(r"all|([0-9]{1,3})-([0-9]{1,3})", written)
    if band is None or (written != "all" and int(band[1]) > int(band[2])):
        raise UsageError(f"--ages {written!r} is not understood", remedy="write all, or a band such as 0-18")
    return written


def base_asked(name: str, date: str, ages: str) -> "Base":
    """The base that `--base`, `--date` and `--ages` describe; `UsageError` if they are not understood."""
    from assets.population.bases import Base

    tables = {
        "1-november": "folkmangd_1_november",
        "31-december": "folkmangd_31_december",
        "month-end": "folkmangd_month_end",
    }
    if name not in tables:
        raise UsageError(f"--base {name!r} is not understood", remedy=f"it is {listed(list(tables))}")
    return Base(tables[name], date_asked(date), ages_asked(ages), "municipality")
