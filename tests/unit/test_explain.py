"""Explaining amounts: who is meant, what is said in words and numbers, and what cannot be explained is found."""

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.agreements.tables import display_bases_of, rules_of, sources_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import pots_of
from assets.population.bases import Base
from assets.reporting.changes import change_causes_of, previous_years
from assets.reporting.explaining.arithmetic import decimals
from assets.reporting.explaining.explanation import explain_recipient
from assets.reporting.explaining.lookup import find_recipients
from assets.reporting.totals import compared_with_previous, county_overview_of, recipient_totals_of
from pipelines.answers.explain import explain
from pipelines.commands.explain import command
from pipelines.settings import Settings
from pipelines.terminal.explain import show
from schemas.errors import DataRefused, UsageError
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, REGION
from tests.domain import A_BASE, ROOT, a_pot, an_agreement, head_counts, recipients, recipients_in
from tests.resolving import unexplained

PLACES = {"2021": 1, "2023": 2, "2026": 4}
COUNTY_BASE = Base(A_BASE.table_id, A_BASE.reference_date, A_BASE.ages, COUNTY)
# Shares whose nearest kronor seldom add up.
ROUGH = {"2021": 3, "2023": 3, "2026": 4}
WITH_BASE = {"base_sek": 10, "variable": {"key": "population", "ages": "all"}}
SUPPORT = a_pot(id="support", recipients="national", rule={"amounts": {"SKR": 1_000}}, rounding=None)
RIDDLE = a_pot(
    id="riddle",
    recipients="unknown",
    rule="unknown",
    rounding=None,
    contains=["inner-pot"],
    note={"sv": "Gåtfullt.", "en": "A riddle."},
)

Tables = dict[str, pl.DataFrame]


def world(
    *pots: Any,
    year: int = 2025,
    basis: str = "official",
    people: dict[str, int] | None = None,
    classes: dict[str, str] | None = None,
    programme: str = "a-programme",
) -> Tables:
    """All tables that explanations are made from, of three municipalities, their county and SKR."""
    agreement = an_agreement(*pots, year=year, programme=programme)
    who = pl.concat(
        [
            recipients(*PLACES, year=year, classes=classes),
            recipients("20", kind=COUNTY, year=year),
            recipients("20", kind=REGION, year=year),
            recipients("SKR", kind=NATIONAL, year=year),
        ]
    )
    counted = people or PLACES
    county = head_counts({"20": sum(counted.values())}, COUNTY_BASE, year=year, basis=basis)
    population = pl.concat([head_counts(counted, year=year, basis=basis), county])
    rules = rules_of([agreement])
    allocations = allocate(rules, who, population)
    totals = recipient_totals_of(allocations, rules, population, display_bases_of([agreement]))
    return {
        "recipients": who,
        "population": population,
        "rules": rules,
        "sources": sources_of([agreement]),
        "allocations": allocations,
        "pots": pots_of(rules, allocations),
        "recipient_totals": totals,
        "county_overview": county_overview_of(totals, rules, who),
    }


def told(tables: Tables, code: str = "2021", kind: str = MUNICIPALITY, lang: Any = "sv") -> dict[str, Any]:
    """The explanation of one recipient."""
    row = tables["recipients"].filter(recipient_type=kind, recipient_code=code).row(0, named=True)
    return explain_recipient(tables, row, lang)


def plain(text: str) -> str:
    """No-break spaces as plain ones."""
    return text.replace("\u00a0", " ")


# --- who is meant ---------------------------------------------------------------------------------------------


def meant(asked: str, kind: str | None = None, year: int = 2025) -> list[tuple[str, str]]:
    found = find_recipients(recipients_in(year).to_dicts(), asked, kind)
    return [(row["recipient_type"], row["recipient_code"]) for row in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Falun", [(MUNICIPALITY, "2080")]),
        ("  fALUN ", [(MUNICIPALITY, "2080")]),
        ("2080", [(MUNICIPALITY, "2080")]),
        ("20", [(REGION, "20"), (COUNTY, "20")]),
        ("skr", [(NATIONAL, "SKR")]),
        ("Sveriges Kommuner och Regioner", [(NATIONAL, "SKR")]),
        ("Region Dalarna", [(REGION, "20")]),
        ("dalarnas län", [(COUNTY, "20")]),
        ("Dalarna", [(REGION, "20"), (COUNTY, "20")]),
        ("Stockholm", [(MUNICIPALITY, "0180"), (REGION, "01"), (COUNTY, "01")]),
        ("Gotland", [(MUNICIPALITY, "0980"), (REGION, "09"), (COUNTY, "09")]),
        ("Gotlands kommun", [(MUNICIPALITY, "0980")]),
        ("Örebro län", [(COUNTY, "18")]),
        ("region örebro län", [(REGION, "18")]),
        ("Västra Götaland", [(REGION, "14"), (COUNTY, "14")]),
        ("Hofors kommun", [(MUNICIPALITY, "2104")]),
        ("ostersund", [(MUNICIPALITY, "2380")]),
        ("Habo", [(MUNICIPALITY, "0643")]),
        ("Håbo", [(MUNICIPALITY, "0305")]),
        ("Ha\u030abo", [(MUNICIPALITY, "0305")]),
    ],
)
def test_names_and_codes_find_everybody_who_is_meant(asked: str, expected: list[tuple[str, str]]) -> None:
    assert meant(asked) == expected


def test_of_several_years_all_are_named_where_nobody_is_meant() -> None:
    """As `kronvis diff` asks: each recipient as in its latest year, in no order of years."""
    rows = [row for year in (2019, 2025, 2016) for row in recipients_in(year).to_dicts()]
    with pytest.raises(UsageError, match="there is no recipient 'Atlantis' in 2016–2025"):
        find_recipients(rows, "Atlantis")


def test_the_kind_picks_one_role() -> None:
    assert meant("Gotland", REGION) == [(REGION, "09")]
    assert meant("20", COUNTY) == [(COUNTY, "20")]


def test_names_are_those_of_the_year_but_the_place_finds_both() -> None:
    assert meant("Landstinget Dalarna", year=2016) == meant("Region Dalarna", year=2016) == [(REGION, "20")]


@pytest.mark.parametrize(
    ("asked", "kind", "hint"),
    [
        ("Fallun", None, "did you mean Falun"),
        ("20800", None, "did you mean 2080"),
        ("Falun", REGION, "there is municipality of that name"),
        ("Falun", "kommun", "municipality, region, county and national"),
        ("§§§", None, "a code such as 2080"),
    ],
)
def test_who_is_not_found_is_told_what_there_is(asked: str, kind: str | None, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        meant(asked, kind)


# --- words and numbers ----------------------------------------------------------------------------------------


def test_decimals_are_cut_and_exact() -> None:
    assert decimals(1, 2, 2) == "50"
    assert decimals(4_999, 10_000, 2) == "49", "not 50: that would look like a half"
    assert decimals(1, 1_000, 2) == "00"
    with pytest.raises(ValueError, match="no remainder"):
        decimals(7, 7, 2)


def test_base_and_share_are_told_with_their_numbers() -> None:
    (pot,) = told(world(a_pot(rule=WITH_BASE)), "2023")["pots"]
    # 10 + 970 · 2/7 = 287.142…
    assert pot["formula"] == "10 + (1\u00a0000 − 3 · 10) · 2 / 7 = 287,14 → 287\u00a0kr"
    assert "10 kr i grundbelopp och 277 kr efter folkmängden" in plain(pot["sentence"])
    assert "den 1 november 2024 (2 av 7 personer)" in plain(pot["sentence"])
    assert pot["rounding"]["direction"] == "down"
    assert pot["pot"]["residual_sek"] == 1_000 - (149 + 287 + 564)


def test_the_same_in_english() -> None:
    (pot,) = told(world(a_pot(rule=WITH_BASE)), "2023", lang="en")["pots"]
    assert pot["formula"] == "10 + (1,000 − 3 · 10) · 2 / 7 = 287.14 → SEK\u00a0287"
    assert "on 1 November 2024 (2 of 7 persons)" in pot["sentence"]
    assert pot["name"] == "A pot"


def test_base_amounts_by_class_are_counted_class_by_class() -> None:
    rule = {**WITH_BASE, "base_sek": {"default": 10, "metropolitan": 20}}
    (pot,) = told(world(a_pot(rule=rule), classes={"2026": "metropolitan"}), "2023")["pots"]
    # 960 · 2/7 = 274.28…
    assert plain(pot["formula"]) == "10 + (1 000 − 2 · 10 − 1 · 20) · 2 / 7 = 284,28 → 284 kr"


def test_an_amount_that_comes_out_even_has_no_decimals() -> None:
    (pot,) = told(world(a_pot(amount_sek=700)), "2026")["pots"]
    assert plain(pot["formula"]) == "700 · 4 / 7 = 400 kr"
    assert pot["rounding"]["direction"] == "none"


def test_fixed_amounts_show_how_they_make_the_pot() -> None:
    (pot,) = told(world(a_pot(amount_sek=30, rule={"base_sek": 10}, rounding=None)))["pots"]
    assert plain(pot["formula"]) == "10 kr (3 · 10 = 30 kr)"
    assert pot["population"] is None
    assert pot["rounding"] == {"convention": None, "text": "Fast belopp: inget att avrunda."}


def test_listed_amounts_are_said_to_be_listed() -> None:
    (pot,) = told(world(SUPPORT), "SKR", NATIONAL)["pots"]
    assert plain(pot["formula"]) == "1 000 kr"
    assert "lista" in pot["sentence"]


def test_nearest_tells_the_direction() -> None:
    # 142.86, 285.71, 571.43 → 143 + 286 + 571 = 1 000.
    texts = [told(world(a_pot()), code)["pots"][0]["rounding"]["text"] for code in PLACES]
    assert [("uppåt" in text, "nedåt" in text) for text in texts] == [(True, False), (True, False), (False, True)]
    assert all("jämnt ut" in text for text in texts)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        # 300.3, 300.3, 400.4 → 300 + 300 + 400.
        (1_001, "this leaves SEK 1, which nobody gets"),
        # 300.6, 300.6, 400.8 → 301 + 301 + 401.
        (1_002, "this hands out SEK 1 too much"),
    ],
)
def test_nearest_tells_what_the_pot_has_left(amount: int, said: str) -> None:
    (pot,) = told(world(a_pot(amount_sek=amount), people=ROUGH), lang="en")["pots"]
    assert said in plain(pot["rounding"]["text"])


def test_the_largest_remainder_tells_its_place_and_the_cut() -> None:
    tables = world(a_pot(rounding="largest_remainder"))
    rounding = {code: told(tables, code)["pots"][0]["rounding"] for code in PLACES}
    assert {code: one["place"] for code, one in rounding.items()} == {"2021": 1, "2023": 2, "2026": 3}
    # Whole kronor make 142 + 285 + 571 = 998: two remainders get a krona.
    assert {one["to_hand_out_sek"] for one in rounding.values()} == {2}
    assert "de 2 största resterna av 3" in rounding["2026"]["text"]
    assert "Resten här är 0,4285 och har plats 3: ingen krona till" in rounding["2026"]["text"]
    assert "mellan 0,7142 och 0,4285" in rounding["2026"]["text"]
    assert "en krona till" in rounding["2023"]["text"]
    (even,) = told(world(a_pot(amount_sek=700, rounding="largest_remainder")))["pots"]
    assert "ingen krona återstår" in even["rounding"]["text"]


def test_the_largest_recipient_is_told_to_bear_the_residual() -> None:
    tables = world(a_pot(amount_sek=1_001, rounding="largest_recipient"), people=ROUGH)
    small, large = (told(tables, code)["pots"][0] for code in ("2021", "2026"))
    assert "+1 kr, läggs på den största mottagaren, Place 2026 (inte denna)" in plain(small["rounding"]["text"])
    assert "Place 2026 (denna)" in large["rounding"]["text"]
    assert plain(large["formula"]).endswith("= 400,40 → 401 kr")


def test_a_preliminary_amount_says_what_its_population_is() -> None:
    (pot,) = told(world(a_pot(), basis="estimated"), lang="en")["pots"]
    assert pot["preliminary"] == (
        "Preliminary: the population is estimated, because the count of 1 November 2024 is not on hand."
    )
    assert told(world(a_pot()))["pots"][0]["preliminary"] is None


def test_rule_documents_and_cells_are_named_with_their_hashes() -> None:
    tables = world(a_pot(sources=["a-document"]))
    (pot,) = told(tables)["pots"]
    assert pot["rule"]["rule_sha256"] == tables["rules"]["rule_sha256"][0]
    assert pot["rule"]["rule"]["amount_sek"] == 1_000
    assert pot["rule"]["evidence"] == {
        "amount": "verified",
        "rule": "verified",
        "rounding": "inferred",
        "date": "verified",
    }
    (cell,) = pot["population"]["cells"]
    assert (cell["population"], cell["sha256"], cell["region_code"]) == (1, "0" * 64, "2021")
    assert pot["population"]["population_sha256"] == hashlib.sha256(b"2021:1\n2023:2\n2026:4").hexdigest()
    assert [(one["source_id"], one["title"]) for one in pot["sources"]] == [("a-document", "A document")]


def test_money_without_a_rule_is_told_and_never_split() -> None:
    explained = told(world(a_pot(), RIDDLE))
    (riddle,) = explained["not_split"]
    assert (riddle["pot_id"], riddle["pot_sek"], riddle["rule"]["note"]) == ("riddle", 1_000, "Gåtfullt.")
    assert "ingen känd fördelningsregel" in riddle["sentence"]
    assert riddle["contains"] == ["inner-pot"]
    assert [total["is_complete"] for total in explained["totals"]] == [False]
    assert len(explained["pots"]) == 1


def test_money_to_others_is_not_mentioned() -> None:
    other = a_pot(id="riddle", recipients="region", rule="unknown", rounding=None)
    assert told(world(a_pot(), other))["not_split"] == []


def test_the_parts_are_added_up() -> None:
    explained = told(world(a_pot(), a_pot(id="second", rule=WITH_BASE)))
    (total,) = explained["totals"]
    assert plain(total["formula"]) == "143 + 149 = 292 kr"
    assert total["amount_sek"] == sum(pot["amount_sek"] for pot in explained["pots"])


def test_a_county_is_told_level_by_level() -> None:
    tables = world(a_pot(), a_pot(id="joint", recipients="county", amount_sek=500))
    (county,) = told(tables, "20", COUNTY)["county"]
    assert plain(county["sentence"]) == "Till länet går 1 500 kr: 1 000 kr till 3 kommuner, 500 kr länsgemensamt."
    assert told(tables, "20", REGION)["county"] == []


def test_an_amount_that_does_not_follow_is_refused() -> None:
    tables = world(a_pot())
    spoilt = tables["allocations"].with_columns(pl.col("amount_sek", "variable_sek") + 1)
    with pytest.raises(DataRefused, match="says 144 kr, but rule and population make 143 kr"):
        told({**tables, "allocations": spoilt})


# --- everything resolves, and what does not is found ------------------------------------------------------------


@cache
def two_years() -> Tables:
    """Two years of everything: shares, fixed amounts, a list, money to the county, money without a rule."""
    shapes = (
        a_pot(),
        a_pot(id="joint", recipients="county", rule=WITH_BASE),
        a_pot(id="fixed", amount_sek=30, rule={"base_sek": 10}, rounding=None),
        SUPPORT,
    )
    now, before = world(*shapes), world(*shapes, a_pot(id="old", amount_sek=500), year=2024)
    tables = {name: pl.concat([before[name], now[name]]) for name in now}
    tables["recipient_totals"] = compared_with_previous(tables["recipient_totals"], tables["recipient_totals"])
    pairs = previous_years({"a-programme": [2024, 2025]}, [2025])
    return {**tables, "change_causes": change_causes_of(tables["allocations"], tables["rules"], pairs)}


def at(**where: Any) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in where.items())


def put(column: str, value: Any, **where: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Another value in the rows that are meant."""
    return lambda rows: rows.with_columns(pl.when(at(**where)).then(value).otherwise(column).alias(column))


def drop(**where: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda rows: rows.filter(~at(**where))


ONE = {"year": 2025, "pot_id": "a-pot", "recipient_code": "2021"}
CELL = {"year": 2025, "region_code": "2021"}
OTHER = pl.lit("f" * 64)
SPOILS = {
    "a krona more": ("allocations", put("amount_sek", pl.col("amount_sek") + 1, **ONE), "another amount"),
    "parts of another amount": ("allocations", put("variable_sek", pl.lit(1), **ONE), "parts do not make"),
    "another version of the rule": ("allocations", put("rule_sha256", OTHER, **ONE), "another version"),
    "a rule that is gone": ("rules", drop(year=2025, pot_id="fixed"), "no rule"),
    "another rounding": ("allocations", put("rounding", pl.lit("largest_remainder"), **ONE), "rounding or base"),
    "other ages": ("allocations", put("ages", pl.lit("0-18"), **ONE), "rounding or base"),
    "a base of nowhere": ("allocations", put("base_sek", pl.lit(5), **ONE), "base amount is not"),
    "a head more in the cell": ("population", put("population", pl.lit(9), **CELL), "not the cell's"),
    "a cell that is gone": ("population", drop(**CELL), "no cell of the population"),
    "another basis": ("population", put("basis", pl.lit("proxy"), **CELL), "basis or source"),
    "another source of the cell": ("population", put("source", pl.lit("x"), **CELL), "basis or source"),
    "another denominator": ("allocations", put("population_total", pl.lit(8), **ONE), "denominator"),
    "another checksum": ("allocations", put("population_sha256", OTHER, **ONE), "checksum"),
    "counts solved from nowhere": (
        "allocations",
        put("population_derived_from", pl.lit("a-document nowhere"), **ONE),
        "document of population_derived_from",
    ),
    "a rule of another amount": (
        "rules",
        put("amount_sek", pl.lit(999), year=2025, pot_id="a-pot"),
        "something else than its columns",
    ),
    "a rule with another hash": ("rules", put("rule_sha256", OTHER, year=2025, pot_id="a-pot"), "hash is not that"),
    "a document that is gone": ("sources", drop(year=2025), "document of sources"),
    "a rule inferred from nowhere": (
        "rules",
        put("rule_inferred_from", pl.lit("nowhere"), year=2025, pot_id="a-pot"),
        "document of rule_inferred_from",
    ),
    "a rule nobody knows": ("rules", put("rule", pl.lit("unknown"), year=2025, pot_id="a-pot"), "rule is unknown"),
    "a pot of another size": ("pots", put("amount_sek", pl.lit(1), year=2025, pot_id="a-pot"), "size is not"),
    "a pot with another sum": ("pots", put("allocated_sek", pl.lit(1), year=2025), "not what was allocated"),
    "a pot with another residual": ("pots", put("residual_sek", pl.lit(1), year=2025), "do not make the pot"),
    "a pot with others in it": ("pots", put("recipients_count", pl.lit(9), year=2025), "number of recipients"),
    "a pot of another version": ("pots", put("rule_sha256", OTHER, year=2025), "another version"),
    "a row that is gone": ("allocations", drop(year=2025, pot_id="support"), "nobody has an amount"),
    "another total": ("recipient_totals", put("amount_sek", pl.lit(1), year=2025), "pots do not make the sum"),
    "another change": ("recipient_totals", put("change_sek", pl.lit(7), year=2025), "last year's sum"),
    "heads from nowhere": ("recipient_totals", put("population", pl.lit(3), year=2025), "population shown"),
    "children from nowhere": ("recipient_totals", put("children", pl.lit(3), year=2025), "children shown"),
    "another level": ("county_overview", put("county_sek", pl.lit(1), year=2025), "level county is another"),
    "another county total": ("county_overview", put("total_sek", pl.lit(1), year=2025), "do not make the total"),
    "a county of others": ("county_overview", put("population", pl.lit(1), year=2025), "population shown"),
    "another amount of a change": ("change_causes", put("amount_sek", pl.lit(7), year=2025), "amount is not the"),
    "another amount before": ("change_causes", put("amount_previous_sek", pl.lit(7), year=2025), "amount before"),
}


def test_everything_resolves() -> None:
    tables = two_years()
    assert all(tables[name].height for name in tables)
    assert unexplained(tables).to_dicts() == []


@pytest.mark.parametrize("case", SPOILS)
def test_what_does_not_resolve_is_found(case: str) -> None:
    table, spoil, reason = SPOILS[case]
    tables = two_years()
    spoilt = spoil(tables[table])
    assert not spoilt.equals(tables[table]), "this case spoils nothing"
    found = unexplained({**tables, table: spoilt})
    reasons = set(found["reason"])
    assert any(reason in one for one in reasons), reasons
    assert set(found["year"]) <= {2025}, "the other year is as it was"


# --- the published version --------------------------------------------------------------------------------------


def publish(folder: Path, *worlds: Tables) -> Settings:
    """A published version with these years, as the command finds it."""
    version = folder / "out" / "versions" / "v1"
    files = {}
    for tables in worlds:
        year = tables["rules"]["year"][0]
        for name, rows in tables.items():
            file = version / name / f"{name}_{year}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            rows.write_parquet(file)
            files[f"{name}/{file.name}"] = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    years = sorted(int(tables["rules"]["year"][0]) for tables in worlds)
    (version / "manifest.json").write_text(json.dumps({"years": years, "files": files}), encoding="utf-8")
    (folder / "out" / "current").symlink_to(version)
    return Settings(folder / "data", folder / "out")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """2024: a pot of 700 kr. 2025: 1 000 kr, one more pot, and a riddle."""
    return publish(tmp_path, world(a_pot(amount_sek=700), year=2024), world(a_pot(), a_pot(id="second"), RIDDLE))


def test_the_published_version_is_explained(settings: Settings) -> None:
    result = explain(settings, 2025, "place 2021")
    assert (result["version"], result["year"], result["language"]) == ("v1", 2025, "sv")
    (told_,) = result["recipients"]
    assert [pot["pot_id"] for pot in told_["pots"]] == ["a-pot", "second"]
    assert json.loads(json.dumps(result)) == result, "JSON holds all of it"


def test_all_roles_of_a_code_are_explained(settings: Settings) -> None:
    assert [one["recipient_type"] for one in explain(settings, 2025, "20")["recipients"]] == [REGION, COUNTY]
    (county,) = explain(settings, 2025, "20", recipient_type=COUNTY)["recipients"]
    assert county["recipient_type"] == COUNTY


def test_one_pot_alone(settings: Settings) -> None:
    (told_,) = explain(settings, 2025, "2021", pot="second", against=2024)["recipients"]
    assert [pot["pot_id"] for pot in told_["pots"]] == ["second"]
    assert (told_["totals"], told_["not_split"], told_["change"]["sum"]) == ([], [], None)
    (riddle,) = explain(settings, 2025, "2021", pot="riddle")["recipients"]
    assert riddle["pots"] == []
    assert len(riddle["not_split"]) == 1
    with pytest.raises(UsageError, match=r"Place 2021 has no pot 'third'\n.*a-pot, riddle and second"):
        explain(settings, 2025, "2021", pot="third")


def test_the_change_is_told_cause_by_cause(settings: Settings) -> None:
    (told_,) = explain(settings, 2025, "2021", against=2024)["recipients"]
    change = told_["change"]
    continued, new = change["pots"]
    assert plain(continued["sentence"]) == "En pott: 100 kr → 143 kr."
    assert plain(continued["formula"]) == "+43 kr = pottens storlek +43 kr"
    assert plain(new["sentence"]) == "En pott: 143 kr, finns inte 2024."
    assert plain(change["sum"]["formula"]) == "+186 kr = regeln +143 kr, pottens storlek +43 kr"
    silent = {(one["pot_id"], one["year"]): one["reason"] for one in change["not_told"]}
    assert silent == {("riddle", 2025): "regeln 2025 är inte känd"}


def test_what_may_lie_inside_unknown_money_is_said_to(tmp_path: Path) -> None:
    settings = publish(tmp_path, world(RIDDLE, year=2024), world(a_pot()))
    (told_,) = explain(settings, 2025, "2021", against=2024, lang="en")["recipients"]
    assert told_["change"]["pots"] == []
    assert {one["pot_id"]: one["reason"] for one in told_["change"]["not_told"]} == {
        "a-pot": "may in 2024 lie inside money whose rule is not known",
        "riddle": "the rule of 2024 is not known",
    }


def test_a_programme_without_a_year_before_is_said_to_have_none(tmp_path: Path) -> None:
    settings = publish(tmp_path, world(a_pot(), year=2024, programme="another"), world(a_pot()))
    (told_,) = explain(settings, 2025, "2021", against=2024, lang="en")["recipients"]
    assert told_["change"]["pots"] == []
    assert {(one["programme"], one["reason"]) for one in told_["change"]["not_told"]} == {
        ("a-programme", "the programme has no agreement in 2024"),
        ("another", "the programme has no agreement in 2025"),
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"year": 2031}, "2031 is not published"),
        ({"against": 2020}, "2020 is not published"),
        ({"against": 2025}, "not before 2025"),
        ({"lang": "fi"}, "--lang 'fi'"),
        ({"recipient": "Atlantis"}, "no recipient 'Atlantis' in 2025"),
    ],
)
def test_what_does_not_exist_is_refused(settings: Settings, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        explain(settings, **{"year": 2025, "recipient": "2021", **arguments})


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        explain(Settings(tmp_path, tmp_path / "out"), 2025, "2021")


def test_damaged_files_explain_nothing(settings: Settings) -> None:
    file = settings.out / "current" / "rules" / "rules_2025.parquet"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(DataRefused, match=r"rules_2025\.parquet: is missing or not what was published"):
        explain(settings, 2025, "2021")
    file.unlink()
    with pytest.raises(DataRefused, match="is missing"):
        explain(settings, 2025, "2021")
    (settings.out / "current" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataRefused, match="readable manifest"):
        explain(settings, 2025, "2021")


# --- the command ------------------------------------------------------------------------------------------------


def test_the_command_prints_for_people_and_machines(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRONVIS_OUT", str(settings.out))
    command(["2025", "2021", "--lang", "en"])
    assert capsys.readouterr().out.startswith("Place 2021 – municipality 2021, 2025\n")
    command(["2025", "20", "--type", "county", "--against", "2024", "--pot", "riddle", "--json"])
    result = json.loads(capsys.readouterr().out)
    assert result == explain(settings, 2025, "20", "riddle", "sv", 2024, COUNTY)


def test_the_command_reads_another_folder(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    command(["2025", "2021", "--out", str(settings.out)])
    assert "Place 2021" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2025"], "required: recipient"),
        (["now", "2021"], "invalid int value: 'now'"),
        (["2025", "2021", "--lang", "fi"], "invalid choice: 'fi'"),
        (["2025", "2021", "--type", "kommun"], "invalid choice: 'kommun'"),
    ],
)
def test_arguments_that_cannot_be_read_end_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        command(arguments)
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        command(["--help"])
    assert end.value.code == 0
    assert "Example: kronvis explain 2025" in capsys.readouterr().out


# --- on a terminal, and elsewhere ---------------------------------------------------------------------------------


def test_elsewhere_every_statement_is_a_line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    show(explain(settings, 2025, "2021", against=2024))
    out = plain(capsys.readouterr().out)
    assert "\x1b" not in out
    lines = out.splitlines()
    assert lines[0] == "Place 2021 – kommun 2021, 2025"
    assert "    1 000 · 1 / 7 = 142,85 → 143 kr" in lines
    assert "  Fördelas inte: En pott (a-programme, riddle)" in lines
    assert "    Anmärkning: Gåtfullt." in lines
    assert "  Från 2024 till 2025" in lines
    assert any(line.startswith("    Källa: A document, A publisher; utan känd adress") for line in lines)


def test_an_explanation_elsewhere_needs_neither_dagster_nor_rich(settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from pipelines.settings import Settings\n"
        "from pipelines.answers.explain import explain\n"
        "from pipelines.terminal.explain import show\n"
        f"show(explain(Settings(Path(), Path({str(settings.out)!r})), 2025, '2021'))\n"
        "heavy = {'dagster', 'pandera', 'pydantic', 'pyarrow', 'numpy', 'rich', 'typer'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "set()"


def on_a_terminal(out: Path, columns: int, **environment: str) -> str:
    """What `show` writes to a terminal of that width."""
    code = (
        "from pathlib import Path; from pipelines.settings import Settings\n"
        "from pipelines.answers.explain import explain\n"
        "from pipelines.terminal.explain import show\n"
        f"show(explain(Settings(Path(), Path({str(out)!r})), 2025, '2021'))"
    )
    terminal, end = pty.openpty()
    try:
        variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment}
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=end, env=variables, check=True)
        os.close(end)
        return _all_of(terminal)
    finally:
        os.close(terminal)


def _all_of(terminal: int) -> str:
    content = b""
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:
            return content.decode()
        content += part


def test_a_terminal_has_colour_unless_it_is_asked_not_to(settings: Settings) -> None:
    assert "\x1b[32m" in on_a_terminal(settings.out, 100)
    assert "\x1b[32m" not in on_a_terminal(settings.out, 100, NO_COLOR="1")


def test_a_narrow_terminal_gets_every_word(settings: Settings) -> None:
    narrow = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(settings.out, 40))
    assert max(len(line) for line in narrow.splitlines()) <= 40
    in_full = " ".join(line.strip() for line in narrow.splitlines())
    for words in ("142,85 → 143\u00a0kr", "Till närmaste krona: här uppåt.", "Nämnare: 7, sha256"):
        assert words in in_full
    assert "1\u00a0000\u00a0kr" in narrow, "an amount is not broken over two lines"
