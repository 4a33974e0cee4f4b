"""The whole report as a reader has it: every page of every year, in both languages, and in a hostile world."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final, get_args
from urllib.parse import unquote, urlsplit

import lxml.html
import polars as pl
import pytest

from assets.presentation.report.product import report
from assets.storage.publishing import Contents
from schemas.fields.registry import FIELDS
from schemas.tables.registry import TABLES
from schemas.text import Language
from tests.domain import DATA
from tests.published import Published

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
LARGEST: Final = 200_000
# Folded or code, so not what a reader sees at once.
ASIDE: Final = ("details", "code", "pre", "script", "style", "title")


@dataclass(frozen=True)
class Site:
    """The files of a report by their place in the version; `around` are the version's other files."""

    files: Mapping[str, bytes]
    around: frozenset[str]

    @cached_property
    def pages(self) -> dict[str, lxml.html.HtmlElement]:
        """Pages, parsed."""
        return {
            path: lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding="utf-8"))
            for path, content in self.files.items()
            if path.endswith(".html")
        }

    def in_language(self, lang: Language) -> dict[str, lxml.html.HtmlElement]:
        """The pages of one language by their path within it."""
        start = f"report/{lang}/"
        return {path.removeprefix(start): page for path, page in self.pages.items() if path.startswith(start)}


def contents_of(published: Published) -> Contents:
    """All tables of a published version."""
    entries = published.version.manifest["files"]
    tables = {name: published.table(name) for name in TABLES}
    return Contents(tables, {name: entry["sha256"] for name, entry in entries.items()}, None)


def site_of(contents: Contents) -> Site:
    """The report on these tables, alone."""
    made = [part.files() for part in report(contents, DATA).parts()]
    return Site({path: content for part in made for path, content in part.items()}, frozenset())


@pytest.fixture(scope="module")
def site(whole_history: Published) -> Site:
    """The report as it is published, among all that is published with it."""
    folder = whole_history.version.folder
    files = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    own = {path: file.read_bytes() for path, file in files.items() if path.startswith("report/")}
    assert own, "the report is published"
    return Site(own, frozenset(files))


# --- links ------------------------------------------------------------------------------------------------------


def _links(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Where a page leads or loads from, without addresses on the web."""
    for element in page.iter("a", "link", "script", "img", "iframe", "image", "use"):
        for name in ("href", "src"):
            target = element.get(name)
            if target is not None and not target.startswith(("https://", "http://", "data:")):
                yield target


def _place(path: str, target: str) -> str:
    """The place in the version that a relative link leads to."""
    parts = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(unquote(target)).parts:
        if part == "..":
            assert parts, f"{path}: {target} leaves the version"
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _broken(site: Site, inside: bool) -> list[str]:
    """Links that lead nowhere: those to the report itself (`inside`), or those to other files of the version."""
    ids = {
        path: {element.get("id") for element in page.iter() if element.get("id")} for path, page in site.pages.items()
    }
    known = site.files.keys() | site.around
    broken = []
    for path, page in site.pages.items():
        for link in set(_links(page)):
            parts = urlsplit(link)
            assert not parts.scheme, f"{path}: {link}"
            place = _place(path, parts.path) if parts.path else path
            if place.startswith("report/") is not inside:
                continue
            if place not in known or (parts.fragment and place in ids and parts.fragment not in ids[place]):
                broken.append(f"{path}: {link}")
    return sorted(broken)


def test_every_link_within_the_report_leads_somewhere(site: Site) -> None:
    assert _broken(site, inside=True)[:20] == []


def test_every_link_to_other_files_of_the_version_leads_somewhere(site: Site) -> None:
    assert _broken(site, inside=False)[:20] == []


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    """Only a reader who follows a link to a source leaves the report."""
    for path, page in site.pages.items():
        for element in page.iter(lxml.etree.Element):
            for name, value in element.items():
                is_source = element.tag == "a" and name == "href"
                assert is_source or "://" not in value or name == "content", f"{path}: {element.tag} {name}={value}"
                if is_source and "://" in value:
                    assert urlsplit(value).scheme in {"http", "https"}, f"{path}: {value}"
                    assert "noopener" in element.get("rel", "").split(), f"{path}: {value}"
    for path, content in site.files.items():
        if path.endswith((".css", ".js")):
            assert not re.search(rb"(url\(|@import|fetch|XMLHttp|https?://(?!www\.w3\.org/))", content), path


def test_both_languages_have_the_same_pages(site: Site) -> None:
    assert site.in_language("sv").keys() == site.in_language("en").keys()
    assert {"reconciliation.html", "findings.html", "method.html"} <= site.in_language("sv").keys()


# --- the pages themselves -----------------------------------------------------------------------------------------


def test_no_page_is_large(site: Site) -> None:
    large = {path: len(content) for path, content in site.files.items() if len(content) > LARGEST}
    assert large == {}


def test_pages_are_well_formed(site: Site) -> None:
    for path, page in site.pages.items():
        ids = [element.get("id") for element in page.iter() if element.get("id") is not None]
        assert [one for one, count in Counter(ids).items() if count > 1] == [], f"{path}: an id twice"
        assert len(page.findall(".//h1")) == 1, path
        assert page.find(".//title") is not None, path
        assert page.get("lang") == path.split("/")[1] if path.count("/") > 1 else page.get("lang"), path


def test_headings_do_not_skip_a_level(site: Site) -> None:
    for path, page in site.pages.items():
        levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{path}: {levels}"


def test_titles_tell_pages_apart(site: Site) -> None:
    for lang in LANGUAGES:
        titles = Counter(page.findtext(".//title") for page in site.in_language(lang).values())
        assert [title for title, count in titles.items() if count > 1] == []


def test_tables_have_captions_and_headings_for_columns(site: Site) -> None:
    for path, page in site.pages.items():
        for table in page.iter("table"):
            assert (table.findtext("caption") or "").strip(), path
            assert all(cell.get("scope") for cell in table.iter("th")), f"{path}: {table.findtext('caption')}"


# --- what a reader sees -------------------------------------------------------------------------------------------


def _seen(element: lxml.html.HtmlElement, lang: str, inherited: str | None = None) -> Iterator[str]:
    """Pieces of text in the language of the page that stand open."""
    if not isinstance(element.tag, str) or element.tag in ASIDE:
        return
    spoken = element.get("lang", inherited)
    if spoken == lang and element.text:
        yield element.text
    for child in element:
        yield from _seen(child, lang, spoken)
        if spoken == lang and child.tail:
            yield child.tail


def _codes(contents: Contents) -> frozenset[str]:
    """Words that stand for something in tables and files, and that no reader should have to know."""
    values = {value for field in FIELDS.values() for value in field.allowed or () if "_" in value}
    rules = contents.tables["rules"]
    ids = {value for name in ("programme", "pot_id") for value in rules.get_column(name) if "-" in value}
    return frozenset(values | ids | {"nan", "NaN", "null", "inf"})


def test_no_code_words_reach_a_reader(site: Site, history: Published) -> None:
    codes = _codes(contents_of(history))
    assert {"not_comparable", "psykisk-halsa"} <= codes
    for lang in LANGUAGES:
        for path, page in site.in_language(lang).items():
            for text in _seen(page.body, lang, lang):
                found = codes & set(re.findall(r"[\w-]+", text))
                assert not found, f"{lang}/{path}: {found} in {text.strip()!r}"
                assert text.strip() not in {"None", "True", "False", "[]", "{}"}, f"{lang}/{path}: {text!r}"


def _quoted(contents: Contents) -> frozenset[str]:
    """The beginnings of titles, names and notes: they are shown as their authors wrote them."""
    texts = (
        text
        for frame in contents.tables.values()
        for column in frame.columns
        if column in TEXTS and frame.schema[column] == pl.String and not column.startswith("message")
        for text in frame.get_column(column).drop_nulls().unique()
    )
    return frozenset(text[:40] for text in texts)


def test_swedish_numbers_hold_together(site: Site, history: Published) -> None:
    quoted = _quoted(contents_of(history))
    torn = re.compile(r"(?<![\d-])\d{1,3}(?: \d{3})+(?!\d)|\d,\d{3}(?!\d)|\d (kr|%|Mkr)\b")
    for path, page in site.in_language("sv").items():
        for text in _seen(page.body, "sv", "sv"):
            assert not torn.search(text) or text.strip()[:40] in quoted, f"{path}: {text!r}"


def test_english_numbers_are_english(site: Site) -> None:
    for path, page in site.in_language("en").items():
        for text in _seen(page.body, "en", "en"):
            assert not re.search(r"\d\u00a0\d{3}|\d kr\b", text), f"{path}: {text!r}"


def test_the_same_tables_say_the_same(history: Published) -> None:
    first, second = (
        [(part.name, part.rests_on) for part in report(contents_of(history), DATA).parts()] for _ in range(2)
    )
    assert first == second


# --- a hostile world ----------------------------------------------------------------------------------------------

PAYLOADS: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|'/C calc'!A0",
    "\u202eevil",
    "x" * 10_000,
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "&lt;script&gt;alert(2)&lt;/script&gt;",
)
ADDRESSES: Final = (
    "javascript:alert(1)",
    'https://example.org/"><script>alert(1)</script>',
    "data:text/html,<script>alert(1)</script>",
    "https://example.org/" + "x" * 10_000,
    "\u202ehttps://example.org",
    "http://[",
    "https://example.org/' onmouseover='alert(1)",
)
TEXTS: Final = (
    *("recipient_name", "county_name", "name_sv", "name_en", "title", "publisher", "note", "note_sv", "note_en"),
    *("message_sv", "message_en", "agreement_title_sv", "agreement_title_en", "page", "subject"),
)


def _spoiled(values: pl.Series, payloads: tuple[str, ...]) -> pl.Series:
    """Every text with a payload before it; equal texts stay equal."""
    known = values.drop_nulls().unique().sort().to_list()
    spoiled = {value: f"{payloads[place % len(payloads)]}{value}" for place, value in enumerate(known)}
    return values.replace_strict(spoiled, default=None, return_dtype=pl.String)


def hostile(contents: Contents) -> Contents:
    """The same world with a payload in every name, title, note, message and address."""
    names = pl.concat(
        frame.get_column(column).unique()
        for frame in contents.tables.values()
        for column in TEXTS
        if column in frame.columns and frame.schema[column] == pl.String
    )
    known = names.drop_nulls().unique().sort().to_list()
    spoiled = {value: f"{PAYLOADS[place % len(PAYLOADS)]}{value}" for place, value in enumerate(known)}

    def of(frame: pl.DataFrame) -> pl.DataFrame:
        texts = [name for name in TEXTS if frame.schema.get(name) == pl.String]
        changed = [pl.col(name).replace_strict(spoiled, default=None, return_dtype=pl.String) for name in texts]
        frame = frame.with_columns(changed)
        if "url" in frame.columns:
            frame = frame.with_columns(_spoiled(frame.get_column("url"), ADDRESSES))
        return frame

    return replace(contents, tables={name: of(frame) for name, frame in contents.tables.items()})


@pytest.fixture(scope="module")
def hostile_site(history: Published) -> Site:
    return site_of(hostile(contents_of(history)))


def test_the_hostile_world_reaches_the_pages(hostile_site: Site) -> None:
    """Otherwise the tests below would prove nothing."""
    text = "".join(page.text_content() for page in hostile_site.in_language("sv").values())
    assert text.count("<script>alert(1)</script>") > 100
    assert "onerror=alert(1)" in text
    assert "{{ 7 * 7 }}" in text


def test_nothing_from_outside_becomes_markup(hostile_site: Site) -> None:
    for path, page in hostile_site.pages.items():
        assert not list(page.iter("img", "iframe", "object", "embed", "form", "base")), path
        for script in page.iter("script"):
            assert not script.text, path
            assert re.fullmatch(r"(\.\./)*static/\w+\.js", script.get("src", "")), path
        for element in page.iter(lxml.etree.Element):
            assert not [name for name in element.keys() if name.startswith("on")], f"{path}: {element.tag}"  # noqa: SIM118 - an element is no mapping
            for name in ("href", "src", "action", "{http://www.w3.org/1999/xlink}href"):
                target = element.get(name, "")
                assert urlsplit(target).scheme in {"", "http", "https"}, f"{path}: {target[:80]}"


def test_text_from_outside_is_not_turned(hostile_site: Site) -> None:
    assert [path for path, content in hostile_site.files.items() if "\u202e" in content.decode()] == []


def test_text_from_outside_is_not_endless(hostile_site: Site) -> None:
    endless = [path for path, content in hostile_site.files.items() if b"x" * 1_000 in content]
    assert endless == []
    assert {path: len(content) for path, content in hostile_site.files.items() if len(content) > LARGEST} == {}


def test_addresses_that_cannot_be_followed_are_not_links(hostile_site: Site) -> None:
    for path, page in hostile_site.pages.items():
        for link in page.iter("a"):
            target = link.get("href", "")
            assert len(target) <= 1_000, path
            assert "\u202e" not in target, path


@pytest.mark.parametrize(
    ("spoil", "test"),
    [
        (b'<h1 id="content">twice</h1>', test_pages_are_well_formed),
        (b"<h4>deep</h4>", test_headings_do_not_skip_a_level),
        (b'<a href="nowhere.html">x</a>', test_every_link_within_the_report_leads_somewhere),
        (b'<a href="#nowhere">x</a>', test_every_link_within_the_report_leads_somewhere),
        (b'<img src="https://example.org/x.png">', test_nothing_is_loaded_from_elsewhere),
        (b'<a href="https://example.org">x</a>', test_nothing_is_loaded_from_elsewhere),
        (b"<table></table>", test_tables_have_captions_and_headings_for_columns),
        (b"<p>" + b"x" * LARGEST + b"</p>", test_no_page_is_large),
        (b"<script>alert(1)</script>", test_nothing_from_outside_becomes_markup),
        (b'<p onclick="x">x</p>', test_nothing_from_outside_becomes_markup),
        (b'<a href="javascript:x">x</a>', test_nothing_from_outside_becomes_markup),
    ],
)
def test_these_tests_can_fail(site: Site, spoil: bytes, test: Callable[[Site], None]) -> None:
    path = "report/sv/method.html"
    spoiled = replace(
        site, files={path: site.files[path].replace(b"</main>", spoil + b"</main>")}, around=frozenset(site.files)
    )
    with pytest.raises(AssertionError):
        test(spoiled)


def test_a_code_word_in_the_open_is_found(site: Site, history: Published) -> None:
    path = "report/sv/method.html"
    folded, seen = (
        replace(site, files={path: site.files[path].replace(b"</main>", spoil + b"</main>")})
        for spoil in (b"<details>not_comparable</details>", b"<p>not_comparable</p>")
    )
    test_no_code_words_reach_a_reader(folded, history)
    with pytest.raises(AssertionError, match="not_comparable"):
        test_no_code_words_reach_a_reader(seen, history)


def test_a_torn_number_is_found(site: Site, history: Published) -> None:
    path = "report/sv/method.html"
    spoiled = replace(site, files={path: site.files[path].replace(b"</main>", b"<p>1 000 000</p></main>")})
    with pytest.raises(AssertionError, match="1 000 000"):
        test_swedish_numbers_hold_together(spoiled, history)


def test_pages_carry_no_time_of_their_making(site: Site) -> None:
    today = dt.datetime.now(dt.UTC).date()
    shown = [path for path, page in site.pages.items() if str(today) in page.text_content()]
    # On a day that the tracked files name, such as one of a count or a report, pages may name it too.
    assert shown == [] or any(str(today) in file.read_text(encoding="utf-8") for file in DATA.rglob("*.yaml"))
