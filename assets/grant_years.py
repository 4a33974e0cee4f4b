"""The grant years of a run: a year, a range, or the whole history in one go.

Every table carries its year, so an asset handles one year or many in the same frames. Belongs to no stage.
"""

from collections.abc import Sequence
from typing import Protocol


class HasPartitionKeys(Protocol):
    """What an asset's context says about the run."""

    @property
    def partition_keys(self) -> Sequence[str]:
        """The grant years as text; a range run hands them over in no certain order."""
        ...


def grant_years(context: HasPartitionKeys) -> list[int]:
    """The grant years of this run, sorted."""
    return sorted(int(key) for key in context.partition_keys)
