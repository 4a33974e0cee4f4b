"""Which stored tables this process has held against their contract, so that the same bytes are not held twice.

Whether a file keeps its contract depends on its bytes and the code alone. Who reads a file anew compares the hash of
what lies on disk; only bytes that are not known are held against the contract.
"""

from collections.abc import Mapping
from typing import Final

# More than a version has, by far; a process that runs for weeks forgets the oldest.
_MOST: Final = 20_000
_held: Final[dict[tuple[str, str], None]] = {}


def remember(hashes: Mapping[str, str]) -> None:
    """The files, named `<table>/<table>_<year>.parquet`, keep their contracts as long as their bytes have these hashes.

    The name counts: the bytes of one year under the name of another are other rows than the contract saw.
    """
    for name, sha256 in hashes.items():
        _held[name, sha256] = None
    while len(_held) > _MOST:
        del _held[next(iter(_held))]


def are_held(hashes: Mapping[str, str]) -> bool:
    """Whether each of the files, with these very bytes, is known to keep its contract."""
    return all((name, sha256) in _held for name, sha256 in hashes.items())
