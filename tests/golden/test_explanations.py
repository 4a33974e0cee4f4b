"""Every amount of every year is explained: rule, documents, cells, a formula that comes out, causes that add up."""

import hashlib
import json
import re
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.allocation.year import split_of_year
from assets.population.resolve import EmbeddedSource
from assets.reporting.changes import change_causes_of, previous_years
from assets.reporting.explaining.arithmetic import worked
from assets.reporting.explaining.check import unexplained
from assets.reporting.explaining.wording import formula
from pipelines.answers.explain import explain
from schemas.contract import enforce
from schemas.tables.changes import CAUSES, CHANGE_CAUSES
from schemas.text import Language
from tests.domain import DATA, register, snapshot
from tests.oracle import HALF
from tests.published import ALL_YEARS, Published

TABLES = (
    "allocations",
    "rules",
    "sources",
    "population",
    "recipients",
    "pots",
    "recipient_totals",
    "county_overview",
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def tables(history: Published) -> dict[str, pl.DataFrame]:
    """All years of what amounts are explained by, and the causes of change between all of them."""
    read = {name: history.table(name) for name in TABLES}
    agreements = AgreementFiles(DATA / "agreements")
    on_file = {programme: agreements.years(programme) for programme in agreements.programmes()}
    pairs = previous_years(on_file, ALL_YEARS)
    return {**read, "change_causes": change_causes_of(read["allocations"], read["rules"], pairs)}


def test_no_row_of_any_year_is_unexplained(tables: dict[str, pl.DataFrame]) -> None:
    assert {name: set(rows["year"]) for name, rows in tables.items() if name in ("rules", "pots", "recipients")} == {
        name: set(ALL_YEARS) for name in ("rules", "pots", "recipients")
    }
    found = unexplained(tables)
    assert found.is_empty(), found.head(20).to_dicts()


@pytest.mark.parametrize(("lang", "space", "point"), [("sv", "\u00a0", ","), ("en", ",", ".")])
def test_the_formula_of_every_amount_comes_out(
    tables: dict[str, pl.DataFrame], lang: Language, space: str, point: str
) -> None:
    rows = worked(tables["allocations"], tables["rules"])
    for _, pot in rows.group_by("programme", "year", "pot_id"):
        bases = pot["base_sek"].to_list()
        for row in pot.to_dicts():
            said = formula(row, bases, lang)
            numbers = said.replace(space, "").replace("kr", "").replace("SEK", "")
            if row["rounding"] is None:
                assert int(numbers.partition("(")[0].strip()) == row["amount_sek"], said
                continue
            left, _, right = numbers.partition("=")
            exact = _value(left)
            shown, _, rounded = right.partition("→")
            assert int((rounded or shown).strip()) == row["amount_sek"], said
            shown_value = Fraction(shown.strip().replace(point, "."))
            assert 0 <= exact - shown_value < Fraction(1, 100), said
            if row["rounding"] == "nearest":
                assert (exact + HALF).__floor__() == row["amount_sek"], said


def _value(text: str) -> Fraction:
    """A sum of products with one bracket and one division, such as `2 + (9 − 3 · 2) · 5 / 7`."""
    in_brackets = re.search(r"\(([^)]*)\)", text)
    if in_brackets:
        text = text.replace(in_brackets[0], str(_value(in_brackets[1])))
    total = Fraction(0)
    for sign, term in re.findall(r"(^|[+−])([^+−]+)", text):
        product = Fraction(1)
        for operator, factor in re.findall(r"(^|[·/])([^·/]+)", term.strip()):
            number = Fraction(factor.strip())
            product = product / number if operator == "/" else product * number
        total += -product if sign == "−" else product
    return total


def test_the_reader_of_formulas_reads_them() -> None:
    assert _value("200000 + (250000000 − 290 · 200000) · 13093 / 2265405 ") == 200_000 + Fraction(
        192_000_000 * 13_093, 2_265_405
    )
    assert _value("10 − 2 · 3 − 1 · 2") == 2


# --- the worked examples ----------------------------------------------------------------------------------------


def pots_of(history: Published, year: int, who: str, lang: Language = "sv", **more: Any) -> dict[str, dict[str, Any]]:
    """The explained pots of the only recipient that is meant, by id."""
    (told,) = explain(history.settings, year, who, lang=lang, **more)["recipients"]
    return {pot["pot_id"]: pot for pot in told["pots"]}


def test_falun_2025(history: Published) -> None:
    (pot,) = pots_of(history, 2025, "Falun").values()
    assert plain(pot["formula"]) == (
        "200 000 + (250 000 000 − 290 · 200 000) · 13 093 / 2 265 405 = 1 309 671,78 → 1 309 672 kr"
    )
    assert plain(pot["sentence"]) == (
        "Falun får 1 309 672 kr ur potten ”Främja psykisk hälsa och förebygga psykisk ohälsa bland barn och unga”"
        " 2025: 200 000 kr i grundbelopp och 1 109 672 kr efter folkmängden 0–18 år den 1 november 2024"
        " (13 093 av 2 265 405 personer)."
    )
    assert (pot["amount_sek"], pot["status"]) == (1_309_672, "decided")
    (cell,) = pot["population"]["cells"]
    assert (cell["population"], cell["basis"], cell["derived_from"]) == (13_093, "derived", "rss-dalarna-2025")
    assert pot["sources"][0]["publisher"] == "RSS Dalarna"


def test_norrbotten_2022_gets_the_last_remaining_krona(history: Published) -> None:
    pot = pots_of(history, 2022, "25", "en", recipient_type="region")["womens-health-population"]
    assert pot["formula"].replace("\u00a0", " ") == (
        "1,382,000,000 · 249,752 / 10,443,100 = 33,051,226.55 → SEK 33,051,227"
    )
    assert "the 12 largest remainders of 21" in pot["rounding"]["text"]
    assert "0.5515, in place 12: one krona more" in pot["rounding"]["text"]


def test_the_cells_are_those_of_the_files(history: Published) -> None:
    on_file = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (DATA / "population").glob("*.csv")}
    for year, who in ((2025, "Falun"), (2025, "Orsa"), (2024, "Dalarnas län"), (2016, "Malung-Sälen")):
        for pot in pots_of(history, year, who).values():
            cells = (pot["population"] or {"cells": []})["cells"]
            assert {cell["sha256"] for cell in cells} <= on_file
            assert pot["sources"], "every pot names a document"


def test_dalarna_2025_adds_up_to_the_published_figures(history: Published) -> None:
    told = explain(history.settings, 2025, "Dalarna", lang="en")["recipients"]
    assert [one["recipient_type"] for one in told] == ["region", "county"]
    (county,) = told[1]["county"]
    levels = [county[f"{level}_sek"] for level in ("municipality", "region", "county")]
    assert (levels[0], county["municipalities"]) == (8_006_024, 15)
    assert sum(levels) == county["total_sek"]


@pytest.mark.parametrize("year", ALL_YEARS)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_kind_of_recipient_is_explained_in_every_year(history: Published, year: int, lang: Language) -> None:
    for who in ("Gotland", "SKR", "0180", "14"):
        result = explain(history.settings, year, who, lang=lang)
        assert json.loads(json.dumps(result)) == result
        for told in result["recipients"]:
            totals = {total["programme"]: total["amount_sek"] for total in told["totals"]}
            pots: dict[str, int] = {}
            for pot in told["pots"]:
                pots[pot["programme"]] = pots.get(pot["programme"], 0) + pot["amount_sek"]
                assert pot["base_sek"] + pot["variable_sek"] == pot["amount_sek"]
            assert pots == totals
            assert told["pots"] or told["not_split"], "nobody is without a word"


# --- causes of change -------------------------------------------------------------------------------------------


def test_the_causes_keep_their_contract(tables: dict[str, pl.DataFrame]) -> None:
    assert enforce(CHANGE_CAUSES, tables["change_causes"]).height > 1_000


def test_the_causes_make_the_change_of_every_total(tables: dict[str, pl.DataFrame]) -> None:
    recipient = ["programme", "year", "recipient_type", "recipient_code"]
    sums = tables["change_causes"].filter(pl.col("year_previous") == pl.col("year") - 1).group_by(recipient)
    both = (
        tables["recipient_totals"]
        .filter(pl.col("change_sek").is_not_null())
        .join(sums.agg(causes_sek=pl.sum_horizontal(pl.col(cause).sum() for cause in CAUSES)), on=recipient, how="left")
    )
    assert both.height > 600
    assert both.filter(pl.col("causes_sek").ne_missing(pl.col("change_sek"))).is_empty()


def test_dalarna_from_2024_to_2025(history: Published) -> None:
    (told,) = explain(history.settings, 2025, "Dalarnas län", against=2024)["recipients"]
    pots = {pot["pot_id"]: pot for pot in told["change"]["pots"]}
    complex_needs = pots["complex-needs-county"]
    assert (complex_needs["amount_previous_sek"], complex_needs["pot_size_sek"] < 0) == (8_947_874, True)
    # 5 000 000 kr per county fell away: 105 Mkr more to share, of which Dalarna's part is 2.7 %.
    assert complex_needs["rule_sek"] == -5_000_000 + (2 * 105_000_000 * 287_451 + 10_557_682) // (2 * 10_557_682)
    assert pots["user-involvement-county"]["continuity"] == "ended"
    silent = {(one["pot_id"], one["year"]) for one in told["change"]["not_told"]}
    assert ("national-strategy-county", 2025) in silent, "2024 has county money whose rule is not known"


@pytest.mark.parametrize("year", [2022, 2024, 2025])
def test_one_year_alone_gives_the_same_causes(tables: dict[str, pl.DataFrame], year: int) -> None:
    agreements = AgreementFiles(DATA / "agreements")
    on_file = {programme: agreements.years(programme) for programme in agreements.programmes()}
    pairs = previous_years(on_file, [year])
    source = EmbeddedSource(snapshot())
    asked = sorted({year, *pairs["year_previous"]})
    splits = [split_of_year(one, agreements, register(), source) for one in asked]
    allocations, rules, _ = (pl.concat(frames) for frames in zip(*splits, strict=True))
    assert change_causes_of(allocations, rules, pairs).equals(tables["change_causes"].filter(year=year))
