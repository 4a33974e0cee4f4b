"""Faults against `kronvis run` itself: a process from its first import to its last line, products included.

Two variants of the data take turns, so that each run has something new to publish. Where a run is struck several are
struck in a row, and then one is left alone: what they leave behind together is what it has to cope with.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.domain import DATA, ROOT, changed
from tests.faults.injection.reader import NOTHING, Torn, Watching, essence, seen
from tests.faults.injection.verdict import Verdict

YEARS: Final = "2024..2025"
_AGREEMENT: Final = "agreements/psykisk-halsa/2025.yaml"
_PAUSE: Final = 0.1
_IN_A_ROW: Final = 3
_PLACES: Final[tuple[dict[str, str], ...]] = (
    {"TZ": "Asia/Tokyo", "LC_ALL": "C"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"},
    {"POLARS_MAX_THREADS": "1"},
    {"PYTHONHASHSEED": "7", "LANG": "C", "PYTHONUTF8": "0"},
)
_BUG: Final = 70
_LIMITED: Final = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from pipelines.__main__ import main
main()
"""
_CLOCK: Final = """
import sys, time
from tests.faults.injection.disturbed import move_clock
move_clock(float(sys.argv.pop(1)))
from pipelines.__main__ import main
main()
"""


class WholeRuns:
    """An output folder, two variants of the data, and what an undisturbed run makes of each."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._folder = folder
        self._rng = rng
        self._data = {"a": DATA, "b": folder / "data"}
        self._expected: dict[str, dict[str, object]] = {}
        self._seconds = 0.0
        self._out = folder / "out"

    @property
    def tables(self) -> Path:
        """The tables of the last undisturbed run."""
        return self._out / "work"

    def prepare(self) -> None:
        """Run undisturbed with each variant, the first one last, so that it is what readers see."""
        shutil.copytree(DATA, self._data["b"], ignore=shutil.ignore_patterns("out", "raw"))
        agreement = self._data["b"] / _AGREEMENT
        agreement.write_text(changed(agreement.read_text(encoding="utf-8"), "en: ", "en: Changed "), encoding="utf-8")
        for variant in ("b", "a"):
            begun = time.monotonic()
            done = self._start(variant, self._out)
            _, told = done.communicate()
            if done.returncode != 0:
                raise RuntimeError(f"an undisturbed run fails: {told}")
            self._seconds = time.monotonic() - begun
            self._expected[variant] = _said(self._out)
        if self._expected["a"]["content_sha256"] == self._expected["b"]["content_sha256"]:
            raise RuntimeError("the two variants of the data give the same")

    def faults(self, number: int) -> Iterator[Verdict]:
        """About `number` faults: most of them are killed runs."""
        if number <= 0:
            return
        others: list[Callable[[], Verdict]] = [
            self._two_runs,
            self._torn_instance,
            *(lambda place=place: self._elsewhere(place) for place in _PLACES),
            *(lambda seconds=seconds: self._other_clock(seconds) for seconds in (-365 * 86_400, 365 * 86_400)),
        ]
        strikes = [self._no_room] * 3 + [self._interrupted] * 3
        chosen = others[: max(1, number // 4)]
        for strike in (strikes * number)[: max(1, number // 6)]:
            yield from self._in_a_row([strike])
        for case in chosen:
            yield case()
        killed = number - len(chosen) - max(1, number // 6)
        while killed > 0:
            row = min(killed, _IN_A_ROW)
            yield from self._in_a_row([self._killed] * row)
            killed -= row

    # --- runs that are struck -------------------------------------------------------------------------------------

    def _in_a_row(self, strikes: list[Callable[[str], tuple[str, str, bool]]]) -> Iterator[Verdict]:
        """Strike runs with the other variant one after the other, then let one run."""
        before, variant = self._current(), self._other()
        found: list[tuple[tuple[str, str, bool], list[str], int]] = []
        for strike in strikes:
            with Watching(self._out, _PAUSE) as reader:
                told = strike(variant)
            wrong = [*reader.torn, *self._strange([*reader.views, self._look()], {before, variant})]
            found.append((told, wrong, len(reader.views)))
        unrecovered = self._unrecovered(variant)
        for (kind, what, struck), wrong, views in found:
            note = "; ".join([*wrong, *unrecovered])
            yield Verdict(kind, what, struck, not wrong, not unrecovered, views, note)

    def _killed(self, variant: str) -> tuple[str, str, bool]:
        return self._signalled(variant, signal.SIGKILL, "`kronvis run` killed at a random instant")

    def _interrupted(self, variant: str) -> tuple[str, str, bool]:
        number = self._rng.choice([signal.SIGINT, signal.SIGTERM])
        return self._signalled(variant, number, "`kronvis run` interrupted (SIGINT, SIGTERM)")

    def _signalled(self, variant: str, number: signal.Signals, kind: str) -> tuple[str, str, bool]:
        delay = self._rng.uniform(0, self._seconds)
        run = self._start(variant, self._out)
        try:
            run.communicate(timeout=delay)
        except subprocess.TimeoutExpired:
            run.send_signal(number)
        run.communicate()
        return kind, f"{number.name} after {delay:.2f} s", run.returncode != 0

    def _no_room(self, variant: str) -> tuple[str, str, bool]:
        limit = self._rng.choice([self._rng.randrange(100_000), self._rng.randrange(1_000_000)])
        run = self._start(variant, self._out, code=_LIMITED, argument=str(limit))
        _, told = run.communicate()
        kind = "`kronvis run` with no room: a file may grow no longer"
        if run.returncode != 0 and "could not be written" not in told:
            raise RuntimeError(f"a run without room ended with {run.returncode}: {told}")
        return kind, f"{limit} bytes", run.returncode != 0

    # --- runs where something is odd --------------------------------------------------------------------------------

    def _elsewhere(self, place: dict[str, str]) -> Verdict:
        kind = "`kronvis run` with other time zone, locale, threads"
        return self._odd(kind, str(place), lambda variant: self._start(variant, self._out, environment=place))

    def _other_clock(self, seconds: int) -> Verdict:
        kind = "`kronvis run` with the clock a year back, a year ahead"
        start = self._start
        return self._odd(
            kind, f"{seconds} s", lambda variant: start(variant, self._out, code=_CLOCK, argument=str(seconds))
        )

    def _odd(self, kind: str, what: str, start: Callable[[str], "subprocess.Popen[str]"]) -> Verdict:
        """A run that must give the very same in spite of it."""
        before, variant = self._current(), self._other()
        with Watching(self._out, _PAUSE) as reader:
            run = start(variant)
            _, told = run.communicate()
        wrong = [*reader.torn, *self._strange([*reader.views, self._look()], {before, variant})]
        if run.returncode != 0 or self._expected[variant] != _said(self._out):
            wrong.append(f"ended with {run.returncode} and published something else: {told[-600:]}")
        return self._verdict(kind, what, wrong, self._unrecovered(variant), len(reader.views))

    def _two_runs(self) -> Verdict:
        """Two runs at once: one wins, the other says so or comes after it."""
        before, variant = self._current(), self._other()
        with Watching(self._out, _PAUSE) as reader:
            runs = [self._start(variant, self._out), self._start(variant, self._out)]
            told = [run.communicate()[1] for run in runs]
        wrong = [*reader.torn, *self._strange([*reader.views, self._look()], {before, variant})]
        codes = [run.returncode for run in runs]
        wrong += [
            f"ended with {code}: {said[-600:]}"
            for code, said in zip(codes, told, strict=True)
            if code != 0 and "is being published by another run" not in said
        ]
        if 0 not in codes:
            wrong.append("neither won")
        return self._verdict(
            "two `kronvis run` at once", f"{codes}", wrong, self._unrecovered(variant), len(reader.views)
        )

    def _torn_instance(self) -> Verdict:
        """Dagster's record of runs is torn: the run goes on or says what to do; what is published is untouched."""
        before, variant = self._current(), self._other()
        home = self._folder / "dagster_home"
        home.mkdir(exist_ok=True)
        (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
        whole = self._start(variant, self._out, environment={"DAGSTER_HOME": str(home)})
        whole.communicate()
        if whole.returncode != 0:
            raise RuntimeError("a run that is recorded fails undisturbed")
        for file in home.rglob("*.db"):
            content = file.read_bytes()
            file.write_bytes(b"\x00" * 1_000 + content[1_000 : len(content) // 2])
        before, variant = self._current(), self._other()
        run = self._start(variant, self._out, environment={"DAGSTER_HOME": str(home)})
        _, told = run.communicate()
        wrong = self._strange([self._look()], {before, variant})
        if run.returncode == _BUG or (run.returncode != 0 and "→" not in told):
            wrong.append(f"ended with {run.returncode} and no way out is told: {told[-900:]}")
        shutil.rmtree(home)
        return self._verdict("`kronvis run` with Dagster's SQLite files torn", "", wrong, self._unrecovered(variant), 0)

    # --- looking --------------------------------------------------------------------------------------------------

    def _unrecovered(self, variant: str) -> list[str]:
        """Let a run of `variant` be; what is then not as if nothing had happened."""
        _grow_old(self._out)
        begun = time.monotonic()
        run = self._start(variant, self._out)
        _, told = run.communicate()
        # How long a run takes now, on a machine that others use too: the next instants are chosen from that.
        self._seconds = time.monotonic() - begun
        if run.returncode != 0:
            return [f"the next run ended with {run.returncode}: {told[-600:]}"]
        if self._look() != variant or _said(self._out) != self._expected[variant]:
            return [f"the next run published something else: {self._look()}"]
        left = [*(self._out / "versions").glob(".building-*"), *self._out.rglob(".kronvis-tmp-*")]
        return [f"left behind: {path.name}" for path in left]

    def _current(self) -> str:
        return self._look()

    def _other(self) -> str:
        return "b" if self._current() == "a" else "a"

    def _look(self) -> str:
        """The variant that readers see, or what is wrong with it."""
        try:
            return self._name(seen(self._out))
        except Torn as torn:
            return f"torn: {torn}"

    def _name(self, content: str) -> str:
        names = {str(expected["content_sha256"]): variant for variant, expected in self._expected.items()}
        return names.get(content, content if content == NOTHING else f"strange: {content}")

    def _strange(self, views: list[str], allowed: set[str]) -> list[str]:
        names = {view if view in {"a", "b"} or ":" in view else self._name(view) for view in views}
        return [f"a reader saw {name}" for name in sorted(names - allowed)]

    def _verdict(self, kind: str, what: str, wrong: list[str], unrecovered: list[str], views: int) -> Verdict:
        note = "; ".join([*wrong, *unrecovered])
        return Verdict(kind, what, True, not wrong, not unrecovered, views, note)

    def _start(
        self, variant: str, out: Path, *, environment: dict[str, str] | None = None, code: str = "", argument: str = ""
    ) -> "subprocess.Popen[str]":
        kronvis = ["-c", code, argument] if code else ["-m", "pipelines"]
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("KRONVIS_", "DAGSTER_"))}
        told = {**plain, "KRONVIS_DATA": str(self._data[variant]), "KRONVIS_OUT": str(out), **(environment or {})}
        return subprocess.Popen(
            [sys.executable, *kronvis, "run", "--years", YEARS, "--quiet"],
            cwd=ROOT, env=told, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip


def _said(out: Path) -> dict[str, object]:
    """What the manifest says, but for the product that tells what differs from the version before."""
    manifest = essence(out / "current")
    return {**manifest, "products": {name: told for name, told in manifest["products"].items() if name != "changes"}}


def _grow_old(out: Path) -> None:
    """Whatever was left behind has been there for hours."""
    for path in out.rglob(".kronvis-tmp-*"):
        os.utime(path, (0, 0), follow_symlinks=False)
