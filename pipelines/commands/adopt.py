"""`kronvis adopt`: from now on another vintage of a count."""

from pipelines.commands.options import Ages, BaseName, Date, base_asked
from pipelines.settings import settings_from_environment
from pipelines.terminal.ending import say


def adopt(vintage: str, *, base: BaseName, date: Date, ages: Ages = "all") -> None:
    """Let the years that ask for a count rest on another vintage of it from now on."""
    from assets.population.scb.vintages import adopt as adopt_vintage
    from assets.storage.raw_archive import RawArchive

    settings = settings_from_environment()
    adopted = adopt_vintage(settings.raw, RawArchive(settings.raw), base_asked(base, date, ages), vintage)
    say(f"adopted {adopted.id[:12]} of {adopted.fetched_at:%Y-%m-%d}; run `kronvis run --source archive` to use it")
