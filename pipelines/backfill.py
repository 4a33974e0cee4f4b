"""Many years in one call: what can be computed is published, and a year that is refused does not undo the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assets.storage.inputs import input_hashes
from assets.storage.publishing import PublishedVersion, current_version, damage
from pipelines.settings import Settings
from schemas.errors import CannotPublish, DataRefused


@dataclass
class Outcome:
    """What became of the years asked for: the version readers see now, and why years are not part of it."""

    version: PublishedVersion | None = None
    refused: dict[int, DataRefused] = field(default_factory=dict)


def run_what_holds(run: Callable[[Sequence[int]], PublishedVersion], years: Sequence[int]) -> Outcome:
    """Call `run` with all `years`; where it refuses, with halves of them, until the years at fault are alone.

    `run` publishes the years it is given or none of them. What is not the fault of a year is raised at once: a source
    that cannot be reached, a disk that is full. If both halves are refused for the very reason the whole was, all of
    them share it and no more is tried.
    """
    outcome = Outcome()
    try:
        outcome.version = run(years)
    except CannotPublish:
        raise
    except DataRefused as refusal:
        middle = (len(years) + 1) // 2
        halves = [half for half in (years[:middle], years[middle:]) if half]
        alike = [_refused_alike(run, half, refusal, outcome) for half in halves] if len(halves) > 1 else []
        if all(alike):
            outcome.refused = dict.fromkeys(years, refusal)
    return outcome


def _refused_alike(
    run: Callable[[Sequence[int]], PublishedVersion], half: Sequence[int], refusal: DataRefused, outcome: Outcome
) -> bool:
    """Run a half, add to `outcome` what became of it; whether all of it was refused for the reason of the whole."""
    of_half = run_what_holds(run, half)
    outcome.version = of_half.version or outcome.version
    outcome.refused |= of_half.refused
    return len(of_half.refused) == len(half) and {str(one) for one in of_half.refused.values()} == {str(refusal)}


def not_published_as_they_stand(settings: Settings, years: Sequence[int]) -> list[int]:
    """Those of `years` that were refused, never reached, damaged, or whose tracked files have changed since."""
    version = current_version(settings.out)
    if version is None:
        return list(years)
    damaged = {name.rpartition("_")[2].removesuffix(".parquet") for name in damage(version)}
    known = version.manifest["inputs"]
    return [year for year in years if str(year) in damaged or known.get(str(year)) != input_hashes(settings.data, year)]
