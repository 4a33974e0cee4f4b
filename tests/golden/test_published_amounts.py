"""Published amounts, krona by krona: what public documents print is what Kronvis computes from rules and head counts.

Only the pure functions and the tracked files take part; every year is computed once.
"""

import csv
from dataclasses import dataclass
from typing import Final

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.agreements.model import Agreement
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import coverage_of, pots_of
from assets.population.resolve import EmbeddedSource
from assets.population.source import population_of
from schemas.contract import enforce
from schemas.tables.allocation import ALLOCATIONS, COVERAGE, POTS
from schemas.tables.population import POPULATION, POPULATION_BACKTEST
from tests.domain import DATA, amounts_in, kr, recipients_in, snapshot
from tests.money import assert_amounts_equal

AGREEMENTS: Final = AgreementFiles(DATA / "agreements")
YEARS: Final = AGREEMENTS.years()
MENTAL_HEALTH: Final = "psykisk-halsa"
WOMENS_HEALTH: Final = "kvinnors-halsa"
_NAMED: Final = ("recipient_type", "recipient_code", "recipient_name")


@dataclass(frozen=True)
class Year:
    """The tables of one grant year."""

    rules: pl.DataFrame
    recipients: pl.DataFrame
    population: pl.DataFrame
    errors: pl.DataFrame
    allocations: pl.DataFrame
    pots: pl.DataFrame


@pytest.fixture(scope="session")
def years() -> dict[int, Year]:
    """Every grant year on file, computed once."""
    return {year: computed(year) for year in YEARS}


def computed(year: int) -> Year:
    receiving = recipients_in(year)
    rules = rules_of(AGREEMENTS.of_year(year))
    population, errors = population_of(year, AGREEMENTS.bases(year), EmbeddedSource(snapshot()), receiving)
    allocations = allocate(rules, receiving, population)
    return Year(rules, receiving, population, errors, allocations, pots_of(rules, allocations))


@dataclass(frozen=True)
class Figure:
    """A row of `data/published/*.csv`."""

    year: int
    pot_id: str
    recipient_type: str
    recipient_code: str
    amount_sek: int
    is_exact: bool
    source_id: str


def published(programme: str, year: int, recipient_code: str | None = None) -> list[Figure]:
    """Exact figures for one pot and recipient each, as printed; sums and a county's own split are left out."""
    with (DATA / "published" / f"{programme}.csv").open(encoding="utf-8", newline="") as handle:
        figures = [_figure(row) for row in csv.DictReader(handle) if row["year"]]
    return [
        figure
        for figure in figures
        if figure.year == year
        and figure.is_exact
        and figure.recipient_type in ("municipality", "region", "county", "national")
        and not figure.pot_id.startswith("sum-")
        and recipient_code in (None, figure.recipient_code)
    ]


def _figure(row: dict[str, str]) -> Figure:
    return Figure(
        int(row["year"]),
        row["pot_id"],
        row["recipient_type"],
        row["recipient_code"],
        int(row["amount_sek"]),
        row["precision"] == "exact",
        row["source_id"],
    )


def computed_amount(tables: Year, programme: str, figure: Figure) -> int | None:
    """What Kronvis computes for the same pot and recipient."""
    rows = tables.allocations.filter(
        pl.col("programme") == programme,
        pl.col("pot_id") == figure.pot_id,
        pl.col("recipient_type") == figure.recipient_type,
        pl.col("recipient_code") == figure.recipient_code,
    )
    return None if rows.is_empty() else int(rows.item(0, "amount_sek"))


def assert_met(tables: Year, programme: str, figures: list[Figure]) -> None:
    """Fail unless every figure is met to the krona."""
    __tracebackhide__ = True
    names = {tuple(key): name for *key, name in tables.recipients.select(_NAMED).iter_rows()}
    whose = {
        figure: (
            figure.pot_id,
            figure.recipient_code,
            names[figure.recipient_type, figure.recipient_code],
            figure.source_id,
        )
        for figure in figures
    }
    assert len(set(whose.values())) == len(whose), "a source says two amounts of one thing"
    assert_amounts_equal(
        {whose[figure]: computed_amount(tables, programme, figure) for figure in figures},
        {whose[figure]: figure.amount_sek for figure in figures},
    )


# --- Dalarna ---------------------------------------------------------------------------------------------------------


def test_2025_gives_the_15_municipalities_of_dalarna_to_the_krona(years: dict[int, Year]) -> None:
    figures = [
        figure
        for figure in published(MENTAL_HEALTH, 2025)
        if figure.pot_id == "children-youth-municipality" and figure.recipient_code.startswith("20")
    ]
    assert len({figure.recipient_code for figure in figures}) == 15
    assert_met(years[2025], MENTAL_HEALTH, figures)


@pytest.mark.parametrize(("code", "kronor"), [("2080", 1_309_672), ("2081", 1_155_336), ("2034", 305_518)])
def test_2025_gives_falun_borlange_and_orsa(code: str, kronor: int, years: dict[int, Year]) -> None:
    """Typed from the slides once more, apart from the file of published amounts."""
    rows = years[2025].allocations.filter(
        pl.col("pot_id") == "children-youth-municipality", pl.col("recipient_code") == code
    )
    assert_amounts_equal(amounts_in(rows), {code: kronor})
    assert rows.get_column("base_sek").to_list() == [200_000]
    assert rows.get_column("population_basis").to_list() == ["derived"]


def test_2025_gives_dalarna_4_million_for_the_national_strategy(years: dict[int, Year]) -> None:
    figures = [figure for figure in published(MENTAL_HEALTH, 2025, "20") if figure.pot_id == "national-strategy-county"]
    assert [figure.amount_sek for figure in figures] == [4_000_000]
    assert_met(years[2025], MENTAL_HEALTH, figures)


@pytest.mark.parametrize("year", YEARS)
def test_no_decided_amount_contradicts_a_published_one(year: int, years: dict[int, Year]) -> None:
    """What rests on estimates or stand-ins may differ; it says `preliminary`."""
    for agreement in AGREEMENTS.of_year(year):
        decided = years[year].allocations.filter(
            pl.col("programme") == agreement.programme, pl.col("status") == "decided"
        )
        pots = set(decided.get_column("pot_id"))
        figures = [figure for figure in published(agreement.programme, year) if figure.pot_id in pots]
        assert_met(years[year], agreement.programme, figures)


@pytest.mark.parametrize("year", YEARS)
def test_amounts_on_estimates_and_stand_ins_are_preliminary(year: int, years: dict[int, Year]) -> None:
    rows = years[year].allocations
    unsure = pl.col("population_basis").is_in(["estimated", "proxy"]).fill_null(value=False)
    assert set(rows.filter(unsure).get_column("status")) <= {"preliminary"}
    assert set(rows.filter(~unsure).get_column("status")) <= {"decided"}


@pytest.mark.parametrize(
    ("year", "amounts"),
    [
        (
            2024,
            {
                "complex-needs-county": 8_947_874,
                "suicide-prevention-county": 5_445_343,
                "user-involvement-county": 1_000_000,
            },
        ),
        (
            2023,
            {
                "complex-needs-county": 7_605_166,
                "suicide-prevention-county": 5_484_559,
                "user-involvement-county": 1_000_000,
            },
        ),
    ],
)
def test_county_amounts_of_dalarna(year: int, amounts: dict[str, int], years: dict[int, Year]) -> None:
    figures = [figure for figure in published(MENTAL_HEALTH, year, "20") if figure.pot_id in amounts]
    assert_amounts_equal({figure.pot_id: figure.amount_sek for figure in figures}, amounts)
    assert_met(years[year], MENTAL_HEALTH, figures)
    statuses = years[year].allocations.filter(pl.col("pot_id").is_in(list(amounts))).get_column("status")
    assert set(statuses) == {"decided"}


# --- women's health ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2022, 2024])
def test_womens_health_gives_21_of_21_regions(year: int, years: dict[int, Year]) -> None:
    figures = published(WOMENS_HEALTH, year)
    assert len({figure.recipient_code for figure in figures}) == 21
    assert_met(years[year], WOMENS_HEALTH, figures)


@pytest.mark.parametrize(("year", "kronor"), [(2022, 1_382_000_000), (2024, 1_367_000_000)])
def test_womens_health_is_handed_out_to_the_last_krona(year: int, kronor: int, years: dict[int, Year]) -> None:
    assert sum(figure.amount_sek for figure in published(WOMENS_HEALTH, year)) == kronor
    assert womens_health(years[year].allocations, year).get_column("amount_sek").sum() == kronor


def womens_health(allocations: pl.DataFrame, year: int) -> pl.DataFrame:
    return allocations.filter(
        pl.col("programme") == WOMENS_HEALTH, pl.col("year") == year, pl.col("pot_id") == "womens-health-population"
    )


def test_nearest_krona_would_miss_two_regions_in_2022(years: dict[int, Year]) -> None:
    """The fact of rounding that shows the convention: two kronor too many, and two rows off by one."""
    year = years[2022]
    rules = rules_of([_rounded_to(AGREEMENTS.load(WOMENS_HEALTH, 2022), "nearest")])
    split = allocate(rules, year.recipients, year.population)
    assert 1_382_000_000 - int(split.get_column("amount_sek").sum()) == -2
    printed = {figure.recipient_code: figure.amount_sek for figure in published(WOMENS_HEALTH, 2022)}
    off = {
        code: amount - printed[code]
        for code, amount in split.select("recipient_code", "amount_sek").iter_rows()
        if amount != printed[code]
    }
    assert len(off) == 2, off
    assert set(off.values()) == {1}, off


def _rounded_to(agreement: Agreement, rounding: str) -> Agreement:
    pots = [pot.model_copy(update={"rounding": rounding}) for pot in agreement.pots]
    return agreement.model_copy(update={"pots": pots})


@pytest.mark.parametrize("rounding", ["nearest", "largest_remainder", "largest_recipient"])
def test_all_conventions_agree_on_2024(rounding: str, years: dict[int, Year]) -> None:
    """The table of 2024 does not tell the conventions apart: nearest adds up by chance."""
    year = years[2024]
    pots = [
        pot.model_copy(update={"rounding": rounding}) if pot.is_variable else pot
        for pot in AGREEMENTS.load(WOMENS_HEALTH, 2024).pots
    ]
    rules = rules_of([AGREEMENTS.load(WOMENS_HEALTH, 2024).model_copy(update={"pots": pots})])
    split = womens_health(allocate(rules, year.recipients, year.population), 2024)
    assert_amounts_equal(
        split, womens_health(year.allocations, 2024).with_columns(split.select("rounding", "rule_sha256"))
    )


# --- 2019, the year on official counts -------------------------------------------------------------------------------


def test_2019_reaches_everybody_on_official_counts(years: dict[int, Year]) -> None:
    rows = years[2019].allocations
    reached = {
        kind: rows.filter(pl.col("recipient_type") == kind).get_column("recipient_code").n_unique()
        for kind in ("municipality", "region", "county")
    }
    assert reached == {"municipality": 290, "region": 21, "county": 21}
    by_population = rows.filter(pl.col("population").is_not_null())
    assert set(by_population.get_column("population_basis")) == {"official"}
    assert set(rows.get_column("status")) == {"decided"}


# --- every year ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_amounts_and_residual_make_every_pot(year: int, years: dict[int, Year]) -> None:
    sums = dict(
        years[year]
        .allocations.group_by(pl.concat_str("programme", pl.lit("/"), "pot_id"))
        .agg(pl.col("amount_sek").sum())
        .iter_rows()
    )
    for pot in years[year].pots.iter_rows(named=True):
        name = f"{pot['programme']}/{pot['pot_id']}"
        if pot["status"] == "not_computed":
            assert name not in sums, f"{name}: {kr(sums.get(name, 0))} of money whose rule nobody knows"
            continue
        assert sums[name] + pot["residual_sek"] == pot["amount_sek"], f"{name}: {kr(sums[name])}"
        assert 2 * abs(pot["residual_sek"]) <= pot["recipients_count"], f"{name}: {kr(pot['residual_sek'])}"
        if pot["rounding"] != "nearest":
            assert pot["residual_sek"] == 0, f"{name}: {kr(pot['residual_sek'])}"


@pytest.mark.parametrize("year", YEARS)
def test_pots_make_every_agreement(year: int, years: dict[int, Year]) -> None:
    for agreement in AGREEMENTS.of_year(year):
        pots = years[year].pots.filter(pl.col("programme") == agreement.programme)
        total = int(pots.get_column("amount_sek").sum())
        assert total == agreement.total_sek, f"{agreement.programme}: {kr(total)} of {kr(agreement.total_sek)}"


@pytest.mark.parametrize("year", YEARS)
def test_coverage_splits_every_agreement_by_evidence(year: int, years: dict[int, Year]) -> None:
    coverage = enforce(COVERAGE, coverage_of(years[year].rules, years[year].pots))
    for agreement in AGREEMENTS.of_year(year):
        rows = coverage.filter(pl.col("programme") == agreement.programme)
        assert rows.get_column("amount_sek").sum() == agreement.total_sek, kr(agreement.total_sek)
        assert rows.get_column("pots_count").sum() == len(agreement.pots)


@pytest.mark.parametrize("year", YEARS)
def test_tables_of_every_year_keep_their_contracts(year: int, years: dict[int, Year]) -> None:
    tables = years[year]
    for table, frame in (
        (POPULATION, tables.population),
        (POPULATION_BACKTEST, tables.errors),
        (ALLOCATIONS, tables.allocations),
        (POTS, tables.pots),
    ):
        assert enforce(table, frame, where=f"year {year}").columns == table.schema.names()


@pytest.mark.parametrize("year", YEARS)
def test_every_recipient_of_a_pot_is_there_once(year: int, years: dict[int, Year]) -> None:
    size = dict(years[year].recipients.group_by("recipient_type").len().iter_rows())
    for pot in years[year].pots.filter(pl.col("status") != "not_computed").iter_rows(named=True):
        assert pot["recipients_count"] == size[pot["recipient_type"]], pot["pot_id"]


@pytest.mark.parametrize("year", YEARS)
def test_decided_amounts_rest_on_counts_of_the_day_of_the_rule(year: int, years: dict[int, Year]) -> None:
    population = years[year].population.filter(pl.col("basis").is_in(["official", "derived"]))
    assert population.filter(pl.col("population_date") != pl.col("reference_date")).is_empty()


def test_all_years_in_one_frame_come_to_the_same(years: dict[int, Year]) -> None:
    together = allocate(
        pl.concat([year.rules for year in years.values()]),
        pl.concat([year.recipients for year in years.values()]),
        pl.concat([year.population for year in years.values()]),
    )
    alone = pl.concat([year.allocations for year in years.values()]).sort(ALLOCATIONS.key)
    assert_amounts_equal(together, alone)


def test_metropolitan_counties_get_3_million_more_in_2025(years: dict[int, Year]) -> None:
    rows = years[2025].allocations.filter(pl.col("pot_id") == "national-strategy-county")
    amounts = dict(rows.select("recipient_code", "amount_sek").iter_rows())
    assert {code for code, amount in amounts.items() if amount == 7_000_000} == {"01", "12", "14"}
    assert {amount for code, amount in amounts.items() if code not in ("01", "12", "14")} == {4_000_000}
