"""When years are to be computed and by when they must be published: `data/calendar.yaml`, and what is overdue by it.

Days are days in Sweden. What runs when a day has come is `schedules.py`.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from assets.agreements.model import BothLanguages, Evidence, Identifier
from assets.storage.published import PublishedVersion, current_version
from assets.storage.yaml_files import StrictModel, load_yaml
from pipelines.settings import Settings
from schemas.errors import DataRefused, at_line

TIME_ZONE: Final = "Europe/Stockholm"
# A year without 29 February: a day of the calendar is one of every year.
_ANY_YEAR: Final = 2001

OccasionFor = Literal["head-counts", "agreement"]
# A programme and a grant year.
ProgrammeYear = tuple[str, int]


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int

    def of(self, year: int) -> dt.date:
        """The day in `year`."""
        return dt.date(year, self.month, self.day)


def _month_day(value: Any) -> MonthDay:
    """`12-16` is 16 December; 29 February is refused, because most years have none."""
    try:
        # `fromisoformat` would also take weeks.
        day = dt.datetime.strptime(f"{_ANY_YEAR}-{value}", "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        raise ValueError(f"{value!r} is not a day of every year, written month-day like 12-16") from None
    return MonthDay(day.month, day.day)


Day = Annotated[MonthDay, BeforeValidator(_month_day)]


class Opening(NamedTuple):
    """An occasion in a certain year: the first day of it, and the grant year to be computed."""

    day: dt.date
    grant_year: int


class Occasion(StrictModel):
    """Days on which a run of a grant year is asked for."""

    purpose: Annotated[OccasionFor, Field(alias="for")]
    opens: Day
    days: Annotated[int, Field(ge=1, le=60)]
    grant_year: Literal["same", "next"]
    evidence: Evidence
    why: BothLanguages

    def opening(self, year: int) -> Opening:
        """The occasion that opens in `year`."""
        return Opening(self.opens.of(year), year + (self.grant_year == "next"))

    def open_on(self, day: dt.date) -> Opening | None:
        """The occasion that `day` lies in, which may have opened in the year before."""
        for year in (day.year, day.year - 1):
            opening = self.opening(year)
            if opening.day <= day < opening.day + dt.timedelta(days=self.days):
                return opening
        return None


class Expected(StrictModel):
    """A programme with an agreement each year, and the day of the grant year by which it must be published."""

    programme: Identifier
    first_year: Annotated[int, Field(ge=2003, le=2100)]
    by: Day
    evidence: Evidence
    why: BothLanguages


class Calendar(StrictModel):
    """`data/calendar.yaml`."""

    occasions: Annotated[list[Occasion], Field(min_length=1)]
    expected: list[Expected]

    def of(self, purpose: OccasionFor) -> list[Occasion]:
        """The occasions with one purpose."""
        return [occasion for occasion in self.occasions if occasion.purpose == purpose]


class Overdue(NamedTuple):
    """A year that should be published and is not."""

    programme: str
    year: int
    due: dt.date
    missing: Literal["agreement", "publication"]
    remedy: str

    def __str__(self) -> str:
        what = "no agreement is on file" if self.missing == "agreement" else "it is not published"
        return f"{self.programme} {self.year} was due {self.due}, and {what}: {self.remedy}"


def read_calendar(data: Path) -> Calendar:
    """The calendar; `DataRefused` if it is missing or breaks a rule."""
    file = data / "calendar.yaml"
    if not file.is_file():
        raise DataRefused(at_line(file, None), "is not there", remedy="take it from the repository")
    return load_yaml(file, Calendar)


def overdue(
    today: dt.date, calendar: Calendar, on_file: Collection[ProgrammeYear], published: Collection[ProgrammeYear]
) -> list[Overdue]:
    """The years of expected programmes whose day has passed without their being published; oldest first."""
    return sorted(
        found
        for expected in calendar.expected
        for year in range(expected.first_year, today.year + 1)
        if (due := expected.by.of(year)) < today
        for found in _missing(expected.programme, year, due, on_file, published)
    )


def _missing(
    programme: str,
    year: int,
    due: dt.date,
    on_file: Collection[ProgrammeYear],
    published: Collection[ProgrammeYear],
) -> Iterable[Overdue]:
    if (programme, year) not in on_file:
        yield Overdue(programme, year, due, "agreement", remedy_without_agreement([programme], year))
    elif (programme, year) not in published:
        yield Overdue(programme, year, due, "publication", f"`kronvis run --year {year}` publishes it or says why not")


def remedy_without_agreement(programmes: Iterable[str], year: int) -> str:
    """What to do where a year has no agreement file."""
    files = " or ".join(f"data/agreements/{programme}/{year}.yaml" for programme in programmes)
    return f"add {files} as docs/how-to/add-a-year.md says, then `kronvis run --year {year}`"


def overdue_now(settings: Settings, today: dt.date | None = None) -> list[Overdue]:
    """What is overdue today in Sweden, by the calendar, the agreement files and the published version."""
    version = current_version(settings.out)
    calendar = read_calendar(settings.data)
    return overdue(today or today_in_sweden(), calendar, agreements_on_file(settings.data), _published(version))


def today_in_sweden() -> dt.date:
    """Today's date there, whatever the time zone of the machine."""
    return dt.datetime.now(ZoneInfo(TIME_ZONE)).date()


def agreements_on_file(data: Path) -> set[ProgrammeYear]:
    """Programme and year of every agreement file, by its name; whether it keeps the rules is another question."""
    return _named(str(file.relative_to(data)) for file in data.glob("agreements/*/*.yaml"))


def _published(version: PublishedVersion | None) -> set[ProgrammeYear]:
    """Programme and year of the agreements that the published years were made from."""
    if version is None:
        return set()
    inputs: dict[str, dict[str, str]] = version.manifest["inputs"]
    return {found for year, files in inputs.items() for found in _named(files) if found[1] == int(year)}


def _named(files: Iterable[str]) -> set[ProgrammeYear]:
    """`agreements/psykisk-halsa/2025.yaml` → (psykisk-halsa, 2025); other files are passed over."""
    split = (file.removesuffix(".yaml").split("/") for file in files if file.startswith("agreements/"))
    return {(programme, int(name)) for _, programme, name in split if name.isdecimal()}
