"""Pages of recipients and counties: figures are the tables', what is not known is said, hostile text is harmless."""

import html
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any, Final, get_args

import polars as pl
import pytest

from assets.presentation.report import counties, recipients
from assets.presentation.report.amounts import path_of, swedish
from assets.presentation.report.names import web_address
from assets.presentation.report.outside import made_harmless
from assets.presentation.report.page import Page
from assets.presentation.report.rendering import render
from assets.reporting.explaining.wording import money
from assets.storage.publishing import Contents
from pipelines.answers.explain import explain
from schemas.tables.registry import TABLES
from schemas.text import Language
from schemas.vocabulary import COUNTY, MUNICIPALITY, NATIONAL, REGION, UNKNOWN
from tests.published import ALL_YEARS, Published

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
PRELIMINARY_WORD: Final = {"sv": "preliminärt", "en": "preliminary"}
ORSA, FALUN, STOCKHOLM = "municipality/2034.html", "municipality/2080.html", "municipality/0180.html"
SAMPLE: Final = (
    *(ORSA, FALUN, STOCKHOLM, "municipality/0980.html", "region/09.html", "region/20.html"),
    *("county/09.html", "county/20.html", "county/01.html", "county/14.html", "national/skr.html"),
)
LARGEST_PAGE: Final = 200_000


@dataclass(frozen=True)
class Report:
    """The pages of recipients and counties, and the tables that they are made from."""

    contents: Contents
    pages: Mapping[str, Page]

    def view(self, path: str, lang: Language = "sv") -> dict[str, Any]:
        return self.pages[path].view(lang)

    def html(self, path: str, lang: Language = "sv") -> str:
        return render(self.pages[path], self.view(path, lang), lang).decode()

    def table(self, name: str) -> pl.DataFrame:
        return self.contents.tables[name]


def report_of(contents: Contents) -> Report:
    contents = replace(contents, tables=made_harmless(contents.tables))
    made = [*recipients.pages(contents), *counties.pages(contents)]
    assert len({page.path for page in made}) == len(made), "a page is there once"
    return Report(contents, {page.path: page for page in made})


@pytest.fixture(scope="module")
def contents(history: Published) -> Contents:
    hashes = {name: entry["sha256"] for name, entry in history.version.manifest["files"].items()}
    return Contents({name: history.table(name) for name in TABLES}, hashes, None)


@pytest.fixture(scope="module")
def report(contents: Contents) -> Report:
    return report_of(contents)


@pytest.fixture(scope="module")
def rendered(report: Report) -> dict[tuple[Language, str], str]:
    """All pages in both languages."""
    return {(lang, path): report.html(path, lang) for lang in LANGUAGES for path in report.pages}


def only_years(contents: Contents, *years: int) -> Contents:
    """The same version with fewer years."""
    kept = {name: frame.filter(pl.col("year").is_in(years)) for name, frame in contents.tables.items()}
    endings = tuple(f"_{year}.parquet" for year in years)
    return Contents(kept, {name: sha for name, sha in contents.sha256.items() if name.endswith(endings)}, None)


# --- reading a page --------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """The lines of a page: the text of every row, heading and big figure; and its links and ids."""

    LINES: Final = ("tr", "h3", "li", "dd")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self._open: list[str] = []
        self._is_main = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self._is_main = self._is_main or tag == "main"
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a" and self._is_main:
            self.links.append(given)
        if tag in self.LINES or given.get("class") == "big":
            self._open.append(tag)
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._is_main = False
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.lines[-1] += data


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


def text_of(page: str) -> str:
    """The words of a page, with single plain spaces."""
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" ([.,:;)])", r"\1", words)


# --- who has a page --------------------------------------------------------------------------------------------


def test_everybody_who_was_a_recipient_in_any_year_has_a_page(report: Report) -> None:
    rows = report.table("recipients").select("recipient_type", "recipient_code").unique().rows()
    assert set(report.pages) == {path_of(kind, code) for kind, code in rows}
    assert {"municipality/2080.html", "region/20.html", "county/20.html", "national/skr.html"} < set(report.pages)


def test_who_is_gone_keeps_the_page_and_the_name(contents: Contents) -> None:
    gone = (pl.col("recipient_type") == MUNICIPALITY) & (pl.col("recipient_code") == "2034") & (pl.col("year") > 2019)
    tables = dict(contents.tables)
    for name in ("recipients", "allocations", "recipient_totals", "forecast"):
        tables[name] = tables[name].filter(~gone)
    view = report_of(replace(contents, tables=tables)).view(ORSA)
    assert (view["name"], view["blocks"][0]["year"]) == ("Orsa", 2019)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_views_are_plain_data_with_a_head(report: Report, lang: Language) -> None:
    for path, page in report.pages.items():
        view = page.view(lang)
        assert json.loads(json.dumps({**view, "crumbs": None})) == {**view, "crumbs": None}, path
        assert view["title"]
        assert view["description"]
        assert view["crumbs"][0][1] == "index.html"
        assert view["crumbs"][-1] == (view["name"], None)


# --- figures are those of the tables ---------------------------------------------------------------------------


def test_amounts_pots_and_years_add_up_to_the_totals_of_everybody(report: Report) -> None:
    totals = {
        (path_of(row["recipient_type"], row["recipient_code"]), row["programme"], row["year"]): row
        for row in report.table("recipient_totals").to_dicts()
    }
    latest: dict[tuple[str, str], int] = {}
    for path, programme, year in totals:
        latest[path, programme] = max(year, latest.get((path, programme), 0))
    seen = 0
    for path in report.pages:
        view = report.view(path)
        assert {(one["programme"], one["year"]) for one in view["blocks"]} == {
            (programme, year) for (where, programme), year in latest.items() if where == path
        }
        for block in view["blocks"]:
            total = totals[path, block["programme"], block["year"]]
            assert (block["amount_sek"], block["status"]) == (total["amount_sek"], total["status"])
            assert sum(pot["amount_sek"] for pot in block["pots"]) == total["amount_sek"]
        by_year: dict[tuple[str, int], int] = {}
        for row in view["years"]:
            if row["not_split"] is None:
                assert row["base_sek"] + row["variable_sek"] == row["amount_sek"]
                key = (row["programme"], row["year"])
                by_year[key] = by_year.get(key, 0) + row["amount_sek"]
        assert by_year == {key[1:]: row["amount_sek"] for key, row in totals.items() if key[0] == path}
        bars = {
            (one["programme"], bar["year"]): bar["amount_sek"]
            for one in view["bars"]
            for bar in one["years"]
            if bar["amount_sek"] is not None
        }
        assert bars == by_year
        seen += len(by_year)
    assert seen == len(totals) > 2_000


def test_orsa_2025_is_on_the_page_in_both_languages(report: Report) -> None:
    swedish_page, english_page = (text_of(report.html(ORSA, lang)) for lang in LANGUAGES)
    for words in ("305 518 kr", "44,27", "245,40", "kommunerna i Dalarnas län: 135,54", "alla 290 kommuner: 110,36"):
        assert words in swedish_page
    assert "SEK 305,518" in english_page
    assert "245.40" in english_page
    assert "Plats 35 av 290 kommuner" in swedish_page


def test_figures_per_head_are_weighted_and_bars_are_as_long_as_the_largest(report: Report) -> None:
    totals = report.table("recipient_totals").filter(recipient_type=MUNICIPALITY, year=2025)
    dalarna = totals.filter(county_code="20")
    per_inhabitant, per_child = report.view(ORSA)["blocks"][0]["rates"]
    for rate, people in ((per_inhabitant, "population"), (per_child, "children")):
        for value, frame in zip(rate["values"], (totals.filter(recipient_code="2034"), dalarna, totals), strict=True):
            assert value["value"] == float(Fraction(sum(frame["amount_sek"].to_list()), sum(frame[people].to_list())))
        assert rate["largest"] == max(value["value"] for value in rate["values"])
    own = totals.row(by_predicate=pl.col("recipient_code") == "2034", named=True)
    better = totals.filter(pl.col("sek_per_child") > own["sek_per_child"])
    assert f"Plats {better.height + 1} av 290" in per_child["rank"]


def test_places_are_not_told_where_all_get_the_same_per_head(report: Report) -> None:
    per_inhabitant, per_child = report.view("region/20.html")["blocks"][0]["rates"]
    assert per_inhabitant["rank"] == "Lika för alla 21 regioner, på öret när."
    assert per_child["rank"].startswith("Plats ")


@pytest.mark.parametrize("code", ["01", "09", "14", "20"])
def test_a_county_is_the_sum_of_its_parts(report: Report, code: str) -> None:
    view = report.view(f"county/{code}.html")
    overview = report.table("county_overview").filter(county_code=code)
    assert len(view["overview"]) == overview.height
    for money_of in view["money"]:
        row = overview.row(
            by_predicate=(pl.col("programme") == money_of["programme"]) & (pl.col("year") == money_of["year"]),
            named=True,
        )
        assert (
            sum(level["amount_sek"] or 0 for level in money_of["levels"]) == money_of["total_sek"] == row["total_sek"]
        )
    listed = view["municipalities"]
    assert [row["name"] for row in listed["rows"]] == sorted((row["name"] for row in listed["rows"]), key=swedish)
    assert sum(row["amount_sek"] for row in listed["rows"]) == listed["sum_sek"]
    in_table = overview.filter(year=listed["year"], programme=listed["programme"])
    assert in_table["municipality_sek"].to_list() == [listed["sum_sek"]]
    assert {row["path"] for row in listed["rows"]} < set(report.pages)


def test_causes_add_up_to_the_change_of_every_pot_and_of_their_sum(report: Report) -> None:
    seen = 0
    for path in report.pages:
        for block in report.view(path)["blocks"]:
            causes = block["change"]["causes"]
            told = [*causes["pots"], *([causes["sum"]] if causes["sum"] else [])]
            for one in told:
                assert sum(cause["sek"] for cause in one["causes"]) == one["change_sek"]
                seen += 1
            if block["change"]["change_sek"] is not None:
                assert sum(pot["change_sek"] for pot in causes["pots"]) == block["change"]["change_sek"]
            else:
                assert block["change"]["reason"], path
    assert seen > 50


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("path", "year", "who"), [(FALUN, 2025, "Falun"), ("county/20.html", 2025, "Dalarnas län")])
def test_the_page_says_what_the_command_says(
    history: Published, report: Report, path: str, year: int, who: str, lang: Language
) -> None:
    (told,) = explain(history.settings, year, who, lang=lang)["recipients"]
    (block,) = (one for one in report.view(path, lang)["blocks"] if one["year"] == year)
    for shown, pot in zip(block["pots"], told["pots"], strict=True):
        for name in ("name", "sentence", "formula", "preliminary", "status"):
            assert shown[name] == pot[name]
        assert shown["rounding"] == pot["rounding"]["text"]
        assert pot["formula"] in html.unescape(report.html(path, lang))


# --- how sure it is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", SAMPLE)
def test_a_preliminary_amount_is_never_without_its_word(report: Report, path: str, lang: Language) -> None:
    view, page = report.view(path, lang), report.html(path, lang)
    amounts = [row["amount_sek"] for row in view["years"] if row.get("status") == "preliminary"]
    amounts += [pot["amount_sek"] for one in view["blocks"] for pot in one["pots"] if pot["status"] == "preliminary"]
    amounts += [one["amount_sek"] for one in view["blocks"] if one["status"] == "preliminary"]
    amounts += [one["total_sek"] for one in view.get("money", []) if one["status"] == "preliminary"]
    amounts += [row["total_sek"] for row in view.get("overview", []) if row["status"] == "preliminary"]
    if view.get("municipalities"):
        amounts += [row["amount_sek"] for row in view["municipalities"]["rows"] if row["status"] == "preliminary"]
    lines = [*read(page).lines, view["description"]]
    shown = [(amount, line) for amount in amounts for line in lines if money(amount, lang) in line]
    # What a later year is compared with, and what a forecast is, have words of their own beside them.
    without = [line for _, line in shown if PRELIMINARY_WORD[lang] not in line]
    assert not without
    assert len({amount for amount, _ in shown}) == len(set(amounts)), "every preliminary amount is found on the page"
    if any(one["status"] == "preliminary" for one in view["blocks"]):
        assert any(" ".join(told.split()) in text_of(page) for one in view["blocks"] for told in one["status_told"])


def test_figures_made_from_a_preliminary_amount_say_so(report: Report) -> None:
    big = [line for line in read(report.html(STOCKHOLM)).lines if "16,71" in line or "85,78" in line]
    assert big
    assert all("preliminärt" in line for line in big)
    assert "preliminärt" not in next(line for line in read(report.html(ORSA)).lines if "245,40" in line)


def test_pots_without_a_rule_are_named_and_never_zero(report: Report) -> None:
    unknown = report.table("rules").filter(pl.col("rule") == UNKNOWN)
    for path, kind in ((FALUN, MUNICIPALITY), ("region/20.html", REGION), ("national/skr.html", NATIONAL)):
        view = report.view(path)
        concerned = unknown.filter(pl.col("recipient_type").is_in([kind, UNKNOWN]))
        told = [(row["programme"], row["year"], row["pot"]) for row in view["years"] if row["not_split"]]
        assert sorted(told) == sorted(concerned.select("programme", "year", "name_sv").rows())
        shown = text_of(report.html(path))
        for row in view["years"]:
            if row["not_split"]:
                assert " ".join(row["not_split"].split()) in shown
        assert all(bar["amount_sek"] != 0 for one in view["bars"] for bar in one["years"])
        gaps = {bar["year"]: bar["note"] for one in view["bars"] for bar in one["years"] if bar["amount_sek"] is None}
        assert gaps[2021] == "inte fördelat: regeln är inte känd"
        assert all(gaps.values())


def test_a_part_is_said_to_be_a_part(report: Report) -> None:
    view = report.view("region/20.html")
    (womens_health,) = (one for one in view["blocks"] if one["programme"] == "kvinnors-halsa")
    assert not womens_health["is_complete"]
    assert "Landsbygdssatsning" in womens_health["not_split"][0]
    page = text_of(report.html("region/20.html"))
    assert "Delsumma: en del av pengarna till detta slag av mottagare har ingen känd regel." in page


def test_what_is_not_known_of_the_change_is_told(report: Report) -> None:
    change = report.view(ORSA)["blocks"][0]["change"]
    assert change["change_sek"] is None
    assert change["reason"] == "en del av pengarna 2024 har ingen känd regel"
    assert {(one["name"], one["year"]) for one in change["causes"]["not_told"]} >= {("Ej identifierad rest", 2024)}
    skr = report.view("national/skr.html", "en")["blocks"]
    assert [(one["year"], one["change"]["change_sek"]) for one in skr] == [(2026, 0), (2024, None)]
    assert skr[1]["change"]["reason"] == "the agreement before that is on hand is that of 2022, not of the year before"


def test_a_newer_agreement_without_a_split_is_told_with_the_way_to_the_forecast(report: Report) -> None:
    (newer,) = report.view(ORSA)["blocks"][0]["newer"]
    assert newer["year"] == 2026
    assert newer["has_forecast"]
    assert report.view("national/skr.html")["blocks"][0]["newer"] == []


def test_a_forecast_is_never_among_the_decided(report: Report) -> None:
    view = report.view(ORSA)
    table = report.table("forecast").filter("is_main_candidate", recipient_code="2034", recipient_type=MUNICIPALITY)
    assert [one["amount_sek"] for one in view["forecasts"]] == table.sort("target_year")["amount_sek"].to_list()
    assert all(one["amount_low_sek"] <= one["amount_sek"] <= one["amount_high_sek"] for one in view["forecasts"])
    years_with_amounts = {row["year"] for row in view["years"] if row["not_split"] is None}
    assert not years_with_amounts & {one["target_year"] for one in view["forecasts"]}
    forecast_lines = [line for line in read(report.html(ORSA)).lines if money(305_525, "sv") in line]
    assert view["forecasts"][0]["amount_sek"] == 305_525
    assert forecast_lines
    assert all("prognos" in line for line in forecast_lines)


def test_a_forecast_of_several_pots_is_their_sum(report: Report) -> None:
    table = report.table("forecast").filter("is_main_candidate", recipient_code="20", recipient_type=COUNTY)
    sums = table.group_by("target_year").agg(pl.col("amount_sek", "amount_low_sek").sum()).sort("target_year")
    shown = report.view("county/20.html")["forecasts"]
    assert [(one["target_year"], one["amount_sek"], one["amount_low_sek"]) for one in shown] == sums.rows()


def test_deadlines_come_from_the_year_shown_on_and_unknown_ones_say_so(report: Report) -> None:
    view = report.view(ORSA)
    assert [one["year"] for one in view["deadlines"]] == [2026, 2025]
    newest = {day["kind"]: day["date"] for day in view["deadlines"][0]["days"]}
    assert newest == {"requisition": "2026-12-01", "report": "2027-03-31", "repayment": None}
    page = text_of(report.html(ORSA))
    assert "1 december 2026" in page
    assert "okänt: ingen källa säger någon dag" in page
    assert 'id="deadlines"' not in report.html("national/skr.html"), "SKR claims and reports nothing"


# --- counties --------------------------------------------------------------------------------------------------


def test_levels_without_an_amount_say_why(report: Report) -> None:
    rows = {(row["programme"], row["year"]): row for row in report.view("county/20.html")["overview"]}
    assert rows["psykisk-halsa", 2024]["municipality_sek"] is None
    assert rows["psykisk-halsa", 2024]["why_none"]["municipality_sek"] == "inte beräknat"
    assert rows["kvinnors-halsa", 2024]["why_none"]["municipality_sek"] == "ingen pott"


def test_what_became_of_the_county_joint_money(report: Report) -> None:
    dalarna, stockholm = (report.view(f"county/{code}.html") for code in ("20", "01"))
    assert [row["reported_sek"] for row in dalarna["follow_up"]] == [
        row["reported_sek"] for row in reversed(report.table("follow_up").sort("pot_id").to_dicts())
    ]
    assert len(dalarna["findings"]) == 6
    codes = set(report.table("rules")["pot_id"])
    for finding in dalarna["findings"]:
        assert not [code for code in codes if code in finding["message"]], "names, not codes"
    onward = stockholm["onward"]
    assert sum(row["amount_sek"] or 0 for row in onward) == report.table("sub_allocations")["amount_sek"].sum() > 0
    assert "inte beräknat" in text_of(report.html("county/01.html"))
    assert "onward" not in read(report.html("county/20.html")).ids
    assert "follow-up" not in read(report.html("county/01.html")).ids


def test_swedish_letters_come_last_in_their_order() -> None:
    names = ["Örebro", "Ängelholm", "Zinkgruvan", "Åre", "Orsa", "Älvdalen", "arboga"]
    assert sorted(names, key=swedish) == ["arboga", "Orsa", "Zinkgruvan", "Åre", "Älvdalen", "Ängelholm", "Örebro"]


# --- links, sizes, editions ------------------------------------------------------------------------------------


def test_every_link_of_every_page_leads_somewhere(report: Report, rendered: dict[tuple[Language, str], str]) -> None:
    files = set(report.contents.sha256)
    files |= {f"csv/{name.removesuffix('.parquet')}.csv" for name in files}
    files |= {f"workbooks/kronvis-{year}-{one}.xlsx" for year in ALL_YEARS for one in LANGUAGES}
    others = {"method.html"}
    for (lang, path), written in rendered.items():
        page = read(written)
        for link in page.links:
            href = str(link["href"])
            if href.startswith(("http://", "https://")):
                assert link.get("rel") == "noopener"
            elif href.startswith("#"):
                assert href[1:] in page.ids, (path, href)
            else:
                target = posixpath.normpath(posixpath.join(f"report/{lang}", posixpath.dirname(path), href))
                known = target.removeprefix(f"report/{lang}/")
                assert known in report.pages or known in others or target in files, (path, href)


def test_no_page_is_heavy(rendered: dict[tuple[Language, str], str]) -> None:
    sizes = sorted(len(page.encode()) for page in rendered.values())
    assert sizes[-1] < LARGEST_PAGE
    assert sizes[len(sizes) // 2] < 60_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codes_and_checksums_are_only_in_what_is_folded_away(report: Report, lang: Language) -> None:
    codes = set(report.table("rules")["pot_id"]) | set(report.table("sources")["source_id"])
    for path in SAMPLE:
        body = re.sub(r"<details>.*?</details>", "", report.html(path, lang), flags=re.DOTALL)
        text = text_of(body.partition("<main")[2])
        assert not re.search(r"[0-9a-f]{64}", text)
        assert not [code for code in codes if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text)], path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_edition_without_any_amount_says_so(contents: Contents, lang: Language) -> None:
    report = report_of(only_years(contents, 2021))
    for path in (ORSA, "region/20.html", "county/20.html", "national/skr.html"):
        shown = text_of(report.html(path, lang))
        assert re.search("1.680.000.000", shown), "the money without a rule is named"
    assert ("Inget belopp är beräknat" if lang == "sv" else "No amount is computed") in text_of(report.html(ORSA, lang))


@pytest.mark.parametrize("year", ALL_YEARS)
def test_one_year_alone_makes_pages(contents: Contents, year: int) -> None:
    report = report_of(only_years(contents, year))
    for path in SAMPLE:
        assert "</html>" in report.html(path)
    for block in report.view("county/20.html")["blocks"]:
        assert block["change"]["causes"] is None
        assert block["change"]["change_sek"] is not None or "ingen tidigare" in block["change"]["reason"]


# --- hostile text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//example.org/x",
        "https:",
        "https:///x",
        "file:///etc/passwd",
        "https://exa\u202emple.org",
        "https://[broken",
        "https://example.org/" + "x" * 10_000,
        "",
        None,
    ],
)
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    "url", ["https://skr.se/a?b=1&c=2", "http://www.vastkom.se/å", "https://studylibsv.com/%C3%B6"]
)
def test_web_addresses_are_links(url: str) -> None:
    assert web_address(url) == url


HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK(1)",
    "\u202eOrsa\u202c",
    "{{ 7 * 7 }} {year}",
    "Orsa" * 2_500,
)


def hostile_report(contents: Contents, text: str, url: str = "javascript:alert(1)") -> Report:
    """The report with `text` as the name of Orsa, as title, publisher and note of all sources and as county notes."""
    tables = dict(contents.tables)
    orsa = (pl.col("recipient_type") == MUNICIPALITY) & (pl.col("recipient_code") == "2034")
    named = pl.when(orsa).then(pl.lit(text)).otherwise("recipient_name").alias("recipient_name")
    for name in ("recipients", "allocations", "recipient_totals"):
        tables[name] = tables[name].with_columns(named)
    said, address = pl.lit(text), pl.lit(url)
    tables["sources"] = tables["sources"].with_columns(title=said, publisher=said, url=address)
    tables["deadlines"] = tables["deadlines"].with_columns(source_title=said, note_sv=said, note_en=said, url=address)
    tables["sub_allocations"] = tables["sub_allocations"].with_columns(part_name_sv=said, note_sv=said)
    tables["follow_up_findings"] = tables["follow_up_findings"].with_columns(message_sv=said, message_en=said)
    return report_of(replace(contents, tables=tables))


def test_hostile_text_is_harmless(contents: Contents) -> None:
    tags = {path: read(report_of(contents).html(path)).tags for path in (ORSA, "county/20.html", "county/01.html")}
    for text in HOSTILE:
        report = hostile_report(contents, text)
        for path, usual in tags.items():
            for lang in LANGUAGES:
                page = report.html(path, lang)
                found = read(page)
                assert len(page.encode()) < LARGEST_PAGE, (text[:20], path)
                assert found.tags.count("script") == usual.count("script"), "no element is added"
                assert "img" not in found.tags
                assert "\u202e" not in page
                assert not [link for link in found.links if "alert" in str(link["href"])]
        shown = text_of(report.html(ORSA))
        assert "49" not in shown.partition("{{")[2][:8]
        if len(text) < 100 and "\u202e" not in text:
            assert html.escape(text) in report.html(ORSA).replace("&#34;", "&quot;"), "it is shown as text"


def test_a_source_without_a_safe_address_says_that_none_is_known(contents: Contents) -> None:
    page = text_of(hostile_report(contents, "A title").html(ORSA))
    assert "A title, A title (ingen känd adress)" in page
