"""Follow-up of use as tables: what the counties' reports on file say, with a verdict per pot and what was found.

The reports are `data/follow_up/<programme>/<year>-<county>.csv`, in the form that counties fill in.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.county.checks import Expected, Owner, allocated_of, findings_in, unexplained_of
from assets.county.findings import UNREADABLE, Finding
from assets.county.form import KRONOR, Form, Line
from assets.county.reading import read_form
from assets.population.recipients import Register, recipients_of
from schemas.errors import DataRefused, at_line
from schemas.tables.county import FOLLOW_UP, FOLLOW_UP_FINDINGS
from schemas.vocabulary import COUNTY

_FILE: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_USE: Final = ("requisitioned_sek", "used_sek", "saved_sek", "repaid_sek", "reported_sek")


@dataclass(frozen=True)
class Report:
    """A report on file: whose it is by the file's name, and what it says."""

    owner: Owner
    file: Path
    form: Form
    unreadable: tuple[Finding, ...]


@dataclass(frozen=True)
class FollowUpFiles:
    """The folder `data/follow_up`; it need not be there."""

    folder: Path

    def of_years(self, years: Iterable[int], agreements: AgreementFiles, register: Register) -> list[Report]:
        """The reports of `years`, by programme, year and county; `DataRefused` for a file that is none."""
        chosen = set(years)
        owners = [(file, _owner(file)) for file in sorted(self.folder.glob("*/*.csv"))]
        reports = []
        for file, owner in owners:
            if owner.year in chosen:
                _require_known(file, owner, agreements, register)
                form, unreadable = read_form(file.read_bytes(), at_line(file, None))
                reports.append(Report(owner, file, form, tuple(unreadable)))
        return reports


def follow_up_of(
    reports: Iterable[Report], expected: Callable[[Owner], Expected], sources: Callable[[Owner], Iterable[str]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables `follow_up` and `follow_up_findings`.

    `expected` tells what a report is held against, `sources` which ids it may cite. Raises `DataRefused` with row and
    column for a report whose lines cannot be told apart or read; what they say may be wrong and becomes a finding.
    """
    rows: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for report in reports:
        known = expected(report.owner)
        findings = findings_in(report.form, known, report.unreadable)
        _require_readable(report, findings)
        _require_sources(report, set(sources(report.owner)))
        rows += [follow_up_row(line, known, findings) for line in report.form.pots]
        found += [finding_row(finding, report.owner) for finding in findings]
    return (
        pl.DataFrame(rows, FOLLOW_UP.schema).sort(FOLLOW_UP.key),
        pl.DataFrame(found, FOLLOW_UP_FINDINGS.schema).sort(FOLLOW_UP_FINDINGS.key),
    )


def follow_up_row(line: Line, known: Expected, findings: Iterable[Finding]) -> dict[str, Any]:
    """A line as a row of `follow_up`, with its verdict."""
    allocated, origin = allocated_of(line, known)
    unexplained = unexplained_of(line, allocated)
    kinds = {finding.kind for finding in findings if finding.row == line.row}
    return {
        "programme": known.owner.programme,
        "year": known.owner.year,
        "county_code": known.owner.county_code,
        "pot_id": line.pot_id,
        **{column: line.kronor(column) for column in KRONOR},
        "allocated_sek": allocated,
        "allocated_from": origin,
        "unexplained_sek": unexplained,
        "reported_on": line.reported_on,
        "source_id": line.source_id,
        "verdict": _verdict(line, unexplained, kinds),
        "note": line.note,
    }


def _verdict(line: Line, unexplained: int | None, kinds: set[str]) -> str:
    if "other_allocation" in kinds:
        return "other_allocation"
    too_much = unexplained is not None and unexplained < 0
    if too_much or kinds & {"used_exceeds_allocated", "requisitioned_exceeds_allocated"}:
        return "exceeds"
    if all(line.kronor(column) is None for column in _USE):
        return "not_reported"
    if unexplained is None:
        return "incomplete"
    return "unexplained" if unexplained else "accounted"


def finding_row(finding: Finding, owner: Owner) -> dict[str, Any]:
    """A finding as a row of `follow_up_findings`."""
    subject = f"{finding.pot_id or 'report'} county {owner.county_code}"
    return {
        "programme": owner.programme,
        "year": owner.year,
        "finding_id": f"{finding.kind}: {subject} {finding.place.en}".rstrip(),
        "county_code": owner.county_code,
        "kind": finding.kind,
        "severity": finding.severity,
        "subject": subject,
        "row": finding.row,
        "column": finding.column,
        "message_sv": finding.message.sv,
        "message_en": finding.message.en,
        "evidence": json.dumps(finding.evidence, sort_keys=True, ensure_ascii=False),
    }


def _owner(file: Path) -> Owner:
    match = _FILE.fullmatch(file.stem)
    if match is None:
        raise DataRefused(at_line(file, None), "is not named after its year and county", remedy="such as 2024-20.csv")
    return Owner(file.parent.name, int(match[1]), match[2])


def _require_known(file: Path, owner: Owner, agreements: AgreementFiles, register: Register) -> None:
    agreements.load(owner.programme, owner.year)
    counties = recipients_of(register, owner.year).filter(pl.col("recipient_type") == COUNTY)
    if owner.county_code not in counties.get_column("recipient_code"):
        raise DataRefused(at_line(file, None), f"there is no county {owner.county_code}")


def _require_readable(report: Report, findings: Iterable[Finding]) -> None:
    broken = [finding for finding in findings if finding.kind in UNREADABLE]
    if broken:
        what = "\n  ".join(f"{finding.place.en}: {finding.message.en}" for finding in broken)
        raise DataRefused(at_line(report.file, None), what)


def _require_sources(report: Report, known: set[str]) -> None:
    for line in report.form.lines:
        if line.source_id is not None and line.source_id not in known:
            raise DataRefused(
                at_line(report.file, line.row),
                f"source {line.source_id!r} is not on file",
                remedy=f"add it to the agreement file of {report.owner.year} or to data/published/sources.yaml",
            )
