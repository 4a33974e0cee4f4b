"""Which faults, in which order: every case of the kinds that have them, random ones for what is left."""

import random
from collections.abc import Callable, Iterator, Sequence

from tests.faults.injection.verdict import Kind, Verdict

# A fault that comes too late is tried again, but not for ever.
_TRIES = 4


def run(kinds: Sequence[Kind], faults: int, rng: random.Random) -> Iterator[Verdict]:
    """The verdicts of about `faults` faults of all kinds, mixed.

    Where there are fewer than cases, each kind gets an even share of them, at least one.
    """
    chosen = _of_cases(kinds, faults, rng)
    drawn = [kind for kind in kinds if kind.draw is not None]
    left = max(faults - len(chosen), len(drawn))
    weights = sum(kind.weight for kind in drawn)
    for kind in drawn:
        if kind.draw is not None:
            chosen += [kind.draw] * max(1, round(left * kind.weight / weights))
    rng.shuffle(chosen)
    for case in chosen:
        yield _struck(case)


def _of_cases(kinds: Sequence[Kind], faults: int, rng: random.Random) -> list[Callable[[], Verdict]]:
    with_cases = [kind for kind in kinds if kind.cases]
    if sum(len(kind.cases) for kind in with_cases) <= faults:
        return [case for kind in with_cases for case in kind.cases]
    share = max(1, faults // len(kinds))
    return [case for kind in with_cases for case in rng.sample(list(kind.cases), min(share, len(kind.cases)))]


def _struck(case: Callable[[], Verdict]) -> Verdict:
    verdict = case()
    for _ in range(_TRIES - 1):
        if verdict.struck:
            break
        verdict = case()
    return verdict
