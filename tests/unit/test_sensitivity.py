"""Sensitivity: one more person, another rounding, another count, in a small country and in the tracked years."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.bases import Base
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import Snapshot, read_snapshot
from assets.population.source import population_of
from assets.scenarios.sensitivity import sensitivity_of
from assets.scenarios.vintages import VINTAGE_MOST_DAYS, vintages_near
from schemas.contract import enforce
from schemas.tables.scenarios import SENSITIVITY
from schemas.vocabulary import MUNICIPALITY, NATIONAL, ROUNDINGS
from tests.domain import (
    A_BASE,
    DATA,
    NOVEMBER_2024,
    SeriesFile,
    a_pot,
    an_agreement,
    head_counts,
    recipients,
    recipients_in,
    snapshot,
    snapshot_folder,
)
from tests.money import assert_amounts_equal
from tests.oracle import CONVENTIONS

# 1 000 kr over 1 + 2 + 4 persons: 143, 286 and 571.
PLACES = {"2021": 1, "2023": 2, "2026": 4}


def a_series(name: str, *lines: str, basis: str = "official", table: str = "folkmangd_31_december") -> SeriesFile:
    return SeriesFile(name, "\n".join(["region_code,reference_date,total", *lines]) + "\n", basis=basis, table=table)


def counted(date: str, *people: int) -> list[str]:
    """Lines of a series for the three places."""
    return [f"{code},{date},{count}" for code, count in zip(PLACES, people, strict=True)]


def snapshot_of(folder: Path, *files: SeriesFile) -> Snapshot:
    return read_snapshot(snapshot_folder(folder, files))


def table(on_hand: Snapshot, **pot: object) -> pl.DataFrame:
    """The table for one pot of 1 000 kr over the three places."""
    rules = rules_of([an_agreement(a_pot(**pot))])
    receiving = recipients(*PLACES)
    allocations = allocate(rules, receiving, head_counts(PLACES))
    return enforce(SENSITIVITY, sensitivity_of(allocations, rules, receiving, on_hand))


def values(rows: pl.DataFrame, name: str) -> list[object]:
    return rows.get_column(name).to_list()


@pytest.fixture
def nothing_else(tmp_path: Path) -> Snapshot:
    return snapshot_of(tmp_path, a_series("far", *counted("2010-12-31", 1, 1, 1)))


# --- one more person and the base ---------------------------------------------------------------------------------


def test_kronor_per_head(nothing_else: Snapshot) -> None:
    rows = table(nothing_else, rule={"base_sek": 100, "variable": {"key": "population", "ages": "all"}})
    # 700 kr over 7 persons. With one more in the first place it would have 2/8 of them instead of 1/7.
    assert values(rows, "sek_per_head") == pytest.approx([100, 100, 100])
    assert values(rows, "sek_per_added_head") == pytest.approx(
        [700 * 2 / 8 - 100, 700 * 3 / 8 - 200, 700 * 5 / 8 - 400]
    )
    assert values(rows, "base_share") == pytest.approx([1 / 2, 1 / 3, 1 / 5])


def test_fixed_amounts_depend_on_nothing(nothing_else: Snapshot) -> None:
    listed = {"2021": 0, "2023": 400, "2026": 600}
    rows = table(nothing_else, rule={"amounts": listed}, rounding=None)
    for name in ("lowest", "highest", *ROUNDINGS):
        assert values(rows, f"amount_{name}_sek") == [0, 400, 600]
    assert values(rows, "base_share") == [0.0, 1.0, 1.0]
    for name, value in {
        "vintages_count": 0,
        "vintage_lowest": None,
        "sek_per_head": None,
        "is_sensitive": False,
    }.items():
        assert values(rows, name) == [value] * 3


def test_a_pot_that_its_base_uses_up(nothing_else: Snapshot) -> None:
    rules = rules_of([an_agreement(a_pot(rule={"base_sek": 500, "variable": {"key": "population", "ages": "all"}}))])
    receiving = recipients("2021", "2023")
    allocations = allocate(rules, receiving, head_counts({"2021": 0, "2023": 0}))
    rows = enforce(SENSITIVITY, sensitivity_of(allocations, rules, receiving, nothing_else))
    assert values(rows, "amount_lowest_sek") == values(rows, "amount_highest_sek") == [500, 500]
    assert values(rows, "sek_per_head") == [None, None]


# --- rounding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ROUNDINGS)
def test_each_rounding_is_the_oracles(nothing_else: Snapshot, own: str) -> None:
    rows = table(nothing_else, amount_sek=1_003, rounding=own)
    for rounding in ROUNDINGS:
        expected = CONVENTIONS[rounding](1_003, PLACES)
        assert values(rows, f"amount_{rounding}_sek") == [expected[code] for code in PLACES]
    assert values(rows, f"amount_{own}_sek") == values(rows, "amount_sek")


def test_the_roundings_differ(nothing_else: Snapshot) -> None:
    # 2 kr among three equal places: two thirds of a krona each.
    rules = rules_of([an_agreement(a_pot(amount_sek=2))])
    receiving = recipients(*PLACES)
    allocations = allocate(rules, receiving, head_counts(dict.fromkeys(PLACES, 5)))
    rows = sensitivity_of(allocations, rules, receiving, nothing_else)
    assert values(rows, "amount_nearest_sek") == [1, 1, 1]
    assert values(rows, "amount_largest_remainder_sek") == [1, 1, 0]
    assert values(rows, "amount_largest_recipient_sek") == [0, 1, 1]


# --- vintages -----------------------------------------------------------------------------------------------------


def test_lowest_and_highest_over_the_counts_on_hand(tmp_path: Path) -> None:
    on_hand = snapshot_of(
        tmp_path,
        a_series("december", *counted("2023-12-31", 2, 2, 4), *counted("2024-12-31", 1, 3, 6)),
        a_series("solved", *counted("2023-11-01", 1, 1, 8), basis="derived", table="folkmangd_1_november"),
    )
    rows = table(on_hand)
    assert values(rows, "amount_sek") == [143, 286, 571]
    assert values(rows, "vintages_count") == [4, 4, 4]
    assert values(rows, "amount_lowest_sek") == [100, 100, 500]
    assert values(rows, "vintage_lowest") == ["december 2024-12-31", "solved 2023-11-01", "december 2023-12-31"]
    assert values(rows, "amount_highest_sek") == [250, 300, 800]
    assert values(rows, "vintage_highest") == ["december 2023-12-31", "december 2024-12-31", "solved 2023-11-01"]
    assert values(rows, "is_sensitive") == [True, True, True]


def test_a_year_and_a_half_is_near(tmp_path: Path) -> None:
    days = [NOVEMBER_2024 + dt.timedelta(days=days) for days in (-549, -548, 548, 549)]
    on_hand = snapshot_of(tmp_path, a_series("s", *(line for day in days for line in counted(str(day), 1, 1, 1))))
    assert VINTAGE_MOST_DAYS == 548
    near = vintages_near(A_BASE, on_hand, recipients(*PLACES))
    assert near.get_column("vintage").unique().sort().to_list() == [f"s {day}" for day in days[1:3]]


def test_only_whole_counts_stand_in(tmp_path: Path) -> None:
    missing_one = counted("2024-12-31", 1, 1, 1)[:2]
    on_hand = snapshot_of(tmp_path, a_series("december", *missing_one, *counted("2023-12-31", 7, 7, 7)))
    near = vintages_near(A_BASE, on_hand, recipients(*PLACES))
    assert near.rows() == [("december 2023-12-31", code, 7) for code in PLACES]


def test_other_ages_do_not_stand_in(tmp_path: Path) -> None:
    text = "region_code,reference_date,0-18\n" + "\n".join(counted("2024-12-31", 1, 1, 1)) + "\n"
    on_hand = snapshot_of(tmp_path, SeriesFile("children", text))
    assert vintages_near(A_BASE, on_hand, recipients(*PLACES)).is_empty()
    young = Base(A_BASE.table_id, A_BASE.reference_date, "0-18", MUNICIPALITY)
    assert vintages_near(young, on_hand, recipients(*PLACES)).height == 3


def test_the_same_count_twice_is_one_vintage(tmp_path: Path) -> None:
    on_hand = snapshot_of(
        tmp_path,
        a_series("as-used", *counted("2024-12-31", *PLACES.values())),
        a_series("b-twin", *counted("2023-12-31", 2, 2, 4)),
        a_series("a-twin", *counted("2023-12-31", 2, 2, 4)),
    )
    rows = table(on_hand)
    assert values(rows, "vintages_count") == [2, 2, 2]
    assert values(rows, "vintage_lowest") == [
        "folkmangd_1_november 2024-11-01",
        "a-twin 2023-12-31",
        "a-twin 2023-12-31",
    ]


def test_of_equal_amounts_the_one_in_use_is_named(tmp_path: Path) -> None:
    on_hand = snapshot_of(tmp_path, a_series("december", *counted("2023-12-31", 2, 4, 8)))
    assert set(values(table(on_hand), "vintage_lowest")) == {"folkmangd_1_november 2024-11-01"}
    assert set(values(table(on_hand), "vintage_highest")) == {"folkmangd_1_november 2024-11-01"}


@pytest.mark.parametrize(("last", "is_sensitive"), [(10_101, False), (10_102, True)])
def test_one_per_cent_is_not_yet_sensitive(tmp_path: Path, last: int, is_sensitive: bool) -> None:
    # The first has half of 20 000 kr; it has one per cent more, to the krona, if there are that many of it.
    on_hand = snapshot_of(tmp_path, a_series("s", f"2021,2024-12-31,{last}", f"2023,2024-12-31,{20_000 - last}"))
    rules = rules_of([an_agreement(a_pot(amount_sek=20_000))])
    receiving = recipients("2021", "2023")
    allocations = allocate(rules, receiving, head_counts({"2021": 10_001, "2023": 9_999}))
    rows = sensitivity_of(allocations, rules, receiving, on_hand)
    assert values(rows, "amount_sek")[0] == 10_001
    assert values(rows, "amount_highest_sek")[0] == last
    assert values(rows, "is_sensitive")[0] is is_sensitive


def test_the_pots_own_rounding_holds_for_other_counts(tmp_path: Path) -> None:
    on_hand = snapshot_of(tmp_path, a_series("s", *counted("2024-12-31", 1, 1, 1)))
    assert values(table(on_hand, rounding="nearest"), "amount_lowest_sek")[2] == 333
    highest = values(table(on_hand, rounding="largest_remainder"), "amount_highest_sek")
    # The lowest code has the spare krona.
    assert highest[0] == 334


# --- the tracked years ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def years() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Allocations, rules and recipients of all years on file."""
    agreements, source = AgreementFiles(DATA / "agreements"), EmbeddedSource(snapshot())
    rules = rules_of(agreements.of_years(agreements.years()))
    receiving = pl.concat([recipients_in(year) for year in agreements.years()])
    population = pl.concat(
        [population_of(year, agreements.bases(year), source, recipients_in(year))[0] for year in agreements.years()]
    )
    return allocate(rules, receiving, population), rules, receiving


@pytest.fixture(scope="module")
def tracked(years: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    return sensitivity_of(*years, snapshot())


def test_all_years_keep_the_contract(
    tracked: pl.DataFrame, years: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
) -> None:
    enforce(SENSITIVITY, tracked)
    allocations = years[0].sort(SENSITIVITY.key)
    same = (*SENSITIVITY.key, "amount_sek")
    assert_amounts_equal(tracked.select(same), allocations.select(same))


def test_a_year_alone_is_the_year_in_the_range(
    tracked: pl.DataFrame, years: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
) -> None:
    for year in (2016, 2021, 2025, 2026):
        allocations, rules, receiving = (frame.filter(pl.col("year") == year) for frame in years)
        alone = sensitivity_of(allocations, rules, receiving, snapshot())
        assert alone.equals(tracked.filter(pl.col("year") == year))


def test_one_child_in_2025(tracked: pl.DataFrame) -> None:
    pot = tracked.filter(pl.col("year") == 2025, pl.col("pot_id") == "children-youth-municipality")
    assert pot.get_column("sek_per_head").round(2).unique().to_list() == [84.75]
    orsa = pot.row(by_predicate=pl.col("recipient_code") == "2034", named=True)
    assert orsa["base_share"] == pytest.approx(0.6546, abs=1e-4)
    assert (orsa["amount_lowest_sek"], orsa["amount_highest_sek"]) == (305_517, 305_518)
    assert orsa["vintage_lowest"] == "municipality-age-0-24-31-december-ckm 2025-12-31"


def test_national_money_has_no_vintage(tracked: pl.DataFrame) -> None:
    national = tracked.filter(pl.col("recipient_type") == NATIONAL)
    assert set(national.get_column("vintages_count")) == {0}
