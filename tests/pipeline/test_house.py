"""The walks of one figure that `docs/explanation/house.md` tells: a run goes them, in that order, to that amount."""

import functools
import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.agreements.files import AgreementFiles
from assets.population.source import population_of
from docs import structure, walk
from pipelines.running.run import run_years
from pipelines.settings import Settings
from pipelines.sources import population_source, scb_access
from tests.domain import DATA, ROOT, recipients_in
from tests.integration.scb_stand_in import StandIn
from tests.published import Published, quiet

ORSA = "2034"
OURS = (*structure.FLOORS, "tests")


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[walk.Step]], list[str]]:
    """From steps to a list that notes each step whenever its function is entered."""

    def follow(steps: Iterable[walk.Step]) -> list[str]:
        known = structure.places(ROOT)
        noted: list[str] = []
        for step in steps:
            name = walk.full_name(step.function, known)
            owner: Any = importlib.import_module(known[name])
            *within, last = name.removeprefix(f"{known[name]}.").split(".")
            for part in within:
                owner = getattr(owner, part)
            original = getattr(owner, last)
            noting = _noting(original, step.function, noted)
            # A function is also known to the modules that have imported it; a method only to its class.
            for place in [owner] if within else _modules_of_ours():
                for attribute in [own for own, value in vars(place).items() if value is original]:
                    monkeypatch.setattr(place, attribute, noting)
        return noted

    return follow


def _modules_of_ours() -> list[Any]:
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in OURS]


def _noting(original: Callable[..., Any], step: str, noted: list[str]) -> Callable[..., Any]:
    @functools.wraps(original)
    def noting(*arguments: Any, **named: Any) -> Any:
        if noted[-1:] != [step]:
            noted.append(step)
        return original(*arguments, **named)

    return noting


def _goes(way: Iterable[walk.Step], noted: Iterable[str]) -> bool:
    """Whether all steps of `way` are among those noted, one after the other."""
    rest = iter(noted)
    return all(step.function in rest for step in way)


def test_the_figure_goes_the_way_that_is_told(
    tmp_path: Path, followed: Callable[[Iterable[walk.Step]], list[str]]
) -> None:
    # Loaded by a run when it makes products; here before, so that it can be followed.
    importlib.import_module("assets.presentation.products")
    settings = Settings(DATA, tmp_path / "out", tmp_path / "raw")
    noted = followed(walk.FROM_THE_SNAPSHOT)
    run_years(settings, [2025], quiet)
    assert _goes(walk.FROM_THE_SNAPSHOT, noted)
    assert not _goes(walk.FROM_THE_SNAPSHOT[::-1], noted)
    published = Published(settings)
    (row,) = published.table("allocations").filter(recipient_code=ORSA, year=2025).to_dicts()
    parts = (row["base_sek"], row["variable_sek"], row["amount_sek"], row["population"], row["population_total"])
    assert parts == (200_000, 105_518, 305_518, 1_245, 2_265_405)
    pages = [page.read_text(encoding="utf-8") for page in published.version.folder.glob("report/sv/**/*.html")]
    assert [
        page for page in pages if "<h1>Orsa</h1>" in page and "305 518 kr" in page.replace("\N{NO-BREAK SPACE}", " ")
    ]


def test_a_count_of_scb_comes_the_way_that_is_told(
    tmp_path: Path, followed: Callable[[Iterable[walk.Step]], list[str]]
) -> None:
    asked = AgreementFiles(DATA / "agreements").bases(2025)
    with StandIn() as scb:
        settings = Settings(DATA, tmp_path / "out", tmp_path / "raw", "scb", scb.v2_url)
        access = scb_access(settings)
        noted = followed(walk.FROM_SCB)
        access.bring(asked, recipients_in(2025))
    counts, _ = population_of(2025, asked, population_source(settings), recipients_in(2025))
    assert _goes(walk.FROM_SCB, noted)
    assert not _goes(walk.FROM_SCB[::-1], noted)
    assert set(counts.filter(pl.col("region_code") == ORSA)["basis"]) == {"official"}


def test_a_function_that_is_not_entered_is_not_noted(followed: Callable[[Iterable[walk.Step]], list[str]]) -> None:
    noted = followed([walk.Step("population_of", ""), walk.Step("resolve", ""), walk.Step("read_snapshot", "")])
    population_source(Settings(DATA, Path("out"), Path("raw")))
    assert noted == ["read_snapshot"]
