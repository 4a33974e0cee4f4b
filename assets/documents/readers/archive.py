"""The ZIP file around a workbook, looked through before anything reads it.

Sizes are read from its directory and held against what is really unpacked; nothing is unpacked that is not bounded.
"""

import io
import re
import zipfile
import zlib
from typing import Final

from assets.documents.readers.contents import Unreadable

MOST_PARTS: Final = 2_000
MOST_UNPACKED: Final = 200_000_000
# Sheets of one value throughout are packed 1 : 100 and more; only what is large, too, is suspect.
MOST_TIMES_LARGER: Final = 200
_LARGE: Final = 5_000_000
_CHUNK: Final = 1_000_000
_DEFINITION: Final = b"<!DOCTYPE"
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MACROS: Final = re.compile(r"vbaProject|/macrosheets/", re.IGNORECASE)
_BY_HAND: Final = "open it in a spreadsheet program and save it as a new XLSX"


def check(body: bytes) -> None:
    """Raises `Unreadable` for macros, odd names, definitions of entities, and more than `MOST_UNPACKED` bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _check_directory(archive.infolist())
            for part in archive.infolist():
                _check_content(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(f"is a damaged XLSX ({type(error).__name__})", remedy="fetch it again") from None


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise Unreadable("is an XLSX with too many parts, or the same part twice", remedy=_BY_HAND)
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise Unreadable("is an XLSX with parts that point outside of it", remedy=_BY_HAND)
    if any(_MACROS.search(name) for name in names):
        raise Unreadable("is a workbook with macros", remedy="save it as XLSX, which has none")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Unreadable("is locked with a password (ZIP)", remedy=_BY_HAND)
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(_is_bomb(part) for part in parts):
        what = f"is an XLSX that unpacks to far more than its size; at most {MOST_UNPACKED} bytes are read"
        raise Unreadable(what, remedy="save the sheet that holds the amounts as a workbook of its own")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _LARGE and part.file_size > MOST_TIMES_LARGER * part.compress_size


def _check_content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part once, bounded by the size that the directory gives, and see that it holds no definitions."""
    if part.compress_type not in _METHODS:
        raise Unreadable("is an XLSX packed in an unusual way", remedy=_BY_HAND)
    size, before = 0, b""
    with archive.open(part) as content:
        # A part that is larger than the directory says fails its checksum here.
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            # Without the zeros UTF-16 reads as ASCII; no workbook needs a document type, but entities that grow do.
            window = before + chunk.replace(b"\0", b"")
            if _DEFINITION in window:
                raise Unreadable("is an XLSX that defines entities of its own", remedy=_BY_HAND)
            before = window[-len(_DEFINITION) :]
    if size != part.file_size:
        raise Unreadable("is a damaged XLSX: a part is smaller than it says", remedy="fetch it again")
