"""Deadlines: by when an agreement's money must be claimed, accounted for and paid back.

`<programme>/deadlines.yaml` holds what sources state; what none of them states is unknown and stays without a date.
Writing them as a calendar is `calendar.py`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement, BothLanguages, Evidence, Identifier, Source
from assets.storage.yaml_files import RefusedAt, StrictModel, load_yaml
from schemas.tables.county import DEADLINES
from schemas.vocabulary import UNKNOWN

FILE: Final = "deadlines.yaml"
KINDS: Final = ("requisition", "report", "repayment")


def _known_date(value: Any) -> Any:
    """`unknown` is a date that no source states; leaving it out is an oversight."""
    if value is None:
        raise ValueError("the date is empty; write `date: unknown` if no source states it")
    return None if value == UNKNOWN else value


class Deadline(StrictModel):
    """One date of one year: what it is for, when, who says so."""

    year: Annotated[int, Field(ge=2003, le=2100)]
    kind: Literal["requisition", "report", "repayment"]
    date: Annotated[dt.date | None, BeforeValidator(_known_date)]
    evidence: Evidence | None = None
    source: Identifier | None = None
    note: BothLanguages | None = None

    @model_validator(mode="after")
    def _dates_are_sourced(self) -> Self:
        if (self.date is None) != (self.evidence is None):
            raise RefusedAt("evidence is given exactly where the date is known", "date")
        if self.date is not None and self.source is None:
            raise RefusedAt("a date needs the source that states it", "date")
        if self.date is None and self.note is None:
            raise RefusedAt("an unknown date is listed only to say something about it: add a note", "date")
        return self


class DeadlineFile(StrictModel):
    """The dates of a programme. `sources` are those that the agreement files do not list."""

    programme: Identifier
    checked_on: dt.date
    deadlines: Annotated[list[Deadline], Field(min_length=1)]
    sources: dict[Identifier, Source] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        seen: set[tuple[int, str]] = set()
        for index, entry in enumerate(self.deadlines):
            if (entry.year, entry.kind) in seen:
                raise RefusedAt(f"{entry.kind} of {entry.year} stands twice", "deadlines", index)
            seen.add((entry.year, entry.kind))
        return self


@dataclass(frozen=True)
class DeadlineFiles:
    """The deadline files below `data/agreements`; each is read once, when it is asked for."""

    folder: Path
    _loaded: dict[str, DeadlineFile | None] = field(default_factory=dict, repr=False)

    def of(self, programme: str, agreements: AgreementFiles) -> DeadlineFile | None:
        """The dates of a programme, None without a file; `DataRefused` with file and line if it breaks a rule."""
        if programme not in self._loaded:
            file = self.folder / programme / FILE
            model = _file_of(programme, agreements)
            self._loaded[programme] = load_yaml(file, model) if file.exists() else None
        return self._loaded[programme]


def deadlines_of(years: Iterable[int], files: DeadlineFiles, agreements: AgreementFiles) -> pl.DataFrame:
    """The table `deadlines` of all agreements of `years`: every kind of date, known or not."""
    rows = [
        _row(agreement, files.of(agreement.programme, agreements), kind)
        for agreement in agreements.of_years(years)
        for kind in KINDS
    ]
    return pl.DataFrame(rows, DEADLINES.schema).sort(DEADLINES.key)


def report_by(deadlines: pl.DataFrame, programme: str, year: int) -> dt.date | None:
    """The last day to account for a year's money, from a frame of table `deadlines`; None where no source states it."""
    chosen = (pl.col("programme") == programme) & (pl.col("year") == year) & (pl.col("kind") == "report")
    dates: list[dt.date | None] = deadlines.filter(chosen).get_column("date").to_list()
    return dates[0] if dates else None


def _row(agreement: Agreement, on_file: DeadlineFile | None, kind: str) -> dict[str, Any]:
    entries = on_file.deadlines if on_file else []
    entry = next((one for one in entries if (one.year, one.kind) == (agreement.year, kind)), None)
    own = on_file.sources if on_file else {}
    source = {**agreement.sources, **own}[entry.source] if entry and entry.source else None
    note = entry.note if entry else None
    return {
        "programme": agreement.programme,
        "year": agreement.year,
        "kind": kind,
        "agreement_title_sv": agreement.title.sv,
        "agreement_title_en": agreement.title.en,
        "date": entry.date if entry else None,
        "evidence": (entry.evidence if entry else None) or UNKNOWN,
        "source_id": entry.source if entry else None,
        "source_title": source.title if source else None,
        "url": source.url if source else None,
        "note_sv": note.sv if note else None,
        "note_en": note.en if note else None,
        "still_valid_on": on_file.checked_on if on_file else None,
    }


def _file_of(programme: str, agreements: AgreementFiles) -> type[DeadlineFile]:
    """The file as a model that knows the agreements: only while validating are lines known."""

    class Known(DeadlineFile):
        @model_validator(mode="after")
        def _is_known(self) -> Self:
            if self.programme != programme:
                raise RefusedAt(f"stands in the folder of {programme}", "programme")
            for index, entry in enumerate(self.deadlines):
                if entry.year not in agreements.years(programme):
                    raise RefusedAt(f"there is no agreement for {entry.year}", "deadlines", index, "year")
                if not agreements.is_whole(programme, entry.year):
                    continue
                sources = {*agreements.load(programme, entry.year).sources, *self.sources}
                if entry.source is not None and entry.source not in sources:
                    what = f"{entry.source} is neither a source of the agreement of {entry.year} nor under sources"
                    raise RefusedAt(what, "deadlines", index, "source")
            return self

    return Known
