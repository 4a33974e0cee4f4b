"""Head counts asked of SCB, as a careful script asks: explicit codes, one question per count, sums checked on arrival.

Plain Python and requests, for both scripts of ten tables; nothing of Kronvis is imported. Only tables without noise are
asked, where every sum is exact.
"""

import datetime as dt
from typing import Any

import requests

from benchmarks.baselines.tracked import read_yaml

NATION = "00"
_DIGITS = {"county": 2, "municipality": 4}
_SECONDS = 30


class Scb:
    """The service at an address, for the counties and municipalities of `codes` and the nation."""

    def __init__(self, url: str, codes: set[str]) -> None:
        self._url, self._codes = url, [NATION, *sorted(codes)]
        self._session = requests.Session()
        self._tables = read_yaml("population", "tables.yaml")["tables"]

    def counts(self, base: str, day: dt.date, ages: str) -> list[dict[str, Any]]:
        """A row per county and municipality; none if no table has the day."""
        period = f"{day.year}M{day.month:02}" if base == "folkmangd_month_end" else str(day.year)
        tables = [one for one in self._tables if one["base"] == base and _has(one, period)]
        if not tables:
            return []
        (table,) = tables
        if table["is_perturbed"]:
            raise ValueError(f"{table['id']} has noise, which must not be summed")
        counted = self._ask(table, period, ages)
        source = f"SCB {table['id']} ({table['v1_path'].rpartition('/')[2]}), Alder {ages}, Kon 1+2"
        said: dict[str, Any] = {"table_id": base, "reference_date": day, "ages": ages, "source": source}
        rows = [
            {**said, "region_type": kind, "region_code": code, "population": counted[code]}
            for kind, digits in _DIGITS.items()
            for code in self._codes
            if len(code) == digits and code != NATION
        ]
        for kind in _DIGITS:
            if sum(row["population"] for row in rows if row["region_type"] == kind) != counted[NATION]:
                raise ValueError(f"{source}: a {kind} is missing or wrong, they do not make the nation")
        return rows

    def _ask(self, table: dict[str, Any], period: str, ages: str) -> dict[str, int]:
        """Persons by region: the cells of an answer in JSON-stat 2, region by region."""
        asked = {
            "Region": self._codes,
            "Alder": _age_codes(table["ages"], ages),
            "Kon": table["sex_codes"],
            "ContentsCode": [table["contents_code"]],
            "Tid": [period],
        }
        answer = self._session.post(
            f"{self._url}/tables/{table['id']}/data",
            params={"lang": "sv", "outputFormat": "json-stat2"},
            json={"selection": [{"variableCode": name, "valueCodes": codes} for name, codes in asked.items()]},
            timeout=_SECONDS,
        )
        answer.raise_for_status()
        said = answer.json()
        cells, regions = said["value"], said["dimension"]["Region"]["category"]["index"]
        sizes = dict(zip(said["id"], said["size"], strict=True))
        if said["id"][0] != "Region" or sizes != {name: len(codes) for name, codes in asked.items()}:
            raise ValueError(f"{table['id']} {period}: {sizes} is not what was asked for")
        step = len(cells) // len(regions)
        return {code: sum(cells[place * step : (place + 1) * step]) for code, place in regions.items()}


def _has(table: dict[str, Any], period: str) -> bool:
    return bool(table["first_period"] <= period <= (table["last_period"] or period))


def _age_codes(known: dict[str, Any], ages: str) -> list[str]:
    """The code of all ages, or those of single years."""
    if ages == "all" and known["all_ages"]:
        return [known["all_ages"]]
    first, last = known["single_ages"] if ages == "all" else map(int, ages.split("-"))
    open_ended = list(known["open_ended"]) if ages == "all" else []
    return [*map(str, range(first, last + 1)), *open_ended]
