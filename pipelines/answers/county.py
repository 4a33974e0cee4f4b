"""`kronvis county`: a form for a county to fill in, whether a filled-in one holds, and the dates as a calendar.

Nothing is decided here: the form, the checks and the calendar are those of `assets/county`.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.county.allocated import allocated_amounts, county_allocations
from assets.county.calendar import calendar
from assets.county.checks import expected, findings_in, owner_of
from assets.county.deadlines import DeadlineFiles, deadlines_of, report_by
from assets.county.findings import ERROR, WARNING
from assets.county.follow_up import finding_row, follow_up_row
from assets.county.reading import MOST_BYTES, read_form
from assets.county.template import filled_in_advance
from assets.county.writing import as_csv, as_xlsx
from assets.population.recipients import Register, read_register, recipients_of
from assets.reporting.explaining.lookup import find_recipients
from assets.storage.published import current_version, read_published
from assets.storage.whole_files import whole_file
from assets.verification.published import PublishedFiles
from pipelines.answers.opening import bytes_of
from pipelines.settings import Settings
from pipelines.sources import population_source
from schemas.errors import UsageError, listed
from schemas.tables.allocation import ALLOCATIONS
from schemas.text import Language
from schemas.vocabulary import COUNTY

_WRITERS: Final = {".csv": as_csv, ".xlsx": as_xlsx}


def write_template(settings: Settings, year: int, county: str, programme: str, file: Path) -> dict[str, Any]:
    """Write the form of a county and year, its pots and known amounts filled in, as CSV or XLSX by the file's ending.

    `county` is a name or code. Raises `UsageError` for a year, programme or county that is not there, for another
    ending, and for a file that exists.
    """
    write = _WRITERS.get(file.suffix.lower())
    if write is None:
        raise UsageError(f"{file.name} is neither .csv nor .xlsx", remedy="end the file name with .xlsx")
    if file.exists():
        raise UsageError(f"{file} exists", remedy="name another file; nothing was written")
    agreements, register = _agreements(settings), read_register(settings.data / "geography")
    agreement = agreements.load(programme, year)
    found = find_recipients(recipients_of(register, year).to_dicts(), county, COUNTY)[0]
    form = filled_in_advance(agreement, found["recipient_code"], _amounts(settings, agreements, register))
    with whole_file(file) as temporary:
        temporary.write_bytes(write(form))
    return {
        "file": str(file),
        "programme": programme,
        "year": year,
        "county_code": found["recipient_code"],
        "county_name": found["recipient_name"],
        "pots": [{"pot_id": line.pot_id, "allocated_sek": line.allocated_sek} for line in form.pots],
    }


def check_report(settings: Settings, file: Path) -> dict[str, Any]:
    """Whether a filled-in form holds: its rows with verdicts and all findings, as plain data; `errors` counts them.

    Raises `UsageError` for a file that is not there and `DataRefused` for one that is not the form.
    """
    form, unreadable = read_form(bytes_of(file, MOST_BYTES, wanted="a form in CSV or XLSX"), file.name)
    agreements, register = _agreements(settings), read_register(settings.data / "geography")
    owner = owner_of(form, agreements, register, file.name)
    dates = deadlines_of([owner.year], DeadlineFiles(settings.data / "agreements"), agreements)
    known = expected(
        agreements.load(owner.programme, owner.year),
        owner.county_code,
        _amounts(settings, agreements, register),
        report_by(dates, owner.programme, owner.year),
    )
    findings = findings_in(form, known, unreadable)
    counted = Counter(finding.severity for finding in findings)
    names = find_recipients(recipients_of(register, owner.year).to_dicts(), owner.county_code, COUNTY)
    return {
        "file": str(file),
        "programme": owner.programme,
        "year": owner.year,
        "county_code": owner.county_code,
        "county_name": names[0]["recipient_name"],
        "report_by": known.report_by,
        "rows": [follow_up_row(line, known, findings) for line in form.pots],
        "findings": [
            {
                **finding_row(finding, owner),
                "place_sv": finding.place.sv,
                "place_en": finding.place.en,
            }
            for finding in findings
        ],
        "errors": counted[ERROR],
        "warnings": counted[WARNING],
    }


def calendar_text(settings: Settings, years: Iterable[int], lang: Language) -> str:
    """The known dates of these grant years, or of all, as an iCalendar file; `UsageError` if none is known."""
    agreements = _agreements(settings)
    chosen = sorted(set(years)) or agreements.years()
    dates = deadlines_of(chosen, DeadlineFiles(settings.data / "agreements"), agreements)
    if dates.get_column("date").null_count() == dates.height:
        raise UsageError(f"no last day is known for {listed(chosen)}", remedy="ask for all years, or see `deadlines`")
    return calendar(dates, lang)


def _agreements(settings: Settings) -> AgreementFiles:
    return AgreementFiles(settings.data / "agreements")


def _amounts(settings: Settings, agreements: AgreementFiles, register: Register) -> pl.DataFrame:
    """What counties were allocated in all years: as published, and computed where a year is not."""
    version = current_version(settings.out)
    published = [] if version is None else [year for year in version.manifest["years"] if year in agreements.years()]
    others = sorted(set(agreements.years()) - set(published))
    frames = county_allocations(others, agreements, register, population_source(settings))
    if version is not None:
        frames.append(read_published(version, ALLOCATIONS, published))
    return allocated_amounts(pl.concat(frames), PublishedFiles(settings.data / "published").all_figures())
