"""All tables that are published, in the order of the flow."""

from typing import Final

from schemas.agreements import RULES, SOURCES
from schemas.allocation import ALLOCATIONS, COVERAGE, POTS
from schemas.population import POPULATION, POPULATION_BACKTEST, RECIPIENTS, SCB_POPULATION_RAW
from schemas.reporting import COUNTY_OVERVIEW, RECIPIENT_TOTALS
from schemas.table import Table
from schemas.verification import FINDINGS, PUBLISHED_FIGURES, RECONCILIATION, REVISIONS

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        RECIPIENTS,
        SCB_POPULATION_RAW,
        POPULATION,
        POPULATION_BACKTEST,
        RULES,
        SOURCES,
        ALLOCATIONS,
        POTS,
        COVERAGE,
        PUBLISHED_FIGURES,
        RECONCILIATION,
        FINDINGS,
        REVISIONS,
        RECIPIENT_TOTALS,
        COUNTY_OVERVIEW,
    )
}
