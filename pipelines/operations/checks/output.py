"""What a run writes: the published version, the folder it stands in, the room on its disk.

Nothing is changed but for a probe in the output folder that is gone afterwards.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from assets.storage.whole_files import TEMPORARY_PREFIX
from pipelines.operations.checks.finding import Finding, both, some
from pipelines.settings import Settings
from schemas.text import Text
from schemas.written import number_text

# A whole version is 35 MB, work beside it 10 MB, and both stand while they are built; in files and bytes.
_LEAST_BYTES: Final = 100_000_000
_EASY_BYTES: Final = 1_000_000_000
_LEAST_FILES: Final = 3_000


def published(settings: Settings) -> Finding:
    """Whether what readers see is whole, and made from the files as they stand."""
    from assets.storage.published import current_version  # noqa: PLC0415 - it may be missing
    from pipelines.answers.status import status  # noqa: PLC0415 - the same

    if current_version(settings.out) is None:
        return Finding("note", Text("ännu ingenting", "nothing yet"), both("kronvis run"))
    told = status(settings)
    if told["damaged"]:
        found = Text(f"skadade filer: {some(told['damaged'])}", f"damaged files: {some(told['damaged'])}")
        remedy = Text(
            "kronvis run publicerar en hel version igen, eller kronvis rollback",
            "kronvis run publishes a whole version again, or kronvis rollback",
        )
        return Finding("wrong", found, remedy)
    if told["stale_years"]:
        years = some(told["stale_years"])
        found = Text(f"underlaget har ändrats sedan dess: {years}", f"inputs have changed since: {years}")
        return Finding("note", found, both("kronvis run --failed-only"))
    return Finding("fine", Text(f"{told['version']}, hel", f"{told['version']}, whole"))


def output(settings: Settings) -> Finding:
    """Whether results can be written, the link can be moved in one step, and unchanged files can be linked."""
    # A link that leads nowhere, or to itself, does not exist and is in the way all the same.
    place = settings.out if settings.out.is_symlink() else nearest(settings.out)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        found = Text(f"{place} kan inte skrivas", f"{place} cannot be written")
        remedy = Text("låt KRONVIS_OUT vara en mapp du får skriva i", "let KRONVIS_OUT be a folder that you may write")
        return Finding("wrong", found, remedy)
    if place != settings.out:
        return Finding("fine", Text(f"{settings.out} skapas vid behov", f"{settings.out} is made when needed"))
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=place) as probe:
        _move_a_link(Path(probe))
        can_link = _can_link(Path(probe))
    systems = {folder.stat().st_dev for folder in (place, place / "work", place / "versions") if folder.is_dir()}
    if not can_link or len(systems) > 1:
        found = Text("oförändrade filer kopieras i stället för att länkas", "unchanged files are copied, not linked")
        remedy = Text(
            "lägg hela KRONVIS_OUT på ett filsystem med hårda länkar", "keep KRONVIS_OUT on one file system with links"
        )
        return Finding("note", found, remedy)
    return Finding("fine", Text(f"{place}, ett filsystem", f"{place}, one file system"))


def nearest(folder: Path) -> Path:
    """The folder itself, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _move_a_link(probe: Path) -> None:
    """As publishing does it; raises `OSError` where links cannot be made or replaced."""
    for target in ("before", "after"):
        (probe / "next").symlink_to(target)
        (probe / "next").replace(probe / "current")
    if (probe / "current").readlink() != Path("after"):
        raise OSError


def _can_link(probe: Path) -> bool:
    (probe / "file").write_bytes(b"")
    try:
        os.link(probe / "file", probe / "same")
    except OSError:
        return False
    return True


def disk(settings: Settings) -> Finding:
    """Whether there is room for a version beside the one that readers see, in bytes and in files."""
    place = nearest(settings.out)
    free, room = shutil.disk_usage(place).free, os.statvfs(place)
    sv, en = (f"{megabytes} MB" for megabytes in number_text(free // 1_000_000))
    # Some file systems count no files.
    files_are_short = room.f_files > 0 and room.f_favail < _LEAST_FILES
    remedy = Text(
        "städa, eller KRONVIS_KEEP_VERSIONS=10 så att gamla versioner tas bort",
        "make room, or KRONVIS_KEEP_VERSIONS=10 so that old versions are removed",
    )
    if free < _LEAST_BYTES or files_are_short:
        found = Text(f"{sv} och {room.f_favail} filer lediga", f"{en} and {room.f_favail} files free")
        return Finding("wrong", found, remedy)
    is_easy = free >= _EASY_BYTES
    return Finding(
        "fine" if is_easy else "note",
        Text(f"{sv} ledigt", f"{en} free"),
        None if is_easy else remedy,
    )
