"""Reading a json-stat2 answer of 1.3 million cells: ours, a plain loop and pyjstat, interleaved in one session.

    python -m benchmarks.decode_jsonstat [REPEATS]

Each reading is a process of its own that prints the seconds of decoding (imports and reading of the file excluded)
and its peak memory. First every contender must read a smaller answer to the right cells.
"""

import itertools
import json
import math
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OURS, TUPLES, DICTS, PYJSTAT = "ours: orjson + polars", "plain loop to tuples", "plain loop to dicts", "pyjstat"
NOTHING = "our imports, nothing read"
Cells = dict[tuple[str, ...], int]


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


def _ours(body: bytes) -> Callable[[], Cells]:
    from assets.population.scb.jsonstat import cells, read_dataset

    frame = cells(read_dataset(body))
    return lambda: {row[:-1]: row[-1] for row in frame.rows()}


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
    return lambda: {tuple(list(row.values())[:-1]): row["value"] for row in rows}


def _pyjstat(body: bytes) -> Callable[[], Cells]:
    from pyjstat import pyjstat  # type: ignore[import-untyped]

    frame = pyjstat.Dataset.read(body.decode()).write("dataframe", naming="id")
    return lambda: {tuple(row[:-1]): int(row[-1]) for row in frame.itertuples(index=False, name=None)}


def _nothing(_body: bytes) -> Callable[[], Cells]:
    import assets.population.scb.jsonstat  # noqa: F401 - what the process weighs before it reads

    return dict


CONTENDERS: dict[str, Callable[[bytes], Callable[[], Cells]]] = {
    OURS: _ours,
    TUPLES: _tuples,
    DICTS: _dicts,
    PYJSTAT: _pyjstat,
    NOTHING: _nothing,
}


def check(contender: str) -> None:
    """The contender reads a smaller answer to exactly the cells that it was made of."""
    made = answer(regions=7, years=3)
    expected = dict(zip(itertools.product(*_by_position(made)), made["value"], strict=True))
    if CONTENDERS[contender](json.dumps(made).encode())() != expected:
        msg = f"{contender} reads something else than what was written"
        raise AssertionError(msg)


def write(file: Path) -> None:
    """Write the large answer; print the number of its cells."""
    made = answer(regions=312, years=21)
    file.write_text(json.dumps(made), encoding="utf-8")
    print(len(made["value"]))


def read_once(contender: str, file: Path) -> None:
    """Decode `file`; print seconds and peak memory in MiB."""
    body = file.read_bytes()
    # Once before, for what is loaded at the first use.
    CONTENDERS[contender](json.dumps(answer(regions=2, years=1)).encode())
    begun = time.perf_counter()
    kept = CONTENDERS[contender](body)
    seconds = time.perf_counter() - begun
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    del kept


def _in_own_process(*arguments: str) -> str:
    """What a process of its own prints. The parent stays small: a child's peak begins with its parent's size."""
    command = [sys.executable, "-m", "benchmarks.decode_jsonstat", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def measure(file: Path, repeats: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and MiB of every contender, the contenders taking turns."""
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name in CONTENDERS:
            seconds, mebibytes = map(float, _in_own_process("--read", name, str(file)).split())
            measured[name].append((seconds, mebibytes))
    return measured


def compare(repeats: int) -> None:
    """Check, measure and print."""
    for contender in CONTENDERS:
        if contender != NOTHING:
            _in_own_process("--check", contender)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        count = int(_in_own_process("--write", str(file)))
        print(f"{platform.machine()}, Python {platform.python_version()}, {repeats} repeats, medians")
        print(f"{count} cells, {file.stat().st_size / 2**20:.1f} MiB; every contender read a smaller answer correctly")
        measured = measure(file, repeats)
    ours = statistics.median(seconds for seconds, _ in measured[OURS])
    for name, runs in measured.items():
        seconds = statistics.median(run[0] for run in runs)
        mebibytes = statistics.median(run[1] for run in runs)
        speed = "" if name == NOTHING else f"{count / seconds / 1e6:8.2f} M cells/s  {seconds / ours:7.1f} × ours"
        print(f"{name:28} {seconds:7.3f} s  peak {mebibytes:5.0f} MiB{speed}")


def main() -> None:
    """Compare, or do one step of it in this process."""
    match sys.argv[1:]:
        case ["--check", contender]:
            check(contender)
        case ["--write", file]:
            write(Path(file))
        case ["--read", contender, file]:
            read_once(contender, Path(file))
        case arguments:
            compare(int(arguments[0]) if arguments else 5)


if __name__ == "__main__":
    main()
