"""An output folder with a published version, as the tests look at it."""

import hashlib
from dataclasses import dataclass

import polars as pl

from assets.storage.published import PublishedVersion, current_version
from pipelines.settings import Settings
from schemas.tables.registry import TABLES

ALL_YEARS = range(2016, 2027)


@dataclass(frozen=True)
class Published:
    """An output folder with a published version."""

    settings: Settings

    @property
    def version(self) -> PublishedVersion:
        found = current_version(self.settings.out)
        assert found is not None
        return found

    def table(self, name: str, year: int | None = None) -> pl.DataFrame:
        """One table as a reader of `current` sees it."""
        pattern = f"{name}_{year}.parquet" if year else "*.parquet"
        return pl.read_parquet(self.settings.out / "current" / TABLES[name].name / pattern)

    def hashes(self) -> dict[str, str]:
        """Every published file and the SHA-256 of its bytes, read from disk."""
        folder = self.version.folder
        return {
            str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.glob("*/*.parquet"))
        }


def quiet(_step: str, _steps: int) -> None:
    """Nobody watches the progress of a test."""
