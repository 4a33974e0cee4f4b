"""`kronvis dictionary`: every table and column in words."""

import sys

from pipelines.commands.options import Json
from pipelines.terminal.ending import print_json


def dictionary(*, as_json: Json = False) -> None:
    """Print the data dictionary: every table, column, unit and rule, in Swedish and English."""
    from schemas.dictionary import describe, markdown
    from schemas.tables.registry import ALL_TABLES

    if as_json:
        print_json([describe(table) for table in ALL_TABLES.values()])
    else:
        sys.stdout.write(markdown(ALL_TABLES.values()))
