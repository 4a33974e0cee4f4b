"""Reading a json-stat2 answer of 1.3 million cells: ours, plain loops, pxwebpy and pyjstat, taking turns.

    python -m benchmarks.decode_jsonstat [REPEATS]

Each turn is a process of its own that reads the same answer again and again for a second, at least twice. It tells how
long the first reading took, the median of the others, and the peak of its memory after the first (imports and reading
the file from disk excluded from the times). Ratios are of the medians: a fetch reads many answers in one process. First
every contender must read a smaller answer to exactly the cells it was made of.
"""

import itertools
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from benchmarks.harness import Result, Row, at_least, at_most, own_peak_mib, repeats_asked, report, run_process

Cells = dict[tuple[str, ...], int]
OURS: Final = "ours"
CAREFUL: Final = "ours, the way for odd answers"
TUPLES: Final = "json.loads and a loop to tuples"
DICTS: Final = "json.loads and a loop to dicts"
PXWEBPY: Final = "pxwebpy"
PYJSTAT: Final = "pyjstat"
NOTHING: Final = "our imports, nothing read"


def answer(regions: int, years: int) -> dict[str, Any]:
    """An answer in the service's shape, its indexes in no order: regions × 101 ages × 2 sexes × years."""
    codes = {
        "Region": [f"{code:04}" for code in range(regions)],
        "Alder": [*map(str, range(100)), "100+"],
        "Kon": ["1", "2"],
        "ContentsCode": ["BE0101N1"],
        "Tid": [str(2024 - years + year) for year in range(years)],
    }
    chance = random.Random(1)
    dimension = {}
    for name, own in codes.items():
        positions = list(enumerate(own))
        chance.shuffle(positions)
        index = {code: position for position, code in positions}
        dimension[name] = {"label": name, "category": {"index": index, "label": {code: f"the {code}" for code in own}}}
    sizes = [len(own) for own in codes.values()]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd",
        "source": "SCB",
        "updated": "2025-02-21T07:00:00Z",
        "id": list(codes),
        "size": sizes,
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "dimension": dimension,
        "value": [chance.randrange(10_000) for _ in range(math.prod(sizes))],
    }


def body_of(made: dict[str, Any]) -> bytes:
    """As the service writes it: no blanks between the members."""
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


# --- contenders -----------------------------------------------------------------------------------------------


def _ours(body: bytes) -> Callable[[], Cells]:
    from assets.population.scb.jsonstat import cells, read_dataset

    frame = cells(read_dataset(body))
    return lambda: {row[:-1]: row[-1] for row in frame.rows()}


def _careful(body: bytes) -> Callable[[], Cells]:
    from assets.population.scb import jsonstat

    with patch.object(jsonstat, "plain_answer", lambda _body: None):
        return _ours(body)


def _by_position(read: dict[str, Any]) -> list[list[str]]:
    indexes = [read["dimension"][name]["category"]["index"] for name in read["id"]]
    return [sorted(index, key=index.__getitem__) for index in indexes]


def _tuples(body: bytes) -> Callable[[], Cells]:
    read = json.loads(body)
    rows = []
    for key, value in zip(itertools.product(*_by_position(read)), read["value"], strict=True):
        rows.append((*key, value))
    return lambda: {row[:-1]: row[-1] for row in rows}


def _dicts(body: bytes) -> Callable[[], Cells]:
    read = json.loads(body)
    rows = []
    for key, value in zip(itertools.product(*_by_position(read)), read["value"], strict=True):
        row = dict(zip(read["id"], key, strict=True))
        row["value"] = value
        rows.append(row)
    return lambda: _of_records(rows)


def _of_records(rows: list[dict[str, Any]]) -> Cells:
    return {tuple(list(row.values())[:-1]): row["value"] for row in rows}


def _pxwebpy(body: bytes) -> Callable[[], Cells]:
    # What its PxApi.get_table_data gives back is made by this function; no request is sent here.
    from pxweb._internal.functions import unpack_table_data

    rows = unpack_table_data(json.loads(body), show="code")
    return lambda: _of_records(rows)


def _pyjstat(body: bytes) -> Callable[[], Cells]:
    from pyjstat import pyjstat  # type: ignore[import-untyped]  # has no types

    frame = pyjstat.Dataset.read(body.decode()).write("dataframe", naming="id")
    return lambda: {tuple(row[:-1]): int(row[-1]) for row in frame.itertuples(index=False, name=None)}


def _nothing(_body: bytes) -> Callable[[], Cells]:
    import assets.population.scb.jsonstat  # noqa: F401 - what the process weighs before it reads

    return dict


CONTENDERS: Final[Mapping[str, Callable[[bytes], Callable[[], Cells]]]] = {
    OURS: _ours,
    CAREFUL: _careful,
    TUPLES: _tuples,
    DICTS: _dicts,
    PXWEBPY: _pxwebpy,
    PYJSTAT: _pyjstat,
    NOTHING: _nothing,
}


# --- one step, in a process of its own ------------------------------------------------------------------------


def check(contender: str) -> None:
    """The contender reads a smaller answer to exactly the cells that it was made of."""
    made = answer(regions=7, years=3)
    expected = dict(zip(itertools.product(*_by_position(made)), made["value"], strict=True))
    if CONTENDERS[contender](body_of(made))() != expected:
        msg = f"{contender} reads something else than what was written"
        raise AssertionError(msg)


def write(file: Path) -> None:
    """Write the large answer; print the number of its cells."""
    made = answer(regions=312, years=21)
    file.write_bytes(body_of(made))
    print(len(made["value"]))


def read_often(contender: str, file: Path) -> None:
    """Read `file` for a second; print seconds of the first reading and of the median later one, and the first's MiB."""
    body = file.read_bytes()
    # For what is loaded at the first use.
    CONTENDERS[contender](body_of(answer(regions=2, years=1)))
    first = _seconds(contender, body)
    peak = own_peak_mib()
    later = [_seconds(contender, body)]
    while sum(later) < 1 and contender != NOTHING:
        later.append(_seconds(contender, body))
    print(first, statistics.median(later), peak)


def _seconds(contender: str, body: bytes) -> float:
    begun = time.perf_counter()
    kept = CONTENDERS[contender](body)
    seconds = time.perf_counter() - begun
    del kept
    return seconds


# --- the comparison -------------------------------------------------------------------------------------------


def _step(*arguments: str) -> str:
    """What a step prints. The parent stays small: a child's peak begins with its parent's size."""
    return run_process([sys.executable, "-m", "benchmarks.decode_jsonstat", *arguments]).printed


def _turns(file: Path, repeats: int) -> tuple[Row, ...]:
    told: dict[str, list[list[float]]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name, runs in told.items():
            runs.append([float(number) for number in _step("--read", name, str(file)).split()])
    return tuple(
        Row(
            name,
            tuple(later for _, later, _ in runs),
            {"first_s": statistics.median(first for first, _, _ in runs), "peak_mib": max(peak for *_, peak in runs)},
        )
        for name, runs in told.items()
    )


def measure(repeats: int) -> Result:
    """Check every contender, then let them take turns with the large answer."""
    for contender in CONTENDERS:
        if contender != NOTHING:
            _step("--check", contender)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        count = int(_step("--write", str(file)))
        mebibytes = file.stat().st_size / 2**20
        rows = _turns(file, repeats)
    ours, *others = rows[:-1]
    times = {row.contender: row.median / ours.median for row in others}
    at_first = ", ".join(f"{row.contender} {row.also['first_s'] / ours.also['first_s']:.1f} ×" for row in others)
    return Result(
        id="decode_jsonstat",
        title="Reading SCB's answers",
        work=f"{count} cells, {mebibytes:.1f} MiB of json-stat2 as the service writes it; bytes to rows or a frame",
        baseline=OURS,
        rows=rows,
        targets=(
            at_least("pyjstat's time", times[PYJSTAT], 100),
            at_least("time of a plain loop to dicts", times[DICTS], 20),
            at_least("time of a plain loop to tuples", times[TUPLES], 20),
            at_most("peak memory", ours.also["peak_mib"], 192, "MiB"),
        ),
        notes=(f"the first reading in a process, as multiples of ours: {at_first}", *TRIED),
    )


# Each the fastest of 15 in one warm process, on the machine and beside the other work of the first record.
TRIED: Final = (
    "the numbers, as they are read now, by polars as lines that end with commas: 8 ms on two free cores, 15 ms on one",
    "tried for the numbers, on one core: pysimdjson 10 ms if its parser and memory are kept, 18 if not, 11 in blocks",
    "tried for the numbers: numpy.fromstring 14 ms; numpy is not among the dependencies",
    "tried for the numbers: polars split and cast 20 ms, pyarrow.csv 23, pyarrow split and cast 24, json_decode 27",
    "tried for the numbers: msgspec to a list of int 40 ms, orjson to a list of int 48, without making a column of it",
    "the codes, as they are laid out now, Enums in pieces: 1.3 ms",
    "tried for the codes: text by position 14 ms, Enums by position 10, bytes in a pattern 8, cross join 5.4",
    "tried for the codes: cross join in the streaming engine 2.6 ms",
    "summing by region takes 6 ms with Enums and 17 ms with text",
)


def main() -> None:
    """Compare, or do one step of it in this process."""
    match sys.argv[1:]:
        case ["--check", contender]:
            check(contender)
        case ["--write", file]:
            write(Path(file))
        case ["--read", contender, file]:
            read_often(contender, Path(file))
        case _:
            report(measure(repeats_asked(5)))


if __name__ == "__main__":
    main()
