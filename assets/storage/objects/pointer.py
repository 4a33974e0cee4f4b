"""The pointer: one small object that says which version readers see, moved in one step and by one sender only."""

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, NamedTuple

from assets.storage.objects.store import CannotSend, MovedMeanwhile, Store, StoreUnavailable

POINTER: Final = "current.json"
VERSION_ID: Final = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Pointer:
    """What readers see. Versions older than `oldest` are removed and never pointed at again; empty: none is removed."""

    version: str
    content_sha256: str
    created_at: str
    manifest_sha256: str
    oldest: str


class Held(NamedTuple):
    """The pointer as it was read, and the tag it must still have to be moved; both None if there is none."""

    pointer: Pointer | None
    tag: str | None


def read_pointer(store: Store) -> Held:
    """The pointer; `CannotSend` if what lies there is none: nothing is guessed, and nothing replaces it."""
    read = store.read(POINTER)
    return Held(None, None) if read is None else Held(_pointer_of(read.content, store), read.tag)


def move_pointer(store: Store, held: Held, wanted: Pointer) -> None:
    """Let readers see `wanted`, if the pointer is still the one that was held; otherwise `MovedMeanwhile`.

    An answer can be lost on its way: then the pointer itself tells whether it was us who moved it.
    """
    store.require_conditions()
    content = json.dumps(asdict(wanted), sort_keys=True) + "\n"
    try:
        store.write_if(POINTER, content.encode(), held.tag)
    except (MovedMeanwhile, StoreUnavailable) as failure:
        now = read_pointer(store).pointer
        if now == wanted:
            return
        if isinstance(failure, StoreUnavailable):
            raise
        shown = "nothing" if now is None else f"version {now.version}"
        raise MovedMeanwhile(
            store.place.address(POINTER),
            f"another sender was first: readers see {shown}, and version {wanted.version} is there but not shown",
            remedy="`kronvis send` once more, if it is yours that is to be seen",
        ) from None


def _pointer_of(content: bytes, store: Store) -> Pointer:
    """The pointer that the bytes are; every field is looked at."""
    try:
        read: Any = json.loads(content)
        pointer = Pointer(**{field.name: read[field.name] for field in fields(Pointer)})
        is_one = (
            VERSION_ID.fullmatch(pointer.version)
            and (pointer.oldest == "" or VERSION_ID.fullmatch(pointer.oldest))
            and all(_SHA256.fullmatch(one) for one in (pointer.content_sha256, pointer.manifest_sha256))
            and isinstance(pointer.created_at, str)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        is_one = None
    if not is_one:
        raise CannotSend(
            store.place.address(POINTER),
            "is not a pointer to a version; it was torn, or written by something else",
            remedy="look at it; remove it if nothing else uses this place, then `kronvis send`",
        )
    return pointer
