"""Many years in one call: what can be computed is published, and a year that is refused does not undo the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from assets.storage.inputs import input_hashes
from assets.storage.published import PublishedVersion, current_version, damage
from pipelines.settings import Settings
from schemas.errors import CannotPublish, DataRefused

# With fewer years, halving is as quick as asking whether all share a fault.
_FEW: Final = 3


@dataclass
class Outcome:
    """What became of the years asked for: the version readers see now, and why years are not part of it."""

    version: PublishedVersion | None = None
    refused: dict[int, DataRefused] = field(default_factory=dict)


def run_what_holds(run: Callable[[Sequence[int]], PublishedVersion], years: Sequence[int]) -> Outcome:
    """Call `run` with all `years`; where it refuses, with halves of them, until the years at fault are alone.

    `run` publishes the years it is given or none of them. What is not the fault of a year is raised at once: a source
    that cannot be reached, a disk that is full. If the first year alone and the last alone are refused for the very
    reason the whole was, all years share it and no more is tried.
    """
    outcome = Outcome()
    refusal = _attempt(run, years, outcome)
    if refusal is not None and len(years) > _FEW and _is_shared(run, years, refusal, outcome):
        outcome.refused = dict.fromkeys(years, refusal)
    elif refusal is not None:
        _divide(run, years, refusal, outcome)
    return outcome


def _is_shared(
    run: Callable[[Sequence[int]], PublishedVersion], years: Sequence[int], refusal: DataRefused, outcome: Outcome
) -> bool:
    """Whether the first year and the last are refused by themselves, and as all of them were."""
    return all(str(_attempt(run, [year], outcome)) == str(refusal) for year in (years[0], years[-1]))


def _attempt(
    run: Callable[[Sequence[int]], PublishedVersion], years: Sequence[int], outcome: Outcome
) -> DataRefused | None:
    try:
        outcome.version = run(years)
    except CannotPublish:
        raise
    except DataRefused as refusal:
        return refusal
    return None


def _divide(
    run: Callable[[Sequence[int]], PublishedVersion], years: Sequence[int], refusal: DataRefused, outcome: Outcome
) -> None:
    """Find the years at fault among `years`, which were refused together."""
    if len(years) == 1:
        outcome.refused[years[0]] = refusal
        return
    middle = (len(years) + 1) // 2
    for half in (years[:middle], years[middle:]):
        of_half = _attempt(run, half, outcome)
        if of_half is not None:
            _divide(run, half, of_half, outcome)


def not_published_as_they_stand(settings: Settings, years: Sequence[int]) -> list[int]:
    """Those of `years` that were refused, never reached, damaged, or whose tracked files have changed since."""
    version = current_version(settings.out)
    if version is None:
        return list(years)
    damaged = {name.rpartition("_")[2].removesuffix(".parquet") for name in damage(version)}
    known = version.manifest["inputs"]
    return [year for year in years if str(year) in damaged or known.get(str(year)) != input_hashes(settings.data, year)]
