"""What a monitor asks: the state of the output folder and of the last run, in Prometheus' text format.

node_exporter's textfile collector reads the file; nothing listens on a port. `kronvis run` leaves behind how it went
in `last-run.json`, in the output folder; runs that Dagster's daemon starts are recorded by Dagster instead.
"""

import datetime as dt
import json
import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from assets.storage.published import current_version
from assets.storage.whole_files import whole_file
from pipelines.answers.status import status
from pipelines.answers.summary import VERDICTS, summary
from pipelines.settings import Settings
from pipelines.terminal.ending import say
from schemas.errors import DataRefused, KronvisError

METRICS_FILE: Final = "KRONVIS_METRICS"
_LAST_RUN: Final = "last-run.json"

RunResult = Literal["succeeded", "refused", "failed"]


class Sample(NamedTuple):
    """One value and its labels."""

    value: float
    labels: Mapping[str, str] = {}


class Metric(NamedTuple):
    """A gauge: its name, what it tells, and its values; none where nothing is known."""

    name: str
    told: str
    samples: list[Sample]


@dataclass
class RunRecord:
    """How the last `kronvis run` on an output folder went; instants in seconds since 1970 UTC."""

    finished: float = 0.0
    seconds: float = 0.0
    result: RunResult = "failed"
    refused_years: list[int] = field(default_factory=list)
    # When a run last ended with no year refused; None if none ever has.
    succeeded: float | None = None


@contextmanager
def run_recorded(settings: Settings) -> Iterator[RunRecord]:
    """Record how the run inside the block goes; it names the years it refused in the record that it is given.

    Afterwards the file that `KRONVIS_METRICS` names is written anew, also where the run ended with an error. That
    neither can be written is said on stderr and changes nothing else: why the run itself failed is what is told.
    """
    before = last_run(settings.out)
    record = RunRecord(succeeded=None if before is None else before.succeeded)
    began = time.monotonic()
    try:
        yield record
        record.result = "refused" if record.refused_years else "succeeded"
    finally:
        record.seconds = round(time.monotonic() - began, 3)
        record.finished = round(time.time(), 3)
        if record.result == "succeeded":
            record.succeeded = record.finished
        try:
            with whole_file(settings.out / _LAST_RUN) as file:
                file.write_text(json.dumps(asdict(record)) + "\n", encoding="utf-8")
            if os.environ.get(METRICS_FILE):
                write_metrics(metrics(settings))
        except (OSError, KronvisError) as error:
            say(f"how the run went could not be recorded for the monitor: {error}")


def last_run(out: Path) -> RunRecord | None:
    """The record of the last `kronvis run` on `out`; None if there is none, or none that can be read.

    A record is no reason to refuse a run: the next one writes it anew, and a monitor sees that it is missing.
    """
    try:
        record = RunRecord(**json.loads((out / _LAST_RUN).read_text(encoding="utf-8")))
        numbers = (record.finished, record.seconds, record.succeeded or 0.0)
        is_one = all(map(math.isfinite, numbers)) and isinstance(record.refused_years, list)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return record if is_one else None


def write_metrics(text: str) -> None:
    """Write `text` to the file that `KRONVIS_METRICS` names, whole or not at all; nothing if it names none."""
    named = os.environ.get(METRICS_FILE, "")
    if named:
        with whole_file(Path(named)) as file:
            file.write_text(text, encoding="utf-8")


def metrics(settings: Settings) -> str:
    """The state of the output folder as Prometheus text. Every published file is read to see whether it is whole.

    What cannot be known is left out: without a version readers can see, `kronvis_published` is 0 and little else is
    there; where a table is damaged, nothing is said of its figures.
    """
    return "".join(_written(metric) for metric in [*_of_run(last_run(settings.out)), *_of_version(settings)])


def _of_run(record: RunRecord | None) -> list[Metric]:
    if record is None:
        return []
    succeeded = [] if record.succeeded is None else [Sample(record.succeeded)]
    results = ("succeeded", "refused", "failed")
    return [
        Metric("kronvis_last_run_timestamp_seconds", "When `kronvis run` last ended.", [Sample(record.finished)]),
        Metric("kronvis_last_success_timestamp_seconds", "When a run last ended with no year refused.", succeeded),
        Metric("kronvis_last_run_duration_seconds", "How long the last run took.", [Sample(record.seconds)]),
        Metric(
            "kronvis_last_run_result",
            "How the last run ended: 1 for that result, 0 for the others.",
            [Sample(one == record.result, {"result": one}) for one in results],
        ),
        Metric(
            "kronvis_last_run_refused_years", "Years that the last run refused.", [Sample(len(record.refused_years))]
        ),
    ]


def _of_version(settings: Settings) -> list[Metric]:
    published = "Whether readers see a version: 0 also where it cannot be read."
    try:
        version = current_version(settings.out)
    except DataRefused:
        version = None
    if version is None:
        return [Metric("kronvis_published", published, [Sample(0)])]
    told = status(settings)
    # The verdicts are read from the tables, which are only read when they are what was published.
    rows = [] if told["damaged"] else summary(version, told["years"])
    return [
        Metric("kronvis_published", published, [Sample(1)]),
        *_of_status(told),
        *_of_agreements(rows),
    ]


def _of_status(told: dict[str, Any]) -> Iterable[Metric]:
    """Metrics of `status.status`."""
    created = dt.datetime.fromisoformat(told["created_at"]).timestamp()
    about = {"version": told["version"], "kronvis": told["kronvis"]}
    products = told["products"].values()
    bytes_of = {"tables": told["bytes"], "products": sum(one["bytes"] for one in products)}
    files_of = {"tables": told["files"], "products": sum(one["files"] for one in products)}
    yield Metric(
        "kronvis_version_info", "The version that readers see, and the Kronvis that wrote it.", [Sample(1, about)]
    )
    yield Metric("kronvis_version_created_timestamp_seconds", "When that version was published.", [Sample(created)])
    yield Metric("kronvis_published_years", "Grant years in it.", [Sample(len(told["years"]))])
    yield Metric(
        "kronvis_stale_years", "Years whose tracked files have changed since.", [Sample(len(told["stale_years"]))]
    )
    yield Metric(
        "kronvis_damaged_files", "Files that are missing or not what was published.", [Sample(len(told["damaged"]))]
    )
    yield Metric("kronvis_rows", "Rows of all tables in it.", [Sample(told["rows"])])
    yield Metric("kronvis_bytes", "Bytes of its files.", [Sample(count, {"of": of}) for of, count in bytes_of.items()])
    yield Metric("kronvis_files", "Its files.", [Sample(count, {"of": of}) for of, count in files_of.items()])
    yield Metric("kronvis_versions_kept", "Versions on disk.", [Sample(len(told["versions_kept"]))])


def _of_agreements(rows: list[dict[str, Any]]) -> Iterable[Metric]:
    """Metrics of `summary.summary`."""
    named = [({"programme": row["programme"], "year": str(row["year"])}, row) for row in rows]
    verdicts = [Sample(row[verdict], {**labels, "verdict": verdict}) for labels, row in named for verdict in VERDICTS]
    share = [Sample(row["computed_share"], labels) for labels, row in named]
    preliminary = [Sample(row["preliminary_sek"], labels) for labels, row in named]
    mismatches = [Sample(sum(row["mismatch"] for row in rows))] if rows else []
    yield Metric("kronvis_mismatches", "Published figures that differ without a named cause.", mismatches)
    yield Metric("kronvis_figures", "Published figures by the verdict on them.", verdicts)
    yield Metric("kronvis_computed_ratio", "How much of the agreement's money is computed, from 0 to 1.", share)
    yield Metric("kronvis_preliminary_sek", "Money that rests on stand-in head counts, in kronor.", preliminary)


def _written(metric: Metric) -> str:
    """HELP, TYPE and one line per sample; nothing without samples."""
    if not metric.samples:
        return ""
    told = metric.told.replace("\\", r"\\").replace("\n", r"\n")
    lines = [f"# HELP {metric.name} {told}", f"# TYPE {metric.name} gauge"]
    lines += [f"{metric.name}{_labels(sample.labels)} {_number(sample.value)}" for sample in metric.samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    """Whole numbers without a decimal point; Python's own form of the others is one that Prometheus reads."""
    return str(int(value)) if value == int(value) else repr(float(value))
