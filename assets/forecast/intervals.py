"""Intervals from past errors: how far a head count has been off, for its size and for how far it was carried.

Integers only. An error is measured in spreads: a spread grows with the population to the power of three quarters, and
with the days to the nearest count: with their square root within the first year, in proportion beyond it.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Final

_YEAR: Final = 365
_THOUSANDTHS: Final = 1_000
# Errors are kept in millionths of a spread.
_MILLIONTHS: Final = 1_000_000


def spread(population: int, days: int) -> int:
    """The scale of an error, a thousand times the persons to the power of three quarters in a year; at least 1."""
    by_size = isqrt(isqrt(population**3 * _THOUSANDTHS**4))
    years = days * _THOUSANDTHS // _YEAR
    # Below a year the square root is the larger of the two, beyond it the time itself.
    by_time = max(years, isqrt(years * _THOUSANDTHS))
    return max(by_size * by_time // _THOUSANDTHS, 1)


def miss(error: int, population: int, days: int) -> int:
    """An error of so many persons in millionths of its spread, without its sign."""
    return abs(error) * _MILLIONTHS // spread(population, days)


def reach(misses: Sequence[int], percent: int) -> int:
    """The miss that `percent` of all stay within; one more than there are is reckoned with, for the one to come."""
    place = -(-percent * (len(misses) + 1) // 100)
    return sorted(misses)[min(place, len(misses)) - 1]


def half_width(population: int, days: int, reached: int, noise: int = 0) -> int:
    """Persons up and down: the reach at this size and time, and noise in the count that it starts from."""
    by_errors = -(-reached * spread(population, days) // _MILLIONTHS)
    if noise == 0:
        return by_errors
    return isqrt(by_errors**2 + noise**2 - 1) + 1
