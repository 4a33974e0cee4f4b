"""A reform read, computed, and written beside the published version: who wins and who loses.

Nothing is decided here and nothing is published; the amounts are those of `assets/scenarios`.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from assets.agreements.files import AgreementFiles
from assets.population.recipients import read_register, recipients_of
from assets.scenarios.apply import apply_reform
from assets.scenarios.compare import compared
from assets.scenarios.grid import NamedGrid, load_grid
from assets.scenarios.grid_files import GridYear, write_grid
from assets.scenarios.members import members_of
from assets.scenarios.reform import load_reform
from assets.scenarios.table import write_scenario
from assets.storage.inputs import input_hashes
from pipelines.settings import Settings
from pipelines.sources import population_source
from schemas.tables.scenarios import SCENARIO_GRID

FOLDER: Final = "scenarios"


def what_if(settings: Settings, reform_path: Path, year: int | None = None) -> dict[str, Any]:
    """The comparison of a reform with the decided rule, as plain data; the rows go to `data/out/scenarios/<id>/`.

    `year` applies the reform to another year's agreement than its own. Raises `UsageError` for a file or year that
    is not there and `DataRefused` for a reform that is not one or cannot be.
    """
    named = load_reform(reform_path, year)
    reform = named.reform
    agreement = AgreementFiles(settings.data / "agreements").load(reform.programme, reform.year)
    recipients = recipients_of(read_register(settings.data / "geography"), reform.year)
    scenario = apply_reform(named, agreement, recipients, population_source(settings))
    folder = settings.out / FOLDER / named.id
    written = write_scenario(scenario.rows, named, reform_path, folder, input_hashes(settings.data, reform.year))
    return {
        "scenario_id": named.id,
        "programme": reform.programme,
        "year": reform.year,
        "title": reform.title.model_dump(),
        "reform_sha256": reform.sha256,
        **compared(scenario, recipients),
        "file": str(written.path),
        "rows": written.rows,
        "sha256": written.sha256,
    }


def what_if_grid(settings: Settings, grid_path: Path) -> dict[str, Any]:
    """Compute every variant of a grid file, for all its years, into Parquet files below `data/out/scenarios/<id>/`.

    Raises as `what_if`.
    """
    began = time.monotonic()
    named = load_grid(grid_path)
    grid = named.grid
    years = [_grid_year(settings, named, year) for year in grid.all_years]
    written = write_grid(years, settings.out / FOLDER / named.id)
    return {
        "scenario_id": named.id,
        "programme": grid.programme,
        "years": list(grid.all_years),
        "title": grid.title.model_dump(),
        "variants": grid.size,
        "rows": sum(rows for file, rows in written.items() if file.name.startswith(f"{SCENARIO_GRID.name}_")),
        "seconds": round(time.monotonic() - began, 3),
        "files": [str(file) for file in written],
    }


def _grid_year(settings: Settings, named: NamedGrid, year: int) -> GridYear:
    programme = named.grid.programme
    agreement = AgreementFiles(settings.data / "agreements").load(programme, year)
    recipients = recipients_of(read_register(settings.data / "geography"), year)
    if named.grid.years is not None:
        named = replace(named, where=f"{named.where}, {year}")
    members = members_of(named, agreement, recipients, population_source(settings))
    return GridYear(named, agreement, members, {**input_hashes(settings.data, year), "grid": named.grid.sha256})
