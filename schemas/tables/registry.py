"""All tables, in the order of the flow: those that are published, and those that are written beside them."""

from typing import Final

from schemas.table import Table
from schemas.tables.agreements import RULES, SOURCES
from schemas.tables.allocation import ALLOCATIONS, COVERAGE, POTS
from schemas.tables.changes import CHANGE_CAUSES
from schemas.tables.county import DEADLINES, FOLLOW_UP, FOLLOW_UP_FINDINGS, SUB_ALLOCATIONS
from schemas.tables.documents import AGREEMENT_DOCUMENTS_RAW, DOCUMENT_FIGURES
from schemas.tables.forecast import FORECAST, FORECAST_BACKTEST
from schemas.tables.population import POPULATION, POPULATION_BACKTEST, RECIPIENTS, SCB_POPULATION_RAW
from schemas.tables.reporting import COUNTY_OVERVIEW, RECIPIENT_TOTALS
from schemas.tables.scenarios import SCENARIO, SCENARIO_GRID, SCENARIO_VARIANTS, SENSITIVITY
from schemas.tables.verification import FINDINGS, PUBLISHED_FIGURES, RECONCILIATION, REVISIONS, VINTAGE_INFERENCE

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
        SUB_ALLOCATIONS,
        DEADLINES,
        FOLLOW_UP,
        FOLLOW_UP_FINDINGS,
        SENSITIVITY,
        FORECAST,
        FORECAST_BACKTEST,
        RECIPIENT_TOTALS,
        COUNTY_OVERVIEW,
        CHANGE_CAUSES,
    )
}

# Written on demand beside the published version, never into it.
APART: Final[dict[str, Table]] = {table.name: table for table in (SCENARIO, SCENARIO_GRID, SCENARIO_VARIANTS)}
ALL_TABLES: Final[dict[str, Table]] = {**TABLES, **APART}
