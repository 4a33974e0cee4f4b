"""A version with all its products: everything named in it is there, and making it again makes nothing anew."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from rdflib import Graph, Namespace

from assets.presentation.products import products_of
from assets.storage.products import Product, bring_products
from assets.storage.published import all_files
from assets.storage.publishing import Contents
from tests.domain import DATA, ROOT
from tests.published import Published

HERE: Final = "https://here.example/"
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")


def _contents(history: Published) -> Contents:
    manifest = history.version.manifest
    tables = {name.partition("/")[0] for name in manifest["files"]}
    sha256 = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    return Contents({name: history.table(name) for name in tables}, sha256, None)


def test_every_file_the_catalogue_names_is_in_the_version(whole_history: Published) -> None:
    folder = whole_history.version.folder
    graph = Graph().parse(folder / "catalogue.ttl", publicID=HERE)
    named = {
        str(place).removeprefix(HERE)
        for predicate in (DCAT.accessURL, DCAT.downloadURL, DCAT.landingPage, FOAF.page)
        for place in graph.objects(None, predicate)
        if str(place).startswith(HERE)
    }
    assert {path for path in named if not (folder / path).is_file()} == set()
    assert {"report/index.html", "workbooks/kronvis-2025-sv.xlsx", "csv/pots/pots_2025.csv"} <= named


@pytest.mark.parametrize("readme", ["README.md", "README.sv.md"])
def test_what_a_readme_says_lies_in_the_version_lies_there(whole_history: Published, readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    listed = [name for cell in re.findall(r"(?m)^\| (`.+?) \| ", text) for name in re.findall(r"`([^`]+)`", cell)]
    opened = re.findall(r"`data/out/current/([^`]+\.[a-z]+)`", text)
    assert len(listed) > 10
    assert {"report/index.html", f"workbooks/kronvis-2025-{'sv' if '.sv.' in readme else 'en'}.xlsx"} == set(opened)
    assert [name for name in [*listed, *opened] if not (whole_history.version.folder / name).exists()] == []


def test_the_checksums_are_those_of_every_file(whole_history: Published) -> None:
    folder = whole_history.version.folder
    command = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")
    listed = {line.partition("  ")[2] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert there - listed == {"SHA256SUMS"}
    assert listed == {"manifest.json", *all_files(whole_history.version.manifest)}


def test_what_has_not_changed_is_taken_and_what_has_is_made(whole_history: Published, tmp_path: Path) -> None:
    known = whole_history.version.manifest["products"]
    contents = _contents(whole_history)

    def of(tables: dict[str, pl.DataFrame], sha256: dict[str, str]) -> list[Product]:
        changed = replace(contents, tables=tables, sha256=sha256)
        return [one for one in products_of(changed, DATA) if one.name != "changes"]

    def brought(products: list[Product], name: str) -> Any:
        (tmp_path / name).mkdir()
        return bring_products(products, tmp_path / name, whole_history.version.folder, known)

    again = brought(of(dict(contents.tables), dict(contents.sha256)), "again")
    assert again.made == 0
    assert again.kept > 1_000

    orsa = pl.col("recipient_code") == "2034"
    renamed = pl.when(orsa).then(pl.lit("Orsa!")).otherwise("recipient_name").alias("recipient_name")
    tables = {**contents.tables}
    for name in ("recipients", "recipient_totals", "allocations"):
        tables[name] = tables[name].with_columns(renamed)
    hashes = {path: sha + "x" if path.startswith("recipient_totals") else sha for path, sha in contents.sha256.items()}
    some = brought([one for one in of(tables, hashes) if one.name == "report"], "some")
    made = {path for path in known["report"]["parts"] if not _same(whole_history, tmp_path / "some", path)}
    assert {"municipality/2034.html", "county/20.html"} <= made
    assert len(made) < 40
    assert some.kept > 600


def _same(history: Published, folder: Path, part: str) -> bool:
    files = history.version.manifest["products"]["report"]["parts"][part]["files"]
    return all((folder / path).samefile(history.version.folder / path) for path in files)


@pytest.mark.parametrize("product", ["report", "workbooks", "csv", "catalogue", "changes"])
def test_every_product_is_in_the_manifest(whole_history: Published, product: str) -> None:
    assert whole_history.version.manifest["products"][product]["parts"]
