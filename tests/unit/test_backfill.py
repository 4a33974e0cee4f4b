"""Years at fault are found by halving, and never take the others with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assets.storage.publishing import PublishedVersion
from pipelines.backfill import run_what_holds
from schemas.errors import CannotPublish, DataRefused, SourceUnavailable


class Job:
    """Publishes what it is given unless a year of it is bad; remembers what it was asked."""

    def __init__(self, bad: dict[int, str]) -> None:
        self.bad = bad
        self.asked: list[list[int]] = []
        self.published: set[int] = set()

    def __call__(self, years: Sequence[int]) -> PublishedVersion:
        self.asked.append(list(years))
        for year in years:
            if year in self.bad:
                raise DataRefused(self.bad[year], "is wrong")
        self.published |= set(years)
        return PublishedVersion(str(len(self.asked)), Path(), is_new=True, manifest={})


YEARS = list(range(2016, 2027))


def test_good_years_are_one_run() -> None:
    job = Job({})
    outcome = run_what_holds(job, YEARS)
    assert job.asked == [YEARS]
    assert outcome.refused == {}


@pytest.mark.parametrize("bad", [{2016}, {2026}, {2020}, {2018, 2025}, {2016, 2017}, set(YEARS[:-1])])
def test_all_but_the_bad_years_are_published(bad: set[int]) -> None:
    job = Job({year: f"{year}.yaml" for year in bad})
    outcome = run_what_holds(job, YEARS)
    assert job.published == set(YEARS) - bad
    assert set(outcome.refused) == bad
    assert all(str(year) in str(refusal) for year, refusal in outcome.refused.items())
    assert outcome.version is not None


def test_a_fault_of_all_years_is_asked_for_three_times_only() -> None:
    job = Job(dict.fromkeys(YEARS, "recipients.csv"))
    outcome = run_what_holds(job, YEARS)
    assert job.asked == [YEARS, YEARS[:1], YEARS[-1:]]
    assert list(outcome.refused) == YEARS
    assert outcome.version is None


@pytest.mark.parametrize("error", [CannotPublish("disk", "full"), SourceUnavailable("SCB is away")])
def test_what_is_no_fault_of_a_year_is_raised_at_once(error: Exception) -> None:
    asked = []

    def job(years: Sequence[int]) -> Any:
        asked.append(years)
        raise error

    with pytest.raises(type(error)):
        run_what_holds(job, YEARS)
    assert len(asked) == 1


def test_a_fault_that_later_years_share_leaves_the_earlier_ones() -> None:
    job = Job(dict.fromkeys((2024, 2025, 2026), "2024.yaml"))
    outcome = run_what_holds(job, YEARS)
    assert job.published == set(range(2016, 2024))
    assert set(outcome.refused) == {2024, 2025, 2026}
