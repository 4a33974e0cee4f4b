"""The documentation site: it builds without a warning, loads nothing from elsewhere, and every page can be reached."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from lxml import html
from markdown_it import MarkdownIt

from tests.documentation import build_site, copy_of_sources
from tests.domain import ROOT

DOCS: Final = ROOT / "docs"
PAGES: Final = sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))
# Attributes by which a page makes the browser fetch something by itself.
LOADING: Final = (
    "//script/@src | //img/@src | //img/@srcset | //source/@src | //source/@srcset | //iframe/@src | //object/@data | "
    "//embed/@src | //video/@src | //video/@poster | //audio/@src | //use/@href | //form/@action | "
    "//link[not(contains(' canonical alternate prev next author ', concat(' ', @rel, ' ')))]/@href"
)
ELSEWHERE: Final = re.compile(r"(?i)^\s*(?:[a-z][a-z0-9+.-]*:)?//")


def _navigation(entry: Any) -> Iterator[str]:
    match entry:
        case str():
            yield entry
        case list() | dict():
            for part in entry.values() if isinstance(entry, dict) else entry:
                yield from _navigation(part)


def test_every_page_is_in_the_navigation_once() -> None:
    named = list(_navigation(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    assert sorted(named) == PAGES


def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    sources = copy_of_sources(tmp_path)
    for broken in ("[x](nowhere.md)", "[x](how-to/operate.md#nowhere)"):
        (sources / "docs/index.md").write_text(f"# Start\n\n{broken}\n", encoding="utf-8")
        assert build_site(sources).returncode != 0, broken
    (sources / "docs/index.md").write_text("# Start\n\n[x](how-to/operate.md#monitoring)\n", encoding="utf-8")
    assert build_site(sources).returncode == 0


def test_every_page_is_built_and_nothing_else(site: Path) -> None:
    built = {str(page.relative_to(site).with_suffix(".md")) for page in site.rglob("*.html")}
    assert built - {"404.md"} == set(PAGES)
    assert list(site.rglob("*.py")) == [site / "notebooks/three_questions.py"]


@pytest.mark.parametrize("name", [*PAGES, "404.md"])
def test_a_page_loads_nothing_from_elsewhere(site: Path, name: str) -> None:
    tree = html.parse(str((site / name).with_suffix(".html")))
    loaded = tree.xpath(LOADING)
    assert any(address.endswith(".css") for address in loaded)
    assert [address for address in loaded if ELSEWHERE.match(address)] == []
    styles = " ".join([*tree.xpath("//style/text()"), *tree.xpath("//@style")])
    assert "http" not in styles
    assert "@import" not in styles


def test_style_sheets_load_nothing_from_elsewhere(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert len(sheets) >= 2
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        addresses = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
        assert [one for one in addresses if ELSEWHERE.match("".join(one))] == [], sheet


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(site: Path, name: str) -> None:
    page = (site / name).with_suffix(".html")
    for address in html.parse(str(page)).xpath("//a/@href"):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            assert parts.scheme in {"http", "https"}, address
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), address
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in html.parse(str(target)).xpath("//@id"), address


@pytest.mark.parametrize("name", PAGES)
def test_the_site_shows_what_a_markdown_reader_shows(site: Path, name: str) -> None:
    """Lists, tables, code: the generator reads Markdown otherwise than a forge does where indents are few."""
    text = (DOCS / name).read_text(encoding="utf-8")
    if taken := re.fullmatch(r'--8<-- "(.+)"\n', text):
        text = (ROOT / taken[1]).read_text(encoding="utf-8")
    kinds = {
        "ol": "ordered_list",
        "ul": "bullet_list",
        "li": "list_item",
        "td": "td",
        "th": "th",
        "h2": "heading_h2",
        "h3": "heading_h3",
        "img": "image",
    }
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [child for token in tokens for child in token.children or []]
    seen = Counter(token.type.removesuffix("_open") for token in [*tokens, *inner] if token.nesting >= 0)
    seen.update(f"heading_{token.tag}" for token in tokens if token.type == "heading_open")
    (article,) = html.parse(str((site / name).with_suffix(".html"))).xpath("//article")
    shown = {kind: len(article.xpath(f".//{kind}")) for kind in kinds}
    assert shown == {kind: seen[token] for kind, token in kinds.items()}
    assert len(article.xpath(".//pre")) == seen["fence"] + seen["code_block"]
    assert "```" not in article.text_content()
