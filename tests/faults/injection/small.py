"""Faults in small worlds that strike a process: at each step that changes the disk, at random instants, no room."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.faults.injection.bench import SETTINGS, Bench, Setting, Trial
from tests.faults.injection.nursery import Nursery
from tests.faults.injection.verdict import Kind, Verdict
from tests.faults.injection.world import World

NOBODY: Final = 65534
_NO_LINKS: Final = {"no_links": True}
_AT_STEPS: Final = {
    "killed before a step that changes the disk": ("kill",),
    "power cut before such a step: unflushed bytes lost": ("cut",),
    "such a step fails: disk full, I/O error, no more handles": ("ENOSPC", "EIO", "EMFILE"),
}
_SIGNALS: Final = {
    "killed at a random instant": (signal.SIGKILL, 4),
    "interrupted at a random instant (SIGINT, as Ctrl-C)": (signal.SIGINT, 2),
    "asked to end at a random instant (SIGTERM)": (signal.SIGTERM, 2),
}
# The longest file of a small world is shorter.
_LONGEST: Final = 26_000
_PAGE: Final = 4096


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A tmpfs of its own, or None where this machine does not let us mount one."""
    folder.mkdir()
    mounted = Path("/bin/mount").is_file() and _mount(folder, "size=64m")
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["/bin/umount", str(folder)], check=True)


def _mount(folder: Path, options: str) -> bool:
    command = ["/bin/mount", "-t", "tmpfs", "-o", options, "kronvis-faults", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def striking_kinds(bench: Bench, disk: Path | None) -> list[Kind]:
    """The kinds that strike a process in a small world; `disk` is a tmpfs, if there may be one."""
    ways: list[tuple[str, Setting, dict[str, Any]]] = [(name, setting, {}) for name, setting in SETTINGS.items()]
    ways += [
        (f"{name}, no links", SETTINGS[name], _NO_LINKS) for name in ("a new version", "writing and a new version")
    ]
    measured = [(name, setting, how, *bench.measured(setting, how)) for name, setting, how in ways]
    at_steps = [
        Kind(
            kind,
            [
                partial(
                    _at_step,
                    bench,
                    Trial(kind, f"{name}: {then} at {step}", setting, {**how, "at": step, "then": then}),
                )
                for name, setting, how, steps, _ in measured
                # The power can also go when the work is done.
                for step in range(1, steps + 1 + (thens == ("cut",)))
                for then in [thens[step % len(thens)]]
            ],
        )
        for kind, thens in _AT_STEPS.items()
    ]
    live = [(name, setting, how, seconds) for name, setting, how, _, seconds in measured if setting.allowed != ("new",)]
    signalled = [
        Kind(kind, draw=partial(_signalled, bench, live, kind, number), weight=weight)
        for kind, (number, weight) in _SIGNALS.items()
    ]
    return [
        *at_steps,
        *signalled,
        Kind("killed in the middle of a write", draw=partial(_file_limit, bench, kills=True)),
        Kind("no room: a file may grow no longer", draw=partial(_file_limit, bench, kills=False)),
        *([] if disk is None else [Kind("no room: a small tmpfs is full", draw=partial(_full_disk, bench, disk))]),
        Kind("folders that may not be written to", draw=partial(_read_only, bench)),
    ]


def _at_step(bench: Bench, trial: Trial) -> Verdict:
    return bench.try_one(trial)


def _signalled(
    bench: Bench, live: list[tuple[str, Setting, dict[str, Any], float]], kind: str, number: signal.Signals
) -> Verdict:
    name, setting, how, seconds = bench.rng.choice(live)
    delay = bench.rng.uniform(0, seconds)

    def during(nursery: Nursery) -> None:
        nursery.signal_after(delay, number)

    return bench.try_one(Trial(kind, f"{name}, after {delay:.4f} s", setting, how, during=during))


def _file_limit(bench: Bench, *, kills: bool) -> Verdict:
    kind = "killed in the middle of a write" if kills else "no room: a file may grow no longer"
    name = bench.rng.choice(["a new version", "writing and a new version", "the first version", "archiving"])
    longest = 3_000 if name == "archiving" else _LONGEST
    links = {} if bench.rng.getrandbits(1) else _NO_LINKS
    how = {"file_limit": bench.rng.randrange(longest), "limit_kills": kills, **links}
    return bench.try_one(Trial(kind, f"{name}, {how}", SETTINGS[name], how))


def _full_disk(bench: Bench, disk: Path) -> Verdict:
    """Publish on a disk that has room, or room for names, for some of it only; then there is room again."""
    name = bench.rng.choice(["a new version", "writing and a new version", "archiving"])
    scarce, room = bench.rng.choice(["size", "nr_inodes"]), bench.rng.randrange(20)

    def prepare(_world: World) -> None:
        now = os.statvfs(disk)
        used = now.f_blocks - now.f_bfree if scarce == "size" else now.f_files - now.f_ffree
        limit = (used + room) * (_PAGE if scarce == "size" else 1)
        if not _mount(disk, f"remount,{scarce}={limit}"):
            raise RuntimeError(f"the small disk cannot be made smaller: {scarce}={limit}")

    def mend(_world: World) -> None:
        _mount(disk, "remount,size=64m,nr_inodes=100000")

    how = {} if bench.rng.getrandbits(1) else _NO_LINKS
    what = f"{name}, {room} more of {scarce}, {how}"
    kind = "no room: a small tmpfs is full"
    return bench.try_one(Trial(kind, what, SETTINGS[name], how, prepare=prepare, mend=mend, place=disk))


def _read_only(bench: Bench) -> Verdict:
    """Some folders may not be written to; root is not bound by that, so the child becomes nobody."""
    name = bench.rng.choice(
        ["a new version", "writing and a new version", "the first version", "going back", "archiving"]
    )
    setting = SETTINGS[name]
    locked: list[Path] = []

    def prepare(world: World) -> None:
        world.raw.mkdir(exist_ok=True)
        folders = [path for path in (world.folder, *world.folder.rglob("*")) if path.is_dir() and not path.is_symlink()]
        if os.geteuid() == 0:
            for path in (world.folder, *world.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        # The file of the lock is there already in most worlds, so folders are what counts.
        locked.extend(bench.rng.sample(folders, bench.rng.randint(1, len(folders))))
        for folder in locked:
            folder.chmod(0o555)

    def mend(_world: World) -> None:
        for folder in locked:
            folder.chmod(0o755)

    how = {"uid": NOBODY} if os.geteuid() == 0 else {}
    kind = "folders that may not be written to"
    return bench.try_one(Trial(kind, name, setting, how, prepare=prepare, mend=mend))
