"""The three rounding conventions once more, in exact fractions, as the answer that `apportion` must give.

Deliberately shares no code with the project and knows no polars: a quota is `units · weight / all weights`.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

HALF = Fraction(1, 2)


def nearest(units: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Every quota to the nearest whole unit, a half upwards; need not add up to `units`."""
    return {code: math.floor(quota + HALF) for code, quota in _quotas(units, weights).items()}


def largest_remainder(units: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Hamilton: whole parts first, then one unit each to the largest remainders, ties to the lowest code."""
    quotas = _quotas(units, weights)
    parts = {code: math.floor(quota) for code, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda code: (parts[code] - quotas[code], code))
    for code in by_remainder[: units - sum(parts.values())]:
        parts[code] += 1
    return parts


def largest_recipient(units: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Nearest, and what is left over or lacking on the largest weight, ties to the lowest code."""
    parts = nearest(units, weights)
    largest = min(weights, key=lambda code: (-weights[code], code))
    parts[largest] += units - sum(parts.values())
    return parts


CONVENTIONS = {
    "nearest": nearest,
    "largest_remainder": largest_remainder,
    "largest_recipient": largest_recipient,
}


def _quotas(units: int, weights: Mapping[str, int]) -> dict[str, Fraction]:
    total = sum(weights.values())
    return {code: Fraction(units * weight, total) for code, weight in weights.items()}
