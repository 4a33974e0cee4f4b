"""Fingerprints of the tracked files that a year rests on, for the footers and the manifest."""

import hashlib
from pathlib import Path


def input_hashes(data: Path, year: int) -> dict[str, str]:
    """Path below `data` → sha256, for every tracked file that the tables of `year` can depend on.

    The agreement of the year before is among them: the change from it is reported. The population series are
    covered by `series.yaml`, which holds the hash of each.
    """
    patterns = (
        *(f"agreements/*/{one}{rest}.yaml" for one in (year - 1, year) for rest in ("", "-*")),
        "agreements/*/documents.yaml",
        "geography/name_variants.csv",
        "geography/recipients.csv",
        "geography/recipient_classes.yaml",
        "population/series.yaml",
        "population/estimates.yaml",
        "published/*",
    )
    files = sorted({file for pattern in patterns for file in data.glob(pattern)})
    return {str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
