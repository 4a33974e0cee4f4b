"""Exact apportionment of many pots at once, as a matrix: a row per pot, a column per recipient.

`apportion.py` says what the parts are, and whatever does not fit here is left to it; here they are found fast, for
pots that share recipients, weights and convention. Exact, because

- all numbers are integers, and before anything is multiplied it is shown that no number can leave its type;
- half up, (2uw + t) // 2t, is (uw + t // 2) // t: with uw = qt + r both add one to q from r = t - t // 2 on;
- the key of a remainder r in column c of n, r * n + n - c, orders by remainder and then by column, and no two keys of
  a row are alike: k units that are left go to the k keys above the one in place n - 1 - k of the sorted row.

Division by one number for all is a multiplication and a shift to numpy; tiles of the matrix stay in the cache; what is
as long as a row, which may hold millions, is made once and used for every row.
"""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from assets.apportion import CODE, PART, ROUNDING, UNITS, WEIGHT, apportion
from schemas.vocabulary import LARGEST_RECIPIENT, LARGEST_REMAINDER, ROUNDINGS

Integers: TypeAlias = npt.NDArray[np.int64]
_Naturals: TypeAlias = npt.NDArray[np.uint64]
_Keys: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]

_TOO_LARGE: Final = 2**63
# Numbers in a tile; with a quarter of them, calls cost a fifth more time, with twice as many nothing is gained.
_TILE: Final = 2**16
# From so many recipients on, looking for one key of a row costs less than sorting many rows together.
_MANY: Final = 2_000


def apportion_matrix(units: Integers, weights: Integers, rounding: str) -> Integers:
    """The parts, `[pot, recipient]`: the units of each pot, proportional to the weights.

    `weights` are in the order of the recipients' codes, so ties go to the first. Needs what `apportion` needs:
    nothing negative, and a positive sum of weights that is an Int64. Raises `ValueError` for an unknown convention.
    """
    if rounding not in ROUNDINGS:
        raise ValueError(f"{rounding!r} is no convention of rounding")
    if not _fits(units, weights):
        return _by_definition(units, weights, rounding)
    parts = np.empty((units.size, weights.size), np.uint64)
    pots, recipients = units[:, None].astype(np.uint64), weights.astype(np.uint64)
    share = _largest_remainder if rounding == LARGEST_REMAINDER else _nearest
    share(pots, recipients, parts)
    signed = parts.view(np.int64)
    if rounding == LARGEST_RECIPIENT:
        signed[:, weights.argmax()] += units - signed.sum(axis=1)
    return signed


def _fits(units: Integers, weights: Integers) -> bool:
    """Whether there is something to share, nothing is negative and no product, sum or key can leave its type."""
    if not units.size or not weights.size or min(units.min(), weights.min()) < 0:
        return False
    most, heaviest, total = int(units.max()), int(weights.max()), int(weights.sum())
    return total > 0 and most * heaviest + total < _TOO_LARGE and total * weights.size < _TOO_LARGE


def _nearest(units: _Naturals, weights: _Naturals, parts: _Naturals) -> None:
    """Fill `parts`; `units` is a column."""
    total = weights.sum()
    for rows in _blocks(parts):
        for columns in _slices(weights.size, _TILE):
            tile = np.multiply(units[rows], weights[columns], out=parts[rows, columns])
            tile += total // np.uint64(2)
            tile //= total


def _largest_remainder(units: _Naturals, weights: _Naturals, parts: _Naturals) -> None:
    """Fill `parts`; `units` is a column."""
    n, total, blocks = weights.size, weights.sum(), list(_blocks(parts))
    # Half as wide, keys are sorted in less than half the time.
    kind: type[np.unsignedinteger[Any]] = np.uint32 if int(total) * n < 2**32 else np.uint64
    # Once for all blocks: to get it from the system for each long row takes longer than all that is computed in it.
    spaces = np.empty((2, blocks[0].stop, n), kind)
    for rows in blocks:
        _fill(units[rows], weights, total, parts[rows], spaces[:, : rows.stop - rows.start])


def _fill(units: _Naturals, weights: _Naturals, total: np.uint64, parts: _Naturals, spaces: _Keys) -> None:
    """Fill `parts`, some rows of the matrix; `spaces` are for the keys in two orders, each as large as `parts`."""
    n, kind, spare = weights.size, spaces.dtype.type, units.copy()
    keys, ordered = spaces
    for columns in _slices(n, _TILE):
        remainders = units * weights[columns]
        floors = np.floor_divide(remainders, total, out=parts[:, columns])
        remainders -= floors * total
        spare -= floors.sum(axis=1, keepdims=True)
        tile = keys[:, columns]
        tile[...] = remainders
        tile *= kind(n)
        tile += np.arange(n - columns.start, n - columns.stop, -1, dtype=kind)
    ordered[...] = keys
    last_without = _in_place(ordered, n - 1 - spare.astype(np.int64))
    for columns in _slices(n, _TILE):
        parts[:, columns] += keys[:, columns] > last_without


def _in_place(keys: _Keys, places: Integers) -> _Keys:
    """The key of each row that stands in its place once the row is sorted; a column. Changes the order of `keys`."""
    if keys.shape[1] < _MANY:
        keys.sort(axis=1)
    else:
        for row, place in zip(keys, places[:, 0], strict=True):
            row.partition(place)
    return np.take_along_axis(keys, places, axis=1)


def _blocks(parts: _Naturals) -> Iterator[slice]:
    """Rows that make up a tile together, or one that is longer."""
    return _slices(len(parts), max(1, _TILE // parts.shape[1]))


def _slices(size: int, step: int) -> Iterator[slice]:
    return (slice(first, min(first + step, size)) for first in range(0, size, step))


def _by_definition(units: Integers, weights: Integers, rounding: str) -> Integers:
    shape = units.size, weights.size
    pots, recipients = (place.ravel() for place in np.indices(shape))
    rows = pl.DataFrame({"pot": pots, CODE: recipients, UNITS: units[pots], WEIGHT: weights[recipients]})
    parts = apportion(rows.with_columns(pl.lit(rounding).alias(ROUNDING)), ["pot"]).get_column(PART)
    return parts.to_numpy().reshape(shape)
