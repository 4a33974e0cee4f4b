"""Whether the bare polars script writes the very rows that Kronvis publishes.

python -m benchmarks.baselines.same_tables WRITTEN PUBLISHED FIRST..LAST

Ends with 1 and names the tables that differ.
"""

import sys
from pathlib import Path

import polars as pl

from assets.storage.table_files import file_name
from schemas.tables.registry import TABLES


def different(written: Path, published: Path, years: list[int]) -> list[str]:
    """The files whose rows are not the same, in the order of the table's key."""
    names = [(table, file_name(table, year)) for table in TABLES.values() for year in years]
    return [
        name
        for table, name in names
        if not pl.read_parquet(written / name).sort(table.key).equals(pl.read_parquet(published / name))
    ]


def main() -> None:
    """Compare; end with 1 where anything differs."""
    first, last = map(int, sys.argv[3].split(".."))
    found = different(Path(sys.argv[1]), Path(sys.argv[2]), list(range(first, last + 1)))
    if found:
        sys.exit(f"differ: {', '.join(found)}")


if __name__ == "__main__":
    main()
