"""The grant years of a run: a year, a range, or the whole history in one go.

Every table carries its year, so an asset handles one year or many in the same frames. Belongs to no stage.
"""

from typing import Protocol


class KeyRange(Protocol):
    """The first and the last key of a range of partitions."""

    @property
    def start(self) -> str:
        """The first grant year as text."""
        ...

    @property
    def end(self) -> str:
        """The last grant year as text."""
        ...


class HasKeyRange(Protocol):
    """What an asset's context says about the run."""

    @property
    def partition_key_range(self) -> KeyRange:
        """The grant years of the run; the same first and last, if it is for one."""
        ...


def grant_years(context: HasKeyRange) -> list[int]:
    """The grant years of this run, in order: every year from the first to the last is a partition."""
    years = context.partition_key_range
    return list(range(int(years.start), int(years.end) + 1))
