"""The catalogue as a product of a version: dictionary, data package and what data portals harvest."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version as library
from pathlib import Path
from typing import Final

from assets.presentation.catalogue import datapackage
from assets.presentation.catalogue.owner import FILE, read_owner
from assets.presentation.csv_twins import table_files, twin
from assets.presentation.recipe import recipe
from assets.storage.products import Part, Product, fingerprint
from assets.storage.publishing import Contents
from schemas.dictionary import dictionary, markdown
from schemas.product import VERSION
from schemas.tables.registry import TABLES

_TWINS: Final = Path(__file__).parents[1] / "csv_twins.py"


def catalogue(
    contents: Contents, data: Path, landing_page: str | None = None, workbooks: tuple[str, ...] = ()
) -> Product:
    """Dictionary, data package and catalogue; the folder `data` says who publishes.

    `landing_page` and `workbooks` are paths of other products in the version that the catalogue shall name.
    """
    tables = fingerprint(contents.sha256)
    twins = cache(lambda: {file.csv: twin(contents, file) for file in table_files(contents)})
    version = f"{VERSION}+{tables[:8]}"

    @cache
    def package() -> bytes:
        files = table_files(contents)
        return datapackage.as_bytes(datapackage.datapackage(files, twins(), contents.tables["sources"], version))

    def portals() -> dict[str, bytes]:
        from assets.presentation.catalogue import dcat  # noqa: PLC0415 - rdflib, only where it is built

        described = dcat.Described(
            owner=read_owner(data),
            version=version,
            files=tuple(table_files(contents)),
            csv_bytes={path: len(content) for path, content in twins().items()},
            package=dcat.OneFile(datapackage.FILE, len(package()), hashlib.sha256(package()).hexdigest()),
            landing_page=landing_page,
            workbooks=workbooks,
        )
        return {dcat.TURTLE: dcat.turtle(described), dcat.RDF_XML: dcat.rdf_xml(described)}

    def parts() -> Iterator[Part]:
        yield Part("dictionary", fingerprint("schemas"), _dictionary)
        yield Part("datapackage", tables, lambda: {datapackage.FILE: package()})
        yield Part("dcat", tables, portals)

    # The bytes also depend on the libraries that write them, and on what else is named.
    made_by = [recipe("catalogue", _TWINS, data / FILE), library("polars"), library("rdflib"), landing_page, workbooks]
    return Product("catalogue", fingerprint(made_by), tables, parts)


def _dictionary() -> dict[str, bytes]:
    """The dictionary for people and for programs; it rests on the schemas, which are part of the recipe."""
    plain = json.dumps(dictionary(TABLES.values()), ensure_ascii=False, indent=1)
    return {"dictionary.json": f"{plain}\n".encode(), "dictionary.md": markdown(TABLES.values()).encode()}
