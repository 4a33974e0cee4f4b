"""Files that appear whole or not at all: written beside their final name, flushed, and then moved there."""

import errno
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TEMPORARY_PREFIX: Final = ".kronvis-tmp-"


# So many files are flushed at once: a disk takes them together in little more time than one.
_FLUSHED_AT_ONCE: Final = 4


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary file to write and check; it becomes `path` when the block ends well, and is gone when it does not."""
    with whole_files(path.parent) as beside:
        yield beside(path.name)


@contextmanager
def whole_files(folder: Path) -> Iterator[Callable[[str], Path]]:
    """For each name asked for, a temporary file in `folder` to write and check.

    When the block ends well each gets its name, after all of them have been flushed; when it does not, all are gone.
    `FileExistsError` where something else than a file has the name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporaries: dict[str, Path] = {}

    def beside(name: str) -> Path:
        if (folder / name).exists() and not (folder / name).is_file():
            # A folder, or a device such as /dev/null, which whoever may do all would replace.
            raise FileExistsError(errno.EEXIST, "there is something else than a file", str(folder / name))
        handle, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".part", dir=folder)
        os.close(handle)
        temporaries[name] = Path(temporary)
        return temporaries[name]

    try:
        yield beside
        _flush(temporaries.values())
        for name, temporary in temporaries.items():
            temporary.chmod(0o644)
            temporary.replace(folder / name)
    except BaseException:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def _flush(files: Collection[Path]) -> None:
    if len(files) == 1:
        sync_file(*files)
        return
    with ThreadPoolExecutor(_FLUSHED_AT_ONCE) as pool:
        # Asking for the results raises what went wrong.
        list(pool.map(sync_file, files))


def sync_file(file: Path) -> None:
    """Make the content of `file` survive a power cut."""
    _sync(file, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
