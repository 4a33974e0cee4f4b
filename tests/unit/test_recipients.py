"""The dated register: who exists on a day, under which name and in which county, and which registers are refused."""

import csv
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from assets.population.recipients import read_register, recipients_of
from schemas.contract import enforce
from schemas.errors import DataRefused
from schemas.tables.population import RECIPIENTS
from schemas.vocabulary import RECIPIENT_TYPES
from tests.domain import DATA, changed, copy_of_data, line_of, recipients_in

YEARS: Final = range(2003, 2027)
REGISTER_TEXT: Final = (DATA / "geography" / "recipients.csv").read_text(encoding="utf-8")
CLASSES_TEXT: Final = (DATA / "geography" / "recipient_classes.yaml").read_text(encoding="utf-8")


def entry(year: int, kind: str, code: str) -> dict[str, Any] | None:
    """One recipient on 1 January of `year`, or None."""
    found = recipients_in(year).filter(pl.col("recipient_type") == kind, pl.col("recipient_code") == code)
    return found.row(0, named=True) if found.height == 1 else None


def name_and_county(year: int, kind: str, code: str) -> tuple[str, str | None] | None:
    found = entry(year, kind, code)
    return None if found is None else (found["recipient_name"], found["county_code"])


# --- who exists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_290_municipalities_21_regions_21_counties_and_skr(year: int) -> None:
    frame = enforce(RECIPIENTS, recipients_in(year))
    counts = dict(frame.group_by("recipient_type").len().iter_rows())
    assert counts == {"municipality": 290, "region": 21, "county": 21, "national": 1}


@pytest.mark.parametrize("year", YEARS)
def test_every_county_has_one_region_and_every_municipality_a_county(year: int) -> None:
    frame = recipients_in(year)
    codes = {kind: frame.filter(pl.col("recipient_type") == kind).get_column("county_code") for kind in RECIPIENT_TYPES}
    assert codes["region"].to_list() == codes["county"].to_list()
    assert set(codes["municipality"]) == set(codes["county"])


@pytest.mark.parametrize("year", YEARS)
def test_names_are_unique_within_a_kind(year: int) -> None:
    """Otherwise a document that prints names could not be read."""
    doubled = recipients_in(year).filter(pl.struct("recipient_type", "recipient_name").is_duplicated())
    assert doubled.is_empty(), doubled.get_column("recipient_name").to_list()


@pytest.mark.parametrize("year", YEARS)
def test_three_counties_are_metropolitan(year: int) -> None:
    metropolitan = recipients_in(year).filter(pl.col("recipient_class") == "metropolitan")
    counties = metropolitan.filter(pl.col("recipient_type") == "county").get_column("recipient_code").to_list()
    assert counties == ["01", "12", "14"]
    assert set(metropolitan.get_column("county_code")) == set(counties)


# --- what changed over the years ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "kind", "code", "expected"),
    [
        (2003, "municipality", "0330", ("Knivsta", "03")),
        (2026, "municipality", "0330", ("Knivsta", "03")),
        (2003, "municipality", "1917", ("Heby", "19")),
        (2006, "municipality", "1917", ("Heby", "19")),
        (2006, "municipality", "0331", None),
        (2007, "municipality", "0331", ("Heby", "03")),
        (2007, "municipality", "1917", None),
        (2007, "municipality", "2023", ("Malung", "20")),
        (2008, "municipality", "2023", ("Malung-Sälen", "20")),
        (2018, "region", "20", ("Landstinget Dalarna", "20")),
        (2019, "region", "20", ("Region Dalarna", "20")),
        (2026, "county", "20", ("Dalarnas län", "20")),
        (2018, "national", "SKR", ("Sveriges Kommuner och Landsting", None)),
        (2019, "national", "SKR", ("Sveriges Kommuner och Regioner", None)),
        (2026, "municipality", "0980", ("Gotland", "09")),
        (2010, "region", "09", ("Gotlands kommun", "09")),
        (2011, "region", "09", ("Region Gotland", "09")),
        (2026, "county", "09", ("Gotlands län", "09")),
        (2026, "municipality", "0305", ("Håbo", "03")),
        (2026, "municipality", "0643", ("Habo", "06")),
    ],
)
def test_recipient_on_1_january(year: int, kind: str, code: str, expected: tuple[str, str | None] | None) -> None:
    assert name_and_county(year, kind, code) == expected


def test_first_and_last_day_count(tmp_path: Path) -> None:
    """Whoever stops on 1 January still exists that day, and whoever starts on it does already."""
    text = changed(REGISTER_TEXT, "Landstinget Dalarna,20,,2018-12-31", "Landstinget Dalarna,20,,2019-01-01")
    text = changed(text, "Region Dalarna,20,2019-01-01", "Region Dalarna,20,2019-01-02")
    folder = copy_of_data(tmp_path, "geography")
    (folder / "recipients.csv").write_text(text, encoding="utf-8")
    region = recipients_of(read_register(folder), 2019).filter(recipient_type="region", recipient_code="20")
    assert region.get_column("recipient_name").to_list() == ["Landstinget Dalarna"]


def test_register_says_nothing_of_the_years_before_it_starts() -> None:
    with pytest.raises(DataRefused, match="table recipients, 1 January 2002"):
        recipients_of(read_register(DATA / "geography"), 2002)


@pytest.mark.parametrize("year", YEARS)
def test_gotland_stands_once_in_each_role(year: int) -> None:
    kinds = recipients_in(year).filter(pl.col("county_code") == "09").get_column("recipient_type").to_list()
    assert sorted(kinds) == ["county", "municipality", "region"]


# --- registers that are refused -------------------------------------------------------------------------------

BAD_REGISTERS: Final = {
    "code without its zero": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,114,Upplands Väsby,01",
        "recipient_code '114' does not look like one",
        "a municipality code has 4 digits, zeros included",
    ),
    "county code without its zero": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,0114,Upplands Väsby,1",
        "county_code '1' does not look like one",
        "a county code has 2 digits, zeros included",
    ),
    "region with a municipality's code": (
        "region,20,Region Dalarna,20",
        "region,2020,Region Dalarna,20",
        "recipient_code '2020' does not look like one",
        "a region code has 2 digits, zeros included",
    ),
    "no county": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,0114,Upplands Väsby,",
        "county_code None does not look like one",
        "a county code has 2 digits",
    ),
    "no name": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,0114,,01",
        "recipient_name None does not look like one",
        "every entry has a name",
    ),
    "a name with a blank at the end": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,0114,Upplands Väsby ,01",
        "recipient_name 'Upplands Väsby ' does not look like one",
        "every entry has a name",
    ),
    "unknown kind": (
        "municipality,0114,Upplands Väsby,01",
        "kommun,0114,Upplands Väsby,01",
        "recipient_type 'kommun' is none of municipality, region, county, national",
        "",
    ),
    "no such day": (
        "Knivsta,03,2003-01-01",
        "Knivsta,03,2003-02-29",
        "valid_from '2003-02-29' is not a date",
        "",
    ),
    "recipient twice": (
        "municipality,0115,Vallentuna,01",
        "municipality,0114,Vallentuna,01",
        "recipient_type municipality, recipient_code 0114, valid_from None is also on line",
        "keep one",
    ),
    "a value too few": (
        "municipality,0114,Upplands Väsby,01,,,",
        "municipality,0114,Upplands Väsby,01,,",
        "6 values",
        "",
    ),
}


@pytest.mark.parametrize("name", BAD_REGISTERS)
def test_bad_register_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    old, new, says, remedy = BAD_REGISTERS[name]
    text = changed(REGISTER_TEXT, old, new)
    folder = copy_of_data(tmp_path, "geography")
    (folder / "recipients.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        read_register(folder)
    assert type(caught.value) is DataRefused
    first = line_of(text, new) if name != "recipient twice" else line_of(text, "municipality,0114,Upplands Väsby")
    assert caught.value.where == f"data/geography/recipients.csv, line {first}", str(caught.value)
    assert says in str(caught.value)
    assert remedy in caught.value.remedy


def test_both_lines_of_a_recipient_given_twice_are_named(tmp_path: Path) -> None:
    text = REGISTER_TEXT + "municipality,0114,Upplands Väsby,01,,,\n"
    folder = copy_of_data(tmp_path, "geography")
    (folder / "recipients.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        read_register(folder)
    assert caught.value.where == f"data/geography/recipients.csv, line {line_of(text, ',0114,')}"
    assert f"is also on line {line_of(text, ',0114,', last=True)}" in caught.value.what


BAD_ON_A_DAY: Final = {
    "two names on one day": (
        "Landstinget Dalarna,20,,2018-12-31",
        "Landstinget Dalarna,20,,2019-06-30",
        "multiple_fields_uniqueness",
    ),
    "code of another county": (
        "municipality,0114,Upplands Väsby,01",
        "municipality,0114,Upplands Väsby,03",
        "The code begins with the county’s.",
    ),
    "SKR in a county": (
        "national,SKR,Sveriges Kommuner och Regioner,,",
        "national,SKR,Sveriges Kommuner och Regioner,01,",
        "Only SKR has no county.",
    ),
    "SKR under another code": (
        "national,SKR,Sveriges Kommuner och Regioner,,",
        "national,SKL,Sveriges Kommuner och Regioner,,",
        "recipient_code: str_matches",
    ),
}


@pytest.mark.parametrize("name", BAD_ON_A_DAY)
def test_register_that_contradicts_itself_on_a_day_is_refused(name: str, tmp_path: Path) -> None:
    old, new, says = BAD_ON_A_DAY[name]
    folder = copy_of_data(tmp_path, "geography")
    (folder / "recipients.csv").write_text(changed(REGISTER_TEXT, old, new), encoding="utf-8")
    register = read_register(folder)
    with pytest.raises(DataRefused, match="table recipients, 1 January 2019") as caught:
        recipients_of(register, 2019)
    assert says in str(caught.value)


BAD_CLASSES: Final = {
    "county in two classes": (
        CLASSES_TEXT + CLASSES_TEXT[CLASSES_TEXT.index("\nmetropolitan:") :].replace("metropolitan:", "coastal:"),
        "county 01 is in class metropolitan and in coastal",
    ),
    "county code without its zero": (changed(CLASSES_TEXT, '"01"', '"1"'), "'1'"),
    "county code as a number": (changed(CLASSES_TEXT, '"12"', "12"), "valid string"),
    "county that is none": (changed(CLASSES_TEXT, '"14"', '"15"'), "15"),
    "misspelt key": (changed(CLASSES_TEXT, "  note:", "  noet:"), "did you mean 'note'?"),
}


@pytest.mark.parametrize("name", BAD_CLASSES)
def test_bad_classes_are_refused(name: str, tmp_path: Path) -> None:
    """A county that a class misses would get the base amount of the others."""
    text, says = BAD_CLASSES[name]
    folder = copy_of_data(tmp_path, "geography")
    (folder / "recipient_classes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused) as caught:
        recipients_of(read_register(folder), 2025)
    assert caught.value.where.startswith("data/geography/recipient_classes.yaml")
    assert says in str(caught.value), str(caught.value)


# --- spellings ------------------------------------------------------------------------------------------------


def variants() -> list[dict[str, str]]:
    with (DATA / "geography" / "name_variants.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def entries() -> list[dict[str, str]]:
    with (DATA / "geography" / "recipients.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_variant_stands_for_a_recipient_of_the_register() -> None:
    known = {(row["recipient_type"], row["recipient_code"]) for row in entries()}
    strangers = [row for row in variants() if (row["recipient_type"], row["recipient_code"]) not in known]
    assert variants()
    assert not strangers


def test_no_variant_stands_for_two_recipients_of_one_kind() -> None:
    """Variants and the register's own names of all times together; Heby is one municipality under two codes."""
    codes: dict[tuple[str, str], set[str]] = {}
    named = [(row["recipient_type"], row["recipient_name"], row["recipient_code"]) for row in entries()]
    varied = [(row["recipient_type"], row["variant"], row["recipient_code"]) for row in variants()]
    for kind, name, code in named + varied:
        codes.setdefault((kind, name), set()).add(code)
    ambiguous = {name: found for name, found in codes.items() if len(found) > 1}
    assert ambiguous == {("municipality", "Heby"): {"1917", "0331"}}


def test_no_variant_stands_twice() -> None:
    written = [(row["recipient_type"], row["variant"]) for row in variants()]
    assert len(written) == len(set(written))
