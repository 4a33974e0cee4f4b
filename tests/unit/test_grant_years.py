"""The grant years of a run: those of its range, and no calendar asked."""

from typing import NamedTuple

import dagster as dg
import pytest

from assets.grant_years import grant_years
from pipelines.partitions import GRANT_YEARS


class Run(NamedTuple):
    """As much as is asked of an asset's context."""

    partition_key_range: dg.PartitionKeyRange


@pytest.mark.parametrize(("first", "last"), [("2016", "2026"), ("2019", "2021"), ("2025", "2025")])
def test_the_years_of_a_run_are_the_partitions_of_its_range(first: str, last: str) -> None:
    asked = dg.PartitionKeyRange(first, last)
    keys = GRANT_YEARS.get_partition_keys_in_range(asked)
    assert grant_years(Run(asked)) == [int(key) for key in keys]
