"""What is published, whether it is whole and up to date, as plain data."""

import datetime as dt
from pathlib import Path
from typing import Any

from assets.storage.inputs import input_hashes
from assets.storage.products import files_of
from assets.storage.published import damage, version_folders
from pipelines.answers.version import published_version
from pipelines.due import overdue_now
from pipelines.settings import Settings


def status(settings: Settings) -> dict[str, Any]:
    """What is published, whether its files are whole, and which years' inputs have changed since."""
    version = published_version(settings)
    manifest = version.manifest
    stale = [year for year in manifest["years"] if manifest["inputs"][str(year)] != input_hashes(settings.data, year)]
    return {
        "version": version.id,
        "folder": str(Path(version.folder)),
        "created_at": dt.datetime.fromisoformat(manifest["created_at"]).isoformat(),
        "kronvis": manifest["kronvis"],
        "years": manifest["years"],
        "files": len(manifest["files"]),
        "bytes": sum(entry["bytes"] for entry in manifest["files"].values()),
        "products": {
            name: {"files": len(files), "bytes": sum(entry["bytes"] for entry in files)}
            for name, product in manifest.get("products", {}).items()
            for files in [files_of({name: product}).values()]
        },
        "rows": sum(entry["rows"] for entry in manifest["files"].values()),
        "damaged": damage(version),
        "stale_years": stale,
        "overdue": [one._asdict() for one in overdue_now(settings)],
        "versions_kept": [folder.name for folder in version_folders(settings.out)],
    }
