"""The dated register of recipients: who exists on a day, under which name, in which county and class."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import RootModel

from assets.storage.csv_files import LINE, cast_column, read_csv, require_pattern, require_unique
from assets.storage.yaml_files import StrictModel, load_yaml
from schemas.contract import enforce
from schemas.errors import DataRefused, at_line
from schemas.patterns import COUNTY_CODE, MUNICIPALITY_CODE, NOT_BLANK
from schemas.tables.population import RECIPIENTS
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, RECIPIENT_TYPES

DEFAULT_CLASS: Final = "default"
_HEADER: Final = ("recipient_type", "recipient_code", "recipient_name", "county_code", "valid_from", "valid_to", "note")


class _ClassSource(StrictModel):
    title: str
    url: str | None = None


class RecipientClass(StrictModel):
    """A named set of counties that a base amount can depend on; it holds for all recipients in them."""

    county_codes: list[str]
    name: dict[str, str]
    evidence: str
    note: dict[str, str] | None = None
    source: _ClassSource | None = None


class _Classes(RootModel[dict[str, RecipientClass]]):
    pass


@dataclass(frozen=True, eq=False)
class Register:
    """All entries with their validity, and the classes by name."""

    entries: pl.DataFrame
    class_of_county: dict[str, str]


def read_register(folder: Path) -> Register:
    """The register in `folder` (`recipients.csv`, `recipient_classes.yaml`); refuses what contradicts itself."""
    file = folder / "recipients.csv"
    entries = read_csv(file, header=_HEADER)
    for column in ("valid_from", "valid_to"):
        entries = cast_column(entries, file, column, pl.Date())
    _require_codes(entries, file)
    require_pattern(entries, file, "recipient_name", NOT_BLANK, "every entry has a name")
    require_unique(entries, file, ("recipient_type", "recipient_code", "valid_from"))
    counties = set(entries.filter(pl.col("recipient_type") == COUNTY).get_column("recipient_code"))
    return Register(entries, _classes(folder / "recipient_classes.yaml", counties))


@cache
def recipients_of(register: Register, year: int) -> pl.DataFrame:
    """Who exists on 1 January of `year`: a frame of the table `recipients`."""
    day = dt.date(year, 1, 1)
    valid = register.entries.filter(
        pl.col("valid_from").fill_null(dt.date.min) <= day, pl.col("valid_to").fill_null(dt.date.max) >= day
    )
    frame = valid.select(
        pl.lit(year, pl.Int32).alias("year"),
        "recipient_type",
        "recipient_code",
        "recipient_name",
        "county_code",
        pl.col("county_code")
        .replace_strict(register.class_of_county, default=DEFAULT_CLASS, return_dtype=pl.String)
        .alias("recipient_class"),
    )
    return enforce(RECIPIENTS, frame.sort(RECIPIENTS.key), where=f"1 January {year}")


def _require_codes(entries: pl.DataFrame, file: Path) -> None:
    for recipient_type in RECIPIENT_TYPES:
        rows = entries.filter(pl.col("recipient_type") == recipient_type)
        if recipient_type == NATIONAL:
            continue
        pattern = MUNICIPALITY_CODE if recipient_type == MUNICIPALITY else COUNTY_CODE
        remedy = f"a {recipient_type} code has {4 if recipient_type == MUNICIPALITY else 2} digits, zeros included"
        require_pattern(rows, file, "recipient_code", pattern, remedy)
        require_pattern(rows, file, "county_code", COUNTY_CODE, "a county code has 2 digits, zeros included")
    unknown = entries.filter(~pl.col("recipient_type").is_in(RECIPIENT_TYPES))
    if not unknown.is_empty():
        line, value = unknown.select(LINE, "recipient_type").row(0)
        raise DataRefused(at_line(file, line), f"recipient_type {value!r} is none of {', '.join(RECIPIENT_TYPES)}")


def _classes(file: Path, counties: set[str]) -> dict[str, str]:
    class_of: dict[str, str] = {}
    for name, members in load_yaml(file, _Classes).root.items():
        for county in members.county_codes:
            if county not in counties:
                raise DataRefused(at_line(file, None), f"class {name} names county {county!r}, which is not registered")
            if county in class_of:
                raise DataRefused(at_line(file, None), f"county {county} is in class {class_of[county]} and in {name}")
            class_of[county] = name
    return class_of
