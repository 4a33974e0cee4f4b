"""Reading from object storage: the pointer once, then only below the version it names. Old or new, never a mix."""

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from assets.storage.objects.place import reading_options
from assets.storage.objects.pointer import POINTER, read_pointer
from assets.storage.objects.sending import folder_of
from assets.storage.objects.store import CannotSend, Store
from assets.storage.products import MANIFEST
from schemas.errors import DataRefused


@dataclass(frozen=True)
class SentVersion:
    """A version as its readers hold it: later movements of the pointer do not concern them."""

    id: str
    address: str
    manifest: dict[str, Any]
    # `storage_options` of polars; without credentials, which polars takes from the environment.
    options: dict[str, str]

    def url(self, path: str) -> str:
        """`allocations/*.parquet` → `s3://…/versions/<id>/allocations/*.parquet`."""
        return f"{self.address}/{path}"


def open_version(store: Store) -> SentVersion:
    """The version that readers see now; `DataRefused` if there is none or its manifest is not the one that was sent.

    A version that is removed while the manifest is fetched has been replaced: the pointer is then read once more.
    """
    held = read_pointer(store)
    for _ in range(2):
        if held.pointer is None:
            raise DataRefused(store.place.address(POINTER), "nothing was sent there yet", remedy="`kronvis send`")
        folder = folder_of(held.pointer.version)
        read = store.read(f"{folder}/{MANIFEST}")
        if read is not None and hashlib.sha256(read.content).hexdigest() == held.pointer.manifest_sha256:
            address = store.place.address(folder)
            return SentVersion(held.pointer.version, address, json.loads(read.content), reading_options(os.environ))
        before, held = held, read_pointer(store)
        if held == before:
            break
    raise CannotSend(
        store.place.address(folder), "its manifest is missing or not the one that was sent", remedy="`kronvis send`"
    )
