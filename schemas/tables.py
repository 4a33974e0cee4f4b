"""All tables that are published, in the order of the flow."""

from typing import Final

from schemas.agreements import RULES, SOURCES
from schemas.allocation import ALLOCATIONS, COVERAGE, POTS
from schemas.documents import AGREEMENT_DOCUMENTS_RAW, DOCUMENT_FIGURES
from schemas.population import POPULATION, POPULATION_BACKTEST, RECIPIENTS, SCB_POPULATION_RAW
from schemas.reporting import COUNTY_OVERVIEW, RECIPIENT_TOTALS
from schemas.table import Table
from schemas.verification import FINDINGS, PUBLISHED_FIGURES, RECONCILIATION, REVISIONS, VINTAGE_INFERENCE

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        RECIPIENTS,
        SCB_POPULATION_RAW,
        POPULATION,
        POPULATION_BACKTEST,
        RULES,
        SOURCES,
        AGREEMENT_DOCUMENTS_RAW,
        DOCUMENT_FIGURES,
        ALLOCATIONS,
        POTS,
        COVERAGE,
        PUBLISHED_FIGURES,
        RECONCILIATION,
        FINDINGS,
        VINTAGE_INFERENCE,
        REVISIONS,
        RECIPIENT_TOTALS,
        COUNTY_OVERVIEW,
    )
}
