"""Where things are: the data folder and the output folder. One object, made once, handed down."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Folders of a run. `data` holds the tracked inputs, `out` what is produced."""

    data: Path
    out: Path

    @property
    def work(self) -> Path:
        """Where tables are written before they are published."""
        return self.out / "work"


def settings_from_environment(out: Path | None = None) -> Settings:
    """`KRONVIS_DATA` and `KRONVIS_OUT`, by default `data/` and `data/out/` of this checkout."""
    data = Path(os.environ.get("KRONVIS_DATA", ROOT / "data")).resolve()
    chosen = out or Path(os.environ.get("KRONVIS_OUT", ROOT / "data" / "out"))
    return Settings(data, chosen.resolve())
