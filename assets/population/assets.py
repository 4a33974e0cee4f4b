"""Assets of the population stage: the year's recipients, and the head counts that its rules ask for."""

import dagster as dg
import polars as pl

from assets.population.bases import AsksForBases
from assets.population.recipients import Register, recipients_of
from assets.population.resolve import population_of
from assets.population.snapshot import Snapshot
