"""All tables of a run by the bare functions of the stages: no Dagster, no contracts, no checks, no publication.

    python -m benchmarks.baselines.all_tables_polars 2016..2026 OUT

What is left when everything that makes the main job trustworthy is taken away; each table is one plain `write_parquet`
per year. Only the amounts and everything derived from them are the same (`benchmarks/main_job.py` compares).
"""

import sys
from pathlib import Path

import polars as pl

from assets.agreements.files import AgreementFiles
from assets.agreements.tables import display_bases_of, rules_of
from assets.allocation.allocate import allocate
from assets.allocation.summarise import coverage_of, pots_of
from assets.allocation.year import split_of_year
from assets.county.allocated import allocated_amounts, county_allocations
from assets.county.checks import expected
from assets.county.deadlines import DeadlineFiles, deadlines_of, report_by
from assets.county.follow_up import FollowUpFiles, follow_up_of
from assets.county.split import Ground, counted_for, split_onward
from assets.county.sub_allocations import SubAllocationFiles
from assets.documents.bring import Bringer
from assets.documents.fetch import DocumentAccess, documents_raw_table
from assets.documents.register import DocumentFiles
from assets.forecast.tables import OnFile, backtests_of, forecasts_of, read_inputs
from assets.population.recipients import read_register, recipients_of
from assets.population.resolve import EmbeddedSource
from assets.population.snapshot import read_snapshot
from assets.population.source import population_of
from assets.reporting.changes import change_causes_of, previous_years
from assets.reporting.totals import compared_with_previous, county_overview_of, recipient_totals_of
from assets.scenarios.sensitivity import sensitivity_of
from assets.storage.raw_archive import RawArchive
from assets.verification.alarms import alarms_of
from assets.verification.extracted import differing, united
from assets.verification.findings import findings_of
from assets.verification.inference.vintages import vintage_inference_of
from assets.verification.published import PublishedFiles, all_sources
from assets.verification.reconcile import reconcile
from assets.verification.references import References
from assets.verification.revisions import revised_population, revisions_of
from schemas.tables.documents import AGREEMENT_DOCUMENTS_RAW, DOCUMENT_FIGURES
from schemas.tables.population import SCB_POPULATION_RAW


def tables(data: Path, years: list[int]) -> dict[str, pl.DataFrame]:
    """Name → frame of all `years`, from the tracked files in `data`."""
    agreements, published = AgreementFiles(data / "agreements"), PublishedFiles(data / "published")
    register, snapshot = read_register(data / "geography"), read_snapshot(data / "population")
    source = EmbeddedSource(snapshot)
    recipients = pl.concat([recipients_of(register, year) for year in years])
    bases = {year: agreements.bases(year) for year in years}
    counted = [population_of(year, bases[year], source, recipients.filter(year=year)) for year in years]
    population, population_backtest = (pl.concat(part) for part in zip(*counted, strict=True))
    signed = agreements.of_years(years)
    rules = rules_of(signed)
    allocations = allocate(rules, recipients, population)
    pots = pots_of(rules, allocations)
    documents = DOCUMENT_FIGURES.empty()
    figures = united(published.of(signed), documents)
    reconciliation = reconcile(figures, rules, allocations, published)
    on_file = published.all_figures()
    references = References(rules, recipients, allocations, on_file, snapshot, own_year_only=True)
    said = findings_of(reconciliation, on_file, differing(on_file, documents), rules, population, population_backtest)
    deadlines = deadlines_of(years, DeadlineFiles(data / "agreements"), agreements)
    splits = SubAllocationFiles(data / "sub_allocations").of_years(years, agreements, register, published.sources())
    amounts = allocated_amounts(allocations, on_file)
    totals = recipient_totals_of(allocations, rules, population, display_bases_of(signed))
    earlier = sorted({year - 1 for year in years} & set(agreements.years()) - set(years))
    before = [
        recipient_totals_of(
            *split_of_year(year, agreements, register, source), display_bases_of(agreements.of_year(year))
        )
        for year in earlier
    ]
    recipient_totals = compared_with_previous(totals, pl.concat([totals, *before]))
    pairs = previous_years({name: agreements.years(name) for name in agreements.programmes()}, years)
    others = [
        split_of_year(year, agreements, register, source)
        for year in sorted(set(pairs.get_column("year_previous")) - set(years))
    ]
    reports = FollowUpFiles(data / "follow_up").of_years(years, agreements, register)
    elsewhere = sorted(set(agreements.years()) - set(years)) if reports else []
    computed = pl.concat([allocations, *county_allocations(elsewhere, agreements, register, source)])
    known = allocated_amounts(computed, on_file)
    follow_up, follow_up_findings = follow_up_of(
        reports,
        lambda owner: expected(
            agreements.load(owner.programme, owner.year),
            owner.county_code,
            known,
            report_by(deadlines, owner.programme, owner.year),
        ),
        lambda owner: {*agreements.load(owner.programme, owner.year).sources, *published.sources()},
    )
    inputs, ours = read_inputs(data / "forecast", snapshot), OnFile(agreements, register, source)
    return {
        "recipients": recipients,
        "scb_population_raw": SCB_POPULATION_RAW.empty(),
        "population": population,
        "population_backtest": population_backtest,
        "rules": rules,
        "agreement_documents_raw": _documents(data, years),
        "document_figures": documents,
        "allocations": allocations,
        "pots": pots,
        "coverage": coverage_of(rules, pots),
        "published_figures": figures,
        "sources": all_sources(signed, figures, allocations, published),
        "reconciliation": reconciliation,
        "vintage_inference": vintage_inference_of(figures, rules, recipients, snapshot),
        "findings": pl.concat([said, alarms_of(figures, references)]),
        "revisions": revisions_of(
            rules, recipients, population, allocations, revised_population(bases, recipients, source)
        ),
        "sub_allocations": split_onward(
            splits, agreements, Ground(amounts, recipients, counted_for(splits, agreements, register, source))
        ),
        "deadlines": deadlines,
        "follow_up": follow_up,
        "follow_up_findings": follow_up_findings,
        "sensitivity": sensitivity_of(allocations, rules, recipients, snapshot),
        "forecast": pl.concat([forecasts_of(year, inputs, ours) for year in years]),
        "forecast_backtest": pl.concat([backtests_of(year, inputs, ours) for year in years]),
        "recipient_totals": recipient_totals,
        "county_overview": county_overview_of(recipient_totals, rules, recipients),
        "change_causes": change_causes_of(
            pl.concat([allocations, *(split[0] for split in others)]),
            pl.concat([rules, *(split[1] for split in others)]),
            pairs,
        ),
    }


def _documents(data: Path, years: list[int]) -> pl.DataFrame:
    """The registered documents, none of which is fetched."""
    bringer = Bringer(DocumentFiles(data / "agreements"), DocumentAccess(RawArchive(data / "raw")), is_live=False)
    registered = bringer.files.of_years(years)
    problems = bringer.bring(registered)
    rows = documents_raw_table(registered, bringer.access.archive)
    told = [{**row, "problem": problems.get((row["programme"], row["document_id"]))} for row in rows]
    return pl.DataFrame(told, AGREEMENT_DOCUMENTS_RAW.schema)


def main() -> None:
    """Make all tables of the years asked for, and write them."""
    first, last = map(int, sys.argv[1].split(".."))
    out, years = Path(sys.argv[2]), list(range(first, last + 1))
    for name, table in tables(Path("data"), years).items():
        (out / name).mkdir(parents=True, exist_ok=True)
        for year in years:
            table.filter(pl.col("year") == year).write_parquet(out / name / f"{name}_{year}.parquet")


if __name__ == "__main__":
    main()
