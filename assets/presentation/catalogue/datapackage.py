"""The Data Package: one description that lets a program read every CSV twin with the right types and check it.

Profile: Frictionless Data Package v1 (specs.frictionlessdata.io), one resource per table. The twins of a table are one
resource with several paths: every file has its own header, and a reader leaves out those of the later files. `bytes`
and `hash` of a resource are of what it then reads: the files one after another with one header. The hash of each
single file is in SHA256SUMS.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from assets.presentation.csv_twins import TableFile
from schemas.dictionary import table_schema
from schemas.product import ATTRIBUTION, LICENCE, TITLE
from schemas.table import Table

FILE: Final = "datapackage.json"
_LICENCE_PATH: Final = "https://creativecommons.org/publicdomain/zero/1.0/"


def datapackage(
    files: Sequence[TableFile], twins: Mapping[str, bytes], sources: pl.DataFrame, version: str
) -> dict[str, Any]:
    """The package as plain data: a resource for every table of `files`, whose CSV bytes are in `twins` by path.

    `sources` is the table of that name; its documents are the sources of the package.
    """
    by_table: dict[str, list[TableFile]] = {}
    for file in files:
        by_table.setdefault(file.table.name, []).append(file)
    return {
        "profile": "tabular-data-package",
        "name": "kronvis",
        "title": TITLE.en,
        "title_sv": TITLE.sv,
        "version": version,
        "licenses": [{"name": LICENCE, "path": _LICENCE_PATH, "title": "Creative Commons Zero 1.0"}],
        "attribution": ATTRIBUTION,
        "sources": _sources(sources),
        "resources": [
            _resource(group[0].table, [file.csv for file in group], [twins[file.csv] for file in group])
            for group in by_table.values()
        ],
    }


def as_bytes(package: Mapping[str, Any]) -> bytes:
    """The package as it is written: JSON in UTF-8, in the order given."""
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(table: Table, paths: Sequence[str], contents: Sequence[bytes]) -> dict[str, Any]:
    first, *later = contents
    read = first + b"".join(content.split(b"\n", 1)[1] for content in later)
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title.en,
        "title_sv": table.title.sv,
        "description": table.description.en,
        "description_sv": table.description.sv,
        "path": list(paths),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(read),
        "hash": f"sha256:{hashlib.sha256(read).hexdigest()}",
        "schema": table_schema(table),
    }


def _sources(sources: pl.DataFrame) -> list[dict[str, str]]:
    """Every document once, however many years it is a source of."""
    documents = sources.select("publisher", "title", "url").unique().sort("publisher", "title", "url", nulls_last=True)
    return [
        {"title": f"{publisher}: {title}", **({"path": url} if url else {})}
        for publisher, title, url in documents.iter_rows()
    ]
