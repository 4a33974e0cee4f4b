"""The report in a browser, opened from disk: finding, reading, sorting, keyboard, themes, phones, accessibility."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenContext
from tests.published import Published

PAGES = (
    "index.html",
    "year/2025.html",
    "year/2024.html",
    "municipality/2034.html",
    "county/20.html",
    "reconciliation.html",
    "findings.html",
    "method.html",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 800}
NARROW = {"width": 360, "height": 740}


def _go(page: Page, folder: Path, place: str) -> None:
    page.goto((folder / place).as_uri())


def _text(part: Locator) -> str:
    return (part.text_content() or "").replace("\u00a0", " ").strip()


def _column(page: Page, heading: str) -> list[str]:
    """The texts of a column of the first table that sorts."""
    heads = [_text(head) for head in page.locator("table.sortable").first.locator("thead th").all()]
    texts = page.locator("table.sortable").first.locator(f"tbody td:nth-child({heads.index(heading) + 1})")
    return [text.replace("\u00a0", " ").strip() for text in texts.all_text_contents()]


def _ranked(history: Published, by: str) -> list[dict[str, Any]]:
    """The municipalities of 2025 from the highest, as the table has them."""
    rows = history.table("recipient_totals", 2025).filter(pl.col("recipient_type") == "municipality")
    return rows.sort(by, descending=True).to_dicts()


def test_from_a_name_to_the_formula(report_folder: Path, history: Published, open_context: OpenContext) -> None:
    page = open_context(viewport=DESKTOP).new_page()
    _go(page, report_folder, "index.html")
    page.wait_for_url("**/sv/index.html")

    page.get_by_role("combobox").fill("orsa")
    expect(page.get_by_role("option").first).to_have_text(re.compile("^Orsa"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sv/municipality/2034.html")

    orsa = next(row for row in _ranked(history, "sek_per_child") if row["recipient_code"] == "2034")
    assert round(orsa["sek_per_child"]) == 245
    main = _text(page.locator("main"))
    assert f"{orsa['amount_sek']:,} kr".replace(",", " ") in main
    assert f"{orsa['sek_per_child']:.2f}".replace(".", ",") in main

    page.get_by_role("link", name="In English").click()
    page.wait_for_url("**/en/municipality/2034.html")
    assert f"SEK {orsa['amount_sek']:,}" in _text(page.locator("main"))

    page.get_by_role("link", name="Start").first.click()
    page.get_by_role("link", name="All municipalities 2025").click()
    page.get_by_role("button", name="SEK per child").click()
    first = _ranked(history, "sek_per_child")[0]
    assert _column(page, "Name")[0] == first["recipient_name"]
    assert _column(page, "SEK per child")[0] == f"{first['sek_per_child']:,.2f}"

    page.get_by_role("link", name=first["recipient_name"], exact=True).click()
    page.get_by_role("link", name="Västerbottens län").first.click()
    page.wait_for_url("**/en/county/24.html")
    amount = history.table("county_overview", 2025).filter(pl.col("county_code") == "24")["total_sek"].item()
    assert f"SEK {amount:,}" in _text(page.locator("main"))
    assert "SEK" in _text(page.locator(".formula").first) or "/" in _text(page.locator(".formula").first)


def test_sorting_knows_numbers_swedish_and_the_way_back(
    report_folder: Path, history: Published, open_context: OpenContext
) -> None:
    page = open_context(viewport=DESKTOP).new_page()
    _go(page, report_folder, "sv/year/2025-municipalities.html")
    by_amount = [f"{row['amount_sek']:,}".replace(",", " ") for row in _ranked(history, "amount_sek")]
    button = page.get_by_role("button", name="Belopp, kr")
    button.click()
    assert _column(page, "Belopp, kr") == by_amount
    expect(page.get_by_role("columnheader", name="Belopp, kr")).to_have_attribute("aria-sort", "descending")
    button.click()
    assert _column(page, "Belopp, kr") == by_amount[::-1]

    page.get_by_role("button", name="Namn").click()
    names = _column(page, "Namn")
    alphabet = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzåäö")}
    initials = [alphabet[name[0].lower()] for name in names]
    assert initials == sorted(initials)
    assert names[-1].startswith("Ö")
    assert page.locator("th[aria-sort]").count() == 1


def test_search_by_keyboard_alone(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context(viewport=DESKTOP).new_page()
    _go(page, report_folder, "en/year/2025.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    field = page.get_by_role("combobox")
    for _ in range(8):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()

    page.keyboard.type("jamt")
    expect(page.get_by_role("option")).to_have_text(
        [re.compile("^Region Jämtland"), re.compile("^Jämtlands län")][::-1]
    )
    expect(page.locator("#hits-count")).to_have_text("2 matches")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "hit-0")
    expect(page.locator("#hit-0")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/county/23.html")


def test_dots_and_rings_may_be_left_out_but_count_when_typed(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context().new_page()
    _go(page, report_folder, "sv/index.html")
    for typed, first in (
        ("gö", "Götene"),
        ("go", "Gotland"),
        ("gotene", "Götene"),
        ("Östra", "Östra Göinge"),
        ("2080", "Falun"),
        ("skr", "Sv"),
    ):
        page.get_by_role("combobox").fill(typed)
        expect(page.get_by_role("option").first).to_have_text(re.compile(f"^{first}"))


def test_a_name_that_nobody_has_is_said_to_be_nobodys(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context().new_page()
    _go(page, report_folder, "sv/index.html")
    page.get_by_role("combobox").fill("<b>xyz")
    expect(page.locator("#hits-count")).to_have_text("Ingen träff")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    assert page.url.endswith("/sv/index.html")


def test_the_map_shows_the_measure_that_is_chosen(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context(viewport=DESKTOP).new_page()
    _go(page, report_folder, "sv/year/2025.html")
    municipalities = page.locator(".maps").first
    # A municipality with few children for its people, so that the choice is seen.
    link = municipalities.locator("a:has(.p3.q2)").first
    area, number = link.locator("path"), {"p": 3, "q": 2}
    place = (link.get_attribute("href") or "").rpartition("/")[2]
    for letter, measure in (("p", "Kronor per invånare"), ("q", "Kronor per barn 0–18 år")):
        municipalities.get_by_label(measure).check()
        swatch = municipalities.locator(f".legend.{letter} .k{number[letter]}")
        expect(swatch).to_be_visible()
        expect(area).to_have_css("fill", swatch.evaluate("swatch => getComputedStyle(swatch).backgroundColor"))
    expect(municipalities.locator(".legend.p")).to_be_hidden()
    area.click()
    page.wait_for_url(f"**/sv/municipality/{place}")


def test_the_theme_is_the_readers_choice_and_stays(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context(color_scheme="light").new_page()
    _go(page, report_folder, "sv/index.html")
    light = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    page.get_by_role("button", name="Ljust eller mörkt").click()
    expect(page.locator("body")).not_to_have_css("background-color", light)
    page.get_by_role("link", name="Metod").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Ljust eller mörkt").click()
    expect(page.locator("body")).to_have_css("background-color", light)


def test_without_scripts_all_but_search_sorting_and_theme_is_there(
    report_folder: Path, open_context: OpenContext
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    _go(page, report_folder, "sv/year/2025.html")
    for hidden in (".search", ".theme", ".hint"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("th button").count() == 0
    municipalities = page.locator(".maps").first
    municipalities.get_by_label("Kronor per barn 0–18 år").check()
    expect(municipalities.locator(".legend.q")).to_be_visible()
    page.get_by_role("link", name="Alla kommuner 2025").click()
    expect(page.locator("tbody tr")).to_have_count(290)


def test_on_paper_there_is_no_navigation(report_folder: Path, open_context: OpenContext) -> None:
    page = open_context(color_scheme="dark").new_page()
    page.emulate_media(media="print")
    _go(page, report_folder, "sv/year/2025.html")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".crumbs")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_no_page_scrolls_sideways_on_a_phone(report_folder: Path, open_context: OpenContext, lang: str) -> None:
    page = open_context(viewport=NARROW).new_page()
    for place in (*PAGES, "year/2025-municipalities.html", "region/20.html", "national/skr.html"):
        _go(page, report_folder, f"{lang}/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], place


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(
    report_folder: Path, open_context: OpenContext, scheme: str, viewport: dict[str, int]
) -> None:
    """No serious or critical finding of axe; the theme changes colours only, so dark is held against that rule alone.

    axe's own reading of our style sheets (`preload`) would break our policy.
    """
    options = {"preload": False, "resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]
    page = open_context(viewport=viewport, color_scheme=scheme).new_page()
    for place in PAGES:
        _go(page, report_folder, f"sv/{place}")
        found = Axe().run(page, options=options).response["violations"]
        grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}]
        assert grave == [], place


def test_a_page_runs_no_script_but_its_own(report_folder: Path, browser: Browser) -> None:
    """The content security policy holds from disk too: what slipped into a page would not run."""
    context = browser.new_context()
    page = context.new_page()
    _go(page, report_folder, "sv/index.html")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.slipped = true'}))"
    )
    assert page.evaluate("window.slipped") is None
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
    context.close()
