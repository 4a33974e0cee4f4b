"""Where faults are tried: a copy of a world, a child that is struck, a reader beside it, an undisturbed run after."""

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.faults.injection.nursery import TOLD_BUG, Job, Nursery
from tests.faults.injection.reader import NOTHING, Torn, Watching, essence, seen
from tests.faults.injection.verdict import Verdict
from tests.faults.injection.world import ANSWERS, World, all_years, archive, copy, go_back, prune_to_one, read_archive

# An hour later: what a killed run left behind is nobody's any more.
_LATER: Final = 2 * 3600


@dataclass(frozen=True)
class Setting:
    """An operation and the world it is done in: what may be seen meanwhile, and how to end what was cut short."""

    operation: str
    template: str
    allowed: tuple[str, ...]
    finally_seen: str
    repair: Callable[[World], None] = all_years


SETTINGS: Final = {
    "a new version": Setting("one_year", "old", ("old", "new"), "new"),
    "writing and a new version": Setting("all_years", "old", ("old", "new"), "new"),
    "the first version": Setting("all_years", "nothing", (NOTHING, "new"), "new"),
    "the same again": Setting("all_years", "new", ("new",), "new"),
    "going back": Setting("go_back", "both", ("new", "old"), "old", go_back),
    "pruning": Setting("prune_to_one", "both", ("new",), "new", prune_to_one),
    "archiving": Setting("archive", "nothing", (NOTHING,), NOTHING, archive),
}


def _nothing(_world: World) -> None:
    """Nobody needs to do anything."""


def _no_complaint(_world: World, _told: str) -> list[str]:
    return []


@dataclass(frozen=True)
class Trial:
    """One fault: `prepare` the world, let a child run into it, then `mend` what a person there would mend.

    `how` is what disturbs the child (see `disturbed.py`), `during` acts upon it while it lives, `complaints` says what
    else is wrong afterwards (given what the child told), before it is mended. `always` says that the fault strikes even
    if the child ends well. Without `watched` nobody reads before it is mended: what is published was broken.
    """

    kind: str
    what: str
    setting: Setting
    how: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[World], None] = _nothing
    during: Callable[[Nursery], None] | None = None
    complaints: Callable[[World, str], list[str]] = _no_complaint
    mend: Callable[[World], None] = _nothing
    always: bool = False
    watched: bool = True
    place: Path | None = None


class Bench:
    """Templates, nurseries and what is expected of each content."""

    def __init__(self, templates: dict[str, World], folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.folder = folder
        self.nursery, self.other = Nursery(), Nursery()
        self._templates = templates
        shown = {name: templates[name].out / "current" for name in ("old", "new")}
        self._names = {seen(templates[name].out): name for name in shown} | {NOTHING: NOTHING}
        self._essences = {name: essence(folder) for name, folder in shown.items()}
        self._files = {name: _files(folder) for name, folder in shown.items()}
        self._number = 0

    def close(self) -> None:
        """End the nurseries."""
        self.nursery.close()
        self.other.close()

    def job(self, setting: Setting, how: dict[str, Any], place: Path | None = None) -> tuple[World, Job]:
        """A world of one's own, and what to do in it."""
        self._number += 1
        name = f"world-{self._number}"
        world = copy(self._templates[setting.template], (place or self.folder) / name)
        return world, Job(setting.operation, str(world.folder), str(self.folder / name), how)

    def measured(self, setting: Setting, how: dict[str, Any]) -> tuple[int, float]:
        """Undisturbed: how many steps change the disk, and how many seconds it takes."""
        world, job = self.job(setting, how)
        begun = time.perf_counter()
        self.nursery.start(job)
        code = self.nursery.ended()
        seconds = time.perf_counter() - begun
        if code != 0:
            raise RuntimeError(f"{setting.operation} fails undisturbed: {job.told.read_text()}")
        count = json.loads(job.steps.read_text())["count"]
        discard(world, job)
        return count, seconds

    def try_one(self, trial: Trial) -> Verdict:
        """What becomes of one fault."""
        setting = trial.setting
        world, job = self.job(setting, trial.how, trial.place)
        trial.prepare(world)
        with Watching(world.out) as reader:
            self.nursery.start(job)
            if trial.during is not None:
                trial.during(self.nursery)
            code = self.nursery.ended()
        told = job.told.read_text(encoding="utf-8")
        if trial.how.get("then") == "cut":
            tear_unflushed(job, self.rng)
        complaints = trial.complaints(world, told)
        if trial.watched:
            complaints += [*reader.torn, *self._strange(reader.views, setting), *self._wrong_now(world, setting)]
        if code == TOLD_BUG:
            complaints.append(f"ended as a bug: {told[-600:]}")
        trial.mend(world)
        unrecovered = self.unrecovered(world, setting)
        discard(world, job)
        return Verdict(
            trial.kind,
            trial.what,
            code != 0 or trial.always,
            not complaints,
            not unrecovered,
            len(reader.views),
            "; ".join([*complaints, *unrecovered]),
        )

    def name_of(self, world: World) -> str:
        """Which content is published now: old, new, nothing, or what is wrong with it."""
        try:
            found = seen(world.out)
        except Torn as torn:
            return f"torn: {torn}"
        return self._names.get(found, f"strange: {found}")

    def unrecovered(self, world: World, setting: Setting) -> list[str]:
        """Run undisturbed, hours later; what is then not as if nothing had happened."""
        _grow_old(world)
        try:
            setting.repair(world)
        except Exception as error:  # noqa: BLE001 - reported as what the next run met
            return [f"the next run: {type(error).__name__}: {error}"]
        wrong = self._not_as_undisturbed(world, setting)
        return wrong + [f"left behind: {path.relative_to(world.folder)}" for path in _leftovers(world, setting)]

    def _strange(self, views: list[str], setting: Setting) -> list[str]:
        """What a reader saw that is neither of the contents that may be seen."""
        strange = {view for view in views if self._names.get(view) not in setting.allowed}
        return [f"a reader saw {view}" for view in sorted(strange)]

    def _wrong_now(self, world: World, setting: Setting) -> list[str]:
        """What is wrong with what is published and archived now."""
        try:
            if setting.operation == "archive":
                read_archive(world)
            return self._strange([seen(world.out)], setting)
        except Exception as error:  # noqa: BLE001 - whatever a reader meets is reported as what it saw
            return [f"{type(error).__name__}: {error}"]

    def _not_as_undisturbed(self, world: World, setting: Setting) -> list[str]:
        """Where the world differs from one in which nothing happened."""
        name = self.name_of(world)
        if name != setting.finally_seen:
            return [f"in the end readers see {name}"]
        if setting.operation == "archive":
            return _wrong_in_archive(world)
        if setting.operation == "prune_to_one" and len(list((world.out / "versions").iterdir())) != 1:
            return ["versions are left"]
        if _files(world.out / "current") != self._files[name]:
            return ["in the end the bytes are others"]
        if essence(world.out / "current") != self._essences[name]:
            return ["in the end the manifest is another"]
        return []


def tear_unflushed(job: Job, rng: random.Random) -> None:
    """The power is back: bytes that nobody flushed are gone, in part or all."""
    for name in json.loads(job.steps.read_text())["unflushed"]:
        file = Path(name)
        if file.is_file() and not file.is_symlink():
            os.truncate(file, rng.choice([0, file.stat().st_size // 2]))


def discard(world: World, job: Job) -> None:
    """Remove a world and what was noted of it."""
    shutil.rmtree(world.folder)
    job.told.unlink(missing_ok=True)
    job.steps.unlink(missing_ok=True)


def _files(shown: Path) -> dict[str, bytes]:
    """All files but the two that tell id and time: the manifest, and the checksums, which have the manifest's."""
    folder = shown.resolve()
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"manifest.json", "SHA256SUMS"}
    }


def _grow_old(world: World) -> None:
    """Whatever was left behind has been there for hours."""
    then = time.time() - _LATER
    for path in world.out.rglob(".kronvis-tmp-*"):
        os.utime(path, (then, then), follow_symlinks=False)


def _leftovers(world: World, setting: Setting) -> list[Path]:
    if setting.repair is all_years:
        return [*world.out.rglob(".kronvis-tmp-*"), *world.out.rglob(".building-*")]
    # Only publishing cleans everything; a half-removed version is gone all the same.
    return list((world.out / "versions").glob(".building-*")) if setting.operation == "prune_to_one" else []


def _wrong_in_archive(world: World) -> list[str]:
    read_archive(world)
    found = list((world.raw / "manifests" / ANSWERS).glob("*.json"))
    return [] if len(found) == 1 else [f"{len(found)} manifests of one answer"]
