"""The report of the whole history on disk, and a browser that opens it from there."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assets.presentation.report.product import report
from assets.storage.products import bring_products
from assets.storage.publishing import Contents
from schemas.tables.registry import TABLES
from tests.domain import DATA
from tests.published import Published

# A container has no user namespaces for the sandbox; what is opened is our own. The rest keeps the browser quiet.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def report_folder(history: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `report` as publishing writes it."""
    sha256 = {name: entry["sha256"] for name, entry in history.version.manifest["files"].items()}
    contents = Contents({name: history.table(name) for name in TABLES}, sha256, None)
    version = tmp_path_factory.mktemp("version")
    bring_products([report(contents, DATA)], version, None, {})
    return version / "report"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as installed here: `chromium` on the path, or what CHROMIUM names."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium: install `chromium`, or set CHROMIUM to the program")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Opens contexts; afterwards none of them may have asked the network or written an error to the console."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type != "log" else None)

    def opened(**options: object) -> BrowserContext:
        context = browser.new_context(**{"locale": "sv-SE", "reduced_motion": "reduce", **options})  # type: ignore[arg-type] # as given
        context.on("page", listen)
        context.on("request", lambda sent: None if sent.url.startswith("file:") else wrong.append(sent.url))
        context.on("requestfailed", lambda sent: wrong.append(f"not found: {sent.url}"))
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
