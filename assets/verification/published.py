"""The published figures on file: one CSV per programme, every row with its source."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import RootModel

from assets.agreements.model import Agreement, Identifier, Source
from assets.agreements.tables import source_row, sources_of
from assets.storage.csv_files import LINE, cast_column, read_csv, require_pattern, require_unique
from assets.storage.yaml_files import load_yaml
from schemas.errors import DataRefused, at_line, listed
from schemas.patterns import COUNTY_CODE, ID, MUNICIPALITY_CODE
from schemas.tables.agreements import SOURCES
from schemas.tables.verification import PUBLISHED_FIGURES
from schemas.vocabulary import COUNTY, LOCAL_SHARE, MUNICIPALITIES_IN_COUNTY, MUNICIPALITY, NATIONAL, REGION

# The columns of a file of published figures.
HEADER: Final = (
    "year",
    "pot_id",
    "recipient_type",
    "recipient_code",
    "recipient_name",
    "amount_sek",
    "precision",
    "rounded_to_sek",
    "printed_for_year",
    "source_id",
    "note",
)


_DECLARED: Final = {column.name: column.field for column in PUBLISHED_FIGURES.columns}


class _Sources(RootModel[dict[Identifier, Source]]):
    pass


@dataclass(frozen=True)
class PublishedFiles:
    """The folder with `<programme>.csv` and `sources.yaml`; each file is read once, when it is asked for."""

    folder: Path
    _figures: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def figures(self, programme: str) -> pl.DataFrame:
        """All figures of a programme as `published_figures` plus the line they stand on; empty without a file."""
        if programme not in self._figures:
            file = self.folder / f"{programme}.csv"
            self._figures[programme] = _read_figures(file, programme) if file.exists() else _NO_FIGURES
        return self._figures[programme]

    def of(self, agreements: Iterable[Agreement]) -> pl.DataFrame:
        """The table `published_figures` of the agreements' years; refuses a figure without a known source."""
        frames = [PUBLISHED_FIGURES.empty()]
        for agreement in agreements:
            figures = self.figures(agreement.programme).filter(pl.col("year") == agreement.year)
            self._require_sources(figures, agreement)
            frames.append(figures.drop(LINE))
        return pl.concat(frames).sort(PUBLISHED_FIGURES.key)

    def all_figures(self) -> pl.DataFrame:
        """The figures of all programmes and years, as the table `published_figures`."""
        programmes = sorted(file.stem for file in self.folder.glob("*.csv"))
        return pl.concat([PUBLISHED_FIGURES.empty(), *(self.figures(name).drop(LINE) for name in programmes)])

    def place(self, programme: str, year: int, pot_id: str, code: str) -> str:
        """File and line of a figure, for a message about it."""
        same = (pl.col("year") == year) & (pl.col("pot_id") == pot_id) & (pl.col("recipient_code") == code)
        lines = self.figures(programme).filter(same).get_column(LINE).to_list()
        return at_line(self.folder / f"{programme}.csv", lines[0] if lines else None)

    def sources(self) -> dict[str, Source]:
        """Sources of figures and solved head counts that no agreement file of their year lists."""
        file = self.folder / "sources.yaml"
        return load_yaml(file, _Sources).root if file.exists() else {}

    def _require_sources(self, figures: pl.DataFrame, agreement: Agreement) -> None:
        known = {*agreement.sources, *self.sources()}
        for line, source in figures.select(LINE, "source_id").rows():
            if source not in known:
                raise DataRefused(
                    at_line(self.folder / f"{agreement.programme}.csv", line),
                    f"source_id {source!r} is not on file",
                    remedy=f"add it to the agreement file of {agreement.year} or to data/published/sources.yaml",
                )


_NO_FIGURES: Final = PUBLISHED_FIGURES.empty().with_columns(pl.lit(None, pl.Int64).alias(LINE))


def all_sources(
    agreements: list[Agreement], figures: pl.DataFrame, allocations: pl.DataFrame, published: PublishedFiles
) -> pl.DataFrame:
    """The table `sources`: those of the agreements, of the published figures, and of solved head counts."""
    listed = sources_of(agreements)
    key = list(SOURCES.key)
    solved_from = allocations.select(
        "programme", "year", source_id=pl.col("population_derived_from").str.split(" ")
    ).explode("source_id")
    cited = pl.concat([figures.select(key), solved_from.drop_nulls()]).unique().join(listed, on=key, how="anti")
    rows = [
        _looked_up(programme, year, name, agreements, published) for programme, year, name in cited.sort(key).rows()
    ]
    return pl.concat([listed, pl.DataFrame(rows, SOURCES.schema)]).sort(SOURCES.key)


def _looked_up(
    programme: str, year: int, name: str, agreements: list[Agreement], published: PublishedFiles
) -> dict[str, object]:
    """A source that the programme's own agreement does not list: from another of the year, or the common file."""
    for agreement in agreements:
        if agreement.year == year and name in agreement.sources:
            return source_row(programme, year, name, agreement.sources[name])
    if name not in published.sources():
        raise DataRefused(
            f"{programme} {year}",
            f"rests on source {name!r}, which is not on file",
            remedy="add it to data/published/sources.yaml",
        )
    return source_row(programme, year, name, published.sources()[name])


def _read_figures(file: Path, programme: str) -> pl.DataFrame:
    rows = read_csv(file, header=HEADER)
    for column, dtype in (("year", pl.Int32()), ("printed_for_year", pl.Int32())):
        rows = cast_column(rows, file, column, dtype)
    for column in ("amount_sek", "rounded_to_sek"):
        rows = cast_column(rows, file, column, pl.Int64())
    require_pattern(rows, file, "pot_id", ID, "ids are lower-case words joined by hyphens")
    require_pattern(rows, file, "source_id", ID, "ids are lower-case words joined by hyphens")
    _require_codes(rows, file)
    _require_values(rows, file)
    require_unique(rows, file, ("year", "pot_id", "recipient_type", "recipient_code", "source_id", "recipient_name"))
    # A figure whose year the source does not state belongs to no grant year; it is kept on file and not reconciled.
    return rows.filter(pl.col("year").is_not_null()).select(
        pl.lit(programme).alias("programme"),
        "year",
        "pot_id",
        "recipient_type",
        "recipient_code",
        "source_id",
        "recipient_name",
        pl.col("amount_sek").alias("published_sek"),
        "precision",
        "rounded_to_sek",
        "printed_for_year",
        "note",
        pl.lit("curated").alias("origin"),
        *(pl.lit(None, PUBLISHED_FIGURES.schema[name]).alias(name) for name in ("page", "row", "column")),
        LINE,
    )


def _require_values(rows: pl.DataFrame, file: Path) -> None:
    """What the contract of `published_figures` asks of each value, told with the line of the first that breaks it."""
    rules = {
        "year": (
            _may_be("year") | pl.col("year").is_null(),
            "write a year such as 2025; leave it empty where the source has none",
        ),
        "printed_for_year": (
            _may_be("printed_for_year") | pl.col("printed_for_year").is_null(),
            "write a year such as 2025, or leave it empty",
        ),
        "recipient_type": (_may_be("recipient_type"), f"it is {listed(_DECLARED['recipient_type'].allowed or ())}"),
        "recipient_name": (pl.col("recipient_name").is_not_null(), "write the name as the source has it"),
        "amount_sek": (_may_be("amount_sek", "published_sek"), "write whole kronor, 0 or more"),
        "precision": (_may_be("precision"), "it is exact or rounded"),
        "rounded_to_sek": (
            pl.when(pl.col("precision") == "rounded")
            .then(_may_be("rounded_to_sek"))
            .otherwise(pl.col("rounded_to_sek").is_null()),
            "a rounded figure says to how many kronor, an exact one leaves it empty",
        ),
    }
    for column, (holds, remedy) in rules.items():
        bad = rows.filter(~holds.fill_null(value=False))
        if not bad.is_empty():
            line, value = bad.select(LINE, column).row(0)
            raise DataRefused(at_line(file, line), f"{column} {value!r} cannot be", remedy=remedy)


def _may_be(column: str, called: str = "") -> pl.Expr:
    """Whether a value is within what the field declares; the table has some columns under another name."""
    field = _DECLARED[called or column]
    if field.allowed is not None:
        return pl.col(column).is_in(field.allowed)
    return pl.col(column).is_between(field.minimum, field.maximum)


def _require_codes(rows: pl.DataFrame, file: Path) -> None:
    kinds = {MUNICIPALITY: MUNICIPALITY_CODE, NATIONAL: "^SKR$"}
    two_digits = (REGION, COUNTY, MUNICIPALITIES_IN_COUNTY, LOCAL_SHARE)
    for kind, pattern in {**kinds, **dict.fromkeys(two_digits, COUNTY_CODE)}.items():
        chosen = rows.filter(pl.col("recipient_type") == kind)
        require_pattern(chosen, file, "recipient_code", pattern, f"a {kind} code is text, leading zero included")
