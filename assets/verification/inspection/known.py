"""What a document is compared with: every year on file, computed from what is on hand."""

from dataclasses import dataclass

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import rules_of
from assets.allocation.allocate import allocate
from assets.population.recipients import Register, recipients_of
from assets.population.source import PopulationSource, population_of
from assets.verification.comparable import computed_amounts, rule_gaps
from assets.verification.published import PublishedFiles


@dataclass(frozen=True)
class Known:
    """The tables of the years, and `amounts` and `gaps` as `comparable.py` makes them of these."""

    rules: pl.DataFrame
    recipients: pl.DataFrame
    population: pl.DataFrame
    backtest: pl.DataFrame
    allocations: pl.DataFrame
    amounts: pl.DataFrame
    gaps: pl.DataFrame
    published: PublishedFiles

    def narrowed(self, programme: str | None, year: int | None) -> "Known":
        """The same with only the rules and amounts of a programme, a year, or both."""

        def chosen(frame: pl.DataFrame) -> pl.DataFrame:
            wanted = {"programme": programme, "year": year}
            return frame.filter(*(pl.col(name) == value for name, value in wanted.items() if value is not None))

        return Known(
            rules=chosen(self.rules),
            recipients=self.recipients,
            population=self.population,
            backtest=self.backtest,
            allocations=chosen(self.allocations),
            amounts=chosen(self.amounts),
            gaps=chosen(self.gaps),
            published=self.published,
        )


def all_that_is_known(
    agreements: AgreementFiles, register: Register, source: PopulationSource, published: PublishedFiles
) -> Known:
    """Every year with an agreement, computed the way the assets compute them."""
    years = agreements.years()
    rules = rules_of(agreements.of_years(years))
    recipients = pl.concat([recipients_of(register, year) for year in years])
    counted = [population_of(year, agreements.bases(year), source, recipients_of(register, year)) for year in years]
    population = pl.concat([rows for rows, _ in counted])
    allocations = allocate(rules, recipients, population)
    return Known(
        rules=rules,
        recipients=recipients,
        population=population,
        backtest=pl.concat([tests for _, tests in counted]),
        allocations=allocations,
        amounts=computed_amounts(allocations, rules),
        gaps=rule_gaps(rules),
        published=published,
    )
