"""The documentation site in Chromium, from disk: it asks no network, its search works, and it fits a telephone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenContext

PAGES = [
    "index",
    "tutorial/first-run",
    "how-to/operate",
    "reference/data-dictionary",
    "reference/commands",
    "explanation/quality",
    "sv/index",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_telephone(site: Path, open_context: OpenContext, scheme: str) -> None:
    page = open_context(viewport={"width": 390, "height": 844}, color_scheme=scheme).new_page()
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        expect(page.locator("article h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        body = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
        )
        assert (sum(body) > 3 * 127) == (scheme == "light"), (name, body)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_pages_keep_the_rules_of_accessibility(site: Path, open_context: OpenContext, scheme: str, width: int) -> None:
    page = open_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    for name in ("index", "tutorial/first-run", "how-to/read-a-document", "explanation/quality", "sv/index"):
        page.goto((site / f"{name}.html").as_uri())
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(name, one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.locator("article h1").evaluate("heading => heading.closest('[lang]').lang") == "sv"


def test_the_search_finds_a_word_from_disk(site: Path, open_context: OpenContext) -> None:
    page = open_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto((site / "explanation/exact-money.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("KRONVIS_WAIT_SECONDS")
    found = page.get_by_text("What is published, and where")
    expect(found).to_be_visible()
    leads_to = found.locator("xpath=ancestor::a").evaluate("link => link.href")
    assert leads_to.startswith((site / "reference/configuration.html").as_uri())
