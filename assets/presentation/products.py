"""All products of a version, in the order in which they are made."""

from pathlib import Path
from typing import get_args

from assets.presentation.catalogue.product import catalogue
from assets.presentation.csv_twins import csv_twins
from assets.presentation.differences.product import changes
from assets.presentation.report.product import report
from assets.presentation.workbook.product import path_of, workbooks
from assets.storage.products import Product
from assets.storage.publishing import Contents
from schemas.text import Language


def products_of(contents: Contents, data: Path) -> list[Product]:
    """The products made from `contents`; `data` is the folder of tracked inputs."""
    years = contents.tables["rules"].get_column("year").unique().sort()
    books = tuple(path_of(year, lang) for year in years for lang in get_args(Language))
    return [
        report(contents, data),
        workbooks(contents),
        csv_twins(contents),
        catalogue(contents, data, "report/index.html", books),
        changes(contents),
    ]
