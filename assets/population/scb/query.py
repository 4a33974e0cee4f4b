"""From the count that is wanted to the requests that ask SCB for it.

Explicit codes only: an expression or a default selection can change its meaning from one day to the next. Nothing is
sent here; that is `client.py`.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from assets.population.bases import Base
from assets.population.scb.exchange import PxWebRequest
from assets.population.scb.register import ScbTable, age_codes, period_of
from schemas.errors import DataRefused
from schemas.patterns import TERRITORY_CODE

Version = Literal["v2", "v1"]
COUNTRY: Final = "00"
LANGUAGE: Final = "sv"
FORMAT: Final = "json-stat2"


def queries(
    table: ScbTable, base: Base, region_codes: Sequence[str], max_cells: int, version: Version
) -> list[PxWebRequest]:
    """The fewest requests of at most `max_cells` cells for `base`, for these regions and once for the nation."""
    codes = sorted({COUNTRY, *region_codes})
    if odd := [code for code in codes if not re.fullmatch(TERRITORY_CODE, code)]:
        raise DataRefused(f"SCB table {table}", f"{odd[0]!r} is no code of a territory")
    others = selection_but_regions(table, base)
    per_region = math.prod(len(values) for values in others.values())
    if per_region > max_cells:
        what = f"one region is {per_region} cells, and SCB gives at most {max_cells} at a time"
        raise DataRefused(f"SCB table {table}", what)
    most = max_cells // per_region
    parts = [codes[start : start + most] for start in range(0, len(codes), most)]
    return [
        _request(
            table,
            {table.dimensions.region: part, **others},
            f"{table} {period_of(table, base.reference_date)}, ages {base.ages}, {len(part)} regions"
            + (f", part {number} of {len(parts)}" if len(parts) > 1 else ""),
            version,
        )
        for number, part in enumerate(parts, start=1)
    ]


def metadata_query(table: ScbTable, version: Version) -> PxWebRequest:
    """The request for the table's variables, codes and notes."""
    label = f"{table} metadata"
    if version == "v1":
        return PxWebRequest("GET", _v1_path(table), {}, None, 0, label)
    return PxWebRequest("GET", f"/tables/{table.id}/metadata", {"lang": LANGUAGE}, None, 0, label)


def selection_but_regions(table: ScbTable, base: Base) -> dict[str, list[str]]:
    """Every variable but the region, with the codes to ask for: the rest of the question, whatever the regions."""
    return {
        **table.extra,
        table.dimensions.age: list(age_codes(table, base.ages)),
        table.dimensions.sex: table.sex_codes,
        table.dimensions.contents: [table.contents_code],
        table.dimensions.time: [period_of(table, base.reference_date)],
    }


def _request(table: ScbTable, selection: Mapping[str, list[str]], label: str, version: Version) -> PxWebRequest:
    cells = math.prod(len(values) for values in selection.values())
    if version == "v1":
        return PxWebRequest("POST", _v1_path(table), {}, _v1_body(selection), cells, label)
    params = {"lang": LANGUAGE, "outputFormat": FORMAT}
    return PxWebRequest("POST", f"/tables/{table.id}/data", params, _v2_body(selection), cells, label)


def _v1_path(table: ScbTable) -> str:
    return f"/{LANGUAGE}/ssd/{table.v1_path}"


def _v1_body(selection: Mapping[str, list[str]]) -> dict[str, Any]:
    query = [
        {"code": variable, "selection": {"filter": "item", "values": values}} for variable, values in selection.items()
    ]
    return {"query": query, "response": {"format": FORMAT}}


def _v2_body(selection: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"selection": [{"variableCode": variable, "valueCodes": values} for variable, values in selection.items()]}
