"""Opening a file that somebody names on the command line: it must be there, and be of a size that can be read."""

from pathlib import Path

from schemas.errors import DataRefused, UsageError


def bytes_of(file: Path, most: int, *, wanted: str) -> bytes:
    """The bytes of `file`; `UsageError` if there is none, `DataRefused` if it has more than `most` bytes or is locked.

    `wanted` says what to name instead.
    """
    try:
        if not file.is_file():
            raise UsageError(f"there is no file {file}", remedy=f"name {wanted}")
        if file.stat().st_size > most:
            raise DataRefused(str(file), f"is larger than {most:,} bytes", remedy=f"name {wanted}")
        return file.read_bytes()
    except OSError as error:
        raise DataRefused(str(file), f"cannot be read: {error.strerror}") from None
