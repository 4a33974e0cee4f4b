"""The product `workbooks`: `workbooks/kronvis-<year>-<language>.xlsx` for every year of the version."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from typing import Final, get_args

import polars as pl

from assets.presentation.recipe import recipe
from assets.presentation.workbook.year import READ, grant_year
from assets.storage.products import Part, Product, fingerprint
from assets.storage.publishing import Contents
from assets.storage.table_files import year_of
from schemas.text import Language

NAME: Final = "workbooks"


def workbooks(contents: Contents) -> Product:
    """One part per year with the workbooks of both languages; made anew when a table of that year has changed."""
    read = _hashes_by_year(contents.sha256)
    parts = [
        Part(str(year), fingerprint(hashes), partial(_files, contents.tables, year))
        for year, hashes in sorted(read.items())
    ]
    # The bytes also depend on the library that writes them.
    made_by = fingerprint([recipe("workbook"), version("xlsxwriter")])
    return Product(NAME, made_by, fingerprint(read), lambda: parts)


def path_of(year: int, language: Language) -> str:
    """Where a workbook lies in a version."""
    return f"{NAME}/kronvis-{year}-{language}.xlsx"


def _hashes_by_year(sha256: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Year → table → hash of its file, for the tables that workbooks read."""
    read: dict[int, dict[str, str]] = defaultdict(dict)
    for file, sha in sha256.items():
        table = file.partition("/")[0]
        if table in READ:
            read[year_of(file)][table] = sha
    return dict(read)


def _files(tables: Mapping[str, pl.DataFrame], year: int) -> dict[str, bytes]:
    from assets.presentation.workbook.build import workbook  # noqa: PLC0415 - only where it is built

    of_year = grant_year(tables, year)
    return {path_of(year, language): workbook(of_year, language) for language in get_args(Language)}
