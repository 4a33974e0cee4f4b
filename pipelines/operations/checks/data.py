"""What a run reads: the folders of inputs, the agreements, the head counts and the recipients."""

import os
from typing import Final

from pipelines.operations.checks.finding import Finding, both, some
from pipelines.settings import Settings
from schemas.errors import KronvisError
from schemas.text import Text
from schemas.written import number_text

NEEDED_DATA: Final = ("agreements", "forecast", "geography", "population", "published")


def data_folder(settings: Settings) -> Finding:
    """Whether every folder of inputs is there and every file in it can be read."""
    missing = [name for name in NEEDED_DATA if not (settings.data / name).is_dir()]
    if missing:
        found = Text(f"saknas i {settings.data}: {some(missing)}", f"missing in {settings.data}: {some(missing)}")
        remedy = Text("KRONVIS_DATA ska vara projektets data/", "let KRONVIS_DATA be the project’s data/")
        return Finding("wrong", found, remedy)
    files = [file for name in NEEDED_DATA for file in sorted((settings.data / name).rglob("*")) if file.is_file()]
    closed = [file for file in files if not os.access(file, os.R_OK)]
    if closed:
        found = Text(f"kan inte läsas: {some(closed)}", f"cannot be read: {some(closed)}")
        return Finding("wrong", found, both("chmod -R a+rX data"))
    return Finding("fine", Text(f"{settings.data}, {len(files)} filer", f"{settings.data}, {len(files)} files"))


def agreements(settings: Settings) -> Finding:
    """Whether every agreement file is understood; the first that is not is named with its line."""
    from assets.agreements.files import AgreementFiles  # noqa: PLC0415 - it may be missing

    files = AgreementFiles(settings.data / "agreements")
    years = files.years()
    refused = []
    for year in years:
        try:
            files.of_year(year)
        except KronvisError as error:
            refused.append((year, error))
    if refused:
        year, first = refused[0]
        more = f" (+{len(refused) - 1})" if len(refused) > 1 else ""
        said = f"{year}: {first.message}{more}"
        return Finding("wrong", both(said), both(first.remedy) if first.remedy else None)
    if not years:
        found = Text("inga överenskommelser", "no agreements")
        return Finding("wrong", found, Text("återställ data/agreements", "restore data/agreements"))
    return Finding("fine", Text(f"{years[0]}–{years[-1]}, alla förstås", f"{years[0]}–{years[-1]}, all understood"))


def snapshot(settings: Settings) -> Finding:
    """Whether every series of head counts is the file that was checked in, and the register of recipients is sound."""
    from assets.population.recipients import read_register  # noqa: PLC0415 - it may be missing
    from assets.population.snapshot import read_snapshot  # noqa: PLC0415 - the same

    embedded = read_snapshot(settings.data / "population")
    cells = sum(embedded.cells(series).height for series in embedded.series.values())
    shown = number_text(cells)
    recipients = read_register(settings.data / "geography").entries.height
    return Finding(
        "fine",
        Text(
            f"{len(embedded.series)} serier med rätt sha256, {shown.sv} celler, {recipients} mottagare",
            f"{len(embedded.series)} series with the right sha256, {shown.en} cells, {recipients} recipients",
        ),
    )
