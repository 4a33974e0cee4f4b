"""Which population a run reads, from its settings: the embedded snapshot, or SCB's answers in the archive."""

from assets.population.resolve import EmbeddedSource
from assets.population.scb.client import PxWebClient
from assets.population.scb.fetch import BringsBases, NothingToBring, ScbAccess
from assets.population.scb.register import read_tables
from assets.population.scb.source import ArchiveSource
from assets.population.scb.vintages import read_adoptions
from assets.population.snapshot import read_snapshot
from assets.population.source import PopulationSource
from assets.storage.raw_archive import RawArchive
from pipelines.settings import Settings


def population_source(settings: Settings) -> PopulationSource:
    """What the run's population is read from."""
    if settings.source == "embedded":
        return _embedded(settings)
    tables = read_tables(settings.data / "population")
    return ArchiveSource(RawArchive(settings.raw), tables, read_adoptions(settings.raw), name=settings.source)


def bringing(settings: Settings) -> BringsBases:
    """What is done before the population is read: asking SCB, or nothing."""
    return scb_access(settings) if settings.source == "scb" else NothingToBring()


def scb_access(settings: Settings) -> ScbAccess:
    """The way to SCB's service; nothing is asked yet."""
    return ScbAccess(
        client=PxWebClient(settings.scb_url, api=settings.scb_api),
        tables=read_tables(settings.data / "population"),
        archive=RawArchive(settings.raw),
        on_hand=_embedded(settings),
        api=settings.scb_api,
    )


def _embedded(settings: Settings) -> EmbeddedSource:
    return EmbeddedSource(read_snapshot(settings.data / "population"))
