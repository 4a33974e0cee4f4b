"""Where a run's inputs come from, by its settings: head counts embedded, from SCB or archived; documents; names."""

from assets.documents.bring import Bringer
from assets.documents.fetch import DocumentAccess
from assets.documents.names import NameBook, read_names
from assets.documents.register import DocumentFiles
from assets.forecast.tables import ForecastInputs, read_inputs
from assets.population.recipients import read_register
from assets.population.resolve import EmbeddedSource
from assets.population.scb.fetch import BringsBases, NothingToBring, ScbAccess
from assets.population.scb.register import read_tables
from assets.population.scb.source import ArchiveSource
from assets.population.scb.vintages import read_adoptions
from assets.population.snapshot import Snapshot, read_snapshot
from assets.population.source import PopulationSource
from assets.storage.raw_archive import RawArchive
from pipelines.settings import Settings


def population_source(settings: Settings, snapshot: Snapshot | None = None) -> PopulationSource:
    """What the run's population is read from; `snapshot` is the embedded one if it has been read already."""
    if settings.source == "embedded":
        return EmbeddedSource(snapshot or read_snapshot(settings.data / "population"))
    tables = read_tables(settings.data / "population")
    return ArchiveSource(RawArchive(settings.raw), tables, read_adoptions(settings.raw), name=settings.source)


def bringing(settings: Settings) -> BringsBases:
    """What is done before the population is read: asking SCB, or nothing."""
    return scb_access(settings) if settings.source == "scb" else NothingToBring()


def scb_access(settings: Settings) -> ScbAccess:
    """The way to SCB's service; nothing is asked yet."""
    from assets.population.scb.client import PxWebClient  # noqa: PLC0415 - most runs ask nobody

    return ScbAccess(
        client=PxWebClient(settings.scb_url, api=settings.scb_api),
        tables=read_tables(settings.data / "population"),
        archive=RawArchive(settings.raw),
        on_hand=EmbeddedSource(read_snapshot(settings.data / "population")),
        api=settings.scb_api,
    )


def documents(settings: Settings) -> Bringer:
    """The register of documents and the way to them."""
    access = DocumentAccess(RawArchive(settings.raw))
    return Bringer(DocumentFiles(settings.data / "agreements"), access, is_live=settings.fetch_documents)


def name_book(settings: Settings) -> NameBook:
    """All names of recipients."""
    geography = settings.data / "geography"
    return read_names(geography, read_register(geography))


def forecast_inputs(settings: Settings, snapshot: Snapshot | None = None) -> ForecastInputs:
    """The assumptions and the counts on hand, for the asset and for the command; `snapshot` if it has been read."""
    return read_inputs(settings.data / "forecast", snapshot or read_snapshot(settings.data / "population"))
