"""The README in Swedish says what the one in English says: the same headings, tables, code, links, figures.

Its code is run by `tests/pipeline/test_documents.py`, what it says lies in a version is looked up by
`tests/integration/test_whole_version.py`.
"""

import re
from typing import Final

import pytest
from markdown_it import MarkdownIt

from schemas.tables.registry import TABLES
from tests.domain import ROOT

ENGLISH: Final = (ROOT / "README.md").read_text(encoding="utf-8")
SWEDISH: Final = (ROOT / "README.sv.md").read_text(encoding="utf-8")
BOTH: Final = {"README.md": ENGLISH, "README.sv.md": SWEDISH}
# A page, a picture or a file of the version, where the languages lead to different ones.
IN_ENGLISH: Final = {"README.md": "README.sv.md", "README.sv.md": "README.md"}


def outline(text: str) -> list[str]:
    """What a page consists of, in order, without its words: headings by level, paragraphs, lists, tables, code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [f"{token.type} {token.tag}" for token in tokens if token.type != "inline"]


def code(text: str) -> list[str]:
    """Blocks of code with their language, without the comments, which are in the language of the page."""
    tokens = MarkdownIt("commonmark").parse(text)
    blocks = [token for token in tokens if token.type == "fence"]
    return [f"{token.info}\n" + re.sub(r" *#.*", "", token.content) for token in blocks]


def named(text: str) -> list[str]:
    """Everything in code within sentences and cells, the language of its files and placeholders left out."""
    found = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [re.sub(r"([.-])(sv|en)\.", r"\1LANG.", name).replace("DOKUMENT", "DOCUMENT") for name in found]


def links(text: str) -> list[str]:
    """Where the page leads, in order; the other language's page counts as the same."""
    found = re.findall(r"\]\(([^)]+)\)", text)
    return [IN_ENGLISH.get(target, target) if text is SWEDISH else target for target in found]


def numbers(text: str) -> list[str]:
    """Amounts, counts and years of the text, in order, however their digits are grouped; code is left out."""
    plain = re.sub(r"```.*?```|`[^`\n]+`|\]\([^)]+\)", "", text, flags=re.DOTALL)
    grouped = re.sub(r"(?<=\d)[\s,.](?=\d{3}\b)", "", plain)
    return re.findall(r"\d+(?:[.,–]\d+)*", grouped.replace("1.5", "1,5"))


def test_both_readmes_are_built_alike() -> None:
    assert outline(SWEDISH) == outline(ENGLISH)


def test_both_readmes_have_the_same_code() -> None:
    assert code(SWEDISH) == code(ENGLISH)
    assert [block.partition("\n")[0] for block in code(ENGLISH)] == ["bash", "python", "r", "bash"]


def test_both_readmes_name_the_same_files_and_commands() -> None:
    assert named(SWEDISH) == named(ENGLISH)


def test_both_readmes_lead_to_the_same_places_and_to_each_other() -> None:
    assert links(SWEDISH) == links(ENGLISH)
    assert "](README.sv.md)" in ENGLISH
    assert "](README.md)" in SWEDISH


def test_both_readmes_have_the_same_figures() -> None:
    assert sorted(numbers(SWEDISH)) == sorted(numbers(ENGLISH))
    assert len(numbers(ENGLISH)) > 10


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        (("## Fråga\n", "### Fråga\n"), outline),
        (("make test ", "make all "), code),
        (("`workbooks/`", "`books/`"), named),
        (("docs/how-to/operate.md", "docs/how-to/backfill.md"), links),
        (("290 kommuner", "289 kommuner"), numbers),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_difference_would_be_seen(change: tuple[str, str], measure: object) -> None:
    spoilt = SWEDISH.replace(*change, 1)
    assert spoilt != SWEDISH
    assert callable(measure)
    assert measure(spoilt) != measure(SWEDISH)


@pytest.mark.parametrize("name", BOTH)
def test_a_readme_fits_its_purpose(name: str) -> None:
    text = BOTH[name]
    assert len(text.splitlines()) <= 66, "one screen and a little"
    assert text.startswith("# Kronvis\n")
    assert f"| {len(TABLES)} " in text
    assert "make run " in text
    assert "make test " in text


@pytest.mark.parametrize("name", BOTH)
def test_the_line_for_r_asks_for_what_there_is(name: str) -> None:
    """Not run: there is no R where the tests run. Its table and its column are looked up instead."""
    (block,) = (block for block in code(BOTH[name]) if block.startswith("r\n"))
    found = re.fullmatch(
        r'r\narrow::open_dataset\("data/out/current/(\w+)"\) \|> '
        r'dplyr::filter\((\w+) == "Orsa"\) \|> dplyr::collect\(\)\n',
        block,
    )
    assert found
    assert found[2] in TABLES[found[1]].schema
