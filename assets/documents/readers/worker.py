"""The process that a document is read in: it takes away its own means, then reads, and answers in JSON.

`python -m assets.documents.readers.worker <kind> <bytes of memory> <seconds of processor time>`, the document on
standard input. The readers and their libraries are imported after the limits are in force. `apart.py` starts it.
"""

import importlib
import json
import logging
import resource
import sys
import traceback
import warnings
from typing import Final

from assets.documents.readers.contents import Contents, Unreadable, as_json

# Kind → module and function that reads it; text kinds get text, the others bytes.
_READERS: Final = {
    "pdf": ("assets.documents.readers.pdf", "read_pdf"),
    "html": ("assets.documents.readers.html", "read_html"),
    "xlsx": ("assets.documents.readers.workbook", "read_workbook"),
    "csv": ("assets.documents.readers.delimited", "read_delimited"),
    "text": ("assets.documents.readers.text", "read_text"),
}
_AS_BYTES: Final = ("pdf", "xlsx")
_OPEN_FILES: Final = 64


def main(kind: str, memory: int, seconds: int) -> None:
    """Read the document on standard input and write the answer; whatever goes wrong is an answer, too."""
    _limit(memory, seconds)
    logging.disable()
    warnings.simplefilter("ignore")
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    answer_to.write(answer(kind, sys.stdin.buffer.read()))


def answer(kind: str, body: bytes) -> bytes:
    """JSON: the contents, `refused` with reason and remedy, or `failed` with the name of an error."""
    try:
        return as_json(_read(kind, body))
    except Unreadable as refusal:
        return json.dumps({"refused": [refusal.what, refusal.remedy]}).encode()
    except Exception as error:  # noqa: BLE001 - a hostile document can make a library raise anything
        if _is_lack_of_memory(error):
            return json.dumps({"failed": MemoryError.__name__}).encode()
        traceback.print_exc()
        return json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode()


def _read(kind: str, body: bytes) -> Contents:
    module, function = _READERS[kind]
    read = getattr(importlib.import_module(module), function)
    contents: Contents = read(body if kind in _AS_BYTES else body.decode("utf-8"))
    return contents


def _is_lack_of_memory(error: BaseException | None) -> bool:
    """Libraries wrap what happened to them."""
    while error is not None:
        if isinstance(error, MemoryError) or any(isinstance(part, MemoryError) for part in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _limit(memory: int, seconds: int) -> None:
    wanted: dict[int, int] = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for means, most in wanted.items():
        _, hard = resource.getrlimit(means)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(means, (limit, limit))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
