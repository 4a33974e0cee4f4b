"""Files that appear whole or not at all: written beside their final name, flushed, and then moved there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TEMPORARY_PREFIX: Final = ".kronvis-tmp-"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary file to write and check; it becomes `path` when the block ends well, and is gone when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        sync_file(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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
