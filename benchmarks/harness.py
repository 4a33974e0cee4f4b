"""How contenders are measured: in turns, several times, by medians, and as ratios to a named baseline.

Belongs here: taking turns, the record of a measurement, its JSON and its Markdown. What is measured is in the other
modules; each has `measure(repeats) -> Result` and prints it when started by itself.
"""

import gc
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Row:
    """One contender: seconds of each repeat, and what else is known of it (`rate`, `peak_mib`, …), by name."""

    contender: str
    seconds: tuple[float, ...]
    also: Mapping[str, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of its seconds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Target:
    """What was to be shown: a number, held against a bound. `wanted` is written as `≤ 2.5 ×` or `≥ 20 ×`."""

    what: str
    wanted: str
    measured: float
    unit: str
    is_met: bool


@dataclass(frozen=True)
class Result:
    """A benchmark's answer. `work` says what every contender did, `baseline` is the contender ratios refer to."""

    id: str
    title: str
    work: str
    baseline: str
    rows: tuple[Row, ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()

    def median(self, contender: str) -> float:
        """Median seconds of a contender."""
        return next(row.median for row in self.rows if row.contender == contender)


def at_most(what: str, measured: float, bound: float, unit: str = "×") -> Target:
    """A target met when `measured` ≤ `bound`."""
    return Target(what, f"≤ {bound:g} {unit}", measured, unit, measured <= bound)


def at_least(what: str, measured: float, bound: float, unit: str = "×") -> Target:
    """A target met when `measured` ≥ `bound`."""
    return Target(what, f"≥ {bound:g} {unit}", measured, unit, measured >= bound)


def within(what: str, measured: float, least: float, most: float) -> Target:
    """A target met when `measured` lies from `least` to `most`."""
    return Target(what, f"{least:g}–{most:g}", measured, "", least <= measured <= most)


def in_turns(contenders: Mapping[str, Callable[[], object]], repeats: int) -> tuple[Row, ...]:
    """Call each contender once to warm up, then `repeats` times, A B C A B C …; what they return is thrown away."""
    for call in contenders.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, call in contenders.items():
            gc.collect()
            begun = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - begun)
    return tuple(Row(name, tuple(times)) for name, times in seconds.items())


@dataclass(frozen=True)
class Ended:
    """A process that ended well: wall and processor seconds, the peak of its memory, what it printed."""

    wall: float
    cpu: float
    peak_mib: float
    printed: str


def run_process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    """Run `command` in the project's root; raises `CalledProcessError`, with what it said, if it fails.

    A child's peak begins with the size of its parent: measure memory from a process that stays small. Python keeps what
    it has compiled, as it does where nobody has said otherwise.
    """
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})}
    with tempfile.TemporaryFile() as printed:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=printed, stderr=subprocess.STDOUT)
        # Tells of this child alone.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        said = printed.read().decode()
    if process.returncode:
        error = subprocess.CalledProcessError(process.returncode, command, said)
        error.add_note(said)
        raise error
    return Ended(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def processes_in_turns(
    commands: Mapping[str, Callable[[], Sequence[str]]],
    repeats: int,
    environments: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Row, ...]:
    """Run each command once to warm up, then `repeats` times, in turns; `also` holds processor seconds and peak MiB."""
    ended: dict[str, list[Ended]] = {name: [] for name in commands}
    for turn in range(1 + repeats):
        for name, command in commands.items():
            one = run_process(command(), (environments or {}).get(name))
            if turn > 0:
                ended[name].append(one)
    return tuple(
        Row(
            name,
            tuple(one.wall for one in all_of_it),
            {
                "cpu_s": statistics.median(one.cpu for one in all_of_it),
                "peak_mib": max(one.peak_mib for one in all_of_it),
            },
        )
        for name, all_of_it in ended.items()
    )


def own_peak_mib() -> float:
    """The most memory this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def exponent(work: Sequence[float], seconds: Sequence[float], fixed: float = 0) -> float:
    """The slope of log(seconds) over log(work), by least squares: 1 is linear. `fixed` is what no work takes too."""
    beyond = [math.log(one - fixed) for one in seconds]
    return statistics.linear_regression(list(map(math.log, work)), beyond).slope


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in ("dagster", "polars", "pandera", "pyarrow", "numpy")},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def as_json(result: Result) -> str:
    """The whole record: every repeat, the machine, the targets."""
    return json.dumps({**asdict(result), "machine": machine()}, ensure_ascii=False, indent=1) + "\n"


def as_markdown(read: Mapping[str, Any]) -> str:
    """A record as a section for people: the work, the contenders, the targets, the notes."""
    medians = {row["contender"]: statistics.median(row["seconds"]) for row in read["rows"]}
    also = list(dict.fromkeys(name for row in read["rows"] for name in row["also"]))
    lines = [f"### {read['title']}", "", read["work"], ""]
    lines += [
        f"| | median s | min–max | × {read['baseline']} |" + "".join(f" {_HEADS.get(name, name)} |" for name in also)
    ]
    lines += ["| :-- |" + " --: |" * (3 + len(also))]
    for row in read["rows"]:
        name, times = row["contender"], row["seconds"]
        ratio = medians[name] / medians[read["baseline"]]
        cells = [name, _number(medians[name]), f"{_number(min(times))}–{_number(max(times))}", _number(ratio)]
        cells += [_number(row["also"][one]) if one in row["also"] else "" for one in also]
        lines.append("| " + " | ".join(cells) + " |")
    if read["targets"]:
        lines += ["", "| to be shown | wanted | measured | |", "| :-- | --: | --: | :-- |"]
        lines += [
            f"| {one['what']} | {one['wanted']} | {_number(one['measured'])} {one['unit']} | "
            f"{'met' if one['is_met'] else '**not met**'} |"
            for one in read["targets"]
        ]
    if read["notes"]:
        lines += ["", *[f"- {note}" for note in read["notes"]]]
    return "\n".join([*lines, ""])


_THREE_DIGITS: Final = 99
_HEADS: Final = {
    "first_s": "first s",
    "cpu_s": "processor s",
    "peak_mib": "peak MiB",
    "million_per_s": "million/s",
    "files_made": "files made",
}


def _number(value: float) -> str:
    """Three digits that count, and never an exponent."""
    return f"{value:.0f}" if value > _THREE_DIGITS else f"{value:.3g}"


def report(result: Result) -> None:
    """Keep the record in `benchmarks/results/` and print it."""
    RESULTS.mkdir(exist_ok=True)
    text = as_json(result)
    (RESULTS / f"{result.id}.json").write_text(text, encoding="utf-8")
    print(as_markdown(json.loads(text)))


def repeats_asked(default: int) -> int:
    """The number of repeats that stands on the command line, or `default`."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else default
