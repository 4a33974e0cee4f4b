"""The field registry: every field of every family by its name.

Tables name their columns from here; contracts, dictionary, Parquet metadata and Dagster's column schemas follow.
"""

from collections.abc import Iterable
from typing import Final

from schemas.field import Field
from schemas.fields import (
    agreements,
    allocation,
    changes,
    common,
    county,
    documents,
    forecast,
    population,
    reporting,
    scenarios,
    verification,
)


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """Name → field; a name that is declared twice is refused (`ValueError`)."""
    found: dict[str, Field] = {}
    for field in fields:
        if field.name in found:
            msg = f"field {field.name!r} is declared twice"
            raise ValueError(msg)
        found[field.name] = field
    return found


FIELDS: Final = by_name(
    (
        *common.FIELDS,
        *population.FIELDS,
        *agreements.FIELDS,
        *documents.FIELDS,
        *allocation.FIELDS,
        *verification.FIELDS,
        *county.FIELDS,
        *scenarios.FIELDS,
        *forecast.FIELDS,
        *reporting.FIELDS,
        *changes.FIELDS,
    )
)
