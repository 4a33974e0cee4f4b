"""Start page, pages of the years, rankings, search: what they say is what the tables say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import polars as pl
import pytest

from assets.presentation.report.agreements import agreements, headline
from assets.presentation.report.flow import flow
from assets.presentation.report.overview import pages
from assets.presentation.report.page import Page
from assets.presentation.report.product import report
from assets.presentation.report.rendering import landing, render
from assets.presentation.report.search import script
from assets.storage.publishing import Contents
from schemas.tables.registry import TABLES
from tests.domain import DATA
from tests.published import Published

OUTLINES = DATA / "geography" / "outlines.json"


@pytest.fixture(scope="module")
def contents(history: Published) -> Contents:
    sha256 = {name: entry["sha256"] for name, entry in history.version.manifest["files"].items()}
    return Contents({name: history.table(name) for name in TABLES}, sha256, None)


@pytest.fixture(scope="module")
def by_path(contents: Contents) -> dict[str, Page]:
    return {page.path: page for page in pages(contents, OUTLINES)}


def _tree(page: Page, lang: Any = "sv") -> Any:
    return lxml.html.fromstring(render(page, page.view(lang), lang))


def a_pot(pot_id: str, kind: str, amount: int, status: str = "decided") -> dict[str, Any]:
    return {
        "pot_id": pot_id,
        "recipient_type": kind,
        "amount_sek": amount,
        "status": status,
        "name_sv": f"Pott {pot_id}",
        "name_en": f"Pot {pot_id}",
    }


def coverage(*rows: tuple[int, str, int, int]) -> dict[str, pl.DataFrame]:
    """Tables of made-up agreements: year, evidence, amount, total of the agreement; no figures to compare with."""
    told = [
        {
            "programme": "psykisk-halsa",
            "year": year,
            "evidence": evidence,
            "amount_sek": amount,
            "agreement_total_sek": all_,
        }
        for year, evidence, amount, all_ in rows
    ]
    tables = {name: TABLES[name].empty() for name in ("pots", "reconciliation")}
    return {**tables, "coverage": pl.DataFrame(told)}


def test_the_headline_is_the_latest_agreement_that_is_whole() -> None:
    rows = agreements(coverage((2024, "verified", 5, 5), (2025, "verified", 3, 5), (2025, "unknown", 2, 5)))
    assert [row["share"] for row in rows] == [0.6, 1.0]
    assert headline(rows)["year"] == 2024


def test_without_a_whole_agreement_the_headline_is_the_latest() -> None:
    rows = agreements(coverage((2024, "unknown", 5, 5), (2025, "unknown", 5, 5)))
    assert headline(rows)["year"] == 2025
    assert rows[0]["status"] == "not_computed"


def test_bands_are_as_broad_as_the_money_and_do_not_cross() -> None:
    drawn = flow(
        [a_pot("b", "region", 300), a_pot("a", "municipality", 100), a_pot("c", "region", 600, "not_computed")], "sv"
    )
    assert [pot["name"] for pot in drawn["pots"]] == ["Pott a", "Pott c", "Pott b"]
    heights = [pot["height"] for pot in drawn["pots"]]
    assert heights[1] / heights[0] == pytest.approx(6, rel=0.01)
    assert [(kind["kind"], kind["amount_sek"], kind["share"]) for kind in drawn["kinds"]] == [
        ("municipality", 100, 0.1),
        ("region", 900, 0.9),
    ]
    assert drawn["kinds"][1]["height"] == pytest.approx(heights[1] + heights[2])
    assert [band["known"] for band in drawn["kinds"][1]["bands"]] == [False, True]
    tops = [pot["y"] for pot in drawn["pots"]]
    assert tops == sorted(tops)
    assert drawn["pots"][-1]["y"] + drawn["pots"][-1]["height"] <= drawn["height"]


def test_a_year_without_rules_has_a_page_but_no_map_and_says_why(by_path: dict[str, Page]) -> None:
    assert "year/2021-municipalities.html" not in by_path
    tree = _tree(by_path["year/2021.html"])
    assert not tree.xpath("//figure[@class='map']")
    told = [" ".join(each.text_content().split()) for each in tree.xpath("//div[@class='maps']")]
    expected = "källorna säger inte vem som får 1\u00a0680\u00a0000\u00a0000\u00a0kr av överenskommelsen."
    assert len(told) == 2
    assert all(each.endswith(" ".join(expected.split())) for each in told)


def test_money_whose_split_is_unknown_is_told_from_money_without_recipient(by_path: dict[str, Page]) -> None:
    (section,) = by_path["year/2026.html"].view("en")["sections"]
    assert [(each["why_not"], each["amount_sek"]) for each in section["maps"]] == [
        ("no_split", 250_000_000),
        ("no_split", 493_000_000),
    ]


def test_a_programme_that_pays_regions_only_says_so(by_path: dict[str, Page]) -> None:
    sections = by_path["year/2022.html"].view("sv")["sections"]
    womens = next(section for section in sections if section["programme"] == "kvinnors-halsa")
    assert womens["maps"][0]["why_not"] == "no_money"
    # Split by population alone: the same per inhabitant everywhere, so nothing is coloured and nobody ranked.
    assert [measure["letter"] for measure in womens["maps"][1]["measures"]] == [None]
    assert not womens["regions"]["has_rank"]


def test_the_ranking_is_the_table(by_path: dict[str, Page], contents: Contents) -> None:
    table = _tree(by_path["year/2025-municipalities.html"], "en").xpath("//table")[0]
    shown = [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath("tbody/tr")]
    rows = (
        contents.tables["recipient_totals"]
        .filter(pl.col("year") == 2025, pl.col("recipient_type") == "municipality")
        .sort("rank_per_inhabitant", "recipient_code")
    )
    assert len(shown) == 290
    expected = rows.select("rank_per_inhabitant", "recipient_name", "amount_sek", "sek_per_inhabitant", "sek_per_child")
    for cells, (rank, name, amount, per_inhabitant, per_child) in zip(shown, expected.rows(), strict=True):
        assert [cells[0], cells[1], cells[3]] == [str(rank), name, f"{amount:,}"]
        assert cells[4:6] == [f"{per_inhabitant:,.2f}", f"{per_child:,.2f}"]


def test_areas_of_a_map_carry_the_class_that_the_legend_names(by_path: dict[str, Page], contents: Contents) -> None:
    (section,) = by_path["year/2025.html"].view("sv")["sections"]
    drawn = section["maps"][0]
    per_child = next(measure for measure in drawn["measures"] if measure["word"] == "per_child")
    position = drawn["measures"].index(per_child)
    for area in drawn["areas"]:
        number = next(int(each[1:]) for each in area["classes"].split() if each[0] == per_child["letter"])
        low, high, _ = per_child["classes"][number]
        assert low <= round(area["values"][position], 2) <= high, area["name"]
    orsa = next(area for area in drawn["areas"] if area["code"] == "2034")
    assert orsa["values"][position] == pytest.approx(245.396, abs=0.001)
    assert orsa["status"] == "decided"
    assert drawn["preliminary"] == 275


def test_a_change_is_told_in_per_cent_of_the_year_before(by_path: dict[str, Page]) -> None:
    (section,) = by_path["year/2017.html"].view("sv")["sections"]
    change = section["maps"][0]["measures"][-1]
    assert (change["word"], change["is_percent"]) == ("change", True)
    assert 21 < change["low"] < change["high"] < 30


def test_the_start_page_lists_every_agreement_with_its_verdicts(by_path: dict[str, Page], contents: Contents) -> None:
    view = by_path["index.html"].view("en")
    agreed = contents.tables["coverage"].select("programme", "year").unique().height
    assert len(view["agreements"]) == agreed
    assert (view["headline"]["year"], view["headline"]["agreed_sek"]) == (2025, 1_560_000_000)
    of_2025 = next(row for row in view["agreements"] if row["year"] == 2025)
    assert of_2025["verdicts"] == [["exact", 18], ["not_comparable", 4]]
    assert sum(pot["amount_sek"] for pot in view["split"]["pots"]) == 1_560_000_000


def test_every_page_keeps_below_its_size(by_path: dict[str, Page]) -> None:
    for page in by_path.values():
        assert len(render(page, page.view("sv"), "sv")) < 200_000, page.path


def _links(tree: Any) -> Iterator[str]:
    yield from (str(link) for link in tree.xpath("//a/@href | //link/@href | //script/@src"))


def test_every_link_leads_to_a_page_or_a_file_of_the_version(contents: Contents) -> None:
    """Links within the report lead to pages it has; links out of it to files of the version."""
    files = {path: body for part in report(contents, DATA).parts() for path, body in part.files().items()}
    years = sorted({row["year"] for row in agreements(contents.tables)})
    others = {"dictionary.md", *contents.sha256, *(f"csv/{name[:-8]}.csv" for name in contents.sha256)}
    others |= {f"workbooks/kronvis-{year}-{lang}.xlsx" for year in years for lang in ("sv", "en")}
    for path, body in files.items():
        if path.endswith(".html") and "/municipality/" not in path:
            for link in _links(lxml.html.fromstring(body)):
                if not link.startswith(("http://", "https://", "#")):
                    assert _target(path, link) in {*files, *others}, (path, link)


def _target(path: str, link: str) -> str:
    parts = list(Path(path).parts[:-1])
    for step in link.partition("#")[0].split("/"):
        if step == "..":
            parts.pop()
        else:
            parts.append(step)
    return "/".join(parts)


def test_search_knows_every_recipient_under_its_latest_name(contents: Contents) -> None:
    read = script(contents.tables["recipients"]).decode("ascii")
    known = json.loads(read.removeprefix("const KRONVIS = ").removesuffix(";\n"))
    assert len(known["places"]) == 290 + 21 + 21 + 1
    assert ["Orsa", "2034", 0] in known["places"]
    assert known["kinds"][2] == {"folder": "county", "sv": "län", "en": "county"}
    assert len({(code, kind) for _, code, kind in known["places"]}) == len(known["places"])


def test_a_name_cannot_end_the_script() -> None:
    recipients = pl.DataFrame(
        {
            "year": [2025, 2024],
            "recipient_type": ["municipality"] * 2,
            "recipient_code": ["0001"] * 2,
            "recipient_name": ['"];\u2028alert(1);//</script>', "Förr"],
        }
    )
    read = script(recipients).decode("ascii")
    assert read.count("\n") == 1
    assert json.loads(read[len("const KRONVIS = ") : -2])["places"] == [['"];\u2028alert(1);//</script>', "0001", 0]]


def test_the_page_above_the_languages_leads_to_both() -> None:
    tree = lxml.html.fromstring(landing())
    assert tree.xpath("//a/@href") == ["sv/index.html", "en/index.html"]
    assert tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=sv/index.html"]
