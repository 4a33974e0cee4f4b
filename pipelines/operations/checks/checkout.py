"""Whether the code that is imported is the code of this checkout."""

import importlib.metadata
import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pipelines.operations.checks.finding import Finding, both, some
from pipelines.settings import ROOT, Settings
from schemas.text import Text

LAYERS: Final = ("schemas", "assets", "pipelines")


def checkout(_settings: Settings, root: Path = ROOT) -> Finding:
    """Whether what is imported under our names is this checkout, and whether `kronvis` is installed from it."""
    foreign = [f"{name}: {origin}" for name, origin in _origins() if not origin.startswith(f"{root}{os.sep}")]
    if foreign:
        found = Text(f"annat än {root} importeras: {some(foreign)}", f"not {root} is imported: {some(foreign)}")
        remedy = Text(
            "byt namn på det som skymmer, eller kör med .venv/bin/kronvis",
            "rename what stands in front of it, or run .venv/bin/kronvis",
        )
        return Finding("wrong", found, remedy)
    where = _installed_from()
    if where == root:
        return Finding("fine", Text(f"{root}, redigerbart installerad", f"{root}, installed editable"))
    if where is None:
        found = Text(f"{root}, inte redigerbart installerad", f"{root}, not installed editable")
    else:
        found = Text(f"{root}, men installerad är {where}", f"{root}, but installed is {where}")
    return Finding("note", found, both("pip install --no-deps --no-build-isolation --editable ."))


def _origins() -> Iterator[tuple[str, str]]:
    """Where each of our floors is imported from; empty for what is no package of ours, such as a stray folder."""
    for name in LAYERS:
        spec = importlib.util.find_spec(name)
        yield name, (spec.origin or "") if spec else ""


def _installed_from() -> Path | None:
    """The folder that an editable `kronvis` is installed from."""
    try:
        said = importlib.metadata.distribution("kronvis").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        return None
    told = json.loads(said) if said else {}
    is_editable = told.get("dir_info", {}).get("editable", False)
    return Path(unquote(urlsplit(told["url"]).path)) if is_editable else None
