"""`kronvis what-if`: read a reform, compute it, write it beside the published version, and show who wins and who loses.

Nothing is decided here and nothing is published; the amounts are those of `assets/scenarios`.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

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
from pipelines.terminal import RESULTS
from schemas.money import kronor_en, kronor_sv
from schemas.tables.scenarios import SCENARIO_GRID
from schemas.text import Language, Text

FOLDER: Final = "scenarios"

_KINDS: Final = {
    "municipality": Text("kommuner", "municipalities"),
    "region": Text("regioner", "regions"),
    "county": Text("län (gemensamt)", "counties (jointly)"),
    "national": Text("SKR", "SKR"),
}


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


def show(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """The headline, who wins and loses by kind, size class and county, and the largest changes each way."""
    _show_headline(result, lang, console)
    by = (
        (
            "by_recipient_type",
            Text("mottagare", "recipients"),
            lambda row: _KINDS[row["recipient_type"]].of(lang),
        ),
        ("by_size_class", Text("invånare", "inhabitants"), lambda row: row["size_class"].replace("-", "–")),
        ("by_county", Text("län", "county"), lambda row: row["county_name"]),
    )
    for part, heading, name in by:
        if result[part]:
            console.print(_groups(result[part], heading.of(lang), name, lang))
    for part, title in (
        ("winners", Text("Vinner mest", "Largest gains")),
        ("losers", Text("Förlorar mest", "Largest losses")),
    ):
        if result[part]:
            console.print(_largest(result[part], title.of(lang), lang))
    told = Text("Ett antagande, inget beslut. Skrivet till", "An assumption, no decision. Written to")
    console.print(f"{told.of(lang)} {result['file']}", soft_wrap=True, style="dim")


def show_grid(result: dict[str, Any], lang: Language = "sv", console: Console = RESULTS) -> None:
    """How many variants were computed, and where they are."""
    years = ", ".join(map(str, result["years"]))
    counted = Text(
        f"{result['variants']} varianter av {years}, {result['rows']} rader på {result['seconds']} s",
        f"{result['variants']} variants of {years}, {result['rows']} rows in {result['seconds']} s",
    )
    console.print(f"{result['title'][lang]}: {counted.of(lang)}", style="bold")
    for file in result["files"]:
        console.print(file, soft_wrap=True)


def _show_headline(result: dict[str, Any], lang: Language, console: Console) -> None:
    head = result["headline"]
    moved = _kronor(head["gained_sek"], lang)
    residuals = [_kronor(head[f"residual_{side}_sek"], lang) for side in ("decided", "scenario")]
    total = _kronor(head["total_scenario_sek"], lang)
    lines = [
        Text(
            f"{head['winners']} vinner, {head['losers']} förlorar, av {head['recipients']} mottagare. {moved} flyttas.",
            f"{head['winners']} win, {head['losers']} lose, of {head['recipients']} recipients. {moved} move.",
        ),
        Text(
            f"Potterna: {total}. Avrundningen lämnar {residuals[0]} av dem, med reformen {residuals[1]}.",
            f"The pots: {total}. Rounding leaves {residuals[0]} of them, under the reform {residuals[1]}.",
        ),
    ]
    if head["preliminary"]:
        lines.append(
            Text(
                f"{head['preliminary']} mottagares belopp vilar på skattad eller ersatt folkmängd.",
                f"The amounts of {head['preliminary']} recipients rest on estimated or stand-in head counts.",
            )
        )
    console.print(f"{result['title'][lang]} – {result['programme']} {result['year']}", style="bold")
    for line in lines:
        console.print(line.of(lang))


def _groups(rows: list[dict[str, Any]], heading: str, name: Callable[[dict[str, Any]], str], lang: Language) -> Table:
    table = _table(
        heading,
        Text("vinner", "win"),
        Text("förlorar", "lose"),
        Text("förändring", "change"),
        Text("%", "%"),
        Text("kr/inv", "SEK/inh."),
        lang=lang,
    )
    for row in rows:
        table.add_row(
            name(row),
            str(row["winners"]),
            str(row["losers"]),
            _signed(row["change_sek"]),
            _percent(row["change_share"]),
            _per_head(row.get("change_per_inhabitant_sek")),
        )
    return table


def _largest(rows: list[dict[str, Any]], title: str, lang: Language) -> Table:
    table = _table(
        title,
        Text("gällande", "decided"),
        Text("reform", "reform"),
        Text("förändring", "change"),
        Text("%", "%"),
        Text("kr/inv", "SEK/inh."),
        lang=lang,
    )
    for row in rows:
        table.add_row(
            f"{row['recipient_code']} {row['recipient_name']}",
            _spaced(row["amount_decided_sek"]),
            _spaced(row["amount_scenario_sek"]),
            _signed(row["change_sek"]),
            _percent(row["change_share"]),
            _per_head(row["change_per_inhabitant_sek"]),
        )
    return table


def _table(first: str, *headings: Text, lang: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading.of(lang), justify="right", no_wrap=True)
    return table


def _kronor(amount: int, lang: Language) -> str:
    return kronor_sv(amount) if lang == "sv" else kronor_en(amount)


def _spaced(amount: int) -> str:
    return f"{amount:,}".replace(",", " ")


def _signed(amount: int) -> str:
    return _spaced(amount) if amount <= 0 else f"+{_spaced(amount)}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:+.1f}"


def _per_head(sek: float | None) -> str:
    return "" if sek is None else f"{sek:+.2f}"
