"""Faults that were there before: torn bytes, strangers, odd links, clocks, places, and somebody else at work."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from assets.storage.published import current_version, damage
from schemas.errors import DataRefused
from tests.faults.injection.bench import SETTINGS, Bench, Setting, Trial, discard
from tests.faults.injection.reader import Watching
from tests.faults.injection.verdict import Kind, Verdict
from tests.faults.injection.world import CHANGED, World, read_archive

_YEAR: Final = 365 * 24 * 3600
_PLACES: Final[tuple[dict[str, str], ...]] = (
    {"TZ": "Asia/Tokyo"},
    {"TZ": "America/St_Johns", "LC_ALL": "C"},
    {"LC_ALL": "C"},
    {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    {"LANG": "tr_TR.UTF-8", "LC_CTYPE": "tr_TR.UTF-8"},
    {"POLARS_MAX_THREADS": "1"},
    {"POLARS_MAX_THREADS": "7"},
)
_OWN: Final = frozenset({"manifest.json", "SHA256SUMS"})
_OTHER_RUN: Final = "is being published by another run"


def damaged_kinds(bench: Bench) -> list[Kind]:
    """The kinds that something is wrong before or beside the run."""
    return [
        Kind("published file torn, flipped or gone", draw=partial(_published, bench), weight=2),
        Kind("manifest or checksums torn, flipped or gone", draw=partial(_manifest, bench), weight=2),
        Kind("work file torn or gone, then published", draw=partial(_work, bench)),
        Kind("work file flipped, torn or gone, then run", draw=partial(_work_before_run, bench)),
        Kind("archived bytes flipped, torn or gone", draw=partial(_archived, bench), weight=2),
        Kind("clock set back or forward", draw=partial(_clock, bench)),
        Kind("other time zone, locale, number of threads", [partial(_place, bench, place) for place in _PLACES]),
        Kind("two at once", draw=partial(_two, bench), weight=2),
        Kind("leftovers and strangers", draw=partial(_strangers, bench)),
        Kind("`current` missing, dangling, elsewhere, or no link", [partial(_link, bench, odd) for odd in _ODD_LINKS]),
    ]


# --- torn bytes ---------------------------------------------------------------------------------------------------


def _flip(bench: Bench, file: Path) -> str:
    content = bytearray(file.read_bytes())
    place = bench.rng.randrange(len(content))
    content[place] ^= 1 << bench.rng.randrange(8)
    file.write_bytes(content)
    return f"{file.name}: bit flipped in byte {place}"


def _tear(bench: Bench, file: Path) -> str:
    length = bench.rng.randrange(file.stat().st_size)
    os.truncate(file, length)
    return f"{file.name}: cut to {length} bytes"


def _blank(bench: Bench, file: Path) -> str:
    content = file.read_bytes()
    begin = bench.rng.randrange(len(content))
    blanked = content[:begin] + bytes(len(content) - begin)
    file.write_bytes(blanked if blanked != content else b"")
    return f"{file.name}: zeros from byte {begin}"


def _remove(_bench: Bench, file: Path) -> str:
    file.unlink()
    return f"{file.name}: gone"


_TORN: Final = (_tear, _blank, _remove)
_SPOILT: Final = (_flip, _flip, *_TORN)


def _some_file(bench: Bench, folder: Path, *, own: bool) -> Path:
    files = sorted(file for file in folder.resolve().rglob("*") if file.is_file() and (file.name in _OWN) == own)
    return bench.rng.choice(files)


def _unnoticed(bench: Bench, world: World, told: str) -> list[str]:
    """A run ended; either it published anew and all is whole, or the damage is still told of, with a way out."""
    if bench.name_of(world) == "new":
        return []
    try:
        version = current_version(world.out)
    except DataRefused as refusal:
        return [] if refusal.remedy else [f"no way out is told: {refusal}"]
    noticed = version is not None and damage(version)
    if not noticed:
        return ["the damage goes unnoticed"]
    return [] if "→" in told else [f"no way out is told: {told}"]


def _noticed_before(world: World) -> list[str]:
    try:
        version = current_version(world.out)
    except DataRefused as refusal:
        return [] if refusal.remedy else [f"no way out is told: {refusal}"]
    return [] if version is not None and damage(version) else ["a reader is not told of the damage"]


def _spoilt_version(bench: Bench, kind: str, *, own: bool) -> Verdict:
    """A version is spoilt; it is noticed, and the next run of one year either mends it or refuses."""
    before: list[str] = []
    what: list[str] = []

    def prepare(world: World) -> None:
        what.append(bench.rng.choice(_SPOILT)(bench, _some_file(bench, world.out / "current", own=own)))
        before.extend(_noticed_before(world))

    def complaints(world: World, told: str) -> list[str]:
        return before + _unnoticed(bench, world, told)

    def mend(world: World) -> None:
        """What the message asks for where the link leads to nothing that can be read."""
        try:
            current_version(world.out)
        except DataRefused:
            (world.out / "current").unlink()

    setting = SETTINGS[bench.rng.choice(["a new version", "the same again"])]
    trial = Trial(kind, "", setting, prepare=prepare, complaints=complaints, mend=mend, always=True, watched=False)
    verdict = bench.try_one(trial)
    return Verdict(**{**vars(verdict), "what": what[0]})


def _published(bench: Bench) -> Verdict:
    return _spoilt_version(bench, "published file torn, flipped or gone", own=False)


def _manifest(bench: Bench) -> Verdict:
    return _spoilt_version(bench, "manifest or checksums torn, flipped or gone", own=True)


def _work_file(bench: Bench, world: World, ways: tuple[Callable[[Bench, Path], str], ...]) -> None:
    file = bench.rng.choice(sorted(world.work.glob(f"*/*_{CHANGED}.parquet")))
    bench.rng.choice(ways)(bench, file)


def _work(bench: Bench) -> Verdict:
    kind = "work file torn or gone, then published"
    setting = SETTINGS["a new version"]
    return bench.try_one(Trial(kind, "", setting, prepare=lambda world: _work_file(bench, world, _TORN)))


def _work_before_run(bench: Bench) -> Verdict:
    kind = "work file flipped, torn or gone, then run"
    setting = SETTINGS["writing and a new version"]
    return bench.try_one(Trial(kind, "", setting, prepare=lambda world: _work_file(bench, world, _SPOILT), always=True))


def _archived(bench: Bench) -> Verdict:
    """Bytes that are not what was kept are never read, nor written over; moved away, they are kept again."""
    spoilt: list[Path] = []

    def prepare(world: World) -> None:
        file = next(path for path in sorted(world.raw.glob("??/*")))
        spoilt.append(file)
        bench.rng.choice(_SPOILT)(bench, file)

    def complaints(world: World, told: str) -> list[str]:
        if "→" not in told:
            return [f"no way out is told: {told}"]
        try:
            read_archive(world)
        except DataRefused:
            return []
        return ["spoilt bytes were read"]

    def mend(_world: World) -> None:
        spoilt[0].unlink(missing_ok=True)

    setting = Setting("read_archive", "old", ("old",), "old", SETTINGS["archiving"].repair)
    kind = "archived bytes flipped, torn or gone"
    verdict = bench.try_one(Trial(kind, "", setting, prepare=prepare, complaints=complaints, mend=mend))
    return Verdict(**{**vars(verdict), "what": spoilt[0].name[:8]})


# --- clock, place -------------------------------------------------------------------------------------------------


def _clock(bench: Bench) -> Verdict:
    """The clock is wrong while a version is published; versions keep their order, and leftovers of today their age."""
    seconds = bench.rng.choice([-1, 1]) * bench.rng.choice([1, 3600, 86_400, _YEAR, 20 * _YEAR])
    name = bench.rng.choice(["a new version", "writing and a new version", "the first version"])

    def complaints(world: World, told: str) -> list[str]:
        ids = sorted(path.name for path in (world.out / "versions").iterdir())
        wrong = [] if (world.out / "current").resolve().name == ids[-1] else ["the newest version is not the last"]
        return wrong + ([f"refused: {told}"] if bench.name_of(world) != "new" else [])

    how = {"clock": seconds}
    return bench.try_one(
        Trial(
            "clock set back or forward", f"{name}, {seconds} s", SETTINGS[name], how, complaints=complaints, always=True
        )
    )


def _place(bench: Bench, place: dict[str, str]) -> Verdict:
    def complaints(world: World, told: str) -> list[str]:
        return [] if bench.name_of(world) == "new" else [f"other content: {told}"]

    kind = "other time zone, locale, number of threads"
    setting, how = SETTINGS["writing and a new version"], {"environment": place}
    return bench.try_one(Trial(kind, str(place), setting, how, complaints=complaints, always=True))


# --- others -------------------------------------------------------------------------------------------------------


def _two(bench: Bench) -> Verdict:
    """Two at once upon the same folder: one wins and the other says so, or one comes after the other."""
    first = bench.rng.choice(["one_year", "all_years"])
    second = bench.rng.choice(["one_year", "all_years", "prune_to_one"])
    setting = Setting(first, "old", ("old", "new"), "new")
    told: list[str] = []
    codes: list[int] = []
    world, job = bench.job(setting, {})
    _, rival = bench.job(setting, {})
    shutil.rmtree(rival.world)
    rival = type(rival)(second, str(world.folder), rival.notes)
    with Watching(world.out) as reader:
        bench.nursery.start(job)
        bench.other.start(rival)
        codes += [bench.nursery.ended(), bench.other.ended()]
    told += [job.told.read_text(encoding="utf-8"), rival.told.read_text(encoding="utf-8")]
    complaints = list(reader.torn)
    for code, said in zip(codes, told, strict=True):
        if code not in {0, 1} or (code == 1 and _OTHER_RUN not in said):
            complaints.append(f"ended with {code}: {said[-600:]}")
    if 0 not in codes:
        complaints.append("neither won")
    if bench.name_of(world) not in setting.allowed:
        complaints.append(bench.name_of(world))
    unrecovered = bench.unrecovered(world, setting)
    discard(world, job)
    rival.told.unlink(missing_ok=True)
    rival.steps.unlink(missing_ok=True)
    note = "; ".join([*complaints, *unrecovered])
    return Verdict(
        "two at once", f"{first} and {second}: {codes}", struck=True, survived=not complaints,
        recovered=not unrecovered, views=len(reader.views), note=note,
    )  # fmt: skip


def _a_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left behind")


def _a_folder(path: Path) -> None:
    (path / "deep" / "er").mkdir(parents=True)
    (path / "deep" / "file").write_bytes(b"left behind")


def _a_link(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("nowhere")


# Below the folder where versions are published.
_OURS: Final = (
    "versions/.building-4711",
    "versions/.building-20250101T000000.000000Z-00000000",
    ".kronvis-tmp-current",
    ".kronvis-tmp-abc.part",
    "work/coverage/.kronvis-tmp-abc.part",
    "work/pots/.kronvis-tmp-x",
)
_STRANGE: Final = ("versions/9999-notes", "versions/old-stuff", "notes.txt", "work/coverage/mine.txt")


def _strangers(bench: Bench) -> Verdict:
    """What wears our prefixes is cleaned, whatever it is; what is somebody else's stays, and neither does harm."""
    makers = (_a_file, _a_folder, _a_link)
    ours, strange = bench.rng.sample(_OURS, 3), bench.rng.sample(_STRANGE, 2)
    name = bench.rng.choice(["a new version", "writing and a new version", "the first version"])
    made = [(path, bench.rng.choice(makers)) for path in (*ours, *strange)]

    def prepare(world: World) -> None:
        for path, maker in made:
            maker(world.out / path)

    def complaints(world: World, told: str) -> list[str]:
        gone = [path for path in strange if not os.path.lexists(world.out / path)]
        return [f"somebody's {path} is gone" for path in gone] + (
            [f"hindered: {told}"] if bench.name_of(world) != "new" else []
        )

    what = f"{name}: " + ", ".join(f"{maker.__name__.removeprefix('_')} {path}" for path, maker in made)
    return bench.try_one(
        Trial("leftovers and strangers", what, SETTINGS[name], prepare=prepare, complaints=complaints, always=True)
    )


def _missing(world: World) -> None:
    (world.out / "current").unlink()


def _dangling(world: World) -> None:
    _missing(world)
    (world.out / "current").symlink_to("versions/gone")


def _circle(world: World) -> None:
    _missing(world)
    (world.out / "current").symlink_to("current")


def _at_nothing_of_ours(world: World) -> None:
    _missing(world)
    (world.out / "current").symlink_to("/")


def _at_a_copy_elsewhere(world: World) -> None:
    shutil.copytree((world.out / "current").resolve(), world.folder / "elsewhere")
    _missing(world)
    (world.out / "current").symlink_to(world.folder / "elsewhere")


def _a_folder_instead(world: World) -> None:
    copied = (world.out / "current").resolve()
    _missing(world)
    shutil.copytree(copied, world.out / "current")


def _a_file_instead(world: World) -> None:
    _missing(world)
    (world.out / "current").write_bytes(b"")


_ODD_LINKS: Final = (
    _missing, _dangling, _circle, _at_nothing_of_ours, _at_a_copy_elsewhere, _a_folder_instead, _a_file_instead,
)  # fmt: skip


def _link(bench: Bench, odd: Callable[[World], None]) -> Verdict:
    """Publishing goes on as if nothing had been published, or says what to do."""

    def complaints(world: World, told: str) -> list[str]:
        return [] if bench.name_of(world) == "new" or "→" in told else [f"no way out is told: {told}"]

    def mend(world: World) -> None:
        if bench.name_of(world) != "new":
            current: Any = world.out / "current"
            (current.unlink if current.is_symlink() or current.is_file() else partial(shutil.rmtree, current))()

    kind = "`current` missing, dangling, elsewhere, or no link"
    setting = SETTINGS["writing and a new version"]
    what = odd.__name__.strip("_").replace("_", " ")
    return bench.try_one(
        Trial(kind, what, setting, prepare=odd, complaints=complaints, mend=mend, always=True, watched=False)
    )
