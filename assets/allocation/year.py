"""The split of one year from its inputs alone, for stages that need a year outside the run."""

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.recipients import Register, recipients_of
from assets.population.source import PopulationSource, population_of


def split_of_year(
    year: int, agreements: AgreementFiles, register: Register, source: PopulationSource
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """`allocations`, `rules` and `population` of `year`, computed the way the assets compute them."""
    recipients = recipients_of(register, year)
    population, _ = population_of(year, agreements.bases(year), source, recipients)
    rules = rules_of(agreements.of_year(year))
    return allocate(rules, recipients, population), rules, population
