"""Years at fault are found by halving, and never take the others with them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assets.storage.inputs import input_hashes
from assets.storage.published import PublishedVersion
from pipelines.running.backfill import not_published_as_they_stand, run_what_holds
from pipelines.settings import Settings
from schemas.errors import CannotPublish, DataRefused, SourceUnavailable
from tests.domain import DATA


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


def test_three_years_are_halved_and_four_are_asked_whether_they_share_a_fault() -> None:
    of_three, of_four = (Job(dict.fromkeys(years, "recipients.csv")) for years in ([1, 2, 3], [1, 2, 3, 4]))
    run_what_holds(of_three, [1, 2, 3])
    run_what_holds(of_four, [1, 2, 3, 4])
    assert of_three.asked == [[1, 2, 3], [1, 2], [1], [2], [3]]
    assert of_four.asked == [[1, 2, 3, 4], [1], [4]]


def test_one_year_is_tried_once_and_two_by_themselves() -> None:
    one, two = Job({1: "1.yaml"}), Job({1: "1.yaml", 2: "2.yaml"})
    run_what_holds(one, [1])
    run_what_holds(two, [1, 2])
    assert one.asked == [[1]]
    assert two.asked == [[1, 2], [1], [2]]


@pytest.mark.parametrize("others", ["a.yaml", "z.yaml"])
def test_another_reason_at_an_end_is_no_shared_fault(others: str) -> None:
    """Refused together for the fault of the first year; the last one has a fault of its own, or none at all."""
    job = Job({1: "m.yaml", 4: others})
    outcome = run_what_holds(job, [1, 2, 3, 4])
    assert {year: refusal.where for year, refusal in outcome.refused.items()} == {1: "m.yaml", 4: others}
    assert job.published == {2, 3}


def test_the_first_half_is_the_larger_and_comes_first() -> None:
    job = Job({5: "5.yaml"})
    run_what_holds(job, [1, 2, 3, 4, 5])
    assert job.asked == [[1, 2, 3, 4, 5], [1], [1, 2, 3], [4, 5], [4], [5]]


def test_the_version_readers_see_is_the_last_one_published() -> None:
    job = Job({1: "1.yaml"})
    outcome = run_what_holds(job, [1, 2, 3])
    assert outcome.version is not None
    assert outcome.version.id == str(len(job.asked)), "3 alone, which came last"


def test_years_refused_changed_damaged_or_never_published_are_left_to_do(tmp_path: Path) -> None:
    settings = Settings(DATA, tmp_path)
    assert not_published_as_they_stand(settings, [2024, 2025]) == [2024, 2025]
    inputs = {str(year): input_hashes(DATA, year) for year in (2022, 2023, 2024)}
    inputs["2023"] = {**inputs["2023"], "agreements/psykisk-halsa/2023.yaml": "as it was"}
    folder = tmp_path / "versions/20260101T000000.000000Z-aaaaaaaa"
    folder.mkdir(parents=True)
    files = {"pots/pots_2024.parquet": {"sha256": "of a file that is gone"}}
    (folder / "manifest.json").write_text(
        json.dumps({"inputs": inputs, "files": files, "years": [2022, 2023, 2024]}), encoding="utf-8"
    )
    (tmp_path / "current").symlink_to("versions/20260101T000000.000000Z-aaaaaaaa")
    assert not_published_as_they_stand(settings, [2022, 2023, 2024, 2025]) == [2023, 2024, 2025]
    assert not_published_as_they_stand(settings, [2022]) == []
