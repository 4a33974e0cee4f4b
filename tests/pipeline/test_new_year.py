"""A new year is one new file and no line of code: an invented year with an unusual rule."""

import csv
from pathlib import Path
from shutil import copytree, ignore_patterns

import polars as pl

from pipelines.running.run import run_years
from pipelines.settings import Settings
from tests.domain import DATA, amounts_in
from tests.money import assert_amounts_equal
from tests.oracle import largest_recipient
from tests.published import Published, quiet

INVENTED = """\
programme: psykisk-halsa
year: 2027
title: {sv: "Påhittat avtal", en: "Invented agreement"}
total_sek: 310000000
total_evidence: inferred
population: {table: folkmangd_31_december, reference_date: 2020-12-31, evidence: inferred}
pots:
  - id: older-people-county
    name: {sv: "Äldre", en: "Older people"}
    focus_area: older-people
    recipients: county
    amount_sek: 300000000
    rule: {base_sek: {default: 1000000, metropolitan: 3000000}, variable: {key: population, ages: [65, 120]}}
    rounding: largest_recipient
    evidence: {amount: inferred, rule: inferred, rounding: inferred}
    sources: [invented]
  - id: skr-support
    name: {sv: "Stöd (SKR)", en: "Support (SKR)"}
    focus_area: national-support
    recipients: national
    amount_sek: 10000000
    rule: {amounts: {SKR: 10000000}}
    evidence: {amount: inferred, rule: inferred}
    sources: [invented]
sources:
  invented: {title: "Påhittat", publisher: "Ingen"}
"""
METROPOLITAN = {"01", "12", "14"}


def _older_people() -> dict[str, int]:
    """Persons of 65 and more by county on 31 December 2020, read with the standard library."""
    with (DATA / "population/county_single_year_31_december.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["reference_date"] == "2020-12-31"]
    ages = [*(str(age) for age in range(65, 100)), "100+"]
    return {row["region_code"]: sum(int(row[age]) for age in ages) for row in rows}


def test_one_yaml_file_makes_a_year(tmp_path: Path) -> None:
    copytree(DATA, tmp_path / "data", ignore=ignore_patterns("out", "raw"))
    (tmp_path / "data/agreements/psykisk-halsa/2027.yaml").write_text(INVENTED, encoding="utf-8")
    published = Published(Settings(tmp_path / "data", tmp_path / "out", tables_only=True))
    run_years(published.settings, [2027], quiet)

    persons = _older_people()
    base = {code: 3_000_000 if code in METROPOLITAN else 1_000_000 for code in persons}
    shared = largest_recipient(300_000_000 - sum(base.values()), persons)
    expected = {code: base[code] + shared[code] for code in persons}

    rows = published.table("allocations", 2027).filter(pl.col("recipient_type") == "county")
    assert_amounts_equal(amounts_in(rows), expected)
    assert sum(expected.values()) == 300_000_000
    assert set(rows["population_basis"]) == {"official"}
    pot = published.table("pots", 2027).filter(pl.col("pot_id") == "older-people-county").row(0, named=True)
    assert (pot["residual_sek"], pot["recipients_count"]) == (0, 21)
