"""Fetching bases: ask, keep the bytes, check them at the door, and only then call them a vintage.

What is refused at the door stays in quarantine with its reason; what is accepted stands beside earlier vintages.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from assets.population.bases import AskedBases, Base
from assets.population.scb.door import counts_in, require_plausible, require_sums
from assets.population.scb.exchange import Fetched, PxWebRequest
from assets.population.scb.jsonstat import read_dataset
from assets.population.scb.query import LANGUAGE, Version, queries
from assets.population.scb.register import ScbTable, table_for
from assets.population.scb.vintages import Vintage, archive_name, latest_vintage, vintage_id, vintages
from assets.population.source import PopulationSource
from assets.storage.raw_archive import Manifest, RawArchive
from schemas.errors import DataRefused
from schemas.vocabulary import COUNTY, DERIVED, MUNICIPALITY, OFFICIAL

if TYPE_CHECKING:
    # What speaks HTTP is loaded by whoever asks, not by a run that does not.
    from assets.population.scb.client import PxWebClient

# Goes up when the same bytes would be read otherwise; kept beside the bytes to tell what read them when they came.
PARSER_VERSION: Final = "1"


@dataclass(frozen=True)
class FetchOutcome:
    """The vintage that a fetch gave, and whether the archive had it before."""

    base: Base
    vintage: Vintage
    is_new: bool


class BringsBases(Protocol):
    """Brings what a run needs into the archive before it is read, or leaves the archive as it is."""

    def bring(self, asked: AskedBases, recipients: pl.DataFrame) -> list[FetchOutcome]:
        """Fetch all bases asked for; those that are only displayed may be ones that SCB does not publish."""
        ...


class NothingToBring:
    """For runs that use what is on hand."""

    def bring(self, asked: AskedBases, recipients: pl.DataFrame) -> list[FetchOutcome]:
        """Nothing is fetched."""
        del asked, recipients
        return []


def _nobody_watches(_outcome: FetchOutcome) -> None:
    pass


@dataclass(frozen=True)
class ScbAccess:
    """All that fetching needs: the service, its tables, the archive, and what was on hand before."""

    client: "PxWebClient"
    tables: tuple[ScbTable, ...]
    archive: RawArchive
    on_hand: PopulationSource
    api: Version = "v2"
    on_fetched: Callable[[FetchOutcome], None] = _nobody_watches

    def bring(self, asked: AskedBases, recipients: pl.DataFrame) -> list[FetchOutcome]:
        """Fetch all bases of `asked`, each count once for all territories; refuses a required one that no table has."""
        outcomes: dict[str, FetchOutcome] = {}
        for base in (*sorted(asked.required), *sorted(asked.display)):
            if archive_name(base) in outcomes or (base in asked.display and not self._has_table(base)):
                continue
            outcomes[archive_name(base)] = self.fetch(base, recipients)
            self.on_fetched(outcomes[archive_name(base)])
        return list(outcomes.values())

    def _has_table(self, base: Base) -> bool:
        """Whether SCB publishes it: figures per head are left out where it does not, no amount depends on them."""
        try:
            table_for(self.tables, base.table_id, base.reference_date)
        except DataRefused:
            return False
        return True

    def fetch(self, base: Base, recipients: pl.DataFrame) -> FetchOutcome:
        """Fetch one count for all counties and municipalities among `recipients`, and for the nation.

        Raises `SourceUnavailable` if SCB does not answer in time, and `DataRefused` if no table has the day or the
        answer is refused at the door; its bytes are then in quarantine and nothing else has changed.
        """
        table = table_for(self.tables, base.table_id, base.reference_date)
        territories = recipients.filter(pl.col("recipient_type").is_in([MUNICIPALITY, COUNTY]))
        codes = territories.get_column("recipient_code").to_list()
        requests = queries(table, base, codes, self.client.limits().max_cells, self.api)
        answers = [_held(self, request) for request in requests]
        told = _manifests(self, table, answers)
        try:
            counts = pl.concat([_counts(answer, table, base) for answer in answers])
            require_sums(counts, table, base)
            require_plausible(counts, self._known_before(base, table, recipients), base)
        except DataRefused as refusal:
            for answer, manifest in zip(answers, told, strict=True):
                self.archive.quarantine(archive_name(base), answer.body, manifest, str(refusal))
            raise
        return _kept(self.archive, base, answers, told)

    def _known_before(self, base: Base, table: ScbTable, recipients: pl.DataFrame) -> pl.DataFrame:
        """`region_code, population` of the same day as known so far: the latest vintage, else what is on hand."""
        latest = latest_vintage(self.archive, base)
        if latest is not None:
            return counts_of(self.archive, latest, table, base)
        on_hand = [pl.DataFrame(schema={"region_code": pl.String, "population": pl.Int64})]
        for territory in (MUNICIPALITY, COUNTY):
            answer = self.on_hand.answer(replace(base, region_type=territory), recipients)
            if answer is not None:
                same_day = answer.counts.filter(pl.col("basis").is_in([OFFICIAL, DERIVED]))
                on_hand.append(same_day.select("region_code", "population"))
        return pl.concat(on_hand)


def counts_of(archive: RawArchive, vintage: Vintage, table: ScbTable, base: Base) -> pl.DataFrame:
    """Read a vintage from its archived bytes with the parser of today, with the checks of the door."""
    return pl.concat(
        [
            counts_in(archive.read(part.sha256), part.headers, table, base, part.extra["regions"])
            for part in vintage.parts
        ]
    )


def _held(access: ScbAccess, request: PxWebRequest) -> Fetched:
    """The answer, its bytes on disk before anybody looks into them."""
    answer = access.client.fetch(request)
    access.archive.hold(answer.body)
    return answer


def _counts(answer: Fetched, table: ScbTable, base: Base) -> pl.DataFrame:
    return counts_in(answer.body, answer.headers, table, base, _regions(answer, table))


def _regions(answer: Fetched, table: ScbTable) -> list[str]:
    """The region codes that the request asked for, in the form of either version of the service."""
    body = answer.request.json_body or {}
    v2 = {entry["variableCode"]: entry["valueCodes"] for entry in body.get("selection", ())}
    v1 = {entry["code"]: entry["selection"]["values"] for entry in body.get("query", ())}
    return list({**v1, **v2}[table.dimensions.region])


def _kept(archive: RawArchive, base: Base, answers: list[Fetched], told: list[dict[str, Any]]) -> FetchOutcome:
    """Add a manifest for each answer; the same bytes as before are the same vintage."""
    known = {vintage.id: vintage for vintage in vintages(archive, base)}
    new_id = vintage_id([archive.hold(answer.body) for answer in answers])
    parts: list[Manifest] = []
    for number, (answer, manifest) in enumerate(zip(answers, told, strict=True)):
        updated = read_dataset(answer.body).updated
        extra = {**manifest["extra"], "vintage": new_id, "part": number, "parts": len(answers)}
        parts.append(archive.keep(archive_name(base), answer.body, {**manifest, "updated": updated, "extra": extra}))
    vintage = known.get(new_id, Vintage(new_id, tuple(parts)))
    return FetchOutcome(base, vintage, is_new=new_id not in known)


def _manifests(access: ScbAccess, table: ScbTable, answers: list[Fetched]) -> list[dict[str, Any]]:
    limits = access.client.limits()
    return [
        {
            "url": answer.url,
            "method": answer.request.method,
            "request_body": _body_text(answer),
            "status": answer.status,
            "headers": dict(answer.headers),
            "fetched_at": answer.fetched_at.isoformat(),
            "seconds": round(answer.seconds, 3),
            "table_id": table.id,
            "updated": None,
            "language": LANGUAGE,
            "limits": {
                "max_cells": limits.max_cells,
                "max_calls": limits.max_calls,
                "window_seconds": limits.window_seconds,
            },
            "parser_version": PARSER_VERSION,
            "extra": {"cells": answer.request.cells, "api": access.api, "regions": _regions(answer, table)},
        }
        for answer in answers
    ]


def _body_text(answer: Fetched) -> str | None:
    body = answer.request.json_body
    return None if body is None else json.dumps(body, ensure_ascii=False, sort_keys=True)
