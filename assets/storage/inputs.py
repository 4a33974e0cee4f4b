"""Fingerprints of the tracked files that a year rests on, for the footers and the manifest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_COMMON: Final = (
    "agreements/*/documents.yaml",
    "agreements/*/deadlines.yaml",
    "forecast/*.yaml",
    "geography/name_variants.csv",
    "geography/recipients.csv",
    "geography/recipient_classes.yaml",
    "population/series.yaml",
    "population/estimates.yaml",
    "published/*",
)


def input_hashes(data: Path, year: int) -> dict[str, str]:
    """Path below `data` → sha256, for every tracked file that the tables of `year` can depend on.

    A programme's agreement before that of `year` is among them: the change from it is reported. Where a county has
    reported its use of the year's money all agreements are, since a report may state another year's amount. The
    population series are covered by `series.yaml`, which holds the hash of each.
    """
    files = sorted({file for pattern in _patterns(data, year) for file in data.glob(pattern)})
    return {str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _patterns(data: Path, year: int) -> Iterator[str]:
    yield from _COMMON
    yield f"sub_allocations/*/{year}-*"
    yield f"follow_up/*/{year}-*"
    is_reported = any(data.glob(f"follow_up/*/{year}-*"))
    for folder in data.glob("agreements/*"):
        on_file = sorted(int(file.stem) for file in folder.glob("*.yaml") if file.stem.isdecimal())
        looked_at = on_file if is_reported else [*[one for one in on_file if one < year][-1:], year]
        yield from (f"agreements/{folder.name}/{one}{rest}.yaml" for one in looked_at for rest in ("", "-*"))
