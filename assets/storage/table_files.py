"""What the file of a table and year is called, in the work folder and in every version."""

from schemas.table import Table


def file_name(table: Table, year: int) -> str:
    """`allocations/allocations_2025.parquet`: no `=`, so every reader sees `year` as a plain column."""
    return file_of(table.name, year)


def file_of(table_name: str, year: int) -> str:
    """As `file_name`, by the name of a table alone."""
    return f"{table_name}/{table_name}_{year}.parquet"


def year_of(name: str) -> int:
    """The year of such a name, with or without its folder."""
    return int(name.rpartition("_")[2].removesuffix(".parquet"))
