"""Whether `DAGSTER_HOME` is a folder that Dagster can use, and as the project wants it."""

import os
from pathlib import Path

from pipelines.operations.checks.finding import Finding, both
from pipelines.settings import Settings
from schemas.text import Text


def dagster_home(_settings: Settings) -> Finding:
    """Whether `DAGSTER_HOME`, if set, is a folder Dagster can use; not needed for a run."""
    named = os.environ.get("DAGSTER_HOME", "")
    if not named:
        found = Text("ingen; körningar lämnar inga spår i Dagster", "none; runs leave no trace in Dagster")
        return Finding("fine", found)
    home = Path(named)
    if not home.is_absolute() or not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        found = Text(f"{named} är ingen mapp som kan skrivas", f"{named} is no folder that can be written")
        remedy = Text(
            "skapa den, med hel sökväg, eller ta bort DAGSTER_HOME",
            "make it, with its whole path, or unset DAGSTER_HOME",
        )
        return Finding("wrong", found, remedy)
    as_ours = both("cp deploy/dagster_home/dagster.yaml $DAGSTER_HOME/")
    if not (home / "dagster.yaml").is_file():
        return Finding("note", Text(f"{home} utan dagster.yaml", f"{home} without dagster.yaml"), as_ours)
    return _dagster_file(home, as_ours)


def _dagster_file(home: Path, as_ours: Text) -> Finding:
    import yaml  # noqa: PLC0415 - it may be missing

    try:
        said = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError):
        # What it says is not shown: it may hold a password of a database.
        return Finding("wrong", Text("dagster.yaml kan inte läsas", "dagster.yaml cannot be read"), as_ours)
    is_off = isinstance(said, dict) and said.get("telemetry") == {"enabled": False}
    if not is_off and os.environ.get("DAGSTER_DISABLE_TELEMETRY", "").lower() not in {"1", "true", "yes"}:
        found = Text(f"{home}: telemetri är inte avslagen", f"{home}: telemetry is not off")
        return Finding("note", found, both("telemetry: {enabled: false}"))
    return Finding("fine", both(str(home)))
