"""Pages that are made from the program and the data are current; nothing that there is to know is left out."""

import re
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from docs import commands, quality
from pipelines.settings import Settings, settings_from_environment
from schemas.tables.registry import TABLES
from tests.domain import DATA, ROOT
from tests.published import Published

CONFIGURATION: Final = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
VARIABLE: Final = re.compile(r"\bKRONVIS_[A-Z]+(?:_[A-Z]+)*\b")


@pytest.fixture(scope="module")
def tables(history: Published) -> dict[str, pl.DataFrame]:
    return {name: history.table(name) for name in TABLES}


def test_the_page_of_commands_is_current() -> None:
    assert commands.PAGE.read_text(encoding="utf-8") == commands.page(), "make it anew: python -m docs.commands"


def test_every_command_of_the_list_has_its_section() -> None:
    page = commands.page()
    listed = re.findall(r"(?m)^## kronvis ([a-z -]+)$", page)
    assert {"run", "explain", "county check", "fetch population"} <= set(listed)
    assert len(listed) == len(set(listed)) == page.count("\n```text\n")
    assert "usage: kronvis explain [-h] [--pot ID]" in page


def test_the_quality_declaration_is_current(tables: dict[str, pl.DataFrame]) -> None:
    said = quality.PAGE.read_text(encoding="utf-8")
    assert said == quality.page(tables), "make it anew: make run, then python -m docs.quality"


def test_the_quality_declaration_follows_the_tables(tables: dict[str, pl.DataFrame]) -> None:
    """Another verdict, another amount, another count: each is seen on the page."""
    figures, pots = tables["reconciliation"], tables["pots"]
    worse = {
        **tables,
        "reconciliation": figures.with_columns(verdict=pl.lit("mismatch"), independence=pl.lit("independent")),
    }
    assert f"{figures.height} differ without a named cause" in quality.page(worse)
    richer = {**tables, "pots": pots.with_columns(pl.col("amount_sek") + 100_000)}
    assert "| 2026 | `psykisk-halsa` | 1,320." in quality.page(richer)
    unheard = {**tables, "reconciliation": figures.with_columns(verdict=pl.lit("unheard"))}
    with pytest.raises(ValueError, match="unheard"):
        quality.page(unheard)


def test_the_changelog_states_how_many_amounts_there_are(tables: dict[str, pl.DataFrame]) -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"All {tables['allocations'].height:,} computed amounts of 2016–2026" in text


def test_every_variable_that_is_read_is_on_the_page_and_no_other() -> None:
    places = ["Makefile", "assets/**/*.py", "benchmarks/**/*.py", "deploy/**/*", "pipelines/**/*.py", "schemas/**/*.py"]
    files = [file for pattern in [*places, "tests/**/*.py", ".ci/*"] for file in ROOT.glob(pattern) if file.is_file()]
    read = {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    assert len(read) > 10
    assert set(VARIABLE.findall(CONFIGURATION)) == read


def test_the_stated_defaults_are_those_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(VARIABLE.findall(CONFIGURATION)):
        monkeypatch.delenv(name, raising=False)
    settings = settings_from_environment()
    stated = dict(re.findall(r"(?m)^\| `(KRONVIS_\w+)` \| (.*?) \|", CONFIGURATION))
    assert stated["KRONVIS_DATA"] == f"`{settings.data.relative_to(ROOT)}`"
    assert stated["KRONVIS_OUT"] == f"`{settings.out.relative_to(ROOT)}`"
    assert stated["KRONVIS_RAW"] == f"`{settings.raw.relative_to(ROOT)}`"
    assert stated["KRONVIS_SOURCE"] == f"`{settings.source}`"
    assert stated["KRONVIS_SCB_API"] == f"`{settings.scb_api}`"
    assert stated["KRONVIS_WAIT_SECONDS"] == f"`{settings.wait_seconds}`"
    off = Settings(settings.data, settings.out, settings.raw)
    assert (settings.fetch_documents, settings.tables_only, settings.run_per_year) == (False, False, False)
    assert (settings.keep_versions, settings.send_to) == (off.keep_versions, off.send_to) == (None, None)
    none = {"KRONVIS_FETCH_DOCUMENTS", "KRONVIS_TABLES_ONLY", "KRONVIS_RUN_PER_YEAR", "KRONVIS_SEND_TO"}
    assert {stated[name] for name in none} == {"–"}


# --- what all pages say ----------------------------------------------------------------------------------------------

PAGES: Final = [
    ROOT / "README.md",
    ROOT / "README.sv.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _told(page: Path) -> list[str]:
    """Every `kronvis …` of a page, in blocks of commands and in the text."""
    text = page.read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL))
    inline = re.findall(r"`(kronvis [^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [
        line.partition("#")[0].partition(" | ")[0]
        for line in [*blocks.splitlines(), *inline]
        if line.startswith("kronvis ")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_on_a_page_are_those_that_there_are(page: Path) -> None:
    helps = dict(commands.helps())
    for command in _told(page):
        words = command.split()
        name = next((" ".join(words[:count]) for count in (3, 2) if " ".join(words[:count]) in helps), None)
        assert name, command
        for option in re.findall(r"(?<!\S)--[a-z-]+", command):
            assert re.search(rf"{option}\b", helps[name]), command


def test_numbers_of_the_explanations_are_those_of_the_tables(tables: dict[str, pl.DataFrame]) -> None:
    pot = tables["pots"].filter(year=2025, pot_id="children-youth-municipality").row(0, named=True)
    split = tables["allocations"].filter(year=2025, pot_id="children-youth-municipality")
    variable = pot["amount_sek"] - split["base_sek"].sum()
    total = split["population_total"][0]
    money, counts, inference = (
        (ROOT / f"docs/explanation/{name}.md").read_text(encoding="utf-8")
        for name in ("exact-money", "head-counts", "inference-and-sentinel")
    )
    assert f"*V* is {variable:,} kr and *T* {total:,} children" in money
    assert f"{pot['residual_sek']} kr are left" in money
    assert f"{variable / total:.2f} kr in the 2025 municipal pot" in counts
    assert f"is {total / variable:.3f} of a child" in inference
    assert f"survives: {total:,}" in inference
    parts = _people("municipality_total_31_december_ckm.csv")
    nation = _people("national_single_year_31_december_ckm.csv")
    assert f"sum to {sum(parts.values()):,}, while the total of the nation is {nation['00']:,}" in counts


def _people(file: str) -> dict[str, int]:
    """Region → people of all ages on 31 December 2025, by a file of the snapshot."""
    read = pl.read_csv(DATA / "population" / file, schema_overrides={"region_code": pl.String})
    chosen = read.filter(pl.col("reference_date") == "2025-12-31")
    return dict(chosen.select("region_code", "total").iter_rows())
