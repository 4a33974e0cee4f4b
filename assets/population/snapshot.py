"""The embedded snapshot: series of head counts that come with the project, each with its basis and source.

`series.yaml` describes the files; their bytes are checked against it. How a base is answered from the series is
`resolve.py`.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import polars as pl

from assets.population.bases import OLDEST, TableId
from assets.storage.csv_files import cast_column, read_csv, require_pattern, require_unique
from assets.storage.yaml_files import StrictModel, load_yaml
from schemas.errors import DataRefused, at_line
from schemas.patterns import TERRITORY_CODE

RegionType = Literal["municipality", "county", "country"]
_KEY: Final = ("region_code", "reference_date")


class Licence(StrictModel):
    """Under which terms the figures come, and whom to credit."""

    name: str
    url: str
    attribution: str


class Series(StrictModel):
    """One file of the snapshot: what its figures are, where from, and how sure."""

    id: str
    file: str
    table: TableId
    scb_table: str
    region_types: list[RegionType]
    basis: Literal["official", "derived"]
    is_perturbed: bool
    derived_from: dict[str, list[str]]
    rows: int
    sha256: str
    title: dict[str, str]
    note: dict[str, str] | None = None


class _SeriesFile(StrictModel):
    licence: Licence
    series: list[Series]


class EstimateBase(StrictModel):
    """The base that an estimate answers."""

    table: TableId
    reference_date: dt.date
    ages: list[int]
    region_type: Literal["municipality", "county"]


class EstimateTotal(StrictModel):
    """The cell that known and estimated counts together must equal."""

    series: str
    region_code: str


class EstimateKnown(StrictModel):
    """The series of the counts that are known."""

    series: str


class EstimateWeights(StrictModel):
    """Counts of the same cohorts at another date: what the unknown ones are proportional to."""

    series: str
    reference_date: dt.date
    ages: list[int]


class EstimateRecipe(StrictModel):
    """How one base is estimated where only a few of its counts are known."""

    id: str
    base: EstimateBase
    total: EstimateTotal
    known: EstimateKnown
    weights: EstimateWeights
    method: dict[str, str]


class _EstimatesFile(StrictModel):
    estimates: list[EstimateRecipe]


@dataclass(frozen=True)
class Snapshot:
    """The series by id, the recipes for estimates, and the folder their files are in."""

    folder: Path
    series: dict[str, Series]
    estimates: tuple[EstimateRecipe, ...]
    _cells: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    # What `resolve.py` has worked out of the cells; kept here so that it lives as long as they do.
    worked_out: dict[object, object] = field(default_factory=dict, repr=False)

    def cells(self, series: Series) -> pl.DataFrame:
        """`region_code, reference_date, first_age, last_age, population`: one row per cell; read once."""
        if series.id not in self._cells:
            self._cells[series.id] = _read_cells(self.folder, series)
        return self._cells[series.id]


def read_snapshot(folder: Path) -> Snapshot:
    """Read `series.yaml` and `estimates.yaml`; the figures themselves are read when asked for."""
    register = load_yaml(folder / "series.yaml", _SeriesFile)
    series = {entry.id: entry for entry in register.series}
    if len(series) != len(register.series):
        raise DataRefused(at_line(folder / "series.yaml", None), "two series have the same id")
    estimates = load_yaml(folder / "estimates.yaml", _EstimatesFile).estimates
    for recipe in estimates:
        for used in (recipe.total.series, recipe.known.series, recipe.weights.series):
            if used not in series:
                where = at_line(folder / "estimates.yaml", None)
                raise DataRefused(where, f"estimate {recipe.id} uses series {used!r}, which series.yaml does not have")
    return Snapshot(folder, series, tuple(estimates))


def _read_cells(folder: Path, series: Series) -> pl.DataFrame:
    file = folder / series.file
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    if sha256 != series.sha256:
        raise DataRefused(
            at_line(file, None),
            f"is not the file that series.yaml describes (sha256 {sha256[:12]}…, not {series.sha256[:12]}…)",
            remedy="restore the file, or state the new sha256 if the change is meant",
        )
    frame = read_csv(file)
    require_pattern(frame, file, "region_code", TERRITORY_CODE, "a code has 2 or 4 digits, leading zero included")
    frame = cast_column(frame, file, "reference_date", pl.Date())
    require_unique(frame, file, _KEY)
    ages = [name for name in frame.columns[1:] if name not in _KEY]
    for name in ages:
        frame = cast_column(frame, file, name, pl.Int64())
        if frame.get_column(name).null_count() or (frame.get_column(name) < 0).any():
            raise DataRefused(at_line(file, None), f"column {name} has an empty or negative head count")
    if frame.height != series.rows:
        raise DataRefused(at_line(file, None), f"has {frame.height} rows; series.yaml says {series.rows}")
    bounds = pl.DataFrame([(name, *_column_ages(name, file)) for name in ages], _BOUNDS_SCHEMA, orient="row")
    cells = frame.unpivot(ages, index=_KEY, variable_name="ages", value_name="population")
    return cells.join(bounds, on="ages", validate="m:1").select(*_KEY, "first_age", "last_age", "population")


_BOUNDS_SCHEMA: Final = {"ages": pl.String, "first_age": pl.Int64, "last_age": pl.Int64}


def _column_ages(name: str, file: Path) -> tuple[int, int]:
    """Ages of a column: `total`, `7`, `0-9` or `100+`."""
    if name == "total":
        return 0, OLDEST
    if name.endswith("+") and name[:-1].isdecimal():
        return int(name[:-1]), OLDEST
    first, _, last = name.partition("-")
    if first.isdecimal() and (last or first).isdecimal():
        return int(first), int(last or first)
    raise DataRefused(at_line(file, 1), f"column {name!r} is no age, age band or total")
